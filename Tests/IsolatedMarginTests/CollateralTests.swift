import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Collateral: three numbers in three classes, reserves, wings, risk classes")
struct CollateralTests {
  @Test("A loss: margin is the maximum loss, the requirement what stays locked")
  func loss() throws {
    let answer = StrategyMargin(of: try filled("1 P 90 @1", "-1 P 95 @2", "-1 C 105 @2", "1 C 110 @1.4", fees: "0.205"))
    #expect(answer.collateral?.kind == .lossIsMargin && answer.detail.isEmpty && answer.status == .ok)
    #expect(answer.maxLossText == "3.605" && answer.marginText == "3.61" && answer.requirementText == "5.00")
    #expect(answer.maxProfitText == "1.395" && answer.entryCostText == "-1.6" && answer.feesText == "0.205")
    #expect(answer.currency == .usd && answer.reserveText == "0.00" && answer.riskClass == .defined)
  }

  @Test("A long box: margin exceeds the maximum loss by the payoff that is certain")
  func lockedIn() throws {
    let answer = StrategyMargin(of: try filled("1 C 90 @12", "-1 C 110 @2", "1 P 110 @13", "-1 P 90 @3.5", fees: "0.4"))
    #expect(answer.collateral?.kind == .lockedIn && answer.detail == "locked_in")
    #expect(answer.maxLossText == "-0.1" && answer.marginText == "19.90" && answer.requirementText == "0.00")
    #expect(answer.maxProfitText == "0.1" && answer.breakEvensText.isEmpty)
  }

  @Test("A credit above the worst payoff: nothing to post, a loss below zero")
  func lockedInProfit() throws {
    let answer = StrategyMargin(of: try filled("-1 C 100 @12", "1 C 110 @1", fees: "0.25"))
    #expect(answer.collateral?.kind == .lockedInProfit && answer.detail.isEmpty)
    #expect(answer.maxLossText == "-0.75" && answer.marginText == "0.00" && answer.requirementText == "10.00")
    // Even where the least payoff is positive too: the margin cannot be less than nothing.
    let both = StrategyMargin(of: try filled("1 C 90 @1", "-1 C 110 @2"))
    #expect(both.collateral?.kind == .lockedInProfit && both.marginText == "0.00" && both.maxLossText == "-1")
  }

  @Test("Coin amounts without finite decimals are rounded at the 8th, losses up and profits down")
  func coinRounding() throws {
    let answer = StrategyMargin(of: try filled("-1 C 60000 @0.05", "1 C 70000 @0.03", settlement: .coin))
    // Least payoff -1/7 at 70000.
    #expect(answer.maxLossText == "0.12285715" && answer.marginText == "0.12285715")
    #expect(answer.maxLoss?.fractionText == "43/350" && answer.bindingPriceText == "70000")
    let long = StrategyMargin(of: try filled("1 C 60000 @0.05", "-1 C 70000 @0.03", settlement: .coin))
    #expect(long.maxProfitText == "0.12285714" && long.maxLossText == "0.02")
    // Finite decimals are written out, however many.
    let fine = StrategyMargin(of: try filled("1.00000001 C 64 @0.00000001"))
    #expect(fine.maxLossText == "0.0000000100000001" && fine.marginText == "0.01")
  }

  @Test("Converted premiums are named in the detail")
  func converted() throws {
    let strategy = try FilledStrategy(
      name: "c", settlement: .quote, currency: .usd, legs: [leg("1 C 100 @1")], hasConvertedPremiums: true)
    #expect(StrategyMargin(of: strategy).detail == "coin legs converted at entry and at delivery")
  }

  // MARK: Reserves

  @Test("Basis and funding of perpetuals are added to the margin and never to the maximum loss")
  func reserve() throws {
    let strategy = try filled("1 X =100", "1 P 95 @2", "-1 C 105 @1.5", "3 F =100", "-3 F =100")
    let caps = try PerpetualReserve(
      basis: amount("0.5"), fundingCap: amount("0.001"), hours: ExactAmount(20), referencePrice: ExactAmount(120))
    let (without, with) = (StrategyMargin(of: strategy), StrategyMargin(of: strategy, reserve: caps))
    #expect(without.maxLossText == "5.5" && without.marginText == "5.50" && without.reserveText == "0.00")
    // Basis of the perpetual and both futures, 7 x 0.5; funding of three begun intervals, 3 x 0.001 x 120.
    #expect(with.maxLossText == "5.5" && with.reserveText == "3.86" && with.marginText == "9.36")
    #expect(try with.requirementText == "5.00" && with.collateral?.exactReserve == (try amount("3.86")))
    // Without a reference price the entry price stands in for it.
    let entry = try PerpetualReserve(fundingCap: amount("0.001"), hours: ExactAmount(8))
    #expect(try entry.amount(for: strategy) == (try amount("0.1")))
  }

