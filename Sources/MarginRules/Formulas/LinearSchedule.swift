import Basics
import Instruments

/// A venue's requirement for futures and perpetuals: a share of the notional that grows with the position.
///
/// The rate is `base` + `per_coin` x the position in coins, held at 1; the notional is |q| S in quote currency and N/S in
/// coin. Each contract stands alone: a long one does not pay for a short one.
struct LinearSchedule: Sendable {
  struct Rate: Sendable {
    let base: ExactAmount
    let perCoin: ExactAmount

    init(_ table: ParameterTable) throws(MarginRulesError) {
      try table.allow(["base", "per_coin"])
      base = try table.number("base", in: ParameterTable.share)
      perCoin = try table.number("per_coin", in: ParameterTable.share, default: .zero)
    }
  }

  let initial: Rate
  let maintenance: Rate

  init(_ table: ParameterTable) throws(MarginRulesError) {
    try table.allow(["initial", "maintenance"])
    initial = try Rate(table.table("initial"))
    maintenance = try Rate(table.table("maintenance"))
    guard maintenance.base <= initial.base else {
      throw table.refusal(
        "maintenance", found: "\(maintenance.base)", wanted: "a base of at most the initial \(initial.base)")
    }
  }

  func part(
    _ kind: RequirementKind, of position: RulePosition, settlement: Settlement
  ) -> ShortOptionSchedule.Part {
    let rate = kind == .initial ? initial : maintenance
    // In coin the position counts quote currency: N/S coins, which is the notional too.
    let coins = settlement == .coin ? position.size.divided(by: position.spot) ?? .zero : position.size
    let notional = settlement == .coin ? coins : coins * position.spot
    let share = min(rate.base + rate.perCoin * coins, .one)
    let growth = rate.perCoin.isZero ? "" : " + \(rate.perCoin.shown) x \(coins.shown)"
    return ShortOptionSchedule.Part(
      name: "linear_position", input: "\(position.name): (\(rate.base.shown)\(growth)) x \(notional.shown)",
      amount: share * notional)
  }
}
