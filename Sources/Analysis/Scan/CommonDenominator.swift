import Basics

/// The least common multiple of the denominators of many amounts.
struct CommonDenominator {
  private(set) var value: Int128 = 1
  /// False once a denominator or the multiple has left its range; no amount has a count then.
  private var isKnown = true

  private static let limit: Int128 = 1 << 100

  mutating func include(_ amount: ExactAmount) {
    guard isKnown, let denominator = amount.fraction?.denominator else {
      isKnown = false
      return
    }
    var (a, b) = (value, denominator)
    while b != 0 { (a, b) = (b, a % b) }
    let (multiple, overflow) = (value / a).multipliedReportingOverflow(by: denominator)
    isKnown = !overflow && multiple < CommonDenominator.limit
    if isKnown { value = multiple }
  }

  /// How many of 1/``value`` an amount that was included is; nil beyond 128 bits.
  func count(_ amount: ExactAmount) -> Int128? {
    guard isKnown, let (numerator, denominator) = amount.fraction else { return nil }
    let (count, overflow) = numerator.multipliedReportingOverflow(by: value / denominator)
    return overflow ? nil : count
  }
}
