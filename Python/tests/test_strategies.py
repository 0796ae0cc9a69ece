"""Strategies, chains and their refusals."""

from __future__ import annotations

import datetime
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from conftest import ROOT

import bulkhead
from bulkhead import BulkheadError, Chain, Leg, RowError, Strategy, expiry
from bulkhead.exact import count

PUT = Leg("put", -1, "BTC", 90000, "26DEC25", price=1200)
WING = Leg("put", 1, "BTC", 85000, "26DEC25", price=400)


def test_the_laws_of_the_algebra():
    a, b, c = Strategy([PUT]), Strategy([WING]), Strategy.parse("+2C95000=1 -1P90000=3 @26DEC25")
    assert a + b == b + a and (a + b) + c == a + (b + c)
    assert a + Strategy() == a and a - a == Strategy()
    assert (a + b) * 3 == a * 3 + b * 3 and a * 5 == a * 2 + a * 3 and (a * 2) * 3 == a * 6
    assert (-a) * -1 == a and 2 * a == a * 2 and a != b
    # Another price is another leg, another underlying too.
    assert len((a + Strategy([Leg("put", -1, "BTC", 90000, "26DEC25", price=1300)])).legs) == 2
    assert len((a + Strategy([Leg("put", -1, "ETH", 90000, "26DEC25", price=1200)])).legs) == 2


def test_symbols_survive_a_sum():
    both = Strategy([Leg("call", 1, "ETH", 3000, "26DEC25", price=1)]) + Strategy([PUT])
    assert [leg.underlying for leg in both.legs] == ["ETH", "BTC"]
    assert [leg.underlying for leg in (both - both + both).legs] == ["ETH", "BTC"]


def test_accounts_that_differ_do_not_add():
    with pytest.raises(BulkheadError, match="settlement: found"):
        Strategy([PUT], settlement="quote") + Strategy([WING])
    assert (Strategy([PUT], entry_fee=2) * -3).with_account(name="three")._terms["entry_fee"] == 6


@pytest.mark.parametrize(
    "name, strikes, shape",
    [
        ("iron-condor", [80000, 85000, 100000, 105000], "Iron condor"), ("long-straddle", [92000], "Long straddle"),
        ("call-butterfly", [90000, 92000, 94000], "Long call butterfly"),
        ("bull-put-spread", [85000, 90000], "Bull put spread"),
    ],
)  # fmt: skip
def test_a_structure_is_recognised(name, strikes, shape):
    found = Strategy.structure(name, "26DEC25", strikes=strikes).shape
    assert found == shape or found.lower().endswith(name.replace("-", " "))


def test_every_structure_of_the_catalogue_is_found_again():
    """Built on strikes in a row, an entry's legs are what the catalogue says: as many as its notation has."""
    for entry in bulkhead.catalogue():
        if "hU" in entry.legs or entry.id == "coin-covered-call" or "collateral" in entry.summary:
            continue
        strikes = [80000 + 5000 * place for place in range(entry.strikes)]
        expiries = ["26DEC25", "30JAN26"][: max(entry.expiries, 0)]
        try:
            built = Strategy.structure(entry.id, expiries, strikes=strikes)
        except BulkheadError as error:
            assert "settled in coin" in str(error), (entry.id, error)
            continue
        assert len(built.legs) == len(entry.legs.split()), entry.id


