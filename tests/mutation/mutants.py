"""Mutation testing: change one operator or number of the source; some test must then fail.

    python tests/mutation/mutants.py map                       # which tests run which line: once
    python tests/mutation/mutants.py run numerics/_tail.py     # every mutant of some files, or
    python tests/mutation/mutants.py run theory/*.py --sample 300 --seed 13
    python tests/mutation/mutants.py again tests/numerics/test_balls.py   # survivors, new tests
    python tests/mutation/mutants.py report                  # fails below 90% or on new survivors

`run`, `again` and `report` take `--every`: every operator of Cosmic Ray, with results of its own.

The mutants are Cosmic Ray's. The runner is ours because Cosmic Ray starts a new interpreter for
every mutant, and NumPy, SciPy, SymPy and pytest take longer to import than most mutants live: here
one process imports them, and forks. The tests of a mutant are those that run its line, found by
coverage.py, then, for one that survives, the others that run its module; all of them under
`LONGEST` seconds each. Nothing in the checkout is changed: mutants live in a copy.

Results are appended to `.mutation/results.jsonl`, so a stopped run resumes where it was.
"""

import argparse
import ast
import json
import math
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".mutation"
SURVIVORS = Path(__file__).with_name("survivors.toml")
FLOORS = ("theory", "numerics", "reports")

LONGEST = 30.0  # seconds: longer tests are not run on mutants
# Seconds of tests per mutant: those of its line in one file, all of its line, then of its module.
NEAREST, FIRST, REST, ALONE = 2.0, 20.0, 10.0, 80.0
# A mutant hangs, and counts as killed, that takes more CPU seconds than these, and than its tests
# by a half.
PATIENCE = 8.0

#: What runs at import is no test's own line: these read all of it, claims and public defaults.
READERS = {
    "theory": "tests/theory/test_claims.py::",
    "numerics": "tests/numerics/test_public_names.py::",
}

HUNG = -signal.SIGXCPU
PLAIN = ("-p", "no:randomly", "-p", "no:cacheprovider")

# Cosmic Ray also swaps + with <<, ^ and the like, which no float survives; those flatter the score,
# and are made with `--every` alone.
OPERATORS = (
    "AddNot",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ReplaceAndWithOr",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ReplaceFalseWithTrue",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceUnaryOperator_Delete_Invert",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_USub",
    "ZeroIterationForLoop",
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul")),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("Pow_Mul", "FloorDiv_Mul", "Mod_Mul")),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("BitAnd_BitOr", "BitOr_BitAnd")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Lt_GtE", "LtE_Gt", "Gt_LtE", "GtE_Lt")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Eq_NotEq", "NotEq_Eq")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Is_IsNot", "IsNot_Is")),
)
#: These need names of variables to put in.
NEED_NAMES = ("VariableInserter", "VariableReplacer")


def every_operator() -> tuple[str, ...]:
    """All that Cosmic Ray has."""
    from cosmic_ray.plugins import operator_names

    found = sorted(name.removeprefix("core/") for name in operator_names())
    return tuple(name for name in found if name not in NEED_NAMES)


class Kind(NamedTuple):
    """Which mutants are made, and the file of what became of them."""

    operators: tuple[str, ...]
    results: Path


def kind_of(every: bool) -> Kind:
    if every:
        return Kind(every_operator(), KEPT / "every.jsonl")
    return Kind(OPERATORS, KEPT / "results.jsonl")


class Mutant(NamedTuple):
    """One change, named by its function and line of text, not by line numbers, which move."""

    file: str
    where: str
    text: str
    operator: str
    which: int  # among the operator's changes of equal lines in one function
    occurrence: int  # among the operator's changes of the file
    line: int

    @property
    def key(self) -> str:
        return f"{self.file} {self.where}: {self.text} [{self.operator} {self.which}]"


# ------------------------------------------------------------------------------------- mutants


def mutants_of(file: str, operators: tuple[str, ...]) -> list[Mutant]:
    """Every mutant of a file, operator by operator."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator

    source = (ROOT / file).read_text(encoding="utf-8")
    tree, lines = ast.parse(source), source.splitlines()
    untested, names = _untested(tree), _names(tree)
    nodes = list(ast_nodes(get_ast(source)))
    found: list[Mutant] = []
    seen: dict[tuple[str, str, str], int] = defaultdict(int)
    for name in operators:
        operator = get_operator(f"core/{name}")()
        starts = [place[0] for node in nodes for place in operator.mutation_positions(node)]
        for occurrence, start in enumerate(starts):
            if lines[start[0] - 1].strip() == "@overload":  # nothing that runs
                continue
            if any(low <= start < high for low, high in untested):
                continue
            place = (names.get(start[0], "module"), lines[start[0] - 1].strip(), name)
            found.append(Mutant(file, *place, seen[place], occurrence, start[0]))
            seen[place] += 1
    return found


def mutated(mutant: Mutant) -> str | None:
    """The file's text with the change; None where it does not compile, or 1e18 became 1e+18."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    source = (ROOT / mutant.file).read_text(encoding="utf-8")
    operator = get_operator(f"core/{mutant.operator}")()
    code: str = mutate_code(source, operator, mutant.occurrence)
    try:
        changed = ast.dump(ast.parse(code))
    except SyntaxError:
        return None
    return None if changed == ast.dump(ast.parse(source)) else code


