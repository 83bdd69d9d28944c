"""The mathematics in prose: told from the words around it, and written in LaTeX.

A formula is a run of symbols, its spaces included: `G(y) ≥ G(s) + (1 − 1/r) ∫_y^s x^{−p} dx`.
Brackets belong to it if they hold no words.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from stairwise.reports.latex_symbols import (
    ATOMS,
    BRACKET_NAMES,
    BRACKETS,
    CALLED,
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
            rf"(?P<thin>(?<=[\w)\]⟩}}*⁺]) (?={_DIFFERENTIAL}))",
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


class _Kind(Enum):
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
class _Piece:
    """A part of the prose: as LaTeX's mathematics, and as text among words."""

    kind: _Kind
    tex: str
    text: str = ""
    below: str = ""
    above: str = ""
    #: Brackets with a list or a relation in them, which multiply nothing: N < 2 (0 < p < 1).
    apart: bool = False


_FACTORS = (_Kind.ATOM, _Kind.NUMBER, _Kind.FUNCTION)
_MINUS = _Piece(_Kind.OPERATOR, "-")
_SIGNS = (_Kind.OPERATOR, _Kind.RELATION)
_CLOSING = {
    BRACKET_NAMES.get(left, left): BRACKET_NAMES.get(right, right)
    for left, right in BRACKETS.items()
}


def prose_and_maths(text: str) -> str:
    """Prose with its formulas in dollars and LaTeX's special characters escaped."""
    pieces = _bound(_pieces(_hats_apart(text)))
    written, start = "", 0
    while start < len(pieces):
        end = _run_end(pieces, start)
        if end > start:
            written += _dollars(pieces[start:end])
        else:
            written += pieces[start].text
        start = max(end, start + 1)
    return written


def _hats_apart(text: str) -> str:
    """A hat as the combining character, as only some letters have one of their own."""
    apart = (unicodedata.normalize("NFD", letter) for letter in text)
    return "".join(
        new if new[-1] == "\u0302" else old for old, new in zip(text, apart, strict=True)
    )


def _pieces(text: str, *, maths: bool = False) -> list[_Piece]:
    """The tokens; in an index or a power (`maths`) every letter is a variable."""
    return [piece for match in _TOKEN.finditer(text) for piece in _piece(match, maths)]


def _piece(match: re.Match[str], maths: bool) -> Iterator[_Piece]:
    kind, source = str(match.lastgroup), match[0]
    if kind == "code":
        yield _Piece(_Kind.TEXT, "", rf"\texttt{{{escaped(source[1:-1])}}}")
    elif kind == "logarithm":
        yield _Piece(_Kind.ATOM, rf"\log {match['of']}_{{\mathrm{{{match['which']}}}}}")
    elif match["named"]:
        yield _Piece(_Kind.SCRIPT, rf"_\mathrm{{{source[1:]}}}", escaped(source))
    elif kind == "script":
        inner = source[1:].removeprefix("{").removesuffix("}")
        tex = inner if inner == "*" else _formula(inner)
        yield _Piece(_Kind.SCRIPT, source[0] + tex, escaped(source))
    elif kind == "above":
        yield _Piece(_Kind.SCRIPT, "^+", "+")
    elif kind == "index":
        yield _Piece(_Kind.SCRIPT, f"_{source}", source)
    elif kind == "hat":
        yield _Piece(_Kind.ATOM, rf"\hat{{{ATOMS.get(source[0], source[0])}}}")
    elif kind == "bars":
        yield _Piece(_Kind.ATOM, f"|{_formula(match['within'])}|")
    elif kind == "number":
        yield _Piece(_Kind.NUMBER, source, source)
    elif kind in ("space", "thin"):
        yield _Piece(_Kind.SPACE, r"\," if kind == "thin" else " ", source)
    elif kind == "sum":
        yield _Piece(_Kind.ATOM, r"\sum")
    elif kind == "primes":
        yield _Piece(_Kind.SCRIPT, "^" + r"\prime" * len(source), source)
    elif source in FUNCTIONS:
        yield _Piece(_Kind.FUNCTION, FUNCTIONS[source], source)
    elif kind in ("differential", "product") or (maths and kind == "word" and source not in ATOMS):
        yield from (_Piece(_Kind.ATOM, letter) for letter in source)
    elif kind in ("counted", "word") and source not in ATOMS:
        yield _Piece(_Kind.TEXT, "", source)
    elif kind == "article" and not maths:
        yield _Piece(_Kind.TEXT, "", source)
    else:
        yield _character(source, maths or kind == "minus")


