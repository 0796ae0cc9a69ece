public import Basics

/// Finding names from legs.
extension StrategyCatalogue {
  /// Gives the entry whose legs these are, in any order and at any size; nil where none is.
  ///
  /// Legs of one option at several prices count together, and what cancels does not count. An entry that asks for more
  /// than its legs (unequal wings, a perpetual) goes before one that does not, where the strategy meets it; of the rest
  /// the first listed is given, so an albatross is called an iron condor and a cash-secured put a short put.
  ///
  /// - Parameter coverPrice: For coin-settled strategies, whose perpetual or future counts quote currency: the price at
  ///   which that is turned into coins. Without it such a leg counts as it stands, and no covered shape is found.
  public static func name(of strategy: Strategy, coverPrice: Price? = nil) -> StructureDefinition? {
    guard let form = CanonicalForm(strategy, coverPrice: coverPrice) else { return nil }
    let exact = byForm[form] ?? []
    if let special = exact.first(where: { all[$0].condition?.isMet(by: form) ?? false }) { return all[special] }
    if let plain = exact.first(where: { all[$0].condition == nil }) { return all[plain] }
    guard form.hasUnderlying else { return nil }
    return byForm[form.withoutUnderlying]?.first { all[$0].needsHedge }.map { all[$0] }
  }

  /// Gives the entry with every leg turned round: who is on the other side of the trade. Nil where none is listed.
  public static func opposite(of definition: StructureDefinition) -> StructureDefinition? {
    guard !definition.needsHedge else { return nil }
    let form = CanonicalForm(definition).negated
    return byForm[form]?.first { all[$0].condition == nil && !all[$0].needsHedge }.map { all[$0] }
  }

  /// Gives the entries with the same profile up to cash: by put-call parity a call is a put and the underlying.
  ///
  /// An iron butterfly, a call butterfly and a put butterfly are one trade at three prices; a covered call is a short
  /// put. Strikes are those of the definition, and its own legs are left out. For European options.
  public static func parityTwins(of definition: StructureDefinition) -> [StructureDefinition] {
    guard !definition.needsHedge else { return [] }
    let form = CanonicalForm(definition)
    let profile = form.asPuts
    // A box or a conversion is cash alone, and every other one would be its twin.
    guard !profile.isEmpty else { return [] }
    return all.filter { entry in
      guard !entry.needsHedge, entry.condition == definition.condition else { return false }
      let other = CanonicalForm(entry)
      return other != form && other.asPuts == profile
    }
  }

  /// The entries of each shape, in the order of the catalogue.
  private static let byForm: [CanonicalForm: [Int]] = {
    var forms: [CanonicalForm: [Int]] = [:]
    for (index, entry) in all.enumerated() { forms[CanonicalForm(entry), default: []].append(index) }
    return forms
  }()
}

extension StructureCondition {
  /// True where the strategy shows it. Collateral shows in no leg.
  fileprivate func isMet(by form: CanonicalForm) -> Bool {
    switch self {
    case .coinCollateral: return false
    case .perpetual:
      if case .perpetual = form.underlying { return true }
      return false
    case .unequalWings: return form.wings.map { $0.lower != $0.upper } ?? false
    case .doubleLowerStep: return form.wings.map { $0.lower == 2 * $0.upper } ?? false
    case .doubleUpperStep: return form.wings.map { $0.upper == 2 * $0.lower } ?? false
    }
  }
}

extension CanonicalForm {
  /// The lowest and the highest step between strikes, in 10^-8; nil for fewer than three strikes.
  fileprivate var wings: (lower: Int128, upper: Int128)? {
    guard strikes.count >= 3 else { return nil }
    let counts = strikes.map { Int128($0.count) }
    return (counts[1] - counts[0], counts[counts.count - 1] - counts[counts.count - 2])
  }
}
