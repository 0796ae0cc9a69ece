import LinearAlgebra
import Scenarios
import TestSupport
import Testing

@Suite(.enabled(if: CorrelationSamples.isAvailable, "needs a library with LAPACK: install libopenblas0-pthread"))
struct ShrunkCovarianceTests {
  /// Observations (2, 0), (-2, 0), (0, 1), (0, -1): the sample is diag(2, 1/2), the identity's multiple 5/4.
  ///
  /// The distance squared is 9/8; each observation's x x' lies 17/4 from the sample, squared, so that the mean's error is
  /// (17/4) / 4 = 17/16, and the intensity 17/18.
  @Test("Four observations of two series are shrunk by 17/18, as found by hand")
  func byHand() throws {
    let table = try ObservationTable(series: ["a", "b"], rows: [[2, 0], [-2, 0], [0, 1], [0, -1]])
    let shrunk = try ShrunkCovariance(of: table, toward: .scaledIdentity)
    #expect((shrunk.intensity - 17.0 / 18).magnitude < 1e-14)
    let (a, b) = (17.0 / 18 * 1.25 + 2.0 / 18, 17.0 / 18 * 1.25 + 0.5 / 18)
    #expect(isClose(shrunk.covariance.matrix.elements, [a, 0, 0, b], 1e-14))
    #expect(shrunk.target == .scaledIdentity)
  }

  /// The papers' sums, element by element and observation by observation.
  private static func plain(
    _ table: ObservationTable, _ target: ShrinkageTarget
  ) -> (matrix: [Double], intensity: Double) {
    let (count, order) = (table.count, table.series.count)
    let means = table.means
    func y(_ t: Int, _ i: Int) -> Double { table.values[t, i] - means[i] }
    func mean(_ term: (Int) -> Double) -> Double { (0..<count).reduce(0) { $0 + term($1) } / Double(count) }
    let pairs = (0..<order).flatMap { i in (0..<order).map { j in (i, j) } }
    let s = pairs.map { i, j in mean { y($0, i) * y($0, j) } }
    func at(_ i: Int, _ j: Int) -> Double { s[i * order + j] }
    let asymptotic = pairs.map { i, j in
      mean {
        let part = y($0, i) * y($0, j) - at(i, j)
        return part * part
      }
    }
    let level = (0..<order).reduce(0) { $0 + at($1, $1) } / Double(order)
    let mixed = pairs.filter { $0.0 != $0.1 }
    let average =
      mixed.reduce(0) { $0 + at($1.0, $1.1) / (at($1.0, $1.0) * at($1.1, $1.1)).squareRoot() }
      / Double(max(1, mixed.count))
    let goal = pairs.map { i, j in
      switch target {
      case .scaledIdentity: i == j ? level : 0
      case .constantCorrelation: i == j ? at(i, i) : average * (at(i, i) * at(j, j)).squareRoot()
      }
    }
    var shared = 0.0
    if target == .constantCorrelation {
      for (i, j) in pairs where i == j { shared += asymptotic[i * order + j] }
      for (i, j) in mixed {
        func theta(_ k: Int) -> Double {
          mean { (y($0, k) * y($0, k) - at(k, k)) * (y($0, i) * y($0, j) - at(i, j)) }
        }
        shared +=
          average / 2
          * ((at(j, j) / at(i, i)).squareRoot() * theta(i) + (at(i, i) / at(j, j)).squareRoot() * theta(j))
      }
    }
    let distance = zip(s, goal).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let intensity = max(0, min(1, (asymptotic.reduce(0, +) - shared) / distance / Double(count)))
    return (zip(s, goal).map { intensity * $1 + (1 - intensity) * $0 }, intensity)
  }

  @Test(
    "Both targets are shrunk to as the papers' plain sums say", arguments: ShrinkageTarget.allCases, [UInt64](1...10))
  func definitions(target: ShrinkageTarget, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let table = try CorrelationSamples.table(generator.int(4...60), generator.int(3...8), &generator)
    let wanted = Self.plain(table, target)
    let shrunk = try ShrunkCovariance(of: table, toward: target)
    #expect((shrunk.intensity - wanted.intensity).magnitude < 1e-10, "\(generator)")
    #expect(isClose(shrunk.covariance.matrix.elements, wanted.matrix, 1e-14), "\(generator)")
    #expect(shrunk.intensity > 0 && shrunk.intensity <= 1, "\(generator)")
  }

  @Test("With fewer observations than series the shrunk matrix is positive definite, and the sample is not")
  func condition() throws {
    var generator = SplitMix64(seed: 2)
    let table = try CorrelationSamples.table(10, 25, &generator)
    let sample = try SymmetricEigenSystem.values(of: CovarianceMatrix.sample(of: table).matrix)
    #expect(sample[24] < 1e-12 * sample[0])
    for target in ShrinkageTarget.allCases {
      let shrunk = try ShrunkCovariance(of: table, toward: target)
      let values = try SymmetricEigenSystem.values(of: shrunk.covariance.matrix)
      #expect(values[24] > 1e-3 * values[0] / 25, "\(target)")
      #expect(try shrunk.covariance.correlation().leastEigenvalue > 0.01, "\(target)")
    }
  }

  @Test("More observations shrink less, and the constant correlation leaves variances as they are")
  func laws() throws {
    var generator = SplitMix64(seed: 8)
    let long = try CorrelationSamples.table(4000, 6, &generator)
    let short = try ObservationTable(
      series: long.series, values: Matrix(rows: 40, columns: 6, elements: Array(long.values.elements.prefix(240))))
    for target in ShrinkageTarget.allCases {
      let few = try ShrunkCovariance(of: short, toward: target).intensity
      let many = try ShrunkCovariance(of: long, toward: target).intensity
      #expect(many < few / 4, "\(target)")
    }
    let shrunk = try ShrunkCovariance(of: short, toward: .constantCorrelation)
    let sample = try CovarianceMatrix.sample(of: short).standardDeviations
    let wanted = sample.map { $0 * (39.0 / 40).squareRoot() }
    #expect(isClose(shrunk.covariance.standardDeviations, wanted, 1e-15))
  }

  @Test("Where the target is the sample, nothing is shrunk: one series, two series of one correlation")
  func same() throws {
    var generator = SplitMix64(seed: 6)
    let one = try CorrelationSamples.table(20, 1, &generator)
    for target in ShrinkageTarget.allCases { #expect(try ShrunkCovariance(of: one, toward: target).intensity == 0) }
    let two = try CorrelationSamples.table(20, 2, &generator)
    #expect(try ShrunkCovariance(of: two, toward: .constantCorrelation).intensity == 0)
  }

  @Test("Moments beyond the range of a Double are refused", arguments: [1e-90, 1e90])
  func range(size: Double) throws {
    let table = try ObservationTable(series: ["a", "b"], columns: [[0, size, -size], [size, 0, 3 * size]])
    for target in ShrinkageTarget.allCases {
      #expect(throws: ScenarioError.self) { try ShrunkCovariance(of: table, toward: target) }
    }
  }
}
