import TestSupport
import Testing

@testable import Formats

@Suite("CSV reader")
struct CSVReaderTests {
  /// Pieces so small that every row is cut somewhere, and one that holds the whole file.
  static let pieceSizes = [16, 17, 23, 64, 1 << 16]

  struct Readable: Sendable {
    let title: String
    let text: String
    let rows: [[String]]
  }

  static let readable = [
    Readable(title: "plain rows", text: "a,b\n1,2\n3,4\n", rows: [["a", "b"], ["1", "2"], ["3", "4"]]),
    Readable(title: "no last newline", text: "a,b\n1,2", rows: [["a", "b"], ["1", "2"]]),
    Readable(title: "an empty last cell, no last newline", text: "a,b\n1,", rows: [["a", "b"], ["1", ""]]),
    Readable(title: "a quoted last cell, no last newline", text: "a,b\n1,\"2\"", rows: [["a", "b"], ["1", "2"]]),
    Readable(title: "CRLF", text: "a,b\r\n1,2\r\n", rows: [["a", "b"], ["1", "2"]]),
    Readable(title: "CRLF behind a quote", text: "a,b\r\n1,\"2\"\r\n", rows: [["a", "b"], ["1", "2"]]),
    Readable(title: "a byte order mark", text: "\u{FEFF}a,b\n1,2\n", rows: [["a", "b"], ["1", "2"]]),
    Readable(
      title: "a byte order mark and a quoted header", text: "\u{FEFF}\"a\",b\n1,2", rows: [["a", "b"], ["1", "2"]]),
    Readable(title: "only a header", text: "a,b\n", rows: [["a", "b"]]),
    Readable(title: "only a header, no newline", text: "a,b", rows: [["a", "b"]]),
    Readable(
      title: "quotes, commas and line breaks in quotes", text: "a,b\n\"x\"\"y\",\"1,\n2\"\n",
      rows: [["a", "b"], ["x\"y", "1,\n2"]]),
    Readable(title: "a cell of one quote", text: "a,b\n\"\"\"\",z\n", rows: [["a", "b"], ["\"", "z"]]),
    Readable(title: "empty cells, quoted or not", text: "a,b,c\n,\"\",\n", rows: [["a", "b", "c"], ["", "", ""]]),
    Readable(title: "one column and an empty row", text: "a\n\n1\n", rows: [["a"], [""], ["1"]]),
    Readable(
      title: "text beyond ASCII", text: "a,b\nžluť,日本\n🚢,é\n", rows: [["a", "b"], ["žluť", "日本"], ["🚢", "é"]]),
    Readable(
      title: "a carriage return in quotes", text: "a,b\n\"1\r2\",\"\r\n\"\n", rows: [["a", "b"], ["1\r2", "\r\n"]]),
    Readable(
      title: "cells longer than a piece",
      text: "a,b\n\(String(repeating: "x", count: 100)),\"\(String(repeating: "\"\"", count: 50))\"\n",
      rows: [["a", "b"], [String(repeating: "x", count: 100), String(repeating: "\"", count: 50)]]),
  ]

  @Test("What is read does not depend on where the file is cut", arguments: readable)
  func reads(_ example: Readable) throws {
    let folder = try TemporaryFolder()
    let path = folder.file(example.text)
    for size in Self.pieceSizes { #expect(try readTable(path, pieceSize: size) == example.rows, "pieces of \(size)") }
  }

  struct Broken: Sendable {
    let title: String
    let bytes: [UInt8]
    let message: String

    init(_ title: String, _ text: String, _ message: String) { self.init(title, Array(text.utf8), message) }

    init(_ title: String, _ bytes: [UInt8], _ message: String) {
      self.title = title
      self.bytes = bytes
      self.message = message
    }
  }

  static let broken = [
    Broken("an empty file", "", "1:1: error: found an empty file, wanted a header and rows"),
    Broken("only a byte order mark", "\u{FEFF}", "1:1: error: found an empty file, wanted a header and rows"),
    Broken(
      "an open quote", "a,b\n1,2\n3,\"4\n5,6\n",
      "3:3: error: found a quote that is never closed, wanted a closing quote"),
    Broken(
      "an open quote in the header", "a,\"b\n1,2\n",
      "1:3: error: found a quote that is never closed, wanted a closing quote"),
    Broken(
      "a quote inside a cell", "a,b\n1,2\"3\n",
      "2:4: error: found a quote inside a cell without quotes, wanted the cell in quotes"),
    Broken(
      "text behind a quote", "a,b\n1,\"2\"3\n",
      "2:6: error: found text behind a closing quote, wanted a comma or the end of the row"),
    Broken(
      "a row too short", "a,b\n1,2\n3\n", "3:2: error: found a row of 1 cell, wanted 2, as many as the header has"),
    Broken("a row too long", "a,b\n1,2,3\n", "2:5: error: found a row of 3 cells, wanted 2, as many as the header has"),
    Broken("a blank line", "a,b\n1,2\n\n", "3:1: error: found a row of 1 cell, wanted 2, as many as the header has"),
    Broken(
      "a last row too short", "a,b\n1,2\n3", "3:2: error: found a row of 1 cell, wanted 2, as many as the header has"),
    Broken(
      "a short row behind line breaks in quotes", "a,b\n\"1\n\n\",2\n3\n",
      "5:2: error: found a row of 1 cell, wanted 2, as many as the header has"),
    Broken(
      "a lone carriage return", "a,b\r1,2\r",
      "1:4: error: found a carriage return without a line feed, wanted rows that end in LF or CRLF"),
    Broken("a doubled column", "a,b,a\n1,2,3\n", "1:5: error: found column 'a' twice, wanted each column once"),
    Broken(
      "a byte that is not UTF-8", Array("a,b\n1,".utf8) + [0xFF] + Array("\n".utf8),
      "2:3: error: found byte 0xFF, which is not UTF-8 there, wanted text in UTF-8"),
    Broken(
      "UTF-16", [0xFF, 0xFE, 0x61, 0x00], "1:1: error: found byte 0xFF, which is not UTF-8 there, wanted text in UTF-8"),
    Broken(
      "a character cut off by the file's end", Array("a,b\n1,".utf8) + [0xE2, 0x82],
      "2:3: error: found byte 0xE2, which is not UTF-8 there, wanted text in UTF-8"),
    Broken(
      "bad UTF-8 before a broken row", Array("a,b\n".utf8) + [0x80, 0x2C, 0x31, 0x0A, 0x32, 0x0A],
      "2:1: error: found byte 0x80, which is not UTF-8 there, wanted text in UTF-8"),
  ]

  @Test("A broken file is refused with the place of the fault", arguments: broken)
  func refuses(_ example: Broken) throws {
    let folder = try TemporaryFolder()
    let path = folder.file(example.bytes)
    for size in Self.pieceSizes {
      let error = #expect(throws: FormatError.self) { try readTable(path, pieceSize: size) }
      #expect(error?.description == "\(path):\(example.message)", "pieces of \(size)")
    }
  }

  @Test("A file that is not there is no input, a directory is bad data")
  func files() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FormatError.noInput(file: folder.path + "/no.csv", reason: "No such file or directory")) {
      try readTable(folder.path + "/no.csv", pieceSize: 64)
    }
    let error = #expect(throws: FormatError.self) { try readTable(folder.path, pieceSize: 64) }
    #expect(error?.description == "\(folder.path):1:1: error: found a directory, wanted a file")
  }

  @Test("The number of rows is known once the file is open")
  func rowCount() throws {
    let folder = try TemporaryFolder()
    let reader = try CSVReader.open(folder.file("a,b\n1,2\n\"3\n\",4\n5,6"), pieceSize: 16)
    #expect(reader.rowCount == 3)
  }

  @Test("Random texts read as a plain reading, one character after the other, says")
  func agreesWithPlainReading() throws {
    var generator = SplitMix64(seed: 20_251_205)
    let folder = try TemporaryFolder()
    let pieces = ["a", "b", ",", ",", "\n", "\n", "\"", "\"\"", "\r\n", "é", "1.5", "\"x,\n\"", "longer text"]
    var readableCount = 0
    var differing: [String] = []
    for round in 0..<1000 {
      // Half of the texts have rows of one length, so that many are readable.
      var text = "h,i\n"
      for _ in 0..<Int.random(in: 0...8, using: &generator) {
        if round % 2 == 0 {
          text += (pieces.randomElement(using: &generator) ?? "")
        } else {
          text +=
            "\(Int.random(in: 0...9, using: &generator)),\(["x", "\"y\"\"\"", "", "\"\n\""].randomElement(using: &generator) ?? "")\n"
        }
      }
      let path = folder.file(text)
      let expected = PlainReading.rows(text)
      let found = try? readTable(path, pieceSize: Int.random(in: 16...40, using: &generator))
      // One expectation for all rounds: each costs more than the reading.
      if found != expected { differing.append("round \(round): \(text.debugDescription)") }
      if expected != nil { readableCount += 1 }
    }
    #expect(differing.isEmpty, "\(generator)")
    #expect(readableCount > 400)
  }
}

