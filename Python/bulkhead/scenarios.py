"""Strategies over a grid of price, volatility and days."""

from __future__ import annotations

import ctypes
import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Union, overload

import numpy as np
from numpy.typing import NDArray

from . import _library
from .book import Book
from .chain import Chain
from .errors import BulkheadError
from .exact import amount
from .policies import Errors, PolicyLike, listed_strategies, policy_pointer, raise_row
from .strategy import Strategy

Floats = NDArray[np.float64]
#: An axis: text as the program takes it, ``"-30:30:61"`` or ``"0,7"`` in percent, points or days; or numbers, shifts as
#: fractions.
Axis = Union[str, float, Sequence[float], Floats]


def axis(text: str, *, percent: bool = True) -> Floats:
    """Reads ``first:last:count`` (ends exact), a list with commas, or one number; percent become fractions.

    Nodes are computed exactly and rounded once, so that the node of 5 percent is the float 0.05.

    >>> axis("-10:10:5")
    array([-0.1 , -0.05,  0.  ,  0.05,  0.1 ])
    """
    parts = text.split(":")
    try:
        if len(parts) == 3:
            first, last, number = _node(parts[0]), _node(parts[1]), int(parts[2])
            if not 1 <= number <= 100_000:
                raise ValueError(number)
            step = (last - first) / max(number - 1, 1)
            nodes = [first + place * step for place in range(number)]
        elif len(parts) == 1:
            nodes = [_node(part) for part in text.split(",")]
        else:
            raise ValueError(text)
    except (ArithmeticError, ValueError, OverflowError):
        raise BulkheadError(f"found {text!r}, wanted first:last:count, numbers with commas, or one number") from None
    return np.array([float(node / 100 if percent else node) for node in nodes])


def _node(text: str) -> Fraction:
    number = Decimal(text)
    # An exponent of a thousand million would be a fraction that fills the memory.
    if not number.is_finite() or abs(number.adjusted()) > 40:
        raise ValueError(text)
    return Fraction(number)


@dataclasses.dataclass(frozen=True)
class Stress:
    """A strategy under every node of a grid. Arrays have the shape (days, vol shifts, spot shifts), in `currency`.

    Attributes:
        value, pnl: Of the whole position; P&L is value less entry cost and fees.
        delta, gamma, vega, theta: Raw: per 1.00 of volatility, theta a year.
        now: The same figures at the unshocked point, by name.
        flags: 1 a leg has expired, 2 a volatility was held at 0, 4 no number.
        spot: Unshocked, quote currency.
        margin: Posted; None where the loss has no bound or the strategy no answer.
        status: Of the margin, as in :class:`Margin`.
    """

    days: Floats
    vol_shifts: Floats
    spot_shifts: Floats
    value: Floats
    pnl: Floats
    delta: Floats
    gamma: Floats
    vega: Floats
    theta: Floats
    flags: NDArray[np.uint8]
    now: dict[str, float]
    name: str
    spot: float
    margin: Decimal | None
    currency: str
    status: str
    detail: str
    _table: Floats = dataclasses.field(repr=False)
    _all_flags: NDArray[np.uint8] = dataclasses.field(repr=False)

    @property
    def loss_share(self) -> Floats:
        """max(0, -P&L) / margin, and 1 for one beyond it by no more than rounding; not-a-number without a margin."""
        return _shares(self.pnl, self.margin)

    def columns(self, *, unshocked: bool = False) -> dict[str, Any]:
        """The nodes of the grid as columns, days slowest and spot fastest, for ``pandas.DataFrame(stress.columns())``.

        Names, order, numbers and units are those of the report of ``bulkhead stress``: shifts as fractions, vega a
        volatility point, theta a day; ``pnl_from_now`` is against the unshocked point.

        Args:
            unshocked: With scenario 0, the unshocked point, as the first row, as in the report. It is no node: a grid
                with the shifts 0 and 0 has that place once more among its own, and statistics over all rows would
                count it twice. Its figures alone are in :attr:`now`.

        >>> chain = Chain("BTC", "2025-12-05T01:10:52Z", 92000, quoted_in="coin", quotes=[
        ...     {"instrument": "BTC-26DEC25-92000-C", "mark": "0.0445", "implied_vol": 0.46},
        ... ])
        >>> call = Strategy.parse("+1C92000 @26DEC25", chain, settlement="quote", fill="mark")
        >>> answer = stress(call, chain, spot="-10:10:3")
        >>> answer.columns()["scenario"].tolist(), answer.columns(unshocked=True)["scenario"].tolist()
        ([1, 2, 3], [0, 1, 2, 3])
        """
        first = 0 if unshocked else 1
        value, pnl, delta, gamma, vega, theta = self._table[:, first:]
        days, vols, spots = np.meshgrid(self.days, self.vol_shifts, self.spot_shifts, indexing="ij")

        def rows(nodes: Floats) -> Floats:
            return np.concatenate([[0.0], nodes.ravel()])[first:]

        shift = rows(spots)
        count = len(value)
        margin = np.nan if self.margin is None else float(self.margin)
        words = np.array([_words(flag) for flag in range(8)])
        return {
            "strategy": np.full(count, self.name), "scenario": np.arange(first, first + count),
            "days_forward": rows(days), "spot_shift": shift, "vol_shift": rows(vols), "spot": self.spot * (1 + shift),
            "value": value, "pnl": pnl, "delta": delta, "gamma": gamma, "vega_per_vol_point": vega / 100,
            "theta_per_day": theta / 365, "margin": np.full(count, margin), "equity": margin + pnl,
            "loss_share_of_margin": _shares(pnl, self.margin), "status": words[self._all_flags[first:]],
            "currency": np.full(count, self.currency), "pnl_from_now": pnl - self.now["pnl"],
        }  # fmt: skip


