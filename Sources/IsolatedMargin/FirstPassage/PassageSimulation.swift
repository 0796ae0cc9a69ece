import Dispatch
import Glibc
import Kernels
import RealModule
import Synchronization

/// How a passage is simulated: paths, seed, threads.
///
/// A path and its mirror image leave a symmetric corridor together, so antithetic paths would cost twice and tell once;
/// the paths are plain, and each carries its probability of having stayed inside instead of a yes or no.
public struct PassageSimulation: Hashable, Sendable {
  public static let pathRange = 1...1_000_000_000

  /// Rounded up to whole blocks of ``PassagePaths/blockCount``.
  public let paths: Int
  public let seed: UInt64
  /// No digit depends on it.
  public let threads: Int

  /// - Parameter threads: 1 to 256; nil takes the processors of the machine.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for paths or threads outside their range.
  public init(paths: Int = 262_144, seed: UInt64 = 1, threads: Int? = nil) throws(IsolatedMarginError) {
    guard PassageSimulation.pathRange.contains(paths) else {
      throw .badInput("paths", found: "\(paths)", wanted: "1 to \(PassageSimulation.pathRange.upperBound)")
    }
    if let threads, !(1...256).contains(threads) {
      throw .badInput("threads", found: "\(threads)", wanted: "1 to 256")
    }
    let block = PassagePaths.blockCount
    self.paths = (paths + block - 1) / block * block
    self.seed = seed
    self.threads = threads ?? max(1, min(64, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// Simulates a price until it leaves a corridor.
  ///
  /// - Parameters:
  ///   - spot: The price now.
  ///   - horizons: At least one time in years, each positive: the curve passes through them, and the last ends it.
  ///   - progress: Called on the caller's thread with the share that is done, up to 1.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a spot or a horizon out of range.
  /// - Complexity: O(paths × steps), steps about 130 and the corridor's nodes; memory O(threads × steps).
  public func run(
    spot: Double, corridor: MovingCorridor, motion: GeometricBrownianMotion, horizons: [Double],
    progress: (Double) -> Void = { _ in }
  ) throws(IsolatedMarginError) -> PassageEstimate {
    guard spot > 0, spot < .infinity else { throw .badInput("spot", found: "\(spot)", wanted: "a price above 0") }
    guard let horizon = horizons.max() else { throw .badInput("horizons", found: "none", wanted: "one or more") }
    for time in horizons where !(time > 0 && time <= 1000) {
      throw .badInput("horizon", found: "\(time) years", wanted: "more than 0, at most 1000")
    }
    let certain = EstimatedProbability(value: 1, standardError: 0)
    if corridor.isOutside(spot) {
      return PassageEstimate(years: [0], probabilities: [certain], paths: 0, steps: 0)
    }
    let never = EstimatedProbability(value: 0, standardError: 0)
    guard corridor.nodes.contains(where: { $0.lower != nil || $0.upper != nil }) else {
      return unbounded(corridor.closesAt, horizon)
    }
    let grid = PassageGrid(corridor, spot: spot, motion: motion, horizons: horizons, horizon: horizon)
    let totals = simulate(grid, progress)
    var (years, probabilities) = ([0.0], [never])
    let (count, steps) = (Double(paths), grid.steps.count)
    for index in 0..<steps {
      let mean = totals[index] / count
      let variance = max(0, totals[steps + index] / count - mean * mean)
      years.append(grid.times[index])
      probabilities.append(
        EstimatedProbability(value: min(1, mean), standardError: (variance / max(1, count - 1)).squareRoot()))
    }
    let closes = corridor.closesAt.flatMap { $0 <= horizon ? $0 : nil }
    if grid.endsEarly || closes != nil {
      // From here on less than `PassageGrid.negligible` is left, or nothing.
      let end = grid.endsEarly ? grid.times.last ?? 0 : closes ?? horizon
      if years.last == end {
        probabilities[years.count - 1] = certain
      } else {
        years.append(end)
        probabilities.append(certain)
      }
    }
    return PassageEstimate(years: years, probabilities: probabilities, paths: paths, steps: steps)
  }

  /// A corridor without a bound is left only where it closes.
  private func unbounded(_ closesAt: Double?, _ horizon: Double) -> PassageEstimate {
    let never = EstimatedProbability(value: 0, standardError: 0)
    let certain = EstimatedProbability(value: 1, standardError: 0)
    if let closesAt, closesAt <= horizon {
      return PassageEstimate(
        years: [0, closesAt.nextDown, closesAt], probabilities: [never, never, certain], paths: 0, steps: 0)
    }
    return PassageEstimate(years: [0, horizon], probabilities: [never, never], paths: 0, steps: 0)
  }

  /// The sums of all blocks, added in the order of the blocks whatever thread made them.
  private func simulate(_ grid: PassageGrid, _ progress: (Double) -> Void) -> [Double] {
    let blocks = paths / PassagePaths.blockCount
    let size = 2 * grid.steps.count
    var totals = [Double](repeating: 0, count: size)
    // Blocks between two calls of `progress`, and in memory at once.
    let wave = 16 * threads
    for first in stride(from: 0, to: blocks, by: wave) {
      let range = first..<min(blocks, first + wave)
      let workers = min(threads, range.count)
      let parts = Mutex([[Double]](repeating: [], count: workers))
      let work: @Sendable (Int) -> Void = { [seed] worker in
        let start = range.lowerBound + range.count * worker / workers
        let end = range.lowerBound + range.count * (worker + 1) / workers
        let sums = PassageSimulation.sums(of: start..<end, seed: seed, grid)
        parts.withLock { $0[worker] = sums }
      }
      if workers == 1 { work(0) } else { DispatchQueue.concurrentPerform(iterations: workers, execute: work) }
      for part in parts.withLock({ $0 }) {
        for start in stride(from: 0, to: part.count, by: size) {
          for index in 0..<size { totals[index] += part[start + index] }
        }
      }
      progress(Double(range.upperBound) / Double(blocks))
    }
    return totals
  }

  /// The sums of some blocks, one block after another.
  private static func sums(of blocks: Range<Int>, seed: UInt64, _ grid: PassageGrid) -> [Double] {
    let size = 2 * grid.steps.count
    var all: [Double] = []
    all.reserveCapacity(size * blocks.count)
    var scratch = [Double](repeating: 0, count: PassagePaths.scratchCount)
    var sums = [Double](repeating: 0, count: size)
    for block in blocks {
      var scratchSpan = scratch.mutableSpan
      var span = sums.mutableSpan
      PassagePaths.simulate(
        block: UInt32(truncatingIfNeeded: block), seed: seed, steps: grid.steps.span, sides: grid.sides,
        scratch: &scratchSpan, into: &span)
      all += sums
    }
    return all
  }
}
