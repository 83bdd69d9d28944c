"""What a sweep of log_threshold costs beside the bare kernel. Goal: 20% more, and twice the workers
at least 1.8 times as fast.

    python benchmarks/sweep_throughput.py [cells] [--folder FOLDER] [--chunk-cells N] [--rounds K]

Side by side, on one grid: the kernel alone, called on all the chunks; two processes of it with half
of the chunks each, which is what this machine's two cores can do; a sweep with one worker; and one
with two. Each cluster is up and has done a small sweep before its clock starts. Of each sweep:
wall time until the last chunk is written, over the kernel's; CPU time of the workers (all their
threads: computing, packing, writing, talking to the scheduler) over the kernel's, and of the client
with the scheduler; and the largest resident size that a worker ever had. Rounds alternate, so that
a machine whose speed drifts does not favour one of them; the median of their ratios counts. On a
machine with other work, CPU times are what can be compared.
"""

import argparse
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil

from stairwise.numerics import log_threshold
from stairwise.numerics.sweeps import Spec, parse_spec, run_sweep
from stairwise.numerics.sweeps.cluster import _local_cluster
from stairwise.numerics.sweeps.plan import plan_of
from stairwise.numerics.sweeps.run import State
from stairwise.numerics.sweeps.toy_quantities import LOG_THRESHOLD

GRID = """
quantity = "log_threshold"
[axes]
depth = [2, 2.5, 3, 4, 10, inf]
ratio = {{ from = 0.01, to = 100, count = {ratios}, spacing = "log", offset = 1 }}
s = {{ from = 0.01, to = 0.24, count = 100 }}
f = {{ from = 0.76, to = 0.99, count = 100 }}
"""
WARM = """
quantity = "log_threshold"
chunk_cells = 10_000
[axes]
depth = [2, 2.5, inf]
ratio = { from = 1.1, to = 10, count = 40 }
s = { from = 0.01, to = 0.24, count = 100 }
f = { from = 0.76, to = 0.99, count = 100 }
"""


NAMES = ("kernel", "2 kernels", "1 worker", "2 workers")
ALL = slice(None)


@dataclass(frozen=True)
class Cost:
    """Seconds for the whole grid: wall, CPU of the workers, CPU of client and scheduler; bytes."""

    wall: float
    cpu: float
    own: float
    peak: int


def _workers() -> list[psutil.Process]:
    found = psutil.Process().children(recursive=True)
    return [p for p in found if "spawn_main" in " ".join(p.cmdline())]


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def bare_kernel(spec: Spec, share: slice = ALL) -> Cost:
    """The kernel alone, on the same chunks, in this process."""
    plan = plan_of(spec)
    chunks = [
        np.ix_(*(v[side] for v, side in zip(spec.axes.values(), plan.region(index), strict=True)))
        for index in list(plan.indices())[share]
    ]
    log_threshold(*chunks[0])
    wall, cpu = time.perf_counter(), time.process_time()
    for chunk in chunks:
        log_threshold(*chunk)
    cpu = time.process_time() - cpu
    return Cost(time.perf_counter() - wall, cpu, 0.0, 0)


def two_kernels(text: str) -> Cost:
    """The kernel in two processes at once, on every other chunk each: the later clock."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        both = list(pool.map(_half, [text] * 2, range(2)))
    return Cost(max(cost.wall for cost in both), sum(cost.cpu for cost in both), 0.0, 0)


def _half(text: str, first: int) -> Cost:
    return bare_kernel(parse_spec(text, Path(".")), slice(first, None, 2))


def sweep(spec: Spec, workers: int, folder: Path) -> Cost:
    """A sweep on a local cluster that has begun to work."""
    with _local_cluster(workers) as cluster:
        scheduler = cluster.scheduler_address
        run_sweep(folder / "warm", parse_spec(WARM, Path(".")), scheduler=scheduler)
        begun: list[float] = []

        def observe(state: State) -> None:
            if not begun:
                begun.extend((time.perf_counter(), _cpu(), time.process_time()))
            if state.done == state.total:
                ended.extend((time.perf_counter(), _cpu(), time.process_time()))

        ended: list[float] = []
        run_sweep(folder / "store", spec, scheduler=scheduler, observe=observe)
        peak = max(_peak(worker.pid) for worker in _workers())
    wall, cpu, own = (end - begin for begin, end in zip(begun, ended, strict=True))
    return Cost(wall, cpu, own, peak)


def _cpu() -> float:
    return sum(sum(worker.cpu_times()[:2]) for worker in _workers())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cells", type=float, nargs="?", default=1e8)
    parser.add_argument("--folder", type=Path, help="of the stores; on the disk to be measured")
    parser.add_argument("--chunk-cells", type=int, default=LOG_THRESHOLD.cells)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    cells = f"chunk_cells = {given.chunk_cells}\n"
    text = cells + GRID.format(ratios=max(2, round(given.cells / 60_000)))
    spec = parse_spec(text, Path("."))
    plan = plan_of(spec)
    print(f"{plan.cells:,} cells in {plan.count} chunks of {' × '.join(map(str, plan.chunks))}")
    rows: list[tuple[Cost, Cost, Cost, Cost]] = []
    # Removed in the end, all at once: ext4 is slow to make files where others have just gone.
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for k in range(given.rounds):
            one, two = (Path(folder) / f"{k}-{workers}" for workers in (1, 2))
            kernels = (bare_kernel(spec), two_kernels(text))
            rows.append((*kernels, sweep(spec, 1, one), sweep(spec, 2, two)))
            for name, cost in zip(NAMES, rows[-1], strict=True):
                wall, cpu, own = (1e9 * x / plan.cells for x in (cost.wall, cost.cpu, cost.own))
                print(
                    f"{name:10} wall {wall:5.1f} ns a cell, CPU {cpu:5.1f}, client and scheduler "
                    f"{own:4.1f} ({1e3 * cost.own / plan.count:.1f} ms a chunk); "
                    f"largest worker {cost.peak / 1e6:.0f} MB"
                )
    for name, ratio in (
        ("one worker's wall time over the kernel's", lambda k, kk, one, two: one.wall / k.wall),
        ("the kernel's wall time over two kernels'", lambda k, kk, one, two: k.wall / kk.wall),
        ("one worker's CPU time over the kernel's", lambda k, kk, one, two: one.cpu / k.cpu),
        ("two workers' CPU time over the kernel's", lambda k, kk, one, two: two.cpu / k.cpu),
        ("one worker's wall time over two workers'", lambda k, kk, one, two: one.wall / two.wall),
    ):
        found = [ratio(*row) for row in rows]
        told = " ".join(f"{x:.2f}" for x in found)
        print(f"{name}: {statistics.median(found):.2f} (of {told})")


if __name__ == "__main__":
    main()
