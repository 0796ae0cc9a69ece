/// One step in time of a diffusion of ln S between two bounds that are straight lines within the step.
///
/// The bounds at the start of a step need not be those at the end of the one before: a bound may appear at a node.
public struct PassageStep: Hashable, Sendable {
  /// The mean of the increment.
  public var drift: Double
  /// The standard deviation of the increment, positive.
  public var deviation: Double
  /// -2 over the variance of the increment.
  public var crossing: Double
  public var lowerStart: Double
  public var lowerEnd: Double
  public var upperStart: Double
  public var upperEnd: Double

  /// What stands for a bound that is not there.
  public static let absentLower = -1e6
  public static let absentUpper = 1e6

  public init(
    drift: Double, deviation: Double, lowerStart: Double, lowerEnd: Double, upperStart: Double, upperEnd: Double
  ) {
    self.drift = drift
    self.deviation = deviation
    crossing = -2 / (deviation * deviation)
    self.lowerStart = lowerStart
    self.lowerEnd = lowerEnd
    self.upperStart = upperStart
    self.upperEnd = upperEnd
  }
}

/// Which bounds of a corridor exist anywhere: the others cost no time.
public enum PassageSides: Sendable {
  case lower
  case upper
  case both
}

/// Simulated paths of ln S / S0 and the probability that each has left its corridor.
///
/// A path carries a weight, the probability that it has stayed inside given its values at the ends of the steps. Between
/// two such values the path is a Brownian bridge, which crosses a straight bound with probability
/// exp(-2 d0 d1 / variance), d0 and d1 the distances at the ends: exact, however long the step. Beside a second bound the
/// two are taken as independent; the error is of the order of the product of the two probabilities.
/// (P. Glasserman, *Monte Carlo Methods in Financial Engineering*, 2003, section 6.4.)
public enum PassagePaths {
  /// Paths in a block, the least that is simulated at once.
  public static let blockCount = 1024
  /// The numbers of scratch memory that ``simulate(block:seed:steps:sides:scratch:into:)`` needs.
  public static let scratchCount = 2 * blockCount

  /// Simulates one block of paths.
  ///
  /// The draws of a path depend on `seed`, `block` and the step's place alone, and the sums are formed in one order on
  /// every machine: the digits do not depend on threads, on the width of a vector or on the other blocks.
  ///
  /// - Parameters:
  ///   - block: The number of the block: 0, 1, ... give independent paths.
  ///   - seed: The key of the random numbers.
  ///   - steps: `n` of them, from time 0 on; all numbers finite, deviations positive. Paths start at ln S / S0 = 0.
  ///   - sides: Which of the bounds to look at.
  ///   - scratch: At least ``scratchCount`` numbers, of any content.
  ///   - sums: Shape `[2, n]`: after each step the sum over the paths of the probability of having left, and of its square.
  /// - Complexity: O(`n`) times ``blockCount``, without allocation. Stops the program if a count is too small.
  public static func simulate(
    block: UInt32, seed: UInt64, steps: Span<PassageStep>, sides: PassageSides, scratch: inout MutableSpan<Double>,
    into sums: inout MutableSpan<Double>
  ) {
    guard scratch.count >= scratchCount, sums.count == 2 * steps.count, steps.count <= Int(UInt32.max) else {
      fatalError("PassagePaths.simulate: the steps, scratch or sums differ in length")
    }
    run(Wide.self, block: block, seed: seed, steps: steps, sides: sides, scratch: &scratch, into: &sums)
  }

  /// The same with one lane: the text of the vector's loop, compiled for a `Double`.
  static func simulateByLane(
    block: UInt32, seed: UInt64, steps: Span<PassageStep>, sides: PassageSides, scratch: inout MutableSpan<Double>,
    into sums: inout MutableSpan<Double>
  ) {
    guard scratch.count >= scratchCount, sums.count == 2 * steps.count else {
      fatalError("PassagePaths.simulateByLane: the steps, scratch or sums differ in length")
    }
    run(Double.self, block: block, seed: seed, steps: steps, sides: sides, scratch: &scratch, into: &sums)
  }

  /// Half of a block: a path of the first half takes the first number of a pair, its partner the second.
  private static let half = blockCount / 2
  /// The lanes of the sums, at least the width of any machine's vector.
  private static let sumLanes = 8

