import Analysis
import Basics
import Foundation
import Testing

@testable import Formats

@Suite struct ReportsTests {
  private func text(_ analysis: StrategyAnalysis, _ format: ReportFormat, colour: Bool = false) -> String {
    AnalysisReport.text(analysis, as: format, source: "made for a test", colour: colour)
  }

  // MARK: What holds for every page

  @Test("No line of a table is wider than 80 columns, whatever the strategy and its numbers")
  func width() throws {
    let long = String(repeating: "Strategy", count: 30) + " 鯨鯨鯨 " + String(repeating: "鯨", count: 60)
    for analysis in try ReportsFixtures.all() + [try ReportsFixtures.condor(name: long)] {
      for line in text(analysis, .table).split(separator: "\n", omittingEmptySubsequences: false) {
        #expect(TextLayout.width(line) <= 80, "\(line)")
        #expect(line.last != " ", "\(line)")
      }
    }
  }

  @Test("No page holds a number that is none, nor a negative zero")
  func numbers() throws {
    for analysis in try ReportsFixtures.all() {
      for format in [ReportFormat.table, .markdown, .json, .csv] {
        let page = text(analysis, format)
        for token in page.split(whereSeparator: { " \n|,;:[]()\"".contains($0) }) {
          #expect(!["nan", "inf", "-inf", "+inf", "-nan"].contains(token.lowercased()), "\(format): \(token)")
          let digits = token.dropFirst().filter { $0 != "." && $0 != "%" }
          let isNegativeZero = token.hasPrefix("-") && !digits.isEmpty && digits.allSatisfy { $0 == "0" }
          #expect(!isNegativeZero, "\(format): \(token)")
        }
      }
    }
  }

  @Test("The same analysis gives the same bytes, in every format")
  func repeatable() throws {
    for (first, second) in zip(try ReportsFixtures.all(), try ReportsFixtures.all()) {
      for format in ReportFormat.allCases {
        #expect(text(first, format) == text(second, format))
        // Without a curve there is no picture of it.
        #expect(text(first, format).hasSuffix("\n") || format == .svg && first.curve == nil)
      }
    }
  }

  @Test("Colour changes nothing but the colour")
  func colour() throws {
    for analysis in try ReportsFixtures.all() {
      let plain = text(analysis, .table)
      let painted = text(analysis, .table, colour: true)
      #expect(!plain.contains("\u{1B}"))
      #expect(painted.contains("\u{1B}[31m"))
      #expect(painted.replacing(/\x1B\[[0-9]*m/, with: "") == plain)
      for format in ReportFormat.allCases where format != .table {
        #expect(text(analysis, format, colour: true) == text(analysis, format))
      }
    }
  }

  @Test("A hostile name stays a name in every format")
  func hostileName() throws {
    let name = "<script src=x onerror='a'>\"&\u{1B}[31m|`*_\n# heading\u{202E},=1+1"
    let analysis = try ReportsFixtures.condor(name: name)
    let html = text(analysis, .html)
    #expect(!html.contains("<script") && !html.contains("onerror='"))
    #expect(html.contains("&lt;script src=x onerror=&#39;a&#39;&gt;&quot;&amp;"))
    for format in [ReportFormat.table, .markdown, .html] {
      let page = text(analysis, format)
      #expect(!page.contains("\u{1B}") && !page.contains("\u{202E}") && !page.contains("\n# heading"), "\(format)")
    }
    #expect(text(analysis, .markdown).contains("&lt;script"))
    #expect(text(analysis, .markdown).contains("\\|\\`\\*\\_"))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text(analysis, .json).utf8)) as? [String: Any])
    #expect(json["strategy"] as? String == name)
    let folder = try TemporaryFolder()
    #expect(try rows(ofReport: text(analysis, .csv), in: folder).first?["strategy"] == name)
  }

  // MARK: What single pages say

