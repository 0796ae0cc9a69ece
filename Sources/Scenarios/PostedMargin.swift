public import Basics

/// A margin as the losses of scenarios are compared with it.
///
/// A margin is money; a scenario's loss is a sum of Doubles. Where the maximum loss is a whole number of the currency's
/// smallest unit nothing is rounded up, so that the worst scenario loses the margin to the last digit, and the sum of its terms
/// may lie beyond it by what Doubles leave. That is no breach: beyond the whole margin is what exceeds it by more than the
/// ``allowance(_:_:)``. Smaller shares are no promise of anyone's, and are compared as they are.
public struct PostedMargin: Hashable, Sendable {
  /// In units of the currency, 0 or more.
  public let amount: Double
  private let allowance: Double

  public init(_ margin: Money) {
    amount = margin.exact.doubleValue
    allowance = PostedMargin.allowance(amount, margin.currency)
  }

  /// What the sums of Doubles behind an amount may leave: a billionth of it, and at least a millionth of the currency's smallest
  /// unit, for amounts of nothing.
  public static func allowance(_ amount: Double, _ currency: Currency) -> Double {
    max(1e-9 * amount.magnitude, ExactAmount(count: 1, decimals: currency.decimals + 6).doubleValue)
  }

  /// The P&L below which a scenario loses strictly more than a share of the margin; every share of a margin of 0 is the whole.
  ///
  /// - Parameter share: 0 or more; 1 is the whole margin.
  public func floor(_ share: Double) -> Double {
    share == 1 || amount == 0 ? -(amount + allowance) : -(share * amount)
  }

  /// max(0, -P&L) / margin, and 1 for a loss beyond it within the allowance; infinite where something is lost of a margin of 0,
  /// and 0 where nothing is.
  public func lossShare(of profit: Double) -> Double {
    let loss = max(0, -profit)
    guard loss > amount else { return amount > 0 ? loss / amount : 0 }
    if profit >= floor(1) { return amount > 0 ? 1 : 0 }
    return amount > 0 ? loss / amount : .infinity
  }
}
