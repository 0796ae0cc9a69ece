"""The works of a comparison and who does them: command lines that are run in turn."""
import dataclasses
import os
import pathlib
import subprocess
import sys

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCHMARKS.parent
# Works on one thread stay on one core; the rest have the machine.
CORE = str(max(os.sched_getaffinity(0)))
THREADS = str(len(os.sched_getaffinity(0)))
MARKET = ROOT / "Data/Markets/deribit-btc-2025-12-05.yaml"
CONDOR = ROOT / "Data/Strategies/btc-iron-condor.yaml"


@dataclasses.dataclass
class Contender:
    """Somebody who does a work.

    `command` prints `rate R`; where `count` is set, its wall-clock time counts as so many units instead. `dump` makes
    the file `output`, from which the accuracy is judged; where it is None the timed command has made it.
    """

    name: str
    command: list
    count: int = 0
    repeat: int = 1
    dump: list = None
    output: pathlib.Path = None
    #: The strategies that are worked on, where a slice stands for the whole.
    slice: int = 0


@dataclasses.dataclass
class Work:
    """A work, its unit, and its contenders, Bulkhead first."""

    name: str
    unit: str
    contenders: list
    is_pinned: bool = False
    #: Files that a reader and a writer move, for the limit of a copy.
    read_file: pathlib.Path = None
    written_file: pathlib.Path = None
    #: A book's folder, legs and scenarios.
    book: pathlib.Path = None


class Tools:
    """Where the built programs stand; a peer that is not there is left out."""

    def __init__(self, peers, small, strategies):
        self.peers, self.small = peers, small
        self.work = peers / "work"
        self.work.mkdir(parents=True, exist_ok=True)
        self.python = peers / "venv/bin/python"
        if not self.python.exists():
            self.python = pathlib.Path(sys.executable)
        self.works = BENCHMARKS / ".build/release/BenchWorks"
        self.bulkhead = ROOT / ".build/release/bulkhead"
        self.strategies = strategies

    def listed(self, *command):
        """The (work, name) pairs that a program says it can do; none where it does not run."""
        try:
            done = subprocess.run([str(x) for x in command], capture_output=True, text=True, timeout=120, check=True)
        except (OSError, subprocess.SubprocessError):
            return []
        return [tuple(line.split()) for line in done.stdout.splitlines()]

    def script(self, name):
        """A Python peer."""
        return [self.python, BENCHMARKS / "Peers/python" / name]

    def prepare(self):
        """Writes the inputs that all contenders share, once."""
        if not (self.work / "report.f64").exists():
            subprocess.run([self.works, "inputs", self.work, MARKET, CONDOR], check=True)
        options = self.work / "options.csv"
        if self.small:
            short = self.work / "options-small.csv"
            with open(options) as source, open(short, "w") as target:
                target.writelines(line for line, _ in zip(source, range(50_001)))

    def book(self, count, legs=4):
        """The folder of a random book, made where it is missing."""
        folder = self.peers / "books" / f"{count}-{legs}"
        if not (folder / "check.txt").exists():
            command = [BENCHMARKS / "make-book", folder, "--strategies", str(count), "--legs", str(legs)]
            subprocess.run(command, check=True)
        return folder


def kernels(tools):
    """The four works of the kernels, on one core."""
    listed = tools.listed(tools.peers / "kernels", "list")
    scripted = tools.listed(*tools.script("kernels.py"), "list")
    works = []
    for name, unit in (
        ("grid_price", "options"), ("grid_greeks", "options"), ("batch_greeks", "options"), ("implied_vol", "roots"),
    ):  # fmt: skip
        contenders = []

        def add(who, command, name=name, contenders=contenders):
            output = tools.work / f"{name}-{who}.f64"
            contenders.append(Contender(who, command, dump=[*command, output], output=output))

        add("bulkhead", [tools.works, "kernel", name, tools.work])
        for work, who in listed:
            if work == name:
                add(who, [tools.peers / "kernels", name, who, tools.work])
        for work, who in scripted:
            if work == name:
                add(who, [*tools.script("kernels.py"), name, who, tools.work])
        works.append(Work(name, unit, contenders, is_pinned=True))
    return works


