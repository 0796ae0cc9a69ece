"""What an analyst has in a table goes in, and what comes out goes into one."""

from __future__ import annotations

import datetime
from decimal import ROUND_CEILING, Decimal

import numpy as np
import pytest
from conftest import ROOT

import bulkhead
from bulkhead import BulkheadError, Chain, Strategy

pd = pytest.importorskip("pandas")

QUOTES = ROOT / "Data" / "Markets" / "deribit-btc-2025-12-05.csv"
MOMENT, SPOT = "2025-12-05T01:10:52Z", "92529.80714286"


def same(left: dict, right: dict) -> None:
    assert list(left) == list(right)
    for name, column in left.items():
        if column.dtype == object:
            assert column.tolist() == right[name].tolist(), name
        else:
            np.testing.assert_array_equal(column, right[name], err_msg=name)


def test_the_quotes_of_a_chain_are_the_files(chain):
    table = pd.DataFrame(chain.columns())
    file = pd.read_csv(QUOTES)
    assert table["instrument"].tolist() == file["instrument"].tolist()
    for name in ("bid", "ask", "mark", "implied_vol"):
        np.testing.assert_array_equal(table[name], file[name], err_msg=name)
    assert chain.strikes("26DEC25").tolist() == sorted(set(table["strike"][table["expiry"] == "2025-12-26"]))
    assert len(set(table["years"])) == 2 and table["forward"].between(92000, 94000).all()


def test_the_quotes_of_a_chain_are_its_columns_digit_by_digit(chain):
    assert len(chain) == len(chain.quotes) == len(chain.columns()["bid"]) == 206
    table = pd.DataFrame(chain.quotes)
    assert table["instrument"].tolist() == chain.columns()["instrument"].tolist()
    with open(QUOTES) as file:
        cells = [line.rstrip("\n").split(",") for line in file][1:]
    for quote, (name, bid, ask, mark, vol) in zip(chain.quotes, cells):
        assert quote.instrument == name and str(quote.expiry) in ("2025-12-26", "2026-01-30")
        assert [quote.bid, quote.ask, quote.mark] == [Decimal(cell) if cell else None for cell in (bid, ask, mark)]
        assert quote.implied_vol == (float(vol) if vol else None)
        assert name.endswith(f"-{quote.strike:f}-{quote.kind[0].upper()}")


def test_a_grid_is_its_nodes_and_the_unshocked_point_is_asked_for(chain):
    spread = Strategy.parse("-1P90000 +1P85000 @26DEC25", chain, settlement="quote")
    found = bulkhead.stress(spread, chain, spot="-10:10:3", vol="-5:5:3", days="0,7")
    nodes, report = pd.DataFrame(found.columns()), pd.DataFrame(found.columns(unshocked=True))
    # The node without a shift is in the grid once; the report has it once more in front.
    still = "days_forward == 0 and spot_shift == 0 and vol_shift == 0"
    assert len(nodes) == found.pnl.size == 18 and len(nodes.query(still)) == 1
    assert len(report) == 19 and len(report.query(still)) == 2 and report["scenario"].tolist() == list(range(19))
    pd.testing.assert_frame_equal(report.iloc[1:].reset_index(drop=True), nodes)
    assert nodes["pnl"].tolist() == found.pnl.ravel().tolist() and report["pnl"][0] == found.now["pnl"]
    assert (nodes.query(still)["pnl_from_now"] == 0).all()


def test_a_chain_is_valued_column_by_column(chain):
    at = pd.DataFrame(chain.columns())
    table = at[at["implied_vol"].notna()]
    value = bulkhead.price(
        table["kind"], chain.spot, table["strike"], table["years"], table["implied_vol"], table["rate"],
        table["dividend_yield"],
    )  # fmt: skip
    np.testing.assert_allclose(value / chain.spot, table["mark"], atol=5e-5)
    assert pd.DataFrame(bulkhead.greeks("call", 100, [90, 100], 1, 0.2)._asdict()).shape == (2, 17)


@pytest.mark.parametrize("form", ["frame", "nullable", "columns", "rows"])
def test_quotes_are_taken_in_every_form(form):
    frame = pd.read_csv(QUOTES)
    forms = {
        "frame": frame,
        "nullable": frame.convert_dtypes(),
        "columns": {name: frame[name].to_numpy() for name in frame},
        "rows": frame.to_dict("records"),
    }
    found = Chain("BTC", MOMENT, SPOT, forms[form], quoted_in="coin")
    assert found.rejected == []
    same(found.columns(), Chain.read_csv(QUOTES, "BTC", MOMENT, SPOT, quoted_in="coin").columns())


