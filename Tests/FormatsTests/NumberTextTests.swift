import Foundation
import TestSupport
import Testing

@testable import Formats

@Suite("Floating numbers as text")
struct NumberTextTests {
  static func written(_ value: Double) -> String {
    var writer = CSVWriter(capacity: 0)
    writer.cell(value)
    return writer.text
  }

  static func read(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    return DoubleReader().read(bytes.span, 0..<bytes.count)
  }

  /// `description`, without `.0` and without a sign of zero.
  static func wanted(_ value: Double) -> String {
    let text = value.description
    return text == "-0.0" ? "0" : text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  @Test(
    "Numbers are written so",
    arguments: [
      (0.0, "0"), (-0.0, "0"), (100, "100"), (-1, "-1"), (0.1, "0.1"), (1.0 / 3, "0.3333333333333333"),
      (0.0001, "0.0001"), (0.00001, "1e-05"), (1e16, "1e+16"), (9_007_199_254_740_992, "9007199254740992"),
      (123_456.75, "123456.75"), (.leastNonzeroMagnitude, "5e-324"),
      (-1.7976931348623157e308, "-1.7976931348623157e+308"),
      (2.2250738585072014e-308, "2.2250738585072014e-308"), (.infinity, ""), (-.infinity, ""), (.nan, ""),
    ])
  func writes(_ value: Double, _ text: String) { #expect(Self.written(value) == text) }

  @Test("A number is written as Swift describes it and reads back as itself")
  func laws() {
    var generator = SplitMix64(seed: 7)
    var values: [Double] = []
    for exponent in 0..<2047 as Range<UInt64> {
      // Powers of two and their neighbours: there the distance to the number below changes.
      for offset in [-1, 0, 1] as [Int64] {
        let pattern = Int64(exponent << 52) + offset
        if pattern > 0 { values.append(Double(bitPattern: UInt64(pattern))) }
      }
    }
    for _ in 0..<15_000 {
      values.append(Double(bitPattern: UInt64.random(in: 0..<(2047 << 52), using: &generator)))
      values.append(Double.random(in: -1000...1000, using: &generator))
      values.append(Double(Int64.random(in: -1_000_000...1_000_000, using: &generator)) / 100)
    }
    // One expectation for all numbers: each costs more than the writing.
    let differing = values.filter { value in
      let text = Self.written(value)
      return text != Self.wanted(value) || Self.read(text) != value
    }
    #expect(differing.isEmpty, "\(generator)")
  }

  @Test("Texts read as the standard library reads them")
  func reads() {
    var generator = SplitMix64(seed: 8)
    var differing: [String] = []
    for _ in 0..<15_000 {
      let digits = UInt64.random(in: 0...UInt64.max, using: &generator) >> UInt64.random(in: 0...63, using: &generator)
      var text = String(digits)
      if Bool.random(using: &generator) {
        text.insert(".", at: text.index(text.startIndex, offsetBy: Int.random(in: 0..<text.count, using: &generator)))
      }
      if Bool.random(using: &generator) { text += "e\(Int.random(in: -345...312, using: &generator))" }
      if Self.read(text) != Double(text) { differing.append(text) }
    }
    #expect(differing.isEmpty, "\(generator)")
  }

  @Test(
    "Halfway cases and long digits",
    arguments: [
      "9007199254740993", "9007199254740992.9999999999999999", "9007199254740993.00000000000000001",
      "2.2250738585072011e-308", "1.7976931348623158e308", "1.7976931348623159e308", "4.9e-324",
      "2.4703282292062327e-324",
      "2.4703282292062328e-324", "0.000000000000000000000000000000000000000000001", "1e-400", "1e400",
      "123456789012345678901234567890", "7.2057594037927933e16", "8.988465674311580e307", "1e23", "6.3e-5",
    ])
  func hard(_ text: String) { #expect(Self.read(text) == Double(text)) }

  @Test(
    "What is no plain number is refused",
    arguments: [
      "", " ", " 1", "1 ", "+", "-", ".", "e5", "1e", "1e+", "1e5.0", "--1", "+-1", "1.2.3", "0x10", "0x1p3", "nan",
      "NaN",
      "inf", "-inf", "infinity", "1_000", "1,5", "1f", "١", "1e5e5", "½",
    ])
  func refuses(_ text: String) { #expect(Self.read(text) == nil) }

  @Test("The locale of the process changes nothing")
  func locale() {
    // Whether or not the locale is installed, numbers must come out the same.
    let before = unsafe setlocale(LC_ALL, nil).map { unsafe String(cString: $0) }
    _ = unsafe setlocale(LC_ALL, "de_DE.UTF-8")
    #expect(Self.written(1234.5) == "1234.5")
    #expect(Self.read("1234.5") == 1234.5)
    #expect(Self.read("9007199254740992.9999999999999999") == 9_007_199_254_740_992)
    #expect(Self.read("1234,5") == nil)
    if let before { _ = unsafe setlocale(LC_ALL, before) }
  }
}
