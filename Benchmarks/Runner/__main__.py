"""Runs Bulkhead and its peers on the same works, in turn, and prints the table; Scripts/bench sets up and calls it."""
import argparse
import pathlib
import platform

import growth
import measuring
import report
from operations import operations
from reference import Reference
from works import BENCHMARKS, THREADS, Tools, all_works

WORKS = ["grid_price", "grid_greeks", "batch_greeks", "implied_vol", "book_1m", "csv_read", "csv_write",
         "price_csv_1m", "analyze_process"]  # fmt: skip
BOOK_OPERATIONS = 4 * 201 * 101


class Parser(argparse.ArgumentParser):
    """Ends with 64 on a bad option, as the program does."""

    def error(self, message):
        self.print_usage()
        self.exit(64, f"{self.prog}: error: {message}\n")


def arguments():
    """The command line."""
    parser = Parser(prog="Scripts/bench", description=__doc__)
    parser.add_argument("--csv", type=pathlib.Path, metavar="FILE", help="write the table as CSV")
    parser.add_argument("--rounds", type=int, default=5, help="times every contender runs, in turn (default 5)")
    parser.add_argument("--only", default="", metavar="WORK,...", help="these works: " + ", ".join(WORKS))
    parser.add_argument("--without", default="", metavar="WHO,...", help="leave these contenders out")
    parser.add_argument("--small", action="store_true", help="small books and files, to try the command in a minute")
    parser.add_argument("--strategies", type=int, help="of the book (default 1,000,000; 20,000 with --small)")
    parser.add_argument("--growth", action="store_true", help="a book's time by strategies, scenarios, legs, threads")
    parser.add_argument("--no-setup", action="store_true", help="use what is built and installed")
    options = parser.parse_args()
    options.only = [word for word in options.only.split(",") if word]
    options.without = options.without.split(",")
    unknown = [word for word in options.only if word not in WORKS]
    if unknown:
        parser.error(f"--only: found {', '.join(unknown)}, wanted some of {', '.join(WORKS)}")
    if options.rounds < 1 or (options.strategies is not None and options.strategies < 1):
        parser.error("wanted a number of 1 or more")
    options.strategies = options.strategies or (20_000 if options.small else 1_000_000)
    return options


def share_of_limit(work, rate, units, machine):
    """The part of the machine's limit that a rate is; None where there is no limit to name."""
    lanes = machine.get("fma_lanes_per_s")
    if work.is_pinned:
        count = machine["operations"].get(work.name)
        return rate * count / lanes if lanes and count else None
    if work.name == "book_1m":
        return rate * BOOK_OPERATIONS / (lanes * int(THREADS)) if lanes else None
    if work.name == "analyze_process":
        return rate * measuring.start_seconds()
    return rate * measuring.copy_seconds(work) / units if units else None


def units_of(work, tools):
    """The rows of a table work."""
    if work.name == "csv_read":
        return 4 * tools.strategies
    if work.name == "csv_write":
        return 20_302 * (2 if tools.small else 20)
    return work.contenders[0].count


def compare(work, tools, rounds, machine, reference):
    """The rows of a work."""
    taken = measuring.measure(work, rounds)
    rates = {name: values for name, (values, _) in taken.items()}
    ratios = measuring.ratios(rates)
    present = [contender for contender in work.contenders if contender.name in taken]
    for contender in present:
        try:
            measuring.dump(work, contender)
        except measuring.Failed as failure:
            measuring.say(f"{work.name}: {contender.name}: accuracy left out, {failure}")
            contender.output = None
    rows = []
    # Bulkhead last: it is judged wherever another was.
    for contender in [*present[1:], *present[:1]]:
        values, check = taken[contender.name]
        error = reference.error(work, contender)
        if work.name == "csv_read" and check is not None:
            exact = float((work.book / "check.txt").read_text())
            error = abs(check - exact) / abs(exact)
        row = report.Row(work.name, contender.name, work.unit, values, ratios[contender.name], error)
        row.share = share_of_limit(work, row.rate, units_of(work, tools), machine)
        rows.append(row)
    return sorted(rows, key=lambda row: -row.rate)


def machine_text(machine):
    """What was measured on."""
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    lanes, copied = machine.get("fma_lanes_per_s"), machine.get("copy_bytes_per_s")
    text = f"{model}, {THREADS} cores"
    if lanes and copied:
        text += f"; of one core {lanes / 1e9:.1f} G fused multiply-adds/s, copying {copied / 1e9:.1f} GB/s"
    return text


def main():
    """Measures and reports."""
    options = arguments()
    tools = Tools(BENCHMARKS / ".build-peers", options.small, options.strategies)
    tools.prepare()
    if options.growth:
        growth.run(tools, options)
        return
    machine, reference = measuring.limits(tools.peers / "limits"), Reference(tools.work)
    machine["operations"] = operations(tools.works)
    rows = []
    for work in all_works(tools, options.only):
        work.contenders = [c for c in work.contenders if c.name not in options.without]
        rows += compare(work, tools, options.rounds, machine, reference)
        if options.csv:
            # After every work, so that what is done is kept where a later one is broken off.
            report.write(rows, options.csv)
    print(machine_text(machine))
    print(f"{options.rounds} rounds in turn; measured here and now, so measure again where it matters.\n")
    print(report.table(rows))


if __name__ == "__main__":
    main()
