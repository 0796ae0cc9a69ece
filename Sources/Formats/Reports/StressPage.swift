import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing
import Scenarios

/// One strategy under its scenarios as a page: the worst and the best with their places, how much of the margin is lost how
/// often, and the P&L itself, of a grid as a matrix for each day, of a list scenario by scenario.
struct StressPage {
  private let result: StressResult
  private let scenarios: ScenarioSet
  private let source: PictureSource

  /// A matrix has no more rows and columns than this, of evenly spread nodes.
  private static let limits = (rows: 13, columns: 7)

  init(_ result: StressResult, scenarios: ScenarioSet, source: PictureSource) {
    self.result = result
    self.scenarios = scenarios
    self.source = source
  }

  private var table: ProfitAndLoss { result.profitAndLoss }
  private var code: String { result.filled.currency.code }
  private var decimals: Int { result.filled.currency.decimals }
  private var symbols: [String] { result.filled.legsByUnderlying.map(\.underlying) }

  var page: Page {
    let name = FigureText.plain(result.filled.name)
    var sections = [summary]
    switch scenarios {
    case .grid(let grid): sections += matrices(of: grid)
    case .list: sections.append(list)
    }
    sections.append(origin)
    if let conditions { sections.append(conditions) }
    var page = Page(
      title: "Stress of \(name.isEmpty ? "a strategy without a name" : name)",
      subtitle: "\(table.scenarios.count) scenarios, \(result.filled.settlement.rawValue) settlement in \(code), as of "
        + source.moment,
      sections: sections)
    if case .grid(let grid) = scenarios { page.pictures = [StressPicture(result, grid, source: source).picture()] }
    return page
  }

  private func profit(_ value: Double, decimals: Int? = nil) -> Figure {
    let text = FigureText.fixed(value, decimals ?? self.decimals, sign: .always)
    return Figure(text, PageUnits.tone(text))
  }

  private func place(_ scenario: Int) -> String {
    let shock = ScenarioShock(scenarios, scenario, of: symbols)
    return [shock.name.map(FigureText.plain), shock.text].compactMap { $0 }.joined(separator: ": ")
  }

  // MARK: Sections

  private var summary: Page.Section {
    let summary = result.summary
    func fact(_ label: String, _ value: Double, _ scenario: Int) -> Fact {
      let figure = profit(value)
      return Fact(
        label, figure.text == FigureText.missing ? figure.text : "\(figure.text) \(code)", figure.tone,
        note: place(scenario))
    }
    var facts = [
      fact("Worst", summary.worst, summary.worstScenario), fact("Best", summary.best, summary.bestScenario),
    ]
    if let margin = result.margin.margin {
      facts.append(Fact("Margin", "\(margin.text) \(code)"))
      for (threshold, share) in zip([25, 50, 75, 100], summary.sharesBeyond) {
        facts.append(
          Fact(
            "Beyond \(threshold) %", FigureText.percent(share),
            note: "of the scenarios lose more than \(threshold) % of the margin"))
      }
    } else {
      facts.append(
        Fact(
          "Margin", "none", .caution,
          note: [RequirementWords.status(result.margin.status), FigureText.plain(result.margin.detail)]
            .filter { !$0.isEmpty }.joined(separator: ": ")))
    }
    return Page.Section(heading: "P&L under stress", role: .summary, blocks: [.facts(facts)])
  }

  /// Places of nodes, evenly spread where there are too many, that of no shift among them where it is one.
  private static func spread(_ nodes: [Double], _ limit: Int) -> [Int] {
    guard nodes.count > limit else { return Array(nodes.indices) }
    var places = (0..<limit).map { $0 * (nodes.count - 1) / (limit - 1) }
    if let zero = nodes.firstIndex(of: 0), !places.contains(zero),
      let nearest = places.indices.dropFirst().dropLast().min(by: {
        (abs(places[$0] - zero), $0) < (abs(places[$1] - zero), $1)
      })
    {
      places[nearest] = zero
    }
    return places
  }

