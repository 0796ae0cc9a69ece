"""Values, derivatives and implied volatilities of unrelated options, one a row."""

from __future__ import annotations

import ctypes
from typing import Any, Literal, NamedTuple, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library
from .errors import BulkheadError

Floats = NDArray[np.float64]
Exercise = Literal["european", "american"]
#: ``"call"`` or ``"put"``, 1 or -1, or an array of either.
Kind = Union[str, int, float, ArrayLike]


class FirstGreeks(NamedTuple):
    """The value and five raw partial derivatives: per 1.00 of volatility and rate, theta per year of calendar time."""

    value: Floats
    delta: Floats
    gamma: Floats
    vega: Floats
    theta: Floats
    rho: Floats


class Greeks(NamedTuple):
    """The value and sixteen raw partial derivatives, in the names and the order of ``bulkhead price``.

    Nothing is divided by 100 or 365: vega is per 1.00 of volatility, rho per 1.00 of rate, time derivatives are per
    year of calendar time. Each is a view of one block of memory.
    """

    value: Floats
    delta: Floats
    gamma: Floats
    vega: Floats
    theta: Floats
    rho: Floats
    epsilon: Floats
    vanna: Floats
    volga: Floats
    charm: Floats
    veta: Floats
    speed: Floats
    zomma: Floats
    color: Floats
    ultima: Floats
    dual_delta: Floats
    dual_gamma: Floats


#: The words of :attr:`ImpliedVolatility.status`.
STATUS_WORDS = ("ok", "below_intrinsic", "at_bound", "above_maximum", "invalid")


class ImpliedVolatility(NamedTuple):
    """Volatilities and what each price says.

    Attributes:
        vol: Fractions a year; not-a-number where there is none.
        status: Places in :data:`STATUS_WORDS`, uint8. At the lower bound the volatility is 0, at the upper there is
        none.
    """

    vol: Floats
    status: NDArray[np.uint8]

    @property
    def words(self) -> NDArray[np.str_]:
        """The statuses as words.

        >>> implied_vol("put", [1, -1], 100, 100, 1).words.tolist()
        ['ok', 'below_intrinsic']
        """
        return np.asarray(STATUS_WORDS)[self.status]


def price(
    kind: Kind, spot: ArrayLike, strike: ArrayLike, years: ArrayLike, vol: ArrayLike, rate: ArrayLike = 0.0,
    dividend_yield: ArrayLike = 0.0, *, exercise: Exercise = "european", tolerance: float = 1e-8,
    errors: Literal["raise", "nan"] = "raise", out: Floats | None = None,
) -> Floats:  # fmt: skip
    """Values options by the generalised Black-Scholes formula, or with early exercise.

    Scalars hold for all rows and arrays broadcast. A contiguous float64 array is read where it lies; any other is
    converted first. The interpreter's lock is free while the library works, and calls from several threads run side by
    side.

    Args:
        kind: ``"call"`` or ``"put"``, 1 or -1, or an array of these.
        spot: Price of the underlying, 0 or more.
        strike: 0 or more.
        years: To expiry, 0 or more.
        vol: A fraction a year (0.5 is 50 percent), 0 or more; infinity is allowed.
        rate: Continuously compounded, a year.
        dividend_yield: Continuously compounded, a year; a future's is its rate.
        exercise: ``"european"`` or ``"american"``.
        tolerance: Of an American value: the error allowed, as a share of the greater of spot and strike.
        errors: ``"raise"`` for the first row that is no option, or ``"nan"`` in its place.
        out: Where the values go: contiguous float64 of the answer's shape, which overlaps no input.

    Returns:
        Values in the unit of spot, of the shape to which the arguments broadcast; a float for scalars.

    Raises:
        RowError: A row is no option, with its place.
        BulkheadError: The call is wrong (a tolerance out of reach, shapes that do not fit).

    >>> price("call", 100, [90, 100, 110], 0.5, 0.2)
    array([11.7724511 ,  5.63719778,  2.21124643])
    >>> float(price("put", 100, 110, 1, 0.2, 0.05, exercise="american")) > float(price("put", 100, 110, 1, 0.2, 0.05))
    True
    >>> price("call", 100, [90, -1], 0.5, 0.2)
    Traceback (most recent call last):
        ...
    bulkhead.errors.RowError: row 1: strike: found -1.0, wanted a finite number of 0 or more
    """
    rows = _Rows(kind, spot, strike, years, vol, rate, dividend_yield)
    block = _output(out, rows.shape, "out")
    rows.price(1, _tolerance(exercise, tolerance), block, errors)
    return block if out is not None else block[()]


