"""Axes of a phase diagram from a store: where values stand, at which scale, and how it is told."""

import math
import re
from typing import Any, NamedTuple

import numpy as np
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from stairwise.reports.style import number

Floats = NDArray[np.float64]

#: Of two values alone, those further apart than this factor are on a logarithmic axis.
APART = 3.0
#: Whole numbers up to this many have a tick each.
SHORT = 12
#: Values on a logarithmic axis up to this many have a tick each.
FEW = 6
LN10 = math.log(10)
#: What names and letters in the words of a store stand for; the longest first.
_SYMBOLS = (
    ("natural log of", r"$\log_{10}$ of"),
    ("log(σ0/σ*_j)", r"$\sigma_0/\sigma^*_j$"),
    ("‖W − W*‖²/‖W*‖²", r"$\|W - W^*\|^2/\|W^*\|^2$"),
    ("log y*", r"$\log y^*$"),
    ("σ0/σ*_j", r"$\sigma_0/\sigma^*_j$"),
    ("σ*_i/σ*_j", r"$\sigma^*_i/\sigma^*_j$"),
    ("σ*_j", r"$\sigma^*_j$"),
    ("alpha·σ*", r"$\alpha\sigma^*$"),
    ("σ0", r"$\sigma_0$"),
    ("σ*", r"$\sigma^*$"),
    ("−inf", r"$-\infty$"),
    ("depth N", "depth $N$"),
    ("fraction s", "fraction $s$"),
    ("fraction f", "fraction $f$"),
)
_PATTERN = re.compile("|".join(re.escape(plain) for plain, _ in _SYMBOLS))
_NAMES = {
    "depth": "N",
    "ratio": "r",
    "s": "s",
    "f": "f",
    "learning_rate": r"\eta",
    "log_start": r"\ln(\sigma_0/\sigma^*_j)",
    "alpha": r"\alpha",
    "sigma0": r"\sigma_0",
    "sigma_star": r"\sigma^*",
}


class Scale(NamedTuple):
    """Where values stand on an axis, how it is scaled, what it is called, and names of places."""

    places: Floats
    scale: str
    label: str
    names: tuple[str, ...] = ()

    def edges(self) -> Floats:
        """Borders half-way between neighbours; in the logarithm where that is the scale."""
        if self.scale == "log":
            return np.asarray(np.exp(_edges(np.log(self.places))))
        found = _edges(self.places)
        if not self.names and self.places[0] >= 0:
            found[0] = max(found[0], 0.0)
        return found

    def put_on(self, axis: Any, set_scale: Any) -> None:
        """Give an axis of Matplotlib this scale and label, and a tick for each name."""
        set_scale(self.scale)
        axis.set_label_text(self.label)
        if self.names:
            axis.set_ticks(self.places, self.names)
            axis.set_minor_locator(NullLocator())


def scale_of(axis: Any) -> Scale:
    """Ratios as r − 1, logs to base ten; infinite or few whole values make an axis of names."""
    numbers = np.asarray(axis.values, dtype=np.float64)
    meaning = str(axis.attrs.get("long_name", axis.name))
    label = symbols(meaning)
    whole = axis.name == "depth" or axis.dtype.kind in "iu"
    short = whole and numbers.size <= SHORT and bool(np.all(numbers == np.floor(numbers)))
    if short or not np.all(np.isfinite(numbers)):
        places = np.arange(numbers.size, dtype=np.float64)
        return Scale(places, "linear", label, _names(numbers))
    if axis.name == "ratio":
        numbers, label = numbers - 1, r"$r - 1$, with $r = \sigma^*_i/\sigma^*_j$"
    if meaning.startswith("natural log of"):
        numbers = numbers / LN10
    if not _geometric(numbers):
        return Scale(numbers, "linear", label)
    return Scale(numbers, "log", label, _names(numbers) if numbers.size <= FEW else ())


def _names(numbers: Floats) -> tuple[str, ...]:
    return tuple(f"${number(value)}$" for value in numbers)


def symbols(words: str) -> str:
    """The words with their letters and logs as formulas."""
    known = dict(_SYMBOLS)
    return _PATTERN.sub(lambda found: known[found[0]], words)


def told(name: str, value: float) -> str:
    """NAME = VALUE as a formula where the name has a symbol."""
    if name in _NAMES:
        return f"${_NAMES[name]} = {number(value)}$"
    return f"{name.replace('_', ' ')} = ${number(value)}$"


def _geometric(numbers: Floats) -> bool:
    """Whether steps are more alike in the logarithm than as they are."""
    if numbers[0] <= 0 or numbers.size < 2:
        return False
    if numbers.size == 2:
        return bool(numbers[1] > APART * numbers[0])
    return _unevenness(np.log(numbers)) < _unevenness(numbers)


def _unevenness(numbers: Floats) -> float:
    steps = np.diff(numbers)
    return float(np.std(steps) / np.mean(steps))


def _edges(places: Floats) -> Floats:
    if places.size == 1:
        return np.array([places[0] - 0.5, places[0] + 0.5])
    middle = (places[1:] + places[:-1]) / 2
    return np.concatenate(([2 * places[0] - middle[0]], middle, [2 * places[-1] - middle[-1]]))
