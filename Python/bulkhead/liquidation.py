"""At which prices an isolated position is liquidated before its expiry."""

from __future__ import annotations

import ctypes
import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from typing import Union, overload

import numpy as np

from . import _library
from .book import Book
from .chain import Chain
from .errors import BulkheadError
from .exact import Exact, count, digits
from .policies import PolicyLike, policy_pointer
from .strategy import Strategy

_STATUSES = ("ok", "none", "already_outside")
_CERTIFICATES = ("cash_rule", "no_sign_change", "expiry", "root_count", "inflections", "walked", "uncertified")


@dataclasses.dataclass(frozen=True)
class Tiers:
    """A requirement on the notional of perpetuals and futures: pairs of a notional and the rate from it on.

    ``Tiers([(0, "0.004"), (50000, "0.005")])``; `short_options` have a notional too where that is said.
    """

    tiers: Sequence[tuple[Exact, Exact]]
    short_options: bool = False


#: The requirement that keeps a position open: ``"none"``, ``"margin=50%"`` of the deposit, ``"spot=7.5%"`` of the
#: underlying for each short option (``+mark`` its mark on top, ``,cash`` compared with cash), or tiers.
Maintenance = Union[str, Tiers]


@dataclasses.dataclass(frozen=True)
class Liquidation:
    """Every price at which a position is liquidated, at one moment.

    Attributes:
        days: Calendar days forward.
        status: ``"ok"``: the present spot is safe and there are prices that are not; ``"none"``: no price liquidates;
            ``"already_outside"``: the present spot does.
        bands: Stretches of prices that liquidate, ends not included, ascending; 0 and infinity where there is no end.
        lower, upper: The ends of the safe corridor around spot; 0 and infinity where it has none.
        certificate: Why those are all: ``cash_rule``, ``no_sign_change``, ``expiry``, ``root_count``,
            ``inflections`` are proofs; ``walked`` is a search down to the resolution; ``uncertified`` proves nothing.
        deposit, cash: What was brought, and what is left of it once premium and fees are paid.
        maintenance: The requirement's name.
    """

    days: float
    status: str
    bands: tuple[tuple[float, float], ...]
    lower: float
    upper: float
    certificate: str
    deposit: Decimal
    cash: Decimal
    maintenance: str
    currency: str
    spot: float

    @property
    def is_proved(self) -> bool:
        """True where the bands are known to be all of them."""
        return self.certificate not in ("walked", "uncertified")


