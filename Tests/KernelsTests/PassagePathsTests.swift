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
