/// Why a text, an amount or a date was refused by `Basics`.
///
/// Every case carries what was found; `description` adds what was wanted.
public enum BasicsError: Error, Equatable, Sendable {
  /// The text is not a plain decimal number: optional sign, ASCII digits, at most one point.
  case notADecimal(String)
  /// The number has more digits than any amount of the program can hold.
  case tooManyDigits(String, limit: Int)
  /// The number has more decimals than the type counts.
  case tooManyDecimals(String, limit: Int)
  /// The value lies outside the exact range of the named type.
  case outOfRange(String, type: String)
  /// Two amounts of different currencies met in one operation.
  case currencyMismatch(String, String)
  /// The text is no currency code.
  case notACurrency(String)
  /// The text is no date (ISO 8601 or Deribit's `26DEC25`).
  case notADate(String)
  /// The text is no instant (ISO 8601 with an offset or `Z`).
  case notAnInstant(String)
  /// The New York rule in force since 2007 does not cover the year.
  case beforeNewYorkRule(String)
}

extension BasicsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notADecimal(let text):
      return "found '\(excerpt(text))', wanted a plain decimal number such as -12.5"
    case .tooManyDigits(let text, let limit):
      return "found '\(excerpt(text))', wanted at most \(limit) digits"
    case .tooManyDecimals(let text, let limit):
      return "found '\(excerpt(text))', wanted at most \(limit) decimals"
    case .outOfRange(let text, let type):
      return "found \(excerpt(text)), wanted a value inside the exact range of \(type)"
    case .currencyMismatch(let left, let right):
      return "found \(left) and \(right), wanted one currency"
    case .notACurrency(let text):
      return "found '\(excerpt(text))', wanted a currency code of 2 to 12 ASCII letters and digits"
    case .notADate(let text):
      return "found '\(excerpt(text))', wanted a date such as 2025-12-26 or 26DEC25"
    case .notAnInstant(let text):
      return "found '\(excerpt(text))', wanted an instant such as 2025-12-05T01:10:00Z"
    case .beforeNewYorkRule(let text):
      return "found \(excerpt(text)), wanted a date since 2007, from when New York's clock rule holds"
    }
  }

  /// A message quotes what offended, but never a whole page of it.
  private func excerpt(_ text: String) -> String {
    text.utf8.count <= 60 ? text : String(text.prefix(57)) + "..."
  }
}
