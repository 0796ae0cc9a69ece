import Analysis
import Basics
import Scenarios

/// The floating branch in words: the small matrix and the sum of the stress grid.
extension PageBuilder {
  var matrix: Page.Section {
    let matrix = analysis.matrix
    let largest = matrix.profit.joined().map(\.magnitude).filter(\.isFinite).max() ?? 0
    let decimals = PageBuilder.matrixDecimals(units.decimals, largest)
    var rows: [[Figure]] = []
    if let spot = units.spot, analysis.spots.count == 1 {
      let places = max(FigureText.priceDecimals(spot) - (spot >= 1000 ? 2 : 0), 0)
      rows.append(
        [Figure("Price")] + matrix.spotShifts.map { Figure(FigureText.fixed(spot * (1 + $0), places)) })
    }
    for (row, shift) in matrix.volatilityShifts.enumerated() {
      let points = FigureText.fixed(shift * 100, 0, sign: .always)
      rows.append(
        [Figure("Vol \(points)")] + matrix.profit[row].map { units.profitFigure($0, decimals: decimals) })
    }
    let columns =
      [PageTable.Column("P&L", isNumber: false)]
      + matrix.spotShifts.map { PageTable.Column(FigureText.percent($0, 0, sign: .always)) }
    return Page.Section(
      heading: "P&L today over price and volatility",
      blocks: [
        .table(PageTable(columns: columns, rows: rows)),
        .sentence(
          "In \(units.code), entry cost and fees subtracted; columns move the price, rows move every volatility by "
            + "points."),
      ])
  }

  /// Cents are noise beside thousands, and eight decimals beside a tenth of a coin.
  static func matrixDecimals(_ own: Int, _ largest: Double) -> Int {
    if own > 2 { return largest >= 100 ? 2 : (largest >= 0.01 ? 4 : own) }
    return largest >= 1000 ? 0 : own
  }

  var stress: Page.Section {
    let (grid, summary) = (analysis.stressGrid, analysis.stress)
    func ends(_ nodes: [Double], _ unit: String) -> String {
      let texts = [nodes.first ?? 0, nodes.last ?? 0].map { FigureText.fixed($0 * 100, 0, sign: .always) }
      return "\(texts[0]) to \(texts[1]) \(unit)"
    }
    func place(_ scenario: Int) -> String {
      let shock = grid.shock(scenario)
      var text = "price \(FigureText.percent(shock.spot, sign: .always))"
      if let spot = units.spot, analysis.spots.count == 1 { text += " (\(units.price(spot * (1 + shock.spot))))" }
      let shift = grid.isVolatilityRelative ? shock.volatility.relative : shock.volatility.level
      text +=
        ", volatility \(FigureText.fixed(shift * 100, 1, sign: .always)) "
        + (grid.isVolatilityRelative ? "%" : "points")
      if grid.days.count > 1 || shock.daysForward > 0 { text += ", in \(FigureText.fixed(shock.daysForward, 1)) days" }
      return text
    }
    let (worst, best) = (units.profitFigure(summary.worst), units.profitFigure(summary.best))
    var facts = [
      Fact("Worst", units.withCode(worst.text), worst.tone, note: place(summary.worstScenario)),
      Fact("Best", units.withCode(best.text), best.tone, note: place(summary.bestScenario)),
    ]
    let thresholds = [25, 50, 75, 100]
    if summary.sharesBeyond.contains(where: { $0 != nil }) {
      for (threshold, share) in zip(thresholds, summary.sharesBeyond) {
        facts.append(
          Fact(
            "Beyond \(threshold) %", FigureText.percent(share),
            note: "of the grid loses more than \(threshold) % of margin"))
      }
    } else {
      facts.append(Fact("Beyond margin", FigureText.missing, note: "there is no margin to compare with"))
    }
    let days = grid.days.count > 1 || grid.days.first != 0 ? ", \(grid.days.count) days" : ", today"
    let volatility =
      "\(grid.volatilityShifts.count) volatilities \(ends(grid.volatilityShifts, grid.isVolatilityRelative ? "%" : "points"))"
    return Page.Section(
      heading: "Stress",
      blocks: [
        .sentence(
          "P&L over \(grid.count) scenarios: \(grid.spotShifts.count) prices \(ends(grid.spotShifts, "%")), \(volatility)"
            + days + ". A grid is a sample; the maximum loss is not."),
        .facts(facts),
      ])
  }
}
