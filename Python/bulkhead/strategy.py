"""Strategies: legs under ``+``, ``-`` and whole multiples, from words, from the catalogue, or one by one."""

from __future__ import annotations

import ctypes
import datetime
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from . import _library
from .book import FEES, FILLS, Book
from .chain import Chain, Settlement
from .errors import BulkheadError
from .exact import Exact, Expiry, ExpiryLike, count, decimal, expiry
from .legs import SETTLEMENTS, Leg, keys, leg_of, merged, record_of, terms_of, within
from .options import FirstGreeks
from .quotes import instruments

Fill = Literal["worst", "mid", "mark"]


class Strategy:
    """A set of legs, and how it is accounted.

    Legs of one instrument at one price merge, and vanish where they cancel: ``a - a`` has no legs, ``a + b == b + a``.

    Args:
        legs: The legs.
        name: What reports call it.
        settlement: Account and collateral: ``"quote"`` or ``"coin"``; None is the instruments' own.
        currency: None is the legs' own.
        entry_fee, exit_fee: Totals of the strategy beside the fees of its legs, settlement currency.
        fill: At which of a chain's prices a leg without a price is entered: ``"worst"`` buys at the ask and sells at
            the bid.

    >>> put = Leg("put", -1, "BTC", 90000, "26DEC25", price=1200)
    >>> wing = Leg("put", 1, "BTC", 85000, "26DEC25", price=400)
    >>> spread = Strategy([put]) + Strategy([wing])
    >>> len(spread.legs), len((spread - spread).legs), spread * 2 == spread + spread
    (2, 0, True)
    """

    def __init__(
        self, legs: Iterable[Leg] = (), *, name: str = "", settlement: Settlement | None = None,
        currency: str | None = None, entry_fee: Exact = 0, exit_fee: Exact = 0, fill: Fill = "worst",
    ) -> None:  # fmt: skip
        symbols: dict[str, int] = {}
        records = [record_of(leg, symbols) for leg in legs]
        self._set(np.array(records, _library.LEG), list(symbols))
        self._account(name, settlement, currency, entry_fee, exit_fee, fill)

    # How it is made

    @classmethod
    def parse(
        cls, text: str, chain: Chain | None = None, *, underlying: str = "BTC", contracts: Settlement | None = None,
        **account: Any,
    ) -> Strategy:  # fmt: skip
        """Reads ``-1C92000 -1P92000 @26DEC25``, as ``--legs`` of the program does.

        A leg is a signed quantity, ``C``, ``P``, ``U`` or ``F``, a strike, and if wanted ``@expiry`` and ``=price``;
        a lone ``@expiry`` is the default. Contracts are those of the chain; without one, European options on one unit
        of `underlying`, paid as `contracts` says (in quote currency).

        Raises:
            BulkheadError: The text is none; or a leg without a price is not on the chain, with the nearest strikes or
                expiries that are. A chain without quotes lists nothing and refuses nothing.

        >>> [str(leg.strike) for leg in Strategy.parse("-1C92000=3000 +1C95000=1800 @26DEC25").legs]
        ['92000', '95000']
        """
        return cls._read("parse_legs", chain, terms_of(underlying, contracts), [_library.Bytes.of(text)], account)

    @classmethod
    def structure(
        cls, shape: str, expiry_: ExpiryLike | Sequence[ExpiryLike], chain: Chain | None = None, *,
        strikes: Sequence[Exact] | None = None, center: Exact | None = None, widths: Sequence[Exact] = (),
        deltas: Sequence[float] | None = None, quantity: Exact = 1, hedge: Exact | None = None,
        underlying: str = "BTC", contracts: Settlement | None = None, **account: Any,
    ) -> Strategy:  # fmt: skip
        """Builds a structure of the catalogue (:func:`catalogue` lists them).

        Args:
            shape: Such as ``"iron-condor"``, or an alias.
            expiry_: One, or near and far for calendars.
            strikes: Rising; or `center` and `widths`, the steps outward from it; or `deltas`, which a chain turns into
                listed strikes.
            quantity: How many; negative for the other side.
            hedge: Units of the underlying for structures that need one.
            account: The keywords of :class:`Strategy`.

        Raises:
            BulkheadError: There is no such structure or placement; or a leg is not on the chain, as in :meth:`parse`.

        >>> condor = Strategy.structure("iron-condor", "26DEC25", strikes=[80000, 85000, 100000, 105000])
        >>> condor.shape, [int(leg.quantity) for leg in condor.legs]
        ('Iron condor', [1, -1, -1, 1])
        """
        given = [strikes is not None, center is not None, deltas is not None]
        if sum(given) != 1:
            raise BulkheadError("found no single placement, wanted strikes, or a center with widths, or deltas")
        if isinstance(expiry_, (str, Expiry, datetime.date, np.datetime64)):
            dates = [expiry(expiry_)]
        else:
            dates = [expiry(day) for day in expiry_]
        days = np.array([day for day, _ in dates], np.int32)
        times = np.array([time for _, time in dates], np.int32)
        places = np.array([count(place, "strike") for place in (strikes if strikes is not None else widths)], np.int64)
        targets = np.array(deltas if deltas is not None else (), np.float64)
        account.setdefault("settlement", None)
        if account["settlement"] not in SETTLEMENTS:
            raise BulkheadError(f"settlement: found {account['settlement']!r}, wanted 'quote', 'coin' or None")
        stated = _library.Structure(
            name=_library.Bytes.of(shape), expiry_days=days.ctypes.data, expiry_times=times.ctypes.data,
            expiry_count=len(days), places=places.ctypes.data, place_count=len(places),
            center=_library.NONE if center is None else count(center, "center"), deltas=targets.ctypes.data,
            delta_count=len(targets), quantity=count(quantity, "quantity"),
            hedge=_library.NONE if hedge is None else count(hedge, "hedge"),
            settlement=SETTLEMENTS[account["settlement"]], reserved=0,
        )  # fmt: skip
        return cls._read("build_structure", chain, terms_of(underlying, contracts), [ctypes.byref(stated)], account)

    @classmethod
    def iron_condor(
        cls, expiry_: ExpiryLike, strikes: Sequence[Exact], chain: Chain | None = None, **more: Any
    ) -> Strategy:
        """Sells a strangle inside and buys one outside; four rising strikes.

        >>> Strategy.iron_condor("26DEC25", [80000, 85000, 100000, 105000]).shape
        'Iron condor'
        """
        return cls.structure("iron-condor", expiry_, chain, strikes=strikes, **more)

    @classmethod
    def iron_butterfly(
        cls, expiry_: ExpiryLike, strikes: Sequence[Exact], chain: Chain | None = None, **more: Any
    ) -> Strategy:
        """Sells a straddle and buys a strangle around it; three rising strikes.

        >>> Strategy.iron_butterfly("26DEC25", [85000, 92000, 99000]).shape
        'Iron butterfly'
        """
        return cls.structure("iron-butterfly", expiry_, chain, strikes=strikes, **more)

    @classmethod
    def straddle(cls, expiry_: ExpiryLike, strike: Exact, chain: Chain | None = None, **more: Any) -> Strategy:
        """Buys call and put of one strike; a quantity of -1 sells them.

        >>> Strategy.straddle("26DEC25", 92000, quantity=-1).shape
        'Short straddle'
        """
        return cls.structure("long-straddle", expiry_, chain, strikes=[strike], **more)

    @classmethod
    def strangle(
        cls, expiry_: ExpiryLike, strikes: Sequence[Exact], chain: Chain | None = None, **more: Any
    ) -> Strategy:
        """Buys a put below and a call above; two rising strikes.

        >>> Strategy.strangle("26DEC25", [85000, 100000]).shape
        'Long strangle'
        """
        return cls.structure("long-strangle", expiry_, chain, strikes=strikes, **more)

    @classmethod
    def from_instruments(
        cls, legs: Iterable[tuple[Exact, str] | tuple[Exact, str, Exact | None]], **account: Any
    ) -> Strategy:
        """Makes a strategy of quantities, instrument names (Deribit's or OSI's) and, where known, prices.

        >>> Strategy.from_instruments([(-1, "BTC-26DEC25-92000-C", "0.0485")]).legs[0].settlement
        'coin'
        """
        stated = list(legs)
        records, reasons, symbols = instruments([leg[1] for leg in stated])
        if reasons:
            place = min(reasons)
            raise BulkheadError(f"leg {place}: {reasons[place]}")
        for place, leg in enumerate(stated):
            records[place]["quantity"] = count(leg[0], "quantity")
            if len(leg) == 3 and leg[2] is not None:
                records[place]["price"] = count(leg[2], "price")
        return cls._of(records, symbols, account)

    # What is in it

    @property
    def legs(self) -> list[Leg]:
        """The legs, for ``pandas.DataFrame(strategy.legs)`` too.

        >>> [(leg.kind, str(leg.quantity)) for leg in Strategy.straddle("26DEC25", 92000).legs]
        [('call', '1'), ('put', '1')]
        """
        return [leg_of(record, self._symbols) for record in self._legs]

    @property
    def instruments(self) -> list[str]:
        """The legs' names in the dialect they belong to, or in words."""
        return [row["name"] for row in self._names() if row["leg"]]

    @property
    def shape(self) -> str:
        """What the catalogue calls the legs; empty where it has no name for them."""
        return next((row["name"] for row in self._names() if not row["leg"]), "")

    @property
    def expiries(self) -> list[Expiry]:
        """The expiries of its legs, ascending.

        >>> [str(expiry) for expiry in Strategy.parse("-1C95000=2 +1C95000=4@30JAN26 @26DEC25").expiries]
        ['2025-12-26', '2026-01-30']
        """
        kinds = np.isin(self._legs["kind"], (4, 6), invert=True)
        return sorted({Expiry(int(leg["expiry_day"]), int(leg["expiry_time"])) for leg in self._legs[kinds]})

    def with_account(self, **changes: Any) -> Strategy:
        """The same legs accounted otherwise: any of the keywords of :class:`Strategy`.

        >>> Strategy.straddle("26DEC25", 92000).with_account(name="December", entry_fee="1.5").name
        'December'
        """
        return type(self)._of(self._legs, self._symbols, self._terms | changes)

    # What it is worth

    def value(self, chain: Chain) -> float:
        """The value of the position on a chain by the model, in settlement currency; what is owed is negative.

        It is the ``value`` of ``bulkhead analyze``, digit by digit. Legs without a price are filled first, as
        everywhere: one that cannot be is refused.

        Raises:
            RowError: A leg cannot be filled or valued on the chain.

        >>> chain = Chain("BTC", "2025-12-05T01:10:52Z", 92529, quoted_in="coin", quotes=[
        ...     {"instrument": "BTC-26DEC25-92000-C", "ask": "0.0485", "implied_vol": 0.46},
        ... ])
        >>> call = Strategy.parse("+2C92000 @26DEC25", chain, settlement="quote")
        >>> round(call.value(chain), 2)
        8713.05
        """
        return float(self.greeks(chain).value)

    def greeks(self, chain: Chain, *, in_quote_currency: bool = False, by_leg: bool = False) -> FirstGreeks:
        """The value of the position and its five first derivatives on a chain, quantities and multipliers counted.

        Raw, as everywhere: vega per 1.00 of volatility, theta a year, rho per 1.00 of rate. ``vega / 100``,
        ``theta / 365`` and ``rho / 100`` are the ``vega_per_vol_point``, ``theta_per_day`` and ``rho_per_point`` of
        ``bulkhead analyze --format json``, digit by digit.

        Args:
            in_quote_currency: For coin settlement, where delta and gamma of the value in coin are others than those of
                the value in quote currency. In quote settlement both are one.
            by_leg: Arrays with an entry for each of :attr:`legs`, for ``pandas.DataFrame(greeks._asdict())``, in place
                of floats.

        Raises:
            RowError: A leg cannot be filled or valued on the chain.

        >>> chain = Chain("BTC", "2025-12-05T01:10:52Z", 92529, quoted_in="coin", quotes=[
        ...     {"instrument": "BTC-26DEC25-92000-C", "ask": "0.0485", "implied_vol": 0.46},
        ...     {"instrument": "BTC-26DEC25-95000-C", "bid": "0.0345", "implied_vol": 0.45},
        ... ])
        >>> spread = Strategy.parse("+1C92000 -1C95000 @26DEC25", chain, settlement="quote")
        >>> found = spread.greeks(chain)
        >>> round(float(found.delta), 4), round(float(found.vega) / 100, 2)
        (0.1173, 1.05)
        >>> spread.greeks(chain, by_leg=True).delta.round(4)
        array([ 0.5427, -0.4254])
        """
        book = Book([self], chain)
        whole = np.empty((2, 6))
        parts = np.empty((len(self._legs), 2, 6))
        message = _library.call("value", book.pointer, whole.ctypes.data, parts.ctypes.data)
        if message:
            raise _library.row_error(message)
        unit = int(in_quote_currency)
        return FirstGreeks(*(parts[:, unit].T.copy() if by_leg else whole[unit]))

    # The algebra

    def __add__(self, other: Strategy) -> Strategy:
        if not isinstance(other, Strategy):
            return NotImplemented
        for key, value in self._terms.items():
            if key != "name" and other._terms[key] != value and len(self._legs) and len(other._legs):
                raise BulkheadError(f"{key}: found {value!r} and {other._terms[key]!r}, wanted one for both strategies")
        table = {name: place for place, name in enumerate(self._symbols)}
        moved = other._legs.copy()
        for name in ("underlying", "quote_currency"):
            moved[name] = [
                -1 if place < 0 else table.setdefault(other._symbols[place], len(table))
                for place in moved[name].tolist()
            ]
        terms = self._terms if len(self._legs) or not len(other._legs) else other._terms
        return type(self)._of(np.concatenate([self._legs, moved]), list(table), terms | {"name": ""})

    def __mul__(self, number: int) -> Strategy:
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)):
            return NotImplemented
        legs = self._legs.copy() if number else self._legs[:0].copy()
        for record in legs:
            record["quantity"] = within(int(record["quantity"]) * int(number), "quantity")
            record["fee"] = within(int(record["fee"]) * abs(int(number)), "fee")
        fees = {key: decimal(within(count(self._terms[key], key) * abs(int(number)), key)) for key in FEES}
        return type(self)._of(legs, self._symbols, self._terms | fees | {"name": ""})

    __rmul__ = __mul__

    def __neg__(self) -> Strategy:
        return self * -1

    def __sub__(self, other: Strategy) -> Strategy:
        return self + -other

    def __eq__(self, other: object) -> bool:
        """True where both hold the same legs, in any order; names and accounts do not count."""
        return isinstance(other, Strategy) and sorted(self._keys()) == sorted(other._keys())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        words = [f"{decimal(int(leg['quantity'])):+} {name}" for leg, name in zip(self._legs, self.instruments)]
        return f"Strategy({self._terms['name'] + ': ' if self._terms['name'] else ''}{', '.join(words) or 'no legs'})"

    # Inside

    @classmethod
    def _of(cls, legs: NDArray[Any], symbols: list[str], account: dict[str, Any]) -> Strategy:
        result = cls(**account)
        result._set(legs, symbols)
        return result

    @classmethod
    def _read(
        cls, function: str, chain: Chain | None, terms: _library.Terms, stated: list[Any], account: dict[str, Any]
    ) -> Strategy:
        capacity = 64
        while True:
            legs = np.zeros(capacity, _library.LEG)
            number = ctypes.c_int64()
            symbols = _library.TextBuffer(4096)
            try:
                _library.call(
                    function, chain.pointer if chain is not None else None, ctypes.byref(terms), *stated,
                    legs.ctypes.data, capacity, ctypes.addressof(number), ctypes.byref(symbols.text),
                )  # fmt: skip
            except _library.Refusal as refusal:
                if number.value <= capacity:
                    raise BulkheadError(str(refusal)) from refusal
                capacity = number.value
                continue
            return cls._of(legs[: number.value].copy(), symbols.value.split("\n"), account)

    def _set(self, legs: NDArray[Any], symbols: list[str]) -> None:
        self._symbols = symbols
        self._legs = merged(legs, symbols)

    def _account(
        self, name: str, settlement: Settlement | None, currency: str | None, entry_fee: Exact, exit_fee: Exact,
        fill: Fill,
    ) -> None:  # fmt: skip
        if settlement not in SETTLEMENTS:
            raise BulkheadError(f"settlement: found {settlement!r}, wanted 'quote', 'coin' or None")
        if fill not in FILLS:
            raise BulkheadError(f"fill: found {fill!r}, wanted {', '.join(FILLS)}")
        for text in (name, currency or ""):
            if "\n" in text:
                raise BulkheadError(f"found {text!r}, wanted a name on one line")
        self._terms: dict[str, Any] = {
            "name": name, "settlement": settlement, "currency": currency, "fill": fill,
            "entry_fee": decimal(count(entry_fee, "entry_fee")), "exit_fee": decimal(count(exit_fee, "exit_fee")),
        }  # fmt: skip

    @property
    def name(self) -> str:
        """What reports call it; empty for none."""
        return str(self._terms["name"])

    def _keys(self) -> list[tuple[Any, ...]]:
        return [(*key, int(leg["quantity"])) for key, leg in zip(keys(self._legs, self._symbols), self._legs)]

    def _names(self) -> list[dict[str, str]]:
        book = Book([self], None)
        rows, message = _library.call_for_rows("names", book.pointer, guess=256 * len(self._legs) + 4096)
        if message:
            raise _library.row_error(message)
        return rows