def test_placements(chain):
    strikes = [
        leg.strike for leg in Strategy.structure("iron-condor", "26DEC25", center=92000, widths=[5000, 3000]).legs
    ]
    assert strikes == [84000, 87000, 97000, 100000]
    placed = Strategy.structure("iron-condor", "26DEC25", chain, deltas=[0.05, 0.15, 0.15, 0.05])
    assert len(placed.legs) == 4 and all(leg.settlement == "coin" for leg in placed.legs)
    with pytest.raises(BulkheadError, match="wanted a market"):
        Strategy.structure("iron-condor", "26DEC25", deltas=[0.05, 0.15, 0.15, 0.05])
    with pytest.raises(BulkheadError, match="wanted strikes"):
        Strategy.structure("iron-condor", "26DEC25", strikes=[1, 2, 3, 4], center=3)
    with pytest.raises(BulkheadError, match="iron-condor"):
        Strategy.structure("iron-condro", "26DEC25", strikes=[1, 2, 3, 4])


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"kind": "swap"}, "kind: found 'swap'"), ({"quantity": 0}, "quantity: found 0"),
        ({"quantity": "one"}, "quantity: found 'one'"), ({"quantity": float("nan")}, "quantity: found nan"),
        ({"quantity": "1.123456789"}, "at most 8 decimals"), ({"quantity": 10**12}, "below 92"),
        ({"strike": None}, "strike: found none"), ({"expiry": None}, "expiry: found none"),
        ({"expiry": "31FEB25"}, "31FEB25"), ({"underlying": ""}, "underlying: found ''"),
        ({"settlement": "gold"}, "settlement: found 'gold'"), ({"exercise": "asian"}, "exercise: found 'asian'"),
    ],
)  # fmt: skip
def test_one_field_of_a_leg_wrong(changes, words):
    fields = {"kind": "put", "quantity": 1, "underlying": "BTC", "strike": 90000, "expiry": "26DEC25", "price": 1}
    with pytest.raises(BulkheadError, match=words):
        Strategy([Leg(**{**fields, **changes})])


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"strike": -1}, "strike"), ({"price": -1}, "premium of 0 or more"), ({"fee": -1}, "fee: found -1"),
        ({"multiplier": 0}, "multiplier: found 0"), ({"kind": "digital_put"}, "payout"),
        ({"kind": "future", "price": None}, "found no price"),
    ],
)  # fmt: skip
def test_a_leg_that_the_library_refuses_is_a_row(changes, words):
    fields = {"kind": "put", "quantity": 1, "underlying": "BTC", "strike": 90000, "expiry": "26DEC25", "price": 1}
    bad = Strategy([Leg(**{**fields, **changes})])
    with pytest.raises(RowError, match=words) as caught:
        bulkhead.margin([Strategy([PUT, WING]), bad])
    assert caught.value.row == 1
    good, row = bulkhead.margin([Strategy([PUT, WING]), bad], errors="return")
    assert (good.status, row.status) == ("ok", "invalid") and row.margin is None and words in row.detail


def test_proofs_hold_in_fractions():
    """The least payoff is the least of the vertices, and the payoff itself agrees at each."""
    strategy = Strategy.parse("-2P90000=1200 +2P85000=400 -1C95000=900 +1C99000=350 @26DEC25", entry_fee="1.25")
    loss = bulkhead.maximum_loss(strategy)
    (proof,) = loss.proofs
    assert proof.slope_at_end == 0 and proof.least == min(vertex.value for vertex in proof.vertices) == -10000
    prices = [float(vertex.position) for vertex in proof.vertices]
    wanted = [float(vertex.value - loss.entry_cost - loss.fees) for vertex in proof.vertices]
    assert bulkhead.payoff(strategy, prices).tolist() == wanted
    assert loss.loss == Fraction(loss.entry_cost + loss.fees + 10000)


def test_unbounded_has_a_direction():
    assert bulkhead.maximum_loss(Strategy.parse("-1C90000=5 @26DEC25")).tails == ("up",)
    coin = bulkhead.maximum_loss(Strategy.parse("-1P90000=0.01 +1P85000=0.004 @26DEC25", contracts="coin"))
    assert coin.tails == ("down",) and not coin.is_bounded and coin.proofs[0].slope_at_end < 0


