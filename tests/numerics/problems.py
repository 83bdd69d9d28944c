"""The shared problem table: pairs of values with their thresholds, tagged by what makes them hard.

Numbers are float64 and stand for exactly themselves. References come from `make_problems.py`
(2F1 closed form at 100 digits and more), a route that nothing in the package uses; run it again
after a change of this table: `python tests/numerics/make_problems.py`.
"""

import json
import math
from pathlib import Path
from typing import NamedTuple

#: Regimes: easy (mid-range); stiff (one value moves, or settles, many orders faster than the
#: other); plateau (it waits 1e12 or e^400 times longer than it learns); near-tie (r − 1 ≤ 0.01);
#: fractional (depth not whole); extreme (s, 1 − s, 1 − f, 1/r or a depth at 1e-9 or beyond);
#: none (no initialisation is incremental).
REGIMES = ("easy", "stiff", "plateau", "near-tie", "fractional", "extreme", "none")

VALUES = Path(__file__).with_name("problem_values.json")


class Problem(NamedTuple):
    """One pair, its regimes, and log y* to 50 digits as text."""

    depth: float
    ratio: float
    s: float
    f: float
    regimes: frozenset[str]
    reference: str

    @property
    def pair(self) -> tuple[float, float, float, float]:
        return self.depth, self.ratio, self.s, self.f

    def __str__(self) -> str:
        return f"N={self.depth!r} r={self.ratio!r} s={self.s!r} f={self.f!r}"


def _rows() -> list[tuple[float, float, float, float, str]]:
    mid = (0.1, 0.9)
    easy = [(n, r, *mid, "easy") for n in (2.0, 3.0, 4.0, 10.0, math.inf) for r in (1.5, 10.0)]
    return [
        *easy,
        (2.0, 2.0, 0.2, 0.8, "easy"),
        (5.0, 3.0, 0.05, 0.6, "easy"),
        (2.5, 1.5, *mid, "fractional"),
        (2.1, 4.0, *mid, "fractional"),
        (math.pi, 1.2, 0.3, 0.7, "fractional"),
        (1.5, 7.0, *mid, "fractional"),
        (1.9, 2.0, *mid, "fractional"),
        (1.99, 1.1, *mid, "fractional"),
        (1.0625, 1e12, 0.4, 0.6, "fractional extreme"),
        (2.0, 1.01, *mid, "near-tie plateau"),
        (2.0, 1.0063, *mid, "near-tie plateau"),
        (2.5, 1.01, *mid, "near-tie fractional"),
        (3.0, 1.01, *mid, "near-tie"),
        (10.0, 1.001, *mid, "near-tie"),
        (3.0, 1 + 1e-6, *mid, "near-tie"),
        (math.inf, 1 + 1e-12, *mid, "near-tie plateau extreme"),
        (math.inf, 1 + 2**-48, *mid, "near-tie plateau extreme"),
        (2.5, 1 + 2**-48, *mid, "near-tie plateau fractional extreme"),
        (math.inf, 2.0, 1e-12, 0.9, "stiff plateau extreme"),
        (math.inf, 2.0, 1e-15, 0.9, "stiff plateau extreme"),
        (4.0, 1.5, 1e-9, 0.99, "stiff extreme"),
        (math.inf, 100.0, *mid, "stiff"),
        (2.0, 1000.0, *mid, "stiff"),
        (3.0, 1e6, 0.4, 0.6, "stiff"),
        (2.0, 1e9, *mid, "stiff extreme"),
        (2.0, 1.5, 0.1, 1 - 1e-12, "stiff extreme"),
        (2.0, 2.0, 1e-12, 1 - 1e-12, "stiff extreme"),
        (3.0, 1.5, 1 - 2e-12, 1 - 1e-12, "stiff extreme"),
        (1e9, 1.5, *mid, "extreme"),
        (2 + 1e-9, 1.5, *mid, "extreme fractional"),
        (1.0, 1000.0, *mid, "none"),
        (1.5, 6.12, *mid, "none fractional"),
        (1.99, 1.02, *mid, "none fractional"),
    ]


