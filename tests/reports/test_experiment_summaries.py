"""What is printed of an experiment: results beside the theory, in 80 columns."""

import math

import numpy as np
import pytest

from stairwise.reports import experiment_summaries as summaries
from stairwise.reports.effective_rank import effective_rank
from stairwise.reports.experiment_agreement import run_agreement
from stairwise.reports.experiment_convolution import run_convolution
from stairwise.reports.experiment_diagonal import run_diagonal
from stairwise.reports.experiment_matrix_sensing import run_matrix_sensing
from stairwise.reports.experiment_pursuit import run_pursuit
from stairwise.reports.experiment_quadratic import run_quadratic
from stairwise.reports.experiment_regimes import run_regimes


def rows_of(text):
    """Cells by label, split where two spaces or more are; a theory row has its predecessor's."""
    rows, last = {}, ""
    for line in text.splitlines():
        assert len(line) <= 80, line
        label, *cells = [cell.strip() for cell in line.split("  ") if cell.strip()] or [""]
        if label == "theory":
            label = f"theory of {last}"
        else:
            last = label
        rows[label] = cells
    return rows


def save_samples(path, samples=40, dimension=6):
    generator = np.random.default_rng(0)
    inputs = generator.standard_normal((samples, dimension))
    truth = np.r_[2.0, 1.0, np.zeros(dimension - 2)]
    np.savez(path, inputs=inputs, targets=np.sign(inputs @ truth), truth=truth)


def test_matrix_sensing_beside_the_toy_model(tmp_path):
    settings = {"size": 6, "samples": 600, "values": (1.0, 3.0), "depths": (2, 3), "scale": 1e-4}
    found = run_matrix_sensing(tmp_path, **settings, kind="identity", learning_rate=5e-3)
    text = summaries.matrix_sensing_summary(found.summary)
    rows = rows_of(text)
    assert rows["depth 2"] == ["depth 3"]
    assert all(float(cell) <= 0.0101 for cell in rows["final loss"])
    assert [float(cell) for cell in rows["value 1 (target 3)"]] == pytest.approx([3, 3], abs=0.1)
    ranks = [float(cell) for cell in rows["effective rank"]]
    assert ranks == pytest.approx([effective_rank(np.array([3.0, 1.0]))] * 2, rel=0.1)
    for target in ("3", "1"):
        measured = [float(cell.replace(",", "")) for cell in rows[f"step at half of {target}"]]
        theory = rows[f"theory of step at half of {target}"]
        assert [float(cell.replace(",", "")) for cell in theory] == pytest.approx(measured, rel=0.2)
    assert "theory: the toy model with the same targets, from σ0 = 0.0001" in text


def test_values_never_learned_are_dashes(tmp_path):
    settings = {"size": 6, "samples": 60, "values": (3.0, 1.0), "depths": (2,), "scale": 1e-4}
    found = run_matrix_sensing(tmp_path, **settings, kind="identity", until_loss=5.0)
    rows = rows_of(summaries.matrix_sensing_summary(found.summary))
    assert rows["step at half of 1"] == ["–"]
    assert rows["theory of step at half of 1"] != ["–"]


def test_quadratic_beside_its_population(tmp_path):
    found = run_quadratic(tmp_path, size=5, samples=2000, values=(1.0, 0.5), scale=1e-3)
    rows = rows_of(summaries.quadratic_summary(found.summary))
    assert rows["without bias"] == ["with bias"]
    for label in ("value 1 (target 1)", "value 2 (target 0.5)"):
        measured = [float(cell) for cell in rows[label]]
        theory = [float(cell) for cell in rows[f"theory of {label}"]]
        assert theory == pytest.approx(measured, rel=0.15)
        assert theory != measured
    assert rows["bias"][0] == "–"


@pytest.mark.parametrize(
    ("run", "tell", "score"),
    [
        (run_diagonal, summaries.diagonal_summary, "correlation"),
        (run_convolution, summaries.convolution_summary, "cosine"),
    ],
)
def test_classifiers_beside_the_svm(tmp_path, run, tell, score):
    pytest.importorskip("sklearn")
    save_samples(tmp_path / "mine.npz")
    settings = {"data": tmp_path / "mine.npz", "depths": (1, 2), "scale": 0.01, "until_loss": 0.2}
    found = run(tmp_path / "out", **settings).summary
    text = tell(found)
    rows = rows_of(text)
    expected = [found["depths"][depth][score] for depth in (1, 2)]
    assert [float(cell) for cell in rows[f"{score} with truth"]] == pytest.approx(
        expected, rel=1e-3
    )
    assert f"linear SVM: {score} {found[f'linear_svm_{score}']:.4g}" in text
    if score == "correlation":
        assert rows["index: value"][1].startswith("0: ")  # the truth's largest
        assert "depth 1 is degenerate" in text


def test_pursuit_beside_omp(tmp_path):
    pytest.importorskip("sklearn")
    found = run_pursuit(tmp_path, depths=(3,), seeds=1, workers=1).summary
    text = summaries.pursuit_summary(found)
    rows = rows_of(text)
    assert rows["same order as OMP"] == ["yes"]
    order = " ".join(str(index) for index, _ in found["pursued"])
    assert f"\n  OMP: {order}\n  depth 3: {order}\n" in text
    assert rows["ended"] == ["until loss"]
    assert rows["3"][:3] == ["5", "0", "1"]
    alone = summaries.pursuit_summary({**found, "study": []})
    assert "non-zeros" not in alone


def test_agreement_beside_the_threshold(tmp_path):
    found = run_agreement(
        tmp_path, depths=(2, 3), ratios=(2.0, 4.0), scales=(1e-3, 1e-2), samples=(20, 5000), seeds=1
    )
    text = summaries.agreement_summary(found.summary)
    assert rows_of(text)["5,000 samples"] == ["100%, 0", "100%, 0"]
    assert "share of the 2 × 2 cells" in text


def test_regimes_between_the_two_norms(tmp_path):
    settings = {"samples": 3, "dimension": 6, "sparsity": 1}
    found = run_regimes(tmp_path, depths=(2,), scales=(1e-3, 1.0), **settings).summary
    text = summaries.regimes_summary(found)
    rows = rows_of(text)
    assert rows["depth 2"] == []
    rich, kernel = (float(rows[f"σ0 = {scale}"][0].rstrip("%")) for scale in ("0.001", "1"))
    assert rich < 1 < kernel
    assert f"{found['l1_norm_of_least_l2'] / found['least_l1_norm'] - 1:.2%}" in text


def test_nothing_done_is_said():
    empty = {"depths": {}, "values": (1.0,), "scale": 1.0}
    assert summaries.matrix_sensing_summary(empty) == "no run was far enough to report\n"


def test_effective_rank_is_exact_for_equal_values_and_between_otherwise():
    assert effective_rank(np.array([2.0, 2.0, 2.0, 0.0])) == pytest.approx(3)
    assert effective_rank(np.array([5.0, 0.0])) == 1
    assert effective_rank(np.zeros(3)) == 0
    # Shares 3/4 and 1/4: exp of their entropy, log 4 − (3/4) log 3.
    assert effective_rank(np.array([3.0, 1.0])) == pytest.approx(4 / 3**0.75, rel=1e-14)
    assert math.isclose(effective_rank(np.array([3.0, 1.0])), effective_rank(np.array([6.0, 2.0])))
