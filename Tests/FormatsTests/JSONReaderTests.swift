import TestSupport
import Testing

@testable import Formats

@Suite("Strict JSON")
struct JSONReaderTests {
  static func read(_ text: String) throws -> YAMLValue {
    try JSONReader.root(of: Array(text.utf8), file: "request")
  }

  @Test("Values keep their digits, escapes become characters, and null is no value")
  func values() throws {
    let root = try Self.read(
      #" {"a": 1.50e-2, "b": "x\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00", "c": null, "d": [true, false, -0], "e": {}, "f": []} "#
    )
    #expect(root["a"]?.text == "1.50e-2")
    #expect(root["b"]?.text == "x\"\\/\u{8}\u{C}\n\r\té😀")
    #expect(root["c"] == nil)
    #expect(try root["d"]?.items().map(\.text) == ["true", "false", "-0"])
    #expect(try root["e"]?.entries().isEmpty == true)
    #expect(try root["f"]?.items().isEmpty == true)
    #expect(try Self.read(#"{"n": "null"}"#)["n"]?.text == "null")
  }

  static let refused: [(text: String, place: String)] = [
    ("", "1:1"), ("  ", "1:3"), ("{", "1:2"), ("[1,]", "1:4"), ("[1 2]", "1:4"), (#"{"a":1,}"#, "1:8"),
    (#"{"a":1,"a":2}"#, "1:8"), (#"{"a":1,"\u0061":2}"#, "1:8"), (#"{a:1}"#, "1:2"), ("{'a':1}", "1:2"), ("NaN", "1:1"),
    ("[Infinity]", "1:2"), ("01", "1:3"), ("-", "1:2"), ("1.", "1:3"), (".5", "1:1"), ("1e", "1:3"), ("+1", "1:1"),
    ("tru", "1:1"), ("truex", "1:5"), ("1 1", "1:3"), ("\"a", "1:3"), ("\"\\x\"", "1:3"), ("\"\\u12g4\"", "1:4"),
    ("\"\\ud800\"", "1:8"), ("\"\\udc00x\"", "1:8"), ("\"\\ud800\\u0041\"", "1:14"), ("\"a\nb\"", "1:3"),
    ("[1, // no\n2]", "1:5"), ("# no\n1", "1:1"), ("{\n \"a\": ?}", "2:7"), ("\u{FEFF}{}", "1:1"),
    ("{\"a\":\n\n  b}", "3:3"), ("[1,2]]", "1:6"),
  ]

  @Test("What is not JSON is refused with its place", arguments: refused)
  func refusal(text: String, place: String) throws {
    let error = #expect(throws: FormatError.self) { try Self.read(text) }
    guard case .malformed(let found, _, _)? = error else { return #expect(Bool(false), "another error") }
    #expect("\(found.line):\(found.column)" == place)
  }

  @Test("Nesting ends at its limit, however deep the text")
  func depth() throws {
    let limit = YAMLDocument.depthLimit
    let allowed = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
    #expect(throws: Never.self) { try Self.read(allowed) }
    #expect(throws: FormatError.self) { try Self.read("[" + allowed + "]") }
    for open in ["[", "{\"a\":"] {
      #expect(throws: FormatError.self) { try Self.read(String(repeating: open, count: 10_000)) }
    }
  }

  @Test("Bytes that are not UTF-8 are refused")
  func encoding() {
    #expect(throws: FormatError.self) { try JSONReader.root(of: [0x22, 0xFF, 0x22], file: "request") }
  }

  @Test("No bytes trap, whatever they are")
  func fuzz() {
    var generator = SplitMix64(seed: 20_251_205)
    let seed = Array(
      #"{"strategy": {"legs": [{"quantity": -1.5e3, "instrument": "A\u00e9"}]}, "vol": [true, null]}"#.utf8)
    let alphabet = Array("{}[]\":,\\u0123456789eE+-.tfn \n\u{1}\u{FF}".utf8)
    for _ in 0..<20_000 {
      var bytes = seed
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        }
        if bytes.isEmpty { bytes = [0x7B] }
      }
      _ = try? JSONReader.root(of: bytes, file: "request")
    }
  }
}
