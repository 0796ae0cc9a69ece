"""What a caller decides: what is done with several expiries, and with a strategy that is none."""

from __future__ import annotations

import ctypes
import dataclasses
from collections.abc import Sequence
from typing import Literal, Union

from . import _library
from .errors import BulkheadError
from .exact import Exact, count
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


def listed_strategies(strategies: Strategy | Sequence[Strategy]) -> tuple[list[Strategy], bool]:
    return ([strategies], True) if isinstance(strategies, Strategy) else (list(strategies), False)


def raise_row(message: str, errors: str) -> None:
    if errors not in ("raise", "return"):
        raise BulkheadError(f"errors: found {errors!r}, wanted 'raise' or 'return'")
    if message and errors == "raise":
        raise _library.row_error(message)
