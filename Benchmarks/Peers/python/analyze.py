"""One strategy analysed by a Python process: `analyze.py numpy|optionlab MARKET.yaml`.

The demonstration's iron condor at worst fills, accounted in dollars: entry cost, maximum loss and profit, break-evens,
value and Greeks, and P&L over 61 spots. `numpy` reads the market's files; optionlab, which reads none, is given the
same figures. Prints a JSON object; `max_loss` is compared with the exact one.
"""
import datetime
import json
import math
import pathlib
import sys

EXPIRY, STRIKES, QUANTITIES = "26DEC25", (80000, 85000, 100000, 105000), (1, -1, -1, 1)
KINDS, FEES = ("P", "P", "C", "C"), 111.04 + 31.50


def quotes(path):
    """Spot, forward, years and the legs' (price in dollars, volatility) from the market's files."""
    import csv

    import yaml

    market = yaml.safe_load(path.read_text())
    block = market["underlyings"]["BTC"]
    spot, forward = block["spot"], block["forwards"][EXPIRY]
    as_of = market["as_of"]
    if isinstance(as_of, str):
        as_of = datetime.datetime.fromisoformat(as_of)
    expiry = datetime.datetime(2025, 12, 26, 8, tzinfo=datetime.timezone.utc)
    years = (expiry - as_of.astimezone(datetime.timezone.utc)).total_seconds() / 31_536_000
    with open(path.with_name(block["quotes"]), newline="") as file:
        rows = {row["instrument"]: row for row in csv.DictReader(file)}
    legs = []
    for strike, quantity, kind in zip(STRIKES, QUANTITIES, KINDS):
        row = rows[f"BTC-{EXPIRY}-{strike}-{kind}"]
        legs.append((float(row["ask" if quantity > 0 else "bid"]) * spot, float(row["implied_vol"])))
    return spot, forward, years, legs


def by_numpy(path):
    """Everything from the formulas."""
    import numpy as np
    from scipy.special import ndtr

    spot, forward, years, legs = quotes(path)
    K, q = np.array(STRIKES, float), np.array(QUANTITIES, float)
    sign = np.array([1.0 if kind == "C" else -1.0 for kind in KINDS])
    price, v = np.array(legs).T
    cost = float(q @ price) + FEES
    payoff = lambda S: np.maximum(0, sign[:, None] * (S - K[:, None])).T @ q
    corners = payoff(np.concatenate([[0.0], K])) - cost
    root = math.sqrt(years)

    def value(S):
        F = S * forward / spot
        d1 = np.log(F / K[:, None]) / (v * root)[:, None] + 0.5 * (v * root)[:, None]
        d2 = d1 - (v * root)[:, None]
        s = sign[:, None]
        rows = s * (F * ndtr(s * d1) - K[:, None] * ndtr(s * d2))
        density = np.exp(-0.5 * d1 * d1) / math.sqrt(2 * math.pi)
        greeks = [s * ndtr(s * d1), density / (F * (v * root)[:, None]), F * density * root,
                  -F * density * v[:, None] / (2 * root)]  # fmt: skip
        # A coin-settled option's value converts at the spot, not at the forward.
        return q @ rows * (spot / forward), [q @ g for g in greeks]

    now, greeks = value(np.array([spot]))
    profile, _ = value(spot * np.linspace(0.7, 1.3, 61))
    credit = -cost
    return {
        "max_loss": -float(corners.min()),
        "max_profit": float(corners.max()),
        "break_evens": [STRIKES[1] - credit, STRIKES[2] + credit],
        "value": float(now[0]),
        "greeks": [float(g[0]) for g in greeks],
        "profile": [float(x) for x in profile - cost],
    }


def by_optionlab(path):
    """optionlab's own analysis."""
    from optionlab import run_strategy

    spot, _, _, legs = quotes(path)
    strategy = [
        {
            "type": "call" if kind == "C" else "put",
            "strike": strike,
            "premium": premium,
            "n": 1,
            "action": "buy" if quantity > 0 else "sell",
        }
        for strike, quantity, kind, (premium, _) in zip(STRIKES, QUANTITIES, KINDS, legs)
    ]
    out = run_strategy(
        {
            "stock_price": spot,
            "start_date": datetime.date(2025, 12, 5),
            "target_date": datetime.date(2025, 12, 26),
            "volatility": legs[1][1],
            "interest_rate": 0.0,
            "min_stock": spot * 0.7,
            "max_stock": spot * 1.3,
            "strategy": strategy,
        }
    )
    # It knows no fees of ours; they are the same for every outcome.
    return {"max_loss": -float(out.minimum_return_in_the_domain) + FEES, "value": None}


if __name__ == "__main__":
    print(json.dumps((by_numpy if sys.argv[1] == "numpy" else by_optionlab)(pathlib.Path(sys.argv[2]))))