def change(mutant: Mutant, code: str) -> str:
    """The line as it became."""
    old = (ROOT / mutant.file).read_text(encoding="utf-8").splitlines()
    new = code.splitlines()
    if len(new) != len(old):
        return "removed"
    return next((b.strip() for a, b in zip(old, new, strict=True) if a != b), "the same")


def _untested(tree: ast.AST) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Annotations and imports for the type checker, which do nothing when run, and false twins.

    A changed twin is another false claim; one that became true fails the tests as it should.
    """
    spans = []
    for node in ast.walk(tree):
        parts = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            parts.append(node)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Twin":
            parts.append(node)
        for part in parts:
            if part is not None:
                low = (part.lineno, part.col_offset)
                spans.append((low, (part.end_lineno, part.end_col_offset)))
    return spans


def _names(tree: ast.AST) -> dict[int, str]:
    """Name of the innermost function or class of each line."""
    names = {}
    for node in ast.walk(tree):  # breadth first: inner ones come later and win
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.update(dict.fromkeys(range(node.lineno, node.end_lineno + 1), node.name))
    return names


# ----------------------------------------------------------------------------- tests of a mutant


def make_map() -> None:
    """Run the default tests on the copy under coverage; keep which ran which line, and how long.

    Tests that fail on the unchanged copy are named and left out: they would kill every mutant.
    """
    import coverage
    import pytest

    seconds: dict[str, float] = defaultdict(float)
    failed: set[str] = set()

    class Clock:
        def pytest_runtest_logreport(self, report):
            seconds[report.nodeid] += report.duration
            if report.failed:
                failed.add(report.nodeid)

    options = ["-q", "-n", "2", *PLAIN, "--cov", "--cov-context=test", "--cov-report="]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = _copy(Path(folder))
        _enter(copy)
        pytest.main([*options, "--cov-fail-under=0", "--ignore=tests/notebooks"], plugins=[Clock()])
        keep_map(coverage.CoverageData(), {t: s for t, s in seconds.items() if t not in failed})
    print(f"{len(failed)} of {len(seconds)} tests fail on the copy, and are left out:")
    print("\n".join(sorted(failed)))


def keep_map(data, seconds: dict[str, float]) -> None:
    """Write file -> line -> numbers of tests, and the tests with their seconds."""
    data.read()
    tests = sorted(test for test, spent in seconds.items() if spent <= LONGEST)
    numbers = {test: number for number, test in enumerate(tests)}
    lines = {}
    for path in data.measured_files():
        lines[path] = {
            line: sorted({numbers[c.split("|")[0]] for c in contexts if c.split("|")[0] in numbers})
            for line, contexts in data.contexts_by_lineno(path).items()
        }
    KEPT.mkdir(exist_ok=True)
    kept = {"tests": [(test, round(seconds[test], 3)) for test in tests], "lines": lines}
    (KEPT / "map.json").write_text(json.dumps(kept), encoding="utf-8")


class Tests:
    """Which tests to run on a mutant, shortest first."""

    def __init__(self) -> None:
        kept = json.loads((KEPT / "map.json").read_text(encoding="utf-8"))
        self._tests, self._lines = kept["tests"], kept["lines"]

    def rounds(self, mutant: Mutant) -> list[list[int]]:
        """Tests that run the line, first some of one file, then the others that run the module.

        pytest reads all files before it runs a test, which is most of what a killed mutant costs.
        """
        lines = self._lines.get(mutant.file, {})
        module = {number for numbers in lines.values() for number in numbers}
        # Coverage knows a statement of several lines by its first.
        begun = [int(line) for line in lines if int(line) <= mutant.line]
        line = set(lines[str(max(begun))]) if begun else set()
        if not line:
            # Then those judge it that run most of the module in their time.
            reader = READERS.get(mutant.file.split("/")[0], " ")
            readers = [k for k, (name, _) in enumerate(self._tests) if name.startswith(reader)]
            runs = Counter(number for numbers in lines.values() for number in numbers)
            return [
                readers,
                self._within(ALONE, module, lambda k: (self._tests[k][1] + 0.01) / (1 + runs[k])),
            ]
        # What is cached runs in one test and serves many: a module's own tests face all of it.
        own = f"/test_{Path(mutant.file).stem.lstrip('_')}.py::"
        line |= {k for k, (name, _) in enumerate(self._tests) if own in name}
        files = defaultdict[str, set[int]](set)
        for number in line:
            files[self._tests[number][0].split("::")[0]].add(number)
        nearest = self._within(NEAREST, max(files.values(), key=len))
        others = self._within(FIRST, line - set(nearest))
        return [nearest, others, self._within(REST, module - line)]

    def _within(
        self, budget: float, numbers: set[int], rank: Callable[[int], float] | None = None
    ) -> list[int]:
        """Tests of so many seconds, the shortest first or as ranked."""
        kept, spent = [], 0.0
        for number in sorted(numbers, key=rank or (lambda number: self._tests[number][1])):
            spent += self._tests[number][1]
            if kept and spent > budget:  # the shortest is run in any case
                break
            kept.append(number)
        return kept

    def some_of(self, file: str) -> list[int]:
        """The shortest tests that run the file."""
        lines = self._lines.get(file, {}).values()
        return self._within(1.0, {number for numbers in lines for number in numbers})

    def names(self, numbers: list[int]) -> list[str]:
        return [self._tests[number][0] for number in numbers]

    def seconds(self, numbers: list[int]) -> float:
        return sum(self._tests[number][1] for number in numbers)


# --------------------------------------------------------------------------------------- running


def run(files: list[str], sample: int | None, seed: int, kind: Kind) -> None:
    """Test every mutant of the files, or a sample of them; results are appended as they come."""
    chosen = [mutant for file in sorted(files) for mutant in mutants_of(file, kind.operators)]
    total = len(chosen)
    if sample is not None and sample < total:
        chosen = random.Random(seed).sample(chosen, sample)
    print(f"{len(chosen)} of {total} mutants in {len(files)} files", flush=True)
    results = kind.results
    done = {row["key"] for row in _rows(results)}
    tests = Tests()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = _copy(Path(folder))
        _import_what_does_not_change()
        _check_unchanged(sorted({mutant.file for mutant in chosen}), tests, copy)
        for number, mutant in enumerate(chosen, 1):
            if mutant.key in done:
                continue
            code = mutated(mutant)
            if code is None:
                continue
            start = time.monotonic()
            outcome = _outcome(mutant, code, tests, copy)
            row = {
                "key": mutant.key,
                "file": mutant.file,
                "after": change(mutant, code),
                "outcome": outcome,
                "seconds": round(time.monotonic() - start, 1),
            }
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(f"{number}/{len(chosen)} {outcome} {row['seconds']} s", end="  ")
            print(f"{mutant.key} -> {row['after']}", flush=True)


def again(names: list[str], kind: Kind) -> None:
    """Face the survivors with these tests, as after writing the ones that were missing."""
    results = kind.results
    alive = {key for key, row in _last(results).items() if row["outcome"] == "survived"}
    mutants = [mutant for mutant in _made(kind) if mutant.key in alive]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = _copy(Path(folder))
        _import_what_does_not_change()
        if _forked(names, copy, 600) != 0:
            raise SystemExit("these tests do not pass unchanged")
        for mutant in mutants:
            code = mutated(mutant)
            target = copy / mutant.file
            original = target.read_text(encoding="utf-8")
            target.write_text(code, encoding="utf-8")
            ended = _forked(names, copy, 600)
            target.write_text(original, encoding="utf-8")
            if ended != 0:
                row = _last(results)[mutant.key] | {"outcome": "killed", "again": names}
                with results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(f"{'survived' if ended == 0 else 'killed'}  {mutant.key}", flush=True)


def _copy(folder: Path) -> Path:
    """The tracked files, with a package folder of links, so that `stairwise` is this copy."""
    ignored = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "_build")
    copy = folder / "copy"
    shutil.copytree(ROOT, copy, ignore=ignored)
    # A regular package, or one that is installed would be imported before it.
    shutil.copytree(copy / "package", copy / "stairwise")
    for floor in (*FLOORS, "notebooks"):
        (copy / "stairwise" / floor).symlink_to(copy / floor)
    return copy


def _import_what_does_not_change() -> None:
    for name in ("numpy", "scipy.integrate", "scipy.optimize", "scipy.special", "scipy.stats"):
        __import__(name)
    for name in ("flint", "mpmath", "sympy", "matplotlib.pyplot", "click", "rich", "tabulate"):
        __import__(name)
    for name in ("pytest", "_pytest.python", "xdist", "hypothesis"):
        __import__(name)
    if any(name.startswith("stairwise") for name in sys.modules):
        raise SystemExit("the package itself must not be imported before it is mutated")


def _check_unchanged(files: list[str], tests: Tests, copy: Path) -> None:
    """The tests must pass on the copy as it is, or every mutant would count as killed."""
    for file in files:
        numbers = tests.some_of(file)
        if not numbers:  # all of it runs at import: no line is any test's own
            print(f"{file}: tests of its floor stand for its own")
            continue
        ended = _forked(tests.names(numbers), copy, 100)
        if ended != 0:
            raise SystemExit(f"{file}: its {len(numbers)} tests end with {ended} unchanged")


def _outcome(mutant: Mutant, code: str, tests: Tests, copy: Path) -> str:
    target = copy / mutant.file
    original = target.read_text(encoding="utf-8")
    try:
        target.write_text(code, encoding="utf-8")
        ran = False
        for numbers in tests.rounds(mutant):
            if not numbers:
                continue
            ran = True
            ended = _forked(tests.names(numbers), copy, PATIENCE + 1.5 * tests.seconds(numbers))
            if ended == HUNG:
                return "timeout"
            if ended != 0:
                return "killed"
        return "survived" if ran else "untested"
    finally:
        target.write_text(original, encoding="utf-8")


def _forked(names: list[str], copy: Path, seconds: float) -> int:
    """Exit code of pytest on these tests, in a child that imports the copy; HUNG past its time."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 1))
            os.setsid()
            silent = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(silent, stream)
            _enter(copy)
            import pytest

            code = int(pytest.main(["-q", "-x", "--assert=plain", "-p", "no:cov", *PLAIN, *names]))
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _enter(copy: Path) -> None:
    """From here on, and in processes begun from here, `stairwise` is the copy."""
    os.chdir(copy)
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(copy))
    os.environ |= {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}


