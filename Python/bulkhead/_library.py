"""The Swift library behind its C interface: layouts as in ``bulkhead.h``, and one way to call."""

from __future__ import annotations

import ctypes
import os
import pathlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import BulkheadError, RowError

ABI_VERSION = 2
NONE = -(2**63)

OK, ROWS, BAD_ARGUMENT, REFUSED, TOO_SMALL = range(5)

LEG = np.dtype(
    [
        ("kind", "i4"), ("underlying", "i4"), ("quote_currency", "i4"), ("flags", "i4"),
        ("expiry_day", "i4"), ("expiry_time", "i4"),
        ("strike", "i8"), ("payout", "i8"), ("multiplier", "i8"), ("quantity", "i8"), ("price", "i8"), ("fee", "i8"),
    ],
    align=True,
)  # fmt: skip
ACCOUNT = np.dtype(
    [
        ("settlement", "i4"), ("fill", "i4"), ("currency", "i4"), ("name", "i4"),
        ("entry_fee", "i8"), ("exit_fee", "i8"),
    ],
    align=True,
)  # fmt: skip
QUOTE = np.dtype(
    [
        ("kind", "i4"), ("flags", "i4"), ("expiry_day", "i4"), ("expiry_time", "i4"),
        ("strike", "i8"), ("multiplier", "i8"), ("bid", "i8"), ("ask", "i8"), ("mark", "i8"),
        ("implied_volatility", "f8"),
    ],
    align=True,
)  # fmt: skip
DATED = np.dtype([("day", "i4"), ("reserved", "i4"), ("amount", "i8")], align=True)
TIER = np.dtype([("notional", "i8"), ("rate", "i8")], align=True)
BAND = np.dtype([("day", "i8"), ("lower", "f8"), ("upper", "f8")], align=True)
DAY = np.dtype([("status", "i4"), ("certificate", "i4"), ("lower", "f8"), ("upper", "f8")], align=True)
EXPIRY = np.dtype(
    [("day", "i4"), ("time", "i4"), ("years", "f8"), ("forward", "f8"), ("rate", "f8"), ("dividend_yield", "f8")],
    align=True,
)


class Bytes(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_char_p), ("length", ctypes.c_int64)]

    @classmethod
    def of(cls, text: str) -> Bytes:
        data = text.encode()
        return cls(data, len(data))


class Text(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_void_p), ("capacity", ctypes.c_int64), ("length", ctypes.c_int64)]


class Column(ctypes.Structure):
    _fields_ = [("values", ctypes.c_void_p), ("stride", ctypes.c_int64)]


class Options(ctypes.Structure):
    _fields_ = [("count", ctypes.c_int64)] + [
        (name, Column) for name in ("sign", "spot", "strike", "years", "given", "rate", "dividend_yield")
    ]


class Market(ctypes.Structure):
    _fields_ = [
        ("as_of", ctypes.c_int64),
        ("symbol", Bytes),
        ("quote_currency", Bytes),
        ("spot", ctypes.c_int64),
        ("tick_size", ctypes.c_int64),
        ("option_multiplier", ctypes.c_int64),
        ("quoted_in", ctypes.c_int32),
        ("reserved", ctypes.c_int32),
        ("rate", ctypes.c_double),
        ("dividend_yield", ctypes.c_double),
        ("coin_rate", ctypes.c_double),
        ("forwards", ctypes.c_void_p),
        ("forward_count", ctypes.c_int64),
        ("dividends", ctypes.c_void_p),
        ("dividend_count", ctypes.c_int64),
        ("quotes", ctypes.c_void_p),
        ("quote_count", ctypes.c_int64),
    ]


class Book(ctypes.Structure):
    _fields_ = [
        ("legs", ctypes.c_void_p),
        ("leg_count", ctypes.c_int64),
        ("starts", ctypes.c_void_p),
        ("accounts", ctypes.c_void_p),
        ("strategy_count", ctypes.c_int64),
        ("symbols", Bytes),
        ("market", ctypes.POINTER(Market)),
    ]


class Policy(ctypes.Structure):
    _fields_ = [
        ("kind", ctypes.c_int32),
        ("sharing", ctypes.c_int32),
        ("low", ctypes.c_double),
        ("high", ctypes.c_double),
        ("forward_band", ctypes.c_int64),
    ]


