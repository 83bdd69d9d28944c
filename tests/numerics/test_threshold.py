import numpy as np
import pytest

from stairwise.numerics.threshold import log_threshold

# Theory notes, section 10: log y* at s = 1/10, f = 9/10 for r = 1.01, 1.5, 10.
REFERENCE = {
    2: (-442.6371731298969042257101, -11.79706564730934833152916, -2.997663356980562747475159),
    2.5: (-23.37555186001502256526004, -6.586780287086264388832713, -2.693021054052143172461395),
    3: (-15.93951697336988450765268, -5.420779231633697176205868, -2.586767784589956193242843),
    4: (-11.78538194945110417455667, -4.589384094381624833554698, -2.505541482171489293128028),
    10: (-8.388865440935743968821189, -3.793943111520911668592877, -2.429551060402256253186277),
    np.inf: (-7.190023397074879787357478, -3.491255551302386317704757, -2.402654461317170107474129),
}


@pytest.mark.parametrize(("depth", "expected"), REFERENCE.items())
def test_reference_table(depth: float, expected: tuple[float, ...]) -> None:
    values = log_threshold(depth, [1.01, 1.5, 10], 0.1, 0.9)
    # The table is at the decimal ratio 1.01; the nearest double moves the value by 1e-15.
    np.testing.assert_allclose(values, expected, rtol=2e-15)


def test_no_threshold_at_depth_one_nor_below_the_critical_ratio() -> None:
    assert log_threshold(1, 1e12, 0.1, 0.9) == -np.inf
    values = log_threshold(1.5, [6.1, 6.13], 0.1, 0.9)  # critical ratio 6.129962
    assert values[0] == -np.inf
    assert np.isfinite(values[1])


def test_scalars_give_python_floats_and_arrays_broadcast() -> None:
    assert type(log_threshold(3, 1.5, 0.1, 0.9)) is float
    assert log_threshold([[2], [3]], [1.5, 2, 4], 0.1, 0.9).shape == (2, 3)
    assert log_threshold([], 2, 0.1, 0.9).shape == (0,)