# --------------------------------------------------------------------------------------- report


def report(least: float, kind: Kind) -> int:
    """Print killed and survived by file; 1 below `least` percent or on an unexplained survivor."""
    import tomllib

    explained = tomllib.loads(SURVIVORS.read_text(encoding="utf-8")) if SURVIVORS.exists() else {}
    reasons = {key: reason for reason, keys in explained.items() for key in keys}
    current = {mutant.key for mutant in _made(kind)}
    rows = {key: row for key, row in _last(kind.results).items() if key in current}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    alive = []
    for key, row in rows.items():
        dead = row["outcome"] in ("killed", "timeout")
        for name in (row["file"], row["file"].split("/")[0], "all"):
            counts[name][0] += dead
            counts[name][1] += 1
        if not dead:
            alive.append((key, row["after"], reasons.get(key, "unexplained")))
    for name, (dead, total) in sorted(counts.items(), key=lambda item: item[0]):
        low, high = wilson(dead, total)
        print(f"{name:36} {dead:5} of {total:5} killed, {100 * dead / total:5.1f}%", end="")
        print(f"  (95% interval {100 * low:.1f} to {100 * high:.1f})")
    for key, after, reason in sorted(alive):
        print(f"{rows[key]['outcome']}: {key}\n    -> {after}\n    {reason}")
    new = [key for key, _, reason in alive if reason == "unexplained"]
    dead, total = counts["all"]
    print(f"{len(alive)} survived, {len(new)} of them unexplained")
    return int(bool(new) or total == 0 or dead < least / 100 * total)


