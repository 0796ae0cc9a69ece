"""Python peers of the kernels: `kernels.py list`, `kernels.py WORK NAME FOLDER [DUMP]`; see shared.py."""
import importlib.util
import math
import os

# One core, as for everyone; before numpy is loaded.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np

from shared import BLOCK, LEGS, NODES, SPOTS, VOLATILITIES, Condor, batch, main, prices

DENSITY = 1 / math.sqrt(2 * math.pi)


def figures(S, K, T, v, r, q, c):
    """Value, delta, gamma, vega, theta, rho by numpy, with scipy's normal distribution."""
    from scipy.special import ndtr

    root = np.sqrt(T)
    s = v * root
    d1 = (np.log(S / K) + (r - q) * T) / s + 0.5 * s
    growth, B = np.exp(-q * T), K * np.exp(-r * T)
    A, N1, n1 = S * growth, ndtr(c * d1), DENSITY * np.exp(-0.5 * d1 * d1)
    AN, BN, An = c * A * N1, c * B * ndtr(c * (d1 - s)), A * n1
    theta = q * AN - r * BN - An * v / (2 * root)
    return AN - BN, c * growth * N1, growth * n1 / (S * s), An * root, theta, T * BN


def numpy_batch(folder):
    """A block of eight thousand rows, which numpy does best with."""
    columns = [np.ascontiguousarray(x) for x in batch(folder)[:, :8192]]
    return 8192, lambda: figures(*columns)


def numpy_grid(folder):
    """Logarithms and discounts outside the product of the axes, as a careful user writes it."""
    from scipy.special import ndtr

    c = Condor(folder)
    root, growth = math.sqrt(c.years), math.exp(-c.dividend_yield * c.years)
    carry, discount = (c.rate - c.dividend_yield) * c.years, math.exp(-c.rate * c.years)
    asset, logarithm = (c.spots * growth)[None, :], np.log(c.spots)[None, :]

    def run():
        out = np.zeros((VOLATILITIES, SPOTS))
        for leg in range(LEGS):
            s = (c.volatilities[leg] * root)[:, None]
            d1, sign = (logarithm - math.log(c.strikes[leg]) + carry) / s + 0.5 * s, c.signs[leg]
            value = asset * ndtr(sign * d1) - c.strikes[leg] * discount * ndtr(sign * (d1 - s))
            out += c.weights[leg] * sign * value
        return out

    return LEGS * NODES, run


def numpy_grid_greeks(folder):
    """The same with the five Greeks."""
    c = Condor(folder)

    def run():
        out = np.zeros((6, VOLATILITIES, SPOTS))
        for leg in range(LEGS):
            rows = figures(
                c.spots[None, :], c.strikes[leg], c.years, c.volatilities[leg][:, None], c.rate, c.dividend_yield,
                c.signs[leg],
            )  # fmt: skip
            for total, row in zip(out, rows):
                total += c.weights[leg] * row
        return out

    return LEGS * NODES, run


def numpy_implied(folder):
    """Newton's steps on the logarithm of the normalised price, all rows at once."""
    from scipy.special import ndtr

    price, F, K, T, sign = (x[:100_000] for x in prices(folder))
    x, target = np.log(F / K), np.log(price / np.sqrt(F * K))

    def run():
        s = np.sqrt(2 * np.abs(x)) + 1e-3
        with np.errstate(all="ignore"):
            for _ in range(60):
                d1 = x / s + 0.5 * s
                value = sign * (np.exp(0.5 * x) * ndtr(sign * d1) - np.exp(-0.5 * x) * ndtr(sign * (d1 - s)))
                vega = DENSITY * np.exp(0.5 * x - 0.5 * d1 * d1)
                change = (np.log(value) - target) * value / vega
                s = np.where(np.isfinite(change), np.clip(s - change, 0.3 * s, 3 * s), 1.5 * s)
                if not (np.abs(change) > 1e-14 * s).any():
                    break
        return s / np.sqrt(T)

    return len(price), run


def numba_kernels():
    """Scalar loops, compiled."""
    import numba

    half = math.sqrt(0.5)

    @numba.njit(fastmath=True, error_model="numpy", cache=True)
    def one(S, K, T, v, r, q, c):
        root = math.sqrt(T)
        s = v * root
        d1 = (math.log(S / K) + (r - q) * T) / s + 0.5 * s
        growth, B = math.exp(-q * T), K * math.exp(-r * T)
        A, N1 = S * growth, 0.5 * math.erfc(-c * d1 * half)
        n1 = DENSITY * math.exp(-0.5 * d1 * d1)
        AN, BN, An = c * A * N1, c * B * 0.5 * math.erfc(-c * (d1 - s) * half), A * n1
        theta = q * AN - r * BN - An * v / (2 * root)
        return AN - BN, c * growth * N1, growth * n1 / (S * s), An * root, theta, T * BN

    @numba.njit(fastmath=True, error_model="numpy", cache=True)
    def many(columns, out):
        for i in range(out.shape[1]):
            row = one(
                columns[0, i], columns[1, i], columns[2, i], columns[3, i], columns[4, i], columns[5, i], columns[6, i]
            )
            for m in range(6):
                out[m, i] = row[m]

    return one, many


