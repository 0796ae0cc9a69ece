import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import Synchronization
import TestSupport
import Testing

@Suite("Scanning a chain")
struct StructureScanTests {
  static func scan(
    _ id: String, _ market: MarketState, rank: String = "return_on_margin", where condition: String? = nil,
    _ edit: (inout ScanRequest) throws -> Void = { _ in }
  ) throws -> StructureScan {
    var request = ScanRequest(
      try ScanShape(try StrategyCatalogue.named(id)), rank: try ScanExpression(rank, as: .number))
    request.condition = try condition.map { try ScanExpression($0, as: .condition) }
    try edit(&request)
    return try StructureScan(request, on: try #require(market.underlyings.first), in: market)
  }

  /// Seven strikes; nobody bids for the 80 put, nobody offers the 120 call, and the 130 call is crossed.
  static func thinMarket(_ settlement: Settlement = .quote) throws -> MarketState {
    var sample = SampleMarket()
    sample.settlement = settlement
    sample.spread = 0.02
    sample.strikes = [80, 90, 95, 100, 105, 120, 130]
    sample.edit = { quotes in
      quotes = quotes.map { line, quote in
        var (bid, ask) = (quote.bid, quote.ask)
        switch (quote.contract.right, quote.contract.strike.count / 100_000_000) {
        case (.put, 80): bid = nil
        case (.call, 120): ask = nil
        case (.call, 130): (bid, ask) = (ask, bid)
        default: break
        }
        return (
          line,
          OptionQuote(
            contract: quote.contract, bid: bid, ask: ask, mark: nil, impliedVolatility: quote.impliedVolatility)
        )
      }
    }
    return try sample.state()
  }

  @Test("What is quoted is examined, the rest is counted")
  func counts() throws {
    let market = try Self.thinMarket()
    // A short straddle sells both sides: not at 80 (no bid for the put), not at 130 (crossed call).
    let straddles = try Self.scan("short-straddle", market).run().counts
    #expect(straddles == (examined: 5, unquoted: 2, matched: 5))
    // A bull call spread buys below and sells above: the 120 call can be sold and not bought, the 130 neither.
    let spreads = try Self.scan("bull-call-spread", market).run().counts
    #expect(spreads == (examined: 15, unquoted: 6, matched: 15))
  }

  @Test("The condition decides what matches, and matches are the best of all")
  func matches() throws {
    let market = try Self.thinMarket()
    let all = try Self.scan("bull-put-spread", market, rank: "max_loss") { $0.limit = 100 }
    let answers = try all.run().matches.enumerated().map { try all.answer(for: $1, rank: $0 + 1) }
    // 80 put bought or any but the 80 put sold: all pairs of seven strikes but none that sells the lowest.
    #expect(answers.count == 21)
    #expect(zip(answers, answers.dropFirst()).allSatisfy { ($0.sortValue ?? 0) >= ($1.sortValue ?? 0) })
    #expect(answers.allSatisfy { $0.sortValue == $0.margin.maxLoss?.doubleValue })
    let few = try Self.scan(
      "bull-put-spread", market, rank: "max_loss", where: "credit > 3 and width <= 15 and days > 1"
    ) {
      $0.isAscending = true
      $0.limit = 4
    }
    let (matches, counts) = few.run()
    let wanted = answers.filter { answer in
      (answer.strikes[1].count - answer.strikes[0].count) <= 1_500_000_000
        && -answer.margin.entryCost.doubleValue > 3
    }
    #expect(counts.matched == wanted.count && wanted.count > 4)
    let found = try matches.map { try few.answer(for: $0, rank: 1).legsText }
    #expect(found == wanted.sorted { ($0.sortValue ?? 0) < ($1.sortValue ?? 0) }.prefix(4).map(\.legsText))
  }

  @Test("The answer is the same for 1, 2 and 7 threads", arguments: ["iron-condor", "short-strangle", "long-box"])
  func threads(_ id: String) throws {
    var sample = SampleMarket()
    sample.spread = 0.02
    sample.expiries = ["2026-01-16T08:00:00Z", "2026-02-20T08:00:00Z"]
    let market = try sample.state()
    // A rank with many ties, whose order then is that of the strikes.
    for rank in ["strike_1 - strike_1", "return_on_margin", "width", "max_loss / 0"] {
      let scan = try Self.scan(id, market, rank: rank, where: "probability_of_profit > 0.2 or delta < 0.1") {
        $0.limit = 37
      }
      let one = scan.run(width: 1)
      #expect(one.counts.matched > 37)
      for width in [2, 7] {
        let other = scan.run(width: width)
        #expect(other.matches == one.matches && other.counts == one.counts, "\(rank), \(width) threads")
      }
      #expect(scan.run().matches == one.matches)
    }
  }

  @Test("Progress rises to the number examined, also where nothing is")
  func progress() throws {
    let market = try Self.thinMarket()
    for (id, expected) in [("bull-put-spread", 21), ("call-christmas-tree", 0)] {
      let steps = Steps()
      let scan = try Self.scan(id, market) { $0.expiries = [try Expiry(parsing: SampleMarket.expiry)] }
      let counts = scan.run(width: 2) { done, total in steps.add(done, total) }.counts
      let seen = steps.all
      #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.done <= $1.done })
      #expect(seen.allSatisfy { $0.total == counts.examined })
      if expected > 0 { #expect(seen.last?.done == expected && counts.examined == expected) }
    }
  }

  @Test("An unbounded loss has no figures and sorts last")
  func unbounded() throws {
    let market = try Self.thinMarket()
    let scan = try Self.scan("short-strangle", market, rank: "max_loss")
    let (matches, counts) = scan.run()
    #expect(counts.matched > 5 && matches.allSatisfy { $0.sortValue == nil })
    #expect(try Self.scan("short-strangle", market, where: "max_loss < 1000000").run().counts.matched == 0)
    let answer = try scan.answer(for: try #require(matches.first), rank: 1)
    #expect(answer.margin.status == .unbounded && answer.margin.margin == nil)
  }

  @Test("A request that this market cannot answer is refused")
  func refusals() throws {
    let market = try Self.thinMarket()
    let expiry = try #require(throws: ScanError.self) {
      try Self.scan("iron-condor", market) { $0.expiries = [try Expiry(parsing: "2027-01-15")] }
    }
    #expect("\(expiry)" == "found expiry 2027-01-15, wanted one of the chain's: 2026-01-16T08:00:00Z")
    #expect(throws: ScanError.self) { try Self.scan("inverse-covered-call", market) }
    // A quote contract has no coin account.
    #expect(throws: ScanError.self) {
      try Self.scan("iron-condor", market) { $0.terms = AccountTerms(settlement: .coin) }
    }
    #expect(try Self.scan("inverse-covered-call", Self.thinMarket(.coin)).run().counts.examined > 0)
  }

  @Test("The legs of an answer, read again, are the same strategy")
  func legs() throws {
    let market = try Self.thinMarket(.coin)
    let scan = try Self.scan("long-put-ladder", market, rank: "credit")
    for match in scan.run().matches {
      let answer = try scan.answer(for: match, rank: 1)
      let terms = try #require(market.underlyings.first).contractTerms
      let again = try Strategy(try LegsText.parse(answer.legsText, terms: terms)).filled(from: market)
      #expect(again.legs == answer.filled.legs, "\(answer.legsText)")
    }
  }
}

/// What a progress bar was told.
private final class Steps: Sendable {
  private let steps = Mutex<[(done: Int, total: Int)]>([])

  func add(_ done: Int, _ total: Int) { steps.withLock { $0.append((done, total)) } }

  var all: [(done: Int, total: Int)] { steps.withLock { $0 } }
}

private func == (counts: ScanCounts, wanted: (examined: Int, unquoted: Int, matched: Int)) -> Bool {
  (counts.examined, counts.unquoted, counts.matched) == wanted
}