def key(pair: tuple[float, float, float, float]) -> str:
    """Name of a pair in the file of references: its numbers, exactly."""
    return " ".join(value.hex() for value in pair)


def pairs() -> list[tuple[float, float, float, float]]:
    return [row[:4] for row in _rows()]


def load() -> list[Problem]:
    references = json.loads(VALUES.read_text())
    return [
        Problem(*row[:4], frozenset(row[4].split()), references[key(row[:4])]) for row in _rows()
    ]


def tagged(*regimes: str) -> list[Problem]:
    """Problems that have any of these regimes."""
    return [problem for problem in PROBLEMS if problem.regimes & set(regimes)]


PROBLEMS = load() if VALUES.exists() else []
#: Those that have a threshold.
SOLVABLE = [problem for problem in PROBLEMS if "none" not in problem.regimes]


class Regression(NamedTuple):
    """A point at which fuzzing found a broken promise: the route (`tests/fuzz`) and arguments."""

    name: str
    route: str
    point: tuple[float, ...]


#: Found by `tests/fuzz/run.py`; the names say what went wrong.
REGRESSIONS = [
    # log(s/(rf)) as a difference of logs: an upper bound 5e9 ulps below the threshold.
    Regression(
        "paper-upper-gap-cancelled",
        "paper_bounds",
        (10.0, 1.0000000000000073, 1.1186789545948184e-137, 1.11867895459482e-137),
    ),
    Regression(
        "paper-margin-overflowed",
        "paper_bounds",
        (1.0000000005801029, 5.95923218358385e305, 0.9999999947333323, 0.9999999947333325),
    ),
    # (1 − f) r rounded to 1, or its distance from 1 to the next multiple of an ulp.
    Regression("paper-lower-edge-small-f", "paper_bounds", (2.0, 1.4285714285714286, 0.1, 0.3)),
    # (f − s)/s overflowed: NaN.
    Regression(
        "sharp-subnormal-s",
        "sharp_bounds-0",
        (2.0, 18586095.518547148, 2e-323, 0.02538029095076566),
    ),
    Regression(
        "sharp-subnormal-s-at-infinite-depth",
        "sharp_bounds-1",
        (math.inf, 4490214313.5776615, 3.5e-323, 0.9999999999992211),
    ),
    # k − e at k = 1 instead of 2/N, which is 1e-14 here: 8e-9.
    Regression(
        "sharp-large-depth-moment",
        "sharp_bounds-0",
        (114819729063273.89, 1.0000000000000044, 2.355553163127527e-05, 0.5290512516701454),
    ),
    Regression(
        "fixed-point-subnormal-s",
        "fixed_point_bounds-0",
        (2.0, 2.0992864583642876e109, 1.24e-322, 0.025722174153272603),
    ),
    # (s/r)^e left float64's range: NaN.
    Regression(
        "elementary-power-overflowed",
        "elementary_bounds",
        (1.0000000000000249, 3.712128853402302e245, 7.110361733616805e-207, 7.110361733616816e-207),
    ),
    Regression(
        "elementary-quotient-underflowed",
        "elementary_bounds",
        (1.999806154308365, 3.885340513350591e197, 6.718688568575746e-145, 0.9941907740275291),
    ),
    Regression(
        "elementary-slope-overflowed",
        "elementary_bounds",
        (1.0, 7.753866282194903e287, 0.7878545042543447, 0.7878545042543449),
    ),
    Regression("law-subnormal-s", "depth_law", (2.0, 1.5e-323, 0.7889718429565998)),
    # 458 steps, each rounding log σ at −200: 6e-12.
    Regression(
        "descent-deep-plateau",
        "descent_trajectory",
        (458.0, 2.851628203847478e-93, 0.0412620905454167, 2.0, 0.06970470950496893),
    ),
    # The same without a target: 4,232 roundings of log σ.
    Regression(
        "descent-without-target",
        "descent_trajectory",
        (4232.0, 6.459091373995317e-09, 0.0, 1.9999995683100809, 0.08931319654463278),
    ),
    # The exact value is e^−833: 0 is right.
    Regression(
        "descent-decay-underflows",
        "descent_trajectory",
        (1615.0, 98.91529647126879, 0.0, 1.0000085954858184, 0.40463323874160634),
    ),
    # An exponent clipped at −99 in the difference α σ* − σ0: time 0.
    Regression(
        "time-small-alpha",
        "learning_time",
        (1.1371572921719284e-63, 4.418664623978328e-64, 0.4681186531160166, 3.1490039051087875),
    ),
    Regression(
        "time-tiny-alpha",
        "learning_time",
        (2.0560227478137588e-287, 3.7852650372929656e-290, 0.2654381821682033, 2.000000001970898),
    ),
    # An ulp outside [σ0, σ*], and not σ0 at t = 0.
    Regression(
        "value-outside-by-an-ulp",
        "trajectory",
        (0.0, 5.7749471460142585e112, 5.774947149153612e112, 1.1151947225578573),
    ),
    # σ0 and e^{…} leave the range on the way, the value does not: 0.
    Regression(
        "value-decay-underflowed",
        "trajectory",
        (34781.27629446907, 4.384986306116773e47, 0.0, 1.0042871631540735),
    ),
    Regression(
        "value-subnormal-start",
        "trajectory",
        (5.207291244612162, 5e-324, 3.8814862135027246e-297, 1.002108400348498),
    ),
    # Falls by 400 decades: both terms of 1/σ, in units of the smaller value, leave the range.
    Regression("value-falling-by-decades", "trajectory", (1e-150, 1e200, 1e-200, 2.0)),
    # F_p(f) − F_p(s) as a difference, divided by p → 0: 2e-6, 6e-13.
    Regression(
        "critical-ratio-close-fractions",
        "critical_ratio",
        (1.0000000000000078, 0.46985188927033616, 0.4698518892703362),
    ),
    Regression(
        "critical-ratio-near-depth-one",
        "critical_ratio",
        (1.0000000000074227, 0.0001783032785501474, 0.0001783032785511729),
    ),
    # Depth 1e271: ArithmeticError, "undecided at 1536 bits".
    Regression(
        "threshold-astronomic-depth",
        "chain_log_threshold",
        (
            1.9344232339648263e271,
            426945895.60767996,
            426877685.15878206,
            15761689.379151013,
            0.9999999999853344,
            0.9999999999853345,
        ),
    ),
    # An iterate lost to NaN where N − 1 is a few ulps: ValueError of int(NaN).
    Regression(
        "threshold-next-to-depth-one",
        "log_threshold",
        (1.0000000000000009, 2.207986987745163, 0.9828924189666403, 0.9828924189666404),
    ),
    Regression(
        "threshold-astronomic-depth-near-tie",
        "log_threshold",
        (3.862734206017458e274, 1.000000000004956, 0.9999995517412171, 0.9999995517412225),
    ),
    # A rounding error of 4.4 ulps taken for "beyond the critical ratio": −inf.
    Regression(
        "threshold-not-beyond-the-critical-ratio",
        "log_threshold",
        (1.0013095325760508, 1.000000000000428, 0.5169519475823029, 0.5169519475823032),
    ),
    # s^e/(r − 1) left the range before it was divided: NaN.
    Regression(
        "sharp-ratio-at-the-end-of-the-range",
        "sharp_bounds-1",
        (1.0000000000000033, 1.8117343087895987e307, 0.9999999999999949, 0.9999999999999952),
    ),
    # 2/N times a short span is subnormal: 3e-12.
    Regression(
        "elementary-depth-1e299",
        "elementary_bounds",
        (9.658529428164344e299, 1.0000000000000064, 0.13971367271635604, 0.13971367271635606),
    ),
    Regression(
        "law-depth-1e297",
        "depth_law",
        (3.618296945958129e297, 0.11816150870627234, 0.11816150870627243),
    ),
    # The upper bound as a small difference X − Q: its error is that of X.
    Regression(
        "fixed-point-small-difference",
        "fixed_point_bounds-0",
        (214675.41147833737, 1.0000513586945394, 0.13197628223316527, 0.9332981203263598),
    ),
    # Each iteration multiplies the error by up to W(s) − 1, which is 1939 and 42 here.
    Regression(
        "fixed-point-steep-iteration",
        "fixed_point_bounds-1",
        (2.0, 1.0000000000000089, 0.9773179333845192, 0.9773179333845198),
    ),
    Regression(
        "fixed-point-second-order-of-large-s",
        "fixed_point_bounds-1",
        (2.0, 1.1179884732183711, 0.9771140784071514, 0.983681818382722),
    ),
    # A subnormal start under a tiny target.
    Regression(
        "value-subnormal-start-near-depth-two",
        "trajectory",
        (8.760674617563715e137, 2.600034188e-314, 4.4699146790105167e-138, 2.000046712056609),
    ),
    # Below depth 2, an ulp from the critical ratio.
    Regression(
        "verdict-at-the-critical-ratio",
        "is_incremental",
        (
            1.27e-233,
            2.9147821864361677e-151,
            2.914782186436136e-151,
            1.0534894476990644,
            0.5096742549719789,
            0.5096742549719793,
        ),
    ),
    # T_p as a difference of 2F1s: q → 1 or 0, or r → 1. An upper bound of −1e18 for one of −4.6e14.
    Regression(
        "descent-bounds-next-to-depth-2",
        "descent_bounds",
        (
            2.0000000000000004,
            1.000000000000061,
            0.9999996797481154,
            0.9999999999999982,
            0.3142851087233554,
        ),
    ),
    Regression(
        "descent-bounds-large-depth",
        "descent_bounds",
        (
            124797801.21213314,
            3.735779572307858,
            0.48931912599290617,
            0.9039845444907921,
            0.021599026455801727,
        ),
    ),
    Regression(
        "descent-bounds-close-targets",
        "descent_bounds",
        (
            math.inf,
            1.0000000359099819,
            0.9999999883937913,
            0.9999999888831954,
            5.70013663093561e-10,
        ),
    ),
    # 1 − 1/A and 1 − 1/B from A and B.
    Regression(
        "descent-bounds-explicit-cancelled",
        "descent_bounds",
        (
            2.0,
            1.0000000000000022,
            1.1190839533549677e-73,
            6.199811475315897e-08,
            8.161266958062752e-15,
        ),
    ),
    # log(r − s) from a rounded r − s, where s and r − 1 are small and f/s is close to 1.
    Regression(
        "descent-bounds-small-s",
        "descent_bounds",
        (
            2.0,
            1.0000029325085702,
            4.753997494290497e-07,
            4.7539974942904985e-07,
            4.550891875698249e-15,
        ),
    ),
    # log-odds after the step less those before it: the wrong side of void.
    Regression(
        "descent-bounds-sharp-growth-cancelled",
        "descent_bounds-sharp",
        (2.0, 1.000000000000003, 0.03308392974230343, 0.03545647246305203, 2.5301664870047163e-14),
    ),
    Regression(
        "descent-bounds-sharp-bracket-lost",
        "descent_bounds-sharp",
        (
            3.0096201867925267,
            17.338860864253103,
            0.9967890349608697,
            0.9999999999999996,
            0.022147879349132583,
        ),
    ),
    # Above s, where the law was measured from s, digits were lost: −659 for a formula of −230.
    Regression("law-above-s", "uniform_law-first", (math.inf, 1e200, 1e-300, 0.9)),
    # The bracket fell below 0: a threshold of +inf.
    Regression(
        "law-second-without-a-root",
        "uniform_law-second",
        (6857119685.561913, 7.756304895502279, 0.9146178782858432, 0.9146178782858468),
    ),
    # s^e overflowed: NaN.
    Regression(
        "law-second-subnormal-s",
        "uniform_law-second",
        (1.000000000000773, 1102.9469266823594, 2.5e-323, 0.932165623053159),
    ),
    # No broken promise, but balls that widened: σ entered a step twice.
    Regression(
        "descent-linear-decay",
        "descent_trajectory",
        (7825.0, 7.355252092607743, 0.0, 1.0, 0.22510026079091489),
    ),
    # (f − s)/s overflowed, and no orbit has a span of inf: no threshold, wrongly.
    Regression(
        "flow-subnormal-s",
        "flow_log_threshold",
        (2.983333156191846, 661860913.7056046, 4.8e-322, 0.9785842630720445, 1.0),
    ),
    # δ as a difference of logs of 1e16: 2%.
    Regression(
        "flow-difference-of-large-logs",
        "flow_log_threshold",
        (2.0, 1.0000000000000016, 0.9999998728933379, 0.9999999999999979, 0.0),
    ),
    # δ = 590 was cut to 300, beyond which no orbit was thought to go.
    Regression(
        "flow-wide-plateau",
        "flow_log_threshold",
        (2.0, 1.0000000000000027, 1.333972067467542e-256, 0.8192720314400778, 2.0),
    ),
    # δ = 1e-12 as a difference of logs of 1e-7, as if 1 − f were lost where σ_j is as close to 1.
    Regression(
        "flow-close-to-both-ends",
        "flow_log_threshold",
        (math.inf, 1.0000000000017575, 0.9999998282058149, 0.999999828205815, 1.0),
    ),
    # SciPy's own ValueError, for valid arguments.
    Regression(
        "flow-scipy-breaks-off",
        "flow_log_threshold",
        (4.2757432395741635, 1.5907221287447126e288, 0.16518714320905634, 0.8600908663204002, 0.0),
    ),
    # LSODA took steps of 0, without end.
    Regression(
        "flow-stands-still",
        "flow_log_threshold",
        (2.0000000000000004, 1.7909025740516025e294, 0.9999999999853896, 0.9999999999930073, 2.0),
    ),
    # 1 − f was lost in δ where it is 1e-3 of log(r f/s): 1e-7 by Radau.
    Regression(
        "flow-both-ends-within-an-ulp",
        "flow_log_threshold",
        (8.372379500324493, 1.0000001034269594, 0.999999999998754, 0.9999999999987547, 0.0),
    ),
    # δ = 706 past WIDE: followed as a difference of logs to 2.4e11.
    Regression(
        "flow-widest-plateau",
        "flow_log_threshold",
        (2.0, 1.0000000004384422, 1.2416737775923094e-300, 0.999999750600008, 2.0),
    ),
]

