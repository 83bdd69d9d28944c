"""Shapes, types and memory: every function that broadcasts obeys the same rules."""

from fractions import Fraction

import numpy as np
import pytest
from contracts import BROADCAST
from hypothesis import given
from hypothesis import strategies as st
from strategies import FEW

#: Arrays and scalars take other series lengths: a few ulps of 1e-13.
SAME = {"rtol": 3e-13, "atol": 3e-13}
#: Not element by element in all arguments.
STACKED = {"chain_log_threshold", "neighbour_log_thresholds"}


def parts(result):
    return tuple(result) if isinstance(result, tuple | list) else (result,)


def scalars(function, columns):
    """The results of a loop of scalar calls, one array for each part."""
    rows = [parts(function(*row)) for row in zip(*columns, strict=True)]
    return [np.array(column) for column in zip(*rows, strict=True)]


def assert_same(found, expected):
    for one, other in zip(parts(found), parts(expected), strict=True):
        np.testing.assert_allclose(
            np.asarray(one, dtype=float), np.asarray(other, dtype=float), **SAME
        )


@pytest.mark.parametrize("name", BROADCAST)
def test_arrays_are_scalar_loops(name):
    function, columns = BROADCAST[name]
    assert_same(function(*map(np.array, columns)), scalars(function, columns))


@pytest.mark.parametrize(
    "name", sorted(set(BROADCAST) - {"flow_log_threshold", "descent_log_threshold"})
)
@FEW
@given(data=st.data())
def test_any_broadcast_shape(name, data):
    """A (3, 1) beside a (4,), or a scalar: the result has the common shape, entry by entry."""
    function, columns = BROADCAST[name]
    kinds = [data.draw(st.sampled_from(["scalar", "row", "column"])) for _ in columns]
    arrays = [
        np.array(column[0]) if kind == "scalar"
        else np.array(column[:1] * 2) if kind == "row" else np.array(column[:1] * 3)[:, None]
        for kind, column in zip(kinds, columns, strict=True)
    ]  # fmt: skip
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    expected = function(*(column[0] for column in columns))
    for one, other in zip(parts(function(*arrays)), parts(expected), strict=True):
        assert np.shape(one) == shape
        np.testing.assert_allclose(np.asarray(one, float), np.full(shape, float(other)), **SAME)


@pytest.mark.parametrize("name", BROADCAST)
def test_scalars_and_0d_arrays_give_python_numbers(name):
    function, columns = BROADCAST[name]
    row = [column[0] for column in columns]
    for arguments in (row, list(map(np.array, row)), list(map(np.float64, row))):
        for part in parts(function(*arguments)):
            if name != "neighbour_log_thresholds":
                assert type(part) is (bool if name == "is_incremental" else float)
        assert_same(function(*arguments), function(*row))


@pytest.mark.parametrize("name", BROADCAST)
def test_results_are_float64_of_the_common_shape(name):
    function, columns = BROADCAST[name]
    for part in parts(function(*map(np.array, columns))):
        assert part.dtype == (np.bool_ if name == "is_incremental" else np.float64)
        assert part.shape == (4,)


@pytest.mark.parametrize("name", BROADCAST)
@pytest.mark.parametrize("shape", [(0,), (3, 0)])
def test_empty_in_empty_out(name, shape):
    function, columns = BROADCAST[name]
    for part in parts(function(*(np.empty(shape) for _ in columns))):
        assert part.shape == shape


@pytest.mark.parametrize("name", BROADCAST)
def test_non_contiguous_arrays(name):
    function, columns = BROADCAST[name]
    plain = function(*map(np.array, columns))
    table = np.array(columns, dtype=float)
    sparse = np.zeros((2 * len(columns), 12))
    sparse[::2, ::3] = table
    assert_same(function(*sparse[::2, ::3]), plain)
    backwards = np.ascontiguousarray(table[:, ::-1])[:, ::-1]
    assert_same(function(*backwards), plain)
    transposed = np.asfortranarray(table.reshape(len(columns), 2, 2))
    assert_same(function(*transposed), [np.reshape(part, (2, 2)) for part in parts(plain)])


@pytest.mark.parametrize("name", BROADCAST)
def test_lists_integers_fractions_and_small_floats_are_numbers(name):
    function, columns = BROADCAST[name]
    plain = function(*map(np.array, columns))
    assert_same(function(*columns), plain)
    if name in STACKED:
        return
    exact = [
        np.array([x if np.isinf(x) else Fraction(x) for x in column], dtype=object)
        for column in columns
    ]
    assert_same(function(*exact), plain)
    single = [np.array(column, dtype=np.float32) for column in columns]
    if name not in ("descent_log_threshold", "is_incremental"):
        assert_same(function(*single), function(*(x.astype(float) for x in single)))
    whole = [2 if set(column) == set(columns[-3]) and column[0] == 2.0 else column[0]
             for column in columns]  # fmt: skip
    assert_same(function(*whole), function(*(float(x) for x in whole)))


@pytest.mark.parametrize("name", BROADCAST)
def test_read_only_input_is_taken_and_kept(name):
    function, columns = BROADCAST[name]
    arrays = [np.array(column) for column in columns]
    for array in arrays:
        array.setflags(write=False)
    results = parts(function(*arrays))
    for array, column in zip(arrays, columns, strict=True):
        assert np.array_equal(array, column)
    for part in results:  # and results are the caller's own
        if name == "neighbour_log_thresholds":
            part = part.base
        assert not any(np.shares_memory(part, array) for array in arrays)
        assert part.flags.writeable


@pytest.mark.parametrize("name", sorted(set(BROADCAST) - STACKED))
def test_shapes_that_do_not_broadcast_are_refused(name):
    function, columns = BROADCAST[name]
    arrays = [np.array(columns[0][:1] * 3), *(np.array(column[:1] * 2) for column in columns[1:])]
    with pytest.raises(ValueError, match=r"arguments must have shapes that broadcast; got"):
        function(*arrays)
