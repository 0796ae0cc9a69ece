"""A million options from CSV to CSV by numpy and scipy, a whole process: `price_csv.py pandas|polars OPTIONS.csv OUT`.

Writes what `bulkhead price` writes: the value and sixteen partial derivatives, status and detail.
"""
import sys

import numpy as np

NAMES = ["value", "delta", "gamma", "vega", "theta", "rho", "epsilon", "vanna", "volga", "charm", "veta", "speed",
         "zomma", "color", "ultima", "dual_delta", "dual_gamma"]  # fmt: skip


def partials(c, S, K, T, v, r, q):
    """The columns of NAMES, raw; time derivatives with respect to calendar time."""
    from scipy.special import ndtr

    root = np.sqrt(T)
    s = v * root
    d1 = (np.log(S / K) + (r - q) * T) / s + 0.5 * s
    d2 = d1 - s
    growth, discount = np.exp(-q * T), np.exp(-r * T)
    n1 = np.exp(-0.5 * d1 * d1) * 0.3989422804014326779
    N1, N2 = ndtr(c * d1), ndtr(c * d2)
    asset, cash = c * S * growth * N1, c * K * discount * N2
    density = S * growth * n1
    gamma = growth * n1 / (S * s)
    vega = density * root
    # How d1 moves with the time to expiry.
    drift = (r - q) / s - d2 / (2 * T)
    return [
        asset - cash,
        c * growth * N1,
        gamma,
        vega,
        q * asset - r * cash - density * v / (2 * root),
        T * cash,
        -T * asset,
        -growth * n1 * d2 / v,
        vega * d1 * d2 / v,
        q * c * growth * N1 - growth * n1 * drift,
        vega * (q + (r - q) * d1 / s - (1 + d1 * d2) / (2 * T)),
        -gamma / S * (d1 / s + 1),
        gamma * (d1 * d2 - 1) / v,
        gamma * (q + d1 * drift + 1 / (2 * T)),
        -vega / (v * v) * (d1 * d2 * (1 - d1 * d2) + d1 * d1 + d2 * d2),
        -c * discount * N2,
        density / (K * K * s),
    ]


def main():
    """Reads, computes, writes."""
    library, source, target = sys.argv[1:4]
    if library == "pandas":
        import pandas as library_

        table = library_.read_csv(source)
        column = lambda name: table[name].to_numpy()
        sign = np.where(column("type") == "call", 1.0, -1.0)
    else:
        import polars as library_

        table = library_.read_csv(source)
        column = lambda name: table[name].to_numpy()
        sign = (table["type"] == "call").to_numpy() * 2.0 - 1.0
    inputs = [column(name) for name in ("spot", "strike", "years", "vol", "rate", "dividend_yield")]
    out = np.empty((len(NAMES), len(table)))
    # In pieces that stay in the cache.
    for start in range(0, len(table), 8192):
        piece = slice(start, start + 8192)
        rows = partials(sign[piece], *(x[piece] for x in inputs))
        for k, row in enumerate(rows):
            out[k, piece] = row
    result = {"id": column("id"), **dict(zip(NAMES, out))}
    if library == "pandas":
        frame = library_.DataFrame(result)
        frame["status"], frame["detail"] = "ok", ""
        frame.to_csv(target, index=False)
    else:
        frame = library_.DataFrame(result)
        frame.with_columns(status=library_.lit("ok"), detail=library_.lit("")).write_csv(target)


if __name__ == "__main__":
    main()
