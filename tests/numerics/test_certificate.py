"""Certificates: written, resumed, replayed, and caught when doctored."""

import json
import math
from dataclasses import replace
from fractions import Fraction

import pytest

from stairwise.numerics import certificate
from stairwise.numerics.box_search import prove_on_box
from stairwise.numerics.boxes import box
from stairwise.numerics.certificate import (
    Job,
    exact_text,
    jobs,
    prove_boxes,
    read_certificate,
    write_certificate,
)
from stairwise.numerics.claims import DOMAIN
from stairwise.numerics.margins import Claim
from stairwise.numerics.regions import StepBox
from stairwise.numerics.replay import checked, replay_certificate, tiles
from stairwise.numerics.step_margins import GROWTH
from stairwise.theory.decide import Verdict

REGION = box(("2", "60"), ("0.01", "0.249"), ("0.751", "0.99"))
WORK = tuple(
    Job(Claim("separation-bounds", side), depth, REGION)
    for side in ("upper", "lower")
    for depth in (Fraction(3), math.inf)
)


@pytest.fixture(scope="module")
def proofs():
    return prove_boxes(WORK, workers=1)


@pytest.fixture
def upper(proofs):
    return proofs[0]


def test_proofs_survive_the_file_and_the_replay(tmp_path, proofs):
    path = tmp_path / "proofs.json"
    write_certificate(path, proofs)
    assert read_certificate(path) == proofs
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["precision_bits"] >= 53
    assert set(content["versions"]) == {"stairwise", "python", "python-flint", "flint"}
    seen = []
    result = replay_certificate(path, lambda done, total, _: seen.append((done, total)))
    assert result.verdict is Verdict.PROVED
    assert result.faults == ()
    assert result.leaves == sum(len(proof.leaves) for proof in proofs)
    assert seen == [(k, 4) for k in (1, 2, 3, 4)]
    assert len(result.missing) == len(jobs()), "another box than the domain proves none of them"


def test_a_stopped_run_is_resumed(tmp_path, proofs, monkeypatch):
    path = tmp_path / "proofs.json"
    write_certificate(path, proofs[:3])
    computed = []
    plain = certificate._decide
    monkeypatch.setattr(certificate, "_decide", lambda job: computed.append(job) or plain(job))
    calls = []
    found = prove_boxes(WORK, path, workers=1, progress=lambda *state: calls.append(state[:2]))
    assert computed == [WORK[3]]
    assert calls == [(4, 4)]
    assert found == proofs
    assert read_certificate(path) == proofs


@pytest.mark.parametrize("name", ["MARGIN_BITS", "CUTS"])
def test_proofs_made_otherwise_are_made_again(tmp_path, proofs, monkeypatch, name):
    path = tmp_path / "proofs.json"
    with monkeypatch.context() as patched:
        patched.setattr(certificate, name, 7)
        write_certificate(path, proofs)
    calls = []
    prove_boxes(WORK[:1], path, workers=1, progress=lambda *state: calls.append(state[:2]))
    assert calls == [(1, 1)]


def test_two_processes_prove_the_same(tmp_path, proofs):
    path = tmp_path / "proofs.json"
    assert prove_boxes(WORK[::-1], path, workers=2) == proofs[::-1]
    assert replay_certificate(path).verdict is Verdict.PROVED


def doctored(proof, number, **changes):
    leaves = list(proof.leaves)
    leaves[number] = replace(leaves[number], **changes)
    return replace(proof, leaves=tuple(leaves))


def test_a_missing_or_repeated_box_is_caught(upper):
    assert checked(upper).faults == []
    for leaves in (upper.leaves[1:], upper.leaves[:-1], (*upper.leaves, upper.leaves[0])):
        faults = checked(replace(upper, leaves=leaves)).faults
        assert len(faults) == 1
        assert "do not tile" in faults[0]


def test_a_widened_box_is_caught(upper):
    region = upper.leaves[5].box
    wider = region._replace(s=(region.s[0], region.s[1] + Fraction(1, 10**9)))
    assert any("do not tile" in fault for fault in checked(doctored(upper, 5, box=wider)).faults)


def test_one_whole_box_is_no_proof(upper):
    merged = replace(upper, leaves=(replace(upper.leaves[0], box=upper.box),))
    assert any("sign is not confirmed" in doubt for doubt in checked(merged).doubts)


def test_a_false_claim_is_caught_at_the_centre(upper):
    shifted = replace(upper, claim=upper.claim._replace(shift=Fraction(2)))
    assert any("wrong sign at the centre" in fault for fault in checked(shifted).faults)


def test_proofs_next_to_ratio_1_are_not_called_wrong(tmp_path):
    # At depth 2 the value at the centre is some y² = e^(−2 C/(r − 1)): ever more bits see it.
    path, claim = tmp_path / "near.json", Claim("sharp-bounds", "upper", 0, Fraction(0))
    worth = []
    for near in (7, 12, 20, 48):
        end = 1 + Fraction(1, 2**near)
        region = box((end, end + Fraction(1, 2 ** (near + 4))), ("0.1", "0.11"), ("0.8", "0.81"))
        path.unlink(missing_ok=True)
        (found,) = prove_boxes([Job(claim, 2, region)], path, workers=1)
        assert found.verdict is Verdict.PROVED
        worth.append(replay_certificate(path))
        assert worth[-1].faults == ()
    assert [str(replay.verdict) for replay in worth] == [*2 * ["proved"], *2 * ["undecided"]]
    assert "the sign at the centre is not decided on ratio" in worth[2].doubts[0]
    assert "the margin's sign is not confirmed on ratio" in worth[3].doubts[0]