  @Test("A condor's page has its maximum loss as worked out by hand, its proof and its margin")
  func condor() throws {
    // Bought 0.23669633 and 0.41186983, sold 0.82831304 and 1.13945613: a credit of 1.31920301 a share against a wing of
    // 5, and 100 shares a contract: 500 - 131.920301.
    let table = text(try ReportsFixtures.condor(), .table)
    #expect(table.contains("Maximum loss      368.08 USD"))
    // Where a line breaks is not the matter here.
    let page = table.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(page.contains("entry cost -131.920301 + fees 0"))
    #expect(page.contains("least payoff -500 at 0 (attained); 5 vertices, slope 0 from 0, 0 beyond"))
    #expect(page.contains("Maximum profit +131.92 USD"))
    #expect(page.contains("Requirement 500.00 USD"))
    // 95 - 1.31920301 and 105 + 1.31920301.
    #expect(page.contains(" 93.68 ") && page.contains("106.32 "))
    #expect(page.contains("may be assigned or not"))
    #expect(page.contains("16JAN26 21:00 UTC (30.0 days)"))
    #expect(page.contains("Forward 100.41 USD") && page.contains("from parity over 7 strikes"))
  }

  @Test("A loss without bound is a word with its reason and its cheapest wing, and never a number")
  func unbounded() throws {
    let analysis = try ReportsFixtures.straddle()
    let page = text(analysis, .table)
    #expect(page.contains("Maximum loss      unbounded  (up)"))
    #expect(page.contains("each further USD that ABC rises costs 100 USD, without end"))
    #expect(page.contains("Cheapest wing     buy 1 x ABC   260116C00115000 at the ask for 13.64 USD"))
    #expect(page.contains("no amount equals a loss without bound"))
    #expect(page.contains("stays within ABC 60.00 to 160.00"))
    #expect(page.contains("not a maximum loss"))
    #expect(page.contains("Whole lots  none    unbounded: up") || page.contains("Whole lots  none"))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text(analysis, .json).utf8)) as? [String: Any])
    let loss = try #require(json["maximum_loss"] as? [String: Any])
    #expect(loss["status"] as? String == "unbounded")
    #expect(loss["amount"] is NSNull)
    #expect(loss["directions"] as? [String] == ["up"])
  }

  @Test("In coin a condor is unbounded, the page names the put ratio that bounds it and both deltas")
  func coin() throws {
    let page = text(try ReportsFixtures.coinCondor(), .table)
    #expect(page.contains("unbounded"))
    #expect(page.contains("as BTC falls to 0 the loss is 5000 / price in BTC"))
    #expect(page.contains("1.0625 long puts of BTC at 80000 (now 1)"))
    #expect(page.contains("put ratio 1.0625"))
    #expect(page.contains("Delta USD") && page.contains("Delta BTC/1 %"))
    #expect(page.contains("with the coin as the unit"))
    #expect(page.contains("from the file"))
  }

  @Test("Several expiries have no maximum loss; the picture shows the first one")
  func severalExpiries() throws {
    let analysis = try ReportsFixtures.calendar()
    let page = text(analysis, .table)
    #expect(page.contains("Maximum loss      not defined"))
    #expect(page.contains("26DEC25 08:00 UTC (21.3 days)") && page.contains("30JAN26 08:00 UTC (56.3 days)"))
    #expect(page.contains("coin legs converted at entry and at delivery"))
    #expect(text(analysis, .html).contains("at the first expiry, later legs by the model"))
    #expect(analysis.curve?.isExact == false)
  }

  @Test("A position held since earlier shows the P&L since its entry")
  func held() throws {
    // 100 (100 - 90) - 118.945... + 250 - 2: the call at the model's value of 25 percent.
    let page = text(try ReportsFixtures.held(), .table)
    #expect(page.contains("P&L since entry  +1129.05 USD"))
    #expect(page.contains("given"))
    #expect(!text(try ReportsFixtures.condor(), .table).contains("since entry"))
  }

  @Test("Several underlyings have a page without a picture of one price, and a proof for each")
  func severalUnderlyings() throws {
    let analysis = try ReportsFixtures.twoUnderlyings(TemporaryFolder())
    #expect(analysis.curve == nil)
    #expect(!text(analysis, .html).contains("id=\"payoff-title\"") && text(analysis, .svg).isEmpty)
    #expect(text(analysis, .html).contains("id=\"stress-title\""))
    let page = text(analysis, .table)
    #expect(page.contains("Proof ABC") && page.contains("Proof XYZ"))
    #expect(page.contains("Spot ABC") && page.contains("Spot XYZ"))
  }

  // MARK: Formats