def test_several_expiries_want_a_policy():
    calendar = Strategy.parse("-1C95000=2700 +1C95000=4400@30JAN26 @26DEC25")
    assert bulkhead.margin(calendar).status == "several_expiries"
    with pytest.raises(RowError, match="2025-12-26"):
        bulkhead.maximum_loss(calendar)
    assert bulkhead.margin(calendar, policy="close-first").margin == Decimal("1700.00")
    band = bulkhead.Policy("close-first-in-band", low=0.3, high=1.2)
    # The worst is at prices where volatility does not count; the best is not.
    within, any_mark = bulkhead.margin(calendar, policy=band), bulkhead.margin(calendar, policy="close-first")
    assert within.margin == Decimal("1700.00") and within.max_profit < any_mark.max_profit
    with pytest.raises(BulkheadError, match="policy"):
        bulkhead.margin(calendar, policy="close-last")


def test_a_budget_of_lots():
    spread = Strategy([PUT, WING])
    assert bulkhead.size(spread, 12600).lots == 3 and bulkhead.size(spread, "12599.99").lots == 2
    assert bulkhead.size(spread, 12600, max_lots=1).lots == 1
    assert bulkhead.size(-spread * -1, "10%", portfolio="42000").lots == 1
    assert bulkhead.size(Strategy.parse("-1C90000=5 @26DEC25"), 100).status == "unbounded"
    with pytest.raises(RowError, match="portfolio"):
        bulkhead.size(spread, "10%")
    with pytest.raises(BulkheadError, match="max_lots"):
        bulkhead.size(spread, 100, max_lots=-1)


def test_what_the_chain_does_not_list_is_refused_where_it_is_known(chain):
    """At once, with what is on the chain, and not only when a margin asks for a price."""
    strike = (
        "found no put of strike 80500 at 2025-12-26 on the chain, .* of its 66 strikes: "
        "80000, 82000, 84000, 85000 and farther"
    )
    expiry = "found expiry 2025-12-27.* an expiry of the chain: 2025-12-26, 2026-01-30"
    for make, words in (
        (lambda: Strategy.parse("-1P85000 +1P80500 @26DEC25", chain), "leg 1: " + strike),
        (lambda: Strategy.structure("iron-condor", "26DEC25", chain, strikes=[80500, 85000, 100000, 105000]), strike),
        (lambda: Strategy.structure("long-strangle", "26DEC25", chain, center=90000, widths=[9500]), strike),
        (lambda: Strategy.straddle("27DEC25", 92000, chain), "leg 0: " + expiry),
        (lambda: Strategy.parse("-1C92000 @27DEC25", chain), expiry),
    ):
        with pytest.raises(BulkheadError, match=words):
            make()
    # A price of its own stands for the quote, and a chain without quotes lists nothing.
    assert bulkhead.margin(Strategy.parse("+1P80500=300 @26DEC25", chain), chain).status == "ok"
    bare = Chain("BTC", "2025-12-05T01:10:52Z", 92529)
    assert len(Strategy.parse("-1C92000 @27DEC25", bare).legs) == 1 and len(bare) == 0 and bare


def test_break_evens_are_numbers_and_texts():
    condor = Strategy.parse("+1P80000=300 -1P85000=700.1 -1C100000=500 +1C105000=200 @26DEC25")
    found = bulkhead.margin(condor)
    assert found.break_evens.dtype == np.float64
    assert found.break_evens.tolist() == [[84299.9, 84299.9], [100700.1, 100700.1]]
    assert found.break_even_texts == ("84299.9", "100700.1") and found == bulkhead.margin(condor)
    # Without a premium a spread gains nothing on a whole side; a stretch has two ends, or none above.
    free = bulkhead.margin(Strategy.parse("+1C90000=0 -1C95000=0 @26DEC25"))
    assert free.break_even_texts == ("0..90000",) and free.break_evens.tolist() == [[0, 90000]]
    put = bulkhead.margin(Strategy.parse("+1P90000=0 @26DEC25"))
    assert put.break_even_texts == ("90000..",) and put.break_evens.tolist() == [[90000, np.inf]]
    never = bulkhead.margin(Strategy.parse("+1C90000=5 -1C90000=7 @26DEC25"))
    assert never.break_evens.shape == (0, 2) and never.break_even_texts == ()