def greeks(
    kind: Kind, spot: ArrayLike, strike: ArrayLike, years: ArrayLike, vol: ArrayLike, rate: ArrayLike = 0.0,
    dividend_yield: ArrayLike = 0.0, *, exercise: Exercise = "european", tolerance: float = 1e-8,
    errors: Literal["raise", "nan"] = "raise", out: Floats | None = None,
) -> Greeks:  # fmt: skip
    """Gives the value and sixteen raw partial derivatives of options.

    Arguments are those of :func:`price`; `out` has the shape (17, \\*shape). Where a derivative is infinite or
    undefined (an option at its expiry, say) it is infinity or not-a-number. An American option that early exercise can
    pay for has no vanna to ultima: not-a-number.

    >>> answer = greeks("call", 100, 100, 0.5, 0.2)
    >>> [round(float(x), 6) for x in (answer.delta, answer.gamma, answer.vega, answer.theta)]
    [0.528186, 0.028139, 28.139044, -5.627809]
    """
    rows = _Rows(kind, spot, strike, years, vol, rate, dividend_yield)
    block = _output(out, (17, *rows.shape), "out")
    rows.price(17, _tolerance(exercise, tolerance), block, errors)
    return Greeks(*(column[()] for column in block))


def first_greeks(
    kind: Kind, spot: ArrayLike, strike: ArrayLike, years: ArrayLike, vol: ArrayLike, rate: ArrayLike = 0.0,
    dividend_yield: ArrayLike = 0.0, *, exercise: Exercise = "european", tolerance: float = 1e-8,
    errors: Literal["raise", "nan"] = "raise", out: Floats | None = None,
) -> FirstGreeks:  # fmt: skip
    """Gives the value, delta, gamma, vega, theta and rho: the first of :func:`greeks`, in a third of the time.

    `out` has the shape (6, \\*shape).

    >>> answer = first_greeks("put", 100, [90, 110], 0.5, 0.2)
    >>> answer.delta.round(4), answer.rho.round(2)
    (array([-0.2073, -0.7268]), array([-11.25, -42.45]))
    """
    rows = _Rows(kind, spot, strike, years, vol, rate, dividend_yield)
    block = _output(out, (6, *rows.shape), "out")
    rows.price(6, _tolerance(exercise, tolerance), block, errors)
    return FirstGreeks(*(column[()] for column in block))


def exercise_boundary(
    kind: Kind, strike: ArrayLike, years: ArrayLike, vol: ArrayLike, rate: ArrayLike = 0.0,
    dividend_yield: ArrayLike = 0.0, *, tolerance: float = 1e-8,
) -> Floats:  # fmt: skip
    """Gives the spot at which an American option is exercised today; not-a-number where early exercise never pays.

    >>> round(float(exercise_boundary("put", 100, 1, 0.2, 0.05)), 2)
    80.88
    """
    rows = _Rows(kind, strike, strike, years, vol, rate, dividend_yield)
    boundary = np.empty(rows.shape)
    rows.price(1, _tolerance("american", tolerance), np.empty(rows.shape), "raise", boundary)
    return boundary[()]


def implied_vol(
    kind: Kind, price: ArrayLike, spot: ArrayLike, strike: ArrayLike, years: ArrayLike, rate: ArrayLike = 0.0,
    dividend_yield: ArrayLike = 0.0, *, exercise: Exercise = "european", tolerance: float = 1e-8,
    errors: Literal["raise", "nan"] = "raise", out: Floats | None = None,
) -> ImpliedVolatility:  # fmt: skip
    """Gives the volatilities that reproduce prices.

    A price that no volatility reproduces is an answer, not an error: its status says why (below intrinsic value, at a
    bound, above the maximum). Arguments as for :func:`price`; `price` is discounted, as quoted.

    Raises:
        RowError: A row holds numbers with which no price can be compared.

    >>> answer = implied_vol("call", [5.63719778, 200, -1], 100, 100, 0.5)
    >>> answer.words.tolist(), round(float(answer.vol[0]), 6)
    (['ok', 'above_maximum', 'below_intrinsic'], 0.2)
    """
    rows = _Rows(kind, spot, strike, years, price, rate, dividend_yield)
    vols = _output(out, rows.shape, "out")
    status = np.empty(rows.shape, np.uint8)
    message = _library.call(
        "implied_volatility", ctypes.byref(rows.options), _tolerance(exercise, tolerance), _library.pointer(vols),
        _library.pointer(status),
    )  # fmt: skip
    if message and errors == "raise":
        raise _library.row_error(message)
    return ImpliedVolatility(vols[()], status[()])


