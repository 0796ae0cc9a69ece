"""Quotes: what a table of them may be, how its rows are read, and how a chain shows them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple, Union

import numpy as np
from numpy.typing import NDArray

from . import _library
from .errors import BulkheadError
from .exact import Expiry, count, decimal

#: Quotes: rows, or columns: a dictionary of arrays, or a pandas DataFrame.
Quotes = Union[Sequence[Mapping[str, Any]], Mapping[str, Any], Any]


class Quote(NamedTuple):
    """An option as a chain quotes it; None for what is not quoted.

    Attributes:
        strike: In quote currency.
        bid, ask, mark: In the chain's unit.
        implied_vol: The quote's own, a fraction a year.
    """

    instrument: str
    kind: Literal["call", "put"]
    expiry: Expiry
    strike: Decimal
    bid: Decimal | None
    ask: Decimal | None
    mark: Decimal | None
    implied_vol: float | None


class Rejected(NamedTuple):
    """A row of the quotes that is not used, counted from 0, and why."""

    row: int
    instrument: str
    reason: str


def table_rows(quotes: Quotes) -> list[Mapping[str, Any]]:
    """Quotes as rows: a DataFrame and a dictionary are columns."""
    frame: Any = quotes
    if isinstance(quotes, Mapping):
        columns: Mapping[str, Any] = quotes
    elif hasattr(frame, "columns") and hasattr(frame, "__getitem__"):
        columns = {str(name): frame[name] for name in frame.columns}
    elif isinstance(quotes, Iterable):
        found = list(quotes)
        for row in found:
            if not isinstance(row, Mapping):
                raise TypeError(f"quotes: found a row {row!r}, wanted a dictionary")
        return found
    else:
        raise TypeError(f"quotes: found {type(quotes).__name__}, wanted rows, a dictionary of columns or a DataFrame")
    lists = {name: list(column) for name, column in columns.items()}
    if len({len(column) for column in lists.values()}) > 1:
        raise BulkheadError("quotes: found columns of different lengths, wanted one row each")
    return [dict(zip(lists, cells)) for cells in zip(*lists.values())]


def _is_none(value: object) -> bool:
    """An empty cell; pandas marks it by not-a-number, or by a value that is not even equal to itself."""
    if value is None or (isinstance(value, str) and value == ""):
        return True
    return isinstance(value, (float, np.floating)) and bool(np.isnan(value)) or type(value).__name__ == "NAType"


def _vol(value: Any) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = np.nan
    if not 0 < found <= 100:
        raise BulkheadError(f"implied_vol: found {value!r}, wanted a volatility above 0, as a fraction (0.5 is 50 %)")
    return found


def price_of(stated: Any) -> Decimal | None:
    """The price of a record's field."""
    return None if stated == _library.NONE else decimal(int(stated))


def read(rows: Sequence[Mapping[str, Any]], symbol: str) -> tuple[NDArray[Any], list[int], list[str], list[Rejected]]:
    """Reads quotes of one underlying: records, the row and the name of each, and the rows that cannot be read."""
    for place, row in enumerate(rows):
        if "instrument" not in row:
            raise BulkheadError(f"quotes: found no 'instrument' in row {place}, wanted a name in each")
    contracts, reasons, symbols = instruments([str(row["instrument"]) for row in rows])
    quotes = np.zeros(len(rows), _library.QUOTE)
    used: list[int] = []
    unread: list[Rejected] = []
    for place, row in enumerate(rows):
        contract = contracts[place]
        try:
            if place in reasons:
                raise BulkheadError(reasons[place])
            if contract["kind"] > 1:
                raise BulkheadError("found no option, wanted an option's name")
            if symbols[contract["underlying"]] != symbol:
                raise BulkheadError(f"found underlying {symbols[contract['underlying']]}, wanted {symbol}")
            quote = quotes[len(used)]
            for name in ("kind", "flags", "expiry_day", "expiry_time", "strike", "multiplier"):
                quote[name] = contract[name]
            for name in ("bid", "ask", "mark"):
                value: Any = row.get(name)
                quote[name] = _library.NONE if _is_none(value) else count(value, name)
            vol = row.get("implied_vol")
            quote["implied_volatility"] = np.nan if _is_none(vol) else _vol(vol)
            used.append(place)
        except BulkheadError as error:
            unread.append(Rejected(place, str(row["instrument"]), str(error)))
    return quotes[: len(used)].copy(), used, [str(rows[place]["instrument"]) for place in used], unread


def instruments(names: Sequence[str]) -> tuple[NDArray[Any], dict[int, str], list[str]]:
    """Reads instrument names: their contracts as legs of one, the reasons of those that are none, and the symbols."""
    legs = np.zeros(len(names), _library.LEG)
    if not names:
        return legs, {}, []
    status = np.zeros(len(names), np.uint8)
    number = ctypes.c_int64()
    # A name with a line feed is none, and must not become two.
    text = "\n".join(name.replace("\n", "?") for name in names)
    symbols = _library.TextBuffer(64 + 32 * len(names))
    rows, _ = _library.call_for_rows(
        "parse_instruments", _library.Bytes.of(text), legs.ctypes.data, len(names), ctypes.addressof(number),
        status.ctypes.data, ctypes.byref(symbols.text), guess=256 * len(names) + 4096,
    )  # fmt: skip
    if number.value != len(names):
        raise RuntimeError(f"found {number.value} contracts for {len(names)} names, wanted one each")
    return legs, {int(row["place"]): row["reason"] for row in rows}, symbols.value.split("\n")
