/// A day of the Gregorian calendar, from 1900 to 9999.
public struct CalendarDate: Hashable, Sendable, Comparable {
  public let year: Int
  public let month: Int
  public let day: Int

  /// - Returns: nil where there is no such day between 1900 and 9999.
  public init?(year: Int, month: Int, day: Int) {
    guard (1900...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CalendarDate.daysInMonth(year: year, month: month)
    else { return nil }
    self.init(year, month, day)
  }

  private init(_ year: Int, _ month: Int, _ day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Reads `2025-12-26` or Deribit's `26DEC25` and `5AUG23`; years of two digits are 2000 to 2099.
  public init(parsing text: some StringProtocol) throws(BasicsError) {
    let bytes = Array(text.utf8)
    if bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = CalendarDate.number(bytes[0..<4]), let month = CalendarDate.number(bytes[5..<7]),
      let day = CalendarDate.number(bytes[8..<10]), let date = CalendarDate(year: year, month: month, day: day)
    {
      self = date
      return
    }
    if bytes.count == 6 || bytes.count == 7 {
      let name = String(decoding: bytes[(bytes.count - 5)..<(bytes.count - 2)], as: UTF8.self).uppercased()
      if let month = CalendarDate.monthNames.firstIndex(of: name),
        let day = CalendarDate.number(bytes[..<(bytes.count - 5)]),
        let year = CalendarDate.number(bytes[(bytes.count - 2)...]),
        let date = CalendarDate(year: 2000 + year, month: month + 1, day: day)
      {
        self = date
        return
      }
    }
    throw .notADate(String(text))
  }

  /// Days since 1 January 1970, negative before.
  public var daysSinceEpoch: Int {
    // Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil: the year begins in March.
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The day `daysSinceEpoch` days after 1 January 1970; nil outside 1900 to 9999.
  public init?(daysSinceEpoch: Int) {
    guard (-25_567...2_932_896).contains(daysSinceEpoch) else { return nil }
    let shifted = daysSinceEpoch + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// 0 is Sunday, 6 is Saturday.
  public var weekday: Int { (daysSinceEpoch % 7 + 11) % 7 }

  /// The day `days` later; nil outside 1900 to 9999.
  public func adding(days: Int) -> CalendarDate? {
    let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
    return overflow ? nil : CalendarDate(daysSinceEpoch: sum)
  }

  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  /// Deribit's form, the day without a leading zero: `26DEC25`.
  public var deribitText: String {
    let year = String(self.year % 100)
    return "\(day)\(CalendarDate.monthNames[month - 1])\(year.utf8.count < 2 ? "0" : "")\(year)"
  }

  /// `251226`, as option symbols write it.
  public var sixDigits: String {
    [year % 100, month, day].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
  }

  static let monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]

  static func daysInMonth(year: Int, month: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// A short run of ASCII digits as a number; nil for anything else.
  static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard (1...9).contains(bytes.count) else { return nil }
    var value = 0
    for byte in bytes {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    return value
  }
}

extension CalendarDate: CustomStringConvertible {
  public var description: String {
    "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }
}
