"""The diagonal, convolution, pursuit and regimes experiments: files, resuming, interruption."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from stairwise.reports.experiment_convolution import effective_number, run_convolution
from stairwise.reports.experiment_depths import read_data
from stairwise.reports.experiment_diagonal import run_diagonal
from stairwise.reports.experiment_pursuit import run_pursuit
from stairwise.reports.experiment_regimes import run_regimes

pytest.importorskip("sklearn", reason="the SVM needs the extra `baselines`")


def written(output, name):
    """The summary and arrays, after looking that all four files are whole."""
    assert (output / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    assert (output / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    with np.load(output / f"{name}.npz", allow_pickle=False) as arrays:
        return json.loads((output / f"{name}.json").read_text()), dict(arrays)


def save_samples(path, samples=40, dimension=6):
    generator = np.random.default_rng(0)
    inputs = generator.standard_normal((samples, dimension))
    truth = np.r_[2.0, 1.0, np.zeros(dimension - 2)]
    np.savez(path, inputs=inputs, targets=np.sign(inputs @ truth), truth=truth)
    return inputs, np.sign(inputs @ truth)


def test_diagonal_with_the_papers_settings(tmp_path):
    seen = []
    outcome = run_diagonal(tmp_path, depths=(1, 5), progress=lambda *told: seen.append(told))
    summary, arrays = written(tmp_path, "diagonal")
    assert not outcome.interrupted
    assert summary["depths"]["5"]["steps"] == pytest.approx(3363, rel=0.01)
    assert summary["depths"]["5"]["correlation"] == pytest.approx(0.991, abs=1e-3)
    assert summary["linear_svm_correlation"] == pytest.approx(0.795, abs=1e-3)
    assert "degenerate" in summary["note_on_depth_1"]
    u, v = arrays["weights_5_1"], arrays["weights_5_2"]
    assert u**5 - v**5 == pytest.approx(arrays["values_5"][-1])
    assert {told[0] for told in seen} == {"depth 1", "depth 5"}
    assert seen[-1][2] == pytest.approx(summary["depths"]["5"]["plain_loss"])


@pytest.mark.parametrize("run", [run_diagonal, run_convolution])
def test_flow_and_descent_say_the_same_steps_on_a_users_data(tmp_path, run):
    save_samples(tmp_path / "mine.npz")
    settings = {"data": tmp_path / "mine.npz", "depths": (2,), "scale": 0.01}
    found = {}
    for method in ("flow", "descent"):
        run(tmp_path / method, method=method, until_loss=0.2, **settings)
        name = run.__name__.removeprefix("run_")
        found[method] = written(tmp_path / method, name)[0]["depths"]
    for depth in ("2",):
        assert found["flow"][depth]["ended"] == found["descent"][depth]["ended"] == "until_loss"
        assert found["flow"][depth]["steps"] == pytest.approx(
            found["descent"][depth]["steps"], rel=0.02
        )


def test_data_as_csv_and_bad_data(tmp_path):
    inputs, targets = save_samples(tmp_path / "mine.npz")
    np.savetxt(tmp_path / "mine.csv", np.c_[inputs, targets], delimiter=",", fmt="%.17g")
    assert read_data(tmp_path / "mine.csv").inputs == pytest.approx(inputs)
    assert read_data(tmp_path / "mine.csv").truth is None
    np.savez(tmp_path / "half.npz", inputs=inputs)
    with pytest.raises(ValueError, match=r"data must hold inputs and targets; .* lacks targets"):
        read_data(tmp_path / "half.npz")
    with pytest.raises(ValueError, match=r"data must be a \.npz or \.csv file; got 'mine\.txt'"):
        read_data("mine.txt")
    (tmp_path / "text.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="data must be numbers only"):
        run_diagonal(tmp_path / "none", data=tmp_path / "text.csv")
    # Labels that no line separates: said before anything is written.
    np.savez(tmp_path / "hard.npz", inputs=inputs, targets=np.tile([1.0, -1.0], 20))
    with pytest.raises(ValueError, match="inputs must be linearly separable by targets"):
        run_diagonal(tmp_path / "none", data=tmp_path / "hard.npz")
    assert not (tmp_path / "none").exists()


def test_regression_needs_no_classifier(tmp_path):
    inputs, _ = save_samples(tmp_path / "mine.npz")
    truth = np.r_[2.0, -1.0, np.zeros(4)]
    np.savez(tmp_path / "mine.npz", inputs=inputs, targets=inputs @ truth, truth=truth)
    settings = {"loss": "squared", "depths": (3,), "until_loss": 1e-3, "method": "flow"}
    run_diagonal(tmp_path, data=tmp_path / "mine.npz", **settings)
    summary, _ = written(tmp_path, "diagonal")
    assert summary["linear_svm_correlation"] is None
    assert summary["depths"]["3"]["correlation"] > 0.99


def test_interruption_writes_what_is_done(tmp_path):
    def stop(name, _steps, _loss):
        if name == "depth 3":
            raise KeyboardInterrupt

    outcome = run_convolution(tmp_path, depths=(2, 3, 1), progress=stop)
    summary, arrays = written(tmp_path, "convolution")
    assert outcome.interrupted
    assert summary["interrupted"]
    assert summary["depths"]["2"]["ended"] == "until_loss"
    assert summary["depths"]["3"]["ended"] == "interrupted"
    assert "1" not in summary["depths"]
    assert arrays["weights_3_1"].shape == (100,)


@pytest.mark.parametrize("run", [run_diagonal, run_convolution])
def test_divergence_is_told_in_the_rate_given_and_what_is_done_is_written(tmp_path, run):
    with pytest.raises(
        ValueError, match=r"learning_rate must be .* got 1000\.0: the loss diverged"
    ):
        run(tmp_path, depths=(3,), learning_rate=1000.0)
    name = run.__name__.removeprefix("run_")
    assert "diverged by step" in written(tmp_path, name)[0]["diverged"]


def test_convolution_tells_the_trapped_frequencies(tmp_path):
    settings = {"depths": (3,), "draw": 1, "until_loss": 0.1}
    run_convolution(tmp_path / "gaussian", **settings)
    run_convolution(tmp_path / "aligned", kind="aligned", **settings)
    found = {
        kind: written(tmp_path / kind, "convolution")[0]["depths"]["3"]
        for kind in ("gaussian", "aligned")
    }
    assert found["gaussian"]["trapped_frequencies"] == [0, 50]
    assert found["aligned"]["trapped_frequencies"] == []


def test_effective_number_counts_frequencies():
    assert effective_number(np.array([1.0, 1.0, 1.0, 0.0])) == pytest.approx(3)
    assert effective_number(np.array([5.0, 0.0])) == pytest.approx(1)
    assert effective_number(np.zeros(3)) == 0


def test_pursuit_resumes_after_an_interruption(tmp_path):
    def stop(done, _of):
        if done == 1:
            raise KeyboardInterrupt

    first = run_pursuit(tmp_path, depths=(3,), seeds=2, workers=1, progress=stop)
    summary, _ = written(tmp_path, "pursuit")
    assert first.interrupted
    assert summary["study"][0]["count"] == 1
    told = []
    second = run_pursuit(
        tmp_path, depths=(3,), seeds=2, workers=1, progress=lambda *counts: told.append(counts)
    )
    summary, arrays = written(tmp_path, "pursuit")
    assert not second.interrupted
    assert told == [(2, 2)]
    assert summary["study"][0]["count"] == 2
    assert arrays["study"].shape == (2, 6)
    assert summary["depths"]["3"]["learned"] == summary["pursued"]
    assert summary["depths"]["3"]["same_order"] is True
    store = tmp_path / "pursuit.jsonl"
    assert first.files[-1] == second.files[-1] == store
    assert store not in second.replaced  # it is continued
    assert store not in run_pursuit(tmp_path, depths=(3,), seeds=0).files


def test_control_c_in_a_terminal_is_one_line(tmp_path):
    """It reaches the workers too; what is done is kept, and none of them prints a traceback."""
    command = "from stairwise.reports.cli import main; main()"
    options = ["experiment", "pursuit", "--depth", "3", "--seeds", "9000", "--workers", "2"]
    started = subprocess.Popen(
        [sys.executable, "-c", command, *options, "--output", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    store = tmp_path / "pursuit.jsonl"
    end = time.monotonic() + 120
    with started:
        try:
            while not (store.exists() and store.read_text().count("\n") >= 3):
                assert time.monotonic() < end
                assert started.poll() is None
                time.sleep(0.05)
            os.killpg(started.pid, signal.SIGINT)
            printed, messages = started.communicate(timeout=120)
        finally:
            if started.poll() is None:  # it hangs: nothing of it may outlive the test
                os.killpg(started.pid, signal.SIGKILL)
    assert messages == "stairwise: interrupted; what was done until then is written\n"
    assert started.returncode == 130
    assert "coordinates in the order" in printed
    assert 3 <= written(tmp_path, "pursuit")[0]["study"][0]["count"] < 9000


def test_pursuit_refuses_what_has_no_order(tmp_path):
    with pytest.raises(ValueError, match="depths must be ≥ 2 for pursuit"):
        run_pursuit(tmp_path / "none", depths=(1, 2))
    assert not (tmp_path / "none").exists()


def test_regimes(tmp_path):
    run_regimes(tmp_path, depths=(2, 3), scales=(1e-2, 1.0), samples=3, dimension=8, sparsity=1)
    summary, arrays = written(tmp_path, "regimes")
    assert arrays["limits"].shape == (2, 2, 8)
    assert summary["excess_l1"][1][0] < summary["excess_l1"][0][0] < summary["excess_l1"][0][1]
