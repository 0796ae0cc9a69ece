public import Basics
import Instruments
import Pricing

/// What a box is worth and what it needs, in whole minor units.
///
/// | figure | is |
/// | --- | --- |
/// | `equity` | cash + unrealised profit of perpetuals and futures, each rounded down |
/// | `optionRequirement` | the cash rule: -min(m, 0) for the least payoff m of the options of each expiry, summed |
/// | `requirement` | `optionRequirement` + maintenance of every perpetual and future, each rounded up |
/// | `initialRequirement` | the same with the initial margin |
///
/// Options stand in no mark: what they can still cost at expiry is in the requirement in full, and what they may be worth
/// is left out. So a box of options alone has an equity that is its cash and a requirement that never moves, and is never
/// liquidated. In a mixed box the two parts are added: a perpetual that hedges a short option saves nothing, which is
/// more than either part can lose together before expiry. Options of several expiries are each held to the end: their
/// requirements are added, and no long far option secures a short near one.
public struct BoxFigures: Hashable, Sendable {
  public let cash: Money
  public let equity: Money
  public let optionRequirement: Money
  public let requirement: Money
  public let initialRequirement: Money

  /// True where the box may be liquidated, if the prices behind it are recorded and fresh.
  public var isBelowRequirement: Bool { equity.minorUnits < requirement.minorUnits }

  /// What may leave: neither the cash rule nor the initial margin may suffer. 0 or more.
  public var withdrawable: Money {
    let excess = equity.minorUnits.subtractingReportingOverflow(initialRequirement.minorUnits)
    let spare = cash.minorUnits.subtractingReportingOverflow(optionRequirement.minorUnits)
    guard !excess.overflow, !spare.overflow else { return .zero(cash.currency) }
    return Money(minorUnits: max(0, min(excess.partialValue, spare.partialValue)), currency: cash.currency)
  }
}

/// The cash rule over the options of a box.
enum CashRule {
  /// The options that are paid out together, earliest first.
  static func groups(of positions: [BoxPosition]) -> [(expiry: Expiry, positions: [BoxPosition])] {
    let expiries = Strategy.distinctExpiries(positions.compactMap(\.instrument.expiry))
    return expiries.map { expiry in
      (expiry, positions.filter { $0.instrument.expiry.map(expiry.isSameSettlement) ?? false })
    }
  }

  /// The payoff of each underlying's options; premiums are cash already.
  static func payoffs(
    of positions: [BoxPosition], _ terms: BoxTerms
  ) throws(AccountRefusal) -> [(underlying: String, payoff: Payoff)] {
    var order: [String] = []
    var legs: [String: [FilledLeg]] = [:]
    for position in positions where position.instrument.isOption {
      let underlying = position.instrument.underlying
      if legs[underlying] == nil { order.append(underlying) }
      do {
        legs[underlying, default: []].append(
          try FilledLeg(instrument: position.instrument, quantity: position.quantity, price: .zero))
      } catch { throw .badInstrument("\(position.instrument)", wanted: error.description) }
    }
    return order.map { ($0, Payoff(of: legs[$0] ?? [], settlement: terms.settlement)) }
  }

  /// The sum over expiries of -min(m, 0), each rounded up.
  ///
  /// - Throws: ``AccountRefusal`` `.unboundedOptions` where some expiry's payoff has no least value.
  static func requirement(of positions: [BoxPosition], _ terms: BoxTerms) throws(AccountRefusal) -> Money {
    var total = Money.zero(terms.currency)
    for group in groups(of: positions.filter { !$0.isLinear }) {
      let least = try leastPayoff(of: group.positions, terms)
      total = try total.plus(try BoxPosition.rounded(max(.zero, -least), terms, .up))
    }
    return total
  }

  /// m of options that are paid out together: underlyings move apart, so the sum of each one's least.
  static func leastPayoff(of positions: [BoxPosition], _ terms: BoxTerms) throws(AccountRefusal) -> ExactAmount {
    var sum = ExactAmount.zero
    for (underlying, payoff) in try payoffs(of: positions, terms) {
      guard let least = payoff.least else {
        throw .unboundedOptions("\(underlying) \(terms.settlement == .quote ? "up" : "down")")
      }
      sum += least.payoff
    }
    return sum
  }
}

extension IsolatedAccount {
  /// The figures at the reference prices of the positions.
  ///
  /// - Throws: ``AccountRefusal`` `.number` where a sum leaves 64 bits.
  public func figures() throws(AccountRefusal) -> BoxFigures {
    var (equity, requirement, initial) = (cash, optionRequirement, optionRequirement)
    for position in positions where position.isLinear {
      equity = try equity.plus(try position.unrealized(terms))
      let notional = position.notional(in: terms.settlement)
      requirement = try requirement.plus(
        try BoxPosition.rounded(terms.margin.maintenance(of: notional), terms, .up))
      initial = try initial.plus(try BoxPosition.rounded(terms.margin.initial(of: notional), terms, .up))
    }
    return BoxFigures(
      cash: cash, equity: equity, optionRequirement: optionRequirement, requirement: requirement,
      initialRequirement: initial)
  }
}
