"""The pieces of prose: words, and the symbols that formulas are made of."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from stairwise.reports.latex_symbols import (
    ATOMS,
    BRACKET_NAMES,
    BRACKETS,
    FUNCTIONS,
    INDEXED,
    OPERATORS,
    RELATIONS,
    SCRIPTS,
    TEXT,
)
from stairwise.reports.notation import CODE, SCRIPT

_DIFFERENTIAL = rf"d(?=[a-zA-Z](?![a-zA-Z])|[{INDEXED}])(?!do\b)"
_TOKEN = re.compile(
    "|".join(
        (
            rf"(?P<code>{CODE})",
            r"(?P<logarithm>log_(?P<of>[a-z])_(?P<which>[a-z]+))",
            rf"(?P<script>{SCRIPT}|(?P<named>_[a-z]{{2,}}))",
            # A limit from above, 0+ or 1+.
            r"(?P<above>(?<=\d)\+(?=[),:;.]|$))",
            rf"(?P<index>(?<=[{INDEXED}])\d+)",
            # "depth 2 G" is no product; and an article is no variable.
            r"(?P<counted>\b(?:depth|size|order|layer|value|section|Theorem) [\d.]*\d(?! [<>]))",
            r"(?P<article>\b[aA](?= (?!(?:to|for|below|and|shrinks)\b)[a-z]{2}))",
            r"(?P<hat>[^\W\d_]\u0302)",
            rf"(?P<thin>(?<=[\w)\]⟩}}*⁺]) (?={_DIFFERENTIAL})|(?<=/d[a-zA-Z]) (?=[a-zA-Z]))",
            rf"(?P<differential>{_DIFFERENTIAL})",
            r"(?P<sum>Σ(?=_))",
            r"(?P<product>(?<![a-zA-Z])(?:[a-zA-Z][A-Z]|[A-Z]x|r[fz])(?![a-zA-Z]))",
            r"(?P<word>log10|[a-zA-Z]{2,}'?(?:(?<=')s\b)?)",
            r"(?P<number>\d+(?:\.\d+)*)",
            r"(?P<minus>(?<= )-(?= ))",
            r"(?P<primes>''?(?![a-zA-Z']))",
            r"(?P<bars>\|(?P<within>[^|]+)\|)",
            r"(?P<space>\s+)",
            r"(?P<other>.)",
        )
    ),
    flags=re.DOTALL,
)


class Kind(Enum):
    """What a piece is to a formula; text is no part of one."""

    TEXT = auto()
    ATOM = auto()
    NUMBER = auto()
    FUNCTION = auto()
    OPERATOR = auto()
    RELATION = auto()
    SCRIPT = auto()
    ROOT = auto()
    COMMA = auto()
    SPACE = auto()
    BRACKET = auto()


@dataclass(frozen=True)
class Piece:
    """A part of the prose: as LaTeX's mathematics, and as text among words."""

    kind: Kind
    tex: str
    text: str = ""
    below: str = ""
    above: str = ""
    #: Brackets with a list or a relation in them, which multiply nothing: N < 2 (0 < p < 1).
    apart: bool = False


def pieces(text: str, formula: Callable[[str], str], *, maths: bool = False) -> list[Piece]:
    """The pieces, with what `formula` writes for an index; in one (`maths`) all is a variable."""
    return [piece for match in _TOKEN.finditer(text) for piece in _piece(match, formula, maths)]


def _piece(match: re.Match[str], formula: Callable[[str], str], maths: bool) -> Iterator[Piece]:
    kind, source = str(match.lastgroup), match[0]
    if kind == "code":
        code = rf"\texttt{{{escaped(source[1:-1])}}}"
        yield Piece(Kind.TEXT, code, code)
    elif kind == "logarithm":
        yield Piece(Kind.ATOM, rf"\log {match['of']}_{{\mathrm{{{match['which']}}}}}")
    elif match["named"]:
        yield Piece(Kind.SCRIPT, rf"_\mathrm{{{source[1:]}}}", escaped(source))
    elif kind == "script":
        inner = source[1:].removeprefix("{").removesuffix("}")
        tex = inner if inner == "*" else formula(inner)
        yield Piece(Kind.SCRIPT, source[0] + tex)
    elif kind == "above":
        yield Piece(Kind.SCRIPT, "^+", "+")
    elif kind == "index":
        yield Piece(Kind.SCRIPT, f"_{source}", source)
    elif kind == "hat":
        yield Piece(Kind.ATOM, rf"\hat{{{ATOMS.get(source[0], source[0])}}}")
    elif kind == "bars":
        yield Piece(Kind.ATOM, f"|{formula(match['within'])}|")
    elif kind == "number":
        yield Piece(Kind.NUMBER, source, source)
    elif kind in ("space", "thin"):
        yield Piece(Kind.SPACE, r"\," if kind == "thin" else " ", source)
    elif kind == "sum":
        yield Piece(Kind.ATOM, r"\sum")
    elif kind == "primes":
        yield Piece(Kind.SCRIPT, "^" + r"\prime" * len(source), source)
    elif source in FUNCTIONS:
        yield Piece(Kind.FUNCTION, FUNCTIONS[source], source)
    elif kind in ("differential", "product") or (maths and kind == "word" and source not in ATOMS):
        yield from (Piece(Kind.ATOM, letter) for letter in source)
    elif (kind in ("counted", "word") and source not in ATOMS) or (kind == "article" and not maths):
        yield Piece(Kind.TEXT, rf"\mathrm{{{source}}}", source)
    else:
        yield _character(source, maths or kind == "minus")


def _character(source: str, dashes: bool) -> Piece:
    """One character; whether a hyphen is a minus depends on where it stands."""
    if source in ATOMS or re.fullmatch("[a-zA-Z]", source):
        return Piece(Kind.ATOM, ATOMS.get(source, source))
    if source in RELATIONS:
        return Piece(Kind.RELATION, RELATIONS[source])
    if source in OPERATORS or (source == "-" and dashes):
        return Piece(Kind.OPERATOR, OPERATORS.get(source, "-"))
    if source == "√":
        return Piece(Kind.ROOT, r"\surd", r"$\surd$")
    if source in SCRIPTS:
        return Piece(Kind.SCRIPT, SCRIPTS[source], source if source == "*" else "")
    if source in (*BRACKETS, *BRACKETS.values()):
        name = BRACKET_NAMES.get(source, source)
        return Piece(Kind.BRACKET, name, f"${name}$" if source in BRACKET_NAMES else source)
    return Piece(Kind.COMMA if source == "," else Kind.TEXT, source, escaped(source))


def escaped(text: str) -> str:
    """Text without formulas."""
    return "".join(TEXT.get(character, character) for character in text)
