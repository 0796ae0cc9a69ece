import Basics
import Foundation
import MarginRules
import TestSupport
import Testing

@testable import Formats

@Suite("Rulebooks in files")
struct RulebookFileTests {
  static let whole = """
    name: house-rule
    title: "House, a rule for tests"
    method: maximum-loss
    effective: 2025-01-01
    source: "this test"
    parameters:
      rate: 0.15
      basis: mark
      tiers:
        - {up_to: 10, rate: 0.005}
        - {rate: 0.0100}
    """

  static func read(_ text: String) throws -> RulebookFile {
    try RulebookFile(bytes: Array(text.utf8), path: "house.yaml")
  }

  @Test("Numbers are read from their digits, words and tables as they stand")
  func parameters() throws {
    let book = try Self.read(Self.whole).rulebook
    #expect(book.name == "house-rule")
    #expect(book.method == "maximum-loss")
    #expect(book.effective == (try CalendarDate(parsing: "2025-01-01")))
    #expect(try book.table.number("rate") == ExactAmount(numerator: 15, denominator: 100))
    let tiers = try book.table.tables("tiers")
    #expect(
      try tiers.map { try $0.number("rate") } == [
        ExactAmount(count: 5, decimals: 3), ExactAmount(count: 1, decimals: 2),
      ])
    #expect(tiers.map { $0.has("up_to") } == [true, false])
  }

  @Test("Every rulebook of the project is read and makes its rule")
  func project() throws {
    let shelf = try RulebookShelf(folders: ["\(Fixture.root)/Data/Rulebooks/margin"])
    #expect(shelf.names.contains("maximum-loss"))
    for file in shelf.files {
      #expect(try file.rule().name == file.rulebook.name)
      #expect(!file.rulebook.source.isEmpty)
    }
  }

  @Test("Of several dates the latest that is effective not after the day holds, whatever the files are called")
  func dates() throws {
    let folder = try TemporaryFolder()
    for (file, date) in [("a", "2025-06-01"), ("b", "2025-01-01"), ("c", "2025-09-01")] {
      _ = folder.file(Self.whole.replacing("2025-01-01", with: date), named: "\(file).yaml")
    }
    let shelf = try RulebookShelf(folders: [folder.path])
    #expect(shelf.names == ["house-rule"])
    func effective(_ day: String) throws -> String {
      "\(try shelf.file(named: "house-rule", on: try CalendarDate(parsing: day)).rulebook.effective)"
    }
    #expect(try effective("2025-05-31") == "2025-01-01")
    #expect(try effective("2025-06-01") == "2025-06-01")
    #expect(try effective("2025-08-31") == "2025-06-01")
    #expect(try effective("2099-01-01") == "2025-09-01")
    #expect(shelf.files(on: try CalendarDate(parsing: "2025-07-01")).map(\.rulebook.effective.month) == [6])
    let early = try CalendarDate(parsing: "2024-12-31")
    #expect(shelf.files(on: early).isEmpty)
    #expect(
      throws: RulebookLookupError.notYet("house-rule", on: early, first: try CalendarDate(parsing: "2025-01-01"))
    ) { try shelf.file(named: "house-rule", on: early) }
  }

  @Test("A name that is none is answered with those there are, and the nearest")
  func unknown() throws {
    let folder = try TemporaryFolder()
    _ = folder.file(Self.whole, named: "a.yaml")
    let shelf = try RulebookShelf(folders: [folder.path])
    let day = try CalendarDate(parsing: "2025-12-05")
    #expect(throws: RulebookLookupError.unknown("hous-rule", known: ["house-rule"], nearest: "house-rule")) {
      try shelf.file(named: "hous-rule", on: day)
    }
    let none = try RulebookShelf(folders: [folder.path + "/none-such"])
    #expect(none.files.isEmpty)
    #expect(throws: RulebookLookupError.unknown("x", known: [], nearest: nil)) { try none.file(named: "x", on: day) }
  }

  @Test("A file is taken by its path, whatever its date")
  func path() throws {
    let folder = try TemporaryFolder()
    let path = folder.file(Self.whole, named: "mine.yaml")
    let shelf = try RulebookShelf(folders: [])
    let day = try CalendarDate(parsing: "1999-01-01")
    #expect(try shelf.file(named: path, on: day).rulebook.name == "house-rule")
  }

  @Test("A folder before another covers its rulebooks; a name twice for one day in one folder is refused")
  func folders() throws {
    let near = try TemporaryFolder()
    let far = try TemporaryFolder()
    _ = near.file(Self.whole, named: "a.yaml")
    _ = far.file(Self.whole.replacing("House, a", with: "Far, a"), named: "a.yaml")
    _ = far.file(Self.whole.replacing("name: house-rule", with: "name: far-rule"), named: "b.yaml")
    _ = far.file("not a rulebook", named: "notes.txt")
    _ = far.file("not a rulebook", named: ".hidden.yaml")
    let shelf = try RulebookShelf(folders: [near.path, far.path])
    #expect(shelf.names == ["far-rule", "house-rule"])
    let day = try CalendarDate(parsing: "2025-12-05")
    #expect(try shelf.file(named: "house-rule", on: day).rulebook.title == "House, a rule for tests")
    _ = near.file(Self.whole, named: "b.yaml")
    #expect(throws: FormatError.self) { try RulebookShelf(folders: [near.path]) }
  }

  @Test(
    "A rulebook with one thing wrong is refused at its line",
    arguments: [
      ("name: house-rule", "name: House", 1), ("name: house-rule", "nmae: house-rule", 1),
      ("title: \"House, a rule for tests\"", "title: ''", 2), ("method: maximum-loss", "method: Maximum Loss", 3),
      ("effective: 2025-01-01", "effective: 2025-02-30", 4), ("effective: 2025-01-01", "effective: soon", 4),
      ("source: \"this test\"", "source: ''", 5), ("rate: 0.15", "rate:", 7), ("up_to: 10", "up_to: ~", 10),
      ("parameters:", "old:", 7),
    ])
  func refusals(_ found: String, _ replacement: String, _ line: Int) throws {
    let text = Self.whole.replacing(found, with: replacement)
    #expect(text != Self.whole)
    do {
      _ = try Self.read(text)
      Issue.record("read: \(replacement)")
    } catch FormatError.malformed(let place, _, _) {
      // A key that is missing is missed at the file's beginning.
      #expect(place.line == line || place.line == 1, "\(replacement)")
    }
  }

  @Test("A rule's own refusal stands at the parameter's line; an unknown method at the file's beginning")
  func rule() throws {
    do {
      _ = try Self.read(Self.whole).rule()
      Issue.record("made")
    } catch FormatError.refused(let place, let text) {
      #expect(place.line == 8)
      #expect(text.contains("basis"))
    }
    do {
      _ = try Self.read(Self.whole.replacing("method: maximum-loss", with: "method: none-such")).rule()
      Issue.record("made")
    } catch FormatError.refused(let place, let text) {
      #expect(place.line == 1)
      #expect(text.contains("maximum-loss"))
    }
  }
}
