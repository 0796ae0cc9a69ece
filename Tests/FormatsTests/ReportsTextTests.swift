import Basics
import Testing

@testable import Formats

@Suite struct ReportsTextTests {
  @Test("Numbers have the decimals of their unit, no exponent and no negative zero")
  func fixed() throws {
    #expect(FigureText.fixed(-0.004, 2) == "0.00")
    #expect(FigureText.fixed(-0.0, 0) == "0")
    #expect(FigureText.fixed(0.005, 2, sign: .always) == "+0.01")
    #expect(FigureText.fixed(0.004, 2, sign: .always) == "0.00")
    #expect(FigureText.fixed(1e22, 1) == "10000000000000000000000.0")
    #expect(FigureText.fixed(-1234.5, 0, sign: .always) == "-1235")
    #expect(FigureText.fixed(Double.nan, 2) == "n/a" && FigureText.fixed(-Double.infinity, 2) == "n/a")
    #expect(FigureText.fixed(try ExactAmount(parsing: "1/3"), 4, .up) == "0.3334")
    #expect(FigureText.percent(0.0314159) == "3.1 %" && FigureText.percent(-0.2, 0, sign: .always) == "-20 %")
    #expect(FigureText.shortest(-0.0) == "0" && FigureText.shortest(.infinity) == nil)
  }

  @Test("A moment is written as venues do, with the days until then")
  func moment() throws {
    let now = try Instant(parsing: "2025-12-05T01:10:52Z")
    #expect(
      FigureText.moment(try Instant(parsing: "2025-12-26T08:00:00Z"), from: now) == "26DEC25 08:00 UTC (21.3 days)")
    #expect(FigureText.moment(try Instant(parsing: "2101-01-02T03:04:00Z")) == "2101-01-02 03:04 UTC")
  }

  @Test("Lines break at spaces, keep a percent sign with its number and a listed name in one piece")
  func wrapping() {
    #expect(TextLayout.wrapped("one two three", 7) == ["one two", "three"])
    #expect(TextLayout.wrapped("it is 45.8 % now", 10) == ["it is", "45.8 % now"])
    #expect(TextLayout.wrapped("sell GOOG  160115C00775000 now", 24) == ["sell", "GOOG  160115C00775000", "now"])
    #expect(TextLayout.wrapped("abcdefghij", 4) == ["abcd", "efgh", "ij"])
    #expect(TextLayout.wrapped("鯨鯨鯨", 4) == ["鯨鯨", "鯨"])
    #expect(TextLayout.wrapped("", 4) == [""])
    #expect(TextLayout.width("a鯨e\u{301}") == 4)
  }

  @Test("Ticks are round and cover the range", arguments: [(-8304.55, 19000.0), (-0.08, 0.02), (3.0, 3.0), (0, 1e-9)])
  func ticks(low: Double, high: Double) throws {
    let scale = ChartScale(low, high, count: 7, isRounded: true)
    #expect(scale.low <= low && scale.high >= high && scale.low < scale.high)
    #expect((2...16).contains(scale.ticks.count))
    #expect(scale.position(scale.low, from: 10, to: 20) == 10)
    for (left, right) in zip(scale.ticks, scale.ticks.dropFirst()) {
      // Labels differ, so the decimals are enough.
      #expect(FigureText.fixed(left, scale.decimals) != FigureText.fixed(right, scale.decimals))
    }
  }

  @Test("Objects keep their order, texts are escaped, what is no number is null")
  func json() {
    let value = JSONValue.object([
      ("b", .number(1.5)), ("a", .array([.null, .bool(true), .integer(-3)])), ("c", .number(Double.infinity)),
      ("d", .string("\"\\\n\u{1}é")), ("e", .object([])), ("f", .array([.object([("x", .string(""))])])),
      ("g", .array([.array([.number(1), .number(-0.25), .number(Double.nan)]), .array([]), .array([.object([])])])),
    ])
    let text = """
      {
        "b": 1.5,
        "a": [null, true, -3],
        "c": null,
        "d": "\\"\\\\\\n\\u0001é",
        "e": {},
        "f": [
          {
            "x": ""
          }
        ],
        "g": [
          [1, -0.25, null],
          [],
          [
            {}
          ]
        ]
      }

      """
    #expect(JSONText.text(value) == text)
  }

  @Test("A long document is written whole")
  func longJSON() {
    let words = (0..<9_000).map { "word \($0)" }
    let numbers = (0..<9_000).map { Double($0) / 7 }
    let text = JSONText.text(
      .object([
        ("words", .array(words.map { .string($0) })), ("numbers", .array(numbers.map { .number($0) })),
        ("deep", .array(words.map { .array([.array([.string($0)])]) })),
      ]))
    #expect(text.contains("[\(numbers.map { DoubleWriter().text($0) ?? "" }.joined(separator: ", "))]"))
    #expect(text.contains("[\(words.map { "\"\($0)\"" }.joined(separator: ", "))]"))
    #expect(text.hasSuffix("[\n      [\"word 8999\"]\n    ]\n  ]\n}\n"))
  }

  @Test("Markdown leaves no markup of a text alive")
  func markdown() {
    #expect(MarkdownRenderer.escaped("a|b*c_d`e[f]<g>&") == "a\\|b\\*c\\_d\\`e\\[f\\]&lt;g&gt;&amp;")
    #expect(MarkdownRenderer.escaped("# x") == "\\# x")
    #expect(MarkdownRenderer.escaped("-5.0") == "-5.0")
    #expect(MarkdownRenderer.escaped("GOOG  1") == "GOOG \u{A0}1")
  }
}
