"""Enclosures per second at 30 digits on one core, beside mpmath root finding at 30 digits.

Claims of issue «balls and boxes»: at least 2,000 enclosures a second, and at least 10 times the
rate of a non-rigorous mpmath root find at the same digits, measured in one run. The mpmath route
is what a good mpmath user would write: `findroot` (secant) on the log of the ratio of the two
times in log y, F_p by `hyp2f1` (elementary at N = 2 and ∞), started from the float64 root that it
is given for nothing.

Run: python benchmarks/bench_rigorous.py [--count 300]
"""

import argparse
import math
import random
import time

import mpmath

from stairwise.numerics.rigorous import enclose_log_threshold

DEPTHS = (2, 2.5, 3, 4, 5, 10, math.inf)
DIGITS = 30


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


def mpmath_root(depth, r, s, f, start):
    p = mpmath.mpf(2) if depth == math.inf else 2 - 2 / mpmath.mpf(depth)
    r = mpmath.mpf(r)
    ends = primitive(p, mpmath.mpf(s)), primitive(p, mpmath.mpf(f))
    scale = p * mpmath.log(r)

    def ratio(v):
        y = mpmath.exp(v)
        return mpmath.log((ends[0] - primitive(p, y)) / (ends[1] - primitive(p, y / r))) + scale

    return mpmath.findroot(ratio, (start, start * (1 + mpmath.mpf(10) ** -12)), solver="secant")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=300)
    count = parser.parse_args().count
    print(f"{'depth':>6} {'enclosures/s':>13} {'mpmath roots/s':>15} {'ratio':>7}   worst gap")
    for depth in DEPTHS:
        sample = cases(count)
        began = time.perf_counter()
        balls = [enclose_log_threshold(depth, *case, digits=DIGITS) for case in sample]
        rigorous = count / (time.perf_counter() - began)
        few = sample[: max(10, count // 10)]
        with mpmath.workdps(DIGITS):
            starts = [mpmath.mpf(float(ball.mid())) for ball in balls[: len(few)]]
            began = time.perf_counter()
            roots = [mpmath_root(depth, *c, v) for c, v in zip(few, starts, strict=True)]
            plain = len(few) / (time.perf_counter() - began)
            texts = [ball.str(DIGITS + 5, radius=False, more=True) for ball in balls[: len(few)]]
            gap = max(
                abs(root / mpmath.mpf(text) - 1) for root, text in zip(roots, texts, strict=True)
            )
        row = f"{depth:>6} {rigorous:13.0f} {plain:15.0f} {rigorous / plain:7.1f}"
        print(f"{row}   {mpmath.nstr(gap, 2)}")


if __name__ == "__main__":
    main()