REGRESSIONS += [
    # Log-odds vanish at 1/2, and with them the estimate of their rounding: 7e-6 off, unseen.
    Regression("log-odds-vanish", "log_threshold", (2.0, 1 + 1e-12, 0.5, 0.5 + 1e-12)),
    # The same at depth ∞, where 1/s + log((1 − s)/s) is 0.
    Regression(
        "terms-vanish-at-infinite-depth",
        "log_threshold",
        (math.inf, 1 + 1e-12, 0.7821882942801, 0.7821882942801 + 1e-12),
    ),
    Regression(
        "log-odds-vanish-verdict",
        "is_incremental",
        (math.exp(-5.0129), 1 + 1e-12, 1.0, 2.0, 0.5, 0.5 + 1e-12),
    ),
]

#: Where s and f are close to each other and to 1, or s is subnormal, ODE solves cannot tell how
#: far values are apart, and say so: `flow_log_threshold` was up to 3e-6 off there, relatively.
REGRESSIONS += [
    Regression(
        "flow-hidden-subnormal-s-0",
        "flow_log_threshold",
        (2.000000041283075, 1.0000000004559109, 1.6e-322, 0.8142719467736054, 2.0),
    ),
    Regression(
        "flow-hidden-both-near-the-end-1",
        "flow_log_threshold",
        (2.0, 1.0000001464990729, 0.9999999334171447, 0.9999999334173152, 2.0),
    ),
    Regression(
        "flow-hidden-depth-1-2",
        "flow_log_threshold",
        (1.0011470334557135, 1.0164355425954672, 0.9999999999990539, 0.999999999999054, 2.0),
    ),
    Regression(
        "flow-hidden-both-near-the-end-3",
        "flow_log_threshold",
        (2.0, 1.0000000000389584, 0.9999999999384404, 0.9999999999384405, 2.0),
    ),
    Regression(
        "flow-hidden-both-near-the-end-4",
        "flow_log_threshold",
        (1.9956750824316405, 1.0000009635323515, 0.9999999985692085, 0.9999999985692086, 2.0),
    ),
    Regression(
        "flow-hidden-depth-1-5",
        "flow_log_threshold",
        (1.0001533427970664, 1.0295461612633414, 0.9999999980286877, 0.9999999980286878, 2.0),
    ),
    Regression(
        "flow-hidden-both-near-the-end-6",
        "flow_log_threshold",
        (10.0, 1.0000010492267384, 0.9999999964537034, 0.9999999964537065, 2.0),
    ),
    Regression(
        "flow-hidden-depth-1-7",
        "flow_log_threshold",
        (1.0000338287134676, 1.046188779563366, 0.9999703128640698, 0.9999703128640699, 1.0),
    ),
    Regression(
        "flow-hidden-both-near-the-end-8",
        "flow_log_threshold",
        (2.0, 1.0000000089686187, 0.9999999827850958, 0.9999999827850959, 2.0),
    ),
    Regression(
        "flow-hidden-both-near-the-end-9",
        "flow_log_threshold",
        (2.0000000000000004, 1.0000000142577459, 0.9999999397451313, 0.9999999397451315, 2.0),
    ),
]