/// RFC 4180 a character at a time, as the grammar stands there.
private enum PlainReading {
  static func rows(_ text: String) -> [[String]]? {
    var rows: [[String]] = []
    var row: [String] = []
    var cell = ""
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count || !row.isEmpty {
      cell = ""
      if index < scalars.count, scalars[index] == "\"" {
        index += 1
        while true {
          guard index < scalars.count else { return nil }
          if scalars[index] == "\"" {
            guard index + 1 < scalars.count, scalars[index + 1] == "\"" else { break }
            index += 1
          }
          cell.unicodeScalars.append(scalars[index])
          index += 1
        }
        index += 1
      } else {
        while index < scalars.count, !",\r\n\"".unicodeScalars.contains(scalars[index]) {
          cell.unicodeScalars.append(scalars[index])
          index += 1
        }
      }
      row.append(cell)
      if index < scalars.count, scalars[index] == "," {
        index += 1
        continue
      }
      if index < scalars.count, scalars[index] == "\r" {
        index += 1
        guard index < scalars.count, scalars[index] == "\n" else { return nil }
      }
      guard index == scalars.count || scalars[index] == "\n" else { return nil }
      index += 1
      rows.append(row)
      row = []
    }
    guard rows.allSatisfy({ $0.count == rows[0].count }) else { return nil }
    return rows
  }
}
