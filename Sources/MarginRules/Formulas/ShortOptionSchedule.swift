import Basics
import Instruments

/// The price that says how far an option is out of the money.
enum MoneynessReference: String, CaseIterable, Sendable {
  case spot
  /// The forward of the option's own expiry.
  case forward
}

/// The schedule that most crypto venues share for one short option: a share of the underlying, less the further the
/// option is out of the money but never below a floor, and the option's mark on top.
///
/// For one unit, with U the underlying's value in settlement currency (its spot, or 1 in coin), R the reference price
/// and f the position tier's factor:
/// - initial: max(`rate` - OTM/R, `floor`) f U + mark; a put's at least `put_offset` times its maintenance, where given
/// - maintenance of a call: `call` f U + mark
/// - maintenance of a put: max(`put` U, `put_mark` x mark) f + mark
///
/// Long options are paid in full and ask for nothing. Degree 1 in lots and in (S, K); positions do not net.
struct ShortOptionSchedule: Sendable {
  let initialRate: ExactAmount
  let initialFloor: ExactAmount
  let maintenanceCall: ExactAmount
  let maintenancePut: ExactAmount
  let maintenancePutMark: ExactAmount
  /// A put's initial requirement is at least this multiple of its maintenance; nil where the venue does not say so.
  let putOffset: ExactAmount?
  let factor: ExactAmount
  let reference: MoneynessReference

  static let parameters = [
    "initial_rate", "initial_floor", "maintenance_call", "maintenance_put", "maintenance_put_mark", "put_offset",
    "factor", "reference",
  ]

  init(_ table: ParameterTable) throws(MarginRulesError) {
    initialRate = try table.number("initial_rate", in: ParameterTable.share)
    initialFloor = try table.number("initial_floor", in: ParameterTable.share)
    maintenanceCall = try table.number("maintenance_call", in: ParameterTable.share)
    maintenancePut = try table.number("maintenance_put", in: ParameterTable.share)
    maintenancePutMark = try table.number("maintenance_put_mark", in: ParameterTable.share)
    putOffset = table.has("put_offset") ? try table.number("put_offset", in: .one...ExactAmount(3)) : nil
    factor = try table.number("factor", in: .one...ExactAmount(100), default: .one)
    reference = try table.word("reference")
  }

  /// One reason with its exact amount for the whole position.
  struct Part {
    let name: String
    let input: String
    let amount: ExactAmount
  }

  /// The requirement for a short option, as parts that add up; none for anything else.
  func parts(
    _ kind: RequirementKind, of position: RulePosition, unitValue: ExactAmount
  ) -> [Part] {
    guard position.isShort, let right = position.right else { return [] }
    switch kind {
    case .initial: return initial(of: position, right, unitValue)
    case .maintenance: return maintenance(of: position, right, unitValue)
    }
  }

  private func initial(of position: RulePosition, _ right: OptionRight, _ unitValue: ExactAmount) -> [Part] {
    let price = reference == .spot ? position.spot : position.forward
    let outOfTheMoney = position.outOfTheMoney(at: price)
    let distance = outOfTheMoney.divided(by: price) ?? .zero
    let share = max(initialRate - distance, initialFloor)
    let underlying = share * factor * unitValue * position.size
    var parts = [
      Part(
        name: "short_\(right.rawValue)_underlying",
        input: "\(position.name): \(position.size.shown) x max(\(initialRate.shown) - \(outOfTheMoney.shown) / "
          + "\(price.shown), \(initialFloor.shown))\(factorText)\(valueText(unitValue))",
        amount: underlying),
      markPart(position, right),
    ]
    if right == .put, let putOffset {
      let least = putOffset * maintenanceAmount(of: position, .put, unitValue)
      let given = underlying + position.size * position.mark
      if least > given {
        parts.append(
          Part(
            name: "raised_to_maintenance",
            input: "\(position.name): \(putOffset == .one ? "" : "\(putOffset.shown) x ")maintenance \(least.shown) "
              + "less \(given.shown)",
            amount: least - given))
      }
    }
    return parts
  }

  private func maintenance(of position: RulePosition, _ right: OptionRight, _ unitValue: ExactAmount) -> [Part] {
    let input: String
    switch right {
    case .call:
      input =
        "\(position.name): \(position.size.shown) x \(maintenanceCall.shown)\(factorText)\(valueText(unitValue))"
    case .put:
      input =
        "\(position.name): \(position.size.shown) x max(\(maintenancePut.shown)\(valueText(unitValue)), "
        + "\(maintenancePutMark.shown) x \(position.mark.shown))\(factorText)"
    }
    let mark = markPart(position, right)
    return [
      Part(
        name: "short_\(right.rawValue)_underlying", input: input,
        amount: maintenanceAmount(of: position, right, unitValue) - mark.amount),
      mark,
    ]
  }

  private func maintenanceAmount(
    of position: RulePosition, _ right: OptionRight, _ unitValue: ExactAmount
  ) -> ExactAmount {
    let share: ExactAmount
    switch right {
    case .call: share = maintenanceCall * unitValue
    case .put: share = max(maintenancePut * unitValue, maintenancePutMark * position.mark)
    }
    return position.size * (share * factor + position.mark)
  }

  private func markPart(_ position: RulePosition, _ right: OptionRight) -> Part {
    Part(
      name: "short_\(right.rawValue)_mark",
      input: "\(position.name): \(position.size.shown) x \(position.mark.shown)", amount: position.size * position.mark)
  }

  private var factorText: String { factor == .one ? "" : " x \(factor.shown)" }
  /// In coin the underlying is worth 1, which needs no saying.
  private func valueText(_ unitValue: ExactAmount) -> String { unitValue == .one ? "" : " x \(unitValue.shown)" }
}