REGRESSIONS += [
    # δ rose past 709 as σ_i left its plateau, and its slope was taken at 709: 3e-3.
    Regression(
        "flow-past-its-widest",
        "flow_log_threshold",
        (2.0000000000000004, 1.0000210494694033, 4.02e-295, 1 - 1.7e-15, 2.0),
    ),
    # Rounding of a log of 1e15 crossed the level of escape: −∞, wrongly.
    Regression(
        "flow-rounding-escapes",
        "flow_log_threshold",
        (1.9999999999999998, 1 + 7e-15, 0.7712403758255186, 1 - 4e-15, 2.0),
    ),
    # Tolerances on logs hid what log-odds tell: between 1e-8 and 4e-8, relatively.
    Regression(
        "flow-log-odds-below-depth-2",
        "flow_log_threshold",
        (1.9999999999966949, 1.0000009565790093, 0.9999999999999762, 0.9999999999999764, 2.0),
    ),
    Regression(
        "flow-log-odds-by-bdf",
        "flow_log_threshold",
        (2.0, 1.0062590438505947, 0.9999999999999994, 0.9999999999999996, 1.0),
    ),
    Regression(
        "flow-log-odds-above-depth-2",
        "flow_log_threshold",
        (2.000000000000031, 1.0000049429928448, 0.9999999999998956, 0.9999999999998958, 2.0),
    ),
    # A difference of log-odds that are followed one by one: 1e-8.
    Regression(
        "flow-log-odds-apart",
        "flow_log_threshold",
        (9.295586789143323, 1.0000000669372067, 0.9999999999992083, 0.9999999999992092, 2.0),
    ),
    # δ came to 0 within an ulp of v, whose rounding was a tolerance of 6e4 on δ: −∞ by Radau.
    Regression(
        "flow-at-once",
        "flow_log_threshold",
        (1.0865607642852302, 1.459593694729452e19, 0.18471503249907995, 0.9999999999999982, 0.0),
    ),
    # Span and escape within 4e-6 of each other, and ten times the tolerance changed too little.
    Regression(
        "flow-next-to-the-escape",
        "flow_log_threshold",
        (
            1.000002299771617,
            25.50496417959829,
            1.0999362442212552e-120,
            1.0999384174808427e-120,
            2.0,
        ),
    ),
    Regression(
        "flow-next-to-the-escape-by-bdf",
        "flow_log_threshold",
        (1.001898115546694, 7.5550063510312, 4.44344266158674e-84, 4.477705970861932e-84, 1.0),
    ),
    # An exponent beyond 2^31, of a value that is tiny: inf, or the value it began with.
    Regression("decay-of-the-tiny", "trajectory", (1e10, 1e-300, 0.0, 1.0)),
    Regression(
        "decay-of-the-tiny-for-long",
        "trajectory",
        (6.352412872675206e231, 9.445546345349093e-291, 0.0, 1.0),
    ),
    Regression(
        "decay-of-the-tiny-next-to-depth-1",
        "trajectory",
        (3.0853302799945676e197, 4.7733398913384265e-306, 0.0, 1.000000000000039),
    ),
    # e^−t underflowed, and σ0 e^−t did not: the target instead of 6e-68.
    Regression(
        "linear-beyond-an-underflow",
        "trajectory",
        (864.8953602572252, 1.7976931348623157e308, 1.963824075120477e-180, 1.0),
    ),
]

