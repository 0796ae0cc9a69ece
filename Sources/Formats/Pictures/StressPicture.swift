import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing
import Scenarios

/// The P&L of a stress grid as a heat map, with the line beyond which the margin is used up.
struct StressPicture {
  private let name: String
  private let grid: ScenarioGrid
  /// Of the nodes 1 to N.
  private let profit: [Double]
  private let margin: Money?
  private let currency: Currency
  private let spot: Double?
  private let source: PictureSource
  /// The nodes that are drawn, ascending in their shift.
  private let columns: [Int]
  private let rows: [Int]
  private let days: [Int]

  /// A map has no more nodes than this a side; of a finer grid evenly spread ones are drawn.
  private static let (columnLimit, rowLimit) = (161, 97)
  /// The most days that are drawn one under the other.
  static let dayLimit = 4

  init(_ analysis: StrategyAnalysis, source: String) {
    self.init(
      name: analysis.filled.name, grid: analysis.stressGrid, profit: analysis.stressProfit,
      margin: analysis.margin.margin, currency: analysis.currency,
      spot: analysis.spots.count == 1 ? analysis.spots.first?.spot.value : nil,
      source: PictureSource(quotes: source, asOf: analysis.asOf))
  }

  init(_ result: StressResult, _ grid: ScenarioGrid, source: PictureSource) {
    self.init(
      name: result.filled.name, grid: grid, profit: Array(result.profitAndLoss.profit.dropFirst()),
      margin: result.margin.margin, currency: result.filled.currency, spot: result.spot, source: source)
  }

  private init(
    name: String, grid: ScenarioGrid, profit: [Double], margin: Money?, currency: Currency, spot: Double?,
    source: PictureSource
  ) {
    (self.name, self.grid, self.profit) = (name, grid, profit)
    (self.margin, self.currency, self.spot, self.source) = (margin, currency, spot, source)
    columns = StressPicture.drawn(grid.spotShifts, StressPicture.columnLimit)
    rows = StressPicture.drawn(grid.volatilityShifts, StressPicture.rowLimit)
    days = StressPicture.drawn(grid.days, StressPicture.dayLimit)
  }

  /// The places of distinct nodes, ascending, evenly spread where there are too many.
  private static func drawn(_ nodes: [Double], _ limit: Int) -> [Int] {
    var places: [Int] = []
    for place in nodes.indices.sorted(by: { (nodes[$0], $0) < (nodes[$1], $1) })
    where places.last.map({ nodes[$0] < nodes[place] }) ?? true {
      places.append(place)
    }
    guard places.count > limit else { return places }
    return (0..<limit).map { places[$0 * (places.count - 1) / (limit - 1)] }
  }

  private func node(_ day: Int, _ row: Int, _ column: Int) -> Int {
    (day * grid.volatilityShifts.count + row) * grid.spotShifts.count + column
  }

  func picture() -> Picture {
    let title = Picture.name(of: name)
    let unit = grid.isVolatilityRelative ? "percent" : "points"
    return Picture(
      name: "stress", title: title + ": P&L over price and volatility",
      units:
        "P&L in \(currency.code), entry cost and fees subtracted; interpolated between nodes; volatility moves in \(unit).",
      source: source.text, description: description,
      figures: { csv }, chart: .maps(map))
  }

  private var map: HeatMap {
    let decimals = FigureText.priceDecimals(spot ?? 1) - ((spot ?? 1) >= 1000 ? 2 : 0)
    let xs = columns.map { grid.spotShifts[$0] * 100 }
    let priceLabel = spot.map { spot in
      { @Sendable (shift: Double) in
        FigureText.thousands(FigureText.fixed(spot * (1 + shift / 100), max(decimals, 0)))
      }
    }
    return HeatMap(
      xs: xs, ys: rows.map { grid.volatilityShifts[$0] * 100 },
      panels: days.map { day in
        HeatMap.Panel(
          title: days.count > 1 || grid.days[day] != 0 ? dayName(grid.days[day]) : "",
          values: rows.flatMap { row in columns.map { profit[node(day, row, $0)] } })
      },
      xTitle: "Move of the price in percent" + (spot == nil ? "" : ", and the price"),
      yTitle: "Volatility, \(grid.isVolatilityRelative ? "percent" : "points") added",
      valueTitle: "P&L in \(currency.code)", threshold: margin.map { PostedMargin($0).floor(1) },
      thresholdName: margin.map { "beyond it more is lost than the margin of \(FigureText.thousands($0.text))" } ?? "",
      halfName: margin == nil ? "" : "beyond it more than half the margin is lost", priceLabel: priceLabel,
      worst: worst.map(\.place),
      worstName: worst.map { "worst \(amount($0.profit))" } ?? "", remarks: remarks)
  }

