"""The ODE and mpmath routes on the shared problem table; convergence and honesty apart."""

import math

import numpy as np
import pytest
from mpmath import mp, mpf
from problems import PROBLEMS, tagged

from stairwise.numerics import flow_log_threshold, precise_log_threshold
from stairwise.numerics.flow_threshold import METHODS, flow_threshold

#: Radau takes a second each on long plateaus and the extremes: those wait for the slow run.
LONG = [p for p in tagged("near-tie", "plateau") if p.depth > 2]
LONG += [p for p in tagged("stiff") if min(1 - p.f, p.s) < 1e-8 and p not in LONG]
SHORT = [p for p in PROBLEMS if p not in LONG]


def error(value, problem):
    """Error of a float64 result against the 50-digit reference, without rounding it first."""
    if problem.reference == "-inf":
        return 0.0 if value == -math.inf else math.inf
    with mp.workdps(60):
        return float(mpf(value) - mpf(problem.reference))


def check_agreement(problem, method):
    found = flow_log_threshold(*problem.pair, method, rtol=1e-11)
    assert abs(error(found, problem)) < 1e-8


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_lsoda_agrees_over_the_whole_table(problem):
    check_agreement(problem, "LSODA")


@pytest.mark.parametrize("method", ["Radau", "BDF"])
@pytest.mark.parametrize("problem", SHORT, ids=str)
def test_radau_and_bdf_agree(problem, method):
    check_agreement(problem, method)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["Radau", "BDF"])
@pytest.mark.parametrize("problem", LONG, ids=str)
def test_radau_and_bdf_agree_on_long_plateaus(problem, method):
    check_agreement(problem, method)


@pytest.mark.parametrize("problem", tagged("easy")[::3], ids=str)
def test_the_agreement_would_notice_a_ratio_off_by_a_part_in_a_million(problem):
    depth, ratio, s, f = problem.pair
    found = flow_log_threshold(depth, ratio * (1 + 1e-6), s, f, "LSODA")
    assert abs(error(found, problem)) > 1e-8


# Convergence, apart from honesty: what the error does as the tolerance is halved.

#: Expected exponents of the tolerance in the final error. Radau's estimate is of order 3 and its
#: result of order 5, so steps go like rtol^(1/4) and errors like rtol^(5/4). The multistep methods
#: change their order as they go, and their errors follow the tolerance about linearly.
EXPECTED = {"Radau": (1.1, 1.4), "BDF": (0.7, 1.15), "LSODA": (0.6, 1.4)}


@pytest.mark.parametrize("method", METHODS)
def test_halving_the_tolerance_reduces_the_error_at_the_expected_rate(method):
    tolerances = 1e-4 * 0.5 ** np.arange(15)
    slopes = []
    for problem in tagged("easy"):
        found = [flow_log_threshold(*problem.pair, method, rtol=rtol) for rtol in tolerances]
        sizes = np.log([abs(error(value, problem)) for value in found])
        slopes.append(np.polyfit(np.log(tolerances), sizes, 1)[0])
    low, high = EXPECTED[method]
    assert low < np.median(slopes) < high


# Honesty, apart from convergence: the estimate covers the error, and is not idly large.


@pytest.mark.parametrize("rtol", [1e-6, 1e-8, 1e-11])
@pytest.mark.parametrize("method", METHODS)
def test_the_error_estimate_covers_the_error(method, rtol):
    check_honesty(PROBLEMS if method == "LSODA" else SHORT[::9], method, rtol)


@pytest.mark.slow
@pytest.mark.parametrize("rtol", [1e-6, 1e-8, 1e-11])
@pytest.mark.parametrize("method", ["Radau", "BDF"])
def test_the_error_estimate_covers_the_error_everywhere(method, rtol):
    check_honesty(PROBLEMS, method, rtol)


def check_honesty(problems, method, rtol):
    for problem in problems:
        found = flow_threshold(*problem.pair, method, rtol)
        assert abs(error(found.log_threshold, problem)) <= found.error_estimate, str(problem)


@pytest.mark.parametrize("method", METHODS)
def test_the_error_estimate_says_something(method):
    for problem in tagged("easy")[::4]:
        assert flow_threshold(*problem.pair, method, 1e-8).error_estimate < 1e-5


# The mpmath route.

QUICK = [p for p in PROBLEMS if p not in LONG]


@pytest.mark.parametrize("problem", QUICK, ids=str)
def test_quadrature_agrees_to_forty_digits(problem):
    check_digits(problem, 42)


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_quadrature_agrees_to_fifty_digits(problem):
    check_digits(problem, 49)


def check_digits(problem, digits):
    found = precise_log_threshold(*problem.pair, digits=digits)
    if problem.reference == "-inf":
        assert found == -mp.inf
        return
    with mp.workdps(60):
        assert abs(found / mpf(problem.reference) - 1) < mpf(10) ** -(digits - 1)
