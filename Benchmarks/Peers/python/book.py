"""A book under a grid by numpy: `book.py BOOK CONTRACTS STRATEGIES [DUMP]`, on the book's first STRATEGIES strategies.

The grid and the figures are those of the C++ peer (Books/main.cpp). Contracts are priced once, and strategies are
summed in blocks; prints `rate STRATEGIES_PER_SECOND` of wall-clock behind reading.
"""
import csv
import itertools
import math
import sys
import time

import numpy as np
from scipy.special import ndtr

SPOTS, VOLATILITIES = 201, 101


def read(book, contracts, count):
    """Contracts as columns, and for each strategy its rows of contracts and quantities, cost and margin."""
    with open(contracts, newline="") as file:
        rows = list(csv.DictReader(file))
    place = {(r["kind"], r["expiry"], r["strike"]): k for k, r in enumerate(rows)}
    sign = np.array([1.0 if r["kind"] == "call" else -1.0 for r in rows])
    columns = [np.array([float(r[name]) for r in rows]) for name in ("strike", "years", "forward", "volatility")]
    legs, quantities, costs = [], [], []
    with open(book, newline="") as file:
        for _, group in itertools.islice(itertools.groupby(csv.DictReader(file), lambda r: r["strategy"]), count):
            group = list(group)
            legs.append([place[r["kind"], r["expiry"], r["strike"]] for r in group])
            quantities.append([float(r["quantity"]) * float(r["multiplier"]) for r in group])
            costs.append(sum(q * float(r["price"]) + float(r["fee"]) for q, r in zip(quantities[-1], group)))
    legs, quantities, costs = np.array(legs), np.array(quantities), np.array(costs)
    strikes = columns[0][legs]
    payoffs = np.maximum(0, sign[legs][:, None, :] * (strikes[:, :, None] - strikes[:, None, :]))
    least = np.minimum(0, np.einsum("skl,sl->sk", payoffs, quantities).min(axis=1))
    margins = np.maximum(0, np.ceil((costs - least) * 100 - 1e-6) / 100)
    return (sign, *columns), legs, quantities, costs, margins


def cube(sign, strike, years, forward, volatility):
    """The prices of every contract under every scenario, the unshocked point first."""
    spot = np.linspace(-0.3, 0.3, SPOTS)
    shift = np.linspace(-0.2, 0.4, VOLATILITIES)
    moves = np.concatenate([[0.0], np.tile(spot, VOLATILITIES)])
    shifts = np.concatenate([[0.0], np.repeat(shift, SPOTS)])
    out = np.empty((len(sign), len(moves)))
    for k in range(len(sign)):
        s = (volatility[k] + shifts) * math.sqrt(years[k])
        F, c = forward[k] * (1 + moves), sign[k]
        d1 = np.log(F / strike[k]) / s + 0.5 * s
        out[k] = c * (F * ndtr(c * d1) - strike[k] * ndtr(c * (d1 - s)))
    return out


def main():
    """Reads, works, prints."""
    book, contracts, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    columns, legs, quantities, costs, margins = read(book, contracts, count)
    prices = cube(*columns)
    start = time.perf_counter()
    results = []
    for first in range(0, len(legs), 16):
        block = slice(first, first + 16)
        profit = (prices[legs[block]] * quantities[block, :, None]).sum(axis=1)
        value = profit[:, 0].copy()
        profit -= costs[block, None]
        nodes, margin = profit[:, 1:], margins[block]
        worst, best = nodes.argmin(axis=1), nodes.argmax(axis=1)
        rows = np.arange(len(nodes))
        beyond = [(nodes < -share * margin[:, None]).mean(axis=1) for share in (0.25, 0.5, 0.75, 1.0)]
        results.append(
            np.stack([value, nodes[rows, worst], worst + 1, nodes[rows, best], best + 1, margin, *beyond], axis=1)
        )
    print(f"rate {len(legs) / (time.perf_counter() - start):.9g}")
    if len(sys.argv) > 4:
        np.concatenate(results).tofile(sys.argv[4])


if __name__ == "__main__":
    main()
