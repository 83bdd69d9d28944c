"""The descent figure shows both ends, the flow's limit, and orders 1 and 2 as measured slopes."""

import re

import numpy as np
import pytest

from stairwise.numerics.threshold import log_threshold
from stairwise.reports.figures.descent import descent


@pytest.mark.slow
def test_descent_figure():
    figure = descent()
    rows, orders = figure.axes[:3], figure.axes[3]
    for axes, depth in zip(rows, (2.0, 3.0, np.inf), strict=True):
        safe, supremum, flow = (line.get_ydata() for line in axes.lines)
        assert np.all(safe <= supremum)
        assert np.any(safe < supremum)
        exact = log_threshold(depth, 1.5, 0.1, 0.9) / np.log(10)
        assert flow[0] == pytest.approx(exact, rel=1e-14)
        assert abs(safe[0] - flow[0]) < 0.1 * abs(safe[-1] - flow[0]) + 0.01 / np.log(10)
    assert "log_{10}" in rows[1].get_ylabel()
    assert "log_{10}" in orders.get_ylabel()
    slopes = [
        float(match.group(1))
        for text in orders.texts
        if (match := re.search(r"slope (\d\.\d\d)", text.get_text()))
    ]
    assert slopes == pytest.approx([1, 2], abs=0.01)
