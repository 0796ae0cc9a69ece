import Basics
import Foundation
import Scenarios
import Testing

@testable import Formats

@Suite("History file")
struct HistoryFileTests {
  private func read(_ text: String, name: String = "BTC") throws -> HistoryFile {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
      try HistoryFile(folder.file(Array(text.utf8), named: "h.csv"), name: name)
    }
  }

  /// What a refused file is told, without the folder's name.
  private func refusal(_ text: String) -> String? {
    do {
      _ = try read(text)
      return nil
    } catch {
      let message = "\(error)"
      guard let name = message.range(of: "/h.csv") else { return message }
      return String(message[name.upperBound...])
    }
  }

  static let sameFiles: [(name: String, text: String)] = [
    ("plain", "date,close\n2024-01-02,10\n2024-01-03,11.5\n2024-01-05,12\n"),
    (
      "closes first, carriage returns, no last newline",
      "close,date\r\n10,2024-01-02\r\n11.5,2024-01-03\r\n12,2024-01-05"
    ),
    (
      "candles with a time",
      "timestamps,open,high,low,close,volume\n2024-01-02 00:00:00,1,2,1,10,5\n2024-01-03 00:00:00,1,2,1,11.5,5\n2024-01-05 00:00:00,1,2,1,12,5\n"
    ),
    ("capitals", "DATE,OPEN,CLOSE\n2024-01-02,1,10\n2024-01-03,1,11.5\n2024-01-05,1,12\n"),
    (
      "a series by its name, with a holiday",
      "observation_date,SP500\n2024-01-02,10\n2024-01-03,1.15e1\n2024-01-04,\n2024-01-05,12\n"
    ),
    ("milliseconds", "open_time_ms,close\n1704153600000,10\n1704240000000,11.5\n1704412800000,12\n"),
    ("seconds", "time,close\n1704153600,10\n1704240000,11.5\n1704412800,12\n"),
    ("zones", "time,close\n2024-01-02T01:00:00+01:00,10\n2024-01-03T00:00:00Z,11.5\n2024-01-05T00:00Z,12\n"),
    (
      "several series in a file",
      ",BTC:open,BTC:close,ETH:close\n2024-01-02,1,10,7\n2024-01-03,1,11.5,8\n2024-01-05,1,12,9\n"
    ),
    (
      "bars of twelve hours",
      "time,close\n2024-01-02 00:00,9\n2024-01-02 12:00,10\n2024-01-03 12:00,11.5\n2024-01-04 00:00,99\n2024-01-05 00:00,3\n2024-01-05 12:00,12\n"
    ),
  ]

  @Test("A close far from the one before it is told with its row, and taken")
  func largeMoves() throws {
    let days = (1...9).map { "2024-01-0\($0)" }
    func text(_ closes: [String]) -> String {
      "date,close\n" + zip(days, closes).map { "\($0),\($1)\n" }.joined()
    }
    #expect(try read(text(["180", "181", "260", "180"])).warnings.isEmpty, "44 percent up is a move like others")
    let slip = try read(text(["180", "18000", "181"]))
    #expect(slip.history.closes == [180, 18000, 181])
    let ends = slip.warnings.map { warning in
      warning.range(of: "/h.csv").map { String(warning[$0.upperBound...]) } ?? warning
    }
    #expect(
      ends == [
        ":3:12: warning: found 18000 after 180 on 2024-01-02, a move of +9900 %, taken as it stands",
        ":4:12: warning: found 181 after 18000 on 2024-01-03, a move of -99 %, taken as it stands",
      ])
    let many = try read(text(["1", "10", "1", "10", "1", "10"])).warnings
    #expect(many.count == 4 && many.last == "warning: 2 more moves as large")
    // A volatility index doubles, and a gap of a month is no day.
    let folder = try TemporaryFolder()
    let path = folder.file(Array(text(["17", "37", "30"]).utf8), named: "v.csv")
    #expect(try HistoryFile(path, name: "VIX", isVolatility: true).warnings.isEmpty)
    #expect(try HistoryFile(path, name: "VIX").warnings.count == 1)
    #expect(try read("date,close\n2024-01-02,10\n2024-02-02,20\n").warnings.isEmpty)
  }

  @Test("One history, written in many ways", arguments: sameFiles.map(\.name))
  func reads(name: String) throws {
    let text = try #require(Self.sameFiles.first { $0.name == name }).text
    let file = try read(text)
    #expect(file.history.dates.map(\.description) == ["2024-01-02", "2024-01-03", "2024-01-05"])
    #expect(file.history.closes == [10, 11.5, 12])
    #expect(file.holidayCount == (name.contains("holiday") ? 1 : 0))
    #expect(file.closes.partialDayCount == (name.contains("twelve") ? 1 : 0))
  }

  @Test("Candles are known at their end: where there are opening prices, or times are called openings")
  func openings() throws {
    for (text, moment) in [
      ("date,close\n2024-01-02T14:30:00Z,10\n2024-01-03T14:30:00Z,11\n", "2024-01-02T14:30:00Z"),
      ("date,open,close\n2024-01-02T14:30:00Z,9,10\n2024-01-03T14:30:00Z,9,11\n", "2024-01-03T14:30:00Z"),
      ("date,BTC:Open,BTC:close\n2024-01-02T14:30:00Z,9,10\n2024-01-03T14:30:00Z,9,11\n", "2024-01-03T14:30:00Z"),
      ("open_time,close\n2024-01-02T14:30:00Z,10\n2024-01-03T14:30:00Z,11\n", "2024-01-03T14:30:00Z"),
      ("date,close\n2024-01-02,10\n2024-01-03,11\n", "2024-01-03T00:00:00Z"),
    ] {
      #expect(try read(text).closes.knownAt[0].description == moment, "\(text)")
    }
  }

  @Test("The date of a stamp is that of its own zone")
  func zones() throws {
    let file = try read(
      "date,close\n2024-03-29 00:00:00+01:00,1\n2024-04-01 00:00:00+02:00,2\n2024-04-02 16:00:00-04:00,3\n")
    #expect(file.history.dates.map(\.description) == ["2024-03-29", "2024-04-01", "2024-04-02"])
  }

  @Test("A compressed file is the same")
  func compressed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/h.csv.gz"
    var sink = try OutputSink(path)
    try sink.write("date,close\n2024-01-02,10\n")
    try sink.finish()
    #expect(try HistoryFile(path, name: "BTC").history.closes == [10])
  }

  @Test(
    "What is no history is refused with its place",
    arguments: [
      ("date,close\n2024-01-03,1\n2024-01-02,1\n", ":3:1: error: found '2024-01-02', wanted a time after 2024-01-03"),
      ("date,close\n2024-01-02,1\n2024-01-02,1\n", ":3:1: error: found '2024-01-02', wanted each time once"),
      ("date,close\n2024-01-02,0\n", ":2:12: error: found '0', wanted a price above 0, or an empty cell for a holiday"),
      (
        "date,close\n2024-01-02,-3\n",
        ":2:12: error: found '-3', wanted a price above 0, or an empty cell for a holiday"
      ),
      (
        "date,close\n2024-01-02,nan\n",
        ":2:12: error: found 'nan', wanted a price above 0, or an empty cell for a holiday"
      ),
      (
        "date,close\n2024-13-02,1\n",
        ":2:1: error: found '2024-13-02', wanted a date or time in ISO 8601, or milliseconds since 1970"
      ),
      (
        "date,close\n,1\n",
        ":2:1: error: found an empty cell, wanted a date or time in ISO 8601, or milliseconds since 1970"
      ),
      ("date,close\n2024-01-02,\n", ":1:6: error: found 0 closes of BTC, wanted at least 1"),
      (
        "day,close\n2024-01-02,1\n",
        ":1:1: error: found columns day, close, wanted one of date, time, timestamp, datetime, observation_date, open_time_ms among them"
      ),
      ("date,time,close\n2024-01-02,1,1\n", ":1:6: error: found columns 'date' and 'time', wanted one column of times"),
      (
        "date,open,high\n2024-01-02,1,1\n",
        ":1:1: error: found columns date, open, high, wanted a column 'close', 'BTC:close' or 'BTC' among them"
      ),
      ("", ":1:1: error: found an empty file, wanted a header and rows"),
    ])
  func refusals(text: String, message: String) { #expect(refusal(text) == message) }
}