def test_a_strategy_that_cannot_be_valued_is_refused(chain):
    with pytest.raises(RowError, match="found no ask for BTC-26DEC25-80500-P"):
        Strategy.parse("+1P80500 @26DEC25", contracts="coin").value(chain)
    assert Strategy().value(chain) == 0 and Strategy().greeks(chain, by_leg=True).delta.shape == (0,)


def test_a_rule_is_found_by_its_name_and_the_day_of_the_chain(chain, tmp_path):
    call = Strategy.parse("-1C92000 @26DEC25", chain, settlement="quote")
    early = Chain.read_csv(
        ROOT / "Data" / "Markets" / "deribit-btc-2025-12-05.csv", "BTC", "2024-06-05T00:00:00Z", 92529, quoted_in="coin"
    )
    dated = [bulkhead.margin(call, market, rule="deribit-portfolio").rule.effective for market in (early, chain)]
    assert dated == [datetime.date(2019, 1, 1), datetime.date(2025, 1, 1)]
    found = next(rule for rule in bulkhead.rules() if rule.name == "deribit-standard")
    own = tmp_path / "own.yaml"
    own.write_text(found.path.read_text().replace("name: deribit-standard", "name: own"))
    by_name, by_path, by_rule = (bulkhead.margin(call, chain, rule=rule) for rule in ("deribit-standard", own, found))
    assert by_name == by_rule and by_path.rule.rule == "own" and by_path.rule.terms == by_name.rule.terms
    # A naked call has no maximum loss, and a venue asks for an amount all the same.
    assert (by_name.status, by_name.margin) == ("unbounded", None) and by_name.rule.initial > 10_000
    assert bulkhead.margin(call, chain, rule="maximum-loss").rule.status == "not_applicable"


def test_what_a_rule_cannot_value_is_invalid():
    """Prices alone make a margin; a rule asks for volatilities too."""
    chain = Chain(
        "BTC", "2025-12-05T01:10:52Z", 92529, [{"instrument": "ETH-26DEC25-3000-C"}], forwards={"26DEC25": 92700}
    )
    spread = Strategy.parse("-1C92000=3000 +1C95000=1800 @26DEC25")
    assert bulkhead.margin(spread, chain).status == "ok"
    with pytest.raises(RowError, match="row 0: found no volatility for BTC"):
        bulkhead.margin(spread, chain, rule="span")
    found = bulkhead.margin(spread, chain, rule="span", errors="return")
    assert (found.status, found.margin, found.rule.status) == ("invalid", None, "invalid")
    assert found.detail == found.cells["detail"] == found.rule.detail and found.cells["max_loss"] == ""


def test_the_package_brings_the_rulebooks_of_the_project():
    """Installed they lie within it, and are those of the checkout."""
    wanted = {path.name: path.read_text() for path in (ROOT / "Data" / "Rulebooks" / "margin").glob("*.yaml")}
    assert {rule.path.name: rule.path.read_text() for rule in bulkhead.rules()} == wanted and len(wanted) > 10
    assert all(rule.name and rule.title and rule.source for rule in bulkhead.rules())


# A rulebook that is whole.
HEAD = "name: own\ntitle: t\nmethod: maximum-loss\neffective: 2025-01-01\nsource: s\n"


