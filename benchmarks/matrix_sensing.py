"""Speed of the paper's four-depth matrix sensing figure: flow, descent, SciPy and PyTorch.

Run: python benchmarks/matrix_sensing.py [--seed 0] [--depth 1 …] [--scipy] [--torch]

Each row is one way to train every depth to the paper's loss: seconds, gradients, and two
differences from the float64 descent: of a leading singular value at any recorded step (relative,
floor 0.01; only for descent, as a flow's steep fronts are shifted by half a step) and of the step
at which any of the first four values reaches half of its end. The authors' own scripts took 136 s
for the four depths at seed 0, on 2 cores of a machine of the same kind: the last column is that
over our seconds. On a busy machine look at CPU seconds and at ratios between rows of one run.
--torch needs PyTorch (skipped if absent): the authors' loop, automatic differentiation in float32,
from the same data and initial weights.

Measured at seed 0, one thread, on a machine shared by eight jobs (CPU seconds; gradients; values):

    descent float64     32.4   26,818
    descent float32     15.6   26,818   6.9e-7
    flow float64         9.7    6,011            of which depth 4: 2,361
    flow float32         5.4    6,231
    flow, SciPy RK45    15.7   11,048            of which depth 4: 8,306
    PyTorch float32     29.9   26,818   8.1e-5

Of SciPy's explicit methods RK23 is the best where the flow is stiff (a later run, seed 0, float64,
gradients): depth 4, ours 2,361, RK23 4,850, DOP853 7,490, RK45 8,306; depth 3, where it is hardly
stiff, ours 1,667, RK23 1,292, RK45 1,754, DOP853 1,874.

Flow at depths 1 and 2 is not stiff, and there RK45 needs fewer gradients (988 against 1,983); at
depth 4 stability holds its steps down, whatever the tolerance.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.integrate import RK23, RK45

from stairwise.numerics.experiments import matrix_sensing as sensing
from stairwise.numerics.experiments.comparison import measured_times
from stairwise.numerics.experiments.history import History, Packing, Weights

AUTHORS_SECONDS = 136.0
RATE, GOAL, EVERY, FLOOR = sensing.PLAIN_LEARNING_RATE, sensing.PLAIN_LOSS, 10, 0.01

Train = Callable[[sensing.Problem, Weights], History]


def flow(precision: str) -> Train:
    def train(problem: sensing.Problem, weights: Weights) -> History:
        depth = len(weights)
        unit = sensing.from_plain_rate(RATE, depth)
        goal = sensing.from_plain_loss(GOAL, depth)
        run = sensing.flow(problem, weights, 1e5 * unit, goal, precision=precision)
        return History(run.time / unit, run.loss, run.values, run.weights, "", run.evaluations)

    return train


def descent(precision: str) -> Train:
    def train(problem: sensing.Problem, weights: Weights) -> History:
        depth = len(weights)
        unit = sensing.from_plain_rate(RATE, depth)
        goal = sensing.from_plain_loss(GOAL, depth)
        return sensing.descend(problem, weights, unit, 10**5, goal, EVERY, precision=precision)

    return train


def scipy_flow(
    method: type[RK23] | type[RK45], problem: sensing.Problem, weights: Weights
) -> History:
    """SciPy's explicit methods: its implicit ones would need a dense Jacobian of 10^4 weights."""
    depth, pack, evaluate = len(weights), Packing(weights), sensing.objective(problem)
    unit, goal = sensing.from_plain_rate(RATE, depth), sensing.from_plain_loss(GOAL, depth)
    loss = np.inf

    def rate(t: float, state: np.ndarray) -> np.ndarray:
        nonlocal loss
        loss, gradients = evaluate(pack.split(state))
        return -pack.join(gradients)

    start = pack.join(weights)
    scale = float(np.sqrt(np.mean(start**2)))
    solver = method(rate, 0.0, start, 1e5 * unit, rtol=1e-5, atol=1e-5 * scale)
    times, values = [0.0], [sensing.leading_values(weights)]
    while loss >= goal:  # the last evaluation of a step is at its end
        solver.step()
        times.append(solver.t / unit)
        values.append(sensing.leading_values(pack.split(solver.y)))
    final = pack.split(solver.y)
    return History(np.array(times), np.zeros(len(times)), np.array(values), final, "", solver.nfev)


