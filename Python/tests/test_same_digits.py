"""The package and the program give the same digits: one library, two doors."""

from __future__ import annotations

import csv
import math
from decimal import Decimal

import numpy as np
import pytest
from conftest import MARKET, ROOT

import bulkhead
from bulkhead import Leg, Strategy

SEED = 20251205


def same(cell: str, value: float) -> bool:
    """True where a cell is the shortest text of the very same float, in any notation; empty is no finite number."""
    if cell == "":
        return not math.isfinite(value)
    return Decimal(cell) == Decimal(repr(float(value)))


@pytest.fixture(scope="module")
def options():
    random = np.random.default_rng(SEED)
    count = 3000
    rows = {
        "sign": np.where(random.random(count) < 0.5, 1.0, -1.0),
        "spot": random.uniform(50, 150, count), "strike": random.uniform(50, 150, count),
        "years": random.uniform(0, 3, count), "vol": random.uniform(0.01, 2, count),
        "rate": random.uniform(-0.05, 0.1, count), "dividend_yield": random.uniform(-0.02, 0.1, count),
    }  # fmt: skip
    # Limits among them: no spot, no strike, no time, no volatility, an infinite one.
    for place, (name, value) in enumerate(
        [("spot", 0.0), ("strike", 0.0), ("years", 0.0), ("vol", 0.0), ("vol", math.inf)] * 3
    ):
        rows[name][place * 7] = value
    return rows


def write(path, columns):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values()))
    return path


def file_of(options, path, **more):
    columns = {"type": ["call" if sign > 0 else "put" for sign in options["sign"]]}
    columns |= {name: [repr(float(value)) for value in options[name]] for name in options if name != "sign"}
    columns |= {name: [repr(float(value)) for value in values] for name, values in more.items()}
    return write(path, columns)


def test_price(program, options, tmp_path):
    rows = program("price", file_of(options, tmp_path / "options.csv"))
    found = bulkhead.greeks(*(options[name] for name in options))
    alone = bulkhead.price(*(options[name] for name in options))
    first = bulkhead.first_greeks(*(options[name] for name in options))
    assert len(rows) == len(alone)
    for place, row in enumerate(rows):
        for name, column in found._asdict().items():
            assert same(row[name], column[place]), (SEED, place, name, row[name], column[place])
    assert np.array_equal(alone, found.value, equal_nan=True)
    for name, column in first._asdict().items():
        assert np.array_equal(column, getattr(found, name), equal_nan=True), name


def test_american_price(program, options, tmp_path):
    few = {name: values[:150] for name, values in options.items()}
    rows = program("price", file_of(few, tmp_path / "options.csv"), "--exercise", "american", "--tolerance", "1e-6")
    found = bulkhead.greeks(*few.values(), exercise="american", tolerance=1e-6, errors="nan")
    value = bulkhead.price(*few.values(), exercise="american", tolerance=1e-6, errors="nan")
    for place, row in enumerate(rows):
        for name, column in found._asdict().items():
            assert same(row[name], column[place]), (SEED, place, name, row[name], column[place])
    assert np.array_equal(value, found.value, equal_nan=True)


@pytest.mark.parametrize("exercise", ["european", "american"])
def test_implied_vol(program, options, tmp_path, exercise):
    few = {name: values[: 3000 if exercise == "european" else 60] for name, values in options.items()}
    finite = {**few, "vol": np.where(np.isinf(few["vol"]), 1.0, few["vol"])}
    prices = bulkhead.price(*finite.values()).copy()
    prices[::11] = -1.0
    prices[5::11] = 1e6
    path = file_of({name: few[name] for name in few if name != "vol"}, tmp_path / "prices.csv", price=prices)
    rows = program("implied-vol", path, "--exercise", exercise)
    found = bulkhead.implied_vol(
        few["sign"], prices, few["spot"], few["strike"], few["years"], few["rate"], few["dividend_yield"],
        exercise=exercise,
    )  # fmt: skip
    for place, row in enumerate(rows):
        assert row["status"] == found.words[place], (SEED, place)
        assert same(row["implied_vol"], found.vol[place]), (SEED, place, row["implied_vol"], found.vol[place])


