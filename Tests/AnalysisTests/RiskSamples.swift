import Basics
import Instruments
import MarketData
import Pricing
import TestSupport

/// Seeded books on `SampleMarket`s, for the laws of attribution, ladders and limits.
struct RandomBook {
  var market = SampleMarket(expiries: [SampleMarket.expiry, "2026-03-20T08:00:00Z"])
  var hasLinear = true
  var hasDigitals = true

  /// One leg, at any entry price.
  func leg(_ generator: inout SplitMix64) throws -> FilledLeg {
    let quantity = Quantity(count: (generator.chance(0.5) ? -1 : 1) * generator.int64(1...500) * 10_000_000)
    let price = ExactAmount(count: generator.int64(1...4000), decimals: market.settlement == .coin ? 4 : 2)
    let entry = ExactAmount(count: generator.int64(8000...12_000), decimals: 2)
    if hasLinear, generator.chance(0.15) {
      let expiry = try Expiry(parsing: generator.pick(market.expiries))
      let instrument: Instrument =
        generator.chance(0.5)
        ? .perpetual(Perpetual(underlying: market.symbol)) : .future(Future(underlying: market.symbol, expiry: expiry))
      return try FilledLeg(instrument: instrument, quantity: quantity, price: entry)
    }
    if hasDigitals, market.settlement == .quote, generator.chance(0.15) {
      return try FilledLeg(instrument: try digital(&generator), quantity: quantity, price: price)
    }
    return try FilledLeg(
      instrument: try market.option(
        generator.pick(OptionRight.allCases), generator.pick(market.strikes), expiry: generator.pick(market.expiries)),
      quantity: quantity, price: price, fee: ExactAmount(count: generator.int64(0...9), decimals: 2))
  }

  func digital(_ generator: inout SplitMix64) throws -> Instrument {
    .digital(
      try DigitalContract(
        underlying: market.symbol, right: generator.pick(OptionRight.allCases),
        strike: Price(count: Int64(generator.pick(market.strikes)) * 100_000_000),
        expiry: try Expiry(parsing: generator.pick(market.expiries)), payout: Price(count: 1_000_000_000),
        multiplier: .one))
  }

  func strategy(_ generator: inout SplitMix64, name: String = "random") throws -> FilledStrategy {
    try strategy(try (0..<generator.int(1...6)).map { _ in try leg(&generator) }, name: name)
  }

  func strategy(_ legs: [FilledLeg], name: String = "random") throws -> FilledStrategy {
    try FilledStrategy(
      name: name, settlement: market.settlement,
      currency: market.settlement == .coin ? try Currency(market.symbol) : .usd, legs: legs)
  }
}

/// True where two figures agree to a part of the largest amount that went into them.
func agree(_ left: Double, _ right: Double, scale: Double = 1, _ part: Double = 1e-11) -> Bool {
  abs(left - right) <= part * max(abs(left), abs(right), abs(scale))
}
