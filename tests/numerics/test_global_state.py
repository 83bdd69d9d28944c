"""What is global stays as it was, and changes no result: after calls, failures, and in threads."""

import inspect
import math
import random
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import mpmath
import pytest
from process_wide import changed, exact, global_state, hasty_threads, unusual_state
from public_calls import NUMERICS, PLACE, arguments, function

from stairwise import numerics
from stairwise.numerics.certificate import Job, prove_boxes
from stairwise.numerics.claims import DOMAIN
from stairwise.numerics.margins import Claim
from stairwise.numerics.process_state import process_lock, unwarned, working_digits


@pytest.fixture(autouse=True, scope="module")
def _imported():
    """Libraries may change what is global when they are first imported."""
    for call in NUMERICS:
        function(call.name)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    spectrum = folder / "spectrum.txt"
    spectrum.write_text("12, 6, 3\n", encoding="utf-8")
    proof = folder / "proof.json"
    prove_boxes([Job(Claim("separation-bounds", "upper"), math.inf, DOMAIN)], proof, workers=1)
    return {"read_spectrum": str(spectrum), "replay_certificate": str(proof)}


def calls():
    return [pytest.param(call, id=call.name) for call in NUMERICS]


def test_every_public_function_is_called():
    public = {n for n in numerics.__all__ if inspect.isfunction(getattr(numerics, n))}
    assert public == {call.name for call in NUMERICS}


@pytest.mark.parametrize("call", calls())
def test_a_call_keeps_the_state_and_does_not_depend_on_it(call, places):
    given = arguments(call, places.get(call.name, PLACE))
    before = global_state()
    usual = exact(function(call.name)(*given))
    assert not changed(before, global_state())
    with unusual_state():
        before = global_state()
        unusual = exact(function(call.name)(*given))
        assert not changed(before, global_state())
    assert unusual == usual


@pytest.mark.parametrize("call", calls())
def test_a_failing_call_keeps_the_state(call):
    with unusual_state():
        before = global_state()
        with pytest.raises(call.error):
            function(call.name)(*call.failing)
        assert not changed(before, global_state())


def test_a_call_cut_short_keeps_the_state(monkeypatch):
    """Ctrl-C in the middle of a quadrature, of a solve and of a ball."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    before = global_state()
    for place, name, given in (
        ("mpmath.mp.quad", "precise_log_threshold", (3, "1.5", "0.1", "0.9")),
        ("stairwise.numerics.flow_threshold.solve_ivp", "flow_log_threshold", (3, 1.5, 0.1, 0.9)),
        ("stairwise.numerics.rigorous.within", "enclose_learning_time", ("0.9", "0.01", 1, 3)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, interrupted)
            with pytest.raises(KeyboardInterrupt):
                function(name)(*given)
        assert not changed(before, global_state()), name


def test_calls_in_threads_give_what_calls_alone_give(places):
    rows = [(call, arguments(call, places.get(call.name, PLACE))) for call in NUMERICS]
    alone = {call.name: exact(function(call.name)(*given)) for call, given in rows}
    before = global_state()

    def worker(seed):
        order = random.Random(seed).sample(rows, len(rows))
        found = {}
        for call, given in order:
            found[call.name] = exact(function(call.name)(*given))
            with pytest.raises(call.error):
                function(call.name)(*call.failing)
        return found

    with hasty_threads(), ThreadPoolExecutor(3) as pool:
        results = list(pool.map(worker, range(3)))
    assert not changed(before, global_state())
    for found in results:
        assert not [name for name in alone if found[name] != alone[name]]


def test_blocks_that_change_what_is_global_wait_for_each_other():
    """Two blocks interleaved would leave the first one's digits behind; the lock forbids it."""
    inside, may_end, entered = threading.Event(), threading.Event(), threading.Event()
    digits = mpmath.mp.dps

    def first():
        with working_digits(60):
            inside.set()
            may_end.wait(10)

    def second():
        inside.wait(10)
        with working_digits(90):
            entered.set()

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(first), pool.submit(second)]
        assert inside.wait(10)
        assert not entered.wait(0.1)
        may_end.set()
        for run in runs:
            run.result()
    assert entered.is_set()
    assert mpmath.mp.dps == digits


def test_blocks_nest_and_end_when_their_body_fails():
    filters, digits = list(warnings.filters), mpmath.mp.dps
    with working_digits(40):
        with working_digits(20):
            assert mpmath.mp.dps == 20
        assert mpmath.mp.dps == 40
    with pytest.raises(ZeroDivisionError), working_digits(40):
        mpmath.mp.dps / 0
    with unwarned(UserWarning, "quiet"):
        warnings.warn("quiet, please", UserWarning, stacklevel=1)
        with pytest.raises(UserWarning, match="loud"):
            warnings.warn("loud", UserWarning, stacklevel=1)
    assert (list(warnings.filters), mpmath.mp.dps) == (filters, digits)
    assert process_lock.acquire(blocking=False)
    process_lock.release()