def strategies():
    """Strategies in quote and coin, bounded and not, with digitals, futures, fees, and prices of many digits."""
    day = "26DEC25"
    quote = {"underlying": "BTC", "expiry": day}
    coin = {**quote, "settlement": "coin"}
    yield "condor", [
        Leg("put", 1, strike=80000, price="832.77", fee="0.31", **quote), Leg("put", -1, strike=85000,
        price="1526.7", **quote),
        Leg("call", -1, strike=100000, price="1341.68", **quote), Leg("call", 1, strike=105000, price="647.7", **quote),
    ]  # fmt: skip
    yield "naked", [Leg("call", "-0.5", strike=92000, price=3000, **quote)]
    yield "coin put spread", [
        Leg("put", -1, strike=85000, price="0.0165", **coin), Leg("put", 1, strike=80000, price="0.009", **coin),
    ]  # fmt: skip
    yield "coin call spread", [
        Leg("call", -3, strike=95000, price="0.0345", **coin), Leg("call", 3, strike=100000, price="0.0145", **coin),
    ]  # fmt: skip
    yield "digital", [Leg("digital_call", 2, strike=95000, payout=1000, price="321.12345678", **quote)]
    yield "protected", [
        Leg("underlying", "0.25", "BTC", price="92529.80714286"), Leg("put", "0.25", strike=90000, price="2981.1",
        **quote),
    ]  # fmt: skip
    yield "box", [
        Leg("call", 1, strike=90000, price=5100, **quote), Leg("put", -1, strike=90000, price=2500, **quote),
        Leg("call", -1, strike=95000, price=2700, **quote), Leg("put", 1, strike=95000, price=5050, **quote),
    ]  # fmt: skip
    yield "two expiries", [
        Leg("call", -1, strike=95000, price=2700, **quote),
        Leg("call", 1, "BTC", strike=95000, price=4400, expiry="2026-01-30"),
    ]  # fmt: skip


def book_of(path):
    columns = ["strategy", "kind", "underlying", "expiry", "strike", "quantity", "price", "settlement", "fee", "payout"]
    rows = [
        [
            name, leg.kind, leg.underlying, leg.expiry or "", "" if leg.strike is None else leg.strike, leg.quantity,
            leg.price, leg.settlement, leg.fee, leg.payout or "",
        ]
        for name, legs in strategies() for leg in legs
    ]  # fmt: skip
    return write(path, dict(zip(columns, zip(*rows))))


@pytest.mark.parametrize("policy", [None, "hold-each", "close-first"])
def test_margin(program, tmp_path, policy):
    rows = program("margin", book_of(tmp_path / "book.csv"), *(["--policy", policy] if policy else []))
    found = bulkhead.margin([Strategy(legs, name=name) for name, legs in strategies()], policy=policy)
    assert len(rows) == len(found) == 8
    for row, margin in zip(rows, found):
        for name, cell in row.items():
            wanted = margin.cells.get(name)
            if name == "strategy" or (name == "policy" and policy is None):
                continue
            if name == "detail" and row["status"] == "several_expiries":
                # The program goes on to say which of its options is wanted.
                assert cell.startswith(wanted)
                continue
            assert cell == wanted, (row["strategy"], name)


def test_a_premium_that_is_missing_is_not_taken_for_0(chain):
    strategy = Strategy.parse("-1C92000 +1C95000 @26DEC25")
    for amount in (bulkhead.margin, lambda strategy: bulkhead.size(strategy, 10000)):
        with pytest.raises(bulkhead.BulkheadError, match="found no price of BTC"):
            amount(strategy)
    assert bulkhead.margin(strategy, errors="return").status == "invalid"
    assert bulkhead.margin(strategy, chain).status == "ok"