class _Rows:
    """The columns of a call: scalars as they are, arrays at one shape, and the memory that keeps them."""

    def __init__(self, kind: Kind, *columns: ArrayLike) -> None:
        names = ("spot", "strike", "years", "given", "rate", "dividend_yield")
        arrays = [_sign(kind), *(_column(value, name) for value, name in zip(columns, names))]
        try:
            self.shape = np.broadcast_shapes(*(array.shape for array in arrays))
        except ValueError as error:
            raise BulkheadError(f"found columns of shapes that do not fit: {error}") from None
        self.count = int(np.prod(self.shape, dtype=np.int64))
        self._kept = [
            array if array.size == 1 else np.ascontiguousarray(np.broadcast_to(array, self.shape)) for array in arrays
        ]
        stated = [_library.Column(array.ctypes.data, 0 if array.size == 1 else 1) for array in self._kept]
        self.options = _library.Options(self.count, *stated)

    def price(self, columns: int, tolerance: float, out: Floats, errors: str, boundary: Floats | None = None) -> None:
        message = _library.call(
            "price", ctypes.byref(self.options), columns, tolerance, _library.pointer(out), None,
            _library.pointer(boundary),
        )  # fmt: skip
        if errors not in ("raise", "nan"):
            raise BulkheadError(f"errors: found {errors!r}, wanted 'raise' or 'nan'")
        if message and errors == "raise":
            raise _library.row_error(message)


def _column(value: ArrayLike, name: str) -> Floats:
    array = np.asarray(value)
    if array.dtype == np.float64:
        return array
    if array.dtype.kind == "O":
        # What pandas makes of a column of its own numbers, or of decimals.
        for item in array.flat:
            if isinstance(item, (str, bytes, bool)) or not hasattr(item, "__float__"):
                raise TypeError(f"{name}: found {item!r} among the values, wanted floats")
        return array.astype(np.float64)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name}: found {array.dtype} values, wanted floats")
    return array.astype(np.float64)


def _sign(kind: Kind) -> Floats:
    array = np.asarray(kind)
    if array.dtype.kind in "iuf":
        return _column(array, "kind")
    # A column of a DataFrame is one of objects; numpy 2 has texts of any length.
    if array.dtype.kind in "UOT":
        calls, puts = array == "call", array == "put"
        if not np.all(calls | puts):
            wrong = array[~(calls | puts)].flat[0]
            raise BulkheadError(f"kind: found {str(wrong)!r}, wanted 'call' or 'put'")
        return np.where(calls, 1.0, -1.0)
    raise TypeError(f"kind: found {array.dtype} values, wanted 'call' or 'put', 1 or -1")


def _output(out: Floats | None, shape: tuple[int, ...], name: str) -> Floats:
    if out is None:
        return np.empty(shape)
    if not isinstance(out, np.ndarray) or out.dtype != np.float64:
        found: Any = out.dtype if isinstance(out, np.ndarray) else type(out).__name__
        raise TypeError(f"{name}: found {found}, wanted an array of float64")
    if out.shape != shape:
        raise BulkheadError(f"{name}: found the shape {out.shape}, wanted {shape}")
    if not out.flags.c_contiguous or not out.flags.writeable or not out.flags.aligned:
        raise TypeError(f"{name}: found an array that is not contiguous and writeable, wanted one that is")
    return out


def _tolerance(exercise: str, tolerance: float) -> float:
    if exercise == "european":
        return 0.0
    if exercise != "american":
        raise BulkheadError(f"exercise: found {exercise!r}, wanted 'european' or 'american'")
    if not tolerance > 0:
        raise BulkheadError(f"tolerance: found {tolerance}, wanted a number from 1e-12 to 0.01")
    return tolerance
