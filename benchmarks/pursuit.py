"""Pursuit at the authors' settings: the flow in its mirror clock against plain descent.

Run: python benchmarks/pursuit.py [--seeds 3]

Depth 5, d = 1000, 80 samples, learning rate 3e-3 on the plain mean, until 1e-4 of the loss is left.
The authors' scripts took about 95 s a run (46,000 to 63,000 steps).
"""

import argparse
import time

from stairwise.numerics.experiments import diagonal, pursuit

AUTHORS_SECONDS = 95.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    for seed in range(parser.parse_args().seeds):
        problem = pursuit.Problem.paper(seed)
        depth = pursuit.DEPTH
        start = pursuit.initial(problem, depth, pursuit.SCALE)
        goal = pursuit.goal_loss(problem, depth)
        rate = diagonal.from_plain_rate(pursuit.PLAIN_RATE, depth)
        began = time.perf_counter()
        flowed = pursuit.flow(problem, start, 1e12, goal, rtol=pursuit.RTOL)
        middle = time.perf_counter()
        descended = pursuit.descend(problem, start, rate, 100_000, goal, record_every=100)
        end = time.perf_counter()
        same = pursuit.learned_order(flowed) == pursuit.learned_order(descended)
        omp = pursuit.learned_order(flowed) == pursuit.matching_pursuit(problem, 5)
        print(
            f"seed {seed}: flow {middle - began:.2f} s in {flowed.evaluations} evaluations "
            f"(1/{AUTHORS_SECONDS / (middle - began):.0f} of the authors' 95 s); descent "
            f"{end - middle:.2f} s in {descended.time[-1]:,.0f} steps ({descended.ended}; "
            f"the flow says {flowed.time[-1] / rate:,.0f}); same order: {same}; OMP's: {omp}"
        )


if __name__ == "__main__":
    main()
