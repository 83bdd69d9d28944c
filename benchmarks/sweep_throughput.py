"""What a sweep of log_threshold costs beside the bare kernel. Goal: 20% more; found: 25% to 50%.

    python benchmarks/sweep_throughput.py [cells] [--folder FOLDER] [--chunk-cells N]

Side by side, on one grid: the kernel alone, called on the same chunks (a sample of them, evenly
spaced); the same chunks computed and written in this process; a sweep with one worker; and one with
two. Clocks start once every worker has done a chunk:
what a worker spends before that on imports is told apart. Of each sweep: wall time until the last
chunk is written; CPU time of the workers (all their threads: computing, packing, writing, talking
to the scheduler) and of the client with the scheduler; and the largest resident size that a worker
ever had. On a machine with other work, CPU times are what can be compared.
"""

import argparse
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from stairwise.numerics import log_threshold
from stairwise.numerics.sweeps import Spec, parse_spec, run_sweep
from stairwise.numerics.sweeps.plan import plan_of
from stairwise.numerics.sweeps.run import State
from stairwise.numerics.sweeps.store import writing
from stairwise.numerics.sweeps.toy_quantities import LOG_THRESHOLD
from stairwise.numerics.sweeps.worker import compute_chunk

GRID = """
quantity = "log_threshold"
[axes]
depth = [2, 2.5, 3, 4, 10, inf]
ratio = {{ from = 0.01, to = 100, count = {ratios}, spacing = "log", offset = 1 }}
s = {{ from = 0.01, to = 0.24, count = 100 }}
f = {{ from = 0.76, to = 0.99, count = 100 }}
"""
SAMPLE = 30


@dataclass
class Watch:
    """CPU seconds and largest resident sizes of the workers, looked at after every chunk."""

    warm: int  # cells after which the clocks start
    cells: int = 0
    imports: float = 0.0
    wall: float = 0.0
    cpu: float = 0.0
    own: float = 0.0
    peak: int = 0

    def __call__(self, state: State) -> None:  # noqa: D102
        begins = self.cells == 0 and state.computed >= self.warm
        ends = state.done == state.total
        if not (begins or ends):
            return
        workers = _workers()
        cpu = sum(sum(worker.cpu_times()[:2]) for worker in workers)
        if begins:
            self.cells, self.imports = state.total - state.done, cpu
            self.wall, self.cpu, self.own = -time.perf_counter(), -cpu, -time.process_time()
        if ends:
            self.wall += time.perf_counter()
            self.cpu += cpu
            self.own += time.process_time()
            self.peak = max(_peak(worker.pid) for worker in workers)


def _workers() -> list[psutil.Process]:
    found = psutil.Process().children(recursive=True)
    return [p for p in found if "spawn_main" in " ".join(p.cmdline())]


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def bare_kernel(spec: Spec, first: int) -> float:
    """CPU seconds of the kernel alone for a cell, from a sample of the chunks from the first on."""
    plan = plan_of(spec)
    chosen = np.unique(np.linspace(first, plan.count - 1, SAMPLE).astype(int))
    seconds, cells = 0.0, 0
    for flat in chosen:
        index = tuple(int(i) for i in np.unravel_index(flat, plan.grid))
        cuts = zip(spec.axes.values(), plan.region(index), strict=True)
        arguments = np.ix_(*(values[side] for values, side in cuts))
        begin = time.process_time()
        log_threshold(*arguments)
        seconds += time.process_time() - begin
        cells += plan.size(index)
    return seconds / cells


def here(spec: Spec) -> float:
    """CPU of computing and writing a sample of the chunks in this process, over the kernel's."""
    plan = plan_of(spec)
    chosen = np.unique(np.linspace(1, plan.count - 1, SAMPLE).astype(int))
    indices = [tuple(int(i) for i in np.unravel_index(flat, plan.grid)) for flat in chosen]
    with (
        tempfile.TemporaryDirectory() as folder,
        writing(Path(folder), spec) as store,
    ):
        compute_chunk(folder, store.digest, (0,) * len(plan.shape))
        kernel = bare_kernel(spec, 1)
        begin = time.process_time()
        for index in indices:
            compute_chunk(folder, store.digest, index)
        spent = (time.process_time() - begin) / sum(plan.size(index) for index in indices)
        kernel = (kernel + bare_kernel(spec, 1)) / 2
    return spent / kernel


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cells", type=float, nargs="?", default=3e7)
    parser.add_argument("--folder", type=Path, help="of the stores; on the disk to be measured")
    parser.add_argument("--chunk-cells", type=int, default=LOG_THRESHOLD.cells)
    given = parser.parse_args()
    cells = f"chunk_cells = {given.chunk_cells}\n"
    spec = parse_spec(cells + GRID.format(ratios=max(2, round(given.cells / 60_000))), Path("."))
    plan = plan_of(spec)
    print(f"{plan.cells:,} cells in {plan.count} chunks of {' × '.join(map(str, plan.chunks))}")
    log_threshold(2.5, 1.5, 0.1, 0.9)
    print(f"chunks written in this process: {here(spec):.2f} of the kernel's CPU time")
    size, walls = plan.size((0,) * len(plan.shape)), {}
    for workers in (1, 2):
        first = 2 * workers
        kernel = [bare_kernel(spec, first)]
        folder = Path(tempfile.mkdtemp(dir=given.folder))
        watch = Watch(first * size)
        try:
            run_sweep(folder / "store", spec, workers=workers, observe=watch)
        finally:
            shutil.rmtree(folder)
        kernel.append(bare_kernel(spec, first))
        walls[workers] = watch.wall / watch.cells
        print(
            f"{workers} worker{'s' * (workers > 1)}: {watch.cells / watch.wall:,.0f} cells a "
            f"second of wall time; largest worker {watch.peak / 1e6:.0f} MB\n"
            f"  CPU a cell: kernel {kernel[0] * 1e9:.0f} ns before, {kernel[1] * 1e9:.0f} after; "
            f"workers {watch.cpu / watch.cells * 1e9:.0f} ns, "
            f"{watch.cpu / watch.cells / np.mean(kernel):.2f} of the kernel's\n"
            f"  client and scheduler {watch.own / watch.cells * size * 1e3:.1f} ms "
            f"a chunk; {watch.imports:.1f} s to start the workers"
        )
    print(f"wall time with one worker over that with two: {walls[1] / walls[2]:.2f}")


if __name__ == "__main__":
    main()
