/// Columns of independent standard normal numbers, each a function of a seed and its place.
///
/// The numbers of scenario s in the columns of pair p come from the counter (s, 0, p, stream): they depend neither on the
/// number of scenarios nor on threads, nor on how the work is divided, and a vector draws what a single lane draws.
public enum NormalDraws {
  /// The last word of the counters, which keeps these draws apart from those of ``PassagePaths`` (0).
  private static let stream: UInt64 = 1
  /// Of the draws of ``chiSquared(seed:scenario:degrees:)``.
  private static let gammaStream: UInt64 = 2

  /// Fills two columns for scenarios `scenario`, `scenario` + 1, ...
  ///
  /// - Parameters:
  ///   - seed: The key of the random numbers.
  ///   - pair: Which two columns of a scenario these are: 0, 1, ... give independent ones.
  ///   - first: As many numbers as scenarios are wanted.
  ///   - second: As many again.
  /// - Complexity: O(count), without allocation. Stops the program where the columns differ in length or the scenarios go
  ///   beyond 2^32.
  public static func fill(
    seed: UInt64, pair: UInt32, from scenario: UInt32, first: inout MutableSpan<Double>,
    second: inout MutableSpan<Double>
  ) {
    run(Wide.self, seed: seed, pair: pair, from: scenario, first: &first, second: &second)
  }

  /// The same with one lane: the text of the vector's loop, compiled for a `Double`.
  static func fillByLane(
    seed: UInt64, pair: UInt32, from scenario: UInt32, first: inout MutableSpan<Double>,
    second: inout MutableSpan<Double>
  ) {
    run(Double.self, seed: seed, pair: pair, from: scenario, first: &first, second: &second)
  }

  @inline(__always)
  private static func run<L: RandomLanes>(
    _: L.Type, seed: UInt64, pair: UInt32, from scenario: UInt32, first: inout MutableSpan<Double>,
    second: inout MutableSpan<Double>
  ) {
    let count = first.count
    guard second.count == count, UInt64(count) + UInt64(scenario) <= 1 << 32 else {
      fatalError("NormalDraws.fill: the columns differ in length, or there are too many scenarios")
    }
    unsafe first.withUnsafeMutableBufferPointer { first in
      unsafe second.withUnsafeMutableBufferPointer { second in
        guard let a = first.baseAddress, let b = second.baseAddress else { return }
        for place in stride(from: 0, to: count, by: L.width) {
          let draw = NormalPair<L>(
            Philox<L.Words>(
              counter: (
                L.Words.counting(from: UInt64(scenario) + UInt64(place)), L.Words(0), L.Words(UInt64(pair)),
                L.Words(stream)
              ), key: seed))
          let used = min(L.width, count - place)
          unsafe draw.first.store(a + place, count: used)
          unsafe draw.second.store(b + place, count: used)
        }
      }
    }
  }

  /// A chi-squared number with `degrees` of freedom, which the draws of a scenario share to become Student's t.
  ///
  /// G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", *ACM Transactions on Mathematical
  /// Software* 26 (2000). Each attempt takes the next counter, so that nothing is carried from one scenario to another.
  ///
  /// - Parameter degrees: 2 or more; smaller ones would want another method and stop the program.
  public static func chiSquared(seed: UInt64, scenario: UInt32, degrees: Double) -> Double {
    guard degrees >= 2 else { fatalError("NormalDraws.chiSquared: fewer than 2 degrees of freedom") }
    let d = degrees / 2 - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    var attempt: UInt64 = 0
    while true {
      func words(_ part: UInt64) -> Philox<UInt64> {
        Philox<UInt64>(counter: (UInt64(scenario), attempt, part, gammaStream), key: seed)
      }
      let x = NormalPair<Double>(words(0)).first
      let root = 1 + c * x
      attempt += 1
      guard root > 0 else { continue }
      let v = root * root * root
      let random = words(1).words
      let u = 2 - Double.fraction(random.0, random.1)
      // ln u < x^2 / 2 + d - d v + d ln v
      if Double.logarithm(u, over: 1) < 0.5 * x * x + d - d * v + d * Double.logarithm(v, over: 1) { return 2 * d * v }
    }
  }
}