  @Test("A reserve in coin bounds N(1/S - 1/P) for every price at or above the reference")
  func coinReserve() throws {
    let strategy = try filled("60000 X =60000", "1 P 60000 @0.05", settlement: .coin)
    let caps = try PerpetualReserve(
      basis: ExactAmount(100), fundingCap: amount("0.0001"), hours: ExactAmount(9), referencePrice: ExactAmount(50_000))
    let reserve = try caps.amount(for: strategy)
    for price in stride(from: Int64(50_000), through: 90_000, by: 5000) {
      let (index, mark) = (ExactAmount(price), ExactAmount(price - 100))
      let atMark = try #require(ExactAmount(60_000).divided(by: mark))
      let difference = try atMark - #require(ExactAmount(60_000).divided(by: index))
      let funding = try #require((try amount("12")).divided(by: index))
      #expect(difference.magnitude + funding <= reserve)
    }
    let answer = StrategyMargin(of: strategy, reserve: caps)
    let posted = try Money(rounding: amount("0.05") + reserve, to: .btc, .up)
    #expect(answer.maxLossText == "0.05" && answer.margin == posted)
    let wide = try PerpetualReserve(basis: ExactAmount(60_000))
    #expect(StrategyMargin(of: strategy, reserve: wide).status == .unsupported)
    let long = try PerpetualReserve(fundingCap: .one, hours: amount("99999999999999999") * ExactAmount(10_000))
    #expect(StrategyMargin(of: strategy, reserve: long).status == .overflow)
  }

