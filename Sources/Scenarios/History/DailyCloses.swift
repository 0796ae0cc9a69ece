public import Basics

/// The closes of days out of prices with a date or a moment each, and when each close was known.
///
/// **The day** of a price is the date that stands in its stamp, in the stamp's own zone; its close is the last price of the day.
/// So a series of one price a day keeps every one, whatever the hour and however summer time moves it. A daily series that has
/// stamps within two hours of midnight on both sides, as the midnight of a zone with summer time has in UTC, belongs to those
/// midnights, and not to the days on which they fall.
///
/// **Whole days.** Where most days have several prices, a day whose last one comes more than an hour before the middle one of
/// all days' last has lost its close and is left out; summer time moves an hour and no more. An exchange that closes early, as
/// New York does at 13:00 on a few days a year, ends its day three hours before the others: such a day is whole.
///
/// **When a close is known.** A date alone, and a daily price stamped at midnight, stand for the whole day: known when it is over,
/// in UTC or in the zone of the stamp. Daily stamps in UTC that take two hours of the day, an hour apart, are a local hour with
/// summer time; nothing tells an opening from a close there, so they count as openings. Daily candles whose stamps are openings
/// are known a day after them, prices within a day
/// one usual step after their stamp, and any other daily price at its moment.
public struct DailyCloses: Hashable, Sendable {
  /// A price with its stamp.
  public struct Row: Hashable, Sendable {
    /// Midnight UTC for a date alone.
    public let instant: Instant
    /// Seconds east of Greenwich in which the stamp is written.
    public let offset: Int64
    public let price: Double

    public init(_ instant: Instant, offset: Int64 = 0, price: Double) {
      self.instant = instant
      self.offset = offset
      self.price = price
    }

    fileprivate var local: Int64 { instant.secondsSinceEpoch &+ offset }
  }

  public let history: PriceHistory
  /// For each close the moment from which on it may be used.
  public let knownAt: [Instant]
  /// Prices of a daily series behind which another of the same day stands.
  public let supersededCount: Int
  /// Days left out because their last prices are missing.
  public let partialDayCount: Int

  /// - Parameters:
  ///   - rows: By ascending moment; years 1900 to 9999.
  ///   - areOpenings: True where a stamp is known to be the beginning of its candle.
  /// - Throws: ``ScenarioError``: no price, one that is none, days out of order because stamps changed their zone.
  public init(name: String, rows: [Row], areOpenings: Bool) throws(ScenarioError) {
    let written = DailyCloses.days(of: rows, margin: 0)
    let isDaily = 2 * written.count { $0.count == 1 } > written.count
    let isOfSummerTime = isDaily && DailyCloses.hasSummerTime(rows)
    let isAroundMidnight = isDaily && DailyCloses.straddlesMidnight(rows)
    let days = isAroundMidnight ? DailyCloses.days(of: rows, margin: DailyCloses.margin) : written
    let ends = days.map { DailyCloses.secondOfDay(rows[$0.upperBound - 1]) }
    let usualEnd = ends.sorted()[safe: ends.count / 2] ?? 0
    let whole =
      isDaily
      ? Array(days.indices)
      : days.indices.filter { place in
        let short = usualEnd - ends[place]
        return short <= DailyCloses.summerTime || DailyCloses.earlyClose.contains(short)
      }
    let step = isDaily ? 0 : DailyCloses.usualStep(rows, days)
    var dates: [CalendarDate] = []
    var closes: [Double] = []
    var known: [Instant] = []
    for place in whole {
      let row = rows[days[place].upperBound - 1]
      let day = DailyCloses.day(row.local + (isAroundMidnight ? DailyCloses.margin : 0))
      guard let date = CalendarDate(daysSinceEpoch: Int(day)) else { continue }
      let wait: Int64
      if isDaily {
        wait =
          areOpenings || isAroundMidnight || isOfSummerTime || ends[place] == 0 ? DailyCloses.dayLength : 0
      } else {
        wait = step
      }
      dates.append(date)
      closes.append(row.price)
      known.append(Instant(secondsSinceEpoch: row.instant.secondsSinceEpoch + wait))
    }
    history = try PriceHistory(name: name, dates: dates, closes: closes)
    knownAt = known
    supersededCount = isDaily ? rows.count - days.count : 0
    partialDayCount = days.count - whole.count
  }

  /// The closes that were known at a moment; nil where none was.
  public func known(by moment: Instant) -> PriceHistory? {
    history.prefix(knownAt.firstIndex { $0 > moment } ?? knownAt.count)
  }

  // MARK: Days

  private static let dayLength: Int64 = 86_400
  private static let summerTime: Int64 = 3_600
  /// By how much an early close comes before the usual one: three hours, and up to half an hour of wider candles.
  private static let earlyClose: ClosedRange<Int64> = 10_800...12_600
  /// How far from midnight a stamp may lie and still be meant for it.
  private static let margin: Int64 = 7_200

  private static func day(_ local: Int64) -> Int64 {
    let (quotient, rest) = local.quotientAndRemainder(dividingBy: dayLength)
    return rest < 0 ? quotient - 1 : quotient
  }

  private static func secondOfDay(_ row: Row) -> Int64 { row.local - dayLength * day(row.local) }

  /// Neighbouring rows that share a day which begins `margin` seconds before midnight.
  private static func days(of rows: [Row], margin: Int64) -> [Range<Int>] {
    var days: [Range<Int>] = []
    var start = 0
    for index in rows.indices where index > 0 {
      guard day(rows[index].local + margin) != day(rows[start].local + margin) else { continue }
      days.append(start..<index)
      start = index
    }
    if !rows.isEmpty { days.append(start..<rows.count) }
    return days
  }

  /// Whether a tenth of the stamps or more lie shortly before midnight, as many shortly behind it, and none elsewhere.
  private static func straddlesMidnight(_ rows: [Row]) -> Bool {
    let seconds = rows.map(secondOfDay)
    let (before, behind) = (seconds.count { $0 >= dayLength - margin }, seconds.count { $0 < margin })
    return before + behind == rows.count && 10 * min(before, behind) >= rows.count
  }

  /// Whether the stamps, all of one offset, take two seconds of the day an hour apart, and both often.
  private static func hasSummerTime(_ rows: [Row]) -> Bool {
    guard let offset = rows.first?.offset, rows.allSatisfy({ $0.offset == offset }) else { return false }
    var counts: [Int64: Int] = [:]
    for row in rows {
      counts[secondOfDay(row), default: 0] += 1
      if counts.count > 2 { return false }
    }
    let hours = counts.keys.sorted()
    return hours.count == 2 && hours[1] - hours[0] == summerTime && 10 * (counts.values.min() ?? 0) >= rows.count
  }

  /// The middle one of the steps from price to price within days.
  private static func usualStep(_ rows: [Row], _ days: [Range<Int>]) -> Int64 {
    var steps: [Int64] = []
    for day in days {
      for index in day.dropFirst() {
        steps.append(rows[index].instant.secondsSinceEpoch - rows[index - 1].instant.secondsSinceEpoch)
      }
    }
    return steps.sorted()[safe: steps.count / 2] ?? dayLength
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
