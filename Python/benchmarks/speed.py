"""What a million options cost through the package, beside the core's own benchmark.

    python Python/benchmarks/speed.py [--pairs 9] [--core Benchmarks/.build/release/KernelBenchmark]

One thread's processor time. Package and core are measured in turn, three calls each and the median of them, so that
whatever else the machine does meets both: a pair gives a ratio, and the median of the ratios is the answer, with the
least and the greatest. Both read the same options and write into memory that was written before: ``out=``. The last
figure is the package's without ``out=``, where a call also pays for the memory it returns.

``swift build -c release --package-path Benchmarks --product KernelBenchmark`` makes the core's.
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
CALLS = 3

Work = Callable[..., object]


def works() -> dict[str, tuple[Work, np.ndarray]]:
    """Each work with the memory it writes into."""
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
    options = (sign, spot, strike, years, vol, rate, dividend_yield)
    prices = bulkhead.price(side, *options[1:])
    return {
        "batch 1M price": (lambda **more: bulkhead.price(*options, **more), np.zeros(COUNT)),
        "batch 1M price+5 Greeks": (lambda **more: bulkhead.first_greeks(*options, **more), np.zeros((6, COUNT))),
        "batch 1M price+16 partials": (lambda **more: bulkhead.greeks(*options, **more), np.zeros((17, COUNT))),
        "implied volatility 1M": (
            lambda **more: bulkhead.implied_vol(side, prices, spot, strike, years, rate, dividend_yield, **more),
            np.zeros(COUNT),
        ),
    }


def rate(call: Callable[[], object]) -> float:
    """Millions a second, the median of a few calls."""
    seconds = []
    for _ in range(CALLS):
        start = time.thread_time()
        call()
        seconds.append(time.thread_time() - start)
    return COUNT / statistics.median(seconds) / 1e6


def core_rates(path: str) -> dict[str, float]:
    """Millions a second, the median of each work, as the core's benchmark prints them."""
    text = subprocess.run([path, str(CALLS)], capture_output=True, text=True, check=True).stdout
    lines = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
    # The name, who, and the least, median and greatest rate.
    return {cells[0]: float(cells[3]) for cells in lines}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--core", help="the core's benchmark, to be run in turn")
    arguments = parser.parse_args()
    todo = works()
    mine: dict[str, list[float]] = {name: [] for name in todo}
    fresh: dict[str, list[float]] = {name: [] for name in todo}
    core: dict[str, list[float]] = {name: [] for name in todo}
    for _ in range(arguments.pairs):
        beside = core_rates(arguments.core) if arguments.core else {}
        for name, (work, out) in todo.items():
            mine[name].append(rate(lambda work=work, out=out: work(out=out)))
            fresh[name].append(rate(work))
            if name in beside:
                core[name].append(beside[name])
    print(f"{'work':28}{'package M/s':>12}{'core M/s':>10}{'ratio':>8}{'least':>7}{'most':>7}{'without out=':>14}")
    for name, found in mine.items():
        line = f"{name:28}{statistics.median(found):12.1f}"
        if core[name]:
            ratios = [left / right for left, right in zip(found, core[name])]
            line += f"{statistics.median(core[name]):10.1f}{statistics.median(ratios):8.2f}"
            line += f"{min(ratios):7.2f}{max(ratios):7.2f}"
        else:
            line += " " * 32
        print(f"{line}{statistics.median(fresh[name]):14.1f}")


if __name__ == "__main__":
    main()
