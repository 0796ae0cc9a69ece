import Basics
import TestSupport
import Testing

@testable import Scenarios

@Suite("Closes of days out of stamped prices")
struct DailyClosesTests {
  /// The seconds east of Greenwich of a stamp's last six characters.
  private func row(_ stamp: String, price: Double) throws -> DailyCloses.Row {
    let instant = try Instant(parsing: stamp)
    let local = stamp.hasSuffix("Z") || stamp.count == 10 ? instant : try Instant(parsing: stamp.dropLast(6) + "Z")
    return DailyCloses.Row(
      instant, offset: local.secondsSinceEpoch - instant.secondsSinceEpoch, price: price)
  }

  private func closes(_ stamps: [String], areOpenings: Bool = false) throws -> DailyCloses {
    try DailyCloses(
      name: "ABC", rows: try stamps.enumerated().map { try row($1, price: Double($0 + 1)) }, areOpenings: areOpenings)
  }

  /// The last Sundays of March and October 2024 in Europe, and the dates about them in America.
  static let daily: [(name: String, winter: String, summer: String)] = [
    ("dates alone", "", ""), ("midnight in UTC", "T00:00:00Z", "T00:00:00Z"),
    ("New York's close in UTC", "T21:00:00Z", "T20:00:00Z"),
    ("New York's close in its own zone", "T16:00:00-05:00", "T16:00:00-04:00"),
    ("midnight in New York", "T00:00:00-05:00", "T00:00:00-04:00"),
    ("midnight in Berlin", "T00:00:00+01:00", "T00:00:00+02:00"),
  ]

  @Test("A daily series keeps every close through summer time, on the dates as they are written", arguments: 0..<6)
  func summerTime(index: Int) throws {
    let (name, winter, summer) = Self.daily[index]
    var stamps: [String] = []
    var dates: [CalendarDate] = []
    for offset in 0..<504 {
      let date = try HistorySample.date(offset)
      dates.append(date)
      let isSummer = (date.month, date.day) >= (3, 31) && (date.month, date.day) < (10, 27)
      stamps.append("\(date)" + (isSummer ? summer : winter))
    }
    let closes = try closes(stamps)
    #expect(closes.history.dates == dates && closes.history.closes.count == 504, "\(name)")
    #expect(closes.supersededCount == 0 && closes.partialDayCount == 0, "\(name)")
    #expect(zip(closes.knownAt, closes.knownAt.dropFirst()).allSatisfy { $0 < $1 }, "\(name)")
  }

  @Test("London's midnight written in UTC lies on both sides of a day's border, and each close is its own day's")
  func aroundMidnight() throws {
    var stamps: [String] = []
    var dates: [CalendarDate] = []
    for offset in 0..<366 {
      let date = try HistorySample.date(offset)
      dates.append(date)
      // On the Sunday itself midnight is still in winter time.
      let isSummer = (date.month, date.day) > (3, 31) && (date.month, date.day) <= (10, 27)
      stamps.append(isSummer ? "\(try HistorySample.date(offset - 1))T23:00:00Z" : "\(date)T00:00:00Z")
    }
    let closes = try closes(stamps)
    #expect(closes.history.dates == dates && closes.supersededCount == 0)
    #expect(closes.knownAt[200] == (try Instant(parsing: stamps[201])))
  }

  @Test("Within days the last price is the close, hours may shift, and a day that lost its end is left out")
  func intraday() throws {
    var stamps: [String] = []
    for (day, last) in [(1, 23), (2, 23), (3, 22), (4, 15), (5, 23), (6, 9)] {
      for hour in 0...last { stamps.append("2024-01-0\(day)T\(hour < 10 ? "0" : "")\(hour):00:00Z") }
    }
    let closes = try closes(stamps)
    #expect(closes.history.dates.map(\.day) == [1, 2, 3, 5] && closes.partialDayCount == 2)
    #expect(closes.history.closes == [24, 48, 71, 111] && closes.supersededCount == 0)
    #expect(closes.knownAt[0] == (try Instant(parsing: "2024-01-02T00:00:00Z")))
    #expect(closes.knownAt[2] == (try Instant(parsing: "2024-01-03T23:00:00Z")))
  }

  @Test("In a daily series the later of two prices of a day is its close, and the other is counted")
  func superseded() throws {
    let closes = try closes([
      "2024-01-02T21:00:00Z", "2024-01-03T21:00:00Z", "2024-01-04T21:00:00Z", "2024-01-05T15:00:00Z",
      "2024-01-05T21:00:00Z",
    ])
    #expect(closes.history.closes == [1, 2, 3, 5] && closes.supersededCount == 1)
  }

  @Test("A close is known when its day is over, or at its moment, or when its candle ends")
  func known() throws {
    for (stamps, areOpenings, moments) in [
      (["2024-01-02", "2024-01-03"], false, ["2024-01-03T00:00:00Z", "2024-01-04T00:00:00Z"]),
      (
        ["2024-01-02T00:00:00-05:00", "2024-01-03T00:00:00-05:00"], false,
        ["2024-01-03T05:00:00Z", "2024-01-04T05:00:00Z"]
      ),
      (
        ["2024-01-02T21:00:00Z", "2024-01-03T21:00:00Z"], false, ["2024-01-02T21:00:00Z", "2024-01-03T21:00:00Z"]
      ),
      (["2024-01-02T14:30:00Z", "2024-01-03T14:30:00Z"], true, ["2024-01-03T14:30:00Z", "2024-01-04T14:30:00Z"]),
    ] as [([String], Bool, [String])] {
      let closes = try closes(stamps, areOpenings: areOpenings)
      #expect(closes.knownAt.map(\.description) == moments)
      let first = closes.knownAt[0]
      #expect(closes.known(by: first)?.closes == [1])
      #expect(closes.known(by: Instant(secondsSinceEpoch: first.secondsSinceEpoch - 1)) == nil)
      #expect(closes.known(by: closes.knownAt[1])?.closes == [1, 2])
    }
  }

  @Test("Nothing, and days that run backwards because the zone changed, are refused")
  func refusals() throws {
    #expect(throws: ScenarioError.tooFew("closes of ABC", found: 0, wanted: 1)) { try closes([]) }
    #expect(throws: ScenarioError.self) { try closes(["2024-01-03T01:00:00+09:00", "2024-01-02T18:00:00-05:00"]) }
  }
}
