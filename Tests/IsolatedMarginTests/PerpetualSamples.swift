import Basics
import IsolatedMargin
import TestSupport
import Testing

/// A perpetual in a line of a test: side, quantity, entry and margin.
func perpetual(
  _ side: PositionSide, _ quantity: String, at entry: String, margin: String, kind: PerpetualKind = .linear,
  funding: String = "0", fees: String = "0"
) throws -> PerpetualPosition {
  try PerpetualPosition(
    kind: kind, side: side, quantity: amount(quantity), entryPrice: amount(entry), margin: amount(margin),
    fundingPaid: amount(funding), feesPaid: amount(fees))
}

enum PerpetualSamples {
  /// 0.4 percent, 0.5 from 50,000, 1 from 250,000, 2.5 from 1,000,000: amounts 0, 50, 1300, 16300.
  static func tiers() throws -> MaintenanceTiers {
    try MaintenanceTiers([
      (.zero, amount("0.004")), (amount("50000"), amount("0.005")), (amount("250000"), amount("0.01")),
      (amount("1000000"), amount("0.025")),
    ])
  }

  /// One rate at every notional.
  static func flat(
    _ rate: String, amount deduction: String = "0", fee: String = "0", basis: MaintenanceBasis = .mark,
    feeBasis: ExitFeeBasis = .mark
  ) throws -> PerpetualTerms {
    try PerpetualTerms(
      tiers: MaintenanceTiers(rate: amount(rate), amount: amount(deduction)), basis: basis, exitFee: amount(fee),
      exitFeeBasis: feeBasis)
  }
}

extension SplitMix64 {
  /// A decimal of `digits` significant digits between 10^`low` and 10^`high`, or a little below.
  mutating func decimal(_ low: Int, _ high: Int, digits: Int = 4) -> ExactAmount {
    let count = int64(1...Int64([10, 100, 1000, 10_000, 100_000, 1_000_000][digits - 1]))
    let exponent = int(low...high) - digits
    var value = ExactAmount(count)
    for _ in 0..<max(0, exponent) { value = value * ExactAmount(10) }
    return value * ExactAmount(count: 1, decimals: max(0, -exponent))
  }

  /// Tiers with one to five rising rates below a third.
  mutating func tiers(upTo notional: ExactAmount) throws -> MaintenanceTiers {
    var rows: [(from: ExactAmount, rate: ExactAmount)] = []
    var rate = int64(0...40)
    var from = ExactAmount.zero
    for _ in 0..<int(1...5) {
      rows.append((from, ExactAmount(count: rate, decimals: 4)))
      rate += int64(0...700)
      from += notional * ExactAmount(count: int64(1...120), decimals: 2)
    }
    return try MaintenanceTiers(rows)
  }

  /// Any legal position: both kinds, both sides, margins from nothing to beyond the notional.
  mutating func position() throws -> PerpetualPosition {
    let (quantity, entry) = (decimal(-2, 6), decimal(-3, 5))
    let kind = pick(PerpetualKind.allCases)
    let bare = try PerpetualPosition(
      kind: kind, side: pick(PositionSide.allCases), quantity: quantity, entryPrice: entry, margin: .zero)
    let share = ExactAmount(count: chance(0.8) ? int64(0...3000) : int64(0...30_000), decimals: 4)
    let paid = chance(0.5) ? ExactAmount.zero : ExactAmount(count: int64(-200...200), decimals: 4)
    return try PerpetualPosition(
      kind: kind, side: bare.side, quantity: quantity, entryPrice: entry, margin: bare.entryNotional * share,
      fundingPaid: bare.entryNotional * paid)
  }

  /// Any legal terms for a position.
  mutating func terms(for position: PerpetualPosition) throws -> PerpetualTerms {
    try PerpetualTerms(
      tiers: tiers(upTo: position.entryNotional), basis: pick(MaintenanceBasis.allCases),
      exitFee: chance(0.4) ? .zero : ExactAmount(count: int64(0...100), decimals: 4),
      exitFeeBasis: pick(ExitFeeBasis.allCases))
  }
}
