"""The exact branch: maximum losses with their proofs, margins, lots, and the payoff at expiry."""

from __future__ import annotations

import ctypes
import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple, Union, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library
from .book import Book
from .chain import Chain
from .errors import BulkheadError
from .exact import Exact, amount, count, digits
from .options import _output
from .strategy import Strategy

Errors = Literal["raise", "return"]


@dataclasses.dataclass(frozen=True)
class Policy:
    """What is done with legs of several expiries: their maximum loss is a number only beside one of these.

    Attributes:
        kind: ``"hold-each"`` to its own expiry, ``"close-first"`` all at the first at any marks free of arbitrage, or
            ``"close-first-in-band"`` at volatilities from `low` to `high` (fractions a year).
        common: In a band: one volatility for all legs, in place of the worst for each.
        forward_band: A share by which the ratio of two forwards may be wider than the chain's.
    """

    kind: Literal["hold-each", "close-first", "close-first-in-band"]
    low: float = 0.0
    high: float = 0.0
    common: bool = False
    forward_band: Exact = 0

    def _stated(self) -> _library.Policy:
        kinds = ("hold-each", "close-first", "close-first-in-band")
        if self.kind not in kinds:
            raise BulkheadError(f"policy: found {self.kind!r}, wanted {', '.join(kinds)}")
        return _library.Policy(
            kinds.index(self.kind) + 1, int(self.common), self.low, self.high, count(self.forward_band, "forward_band")
        )


PolicyLike = Union[Policy, Literal["hold-each", "close-first"]]


def policy_pointer(policy: PolicyLike | None) -> object:
    """The policy as the library takes it; None for none."""
    if policy is None:
        return None
    stated = policy if isinstance(policy, Policy) else Policy(policy)
    return ctypes.byref(stated._stated())


@dataclasses.dataclass(frozen=True)
class Margin:
    """What a strategy can lose, and what is posted for it. Amounts in `currency`, exact to what :attr:`cells` show.

    Attributes:
        status: ``"ok"``, ``"unbounded"`` (an answer, not an error: `detail` says in which direction),
            ``"several_expiries"`` (wanted: a policy), ``"unsupported"``, ``"not_applicable"``, ``"overflow"``,
            ``"invalid"``.
        max_loss: The capital at risk, rounded up at the 8th decimal where it is no finite one; None unless bounded.
            Negative is a profit that cannot be lost.
        max_profit: None without a bound.
        margin: What the holder brings and posts, rounded up to the currency's smallest unit.
        requirement: What stays locked to the end.
        entry_cost: A credit is negative.
        binding_price: Where the least payoff is met; None for a limit at infinity, and for several parts (see `cells`).
        attained: Whether it is met there, or is only a limit.
        break_evens: Prices without profit or loss at expiry, ascending; both ends of a stretch of them, 0 or infinity
            where it has none.
        break_even_texts: The same exactly, to 8 decimals: ``95.5``, or ``95.5..100`` for a stretch, ``..`` at an open
            end.
        cells: The row of ``bulkhead margin``, text by text.
    """

    status: str
    max_loss: Decimal | None
    max_profit: Decimal | None
    margin: Decimal | None
    requirement: Decimal | None
    entry_cost: Decimal | None
    fees: Decimal | None
    binding_price: Decimal | None
    attained: bool | None
    # The texts are compared: an array would have no one answer.
    break_evens: NDArray[np.float64] = dataclasses.field(compare=False)
    break_even_texts: tuple[str, ...]
    currency: str
    settlement: str
    policy: str
    detail: str
    cells: dict[str, str] = dataclasses.field(repr=False)


