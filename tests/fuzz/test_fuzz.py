"""Float64 against balls: a small sample by default, 10^5 points for each function marked slow.

All points: python -m pytest -m slow tests/fuzz -n 2, or resumable: python tests/fuzz/run.py
"""

import draws
import numpy as np
import pytest
from routes import REFUSED, ROUTES
from run import CHUNK, main, report, run_chunk

#: Points of the default sample: descents and ODE solves cost ten times as much as the others.
SAMPLE = {
    "descent_trajectory": 30,
    "descent_log_threshold": 20,
    "flow_log_threshold": 30,
    "gradient_flow": 30,
}
PARTS = 10


@pytest.mark.parametrize("name", list(ROUTES))
def test_a_sample_keeps_the_stated_accuracy(name):
    found = run_chunk(name, seed=7, chunk=0, size=SAMPLE.get(name, 300))
    assert found["violations"] == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", ROUTES)
def test_100_000_points_keep_the_stated_accuracy(name, part):
    for chunk in range(part * 100 // PARTS, (part + 1) * 100 // PARTS):
        assert run_chunk(name, seed=8, chunk=chunk)["violations"] == []
    assert CHUNK * 100 == 100_000


#: A factor on its values breaks every function's promise; what only approximates needs a large one.
WRONG = 1 + 3e-9
WRONG_BY = {
    "uniform_law-approximation": 2.0,
    "flow_log_threshold": 1 + 1e-6,
    "gradient_flow": 1.5,
}


@pytest.mark.parametrize("name", ROUTES)
def test_wrong_values_are_caught(name, monkeypatch):
    """The negative twin: values a little off break the promise nearly everywhere."""
    route = ROUTES[name]

    def wrong(*columns):
        values = [np.asarray(value) for value in route.values(*columns)]
        if values[0].dtype == bool:
            return tuple(~value for value in values)
        with np.errstate(over="ignore"):
            return tuple(value * WRONG_BY.get(name, WRONG) for value in values)

    monkeypatch.setitem(ROUTES, name, route._replace(values=wrong))
    size = SAMPLE.get(name, 100)
    caught = run_chunk(name, seed=9, chunk=0, size=size)["violations"]
    assert len(caught) > size / 4


def test_few_flows_are_refused():
    """A FlowError breaks no promise of `flow_log_threshold`; so it must be rare, even at edges."""
    columns = draws.flows(np.random.default_rng(5), 300)
    columns[4][:] = 2.0
    (values,) = ROUTES["flow_log_threshold"].values(*columns)
    assert 0 < np.count_nonzero(values == np.inf) < 0.12 * 300


def test_few_flows_in_time_are_refused():
    columns = draws.orbits(np.random.default_rng(5), 300)
    columns[5][:] = 2.0
    times, _ = ROUTES["gradient_flow"].values(*columns)
    assert 0 < np.count_nonzero(times == REFUSED) < 0.08 * 300


@pytest.mark.parametrize("draw", sorted({route.draw.__name__ for route in ROUTES.values()}))
def test_draws_reach_the_edges_and_are_valid(draw):
    columns = getattr(draws, draw)(np.random.default_rng(3), 4000)
    assert all(column.shape == (4000,) and not np.isnan(column).any() for column in columns)
    if draw == "pairs":
        depth, ratio, s, f = columns
        assert np.isinf(depth).any()
        assert (depth == 1).any()
        assert (abs(depth - 2) < 1e-12).any()
        assert ratio.min() < 1 + 1e-15
        assert ratio.max() > 1e300
        assert s.min() < 1e-300
        assert (1 - f).min() < 1e-15
        assert np.all((s > 0) & (s < f) & (f < 1))


def test_finished_chunks_are_not_run_again(tmp_path, monkeypatch, capsys):
    store = tmp_path / "fuzz.jsonl"
    command = ["run.py", "--points", "2000", "--store", str(store), "critical_ratio", "depth_law"]
    monkeypatch.setattr("sys.argv", command)
    first = main()
    written = store.read_text()
    assert len(written.splitlines()) == 4
    assert main() == first
    assert store.read_text() == written
    printed = capsys.readouterr().out.splitlines()
    assert printed[1].startswith("depth_law: 2000 points, 0 violations")


def test_a_broken_promise_is_reported(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["run.py", "--points", "1000", "--store",
                                     str(tmp_path / "a"), "depth_law"])  # fmt: skip
    assert main() == 0
    text = (tmp_path / "a").read_text().replace('"violations": []', '"violations": [[[2], [1], 9]]')
    (tmp_path / "a").write_text(text)
    assert report(tmp_path / "a", 1, ["depth_law"]) == 1
    assert "1 violations" in capsys.readouterr().out
