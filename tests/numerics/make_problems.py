"""Regenerate problem_values.json: log y* of every problem to 50 digits, by a route of its own.

T_p(a, b) = F_p(b) − F_p(a) with mpmath's 2F1 at 100 digits and more (whatever cancels, cancels
there), bisection, then Newton steps. The last step proves itself: the sign of G changes within
10^−55 of the result, relatively. Run: python tests/numerics/make_problems.py
"""

import json
import math

from mpmath import mp, mpf
from problems import VALUES, key, pairs

DIGITS = 50
#: Working digits; what cancels at r − 1 = 2^−48 and s = 1e-15 together is below 40.
WORKING = 140


def antiderivative(p, x):
    if p == 1:
        return mp.log(x / (1 - x))
    if p == 2:
        return mp.log(x / (1 - x)) - 1 / x
    return x ** (1 - p) / (1 - p) * mp.hyp2f1(1, 1 - p, 2 - p, x)


def equation(depth, ratio, s, f):
    """G(log y): the smaller value's time to s minus the larger one's to f; falls as y grows."""
    p = mpf(2) if math.isinf(depth) else 2 - 2 / mpf(depth)
    r = mpf(ratio)
    ends = antiderivative(p, mpf(s)) - r**-p * antiderivative(p, mpf(f))

    def gap(log_y):
        y = mp.exp(log_y)
        return ends - antiderivative(p, y) + r**-p * antiderivative(p, y / r)

    def slope(log_y):
        y = mp.exp(log_y)
        return y ** (1 - p) * (1 / (r - y) - 1 / (1 - y))

    return gap, slope, (ends if p < 1 else mp.inf)


def log_threshold(depth, ratio, s, f):
    with mp.workdps(WORKING):
        gap, slope, most = equation(depth, ratio, s, f)
        if most <= 0:
            return "-inf"
        high = mp.log(mpf(s))
        low = 2 * high - 1
        while gap(low) <= 0:
            low *= 2
        while high - low > mpf(10) ** -7 * abs(high):
            middle = (low + high) / 2
            low, high = (middle, high) if gap(middle) > 0 else (low, middle)
        root = (low + high) / 2
        for _ in range(6):
            root -= gap(root) / slope(root)
        near = abs(root) * mpf(10) ** (-DIGITS - 5)
        if not gap(root - near) > 0 > gap(root + near):
            raise ArithmeticError(f"no sign change at {depth, ratio, s, f}")
        return mp.nstr(root, DIGITS)


if __name__ == "__main__":
    values = {key(pair): log_threshold(*pair) for pair in pairs()}
    VALUES.write_text(json.dumps(values, indent=1) + "\n")