def test_a_yield_of_0_that_is_stated_is_no_unknown_dividend(program):
    market = MARKET.parent / "goog-2015-12-23.yaml"
    legs = "-1C760 +1C800 @15JAN16"
    (row,) = program("analyze", "--legs", legs, "--market", market, "--format", "csv")
    chain = bulkhead.Chain.read(market)
    found = bulkhead.margin(Strategy.parse(legs, chain), chain)
    assert chain.dividend_yield == 0
    assert "unknown" not in row["detail"]
    assert (found.cells["margin"], found.detail) == (row["margin"], row["detail"])


def test_maximum_loss_is_the_margins(chain):
    for name, legs in strategies():
        strategy = Strategy(legs, name=name)
        margin = bulkhead.margin(strategy)
        if margin.status == "several_expiries":
            continue
        loss = bulkhead.maximum_loss(strategy)
        assert loss.is_bounded == (margin.status == "ok")
        if loss.loss is not None:
            assert margin.max_loss is not None and 0 <= margin.max_loss - Decimal(
                loss.loss.numerator
            ) / loss.loss.denominator < Decimal("1e-8")  # noqa: E501
        else:
            assert ",".join(loss.tails) == margin.detail


ROUTES = [
    ("btc-iron-condor.yaml", lambda chain: Strategy.iron_condor(
        "26DEC25", [80000, 85000, 100000, 105000], chain, name="BTC iron condor", settlement="quote", currency="USD",
        entry_fee="111.04", exit_fee="31.50")),
    ("--legs", lambda chain: Strategy.parse("-1C92000 -1P92000 +2C100000@30JAN26 @26DEC25", chain, name="legs")),
]  # fmt: skip


def stated(route):
    return ["--legs", "-1C92000 -1P92000 +2C100000@30JAN26 @26DEC25"] if route == "--legs" else [
        str(ROOT / "Data" / "Strategies" / route)
    ]  # fmt: skip


@pytest.mark.parametrize("route, make", ROUTES)
@pytest.mark.parametrize("more, keywords", [([], {}), (["--vol-relative"], {"relative": True})])
def test_stress(program, chain, route, make, more, keywords):
    axes = {"spot": "-30:30:13", "vol": "-20:40:4", "days": "0,7,21.5,30"}
    rows = program(
        "stress", *stated(route), "--market", MARKET, "--spot-shift", axes["spot"], "--vol-shift", axes["vol"],
        "--days", axes["days"], *more,
    )  # fmt: skip
    columns = bulkhead.stress(make(chain), chain, **axes, **keywords).columns(unshocked=True)
    assert len(rows) == 13 * 4 * 4 + 1
    for place, row in enumerate(rows):
        for name, column in columns.items():
            if isinstance(column[place], str):
                assert row[name] == column[place], (place, name)
            elif name in ("scenario", "margin"):
                assert float(row[name] or "nan") == column[place] or row[name] == "" and math.isnan(column[place])
            else:
                assert same(row[name], column[place]), (place, name, row[name], column[place])


@pytest.mark.parametrize("name", sorted({rule.name for rule in bulkhead.rules()}))
def test_every_rule(program, chain, tmp_path, name):
    """The row of ``margin --rule``, and the terms of ``compare``, whatever the rule says of the strategy."""
    path = book_of(tmp_path / "book.csv")
    rows = program("margin", path, "--rule", name, "--market", MARKET)
    terms = program("compare", path, "--rules", name, "--market", MARKET, "--format", "csv")
    found = bulkhead.margin(
        [Strategy(legs, name=name) for name, legs in strategies()], chain, rule=name, errors="return"
    )
    assert len(rows) == len(found) == 8
    for row, margin in zip(rows, found):
        for column, cell in row.items():
            if column == "strategy":
                continue
            wanted = margin.cells[column]
            # The program goes on to say which of its options is wanted.
            cell = cell.replace("; wanted --policy close-first, hold-each or close-first-in-band", "")
            assert cell == wanted, (row["strategy"], column)
        mine = [
            (term["requirement"], term["term"], term["input"], term["amount"])
            for term in terms
            if term["strategy"] == row["strategy"] and term["term"] not in ("", "TOTAL")
        ]
        assert mine == [(*term[:3], str(term.amount)) for term in margin.rule.terms]
        for kind, total in (("initial", margin.rule.initial), ("maintenance", margin.rule.maintenance)):
            parts = [term.amount for term in margin.rule.terms if term.kind == kind]
            assert (sum(parts) == total) if parts else total is None


