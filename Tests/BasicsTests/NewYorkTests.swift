import Basics
import Testing

@Suite("New York's clock and trading days")
struct NewYorkTests {
  private static func day(_ year: Int, _ month: Int, _ day: Int) throws -> CalendarDate {
    try #require(CalendarDate(year: year, month: month, day: day))
  }

  /// The `count`th `weekday` of a month, found by walking.
  private static func nth(_ count: Int, _ weekday: Int, _ year: Int, _ month: Int) throws -> CalendarDate {
    var date = try day(year, month, 1)
    while date.weekday != weekday { date = try #require(date.adding(days: 1)) }
    return try #require(date.adding(days: 7 * (count - 1)))
  }

  static let clock: [(date: String, hour: Int, utc: String)] = [
    ("2025-03-08", 16, "2025-03-08T21:00:00Z"), ("2025-03-09", 1, "2025-03-09T06:00:00Z"),
    ("2025-03-09", 3, "2025-03-09T07:00:00Z"), ("2025-11-01", 16, "2025-11-01T20:00:00Z"),
    ("2025-11-02", 1, "2025-11-02T05:00:00Z"), ("2025-11-02", 2, "2025-11-02T07:00:00Z"),
    ("2007-03-11", 16, "2007-03-11T20:00:00Z"), ("2007-11-04", 16, "2007-11-04T21:00:00Z"),
    ("2025-07-01", 9, "2025-07-01T13:00:00Z"), ("2025-01-15", 9, "2025-01-15T14:00:00Z"),
  ]

  @Test("The clock goes forward in March and back in November", arguments: clock)
  func showsClock(date: String, hour: Int, utc: String) throws {
    #expect(try NewYork.instant(CalendarDate(parsing: date), hour: hour).description == utc)
  }

  @Test("The boundaries are the second Sunday of March and the first of November in every year")
  func boundaries() throws {
    for year in 2007...2099 {
      let (spring, autumn) = (try Self.nth(2, 0, year, 3), try Self.nth(1, 0, year, 11))
      for (sunday, before, after) in [(spring, 5, 4), (autumn, 4, 5)] {
        let eve = try #require(sunday.adding(days: -1))
        #expect(try NewYork.instant(eve, hour: 12) == Instant(eve, hour: 12 + before))
        #expect(try NewYork.instant(sunday, hour: 12) == Instant(sunday, hour: 12 + after))
      }
    }
  }

  @Test("Before 2007 the rule is not known")
  func beforeRule() throws {
    let date = try Self.day(2006, 12, 31)
    #expect(throws: BasicsError.beforeNewYorkRule("2006-12-31")) { try NewYork.close(date) }
    #expect(throws: BasicsError.beforeNewYorkRule("2006-12-31")) { try NewYork.open(date) }
  }

  @Test("The market closes at four, on an early day at one")
  func closes() throws {
    #expect(try NewYork.close(Self.day(2025, 12, 24)).description == "2025-12-24T18:00:00Z")
    #expect(try NewYork.close(Self.day(2025, 12, 26)).description == "2025-12-26T21:00:00Z")
    #expect(try NewYork.close(Self.day(2025, 7, 3)).description == "2025-07-03T17:00:00Z")
    #expect(try NewYork.open(Self.day(2025, 12, 19)).description == "2025-12-19T14:30:00Z")
    // The lists hold years of two digits; a century later they say nothing.
    #expect(try NewYork.close(Self.day(2107, 7, 5)) == NewYork.instant(Self.day(2107, 7, 5), hour: 16))
    #expect(try NewYork.close(Self.day(2125, 7, 3)) == NewYork.instant(Self.day(2125, 7, 3), hour: 16))
  }

  @Test("The day after Thanksgiving is early in every year of the data")
  func thanksgiving() throws {
    for year in 2007...2028 {
      let thursday = try Self.nth(4, 4, year, 11)
      let friday = try #require(thursday.adding(days: 1))
      #expect(NewYork.tradingDay(onOrBefore: thursday) < thursday, "\(thursday)")
      #expect(NewYork.tradingDay(onOrBefore: friday) == friday)
      #expect(try NewYork.close(friday) == NewYork.instant(friday, hour: 13), "\(friday)")
    }
  }

  /// Easter Sunday: Meeus, "Astronomical Algorithms", chapter 8.
  private static func easter(_ year: Int) throws -> CalendarDate {
    let (a, b, c) = (year % 19, year / 100, year % 100)
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25)
    let g = (b - f + 1) / 3
    let h = (19 * a + b - d - g + 15) % 30
    let (i, k) = (c / 4, c % 4)
    let l = (32 + 2 * e + 2 * i - h - k) % 7
    let m = (a + 11 * h + 22 * l) / 451
    let sum = h + l - 7 * m + 114
    return try day(year, sum / 31, sum % 31 + 1)
  }

  @Test("Good Friday and the Monday holidays are closed in every year of the data")
  func movableHolidays() throws {
    for year in 2007...2028 {
      let goodFriday = try #require(Self.easter(year).adding(days: -2))
      var lastMondayOfMay = try Self.nth(4, 1, year, 5)
      if let fifth = lastMondayOfMay.adding(days: 7), fifth.month == 5 { lastMondayOfMay = fifth }
      let mondays = [
        try Self.nth(3, 1, year, 1), try Self.nth(3, 1, year, 2), lastMondayOfMay, try Self.nth(1, 1, year, 9),
      ]
      for holiday in mondays + [goodFriday] {
        #expect(NewYork.tradingDay(onOrBefore: holiday) < holiday, "\(holiday)")
      }
    }
  }

  @Test("A holiday on a Sunday is kept on Monday, on a Saturday on Friday (New Year's is not)")
  func fixedHolidays() throws {
    for year in 2007...2028 {
      for (month, day, since) in [(1, 1, 2007), (6, 19, 2022), (7, 4, 2007), (12, 25, 2007)] where year >= since {
        let date = try Self.day(year, month, day)
        if month == 1, date.weekday == 6 { continue }
        let kept = try #require(date.adding(days: date.weekday == 6 ? -1 : date.weekday == 0 ? 1 : 0))
        #expect(NewYork.tradingDay(onOrBefore: kept) < kept, "\(kept)")
      }
    }
  }

  @Test("A year has 249 to 253 trading days, so no list holds a wrong day too many")
  func tradingDays() throws {
    for year in 2007...2028 {
      let start = try Self.day(year, 1, 1)
      let open = (0..<365).compactMap { start.adding(days: $0) }.filter { NewYork.tradingDay(onOrBefore: $0) == $0 }
      #expect((249...253).contains(open.count), "\(year): \(open.count)")
    }
  }

  @Test("A Saturday expiry is Friday's, and Good Friday's is Thursday's")
  func expiryDays() throws {
    #expect(try NewYork.tradingDay(onOrBefore: Self.day(2013, 1, 19)) == Self.day(2013, 1, 18))
    #expect(try NewYork.tradingDay(onOrBefore: Self.day(2014, 4, 19)) == Self.day(2014, 4, 17))
    #expect(try NewYork.tradingDay(onOrBefore: Self.day(2012, 10, 30)) == Self.day(2012, 10, 26))
    #expect(try NewYork.tradingDay(onOrBefore: Self.day(2025, 12, 26)) == Self.day(2025, 12, 26))
  }
}
