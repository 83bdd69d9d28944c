"""The concurrence study: pursuit against OMP over seeds, depths, sparsities and noise.

Runs go in parallel and are kept line by line in a file, so an interrupted study resumes where it
stopped. A line is whole or ignored: one cut short by a crash is run again.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, fields
from itertools import product
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal
from time import perf_counter
from typing import Any, TypeVar

from stairwise.numerics._arguments import whole
from stairwise.numerics._files import parsed_json, read_text
from stairwise.numerics._interrupts import held_interrupts
from stairwise.numerics.experiments import pursuit
from stairwise.numerics.process_state import process_lock

Record = TypeVar("Record", "Run", "Outcome")

#: Seconds after which Ctrl-C is looked for, however long a run takes.
LOOK = 0.2


@dataclass(frozen=True)
class Run:
    """The setting of one run."""

    depth: int
    sparsity: int
    noise: float
    seed: int
    scale: float = pursuit.SCALE
    signed: bool = False
    samples: int = 80
    dimension: int = 1000


@dataclass(frozen=True)
class Outcome:
    """A run and its scores."""

    run: Run
    overlap: float
    same_order: bool
    authors: float
    converged: bool
    learned: int
    seconds: float


@dataclass(frozen=True)
class Cell:
    """All seeds of one setting: mean scores with 95% intervals."""

    depth: int
    sparsity: int
    noise: float
    count: int
    converged: int
    overlap: float
    overlap_interval: tuple[float, float]
    same_order: float
    same_order_interval: tuple[float, float]
    authors: float


def grid(
    seeds: Iterable[int] = range(100),
    depths: Sequence[int] = (2, 3, 5),
    sparsities: Sequence[int] = (5, 10),
    noises: Sequence[float] = (0.0, 0.1),
    signed: bool = False,
) -> list[Run]:
    """Every combination, seeds innermost."""
    return [
        Run(depth, sparsity, float(noise), seed, signed=signed)
        for depth, sparsity, noise, seed in product(depths, sparsities, noises, list(seeds))
    ]


def run_one(run: Run) -> Outcome:
    """One problem, one flow, one OMP, on one thread.

    BLAS threads of several workers fight over the cores: on two loaded ones a flow took 7 s instead
    of 0.7. threadpoolctl comes with scikit-learn, which OMP needs anyway.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return _run(run)
    # The number of threads is the process's: runs that overlap would leave it at 1.
    with process_lock, threadpool_limits(limits=1):
        return _run(run)


def _run(run: Run) -> Outcome:
    began = perf_counter()
    problem = pursuit.Problem.paper(
        run.seed,
        sparsity=run.sparsity,
        noise=run.noise,
        signed=run.signed,
        samples=run.samples,
        dimension=run.dimension,
    )
    found = pursuit.compare(problem, run.depth, run.scale, run.sparsity, run.noise)
    return Outcome(
        run,
        found.overlap,
        found.same_order,
        found.authors,
        found.converged,
        len(found.learned),
        perf_counter() - began,
    )


def study(
    runs: Sequence[Run],
    path: Path | str | None = None,
    workers: int = 1,
    observe: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Outcomes of all runs, in the order of `runs`; those already in the file at `path` are read.

    `observe` is told how many are done, and of how many. Ctrl-C raises KeyboardInterrupt, with all
    finished runs in the file.
    """
    workers = whole("workers", workers, 1)
    file = None if path is None else Path(path)
    done = {outcome.run: outcome for outcome in read(file)} if file else {}
    missing = [run for run in dict.fromkeys(runs) if run not in done]
    wanted = set(runs)
    finished = sum(run in done for run in wanted)
    for outcome in _outcomes(missing, workers):
        done[outcome.run] = outcome
        if file:
            _append(file, outcome)
        finished += 1
        if observe is not None:
            observe(finished, len(wanted))
    return [done[run] for run in runs]


def summarise(outcomes: Iterable[Outcome]) -> list[Cell]:
    """Cells by depth, sparsity and noise, in order of first appearance."""
    groups: dict[tuple[int, int, float], list[Outcome]] = {}
    for outcome in outcomes:
        run = outcome.run
        groups.setdefault((run.depth, run.sparsity, run.noise), []).append(outcome)
    cells = []
    for (depth, sparsity, noise), group in groups.items():
        count = len(group)
        overlap = sum(outcome.overlap for outcome in group) / count
        same = sum(outcome.same_order for outcome in group) / count
        cells.append(
            Cell(
                depth,
                sparsity,
                noise,
                count,
                sum(outcome.converged for outcome in group),
                overlap,
                pursuit.wilson(min(overlap, 1.0), count),
                same,
                pursuit.wilson(same, count),
                sum(outcome.authors for outcome in group) / count,
            )
        )
    return cells


def read(path: Path) -> Iterator[Outcome]:
    """The outcomes in a file; lines cut short are passed over."""
    if not path.exists():
        return
    for line in read_text("path", path, errors="replace").splitlines():
        try:
            found = parsed_json(line)
            run = _typed(Run(**found.pop("run")))
            outcome = _typed(Outcome(run, **found))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        yield outcome


def _typed(record: Record) -> Record:
    """The record if its fields are what they say; TypeError otherwise."""
    for item in fields(record):
        value = getattr(record, item.name)
        allowed: Any = (int, float) if item.type is float else item.type
        if not isinstance(value, allowed) or (isinstance(value, bool) and item.type is not bool):
            raise TypeError(f"{item.name} must be {item.type}; got {value!r}")
    return record


def _append(path: Path, outcome: Outcome) -> None:
    """One whole line, on disk before the next run is counted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(outcome)) + "\n"
    with path.open("ab+") as file:
        # A line cut short by a crash must not swallow this one.
        if file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                text = "\n" + text
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _outcomes(runs: Sequence[Run], workers: int) -> Iterator[Outcome]:
    """Outcomes as they finish; a few runs per worker are queued at a time."""
    if workers == 1 or len(runs) < 2:
        yield from map(run_one, runs)
        return
    waiting = iter(runs)
    # Ctrl-C reaches the workers too: they leave it to this process, which cancels what waits.
    count = min(workers, len(runs))
    with (
        ProcessPoolExecutor(count, initializer=signal, initargs=(SIGINT, SIG_IGN)) as pool,
        held_interrupts() as check,
    ):
        pending: set[Future[Outcome]] = set()
        try:
            while True:
                check()
                for run in waiting:
                    pending.add(pool.submit(run_one, run))
                    if len(pending) >= 3 * workers:
                        break
                if not pending:
                    return
                ready, pending = wait(pending, LOOK, return_when=FIRST_COMPLETED)
                for future in ready:
                    yield future.result()
        finally:
            for future in pending:
                future.cancel()
