public import Basics
public import Instruments
import MarketData
public import Pricing

/// What an account holds of one instrument: the legs that name the same contract, netted, as every venue nets them.
public struct RulePosition: Sendable {
  public let instrument: Instrument
  /// Signed units of the underlying; for a linear position in coin, of quote currency. Never zero.
  public let units: ExactAmount
  /// Of one unit, in settlement currency; zero for linear positions.
  public let mark: ExactAmount
  /// The underlying's spot, quote currency: the price at which linear positions are marked.
  public let spot: ExactAmount
  /// Of the option's expiry, quote currency, to the nearest 10^-8; the spot for linear positions.
  public let forward: ExactAmount
  /// The option with what a model asks for; nil for linear positions.
  public let contract: ResolvedContract?
  /// Contracts, without sign: units over the multiplier.
  public let contracts: ExactAmount
  /// What the linear position has gained since its entry, settlement currency; zero for options.
  public let unrealised: ExactAmount

  public var isShort: Bool { units.sign < 0 }
  public var size: ExactAmount { units.magnitude }
  public var underlying: String { instrument.underlying }
  public var right: OptionRight? { contract?.right }
  public var strike: ExactAmount? { instrument.strike?.exact }

  /// How far the option is out of the money against `price`, quote currency, 0 or more; 0 for linear positions.
  public func outOfTheMoney(at price: ExactAmount) -> ExactAmount {
    guard let strike, let right else { return .zero }
    return max(.zero, right == .call ? strike - price : price - strike)
  }

  /// As the `input` of a term names it: a venue's own name, shares and coins as `BTC`.
  public var name: String { "\(instrument)" }
}

extension RuleInputs {
  /// The legs netted by instrument, in the order of their first mention; what nets to nothing is left out.
  static func positions(of legs: [RuleLeg], settlement: Settlement) -> [RulePosition] {
    var order: [Instrument] = []
    var legsByInstrument: [Instrument: [RuleLeg]] = [:]
    for leg in legs {
      if legsByInstrument[leg.filled.instrument] == nil { order.append(leg.filled.instrument) }
      legsByInstrument[leg.filled.instrument, default: []].append(leg)
    }
    return order.compactMap { position(of: legsByInstrument[$0] ?? [], settlement: settlement) }
  }

  private static func position(of legs: [RuleLeg], settlement: Settlement) -> RulePosition? {
    guard let first = legs.first else { return nil }
    let units = legs.reduce(ExactAmount.zero) { $0 + $1.units }
    guard !units.isZero else { return nil }
    // A model's mark is rounded against the holder, so it is the mark of a leg on the side that remains.
    let side = legs.first { $0.isShort == (units.sign < 0) } ?? first
    let spot = first.spot.exact
    let contracts = legs.reduce(ExactAmount.zero) { $0 + $1.filled.quantity.exact }.magnitude
    return RulePosition(
      instrument: first.filled.instrument, units: units, mark: side.mark, spot: spot,
      forward: first.contract.flatMap { Price(rounding: $0.forward.value, .toNearestOrAwayFromZero)?.exact } ?? spot,
      contract: first.contract, contracts: contracts,
      unrealised: first.contract != nil
        ? .zero : legs.reduce(.zero) { $0 + unrealised(of: $1.filled, spot: spot, settlement: settlement) })
  }

  /// q (S - entry) in quote currency, N (1/entry - 1/S) in coin.
  private static func unrealised(of leg: FilledLeg, spot: ExactAmount, settlement: Settlement) -> ExactAmount {
    switch settlement {
    case .quote: return leg.units * (spot - leg.price)
    case .coin:
      guard let entry = ExactAmount.one.divided(by: leg.price), let now = ExactAmount.one.divided(by: spot) else {
        return .zero
      }
      return leg.units * (entry - now)
    }
  }

  /// The positions on each underlying, underlyings in the order of their first mention.
  var positionsByUnderlying: [(underlying: String, positions: [RulePosition])] {
    var order: [String] = []
    var groups: [String: [RulePosition]] = [:]
    for position in positions {
      if groups[position.underlying] == nil { order.append(position.underlying) }
      groups[position.underlying, default: []].append(position)
    }
    return order.map { ($0, groups[$0] ?? []) }
  }
}
