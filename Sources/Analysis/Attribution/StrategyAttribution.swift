import Basics
import Instruments
public import Pricing
public import Scenarios

/// One leg's profit between two markets, and the moves that made it.
public struct LegAttribution: Sendable {
  public let leg: FilledLeg
  /// Of its underlying, in quote currency; where the leg has expired, to the price at which it was settled.
  public let spot: ContractMove.Change
  /// Nil for linear legs.
  public let volatility: ContractMove.Change?
  /// Years to the expiry, for options.
  public let years: ContractMove.Change?
  /// The whole leg, in settlement currency.
  public let parts: ProfitAttribution
  public let flags: ScenarioFlags
  /// True where the move's end takes a volatility from beyond the quotes, and its beginning does not.
  public let isExtrapolated: Bool

  /// What the reader should know of it; empty where there is nothing.
  public var detail: String { [expiryNote, isExtrapolated ? extrapolationNote(0) : ""].joinedNotes }

  fileprivate var expiryNote: String {
    guard flags.contains(.expiredLegs), let expiry = leg.instrument.expiry else { return "" }
    let price = Price(rounding: spot.to, .toNearestOrAwayFromZero).map { "\($0)" } ?? "\(spot.to)"
    return "\(leg.instrument.underlying) \(expiry) expired: payoff on \(price)"
  }

  fileprivate func extrapolationNote(_ more: Int) -> String {
    "volatility of \(leg.instrument)\(more > 0 ? " (and \(more) more)" : "") beyond the quotes at the end"
  }
}

/// A strategy's profit between two markets.
public struct StrategyAttribution: Sendable {
  public let filled: FilledStrategy
  /// In the strategy's order.
  public let legs: [LegAttribution]
  /// The legs' sums, in settlement currency.
  public let parts: ProfitAttribution
  public let flags: ScenarioFlags

  /// What the reader should know of legs that have expired or end beyond the quotes; `; ` between.
  public var detail: String {
    var notes: [String] = []
    // Legs of one expiry share their settlement, and the note.
    for note in legs.map(\.expiryNote) where !notes.contains(note) { notes.append(note) }
    let extrapolated = legs.filter(\.isExtrapolated)
    if let first = extrapolated.first { notes.append(first.extrapolationNote(extrapolated.count - 1)) }
    return notes.joinedNotes
  }
}

extension [String] {
  /// Those that say something, `; ` between.
  fileprivate var joinedNotes: String { filter { !$0.isEmpty }.joined(separator: "; ") }
}
