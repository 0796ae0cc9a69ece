import Basics
import TestSupport
import Testing

@testable import Formats

@Suite("CSV writer")
struct CSVWriterTests {
  static func written(_ body: (inout CSVWriter) throws -> Void) rethrows -> String {
    var writer = CSVWriter(capacity: 0)
    try body(&writer)
    return writer.text
  }

  @Test(
    "Only texts that need quotes have them",
    arguments: [
      ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""),
      ("a\rb", "\"a\rb\""),
      (" spaces ", " spaces "), ("\"", "\"\"\"\""), ("žluť", "žluť"), ("=1+1", "=1+1"),
    ])
  func quotes(_ text: String, _ cell: String) { #expect(Self.written { $0.cell(text) } == cell) }

  @Test("Rows end in LF, cells are parted by commas, empty ones too")
  func rows() {
    let text = Self.written { writer in
      writer.row(["a", "b", "c"])
      writer.emptyCell()
      writer.cell(true)
      writer.cell(nil as String?)
      writer.endRow()
      writer.cell(-3)
      writer.emptyCells(2)
      writer.endRow()
    }
    #expect(text == "a,b,c\n,true,\n-3,,\n")
  }

  @Test("Exact amounts are plain decimals, others rounded at the 8th: losses up, profits down")
  func amounts() throws {
    let third = try ExactAmount(parsing: "1/3")
    let tiny = try ExactAmount(parsing: "0.000000001")
    let text = try Self.written { writer in
      writer.cell(third, rounding: .up)
      writer.cell(third, rounding: .down)
      writer.cell(-third, rounding: .up)
      writer.cell(-third, rounding: .down)
      writer.cell(tiny, rounding: .down)
      writer.cell(try ExactAmount(parsing: "-12.50"), rounding: .up)
      writer.cell(nil as ExactAmount?, rounding: .up)
      writer.cell(try Money(parsing: "1234.5", currency: .usd))
      writer.cell(Money(minorUnits: 1, currency: .btc))
    }
    #expect(text == "0.33333334,0.33333333,-0.33333333,-0.33333334,0.000000001,-12.5,,1234.50,0.00000001")
  }

  @Test("What is written reads back as itself")
  func roundTrip() throws {
    var generator = SplitMix64(seed: 11)
    let folder = try TemporaryFolder()
    let pieces = ["a", ",", "\"", "\n", "\r\n", "é", " ", "0", "\""]
    for round in 0..<150 {
      let width = Int.random(in: 1...4, using: &generator)
      var table = [(0..<width).map { "column\($0)" }]
      for _ in 0..<Int.random(in: 0...5, using: &generator) {
        table.append(
          (0..<width).map { _ in
            (0..<Int.random(in: 0...6, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
              .joined()
          })
      }
      let text = Self.written { writer in for row in table { writer.row(row) } }
      let found = try readTable(folder.file(text), pieceSize: 32)
      #expect(found == table, "\(generator), round \(round)")
    }
  }
}
