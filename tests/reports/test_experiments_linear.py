import json
from pathlib import Path

import numpy as np
import pytest

from stairwise.numerics.experiments import matrix_sensing, quadratic
from stairwise.numerics.experiments.history import Divergence
from stairwise.reports.experiment_agreement import run_agreement
from stairwise.reports.experiment_matrix_sensing import run_matrix_sensing
from stairwise.reports.experiment_quadratic import run_quadratic
from stairwise.reports.style import spread

SMALL = {"size": 6, "samples": 60, "values": (3.0, 1.0), "depths": (1, 2), "scale": 1e-3}


def check_files(output: Path, name: str) -> tuple[dict, dict]:  # type: ignore[type-arg]
    assert (output / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    assert (output / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in output.iterdir()) == [
        f"{name}.{suffix}" for suffix in ("json", "npz", "pdf", "png")
    ]
    with np.load(output / f"{name}.npz", allow_pickle=False) as arrays:
        return json.loads((output / f"{name}.json").read_text()), dict(arrays)


@pytest.mark.parametrize("method", ["flow", "descent"])
def test_matrix_sensing_files(tmp_path: Path, method: str) -> None:
    seen = []
    outcome = run_matrix_sensing(
        tmp_path / "new" / "folder",
        **SMALL,  # type: ignore[arg-type]
        method=method,
        learning_rate=5e-3,
        progress=lambda *record: seen.append(record),
    )
    summary, arrays = check_files(tmp_path / "new" / "folder", "matrix_sensing")
    assert not outcome.interrupted
    assert list(summary["depths"]) == ["1", "2"]
    assert {record[0] for record in seen} == {"depth 1", "depth 2"}
    for depth in (1, 2):
        result = summary["depths"][str(depth)]
        assert result["ended"] == "until_loss"
        assert result["plain_loss"] <= 0.01 * (1 + 1e-5)
        assert result["steps"] > 10
        weights = [arrays[f"weights_{depth}_{layer}"] for layer in range(1, depth + 1)]
        assert np.allclose(matrix_sensing.leading_values(weights), arrays[f"values_{depth}"][-1])
        assert arrays[f"values_{depth}"].shape == (arrays[f"time_{depth}"].size, 5)
    assert summary["depths"]["2"]["reconstruction_error"] < 0.1


def test_flow_and_descent_say_the_same_steps(tmp_path: Path) -> None:
    settings = SMALL | {"depths": (2,), "learning_rate": 5e-3}
    flow, descent = (
        run_matrix_sensing(tmp_path, **settings, method=method).summary["depths"][2]  # type: ignore[arg-type]
        for method in ("flow", "descent")
    )
    assert flow["steps"] == pytest.approx(descent["steps"], rel=0.02)
    assert np.allclose(
        flow["measured_learning_steps"], descent["measured_learning_steps"], rtol=0.03
    )


@pytest.mark.parametrize("method", ["flow", "descent"])
def test_quadratic_files(tmp_path: Path, method: str) -> None:
    run_quadratic(tmp_path, size=5, samples=60, values=(1.0, 0.5), method=method, scale=1e-3)
    summary, arrays = check_files(tmp_path, "quadratic")
    assert list(summary["runs"]) == ["without_bias", "with_bias"]
    assert summary["runs"]["without_bias"]["bias"] is None
    assert arrays["bias_with_bias"].shape == (1,)
    for result in summary["runs"].values():
        assert result["ended"] == "until_loss"
        assert result["plain_loss"] <= 0.01 * (1 + 1e-5)


def test_interruption_writes_what_is_done(tmp_path: Path) -> None:
    def stop(name: str, steps: float, loss: float) -> None:
        if name == "depth 1" and steps > 50:
            raise KeyboardInterrupt

    outcome = run_matrix_sensing(tmp_path, **SMALL, progress=stop)  # type: ignore[arg-type]
    summary, arrays = check_files(tmp_path, "matrix_sensing")
    assert outcome.interrupted
    assert summary["interrupted"]
    assert summary["depths"]["1"]["ended"] == "interrupted"
    assert "2" not in summary["depths"]
    assert arrays["time_1"].size > 1


def test_divergence_writes_what_is_done_and_is_raised(tmp_path: Path) -> None:
    with pytest.raises(Divergence, match=r"got 10\.0: the loss diverged by step") as caught:
        run_quadratic(
            tmp_path, size=5, samples=60, values=(1.0,), method="descent", learning_rate=10.0
        )
    assert 0 < caught.value.bound < 10
    summary, _ = check_files(tmp_path, "quadratic")
    assert "diverged by step" in summary["diverged"]
    calm = run_quadratic(
        tmp_path,
        size=5,
        samples=60,
        values=(1.0,),
        method="descent",
        learning_rate=0.9 * caught.value.bound,
    )
    assert calm.summary["runs"]["with_bias"]["ended"] == "until_loss"


def test_agreement_files(tmp_path: Path) -> None:
    run_agreement(
        tmp_path, depths=(2, 3), ratios=(2.0, 4.0), scales=(1e-3, 1e-2), samples=(20, 5000), seeds=1
    )
    summary, arrays = check_files(tmp_path, "agreement")
    assert arrays["measured"].shape == (2, 1, 2, 2, 2)
    assert len(summary["table"]) == 4
    assert summary["table"][-1]["agree"] == 1.0


def test_a_file_in_the_folder_s_place_is_told_before_the_work(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")
    for run in (run_matrix_sensing, run_quadratic, run_agreement):
        with pytest.raises(ValueError, match=r"output must be a folder; got .*taken"):
            run(taken, progress=lambda *record: pytest.fail("it ran"))
    assert taken.read_text() == ""


def test_labels_are_moved_apart_and_stay_in_order() -> None:
    places = spread([5.0, 1.0, 1.1, 0.9, 3.0], 0.5)
    assert places[0] == 5.0
    assert places[4] == 3.0
    assert places[3] < places[1] < places[2]
    assert places[1] == pytest.approx(1.0)
    assert np.min(np.diff(sorted(places))) >= 0.5 - 1e-12


def test_bad_arguments_are_told_before_anything_is_written(tmp_path: Path) -> None:
    output = tmp_path / "none"
    calls = {
        "method must be one of flow, descent; got 'x'": lambda: run_matrix_sensing(
            output, method="x"
        ),
        "depths must have at least one entry": lambda: run_matrix_sensing(output, depths=()),
        "kind must be one of": lambda: run_quadratic(output, kind="x"),
        "until_loss must be a finite number > 0": lambda: run_quadratic(output, until_loss=0.0),
        "seed must be a whole number ≥ 0; got -1": lambda: run_quadratic(output, seed=-1),
    }
    for message, call in calls.items():
        with pytest.raises(ValueError, match=message):
            call()
    assert not output.exists()
    assert quadratic.PLAIN == 16
