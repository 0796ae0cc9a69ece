"""Maximum losses with what proves them, and the line that they are the least of: the P&L at expiry."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library
from .book import Book
from .chain import Chain
from .errors import BulkheadError
from .options import _output
from .policies import PolicyLike, policy_pointer, raise_row
from .strategy import Strategy


class Vertex(NamedTuple):
    """A place where a payoff bends: its coordinate, and the payoff from the left, at it, and from the right.

    The coordinate is the price in quote settlement, and one over the price in coin. None where there is no such side.
    """

    position: Fraction
    left: Fraction | None
    value: Fraction | None
    right: Fraction | None


@dataclasses.dataclass(frozen=True)
class Proof:
    """What proves a least payoff: a line between vertices is least at one of them, or at an end, or falls for ever.

    Attributes:
        underlying, expiry: Whose legs these are; the expiry only where each of several has its own proof.
        settlement: Decides the coordinate of :class:`Vertex`.
        least: The least payoff; None where there is none.
        binding_price: Where; None for infinity.
        attained: False for a limit.
        constant: What the payoff holds beside what the vertices show.
        slope_at_start, slope_at_end: Of the line before the second vertex, and beyond the last. Below zero at the
            end, the loss has no bound. None for a proof by a band of volatilities.
        vertices: Ascending, each strike among them.
    """

    underlying: str
    expiry: str
    settlement: str
    least: Fraction | None
    binding_price: Fraction | None
    attained: bool | None
    constant: Fraction | None
    slope_at_start: Fraction | None
    slope_at_end: Fraction | None
    vertices: tuple[Vertex, ...]


@dataclasses.dataclass(frozen=True)
class MaximumLoss:
    """The most a strategy can lose, or that there is no such amount, with its proofs.

    Attributes:
        loss: Entry cost + fees - least payoff, exact; None where it has no bound.
        tails: The directions in which it has none: ``"up"``, ``"down"``.
        policy: What the holder does until the end.
        entry_cost, fees: Exact.
        proofs: One for each underlying, and for each expiry that has its own.
    """

    loss: Fraction | None
    tails: tuple[str, ...]
    policy: str
    entry_cost: Fraction
    fees: Fraction
    proofs: tuple[Proof, ...]

    @property
    def is_bounded(self) -> bool:
        """True where there is an amount that cannot be exceeded."""
        return self.loss is not None


def maximum_loss(strategy: Strategy, chain: Chain | None = None, *, policy: PolicyLike | None = None) -> MaximumLoss:
    """Gives the maximum loss as an exact fraction, and what proves it.

    Args:
        strategy: Its prices stated, or filled from `chain`.
        policy: What is done with several expiries.

    Raises:
        RowError: The strategy is none; or it has several expiries and there is no policy.

    >>> spread = Strategy.parse("-1P90000=1200 +1P85000=400 @26DEC25")
    >>> answer = maximum_loss(spread)
    >>> answer.loss, answer.proofs[0].least, answer.proofs[0].binding_price, answer.proofs[0].attained
    (Fraction(4200, 1), Fraction(-5000, 1), Fraction(0, 1), True)
    >>> in_coin = Strategy.parse("-1P90000=0.01 +1P85000=0.004 @26DEC25", contracts="coin")
    >>> maximum_loss(in_coin).tails
    ('down',)
    """
    book = Book([strategy], chain)
    rows, message = _library.call_for_rows(
        "proofs", book.pointer, policy_pointer(policy), guess=4096 + 256 * len(strategy.legs)
    )
    raise_row(message, "raise")
    if not rows:
        raise BulkheadError("found no legs, wanted at least one")
    proofs = tuple(
        Proof(
            underlying=row["underlying"], expiry=row["expiry"], settlement=row["settlement"],
            least=_fraction(row["least"]), binding_price=_fraction(row["binding_price"]),
            attained=None if row["attained"] == "" else row["attained"] == "true", constant=_fraction(row["constant"]),
            slope_at_start=_fraction(row["slope_at_start"]), slope_at_end=_fraction(row["slope_at_end"]),
            vertices=tuple(_vertex(text) for text in row["vertices"].split(";") if text),
        )
        for row in rows
    )  # fmt: skip
    entry_cost, fees = Fraction(rows[0]["entry_cost"]), Fraction(rows[0]["fees"])
    tails = {"up" if proof.settlement == "quote" else "down" for proof in proofs if proof.least is None}
    least = sum((proof.least for proof in proofs if proof.least is not None), Fraction(0))
    return MaximumLoss(
        loss=None if tails else entry_cost + fees - least,
        tails=tuple(tail for tail in ("up", "down") if tail in tails),
        policy=rows[0]["policy"], entry_cost=entry_cost, fees=fees, proofs=proofs,
    )  # fmt: skip


def payoff(
    strategy: Strategy, prices: ArrayLike, chain: Chain | None = None, *, out: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Gives the P&L at expiry, entry cost and fees subtracted, at prices of the underlying.

    Exact at each price and rounded once. For legs of one expiry on one underlying; prices of 0 or more, in coin
    settlement above 0.

    >>> payoff(Strategy.parse("-1P90000=1200 +1P85000=400 @26DEC25"), [80000, 88000, 95000])
    array([-4200., -1200.,   800.])
    """
    book = Book([strategy], chain)
    at = np.asarray(prices, dtype=np.float64, order="C")
    found = _output(out, at.shape, "out")
    message = _library.call("payoff", book.pointer, _library.pointer(at), at.size, _library.pointer(found))
    raise_row(message, "raise")
    return found if out is not None else found[()]


def _fraction(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def _vertex(text: str) -> Vertex:
    position, *sides = text.split(" ")
    left, value, right = (None if side == "-" else Fraction(side) for side in sides)
    return Vertex(Fraction(position), left, value, right)