  private func dayName(_ day: Double) -> String { day == 0 ? "Today" : "In \(PayoffPicture.days(day))" }

  private func amount(_ value: Double) -> String {
    FigureText.thousands(FigureText.fixed(value, currency.decimals, sign: .always))
  }

  /// The least P&L of the nodes that are drawn.
  private var worst: (place: HeatMap.Place, profit: Double)? {
    var worst: (place: HeatMap.Place, profit: Double)?
    for (panel, day) in days.enumerated() {
      for row in rows {
        for column in columns {
          let own = profit[node(day, row, column)]
          guard own.isFinite, own < worst?.profit ?? .infinity else { continue }
          let place = HeatMap.Place(
            panel: panel, x: grid.spotShifts[column] * 100, y: grid.volatilityShifts[row] * 100)
          worst = (place, own)
        }
      }
    }
    return worst
  }

  private var remarks: [String] {
    var remarks: [String] = []
    if let margin {
      let limit = PostedMargin(margin).floor(1)
      let beyond = profit.count { $0 < limit }
      remarks.append(
        beyond == 0
          ? "No node of the grid loses more than the margin of \(FigureText.thousands(margin.text)) \(currency.code)."
          : "\(beyond) of \(profit.count) nodes lose more than the margin.")
    } else {
      remarks.append("There is no margin, and no line at which it would be used up.")
    }
    let drawn = columns.count * rows.count * days.count
    let distinct = Set(grid.spotShifts).count * Set(grid.volatilityShifts).count * Set(grid.days).count
    if drawn < distinct {
      remarks.append("\(drawn) of \(distinct) nodes are drawn, evenly spread; the command's CSV has them all.")
    }
    let bad = profit.count { !$0.isFinite }
    if bad > 0 { remarks.append("\(bad) nodes have no value and are left white.") }
    return remarks
  }

  private var description: String {
    let (xs, ys) = (columns.map { grid.spotShifts[$0] }, rows.map { grid.volatilityShifts[$0] })
    var words =
      "P&L in \(currency.code) over moves of the price from \(FigureText.percent(xs.first, sign: .always)) to "
    words += "\(FigureText.percent(xs.last, sign: .always)) and of volatility from "
    words += "\(FigureText.fixed((ys.first ?? 0) * 100, 1, sign: .always)) to "
    words += "\(FigureText.fixed((ys.last ?? 0) * 100, 1, sign: .always)) "
    words += grid.isVolatilityRelative ? "percent" : "points"
    words += ", " + days.map { dayName(grid.days[$0]).lowercased() }.joined(separator: ", ") + "."
    if let worst {
      words +=
        " The worst drawn is \(amount(worst.profit)) at \(FigureText.fixed(worst.place.x, 1, sign: .always)) percent"
      words += " and \(FigureText.fixed(worst.place.y, 1, sign: .always))."
    }
    return ([words] + remarks).joined(separator: " ")
  }

  /// The nodes that are drawn, as `stress --pivot` writes them.
  private var csv: String {
    var writer = CSVWriter()
    for heading in ["days_forward", "vol_shift"] { writer.cell(heading) }
    for column in columns { writer.cell(grid.spotShifts[column]) }
    writer.endRow()
    for day in days {
      for row in rows {
        writer.cell(grid.days[day])
        writer.cell(grid.volatilityShifts[row])
        for column in columns { writer.cell(profit[node(day, row, column)]) }
        writer.endRow()
      }
    }
    return writer.text
  }
}
