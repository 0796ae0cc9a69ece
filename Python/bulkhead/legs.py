"""Legs as their users state them, and as they cross the interface."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

from numpy.typing import NDArray

from . import _library
from .chain import Settlement
from .errors import BulkheadError
from .exact import Exact, Expiry, ExpiryLike, count, decimal, expiry

KINDS = ("call", "put", "digital_call", "digital_put", "underlying", "future", "perpetual")
LegKind = Literal["call", "put", "digital_call", "digital_put", "underlying", "future", "perpetual"]
SETTLEMENTS = {None: -1, "quote": 0, "coin": 1}
_COIN, _AMERICAN, _PHYSICAL = 1, 2, 4


@dataclasses.dataclass(frozen=True)
class Leg:
    """A signed quantity of one instrument.

    Attributes:
        kind: One of :data:`KINDS`.
        quantity: Plus is long; never 0.
        underlying: Such as ``"BTC"``.
        strike, expiry: Of options; a future has an expiry too.
        price: Options: the premium for one unit in settlement currency. Others: the entry price in quote currency.
            None is filled from a chain.
        multiplier: Units of the underlying in one contract.
        settlement: How the contract itself is paid: in quote currency or in coin.
        exercise: ``"european"`` or ``"american"``.
        payout: Of a digital option, for one unit.
        fee: Entry and reserved exit fees, settlement currency, 0 or more.
        delivery: ``"cash"`` or ``"physical"``.
        quote_currency: Of the strike.
    """

    kind: LegKind
    quantity: Exact
    underlying: str
    strike: Exact | None = None
    expiry: ExpiryLike | None = None
    price: Exact | None = None
    multiplier: Exact = 1
    settlement: Settlement = "quote"
    exercise: Literal["european", "american"] = "european"
    payout: Exact | None = None
    fee: Exact = 0
    delivery: Literal["cash", "physical"] = "cash"
    quote_currency: str | None = None


_KEY = (
    "kind", "underlying", "quote_currency", "flags", "expiry_day", "expiry_time", "strike", "payout", "multiplier",
    "price",
)  # fmt: skip


def keys(legs: NDArray[Any], symbols: list[str]) -> list[tuple[Any, ...]]:
    """What legs merge by: everything but quantity and fee, symbols by their names."""

    def word(place: int) -> str:
        return symbols[place] if place >= 0 else ""

    return [
        tuple(word(value) if name in ("underlying", "quote_currency") else value for name, value in zip(_KEY, row))
        for row in zip(*(legs[name].tolist() for name in _KEY))
    ]


def within(value: int, name: str) -> int:
    if not -(2**63) < value < 2**63:
        raise BulkheadError(f"{name}: found {decimal(value)}, wanted a number below 92 thousand million")
    return value


def merged(legs: NDArray[Any], symbols: list[str]) -> NDArray[Any]:
    """Legs of one instrument at one price as one, in the order of their first; those that cancel are gone.

    Raises:
        BulkheadError: A quantity that is 0 from the start, or a sum beyond 64 bits.
    """
    totals: dict[tuple[Any, ...], int] = {}
    fees: dict[tuple[Any, ...], int] = {}
    first: dict[tuple[Any, ...], int] = {}
    for place, key in enumerate(keys(legs, symbols)):
        if legs[place]["quantity"] == 0:
            raise BulkheadError(f"leg {place}: found quantity 0, wanted a quantity other than 0")
        first.setdefault(key, place)
        totals[key] = totals.get(key, 0) + int(legs[place]["quantity"])
        fees[key] = fees.get(key, 0) + int(legs[place]["fee"])
    kept = [key for key in totals if totals[key] != 0]
    result = legs[[first[key] for key in kept]].copy()
    result["quantity"] = [within(totals[key], "quantity") for key in kept]
    result["fee"] = [within(fees[key], "fee") for key in kept]
    return result


def record_of(leg: Leg, symbols: dict[str, int]) -> tuple[int, ...]:
    if leg.kind not in KINDS:
        raise BulkheadError(f"kind: found {leg.kind!r}, wanted {', '.join(KINDS)}")
    if not leg.underlying or "\n" in leg.underlying:
        raise BulkheadError(f"underlying: found {leg.underlying!r}, wanted a name such as BTC")
    kind = KINDS.index(leg.kind)
    if kind < 4 and leg.strike is None:
        raise BulkheadError(f"strike: found none of a {leg.kind}, wanted one")
    if (kind < 4 or leg.kind == "future") and leg.expiry is None:
        raise BulkheadError(f"expiry: found none of a {leg.kind}, wanted one")
    quantity = count(leg.quantity, "quantity")
    if quantity == 0:
        raise BulkheadError("quantity: found 0, wanted a quantity other than 0")
    for name, value, words in (
        ("settlement", leg.settlement, ("quote", "coin")), ("exercise", leg.exercise, ("european", "american")),
        ("delivery", leg.delivery, ("cash", "physical")),
    ):  # fmt: skip
        if value not in words:
            raise BulkheadError(f"{name}: found {value!r}, wanted {' or '.join(words)}")
    flags = (
        _COIN * (leg.settlement == "coin") + _AMERICAN * (leg.exercise == "american")
        + _PHYSICAL * (leg.delivery == "physical")
    )  # fmt: skip
    day, time = expiry(leg.expiry) if leg.expiry is not None else Expiry(0)
    underlying = symbols.setdefault(leg.underlying, len(symbols))
    quote = -1 if leg.quote_currency is None else symbols.setdefault(leg.quote_currency, len(symbols))
    return (
        kind, underlying, quote, flags if kind < 2 else 0, day, time,
        0 if leg.strike is None else count(leg.strike, "strike"),
        0 if leg.payout is None else count(leg.payout, "payout"), count(leg.multiplier, "multiplier"), quantity,
        _library.NONE if leg.price is None else count(leg.price, "price"), count(leg.fee, "fee"),
    )  # fmt: skip


def leg_of(stated: Any, symbols: list[str]) -> Leg:
    kind = KINDS[stated["kind"]]
    has_expiry = kind not in ("underlying", "perpetual")
    return Leg(
        kind=kind,  # type: ignore[arg-type]
        quantity=decimal(int(stated["quantity"])),
        underlying=symbols[stated["underlying"]],
        strike=decimal(int(stated["strike"])) if stated["kind"] < 4 else None,
        expiry=Expiry(int(stated["expiry_day"]), int(stated["expiry_time"])) if has_expiry else None,
        price=None if stated["price"] == _library.NONE else decimal(int(stated["price"])),
        multiplier=decimal(int(stated["multiplier"])),
        settlement="coin" if stated["flags"] & _COIN else "quote",
        exercise="american" if stated["flags"] & _AMERICAN else "european",
        payout=decimal(int(stated["payout"])) if kind.startswith("digital") else None,
        fee=decimal(int(stated["fee"])),
        delivery="physical" if stated["flags"] & _PHYSICAL else "cash",
        quote_currency=symbols[stated["quote_currency"]] if stated["quote_currency"] >= 0 else None,
    )


def terms_of(underlying: str, contracts: Settlement | None) -> _library.Terms:
    if contracts not in SETTLEMENTS:
        raise BulkheadError(f"contracts: found {contracts!r}, wanted 'quote' or 'coin'")
    is_coin = contracts == "coin"
    return _library.Terms(
        _library.Bytes.of(underlying),
        _library.Bytes.of("USD"),
        100_000_000,
        _COIN if is_coin else 0,
        -1 if is_coin else -4,
    )
