import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import Testing

@Suite struct EarlyAssignmentTests {
  private func option(_ right: OptionRight, _ strike: String, delivery: Delivery = .physical) throws -> Instrument {
    .option(
      try OptionContract(
        underlying: "ABC", right: right, strike: try Price(parsing: strike), expiry: january, exercise: .american,
        delivery: delivery))
  }

  private func strategy(_ legs: [(String, Instrument, String)]) throws -> FilledStrategy {
    try filled(
      try legs.map {
        try FilledLeg(
          instrument: $0.1, quantity: try Quantity(parsing: $0.0), multiplier: try Quantity(parsing: "100"),
          price: try amount($0.2))
      })
  }

  private func market(_ dividends: Dividends?, rate: Double = 0.05) throws -> MarketState {
    let terms = try UnderlyingTerms(
      symbol: "ABC", spot: try Price(parsing: "100"), quotedIn: .quote, rate: rate, dividends: dividends)
    return try MarketState(
      asOf: try Instant(parsing: "2025-12-01T21:00:00Z"), [MarketState.Input(terms: terms, quotes: [])])
  }

  private func cash(_ payments: [(String, String)]) throws -> Dividends {
    .cash(
      try payments.map {
        CashDividend(date: try CalendarDate(parsing: $0.0), amount: try Price(parsing: $0.1))
      })
  }

  private var shares: Instrument { .underlying(Underlying(symbol: "ABC")) }

  @Test("A covered call owes no dividend, a bare one all until its expiry, half a cover half")
  func dividendReserve() throws {
    let paying = try market(
      try cash([("2025-11-30", "9"), ("2025-12-15", "0.505"), ("2026-01-10", "0.25"), ("2026-01-20", "9")]))
    let call = try option(.call, "105")
    let bare = EarlyAssignment(of: try strategy([("-2", call, "1.5")]), in: paying)
    #expect(
      bare.terms == [
        .dividendReserve(instrument: call, units: try amount("200"), amount: Money(minorUnits: 15_100, currency: .usd)),
        .pinRisk(instrument: call, units: try amount("200"), delivery: try amount("21000")),
      ])
    #expect(
      bare.detail
        == "american: early assignment adds dividend_reserve 151.00 for 200 at 105, pin_risk 200 at 105 (21000)")
    let covered = EarlyAssignment(of: try strategy([("1", shares, "100"), ("-1", call, "1.5")]), in: paying)
    #expect(covered.terms.map(\.name) == ["dividend_forgone", "pin_risk"])
    #expect(covered.detail.contains("dividend_forgone 75.50 for 100 at 105"))
    let half = EarlyAssignment(of: try strategy([("1", shares, "100"), ("-2", call, "1.5")]), in: paying)
    #expect(
      half.terms.first { $0.name == "dividend_reserve" }
        == .dividendReserve(
          instrument: call, units: try amount("100"), amount: Money(minorUnits: 7_550, currency: .usd)))
  }

  @Test("Without dated dividends or a market the term has a name and no amount")
  func unknown() throws {
    let call = try option(.call, "105")
    let short = try strategy([("-1", call, "1.5")])
    for assignment in [EarlyAssignment(of: short), EarlyAssignment(of: short, in: try market(.yield(0.02)))] {
      #expect(assignment.terms.first == .dividendReserve(instrument: call, units: try amount("100"), amount: nil))
      #expect(assignment.detail.contains("dividend_reserve unknown for 100 at 105"))
    }
  }

  @Test("A stated yield of 0 says that no dividend is paid; one left out says nothing")
  func statedNone() throws {
    let call = try option(.call, "105")
    let short = try strategy([("-1", call, "1.5")])
    #expect(EarlyAssignment(of: short, in: try market(.yield(0))).terms.map(\.name) == ["pin_risk"])
    #expect(EarlyAssignment(of: short, in: try market(.cash([]))).terms.map(\.name) == ["pin_risk"])
    let unstated = EarlyAssignment(of: short, in: try market(nil))
    #expect(unstated.terms.first == .dividendReserve(instrument: call, units: try amount("100"), amount: nil))
    #expect(unstated.terms.first?.sentence.contains("`dividend_yield: 0`") == true)
  }

  @Test("Of thousands of terms a detail names the first and a count")
  func manyTerms() throws {
    let few = try strategy(try (1...6).map { ("-1", try option(.call, "\(100 + $0)"), "1") })
    #expect(!EarlyAssignment(of: few).detail.contains(" more"), "twelve terms of six calls are all named")
    let many = EarlyAssignment(of: try strategy(try (1...3000).map { ("-1", try option(.call, "\(100 + $0)"), "1") }))
    #expect(many.terms.count == 6000)
    #expect(many.detail.hasSuffix(", and 5988 terms more") && many.detail.count < 1000, "\(many.detail.count)")
  }

  @Test("A short put assigned at once pays interest on its strike; at a negative rate it gains")
  func strikeInterest() throws {
    let put = try option(.put, "95")
    let short = try strategy([("-1", put, "1.5")])
    let assignment = EarlyAssignment(of: short, in: try market(.yield(0)))
    guard case .strikeInterest(_, let units, let interest?)? = assignment.terms.first else {
      Issue.record("\(assignment.terms)")
      return
    }
    // 9,500 for 46 days less the hours, at 5 %.
    #expect(units == (try amount("100")) && interest.minorUnits > 5_900 && interest.minorUnits < 6_100, "\(interest)")
    #expect(EarlyAssignment(of: short, in: try market(.yield(0), rate: -0.01)).terms.map(\.name) == ["pin_risk"])
  }

  @Test("Long and European legs have no terms, and a cash-settled short one its own")
  func others() throws {
    #expect(EarlyAssignment(of: try strategy([("1", try option(.put, "95"), "1")])).terms.isEmpty)
    #expect(EarlyAssignment(of: try filled("-1 C 100 @4", "1 C 110 @1")).terms.isEmpty)
    let index = try option(.put, "95", delivery: .cash)
    #expect(
      EarlyAssignment(of: try strategy([("-1", index, "1")])).terms == [
        .cashAssignment(instrument: index, units: try amount("100"))
      ])
    // Nothing can be assigned: the argument against liquidation holds.
    let long = StrategyMargin(of: try strategy([("1", try option(.put, "95"), "1")]))
    #expect(long.liquidationSafety.isNeverLiquidated && long.detail.isEmpty)
  }
}