def torch_descent(problem: sensing.Problem, weights: Weights) -> History:
    """The authors' loop: plain mean squared error, SGD, float32, automatic differentiation."""
    import torch

    rows = torch.tensor(problem.rows, dtype=torch.float32)
    targets = torch.tensor(problem.targets, dtype=torch.float32)
    layers = [torch.tensor(w, dtype=torch.float32, requires_grad=True) for w in weights]
    optimiser = torch.optim.SGD(layers, lr=RATE)
    times, values, step = [], [], 0
    while True:
        whole = layers[0]
        for layer in layers[1:]:
            whole = layer @ whole
        loss = torch.mean((rows @ whole.reshape(-1) - targets) ** 2)
        done = loss.item() < GOAL
        if done or step % EVERY == 0:
            times.append(float(step))
            values.append(np.linalg.svd(whole.detach().numpy(), compute_uv=False)[:5])
        if done:
            break
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
    final = [layer.detach().numpy().astype(np.float64) for layer in layers]
    return History(np.array(times), np.zeros(len(times)), np.array(values), final, "", step + 1)


def value_gap(run: History, reference: History) -> float:
    """Largest relative difference at the steps that both recorded."""
    _, here, there = np.intersect1d(run.time, reference.time, return_indices=True)
    found, wanted = run.values[here], reference.values[there]
    return float(np.max(np.abs(found - wanted) / np.maximum(wanted, FLOOR)))


def time_gap(run: History, reference: History) -> float:
    """Largest relative difference of the steps to half of the reference's final values."""
    halves = reference.values[-1, :4] / 2
    found, wanted = measured_times(run, halves, 1.0), measured_times(reference, halves, 1.0)
    return float(np.max(np.abs(found / wanted - 1)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--depth", type=int, action="append")
    parser.add_argument("--scipy", action="store_true", help="also RK45 and RK23 (slow)")
    parser.add_argument("--torch", action="store_true", help="also PyTorch, if it is there")
    options = parser.parse_args()
    depths = options.depth or list(sensing.PAPER_DEPTHS)
    problem = sensing.Problem.paper(options.seed)
    starts = {depth: sensing.initial(problem, depth, seed=options.seed) for depth in depths}

    ways: dict[str, Train] = {
        "descent float64": descent("float64"),
        "descent float32": descent("float32"),
        "flow float64": flow("float64"),
        "flow float32": flow("float32"),
    }
    if options.scipy:
        ways["flow, SciPy RK45"] = partial(scipy_flow, RK45)
        ways["flow, SciPy RK23"] = partial(scipy_flow, RK23)
    if options.torch:
        try:
            import torch

            ways[f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads"] = torch_descent
        except ImportError:
            print("PyTorch is absent: skipped")
    references: dict[int, History] = {}
    print(
        f"{'':32}{'seconds':>9}{'CPU s':>9}{'gradients':>11}{'values':>10}{'times':>9}"
        "  authors' 136 s / ours"
    )
    for name, train in ways.items():
        seconds, busy, gradients, shifts, moved, lines = 0.0, 0.0, 0, 0.0, 0.0, []
        for depth in depths:
            began, worked = time.perf_counter(), time.process_time()
            run = train(problem, starts[depth])
            took, work = time.perf_counter() - began, time.process_time() - worked
            reference = references.setdefault(depth, run)
            seconds, busy = seconds + took, busy + work
            gradients += run.evaluations
            shifts = max(shifts, time_gap(run, reference))
            if "flow" not in name:
                moved = max(moved, value_gap(run, reference))
            error = sensing.reconstruction_error(problem, run.weights)
            lines.append(
                f"    depth {depth}: {run.time[-1]:.0f} steps, error {error:.3g}, {took:.2f} s "
                f"({work:.2f} CPU), {run.evaluations:,} gradients"
            )
        ratio = f"{AUTHORS_SECONDS / seconds:.0f}" if depths == [1, 2, 3, 4] else "-"
        values = "-" if "flow" in name else f"{moved:.1e}"
        print(
            f"{name:32}{seconds:9.2f}{busy:9.2f}{gradients:11,}{values:>10}{shifts:9.1e}  {ratio}"
        )
        print("\n".join(lines), flush=True)


if __name__ == "__main__":
    main()