  @inline(__always)
  private static func run<L: RandomLanes>(
    _: L.Type, block: UInt32, seed: UInt64, steps: Span<PassageStep>, sides: PassageSides,
    scratch: inout MutableSpan<Double>, into sums: inout MutableSpan<Double>
  ) {
    let count = steps.count
    unsafe scratch.withUnsafeMutableBufferPointer { scratch in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        guard let state = scratch.baseAddress, let out = sums.baseAddress else { return }
        for i in 0..<blockCount {
          unsafe state[i] = 0
          unsafe state[blockCount + i] = 1
        }
        for index in 0..<count {
          let place = UInt64(index) << 32 | UInt64(block)
          let step = steps[index]
          let total: (Double, Double)
          // Three loops, each compiled for its own bounds.
          switch sides {
          case .lower:
            total = unsafe advance(L.self, step, place: place, seed: seed, state, hasLower: true, hasUpper: false)
          case .upper:
            total = unsafe advance(L.self, step, place: place, seed: seed, state, hasLower: false, hasUpper: true)
          case .both:
            total = unsafe advance(L.self, step, place: place, seed: seed, state, hasLower: true, hasUpper: true)
          }
          unsafe out[index] = total.0
          unsafe out[count + index] = total.1
        }
      }
    }
  }

  /// All paths of a block by one step: the two sums over their probabilities of having left.
  @inline(__always)
  private static func advance<L: RandomLanes>(
    _: L.Type, _ step: PassageStep, place: UInt64, seed: UInt64, _ state: UnsafeMutablePointer<Double>, hasLower: Bool,
    hasUpper: Bool
  ) -> (Double, Double) {
    let positions = unsafe state
    let weights = unsafe state + blockCount
    var total = (0.0, 0.0)
    // A vector narrower than the lanes of the sums takes them one part after another.
    for part in stride(from: 0, to: sumLanes, by: L.width) {
      var sum = L(0)
      var squares = L(0)
      for pair in stride(from: part, to: half, by: sumLanes) {
        let weight = unsafe Twin(
          first: L.load(weights + pair, count: L.width), second: L.load(weights + half + pair, count: L.width))
        let isAlive = Twin<L>.bits(Twin.isLess(Twin(0), weight))
        guard isAlive != 0 else {
          sum = sum + L(2)
          squares = squares + L(2)
          continue
        }
        let random = Philox<L.Words>(
          counter: (
            L.Words.counting(from: UInt64(pair)), L.Words(place & 0xFFFF_FFFF), L.Words(place >> 32), L.Words(0)
          ), key: seed)
        let draw = NormalPair<L>(random)
        let start = unsafe Twin(
          first: L.load(positions + pair, count: L.width), second: L.load(positions + half + pair, count: L.width))
        let end =
          start
          + Twin.fma(Twin(step.deviation), Twin(first: draw.first, second: draw.second), Twin(step.drift))
        var survival = weight
        if hasLower {
          survival =
            survival
            * staying(start - Twin(step.lowerStart), end - Twin(step.lowerEnd), Twin(step.crossing))
        }
        if hasUpper {
          survival =
            survival
            * staying(Twin(step.upperStart) - start, Twin(step.upperEnd) - end, Twin(step.crossing))
        }
        unsafe end.first.store(positions + pair, count: L.width)
        unsafe end.second.store(positions + half + pair, count: L.width)
        unsafe survival.first.store(weights + pair, count: L.width)
        unsafe survival.second.store(weights + half + pair, count: L.width)
        let left = Twin(1) - survival
        sum = sum + left.first
        sum = sum + left.second
        squares = L.fma(left.first, left.first, squares)
        squares = L.fma(left.second, left.second, squares)
      }
      unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * sumLanes) { lanes in
        guard let lane = lanes.baseAddress else { return }
        unsafe sum.store(lane, count: L.width)
        unsafe squares.store(lane + sumLanes, count: L.width)
        for i in 0..<L.width {
          unsafe total.0 += lane[i]
          unsafe total.1 += lane[sumLanes + i]
        }
      }
    }
    return total
  }

  /// The probability that a bridge between two points at these distances from a bound does not cross it: 0 where either
  /// is beyond.
  @inline(__always)
  private static func staying<L: Lanes>(_ start: L, _ end: L, _ crossing: L) -> L {
    let product = L.greater(start, L(0)) * L.greater(end, L(0))
    return L(1) - L.exponential(L.greater(product * crossing, L(-700)), correction: L(0))
  }
}
