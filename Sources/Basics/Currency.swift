/// A currency or coin with the number of decimals of its smallest unit.
///
/// USD, EUR and other national currencies have 2 decimals (JPY, KRW and few more none: ISO 4217), the dollar tokens
/// USDC and USDT 6, every other code is a coin with 8.
public struct Currency: Hashable, Sendable {
  public let code: String
  /// Decimals of one minor unit: 2 for a cent.
  public let decimals: Int

  /// - Throws: ``BasicsError`` `.notACurrency` unless the code is 2 to 12 ASCII letters and digits.
  public init(_ code: String) throws(BasicsError) {
    let isAllowed = code.utf8.allSatisfy { byte in
      (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57)
    }
    guard isAllowed, (2...12).contains(code.utf8.count) else { throw .notACurrency(code) }
    self.init(known: code.uppercased())
  }

  private init(known code: String) {
    self.code = code
    decimals = Currency.decimalsByCode[code] ?? 8
  }

  public static let usd = Currency(known: "USD")
  public static let eur = Currency(known: "EUR")
  public static let usdc = Currency(known: "USDC")
  public static let btc = Currency(known: "BTC")

  private static let decimalsByCode: [String: Int] = [
    "USD": 2, "EUR": 2, "GBP": 2, "CHF": 2, "CAD": 2, "AUD": 2, "NZD": 2, "HKD": 2, "SGD": 2, "CNY": 2, "CNH": 2,
    "INR": 2, "BRL": 2, "MXN": 2, "ZAR": 2, "TRY": 2, "ILS": 2, "THB": 2, "TWD": 2, "SEK": 2, "NOK": 2, "DKK": 2,
    "PLN": 2, "CZK": 2, "HUF": 2, "JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0,
    "USDC": 6, "USDT": 6,
  ]
}

extension Currency: CustomStringConvertible {
  public var description: String { code }
}
