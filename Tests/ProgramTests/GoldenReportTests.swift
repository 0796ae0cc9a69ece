import Foundation
import TestSupport
import Testing

/// Every report against the page that a person has read and found right.
///
/// Words and exact amounts must be the same to the letter. Floating figures may differ in their last digits: the
/// system's own logarithm and exponential, which the market's forwards go through, are not the same on every machine.
@Suite struct GoldenReportTests {
  struct Report: Sendable, CustomTestStringConvertible {
    let file: String
    let arguments: [String]
    var status: Int32 = 0
    var testDescription: String { file }

    init(_ file: String, _ arguments: String, status: Int32 = 0) {
      self.file = file
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.status = status
    }
  }

  static let bitcoin = "--market Data/Markets/deribit-btc-2025-12-05.yaml"
  static let google = "--market Data/Markets/goog-2015-12-23.yaml"

  static let risk = "\(bitcoin) --history BTC=Data/Histories/btc-usd-daily.csv"

  static let accounts =
    "stress Tests/Fixtures/Books/accounts.csv \(bitcoin) --spot-shift -20:20:5 --vol-shift -10,0,10 --summary"
  static let weights = "Tests/Fixtures/Books/accounts-weights.csv"

  static let reports: [Report] = [
    Report("analyze-condor.txt", "analyze Data/Strategies/btc-iron-condor.yaml \(bitcoin)"),
    Report("analyze-condor-coin.txt", "analyze Data/Strategies/btc-iron-condor-coin.yaml \(bitcoin)"),
    Report("analyze-long-straddle.md", "analyze Data/Strategies/btc-long-straddle.yaml \(bitcoin) --format markdown"),
    Report(
      "analyze-short-straddle.txt",
      "analyze Data/Strategies/btc-short-straddle.yaml \(bitcoin) --within -40:60 --budget 10% --portfolio 100000"),
    Report(
      "analyze-call-spread-coin.json", "analyze Data/Strategies/btc-call-spread-coin.yaml \(bitcoin) --format json"),
    Report("analyze-condor.html", "analyze Data/Strategies/btc-iron-condor.yaml \(bitcoin) --format html"),
    Report("analyze-condor.svg", "analyze Data/Strategies/btc-iron-condor.yaml \(bitcoin) --format svg"),
    Report(
      "analyze-straddle-bands.svg",
      "analyze Data/Strategies/btc-short-straddle.yaml \(bitcoin) --format svg --deposit 20000 "
        + "--maintenance deribit-standard"),
    Report(
      "analyze-call-spread-coin.svg",
      "analyze Data/Strategies/btc-call-spread-coin.yaml \(bitcoin) --format svg --days 0,7,14"),
    Report(
      "analyze-put-calendar.svg",
      "analyze Data/Strategies/goog-put-calendar.yaml \(google) --policy close-first --format svg"),
    Report(
      "analyze-call-calendar-hold.svg",
      "analyze Data/Strategies/btc-call-calendar-coin.yaml \(bitcoin) --policy hold-each --format svg"),
    Report(
      "analyze-apple-covered-call.svg",
      "analyze Data/Strategies/aapl-covered-call.yaml --market Data/Markets/aapl-2014-06-09.yaml --format svg"),
    Report(
      "stress-condor-crash.svg",
      "stress Data/Strategies/btc-iron-condor.yaml \(bitcoin) --spot-shift -50:30:81 --vol-shift 0:300:31 --vol-relative "
        + "--format svg --quiet"),
    Report("analyze-condor-plot.txt", "analyze Data/Strategies/btc-iron-condor.yaml \(bitcoin) --plot braille"),
    Report(
      "stress-condor.txt", "stress Data/Strategies/btc-iron-condor.yaml \(bitcoin) --format table --days 0,7 --quiet"),
    Report(
      "stress-crashes-condor.md",
      "stress Data/Strategies/btc-iron-condor.yaml \(bitcoin) --format markdown --scenarios crashes --quiet"),
    Report(
      "liquidation-condor.svg", "liquidation Data/Strategies/btc-iron-condor.yaml \(bitcoin) --format svg"),
    Report(
      "liquidation-strangle.md",
      "liquidation Data/Strategies/btc-short-strangle.yaml \(bitcoin) --maintenance spot=7.5% --deposit 20000 "
        + "--format markdown"),
    Report("stress-condor.svg", "stress Data/Strategies/btc-iron-condor.yaml \(bitcoin) --format svg --quiet"),
    Report(
      "compare-condor.svg",
      "compare Data/Strategies/btc-iron-condor.yaml \(bitcoin) --format svg "
        + "--rules maximum-loss,deribit-standard,derive-standard,okx-option,opyn-naked,span"),
    Report(
      "liquidation-strangle.svg",
      "liquidation Data/Strategies/btc-short-strangle.yaml \(bitcoin) --maintenance spot=7.5% --deposit 20000 "
        + "--days 0,7,14 --format svg"),
    Report(
      "liquidation-surface.svg",
      "liquidation Data/Strategies/btc-short-strangle.yaml \(bitcoin) --maintenance spot=7.5% --deposit 20000 --surface "
        + "--days 0:21:22 --vol-shift -20:20:5 --format svg"),
    Report("analyze-covered-call.txt", "analyze Data/Strategies/goog-covered-call.yaml \(google)"),
    Report("analyze-put-calendar.txt", "analyze Data/Strategies/goog-put-calendar.yaml \(google)"),
    Report("analyze-butterfly.csv", "analyze Data/Strategies/goog-broken-wing-butterfly.yaml \(google) --format csv"),
    Report(
      "stress-condor.csv",
      "stress Data/Strategies/btc-iron-condor.yaml \(bitcoin) --spot-shift -30:30:7 --vol-shift -60:40:3 --days 0,7,30"),
    Report(
      "stress-condor-coin.csv",
      "stress Data/Strategies/btc-iron-condor-coin.yaml \(bitcoin) --spot-shift -30:30:5 --vol-shift -20:20:3 "
        + "--vol-relative --smile sticky-delta"),
    Report(
      "stress-pivot.csv",
      "stress Data/Strategies/goog-put-calendar.yaml \(google) --spot-shift -10:10:5 --vol-shift -5,0,5 --days 0,23,30 "
        + "--pivot"),
    Report(
      "stress-summary.csv", "stress Data/Strategies/btc-long-straddle.yaml \(bitcoin) --vol-shift -20:40:13 --summary"),
    Report(
      "stress-legs.csv",
      "stress Data/Strategies/btc-iron-condor.yaml \(bitcoin) --spot-shift -10:10:3 --vol-shift -5,5 --days 0,30 --by leg"
    ),
    Report(
      "stress-crash-condor.csv", "stress Data/Strategies/btc-iron-condor.yaml \(bitcoin) --scenarios crash:2020-03"),
    Report(
      "stress-crashes-covered-call.csv",
      "stress Data/Strategies/goog-covered-call.yaml \(google) --scenarios crashes --smile sticky-delta"),
    Report(
      "stress-span-coin.csv", "stress Data/Strategies/btc-iron-condor-coin.yaml \(bitcoin) --scenarios span"),
    Report(
      "stress-desk-accounts.csv",
      "stress Tests/Fixtures/Books/accounts.csv \(bitcoin) --scenarios Tests/Fixtures/Scenarios/desk.csv --summary "
        + "--by account --level 90,50"),
    Report(
      "stress-skew.csv",
      "stress Data/Strategies/btc-iron-condor.yaml \(bitcoin) --spot-shift -10,0,10 --skew-shift -4 --curvature-shift 2"
    ),
    Report("stress-summary-strategies.csv", "\(accounts) --weights \(weights) --level 97.5,90"),
    Report("stress-summary-accounts.csv", "\(accounts) --weights \(weights) --level 97.5,90 --by account"),
    Report("stress-summary-book.csv", "\(accounts) --weights \(weights) --level 97.5,90 --by book"),
    Report("stress-summary-limits.csv", "\(accounts) --fail-on loss-share=0.5 --quiet", status: 2),
    Report("risk-condor.txt", "risk Data/Strategies/btc-iron-condor.yaml \(risk) --level 97.5,99 --format table"),
    Report(
      "risk-accounts.csv",
      "risk Tests/Fixtures/Books/accounts.csv \(risk) --by account --contributions --method filtered --vol-move realised"
    ),
    Report(
      "risk-drawn.csv",
      "risk Tests/Fixtures/Books/accounts.csv \(risk) --by book --method monte-carlo --scenarios 2000 --degrees 5 --seed 7 "
        + "--vol-move realised --horizon 5 --level 95,99"),
    Report(
      "risk-backtest.txt",
      "risk Data/Strategies/btc-iron-condor.yaml \(risk) --backtest --level 95,99 --format table"),
    Report("size-condor.csv", "size Data/Strategies/btc-iron-condor.yaml \(bitcoin) --budget 10% --portfolio 100000"),
    Report("size-short-straddle.csv", "size Data/Strategies/btc-short-straddle.yaml \(bitcoin) --budget 5000"),
    Report(
      "liquidation-probability.txt",
      "liquidation Data/Strategies/btc-short-straddle.yaml \(bitcoin) --maintenance spot=7.5% --deposit 20000 "
        + "--probability --drift 10% --real-vol 40% --paths 4096"),
    Report(
      "liquidation-probability.csv",
      "liquidation Data/Strategies/btc-iron-condor.yaml \(bitcoin) --maintenance margin=40% --probability --horizons 2,14 "
        + "--paths 4096 --seed 7 --format csv"),
    Report(
      "liquidation-strangle.txt",
      "liquidation Data/Strategies/btc-short-strangle.yaml \(bitcoin) --maintenance deribit-standard --deposit 20000 "
        + "--days 0,7,14 --push-to 110000"),
    Report(
      "liquidation-strangle.csv",
      "liquidation Data/Strategies/btc-short-strangle.yaml \(bitcoin) --maintenance spot=7.5% --deposit 20000 --vol 50% "
        + "--days 0,21.5 --format csv"),
    Report(
      "liquidation-condor-coin.json",
      "liquidation Data/Strategies/btc-iron-condor-coin.yaml \(bitcoin) --deposit 0.05 --format json"),
    Report("liquidation-condor.txt", "liquidation Data/Strategies/btc-iron-condor.yaml \(bitcoin)"),
    Report(
      "liquidation-surface.csv",
      "liquidation Data/Strategies/btc-short-strangle.yaml \(bitcoin) --maintenance spot=7.5% --deposit 20000 --surface "
        + "--days 0,7,21,22 --vol-shift -20:60:5"),
    Report("chain-btc.txt", "chain check Data/Markets/deribit-btc-2025-12-05.yaml"),
    Report("chain-goog.csv", "chain check Data/Markets/goog-2015-12-23.yaml --format csv"),
    Report("chain-bad-rows.txt", "chain check Tests/Fixtures/Markets/bad-rows.yaml"),
    Report("perpetuals.csv", "perpetuals Tests/Fixtures/Perpetuals/positions.csv"),
    Report(
      "perpetuals-binance.json",
      "perpetuals Tests/Fixtures/Perpetuals/binance-positions.csv --venue binance-btcusdt --format json", status: 65),
    Report(
      "compare-condor.txt",
      "compare Data/Strategies/btc-iron-condor.yaml \(bitcoin) "
        + "--rules maximum-loss,deribit-standard,derive-standard,okx-option,opyn-naked,span"),
    Report(
      "compare-condor-coin.csv",
      "compare Data/Strategies/btc-iron-condor-coin.yaml \(bitcoin) "
        + "--rules maximum-loss,deribit-standard,deribit-portfolio,span --format csv"),
    Report(
      "compare-call-spread-coin.json",
      "compare Data/Strategies/btc-call-spread-coin.yaml \(bitcoin) --rules maximum-loss,deribit-standard --format json"
    ),
    Report(
      "compare-butterfly.md",
      "compare Data/Strategies/goog-broken-wing-butterfly.yaml \(google) --format markdown "
        + "--rules maximum-loss,us-margin,occ-risk-based,deribit-standard"),
    Report(
      "compare-covered-call.txt",
      "compare Data/Strategies/goog-covered-call.yaml \(google) --rules maximum-loss,us-margin,occ-risk-based"),
    Report(
      "compare-straddle.csv",
      "compare Data/Strategies/btc-short-straddle.yaml \(bitcoin) --rules deribit-standard,occ-risk-based --format csv"),
    Report(
      "explain-condor-deribit.txt", "explain Data/Strategies/btc-iron-condor.yaml \(bitcoin) --rule deribit-standard"),
    Report(
      "explain-condor-span.csv",
      "explain Data/Strategies/btc-iron-condor.yaml \(bitcoin) --rule span --format csv"),
    Report(
      "explain-condor-span.md",
      "explain Data/Strategies/btc-iron-condor.yaml \(bitcoin) --rule span --format markdown"),
    Report(
      "explain-butterfly-us.json",
      "explain Data/Strategies/goog-broken-wing-butterfly.yaml \(google) --rule us-margin --format json"),
    Report(
      "margin-rule.csv", "margin Tests/Fixtures/Books/rules.csv --rule deribit-standard \(bitcoin) --quiet", status: 65),
    Report(
      "scan-condor.csv",
      "scan Data/Markets/deribit-btc-2025-12-05.yaml --structure iron-condor --settlement quote --top 12 "
        + "--where (short_delta<0.2)and(probability_of_profit>70%)and(credit>500) --sort credit/max_loss "
        + "--budget 10% --portfolio 100000"),
    Report(
      "scan-condor.txt",
      "scan Data/Markets/deribit-btc-2025-12-05.yaml --structure iron-condor --settlement quote --top 5 --format table "
        + "--where short_delta<0.2 --sort credit/max_loss"),
    Report(
      "scan-call-spread-coin.csv",
      "scan Data/Markets/deribit-btc-2025-12-05.yaml --structure bull-call-spread --top 6 --fees "
        + "Data/Rulebooks/fees/deribit.yaml --expiry 30JAN26 --sort max_profit/margin"),
    Report(
      "scan-lizard.csv",
      "scan Tests/Fixtures/Markets/small-market.yaml --structure jade-lizard --sort break_even_low --ascending"),
    Report(
      "attribution-condor.csv",
      "attribution Data/Strategies/btc-iron-condor.yaml \(bitcoin) --spot-shift 2 --vol-shift 1 --days 1 --by leg"),
    Report(
      "attribution-condor-coin.csv",
      "attribution Data/Strategies/btc-iron-condor-coin.yaml \(bitcoin) --spot-shift -4 --vol-shift 10 --vol-relative "
        + "--smile sticky-delta"),
    Report(
      "attribution-accounts.csv",
      "attribution Tests/Fixtures/Books/accounts.csv \(bitcoin) --spot-shift -3 --vol-shift 4 --days 25 --by account"),
    Report(
      "attribution-book.csv", "attribution Tests/Fixtures/Books/accounts.csv \(bitcoin) --spot-shift 1 --by book"),
    Report(
      "attribution-week.csv",
      "attribution --legs 2C100@2026-01-16 --market Tests/Fixtures/Markets/small-market.yaml "
        + "--to Tests/Fixtures/Markets/small-market-week-later.yaml"),
    Report("ladder-accounts.csv", "ladder Tests/Fixtures/Books/accounts.csv \(bitcoin)"),
    Report("ladder-buckets.csv", "ladder Tests/Fixtures/Books/accounts.csv \(bitcoin) --by strike --bucket 10000"),
    Report("ladder-calendar.csv", "ladder Data/Strategies/goog-put-calendar.yaml \(google) --by underlying"),
    Report(
      "limits-desk.csv",
      "limits Tests/Fixtures/Books/accounts.csv \(bitcoin) --limits Tests/Fixtures/Limits/desk.csv --spot-shift -20:20:5 "
        + "--vol-shift -10,0,10", status: 2),
    Report(
      "limits-desk-close.csv",
      "limits Tests/Fixtures/Books/accounts.csv \(bitcoin) --limits Tests/Fixtures/Limits/desk.csv --spot-shift -20:20:5 "
        + "--vol-shift 0 --policy close-first --quiet", status: 2),
    Report(
      "compare-calendar-close.txt",
      "compare Data/Strategies/btc-call-calendar-coin.yaml \(bitcoin) --policy close-first --rules "
        + "maximum-loss,deribit-standard,us-margin"),
    Report("margin-calendars.csv", "margin Tests/Fixtures/Books/calendars.csv --quiet"),
    Report("margin-calendars-close.csv", "margin Tests/Fixtures/Books/calendars.csv --policy close-first --quiet"),
    Report(
      "margin-calendars-market.csv",
      "margin Tests/Fixtures/Books/calendars.csv --policy close-first --forward-band 0.5% \(bitcoin) --quiet"),
    Report("margin-calendars-hold.csv", "margin Tests/Fixtures/Books/calendars.csv --policy hold-each --quiet"),
    Report(
      "analyze-put-calendar-close.txt",
      "analyze Data/Strategies/goog-put-calendar.yaml \(google) --policy close-first --budget 10000"),
    Report(
      "analyze-call-calendar-coin.json",
      "analyze Data/Strategies/btc-call-calendar-coin.yaml \(bitcoin) --policy close-first --format json"),
    Report(
      "analyze-call-calendar-hold.md",
      "analyze Data/Strategies/btc-call-calendar-coin.yaml \(bitcoin) --policy hold-each --format markdown"),
    Report(
      "size-call-calendar.csv",
      "size Data/Strategies/btc-call-calendar-coin.yaml \(bitcoin) --policy close-first --budget 0.5"),
    Report(
      "liquidation-call-calendar.txt",
      "liquidation Data/Strategies/btc-call-calendar-coin.yaml \(bitcoin) --policy close-first"),
    Report(
      "stress-calendars-summary.csv",
      "stress Tests/Fixtures/Books/calendars.csv \(bitcoin) --policy close-first --spot-shift -30:30:7 --vol-shift "
        + "-20:40:3 --summary"),
    Report(
      "stress-calendars-book.csv",
      "stress Tests/Fixtures/Books/calendars.csv \(bitcoin) --policy hold-each --spot-shift -30:30:7 --summary --by book"
    ),
    Report(
      "stress-call-calendar.csv",
      "stress Data/Strategies/btc-call-calendar-coin.yaml \(bitcoin) --policy close-first --spot-shift -20:20:3 "
        + "--vol-shift -10:10:2 --days 0,21"),
    Report("chain-fit-whole.txt", "chain fit Data/Markets/deribit-btc-2025-12-05-whole.yaml"),
    Report("chain-fit-whole-repaired.txt", "chain fit Data/Markets/deribit-btc-2025-12-05-whole.yaml --repair"),
    Report("chain-fit-whole-ssvi.txt", "chain fit Data/Markets/deribit-btc-2025-12-05-whole.yaml --model ssvi"),
    Report("chain-fit-goog.txt", "chain fit Data/Markets/goog-2015-12-23.yaml --repair"),
    Report("strategies.txt", "strategies"),
    Report("strategies.csv", "strategies --format csv"),
  ]

