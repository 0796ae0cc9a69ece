"""Arrays in and out: without copies where they can be, with clear words where they cannot."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import bulkhead


def test_nothing_is_copied_into_out():
    spot = np.linspace(80, 120, 1001)
    out = np.empty(1001)
    found = bulkhead.price("call", spot, 100, 0.5, 0.2, out=out)
    assert found is out and found.ctypes.data == out.ctypes.data
    block = np.empty((17, 1001))
    greeks = bulkhead.greeks("call", spot, 100, 0.5, 0.2, out=block)
    assert greeks.dual_gamma.base is block and np.array_equal(greeks.value, out)
    vols = np.empty(1001)
    assert bulkhead.implied_vol("call", out, spot, 100, 0.5, out=vols).vol.base is vols or np.shares_memory(
        bulkhead.implied_vol("call", out, spot, 100, 0.5, out=vols).vol, vols
    )


def test_shapes_broadcast():
    spot, strike = np.array([90.0, 100.0])[:, None], np.array([80.0, 100.0, 120.0])
    table = bulkhead.price("put", spot, strike, 1, 0.3)
    assert table.shape == (2, 3)
    assert table[1, 2] == bulkhead.price("put", 100, 120, 1, 0.3)
    assert bulkhead.greeks("put", spot, strike, 1, 0.3).vega.shape == (2, 3)
    kinds = np.array(["call", "put", "call"])
    assert np.array_equal(
        bulkhead.price(kinds, 100, strike, 1, 0.3), bulkhead.price(np.array([1, -1, 1]), 100, strike, 1, 0.3)
    )
    assert bulkhead.price("call", np.empty(0), 100, 1, 0.2).shape == (0,)


def test_other_numbers_are_converted():
    wanted = bulkhead.price("call", [100.0, 101.0], 100, 1, 0.25)
    for spot in (
        np.array([100, 101]),
        np.array([100, 101], np.float32),
        np.array([100.0, 0, 101.0, 0])[::2],
        [100, 101],
    ):
        assert np.array_equal(bulkhead.price("call", spot, 100, 1, 0.25), wanted)


@pytest.mark.parametrize(
    "out, error",
    [
        (np.empty(3, np.float32), TypeError), (np.empty(4), bulkhead.BulkheadError), ([0.0, 0.0, 0.0], TypeError),
        (np.empty(6)[::2], TypeError), (np.frombuffer(bytes(24)), TypeError),
    ],
)  # fmt: skip
def test_an_out_that_cannot_be_written_is_refused(out, error):
    with pytest.raises(error, match="out: found"):
        bulkhead.price("call", [90.0, 100.0, 110.0], 100, 1, 0.2, out=out)


def test_an_out_over_an_input_is_refused():
    spot = np.array([90.0, 100.0])
    with pytest.raises(bulkhead.BulkheadError, match="overlaps"):
        bulkhead.price("call", spot, 100, 1, 0.2, out=spot)
    assert spot.tolist() == [90, 100]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("straddle", 100, 100, 1, 0.2), "kind: found 'straddle'"), ((2, 100, 100, 1, 0.2), "sign: found 2.0"),
        (("call", -1, 100, 1, 0.2), "spot: found -1.0"), (("call", 100, np.nan, 1, 0.2), "strike: found nan"),
        (("call", 100, 100, np.inf, 0.2), "years: found inf"), (("call", 100, 100, 1, -0.2), "vol: found -0.2"),
        (("call", 100, 100, 1, 0.2, np.inf), "rate: found inf"),
        (("call", 100, 100, 1, 0.2, 0, np.nan), "dividend_yield: found nan"),
    ],
)  # fmt: skip
def test_one_wrong_number(arguments, words):
    with pytest.raises(bulkhead.BulkheadError, match=words):
        bulkhead.price(*arguments)


def test_the_row_that_is_wrong_is_named():
    spot = np.full(5000, 100.0)
    spot[4321] = -1
    with pytest.raises(bulkhead.RowError) as caught:
        bulkhead.price("call", spot, 100, 1, 0.2)
    assert caught.value.row == 4321
    found = bulkhead.price("call", spot, 100, 1, 0.2, errors="nan")
    assert np.flatnonzero(np.isnan(found)).tolist() == [4321]


@pytest.mark.parametrize("value", ["100", object(), [100, "x"], 1j])
def test_no_number_is_a_type_error(value):
    with pytest.raises(TypeError, match="spot: found"):
        bulkhead.price("call", value, 100, 1, 0.2)


def test_shapes_that_do_not_fit():
    with pytest.raises(bulkhead.BulkheadError, match="do not fit"):
        bulkhead.price("call", np.zeros(2), np.zeros(3), 1, 0.2)


@pytest.mark.parametrize("tolerance", [0, -1, 1, float("nan")])
def test_a_tolerance_out_of_reach(tolerance):
    with pytest.raises(bulkhead.BulkheadError, match="tolerance: found"):
        bulkhead.price("put", 100, 100, 1, 0.2, exercise="american", tolerance=tolerance)


def test_the_interpreter_goes_on_while_the_library_works():
    """A thread in pure Python makes steps during one long call, which it could not if the call held the lock."""
    steps = [0]
    done = threading.Event()

    def count():
        while not done.is_set():
            steps[0] += 1

    counter = threading.Thread(target=count)
    strikes = np.linspace(50, 150, 3_000_000)
    out = np.empty((17, len(strikes)))
    bulkhead.greeks("call", 100, strikes, 1, 0.2, out=out)
    counter.start()
    before = steps[0]
    bulkhead.greeks("call", 100, strikes, 1, 0.2, out=out)
    after = steps[0]
    done.set()
    counter.join()
    assert after - before > 100


def test_threads_get_what_one_gets():
    strikes = np.linspace(50, 150, 20_000)
    wanted = bulkhead.greeks("put", 100, strikes, 1, 0.2)
    found = [None] * 4

    def work(place):
        found[place] = bulkhead.greeks("put", 100, strikes, 1, 0.2)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in found:
        for left, right in zip(answer, wanted):
            assert np.array_equal(left, right, equal_nan=True)
