import TestSupport
import Testing

@testable import Kernels

@Suite("Simulated paths of a passage")
struct PassagePathsTests {
  /// A corridor that narrows, with a bound that appears after the third step.
  static let steps: [PassageStep] = (0..<12).map { index in
    let t = Double(index)
    return PassageStep(
      drift: -0.001, deviation: 0.03, lowerStart: index < 3 ? PassageStep.absentLower : -0.16 + 0.002 * t,
      lowerEnd: index < 3 ? PassageStep.absentLower : -0.158 + 0.002 * t, upperStart: 0.14 - 0.003 * t,
      upperEnd: 0.137 - 0.003 * t)
  }

  static func sums(block: UInt32, seed: UInt64, _ sides: PassageSides, byLane: Bool = false) -> [Double] {
    var scratch = [Double](repeating: 0, count: PassagePaths.scratchCount)
    var sums = [Double](repeating: 0, count: 2 * steps.count)
    var scratchSpan = scratch.mutableSpan
    var span = sums.mutableSpan
    if byLane {
      PassagePaths.simulateByLane(
        block: block, seed: seed, steps: steps.span, sides: sides, scratch: &scratchSpan, into: &span)
    } else {
      PassagePaths.simulate(
        block: block, seed: seed, steps: steps.span, sides: sides, scratch: &scratchSpan, into: &span)
    }
    return sums
  }

  @Test("A vector and a single lane give the same sums, bit for bit", arguments: [PassageSides.lower, .upper, .both])
  func twins(sides: PassageSides) {
    for block: UInt32 in [0, 1, 77] {
      let wide = Self.sums(block: block, seed: 5, sides)
      #expect(wide.map(\.bitPattern) == Self.sums(block: block, seed: 5, sides, byLane: true).map(\.bitPattern))
      let left = wide.prefix(Self.steps.count)
      #expect(zip(left, left.dropFirst()).allSatisfy(<=))
      #expect((left.last ?? 0) > 0 && (left.last ?? 0) < Double(PassagePaths.blockCount))
    }
  }

  @Test("Every block and every seed is a stream of its own, and a path leaves more bounds sooner")
  func streams() {
    let first = Self.sums(block: 0, seed: 5, .both)
    #expect(first != Self.sums(block: 1, seed: 5, .both))
    #expect(first != Self.sums(block: 0, seed: 6, .both))
    let (lower, upper) = (Self.sums(block: 0, seed: 5, .lower), Self.sums(block: 0, seed: 5, .upper))
    for index in Self.steps.indices {
      #expect(first[index] >= max(lower[index], upper[index]))
      #expect(first[index] <= lower[index] + upper[index] + 1e-12 * Double(PassagePaths.blockCount))
    }
    #expect(lower[2] == 0 && lower[3] > 0)
  }

  @Test("A straight bound is met as the closed form says, however long the steps", arguments: [1, 2, 5])
  func bridges(count: Int) {
    // ln S with mean 0.03 and deviation 0.2 at the end; a lower bound that rises from -0.15 to -0.1.
    let (drift, deviation, low, rise) = (0.03, 0.2, -0.15, 0.05)
    let steps = (0..<count).map { index in
      let (start, end) = (Double(index) / Double(count), Double(index + 1) / Double(count))
      return PassageStep(
        drift: drift / Double(count), deviation: deviation / Double(count).squareRoot(), lowerStart: low + rise * start,
        lowerEnd: low + rise * end, upperStart: PassageStep.absentUpper, upperEnd: PassageStep.absentUpper)
    }
    let blocks = 96
    var (sum, squares) = (0.0, 0.0)
    var scratch = [Double](repeating: 0, count: PassagePaths.scratchCount)
    for block in 0..<blocks {
      var sums = [Double](repeating: 0, count: 2 * count)
      var scratchSpan = scratch.mutableSpan
      var span = sums.mutableSpan
      PassagePaths.simulate(
        block: UInt32(block), seed: UInt64(90 + count), steps: steps.span, sides: .both, scratch: &scratchSpan,
        into: &span)
      sum += sums[count - 1]
      squares += sums[2 * count - 1]
    }
    let paths = Double(blocks * PassagePaths.blockCount)
    let mean = sum / paths
    let error = ((squares / paths - mean * mean) / paths).squareRoot()
    // Beside a bound that rises by c, ln S less c t has a drift less by c: the reflection principle.
    let nu = drift - rise
    let scale = BlackReference.exponential(2 * nu * low / (deviation * deviation))
    let exact =
      BlackReference.cumulative((low - nu) / deviation) + scale * BlackReference.cumulative((low + nu) / deviation)
    #expect((mean - exact).magnitude < 4 * error, "\(mean), not \(exact), error \(error)")
  }

  @Test("Counts that differ stop the program")
  func counts() async {
    await #expect(processExitsWith: .failure) {
      var scratch = [Double](repeating: 0, count: PassagePaths.scratchCount - 1)
      var sums = [Double](repeating: 0, count: 2)
      var scratchSpan = scratch.mutableSpan
      var span = sums.mutableSpan
      let step = [
        PassageStep(drift: 0, deviation: 1, lowerStart: -1, lowerEnd: -1, upperStart: 1, upperEnd: 1)
      ]
      PassagePaths.simulate(block: 0, seed: 0, steps: step.span, sides: .both, scratch: &scratchSpan, into: &span)
    }
  }
}
