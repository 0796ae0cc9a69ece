import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("The exact maximum loss against worked examples and other systems")
struct MaximumLossTests {
  @Test("Own worked examples: loss, least payoff, place, slope, all as fractions")
  func theory() throws {
    let cases = try Books.book("maximum-loss-theory")
    #expect(cases.count == 23)
    for (strategy, expected) in cases {
      let answer = StrategyMargin(of: strategy)
      let loss = try #require(answer.maximumLoss)
      #expect(answer.entryCost == (try amount(expected["entry_cost"] ?? "")), "\(strategy.name)")
      #expect(answer.fees == (try amount(expected["fees"] ?? "")), "\(strategy.name)")
      #expect(loss.certificates.first?.slopeAtEnd == (try amount(expected["tail_slope"] ?? "")), "\(strategy.name)")
      try CertificateChecker.check(loss, of: strategy)
      guard expected["bounded"] == "true" else {
        #expect(answer.status == .unbounded && answer.detail == expected["unbounded"], "\(strategy.name)")
        #expect(answer.maxLossText.isEmpty && answer.marginText.isEmpty && answer.bindingPriceText.isEmpty)
        continue
      }
      #expect(answer.status == .ok, "\(strategy.name)")
      #expect(answer.maxLoss == (try amount(expected["max_loss"] ?? "")), "\(strategy.name)")
      #expect(loss.bound?.leastPayoff == (try amount(expected["min_payoff"] ?? "")), "\(strategy.name)")
      #expect(
        answer.bindingPriceText == (expected["argmin"] == "infinity" ? "" : expected["argmin"]), "\(strategy.name)")
      #expect(answer.attainedText == expected["attained"], "\(strategy.name)")
    }
  }

  @Test("Opyn's fully collateralised vaults: what stays locked is the least payoff")
  func opyn() throws {
    let cases = try Books.book("maximum-loss-opyn")
    #expect(cases.count == 81)
    for (strategy, expected) in cases {
      let collateral = try #require(StrategyMargin(of: strategy).collateral, "\(strategy.name)")
      let difference = collateral.exactRequirement - (try amount(expected["requirement"] ?? ""))
      #expect(difference.magnitude <= (try amount(expected["tolerance"] ?? "")), "\(strategy.name): \(difference)")
      // No premium in these vaults, so margin and requirement are one number.
      #expect(collateral.exactMargin == collateral.exactRequirement, "\(strategy.name)")
    }
  }

  @Test("OptionLab's least and greatest profit over a closed range of prices")
  func optionLab() throws {
    let cases = try Books.book("loss-within-range-optionlab")
    #expect(cases.count == 27)
    for (strategy, expected) in cases {
      let range = try PriceRange(
        low: amount(expected["price_low"] ?? ""), high: amount(expected["price_high"] ?? ""))
      let within = try LossWithinRange(of: strategy, ranges: ["ABC": range])
      let tolerance = try amount(expected["tolerance"] ?? "")
      let worst = -within.lossWithin - (try amount(expected["min_pnl"] ?? ""))
      let best = within.profitWithin - (try amount(expected["max_pnl"] ?? ""))
      #expect(worst.magnitude <= tolerance, "\(strategy.name): \(worst)")
      #expect(best.magnitude <= tolerance, "\(strategy.name): \(best)")
    }
  }

  @Test("No legs lose their fees, and nothing is bound to a price")
  func noLegs() throws {
    let answer = StrategyMargin(of: try filled([], fees: "1.255"))
    #expect(answer.status == .ok && answer.maxLossText == "1.255" && answer.marginText == "1.26")
    #expect(answer.bindingPriceText.isEmpty && answer.attainedText.isEmpty && answer.breakEvensText.isEmpty)
    #expect(answer.maxProfitText == "-1.255")
  }

  @Test("Legs that cancel, equal strikes and strikes of 0")
  func degenerateLegs() throws {
    let cancelled = StrategyMargin(of: try filled("1 C 100 @5", "-1 C 100 @4"))
    #expect(cancelled.maxLossText == "1" && cancelled.maxProfitText == "-1" && cancelled.bindingPriceText == "0")
    let straddle = StrategyMargin(of: try filled("2 C 100 @3", "1 P 100 @2", "-1 C 100 @3"))
    #expect(straddle.maxLossText == "5" && straddle.bindingPriceText == "100" && straddle.breakEvensText == "95;105")
    // A call struck at 0 is the underlying, a put struck at 0 nothing, in either settlement.
    #expect(StrategyMargin(of: try filled("-1 C 0 @7")).status == .unbounded)
    #expect(StrategyMargin(of: try filled("1 C 0 @7")).maxLossText == "7")
    #expect(StrategyMargin(of: try filled("-1 P 0 @7")).maxLossText == "-7")
    let coin = StrategyMargin(of: try filled("-1 C 0 @0.25", settlement: .coin))
    #expect(coin.maxLossText == "0.75" && coin.attainedText == "true" && coin.bindingPriceText.isEmpty)
    #expect(StrategyMargin(of: try filled("-1 P 0 @0.25", settlement: .coin)).maxLossText == "-0.25")
  }

  @Test("Several expiries have no maximum loss without a policy")
  func severalExpiries() throws {
    let strategy = try filled([leg("-1 C 100 @4"), leg("1 C 100 @6", expiry: march)])
    let answer = StrategyMargin(of: strategy)
    #expect(answer.status == .severalExpiries && answer.status.rawValue == "several_expiries")
    #expect(answer.detail == "2026-01-16, 2026-03-20" && answer.riskClass == .timeDependent)
    #expect(answer.maxLoss == nil && answer.marginText.isEmpty && answer.entryCostText == "2")
    #expect(throws: IsolatedMarginError.severalExpiries(["2026-01-16", "2026-03-20"])) { try MaximumLoss(of: strategy) }
    // What never expires joins any expiry.
    #expect(StrategyMargin(of: try filled("1 C 100 @6", "-1 X =100")).status == .ok)
  }

  @Test("American legs keep their number and say what it does not cover")
  func american() throws {
    let strategy = try filled([leg("-1 P 95 @2", exercise: .american), leg("1 P 90 @1", exercise: .american)])
    let answer = StrategyMargin(of: strategy)
    #expect(answer.status == .ok && answer.maxLossText == "4")
    #expect(answer.detail == "american: early assignment adds cash_assignment 1 at 95")
    #expect(answer.detail == answer.earlyAssignment.detail)
    #expect(answer.liquidationSafety.reasons == [.american])
  }

  @Test("Several underlyings: the worst of each together, each with its price")
  func severalUnderlyings() throws {
    let legs = [
      try leg("-1 C 80000 @900", underlying: "BTC"), try leg("1 C 90000 @300", underlying: "BTC"),
      try leg("-2 P 3000 @100", underlying: "ETH"),
    ]
    let answer = StrategyMargin(of: try filled(legs))
    #expect(answer.maxLossText == "15200" && answer.marginText == "15200.00" && answer.requirementText == "16000.00")
    #expect(answer.bindingPriceText == "BTC=90000;ETH=0" && answer.attainedText == "true")
    #expect(answer.breakEvensText.isEmpty && answer.maxProfitText == "800")
    let strategy = try filled(legs + [leg("-1 C 5000 @1", underlying: "SOL")])
    let unbounded = StrategyMargin(of: strategy)
    #expect(unbounded.status == .unbounded && unbounded.detail == "up" && unbounded.maxProfitText == "801")
    try CertificateChecker.check(#require(unbounded.maximumLoss), of: strategy)
  }

  @Test("An amount that money cannot hold is a status and not a trap")
  func overflow() throws {
    let strategy = try filled("-90000000000 P 90000000000 @1")
    let answer = StrategyMargin(of: strategy)
    #expect(answer.status == .overflow && answer.margin == nil && answer.detail.contains("wanted a value inside"))
    #expect(answer.maxLossText == "8099999999910000000000")
    try CertificateChecker.check(#require(answer.maximumLoss), of: strategy)
  }

  @Test("A perpetual alone in coin has no strike to bind at")
  func perpetualInCoin() throws {
    let short = StrategyMargin(of: try filled("-60000 X =60000", settlement: .coin))
    #expect(short.maxLossText == "1" && short.bindingPriceText.isEmpty && short.attainedText == "false")
    #expect(short.breakEvensText == "60000" && short.maxProfit == nil && short.status == .ok)
    let flat = try filled("-60000 X =60000", "60000 X =50000", settlement: .coin)
    let answer = StrategyMargin(of: flat)
    #expect(answer.maxLossText == "-0.2" && answer.marginText == "0.00000000")
    #expect(answer.attainedText == "true" && answer.breakEvensText.isEmpty)
    try CertificateChecker.check(#require(answer.maximumLoss), of: flat)
  }

  @Test(
    "A digital call struck at 0 pays nothing at 0: the least payoff is a limit there, alone and beside another underlying"
  )
  func digitalAtZero() throws {
    let short = try filled("-1 DC 0 @3 x10")
    let answer = StrategyMargin(of: short)
    #expect(answer.maxLossText == "7" && answer.bindingPriceText == "0" && answer.attainedText == "false")
    #expect(answer.maxProfitText == "3" && answer.status == .ok)
    try CertificateChecker.check(#require(answer.maximumLoss), of: short)
    let long = Payoff(of: [try leg("1 DC 0 @3 x10")], settlement: .quote)
    #expect(long.greatest == PayoffExtreme(payoff: ExactAmount(10), price: .zero, isAttained: false))
    #expect(long.least == PayoffExtreme(payoff: .zero, price: .zero, isAttained: true))

    let both = try filled([leg("-1 DC 0 @3 x10", underlying: "BTC"), leg("-2 P 3000 @100", underlying: "ETH")])
    let sum = StrategyMargin(of: both)
    #expect(sum.maxLossText == "5807" && sum.bindingPriceText == "BTC=0;ETH=0" && sum.attainedText == "false")
    #expect(sum.bindingPrices.map(\.isAttained) == [false, true])
    try CertificateChecker.check(#require(sum.maximumLoss), of: both)
  }

  @Test("Ten thousand legs are a moment's work")
  func manyLegs() throws {
    var generator = SplitMix64(seed: 11)
    for settlement in Settlement.allCases {
      var legs: [FilledLeg] = []
      for index in 0..<10_000 {
        let quantity = settlement == .quote ? generator.nonzero(500) : generator.int(1...500)
        let kind = index % 2 == 0 && settlement == .quote ? "C" : "P"
        legs.append(try leg("\(quantity) \(kind) \(generator.int(1...9_999_999)).25 @0.0125"))
      }
      let strategy = try filled(legs + [leg("10000000 C 1 @1")], settlement: settlement)
      let elapsed = ContinuousClock().measure { #expect(StrategyMargin(of: strategy).maximumLoss != nil) }
      // A debug build on a shared machine; released code takes some hundredths of a second.
      #expect(elapsed < .seconds(10), "\(elapsed)")
    }
  }
}
