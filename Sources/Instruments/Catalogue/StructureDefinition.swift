/// A named option structure: its legs by place, and what a teacher would say of it.
///
/// A definition is a line of data. What it needs to be traded (contracts, strikes, expiries) comes with a
/// ``StructureRequest``; what it is called is found by ``StrategyCatalogue/name(of:coverPrice:)``.
public struct StructureDefinition: Hashable, Sendable {
  /// The name in files and on the command line: `iron-condor`.
  public let id: String
  public let displayName: String
  public let family: StructureFamily
  /// The catalogue's notation: `+P1 -P2 -C3 +C4`.
  public let legsText: String
  public let legs: [PatternLeg]
  /// One sentence: what it earns on, and what it can lose.
  public let summary: String
  /// Other names it is found under, in the form of ``id``.
  public let aliases: [String]
  /// What tells it from an entry with the same legs; nil where the legs say all.
  public let condition: StructureCondition?

  /// A text that is not in the notation gives a definition without legs, which the catalogue's test refuses.
  init(
    _ id: String, _ displayName: String, _ family: StructureFamily, _ legsText: String, _ summary: String,
    aliases: [String] = [], only condition: StructureCondition? = nil
  ) {
    self.id = id
    self.displayName = displayName
    self.family = family
    self.legsText = legsText
    self.summary = summary
    self.aliases = aliases
    self.condition = condition
    let words = legsText.split(separator: " ")
    let legs = words.compactMap { PatternLeg($0) }
    self.legs = legs.count == words.count ? legs : []
  }

  /// How many different strikes it has; 0 for the underlying alone.
  public var strikeCount: Int { options.map(\.strike).max() ?? 0 }

  /// How many different expiries its options have: 2 for calendars, 0 for the underlying alone.
  public var expiryCount: Int { options.map(\.expiry).max() ?? 0 }

  /// True where a leg of the underlying belongs to it.
  public var hasUnderlying: Bool { legs.contains { $0.kind == .underlying || $0.kind == .hedge } }

  /// True where the request must say how much of the underlying hedges it.
  public var needsHedge: Bool { legs.contains { $0.kind == .hedge } }

  /// For each strike, lowest first, the first option in ``legsText`` that stands there: what a target delta is of.
  ///
  /// An iron butterfly's middle strike holds a put and a call; its delta is the put's, which is named first.
  public var strikeUses: [StrikeUse] {
    (0..<strikeCount).compactMap { index in
      options.first { $0.strike == index + 1 }.map { StrikeUse(right: $0.right, expiry: $0.expiry - 1) }
    }
  }

  private var options: [(right: OptionRight, strike: Int, expiry: Int)] {
    legs.compactMap { leg in
      guard case .option(let right, let strike, let expiry) = leg.kind else { return nil }
      return (right, strike, expiry)
    }
  }
}

/// The option that stands first at a strike.
public struct StrikeUse: Hashable, Sendable {
  public let right: OptionRight
  /// The place of its expiry, from 0, near to far.
  public let expiry: Int
}

/// What tells a structure from another with the same legs.
public enum StructureCondition: Hashable, Sendable {
  /// The lowest and the highest step between strikes differ.
  case unequalWings
  /// The step above the lowest strike is twice the step below the highest.
  case doubleLowerStep
  /// The step below the highest strike is twice the step above the lowest.
  case doubleUpperStep
  /// The leg of the underlying is a perpetual.
  case perpetual
  /// The options pay in coin, and the coin held as collateral is the cover.
  case coinCollateral
}

public enum StructureFamily: String, Hashable, Sendable, CaseIterable {
  case single = "Single legs"
  case covered = "With the underlying"
  case synthetic = "Synthetics"
  case vertical = "Vertical spreads"
  case volatility = "Volatility"
  case ratio = "Ratio spreads"
  case ladder = "Ladders"
  case butterfly = "Butterflies"
  case condor = "Condors"
  case lizard = "Lizards"
  case time = "Calendars and diagonals"
  case arbitrage = "Arbitrage"
  case crypto = "Crypto"
}
