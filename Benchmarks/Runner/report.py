"""The rows of a comparison, as CSV and as a table for a terminal."""
import csv
import dataclasses
import statistics

COLUMNS = ["work", "who", "rate_per_s", "ratio_to_best_peer", "worst_relative_error", "share_of_limit",
           "ratio_minimum", "ratio_maximum", "rate_minimum", "rate_maximum", "rounds"]  # fmt: skip


@dataclasses.dataclass
class Row:
    """One contender at one work."""

    work: str
    who: str
    unit: str
    rates: list
    ratios: list
    error: float = None
    share: float = None

    @property
    def rate(self):
        """The median."""
        return statistics.median(self.rates)

    def cells(self):
        """The cells of COLUMNS; what is not known is empty."""
        text = lambda x: "" if x is None else f"{x:.6g}"
        ratio = statistics.median(self.ratios) if self.ratios else None
        ends = (min(self.ratios), max(self.ratios)) if self.ratios else (None, None)
        figures = [self.rate, ratio, self.error, self.share, *ends, min(self.rates), max(self.rates)]
        return [self.work, self.who, *map(text, figures), str(len(self.rates))]


def write(rows, path):
    """Writes the CSV."""
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(row.cells() for row in rows)


def shortened(figure):
    """A rate with a letter: 453 M, 1.02 M, 37.1."""
    for scale, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if figure >= scale:
            return f"{figure / scale:.3g}{letter}"
    return f"{figure:.3g}"


def table(rows):
    """The text of a terminal's table, within 80 columns."""
    lines = [f"{'work':<16}{'who':<20}{'/s':>8}{'to best peer':>22}{'error':>8}{'limit':>6}"]
    last = None
    for row in rows:
        ratio = ""
        if row.ratios:
            middle, low, high = statistics.median(row.ratios), min(row.ratios), max(row.ratios)
            ratio = f"{middle:.3g} ({low:.3g}-{high:.3g})" if row.who.startswith("bulkhead") else f"{middle:.3g}"
        error = "" if row.error is None else "lost" if row.error >= 1 else f"{row.error:.0e}" if row.error else "0"
        share = "" if row.share is None else f"{100 * row.share:.0f}%" if row.share >= 0.01 else "<1%"
        name = row.work if row.work != last else ""
        lines.append(f"{name:<16}{row.who:<20}{shortened(row.rate):>8}{ratio:>22}{error:>8}{share:>6}")
        last = row.work
    return "\n".join(lines)