@pytest.mark.parametrize("settlement", ["quote", "coin"])
@pytest.mark.parametrize("route, make", ROUTES)
def test_value_and_greeks(document, chain, route, make, settlement):
    wanted = document("analyze", *stated(route), "--market", MARKET, "--settlement", settlement, "--fees", "0")
    strategy = make(chain).with_account(settlement=settlement, currency=None, entry_fee=0, exit_fee=0)
    assert strategy.value(chain) == wanted["value"]["value"]
    for key, in_quote in (("greeks", False), ("greeks_in_quote_currency", True)):
        whole = strategy.greeks(chain, in_quote_currency=in_quote)
        parts = strategy.greeks(chain, in_quote_currency=in_quote, by_leg=True)
        assert reported(whole) == wanted[key]
        for place, leg in enumerate(wanted["legs"]):
            assert reported(type(parts)(*(column[place] for column in parts))) == leg[key], place
    assert settlement == "quote" or strategy.greeks(chain).delta != wanted["greeks_in_quote_currency"]["delta"]


def reported(greeks):
    """Raw derivatives in the units of a report."""
    return {
        "value": greeks.value, "delta": greeks.delta, "gamma": greeks.gamma, "vega_per_vol_point": greeks.vega / 100,
        "theta_per_day": greeks.theta / 365, "rho_per_point": greeks.rho / 100,
    }  # fmt: skip


@pytest.mark.parametrize("route, make", ROUTES[:1])
@pytest.mark.parametrize("budget", [["10%", "--portfolio", "100000"], ["3897.13"], ["10000", "--fee-per-lot", "12.5"]])
def test_size(program, chain, route, make, budget):
    (row,) = program("size", *stated(route), "--market", MARKET, "--budget", *budget)
    keywords = {budget[place][2:].replace("-", "_"): budget[place + 1] for place in range(1, len(budget), 2)}
    found = bulkhead.size(make(chain), budget[0], chain, **keywords)
    assert {name: cell for name, cell in row.items() if name != "strategy"} == found.cells


@pytest.mark.parametrize("maintenance", ["none", "margin=50%", "spot=0.075", "spot=7.5%+mark", "spot=7.5%+mark,cash"])
@pytest.mark.parametrize("legs", ["-1C92000 @26DEC25", "-1P80000 +1P75000 -1C105000 +1C110000 @26DEC25"])
def test_liquidation(program, chain, maintenance, legs):
    rows = program(
        "liquidation", "--legs", legs, "--market", MARKET, "--deposit", "1.5", "--maintenance", maintenance,
        "--days", "0,7", "--format", "csv",
    )  # fmt: skip
    found = bulkhead.liquidation(
        Strategy.parse(legs, chain), chain, deposit="1.5", maintenance=maintenance, days=[0, 7]
    )
    for day in found:
        mine = [row for row in rows if float(row["days_forward"]) == day.days]
        assert {row["status"] for row in mine} == {day.status}
        assert {row["proof"] for row in mine} | {row["certificate"] for row in mine} >= {day.certificate}
        ends = [end for band in day.bands for end in band if 0 < end < math.inf]
        assert len(ends) == sum(row["price"] != "" for row in mine)
        for row, end in zip(mine, ends):
            assert same(row["price"], end)
        assert {row["cash"] for row in mine} == {str(day.cash)}


def test_payoff_is_the_stress_at_expiry(chain):
    strategy = ROUTES[0][1](chain)
    stress = bulkhead.stress(strategy, chain, spot="-20:20:21", days=[30])
    prices = stress.spot * (1 + stress.spot_shifts)
    assert np.allclose(bulkhead.payoff(strategy, prices, chain), stress.pnl[0, 0], rtol=0, atol=1e-6)
    assert (stress.flags == 1).all()
