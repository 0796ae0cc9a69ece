import Analysis
import Basics
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Formats

/// One strategy under stress as a page, in the forms for readers.
@Suite struct StressPageTests {
  private func result(_ analysis: StrategyAnalysis, _ scenarios: ScenarioSet) throws -> StressResult {
    var analyzer = StressAnalyzer(market: try ReportsFixtures.small(), scenarios: scenarios)
    return try analyzer.stress(analysis.filled)
  }

  private func source() throws -> PictureSource {
    PictureSource(quotes: "made for a test", asOf: try ReportsFixtures.small().asOf)
  }

  private func grid(_ prices: Int, _ volatilities: Int, _ days: [Double] = [0]) throws -> ScenarioSet {
    .grid(
      try ScenarioGrid(
        spotShifts: ScenarioGrid.nodes(from: -0.3, to: 0.3, count: prices),
        volatilityShifts: ScenarioGrid.nodes(from: -0.1, to: 0.2, count: volatilities), days: days))
  }

  @Test(
    "Worst, best and the shares of the margin are those of the summary, and every cell of the matrix that of its node")
  func figures() throws {
    let scenarios = try grid(5, 4, [0, 7])
    let result = try result(ReportsFixtures.condor(), scenarios)
    let page = StressPage(result, scenarios: scenarios, source: try source()).page
    guard case .facts(let facts)? = page.sections.first?.blocks.first else {
      Issue.record("no facts")
      return
    }
    #expect(facts[0].figure.text == FigureText.fixed(result.summary.worst, 2, sign: .always) + " USD")
    #expect(facts[1].figure.text == FigureText.fixed(result.summary.best, 2, sign: .always) + " USD")
    #expect(facts[2].figure.text == "368.08 USD")
    #expect(facts.dropFirst(3).map(\.figure.text) == result.summary.sharesBeyond.map { FigureText.percent($0) })
    let tables = page.sections.compactMap { section -> PageTable? in
      if case .table(let table)? = section.blocks.first { table } else { nil }
    }
    #expect(tables.count == 2 && page.sections[2].heading == "P&L in 7 days over price and volatility")
    for (day, table) in tables.enumerated() {
      #expect(table.columns.map(\.heading) == ["P&L", "-30.0 %", "-15.0 %", "0.0 %", "+15.0 %", "+30.0 %"])
      #expect(table.rows.count == 5)
      for row in 0..<4 {
        for column in 0..<5 {
          let profit = result.profitAndLoss.profit[1 + (day * 4 + row) * 5 + column]
          #expect(table.rows[1 + row][1 + column].text == FigureText.fixed(profit, 2, sign: .always))
        }
      }
    }
  }

  @Test("Of a fine grid evenly spread nodes are shown, no shift among them, and the page says how many")
  func fine() throws {
    let scenarios = try grid(61, 31)
    let page = StressPage(
      try result(ReportsFixtures.condor(), scenarios), scenarios: scenarios, source: try source()
    ).page
    guard case .table(let table)? = page.sections[1].blocks.first,
      case .sentence(let text)? = page.sections[1].blocks.last
    else {
      Issue.record("no table")
      return
    }
    #expect(table.columns.count == 8 && table.columns.contains { $0.heading == "0.0 %" })
    #expect(table.rows.count == 14 && table.rows.contains { $0[0].text == "Vol 0.0" })
    #expect(text.contains("7 of 61 prices, 13 of 31 volatilities"))
  }

  @Test("A strategy without a margin says why, and a list of scenarios is shown name by name")
  func unboundedAndList() throws {
    let scenarios = try grid(5, 3)
    let page = StressPage(
      try result(ReportsFixtures.straddle(), scenarios), scenarios: scenarios, source: try source()
    ).page
    guard case .facts(let facts)? = page.sections.first?.blocks.first else {
      Issue.record("no facts")
      return
    }
    #expect(facts.count == 3 && facts[2].figure.text == "none" && facts[2].note.hasPrefix("unbounded: up"))
    let folder = try TemporaryFolder()
    let path = folder.file(
      "name,underlying,spot_shift,vol_shift\ncrash,,-0.2,0.3\n<b>calm</b>,,0.01,-0.02\n", named: "list.csv")
    let list = ScenarioSet.list(try ScenarioList(try ScenarioFile(path).scenarios))
    let stressed = try result(ReportsFixtures.condor(), list)
    let own = StressReport(.scenarios, scenarios: list)
    let html: String = own.text(stressed, as: .html, source: try source())
    #expect(html.contains("crash") && html.contains("&lt;b&gt;calm&lt;/b&gt;") && !html.contains("<svg"))
    let drawn = try #require(DrawnPicture(html))
    #expect(
      drawn.all("td").contains { $0.text == FigureText.fixed(stressed.profitAndLoss.profit[1], 2, sign: .always) })
    #expect(own.text(stressed, as: .svg, source: try source()).isEmpty)
  }

  @Test("Every form is the same page: the words of the table are in the others, and HTML is well formed")
  func forms() throws {
    let scenarios = try grid(7, 3, [0, 40])
    let report = StressReport(.scenarios, scenarios: scenarios)
    let stressed = try result(ReportsFixtures.condor(), scenarios)
    let source = try source()
    let html = try #require(DrawnPicture(report.text(stressed, as: .html, source: source)))
    #expect(html.all("svg").count == 1)
    let markdown = report.text(stressed, as: .markdown, source: source)
    let table = report.text(stressed, as: .table, source: source)
    for line in table.split(separator: "\n") { #expect(TextLayout.width(line) <= 80, "\(line)") }
    for words in ["368.08 USD", "made for a test", "in 21 of 42 scenarios a leg has expired by then"] {
      #expect(table.contains(words) && markdown.contains(words), "\(words)")
      #expect(html.elements.contains { $0.text.contains(words) }, "\(words)")
    }
    #expect(report.text(stressed, as: .svg, source: source).hasSuffix("</svg>\n"))
    #expect(!table.contains("\u{1B}["))
    #expect(report.text(stressed, as: .table, source: source, colour: true).contains("\u{1B}["))
  }
}
