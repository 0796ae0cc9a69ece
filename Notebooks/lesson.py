"""What the lessons share: the data, the program, the check of an answer, and how pictures look."""

from __future__ import annotations

import dataclasses
import io
import os
import pathlib
import subprocess
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

import bulkhead

ROOT = pathlib.Path(__file__).resolve().parents[1]
MARKET = ROOT / "Data" / "Markets" / "deribit-btc-2025-12-05.yaml"
CONDOR = ROOT / "Data" / "Strategies" / "btc-iron-condor.yaml"
SHORT_STRADDLE = ROOT / "Data" / "Strategies" / "btc-short-straddle.yaml"

# Told apart in grey, and without red and green: dark blue, orange, light blue, purple.
BLUE, ORANGE, SKY, PURPLE, GREY = "#00436b", "#d55e00", "#56b4e9", "#8e4585", "#777777"

plt.rcParams.update({
    "figure.figsize": (8, 4), "figure.dpi": 100, "figure.constrained_layout.use": True, "axes.grid": True,
    "axes.spines.top": False, "axes.spines.right": False, "grid.alpha": 0.3, "axes.titlelocation": "left",
    "axes.prop_cycle": plt.cycler(color=[BLUE, ORANGE, SKY, PURPLE], linestyle=["-", "--", "-.", ":"]),
    "legend.frameon": False,
})  # fmt: skip


def market() -> bulkhead.Chain:
    """Deribit's bitcoin options in the small hours of 5 December 2025: the expiries 26DEC25 and 30JAN26."""
    return bulkhead.Chain.read(MARKET)


def quotes() -> pd.DataFrame:
    """The chain's file as a table, an instrument a row; prices in BTC, volatility a fraction a year."""
    return pd.read_csv(MARKET.with_suffix(".csv"), index_col="instrument")


def condor(chain: bulkhead.Chain, **account: Any) -> bulkhead.Strategy:
    """The iron condor of the README in dollars: 80000, 85000, 100000 and 105000 at 26DEC25, with its fees."""
    terms = {"name": "BTC iron condor", "settlement": "quote", "entry_fee": "111.04", "exit_fee": "31.50"} | account
    return bulkhead.Strategy.iron_condor("26DEC25", [80000, 85000, 100000, 105000], chain, **terms)


def program(*arguments: object) -> str:
    """Runs the command-line program in the checkout, where it finds its rulebooks, and gives what it prints.

    ``BULKHEAD_PROGRAM`` names another than the one that ``Scripts/bulkhead`` builds at its first use.

    Raises:
        RuntimeError: The program refuses; with what it said.
    """
    path = os.environ.get("BULKHEAD_PROGRAM", str(ROOT / "Scripts" / "bulkhead"))
    done = subprocess.run([path, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the program ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def table(*arguments: object) -> pd.DataFrame:
    """Runs the program and reads the CSV that it prints."""
    return pd.read_csv(io.StringIO(program(*arguments)))


class NotYet(AssertionError):
    """A wrong answer. Jupyter shows its sentence alone, without the lines of code that raised it."""

    def _render_traceback_(self) -> list[str]:
        return [f"Not yet. {self}"]


@dataclasses.dataclass(frozen=True)
class Exercise:
    """What is right, and a hint for who asks."""

    is_right: Callable[[Any], bool]
    hint: str


def exercise(
    solution: Any, *, wrong: Any, hint: str, within: float = 0.0, test: Callable[[Any], bool] | None = None
) -> Exercise:
    """Makes an exercise.

    Args:
        solution: The right answer, or one of them.
        wrong: An answer that must not pass. Both are tried here, so an exercise whose check has no force stops the lesson.
        within: How far a number may be from the solution.
        test: What an answer has to pass, where there are many right ones.
    """

    def is_right(answer: Any) -> bool:
        try:
            if test is not None:
                return bool(test(answer))
            if isinstance(solution, (bool, str)):
                return type(answer) is type(solution) and answer == solution
            # The package's own exact amounts are answers too. A not-a-number is within no distance.
            number = float(answer) if isinstance(answer, (Decimal, Fraction)) else answer
            return bool(np.all(np.abs(np.subtract(number, solution, dtype=float)) <= within))
        except (TypeError, ValueError, LookupError, AttributeError, bulkhead.BulkheadError):
            return False

    assert is_right(solution), f"the solution {solution!r} does not pass"
    assert not is_right(wrong), f"the wrong answer {wrong!r} passes"
    return Exercise(is_right, hint)


class Exercises:
    """The exercises of a lesson, counted from 1.

    ``check(1, answer)`` says whether an answer is right and no more; ``check.hint(1)`` helps, where that is asked for. An answer
    left at ``...`` is not judged, and a wrong one raises :class:`NotYet`.
    """

    def __init__(self, *exercises: Exercise) -> None:
        self._exercises = exercises

    def __call__(self, number: int, answer: Any) -> str:
        asked = self._asked(number)
        if answer is ...:
            return "Not answered yet."
        if not asked.is_right(answer):
            raise NotYet(f"check.hint({number}) gives a hint; a solution stands at the end.")
        return "Right."

    def hint(self, number: int) -> str:
        """A hint, which says how and not what."""
        return self._asked(number).hint

    def _asked(self, number: int) -> Exercise:
        if number not in range(1, len(self._exercises) + 1):
            raise LookupError(f"found exercise {number!r}, wanted 1 to {len(self._exercises)}")
        return self._exercises[number - 1]


def label(axes: Axes, title: str, x: str = "BTC price (USD)", y: str = "P&L (USD)") -> Axes:
    """Names a picture and its axes with their units, and writes thousands with a comma."""
    axes.set(title=title, xlabel=x, ylabel=y)
    for axis in (axes.xaxis, axes.yaxis):
        low, high = axis.get_view_interval()
        if axis.get_scale() == "linear" and max(abs(low), abs(high)) >= 1000:
            axis.set_major_formatter("{x:,.0f}")
    return axes


def spot_line(axes: Axes, chain: bulkhead.Chain) -> None:
    """Marks the present price."""
    axes.axvline(chain.spot, color=GREY, linewidth=1, linestyle=":")
    axes.annotate(" spot", (chain.spot, 0.01), xycoords=("data", "axes fraction"), va="bottom", color=GREY)
