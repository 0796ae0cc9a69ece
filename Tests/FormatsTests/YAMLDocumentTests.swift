import TestSupport
import Testing

@testable import Formats

@Suite("YAML and JSON")
struct YAMLDocumentTests {
  static func read(_ text: String) throws(FormatError) -> YAMLValue {
    try YAMLDocument(bytes: Array(text.utf8), file: "in.yaml").root
  }

  /// Line, column, found and wanted of the refusal; nil where there is none.
  static func refusal(_ text: String) -> (line: Int, found: String, wanted: String)? {
    do { _ = try read(text) } catch {
      guard case .malformed(let place, let found, let wanted) = error else { return nil }
      return (place.line, found, wanted)
    }
    return nil
  }

  struct Refusal: Sendable, CustomStringConvertible {
    let description: String
    let text: String
    let line: Int
    let found: String

    static let table = [
      Refusal(description: "nothing", text: "", line: 1, found: "an empty file"),
      Refusal(description: "comments alone", text: "# one\n# two\n", line: 1, found: "an empty file"),
      Refusal(description: "a key twice", text: "a: 1\nb: 2\na: 3\n", line: 1, found: "key 'a' twice"),
      Refusal(description: "a key twice, once in quotes", text: "a: 1\n\"a\": 2\n", line: 1, found: "key 'a' twice"),
      Refusal(description: "a number twice", text: "1: 1\n\"1\": 2\n", line: 1, found: "key '1' twice"),
      Refusal(
        description: "a date twice", text: "2025-12-26: 1\n'2025-12-26': 2\n", line: 1, found: "key '2025-12-26' twice"),
      Refusal(description: "a key twice, inside", text: "x:\n  - {b: 1, b: 2}\n", line: 2, found: "key 'b' twice"),
      Refusal(description: "two documents", text: "a: 1\n---\nb: 2\n", line: 2, found: "but found another document"),
      Refusal(description: "an anchor", text: "a: &x 1\n", line: 1, found: "an anchor"),
      Refusal(description: "an anchor on a key", text: "b: 1\n&x a: 1\n", line: 2, found: "an anchor"),
      Refusal(description: "an anchor on a list", text: "b: 1\na: &x-1_y [1, 2]\n", line: 2, found: "an anchor"),
      Refusal(description: "an alias", text: "a: &x [1]\nb: *x\n", line: 1, found: "an anchor"),
      Refusal(description: "an alias of nothing", text: "a: 1\nb: *x\n", line: 2, found: "found undefined alias"),
      Refusal(
        description: "an anchor behind an apostrophe that opens nothing", text: "a: it\n  'is\nb: &x [1]\n", line: 3,
        found: "an anchor"),
      Refusal(
        description: "an anchor behind a block of text", text: "a: |\n  'quote\n  # no comment\nb: &x 1\n", line: 4,
        found: "an anchor"),
      Refusal(
        description: "an anchor behind a quoted quote", text: "a: 'it''s'\nb: \"\\\"\"\nc: &x 1\n", line: 3,
        found: "an anchor"),
    ]
  }

  @Test("What no file of the program may hold is refused at its line", arguments: Refusal.table)
  func refusals(_ row: Refusal) throws {
    let refusal = try #require(Self.refusal(row.text))
    #expect(refusal.found == row.found)
    #expect(refusal.line == row.line)
  }

  @Test(
    "Stars and ampersands in words, quotes and comments are no anchors",
    arguments: [
      "a: R&D *b*\n", "# see *this and &that\na: 1\n", "a: 'x &y *z'\n", "a: \"x &y \\\" *z\"\n",
      "a: |\n  &x *y [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n", "a: it's &x\n", "a: b # [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ &x\n",
      "a: 'it''s [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ &x'\n",
    ])
  func words(_ text: String) throws {
    #expect(try Self.read(text)["a"]?.text != nil)
  }

