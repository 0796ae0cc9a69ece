import Basics
import Instruments
import IsolatedMargin
import Pricing

/// A liquidation as JSON: the figures of the CSV, with bands as they lie.
struct LiquidationDocument {
  private let answer: LiquidationAnswer

  init(_ answer: LiquidationAnswer) { self.answer = answer }

  var json: JSONValue {
    var members = LiquidationDocument.head(answer.box)
    members.append(("flat_volatility", .number(answer.volatility)))
    members.append(("days", .array(answer.days.map(day))))
    members.append(
      (
        "pushes",
        .array(
          answer.pushes.map {
            .object([("price", .number($0.price)), ("top_up", .text($0.topUp?.text))])
          })
      ))
    members.append(("top_up_for_none", .text(answer.topUpForNone?.text)))
    if let outlook = answer.outlook { members.append(("probability", LiquidationProbabilitySection(outlook).json)) }
    return .object(members)
  }

  private static func head(_ box: LiquidationBox) -> [(key: String, value: JSONValue)] {
    [
      ("strategy", .string(box.strategy.name)), ("currency", .string(box.strategy.currency.code)),
      ("settlement", .string(box.strategy.settlement.rawValue)), ("spot", .number(box.market.spot)),
      ("deposit", .string(box.deposit.decimalText(rounding: .nearest))),
      ("cash", .string(AmountText.down(box.cash))), ("maintenance", .string(box.maintenance.name)),
      ("maintenance_text", .string(box.maintenance.text)),
    ]
  }

  private func day(_ day: LiquidationAnswer.Day) -> JSONValue {
    let (box, region) = (answer.box, day.region)
    let excess = box.excess(at: box.market.spot, day.state)
    return .object([
      ("days_forward", .number(day.state.daysForward)), ("status", .string(region.status.rawValue)),
      ("certificate", .string(region.certificate.strength)), ("proof", .string(region.certificate.rawValue)),
      ("excess", .number(excess.value)), ("lower", .number(region.lower?.price)),
      ("upper", .number(region.upper?.price)),
      (
        "bands",
        .array(
          region.bands.map { band in
            .object([("lower", bound(band.lower, day.state)), ("upper", bound(band.upper, day.state))])
          })
      ),
      ("notes", .array(answer.notes(day.state).map { .string($0) })),
    ])
  }

  private func bound(_ bound: LiquidationBound?, _ state: LiquidationState) -> JSONValue {
    guard let bound else { return .null }
    let sensitivity = answer.box.sensitivity(of: bound, state)
    return .object([
      ("price", .number(bound.price)), ("distance", .number(bound.price / answer.box.market.spot - 1)),
      ("deviations", .number(state.deviations(to: bound.price, in: answer.box.market))),
      ("per_top_up", .number(sensitivity?.perTopUp)),
      ("per_vol_point", .number(sensitivity.map { $0.perVolatility / 100 })),
      ("per_day", .number(sensitivity?.perDay)), ("near_double", .bool(bound.isNearDouble)),
    ])
  }

  static func json(_ surface: LiquidationSurface, of box: LiquidationBox) -> JSONValue {
    var members = head(box)
    members.append(
      (
        "nodes",
        .array(
          surface.nodes.map { node in
            let isOutside = node.region.status == .alreadyOutside
            return .object([
              ("days_forward", .number(node.state.daysForward)), ("vol_shift", .number(node.state.volatilityShift)),
              ("lower", .number(isOutside ? nil : node.region.lower?.price)),
              ("upper", .number(isOutside ? nil : node.region.upper?.price)),
              ("bands", .integer(Int64(node.region.bands.count))),
              ("certificate", .string(node.region.certificate.strength)),
              ("status", .string(node.region.status.rawValue)),
            ])
          })
      ))
    return .object(members)
  }
}