  @Test("Reserves below zero are refused")
  func badReserve() throws {
    #expect(throws: IsolatedMarginError.badInput("basis cap", found: "-1", wanted: "0 or more")) {
      try PerpetualReserve(basis: ExactAmount(-1))
    }
    #expect(throws: IsolatedMarginError.self) { try PerpetualReserve(fundingCap: ExactAmount(-1)) }
    #expect(throws: IsolatedMarginError.self) { try PerpetualReserve(hours: ExactAmount(-1)) }
    #expect(throws: IsolatedMarginError.self) { try PerpetualReserve(referencePrice: .zero) }
  }

  // MARK: What bounds an unbounded loss

  @Test("The put ratio that bounds a coin condor is the ratio of the strikes")
  func putRatio() throws {
    let condor = try filled(
      "1 P 40000 @0.01", "-1 P 50000 @0.03", "-1 C 70000 @0.02", "1 C 80000 @0.02", settlement: .coin)
    let answer = StrategyMargin(of: condor)
    #expect(answer.status == .unbounded && answer.detail == "down" && answer.riskClass == .unbounded)
    let hedge = try #require(answer.boundingHedges.first)
    #expect(try hedge.right == .put && hedge.extra == (try amount("0.25")) && hedge.total == (try amount("1.25")))
    #expect(hedge.text == "1.25 long puts of ABC at 40000 (now 1) would bound the loss")
    let mended = try filled(condor.legs + [leg("0.25 P 40000 @0.01")], settlement: .coin)
    #expect(StrategyMargin(of: mended).status == .ok)
    // A hair less would not.
    let almost = try filled(condor.legs + [leg("0.24999999 P 40000 @0.01")], settlement: .coin)
    #expect(StrategyMargin(of: almost).status == .unbounded)
    // With another wing than the one held.
    guard case .unbounded(let tails)? = answer.maximumLoss else { return }
    let wing = BoundingHedge.hedges(for: tails, of: condor, wings: ["ABC": try Price(parsing: "30000")])
    #expect(wing.first?.extra.fractionText == "1/3" && wing.first?.held == .zero)
    #expect(BoundingHedge.hedges(for: tails, of: condor, wings: ["ABC": .zero]).isEmpty)
  }

  @Test("In dollars as many calls as the slope lacks, at any strike; without a wing held there is no proposal")
  func callWing() throws {
    let ratio = StrategyMargin(of: try filled("1 C 100 @5", "1 C 120 @1", "-3 C 110 @2", "-1 U =100"))
    let hedge = try #require(ratio.boundingHedges.first)
    #expect(hedge.right == .call && hedge.strike == ExactAmount(120) && hedge.extra == ExactAmount(2))
    #expect(StrategyMargin(of: try filled("-1 C 100 @5")).boundingHedges.isEmpty)
    #expect(StrategyMargin(of: try filled("1 C 100 @5")).boundingHedges.isEmpty)
  }

  // MARK: Risk classes

  @Test(
    "Risk classes of the catalogue in dollars",
    arguments: [
      ("1 C 100", RiskClass.defined), ("1 P 100", .defined), ("-1 C 100", .unbounded), ("-1 P 100", .wholeUnderlying),
      ("1 U 0", .wholeUnderlying), ("-1 U 0", .unbounded), ("1 U 0,-1 C 100", .wholeUnderlying),
      ("-1 U 0,-1 P 100", .unbounded), ("1 U 0,1 P 100", .defined), ("-1 U 0,1 C 100", .defined),
      ("1 U 0,1 P 90,-1 C 110", .defined), ("1 U 0,1 C 100,-2 C 110", .wholeUnderlying), ("-1 U 0,2 C 100", .defined),
      ("1 C 100,-1 P 100", .wholeUnderlying), ("-1 C 100,1 P 100", .unbounded), ("1 P 90,-1 C 110", .unbounded),
      ("-1 P 90,1 C 110,-1 C 120", .wholeUnderlying), ("1 C 100,-1 C 110", .defined), ("-1 P 110,1 P 100", .defined),
      ("-1 C 100,-1 P 100", .unbounded), ("1 C 90,-2 C 110", .unbounded), ("-2 P 90,1 P 110", .wholeUnderlying),
      ("-1 C 90,2 C 110", .defined), ("2 P 90,-1 P 110", .defined), ("-1 P 80,-1 P 90,1 P 100", .wholeUnderlying),
      ("1 P 80,-1 P 90,-1 C 110,1 C 120", .defined), ("-1 P 90,-1 C 110,1 C 120", .wholeUnderlying),
    ])
  func quoteClasses(legs: String, wanted: RiskClass) throws {
    #expect(try riskClass(legs, .quote) == wanted, "\(legs)")
  }

  @Test(
    "In coin a short call loses at most the whole coin, and a short put more than any number",
    arguments: [
      ("1 C 100", RiskClass.defined), ("-1 C 100", .wholeUnderlying), ("-1 P 100", .unbounded), ("1 P 100", .defined),
      ("-1 C 100,1 C 110", .defined), ("-1 P 110,1 P 100", .unbounded), ("1 P 110,-1 P 100", .defined),
      ("1 P 80,-1 P 90,-1 C 110,1 C 120", .unbounded), ("-1 P 80,1 P 90,1 C 110,-1 C 120", .defined),
      ("1 U 0,-1 C 100", .wholeUnderlying), ("-100 F 0", .wholeUnderlying), ("100 F 0", .unbounded),
    ])
  func coinClasses(legs: String, wanted: RiskClass) throws {
    #expect(try riskClass(legs, .coin) == wanted, "\(legs)")
  }

  @Test("Several expiries depend on time; two coins in one account have no class")
  func otherClasses() throws {
    let (near, far) = (try leg("-1 C 100"), try leg("1 C 100", expiry: march))
    let legs = try [near, far].map { try Leg($0.quantity, $0.instrument) }
    #expect(RiskClass(of: try Strategy(legs), settlement: .quote) == .timeDependent)
    let (btc, eth) = (try leg("1 C 100", underlying: "BTC"), try leg("-1 P 100", underlying: "ETH"))
    let pair = try Strategy([btc, eth].map { try Leg($0.quantity, $0.instrument) })
    #expect(RiskClass(of: pair, settlement: .quote) == .wholeUnderlying)
    #expect(RiskClass(of: pair, settlement: .coin) == nil)
  }

  private func riskClass(_ legs: String, _ settlement: Settlement) throws -> RiskClass? {
    let legs = try legs.split(separator: ",").map { text throws -> Leg in
      let words = text.split(separator: " ")
      let kind = try IsolatedMarginTests.leg("\(words[0]) \(words[1]) \(words[2]) @1")
      return try Leg(kind.quantity, kind.instrument)
    }
    return RiskClass(of: try Strategy(legs), settlement: settlement)
  }
}

@Suite("The loss within a stated range of prices")
struct LossWithinRangeTests {
  private func range(_ low: Int64, _ high: Int64) throws -> [String: PriceRange] {
    ["ABC": try PriceRange(low: ExactAmount(low), high: ExactAmount(high))]
  }

