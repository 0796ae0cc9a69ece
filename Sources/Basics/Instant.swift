/// A moment of time, to the second.
public struct Instant: Hashable, Sendable, Comparable {
  /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
  public let secondsSinceEpoch: Int64

  public init(secondsSinceEpoch: Int64) { self.secondsSinceEpoch = secondsSinceEpoch }

  /// `hour`:`minute` UTC of a day.
  public init(_ date: CalendarDate, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    secondsSinceEpoch = Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  }

  /// Reads `2025-12-05T01:10:00Z`, seconds optional, an offset `+01:00` instead of `Z`, or a bare date (midnight UTC).
  public init(parsing text: some StringProtocol) throws(BasicsError) {
    let bytes = Array(text.utf8)
    let error = BasicsError.notAnInstant(String(text))
    guard bytes.count >= 10,
      let date = try? CalendarDate(parsing: String(decoding: bytes[..<10], as: UTF8.self))
    else { throw error }
    if bytes.count == 10 {
      self.init(date)
      return
    }
    // "T" or a space, hh:mm, optional :ss and a fraction of zeros, then Z or an offset.
    guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), bytes.count >= 16,
      bytes[13] == UInt8(ascii: ":"), let hour = CalendarDate.number(bytes[11..<13]),
      let minute = CalendarDate.number(bytes[14..<16]), hour < 24, minute < 60
    else { throw error }
    var rest = bytes[16...]
    var second = 0
    if rest.first == UInt8(ascii: ":") {
      guard rest.count >= 3, let value = CalendarDate.number(rest[(rest.startIndex + 1)..<(rest.startIndex + 3)]),
        value < 60
      else { throw error }
      second = value
      rest = rest.dropFirst(3)
      if rest.first == UInt8(ascii: ".") {
        rest = rest.dropFirst()
        guard rest.first == UInt8(ascii: "0") else { throw error }
        rest = rest.drop { $0 == UInt8(ascii: "0") }
      }
    }
    guard let offset = Instant.offset(rest) else { throw error }
    let moment = Instant(date, hour: hour, minute: minute, second: second)
    self.init(secondsSinceEpoch: moment.secondsSinceEpoch - offset)
  }

  /// Seconds east of Greenwich; nil for anything but `Z` and `+hh:mm`.
  private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
    if bytes.count == 1, bytes.first == UInt8(ascii: "Z") { return 0 }
    guard bytes.count == 6, let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      bytes[bytes.startIndex + 3] == UInt8(ascii: ":"),
      let hours = CalendarDate.number(bytes[(bytes.startIndex + 1)..<(bytes.startIndex + 3)]),
      let minutes = CalendarDate.number(bytes[(bytes.startIndex + 4)...]), hours < 24, minutes < 60
    else { return nil }
    return Int64((sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60))
  }

  public static func < (left: Instant, right: Instant) -> Bool { left.secondsSinceEpoch < right.secondsSinceEpoch }

  /// The day in UTC; nil outside 1900 to 9999.
  public var date: CalendarDate? {
    let (days, rest) = secondsSinceEpoch.quotientAndRemainder(dividingBy: 86_400)
    return CalendarDate(daysSinceEpoch: Int(days) - (rest < 0 ? 1 : 0))
  }

  /// Years from `self` to `later` by actual/365 fixed, to the second; negative where `later` is earlier.
  public func years(to later: Instant) -> Double {
    let (seconds, overflow) = later.secondsSinceEpoch.subtractingReportingOverflow(secondsSinceEpoch)
    return overflow ? (later < self ? -Double.infinity : Double.infinity) : Double(seconds) / Instant.secondsPerYear
  }

  /// 365 days: the denominator of every year fraction of the program.
  public static let secondsPerYear = 31_536_000.0
}

extension Instant: CustomStringConvertible {
  /// ISO 8601 in UTC: `2025-12-05T01:10:00Z`.
  public var description: String {
    guard let date else { return "\(secondsSinceEpoch) s" }
    let second = Int(secondsSinceEpoch - Int64(date.daysSinceEpoch) * 86_400)
    let parts = [second / 3600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return "\(date)T\(parts.joined(separator: ":"))Z"
  }
}