def _character(source: str, dashes: bool) -> _Piece:
    """One character; whether a hyphen is a minus depends on where it stands."""
    if source in ATOMS or re.fullmatch("[a-zA-Z]", source):
        return _Piece(_Kind.ATOM, ATOMS.get(source, source))
    if source in RELATIONS:
        return _Piece(_Kind.RELATION, RELATIONS[source])
    if source in OPERATORS or (source == "-" and dashes):
        return _Piece(_Kind.OPERATOR, OPERATORS.get(source, "-"))
    if source == "√":
        return _Piece(_Kind.ROOT, r"\surd", r"$\surd$")
    if source in SCRIPTS:
        return _Piece(_Kind.SCRIPT, SCRIPTS[source], source if source == "*" else "")
    if source in (*BRACKETS, *BRACKETS.values()):
        name = BRACKET_NAMES.get(source, source)
        return _Piece(_Kind.BRACKET, name, f"${name}$" if source in BRACKET_NAMES else source)
    return _Piece(_Kind.COMMA if source == "," else _Kind.TEXT, source, escaped(source))


def _bound(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Indices, powers and roots put to what they belong to; brackets without words are one atom."""
    levels: list[list[_Piece]] = [[]]  # what is in each open bracket, which is first in it
    for piece in pieces:
        if piece.kind is _Kind.SCRIPT:
            _attach(levels[-1], piece)
        elif piece.kind is not _Kind.BRACKET:
            _append(levels[-1], piece)
        elif piece.tex in _CLOSING:
            levels.append([replace(piece, kind=_Kind.TEXT)])
        elif len(levels) > 1 and _CLOSING[levels[-1][0].tex] == piece.tex:
            opening, *inner = levels.pop()
            for part in _bracketed(opening, _functions(inner), piece):
                _append(levels[-1], part)
        else:
            levels[-1].append(replace(piece, kind=_Kind.TEXT))
    return _functions([piece for level in levels for piece in level])


def _append(level: list[_Piece], piece: _Piece) -> None:
    if level and level[-1].kind is _Kind.ROOT and piece.kind in (_Kind.ATOM, _Kind.NUMBER):
        inner = piece.tex[1:-1] if piece.tex.startswith("(") else piece.tex
        level[-1] = _Piece(_Kind.ATOM, rf"\sqrt{{{inner}}}")
    else:
        level.append(piece)


def _attach(level: list[_Piece], script: _Piece) -> None:
    """An index or a power to the atom before it; to nothing, as in ₂F₁, where there is none."""
    before = level[-1] if level else None
    if before is not None and before.kind in (_Kind.ATOM, _Kind.NUMBER):
        level[-1] = _raised(before, script.tex)
    elif script.text and (before is None or before.kind is _Kind.TEXT):
        level.append(replace(script, kind=_Kind.TEXT))
    else:
        level.append(_raised(_Piece(_Kind.ATOM, "{}"), script.tex))


def _raised(atom: _Piece, script: str) -> _Piece:
    mark, inner = script[0], script[1:]
    if (mark == "_" and atom.below) or (mark == "^" and atom.above):
        atom = _Piece(_Kind.ATOM, f"{{{_tex(atom)}}}")
    atom = replace(atom, kind=_Kind.ATOM, text="", apart=False)
    return replace(atom, below=inner) if mark == "_" else replace(atom, above=inner)


def _bracketed(opening: _Piece, inner: Sequence[_Piece], closing: _Piece) -> list[_Piece]:
    parts = [opening, *inner, replace(closing, kind=_Kind.TEXT)]
    kinds = {piece.kind for piece in inner}
    if _Kind.TEXT in kinds or kinds.isdisjoint((_Kind.ATOM, _Kind.NUMBER)):
        return parts
    tex = _joined([opening.tex, _maths(inner), closing.tex])
    apart = not kinds.isdisjoint((_Kind.COMMA, _Kind.RELATION))
    plain = kinds <= {_Kind.NUMBER, _Kind.COMMA, _Kind.SPACE}
    text = "".join(piece.text for piece in parts) if plain else ""
    return [_Piece(_Kind.NUMBER if plain else _Kind.ATOM, tex, text, apart=apart)]


def _functions(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Names of functions without an argument are words: "the log of it", "the map takes"."""
    found: list[_Piece] = []
    for piece in reversed(pieces):
        if piece.kind is _Kind.FUNCTION and not _has_argument(piece, found[::-1]):
            piece = replace(piece, kind=_Kind.TEXT)
        found.append(piece)
    return found[::-1]


def _has_argument(function: _Piece, after: Sequence[_Piece]) -> bool:
    if after and after[0].kind is _Kind.SPACE and function.text not in CALLED:
        after = after[1:]
    return bool(after) and (after[0].kind in _FACTORS or after[0] == _MINUS)


def _run_end(pieces: Sequence[_Piece], start: int) -> int:
    """Where the formula that starts there ends; `start` where none does."""
    end = start
    while end < len(pieces) and pieces[end].kind in (*_FACTORS, *_SIGNS):
        end += 1
        if end + 1 < len(pieces) and pieces[end].kind is _Kind.SPACE:
            end += _go_together(pieces[end - 1], pieces[end + 1])
    return end


def _go_together(left: _Piece, right: _Piece) -> bool:
    """Whether a space between them is within a formula."""
    if right.kind in _SIGNS or left.kind in _SIGNS:
        return right.kind in (*_FACTORS, *_SIGNS)
    numbers = left.kind is right.kind is _Kind.NUMBER
    return right.kind in _FACTORS and not (numbers or left.apart or right.apart)


def _dollars(run: Sequence[_Piece]) -> str:
    """A formula in prose. A sign at its end, or a dot before it, joins it to a word."""
    if all(piece.kind is _Kind.NUMBER for piece in run):
        return "".join(piece.text for piece in run)
    before = "{}" if run[0].tex == r"\cdot" else ""
    after = "{}" if run[-1].tex in ("+", "-", r"\cdot") else ""
    return f"${before}{_maths(run)}{after}$"


def _formula(text: str) -> str:
    """All of the text as mathematics."""
    return _maths(_bound(_pieces(text, maths=True)))


def _maths(pieces: Sequence[_Piece]) -> str:
    return _joined(list(map(_tex, pieces)))


def _tex(piece: _Piece) -> str:
    below, above = (_braced(script) for script in (piece.below, piece.above))
    return piece.tex + (f"_{below}" if below else "") + (f"^{above}" if above else "")


def _braced(script: str) -> str:
    return script if not script or re.fullmatch(r"[\w*+]|\\[a-zA-Z]+", script) else f"{{{script}}}"


def _joined(parts: Sequence[str]) -> str:
    """With a space where a letter would lengthen the name of a command."""
    written = ""
    for part in parts:
        clash = re.search(r"\\[a-zA-Z]+$", written) and part[:1].isalpha()
        written += f" {part}" if clash else part
    return written


def escaped(text: str) -> str:
    """Text without formulas."""
    return "".join(TEXT.get(character, character) for character in text)
