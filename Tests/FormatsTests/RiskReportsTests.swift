import Analysis
import Basics
import Instruments
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Formats

/// Attribution, ladder and limits of seeded books: what their cells say of each other.
@Suite("Risk reports")
struct RiskReportsTests {
  static let header = "strategy,kind,underlying,expiry,strike,quantity,price,multiplier,settlement,fee,account\n"

  static func market() throws -> MarketState {
    try MarketFile(Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml").state
  }

  /// A book of many strategies in three accounts, in both settlements.
  static func book(_ generator: inout SplitMix64, strategies: Int) -> String {
    var text = header
    for index in 0..<strategies {
      let settlement = generator.chance(0.3) ? "coin" : "quote"
      let account = generator.pick(["left", "right", ""])
      for _ in 0..<generator.int(1...4) {
        let price = settlement == "coin" ? "0.0\(generator.int(10...99))" : "\(generator.int(10...5000))"
        let quantity = "\(generator.chance(0.5) ? "-" : "")\(generator.int(1...30)).\(generator.int(0...9))"
        let linear = generator.chance(0.1)
        text +=
          "s\(index),\(linear ? "perpetual" : generator.pick(["call", "put"])),BTC,"
          + (linear ? "," : "\(generator.pick(["26DEC25", "30JAN26"])),\(generator.pick([80_000, 92_000, 100_000]))")
          + ",\(quantity),\(linear ? "91000" : price),1,\(settlement),0,\(account)\n"
      }
    }
    return text
  }

  static func output(_ book: String, _ report: some BookReport) throws -> (
    rows: [[String: String]], summary: ReportSummary
  ) {
    let folder = try TemporaryFolder()
    let path = folder.path + "/out.csv"
    var reader = try BookReader.open(folder.file(book, named: "book.csv"))
    var sink = try OutputSink(path)
    let summary = try report.write(&reader, to: &sink, progress: { _, _ in })
    try sink.finish()
    return (try rows(ofReport: folder.text("out.csv") ?? "", in: folder), summary)
  }

  static func attribution(by grain: AttributionReport.Grain) throws -> AttributionReport {
    let grid = try ScenarioGrid(spotShifts: [-0.03], volatilityShifts: [0.02], days: [2])
    return AttributionReport(by: grain, AttributionAnalyzer(from: try market(), to: .scenario(grid)))
  }

  static let amounts = AttributionReport.amountColumns.prefix(13)

  @Test("An entry price beyond the range of a price is refused, and no 0 is taken for it; a premium has no part")
  func entryPrice() throws {
    let call = try OptionContract(
      underlying: "BTC", right: .call, strike: try Price(parsing: "100000"), expiry: try Expiry(parsing: "26DEC25"),
      settlement: .quote)
    func book(_ instrument: Instrument, _ price: String) throws -> RiskBook {
      let strategy = try FilledStrategy(
        name: "s", settlement: .quote, currency: .usd,
        legs: [FilledLeg(instrument: instrument, quantity: .one, price: try ExactAmount(parsing: price))])
      return RiskBook(
        BookEntry(
          name: "s", line: 2, settlement: .quote, account: "", otherAccount: nil, strategy: strategy, errors: [],
          errorCount: 0))
    }
    let share = Instrument.underlying(Underlying(symbol: "BTC"))
    for (instrument, price, isValid) in [
      (share, "92233720368.5", true), (share, "92233720369", false), (.option(call), "92233720369", true),
    ] as [(Instrument, String, Bool)] {
      switch try book(instrument, price).items[0] {
      case .strategy: #expect(isValid, "\(instrument) \(price)")
      case .invalid(let entry):
        #expect(!isValid && entry.strategy == nil && entry.detail.contains("92233720369"), "\(entry.detail)")
      }
    }
  }

  // MARK: Attribution

  @Test("The parts of every row add up to its P&L, and rows of each grain to those of the next", arguments: 1...2)
  func attributionSums(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    // Longer than a batch, so that the state is carried over.
    let book = Self.book(&generator, strategies: 2100)
    var sums: [[String: [Double]]] = []
    var gross: [String: Double] = [:]
    for grain in [AttributionReport.Grain.leg, .strategy, .account, .book] {
      let (rows, summary) = try Self.output(book, try Self.attribution(by: grain))
      #expect(summary.invalidCount == 0 && summary.rowCount == 2100)
      var sum: [String: [Double]] = [:]
      for row in rows {
        let cells = Self.amounts.map { row.number($0) }
        let scale = abs(cells[0]) + abs(cells[1])
        let (parts, profit) = (cells[3...].reduce(0, +), cells[2])
        #expect(abs(parts - profit) <= 1e-14 * max(scale, cells.map { abs($0) }.max() ?? 0), "\(generator) \(row)")
        #expect(cells[2] == cells[1] - cells[0], "\(generator) \(row)")
        let currency = try #require(row["currency"])
        sum[currency] = zip(sum[currency] ?? cells.map { _ in 0 }, cells).map { $0 + $1 }
        if grain == .leg { gross[currency, default: 0] += cells.reduce(0) { max($0, abs($1)) } }
      }
      sums.append(sum)
    }
    for currency in ["USD", "BTC"] {
      let scale = try #require(gross[currency])
      for sum in sums.dropFirst() {
        let (found, wanted) = (try #require(sum[currency]), try #require(sums[0][currency]))
        for (left, right) in zip(found, wanted) { #expect(abs(left - right) <= 1e-13 * scale, "\(generator)") }
      }
    }
  }

  @Test("A bad strategy keeps its row and is left out of the sums, which say so")
  func incomplete() throws {
    let good = "good,call,BTC,26DEC25,92000,1,3000,1,quote,0,left\n"
    let bad = "bad,call,BTC,26DEC25,-1,1,3000,1,quote,0,left\n"
    let foreign = "foreign,call,XYZ,26DEC25,100,1,3000,1,quote,0,left\n"
    let twice =
      "twice,call,BTC,26DEC25,92000,1,3000,1,quote,0,left\ntwice,put,BTC,26DEC25,92000,1,3000,1,quote,0,right\n"
    let book =
      Self.header + good + bad + foreign + twice
      + good.replacing("good", with: "other").replacing("left", with: "right")
    let byStrategy = try Self.output(book, try Self.attribution(by: .strategy))
    #expect(byStrategy.rows.map { $0["status"] } == ["ok", "invalid", "invalid", "ok", "ok"])
    #expect(byStrategy.rows[1]["detail"]?.contains("found '-1'") == true && byStrategy.rows[1]["pnl"] == "")
    #expect(byStrategy.rows[2]["detail"]?.hasPrefix("found underlying XYZ") == true)
    #expect(byStrategy.summary.invalidCount == 2 && byStrategy.summary.errors.count == 2)
    let lost = bad.replacing("bad", with: "lost").replacing("left", with: "third")
    let byAccount = try Self.output(book + lost, try Self.attribution(by: .account))
    #expect(byAccount.rows.map { $0["account"] } == ["left", "right", "third"])
    #expect(byAccount.rows.map { $0["status"] } == ["incomplete", "incomplete", "invalid"])
    #expect(byAccount.rows[1]["detail"] == "without 1 invalid strategy" && byAccount.rows[1]["pnl"] != "")
    #expect(byAccount.rows[2]["detail"] == "without 1 invalid strategy" && byAccount.rows[2]["pnl"] == "")
    #expect(byAccount.rows[0]["detail"] == "without 3 invalid strategies" && byAccount.rows[0]["strategies"] == "1")
    #expect(byAccount.summary.invalidCount == 4, "a strategy of two accounts has none")
    #expect(
      byAccount.summary.errors.dropLast().last?.message
        == "found account 'right' beside 'left', wanted one account a strategy")
    let byBook = try Self.output(book, try Self.attribution(by: .book))
    #expect(byBook.rows.map { $0["detail"] } == ["without 2 invalid strategies"])
    let byLeg = try Self.output(book, try Self.attribution(by: .leg))
    #expect(byLeg.rows.map { $0["leg"] } == ["1", "", "", "1", "2", "1"])
    #expect(byLeg.rows[1]["status"] == "invalid" && byLeg.rows[1]["days"] == "")
    #expect(byLeg.rows[3]["days"] == "2" && byLeg.rows[3]["quantity"] == "1")
  }

  @Test("The notes of an attribution are a line a currency")
  func notes() throws {
    var generator = SplitMix64(seed: 5)
    let summary = try Self.output(Self.book(&generator, strategies: 20), try Self.attribution(by: .strategy)).summary
    #expect(summary.notes.count == 2)
    #expect(summary.notes.allSatisfy { $0.hasPrefix("P&L ") && $0.contains(", unexplained ") })
  }

  // MARK: Ladder

  @Test(
    "A ladder's currency rows are the sums of its strategies' values, whatever its grain",
    arguments: LadderGrain.allCases)
  func ladderValues(grain: LadderGrain) throws {
    var generator = SplitMix64(seed: 9)
    let book = Self.book(&generator, strategies: 2100)
    let ladder = try Self.output(book, LadderReport(by: grain, market: try Self.market())).rows
    let attribution = try Self.output(book, try Self.attribution(by: .book)).rows
    for total in ladder where total["level"] == "currency" {
      let value = try #require(attribution.first { $0["currency"] == total["currency"] }).number("value_from")
      #expect(abs(total.number("value") - value) <= 1e-9 * abs(value), "\(generator)")
      #expect(total["spot"] == "" && total["underlying"] == "" && total["delta"] != "", "one underlying has a delta")
    }
    #expect(ladder.filter { $0["level"] == "currency" }.map { $0["settlement"] }.count == 2)
    #expect(ladder.allSatisfy { $0["status"] == "ok" })
  }

  @Test("A ladder without a bad strategy's positions says so in every row")
  func ladderIncomplete() throws {
    let book =
      Self.header + "good,call,BTC,26DEC25,92000,1,3000,1,quote,0,\n" + "bad,call,BTC,26DEC25,x,1,3000,1,quote,0,\n"
    let (rows, summary) = try Self.output(book, LadderReport(by: .expiry, market: try Self.market()))
    #expect(rows.count == 3 && rows.allSatisfy { $0["status"] == "incomplete" })
    #expect(rows.allSatisfy { $0["detail"] == "without 1 invalid strategy" })
    #expect(summary.invalidCount == 1 && summary.rowCount == 2)
  }

  // MARK: Limits

  private func limits(_ limits: String, _ book: String) throws -> (rows: [[String: String]], summary: ReportSummary) {
    let folder = try TemporaryFolder()
    let file = try LimitsFile(folder.file(limits, named: "limits.csv"))
    let monitor = LimitMonitor(market: try Self.market(), limits: file.limits, scenarios: .unshocked)
    return try Self.output(book, LimitsReport(file, monitor))
  }

  @Test("Limits keep the order of their file, names that of the book, and a bad limit its place")
  func limitOrder() throws {
    let book =
      Self.header + "b,call,BTC,26DEC25,92000,1,3000,1,quote,0,right\n"
      + "a,put,BTC,26DEC25,92000,1,2000,1,quote,0,left\n"
    let (rows, summary) = try limits(
      "scope,name,metric,limit\naccount,*,max_loss,2500\nbook,*,nothing,1\nstrategy,*,margin,3000\nstrategy,c,margin,1\n",
      book)
    #expect(rows.map { $0["name"] } == ["right", "left", "*", "b", "a", "c"])
    #expect(rows.map { $0["status"] } == ["breach", "ok", "invalid", "ok", "ok", "ok"])
    #expect(rows.map { $0["value"] } == ["3000", "2000", "", "3000", "2000", "0"])
    #expect(rows.map { $0["share_of_limit"] } == ["1.2", "0.8", "", "1", "0.6666666666666666", "0"])
    #expect(rows[2]["detail"]?.hasSuffix("(line 3, column metric)") == true && rows[2]["metric"] == "nothing")
    #expect(rows[5]["detail"] == "no such strategy in the book")
    #expect(summary.breachCount == 1)
    #expect(summary.firstBreach == "account right: max_loss is 3000, wanted at most 2500")
    #expect(summary.notes.count == 1 && summary.notes[0].contains("warning: found no such strategy"))
  }

  @Test("What has no figure is unanswered and counts as breached; a refused strategy makes its positions invalid")
  func limitRefusals() throws {
    let book =
      Self.header + "twice,call,BTC,26DEC25,92000,1,3000,1,quote,0,left\n"
      + "twice,put,BTC,26DEC25,92000,1,3000,1,quote,0,right\n"
      + "calendar,call,BTC,26DEC25,92000,-1,3000,1,quote,0,far\n"
      + "calendar,call,BTC,30JAN26,92000,1,3000,1,quote,0,far\n"
    let byAccount = try limits("scope,name,metric,limit\naccount,*,max_loss,1\nbook,*,value,1\n", book)
    #expect(byAccount.rows.map { $0["name"] } == ["left", "right", "far", "book"])
    #expect(byAccount.rows.map { $0["status"] } == ["invalid", "invalid", "unanswered", "invalid"])
    #expect(byAccount.summary.invalidCount == 1 && byAccount.summary.breachCount == 1)
    #expect(byAccount.summary.firstBreach?.hasPrefix("account far: max_loss cannot be compared") == true)
    // Where no limit asks for accounts, a strategy may name two.
    let byBook = try limits("scope,name,metric,limit\nbook,*,value,1\n", book)
    #expect(byBook.rows.map { $0["status"] } == ["breach"] && byBook.summary.invalidCount == 0)
  }
}