class Grid(ctypes.Structure):
    _fields_ = [
        ("spot_shifts", ctypes.c_void_p),
        ("spot_count", ctypes.c_int64),
        ("volatility_shifts", ctypes.c_void_p),
        ("volatility_count", ctypes.c_int64),
        ("days", ctypes.c_void_p),
        ("day_count", ctypes.c_int64),
        ("skew_shift", ctypes.c_double),
        ("curvature_shift", ctypes.c_double),
        ("is_volatility_relative", ctypes.c_int32),
        ("is_sticky_delta", ctypes.c_int32),
    ]


class Maintenance(ctypes.Structure):
    _fields_ = [
        ("kind", ctypes.c_int32),
        ("has_marks", ctypes.c_int32),
        ("is_of_cash", ctypes.c_int32),
        ("has_options", ctypes.c_int32),
        ("share", ctypes.c_int64),
        ("tiers", ctypes.c_void_p),
        ("tier_count", ctypes.c_int64),
    ]


class Budget(ctypes.Structure):
    _fields_ = [
        ("budget", Bytes),
        ("portfolio", Bytes),
        ("fee_per_lot", Bytes),
        ("fee_minimum", Bytes),
        ("fee_cap", Bytes),
        ("max_lots", ctypes.c_int64),
    ]


class Terms(ctypes.Structure):
    _fields_ = [
        ("symbol", Bytes),
        ("quote_currency", Bytes),
        ("multiplier", ctypes.c_int64),
        ("flags", ctypes.c_int32),
        ("expiry_time", ctypes.c_int32),
    ]


class Structure(ctypes.Structure):
    _fields_ = [
        ("name", Bytes),
        ("expiry_days", ctypes.c_void_p),
        ("expiry_times", ctypes.c_void_p),
        ("expiry_count", ctypes.c_int64),
        ("places", ctypes.c_void_p),
        ("place_count", ctypes.c_int64),
        ("center", ctypes.c_int64),
        ("deltas", ctypes.c_void_p),
        ("delta_count", ctypes.c_int64),
        ("quantity", ctypes.c_int64),
        ("hedge", ctypes.c_int64),
        ("settlement", ctypes.c_int32),
        ("reserved", ctypes.c_int32),
    ]


_TEXT = ctypes.POINTER(Text)
_POINTER = ctypes.c_void_p
_COUNT = ctypes.c_int64

# What each function takes, the message left out; all return an int32.
_SIGNATURES: dict[str, list[Any]] = {
    "price": [ctypes.POINTER(Options), ctypes.c_int32, ctypes.c_double, _POINTER, _POINTER, _POINTER],
    "implied_volatility": [ctypes.POINTER(Options), ctypes.c_double, _POINTER, _POINTER],
    "margin": [ctypes.POINTER(Book), ctypes.POINTER(Policy), _POINTER, _POINTER, _POINTER, _TEXT],
    "requirements": [ctypes.POINTER(Book), ctypes.POINTER(Policy), Bytes, _TEXT],
    "proofs": [ctypes.POINTER(Book), ctypes.POINTER(Policy), _TEXT],
    "payoff": [ctypes.POINTER(Book), _POINTER, _COUNT, _POINTER],
    "stress": [ctypes.POINTER(Book), ctypes.POINTER(Policy), ctypes.POINTER(Grid), _POINTER, _POINTER, _TEXT],
    "value": [ctypes.POINTER(Book), _POINTER, _POINTER],
    "liquidation": [
        ctypes.POINTER(Book), ctypes.POINTER(Policy), ctypes.POINTER(Maintenance), Bytes, ctypes.c_double, _POINTER,
        _COUNT, _POINTER, _POINTER, _COUNT, _POINTER, _TEXT,
    ],
    "size": [ctypes.POINTER(Book), ctypes.POINTER(Policy), ctypes.POINTER(Budget), _POINTER, _TEXT],
    "parse_legs": [ctypes.POINTER(Market), ctypes.POINTER(Terms), Bytes, _POINTER, _COUNT, _POINTER, _TEXT],
    "parse_instruments": [Bytes, _POINTER, _COUNT, _POINTER, _POINTER, _TEXT, _TEXT],
    "build_structure": [
        ctypes.POINTER(Market), ctypes.POINTER(Terms), ctypes.POINTER(Structure), _POINTER, _COUNT, _POINTER, _TEXT,
    ],
    "names": [ctypes.POINTER(Book), _TEXT],
    "catalogue": [_TEXT],
    "parse_expiries": [Bytes, _POINTER, _POINTER, _COUNT, _POINTER],
    "parse_instant": [Bytes, _POINTER],
    "chain": [ctypes.POINTER(Market), _POINTER, _COUNT, _POINTER, _TEXT],
    "smile": [ctypes.POINTER(Market), ctypes.c_int32, ctypes.c_int32, _POINTER, _COUNT, _POINTER],
}  # fmt: skip


