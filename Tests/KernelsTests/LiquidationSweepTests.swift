import Kernels
import TestSupport
import Testing

@Suite("Re-marking: decisions, crossings and equities of a column")
struct LiquidationSweepTests {
  /// Columns and what one tick leaves in them.
  private struct Sweep {
    var thresholds: [Int64]
    var constants: [Double]
    var slopes: [Double]
    var equities: [Double]
    var decisions: [UInt64]
    var crossed: [Int32]

    init(count: Int, _ random: inout SplitMix64) {
      thresholds = (0..<count).map { _ in random.chance(0.1) ? random.pick([.min, .max]) : random.int64(-50...50) }
      constants = (0..<count).map { _ in random.number(-1000, 1000) }
      slopes = (0..<count).map { _ in random.number(-5, 5) }
      equities = [Double](repeating: .nan, count: count)
      decisions = [UInt64](repeating: 0, count: LiquidationSweep.wordCount(count))
      crossed = [Int32](repeating: -1, count: count)
    }

    mutating func mark(_ mark: Int64, _ coordinate: Double) -> LiquidationSweep.Count {
      swept(
        mark, coordinate, thresholds, constants, slopes, equities: &equities, decisions: &decisions, crossed: &crossed)
    }
  }

  @Test(
    "A column of any length says what one row at a time says",
    arguments: [0, 1, 3, 7, 8, 9, 63, 64, 65, 127, 200, 1001])
  func rows(_ count: Int) {
    var random = SplitMix64(seed: UInt64(count))
    var sweep = Sweep(count: count, &random)
    var before = [Bool](repeating: false, count: count)
    for _ in 0..<20 {
      let (mark, x) = (random.int64(-52...52), random.number(0, 100))
      let found = sweep.mark(mark, x)
      let now = sweep.thresholds.map { mark < $0 }
      let crossings = (0..<count).filter { now[$0] && !before[$0] }
      #expect(found.liquidated == now.filter(\.self).count && found.crossed == crossings.count, "\(random)")
      #expect(sweep.crossed.prefix(found.crossed).map(Int.init) == crossings, "\(random)")
      for i in 0..<count {
        #expect((sweep.decisions[i / 64] >> UInt64(i % 64) & 1 == 1) == now[i])
        #expect(sweep.equities[i] == sweep.constants[i].addingProduct(sweep.slopes[i], x))
      }
      before = now
    }
  }

  @Test("The whole range of the integers, where a Double would round")
  func wholeRange() {
    var random = SplitMix64(seed: 3)
    var sweep = Sweep(count: 80, &random)
    let limit: Int64 = 1 << 53
    for big: Int64 in [.max - 2, limit, -limit, .min + 1] {
      sweep.thresholds = (0..<80).map { big + Int64($0 % 3) - 1 }
      #expect(sweep.mark(big, 1).liquidated == 26)
    }
    sweep.thresholds = (0..<80).map { _ in .min }
    #expect(sweep.mark(.min, 1).liquidated == 0)
  }

  @Test("Columns that differ in length stop the program")
  func counts() async {
    await #expect(processExitsWith: .failure) {
      let (two, three): ([Int64], [Double]) = ([1, 1], [1, 1, 1])
      var (equities, decisions, crossed): ([Double], [UInt64], [Int32]) = ([0, 0], [0], [0, 0])
      _ = swept(1, 1, two, three, three, equities: &equities, decisions: &decisions, crossed: &crossed)
    }
  }
}

private func swept(
  _ mark: Int64, _ coordinate: Double, _ thresholds: [Int64], _ constants: [Double], _ slopes: [Double],
  equities: inout [Double], decisions: inout [UInt64], crossed: inout [Int32]
) -> LiquidationSweep.Count {
  var equitySpan = equities.mutableSpan
  var decisionSpan = decisions.mutableSpan
  var crossedSpan = crossed.mutableSpan
  return LiquidationSweep.remark(
    mark: mark, coordinate: coordinate, thresholds: thresholds.span, constants: constants.span, slopes: slopes.span,
    equities: &equitySpan, decisions: &decisionSpan, crossed: &crossedSpan)
}
