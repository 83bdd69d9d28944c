"""Diagonal and convolutional classifiers, the paper's settings: steps, scores, spread and seconds.

Run: python benchmarks/classifiers.py [--seeds 5]

Beside them what the authors' scripts took when they were measured for this project: 77 s for the
five diagonal depths (1.6 ms a step), 326 s for two draws of the convolutional ones.
"""

import argparse
import time

import numpy as np

from stairwise.numerics.experiments import convolution, diagonal
from stairwise.numerics.experiments.baselines import linear_svm

AUTHORS_STEPS = {1: 13_997, 2: 7_778, 3: 5_220, 4: 4_216, 5: 3_363}
AUTHORS_SECONDS, AUTHORS_CONVOLUTION_SECONDS = 77.0, 326.0


def diagonal_run(seed: int, depth: int) -> tuple[float, float, float]:
    problem = diagonal.Problem.paper(seed)
    rate = diagonal.from_plain_rate(diagonal.PLAIN_RATE, depth)
    goal = diagonal.from_plain_loss(diagonal.PLAIN_GOAL, depth)
    start = diagonal.initial(problem, depth)
    began = time.perf_counter()
    run = diagonal.descend(problem, start, rate, 100_000, goal, record_every=100)
    return run.time[-1] + 1, problem.cosine(run.values[-1]), time.perf_counter() - began


def convolution_run(draw: int, depth: int, kind: str) -> tuple[float, float, float]:
    problem = convolution.Problem.paper(0)
    rate = convolution.from_plain_rate(convolution.PLAIN_RATE, depth)
    goal = convolution.from_plain_loss(convolution.PLAIN_GOAL, depth)
    start = convolution.initial(problem, depth, kind=kind, seed=draw)
    began = time.perf_counter()
    run = convolution.descend(problem, start, rate, 100_000, goal, record_every=100)
    seconds = time.perf_counter() - began
    return run.time[-1] + 1, problem.cosine(convolution.filter_of(run.weights)), seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    seeds = parser.parse_args().seeds
    print("diagonal, seed 0: steps (authors), correlation, ms per step")
    total = 0.0
    for depth, theirs in AUTHORS_STEPS.items():
        steps, score, seconds = diagonal_run(0, depth)
        total += seconds
        print(f"  {depth}: {steps:7,.0f} ({theirs:,}), {score:.4f}, {1e3 * seconds / steps:.4f}")
    print(f"  {total:.2f} s in all, 1/{AUTHORS_SECONDS / total:.0f} of the authors' 77 s")
    problem = diagonal.Problem.paper(0)
    print(f"  linear SVM {problem.cosine(linear_svm(problem)):.4f}")
    print(f"diagonal, seeds 1 to {seeds}: correlation, mean ± spread")
    for depth in AUTHORS_STEPS:
        scores = np.array([diagonal_run(seed, depth)[1] for seed in range(1, seeds + 1)])
        print(f"  {depth}: {scores.mean():.4f} ± {scores.std(ddof=1):.4f}")
    for kind in convolution.KINDS:
        total = 0.0
        print(f"convolution, {kind}, two draws: steps and cosine")
        for depth in (1, 2, 3):
            found = [convolution_run(draw, depth, kind) for draw in (0, 1)]
            total += sum(seconds for *_, seconds in found)
            text = ", ".join(f"{steps:,.0f} {score:.4f}" for steps, score, _ in found)
            print(f"  {depth}: {text}")
        share = AUTHORS_CONVOLUTION_SECONDS / total
        print(f"  {total:.2f} s in all, 1/{share:.0f} of the authors' 326 s")


if __name__ == "__main__":
    main()