  @Test("A tree of aliases ends at its first anchor, in no time")
  func aliasBomb() throws {
    var lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in 1...30 {
      let aliases = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      lines.append("a\(level): &a\(level) [\(aliases)]")
    }
    // As a key it would be hashed, node by node.
    lines.append("? *a30\n: 1")
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(Self.refusal(lines.joined(separator: "\n"))?.found == "an anchor")
    }
    #expect(time < .seconds(2))
  }

  @Test("Nesting is allowed to a limit")
  func depth() throws {
    let limit = YAMLDocument.depthLimit
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
      func nested(_ levels: Int) -> String {
        "a: " + String(repeating: open, count: levels) + String(repeating: close, count: levels)
      }
      // The mapping around it is a level of its own.
      #expect(Self.refusal(nested(limit - 1)) == nil)
      #expect(Self.refusal(nested(limit))?.found == "deeper nesting")
    }
  }

  @Test(
    "Nesting without end is refused and does no harm",
    arguments: [
      "[", "{", "{a: ", "[{", "- ", "? ", "[? ", "{? ", "a:\n ", "\"x", "[[[]", "!x [", "? -\n",
    ])
  func endless(_ piece: String) throws {
    for prefix in ["", "a: it\n  'is\nb: ", "a: |\n  \"\nb: "] {
      let refusal = Self.refusal(prefix + String(repeating: piece, count: 100_000))
      #expect(refusal != nil)
    }
    // Each a step further in than the one before it.
    var stairs = ""
    for level in 0..<1500 { stairs += String(repeating: " ", count: level) + "a:\n" }
    #expect(Self.refusal(stairs)?.found == "deeper nesting")
  }

  @Test(
    "Text keeps its digits, whatever YAML takes it for",
    arguments: [
      "1e5", "0x10", "1_000", ".inf", ".nan", "yes", "2025-12-26", "2025-12-05T01:10:00Z", "010", "0o17", "+5", "1:30",
      "92529.80714286", "0.1000", "12345678901234567890.123",
    ])
  func rawText(_ text: String) throws {
    #expect(try Self.read("a: \(text)")["a"]?.text == text)
    #expect(try Self.read("{\"a\": \"\(text)\"}")["a"]?.text == text)
    #expect(try Self.read("a: [\(text)]")["a"]?.items().map(\.text) == [text])
  }

  @Test(
    "An empty value, a tilde and null are no value; in quotes they are words",
    arguments: ["", "~", "null", "Null", "NULL"])
  func null(_ text: String) throws {
    #expect(try Self.read("a: \(text)\nb: 1")["a"] == nil)
    #expect(try Self.read("a: '\(text)'\nb: 1")["a"]?.text == text)
  }

  @Test("Bytes that are no text, and a file beyond the limit, are refused")
  func bytes() throws {
    for bytes in [[0xFF], Array("a: ".utf8) + [0xC3, 0x28], [0xED, 0xA0, 0x80]] as [[UInt8]] {
      #expect(throws: FormatError.self) { try YAMLDocument(bytes: bytes, file: "in.yaml") }
    }
    let long = [UInt8](repeating: UInt8(ascii: "#"), count: YAMLDocument.byteLimit + 1)
    #expect(throws: FormatError.self) { try YAMLDocument(bytes: long, file: "in.yaml") }
    let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("a: 1\r\nb: 2\r\n".utf8)
    #expect(try YAMLDocument(bytes: marked, file: "in.yaml").root["b"]?.text == "2")
    #expect(Self.refusal("a: \u{0}")?.line == 1)
  }

  @Test("JSON is read, tabs and escapes and all")
  func json() throws {
    let root = try Self.read("{\n\t\"name\":\"a \\\"b\\\" \\u00e9\",\n\t\"legs\":[\n\t\t{\"price\":0.0090}\n\t]\n}\n")
    #expect(root["name"]?.text == "a \"b\" é")
    #expect(try root["legs"]?.items().first?["price"]?.text == "0.0090")
  }

  @Test("A message says where, by line and by path")
  func places() throws {
    let root = try Self.read("underlyings:\n  BTC:\n    spot: [1]\n")
    let spot = try #require(root["underlyings"]?["BTC"]?["spot"])
    #expect(
      throws: FormatError.malformed(
        SourceLocation(file: "in.yaml", line: 3, column: 11), found: "underlyings.BTC.spot: a list", wanted: "a price")
    ) {
      try spot.price("a price")
    }
  }

  // MARK: Hostile bytes

  @Test("A megabyte of random bytes is refused without harm", arguments: [41, 42])
  func randomBytes(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let bytes = (0..<(1 << 20)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    #expect(throws: FormatError.self, "\(generator)") { try YAMLDocument(bytes: bytes, file: "in.yaml") }
    // Bytes that are text, and the signs of the language among them.
    let signs = Array("[]{}:-,?#&*!|>'\"%@` \n\tab01.~\\".utf8)
    let letters = (0..<(1 << 20)).map { _ in generator.pick(signs) }
    #expect(throws: FormatError.self, "\(generator)") { try YAMLDocument(bytes: letters, file: "in.yaml") }
  }

  @Test("Short texts of the language's own signs end in a tree or one error", arguments: [43, 44, 45])
  func signs(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var (read, refused) = (0, 0)
    for _ in 0..<20_000 {
      let text = generator.text(limit: 24, alphabet: "[]{}:-,?#&*!|>'\"% \n\n  ab01a: - ")
      do throws(FormatError) {
        _ = try Self.read(text)
        read += 1
      } catch {
        guard case .malformed = error else { throw error }
        refused += 1
      }
    }
    #expect(read > 500 && refused > 500, "\(generator): \(read), \(refused)")
  }
}
