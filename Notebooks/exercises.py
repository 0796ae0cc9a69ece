"""The exercises of the lessons: what is right, what must not pass, and a hint for who asks.

A lesson gets its exercises from here with what it has at hand; its own last cells show how they are solved. Nothing is compared
with a number that is written down: the package answers, and each check is tried on a right and on a wrong answer when it is made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from lesson import Exercises, condor, exercise, table

import bulkhead
from bulkhead import Chain, Strategy

Function = Callable[..., Any]


def parsed(legs: str, chain: Chain, settlement: str = "quote") -> Strategy:
    """Legs of 26 December."""
    return Strategy.parse(legs + " @26DEC25", chain, settlement=settlement)


def payoffs_and_tails(chain: Chain) -> Exercises:
    straddle = Strategy.straddle("26DEC25", 92000, chain, quantity=-1, settlement="quote")
    spreads = {count: parsed(f"-3C100000 +{count}C105000", chain) for count in range(1, 10)}
    least = next(count for count, spread in spreads.items() if bulkhead.margin(spread, chain).status == "ok")
    near, far = (
        float(bulkhead.margin(parsed(f"+1P{wing} -1P85000 -1C100000 +1C105000", chain), chain).max_loss)
        for wing in (80000, 75000)
    )
    return Exercises(
        exercise(
            float(bulkhead.maximum_loss(straddle, chain).proofs[0].slope_at_end), wrong=0,
            hint="Above the strike only the call is left. Mind the sign."),
        exercise(least, wrong=2, hint="Beyond 105000 every call counts one: add up the slopes."),
        exercise(
            far, wrong=near, within=0.01,
            hint="The lower wing is now 10000 wide, and its put costs less. bulkhead.margin(strategy, chain).max_loss has it."),
    )  # fmt: skip


def quotes_to_margin(chain: Chain, straddle: Strategy) -> Exercises:
    def is_small(strikes: list[int]) -> bool:
        found = bulkhead.margin(Strategy.iron_condor("26DEC25", strikes, chain, settlement="quote"), chain)
        return found.status == "ok" and found.margin <= 1600

    worst, mid = (float(bulkhead.margin(condor(chain, fill=fill), chain).margin) for fill in ("worst", "mid"))
    return Exercises(
        exercise(
            mid, wrong=worst, within=0.005,
            hint="A better fill brings more credit, so the margin is lower. bulkhead.margin(..., chain).margin"),
        exercise(
            bulkhead.size(straddle, "10%", chain, portfolio=250_000).lots, wrong=4,
            hint="25,000 USD, divided by what one can lose, rounded down; or ask bulkhead.size."),
        exercise(
            [84000, 85000, 100000, 102000], wrong=[80000, 85000, 100000, 105000], test=is_small,
            hint="The margin is about the wider wing less the credit: take wings of 1000 or 2000. Strikes must be listed: see "
            "quotes.index."),
    )  # fmt: skip


def liquidation(chain: Chain) -> Exercises:
    box = condor(chain)

    def lower(deposit: int) -> float:
        return bulkhead.liquidation(box, chain, deposit=deposit).lower

    return Exercises(
        exercise(lower(3000), wrong=80_000, within=1, hint="bulkhead.liquidation(condor, chain, deposit=...).lower"),
        exercise(
            next(deposit for deposit in range(2000, 4000, 100) if lower(deposit) <= 70_000), wrong=3100,
            hint="Try deposits between 3000 and 3500 until .lower is 70000 or less."),
        exercise(
            bulkhead.liquidation(box, chain, vol=2.0).status != "none", wrong=True,
            hint="Can a spread be worth more than its width? Ask bulkhead.liquidation(condor, chain, vol=2.0).status."),
    )  # fmt: skip


def coin_against_dollar(chain: Chain) -> Exercises:
    def is_bounded(text: str) -> bool:
        found = Strategy.parse(text, chain, settlement="coin")
        sold = {(leg.kind, int(leg.strike)): leg.quantity for leg in found.legs if leg.quantity < 0}
        return sold == {("put", 85000): -1, ("call", 100000): -1} and bulkhead.margin(found, chain).status == "ok"

    def holds(count: str) -> bool:
        return bulkhead.margin(parsed(f"-1P90000 +{count}P75000", chain, "coin"), chain).status == "ok"

    assert holds("1.2") and not holds("1.19999999")
    spread = parsed("-1P85000 +1P80000", chain, "coin")
    return Exercises(
        exercise(
            float(bulkhead.payoff(spread, 10_000, chain)), wrong=-0.5, within=0.0001,
            hint="5000 USD at 10,000 USD a bitcoin, less the credit that was taken; or bulkhead.payoff(coin, 10_000, chain)."),
        exercise(1.2, wrong=1, within=1e-9, hint="The sum of quantity x strike must not be below 0."),
        exercise(
            "+1.0625P80000 -1P85000 -1C100000 +1C105000 @26DEC25", wrong="+1P80000 -1P85000 -1C100000 +1C105000 @26DEC25",
            test=is_bounded, hint="Only the puts count when the price falls. Keep the sold legs as they are."),
    )  # fmt: skip


def stress_reports(grid: pd.DataFrame) -> Exercises:
    shock = grid[(grid.days_forward == 0) & (grid["price move (%)"] == 0) & (grid["volatility move (points)"] == 40)].iloc[0]
    return Exercises(
        exercise(
            grid[grid.days_forward == 7].pnl.min(), wrong=grid[grid.days_forward == 0].pnl.min(), within=0.01,
            hint="grid[grid.days_forward == 7].pnl.min()"),
        exercise(
            shock.pnl_from_now, wrong=shock.pnl, within=0.01, hint="One row of grid, and its column pnl_from_now, not pnl."),
        exercise(
            int((grid.loss_share_of_margin > 0.5).sum()), wrong=int((grid.pnl < 0).sum()),
            hint="(grid.loss_share_of_margin > 0.5).sum()"),
    )  # fmt: skip


def every_rule(condor: pd.DataFrame, totals_of: Function, *market: object) -> Exercises:
    first = totals_of(condor).initial
    strangle = table("compare", "--legs", "-1P85000 -1C100000 @26DEC25", *market, "--format", "csv")
    return Exercises(
        exercise(first.idxmin(), wrong="maximum-loss", hint="The lowest bar of the first picture: totals_of(condor)."),
        exercise(
            first["deribit-standard"] / first["maximum-loss"], wrong=3.37, within=0.01,
            hint="Divide two rows of totals_of(condor).initial."),
        exercise(
            totals_of(strangle).initial["deribit-standard"] - first["deribit-standard"], wrong=5000, within=0.005,
            hint="The rule adds up sold options only. Compare totals_of(...) of both."),
    )  # fmt: skip


def sizing_and_ruin(
    chain: Chain, wealth: float, shares: np.ndarray, growth: np.ndarray, liquidated: Function
) -> Exercises:
    best = float(shares[growth.argmax()])
    return Exercises(
        exercise(
            bulkhead.size(condor(chain), "8%", chain, portfolio=wealth).lots, wrong=3,
            hint='bulkhead.size(condor, "8%", chain, portfolio=100_000).lots'),
        exercise(
            100 * float(shares[(growth < 0) & (shares > best)][0]), wrong=100 * best, within=2,
            hint="Where growth(calm) becomes negative: read it off the picture, or find it in shares."),
        exercise(
            100 * liquidated(2000).mean(), wrong=100 * liquidated(3500).mean(), within=0.5, hint="isolated(2000)[1].mean()"),
    )  # fmt: skip


def greeks_as_slopes(chain: Chain, strike: float, vol: float) -> Exercises:
    december = chain.expiries[0]

    def theta(years: float, *carry: float) -> float:
        return float(bulkhead.greeks("call", strike if not carry else chain.spot, strike, years, vol, *carry).theta) / 365

    put = bulkhead.greeks(
        "put", chain.spot, 85_000, december.years, float(chain.vol(85_000, "26DEC25")), december.rate, december.dividend_yield
    )  # fmt: skip
    then = bulkhead.greeks("call", strike, strike, np.array([18, 2]) / 365, vol).gamma
    assert abs(then[1] / then[0] - 3) < 0.02
    return Exercises(
        exercise(
            float(put.delta), wrong=-float(put.delta), within=1e-4,
            hint='slope(lambda s: bulkhead.price("put", s, 85_000, ...), chain.spot, 10.0). A put loses when the price rises.'),
        exercise(
            16, wrong=2, within=0.1,
            hint="Three times the gamma at a ninth of the time. The question is how many days pass."),
        exercise(
            theta(2 / 365), wrong=theta(december.years, december.rate, december.dividend_yield), within=0.1,
            hint='bulkhead.greeks("call", 92_000, 92_000, 2 / 365, vol).theta is per year.'),
    )  # fmt: skip
