"""What is posted for strategies, and how many lots of them a budget allows."""

from __future__ import annotations

import ctypes
import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from typing import overload

import numpy as np
from numpy.typing import NDArray

from . import _library
from .book import Book
from .chain import Chain
from .errors import BulkheadError, RowError
from .exact import Exact, amount, digits
from .policies import Errors, PolicyLike, listed_strategies, policy_pointer, raise_row
from .rules import RuleAnswer, RuleLike, answers, stated_rule
from .strategy import Strategy


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
        break_evens: Prices without profit or loss at expiry, ascending: an array of shape (n, 2), low and high, equal
            for a single price. A stretch without an end reaches to infinity, or down to 0.
        break_even_texts: The same exactly, to 8 decimals: ``95.5``, or ``95.5..100`` for a stretch, ``..`` at an open
            end.
        cells: The row of ``bulkhead margin``, text by text.
        rule: What a venue or regulator asks; None where no rule was asked for.
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
    rule: RuleAnswer | None = None


@overload
def margin(
    strategies: Strategy, chain: Chain | None = None, *, policy: PolicyLike | None = None, errors: Errors = "raise",
    rule: RuleLike | None = None,
) -> Margin: ...  # fmt: skip
@overload
def margin(
    strategies: Sequence[Strategy], chain: Chain | None = None, *, policy: PolicyLike | None = None,
    errors: Errors = "raise", rule: RuleLike | None = None,
) -> list[Margin]: ...  # fmt: skip
def margin(
    strategies: Strategy | Sequence[Strategy], chain: Chain | None = None, *, policy: PolicyLike | None = None,
    errors: Errors = "raise", rule: RuleLike | None = None,
) -> Margin | list[Margin]:  # fmt: skip
    """Gives maximum loss and margin: equal, to below the smallest unit, wherever nothing is locked in.

    Args:
        strategies: One, or several.
        chain: Fills legs that state no price.
        policy: What is done with several expiries.
        errors: ``"raise"`` for the first strategy that is none, or ``"return"`` a :class:`Margin` with the status
            ``invalid`` in its place.
        rule: Also what a venue or regulator asks, as ``bulkhead margin --rule``: a name of :func:`rules`, of whose
            numbers those of the chain's day hold, or the path of a rulebook (.yaml). Wants a chain, and PyYAML. At
            which prices a rule would liquidate is told by ``bulkhead compare``.

    >>> call = Strategy.parse("+1C92000=3000 @26DEC25", entry_fee=2)
    >>> answer = margin(call)
    >>> answer.status, str(answer.max_loss), str(answer.margin), answer.break_evens.tolist()
    ('ok', '3002', '3002.00', [[95002.0, 95002.0]])
    >>> margin(-call).status, margin(-call).detail
    ('unbounded', 'up')
    >>> chain = Chain("BTC", "2025-12-05T01:10:52Z", 92529, quoted_in="coin", quotes=[
    ...     {"instrument": "BTC-26DEC25-92000-C", "mark": "0.0445", "implied_vol": 0.46},
    ... ])
    >>> asked = margin(-call, chain, rule="deribit-standard").rule
    >>> asked.status, str(asked.initial), [term.name for term in asked.terms if term.kind == "initial"]
    ('ok', '17996.90', ['short_call_underlying', 'short_call_mark'])
    """
    listed, is_one = listed_strategies(strategies)
    stated = None if rule is None else stated_rule(rule, chain)
    book = Book(listed, chain)
    rows, message = _library.call_for_rows(
        "margin", book.pointer, policy_pointer(policy), None, None, None, guess=1024 + 1024 * book.count
    )
    raise_row(message, errors)
    found = [
        Margin(
            status=row["status"], max_loss=amount(row["max_loss"]), max_profit=amount(row["max_profit"]),
            margin=amount(row["margin"]), requirement=amount(row["requirement"]), entry_cost=amount(row["entry_cost"]),
            fees=amount(row["fees"]),
            binding_price=None if "=" in row["binding_price"] else amount(row["binding_price"]),
            attained=None if row["attained"] == "" else row["attained"] == "true",
            break_evens=_prices(row["break_evens"]),
            break_even_texts=tuple(row["break_evens"].split(";")) if row["break_evens"] else (),
            currency=row["currency"], settlement=row["settlement"], policy=row["policy"], detail=row["detail"],
            cells=row,
        )
        for row in rows
    ]  # fmt: skip
    if stated is not None:
        asked = answers(stated, book, policy_pointer(policy))
        found = [_with_rule(each, answer, errors, place) for place, (each, answer) in enumerate(zip(found, asked))]
    return found[0] if is_one else found


def _with_rule(found: Margin, answer: RuleAnswer, errors: Errors, place: int) -> Margin:
    """A margin with a rule's answer, and the cells that ``bulkhead margin --rule`` adds to the row."""
    if answer.status == "invalid" and found.status != "invalid":
        if errors == "raise":
            raise RowError(place, answer.detail)
        # The market cannot value it: nothing is said of it, as in the row of a strategy that could not be read.
        found = dataclasses.replace(
            found, status="invalid", detail=answer.detail, max_loss=None, max_profit=None, margin=None,
            requirement=None, entry_cost=None, fees=None, binding_price=None, attained=None, break_evens=_prices(""),
            break_even_texts=(), currency="", policy="",
            cells={name: cell if name == "settlement" else "" for name, cell in found.cells.items()},
        )  # fmt: skip
    detail = found.detail
    if answer.status not in ("ok", "invalid"):
        reason = f"{answer.rule}: {answer.status}: {answer.detail}"
        detail = f"{detail}; {reason}" if detail else reason
    cells = found.cells | {
        "status": found.status, "detail": detail,
        "initial": "" if answer.initial is None else str(answer.initial),
        "maintenance": "" if answer.maintenance is None else str(answer.maintenance), "rule": answer.rule,
        "effective": str(answer.effective),
    }  # fmt: skip
    return dataclasses.replace(found, detail=detail, cells=cells, rule=answer)


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
    listed, is_one = listed_strategies(strategies)
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
    raise_row(message, errors)
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


def _prices(break_evens: str) -> NDArray[np.float64]:
    """Break-evens as rows of low and high: an end that a stretch does not have is 0 or infinity."""
    found: list[tuple[float, float]] = []
    for text in break_evens.split(";") if break_evens else []:
        low, stretch, high = text.partition("..")
        found.append((float(low or 0), float((high or "inf") if stretch else low)))
    return np.array(found, np.float64).reshape(-1, 2)


def _optional(value: Exact | None, name: str) -> _library.Bytes:
    return _library.Bytes.of("" if value is None else digits(value, name))