@overload
def margin(
    strategies: Strategy, chain: Chain | None = None, *, policy: PolicyLike | None = None, errors: Errors = "raise"
) -> Margin: ...
@overload
def margin(
    strategies: Sequence[Strategy], chain: Chain | None = None, *, policy: PolicyLike | None = None,
    errors: Errors = "raise",
) -> list[Margin]: ...  # fmt: skip
def margin(
    strategies: Strategy | Sequence[Strategy], chain: Chain | None = None, *, policy: PolicyLike | None = None,
    errors: Errors = "raise",
) -> Margin | list[Margin]:  # fmt: skip
    """Gives maximum loss and margin: equal, to below the smallest unit, wherever nothing is locked in.

    The rules of venues and regulators read rulebooks from files and are the program's alone (``bulkhead margin
    --rule``, ``bulkhead compare``).

    Args:
        strategies: One, or several.
        chain: Fills legs that state no price.
        policy: What is done with several expiries.
        errors: ``"raise"`` for the first strategy that is none, or ``"return"`` a :class:`Margin` with the status
            ``invalid`` in its place.

    >>> call = Strategy.parse("+1C92000=3000 @26DEC25", entry_fee=2)
    >>> answer = margin(call)
    >>> answer.status, str(answer.max_loss), str(answer.margin), answer.break_evens
    ('ok', '3002', '3002.00', array([95002.]))
    >>> margin(-call).status, margin(-call).detail
    ('unbounded', 'up')
    """
    listed, is_one = _listed(strategies)
    book = Book(listed, chain)
    rows, message = _library.call_for_rows(
        "margin", book.pointer, policy_pointer(policy), None, None, None, guess=1024 + 1024 * book.count
    )
    _raise(message, errors)
    found = [
        Margin(
            status=row["status"], max_loss=amount(row["max_loss"]), max_profit=amount(row["max_profit"]),
            margin=amount(row["margin"]), requirement=amount(row["requirement"]), entry_cost=amount(row["entry_cost"]),
            fees=amount(row["fees"]),
            binding_price=None if "=" in row["binding_price"] else amount(row["binding_price"]),
            attained=None if row["attained"] == "" else row["attained"] == "true",
            break_evens=_prices(row["break_evens"]),
            break_even_texts=tuple(row["break_evens"].split(";")) if row["break_evens"] else (),
            currency=row["currency"], settlement=row["settlement"], policy=row["policy"], detail=row["detail"], cells=row,
        )
        for row in rows
    ]  # fmt: skip
    return found[0] if is_one else found


class Vertex(NamedTuple):
    """A place where a payoff bends: its coordinate, and the payoff from the left, at it, and from the right.

    The coordinate is the price in quote settlement, and one over the price in coin. None where there is no such side.
    """

    position: Fraction
    left: Fraction | None
    value: Fraction | None
    right: Fraction | None


@dataclasses.dataclass(frozen=True)
class Proof:
    """What proves a least payoff: a line between vertices is least at one of them, or at an end, or falls for ever.

    Attributes:
        underlying, expiry: Whose legs these are; the expiry only where each of several has its own proof.
        settlement: Decides the coordinate of :class:`Vertex`.
        least: The least payoff; None where there is none.
        binding_price: Where; None for infinity.
        attained: False for a limit.
        constant: What the payoff holds beside what the vertices show.
        slope_at_start, slope_at_end: Of the line before the second vertex, and beyond the last. Below zero at the
            end, the loss has no bound. None for a proof by a band of volatilities.
        vertices: Ascending, each strike among them.
    """

    underlying: str
    expiry: str
    settlement: str
    least: Fraction | None
    binding_price: Fraction | None
    attained: bool | None
    constant: Fraction | None
    slope_at_start: Fraction | None
    slope_at_end: Fraction | None
    vertices: tuple[Vertex, ...]


@dataclasses.dataclass(frozen=True)
class MaximumLoss:
    """The most a strategy can lose, or that there is no such amount, with its proofs.

    Attributes:
        loss: Entry cost + fees - least payoff, exact; None where it has no bound.
        tails: The directions in which it has none: ``"up"``, ``"down"``.
        policy: What the holder does until the end.
        entry_cost, fees: Exact.
        proofs: One for each underlying, and for each expiry that has its own.
    """

    loss: Fraction | None
    tails: tuple[str, ...]
    policy: str
    entry_cost: Fraction
    fees: Fraction
    proofs: tuple[Proof, ...]

    @property
    def is_bounded(self) -> bool:
        """True where there is an amount that cannot be exceeded."""
        return self.loss is not None