@overload
def liquidation(
    strategy: Strategy, chain: Chain, *, maintenance: Maintenance = ..., deposit: Exact | None = ...,
    vol: float | None = ..., days: float = ..., policy: PolicyLike | None = ...,
) -> Liquidation: ...  # fmt: skip
@overload
def liquidation(
    strategy: Strategy, chain: Chain, *, days: Sequence[float], maintenance: Maintenance = ...,
    deposit: Exact | None = ..., vol: float | None = ..., policy: PolicyLike | None = ...,
) -> list[Liquidation]: ...  # fmt: skip
def liquidation(
    strategy: Strategy, chain: Chain, *, maintenance: Maintenance = "none", deposit: Exact | None = None,
    vol: float | None = None, days: float | Sequence[float] = 0.0, policy: PolicyLike | None = None,
) -> Liquidation | list[Liquidation]:  # fmt: skip
    """Finds every price that liquidates, with the reason why there are no others.

    The box holds a deposit, pays premium and fees from it, and is liquidated where cash and the value of its legs fall
    below the requirement.

    Args:
        maintenance: The requirement. Venues' own rules read rulebooks and are the program's alone.
        deposit: What the holder brings, settlement currency; None is the margin, where the loss is bounded.
        vol: One volatility for all options, a fraction, for which the chain needs no quotes; None is each one's own.
        days: Calendar days forward; a list gives a list.

    Raises:
        BulkheadError: Without a deposit, a margin that is no number (an unbounded loss, several expiries and no
            policy); an option that the chain has no volatility for, and no `vol`; a requirement that there is not.

    >>> chain = Chain("BTC", "2025-12-05T01:10:52Z", 92529)
    >>> spread = Strategy.parse("-1P90000=1200 +1P85000=400 @26DEC25")
    >>> box = liquidation(spread, chain, vol=0.45, deposit=3000, maintenance="spot=1%")
    >>> box.status, round(box.lower, 2), box.certificate, box.is_proved
    ('ok', 85874.83, 'root_count', True)
    """
    stated = _maintenance(maintenance)
    at = np.asarray(days, dtype=np.float64, order="C")
    if at.ndim > 1:
        raise BulkheadError(f"days: found {at.ndim} dimensions, wanted one number or a list")
    moments = at.reshape(-1)
    book = Book([strategy], chain)
    answers = np.zeros(len(moments), _library.DAY)
    capacity = 8 * max(len(moments), 1)
    while True:
        bands = np.zeros(capacity, _library.BAND)
        number = ctypes.c_int64()
        try:
            rows, _ = _library.call_for_rows(
                "liquidation", book.pointer, policy_pointer(policy), ctypes.byref(stated[0]),
                _library.Bytes.of("" if deposit is None else digits(deposit, "deposit")),
                np.nan if vol is None else float(vol), _library.pointer(moments), len(moments),
                _library.pointer(answers), _library.pointer(bands), capacity, ctypes.addressof(number),
            )  # fmt: skip
        except BulkheadError:
            if number.value <= capacity:
                raise
            capacity = number.value
            continue
        break
    row = rows[0]
    found = [
        Liquidation(
            days=float(moment), status=_STATUSES[answer["status"]],
            bands=tuple(
                (float(band["lower"]), float(band["upper"])) for band in bands[: number.value] if band["day"] == place
            ),
            lower=float(answer["lower"]), upper=float(answer["upper"]),
            certificate=_CERTIFICATES[answer["certificate"]], deposit=Decimal(row["deposit"]),
            cash=Decimal(row["cash"]),
            maintenance=row["maintenance"], currency=row["currency"], spot=float(row["spot"]),
        )
        for place, (moment, answer) in enumerate(zip(moments, answers))
    ]  # fmt: skip
    return found[0] if at.ndim == 0 else found


def _maintenance(stated: Maintenance) -> tuple[_library.Maintenance, object]:
    """The requirement as the library takes it, and the memory that keeps it."""
    if isinstance(stated, Tiers):
        tiers = np.zeros(len(stated.tiers), _library.TIER)
        tiers["notional"] = [count(notional, "notional") for notional, _ in stated.tiers]
        tiers["rate"] = [count(rate, "rate") for _, rate in stated.tiers]
        return (
            _library.Maintenance(3, 0, 0, int(stated.short_options), 0, tiers.ctypes.data, len(tiers)), tiers
        )  # fmt: skip
    word, _, rest = stated.partition("=")
    if stated == "none":
        return _library.Maintenance(0), None
    is_of_cash = word == "spot" and rest.endswith(",cash")
    rest = rest.removesuffix(",cash") if is_of_cash else rest
    has_marks = word == "spot" and rest.endswith("+mark")
    rest = rest.removesuffix("+mark") if has_marks else rest
    if word not in ("margin", "spot") or not rest:
        raise BulkheadError(
            f"maintenance: found {stated!r}, wanted none, margin=SHARE, spot=SHARE, spot=SHARE+mark, "
            "spot=SHARE+mark,cash, or Tiers"
        )
    # A percentage is exact: two decimals further to the right.
    share = count(rest.removesuffix("%"), "maintenance")
    if rest.endswith("%"):
        share, remainder = divmod(share, 100)
        if remainder:
            raise BulkheadError(f"maintenance: found {stated!r}, wanted a share of at most 8 decimals")
    return _library.Maintenance(1 if word == "margin" else 2, int(has_marks), int(is_of_cash), 0, share), None
