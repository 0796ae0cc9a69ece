"""How a book's time grows in strategies, scenarios, legs and threads: `Scripts/bench --growth`.

Each point is the fastest of some rounds: the seconds of the analysis, pricing of the contracts included, the seconds of
reading, and the most memory that run held. One axis moves at a time; the others stay at the base.
"""
import csv

import measuring
from report import shortened
from works import THREADS

COLUMNS = ["axis", "strategies", "scenarios", "legs", "threads", "seconds", "strategies_per_s", "read_seconds",
           "peak_mib"]  # fmt: skip


def points(options):
    """(axis, strategies, spots, volatilities, legs, threads), the base in the middle of each axis."""
    largest = options.strategies
    base = max(1, largest // 10)
    threads = int(THREADS)
    for scale in (1000, 100, 10, 1):
        if largest >= scale:
            yield ("strategies", largest // scale, 201, 101, 4, threads)
    for spots, volatilities in ((21, 11), (51, 21), (101, 51), (201, 101), (401, 201)):
        yield ("scenarios", base, spots, volatilities, 4, threads)
    for legs in (4, 8, 16, 32):
        yield ("legs", base, 201, 101, legs, threads)
    for count in sorted({min(2**k, threads) for k in range(threads.bit_length() + 1)}):
        yield ("threads", base, 201, 101, 4, count)


def measured(tools, strategies, spots, volatilities, legs, threads):
    """The seconds of the analysis, those of reading, and the peak memory of one run."""
    folder = tools.book(strategies, legs)
    command = [tools.works, "book", folder / "book.csv", folder / "market.yaml", spots, volatilities, threads]
    figures, memory = measuring.run_for_memory(command)
    return figures["seconds"], figures["read_seconds"], memory


def run(tools, options):
    """Measures every point and prints the table; writes the CSV where one is asked for."""
    rows = []
    for axis, strategies, spots, volatilities, legs, threads in points(options):
        nodes = f"{spots} x {volatilities} nodes"
        measuring.say(f"{axis}: {strategies} strategies, {nodes}, {legs} legs, {threads} threads")
        try:
            runs = [measured(tools, strategies, spots, volatilities, legs, threads) for _ in range(options.rounds)]
        except measuring.Failed as error:
            measuring.say(f"left out, {error}")
            continue
        (best, reading, memory), scenarios = min(runs), spots * volatilities + 1
        figures = [f"{best:.4g}", f"{strategies / best:.4g}", f"{reading:.4g}", f"{memory:.0f}"]
        rows.append([axis, strategies, scenarios, legs, threads, *figures])
        if options.csv:
            with open(options.csv, "w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    widths, last = (11, 11, 10, 5, 8, 9, 11, 8, 7), None
    head = ["axis", "strategies", "scenarios", "legs", "threads", "seconds", "a second", "reading", "MiB"]
    # A rate with a letter, seconds with three digits; the CSV has them as they are.
    short = [[*r[:5], f"{float(r[5]):.3g}", shortened(float(r[6])), f"{float(r[7]):.2g}", r[8]] for r in rows]
    for row in [head, *short]:
        name = row[0] if row[0] != last else ""
        cells = [str(cell).rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print(name.ljust(widths[0]) + "".join(cells))
        last = row[0]
