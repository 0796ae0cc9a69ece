import TestSupport
import Testing

@testable import Formats

@Suite("UTF-8")
struct UTF8CheckTests {
  static func fault(_ bytes: [UInt8]) -> Int? { UTF8Check.firstFault(bytes.span, from: 0, to: bytes.count) }

  @Test("Every sequence of two bytes is judged as the standard library judges it")
  func pairs() {
    var differing: [[UInt8]] = []
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        let bytes = [first, second]
        if (Self.fault(bytes) == nil) != (String(validating: bytes, as: UTF8.self) != nil) { differing.append(bytes) }
      }
    }
    #expect(differing.isEmpty)
  }

  @Test("Random sequences are judged as the standard library judges them")
  func random() {
    var generator = SplitMix64(seed: 3)
    // Bytes at which the rules change.
    let edges: [UInt8] = [
      0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0,
      0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    var wellFormed = 0
    var differing: [[UInt8]] = []
    for _ in 0..<20_000 {
      let count = Int.random(in: 1...12, using: &generator)
      let bytes = (0..<count).map { _ in edges.randomElement(using: &generator) ?? 0 }
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      if (Self.fault(bytes) == nil) != isValid { differing.append(bytes) }
      if isValid { wellFormed += 1 }
    }
    #expect(differing.isEmpty, "\(generator)")
    #expect(wellFormed > 100)
  }

  @Test(
    "The first byte of the first bad sequence is named",
    arguments: [
      ([0x61, 0x80], 1), ([0xC3, 0xA9, 0xC3], 2), ([0x61, 0x62, 0xED, 0xA0, 0x80], 2), ([0xF4, 0x90, 0x80, 0x80], 0),
      ([0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0xFF], 9),
    ] as [([UInt8], Int)])
  func place(_ bytes: [UInt8], _ place: Int) { #expect(Self.fault(bytes) == place) }
}
