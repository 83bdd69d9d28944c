"""Every public function of sweeps, in this process: none of them starts a cluster."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from rows import Row, held

from stairwise.numerics.sweeps import (
    axes,
    batches,
    chunk_bytes,
    dry_run,
    evaluate,
    identity,
    lock,
    plan,
    quantities,
    read,
    regular,
    run,
    spec,
    store,
    worker,
)
from stairwise.numerics.sweeps import quantity as kinds

#: Two chunks; learning times of a target of 1 fail nowhere, and (s ≥ f) is undefined.
SPEC = """
quantity = "log_threshold"
chunk_cells = 4
[axes]
depth = [2, 3, inf]
ratio = [2, 4]
s = 0.1
f = 0.9
"""


@cache
def folder():
    """A folder with the spec and a finished store, for calls that only read."""
    made = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, made)
    (made / "spec.toml").write_text(SPEC, encoding="utf-8")
    run.run_sweep(made / "store", parsed(), workers=0)
    return made


def parsed():
    return spec.parse_spec(SPEC, Path("."))


def opened():
    return store.read_store(folder() / "store")


def index():
    return next(opened().plan.indices())


def data(path):
    with read.open_sweep(path) as found:
        return np.asarray(found["log_threshold"].values)


def swept(at):
    state = run.run_sweep(at / "store", parsed(), workers=0)
    return state, data(at / "store")


def computed(at):
    run.run_sweep(at / "store", parsed(), workers=0)
    made = store.read_store(at / "store")
    return worker.compute_chunk(str(made.path), made.digest, next(made.plan.indices()))


def rewritten(at):
    run.run_sweep(at / "store", parsed(), workers=0)
    made = store.read_store(at / "store")
    first = next(made.plan.indices())
    block = blocks(made, first)
    with worker.writing_chunks(made) as write:
        write(first, block)
    return data(at / "store")


def handed_out(_):
    made = opened()
    todo = batches.Batches(run.Todo(made, np.zeros(made.plan.grid, dtype=bool), []))
    first, second = todo.take(1), todo.take(1)
    todo.done(first, [worker.ChunkReport(first[0][0], 4, 0, 0, 0.1)])
    todo.one_by_one(second)
    return [todo.take(1), todo.take(1), todo.take(1)]


def blocks(made, first):
    shape = tuple(side.stop - side.start for side in made.plan.region(first))
    block = evaluate.empty_block(made.spec.quantity, shape)
    return evaluate.evaluate(made.spec.quantity, made.values(first), made.spec.options, block)


def created(at):
    store.create_arrays(at / "arrays", parsed(), plan.plan_of(parsed()))
    return sorted(path.name for path in (at / "arrays").iterdir())


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


SWEEPS = [
    Row("axes.axis_values",
        lambda at: axes.axis_values("s", {"file": written(at / "s.txt", "0.1\n0.2\n").name}, at),
        lambda at: axes.axis_values("s", {"file": written(at / "s.txt", "").name}, at)),
    Row("batches.Batches.done", handed_out),
    Row("batches.Batches.one_by_one", handed_out),
    Row("batches.Batches.take", handed_out),
    Row("chunk_bytes.chunk_bytes",
        lambda _: [bytes(part) for part in chunk_bytes.chunk_bytes(np.ones((2, 3)), (2, 4), 0.0)]),
    Row("dry_run.dry_run", lambda at: dry_run.dry_run(parsed(), at / "store").chunks),
    Row("evaluate.empty_block",
        lambda _: sorted(evaluate.empty_block(quantities.quantity_of("bounds"), (2, 3)).arrays)),
    Row("evaluate.evaluate", lambda _: blocks(opened(), index())),
    Row("identity.differences", lambda _: identity.differences({"a": "1"}, {"a": "2"})),
    Row("identity.digest_of", lambda _: identity.digest_of({"a": "1"})),
    Row("identity.identity_of", lambda _: identity.identity_of(parsed(), plan.plan_of(parsed()))),
    Row("identity.versions", lambda _: identity.versions()),
    Row("lock.writer_lock", lambda at: held(lock.writer_lock(at / "lock")),
        lambda at: held(lock.writer_lock(at / "none" / "lock")), OSError),
    Row("plan.Plan.indices", lambda _: list(opened().plan.indices())),
    Row("plan.Plan.region", lambda _: str(opened().plan.region(index()))),
    Row("plan.Plan.size", lambda _: opened().plan.size(index())),
    Row("plan.plan_of", lambda _: plan.plan_of(parsed())),
    Row("quantities.quantity_of", lambda _: quantities.quantity_of("bounds").name,
        lambda _: quantities.quantity_of("?"), KeyError),
    Row("quantity.Parameter.values",
        lambda _: parsed().quantity.parameter("s").values(np.array([0.1])),
        lambda _: parsed().quantity.parameter("s").values(np.array([2.0]))),
    Row("quantity.Quantity.parameter", lambda _: parsed().quantity.parameter("s").meaning),
    Row("quantity.inside", lambda _: kinds.inside(0, 1)("s", np.array([0.5])),
        lambda _: kinds.inside(0, 1)("s", np.array([2.0]))),
    Row("quantity.whole_from", lambda _: kinds.whole_from(1)("n", np.array([2.0])),
        lambda _: kinds.whole_from(1)("n", np.array([0.5]))),
    Row("read.failed_cells", lambda _: list(read.failed_cells(folder() / "store")),
        lambda at: list(read.failed_cells(at))),
    Row("read.open_sweep", lambda _: data(folder() / "store"), lambda at: data(at)),
    Row("regular.open_regular", lambda _: held(regular.open_regular(folder() / "spec.toml", 999)),
        lambda at: held(regular.open_regular(at, 999)), (OSError, ValueError)),
    Row("run.advance", lambda _: run.advance(
        run.State(9, 1), worker.ChunkReport((0,), 2, 1, 1, 0.0))),
    Row("run.run_sweep", swept, lambda at: run.run_sweep(at / "store", None, workers=0)),
    Row("spec.parse_spec", lambda at: spec.parse_spec(SPEC, at).cells,
        lambda at: spec.parse_spec("quantity = 3", at)),
    Row("spec.read_spec", lambda _: spec.read_spec(folder() / "spec.toml").text,
        lambda at: spec.read_spec(at)),
    Row("store.Store.chunk_file", lambda _: opened().chunk_file("status", index())),
    Row("store.Store.done", lambda _: opened().done()),
    Row("store.Store.failed", lambda _: opened().failed()),
    Row("store.Store.has", lambda _: opened().has(index())),
    Row("store.Store.reasons", lambda _: opened().reasons(index())),
    Row("store.Store.reasons_file", lambda _: opened().reasons_file(index())),
    Row("store.Store.values", lambda _: opened().values(index())),
    Row("store.create_arrays", created),
    Row("store.is_store", lambda _: store.is_store(folder() / "store")),
    Row("store.read_store", lambda _: opened().digest, lambda at: store.read_store(at)),
    Row("store.require_same", lambda _: store.require_same(opened(), parsed()),
        lambda _: store.require_same(opened(), spec.parse_spec(
            SPEC.replace("0.1", "0.2"), Path(".")))),
    Row("store.stored_identity", lambda _: store.stored_identity(folder() / "store"),
        lambda at: store.stored_identity(at)),
    Row("store.writing", lambda at: held(store.writing(at / "store", parsed())),
        lambda at: held(store.writing(at / "store", None))),
    Row("worker.compute_chunk", computed, lambda at: worker.compute_chunk(str(at), "", (0,)),
        FileNotFoundError),
    Row("worker.writing_chunks", rewritten),
]  # fmt: skip
