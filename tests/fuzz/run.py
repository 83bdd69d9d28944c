"""Differential fuzzing: float64 against balls, resumable.

    python tests/fuzz/run.py --points 100000                  # every function
    python tests/fuzz/run.py --points 100000 trajectory       # one, or some

Points come in chunks, each from a seed of its own; finished chunks are kept in --store and not run
again under the same --seed. Exit code 1 where a promise is broken; the points are in the store.
"""

import argparse
import json
import math
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from routes import ROUTES, Route

CHUNK = 1000


def run_chunk(name: str, seed: int, chunk: int, size: int = CHUNK) -> dict[str, Any]:
    """Count, worst error in units of the promise, and the points that break it."""
    route = ROUTES[name]
    begin = time.process_time()
    columns = route.draw(np.random.default_rng([seed, chunk, *name.encode()]), size)
    values = _values(route, columns)
    worst: tuple[float, Any] = (0.0, None)
    violations = []
    for k in range(size):
        point = tuple(float(column[k]) for column in columns)
        found = tuple(float(value[k]) for value in values)
        if any(map(math.isnan, found)):
            violations.append([point, found, "NaN, or an error"])
            continue
        try:
            error = route.error(point, found)
        except ArithmeticError as fault:
            violations.append([point, found, str(fault)])
            continue
        if error > worst[0]:
            worst = (error, point)
        if not error <= 1:
            violations.append([point, found, error])
    seconds = time.process_time() - begin
    return {"name": name, "seed": seed, "chunk": chunk, "count": size, "worst": worst,
            "violations": violations, "seconds": seconds}  # fmt: skip


def _values(route: Route, columns: list[Any]) -> tuple[Any, ...]:
    """All values at once; where a call fails, one by one, with NaN for those that fail."""
    try:
        return tuple(np.asarray(value) for value in route.values(*columns))
    except (ArithmeticError, ValueError):
        rows = []
        for point in zip(*columns, strict=True):
            try:
                rows.append(tuple(float(x) for x in route.values(*point)))
            except (ArithmeticError, ValueError):
                rows.append(())
        width = max(map(len, rows))
        return tuple(np.array([row[i] if row else np.nan for row in rows]) for i in range(width))


def kept(store: Path, seed: int) -> list[dict[str, Any]]:
    """Finished chunks of that seed."""
    if not store.exists():
        return []
    lines = [json.loads(line) for line in store.read_text().splitlines()]
    return [line for line in lines if line["seed"] == seed]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*ROUTES, []], metavar="FUNCTION")
    parser.add_argument("--points", type=int, default=100_000, help="per function")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--store", type=Path, default=Path("build/fuzz.jsonl"))
    options = parser.parse_args()
    options.store.parent.mkdir(parents=True, exist_ok=True)
    names = options.names or list(ROUTES)
    done = {(line["name"], line["chunk"]) for line in kept(options.store, options.seed)}
    wanted = [(n, k) for n in names for k in range(-(-options.points // CHUNK))]
    todo = [job for job in wanted if job not in done]
    with ProcessPoolExecutor(options.workers) as pool, options.store.open("a") as store:
        for line in pool.map(partial(_run, options.seed), todo):
            store.write(json.dumps(line) + "\n")
            store.flush()
    return report(options.store, options.seed, names)


def _run(seed: int, job: tuple[str, int]) -> dict[str, Any]:
    return run_chunk(job[0], seed, job[1])


def report(store: Path, seed: int, names: list[str]) -> int:
    """One line for each function; 1 where a promise is broken."""
    broken = 0
    for name in names:
        lines = [line for line in kept(store, seed) if line["name"] == name]
        count = sum(line["count"] for line in lines)
        violations = sum(len(line["violations"]) for line in lines)
        error, point = max((line["worst"] for line in lines), key=lambda x: x[0])
        seconds = sum(line["seconds"] for line in lines)
        print(f"{name}: {count} points, {violations} violations, worst {error:.3g} of the promise "
              f"at {point}, {seconds:.0f} s")  # fmt: skip
        broken += violations
    return int(broken > 0)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
