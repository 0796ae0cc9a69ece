"""Strategies as the library takes them."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _library
from .chain import Chain
from .exact import count
from .legs import SETTLEMENTS

if TYPE_CHECKING:
    from .strategy import Strategy

FILLS = ("worst", "mid", "mark")
FEES = ("entry_fee", "exit_fee")


class Book:
    """Strategies as the library takes them, and the memory that keeps them."""

    def __init__(self, strategies: Sequence[Strategy], chain: Chain | None) -> None:
        symbols: dict[str, int] = {}

        def place(name: str) -> int:
            return symbols.setdefault(name, len(symbols))

        # Here and not above: a strategy is itself told in a book, where it asks for the names of its legs.
        from .strategy import Strategy

        parts = []
        for strategy in strategies:
            if not isinstance(strategy, Strategy):
                raise TypeError(f"found {type(strategy).__name__}, wanted a Strategy")
            legs = strategy._legs.copy()
            for name in ("underlying", "quote_currency"):
                legs[name] = [-1 if old < 0 else place(strategy._symbols[old]) for old in legs[name].tolist()]
            parts.append(legs)
        self._legs = np.concatenate([np.zeros(0, _library.LEG), *parts])
        self._starts = np.cumsum([0, *(len(part) for part in parts)], dtype=np.int64)
        self._accounts = np.zeros(len(strategies), _library.ACCOUNT)
        for record, strategy in zip(self._accounts, strategies):
            terms = strategy._terms
            record["settlement"] = SETTLEMENTS[terms["settlement"]]
            record["fill"] = FILLS.index(terms["fill"])
            record["currency"] = -1 if terms["currency"] is None else place(terms["currency"])
            record["name"] = -1 if not terms["name"] else place(terms["name"])
            for key in FEES:
                record[key] = count(terms[key], key)
        self.count = len(strategies)
        self._chain = chain
        self._book = _library.Book(
            self._legs.ctypes.data, len(self._legs), self._starts.ctypes.data, self._accounts.ctypes.data, self.count,
            _library.Bytes.of("\n".join(symbols)), ctypes.pointer(chain._market) if chain is not None else None,
        )  # fmt: skip

    @property
    def pointer(self) -> Any:
        return ctypes.byref(self._book)
