import Basics
public import IsolatedMargin

/// Writes how many lots of each strategy fit a budget, a row a strategy.
public enum SizeReport {
  public static let columns = [
    "strategy", "lots", "budget", "loss_per_lot", "fees", "used", "next_would_use", "margin", "currency", "status",
    "detail",
  ]

  public static func row(_ size: PositionSize, _ writer: inout CSVWriter) {
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
    writer.cell(size.detail)
    writer.endRow()
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