def maximum_loss(strategy: Strategy, chain: Chain | None = None, *, policy: PolicyLike | None = None) -> MaximumLoss:
    """Gives the maximum loss as an exact fraction, and what proves it.

    Args:
        strategy: Its prices stated, or filled from `chain`.
        policy: What is done with several expiries.

    Raises:
        RowError: The strategy is none; or it has several expiries and there is no policy.

    >>> spread = Strategy.parse("-1P90000=1200 +1P85000=400 @26DEC25")
    >>> answer = maximum_loss(spread)
    >>> answer.loss, answer.proofs[0].least, answer.proofs[0].binding_price, answer.proofs[0].attained
    (Fraction(4200, 1), Fraction(-5000, 1), Fraction(0, 1), True)
    >>> in_coin = Strategy.parse("-1P90000=0.01 +1P85000=0.004 @26DEC25", contracts="coin")
    >>> maximum_loss(in_coin).tails
    ('down',)
    """
    book = Book([strategy], chain)
    rows, message = _library.call_for_rows(
        "proofs", book.pointer, policy_pointer(policy), guess=4096 + 256 * len(strategy.legs)
    )
    _raise(message, "raise")
    if not rows:
        raise BulkheadError("found no legs, wanted at least one")
    proofs = tuple(
        Proof(
            underlying=row["underlying"], expiry=row["expiry"], settlement=row["settlement"],
            least=_fraction(row["least"]), binding_price=_fraction(row["binding_price"]),
            attained=None if row["attained"] == "" else row["attained"] == "true", constant=_fraction(row["constant"]),
            slope_at_start=_fraction(row["slope_at_start"]), slope_at_end=_fraction(row["slope_at_end"]),
            vertices=tuple(_vertex(text) for text in row["vertices"].split(";") if text),
        )
        for row in rows
    )  # fmt: skip
    entry_cost, fees = Fraction(rows[0]["entry_cost"]), Fraction(rows[0]["fees"])
    tails = {"up" if proof.settlement == "quote" else "down" for proof in proofs if proof.least is None}
    least = sum((proof.least for proof in proofs if proof.least is not None), Fraction(0))
    return MaximumLoss(
        loss=None if tails else entry_cost + fees - least,
        tails=tuple(tail for tail in ("up", "down") if tail in tails),
        policy=rows[0]["policy"], entry_cost=entry_cost, fees=fees, proofs=proofs,
    )  # fmt: skip


