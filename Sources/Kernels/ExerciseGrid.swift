internal import RealModule

/// A dividend paid in cash during an option's life.
public struct DatedDividend: Sendable, Hashable {
  /// From now, above 0.
  public let years: Double
  /// A unit of the underlying, in the strike's currency.
  public let amount: Double

  public init(years: Double, amount: Double) {
    self.years = years
    self.amount = amount
  }
}

/// Finite differences for an option on a strike of 1, with a continuous yield and dated cash dividends.
///
/// Crank and Nicolson's scheme on ``GridAxis``, its first steps after expiry and after each dividend fully implicit at
/// half length (Rannacher, *Numerische Mathematik* 43 (1984)), with steps that grow quadratically from each such moment.
/// In a step the option is worth at least what exercise pays: the complementarity problem is solved exactly by policy
/// iteration (Forsyth and Labahn, *Journal of Computational Finance* 11 (2007)), whose rows are either the scheme's or
/// the payoff's. Each pass is one elimination of a tridiagonal matrix that changes from pass to pass, without pivoting as
/// it is diagonally dominant but for coarse grids with strong drift; LAPACK's factors could not be used twice.
///
/// A dividend takes spot from s to s - D, and from s to 0 where D is larger: then what is paid is s.
struct ExerciseGrid {
  let sign: Double
  let years: Double
  let volatility: Double
  let rate: Double
  let dividendYield: Double
  /// Ascending by time, within the option's life; amounts as fractions of the strike.
  let dividends: [DatedDividend]
  let isAmerican: Bool

  /// The values today at the nodes of an axis.
  ///
  /// - Parameter steps: Time steps of the whole life, at least 1; every stretch between dividends has at least 8.
  func values(on axis: GridAxis, steps: Int) -> [Double] {
    let spots = axis.spots
    let payoff = spots.map { max(sign * ($0 - 1), 0) }
    var values = payoff
    var scheme = GridScheme(self, spots, payoff)
    // Backwards from expiry, time to expiry growing.
    var end = years
    for dividend in dividends.reversed() {
      scheme.advance(&values, over: end - dividend.years, steps: share(of: end - dividend.years, steps))
      let after = values
      for i in spots.indices {
        values[i] = axis.interpolate(after, at: max(spots[i] - dividend.amount, 0)).value
        if isAmerican { values[i] = max(values[i], payoff[i]) }
      }
      end = dividend.years
    }
    scheme.advance(&values, over: end, steps: share(of: end, steps))
    return values
  }

  private func share(of time: Double, _ steps: Int) -> Int {
    max(8, Int((Double(steps) * (time / years).squareRoot()).rounded(.up)))
  }
}

/// The time steps of an ``ExerciseGrid``, with their working memory.
private struct GridScheme {
  private let grid: ExerciseGrid
  private let payoff: [Double]
  /// The spatial operator, a row a node: what multiplies the neighbours and the node.
  private var lower: [Double]
  private var middle: [Double]
  private var upper: [Double]
  private var isHeld: [Bool]
  private var side: [Double]
  private var pivots: [Double]
  private var trial: [Double]

  init(_ grid: ExerciseGrid, _ spots: [Double], _ payoff: [Double]) {
    self.grid = grid
    self.payoff = payoff
    let n = spots.count
    lower = [Double](repeating: 0, count: n)
    middle = [Double](repeating: -grid.rate, count: n)
    upper = lower
    side = lower
    pivots = lower
    trial = lower
    isHeld = [Bool](repeating: false, count: n)
    let drift = grid.rate - grid.dividendYield
    for i in 1..<(n - 1) {
      let s = spots[i]
      let (left, right) = (s - spots[i - 1], spots[i + 1] - s)
      let diffusion = grid.volatility * grid.volatility * s * s
      let carry = drift * s
      lower[i] = (diffusion - carry * right) / (left * (left + right))
      upper[i] = (diffusion + carry * left) / (right * (left + right))
      middle[i] = -lower[i] - upper[i] - grid.rate
    }
    // Far out the value is a line: only drift and discount are left.
    let width = spots[n - 1] - spots[n - 2]
    lower[n - 1] = -drift * spots[n - 1] / width
    middle[n - 1] = drift * spots[n - 1] / width - grid.rate
  }

  mutating func advance(_ values: inout [Double], over time: Double, steps: Int) {
    guard time > 0 else { return }
    // The first two steps are four implicit ones of half the length.
    var now = 0.0
    for step in 1...steps {
      let fraction = Double(step) / Double(steps)
      let next = time * fraction * fraction
      let length = next - now
      if step <= 2 {
        advance(&values, by: length / 2, implicitness: 1)
        advance(&values, by: length / 2, implicitness: 1)
      } else {
        advance(&values, by: length, implicitness: 0.5)
      }
      now = next
    }
  }

  /// One step of (1 - a L) V' = (1 + b L) V with V' at least the payoff.
  private mutating func advance(_ values: inout [Double], by length: Double, implicitness: Double) {
    let n = values.count
    let (a, b) = (implicitness * length, (1 - implicitness) * length)
    for i in 0..<n {
      var flow = middle[i] * values[i]
      if i > 0 { flow += lower[i] * values[i - 1] }
      if i < n - 1 { flow += upper[i] * values[i + 1] }
      side[i] = values[i] + b * flow
    }
    var passes = 0
    while true {
      eliminate(a)
      passes += 1
      guard grid.isAmerican, passes < 60 else { break }
      var isSettled = true
      for i in 0..<n {
        let hold: Bool
        if isHeld[i] {
          // Held where the scheme would lower the value below the payoff.
          var flow = middle[i] * trial[i]
          if i > 0 { flow += lower[i] * trial[i - 1] }
          if i < n - 1 { flow += upper[i] * trial[i + 1] }
          hold = trial[i] - a * flow - side[i] > -1e-16
        } else {
          hold = trial[i] < payoff[i] - 1e-15
        }
        if hold != isHeld[i] {
          isHeld[i] = hold
          isSettled = false
        }
      }
      if isSettled { break }
    }
    swap(&values, &trial)
    if grid.isAmerican {
      for i in 0..<n where values[i] < payoff[i] { values[i] = payoff[i] }
    }
  }

  /// Thomas' elimination of the rows that are not held.
  private mutating func eliminate(_ a: Double) {
    let n = side.count
    var above = 0.0
    var before = 0.0
    for i in 0..<n {
      if grid.isAmerican && isHeld[i] {
        pivots[i] = 0
        trial[i] = payoff[i]
      } else {
        let head = 1 - a * middle[i] + a * lower[i] * above
        pivots[i] = -a * upper[i] / head
        trial[i] = (side[i] + a * lower[i] * before) / head
      }
      above = pivots[i]
      before = trial[i]
    }
    for i in stride(from: n - 2, through: 0, by: -1) { trial[i] -= pivots[i] * trial[i + 1] }
  }
}
