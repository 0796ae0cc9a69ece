"""The market of one underlying: its spot, rates and forwards, and the quotes of its options."""

from __future__ import annotations

import csv
import ctypes
import datetime
import os
import pathlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library, _yaml
from .errors import BulkheadError
from .exact import Exact, Expiry, ExpiryLike, count, decimal, expiry, instant
from .quotes import Quote, Quotes, Rejected, price_of, read, table_rows

Settlement = Literal["quote", "coin"]


class ChainExpiry(NamedTuple):
    """An expiry of a chain, and what its options are valued with.

    ``price(kind, chain.spot, strike, years, vol, rate, dividend_yield)`` is an option's value in quote currency.
    """

    expiry: Expiry
    years: float
    forward: float
    rate: float
    dividend_yield: float


class Chain:
    """The market of one underlying at one moment.

    Args:
        symbol: Such as ``"BTC"``.
        as_of: The moment of the quotes: ``"2025-12-05T01:10:52Z"``, or a datetime with a time zone.
        spot: In quote currency, above 0; at most 8 decimals, and its digits are kept.
        quotes: ``instrument`` (a Deribit or OSI name) and, each optional, ``bid``, ``ask``, ``mark`` (in the chain's
            unit; empty, None or not-a-number for none) and ``implied_vol`` (a fraction): rows, or columns (a dictionary
            of arrays, a pandas DataFrame). A row that cannot be used is set aside, see :attr:`rejected`.
        quoted_in: The unit of the chain's prices: ``"coin"`` on Deribit's coin options, else ``"quote"``.
        rate: Of the quote currency, continuously compounded, a year.
        dividend_yield: A year; or `dividends` in its place, pairs of a date and an amount.
        coin_rate: The coin's own rate, where the chain is quoted in coin.
        forwards: Stated forwards by expiry; others come from put-call parity, else from rate and dividends.
        quote_currency: Of spot and strikes.
        tick_size: The finest step of prices.
        multiplier: Units of the underlying in an option, where a leg is given without an instrument's name.

    >>> chain = Chain("BTC", "2025-12-05T01:10:52Z", "92529.80714286", quoted_in="coin", quotes=[
    ...     {"instrument": "BTC-26DEC25-92000-C", "bid": "0.0480", "ask": "0.0485", "implied_vol": 0.46},
    ...     {"instrument": "BTC-26DEC25-92000-P", "bid": "0.0400", "ask": "0.0405", "implied_vol": 0.46},
    ... ])
    >>> [str(item.expiry) for item in chain.expiries], float(chain.vol(92000, "26DEC25"))
    (['2025-12-26'], 0.46)
    """

    def __init__(
        self, symbol: str, as_of: str | datetime.datetime, spot: Exact, quotes: Quotes = (), *,
        quoted_in: Settlement = "quote", rate: float = 0.0, dividend_yield: float | None = None,
        dividends: Sequence[tuple[ExpiryLike, Exact]] | None = None, coin_rate: float = 0.0,
        forwards: Mapping[str, Exact] | None = None, quote_currency: str = "USD", tick_size: Exact | None = None,
        multiplier: Exact = 1,
    ) -> None:  # fmt: skip
        if quoted_in not in ("quote", "coin"):
            raise BulkheadError(f"quoted_in: found {quoted_in!r}, wanted 'quote' or 'coin'")
        if dividends is not None and dividend_yield is not None:
            raise BulkheadError("found dividends beside dividend_yield, wanted one of them")
        self.symbol = symbol
        self.quote_currency = quote_currency
        self.as_of = instant(as_of)
        self._spot = count(spot, "spot")
        self.quoted_in = quoted_in
        self.rate = float(rate)
        self.coin_rate = float(coin_rate)
        self._forwards = _dated([(expiry(day), amount) for day, amount in (forwards or {}).items()], "forward")
        self._dividends = _dated([(expiry(day), amount) for day, amount in dividends or ()], "dividend")
        # A yield of 0 that is stated says that nothing is paid, one that is left out says nothing; the library takes no
        # dividends at all for the former.
        self._pays_nothing = dividend_yield is not None and float(dividend_yield) == 0.0
        self.dividend_yield = None if dividends is not None else float(dividend_yield or 0.0)
        self._quotes, self._places, self._names, self._unread = read(table_rows(quotes), symbol)
        self._tick_size = 0 if tick_size is None else count(tick_size, "tick_size")
        self._multiplier = count(multiplier, "multiplier")
        self._bind()
        self._find_expiries()

    @classmethod
    def read_csv(
        cls, path: str | os.PathLike[str], symbol: str, as_of: str | datetime.datetime, spot: Exact, **terms: Any
    ) -> Chain:
        """Reads the quotes of a CSV with the columns ``instrument,bid,ask,mark,implied_vol``.

        Rows of other underlyings are set aside. `terms` are the keywords of :class:`Chain`.
        """
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = {"instrument", "bid", "ask", "mark", "implied_vol"} - set(reader.fieldnames or ())
            if missing:
                raise BulkheadError(f"{path}: found no column {', '.join(sorted(missing))}, wanted it")
            rows = list(reader)
        return cls(symbol, as_of, spot, rows, **terms)

    @classmethod
    def read(cls, path: str | os.PathLike[str], symbol: str | None = None) -> Chain:
        """Reads a market file as the program does: YAML with a quotes CSV beside it. Needs PyYAML.

        `symbol` chooses the underlying where the file has several. Fitted surfaces (``surface``) are the program's
        alone.
        """
        path = pathlib.Path(path)
        document = _yaml.mapping(path, "Chain.read", "; Chain.read_csv does without")
        blocks = document.get("underlyings")
        if not isinstance(blocks, dict) or not blocks:
            raise BulkheadError(f"{path}: found no mapping 'underlyings', wanted one")
        name = symbol or (next(iter(blocks)) if len(blocks) == 1 else None)
        if name is None or name not in blocks:
            raise BulkheadError(f"{path}: found {name or 'no symbol'}, wanted one of {', '.join(blocks)}")
        if not isinstance(blocks[name], dict):
            raise BulkheadError(f"{path}: {name}: found no mapping, wanted its spot and terms")
        block = {key: value for key, value in blocks[name].items() if value is not None}
        known = {
            "spot", "rate", "dividend_yield", "dividends", "coin_rate", "forwards", "quoted_in", "quotes", "tick_size",
            "currency", "multiplier",
        }  # fmt: skip
        unknown = sorted(set(block) - known)
        if unknown:
            raise BulkheadError(
                f"{path}: {name}: found the key {unknown[0]!r}, wanted one of {', '.join(sorted(known))}"
            )
        terms: dict[str, Any] = {
            key: float(block[key]) for key in ("rate", "dividend_yield", "coin_rate") if key in block
        }
        terms |= {key: block[key] for key in ("forwards", "quoted_in", "tick_size", "multiplier") if key in block}
        if "currency" in block:
            terms["quote_currency"] = block["currency"]
        if "dividends" in block:
            terms["dividends"] = [(item["date"], item["amount"]) for item in block["dividends"]]
        if "spot" not in block or document.get("as_of") is None:
            raise BulkheadError(f"{path}: found no {'as_of' if document.get('as_of') is None else 'spot'}, wanted it")
        quotes = block.get("quotes", document.get("quotes"))
        if quotes is None:
            return cls(name, document["as_of"], block["spot"], **terms)
        return cls.read_csv(path.parent / quotes, name, document["as_of"], block["spot"], **terms)

    # What is in it

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the addresses: a chain goes to another process and finds its memory there."""
        return {key: value for key, value in self.__dict__.items() if key != "_market"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._bind()

    @property
    def spot(self) -> float:
        """In quote currency."""
        return self._spot / 1e8

    @property
    def exact_spot(self) -> Decimal:
        """The same, digit by digit."""
        return decimal(self._spot)

    def vol(self, strike: ArrayLike, expiry_: ExpiryLike) -> NDArray[np.float64]:
        """Volatilities of strikes at an expiry, fractions a year; not-a-number where nothing is quoted.

        Between two quotes they are the library's, as every function that values on a chain takes them.

        >>> chain = Chain("BTC", "2025-12-05T01:10:52Z", 92529, quoted_in="coin", quotes=[
        ...     {"instrument": "BTC-26DEC25-90000-C", "implied_vol": 0.48},
        ...     {"instrument": "BTC-26DEC25-92000-C", "implied_vol": 0.46},
        ... ])
        >>> chain.vol([90000, 91000, 92000], "26DEC25").round(4)
        array([0.48  , 0.4701, 0.46  ])
        """
        day, time = expiry(expiry_)
        strikes = np.asarray(strike, dtype=np.float64, order="C")
        found = np.empty(strikes.shape)
        message = _library.call(
            "smile", self.pointer, day, time, _library.pointer(strikes), strikes.size, _library.pointer(found)
        )
        if message:
            raise _library.row_error(message)
        return found[()]

    def __len__(self) -> int:
        """The number of quotes that are used: the rows of :meth:`columns`."""
        return len(self._used)

    def __bool__(self) -> bool:
        """True, of a chain without quotes too: it has a spot and the terms of its contracts."""
        return True

    @property
    def quotes(self) -> list[Quote]:
        """The quotes that are used, in the order they came, prices digit by digit; :meth:`columns` has them as arrays.

        >>> chain = Chain("BTC", "2025-12-05T01:10:52Z", 92529, quoted_in="coin", quotes=[
        ...     {"instrument": "BTC-26DEC25-92000-C", "bid": "0.0480", "implied_vol": 0.46},
        ... ])
        >>> len(chain), chain.quotes[0].instrument, str(chain.quotes[0].bid), chain.quotes[0].ask
        (1, 'BTC-26DEC25-92000-C', '0.048', None)
        """
        return [
            Quote(
                instrument=self._names[place], kind="put" if row["kind"] else "call",
                expiry=Expiry(int(row["expiry_day"]), int(row["expiry_time"])), strike=decimal(int(row["strike"])),
                bid=price_of(row["bid"]), ask=price_of(row["ask"]), mark=price_of(row["mark"]),
                implied_vol=None if np.isnan(row["implied_volatility"]) else float(row["implied_volatility"]),
            )
            for place, row in zip(self._used, self._quotes[self._used])
        ]  # fmt: skip

    def columns(self) -> dict[str, NDArray[Any]]:
        """The quotes that are used, a row each in the order they came, for ``pandas.DataFrame(chain.columns())``.

        Prices are in the chain's unit and not-a-number where nothing is quoted; ``implied_vol`` is the quote's own, a
        fraction, and :meth:`vol` says what the library takes for it where it has none. ``years``, ``forward``, ``rate``
        and ``dividend_yield`` are those of the expiry, as :func:`price` wants them; ``expiry`` is its day.

        >>> chain = Chain("BTC", "2025-12-05T01:10:52Z", 92529, quoted_in="coin", quotes=[
        ...     {"instrument": "BTC-26DEC25-92000-C", "bid": "0.0480", "implied_vol": 0.46},
        ...     {"instrument": "BTC-26DEC25-90000-P", "ask": "0.0310", "implied_vol": 0.48},
        ... ])
        >>> columns = chain.columns()
        >>> columns["kind"].tolist(), columns["strike"].tolist(), columns["bid"].tolist()
        (['call', 'put'], [92000.0, 90000.0], [0.048, nan])
        """
        quotes = self._quotes[self._used]
        of_day = {(item.expiry.day, item.expiry.time): item for item in self.expiries}
        of_day |= {(item.expiry.day, -4): item for item in self.expiries}
        terms = [
            of_day.get((day, time)) or of_day.get((day, -4))
            for day, time in zip(quotes["expiry_day"].tolist(), quotes["expiry_time"].tolist())
        ]
        prices = {name: quotes[name] / 1e8 for name in ("bid", "ask", "mark")}
        for name, found in prices.items():
            found[quotes[name] == _library.NONE] = np.nan
        return {
            "instrument": np.array([self._names[place] for place in self._used], dtype=object),
            "kind": np.array(["call", "put"], dtype=object)[quotes["kind"]],
            "expiry": quotes["expiry_day"].astype("datetime64[D]"), "strike": quotes["strike"] / 1e8, **prices,
            "implied_vol": quotes["implied_volatility"].copy(),
        } | {
            name: np.array([np.nan if item is None else getattr(item, name) for item in terms], np.float64)
            for name in ("years", "forward", "rate", "dividend_yield")
        }  # fmt: skip

    def strikes(self, expiry_: ExpiryLike) -> NDArray[np.float64]:
        """The strikes that are quoted at an expiry, ascending; none where nothing is.

        >>> chain = Chain("BTC", "2025-12-05T01:10:52Z", 92529, quoted_in="coin", quotes=[
        ...     {"instrument": "BTC-26DEC25-92000-C", "bid": "0.0480", "implied_vol": 0.46},
        ... ])
        >>> chain.strikes("26DEC25"), chain.strikes("27DEC25")
        (array([92000.]), array([], dtype=float64))
        """
        day = expiry(expiry_).day
        quotes = self._quotes[self._used]
        return np.unique(quotes["strike"][quotes["expiry_day"] == day]) / 1e8

    @property
    def pointer(self) -> Any:
        """The chain as the library takes it."""
        return ctypes.byref(self._market)

    def __repr__(self) -> str:
        return f"Chain({self.symbol} at {self.exact_spot}, {len(self)} quotes of {len(self.expiries)} expiries)"

    # Reading

    def _bind(self) -> None:
        """Points the library's view of the chain at the memory that holds it."""
        self._market = _library.Market(
            as_of=self.as_of, symbol=_library.Bytes.of(self.symbol),
            quote_currency=_library.Bytes.of(self.quote_currency), spot=self._spot, tick_size=self._tick_size,
            option_multiplier=self._multiplier, quoted_in=int(self.quoted_in == "coin"), reserved=0, rate=self.rate,
            dividend_yield=np.nan if self.dividend_yield is None or self._pays_nothing else self.dividend_yield,
            coin_rate=self.coin_rate,
            forwards=self._forwards.ctypes.data, forward_count=len(self._forwards),
            dividends=self._dividends.ctypes.data, dividend_count=len(self._dividends),
            quotes=self._quotes.ctypes.data, quote_count=len(self._quotes),
        )  # fmt: skip

    def _find_expiries(self) -> None:
        found = np.zeros(max(len(self._quotes), 1), _library.EXPIRY)
        number = ctypes.c_int64()
        rows, _ = _library.call_for_rows(
            "chain", self.pointer, found.ctypes.data, len(found), ctypes.addressof(number)
        )  # fmt: skip
        self.expiries = [
            ChainExpiry(
                Expiry(int(item["day"]), int(item["time"])), float(item["years"]), float(item["forward"]),
                float(item["rate"]), float(item["dividend_yield"]),
            )
            for item in found[: number.value]
        ]  # fmt: skip
        aside = {int(row["quote"]) for row in rows}
        self._used = [place for place in range(len(self._quotes)) if place not in aside]
        refused = [Rejected(self._places[int(row["quote"])], row["instrument"], row["reason"]) for row in rows]
        #: The rows that are not used.
        self.rejected = sorted(self._unread + refused)


def _dated(items: Sequence[tuple[Expiry, Exact]], name: str) -> NDArray[Any]:
    array = np.zeros(len(items), _library.DATED)
    days = [day.day for day, _ in items]
    for day in days:
        if name == "forward" and days.count(day) > 1:
            raise BulkheadError(f"forwards: found {Expiry(day)} twice, wanted each expiry once")
    array["day"] = days
    array["amount"] = [count(amount, name) for _, amount in items]
    return array
