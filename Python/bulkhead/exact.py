"""Numbers and days as they cross the interface: digits stay digits, and no text becomes a float on its way."""

from __future__ import annotations

import ctypes
import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import NamedTuple, Union

import numpy as np

from . import _library
from .errors import BulkheadError

#: What an exact number may be given as. A float stands for its shortest digits: 0.1 is one tenth.
Exact = Union[int, float, str, Decimal, Fraction]

_SCALE = 100_000_000
_EPOCH = datetime.date(1970, 1, 1)


def count(value: Exact, name: str) -> int:
    """Gives an exact number as a count of 10**-8.

    Raises:
        TypeError: It is no number.
        BulkheadError: It has more than 8 decimals, is not finite, or is beyond 64 bits.

    >>> count("0.0485", "price"), count(92000, "strike")
    (4850000, 9200000000000)
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(
        value, (int, float, str, Decimal, Fraction, np.integer, np.floating)
    ):
        raise TypeError(f"{name}: found {value!r}, wanted a number or its digits")
    if isinstance(value, (int, np.integer)):
        scaled = Fraction(int(value)) * _SCALE
    elif isinstance(value, Fraction):
        scaled = value * _SCALE
    else:
        digits = float.__repr__(float(value)) if isinstance(value, (float, np.floating)) else str(value)
        try:
            decimal = Decimal(digits.strip())
        except InvalidOperation:
            raise BulkheadError(f"{name}: found {value!r}, wanted a plain decimal number") from None
        if not decimal.is_finite() or abs(decimal.adjusted()) > 40:
            raise BulkheadError(f"{name}: found {value!r}, wanted a finite number with at most 8 decimals")
        scaled = Fraction(decimal) * _SCALE
    if scaled.denominator != 1:
        raise BulkheadError(f"{name}: found {value!r}, wanted at most 8 decimals")
    if not -(2**63) < scaled.numerator < 2**63:
        raise BulkheadError(f"{name}: found {value!r}, wanted a number below 92 thousand million")
    return scaled.numerator


def decimal(value: int) -> Decimal:
    """The number of a count of 10**-8, without needless zeros."""
    sign, whole, rest = "-" if value < 0 else "", abs(value) // _SCALE, abs(value) % _SCALE
    return Decimal(f"{sign}{whole}.{rest:08d}".rstrip("0").rstrip("."))


def amount(text: str) -> Decimal | None:
    """The number of a cell; None for an empty one."""
    return Decimal(text) if text else None


def digits(value: Exact, name: str) -> str:
    """A plain decimal for a place where the library reads text."""
    return str(decimal(count(value, name)))


class Expiry(NamedTuple):
    """A day and the moment of it at which a contract expires.

    Attributes:
        day: Days since 1970-01-01.
        time: A second of the day in UTC, or -1 Deribit's 08:00 UTC, -2 the New York close, -3 the New York open, -4
            what the market has.
    """

    day: int
    time: int = -4

    @property
    def date(self) -> datetime.date:
        """The day as a date."""
        return _EPOCH + datetime.timedelta(days=self.day)

    def __str__(self) -> str:
        if self.time < 0:
            return self.date.isoformat()
        return f"{self.date.isoformat()}T{datetime.timedelta(seconds=self.time)!s:0>8}Z"


#: What an expiry may be given as: ``26DEC25``, ``2025-12-26``, ``2025-12-26T08:00:00Z``, a date (a datetime or a pandas
#: Timestamp at midnight without a time zone is one), or a moment with a time zone.
ExpiryLike = Union[str, Expiry, datetime.date, np.datetime64]


def expiry(value: ExpiryLike) -> Expiry:
    """Reads an expiry.

    >>> str(expiry("26DEC25")), expiry("2025-12-26").time, str(expiry(datetime.datetime(2025, 12, 26)))
    ('2025-12-26', -4, '2025-12-26')
    """
    if isinstance(value, Expiry):
        return value
    if isinstance(value, np.datetime64):
        # A month or a year names no day.
        if np.datetime_data(value.dtype)[0] in ("Y", "M", "W"):
            raise BulkheadError(f"expiry: found {value}, wanted a day")
        seconds = int(value.astype("datetime64[s]").astype(np.int64))
        # What lies below a second, no time at all among it, is not the same moment again.
        if np.isnat(value) or seconds % 86400 or np.datetime64(seconds, "s") != value:
            raise BulkheadError(f"expiry: found {value}, wanted a day")
        return Expiry(seconds // 86400)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            moment = value.astimezone(datetime.timezone.utc)
            if moment.microsecond:
                raise BulkheadError(f"expiry: found {value}, wanted a whole second")
            return Expiry((moment.date() - _EPOCH).days, moment.hour * 3600 + moment.minute * 60 + moment.second)
        if (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0):
            raise BulkheadError(f"expiry: found {value} without a time zone, wanted one, or a day alone")
        return Expiry((value.date() - _EPOCH).days)
    if isinstance(value, datetime.date):
        return Expiry((value - _EPOCH).days)
    if not isinstance(value, str):
        raise TypeError(f"expiry: found {value!r}, wanted a text such as 26DEC25, or a date")
    day, time, found = ctypes.c_int32(), ctypes.c_int32(), ctypes.c_int64()
    if "\n" in value:
        raise BulkheadError(f"expiry: found {value!r}, wanted one expiry")
    _library.call(
        "parse_expiries", _library.Bytes.of(value), ctypes.addressof(day), ctypes.addressof(time), 1,
        ctypes.addressof(found),
    )  # fmt: skip
    if found.value != 1:
        raise BulkheadError(f"expiry: found {value!r}, wanted one such as 26DEC25")
    return Expiry(day.value, time.value)


def instant(value: str | datetime.datetime) -> int:
    """Seconds since 1970 of a moment such as ``2025-12-05T01:10:52Z``, or of a datetime with a time zone.

    >>> instant("1970-01-02T00:00:01Z")
    86401
    """
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise BulkheadError(
                f"as_of: found {value!r} without a time zone, wanted one, such as datetime.timezone.utc"
            )
        return int(value.timestamp())
    if not isinstance(value, str):
        raise TypeError(f"as_of: found {value!r}, wanted a text such as 2025-12-05T01:10:52Z, or a datetime")
    seconds = ctypes.c_int64()
    _library.call("parse_instant", _library.Bytes.of(value), ctypes.addressof(seconds))
    return seconds.value
