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

  /// A second of the day outside 0 to 86,399 is held there.
  public init(_ date: CalendarDate, _ time: ExpiryTime = .venue) {
    self.date = date
    if case .utc(let second) = time {
      self.time = .utc(secondOfDay: min(max(second, 0), 86_399))
    } else {
      self.time = time
    }
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

  /// True where both name one settlement: the same day, and the same moment of it where both say one.
  public func isSameSettlement(as other: Expiry) -> Bool {
    date == other.date
      && (time == other.time || time == .venue || other.time == .venue || secondOfDay == other.secondOfDay)
  }
}

extension Expiry: Comparable {
  /// By day, then by the moment of the day; of two ways to say one moment, in the order of ``ExpiryTime``.
  ///
  /// A time left open counts as the New York close. The order is total, so that sorting a set gives one answer.
  public static func < (left: Expiry, right: Expiry) -> Bool {
    guard left.date == right.date else { return left.date < right.date }
    guard left.time != right.time else { return false }
    return (left.secondOfDay, left.rank) < (right.secondOfDay, right.rank)
  }

  /// Seconds from the day's midnight in UTC to the expiry; negative where a holiday moves it to an earlier day.
  private var secondOfDay: Int64 {
    guard let instant = try? instant() else {
      // Before 2007 New York's clock is not known here; winter time keeps the order.
      return time == .newYorkOpen ? 52_200 : 75_600
    }
    return instant.secondsSinceEpoch - Instant(date).secondsSinceEpoch
  }

  private var rank: Int {
    switch time {
    case .deribit: return 0
    case .newYorkClose: return 1
    case .newYorkOpen: return 2
    case .utc: return 3
    case .venue: return 4
    }
  }
}

extension Expiry: CustomStringConvertible {
  public var description: String {
    guard case .utc(let second) = time else { return date.description }
    return Instant(secondsSinceEpoch: Instant(date).secondsSinceEpoch + Int64(second)).description
  }
}
