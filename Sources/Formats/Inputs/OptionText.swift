public import Basics

/// Reads what options say, the same on the command line as in a request. Every number is exact until it is asked for as one.
public enum OptionText {
  private static let percent = ExactAmount(count: 1, decimals: 2)

  /// A range in percent around spot, `-40:60`: rising, from -100.
  public static func range(_ text: String) -> (low: ExactAmount, high: ExactAmount)? {
    guard let (low, high) = amounts(text), low < high, low >= ExactAmount(-100) else { return nil }
    return (low, high)
  }

  /// Two volatilities in percent a year, `30:120`, as fractions; ``VolatilityBand`` says which may stand.
  public static func volatilityBand(_ text: String) -> (low: Double, high: Double)? {
    amounts(text).map { (($0.low * percent).doubleValue, ($0.high * percent).doubleValue) }
  }

  /// A volatility a year, `0.5` or `50%`, as a fraction: above 0, at most 10.
  ///
  /// 50 without a sign is a percentage in a hurry, and refused.
  public static func volatility(_ text: String) -> Double? {
    guard let value = share(text)?.doubleValue, value > 0, value <= 10 else { return nil }
    return value
  }

  /// A rate a year, `0.1` or `10%`, of either sign, as a fraction: at most 10.
  public static func rate(_ text: String) -> Double? {
    guard let value = share(text)?.doubleValue, value.magnitude <= 10 else { return nil }
    return value
  }

  /// One shift in points of volatility, as a fraction.
  public static func points(_ text: String) -> Double? {
    guard let shifts = ScenarioAxis.shifts(text), shifts.count == 1, !text.contains(":") else { return nil }
    return shifts[0]
  }

  /// A fraction or a percentage, exact: `0.5%` or `0.005`.
  public static func share(_ text: String) -> ExactAmount? {
    let isPercent = text.hasSuffix("%")
    guard let amount = try? ExactAmount(parsing: isPercent ? String(text.dropLast()) : text) else { return nil }
    return isPercent ? amount * percent : amount
  }

  /// Two exact amounts, `low:high`, as they are written.
  public static func amounts(_ text: String) -> (low: ExactAmount, high: ExactAmount)? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let low = try? ExactAmount(parsing: parts[0]),
      let high = try? ExactAmount(parsing: parts[1])
    else { return nil }
    return (low, high)
  }
}
