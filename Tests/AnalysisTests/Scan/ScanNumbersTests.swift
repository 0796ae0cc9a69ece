import Basics
import TestSupport
import Testing

@testable import Analysis

@Suite("Numbers of a scan")
struct ScanNumbersTests {
  private static func integer(_ bits: Int, _ random: inout SplitMix64) -> Int128 {
    let value = Int128(random.next() >> 1) << 62 ^ Int128(random.next() >> 1)
    return value >> Int128(125 - bits)
  }

  @Test("A quotient is the Double nearest to the exact one", arguments: 1...10 as ClosedRange<UInt64>)
  func nearest(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<500 {
      let (top, bottom) = (Self.integer(random.int(1...124), &random), Self.integer(random.int(1...124), &random))
      let denominator = max(bottom, 1)
      let numerator = random.chance(0.5) ? top : -top
      let quotient = ScanQuotient(numerator, over: denominator)
      let exact = try Self.exact(numerator, denominator)
      #expect(quotient.nearest == exact.doubleValue, "\(random): \(numerator) / \(denominator)")
      let count = random.int64(1...9_000_000_000_000_000)
      let scaled = exact * ExactAmount(100_000_000)
      let wanted = try #require(scaled.divided(by: ExactAmount(count))).doubleValue
      #expect(quotient.scaled(by: 1e8, over: Double(count)) == wanted, "\(random): \(numerator) / \(denominator)")
    }
  }

  /// A fraction of 128 bits out of 62 at a time.
  private static func exact(_ numerator: Int128, _ denominator: Int128) throws -> ExactAmount {
    func amount(_ value: Int128) -> ExactAmount {
      let shift: Int128 = 1 << 62
      let (high, low) = value.quotientAndRemainder(dividingBy: shift)
      return ExactAmount(Int64(truncatingIfNeeded: high)) * ExactAmount(Int64(truncatingIfNeeded: shift))
        + ExactAmount(Int64(truncatingIfNeeded: low))
    }
    return try #require(amount(numerator).divided(by: amount(denominator)))
  }

  @Test(
    "The best are those of a sorted list, whatever the order they come in", arguments: 1...20 as ClosedRange<UInt64>)
  func ranking(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var rows = ScanRows(capacity: 100)
    for row in 0..<100 { rows.append(row / 10, row % 10, 4000, 4095) }
    var matches: [ScanMatch] = []
    for row in 0..<100 {
      let value = random.chance(0.2) ? Double.nan : Double(random.int(0...5))
      matches.append(ScanMatch(chain: row % 3, rows, row, sortValue: value))
    }
    for isAscending in [false, true] {
      let wanted = matches.sorted { left, right in
        switch (left.sortValue, right.sortValue) {
        case (let a?, let b?): return a == b ? left.key < right.key : (isAscending ? a < b : a > b)
        case (nil, nil): return left.key < right.key
        case (let a, _): return a != nil
        }
      }
      let limit = random.int(1...120)
      var (first, second) = (
        ScanRanking(limit: limit, isAscending: isAscending), ScanRanking(limit: limit, isAscending: isAscending)
      )
      for match in matches.shuffled(using: &random) {
        if random.chance(0.5) { first.add(match) } else { second.add(match) }
      }
      first.add(second)
      #expect(first.sorted == Array(wanted.prefix(limit)), "\(random)")
    }
    #expect(matches[57].strike(0) == 5 && matches[57].strike(1) == 7 && matches[57].strike(3) == 4095)
  }

  @Test("Denominators have a least common multiple, or none inside 100 bits")
  func denominators() throws {
    var common = CommonDenominator()
    for text in ["0.25", "0.1", "3", "-0.00000001"] { common.include(try ExactAmount(parsing: text)) }
    #expect(common.value == 100_000_000)
    #expect(common.count(try ExactAmount(parsing: "-0.25")) == -25_000_000)
    var long = CommonDenominator()
    for prime: Int64 in [9_007_199_254_740_881, 9_007_199_254_740_847, 9_007_199_254_740_761] {
      long.include(try #require(ExactAmount(numerator: 1, denominator: prime)))
    }
    #expect(long.count(.one) == nil)
  }
}