def payoff(
    strategy: Strategy, prices: ArrayLike, chain: Chain | None = None, *, out: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Gives the P&L at expiry, entry cost and fees subtracted, at prices of the underlying.

    Exact at each price and rounded once. For legs of one expiry on one underlying; prices of 0 or more, in coin
    settlement above 0.

    >>> payoff(Strategy.parse("-1P90000=1200 +1P85000=400 @26DEC25"), [80000, 88000, 95000])
    array([-4200., -1200.,   800.])
    """
    book = Book([strategy], chain)
    at = np.asarray(prices, dtype=np.float64, order="C")
    found = _output(out, at.shape, "out")
    message = _library.call("payoff", book.pointer, _library.pointer(at), at.size, _library.pointer(found))
    _raise(message, "raise")
    return found if out is not None else found[()]


@dataclasses.dataclass(frozen=True)
class Size:
    """How many lots fit a budget, and the proof: ``used <= budget < next_would_use``.

    Attributes:
        status: ``"ok"``, ``"unbounded"`` (no number of lots fits any budget), ``"no_risk_limit"`` (a lot loses nothing:
            `max_lots` decides), ``"several_expiries"``, ``"unsupported"``, ``"overflow"``, ``"invalid"``.
        lots: None without an answer; 0 where not even one fits.
        cells: The row of ``bulkhead size``, text by text.
    """

    status: str
    lots: int | None
    budget: Decimal | None
    loss_per_lot: Decimal | None
    fees: Decimal | None
    used: Decimal | None
    next_would_use: Decimal | None
    margin: Decimal | None
    currency: str
    detail: str
    cells: dict[str, str] = dataclasses.field(repr=False)


@overload
def size(
    strategies: Strategy, budget: Exact, chain: Chain | None = None, *, portfolio: Exact | None = None,
    fee_per_lot: Exact | None = None, fee_minimum: Exact | None = None, fee_cap: Exact | None = None,
    max_lots: int | None = None, policy: PolicyLike | None = None, errors: Errors = "raise",
) -> Size: ...  # fmt: skip
@overload
def size(
    strategies: Sequence[Strategy], budget: Exact, chain: Chain | None = None, *, portfolio: Exact | None = None,
    fee_per_lot: Exact | None = None, fee_minimum: Exact | None = None, fee_cap: Exact | None = None,
    max_lots: int | None = None, policy: PolicyLike | None = None, errors: Errors = "raise",
) -> list[Size]: ...  # fmt: skip
def size(
    strategies: Strategy | Sequence[Strategy], budget: Exact, chain: Chain | None = None, *,
    portfolio: Exact | None = None, fee_per_lot: Exact | None = None, fee_minimum: Exact | None = None,
    fee_cap: Exact | None = None, max_lots: int | None = None, policy: PolicyLike | None = None,
    errors: Errors = "raise",
) -> Size | list[Size]:  # fmt: skip
    """Gives the largest whole number of lots whose loss and fees fit a budget. One lot is the strategy as it stands.

    Args:
        budget: An amount in settlement currency, or ``"10%"`` of `portfolio`.
        fee_per_lot, fee_minimum, fee_cap: Fees of n lots are ``min(cap, max(minimum, n * per_lot))``; without any, the
            strategy's own for every lot.
        max_lots: A limit from elsewhere.

    >>> answer = size(Strategy.parse("-1P90000=1200 +1P85000=400 @26DEC25"), "10%", portfolio=100000)
    >>> answer.lots, str(answer.used), str(answer.next_would_use)
    (2, '8400', '12600')
    """
    listed, is_one = _listed(strategies)
    if max_lots is not None and (isinstance(max_lots, bool) or not 0 <= max_lots < 2**63):
        raise BulkheadError(f"max_lots: found {max_lots!r}, wanted 0 or more")
    text = budget.strip() if isinstance(budget, str) and budget.strip().endswith("%") else digits(budget, "budget")
    stated = _library.Budget(
        _library.Bytes.of(text), _optional(portfolio, "portfolio"), _optional(fee_per_lot, "fee_per_lot"),
        _optional(fee_minimum, "fee_minimum"), _optional(fee_cap, "fee_cap"), -1 if max_lots is None else max_lots,
    )  # fmt: skip
    book = Book(listed, chain)
    rows, message = _library.call_for_rows(
        "size", book.pointer, policy_pointer(policy), ctypes.byref(stated), None, guess=1024 + 1024 * book.count
    )
    _raise(message, errors)
    found = [
        Size(
            status=row["status"], lots=int(row["lots"]) if row["lots"] else None, budget=amount(row["budget"]),
            loss_per_lot=amount(row["loss_per_lot"]), fees=amount(row["fees"]), used=amount(row["used"]),
            next_would_use=amount(row["next_would_use"]), margin=amount(row["margin"]), currency=row["currency"],
            detail=row["detail"], cells=row,
        )
        for row in rows
    ]  # fmt: skip
    return found[0] if is_one else found


def _listed(strategies: Strategy | Sequence[Strategy]) -> tuple[list[Strategy], bool]:
    return ([strategies], True) if isinstance(strategies, Strategy) else (list(strategies), False)


def _raise(message: str, errors: str) -> None:
    if errors not in ("raise", "return"):
        raise BulkheadError(f"errors: found {errors!r}, wanted 'raise' or 'return'")
    if message and errors == "raise":
        raise _library.row_error(message)


def _prices(break_evens: str) -> NDArray[np.float64]:
    """Break-evens as numbers: an end that a stretch does not have is 0 or infinity."""
    found: list[float] = []
    for text in break_evens.split(";") if break_evens else []:
        low, stretch, high = text.partition("..")
        found.append(float(low or 0))
        if stretch:
            found.append(float(high or "inf"))
    return np.array(found, np.float64)


def _fraction(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def _vertex(text: str) -> Vertex:
    position, *sides = text.split(" ")
    left, value, right = (None if side == "-" else Fraction(side) for side in sides)
    return Vertex(Fraction(position), left, value, right)


def _optional(value: Exact | None, name: str) -> _library.Bytes:
    return _library.Bytes.of("" if value is None else digits(value, name))
