import Kernels
import RealModule

/// The times of a simulation and the bounds between them.
///
/// A single bound needs no more steps than the corridor has nodes, as the bridge is exact for a straight bound. Steps are
/// added so that the curve can be read between them, and where two bounds come near each other: there a step is so short
/// that a path would have to move ``bridgeWidths`` of its deviations to go from one bound to the other.
struct PassageGrid {
  /// The ends of the steps, in years.
  private(set) var times: [Double] = []
  private(set) var steps: [PassageStep] = []
  let sides: PassageSides
  /// True where the grid ends because next to nothing is left, before the last horizon.
  private(set) var endsEarly = false

  /// Intervals of the curve, equal in the root of time.
  static let curveIntervals = 128
  /// Both bridge probabilities of one step then exceed a product of 10⁻³ only for a move across nine tenths of the
  /// corridor, of probability below 10⁻⁷.
  static let bridgeWidths = 6.0
  /// The grid ends where a bound of the survival falls below this.
  static let negligible = 1e-15

  private let motion: GeometricBrownianMotion
  /// The logarithm of the bound of the density's norm, until the two bounds exist at once.
  private var logNorm: Double?

  /// - Parameter horizon: The last time, positive.
  init(
    _ corridor: MovingCorridor, spot: Double, motion: GeometricBrownianMotion, horizons: [Double], horizon: Double
  ) {
    self.motion = motion
    let hasLower = corridor.nodes.contains { $0.lower != nil }
    let hasUpper = corridor.nodes.contains { $0.upper != nil }
    sides = hasLower ? (hasUpper ? .both : .lower) : .upper
    let end = min(horizon, corridor.closesAt ?? horizon)
    var marks = corridor.nodes.map(\.years) + horizons + [end]
    for k in 1..<PassageGrid.curveIntervals {
      let root = Double(k) / Double(PassageGrid.curveIntervals)
      marks.append(end * root * root)
    }
    marks.sort()
    let bounds = BoundLines(corridor, spot: spot)
    var last = 0.0
    for mark in marks where mark > last && mark <= end {
      // Marks that rounding alone tells apart are one.
      guard mark - last > 1e-12 * end || mark == end else { continue }
      fill(from: last, to: mark, bounds)
      last = mark
      if endsEarly { return }
    }
  }

  /// The steps between two marks, within which each bound is one straight line.
  private mutating func fill(from start: Double, to end: Double, _ bounds: BoundLines) {
    let line = bounds.line(from: start, to: end)
    var time = start
    while time < end {
      var next = end
      if let width = line.width(at: time) {
        let reach = width / (PassageGrid.bridgeWidths * motion.volatility)
        next = min(next, time + reach * reach)
        // A corridor that closes is followed by halves.
        if let later = line.width(at: next), later < width / 2, line.narrowing > 0 {
          next = min(next, time + width / (2 * line.narrowing))
        }
        // Steps too small for a time of that size: what is left is as good as closed.
        guard next > time else {
          endsEarly = true
          return
        }
      }
      append(from: time, to: next, line)
      time = next
      if endsEarly { return }
    }
  }

  private mutating func append(from start: Double, to end: Double, _ line: BoundLines.Line) {
    let years = end - start
    times.append(end)
    steps.append(
      PassageStep(
        drift: motion.logDrift * years, deviation: motion.volatility * years.squareRoot(),
        lowerStart: line.lower(at: start) ?? PassageStep.absentLower,
        lowerEnd: line.lower(at: end) ?? PassageStep.absentLower,
        upperStart: line.upper(at: start) ?? PassageStep.absentUpper,
        upperEnd: line.upper(at: end) ?? PassageStep.absentUpper))
    guard let narrow = line.width(at: start), let wide = line.width(at: end) else { return }
    let variance = motion.volatility * motion.volatility
    if let norm = logNorm {
      // The square of the density u of the paths that are left, integrated over a corridor of width w, falls at a rate of
      // sigma² pi² / w² or more (Poincaré's inequality; neither drift nor moving ends add to it), and the integral of
      // dt / w² along straight bounds is dt / (w0 w1). The survival is at most the root of w times that norm.
      let later = norm - variance * .pi * .pi * years / (2 * narrow * wide)
      logNorm = later
      endsEarly = later + .log(wide) / 2 < .log(PassageGrid.negligible)
    } else {
      // After the first time u is at most 1 / (sigma sqrt(2 pi t)), and its square integrates to no more.
      logNorm = -Double.log(motion.volatility * (2 * .pi * end).squareRoot()) / 2
    }
  }
}

/// The bounds of a corridor in ln S / S0.
struct BoundLines {
  /// A bound over an interval between two nodes: a straight line where both have it, a point where one has.
  struct Bound {
    let first: Double?
    let second: Double?

    /// - Parameter share: Of the interval, from 0 to 1, both exact.
    func value(_ share: Double) -> Double? {
      if share <= 0 { return first }
      if share >= 1 { return second }
      guard let first, let second else { return nil }
      return first + (second - first) * share
    }

    /// The growth over the interval; 0 where it is no line.
    var growth: Double {
      guard let first, let second else { return 0 }
      return second - first
    }
  }

  struct Line {
    let start: Double
    /// 0 beyond the last node, where both ends are the same.
    let end: Double
    let lower: Bound
    let upper: Bound

    private func share(_ time: Double) -> Double {
      time >= end ? 1 : time <= start ? 0 : (time - start) / (end - start)
    }

    func lower(at time: Double) -> Double? { lower.value(share(time)) }
    func upper(at time: Double) -> Double? { upper.value(share(time)) }

    func width(at time: Double) -> Double? {
      guard let lower = lower(at: time), let upper = upper(at: time) else { return nil }
      return upper - lower
    }

    /// How fast the two come nearer, a year.
    var narrowing: Double { end > start ? (lower.growth - upper.growth) / (end - start) : 0 }
  }

  private let nodes: [(years: Double, lower: Double?, upper: Double?)]

  init(_ corridor: MovingCorridor, spot: Double) {
    nodes = corridor.nodes.map { node in
      (node.years, node.lower.map { .log($0 / spot) }, node.upper.map { .log($0 / spot) })
    }
  }

  /// The lines over an interval that no node divides.
  func line(from start: Double, to end: Double) -> Line {
    let middle = start + (end - start) / 2
    let index = nodes.lastIndex { $0.years <= middle } ?? 0
    let node = nodes[index]
    let next = index + 1 < nodes.count ? nodes[index + 1] : node
    return Line(
      start: node.years, end: next.years, lower: Bound(first: node.lower, second: next.lower),
      upper: Bound(first: node.upper, second: next.upper))
  }
}
