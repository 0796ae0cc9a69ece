"""The worst relative error of what a contender computed, against fifty digits (mpmath) at a sample, or against what is
exact.

What is compared, and relative to what, stands in Benchmarks/README.md. Gives None where mpmath or numpy is missing.
"""
import csv
import fractions
import itertools
import json
import math
import pathlib

try:
    import mpmath as mp
    import numpy as np

    mp.mp.dps = 50
except ImportError:
    mp = None

from works import MARKET

SAMPLE = 400
BLOCK = 2056


def normal(x):
    """The standard normal distribution."""
    return mp.erfc(-x / mp.sqrt(2)) / 2


def figures(S, K, T, v, r, q, c):
    """Value, delta, gamma, vega, theta, rho, and the size of theta's terms."""
    S, K, T, v, r, q = (mp.mpf(float(x)) for x in (S, K, T, v, r, q))
    c, root = int(c), mp.sqrt(T)
    s = v * root
    d1 = (mp.log(S / K) + (r - q) * T) / s + s / 2
    growth, B = mp.exp(-q * T), K * mp.exp(-r * T)
    A, N1, n1 = S * growth, normal(c * d1), mp.npdf(d1)
    AN, BN, An = c * A * N1, c * B * normal(c * (d1 - s)), A * n1
    terms = (q * AN, -r * BN, -An * v / (2 * root))
    row = [AN - BN, c * growth * N1, growth * n1 / (S * s), An * root, sum(terms), T * BN]
    return row, sum(abs(x) for x in terms)


def worst(pairs):
    """The greatest |found - exact| / scale; not a number counts as 1, and a scale that underflows is passed over."""
    result = 0.0
    for found, exact, scale in pairs:
        if scale < mp.mpf("1e-290"):
            continue
        error = abs(mp.mpf(float(found)) - exact) / scale if math.isfinite(found) else mp.mpf(1)
        result = max(result, float(error))
    return result


