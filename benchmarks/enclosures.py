"""Enclosures per second at 30 digits on one core, beside mpmath root finding at 30 digits.

Claims: at least 2,000 enclosures a second, and at least 10 times the rate of a non-rigorous mpmath
root find at the same digits, in one run. The mpmath route is what a good mpmath user would write:
`findroot` (secant) on the log of the ratio of the two times in log y, F_p by `hyp2f1` (elementary
at N = 2 and ∞), from the paper's upper bound; and, as the hardest rival, given the float64 root
for nothing. Times are of the process, so that a busy machine does not count.

Run: python benchmarks/enclosures.py [--count 300]
"""

import argparse
import math
import random
import time

import mpmath

from stairwise.numerics.rigorous import enclose_log_threshold

DEPTHS = (2, 2.5, 3, 4, 5, 10, math.inf)
DIGITS = 30
PASSES = 5


def cases(count, seed=5):
    generator = random.Random(seed)
    return [
        (
            1 + 10 ** generator.uniform(-3, 2),
            generator.uniform(0.01, 0.249),
            generator.uniform(0.751, 0.99),
        )
        for _ in range(count)
    ]


def primitive(p, x):
    if p == 1:
        return mpmath.log(x / (1 - x))
    if p == 2:
        return mpmath.log(x / (1 - x)) - 1 / x
    return x ** (1 - p) / (1 - p) * mpmath.hyp2f1(1, 1 - p, 2 - p, x)


def mpmath_root(depth, r, s, f, start=None):
    p = mpmath.mpf(2) if depth == math.inf else 2 - 2 / mpmath.mpf(depth)
    r, s, f = mpmath.mpf(r), mpmath.mpf(s), mpmath.mpf(f)
    ends = primitive(p, s), primitive(p, f)
    scale = p * mpmath.log(r)

    def ratio(v):
        y = mpmath.exp(v)
        return mpmath.log((ends[0] - primitive(p, y)) / (ends[1] - primitive(p, y / r))) + scale

    if start is None:
        start = paper_upper(p, r, s, f)
        return mpmath.findroot(ratio, (start, start - mpmath.mpf("0.1")), solver="secant")
    return mpmath.findroot(ratio, (start, start * (1 + mpmath.mpf(10) ** -12)), solver="secant")


def paper_upper(p, r, s, f):
    """Log of the paper's upper bound: the start that a user has at hand."""
    if p == 1:
        return mpmath.log(s) + (1 - s) / (r - 1 + s) * mpmath.log(s / (r * f))
    q = (s / (r * f)) ** (p - 1)
    return mpmath.log(s) + mpmath.log((r - 1 + s) / (r - (1 - s) * q)) / (p - 1)


def rate(function, arguments):
    """Calls a second of this process's time, best of a few passes, and the results."""
    fastest = math.inf
    for _ in range(PASSES):
        began = time.process_time()
        results = [function(*a) for a in arguments]
        fastest = min(fastest, time.process_time() - began)
    return len(results) / fastest, results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=300)
    count = parser.parse_args().count
    print("roots a second; mpmath from the paper's bound, and given the float64 root for nothing")
    print(
        f"{'depth':>6} {'balls':>7} {'mpmath':>7} {'ratio':>6} {'given':>7} {'ratio':>6}  worst gap"
    )
    for depth in DEPTHS:
        sample = [(depth, *case) for case in cases(count)]
        enclosures, balls = rate(enclose_log_threshold, sample)
        few = sample[: max(10, count // 5)]
        with mpmath.workdps(DIGITS):
            plain, roots = rate(mpmath_root, few)
            starts = [(*c, mpmath.mpf(float(b.mid()))) for c, b in zip(few, balls, strict=False)]
            given, _ = rate(mpmath_root, starts)
            texts = [ball.str(DIGITS + 5, radius=False, more=True) for ball in balls[: len(few)]]
            gap = max(abs(x / mpmath.mpf(text) - 1) for x, text in zip(roots, texts, strict=True))
        print(
            f"{depth:>6} {enclosures:7.0f} {plain:7.0f} {enclosures / plain:6.1f} {given:7.0f} "
            f"{enclosures / given:6.1f}  {mpmath.nstr(gap, 2)}"
        )


if __name__ == "__main__":
    main()
