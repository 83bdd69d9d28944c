"""Every point at which fuzzing once found a broken promise keeps it now."""

import numpy as np
import pytest
from problems import REGRESSIONS
from routes import ROUTES


def error_at(case):
    route = ROUTES[case.route]
    columns = [np.array([x]) for x in case.point]
    values = tuple(float(np.asarray(value)[0]) for value in route.values(*columns))
    assert not any(map(np.isnan, values))
    return route.error(case.point, values)


@pytest.mark.parametrize("case", REGRESSIONS, ids=[case.name for case in REGRESSIONS])
def test_point_keeps_its_promise(case):
    assert error_at(case) <= 1


def test_names_are_unique_and_routes_exist():
    names = [case.name for case in REGRESSIONS]
    assert len(set(names)) == len(names) >= 20
    assert {case.route for case in REGRESSIONS} <= set(ROUTES)
