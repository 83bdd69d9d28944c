"""The types that the public functions promise, held against what they give.

Run by pytest, this shows that results are what their types say and that wrong arguments are
refused. Checked by strict mypy (`test_strict_mypy.py`), the same lines show that a checker sees
those types (`assert_type`) and refuses those arguments (each `type: ignore` has to be needed).
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import assert_type

import numpy as np
import pytest
from flint import arb
from numpy.typing import NDArray

from stairwise import numerics
from stairwise.numerics import (
    Bounds,
    BoxVerdict,
    Crossing,
    DescentEnclosure,
    DescentThreshold,
    FlowSolution,
    Law,
    LawFit,
    MeasuredLaw,
    Replay,
    chain_log_threshold,
    critical_ratio,
    depth_law,
    descent_bounds,
    descent_log_threshold,
    descent_trajectory,
    elementary_bounds,
    enclose_critical_ratio,
    enclose_descent_threshold,
    enclose_learning_time,
    enclose_log_threshold,
    fit_law,
    fixed_point_bounds,
    flow_log_threshold,
    geometric_spectrum,
    gradient_flow,
    is_incremental,
    learning_time,
    log10_threshold_decimals,
    log_threshold,
    measure_depth_law,
    neighbour_log_thresholds,
    paper_bounds,
    power_law_spectrum,
    precise_learning_time,
    precise_log_threshold,
    prefer_law,
    prove_boxes,
    prove_on_box,
    read_spectrum,
    replay_certificate,
    sharp_bounds,
    taylor_log_threshold,
    taylor_time,
    threshold,
    trajectory,
    uniform_law,
)
from stairwise.numerics.balls import Decimals
from stairwise.numerics.certificate import write_certificate

Floats = NDArray[np.float64]
S, F, RATIOS = 0.1, 0.9, [1.5, 2.0]


def one(*values: float) -> None:
    assert {type(value) for value in values} == {float}


def many(*values: float | Floats) -> None:
    assert {type(value) for value in values} == {np.ndarray}


def test_scalars_give_floats() -> None:
    one(assert_type(log_threshold(3, 1.5, S, F), float))
    one(assert_type(threshold(3, 1.5, S, F), float))
    one(assert_type(critical_ratio(1.5, S, F), float))
    one(assert_type(uniform_law(3, 1.01, S, F, "first"), float))
    one(assert_type(learning_time(F, 1e-3, 2, 3), float))
    one(assert_type(trajectory(1, 1e-3, 2, 3), float))
    one(assert_type(flow_log_threshold(3, 1.5, S, F, "LSODA"), float))
    one(assert_type(descent_trajectory(10, 1e-3, 1, 3, 0.1), float))
    one(assert_type(chain_log_threshold(3, [3, 2, 1], S, F), float))


def test_arrays_and_sequences_give_arrays() -> None:
    many(assert_type(log_threshold(3, RATIOS, S, F), float | Floats))
    many(assert_type(threshold(3, RATIOS, S, F), float | Floats))
    many(assert_type(critical_ratio([1.5, 3], S, F), float | Floats))
    many(assert_type(uniform_law((2, 3), 1.01, S, F), float | Floats))
    many(assert_type(learning_time(F, 1e-3, np.array([2, 1]), 3), float | Floats))
    many(assert_type(trajectory(np.linspace(0, 1, 3), 1e-3, 2, 3), float | Floats))
    many(assert_type(flow_log_threshold(3, RATIOS, S, F, "LSODA"), float | Floats))
    many(assert_type(descent_trajectory(range(3), 1e-3, 1, 3, 0.1), float | Floats))
    many(assert_type(chain_log_threshold([2, 3], [3, 2, 1], S, F), float | Floats))
    many(assert_type(neighbour_log_thresholds(3, [3, 2, 1], S, F), Floats))
    many(assert_type(power_law_spectrum(3, 1.5), Floats))
    many(assert_type(geometric_spectrum(3, 1.5), Floats))


def test_pairs_of_results() -> None:
    for bounds in (paper_bounds, elementary_bounds):
        one(*assert_type(bounds(3, 1.5, S, F), Bounds[float]))
        many(*assert_type(bounds(3, RATIOS, S, F), Bounds[float | Floats]))
    for orders in (sharp_bounds, fixed_point_bounds):
        one(*assert_type(orders(3, 1.5, S, F, order=1), Bounds[float]))
        many(*assert_type(orders(3, RATIOS, S, F, order=1), Bounds[float | Floats]))
    one(*assert_type(descent_bounds(3, 1.5, S, F, 0.1), Bounds[float]))
    many(*assert_type(descent_bounds(3, RATIOS, S, F, 0.1, True), Bounds[float | Floats]))
    one(*assert_type(descent_log_threshold(3, 1.5, S, F, 0.1), DescentThreshold[float]))
    many(
        *assert_type(descent_log_threshold(3, RATIOS, S, F, 0.1), DescentThreshold[float | Floats])
    )
    one(*assert_type(depth_law(3, S, F), Law[float]))
    many(*assert_type(depth_law([3, 4], S, F), Law[float | Floats]))
    one(assert_type(paper_bounds(3, 1.5, S, F).lower, float))
    one(assert_type(depth_law(3, S, F).exponent, float))


def test_plain_names_of_pairs_stand_for_either() -> None:
    pairs: list[Bounds] = [paper_bounds(3, 1.5, S, F), paper_bounds(3, RATIOS, S, F)]
    assert_type(pairs[0], Bounds[float | Floats])
    assert len(pairs[0]) == 2


def test_numbers_that_may_be_arrays_give_either() -> None:
    either: list[float | Floats] = [1.5, np.array(RATIOS)]
    found = [assert_type(log_threshold(3, ratio, S, F), float | Floats) for ratio in either]
    assert [type(value) for value in found] == [float, np.ndarray]


def test_truth_values() -> None:
    assert type(assert_type(is_incremental(1e-3, 2, 1, 3, S, F), bool)) is bool
    found = assert_type(is_incremental(1e-3, [2, 3], 1, 3, S, F), bool | NDArray[np.bool_])
    assert isinstance(found, np.ndarray)


def test_every_kind_of_number_is_one() -> None:
    one(assert_type(log_threshold(math.inf, Fraction(3, 2), Decimal("0.1"), np.float64(F)), float))
    one(assert_type(log_threshold(np.int64(3), np.float32(1.5), np.float64(S), F), float))


def test_every_kind_of_array_is_one() -> None:
    objects: NDArray[np.object_] = np.array([Fraction(3, 2), 2], dtype=object)
    kinds: list[NDArray[np.int64] | NDArray[np.float32] | NDArray[np.object_]] = [
        np.array([2, 3]),
        np.array([1.5, 2], dtype=np.float32),
        objects,
    ]
    for ratios in kinds:
        many(assert_type(log_threshold(3, ratios, S, F), float | Floats))
    many(log_threshold([2, math.inf, Fraction(5, 2)], (1.5, 2, 3), [[S], [0.2]], F))
    many(log_threshold(3, [np.array([2, 3]), [Decimal(2), 3]], S, F))
    some: list[Sequence[float]] = [RATIOS, (1.5,), range(2, 4)]
    for sequence in some:
        many(assert_type(log_threshold(3, sequence, S, F), float | Floats))


def test_exact_numbers_give_balls_and_mpmath_numbers() -> None:
    ball = assert_type(enclose_log_threshold(3, "1.5", Fraction(1, 10), Decimal("0.9")), arb)
    assert isinstance(ball, arb)
    assert isinstance(assert_type(enclose_critical_ratio("1.5", "1/10", F), arb), arb)
    assert isinstance(assert_type(enclose_learning_time("0.9", "1e-3", 2, 3), arb), arb)
    assert isinstance(assert_type(log10_threshold_decimals(3, "1.5", S, F), Decimals), Decimals)
    # mpmath publishes no types: a checker sees Any.
    for precise in (
        precise_log_threshold(3, "1.5", "0.1", "0.9", digits=15),
        precise_learning_time("0.9", "1e-3", 2, 3, digits=15),
        taylor_log_threshold(3, "1.5", "0.1", "0.9", digits=15),
        taylor_time("0.9", "1e-3", 2, 3, digits=15),
    ):
        assert type(precise).__name__ == "mpf"


def test_records() -> None:
    gaps = np.geomspace(1e-6, 1e-3, 10)
    values = np.asarray(log_threshold(3, 1 + gaps, S, F))
    assert isinstance(assert_type(fit_law(gaps, values), LawFit), LawFit)
    assert isinstance(assert_type(prefer_law(list(gaps), values), LawFit), LawFit)
    proved = assert_type(enclose_descent_threshold(3, 1.5, S, F, 0.1), DescentEnclosure)
    assert isinstance(proved, DescentEnclosure)
    flow = assert_type(gradient_flow(Fraction(9), [-5, -7.0], 2, 3), FlowSolution)
    many(assert_type(flow.log_values([0, 1]), Floats), assert_type(flow.learning_times(F), Floats))
    crossing = assert_type(flow.crossing(0, -1.0), Crossing | None)
    assert isinstance(crossing, Crossing)
    measured = assert_type(measure_depth_law(3, S, F, count=10), MeasuredLaw)
    one(measured.exact_slope, measured.exact_constant)


def test_proofs_and_files(tmp_path: Path) -> None:
    claim = ("separation-bounds", "lower")
    found = assert_type(prove_on_box(*claim, 3, shift="1/2", cuts=0), BoxVerdict)
    assert isinstance(found, BoxVerdict)
    assert assert_type(prove_boxes(()), tuple[BoxVerdict, ...]) == ()
    certificate = tmp_path / "proofs.json"
    write_certificate(certificate, [])
    assert isinstance(assert_type(replay_certificate(certificate), Replay), Replay)
    spectrum = tmp_path / "values.txt"
    spectrum.write_text("3 2 1")
    many(assert_type(read_spectrum(spectrum), Floats))


def test_arguments_that_are_no_numbers_are_refused() -> None:
    flags: NDArray[np.bool_] = np.array([True])
    words: NDArray[np.str_] = np.array(["two"])
    waves: NDArray[np.complex128] = np.array([1j])
    with pytest.raises(ValueError, match="depth must be"):
        log_threshold("two", 1.5, S, F)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="ratio must be"):
        log_threshold(3, object(), S, F)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="s must be"):
        log_threshold(3, 1.5, None, F)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="f must be"):
        log_threshold(3, 1.5, S, 0.9j)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="ratio must be"):
        log_threshold(3, b"12", S, F)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="ratio must be"):
        log_threshold(3, ["2"], S, F)  # type: ignore[list-item]
    with pytest.raises(ValueError, match="ratio must be"):
        log_threshold(3, [[1.5], [None]], S, F)  # type: ignore[list-item]
    with pytest.raises(ValueError, match="ratio must be"):
        log_threshold(3, [flags], S, F)  # type: ignore[list-item]
    with pytest.raises(ValueError, match="ratio must be"):
        log_threshold(3, {1.5, 2.0}, S, F)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="ratio must be"):
        log_threshold(3, {0: 1.5}, S, F)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="depth must be"):
        paper_bounds(flags, 1.5, S, F)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="depth must be"):
        depth_law(words, S, F)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="sigma0 must be"):
        trajectory(1, waves, 2, 3)  # type: ignore[arg-type]


def test_single_numbers_are_not_arrays() -> None:
    with pytest.raises(ValueError, match="ratio must be"):
        enclose_log_threshold(3, [1.5, 2], S, F)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ratio must be"):
        precise_log_threshold(3, [1.5, 2], S, F)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ratio must be one number"):
        enclose_descent_threshold(3, [1.5, 2], S, F, 0.1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="depth must be one number"):
        gradient_flow(9, -5, 2, [3, 4])  # type: ignore[arg-type]


def test_results_are_not_what_they_are_not() -> None:
    with pytest.raises(AttributeError):
        print(log_threshold(3, 1.5, S, F).shape)  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        print(log_threshold(3, 1.5, S, F)[0])  # type: ignore[index]
    with pytest.raises(AttributeError):
        print(paper_bounds(3, 1.5, S, F).middle)  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        print(numerics.log_treshold)  # type: ignore[attr-defined]