REGRESSIONS += [
    # LSODA took no step that it could keep.
    Regression(
        "orbit-far-above-its-target-hung",
        "gradient_flow",
        (0.5, 1.4277343810028419e93, 900395253.9, 57952913339.5, 7.241765e-18, 2.0, 1.7e-7),
    ),
    # SciPy's first step is a quotient of norms, which overflowed.
    Regression(
        "orbit-first-step-overflowed",
        "gradient_flow",
        (0.5, 2.398301722406475e87, 7053609165475985.0, 59041917524.2, 1.963e-33, 1.0, 1.3e-11),
    ),
    # A factor of a rate underflowed, and the value stayed at e^-289; it is e^-355.
    Regression(
        "orbit-rate-underflowed",
        "gradient_flow",
        (0.08, 2.0241936e-37, 2.38831e-272, 232025145085.0, 1.7976931348623157e308, 2.0, 7.2e-11),
    ),
]

REGRESSIONS += [
    # η σ*^{2−2/N} underflowed, and values far above their target stayed where they began.
    Regression(
        "descent-far-above-its-target",
        "descent_trajectory",
        (49.0, 3.93e-163, 2.9e-251, 5.93, 3e269),
    ),
    Regression(
        "descent-far-above-its-target-at-infinite-depth",
        "descent_trajectory",
        (119.0, 963137171293.7, 1.462e-160, math.inf, 5.39e-25),
    ),
    # e^x underflowed, and σ0 e^x does not.
    Regression(
        "descent-decays-below-the-least-exponential",
        "descent_trajectory",
        (88.0, 1.7e308, 0.0, 1.0, 0.9999992779318669),
    ),
]

