"""What a million options cost through the package, beside the core's own benchmark.

    python Python/benchmarks/speed.py [--rounds 9] [--core Benchmarks/.build/release/KernelBenchmark]

One thread's processor time, the median of the rounds; both are measured in one run, since a machine's speed is its
own of the moment. ``swift build -c release --package-path Benchmarks --product KernelBenchmark`` makes the core's.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time
from collections.abc import Callable

import numpy as np

import bulkhead

COUNT = 1_000_000

WORKS = ("batch 1M price", "batch 1M price+5 Greeks", "implied volatility 1M")


def works() -> dict[str, Callable[[], object]]:
    # The inputs of the core's benchmark: the same draws of the same generator (SplitMix64, seed 42), a row seven of
    # them.
    with np.errstate(over="ignore"):
        z = np.arange(1, 7 * COUNT + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(42)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        draws = ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64).reshape(COUNT, 7).T * 2.0**-53

    def uniform(place: int, low: float, high: float) -> np.ndarray:
        return low + (high - low) * draws[place]

    spot = uniform(0, 50, 150)
    strike = spot * np.exp(uniform(1, -0.5, 0.5))
    years, vol = uniform(2, 2 / 365, 2), uniform(3, 0.05, 1)
    rate, dividend_yield = uniform(4, 0, 0.08), uniform(5, 0, 0.05)
    sign = np.where(draws[6] < 0.5, -1.0, 1.0)
    # Prices out of the money, as the core's benchmark of implied volatilities takes them.
    side = np.where(spot * np.exp((rate - dividend_yield) * years) < strike, 1.0, -1.0)
    out, block, all_, vols = np.empty(COUNT), np.empty((6, COUNT)), np.empty((17, COUNT)), np.empty(COUNT)
    options = (sign, spot, strike, years, vol, rate, dividend_yield)
    prices = bulkhead.price(side, *options[1:])
    return {
        "batch 1M price": lambda: bulkhead.price(*options, out=out),
        "batch 1M price+5 Greeks": lambda: bulkhead.first_greeks(*options, out=block),
        "batch 1M price+16 partials": lambda: bulkhead.greeks(*options, out=all_),
        "implied volatility 1M": lambda: bulkhead.implied_vol(
            side, prices, spot, strike, years, rate, dividend_yield, out=vols
        ),
    }


def core(path: str, rounds: int) -> dict[str, float]:
    """Millions a second, the median of each work, as the core's benchmark prints them."""
    text = subprocess.run([path, str(rounds)], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if cells[0] in WORKS:
            # The name, who, and the least, median and greatest rate.
            found[cells[0]] = float(cells[3])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--core", help="the core's benchmark, to be run beside")
    arguments = parser.parse_args()
    rates: dict[str, list[float]] = {}
    core_rates: dict[str, list[float]] = {}
    todo = works()
    for _ in range(arguments.rounds):
        # In turn, so that whatever else the machine does meets both.
        if arguments.core:
            for name, rate in core(arguments.core, 1).items():
                core_rates.setdefault(name, []).append(rate)
        for name, work in todo.items():
            start = time.thread_time()
            work()
            rates.setdefault(name, []).append(COUNT / (time.thread_time() - start) / 1e6)
    print(f"{'work':30}{'package M/s':>12}{'core M/s':>12}{'ratio':>8}")
    for name, found in rates.items():
        mine = statistics.median(found)
        other = statistics.median(core_rates[name]) if name in core_rates else None
        print(f"{name:30}{mine:12.1f}" + (f"{other:12.1f}{mine / other:8.2f}" if other else ""))


if __name__ == "__main__":
    main()