  @Test("The JSON is read by another reader and begins with its schema; amounts are exact texts")
  func json() throws {
    for analysis in try ReportsFixtures.all() {
      let document = text(analysis, .json)
      let json = try #require(try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: Any])
      #expect(document.hasPrefix("{\n  \"schema\": \"bulkhead.analysis\",\n  \"version\": 1,\n  \"strategy\""))
      // The order of the keys is the same for every strategy.
      let keys = document.split(separator: "\n").filter { $0.hasPrefix("  \"") }.compactMap {
        $0.split(separator: "\"").dropFirst().first
      }
      #expect(keys.map(String.init) == Self.keys)
      #expect(json.count == Self.keys.count)
    }
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(text(try ReportsFixtures.condor(), .json).utf8)) as? [String: Any])
    let loss = try #require(json["maximum_loss"] as? [String: Any])
    #expect(loss["amount"] as? String == "368.079699")
    let certificate = try #require((loss["certificates"] as? [[String: Any]])?.first)
    let vertices = try #require(certificate["vertices"] as? [[String: Any]])
    #expect(vertices.compactMap { $0["price"] as? String } == ["0", "90", "95", "105", "110"])
    #expect(vertices.compactMap { $0["value"] as? String } == ["-500", "-500", "0", "0", "-500"])
    #expect(certificate["slope_at_end"] as? String == "0")
  }

  static let keys = [
    "schema", "version", "strategy", "structure", "settlement", "currency", "as_of", "source", "status", "detail",
    "warnings", "market", "value", "greeks", "greeks_in_quote_currency", "legs", "maximum_loss", "maximum_profit",
    "margin", "break_evens", "outlook", "liquidation", "matrix", "stress", "size", "loss_within_range", "curve",
    "reasons",
  ]

  @Test("The CSV is a header and one row of as many cells")
  func csv() throws {
    for analysis in try ReportsFixtures.all() {
      let folder = try TemporaryFolder()
      let table = try readTable(folder.file(text(analysis, .csv), named: "report.csv"), pieceSize: 1 << 20)
      #expect(table.count == 2)
      #expect(table[0] == AnalysisCSV.columns)
    }
    let row = try #require(
      try rows(ofReport: text(try ReportsFixtures.condor(), .csv), in: TemporaryFolder()).first)
    #expect(row["max_loss"] == "368.079699" && row["margin"] == "368.08" && row["status"] == "ok")
    #expect(row["break_evens"] == "93.68079699;106.31920301")
    let unbounded = try #require(
      try rows(ofReport: text(try ReportsFixtures.straddle(), .csv), in: TemporaryFolder()).first)
    #expect(unbounded["max_loss"] == "" && unbounded["status"] == "unbounded" && unbounded["margin"] == "")
  }

  @Test("The HTML needs nothing from elsewhere, is well formed, and its picture has a title and a description")
  func html() throws {
    for analysis in try ReportsFixtures.all() {
      let page = text(analysis, .html)
      #expect(
        !page.contains("http:") && !page.contains("https:") && !page.contains("<script") && !page.contains("@import"))
      #expect(page.contains("prefers-color-scheme: dark"))
      if analysis.curve != nil {
        #expect(page.contains("role=\"img\" aria-labelledby=\"payoff-title payoff-desc\""))
        #expect(page.contains("<title id=\"payoff-title\">") && page.contains("<desc id=\"payoff-desc\">"))
      }
      for tag in [
        "section", "table", "tr", "td", "th", "dl", "dd", "dt", "div", "span", "small", "svg", "text", "p", "ul", "li",
      ] {
        let opened =
          page.split(separator: "<\(tag)>", omittingEmptySubsequences: false).count
          + page.split(separator: "<\(tag) ", omittingEmptySubsequences: false).count
        #expect(opened == page.split(separator: "</\(tag)>", omittingEmptySubsequences: false).count + 1, "\(tag)")
      }
    }
  }

  @Test("Every row of a Markdown table has as many cells as its head")
  func markdown() throws {
    for analysis in try ReportsFixtures.all() {
      var width: Int?
      for line in text(analysis, .markdown).split(separator: "\n", omittingEmptySubsequences: false) {
        guard line.hasPrefix("|") else {
          width = nil
          continue
        }
        let cells = line.replacing("\\|", with: "").count { $0 == "|" }
        #expect(cells == width ?? cells, "\(line)")
        width = cells
      }
    }
  }

  @Test("A digital's line at expiry is broken at its strike")
  func jump() throws {
    let pieces = try #require(PayoffPicture(try ReportsFixtures.digital())).chart.lines[0].pieces
    #expect(pieces.count == 2)
    #expect(pieces[0].last == LineChart.Point(x: 105, y: -3) && pieces[1].first == LineChart.Point(x: 105, y: 7))
  }
}
