import Basics
import Instruments

/// Writes numbers for reading: a fixed count of decimals, chosen by the unit.
///
/// Every number goes through exact decimals, so that no locale, no exponent and no negative zero can appear, and one
/// that is infinite or missing is the word for it.
enum FigureText {
  enum Sign {
    case minusOnly
    /// For P&L and moves: `+` where the number as written is above zero.
    case always
  }

  /// What stands for a number that is missing or has no meaning.
  static let missing = "n/a"

  static func fixed(_ value: Double?, _ decimals: Int, sign: Sign = .minusOnly) -> String {
    guard let value, let exact = ExactAmount(exactly: value) else { return missing }
    return fixed(exact, decimals, .nearest, sign: sign)
  }

  static func fixed(
    _ amount: ExactAmount?, _ decimals: Int, _ rule: ExactRounding, sign: Sign = .minusOnly
  ) -> String {
    guard let amount else { return missing }
    var text = amount.decimalText(decimals: decimals, rounding: rule)
    if decimals > 0 {
      let written = text.utf8.firstIndex(of: UInt8(ascii: ".")).map {
        text.utf8.distance(from: $0, to: text.endIndex) - 1
      }
      if written == nil { text += "." }
      text += String(repeating: "0", count: max(0, decimals - (written ?? 0)))
    }
    let isPositive = !text.hasPrefix("-") && text.utf8.contains { (49...57).contains($0) }
    return sign == .always && isPositive ? "+" + text : text
  }

  /// `12.5 %` of a fraction 0.125.
  static func percent(_ fraction: Double?, _ decimals: Int = 1, sign: Sign = .minusOnly) -> String {
    guard let fraction, fraction.isFinite else { return missing }
    return fixed(fraction * 100, decimals, sign: sign) + " %"
  }

  /// The shortest text that reads back as the same number; `0` for both zeros, nil for what is no finite number.
  static func shortest(_ value: Double) -> String? {
    DoubleWriter().text(value)
  }

  /// Decimals with which prices of about this size are written: cents for what costs a hundred, more for less.
  static func priceDecimals(_ price: Double) -> Int {
    switch price.magnitude {
    case 100...: return 2
    case 1..<100: return 4
    case 0.01..<1: return 6
    default: return 8
    }
  }

  /// The decimals a derivative with respect to a price needs so that a move of one percent shows: four more than the
  /// price has digits before its point, for the second derivative two a digit.
  static func wholeDigits(_ price: Double) -> Int {
    guard price.isFinite, price >= 1 else { return 0 }
    var (digits, rest) = (0, price)
    while rest >= 1, digits < 18 {
      rest /= 10
      digits += 1
    }
    return digits
  }

  /// `26DEC25 08:00 UTC`; the date as ISO where two digits of the year would mean another.
  static func moment(_ instant: Instant) -> String {
    guard let date = instant.date else { return "\(instant)" }
    let second = instant.secondsSinceEpoch - Instant(date).secondsSinceEpoch
    let parts = [second / 3600, second / 60 % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    let day = (2000...2099).contains(date.year) ? date.deribitText : "\(date)"
    return "\(day) \(parts.joined(separator: ":")) UTC"
  }

  /// `26DEC25 08:00 UTC (21.3 days)`, counted from `asOf`.
  static func moment(_ instant: Instant, from asOf: Instant) -> String {
    "\(moment(instant)) (\(fixed(asOf.years(to: instant) * 365, 1)) days)"
  }

  /// A name as a file gave it, without line breaks and control characters, which could forge lines or move a cursor.
  static func plain(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: result.unicodeScalars.append(" ")
      // Format characters include those that reverse the direction of what follows.
      case .format, .surrogate, .privateUse, .unassigned: result.unicodeScalars.append("\u{FFFD}")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