def _load() -> ctypes.CDLL:
    """Opens the library: the one in the package, or the one that ``BULKHEAD_LIBRARY`` names (for work on it)."""
    path = os.environ.get("BULKHEAD_LIBRARY") or str(pathlib.Path(__file__).resolve().parent / "libbulkheadc.so")
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(
            f"bulkhead: found no library at {path} ({error}), wanted the package installed by 'pip install ./Python', "
            "or BULKHEAD_LIBRARY to name one that 'swift build -c release --product bulkheadc' made"
        ) from error
    library.bulkhead_abi_version.restype = ctypes.c_int32
    found = library.bulkhead_abi_version()
    if found != ABI_VERSION:
        raise ImportError(f"bulkhead: found version {found} of the interface in {path}, wanted {ABI_VERSION}")
    for name, arguments in _SIGNATURES.items():
        try:
            function = getattr(library, f"bulkhead_{name}")
        except AttributeError:
            raise ImportError(
                f"bulkhead: found no bulkhead_{name} in {path}, wanted a library of these sources"
            ) from None
        function.argtypes = [*arguments, _TEXT]
        function.restype = ctypes.c_int32
    return library


# ``CDLL`` frees the interpreter's lock for as long as a function works.
_library = _load()


class TextBuffer:
    """Memory that the library writes text into."""

    def __init__(self, capacity: int) -> None:
        self._bytes = ctypes.create_string_buffer(max(capacity, 1))
        self.text = Text(ctypes.addressof(self._bytes), capacity, 0)

    @property
    def needed(self) -> int:
        return int(self.text.length)

    @property
    def value(self) -> str:
        return self._bytes.raw[: min(self.text.length, self.text.capacity)].decode(errors="replace")

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows behind the header, by its names."""
        lines = [line.split("\x1f") for line in self.value.split("\x1e")[:-1]]
        return [dict(zip(lines[0], line)) for line in lines[1:]]


def pointer(array: NDArray[Any] | None) -> int | None:
    """The address of an array's memory; none for an array that is not wanted."""
    return None if array is None else array.ctypes.data


class Refusal(Exception):
    """A buffer was too small; the caller asks again with more."""


def call(name: str, *arguments: Any) -> str:
    """Calls a function; gives what it says of rows without an answer, empty where there are none.

    Raises:
        Refusal: A buffer is too small.
        BulkheadError: The call or its input as a whole is refused.
    """
    message = TextBuffer(2000)
    code = getattr(_library, f"bulkhead_{name}")(*arguments, ctypes.byref(message.text))
    if code == TOO_SMALL:
        raise Refusal(message.value)
    if code not in (OK, ROWS):
        raise BulkheadError(message.value)
    return message.value


def row_error(message: str) -> RowError:
    """The error of a message ``row 3: reason``."""
    head, _, reason = message.partition(": ")
    return RowError(int(head.removeprefix("row ")), reason)


def call_for_rows(name: str, *arguments: Any, guess: int = 4096) -> tuple[list[dict[str, str]], str]:
    """Calls a function whose last argument before the message is rows of text; gives rows and message.

    The text is asked for again where the first guess of its length was too short.
    """
    while True:
        buffer = TextBuffer(guess)
        try:
            message = call(name, *arguments, ctypes.byref(buffer.text))
        except Refusal as refusal:
            if buffer.needed <= guess:
                raise BulkheadError(str(refusal)) from refusal
            guess = buffer.needed
            continue
        return buffer.rows, message
