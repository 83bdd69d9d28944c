from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from stairwise.numerics import _course, learning_time, trajectory
from stairwise.numerics._clock import Clock, Exponent
from stairwise.numerics._course import course

DEPTHS = (1.05, 1.5, 1.83, 2.2, 2.5, 3, 4, 10, 1e6, np.inf)


def exponent(depth: float) -> Exponent:
    return Exponent(1 - 2 / depth, 0.0, 2 / depth)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("start", [1e-15, 1e-4, 0.3, 2.5, 1e6])
def test_many_times_give_what_few_give(depth: float, start: float) -> None:
    """300 times are read from the table, 100 are solved for one by one."""
    end = learning_time(0.999, start, 1, depth) if start < 1 else 9.0
    times = np.concatenate([np.linspace(0, 1.5 * end, 200), np.geomspace(1e-9, 1, 100) * end])
    values = trajectory(times, start, 1, depth)
    few = np.concatenate([trajectory(some, start, 1, depth) for some in np.split(times, 3)])
    # Apart from what a rounding of the time does, which is large on leaving a long plateau.
    p = 2 - 2 / depth
    speed = times * few ** (p - 1) * np.abs(1 - few)
    assert (np.abs(values / few - 1) <= 2e-13 + 4e-15 * speed).all()
    moved = trajectory(times, start * (1 + 1e-11), 1, depth)
    assert (np.abs(moved / few - 1) > 2e-13 + 4e-15 * speed).any()


@pytest.mark.parametrize("depth", DEPTHS)
def test_an_integrated_flow(depth: float) -> None:
    p = 2 - 2 / depth
    end = 10 + learning_time(0.9, 0.01, 1, depth)
    times = np.linspace(0, end, 400)

    def flow(_: float, v: Any) -> Any:
        return np.exp((p - 1) * v) * (1 - np.exp(v))

    run = solve_ivp(flow, (0, end), [np.log(0.01)], "DOP853", times, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(trajectory(times, 0.01, 1, depth), np.exp(run.y[0]), rtol=1e-9)


@pytest.mark.parametrize("depth", [1, 1.5, 2, 3, np.inf])
@pytest.mark.parametrize("targets", [[4.0, 2.0, 1e-3], [4.0, 0.0, 0.01]])
def test_some_solutions_at_many_times(depth: float, targets: list[float]) -> None:
    """However the arguments broadcast, each solution has its values, by table or without."""
    times = np.linspace(0, 40, 500)
    alone = [trajectory(times, 0.01, target, depth) for target in targets]
    columns = trajectory(times[:, None], 0.01, targets, depth)
    rows = trajectory(times, 0.01, np.array(targets)[:, None], depth)
    both = trajectory(times[:, None, None], [[0.01], [0.01]], targets, depth)
    own = trajectory(np.stack([times, 2 * times], axis=1), 0.01, targets[:2], depth)
    several = trajectory(times, 0.01, 4.0, [[depth], [1.7]])
    close = {"rtol": 2e-13, "atol": 0}
    np.testing.assert_allclose(columns, np.stack(alone, axis=1), **close)
    np.testing.assert_allclose(rows, alone, **close)
    np.testing.assert_allclose(both[:, 1], columns, **close)
    np.testing.assert_allclose(own[:, 1], trajectory(2 * times, 0.01, targets[1], depth), **close)
    np.testing.assert_allclose(several[0], alone[0], **close)
    if targets[1]:  # all from the table, as alone
        np.testing.assert_array_equal(rows, alone)


def test_begins_at_sigma0_and_ends_at_sigma_star() -> None:
    times = np.concatenate([[0], np.geomspace(1e-300, 1e300, 700)])
    for depth in DEPTHS:
        for start in (1e-12, 0.4, 3.0, 1e7):
            values = trajectory(times, start, 1, depth)
            assert values[0] == pytest.approx(start, rel=3e-14)
            assert values[-1] == 1
            assert values.min() >= min(start, 1)
            assert values.max() <= max(start, 1)
            steps = np.diff(values) if start < 1 else -np.diff(values)
            assert (steps >= -1e-13 * values[1:]).all()


@pytest.mark.parametrize(
    ("depth", "x"), [(2.1, 0.1), (1.9, 0.1), (2 + 1e-12, 0.1), (3, 0.6), (3, 1e-20), (3, 0.0)]
)
def test_no_course_where_it_would_not_be_accurate(depth: float, x: float) -> None:
    assert course(exponent(depth), x) is None
    assert course(exponent(3), 0.1) is not None


def test_rows_that_do_not_meet_make_no_course(monkeypatch: pytest.MonkeyPatch) -> None:
    _course.forget()
    with monkeypatch.context() as patch:
        patch.setattr(Clock, "position", lambda clock, u: position(clock, u) * (1 + noise(u)))
        assert course(exponent(3), 0.1) is None
        times = np.linspace(0, 30, 300)
        values = trajectory(times, 0.1, 1, 3)  # by the kernel
    _course.forget()
    np.testing.assert_allclose(values, trajectory(times, 0.1, 1, 3), rtol=1e-13)
    # Too steep a curve for the degree of the rows.
    with monkeypatch.context() as patch:
        patch.setattr(_course, "FLATTEST", 0.0)
        assert course(exponent(2.01), 1e-12) is None


position = Clock.position


def noise(u: Any) -> Any:
    return 1e-12 * np.sin(1e3 * u)


def test_tables_are_few_and_threads_may_share_them() -> None:
    _course.forget()
    times = np.linspace(0, 30, 300)
    depths = np.linspace(2.3, 9, 40)

    def solve(depth: float) -> Any:
        return trajectory(times, 0.05, 1, depth)

    alone = [solve(depth) for depth in depths]
    assert _course._course.cache_info().currsize == _course.TABLES
    _course.forget()
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(solve, [*depths, *depths]))
    np.testing.assert_array_equal(together, alone + alone)


def test_read_only_and_strided_times() -> None:
    times = np.linspace(0, 30, 900)
    times.flags.writeable = False
    every_third = trajectory(times[::3], 0.05, 1, 3)
    np.testing.assert_array_equal(every_third, trajectory(times, 0.05, 1, 3)[::3])


@pytest.mark.parametrize("e", [-0.3, 1 / 3, 0.9])
def test_places_of_times_on_the_clock(e: float) -> None:
    clock = Clock.of(Exponent(e, 0.0, 1 - e))
    places = np.linspace(0.01, 0.49, 200)
    np.testing.assert_allclose(clock.position(clock.time(places)), places, rtol=3e-15)


@pytest.mark.parametrize("scale", [1e-60, 1e60])
def test_tables_at_targets_far_from_one(scale: float) -> None:
    """σ*^p must carry what p was rounded by: log σ* ulps of the time, seen on leaving a plateau."""
    start = 1e-12 * scale
    times = np.linspace(0.99, 1.01, 300) * learning_time(0.999, start, scale, 3)
    values = trajectory(times, start, scale, 3)
    few = np.concatenate([trajectory(some, start, scale, 3) for some in np.split(times, 3)])
    x = few / scale
    speed = times * scale ** (4 / 3) * x ** (1 / 3) * (1 - x)
    assert (np.abs(values / few - 1) <= 2e-13 + 4e-15 * speed).all()
