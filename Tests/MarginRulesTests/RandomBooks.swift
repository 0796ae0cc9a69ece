import Basics
import Instruments
import TestSupport

@testable import MarginRules

/// Seeded strategies on one underlying at 100, flat volatility, no rates, marks by a formula of another construction.
extension RuleCase {
  struct Shape {
    var settlement = "quote"
    var hasLinear = false
    var expiries = [30]
    var legs = 1...5
    /// Every option sold has one bought beyond it, so that the loss is bounded in quote currency.
    var isBounded = false
    /// Percent a year; nil for one drawn by lot.
    var volatility: Int?
  }

  static func random(_ generator: inout SplitMix64, _ shape: Shape = Shape()) -> RuleCase {
    var legs: [Leg] = []
    var callUnits = 0
    let volatility = Double(shape.volatility ?? generator.int(20...120)) / 100
    func option(_ kind: String, _ strike: Int, _ quantity: Int, days: Int) -> Leg {
      let value = BlackReference.value(
        sign: kind == "call" ? 1 : -1, forward: 100, strike: Double(strike), years: Double(days) / 365,
        volatility: volatility)
      let unit = shape.settlement == "coin" ? value / 100 : value
      let mark = Price(rounding: max(unit, 0), .toNearestOrAwayFromZero) ?? .zero
      return Leg(
        kind: kind, underlying: "BTC", quantity: "\(quantity)", strike: "\(strike)", multiplier: nil,
        seconds: days * 86_400, volatility: "\(volatility)", mark: "\(mark)", price: nil)
    }
    for _ in 0..<generator.int(shape.legs) {
      let kind = generator.pick(["call", "put"])
      let quantity = generator.int(1...5) * (generator.chance(0.6) ? -1 : 1)
      if kind == "call" { callUnits += quantity }
      legs.append(option(kind, 5 * generator.int(12...28), quantity, days: generator.pick(shape.expiries)))
    }
    if shape.isBounded, callUnits < 0 {
      legs.append(option("call", 5 * generator.int(20...30), -callUnits, days: shape.expiries[0]))
    }
    if shape.hasLinear {
      legs.append(
        Leg(
          kind: "perpetual", underlying: "BTC",
          quantity:
            "\(generator.int(1...9) * (shape.settlement == "coin" ? 100 : 1) * (generator.chance(0.5) ? -1 : 1))",
          strike: nil, multiplier: nil, seconds: nil, volatility: nil, mark: nil, price: "\(generator.int(80...120))"))
    }
    return RuleCase(
      name: "\(generator)", settlement: shape.settlement,
      market: ["BTC": Market(spot: "100", forward: "100", forwards: nil)],
      legs: legs, tolerance: nil, relativeTolerance: nil, answers: [])
  }

  /// The legs of both, in one account.
  func joined(_ other: RuleCase) -> RuleCase {
    RuleCase(
      name: name, settlement: settlement, market: market, legs: legs + other.legs, tolerance: nil,
      relativeTolerance: nil, answers: [])
  }
}

extension Requirement {
  /// The sum of the terms before the floor: a relief may take it below 0.
  var plain: Double { value - sum(of: "floor_at_zero") }
}
