"""Chains of targets: the definition by learning times, spectra, files, arguments."""

import numpy as np
import pytest

from stairwise.numerics.chain import (
    chain_log_threshold,
    geometric_spectrum,
    neighbour_log_thresholds,
    power_law_spectrum,
    read_spectrum,
)
from stairwise.numerics.learning_time import learning_time
from stairwise.numerics.threshold import log_threshold


def learned_in_order(start, targets, depth, s, f):
    """The definition, from learning times: for each k, k values past f and the others below s."""
    past = learning_time(f, start, targets, depth)
    still = learning_time(s, start, targets, depth)
    return all(past[:k].max() <= still[k:].min() for k in range(1, len(targets)))


@pytest.mark.parametrize("depth", [2, 2.5, 3, 10, np.inf])
def test_definition_holds_below_the_threshold_and_fails_above(depth):
    rng = np.random.default_rng(41)
    for _ in range(10):
        targets = np.cumprod(rng.uniform(1.4, 4, 5))[::-1]
        s, f = rng.uniform(0.05, 0.25), rng.uniform(0.75, 0.95)
        start = np.exp(chain_log_threshold(depth, targets, s, f))
        assert learned_in_order(start * (1 - 1e-8), targets, depth, s, f)
        assert not learned_in_order(start * (1 + 1e-8), targets, depth, s, f)


def test_least_neighbour_binds():
    pairs = neighbour_log_thresholds(3, [12, 6, 4, 3], 0.1, 0.9)
    expected = np.log([6, 4, 3]) + log_threshold(3, [2, 1.5, 4 / 3], 0.1, 0.9)
    assert pairs == pytest.approx(expected, abs=1e-14)
    assert chain_log_threshold(3, [12, 6, 4, 3], 0.1, 0.9) == min(pairs)


def test_close_targets_keep_their_digits():
    smaller = 1 / 3
    larger = smaller + 2.0**-44
    exact = -np.log(81) * smaller / 2.0**-44  # −L/(r − 1), the rest is of order 1
    assert chain_log_threshold(2, [larger, smaller], 0.1, 0.9) == pytest.approx(exact, rel=1e-12)


def test_shapes_and_depths_broadcast():
    targets = np.stack([geometric_spectrum(6, 2), power_law_spectrum(6, 1)])
    found = chain_log_threshold([[2], [3], [np.inf]], targets, 0.1, 0.9)
    assert found.shape == (3, 2)
    assert np.all(np.diff(found, axis=0) > 0)  # deeper models afford larger initialisations
    assert isinstance(chain_log_threshold(2, [2, 1], 0.1, 0.9), float)


def test_geometric_spectrum_is_bound_by_its_last_pair():
    last = neighbour_log_thresholds(3, geometric_spectrum(8, 1.5), 0.1, 0.9)
    assert np.all(np.diff(last) < 0)
    expected = np.log(1.5**-7) + log_threshold(3, 1.5, 0.1, 0.9)
    assert last[-1] == pytest.approx(expected, abs=1e-12)


def test_ties_and_unreachable_ratios_are_minus_infinity():
    assert chain_log_threshold(3, [2, 1, 1], 0.1, 0.9) == -np.inf
    assert chain_log_threshold(1.5, [6, 1], 0.1, 0.9) == -np.inf
    assert np.isfinite(chain_log_threshold(1.5, [7, 1], 0.1, 0.9))


@pytest.mark.parametrize("count", [2, 5, 6])
def test_power_law_spectra_are_powers(count):
    expected = [float(k) ** -1.5 for k in range(1, count + 1)]
    assert power_law_spectrum(count, 1.5).tolist() == pytest.approx(expected, rel=1e-15)


def test_spectrum_from_a_file(tmp_path):
    path = tmp_path / "values.txt"
    path.write_text("# singular values\n3, 12 4\n6\n0\n")
    assert read_spectrum(path).tolist() == [12, 6, 4, 3]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1, two", "spectrum must be numbers; got .*two"),
        ("1 -2", "spectrum must be finite numbers ≥ 0"),
        ("1 nan", "spectrum must be finite numbers ≥ 0"),
        ("1 0", "spectrum must have two positive values at least"),
    ],
)
def test_bad_files_are_named(tmp_path, text, message):
    path = tmp_path / "values.txt"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        read_spectrum(path)


def test_bad_input_is_named(tmp_path):
    with pytest.raises(
        ValueError, match=r"path must be a readable text file of at most \d+ bytes; got .*none"
    ):
        read_spectrum(tmp_path / "none")
    with pytest.raises(ValueError, match=r"sigma_star must be at least two .* falling; got 3\.0"):
        chain_log_threshold(2, [1, 3, 2], 0.1, 0.9)
    with pytest.raises(ValueError, match=r"sigma_star must be at least two .*; got shape \(1,\)"):
        chain_log_threshold(2, [1], 0.1, 0.9)
    with pytest.raises(ValueError, match=r"ratio must be a finite number > 1; got 0\.5"):
        geometric_spectrum(4, 0.5)
    with pytest.raises(ValueError, match="count must be a whole number ≥ 2; got 1"):
        power_law_spectrum(1, 2)


def test_spectra_that_do_not_fall_in_float64_are_refused(tmp_path):
    rule = "exponent must be such that neighbouring values differ as float64; got 1e-16"
    with pytest.raises(ValueError, match=rule):
        power_law_spectrum(6, 1e-16)
    for make in (power_law_spectrum, geometric_spectrum):
        with pytest.raises(ValueError, match="count must be at most 10000000; got 1000"):
            make(10**400, 2)
    marked = tmp_path / "marked.txt"
    marked.write_bytes(b"\xef\xbb\xbf3, 2\n1")
    assert read_spectrum(marked).tolist() == [3, 2, 1]
