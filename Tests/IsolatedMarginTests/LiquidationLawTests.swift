import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Laws of liquidation")
struct LiquidationLawTests {
  @Test("A top-up shrinks the region as a set")
  func topUpShrinks() throws {
    var generator = SplitMix64(seed: 51)
    for number in 0..<60 {
      let scanned = try ScannedBox(
        &generator, settlement: generator.pick([.quote, .coin]), rule: generator.pick(ScannedBox.Rule.allCases))
      let box = try scanned.box
      let before = box.region()
      let after = box.adding(ExactAmount(count: generator.int(1...500), decimals: 2)).region()
      for band in after.bands {
        for share in [0.001, 0.5, 0.999] {
          let low = band.lower?.price ?? 1e-3
          let high = band.upper?.price ?? 1e5
          guard low < high else { continue }
          let spot = low + share * (high - low)
          #expect(before.contains(spot), "seed 51, box \(number) at \(spot): \(before) \(after)")
        }
      }
    }
  }

  @Test("A box in coin is the box in quote currency that holds the coins", arguments: [0.3, 0.9])
  func duality(volatility: Double) throws {
    var generator = SplitMix64(seed: 52)
    for number in 0..<60 {
      var options: [FilledLeg] = []
      for _ in 0..<generator.int(1...4) {
        options.append(
          try leg("\(generator.nonzero(3)) \(generator.chance(0.5) ? "C" : "P") \(5 * generator.int(14...26))"))
      }
      let coins = generator.int(0...4)
      let coin = try box(
        filled(options, settlement: .coin), deposit: "\(coins)", days: 20, volatility: volatility, rate: 0.03)
      // The coins themselves, bought at 100 with the deposit.
      let holding = coins == 0 ? options : options + [try leg("\(coins) U =100")]
      let quote = try box(filled(holding), deposit: "\(100 * coins)", days: 20, volatility: volatility, rate: 0.03)
      let (left, right) = (coin.region(), quote.region())
      // What is proved by cash is none in both.
      #expect(left.prices.count == right.prices.count, "seed 52, box \(number)")
      for (a, b) in zip(left.prices, right.prices) { #expect(abs(a - b) <= 1e-12 * b, "seed 52, box \(number)") }
    }
  }

  @Test("Lots do not move a bound; prices and cash scaled together scale it")
  func scaling() throws {
    let one = try box(
      filled(legs("-1P85 -1C115")), deposit: "25", maintenance: SpotShareMaintenance(share: amount("0.075")), days: 30,
      volatility: 0.5)
    let three = try box(
      filled(legs("-3P85 -3C115")), deposit: "75", maintenance: SpotShareMaintenance(share: amount("0.075")), days: 30,
      volatility: 0.5)
    let large = try box(
      filled(legs("-1P51000 -1C69000")), deposit: "15000",
      maintenance: SpotShareMaintenance(share: amount("0.075")), spot: 60_000, days: 30, volatility: 0.5)
    let bounds = one.region().prices
    #expect(bounds.count == 2)
    for (found, wanted) in zip(three.region().prices, bounds) { #expect(abs(found - wanted) < 1e-12 * wanted) }
    for (found, wanted) in zip(large.region().prices, bounds) { #expect(abs(found / 600 - wanted) < 1e-12 * wanted) }
  }

  @Test("Towards expiry the corridor becomes that of the payoff's lines")
  func convergence() throws {
    let strategy = try filled(legs("+1P90 -1P95 -1C105 +1C110"))
    func corridor(_ days: Double) throws -> [Double] {
      try box(strategy, deposit: "2.6", days: days, volatility: 0.6).region().prices
    }
    let limit = try corridor(0)
    #expect(limit == [92.4, 107.6])
    var last = Double.infinity
    for days in [7.0, 1, 0.1, 0.01, 0.001] {
      let error = zip(try corridor(days), limit).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error < last || error < 1e-9)
      last = error
    }
    #expect(last < 1e-9)
    // Days forward lead to the same place: the option has then expired to the second.
    let held = try box(strategy, deposit: "2.6", days: 7, volatility: 0.6)
    let expired = held.region(LiquidationState(daysForward: 7))
    #expect(expired.prices == limit)
    #expect(expired.certificate == .expiry)
    #expect(held.region(LiquidationState(volatilityShift: -0.6)).prices == limit)
  }

  /// Strategies whose loss is bounded, on strikes 50, 60, ..., 150.
  private func bounded(_ generator: inout SplitMix64) throws -> FilledStrategy {
    while true {
      var filledLegs: [FilledLeg] = []
      for _ in 0..<generator.int(1...6) {
        let premium = "\(generator.int(0...9)).\(generator.int(10...99))"
        filledLegs.append(
          try leg(
            "\(generator.nonzero(4)) \(generator.chance(0.5) ? "C" : "P") \(10 * generator.int(5...15)) @\(premium)",
            fee: "0.07"))
      }
      let strategy = try filled(filledLegs)
      if try MaximumLoss(of: strategy).bound != nil { return strategy }
    }
  }

  /// Equity by definition, with values of options from a table: no part of the program's valuation takes part.
  private struct Table {
    /// Nodes slowest; then strikes 50, 60, ..., 150 of calls, and of puts.
    var values: [Double] = []

    static let prices = (0..<11).map { 12.5 * BlackReference.exponential(0.45 * Double($0)) }
    static let volatilities = [0.05, 0.4, 0.9, 1.5, 2.5]
    static let years = [0, 0.02, 0.5]
    static let width = 22
    /// The nodes at 90 percent and half a year.
    static let oneState = (0..<11).map { ($0 * 5 + 2) * 3 + 2 }

    init(rate: Double) {
      for spot in Table.prices {
        for volatility in Table.volatilities {
          for years in Table.years {
            for index in 0..<Table.width {
              values.append(
                BlackReference.value(
                  sign: index < 11 ? 1 : -1, forward: spot * BlackReference.exponential(rate * years),
                  strike: Double(50 + 10 * (index % 11)), years: years, volatility: volatility,
                  discount: BlackReference.exponential(-rate * years)))
            }
          }
        }
      }
    }

    /// The least equity over the nodes.
    func least(_ strategy: FilledStrategy, deposit: Double, isOneState: Bool = false) -> Double {
      var units = [Double](repeating: 0, count: Table.width)
      var cash = deposit
      for leg in strategy.legs {
        guard case .option(let contract) = leg.instrument else { return .nan }
        let place = Int((contract.strike.value - 50) / 10) + (contract.right == .call ? 0 : 11)
        units[place] += leg.units.doubleValue
        cash -= leg.units.doubleValue * leg.price.doubleValue + leg.fee.doubleValue
      }
      let held = units.indices.filter { units[$0] != 0 }
      var least = Double.infinity
      for node in isOneState ? Table.oneState : Array(0..<(values.count / Table.width)) {
        var equity = cash
        for place in held { equity += units[place] * values[node * Table.width + place] }
        if equity < least { least = equity }
      }
      return least
    }
  }

  /// The script `Scripts/check-liquidation-law` does the same for 100,000 strategies on a grid of 41 x 21 x 5.
  @Test(
    "1,000 strategies funded to their maximum loss: no liquidation at any node, and none is what the program proves")
  func fundedNever() throws {
    let seed: UInt64 = 2026
    var generator = SplitMix64(seed: seed)
    let table = Table(rate: 0.03)
    let broken = Table(rate: -0.05)
    var (caught, shortened) = (0, 0)
    for number in 0..<1000 {
      let strategy = try bounded(&generator)
      let margin = StrategyMargin(of: strategy)
      let deposit = try #require(margin.margin)
      let note = "seed \(seed), strategy \(number)"
      #expect(table.least(strategy, deposit: deposit.exact.doubleValue) > -1e-9, "\(note)")
      func box(_ deposit: ExactAmount, rate: Double) throws -> LiquidationBox {
        try LiquidationBox(
          of: strategy, deposit: deposit,
          market: LiquidationMarket(
            for: strategy, spot: 100, terms: ValuationTerms(years: 0.5, volatility: 0.9, rate: rate)))
      }
      let funded = try box(deposit.exact, rate: 0.03)
      #expect(funded.region().certificate == .cashRule && funded.region().status == .none, "\(note)")
      #expect(funded.topUpForNone()?.minorUnits == 0, "\(note)")
      // One cent less, judged at expiry in exact arithmetic: at the binding price equity is below zero. A gain that is
      // certain at expiry is no debt there; it is the cash rule that refuses to lend against it.
      if margin.collateral?.kind == .lossIsMargin, deposit.minorUnits > 0 {
        shortened += 1
        let short = try box(deposit.exact - ExactAmount(count: 1, decimals: 2), rate: 0.03)
        let region = short.region(LiquidationState(daysForward: 183))
        #expect(region.status != .none && region.certificate != .cashRule, "\(note)")
        #expect(!region.bands.isEmpty, "\(note)")
        #expect(short.topUpForNone(LiquidationState(daysForward: 183))?.minorUnits == 1, "\(note)")
      }
      // A negative rate: the proof by cash is refused, and the independent equity finds losses beyond the maximum.
      let negative = try box(deposit.exact, rate: -0.05)
      #expect(!negative.isSafeByCash, "\(note)")
      if broken.least(strategy, deposit: deposit.exact.doubleValue) < -1e-9 { caught += 1 }
      if broken.least(strategy, deposit: deposit.exact.doubleValue, isOneState: true) < -1e-9 {
        #expect(negative.region().status != .none, "\(note)")
      }
    }
    #expect(caught > 30, "\(caught)")
    #expect(shortened > 500, "\(caught), \(shortened)")
  }
}
