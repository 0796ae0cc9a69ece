import Basics
import Instruments
import Pricing

/// Everything held of one underlying, counted in equal lots: what the matcher divides into strategies.
struct StrategyPosition: Sendable {
  /// One contract on one side, or the shares.
  struct Series: Sendable {
    let instrument: Instrument
    /// Nil for the underlying itself.
    let right: OptionRight?
    let isShort: Bool
    /// Zero for the underlying.
    let strike: ExactAmount
    /// Nil for the underlying.
    let expiry: Instant?
    let expiryText: String
    /// Of one unit, quote currency; of the underlying its average entry price.
    let price: ExactAmount
    /// More than the rulebook's number of months from its expiry.
    let isLongTerm: Bool
    /// 1 or more.
    let lots: Int64
  }

  let underlying: String
  let spot: ExactAmount
  /// Units of the underlying in one lot.
  let lot: ExactAmount
  /// Units of the underlying in a contract, for words.
  let contract: ExactAmount
  /// By right, expiry, strike and side, so that the order of legs decides nothing.
  let series: [Series]
  /// Shares beyond the last whole lot, signed: they cover nothing.
  let oddUnits: ExactAmount
  /// The shares' average entry price.
  let entry: ExactAmount

  /// What a position may count in lots.
  static let lotLimit: Int64 = 1_000_000_000_000

  /// - Parameter isLongTerm: Whether an expiry is far enough away.
  /// - Returns: nil where the lots do not fit: more than ``lotLimit`` of them.
  init?(
    _ underlying: String, _ positions: [RulePosition], isLongTerm: (Instant) -> Bool
  ) {
    guard let first = positions.first else { return nil }
    var lot: ExactAmount?
    for position in positions where position.contract != nil {
      for size in [position.instrument.multiplier.exact, position.size] {
        guard let common = StrategyPosition.commonDivisor(lot ?? .zero, size) else { return nil }
        lot = common
      }
    }
    let shares = positions.first { $0.contract == nil }
    let lotSize = lot ?? shares?.size ?? .one
    var series: [Series] = []
    var oddUnits = ExactAmount.zero
    var entry = ExactAmount.zero
    for position in positions {
      guard let ratio = position.size.divided(by: lotSize),
        let lots = try? ratio.count(decimals: 0, rounding: .down), lots <= StrategyPosition.lotLimit
      else { return nil }
      if position.contract == nil {
        entry = max(.zero, position.spot - (position.unrealised.divided(by: position.units) ?? .zero))
        let rest = position.size - ExactAmount(lots) * lotSize
        oddUnits = position.isShort ? .zero - rest : rest
        guard lots > 0 else { continue }
      }
      let expiry = position.contract?.expiry
      series.append(
        Series(
          instrument: position.instrument, right: position.right, isShort: position.isShort,
          strike: position.strike ?? .zero, expiry: expiry,
          expiryText: position.instrument.expiry.map { "\($0.date)" } ?? "",
          price: position.contract == nil ? entry : position.mark, isLongTerm: expiry.map(isLongTerm) ?? false,
          lots: lots))
    }
    self.underlying = underlying
    self.lot = lotSize
    self.oddUnits = oddUnits
    self.entry = entry
    spot = first.spot
    contract = positions.first { $0.contract != nil }?.instrument.multiplier.exact ?? .one
    self.series = series.sorted(by: StrategyPosition.comesFirst)
  }

  /// A total order up to series that no rule can tell apart.
  private static func comesFirst(_ left: Series, _ right: Series) -> Bool {
    if left.right != right.right { return rank(left) < rank(right) }
    if let a = left.expiry, let b = right.expiry, a != b { return a < b }
    if left.strike != right.strike { return left.strike < right.strike }
    if left.isShort != right.isShort { return left.isShort }
    if left.price != right.price { return left.price < right.price }
    return left.lots < right.lots
  }

  private static func rank(_ series: Series) -> Int {
    switch series.right {
    case nil: return 0
    case .call?: return 1
    case .put?: return 2
    }
  }

  /// Euclid's algorithm on fractions; nil where a quotient does not fit 64 bits.
  static func commonDivisor(_ left: ExactAmount, _ right: ExactAmount) -> ExactAmount? {
    var (a, b) = (left, right)
    // Each remainder is less than half of the one before the last: 128 bits are gone after 256 steps.
    for _ in 0..<512 {
      guard !b.isZero else { return a }
      guard let ratio = a.divided(by: b), let whole = try? ratio.count(decimals: 0, rounding: .down) else { return nil }
      (a, b) = (b, a - ExactAmount(whole) * b)
    }
    return nil
  }
}
