import Basics
import TestSupport
import Testing

@Suite("Days of the calendar")
struct CalendarTests {
  @Test("Every day from 1900 to 2100, and each month's ends to 9999, follow one another")
  func countsDays() throws {
    var days = -25_567
    var weekday = 1
    for year in 1900...9999 {
      for month in 1...12 {
        // The lengths by the rhyme, and leap years counted here for themselves.
        let isLeap = (year % 400 == 0) || (year % 4 == 0 && year % 100 != 0)
        let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        #expect(CalendarDate(year: year, month: month, day: length + 1) == nil)
        for day in 1...length {
          defer {
            days += 1
            weekday = (weekday + 1) % 7
          }
          guard year <= 2100 || day == 1 || day == length else { continue }
          let date = try #require(CalendarDate(year: year, month: month, day: day))
          guard date.daysSinceEpoch == days, date.weekday == weekday, CalendarDate(daysSinceEpoch: days) == date else {
            Issue.record("\(date) is day \(date.daysSinceEpoch), wanted \(days); weekday \(date.weekday)")
            return
          }
        }
      }
    }
    #expect(days == 2_932_897)
    #expect(CalendarDate(daysSinceEpoch: days) == nil)
    #expect(CalendarDate(daysSinceEpoch: -25_568) == nil)
    #expect(CalendarDate(daysSinceEpoch: .max) == nil)
  }

  static let weekdays: [(text: String, weekday: Int)] = [
    ("1970-01-01", 4), ("1900-01-01", 1), ("2000-02-29", 2), ("2025-12-26", 5), ("9999-12-31", 5),
  ]

  @Test("Known days have their weekdays", arguments: weekdays)
  func weekday(text: String, weekday: Int) throws {
    #expect(try CalendarDate(parsing: text).weekday == weekday)
  }

  static let accepted: [(text: String, iso: String)] = [
    ("2025-12-26", "2025-12-26"), ("26DEC25", "2025-12-26"), ("26dec25", "2025-12-26"), ("5AUG23", "2023-08-05"),
    ("05AUG23", "2023-08-05"), ("29FEB00", "2000-02-29"), ("31DEC99", "2099-12-31"),
  ]

  @Test("Dates are read in ISO's and Deribit's form", arguments: accepted)
  func reads(text: String, iso: String) throws {
    #expect(try CalendarDate(parsing: text).description == iso)
  }

  @Test(
    "What is no date is refused",
    arguments: [
      "", "2025-13-01", "2025-00-10", "2025-02-29", "2025-04-31", "2025-1-01", "25-12-2026", "2025/12/26", "20251226",
      "0DEC25", "32DEC25", "26DEZ25", "26DEC2025", "DEC25", "29FEB25", "1899-12-31", "２０２５-12-26", "+025-12-26",
      "2025-12-26 ",
    ])
  func refuses(text: String) {
    #expect(throws: BasicsError.notADate(text)) { try CalendarDate(parsing: text) }
  }

  @Test("A date that is written reads back", arguments: [1, 2] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<500 {
      let date = try #require(CalendarDate(daysSinceEpoch: random.int(-25_567...2_932_896)))
      #expect(try CalendarDate(parsing: date.description) == date)
      if (2000...2099).contains(date.year) { #expect(try CalendarDate(parsing: date.deribitText) == date) }
      let days = random.int(-3_000_000...3_000_000)
      let later = date.adding(days: days)
      #expect(later.map { $0.daysSinceEpoch - date.daysSinceEpoch } ?? days == days)
      if let later { #expect((date < later) == (days > 0)) }
    }
    #expect(CalendarDate(year: 2025, month: 1, day: 1)?.adding(days: .max) == nil)
    #expect(CalendarDate(year: 1960, month: 1, day: 1)?.adding(days: .min) == nil)
  }
}

@Suite("Moments of time")
struct InstantTests {
  static let accepted: [(text: String, utc: String)] = [
    ("2025-12-05T01:10:00Z", "2025-12-05T01:10:00Z"), ("2025-12-05T01:10Z", "2025-12-05T01:10:00Z"),
    ("2025-12-05 01:10:59Z", "2025-12-05T01:10:59Z"), ("2025-12-05", "2025-12-05T00:00:00Z"),
    ("2025-12-05T01:10:00+01:00", "2025-12-05T00:10:00Z"), ("2025-12-31T23:00:00-05:30", "2026-01-01T04:30:00Z"),
    ("2025-12-05T01:10:00.000Z", "2025-12-05T01:10:00Z"), ("1900-01-01T00:00:01Z", "1900-01-01T00:00:01Z"),
  ]

  @Test("Instants are read with their offset and written in UTC", arguments: accepted)
  func reads(text: String, utc: String) throws {
    let instant = try Instant(parsing: text)
    #expect(instant.description == utc)
    #expect(try Instant(parsing: instant.description) == instant)
  }

  @Test(
    "What is no instant is refused",
    arguments: [
      "", "2025-12-05T", "2025-12-05T01:10", "2025-12-05T01:10:00", "2025-12-05T24:00:00Z", "2025-12-05T01:60:00Z",
      "2025-12-05T01:10:60Z", "2025-12-05T01:10:00.5Z", "2025-12-05T01:10:00.Z", "2025-12-05T01:10:00+1:00",
      "2025-12-05T01:10:00+24:00", "2025-02-29T00:00:00Z", "26DEC25T00:00:00Z", "2025-12-05T01:10:00ZZ",
      "2025-12-05x01:10:00Z",
    ])
  func refuses(text: String) {
    #expect(throws: BasicsError.notAnInstant(text)) { try Instant(parsing: text) }
  }

  @Test("Years are actual over 365 to the second, and never overflow")
  func years() throws {
    let start = try Instant(parsing: "2024-02-28T00:00:00Z")
    #expect(start.years(to: try Instant(parsing: "2025-02-27T00:00:00Z")) == 1)
    #expect(start.years(to: start) == 0)
    #expect(start.years(to: Instant(secondsSinceEpoch: start.secondsSinceEpoch - 31_536)) == -0.001)
    #expect(Instant(secondsSinceEpoch: .min).years(to: Instant(secondsSinceEpoch: .max)) == .infinity)
    #expect(Instant(secondsSinceEpoch: .max).years(to: Instant(secondsSinceEpoch: .min)) == -.infinity)
  }

  @Test("A moment outside the calendar has no date and still a description")
  func outside() {
    #expect(Instant(secondsSinceEpoch: .min).date == nil)
    #expect(Instant(secondsSinceEpoch: .max).description == "9223372036854775807 s")
    #expect(Instant(secondsSinceEpoch: -1).description == "1969-12-31T23:59:59Z")
  }
}