def books(tools):
    """A book under 201 x 101 nodes and the unshocked point, on the whole machine, behind reading."""
    folder = tools.book(tools.strategies)
    files = [folder / "book.csv", folder / "contracts.csv"]
    output = tools.work / "book-bulkhead.f64"
    command = [tools.works, "book", files[0], folder / "market.yaml", "201", "101", THREADS]
    contenders = [Contender("bulkhead", command, dump=[*command, output], output=output)]
    # The same by the program, with reading and writing.
    output = tools.work / "book-process.csv"
    command = [tools.bulkhead, "stress", files[0], "--market", folder / "market.yaml", "--summary", "--quiet"]
    command += ["--spot-shift", "-30:30:201", "--vol-shift", "-20:40:101", "-o", output]
    contenders.append(Contender("bulkhead-process", command, count=tools.strategies, output=output))
    if (tools.peers / "book").exists():
        output = tools.work / "book-cpp.f64"
        command = [tools.peers / "book", *files, THREADS]
        contenders.append(Contender("cpp-tuned", command, dump=[*command, output], output=output))
    if tools.listed(*tools.script("kernels.py"), "list"):
        output, part = tools.work / "book-numpy.f64", min(tools.strategies, 500)
        command = [*tools.script("book.py"), *files, str(part)]
        contenders.append(Contender("numpy-slice", command, dump=[*command, output], output=output, slice=part))
    return [Work("book_1m", "strategies", contenders, book=folder)]


def tables(tools):
    """Reading a book and writing a stress report, on the whole machine."""
    folder, times = tools.book(tools.strategies), "2" if tools.small else "20"
    book, report = folder / "book.csv", tools.work / "report.f64"
    scripted = tools.listed(*tools.script("tables.py"), "list")
    readers = [Contender("bulkhead", [tools.works, "read", book])]
    output = tools.work / "written-bulkhead.csv"
    writers = [Contender("bulkhead", [tools.works, "write", MARKET, CONDOR, times, output], output=output)]
    if (tools.peers / "tables").exists():
        readers.append(Contender("cpp-from-chars", [tools.peers / "tables", "read", book, THREADS]))
        output = tools.work / "written-cpp.csv"
        command = [tools.peers / "tables", "write", report, times, output, THREADS]
        writers.append(Contender("cpp-to-chars", command, output=output))
    for work, who in scripted:
        if work == "csv_read":
            readers.append(Contender(who, [*tools.script("tables.py"), "read", who, book]))
        else:
            output = tools.work / f"written-{who}.csv"
            command = [*tools.script("tables.py"), "write", who, report, times, output]
            writers.append(Contender(who, command, output=output))
    return [
        Work("csv_read", "rows", readers, read_file=book, book=folder),
        Work("csv_write", "rows", writers, written_file=writers[0].output),
    ]


def processes(tools):
    """Whole processes, from start to end."""
    options = tools.work / ("options-small.csv" if tools.small else "options.csv")
    count = 50_000 if tools.small else 1_000_000
    output = tools.work / "priced-bulkhead.csv"
    command = [tools.bulkhead, "price", options, "-o", output]
    pricing = [Contender("bulkhead", command, count=count, output=output)]
    available = {who for _, who in tools.listed(*tools.script("tables.py"), "list")}
    for who in ("pandas", "polars"):
        if who in available:
            peer = tools.work / f"priced-{who}.csv"
            command = [*tools.script("price_csv.py"), who, options, peer]
            pricing.append(Contender(f"{who}-numpy", command, count=count, output=peer))
    answer = tools.work / "analysed-bulkhead.csv"
    command = [tools.bulkhead, "analyze", CONDOR, "--market", MARKET, "--format", "csv"]
    analysing = [Contender("bulkhead", command, count=1, repeat=10, dump=command, output=answer)]
    for who in ("numpy", "optionlab"):
        command = [*tools.script("analyze.py"), who, MARKET]
        answer = tools.work / f"analysed-{who}.json"
        analysing.append(Contender(f"{who}-process", command, count=1, repeat=3, dump=command, output=answer))
    return [
        Work("price_csv_1m", "rows", pricing, read_file=options, written_file=output),
        Work("analyze_process", "strategies", analysing),
    ]


def all_works(tools, only):
    """The works asked for, in the order of the report."""
    makers = {
        ("grid_price", "grid_greeks", "batch_greeks", "implied_vol"): kernels,
        ("book_1m",): books,
        ("csv_read", "csv_write"): tables,
        ("price_csv_1m", "analyze_process"): processes,
    }
    works = []
    for names, make in makers.items():
        if not only or any(name in only for name in names):
            works += [work for work in make(tools) if not only or work.name in only]
    return works
