"""What the Python peers share: the inputs that every contender reads, and how a rate is taken."""
import pathlib
import sys
import time

import numpy as np

SPOTS, VOLATILITIES, LEGS = 201, 101, 4
NODES = SPOTS * VOLATILITIES
# As the other contenders' blocks; numpy has its own size below.
BLOCK = 2056


class Condor:
    """One iron condor over a grid; a leg has its own row of volatilities."""

    strikes, weights, signs = (90.0, 95.0, 105.0, 110.0), (1.0, -1.0, -1.0, 1.0), (-1.0, -1.0, 1.0, 1.0)
    years, rate, dividend_yield = 30 / 365, 0.045, 0.01

    def __init__(self, folder):
        values = np.fromfile(pathlib.Path(folder) / "grid.f64")
        self.spots = values[:SPOTS]
        self.volatilities = values[SPOTS:].reshape(LEGS, VOLATILITIES)


def batch(folder):
    """Columns spot, strike, years, volatility, rate, dividend yield, sign of random options."""
    return np.fromfile(pathlib.Path(folder) / "batch.f64").reshape(7, -1)


def prices(folder):
    """Columns price, forward, strike, years, sign of undiscounted prices out of the money."""
    return np.fromfile(pathlib.Path(folder) / "implied.f64").reshape(5, -1)


def measure(count, run, least=0.25):
    """Repeats a work for a quarter of a second and prints the median rate, in this process's processor time."""
    run()
    rates, begin = [], time.process_time()
    start = begin
    while True:
        run()
        end = time.process_time()
        rates.append(count / max(end - start, 1e-9))
        start = end
        if end - begin >= least and len(rates) >= 3:
            break
    print(f"rate {sorted(rates)[len(rates) // 2]:.9g}")


def main(contenders):
    """`list`, or `WORK NAME FOLDER [DUMP]`; a contender is made from the folder: (options, run)."""
    arguments = sys.argv[1:]
    if arguments == ["list"]:
        for work, name in contenders:
            print(work, name)
        return
    work, name, folder = arguments[:3]
    count, run = contenders[work, name](folder)
    if len(arguments) == 4:
        np.concatenate([np.ravel(x) for x in np.atleast_2d(run())]).astype(np.float64).tofile(arguments[3])
    else:
        measure(count, run)
