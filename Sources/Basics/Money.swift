/// An amount of one currency, counted in its minor units.
///
/// | expression | result |
/// | --- | --- |
/// | `Money + - Money` | `Money`, or an error for two currencies or an overflow |
/// | `Money * Int64` | `Money`, or an error for an overflow |
/// | `Money.isLess(than: Money)` | `Bool`, or an error for two currencies |
/// | `Price * Quantity` | ``ExactAmount`` (see ``Price``) |
/// | `Money.exact` | ``ExactAmount``, in whole currency |
/// | `Money(rounding: ExactAmount, to: Currency, rule)` | `Money`, the rounding named at the call |
/// | `Money(rounding: Double, to: Currency, rule)` | `Money`, the rounding named at the call |
public struct Money: Hashable, Sendable {
  public let minorUnits: Int64
  public let currency: Currency

  public init(minorUnits: Int64, currency: Currency) {
    self.minorUnits = minorUnits
    self.currency = currency
  }

  /// Reads a plain decimal with at most the currency's decimals.
  public init(parsing text: some StringProtocol, currency: Currency) throws(BasicsError) {
    minorUnits = try DecimalText.count(text, decimals: currency.decimals, type: "Money")
    self.currency = currency
  }

  /// Rounds an exact amount to the currency's minor unit: the one door from exact numbers to money.
  ///
  /// - Throws: ``BasicsError`` `.outOfRange` beyond 64 bits.
  public init(rounding amount: ExactAmount, to currency: Currency, _ rule: ExactRounding) throws(BasicsError) {
    minorUnits = try amount.count(decimals: currency.decimals, rounding: rule)
    self.currency = currency
  }

  /// Rounds a model's value to the currency's minor unit: the one door from floating point to money.
  ///
  /// The value is brought to the nearest millionth of a minor unit first: the `Double` nearest to 0.01 lies a little
  /// above a cent, and rounding that up to two cents would charge the holder for binary notation.
  /// - Throws: ``BasicsError`` `.outOfRange` for NaN, infinities and beyond 64 bits.
  public init(rounding value: Double, to currency: Currency, _ rule: ExactRounding) throws(BasicsError) {
    guard let amount = ExactAmount(exactly: value) else { throw .outOfRange("\(value)", type: "Money") }
    try self.init(rounding: amount.nearest(decimals: currency.decimals + 6), to: currency, rule)
  }

  /// The amount in whole currency.
  public var exact: ExactAmount { ExactAmount(count: minorUnits, decimals: currency.decimals) }

  public static func zero(_ currency: Currency) -> Money { Money(minorUnits: 0, currency: currency) }

  public static func + (left: Money, right: Money) throws(BasicsError) -> Money {
    try combine(left, right, left.minorUnits.addingReportingOverflow(right.minorUnits))
  }

  public static func - (left: Money, right: Money) throws(BasicsError) -> Money {
    try combine(left, right, left.minorUnits.subtractingReportingOverflow(right.minorUnits))
  }

  public static func * (left: Money, right: Int64) throws(BasicsError) -> Money {
    let (product, overflow) = left.minorUnits.multipliedReportingOverflow(by: right)
    guard !overflow else { throw .outOfRange("\(left.text) * \(right)", type: "Money") }
    return Money(minorUnits: product, currency: left.currency)
  }

  /// True where `self` is less than `other`.
  /// - Throws: ``BasicsError`` `.currencyMismatch`.
  public func isLess(than other: Money) throws(BasicsError) -> Bool {
    guard currency == other.currency else { throw .currencyMismatch(currency.code, other.currency.code) }
    return minorUnits < other.minorUnits
  }

  private static func combine(
    _ left: Money, _ right: Money, _ result: (partialValue: Int64, overflow: Bool)
  ) throws(BasicsError) -> Money {
    guard left.currency == right.currency else { throw .currencyMismatch(left.currency.code, right.currency.code) }
    guard !result.overflow else { throw .outOfRange("\(left.text) and \(right.text)", type: "Money") }
    return Money(minorUnits: result.partialValue, currency: left.currency)
  }

  /// The amount with all of the currency's decimals, without its code: `1234.50`.
  public var text: String {
    DecimalText.text(minorUnits, decimals: currency.decimals, minimumDecimals: currency.decimals)
  }
}

extension Money: CustomStringConvertible {
  public var description: String { "\(text) \(currency.code)" }
}
