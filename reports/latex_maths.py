"""The mathematics in prose: told from the words around it, and written in LaTeX.

A formula is a run of symbols, its spaces included: `G(y) ≥ G(s) + (1 − 1/r) ∫_y^s x^{−p} dx`.
Brackets belong to it if they hold no words.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from stairwise.reports.latex_symbols import BRACKET_NAMES, BRACKETS, CALLED
from stairwise.reports.latex_tokens import Kind, Piece, pieces

_FACTORS = (Kind.ATOM, Kind.NUMBER, Kind.FUNCTION)
_MINUS = Piece(Kind.OPERATOR, "-")
_SIGNS = (Kind.OPERATOR, Kind.RELATION)
_CLOSING = {
    BRACKET_NAMES.get(left, left): BRACKET_NAMES.get(right, right)
    for left, right in BRACKETS.items()
}


def prose_and_maths(text: str) -> str:
    """Prose with its formulas in dollars and LaTeX's special characters escaped."""
    found = _bound(pieces(_hats_apart(text), _formula))
    written, start = "", 0
    while start < len(found):
        end = _run_end(found, start)
        if end > start:
            written += _dollars(found[start:end])
        else:
            written += found[start].text
        start = max(end, start + 1)
    return written


def _hats_apart(text: str) -> str:
    """A hat as the combining character, as only some letters have one of their own."""
    apart = (unicodedata.normalize("NFD", letter) for letter in text)
    return "".join(
        new if new[-1] == "\u0302" else old for old, new in zip(text, apart, strict=True)
    )


def _bound(parts: Sequence[Piece]) -> list[Piece]:
    """Indices, powers and roots put to what they belong to; brackets without words are one atom."""
    levels: list[list[Piece]] = [[]]  # what is in each open bracket, which is first in it
    for piece in parts:
        if piece.kind is Kind.SCRIPT:
            _attach(levels[-1], piece)
        elif piece.kind is not Kind.BRACKET:
            _append(levels[-1], piece)
        elif piece.tex in _CLOSING:
            levels.append([replace(piece, kind=Kind.TEXT)])
        elif len(levels) > 1 and _CLOSING[levels[-1][0].tex] == piece.tex:
            opening, *inner = levels.pop()
            for part in _bracketed(opening, _functions(inner), piece):
                _append(levels[-1], part)
        else:
            levels[-1].append(replace(piece, kind=Kind.TEXT))
    return _functions([piece for level in levels for piece in level])


def _append(level: list[Piece], piece: Piece) -> None:
    if level and level[-1].kind is Kind.ROOT and piece.kind in (Kind.ATOM, Kind.NUMBER):
        inner = piece.tex[1:-1] if piece.tex.startswith("(") else piece.tex
        level[-1] = Piece(Kind.ATOM, rf"\sqrt{{{inner}}}")
    else:
        level.append(piece)


def _attach(level: list[Piece], script: Piece) -> None:
    """An index or a power to the atom before it; to nothing, as in ₂F₁, where there is none."""
    before = level[-1] if level else None
    if before is not None and before.kind in (Kind.ATOM, Kind.NUMBER):
        level[-1] = _raised(before, script.tex)
    elif script.text:
        level.append(replace(script, kind=Kind.TEXT))
    else:
        level.append(_raised(Piece(Kind.ATOM, "{}"), script.tex))


def _raised(atom: Piece, script: str) -> Piece:
    mark, inner = script[0], script[1:]
    if mark == "^" and atom.above and inner != "T":
        atom = Piece(Kind.ATOM, f"({_tex(atom)})")
    elif (mark == "_" and atom.below) or (mark == "^" and atom.above):
        atom = Piece(Kind.ATOM, f"{{{_tex(atom)}}}")
    atom = replace(atom, kind=Kind.ATOM, text="", apart=False)
    return replace(atom, below=inner) if mark == "_" else replace(atom, above=inner)


def _bracketed(opening: Piece, inner: Sequence[Piece], closing: Piece) -> list[Piece]:
    whole = [opening, *inner, replace(closing, kind=Kind.TEXT)]
    kinds = {piece.kind for piece in inner}
    if Kind.TEXT in kinds or kinds.isdisjoint((Kind.ATOM, Kind.NUMBER)):
        return whole
    tex = _joined([opening.tex, _maths(inner), closing.tex])
    apart = not kinds.isdisjoint((Kind.COMMA, Kind.RELATION))
    plain = kinds <= {Kind.NUMBER, Kind.COMMA, Kind.SPACE}
    text = "".join(piece.text for piece in whole) if plain else ""
    return [Piece(Kind.NUMBER if plain else Kind.ATOM, tex, text, apart=apart)]


def _functions(parts: Sequence[Piece]) -> list[Piece]:
    """Names of functions without an argument are words: "the log of it", "the map takes"."""
    found: list[Piece] = []
    for piece in reversed(parts):
        if piece.kind is Kind.FUNCTION and not _has_argument(piece, found[::-1]):
            piece = replace(piece, kind=Kind.TEXT)
        found.append(piece)
    return found[::-1]


def _has_argument(function: Piece, after: Sequence[Piece]) -> bool:
    if after and after[0].kind is Kind.SPACE and function.text not in CALLED:
        after = after[1:]
    return bool(after) and (after[0].kind in _FACTORS or after[0] == _MINUS)


def _run_end(parts: Sequence[Piece], start: int) -> int:
    """Where the formula that starts there ends; `start` where none does."""
    end = start
    while end < len(parts) and parts[end].kind in (*_FACTORS, *_SIGNS):
        end += 1
        if end + 1 < len(parts) and parts[end].kind is Kind.SPACE:
            end += _go_together(parts[end - 1], parts[end + 1])
    return end


def _go_together(left: Piece, right: Piece) -> bool:
    """Whether a space between them is within a formula."""
    if right.kind in _SIGNS or left.kind in _SIGNS:
        return right.kind in (*_FACTORS, *_SIGNS)
    numbers = left.kind is right.kind is Kind.NUMBER
    return right.kind in _FACTORS and not (numbers or left.apart or right.apart)


def _dollars(run: Sequence[Piece]) -> str:
    """A formula in prose. A sign at its end, or a dot before it, joins it to a word."""
    if all(piece.kind is Kind.NUMBER for piece in run):
        return "".join(piece.text for piece in run)
    before = "{}" if run[0].tex == r"\cdot" else ""
    after = "{}" if run[-1].tex in ("+", "-", r"\cdot") else ""
    return f"${before}{_maths(run)}{after}$"


def _formula(text: str) -> str:
    """All of the text as mathematics."""
    return _maths(_bound(pieces(text, _formula, maths=True)))


def _maths(parts: Sequence[Piece]) -> str:
    return _joined(list(map(_tex, parts)))


def _tex(piece: Piece) -> str:
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