@pytest.mark.parametrize(
    "rule, words",
    [
        ("isolated", "found 'isolated', wanted one of aevo-standard, "), ("none.yaml", "none.yaml unreadable"),
        ("name: own\n", "effective: found None"), ("[1, 2]", "no mapping"), ("a: [b", "unreadable"),
        ("name: own\nname: other\n", r"own.yaml:2: found key 'name' twice \(first in line 1\)"),
        ("name: own\n'name': other\n", "2: found key 'name' twice"),
        ("name: own\nparameters:\n  tiers: [{a: 1, b: 2, a: 3}]\n", "3: found key 'a' twice"),
        ("name: own\nparameters: {a: &x [1], b: 2}\n", "2: found an anchor"),
        ("name: own\nparameters: " + "[" * 24 + "]" * 24, "2: found deeper nesting, wanted at most 24"),
        ("name: own\nparameters:\n  ? [a]\n  : 1\n", "3: found a key that is no word"),
        (f"{HEAD}leaves_out: {{a: b}}\n", "leaves_out: found a record, wanted a list"),
        (f"{HEAD}leaves_out: [a, [b]]\n", r"leaves_out\[2\]: found a list"),
        (f"{HEAD}parameters: a\n", "parameters: found 'a', wanted a record"),
        (HEAD.replace("own", "Own rule"), "name: found 'Own rule', wanted a name of small letters"),
        ("name: own\neffective: 2025-01-01\n", "found no 'title'"),
        ("name: own\ntitle: t\nmethod: none\neffective: 2025-01-01\nsource: s\n", "none"),
        ("name: own\ntitle: t\nmethod: span\neffective: 2025-01-01\nsource: s\nparameters:\n  a:\n", "nothing at 'a'"),
    ],
)  # fmt: skip
def test_a_rule_that_is_none(rule, words, chain, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(rule)
    with pytest.raises(BulkheadError, match=words):
        bulkhead.margin(Strategy([PUT]), chain, rule=rule if rule in ("isolated", "none.yaml") else path)
    with pytest.raises(BulkheadError, match="found no chain"):
        bulkhead.margin(Strategy([PUT]), rule="span")


@pytest.mark.parametrize(
    "rest", ["", "leaves_out:\n", "leaves_out: words alone\n", "leaves_out: [1.50, two]\n", "parameters: ~\n"]
)
def test_what_a_rulebook_may_leave_out(rest, chain, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(HEAD + rest)
    found = bulkhead.margin(Strategy([PUT, WING]), chain, rule=path).rule
    assert (found.rule, found.status) == ("own", "not_applicable" if found.initial is None else "ok")


@pytest.mark.parametrize(
    "text, words",
    [
        ("as_of: 2025-12-05T01:10:52Z\nunderlyings:\n  BTC: {spot: 1, spot: 2}\n", "3: found key 'spot' twice"),
        ("underlyings:\n  BTC: {spot: 1}\n", "found no as_of"), ("as_of:\nunderlyings: {BTC: {spot: 1}}", "no as_of"),
        ("as_of: 2025-12-05T01:10:52Z\nunderlyings: {BTC: {spot: }}", "found no spot"), ("[1]", "found no mapping"),
        ("as_of: 2025-12-05T01:10:52Z\nunderlyings: {BTC: }", "BTC: found no mapping"), ("a: [b", "unreadable"),
    ],
)  # fmt: skip
def test_a_market_file_that_is_none(text, words, tmp_path):
    path = tmp_path / "market.yaml"
    path.write_text(text)
    with pytest.raises(BulkheadError, match=words):
        Chain.read(path)


def test_a_loss_that_rounds_to_the_margin_is_the_margin(chain):
    """The same cents bought and sold, so that nothing is rounded up and sums of floats may be just beyond."""
    condor = Strategy.parse(
        "+1P80000=300.13 -1P85000=700.77 -1C100000=500.21 +1C105000=200.19 @26DEC25", chain, settlement="quote"
    )
    found = bulkhead.stress(condor, chain, spot="-90:90:181", days=[0, 22])
    assert (-found.pnl).max() > float(found.margin) and found.loss_share.max() == 1
    assert found.columns()["loss_share_of_margin"].max() == 1


def test_the_chain(chain):
    assert chain.symbol == "BTC" and chain.exact_spot == Decimal("92529.80714286")
    assert [str(item.expiry) for item in chain.expiries] == ["2025-12-26", "2026-01-30"] and chain.rejected == []
    first = chain.expiries[0]
    assert first.forward == 92726.41 and first.years == pytest.approx(21.285 / 365, rel=1e-4)
    # A quote's own volatility, and its mark in coin from the chain's terms.
    vol = float(chain.vol(92000, "26DEC25"))
    value = bulkhead.price("call", chain.spot, 92000, first.years, vol, first.rate, first.dividend_yield)
    with open(ROOT / "Data" / "Markets" / "deribit-btc-2025-12-05.csv") as file:
        mark = next(float(line.split(",")[3]) for line in file if line.startswith("BTC-26DEC25-92000-C,"))
    assert value / chain.spot == pytest.approx(mark, abs=2e-5)


def test_rows_of_quotes_that_cannot_be_used_are_set_aside():
    good = {"instrument": "BTC-26DEC25-92000-C", "bid": "0.048", "ask": "0.0485", "mark": "", "implied_vol": "0.46"}
    bad = [
        {**good, "instrument": "BTC-26DEC25"}, {**good, "instrument": "nonsense"}, {**good, "bid": "x"},
        {**good, "implied_vol": "46"}, {**good, "instrument": "ETH-26DEC25-3000-C"}, {**good, "bid": "-1"}, good,
        {**good, "implied_vol": "-1"},
    ]  # fmt: skip
    chain = Chain("BTC", "2025-12-05T01:10:52Z", 92529, [good, *bad], quoted_in="coin")
    # 46 is a volatility of 4600 percent, which the market's own limit of 100 leaves standing as a second quote.
    assert [row.row for row in chain.rejected] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert "quoted twice" in chain.rejected[3].reason and "quoted twice" in chain.rejected[6].reason


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"spot": 0}, "spot: found 0"), ({"spot": "many"}, "spot: found 'many'"), ({"as_of": "yesterday"}, "yesterday"),
        ({"quoted_in": "gold"}, "quoted_in"), ({"rate": float("nan")}, "rate: found nan"), ({"symbol": ""}, "symbol"),
        ({"dividend_yield": 0.1, "dividends": []}, "one of them"), ({"quote_currency": "$"}, "wanted"),
        ({"forwards": {"26DEC25": 0}}, "forward"), ({"tick_size": -1}, "tick_size"), ({"multiplier": 0}, "multiplier"),
        ({"as_of": datetime.datetime(2025, 12, 5)}, "time zone"),
    ],
)  # fmt: skip
def test_one_field_of_a_chain_wrong(changes, words):
    fields = {"symbol": "BTC", "as_of": "2025-12-05T01:10:52Z", "spot": 92529}
    with pytest.raises(BulkheadError, match=words):
        Chain(**{**fields, **changes})


