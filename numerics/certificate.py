"""Certificates: box proofs as JSON, made in parallel, and resumed where they stopped.

A certificate holds every leaf of every proof in exact decimals, so that `replay` can check it
without the search. Finished claims are written at once; a run that is given the same file again
leaves them out. What is in the file is believed here, and checked there.
"""

import json
import math
import os
import platform
import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import flint

from stairwise.numerics._arguments import shown, whole
from stairwise.numerics._exact import Exact, exact, exact_depth
from stairwise.numerics._files import parsed_json, read_text
from stairwise.numerics._whole import write_whole
from stairwise.numerics.box_search import CUTS, MARGIN_BITS, prove_on_box
from stairwise.numerics.boxes import BoxVerdict, Leaf, with_note
from stairwise.numerics.claims import ALL_CLAIMS, DEPTHS, domain_of, is_made
from stairwise.numerics.margins import Claim
from stairwise.numerics.regions import Box, Region, RunBox, StepBox, point_in
from stairwise.theory.decide import Verdict

FORMAT = "stairwise box certificate 1"
#: Numbers in certificates, and the longest: inside float64's range, as notes print them.
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+|/[0-9]+)?")
LONGEST_NUMBER = 300

Progress = Callable[[int, int, BoxVerdict], None]


class Job(NamedTuple):
    """One claim at one depth over one box."""

    claim: Claim
    depth: Exact
    region: Region


def jobs(depths: Sequence[Exact] = DEPTHS, claims: Sequence[Claim] = ALL_CLAIMS) -> tuple[Job, ...]:
    """Every claim over its domain at every depth for which it is made, the longest first."""
    made = [
        Job(claim, depth, domain_of(claim))
        for depth in depths
        for claim in claims
        if is_made(claim, depth)
    ]
    # Upper bounds at large depth need the most boxes.
    return tuple(sorted(made, key=lambda job: (job.claim.side, job.depth), reverse=True))


def prove_boxes(
    work: Sequence[Job] | None = None,
    certificate: str | os.PathLike[str] | None = None,
    workers: int = 2,
    progress: Progress | None = None,
) -> tuple[BoxVerdict, ...]:
    """Decide claims over boxes in parallel; all of the theory's on their domain by default.

    With `certificate`, a JSON file, each verdict is written as soon as it is there, and those that
    the file holds already, made by the same versions at the same precision and cuts, are not
    computed again. `progress(done, total, verdict)` is called after each. `workers` ≥ 1 processes
    are started afresh (scripts need the usual `if __name__ == "__main__":`); 1 works in this
    process. Verdicts come in the order of the work. ValueError for a file that is no certificate,
    work that is not of jobs, and for ends of a box that are too long to be written.
    """
    workers = whole("workers", workers, 1)
    wanted = tuple(_job(job) for job in (jobs() if work is None else work))
    path = None if certificate is None else Path(certificate)
    if path is not None:
        for job in wanted:
            _require_short(job)
    found = {_key(v): v for v in _resumable(path)} if path and path.exists() else {}
    todo = [job for job in wanted if job not in found]
    done = len(wanted) - len(todo)
    for verdict in _decided(todo, workers):
        found[_key(verdict)] = verdict
        done += 1
        if path is not None:
            write_certificate(path, tuple(found.values()))
        if progress is not None:
            progress(done, len(wanted), verdict)
    return tuple(found[job] for job in wanted)


def _job(job: Any) -> Job:
    """A job in exact numbers; over its claim's domain where it names no box."""
    if not isinstance(job, Job) or not isinstance(job.claim, Claim):
        raise ValueError(f"work must hold jobs of claim, depth and region; got {shown(job)}")
    claim = job.claim._replace(shift=_finite("shift", job.claim.shift))
    region = domain_of(claim) if job.region is None else job.region
    if not isinstance(region, Box | StepBox | RunBox):
        raise ValueError(f"region must be a box of ranges; got {shown(region)}")
    ranges = (
        (_finite(name, low), _finite(name, high)) for name, (low, high) in region._asdict().items()
    )
    return Job(claim, exact_depth(job.depth), type(region)(*ranges))


def _finite(name: str, number: Any) -> Fraction:
    found = exact(name, number, "a finite number")
    if not isinstance(found, Fraction):
        raise ValueError(f"{name} must be a finite number; got {shown(number)}")
    return found


def _require_short(job: Job) -> None:
    """ValueError where the ends of leaves could be longer than a certificate's numbers."""
    most = LONGEST_NUMBER - 2 * CUTS  # figures of p/q, which bisections add
    for name, pair in job.region._asdict().items():
        for end in pair:
            figures = max(end.numerator, end.denominator).bit_length() * 3 // 10
            if figures > most or len(exact_text(end)) > most:
                raise ValueError(
                    f"region must have ends of at most {most} figures, as exact decimals or "
                    f"fractions; got {name} with some {max(figures, most + 1)}"
                )


def _decided(todo: Sequence[Job], workers: int) -> Any:
    """Verdicts as they come."""
    if workers == 1 or len(todo) < 2:
        yield from map(_decide, todo)
        return
    # spawn: no state of this process, threads or precision, reaches the workers.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures: list[Future[BoxVerdict]] = [pool.submit(_decide, job) for job in todo]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _decide(job: Job) -> BoxVerdict:
    claim = job.claim
    return prove_on_box(
        claim.statement, claim.side, job.depth, job.region, claim.order, claim.shift
    )


