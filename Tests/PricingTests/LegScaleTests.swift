import Basics
import Instruments
import Pricing
import TestSupport
import Testing

@Suite("Leg scale")
struct LegScaleTests {
  typealias Counts = (quantity: Int64, multiplier: Int64)

  private func scale(_ legs: [Counts]) -> LegScale {
    LegScale(count: legs.count) {
      (Quantity(count: legs[$0].quantity), Quantity(count: legs[$0].multiplier))
    }
  }

  /// The greatest common divisor of all legs' units, as counts of 10^-16.
  private func divisor(_ legs: [Counts]) -> Int128 {
    var common: Int128 = 0
    for leg in legs {
      var other = abs(Int128(leg.quantity) * Int128(leg.multiplier))
      while other != 0 { (common, other) = (other, common % other) }
    }
    return common
  }

  /// Expects that each leg's units are scale x ratio, and that both are as near as a `Double` is.
  private func expectUnits(_ legs: [Counts], _ context: String) {
    let scale = scale(legs)
    let common = divisor(legs)
    let exact = ExactAmount(wide: common, decimals: 16)
    #expect(scale.value == exact.doubleValue, "\(context)")
    #expect(scale.value > 0, "\(context)")
    for leg in legs {
      let (quantity, multiplier) = (Quantity(count: leg.quantity), Quantity(count: leg.multiplier))
      let units = quantity.exact * multiplier.exact
      let ratio = scale.ratio(quantity: quantity, multiplier: multiplier)
      guard abs(ratio) <= 0x1p53, let whole = ExactAmount(exactly: ratio) else {
        let wanted = units.divided(by: exact)?.doubleValue
        #expect(ratio == wanted, "\(context), \(leg)")
        continue
      }
      #expect(exact * whole == units, "\(context), \(leg)")
      #expect(ratio == ratio.rounded(), "\(context), \(leg)")
    }
  }

  @Test("Every leg's units are the scale times a whole number, exactly", arguments: 1...40)
  func exact(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    for _ in 0..<20 {
      let multipliers: [Int64] = [100_000_000, 1, 10_000_000_000, 250_000_000, generator.int64(1...Int64.max)]
      let common = generator.pick(multipliers)
      let isUniform = generator.chance(0.5)
      let step = generator.pick([Int64(1), 7, 10_000_000, 100_000_000])
      let legs: [Counts] = (0..<generator.int(1...7)).map { _ in
        let magnitude = generator.int64(1...generator.pick([3, 1000, Int64.max / step])) * step
        return (generator.chance(0.5) ? magnitude : -magnitude, isUniform ? common : generator.pick(multipliers))
      }
      expectUnits(legs, "\(generator), \(legs)")
    }
  }

  static let ends: [[(quantity: Int64, multiplier: Int64)]] = [
    [(.min, 100_000_000)], [(.min, .max)], [(.max, .max), (.min, .max)], [(.min, .max), (1, 1)],
    [(.min, 1), (.max, 1)], [(.min, 100_000_000), (.min, 200_000_000)], [(1, 1)], [(-1, 1), (1, .max)],
  ]

  @Test("The ends of the range", arguments: ends)
  func extremes(legs: [Counts]) { expectUnits(legs, "\(legs)") }

  @Test("A condor of a tenth has the ratios of the condor of one, and a tenth of its scale")
  func tenth() {
    let one: [Counts] = [(100_000_000, 100_000_000), (-100_000_000, 100_000_000), (200_000_000, 100_000_000)]
    let tenth: [Counts] = one.map { ($0.quantity / 10, $0.multiplier) }
    let (large, small) = (scale(one), scale(tenth))
    #expect(large.value == 1 && small.value == 0.1)
    for (left, right) in zip(one, tenth) {
      let ratio = large.ratio(
        quantity: Quantity(count: left.quantity), multiplier: Quantity(count: left.multiplier))
      #expect(
        ratio
          == small.ratio(quantity: Quantity(count: right.quantity), multiplier: Quantity(count: right.multiplier)))
      #expect([1, -1, 2].contains(ratio))
    }
  }

  @Test("No leg at all has a scale of 1")
  func none() { #expect(scale([]).value == 1) }
}

