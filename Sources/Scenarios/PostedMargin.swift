public import Basics

/// A margin as the losses of scenarios are compared with it.
///
/// A margin is money; a scenario's loss is a sum of Doubles. Where the maximum loss is a whole number of the currency's
/// smallest unit nothing is rounded up, so the worst scenario loses the margin to the last digit, and the sum of its terms may
/// lie some 10^-16 of them beyond. Such a loss rounds to the margin and breaches nothing: beyond the whole margin is only what
/// exceeds it by more than half of the smallest unit. Smaller shares are no promise of anyone's, and are compared as they are.
public struct PostedMargin: Hashable, Sendable {
  /// In units of the currency, 0 or more.
  public let amount: Double
  /// The most that a loss may exceed the amount by and still round to it.
  private let halfUnit: Double

  public init(_ margin: Money) {
    amount = margin.exact.doubleValue
    halfUnit = ExactAmount(count: 5, decimals: margin.currency.decimals + 1).doubleValue
  }

  /// The P&L below which a scenario loses strictly more than a share of the margin.
  ///
  /// - Parameter share: 0 or more; 1 is the whole margin.
  public func floor(_ share: Double) -> Double {
    share >= 1 ? -(share * amount + halfUnit) : -(share * amount)
  }

  /// max(0, -P&L) / margin, and 1 for a loss that rounds to the margin from above; infinite where something is lost of a
  /// margin of 0, and 0 where nothing is.
  public func lossShare(of profit: Double) -> Double {
    let loss = max(0, -profit)
    guard loss > amount else { return amount > 0 ? loss / amount : 0 }
    if profit >= floor(1) { return amount > 0 ? 1 : 0 }
    return amount > 0 ? loss / amount : .infinity
  }
}
