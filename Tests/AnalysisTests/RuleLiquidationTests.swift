import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarginRules
import Pricing
import Testing

/// The bounds of what a rule liquidates against the rule itself, asked again on a market that has moved there.
@Suite("What a rule would still liquidate")
struct RuleLiquidationTests {
  private static func number(_ text: String) throws -> RuleParameter { .number(try ExactAmount(parsing: text)) }

  private static func rule(_ name: String, _ method: String, _ parameters: [String: RuleParameter]) throws
    -> any MarginRule
  {
    try RuleCatalogue.rule(
      of: Rulebook(
        name: name, title: name, method: method, effective: try CalendarDate(parsing: "2020-01-01"), source: "a test",
        parameters: parameters))
  }

  /// Shares of the underlying for each short option, nothing for what is held against it.
  private static func standard() throws -> any MarginRule {
    let options = RuleParameter.record([
      "initial_rate": try number("0.15"), "initial_floor": try number("0.1"), "maintenance_call": try number("0.075"),
      "maintenance_put": try number("0.075"), "maintenance_put_mark": try number("0.075"), "reference": .text("spot"),
    ])
    return try rule(
      "standard", "standard-margin",
      ["settlement": .text("both"), "underlyings": .record(["other": .record(["options": options])])])
  }

  /// Sixteen scenarios, with a buffer of a tenth to open.
  private static func span(initial: String = "1.1") throws -> any MarginRule {
    try rule(
      "span", "span",
      [
        "price_scan_range": try number("0.15"), "volatility_scan_range": try number("0.1"),
        "extreme_multiple": try number("2"), "extreme_cover": try number("0.35"), "lookahead_days": try number("0"),
        "short_option_minimum": try number("0"), "initial_ratio": try number(initial),
      ])
  }

  private static func rules(_ name: String) throws -> any MarginRule { try name == "span" ? span() : standard() }

  private static func strangle(_ market: SampleMarket) throws -> [(Int64, Instrument)] {
    [(-1, try market.option(.put, 85)), (-1, try market.option(.call, 115))]
  }

  private static func condor(_ market: SampleMarket) throws -> [(Int64, Instrument)] {
    try strangle(market) + [(1, try market.option(.put, 80)), (1, try market.option(.call, 120))]
  }

  /// A rate of 0 and locked quotes at the model's value: a mark is the model's value wherever the market stands.
  private static var market: SampleMarket { SampleMarket(forward: 100, rate: 0) }

  private func liquidation(
    _ legs: [(Int64, Instrument)], _ rule: any MarginRule
  ) throws -> (compared: StrategyComparison, liquidation: RuleLiquidation) {
    let compared = try RuleComparison(market: try Self.market.state(), rules: [.inForce(rule)])
      .compare(try Self.market.filled(legs))
    return (compared, try #require(compared.verdicts[0].liquidation))
  }

  private func prices(_ answer: RuleLiquidation.Answer?) throws -> LiquidationPrices {
    guard case .prices(let prices)? = answer else {
      throw PricingError.missing("prices", instrument: "\(answer as Any)")
    }
    return prices
  }

  /// What the rule asks for, to keep the position, where the market stands at a price.
  private func maintenance(of filled: FilledStrategy, _ rule: any MarginRule, at spot: Double) throws -> Double {
    var moved = Self.market
    (moved.spot, moved.forward) = ((spot * 1e8).rounded() / 1e8, spot)
    let verdict = try RuleQuestion(rule, in: try moved.state()).verdict(on: filled)
    return try #require(verdict.maintenance).total.exact.doubleValue
  }

  @Test(
    "At its bounds the rule asks for just the cash that it asked for before, and beyond them for more",
    arguments: ["standard", "span"])
  func bounds(name: String) throws {
    let rule = try Self.rules(name)
    let (compared, liquidation) = try liquidation(try Self.strangle(Self.market), rule)
    let cash = try #require(compared.verdicts[0].initial).total.exact.doubleValue
    let prices = try prices(liquidation.asAsked)
    #expect(prices.status == .ok && prices.bands.count == 2 && !liquidation.asAsked.isNever)
    let (lower, upper) = (try #require(prices.lower), try #require(prices.upper))
    #expect(lower < 100 && 100 < upper)
    for (bound, outside) in [(lower, -0.25), (upper, 0.25)] {
      let there = try maintenance(of: compared.filled, rule, at: bound)
      // Each of the rule's four terms is rounded up to the cent.
      #expect(abs(there - cash) < 0.041, "\(name) at \(bound): \(there) against \(cash)")
      #expect(try maintenance(of: compared.filled, rule, at: bound + outside) > cash)
      #expect(try maintenance(of: compared.filled, rule, at: bound - outside) < cash)
    }
    #expect(liquidation.funded == nil, "a short strangle has no maximum loss")
    #expect(!liquidation.hasNoBuffer && liquidation.condition != nil)
  }

  @Test("A condor funded to its maximum loss: closed at once leg by leg, never by a rule that nets")
  func funded() throws {
    let legs = try Self.condor(Self.market)
    let standard = try liquidation(legs, try Self.standard()).liquidation
    #expect(try prices(standard.funded).status == .alreadyOutside)
    #expect(try prices(standard.asAsked).status == .ok)
    let span = try liquidation(legs, try Self.span()).liquidation
    #expect(try prices(span.funded).status == .none)
    #expect(span.funded?.isNever == true)
    #expect(try prices(span.funded).certificate == .uncertified)
    let own = try liquidation(legs, try StubRule.maximumLoss()).liquidation
    #expect(own.asAsked.isNever && own.funded?.isNever == true && !own.hasNoBuffer)
    #expect(try prices(own.asAsked).certificate != .uncertified)
  }

  @Test("Where opening asks for no more than keeping, the first adverse move calls")
  func noBuffer() throws {
    let legs = try Self.strangle(Self.market)
    let (_, liquidation) = try liquidation(legs, try Self.span(initial: "1"))
    #expect(liquidation.hasNoBuffer)
    let prices = try prices(liquidation.asAsked)
    let nearest = [prices.lower, prices.upper].compactMap { $0 }.map { abs($0 - 100) }.min()
    #expect(prices.status == .alreadyOutside || nearest ?? 100 < 0.1)
  }

  @Test("A rule that is not a function of price says so; a comparison without liquidation looks for none")
  func unknown() throws {
    let legs = try Self.condor(Self.market)
    let (_, liquidation) = try liquidation(legs, try StubRule.asking("10"))
    for answer in [liquidation.asAsked, liquidation.funded] {
      guard case .unknown(let reason)? = answer else {
        Issue.record("found \(answer as Any)")
        continue
      }
      #expect(reason == "the rule's maintenance is not known as a function of price")
    }
    let filled = try Self.market.filled(legs)
    let plain = try RuleComparison(
      market: try Self.market.state(), rules: [.inForce(try Self.standard())], hasLiquidation: false
    ).compare(filled)
    #expect(plain.verdicts[0].liquidation == nil && plain.verdicts[0].status == .ok)
  }
}