class Reference:
    """The reference values of the shared inputs, computed once where they are first wanted."""

    def __init__(self, folder):
        self.folder, self.known = folder, {}

    def once(self, key, make):
        """The value under a key."""
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    def error(self, work, contender):
        """The worst relative error of a contender's output; None where it cannot be judged."""
        judge = getattr(self, work.name, None)
        if mp is None or judge is None or contender.output is None or not contender.output.exists():
            return None
        return judge(work, contender)

    def batch_rows(self):
        """The figures of the block that the contenders work on."""
        columns = np.fromfile(self.folder / "batch.f64").reshape(7, -1)[:, :BLOCK]
        return [figures(*row) for row in columns.T]

    def batch_greeks(self, _, contender):
        """Each figure relative to itself, theta relative to the sum of its terms."""
        rows = self.once("batch", self.batch_rows)
        found = np.fromfile(contender.output).reshape(6, -1)
        return worst(
            (found[m, i], row[m], size if m == 4 else abs(row[m]))
            for i, (row, size) in enumerate(rows[: found.shape[1]])
            for m in range(6)
        )

    def grid_nodes(self):
        """At every so-manieth node, for each figure the legs' sum and the sum of their sizes."""
        values = np.fromfile(self.folder / "grid.f64")
        spots, volatilities = values[:201], values[201:].reshape(4, 101)
        nodes = {}
        for node in range(0, 201 * 101, 13):
            total, sizes = [mp.mpf(0)] * 6, [mp.mpf(0)] * 6
            for leg, (K, w, c) in enumerate(zip((90, 95, 105, 110), (1, -1, -1, 1), (-1, -1, 1, 1))):
                row, size = figures(spots[node % 201], K, 30 / 365, volatilities[leg][node // 201], 0.045, 0.01, c)
                for m in range(6):
                    total[m] += w * row[m]
                    sizes[m] += size if m == 4 else abs(row[m])
            nodes[node] = (total, sizes)
        return nodes

    def grid_price(self, _, contender):
        """A node relative to the sum of its legs' sizes."""
        nodes = self.once("grid", self.grid_nodes)
        found = np.fromfile(contender.output)
        return worst((found[node], total[0], sizes[0]) for node, (total, sizes) in nodes.items())

    def grid_greeks(self, _, contender):
        """The same for all six figures."""
        nodes = self.once("grid", self.grid_nodes)
        found = np.fromfile(contender.output).reshape(6, -1)
        return worst(
            (found[m, node], total[m], sizes[m]) for node, (total, sizes) in nodes.items() for m in range(6)
        )

    def root(self, row):
        """The volatility of a price, by Newton's steps on its logarithm from Bulkhead's answer."""
        columns = self.once("prices", lambda: np.fromfile(self.folder / "implied.f64").reshape(5, -1))
        price, F, K, T, c = (mp.mpf(float(x)) for x in columns[:, row])
        x, root = mp.log(F / K), mp.sqrt(T)
        s = mp.mpf(float(self.answers()[row])) * root
        for _ in range(8):
            d1 = x / s + s / 2
            value = c * (F * normal(c * d1) - K * normal(c * (d1 - s)))
            s -= mp.log(value / price) * value / (F * mp.npdf(d1))
        return s / root

    def answers(self):
        """Bulkhead's volatilities, which say where others are worth looking at."""
        return self.once("answers", lambda: np.fromfile(self.folder / "implied_vol-bulkhead.f64"))

    def implied_vol(self, _, contender):
        """A volatility relative to itself, at every so-manieth row, the lowest prices, and where it differs most from
        Bulkhead's.

        Bulkhead's own are looked at wherever any contender's were; it stands last in the list of those judged.
        """
        found, prices = np.fromfile(contender.output), np.fromfile(self.folder / "implied.f64").reshape(5, -1)[0]
        count = len(found)
        seen = self.known.setdefault("seen", set())
        rows = {*range(0, count, max(1, count // SAMPLE)), *np.argsort(prices[:count])[:50].tolist()}
        with np.errstate(all="ignore"):
            difference = np.nan_to_num(np.abs(found / self.answers()[:count] - 1), nan=1.0)
        rows |= set(np.argsort(-difference)[:50].tolist())
        if contender.name == "bulkhead":
            rows |= seen
        seen |= rows
        exact = {row: self.once(("root", row), lambda row=row: self.root(row)) for row in rows}
        return worst((found[row], x, x) for row, x in exact.items())

    def book_1m(self, work, contender):
        """Value, worst and best P&L at the scenario that the contender names, relative to the margin."""
        positions = self.once("book", lambda: positions_of(work.book, 60))
        if contender.output.suffix == ".csv":
            names = ["value", "worst_pnl", "worst_scenario", "best_pnl", "best_scenario", "margin"]
            with open(contender.output, newline="") as file:
                rows = [[float(r[k]) for k in names] for r in itertools.islice(csv.DictReader(file), len(positions))]
        else:
            rows = np.fromfile(contender.output).reshape(-1, 10)[: len(positions), :6]
        pairs = []
        for position, (value, low, low_node, high, high_node, margin) in zip(positions, rows):
            for found, node, cost in ((value, 0, 0), (low, low_node, position.cost), (high, high_node, position.cost)):
                pairs.append((found, position.value(int(node)) - cost, mp.mpf(float(margin))))
        return worst(pairs)

    def csv_write(self, _, contender):
        """Every number of the first report read back, relative to itself."""
        values = np.fromfile(self.folder / "report.f64").reshape(13, -1)
        columns = [*range(2, 12), 13, 14, 17]
        result = 0.0
        with open(contender.output, newline="") as file:
            for i, row in enumerate(itertools.islice(csv.reader(file), 1, 1 + values.shape[1])):
                for column, exact in zip(columns, values[:, i]):
                    found = float(row[column] or 0)
                    if found != exact:
                        result = max(result, abs(found - exact) / abs(exact) if exact else 1.0)
        return result

    def price_csv_1m(self, work, contender):
        """The five figures of the batch and epsilon, dual delta and dual gamma: those that have one sign."""
        with open(work.read_file, newline="") as source, open(contender.output, newline="") as output:
            pairs = []
            for given, found in itertools.islice(zip(csv.DictReader(source), csv.DictReader(output)), SAMPLE):
                names = ("spot", "strike", "years", "vol", "rate", "dividend_yield")
                S, K, T, v, r, q = (float(given[name]) for name in names)
                row, _ = figures(S, K, T, v, r, q, 1 if given["type"] == "call" else -1)
                exact = dict(zip(("value", "delta", "gamma", "vega", "theta", "rho"), row), theta=None)
                exact["epsilon"] = -mp.mpf(T) * mp.mpf(S) * row[1]
                exact["dual_delta"] = -row[5] / (mp.mpf(T) * mp.mpf(K)) if T else None
                exact["dual_gamma"] = row[2] * mp.mpf(S) ** 2 / mp.mpf(K) ** 2
                pairs += [(float(found[k] or "nan"), x, abs(x)) for k, x in exact.items() if x is not None]
        return worst(pairs)

    def analyze_process(self, _, contender):
        """The maximum loss relative to the exact one, from the quotes as fractions."""
        text = contender.output.read_text()
        if contender.output.suffix == ".csv":
            found = float(next(csv.DictReader(text.splitlines()))["max_loss"])
        else:
            found = json.loads(text)["max_loss"]
        exact = self.once("loss", exact_loss)
        return abs(found / exact - 1)


def exact_loss():
    """The demonstration's maximum loss: the wider wing less the credit, and the fees."""
    with open(MARKET.with_suffix(".csv"), newline="") as file:
        rows = {row["instrument"]: row for row in csv.DictReader(file)}
    lines = MARKET.read_text().splitlines()
    spot = fractions.Fraction(next(x.split()[1] for x in lines if x.strip().startswith("spot:")))
    cost = fractions.Fraction("111.04") + fractions.Fraction("31.50")
    for strike, quantity, kind in ((80000, 1, "P"), (85000, -1, "P"), (100000, -1, "C"), (105000, 1, "C")):
        row = rows[f"BTC-26DEC25-{strike}-{kind}"]
        cost += quantity * fractions.Fraction(row["ask" if quantity > 0 else "bid"]) * spot
    return float(cost + 5000)


class Position:
    """A strategy of a book in fifty digits."""

    def __init__(self, legs, cost):
        self.legs, self.cost = legs, cost

    def value(self, scenario):
        """The value under a scenario of the grid, 0 the unshocked point."""
        spot = shift = mp.mpf(0)
        if scenario:
            # The nodes as doubles, which is how all contenders have them.
            i, j = (scenario - 1) % 201, (scenario - 1) // 201
            spot = mp.mpf(0.3 if i == 200 else -0.3 + i * 0.6 / 200)
            shift = mp.mpf(0.4 if j == 100 else -0.2 + j * (0.4 + 0.2) / 100)
        total = mp.mpf(0)
        for quantity, c, K, T, F, v in self.legs:
            s, forward = (v + shift) * mp.sqrt(T), F * (1 + spot)
            d1 = mp.log(forward / K) / s + s / 2
            total += quantity * c * (forward * normal(c * d1) - K * normal(c * (d1 - s)))
        return total


def positions_of(folder, count):
    """The first strategies of a book."""
    with open(pathlib.Path(folder) / "contracts.csv", newline="") as file:
        contracts = {(r["kind"], r["expiry"], r["strike"]): r for r in csv.DictReader(file)}
    result = []
    with open(pathlib.Path(folder) / "book.csv", newline="") as file:
        groups = itertools.groupby(csv.DictReader(file), lambda r: r["strategy"])
        for _, rows in itertools.islice(groups, count):
            legs, cost = [], mp.mpf(0)
            for r in rows:
                c = contracts[r["kind"], r["expiry"], r["strike"]]
                numbers = [mp.mpf(float(c[k])) for k in ("strike", "years", "forward", "volatility")]
                quantity = mp.mpf(r["quantity"]) * mp.mpf(r["multiplier"])
                legs.append((quantity, 1 if r["kind"] == "call" else -1, *numbers))
                cost += quantity * mp.mpf(r["price"]) + mp.mpf(r["fee"])
            result.append(Position(legs, cost))
    return result