def numba_grids():
    """The loops over the grid: the value alone, and all figures."""
    import numba

    one, _ = numba_kernels()
    half = math.sqrt(0.5)

    @numba.njit(fastmath=True, error_model="numpy", cache=True)
    def values(spots, volatilities, strikes, weights, signs, T, r, q, out):
        out[:] = 0
        root, growth = math.sqrt(T), math.exp(-q * T)
        for leg in range(4):
            c, B = signs[leg], strikes[leg] * math.exp(-r * T)
            for j in range(out.shape[1]):
                s = volatilities[leg, j] * root
                for i in range(out.shape[2]):
                    d1 = (math.log(spots[i] / strikes[leg]) + (r - q) * T) / s + 0.5 * s
                    asset = spots[i] * growth * math.erfc(-c * d1 * half)
                    out[0, j, i] += weights[leg] * c * 0.5 * (asset - B * math.erfc(-c * (d1 - s) * half))

    @numba.njit(fastmath=True, error_model="numpy", cache=True)
    def figures_of(spots, volatilities, strikes, weights, signs, T, r, q, out):
        out[:] = 0
        for leg in range(4):
            for j in range(out.shape[1]):
                for i in range(out.shape[2]):
                    row = one(spots[i], strikes[leg], T, volatilities[leg, j], r, q, signs[leg])
                    for m in range(6):
                        out[m, j, i] += weights[leg] * row[m]

    return {1: values, 6: figures_of}


def numba_batch(folder):
    """The block of the C++ contenders."""
    _, many = numba_kernels()
    columns, out = np.ascontiguousarray(batch(folder)[:, :BLOCK]), np.empty((6, BLOCK))

    def run():
        many(columns, out)
        return out

    return BLOCK, run


def numba_grid(figure_count):
    """A maker of the grid's work with one figure or six."""

    def make(folder):
        grid = numba_grids()[figure_count]
        c, out = Condor(folder), np.empty((figure_count, VOLATILITIES, SPOTS))
        legs = [np.array(x) for x in (c.strikes, c.weights, c.signs)]

        def run():
            grid(c.spots, c.volatilities, *legs, c.years, c.rate, c.dividend_yield, out)
            return out

        return LEGS * NODES, run

    return make


def optionlab_grid(folder):
    """optionlab's vectorised formulas, a row of spots at a time."""
    from optionlab.black_scholes import get_d1, get_d2, get_option_price

    c = Condor(folder)

    def run():
        out = np.zeros((VOLATILITIES, SPOTS))
        for leg in range(LEGS):
            kind = "call" if c.signs[leg] > 0 else "put"
            for j, v in enumerate(c.volatilities[leg]):
                terms = (c.spots, c.strikes[leg], c.rate, v, c.years, c.dividend_yield)
                d1, d2 = get_d1(*terms), get_d2(*terms)
                out[j] += c.weights[leg] * get_option_price(
                    kind, c.spots, c.strikes[leg], c.rate, c.years, d1, d2, c.dividend_yield
                )
        return out

    return LEGS * NODES, run


def vollib_batch(folder):
    """py_vollib, one option at a time."""
    from py_vollib.black_scholes_merton import black_scholes_merton
    from py_vollib.black_scholes_merton.greeks import analytical

    # Its theta is a day's, and its vega and rho a point's.
    units = ((analytical.delta, 1), (analytical.gamma, 1), (analytical.vega, 100), (analytical.theta, 365),
             (analytical.rho, 100))  # fmt: skip
    rows = [("c" if c > 0 else "p", S, K, T, r, v, q) for S, K, T, v, r, q, c in batch(folder)[:, :500].T]

    def run():
        out = np.empty((6, len(rows)))
        for i, row in enumerate(rows):
            out[0, i] = black_scholes_merton(*row)
            for m, (figure, unit) in enumerate(units, 1):
                out[m, i] = figure(*row) * unit
        return out

    return len(rows), run


def jaeckel_implied(folder):
    """Jäckel's LetsBeRational, as fast-vollib has it for arrays."""
    from fast_vollib.jackel import jackel_iv_black

    price, F, K, T, sign = (np.ascontiguousarray(x[:100_000]) for x in prices(folder))
    return len(price), lambda: np.asarray(jackel_iv_black(price, F, K, T, sign > 0)).ravel()


def vollib_implied(folder):
    """py_vollib: Jäckel's method in Python."""
    from py_vollib.black.implied_volatility import implied_volatility

    rows = [(p, F, K, 0.0, T, "c" if c > 0 else "p") for p, F, K, T, c in prices(folder)[:, :500].T]

    def run():
        out = []
        for row in rows:
            try:
                out.append(implied_volatility(*row))
            except Exception:  # Its domain ends earlier; the row counts as wrong.
                out.append(math.nan)
        return np.array(out)

    return len(rows), run


CONTENDERS = {
    ("grid_price", "numpy-scipy"): (numpy_grid, ["scipy"]),
    ("grid_price", "numba"): (numba_grid(1), ["numba"]),
    ("grid_price", "optionlab"): (optionlab_grid, ["optionlab"]),
    ("grid_greeks", "numpy-scipy"): (numpy_grid_greeks, ["scipy"]),
    ("grid_greeks", "numba"): (numba_grid(6), ["numba"]),
    ("batch_greeks", "numpy-scipy"): (numpy_batch, ["scipy"]),
    ("batch_greeks", "numba"): (numba_batch, ["numba"]),
    ("batch_greeks", "py-vollib"): (vollib_batch, ["py_vollib"]),
    ("implied_vol", "numpy-scipy"): (numpy_implied, ["scipy"]),
    ("implied_vol", "fast-vollib-jaeckel"): (jaeckel_implied, ["fast_vollib"]),
    ("implied_vol", "py-vollib"): (vollib_implied, ["py_vollib"]),
}

if __name__ == "__main__":
    main({k: make for k, (make, needed) in CONTENDERS.items() if all(map(importlib.util.find_spec, needed))})
