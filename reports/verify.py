"""The verify report: a symbolic verdict on every case, numerical checks, and one answer.

Cases and checks run in worker processes, one task each, because SymPy is slow and single-threaded.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from importlib.metadata import version
from multiprocessing import get_context
from os import cpu_count
from time import perf_counter
from typing import Any

from stairwise.reports.checks import Check, numerical_checks
from stairwise.theory.catalogue import STATEMENTS, statement
from stairwise.theory.decide import Verdict
from stairwise.theory.statement import Case, Statement, prove, worst

REPORTED_PACKAGES = ("stairwise", "sympy", "scipy", "numpy", "mpmath", "python-flint")


@dataclass(frozen=True)
class CaseReport:
    """Symbolic verdict on one case."""

    name: str
    kind: str
    claim: str
    verdict: Verdict
    note: str
    steps_proved: int
    twins_refuted: int
    seconds: float


@dataclass(frozen=True)
class StatementReport:
    """All that is known of one statement."""

    id: str
    title: str
    source: str
    cases: tuple[CaseReport, ...]
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """Proved only if every case is proved and every check passes; a failed check refutes."""
        if not self.checks:
            return Verdict.UNDECIDED
        symbolic = worst(case.verdict for case in self.cases)
        failed = any(not check.passed for check in self.checks)
        return Verdict.REFUTED if failed else symbolic


@dataclass(frozen=True)
class Report:
    """The whole verification."""

    statements: tuple[StatementReport, ...]
    seconds: float

    @property
    def verdict(self) -> Verdict:
        """Proved only if every statement is; an empty report proves nothing."""
        return worst(item.verdict for item in self.statements)

    def as_json(self) -> dict[str, Any]:
        """Plain data for machines; verdicts as words."""
        return {
            "verdict": str(self.verdict),
            "seconds": self.seconds,
            "versions": {name: version(name) for name in REPORTED_PACKAGES},
            "statements": [
                {
                    **asdict(item),
                    "verdict": str(item.verdict),
                    "cases": [{**asdict(c), "verdict": str(c.verdict)} for c in item.cases],
                    "checks": [{**asdict(c), "passed": c.passed} for c in item.checks],
                }
                for item in self.statements
            ],
        }


def report_case(case: Case) -> CaseReport:
    """Prove one case and say what came out."""
    start = perf_counter()
    proof = prove(case)
    decided = [decision for _, decision in proof.steps if decision is not None]
    return CaseReport(
        name=case.name,
        kind=str(case.kind),
        claim=str(case.claim),
        verdict=proof.verdict,
        note=proof.note,
        steps_proved=sum(decision.verdict is Verdict.PROVED for decision in decided),
        twins_refuted=sum(verdict is Verdict.REFUTED for _, verdict in proof.twins),
        seconds=perf_counter() - start,
    )


def report_statement(item: Statement) -> StatementReport:
    """Verify one statement, whatever its cases, in this process."""
    cases = tuple(report_case(case) for case in item.cases)
    return StatementReport(item.id, item.title, item.source, cases, numerical_checks(item))


Progress = Callable[[str, int, int], None]


def verify(
    ids: Sequence[str] = (), workers: int | None = None, progress: Progress | None = None
) -> Report:
    """Verify the statements of the given ids, all without any.

    `progress(label, done, total)` is called as tasks end. Raises ValueError for an unknown id.
    """
    start = perf_counter()
    chosen = [statement(id) for id in ids] if ids else list(STATEMENTS)
    cases: dict[tuple[str, str], CaseReport] = {}
    checks: dict[str, tuple[Check, ...]] = {}
    # Spawned, so that workers inherit neither threads nor terminal state.
    pool = ProcessPoolExecutor(workers or cpu_count(), mp_context=get_context("spawn"))
    with pool:
        checking: dict[Future[Any], str] = {
            pool.submit(_check, item.id): item.id for item in chosen
        }
        proving: dict[Future[Any], tuple[str, str]] = {
            pool.submit(_prove, item.id, case.name): (item.id, case.name)
            for item in chosen
            for case in item.cases
        }
        total = len(checking) + len(proving)
        try:
            for done, future in enumerate(as_completed([*checking, *proving]), start=1):
                if future in checking:
                    id = checking[future]
                    checks[id] = future.result()
                    label = f"{id}: numerical checks"
                else:
                    key = proving[future]
                    cases[key] = future.result()
                    label = f"{key[0]}: {key[1]}"
                if progress is not None:
                    progress(label, done, total)
        except BaseException:
            _cancel([*checking, *proving])
            raise
    reports = tuple(
        StatementReport(
            item.id,
            item.title,
            item.source,
            tuple(cases[item.id, case.name] for case in item.cases),
            checks[item.id],
        )
        for item in chosen
    )
    return Report(reports, perf_counter() - start)


def _prove(id: str, name: str) -> CaseReport:
    return report_case(statement(id).case(name))


def _check(id: str) -> tuple[Check, ...]:
    return numerical_checks(statement(id))


def _cancel(futures: Iterable[Future[Any]]) -> None:
    for future in futures:
        future.cancel()