  @Test("A report is the one that was read and found right", arguments: reports)
  func report(_ report: Report) throws {
    let answer = try Program.run(report.arguments, folder: Fixture.root)
    #expect(answer.status == report.status, "\(answer.errors)")
    let path = Fixture.root + "/Tests/Fixtures/Golden/" + report.file
    if ProcessInfo.processInfo.environment["BULKHEAD_UPDATE_GOLDEN"] == "1" {
      try answer.output.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let wanted = try String(contentsOfFile: path, encoding: .utf8)
    if let difference = Golden.difference(answer.output, wanted) { Issue.record("\(report.file): \(difference)") }
  }

  @Test("Two runs give the same bytes", arguments: reports)
  func sameBytes(_ report: Report) throws {
    let first = try Program.run(report.arguments, folder: Fixture.root)
    #expect(try Program.run(report.arguments, folder: Fixture.root).output == first.output)
  }

  /// The words of a command line as a shell takes them: what stands in quotes is one.
  private func shellWords(_ line: String) -> [String] {
    line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { part in
      part.offset % 2 == 1 ? [String(part.element)] : part.element.split(separator: " ").map(String.init)
    }
  }

  /// Blocks of the README that begin with `$ Scripts/bulkhead`: what follows is what the program prints, `...` stands for
  /// lines left out.
  @Test("What the README shows is what the program prints")
  func readme() throws {
    let readme = try String(contentsOfFile: Fixture.root + "/README.md", encoding: .utf8)
    let blocks = readme.components(separatedBy: "```console\n$ Scripts/bulkhead ").dropFirst()
    #expect(blocks.count >= 3)
    for block in blocks {
      let lines = block.components(separatedBy: "\n```")[0].components(separatedBy: "\n")
      let answer = try Program.run(shellWords(lines[0]), folder: Fixture.root)
      var rest = answer.output.components(separatedBy: "\n")[...]
      var mayJump = false
      for line in lines.dropFirst() {
        if line == "..." {
          mayJump = true
          continue
        }
        let place = mayJump ? rest.firstIndex(of: line) : (rest.first == line ? rest.startIndex : nil)
        mayJump = false
        let found = try #require(place, "README: found no line '\(line)' in the answer to \(lines[0])")
        rest = rest[(found + 1)...]
      }
    }
  }
}

/// Compares texts: words to the letter, floating figures to a part in 10^9.
enum Golden {
  /// The first line that differs; nil where none does.
  static func difference(_ found: String, _ wanted: String) -> String? {
    let (left, right) = (found.components(separatedBy: "\n"), wanted.components(separatedBy: "\n"))
    for (index, pair) in zip(left, right).enumerated() where !isSame(pair.0, pair.1) {
      return "line \(index + 1): found\n\(pair.0)\nwanted\n\(pair.1)"
    }
    return left.count == right.count ? nil : "found \(left.count) lines, wanted \(right.count)"
  }

  private static func isSame(_ left: String, _ right: String) -> Bool {
    if left == right { return true }
    let (a, b) = (words(left), words(right))
    guard a.count == b.count else { return false }
    return zip(a, b).allSatisfy { pair in
      if pair.0 == pair.1 { return true }
      guard let x = Double(pair.0), let y = Double(pair.1), isLong(pair.0), isLong(pair.1) else { return false }
      return abs(x - y) <= 1e-9 * max(abs(x), abs(y))
    }
  }

  /// Only a figure with all of its digits can differ in the last of them.
  private static func isLong(_ word: String) -> Bool { word.utf8.filter { (48...57).contains($0) }.count >= 9 }

  private static func words(_ line: String) -> [String] {
    line.split { !($0.isLetter || $0.isNumber || ".-+".contains($0)) }.map(String.init)
  }
}