def test_what_is_set_aside_is_in_no_column():
    good = {"instrument": "BTC-26DEC25-92000-C", "bid": 0.048, "ask": float("nan"), "implied_vol": None}
    late = {"instrument": "BTC-28NOV25-92000-C", "bid": 0.048}
    chain = Chain("BTC", MOMENT, SPOT, [late, good, good, {"instrument": "nonsense"}], quoted_in="coin")
    columns = chain.columns()
    assert [row.row for row in chain.rejected] == [0, 2, 3]
    assert columns["instrument"].tolist() == ["BTC-26DEC25-92000-C"] and columns["bid"].tolist() == [0.048]
    assert np.isnan(columns["ask"][0]) and np.isnan(columns["mark"][0]) and np.isnan(columns["implied_vol"][0])
    empty = Chain("BTC", MOMENT, SPOT).columns()
    assert list(empty) == list(columns) and all(len(column) == 0 for column in empty.values())


@pytest.mark.parametrize(
    "quotes, error, words",
    [
        ([("BTC-26DEC25-92000-C", 1)], TypeError, "wanted a dictionary"), (5, TypeError, "found int"),
        ([{"bid": 1}], BulkheadError, "no 'instrument' in row 0"),
        ({"instrument": ["a", "b"], "bid": [1]}, BulkheadError, "different lengths"),
    ],
)  # fmt: skip
def test_quotes_that_are_no_table(quotes, error, words):
    with pytest.raises(error, match=words):
        Chain("BTC", MOMENT, SPOT, quotes)


@pytest.mark.parametrize(
    "day",
    [
        pd.Timestamp("2025-12-26"), np.datetime64("2025-12-26"), np.datetime64("2025-12-26T00:00:00.000000000"),
        datetime.datetime(2025, 12, 26), datetime.date(2025, 12, 26), "2025-12-26",
    ],
)  # fmt: skip
def test_every_kind_of_day_is_the_day(day, chain):
    assert bulkhead.expiry(day) == bulkhead.expiry("2025-12-26")
    assert float(chain.vol(92000, day)) == float(chain.vol(92000, "26DEC25"))
    assert Strategy.straddle(day, 92000) == Strategy.straddle("2025-12-26", 92000)


def test_a_moment_with_a_time_zone_is_that_second():
    moment = pd.Timestamp("2025-12-26 09:00:01", tz="Europe/Berlin")
    assert bulkhead.expiry(moment) == bulkhead.expiry("2025-12-26T08:00:01Z")


@pytest.mark.parametrize(
    "day",
    [
        pd.Timestamp("2025-12-26 08:00"),
        np.datetime64("2025-12-26T08:00"),
        np.datetime64("NaT"),
        pd.NaT,
        np.datetime64("2025-12"),
        np.datetime64("2025"),
    ],
)
def test_a_day_that_is_none(day):
    with pytest.raises(BulkheadError):
        bulkhead.expiry(day)


def test_columns_of_objects():
    price = bulkhead.price
    wanted = price(["call", "put"], 100, [90.0, 110.0], 1, 0.2).tolist()
    kinds = pd.Series(["call", "put"])
    for kind in (kinds, kinds.astype(object), kinds.astype("category"), kinds.convert_dtypes()):
        assert price(kind, 100, pd.array([90, 110], dtype="Float64"), 1, 0.2).tolist() == wanted
    for bad, found in ([90.0, None], "None"), ([90.0, pd.NA], "<NA>"), ([90.0, "x"], "'x'"), ([90.0, True], "True"):
        with pytest.raises(TypeError, match=f"strike: found {found} among"):
            price("call", 100, np.array(bad, dtype=object), 1, 0.2)
    with pytest.raises(BulkheadError, match="kind: found 'None'"):
        price(np.array(["call", None], dtype=object), 100, 100, 1, 0.2)


def test_margins_and_legs_become_tables(chain):
    spreads = [Strategy.parse(f"-1P90000 +1P{low} @26DEC25", chain, settlement="quote") for low in (85000, 80000)]
    table = pd.DataFrame(bulkhead.margin(spreads, chain))
    assert table["status"].tolist() == ["ok", "ok"] and (table["margin"] == table["max_loss"].map(round2)).all()
    assert pd.DataFrame(spreads[0].legs)["kind"].tolist() == ["put", "put"]


def round2(amount):
    """A loss as it is posted: rounded up to a cent."""
    return amount.quantize(Decimal("0.01"), ROUND_CEILING)


def test_a_liquidation_at_one_volatility_asks_for_no_quotes():
    """The same corridor with the chain's quotes and without any: forwards are stated, and nothing else counts."""
    spread = Strategy.parse("-1P90000=1200 +1P85000=400 @26DEC25")
    terms = {"forwards": {"26DEC25": "92726.41"}, "quoted_in": "coin"}
    bare = bulkhead.liquidation(spread, Chain("BTC", MOMENT, SPOT, **terms), vol=0.45, deposit=3000)
    quoted = Chain("BTC", MOMENT, SPOT, pd.read_csv(QUOTES), **terms)
    full = bulkhead.liquidation(spread, quoted, vol=0.45, deposit=3000)
    assert bare == full and bare.status == "ok" and 0 < bare.lower < bare.spot
    with pytest.raises(BulkheadError, match="no volatility"):
        bulkhead.liquidation(spread, Chain("BTC", MOMENT, SPOT, **terms), deposit=3000)
