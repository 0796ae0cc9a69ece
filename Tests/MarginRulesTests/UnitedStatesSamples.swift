import Basics
import Instruments
import Pricing
import TestSupport

@testable import MarginRules

/// Positions for the matcher without a market: the series are given as they are.
enum UnitedStatesSamples {
  /// One leg: right (nil for shares), lots with a sign, strike, mark, days to expiry.
  struct Leg {
    var right: OptionRight?
    var lots: Int64
    var strike: Int64
    var mark: Int64 = 2
    var days: Int64 = 30
  }

  static func call(_ lots: Int64, _ strike: Int64, mark: Int64 = 2, days: Int64 = 30) -> Leg {
    Leg(right: .call, lots: lots, strike: strike, mark: mark, days: days)
  }
  static func put(_ lots: Int64, _ strike: Int64, mark: Int64 = 2, days: Int64 = 30) -> Leg {
    Leg(right: .put, lots: lots, strike: strike, mark: mark, days: days)
  }
  static func shares(_ lots: Int64) -> Leg { Leg(right: nil, lots: lots, strike: 100, mark: 0) }

  /// At a spot of 100, units of 100 a contract; shares in lots of 100, bought at the spot.
  static func inputs(_ legs: [Leg], spot: String = "100") throws -> RuleInputs {
    let example = RuleCase(
      name: "sample", settlement: nil, market: ["ABC": RuleCase.Market(spot: spot, forward: spot, forwards: nil)],
      legs: legs.map { leg in
        guard let right = leg.right else {
          return RuleCase.Leg(
            kind: "underlying", underlying: "ABC", quantity: "\(leg.lots * 100)", strike: nil, multiplier: nil,
            seconds: nil, volatility: nil, mark: nil, price: "\(leg.strike)")
        }
        return RuleCase.Leg(
          kind: right.rawValue, underlying: "ABC", quantity: "\(leg.lots)", strike: "\(leg.strike)",
          multiplier: "100", seconds: Int(leg.days) * 86_400, volatility: "0.5", mark: "\(leg.mark)", price: nil)
      }, tolerance: nil, relativeTolerance: nil, answers: [])
    return try example.inputs()
  }

  /// What the matcher is given.
  static func problem(
    _ legs: [Leg], kind: RequirementKind = .initial, book: String = "us-margin"
  ) throws -> (position: StrategyPosition, charges: StrategyCharges)? {
    let inputs = try inputs(legs)
    let rates = try StrategyRates(rulebook(book))
    guard let group = inputs.positionsByUnderlying.first, let options = rates.options["ABC"],
      let position = StrategyPosition(
        "ABC", group.positions, isLongTerm: { rates.isLongTerm($0, asOf: inputs.asOf) })
    else { return nil }
    return (position, StrategyCharges(kind: kind, rates: rates, options: options, spot: position.spot))
  }

  /// The least total, per the matcher; zero for nothing.
  static func least(_ legs: [Leg], kind: RequirementKind = .initial) throws -> ExactAmount {
    guard let (position, charges) = try problem(legs, kind: kind) else { return .zero }
    return StrategyMatcher(position, charges).cost
  }

  /// Up to `legs` legs of few strikes and two expiries, so that they meet.
  static func random(_ random: inout SplitMix64, legs: Int, lots: ClosedRange<Int64>) -> [Leg] {
    var result: [Leg] = []
    for _ in 0..<random.int(1...legs) {
      var count = random.int64(lots)
      if count == 0 { count = 1 }
      if random.chance(0.12) {
        result.append(shares(count))
        continue
      }
      result.append(
        Leg(
          right: random.chance(0.5) ? .call : .put, lots: count, strike: 80 + 5 * random.int64(0...8),
          mark: random.int64(1...12), days: random.chance(0.25) ? 60 : random.chance(0.1) ? 400 : 30))
    }
    return result
  }
}
