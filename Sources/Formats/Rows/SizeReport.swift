public import Analysis
import Basics
import Instruments
public import IsolatedMargin

/// Writes how many lots of each strategy fit a budget, a row a strategy.
public enum SizeReport {
  public static let columns = [
    "strategy", "lots", "budget", "loss_per_lot", "fees", "used", "next_would_use", "margin", "currency", "status",
    "detail",
  ]

  /// - Parameter help: For an unbounded strategy, what can be said instead of lots; it joins the detail.
  public static func row(_ size: PositionSize, help: UnboundedHelp? = nil, _ writer: inout CSVWriter) {
    writer.cell(size.name)
    writer.cell(size.lots.map { "\($0)" })
    writer.cell(size.budget)
    writer.cell(size.lossPerLot, rounding: .up)
    writer.cell(size.fees, rounding: .up)
    writer.cell(size.used, rounding: .up)
    writer.cell(size.nextWouldUse, rounding: .up)
    writer.cell(size.margin)
    writer.cell(size.currency.code)
    writer.cell(size.status.rawValue)
    let wanted = size.status == .severalExpiries ? [PolicyWords.wanted] : []
    writer.cell(([size.detail] + wanted + words(help)).joined(separator: "; "))
    writer.endRow()
  }

  private static func words(_ help: UnboundedHelp?) -> [String] {
    var words: [String] = []
    if let range = help?.lossWithin {
      words.append("\(range.label): \(AmountText.up(range.lossWithin))")
    }
    if let wing = help?.wing {
      words.append(
        "cheapest wing: buy \(wing.quantity) x \(Instrument.option(wing.contract)) for \(AmountText.up(wing.cost)), "
          + "margin then \(wing.margin?.text ?? "none")")
    }
    return words
  }

  /// The row of a strategy that could not be read.
  public static func invalidRow(name: String, detail: String, _ writer: inout CSVWriter) {
    writer.cell(name)
    writer.emptyCells(8)
    writer.cell(SizeStatus.invalid.rawValue)
    writer.cell(detail)
    writer.endRow()
  }
}
