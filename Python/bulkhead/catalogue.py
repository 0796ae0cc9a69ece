"""The catalogue: the structures that have a name."""

from __future__ import annotations

import dataclasses

from . import _library


@dataclasses.dataclass(frozen=True)
class Structure:
    """An entry of the catalogue."""

    id: str
    name: str
    family: str
    legs: str
    summary: str
    strikes: int
    expiries: int


def catalogue() -> list[Structure]:
    """The structures that :meth:`Strategy.structure` builds.

    >>> next(entry.legs for entry in catalogue() if entry.id == "iron-condor")
    '+P1 -P2 -C3 +C4'
    """
    rows, _ = _library.call_for_rows("catalogue", guess=65536)
    return [
        Structure(
            row["id"],
            row["name"],
            row["family"],
            row["legs"],
            row["summary"],
            int(row["strikes"]),
            int(row["expiries"]),
        )
        for row in rows
    ]
