"""The paper's linear experiments over seeds: steps to the paper's loss and errors, mean and spread.

Run: python benchmarks/paper_seeds.py [--seeds 5] [--method flow|descent]

Beside them the authors' scripts, seeds 0 and 1 (matrix sensing) and 0 (quadratic). Their data are
ours bit for bit; where the model starts at random (depths 2 to 4) the initial weights are not.
Steps count the one taken after the last loss was evaluated, as theirs do.

Measured, descent, 5 seeds, steps as mean ± spread: 3,093 ± 80, 4,985 ± 432, 4,386 ± 788 and
10,008 ± 2,308 at depths 1 to 4; errors 0.601, 9.6e-4, 2.4e-4, 2.2e-4; quadratic 3,521 ± 1,133 and
8,528 ± 764 with bias, with 1,000 samples 1,839 ± 126 and 5,505 ± 230.
"""

import argparse

import numpy as np

from stairwise.numerics.experiments import matrix_sensing as sensing
from stairwise.numerics.experiments import quadratic

AUTHORS = {
    "depth 1": "3,195 and 3,155; 0.593",
    "depth 2": "5,578 and 4,150; 9.5e-4",
    "depth 3": "4,806 and 3,894; 2.4e-4",
    "depth 4": "10,229 and 8,617; 2.3e-4",
    "quadratic, m = 100": "3,457",
    "quadratic, m = 100, bias": "9,321",
    "quadratic, m = 1000": "1,813",
    "quadratic, m = 1000, bias": "5,723",
}


def sensing_run(seed: int, depth: int, method: str) -> tuple[float, float]:
    problem = sensing.Problem.paper(seed)
    weights = sensing.initial(problem, depth, seed=seed)
    unit = sensing.from_plain_rate(sensing.PLAIN_LEARNING_RATE, depth)
    goal = sensing.from_plain_loss(sensing.PLAIN_LOSS, depth)
    if method == "flow":
        run = sensing.flow(problem, weights, 1e5 * unit, goal, precision="float32")
        steps = run.time[-1] / unit
    else:
        run = sensing.descend(problem, weights, unit, 10**5, goal, 10**5, precision="float32")
        steps = run.time[-1]
    return steps + 1, sensing.reconstruction_error(problem, run.weights)


def quadratic_run(seed: int, samples: int, bias: bool, method: str) -> tuple[float, float]:
    problem = quadratic.Problem.gaussian(
        quadratic.PAPER_SIZE, samples, quadratic.PAPER_VALUES, seed
    )
    weights = quadratic.initial(problem, seed=seed, bias=bias)
    unit = quadratic.from_plain_rate(quadratic.PLAIN_LEARNING_RATE)
    goal = quadratic.from_plain_loss(quadratic.PLAIN_LOSS)
    if method == "flow":
        run = quadratic.flow(problem, weights, 1e5 * unit, goal)
        steps = run.time[-1] / unit
    else:
        run = quadratic.descend(problem, weights, unit, 10**5, goal, 10**5)
        steps = run.time[-1]
    return steps + 1, quadratic.reconstruction_error(problem, run.weights)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--method", choices=("flow", "descent"), default="descent")
    options = parser.parse_args()
    rows = {
        f"depth {depth}": [
            sensing_run(seed, depth, options.method) for seed in range(options.seeds)
        ]
        for depth in sensing.PAPER_DEPTHS
    }
    for samples in (100, 1000):
        for bias in (False, True):
            name = f"quadratic, m = {samples}" + (", bias" if bias else "")
            rows[name] = [
                quadratic_run(seed, samples, bias, options.method) for seed in range(options.seeds)
            ]
    print(f"{options.method}, {options.seeds} seeds: steps as mean ± spread (least to greatest)")
    for name, found in rows.items():
        steps, errors = np.array(found).T
        print(
            f"{name:26} {steps.mean():8,.0f} ± {steps.std(ddof=1):5,.0f} "
            f"({steps.min():,.0f} to {steps.max():,.0f}); error {errors.mean():.3g} ± "
            f"{errors.std(ddof=1):.1g}; authors {AUTHORS[name]}"
        )


if __name__ == "__main__":
    main()
