public import Basics

/// The moment of a day at which a contract expires.
public enum ExpiryTime: Hashable, Sendable {
  /// 08:00 UTC: Deribit's names and whatever is settled in coin.
  case deribit
  /// 16:00 New York, on an early day 13:00: listed options.
  case newYorkClose
  /// 9:30 New York: index options settled in the morning.
  case newYorkOpen
  /// A second of the day in UTC, written out in the file.
  case utc(secondOfDay: Int)
  /// Not said where the contract was named: the underlying's market decides.
  case venue
}

/// The day on which a contract expires, and the moment of that day.
public struct Expiry: Hashable, Sendable {
  public let date: CalendarDate
  public let time: ExpiryTime

  public init(_ date: CalendarDate, _ time: ExpiryTime = .venue) {
    self.date = date
    self.time = time
  }

  /// Reads `2025-12-26`, `2025-12-26T08:00:00Z` or Deribit's `26DEC25`.
  public init(parsing text: some StringProtocol) throws(BasicsError) {
    if text.utf8.count > 10 {
      let instant = try Instant(parsing: text)
      guard let date = instant.date else { throw .notADate(String(text)) }
      let second = Int(instant.secondsSinceEpoch - Int64(date.daysSinceEpoch) * 86_400)
      self.init(date, .utc(secondOfDay: second))
    } else {
      self.init(try CalendarDate(parsing: text), text.utf8.count < 10 ? .deribit : .venue)
    }
  }

  /// The moment of expiry, with `venue` where the contract's name left it to the market.
  ///
  /// A listed option that names a Saturday or a holiday expires with the last trading day before it.
  /// - Throws: ``BasicsError`` `.beforeNewYorkRule` for New York times before 2007.
  public func instant(venue: ExpiryTime = .newYorkClose) throws(BasicsError) -> Instant {
    switch time == .venue ? venue : time {
    case .deribit: return Instant(date, hour: 8)
    case .newYorkOpen: return try NewYork.open(NewYork.tradingDay(onOrBefore: date))
    case .utc(let second): return Instant(secondsSinceEpoch: Instant(date).secondsSinceEpoch + Int64(second))
    case .newYorkClose, .venue: return try NewYork.close(NewYork.tradingDay(onOrBefore: date))
    }
  }

  /// True where both name one settlement: the same day, and the same time where both say one.
  public func isSameSettlement(as other: Expiry) -> Bool {
    date == other.date && (time == other.time || time == .venue || other.time == .venue)
  }
}

extension Expiry: Comparable {
  /// By day, then a morning before an evening.
  public static func < (left: Expiry, right: Expiry) -> Bool {
    left.date != right.date ? left.date < right.date : left.order < right.order
  }

  private var order: Int {
    switch time {
    case .utc(let second): return second
    case .deribit: return 8 * 3600
    case .newYorkOpen: return 14 * 3600
    case .newYorkClose, .venue: return 21 * 3600
    }
  }
}

extension Expiry: CustomStringConvertible {
  public var description: String {
    guard case .utc(let second) = time else { return date.description }
    return Instant(secondsSinceEpoch: Instant(date).secondsSinceEpoch + Int64(second)).description
  }
}
