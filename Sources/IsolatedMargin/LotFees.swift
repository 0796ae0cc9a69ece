public import Basics

/// What a number of lots costs in fees: a function of the number of lots that is linear between steps.
///
/// No lots cost nothing. Amounts are in the settlement currency and exact.
public struct LotFees: Hashable, Sendable {
  /// The fee `base` + `perLot` x n for every n from `firstLot` to the lot before the next tier's first.
  public struct Tier: Hashable, Sendable {
    public let firstLot: Int64
    public let base: ExactAmount
    public let perLot: ExactAmount

    public init(firstLot: Int64, base: ExactAmount, perLot: ExactAmount = .zero) {
      self.firstLot = firstLot
      self.base = base
      self.perLot = perLot
    }
  }

  /// Ascending by first lot; the first tier starts at lot 1.
  public let tiers: [Tier]

  public static let free = LotFees(unchecked: [Tier(firstLot: 1, base: .zero)])

  private init(unchecked tiers: [Tier]) { self.tiers = tiers }

  /// Gives min(`cap`, max(`minimum`, `perLot` x n)) for n lots.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for an amount below 0.
  public init(
    perLot: ExactAmount, minimum: ExactAmount = .zero, cap: ExactAmount? = nil
  ) throws(IsolatedMarginError) {
    for (name, amount) in [("fee per lot", perLot), ("minimum fee", minimum), ("fee cap", cap ?? .zero)]
    where amount < .zero { throw .badInput(name, found: "\(amount)", wanted: "0 or more") }
    let lowest = cap.map { min($0, minimum) } ?? minimum
    var tiers = [Tier(firstLot: 1, base: lowest)]
    // The last lot that the minimum still covers, and the first that the cap holds, are the two steps.
    if perLot > .zero, cap.map({ $0 > lowest }) ?? true, let covered = LotFees.lots(lowest, perLot, .down) {
      let rising = Tier(firstLot: covered + 1, base: .zero, perLot: perLot)
      tiers = covered == 0 ? [rising] : tiers + [rising]
      if let cap, let first = LotFees.lots(cap, perLot, .up) {
        if first <= rising.firstLot { tiers.removeLast() }
        tiers.append(Tier(firstLot: first, base: cap))
      }
    }
    self.init(unchecked: tiers)
  }

  /// Gives a schedule of tiers as an exchange lists them.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` unless the first tier starts at lot 1, first lots ascend, and the fee
  ///   never falls from one lot to the next.
  public init(tiers: [Tier]) throws(IsolatedMarginError) {
    guard tiers.first?.firstLot == 1 else {
      throw .badInput("fee tiers", found: tiers.isEmpty ? "none" : "a first lot above 1", wanted: "a first lot of 1")
    }
    for (index, tier) in tiers.enumerated() {
      let atStart = tier.base + tier.perLot * ExactAmount(tier.firstLot)
      guard tier.perLot >= .zero, atStart >= .zero else {
        throw .badInput("fee tiers", found: "a falling or negative fee", wanted: "a fee that never falls")
      }
      guard index > 0 else { continue }
      let before = tiers[index - 1]
      guard before.firstLot < tier.firstLot else {
        throw .badInput("fee tiers", found: "first lot \(tier.firstLot) late", wanted: "ascending first lots")
      }
      guard before.base + before.perLot * ExactAmount(tier.firstLot - 1) <= atStart else {
        throw .badInput("fee tiers", found: "a lower fee from lot \(tier.firstLot)", wanted: "a fee that never falls")
      }
    }
    self.init(unchecked: tiers)
  }

  /// The fee for a number of lots; nothing for none.
  public func fee(lots: Int64) -> ExactAmount {
    guard lots > 0, let tier = tiers.last(where: { $0.firstLot <= lots }) else { return .zero }
    return tier.base + tier.perLot * ExactAmount(lots)
  }

  /// Nil for more lots than can be counted: no number of lots reaches that step.
  private static func lots(_ amount: ExactAmount, _ perLot: ExactAmount, _ rule: ExactRounding) -> Int64? {
    let lots = try? amount.divided(by: perLot)?.count(decimals: 0, rounding: rule)
    guard let lots, lots < .max else { return nil }
    return lots
  }
}