def _key(verdict: BoxVerdict) -> Job:
    return Job(verdict.claim, verdict.depth, verdict.box)


def _resumable(path: Path) -> tuple[BoxVerdict, ...]:
    """The verdicts of a certificate if this program, as it is, would have written them."""
    content = _load(path)
    made_by = {key: content.get(key) for key in _origin()}
    return _verdicts(content, path) if made_by == _origin() else ()


def write_certificate(path: str | os.PathLike[str], verdicts: Sequence[BoxVerdict]) -> None:
    """Write verdicts with precision and versions; the file is replaced in one step."""
    content = {
        "format": FORMAT,
        **_origin(),
        "proofs": [_to_json(verdict) for verdict in verdicts],
    }
    text = json.dumps(content, indent=0, ensure_ascii=False) + "\n"
    write_whole(Path(path), [text.encode()])


def read_certificate(path: str | os.PathLike[str]) -> tuple[BoxVerdict, ...]:
    """The verdicts of a certificate, as they were claimed; ValueError where it is not one."""
    return _verdicts(_load(path), path)


def _load(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The file's content if it says that it is a certificate."""
    try:
        content: dict[str, Any] = parsed_json(read_text("certificate", path))
        if content["format"] != FORMAT:
            raise ValueError(f"its format is not {FORMAT!r}")
    except (ValueError, KeyError, TypeError) as error:
        raise _no_certificate(path, error) from None
    return content


def _verdicts(content: dict[str, Any], path: str | os.PathLike[str]) -> tuple[BoxVerdict, ...]:
    try:
        return tuple(_from_json(proof) for proof in content["proofs"])
    except (ValueError, KeyError, TypeError, IndexError, ZeroDivisionError) as error:
        raise _no_certificate(path, error) from None


def _no_certificate(path: str | os.PathLike[str], error: Exception) -> ValueError:
    why = f"{type(error).__name__}: {shown(str(error))}"
    return ValueError(f"certificate must be a {FORMAT!r} file; got {shown(path)} ({why})")


def _origin() -> dict[str, Any]:
    """What a proof depends on beside its claim."""
    return {"versions": _versions(), "precision_bits": MARGIN_BITS, "cuts": CUTS}


def _versions() -> dict[str, str]:
    try:
        own = version("stairwise")
    except PackageNotFoundError:
        own = "not installed"
    return {
        "stairwise": own,
        "python": platform.python_version(),
        "python-flint": flint.__version__,
        "flint": flint.__FLINT_VERSION__,
    }


def _to_json(verdict: BoxVerdict) -> dict[str, Any]:
    claim = verdict.claim
    point = verdict.point
    return {
        "statement": claim.statement,
        "side": claim.side,
        "order": claim.order,
        "shift": exact_text(claim.shift),
        "depth": "inf" if verdict.depth == math.inf else exact_text(Fraction(verdict.depth)),
        "box": _box_to_json(verdict.box),
        "verdict": str(verdict.verdict),
        "point": None if point is None else [exact_text(x) for x in point],
        "boxes_examined": verdict.examined,
        "leaves": [[*_box_to_json(x.box), x.outcome, x.margin] for x in verdict.leaves],
    }


def _from_json(proof: dict[str, Any]) -> BoxVerdict:
    words = [_text(proof[key]) for key in ("statement", "side")]
    order, shift = whole("order", proof["order"], 0), _rational(proof["shift"])
    claim = Claim(words[0], words[1], order, shift)
    point = proof["point"]
    region = _box_from_json(claim, proof["box"])
    ends = 2 * len(region)
    return with_note(
        BoxVerdict(
            claim,
            math.inf if proof["depth"] == "inf" else _rational(proof["depth"]),
            region,
            Verdict(proof["verdict"]),
            tuple(
                Leaf(_box_from_json(claim, x[:ends]), _text(x[ends]), _text(x[ends + 1]))
                for x in proof["leaves"]
            ),
            None if point is None else point_in(region, *(_rational(x) for x in point)),
            whole("boxes_examined", proof["boxes_examined"], 0),
            "",
        )
    )


def _box_to_json(region: Region) -> list[str]:
    """[ratio low, ratio high, s low, s high, f low, f high], or other variables in their order."""
    return [exact_text(end) for pair in region for end in pair]


def _box_from_json(claim: Claim, ends: Sequence[str]) -> Region:
    """A box of the claim's variables."""
    numbers = [_rational(end) for end in ends]
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return type(domain_of(claim))(*pairs)


def _rational(text: Any) -> Fraction:
    """A number as `exact_text` writes it: no exponents, which could ask for gigabytes of digits."""
    if not isinstance(text, str) or not _NUMBER.fullmatch(text) or len(text) > LONGEST_NUMBER:
        raise ValueError(f"not a plain decimal or fraction: {shown(text)}")
    return Fraction(text)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"not a text: {shown(value)}")
    return value


def exact_text(number: Fraction) -> str:
    """A rational as a plain decimal where it is a finite one, else as p/q."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places == 0:
        return str(number)
    figures = str(abs(int(number * 10**places))).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    return f"{sign}{figures[:-places]}.{figures[-places:]}"