  private func matrices(of grid: ScenarioGrid) -> [Page.Section] {
    let columns = StressPage.spread(grid.spotShifts, StressPage.limits.columns)
    let rows = StressPage.spread(grid.volatilityShifts, StressPage.limits.rows)
    let largest = table.profit.dropFirst().map(\.magnitude).filter(\.isFinite).max() ?? 0
    let digits = PageBuilder.matrixDecimals(decimals, largest)
    let unit = grid.isVolatilityRelative ? "percent" : "points"
    return grid.days.indices.map { day in
      var lines: [[Figure]] = []
      if let spot = result.spot {
        let places = max(FigureText.priceDecimals(spot) - (spot >= 1000 ? 2 : 0), 0)
        lines.append(
          [Figure("Price")] + columns.map { Figure(FigureText.fixed(spot * (1 + grid.spotShifts[$0]), places)) })
      }
      for row in rows {
        let first = 1 + (day * grid.volatilityShifts.count + row) * grid.spotShifts.count
        lines.append(
          [Figure("Vol \(FigureText.fixed(grid.volatilityShifts[row] * 100, 1, sign: .always))")]
            + columns.map { profit(table.profit[first + $0], decimals: digits) })
      }
      let heads = columns.map { PageTable.Column(FigureText.percent(grid.spotShifts[$0], 1, sign: .always)) }
      let time = grid.days[day] == 0 ? "today" : "in \(PayoffPicture.days(grid.days[day]))"
      return Page.Section(
        heading: "P&L \(time) over price and volatility",
        blocks: [
          .table(PageTable(columns: [.init("P&L", isNumber: false)] + heads, rows: lines)),
          .sentence(
            "In \(code), entry cost and fees subtracted; columns move the price, rows every volatility by \(unit); "
              + "\(columns.count) of \(grid.spotShifts.count) prices, \(rows.count) of \(grid.volatilityShifts.count) "
              + "volatilities."),
        ])
    }
  }

  private var list: Page.Section {
    let rows = (1..<max(table.profit.count, 1)).map { scenario -> [Figure] in
      let shock = ScenarioShock(scenarios, scenario, of: symbols)
      return [
        Figure(FigureText.plain(shock.name ?? "\(scenario)")), Figure(shock.text), profit(table.profit[scenario]),
        Figure(result.lossShare(scenario).map { FigureText.percent($0) } ?? "-"),
      ]
    }
    let columns: [PageTable.Column] = [
      .init("Scenario", isNumber: false), .init("Move", isNumber: false), .init("P&L \(code)"), .init("Of the margin"),
    ]
    return Page.Section(
      heading: "Scenarios",
      blocks: [
        .table(PageTable(columns: columns, rows: rows)),
        .sentence("Entry cost and fees are subtracted; the last column is the share of the margin that is lost."),
      ])
  }

  private var origin: Page.Section {
    var facts: [Fact] = []
    if !source.quotes.isEmpty { facts.append(Fact("Quotes", source.quotes)) }
    if let spot = result.spot { facts.append(Fact("Spot", FigureText.fixed(spot, FigureText.priceDecimals(spot)))) }
    facts.append(
      Fact(
        "Smile", scenarios.dynamics == .stickyStrike ? "sticky strike" : "sticky delta",
        note: scenarios.dynamics == .stickyStrike
          ? "when the price moves, each strike keeps its volatility"
          : "when the price moves, the smile moves with it"))
    return Page.Section(heading: "Market", blocks: [.facts(facts)])
  }

  private var conditions: Page.Section? {
    var words: [String] = []
    if let beyond = LossBeyondMaximum(result) {
      words.append(FigureText.plain(beyond.words(result.filled.name, scenario: "\(beyond.scenario)")))
    }
    if result.margin.margin != nil, !result.margin.detail.isEmpty {
      words.append(FigureText.plain(result.margin.detail))
    }
    for (flag, text) in [
      (ScenarioFlags.expiredLegs, "a leg has expired by then"), (.volatilityFloored, "a volatility is held at 0"),
      (.invalid, "there is no value"),
    ] {
      let count = table.flags.dropFirst().count { $0.contains(flag) }
      if count > 0 { words.append("in \(count) of \(scenarios.count) scenarios \(text)") }
    }
    let beyond = table.extrapolatedNodes
    if beyond > 0 {
      words.append("\(beyond) volatilities of legs at nodes lie beyond the quotes, where the smile is held flat")
    }
    return words.isEmpty ? nil : Page.Section(heading: "Conditions", role: .warnings, blocks: [.list(words)])
  }
}