def _shares(pnl: Floats, margin: Decimal | None) -> Floats:
    """Losses as shares of a margin. What sums of Doubles leave beyond it, a billionth of it or a millionth of the
    smallest unit, counts as 1."""
    if margin is None:
        return np.full(pnl.shape, np.nan)
    posted, loss = float(margin), np.maximum(0.0, -pnl)
    allowance = max(1e-9 * posted, float(Decimal(1).scaleb(int(margin.as_tuple().exponent) - 6)))
    is_whole = (loss > posted) & (pnl >= -(posted + allowance))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(is_whole, 1.0 if posted > 0 else np.nan, loss / posted)


def _words(flags: int) -> str:
    words = ("expired_legs", "vol_floored", "invalid")
    return ";".join(word for bit, word in enumerate(words) if flags >> bit & 1) or "ok"


@overload
def stress(
    strategies: Strategy, chain: Chain, *, spot: Axis = ..., vol: Axis = ..., days: Axis = ..., relative: bool = ...,
    skew: float = ..., curvature: float = ..., dynamics: Literal["sticky-strike", "sticky-delta"] = ...,
    policy: PolicyLike | None = ..., errors: Errors = ...,
) -> Stress: ...  # fmt: skip
@overload
def stress(
    strategies: Sequence[Strategy], chain: Chain, *, spot: Axis = ..., vol: Axis = ..., days: Axis = ...,
    relative: bool = ..., skew: float = ..., curvature: float = ...,
    dynamics: Literal["sticky-strike", "sticky-delta"] = ..., policy: PolicyLike | None = ..., errors: Errors = ...,
) -> list[Stress]: ...  # fmt: skip
def stress(
    strategies: Strategy | Sequence[Strategy], chain: Chain, *, spot: Axis = "-30:30:61", vol: Axis = 0.0,
    days: Axis = 0.0, relative: bool = False, skew: float = 0.0, curvature: float = 0.0,
    dynamics: Literal["sticky-strike", "sticky-delta"] = "sticky-strike", policy: PolicyLike | None = None,
    errors: Errors = "raise",
) -> Stress | list[Stress]:  # fmt: skip
    """Revalues every contract in full at every node of a grid.

    Args:
        spot: Relative moves: text in percent, or fractions above -1.
        vol: Moves of volatility: text in points, or fractions; of the volatility itself where `relative`.
        days: Calendar days forward, 0 or more.
        skew, curvature: Tilt and bend the smile at every node.
        dynamics: Whether a contract keeps the volatility of its strike or of its moneyness.
        errors: ``"raise"``, or ``"return"`` figures that are not numbers for what cannot be valued.

    The library works on all processors here. A process that has called it is to be left by ``spawn``, not by ``fork``.

    Raises:
        RowError: A strategy cannot be valued on the chain, with its place.
        BulkheadError: The grid has no node, too many, or one that is none.

    >>> chain = Chain("BTC", "2025-12-05T01:10:52Z", 92000, quoted_in="coin", quotes=[
    ...     {"instrument": "BTC-26DEC25-92000-C", "mark": "0.0445", "implied_vol": 0.46},
    ... ])
    >>> call = Strategy.parse("+1C92000 @26DEC25", chain, settlement="quote", fill="mark")
    >>> answer = stress(call, chain, spot="-10:10:3", vol="-5,0", days=[0, 7])
    >>> answer.pnl.shape, answer.pnl[0, 1].round(0)
    ((2, 2, 3), array([-3205.,   -19.,  6267.]))
    """
    if dynamics not in ("sticky-strike", "sticky-delta"):
        raise BulkheadError(f"dynamics: found {dynamics!r}, wanted 'sticky-strike' or 'sticky-delta'")
    listed, is_one = listed_strategies(strategies)
    spots, vols, forward = _axis(spot, True), _axis(vol, True), _axis(days, False)
    book = Book(listed, chain)
    grid = _library.Grid(
        spots.ctypes.data, len(spots), vols.ctypes.data, len(vols), forward.ctypes.data, len(forward), skew, curvature,
        int(relative), int(dynamics == "sticky-delta"),
    )  # fmt: skip
    nodes = len(spots) * len(vols) * len(forward)
    # The library's own limit, before memory is asked for.
    if nodes > 50_000_000:
        raise BulkheadError(f"found {nodes} nodes, wanted at most 50000000")
    table = np.empty((book.count, 6, nodes + 1))
    flags = np.empty((book.count, nodes + 1), np.uint8)
    rows, message = _library.call_for_rows(
        "stress", book.pointer, policy_pointer(policy), ctypes.byref(grid), _library.pointer(table),
        _library.pointer(flags), guess=1024 + 512 * book.count,
    )  # fmt: skip
    raise_row(message, errors)
    shape = (len(forward), len(vols), len(spots))
    names = ("value", "pnl", "delta", "gamma", "vega", "theta")
    found = []
    for strategy, part, flag, row in zip(listed, table, flags, rows):
        figures = {name: column[1:].reshape(shape) for name, column in zip(names, part)}
        now = {name: float(column[0]) for name, column in zip(names, part)}
        found.append(
            Stress(
                days=forward, vol_shifts=vols, spot_shifts=spots, flags=flag[1:].reshape(shape), now=now,
                name=strategy.name, spot=float(row["spot"] or "nan"), margin=amount(row["margin"]),
                currency=row["currency"], status=row["status"], detail=row["detail"], _table=part, _all_flags=flag,
                **figures,
            )
        )  # fmt: skip
    return found[0] if is_one else found


def _axis(value: Axis, percent: bool) -> Floats:
    if isinstance(value, str):
        return axis(value, percent=percent)
    nodes = np.asarray(value, dtype=np.float64, order="C")
    if nodes.ndim > 1:
        raise BulkheadError(f"found an axis of {nodes.ndim} dimensions, wanted one")
    return nodes.reshape(-1)