def test_a_chain_and_a_strategy_go_to_another_process(chain):
    strategy = Strategy.parse("-1C92000 -1P92000 @26DEC25", chain)
    moved, other = pickle.loads(pickle.dumps((strategy, chain)))
    assert moved == strategy and repr(other) == repr(chain)
    wanted, found = bulkhead.stress(strategy, chain), bulkhead.stress(moved, other)
    assert np.array_equal(wanted.pnl, found.pnl)


def test_dates_and_counts():
    assert expiry(datetime.date(2025, 12, 26)) == (20448, -4) and expiry("2025-12-26T08:00:00Z").time == 28800
    assert str(expiry("2025-12-26T08:00:00Z")) == "2025-12-26T08:00:00Z"
    assert count(0.1, "x") == count("0.1", "x") == count(Decimal("0.1"), "x") == count(Fraction(1, 10), "x") == 10**7
    assert count(np.float64(0.1), "x") == 10**7 and count(np.int64(3), "x") == 3 * 10**8
    for wrong in (True, None, [], b"1"):
        with pytest.raises(TypeError, match="x: found"):
            count(wrong, "x")
    for wrong in (Fraction(1, 3), "1e400", "inf", "", "0x10"):
        with pytest.raises(BulkheadError, match="x: found"):
            count(wrong, "x")


def test_axes():
    assert bulkhead.axis("-30:30:13")[7] == 0.05 and len(bulkhead.axis("0,7", percent=False)) == 2
    for wrong in ("", "1:2", "a:b:c", "1:2:0", "1:2:1000001", "nan", "1e400"):
        with pytest.raises(BulkheadError):
            bulkhead.axis(wrong)