REGRESSIONS += [
    # No fault of the code: of a mutant, whose size of a level in logs nothing else looked at.
    Regression(
        "elementary-level-in-logs",
        "elementary_bounds",
        (1.0, 2.395929610907862e245, 5.583531020911855e-190, 5.583531020911859e-190),
    ),
    Regression(
        "elementary-level-in-logs-next-to-depth-1",
        "elementary_bounds",
        (1.0000320044443376, 2.0386472014914634e307, 8.842706572552167e-06, 8.84270657255217e-06),
    ),
]

#: Of the routes to many digits, which have no promise of float64's.
WRONG_TIMES = [
    # mpmath ends a quadrature at an absolute error, which integrals of 1e-196 never had.
    Regression(
        "time-tiny-integral",
        "precise_learning_time",
        (7.329166346893145e-192, 3.5698330353004726e-201, 75.24034578612653, 1.0443420906837155),
    ),
    Regression(
        "time-tiny-integral-next-to-depth-1",
        "precise_learning_time",
        (3.330775357438303e-272, 2.0856309726714122e-272, 8.2636722908264, 1.0000000000000016),
    ),
    # The last term of a Taylor series was small, and those after it would have been huge.
    Regression(
        "time-series-rises-later",
        "taylor_time",
        (0.4405565030924935, 5.2872141775646784e-191, 523.3676929677891, 1.999999999045229),
    ),
]
WRONG_THRESHOLDS = [
    # A start past its end took no time, not less than none.
    Regression(
        "threshold-at-s-but-for-1e-58",
        "taylor_log_threshold",
        (4.788554003382163e283, 8.480857852740445e58, 0.07394364428401862, 0.07394723951608206),
    ),
]
#: Newton steps in log y went one e-folding of y^{-k} at a time: a minute, and no answer.
SLOW_THRESHOLDS = [
    Regression(
        "threshold-small-s-next-to-ratio-1",
        "precise_log_threshold",
        (31.0, 1.0000000000000033, 3.3615720854284436e-122, 7.807215630117881e-05),
    ),
    Regression(
        "threshold-small-s",
        "precise_log_threshold",
        (41.0, 14.05681516181685, 2.257490526902876e-164, 0.9521940481618792),
    ),
]