def test_centres_that_few_bits_cannot_tell_from_the_end_are_decided_by_more(tmp_path):
    near = StepBox(("0.4", "0.5"), (1 - Fraction(2, 10**200), 1 - Fraction(1, 10**200)))
    job = Job(Claim(GROWTH, "lower", 0, "0"), 2, near)
    (found,) = prove_boxes([job], tmp_path / "near.json", workers=1)
    assert found.verdict is Verdict.PROVED
    assert replay_certificate(tmp_path / "near.json").verdict is Verdict.PROVED


def test_numbers_that_could_not_be_read_again_are_refused_before_the_search(tmp_path):
    region = box((1.5, 1.6), (1e-90, 1.1e-90), (0.8, 0.85))
    job = Job(Claim("sharp-bounds", "upper", 0, Fraction(0)), "2", region)
    rule = r"ends of at most 220 figures, .*; got s with some \d+"
    with pytest.raises(ValueError, match=rule):
        prove_boxes([job], tmp_path / "long.json", workers=1)
    for end in (Fraction(10) ** 400, 3 + Fraction(1, 7**6000)):
        long = Job(job.claim, 2, box((2, end), ("0.1", "0.11"), ("0.8", "0.81")))
        with pytest.raises(ValueError, match=r"figures, .*; got ratio with some \d+"):
            prove_boxes([long], tmp_path / "long.json", workers=1)
    with pytest.raises(ValueError, match="work must hold jobs of claim, depth and region; got 1"):
        prove_boxes([1])
    with pytest.raises(ValueError, match=r"region must be a box of ranges; got \[1\]"):
        prove_boxes([job._replace(region=[1])])
    (found,) = prove_boxes([job], workers=1)
    assert (found.verdict, found.depth) == (Verdict.PROVED, 2)


def test_false_labels_are_caught(upper):
    assert any("not void" in f for f in checked(doctored(upper, 0, outcome="void")).faults)
    left_over = checked(doctored(upper, 0, outcome="undecided")).faults
    assert len(left_over) == 1
    assert "called proved, but its leaves are not" in left_over[0]
    assert any("unknown outcome" in f for f in checked(doctored(upper, 0, outcome="fine")).faults)
    other = replace(upper, claim=upper.claim._replace(statement="depth-law"))
    assert "no such claim" in checked(other).faults[0]
    refuted = replace(upper, verdict=Verdict.REFUTED, leaves=())
    assert "does not refute" in checked(refuted).faults[0]


def test_a_doctored_file_is_refuted_and_an_undecided_one_undecided(tmp_path, upper):
    path = tmp_path / "proofs.json"
    write_certificate(path, [replace(upper, leaves=upper.leaves[1:])])
    assert replay_certificate(path).verdict is Verdict.REFUTED
    undecided = prove_on_box("separation-bounds", "upper", math.inf, DOMAIN, cuts=1)
    assert undecided.verdict is Verdict.UNDECIDED
    write_certificate(path, [upper, undecided])
    result = replay_certificate(path)
    assert result.verdict is Verdict.UNDECIDED
    assert result.faults == ()
    write_certificate(path, [])
    assert replay_certificate(path).verdict is Verdict.UNDECIDED


def test_a_sound_refutation_stands(tmp_path):
    path = tmp_path / "proofs.json"
    refuted = prove_on_box("sharp-bounds", "lower", 2, DOMAIN, order=1, shift="1e-6")
    write_certificate(path, [refuted])
    result = replay_certificate(path)
    assert result.verdict is Verdict.REFUTED
    assert result.faults == ()


@pytest.mark.parametrize("text", ["", "[]", '{"format": "other"}', '{"proofs": []}'])
def test_other_files_are_one_clear_error(tmp_path, text):
    path = tmp_path / "proofs.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        ValueError, match="certificate must be a 'stairwise box certificate 1' file"
    ):
        read_certificate(path)


def test_tiles_accepts_bisections_and_nothing_else():
    whole = box(("2", "4"), ("0.1", "0.2"), ("0.8", "0.9"))
    left = whole._replace(ratio=(Fraction(2), Fraction(3)))
    right = whole._replace(ratio=(Fraction(3), Fraction(4)))
    assert tiles(whole, [whole])
    assert tiles(whole, [left, right])
    assert not tiles(whole, [left])
    assert not tiles(whole, [])
    assert not tiles(whole, [left, right, right])
    assert not tiles(whole, [left, left])
    assert not tiles(whole, [whole, left])


def test_exact_texts_read_back():
    for text in ("0.1", "-2.5", "100", "1/3", "0.000001", "12345.678", "-0.01"):
        assert Fraction(exact_text(Fraction(text))) == Fraction(text)
    assert exact_text(Fraction("0.751")) == "0.751"
    assert exact_text(Fraction(1, 3)) == "1/3"


@pytest.mark.slow
def test_every_claim_is_proved_on_the_whole_domain_and_replayed(tmp_path):
    path = tmp_path / "proofs.json"
    found = prove_boxes(certificate=path, workers=2)
    assert {proof.verdict for proof in found} == {Verdict.PROVED}
    assert all(proof.volume("undecided") == 0 for proof in found)
    result = replay_certificate(path)
    assert result.verdict is Verdict.PROVED
    assert result.missing == ()
    assert result.faults == ()