  @Test("A naked call within -40 to +60 percent around spot")
  func percent() throws {
    let around = try PriceRange(around: ExactAmount(90), fromPercent: ExactAmount(-40), toPercent: ExactAmount(60))
    #expect(around.low == ExactAmount(54) && around.high == ExactAmount(144))
    let within = try LossWithinRange(of: filled("-2 C 100 @5", fees: "1"), ranges: ["ABC": around])
    #expect(within.lossWithin == ExactAmount(79) && within.profitWithin == ExactAmount(9))
    #expect(within.bindingPrices == [BindingPrice(underlying: "ABC", price: ExactAmount(144), isAttained: true)])
    #expect(within.label == "largest loss within 54..144, not a maximum loss")
  }

  @Test("The ends belong to the range; what lies just beyond them does not")
  func closedEnds() throws {
    let digital = try filled("-1 DC 100 @0 x10")
    #expect(try LossWithinRange(of: digital, ranges: range(0, 100)).lossWithin == .zero)
    let beyond = try LossWithinRange(of: digital, ranges: range(100, 120))
    #expect(beyond.lossWithin == ExactAmount(10) && beyond.bindingPrices.first?.price == ExactAmount(120))
    #expect(try LossWithinRange(of: digital, ranges: range(100, 100)).lossWithin == .zero)
    #expect(try LossWithinRange(of: digital, ranges: range(101, 101)).lossWithin == ExactAmount(10))
    let put = try filled("-1 DP 100 @0 x10", settlement: .coin)
    let coin = try LossWithinRange(of: put, ranges: range(50, 100))
    #expect(coin.lossWithin == (try amount("0.2")) && coin.bindingPrices.first?.price == ExactAmount(50))
    #expect(try LossWithinRange(of: put, ranges: range(100, 200)).lossWithin == .zero)
  }

  @Test("Where the range holds the worst price, the loss within is the maximum loss; it grows with the range")
  func agreesWithMaximum() throws {
    var generator = SplitMix64(seed: 41)
    for index in 0..<800 {
      let strategy = try CertificateCheckerTests.random(&generator, settlement: index % 2 == 0 ? .quote : .coin)
      let narrow = try LossWithinRange(of: strategy, ranges: range(40, 90)).lossWithin
      let wide = try LossWithinRange(of: strategy, ranges: range(1, 1_000_000)).lossWithin
      #expect(narrow <= wide, "seed 41, strategy \(index)")
      guard let bound = try MaximumLoss(of: strategy).bound else { continue }
      #expect(wide <= bound.loss, "seed 41, strategy \(index)")
      guard let least = bound.certificates.first?.least, least.isAttained, let price = least.price,
        price >= .one, price <= ExactAmount(1_000_000)
      else { continue }
      #expect(wide == bound.loss, "seed 41, strategy \(index)")
    }
  }

  @Test("Several underlyings, each with its range; what is missing or impossible is refused")
  func refused() throws {
    let pair = try filled([leg("-1 C 100 @5", underlying: "BTC"), leg("-1 P 50 @2", underlying: "ETH")])
    let ranges = [
      "BTC": try PriceRange(low: .zero, high: ExactAmount(110)),
      "ETH": try PriceRange(low: ExactAmount(40), high: ExactAmount(60)),
    ]
    let within = try LossWithinRange(of: pair, ranges: ranges)
    #expect(within.lossWithin == ExactAmount(13))
    #expect(within.label == "largest loss within BTC 0..110, ETH 40..60, not a maximum loss")
    #expect(throws: IsolatedMarginError.noRange(underlying: "ETH")) {
      try LossWithinRange(of: pair, ranges: ranges.filter { $0.key == "BTC" })
    }
    #expect(throws: IsolatedMarginError.badInput("price range", found: "a low of 0", wanted: "a price above 0 in coin"))
    {
      try LossWithinRange(of: filled("1 C 100 @1", settlement: .coin), ranges: range(0, 10))
    }
    #expect(throws: IsolatedMarginError.self) { try PriceRange(low: ExactAmount(-1), high: .one) }
    #expect(throws: IsolatedMarginError.self) { try PriceRange(low: ExactAmount(2), high: .one) }
    #expect(throws: IsolatedMarginError.self) {
      try PriceRange(around: .zero, fromPercent: ExactAmount(-1), toPercent: .one)
    }
    let calendar = try filled([leg("-1 C 100 @4"), leg("1 C 100 @6", expiry: march)])
    #expect(throws: IsolatedMarginError.self) { try LossWithinRange(of: calendar, ranges: range(1, 2)) }
  }
}
