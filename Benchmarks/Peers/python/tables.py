"""Python peers of reading and writing CSV, each as fast as its library goes by default:

    tables.py list
    tables.py read NAME BOOK                   `rate ROWS_PER_SECOND`, `check SUM` of quantity x strike
    tables.py write NAME REPORT.f64 TIMES OUT  `rate ROWS_PER_SECOND`

Times are wall-clock, on all cores a library takes. A reader reads into its own table, numbers as doubles; a writer
starts from a table that already stands in memory.
"""
import importlib.util
import sys
import time

NAMES = ["strategy", "scenario", "days_forward", "spot_shift", "vol_shift", "spot", "value", "pnl", "delta", "gamma",
         "vega_per_vol_point", "theta_per_day", "margin", "equity", "loss_share_of_margin", "status", "currency",
         "pnl_from_now"]  # fmt: skip


def columns(path, times):
    """The columns of a stress report, `times` times over."""
    import numpy as np

    values = np.fromfile(path).reshape(13, -1)
    count = values.shape[1]
    numbers = iter(np.tile(row, times) for row in values)
    words = {"strategy": "BTC iron condor", "margin": "4888.96", "status": "ok", "currency": "USD"}
    table = {}
    for name in NAMES:
        if name in words:
            table[name] = [words[name]] * (count * times)
        elif name == "scenario":
            table[name] = np.tile(np.arange(count), times)
        else:
            table[name] = next(numbers)
    return table


def read_pandas(path):
    """pandas' own parser."""
    import pandas

    table = pandas.read_csv(path)
    return len(table), lambda: float((table.quantity * table.strike).sum())


def read_pandas_arrow(path):
    """pandas with Arrow's parser."""
    import pandas

    table = pandas.read_csv(path, engine="pyarrow")
    return len(table), lambda: float((table.quantity * table.strike).sum())


def read_arrow(path):
    """Arrow's parser, on all cores."""
    from pyarrow import compute, csv

    table = csv.read_csv(path)
    return len(table), lambda: float(compute.sum(compute.multiply(table["quantity"], table["strike"])).as_py())


def read_polars(path):
    """polars, on all cores."""
    import polars

    table = polars.read_csv(path)
    return len(table), lambda: float((table["quantity"] * table["strike"]).sum())


def write_pandas(table, path):
    """pandas' own writer."""
    import pandas

    frame = pandas.DataFrame(table)
    return lambda: frame.to_csv(path, index=False)


def write_arrow(table, path):
    """Arrow's writer; it quotes every word unless told not to."""
    import pyarrow
    from pyarrow import csv

    frame, options = pyarrow.table(table), csv.WriteOptions(quoting_style="none")
    return lambda: csv.write_csv(frame, path, options)


def write_polars(table, path):
    """polars' writer, on all cores."""
    import polars

    frame = polars.DataFrame(table)
    return lambda: frame.write_csv(path)


READERS = {
    "pandas": (read_pandas, ["pandas"]),
    "pandas-pyarrow": (read_pandas_arrow, ["pandas", "pyarrow"]),
    "pyarrow": (read_arrow, ["pyarrow"]),
    "polars": (read_polars, ["polars"]),
}
WRITERS = {
    "pandas": (write_pandas, ["pandas"]),
    "pyarrow": (write_arrow, ["pyarrow"]),
    "polars": (write_polars, ["polars"]),
}


def main():
    """Runs one contender."""
    arguments = sys.argv[1:]
    if arguments == ["list"]:
        for work, contenders in (("csv_read", READERS), ("csv_write", WRITERS)):
            for name, (_, needed) in contenders.items():
                if all(map(importlib.util.find_spec, needed)):
                    print(work, name)
        return
    work, name = arguments[:2]
    if work == "read":
        reader, needed = READERS[name]
        for module in needed:
            importlib.import_module(module)
        start = time.perf_counter()
        count, check = reader(arguments[2])
        print(f"rate {count / (time.perf_counter() - start):.9g}\ncheck {check()!r}")
    else:
        table = columns(arguments[2], int(arguments[3]))
        run = WRITERS[name][0](table, arguments[4])
        start = time.perf_counter()
        run()
        print(f"rate {len(table['spot']) / (time.perf_counter() - start):.9g}")


if __name__ == "__main__":
    main()
