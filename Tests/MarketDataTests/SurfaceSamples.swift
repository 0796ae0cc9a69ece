import MarketData
import TestSupport

/// Slices and quotes for the tests of surfaces.
enum SurfaceSample {
  /// Vogt's slice, which has butterfly arbitrage: Gatheral and Jacquier (2014), example 3.1.
  static func vogt() throws -> SVISlice { try SVISlice(a: -0.0410, b: 0.1331, rho: 0.3060, m: 0.3586, sigma: 0.4153) }

  /// A slice of market-like size, least variance above 0 and Lee's bound kept; it may have butterfly arbitrage.
  static func slice(_ random: inout SplitMix64) throws -> SVISlice {
    let rho = random.number(-0.95, 0.95)
    let b = random.number(0.02, 1.8) / (1 + rho.magnitude) * random.number(0.05, 1)
    let sigma = random.number(0.05, 0.8)
    let least = random.number(0.001, 0.1)
    return try SVISlice(
      a: least - b * sigma * ((1 - rho) * (1 + rho)).squareRoot(), b: b, rho: rho, m: random.number(-0.3, 0.3),
      sigma: sigma)
  }

  /// A slice free of butterfly arbitrage.
  static func freeSlice(_ random: inout SplitMix64) throws -> SVISlice {
    while true {
      let slice = try slice(&random)
      if DurrlemanCondition.verdict(on: slice).isFree { return slice }
    }
  }

  /// What a slice says of `count` strikes, evenly spaced.
  static func quotes(
    _ slice: SVISlice, years: Double, from low: Double = -0.8, to high: Double = 0.8, count: Int = 25,
    weight: Double = 1
  ) throws -> SliceQuotes {
    try SliceQuotes(
      years: years,
      points: (0..<count).map { index in
        let k = low + (high - low) * Double(index) / Double(count - 1)
        return .init(
          logMoneyness: k, volatility: (slice.totalVariance(at: k) / years).squareRoot(), weight: weight)
      })
  }

  /// The undiscounted call on a forward of 1.
  static func call(_ slice: SVISlice, strike: Double) -> Double {
    BlackReference.value(
      sign: 1, forward: 1, strike: strike, years: 1,
      volatility: slice.totalVariance(at: BlackReference.logarithm(strike)).squareRoot())
  }

  /// Expiries of a fixture, in order of time.
  static func grid(_ name: String) throws -> [SliceQuotes] {
    var expiries: [Double: [SliceQuotes.Point]] = [:]
    for row in try Fixture("Surfaces/\(name)").rows {
      let k = BlackReference.logarithm(row.number("strike") / row.number("forward"))
      expiries[row.number("years"), default: []].append(
        .init(logMoneyness: k, volatility: row.number("implied_vol")))
    }
    return try expiries.keys.sorted().map { try SliceQuotes(years: $0, points: expiries[$0] ?? []) }
  }
}