def wilson(dead: int, total: int) -> tuple[float, float]:
    """Wilson's 95% interval of a proportion."""
    z = 1.959964
    share, spread = dead / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return middle - half, middle + half


def _made(kind: Kind) -> Iterator[Mutant]:
    """Every mutant of the files of which there are results."""
    for file in _files(_rows(kind.results)):
        yield from mutants_of(file, kind.operators)


def _rows(path: Path) -> list[dict]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _last(path: Path) -> dict[str, dict]:
    """The last word on each mutant."""
    return {row["key"]: row for row in _rows(path)}


def _files(rows: list[dict]) -> list[str]:
    return sorted({row["file"] for row in rows if (ROOT / row["file"]).exists()})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("map")
    running = commands.add_parser("run")
    running.add_argument("files", nargs="+")
    running.add_argument("--sample", type=int)
    running.add_argument("--seed", type=int, default=13)
    anew = commands.add_parser("again")
    anew.add_argument("tests", nargs="+")
    telling = commands.add_parser("report")
    telling.add_argument("--least", type=float, default=90.0)
    for command in (running, anew, telling):
        command.add_argument("--every", action="store_true", help="every operator of Cosmic Ray")
    options = parser.parse_args()
    if options.command == "map":
        make_map()
        return 0
    kind = kind_of(options.every)
    if options.command == "run":
        run(options.files, options.sample, options.seed, kind)
    elif options.command == "again":
        again(options.tests, kind)
    else:
        return report(options.least, kind)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