@Suite("Strategy table")
struct StrategyTableTests {
  private func instrument(_ generator: inout SplitMix64) throws -> Instrument {
    let expiry = try Expiry(parsing: generator.pick(["2026-01-16", "2026-03-20T08:00:00Z"]))
    let strike = Price(count: generator.int64(1...5) * 100_000_000)
    let right = generator.pick(OptionRight.allCases)
    switch generator.int(0...4) {
    case 0: return .future(Future(underlying: "ABC", expiry: expiry))
    case 1: return .perpetual(Perpetual(underlying: "ABC"))
    case 2:
      return .digital(
        try DigitalContract(underlying: "ABC", right: right, strike: strike, expiry: expiry, payout: strike))
    default:
      return .option(try OptionContract(underlying: "ABC", right: right, strike: strike, expiry: expiry))
    }
  }

  @Test("A row gives back the strategy, its name, terms and account, before and after the table was emptied")
  func roundTrip() throws {
    var generator = SplitMix64(seed: 50)
    var table = StrategyTable()
    var known: [Instrument: Int32] = [:]
    for _ in 0..<3 {
      var wanted: [(filled: FilledStrategy, account: String)] = []
      for _ in 0..<60 {
        let settlement = generator.pick(Settlement.allCases)
        let terms = StrategyTable.Terms(
          settlement: settlement,
          currency: settlement == .quote ? generator.pick([.usd, .eur]) : try Currency("ABC"))
        let account = generator.pick(["", "one", "two"])
        let name = generator.pick(["a", "", "naïve ☂", "\(generator.next())"])
        var filled: [FilledLeg] = []
        var legs: [StrategyTable.Leg] = []
        for _ in 0..<generator.int(1...5) {
          let instrument = try instrument(&generator)
          let leg = StrategyTable.Leg(
            instrument: table.place(of: instrument), quantity: Quantity(count: -generator.int64(1...Int64.max)),
            multiplier: Quantity(count: generator.int64(1...Int64.max)),
            price: Price(count: generator.int64(1...Int64.max)), fee: Price(count: generator.int64(0...Int64.max)))
          #expect(known[instrument, default: leg.instrument] == leg.instrument, "\(generator)")
          known[instrument] = leg.instrument
          legs.append(leg)
          filled.append(
            try FilledLeg(
              instrument: instrument, quantity: leg.quantity, multiplier: leg.multiplier, price: leg.price.exact,
              fee: leg.fee.exact))
        }
        table.append(
          name: Array(name.utf8).span, legs: legs, terms: table.place(of: terms),
          account: table.place(ofAccount: account))
        wanted.append(
          (
            try FilledStrategy(name: name, settlement: settlement, currency: terms.currency, legs: filled), account
          ))
      }
      #expect(table.count == wanted.count)
      for (index, row) in wanted.enumerated() {
        #expect(try table.filled(index) == row.filled, "\(generator), row \(index)")
        #expect(table.name(index) == row.filled.name)
        #expect(table.accounts[table.account(index)] == row.account)
      }
      table.removeStrategies()
      #expect(table.count == 0 && table.legs.isEmpty)
    }
    #expect(table.instruments.count == known.count && Set(table.instruments).count == known.count)
    #expect(Set(table.accounts).count == table.accounts.count && Set(table.terms).count == table.terms.count)
  }

  @Test("A row that is no strategy is refused when it is asked for")
  func refused() throws {
    var table = StrategyTable()
    let terms = table.place(of: StrategyTable.Terms(settlement: .coin, currency: try Currency("ABC")))
    let leg = StrategyTable.Leg(
      instrument: table.place(of: .underlying(Underlying(symbol: "ABC"))), quantity: .one, multiplier: .one,
      price: Price(count: 1), fee: .zero)
    let name: [UInt8] = [65]
    table.append(name: name.span, legs: [leg], terms: terms, account: table.place(ofAccount: ""))
    #expect(throws: PricingError.underlyingInCoin("ABC")) { try table.filled(0) }
  }
}
