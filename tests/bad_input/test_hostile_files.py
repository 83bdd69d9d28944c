"""Files that a command or function reads: cut short, huge, binary, or made to harm."""

import io
import json
import pickle
import zipfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from test_bad_commands import run

from stairwise.numerics import prove_boxes, read_spectrum, replay_certificate
from stairwise.numerics.boxes import box
from stairwise.numerics.certificate import jobs
from stairwise.numerics.experiments import concurrence
from stairwise.numerics.margins import CLAIMS
from stairwise.reports.experiment_depths import read_data


class Harm:
    """Unpickled, it leaves a file."""

    def __reduce__(self):
        return Path.touch, (Path("pwned"),)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield
    assert not Path("pwned").exists(), "a file was executed"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    path = tmp_path_factory.mktemp("proofs") / "proofs.json"
    region = box(("2", "2.1"), ("0.1", "0.11"), ("0.9", "0.91"))
    prove_boxes(
        [job._replace(region=region) for job in jobs((Fraction(3),), CLAIMS)][:1], path, workers=1
    )
    return path.read_text()


def spoiled(text, **changes):
    content = json.loads(text)
    content["proofs"][0].update(changes)
    return json.dumps(content)


BINARY = bytes(range(256)) * 64
SPOILED = {
    "huge number": {"shift": "1e999999999"},
    "long number": {"shift": "9" * 10**5},
    "division by zero": {"depth": "1/0"},
    "unhashable": {"statement": ["separation-bounds"]},
    "order of another type": {"order": "0"},
    "leaves of another type": {"leaves": 3},
    "short leaf": {"leaves": [["2", "2.1"]]},
    "leaf of numbers": {"leaves": [[2, 2.1, 0.1, 0.11, 0.9, 0.91, "proved", ""]]},
    "unknown verdict": {"verdict": "true"},
    "evaluated text": {"depth": "__import__('os').system('touch pwned')"},
    "not a number": {"box": ["nan"] * 6},
    "empty box": {"box": ["2", "2", "0.1", "0.1", "0.9", "0.9"]},
}


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_certificates_are_refused(name, certificate):
    Path("c.json").write_text(spoiled(certificate, **SPOILED[name]))
    with pytest.raises(ValueError, match=r"certificate must be a .* file; got 'c.json' \("):
        replay_certificate("c.json")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", BINARY, b"[" * 10**6, b'{"format":' * 10**5, b'"' + b"x" * 10**6 + b'"',
     b"3" * 9999,
     b"NaN", b"\xff\xfe{}", b'{"format": "stairwise box certificate 1"}', b"&a [*a, *a]",
     pickle.dumps(Harm())],
    ids=lambda content: repr(content[:12]),
)  # fmt: skip
def test_what_is_no_certificate_is_refused(content):
    Path("c.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"certificate must be "):
        replay_certificate("c.json")
    code, out, err = run(["verify", "--replay", "c.json"])
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_certificates_cut_short_anywhere_are_refused(certificate):
    for end in range(1, len(certificate) - 2, max(1, len(certificate) // 60)):
        Path("c.json").write_text(certificate[:end])
        with pytest.raises(ValueError, match="certificate must be "):
            replay_certificate("c.json")


@pytest.mark.parametrize(
    "content", [BINARY, b"", b"1", b"1 x", b"nan 1", b"inf 1", b"-1 2", b"1e999 1", b"0 0",
                b"__import__('os') 1", pickle.dumps(Harm())], ids=lambda x: repr(x[:12])
)  # fmt: skip
def test_what_is_no_spectrum_is_refused(content):
    Path("s.txt").write_bytes(content)
    with pytest.raises(ValueError, match=r"(path|spectrum) must "):
        read_spectrum("s.txt")


def test_endless_files_are_read_to_a_limit(monkeypatch):
    monkeypatch.setattr("stairwise.numerics._files.LARGEST_FILE", 10**6)
    for read in (read_spectrum, replay_certificate):
        with pytest.raises(ValueError, match="of at most 1000000 bytes; got '/dev/zero'"):
            read("/dev/zero")


def npz(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(f"{name}.npy", content)
    return stream.getvalue()


def npy(array, **options):
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


GOOD = npy(np.ones((4, 2)))
LYING = GOOD.replace(b"(4, 2)", b"(4000000000000, 2)")[: len(GOOD)]
ESCAPE = io.BytesIO()
with zipfile.ZipFile(ESCAPE, "w") as _packed:
    _packed.writestr("../../pwned", b"x")
    _packed.writestr("inputs.npy", GOOD)
DAMAGED = npz(inputs=npy(np.arange(999.0)), targets=GOOD)
DAMAGED = DAMAGED[:200] + b"\x00\xff" * 20 + DAMAGED[240:]
ARRAYS = {
    "empty": b"",
    "binary": BINARY,
    "cut short": npz(inputs=GOOD, targets=GOOD)[:150],
    "no magic": npz(inputs=GOOD.replace(b"\x93NUMPY", b"\x00NUMPY"), targets=GOOD),
    "damaged": DAMAGED,
    "pickled": npz(inputs=npy(np.array([Harm()]), allow_pickle=True), targets=GOOD),
    "a pickle itself": pickle.dumps(Harm()),
    "npy in place of npz": GOOD,
    "a shape that lies": npz(inputs=LYING, targets=GOOD),
    "a name that escapes": ESCAPE.getvalue(),
    "missing targets": npz(inputs=GOOD),
    "text": npz(inputs=b"__import__('os')", targets=GOOD),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_hostile_arrays_are_refused(name):
    Path("data.npz").write_bytes(ARRAYS[name])
    with pytest.raises(ValueError, match=r"data must "):
        read_data(Path("data.npz"))
    code, out, err = run(["experiment", "diagonal", "--output", "out", "--data", "data.npz"])
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not Path("../pwned").exists()


def test_bombs_are_refused_before_they_unpack(monkeypatch):
    monkeypatch.setattr("stairwise.reports.experiment_depths.LARGEST_DATA", 10**6)
    Path("bomb.npz").write_bytes(npz(inputs=npy(np.zeros((1000, 1000))), targets=GOOD))
    assert Path("bomb.npz").stat().st_size < 20_000
    with pytest.raises(ValueError, match="it unpacks to 8000320 bytes, more than 1000000"):
        read_data(Path("bomb.npz"))


@pytest.mark.parametrize(
    "content",
    [b"", b"# none\n", BINARY, b"1\n2\n", b"1,2\n3\n", b"1,x\n", b"__import__('os'),1\n"],
    ids=lambda x: repr(x[:12]),
)
def test_hostile_csv_is_refused(content):
    Path("data.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"data must "):
        read_data(Path("data.csv"))


def test_hostile_lines_in_a_store_are_passed_over():
    run_of = {"depth": 2, "sparsity": 5, "noise": 0.0, "seed": 0}
    scores = {"overlap": 1.0, "same_order": True, "authors": 1.0, "converged": True, "learned": 5,
              "seconds": 0.1}  # fmt: skip
    good = json.dumps({"run": run_of, **scores})
    lines = [
        good[:40], "[" * 10**5, "3", "null", "{}", '{"run": 3}', "\x00\x01", "é" * 10,
        json.dumps({"run": run_of | {"depth": [2]}, **scores}),
        json.dumps({"run": run_of | {"seed": "0"}, **scores}),
        json.dumps({"run": run_of | {"unknown": 1}, **scores}),
        json.dumps({"run": run_of, **scores, "overlap": "1"}),
        json.dumps({"run": run_of, **scores, "same_order": 1}),
    ]  # fmt: skip
    Path("store.jsonl").write_bytes("\n".join([*lines, good]).encode() + b"\n\xff\xfe\n")
    (found,) = concurrence.read(Path("store.jsonl"))
    assert found.run.depth == 2


def test_output_names_do_not_leave_their_folder():
    for name in ("../phase", "/etc/phase", "phase/../../x"):
        code, out, err = run(["figure", name, "--output", "out"])
        assert (code, out, err.count("\n")) == (2, "", 1)
    assert not Path("../phase.pdf").exists()
