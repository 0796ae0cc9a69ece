/// A price or strike: a count of 10^-8, exact.
///
/// | expression | result |
/// | --- | --- |
/// | `Price * Quantity` | ``ExactAmount`` |
/// | `Price.exact`, `Price.value` | ``ExactAmount``, `Double` (the one door to floating point) |
/// | `Price(rounding: Double, rule)` | `Price`, the rounding named at the call |
public struct Price: Hashable, Sendable, Comparable {
  /// The number of 10^-8 of the quoting currency.
  public let count: Int64

  public init(count: Int64) { self.count = count }

  /// Reads a plain decimal with at most 8 decimals.
  public init(parsing text: some StringProtocol) throws(BasicsError) {
    count = try DecimalText.count(text, decimals: Price.decimals, type: "Price")
  }

  /// Rounds a model value to 10^-8; nil for NaN, infinities and values beyond the range.
  public init?(rounding value: Double, _ rule: FloatingPointRoundingRule) {
    guard let count = Int64(exactly: (value * 1e8).rounded(rule)) else { return nil }
    self.count = count
  }

  public static let decimals = 8
  public static let zero = Price(count: 0)

  public var value: Double { Double(count) / 1e8 }
  public var exact: ExactAmount { ExactAmount(count: count, decimals: Price.decimals) }

  public static func < (left: Price, right: Price) -> Bool { left.count < right.count }
  public static func * (left: Price, right: Quantity) -> ExactAmount { left.exact * right.exact }
}

extension Price: CustomStringConvertible {
  public var description: String { DecimalText.text(count, decimals: Price.decimals) }
}

/// A signed number of contracts, coins or shares: a count of 10^-8, plus is long.
///
/// | expression | result |
/// | --- | --- |
/// | `Quantity + - Quantity` | `Quantity`, or an error for an overflow |
/// | `Quantity * Int64` | `Quantity`, or an error for an overflow |
/// | `Price * Quantity` | ``ExactAmount`` |
public struct Quantity: Hashable, Sendable, Comparable {
  /// The number of 10^-8 of a unit.
  public let count: Int64

  public init(count: Int64) { self.count = count }

  /// Gives a whole number of units; nil beyond the range.
  public init?(_ units: Int64) {
    let (product, overflow) = units.multipliedReportingOverflow(by: 100_000_000)
    guard !overflow else { return nil }
    count = product
  }

  /// Reads a plain decimal with at most 8 decimals.
  public init(parsing text: some StringProtocol) throws(BasicsError) {
    count = try DecimalText.count(text, decimals: Quantity.decimals, type: "Quantity")
  }

  public static let decimals = 8
  public static let zero = Quantity(count: 0)
  public static let one = Quantity(count: 100_000_000)

  public var value: Double { Double(count) / 1e8 }
  public var exact: ExactAmount { ExactAmount(count: count, decimals: Quantity.decimals) }
  public var isZero: Bool { count == 0 }

  public static func < (left: Quantity, right: Quantity) -> Bool { left.count < right.count }

  public static func + (left: Quantity, right: Quantity) throws(BasicsError) -> Quantity {
    let (sum, overflow) = left.count.addingReportingOverflow(right.count)
    guard !overflow else { throw .outOfRange("\(left) + \(right)", type: "Quantity") }
    return Quantity(count: sum)
  }

  public static func - (left: Quantity, right: Quantity) throws(BasicsError) -> Quantity {
    let (difference, overflow) = left.count.subtractingReportingOverflow(right.count)
    guard !overflow else { throw .outOfRange("\(left) - \(right)", type: "Quantity") }
    return Quantity(count: difference)
  }

  public static func * (left: Quantity, right: Int64) throws(BasicsError) -> Quantity {
    let (product, overflow) = left.count.multipliedReportingOverflow(by: right)
    guard !overflow else { throw .outOfRange("\(left) * \(right)", type: "Quantity") }
    return Quantity(count: product)
  }
}

extension Quantity: CustomStringConvertible {
  public var description: String { DecimalText.text(count, decimals: Quantity.decimals) }
}
