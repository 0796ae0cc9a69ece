import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport

/// Legs on one underlying, what lies between their expiries, and their value by another road than the module's.
struct BandSample {
  let legs: [FilledLeg]
  let settlement: Settlement
  /// Years from January to March and to June.
  static let years = [0.25, 0.5]
  let rate: Double
  let yield: Double

  init(_ legs: [FilledLeg], settlement: Settlement = .quote, rate: Double = 0, yield: Double = 0) {
    self.legs = legs
    self.settlement = settlement
    self.rate = rate
    self.yield = yield
  }

  /// `near` ends in January, `far` in March.
  init(near: [String], far: [String], settlement: Settlement = .quote, rate: Double = 0, yield: Double = 0) throws {
    self.init(
      try near.map { try leg($0) } + far.map { try leg($0, expiry: march) }, settlement: settlement, rate: rate,
      yield: yield)
  }

  func terms() throws -> ExpiryTerms {
    let expiries: [Expiry] = [march, june].filter { expiry in legs.contains { $0.instrument.expiry == expiry } }
    var steps: [ExpiryStep] = []
    var start = 0.0
    for expiry in expiries {
      let end = BandSample.years[expiry == march ? 0 : 1]
      steps.append(
        try ExpiryStep(
          expiry: expiry, years: end - start, discount: FactorRange(exponentialOf: -rate, years: end - start),
          carry: FactorRange(exponentialOf: -yield, years: end - start)))
      start = end
    }
    return try ExpiryTerms(underlying: "ABC", first: january, steps: steps)
  }

  func certificate(
    _ lower: Double, _ upper: Double, _ sharing: VolatilityBand.Sharing = .perLeg, range: PriceRange? = nil,
    limits: BandSearchLimits = .standard
  ) throws -> BandCertificate {
    try BandCertificate(
      of: legs, settlement: settlement, terms: terms(),
      band: VolatilityBand(lower: lower, upper: upper, sharing: sharing), range: range, limits: limits)
  }

  /// The value in January at a price, each leg at the volatility given for its side; in the settlement currency.
  func value(at spot: Double, long: Double, short: Double) -> Double {
    var sum = 0.0
    for leg in legs {
      let units = leg.units.doubleValue
      let place = leg.instrument.expiry == march ? 0 : leg.instrument.expiry == june ? 1 : nil
      let years = place.map { BandSample.years[$0] } ?? 0
      let discount = BlackReference.exponential(-rate * years)
      let forward = spot * BlackReference.exponential((rate - yield) * years)
      let isCoin = settlement == .coin
      var unit: Double
      switch leg.instrument {
      case .option(let contract):
        unit = BlackReference.value(
          sign: contract.right.sign, forward: forward, strike: contract.strike.value, years: years,
          volatility: units > 0 ? long : short, discount: discount)
        if isCoin { unit /= spot }
      case .digital(let contract):
        let isPaid = contract.right == .call ? spot > contract.strike.value : spot < contract.strike.value
        unit = isPaid ? contract.payout.value / (isCoin ? spot : 1) : 0
      case .future, .perpetual, .underlying:
        unit = isCoin ? 1 / leg.price.doubleValue - 1 / forward : forward - leg.price.doubleValue
      }
      sum += units * unit
      if let fee = leg.payoffFee {
        let base = leg.instrument.isOption ? (isCoin ? 1 : spot) : (isCoin ? 1 / forward : forward)
        let most = leg.instrument.isOption ? fee.cap.doubleValue * unit : .infinity
        sum -= units.magnitude * min(fee.rate.doubleValue * base, most)
      }
    }
    return sum
  }

  /// Prices close together from next to nothing to a hundred times the strikes, each strike and what is beside it.
  static let spots: [Double] = {
    var spots: [Double] = [1e-6, 1e-3, 0.1, 1, 5, 500, 700, 1000, 2000, 5000, 10_000]
    for step in 0...156 { spots.append(10 + 2.5 * Double(step)) }
    for strike in [90.0, 95.0, 100.0, 105.0, 110.0] {
      spots.append(strike * 0.999_999_999)
      spots.append(strike)
      spots.append(strike * 1.000_000_001)
    }
    return spots
  }()

  /// The least value over a grid of prices and of volatilities, in the way of `sharing`.
  func leastOnGrid(
    _ lower: Double, _ upper: Double, _ sharing: VolatilityBand.Sharing, spots: [Double] = BandSample.spots
  ) -> Double {
    var least = Double.infinity
    let levels: [Double] = (0...8).map { lower + (upper - lower) * Double($0) / 8 }
    for spot in spots {
      switch sharing {
      case .perLeg: least = min(least, value(at: spot, long: lower, short: upper))
      case .common: for level in levels { least = min(least, value(at: spot, long: level, short: level)) }
      }
    }
    return least
  }

  /// A random position of two or three expiries.
  init(using generator: inout SplitMix64, onlyOptions: Bool = false) throws {
    let settlement: Settlement = generator.chance(0.5) ? .quote : .coin
    let isCoin = settlement == .coin
    let strikes = ["90", "95", "100", "105", "110"]
    var fee: PayoffFee?
    if !onlyOptions, generator.chance(0.3) { fee = PayoffFee(rate: try amount("0.0003"), cap: try amount("0.125")) }
    var legs: [FilledLeg] = []
    for place in 0..<generator.int(2...6) {
      let later = generator.chance(0.5) ? june : march
      let expiry = place == 0 ? march : generator.pick([january, january, march, later])
      let tenths = generator.int(1...30) * (generator.chance(0.5) ? 1 : -1)
      var kind = generator.pick(["C", "P"])
      let others = expiry == january ? ["DC", "DP", "F", "X"] : ["F"]
      if !onlyOptions, generator.chance(0.2) { kind = generator.pick(others) }
      if kind == "F" || kind == "X" {
        let size = isCoin ? "\(tenths * 10)" : "\(Double(tenths) / 10)"
        legs.append(try leg("\(size) \(kind) =100", expiry: expiry, payoffFee: kind == "X" ? nil : fee))
      } else {
        legs.append(
          try leg("\(Double(tenths) / 10) \(kind) \(generator.pick(strikes)) x7", expiry: expiry, payoffFee: fee))
      }
    }
    // Most positions fall for ever somewhere; wings on the far side leave a bound.
    if generator.chance(0.7) { legs.append(try leg(isCoin ? "40 P 110" : "20 C 110")) }
    self.init(
      legs, settlement: settlement, rate: generator.pick([0, 0.05, -0.02]), yield: generator.pick([0, 0, 0.03]))
  }
}
