internal import RealModule

/// The exercise boundary of a put on a strike of 1, solved to a tolerance.
struct BoundarySolution: Sendable {
  let put: UnitPut
  let level: CollocationLevel
  /// ln(start / boundary) at the level's nodes, or its square.
  let unknowns: [Double]
  /// An estimate of the value's error, as a fraction of the strike.
  let error: Double
  /// The boundary at the full time to expiry.
  let boundary: Double

  /// What early exercise adds, at any spot.
  let premium: ExercisePremium

  /// Solves at ever finer levels until the value's estimated error is below `tolerance`, or at the finest; nil where
  /// none is solved or the finest is not to be trusted.
  ///
  /// A level starts from the solution of the one below. The premiums of two levels at a few spots differ by the lower
  /// one's error, that of its boundary and that of its integral; what a level gains on the one before is taken to be what
  /// that one gained, within bounds, and a factor of 3 for the first two.
  init?(_ put: UnitPut, tolerance: Double, withSlopes: Bool) {
    let accuracy = min(1e-6, 0.1 * tolerance)
    var system = BoundarySystem(
      .level(0), put, unknowns: BoundarySolution.guess(put, roots: CollocationLevel.level(0).roots))
    var isSolved = system.solve(accuracy: 1e-6)
    var before = isSolved ? BoundarySolution.probed(system) : nil
    var lastGap = Double.nan
    for index in 1..<CollocationLevel.count {
      let level = CollocationLevel.level(index)
      let wasSolved = isSolved
      let unknowns =
        wasSolved ? BoundarySolution.refined(system.unknowns, level) : BoundarySolution.guess(put, roots: level.roots)
      system = BoundarySystem(level, put, unknowns: unknowns)
      isSolved = system.solve(accuracy: accuracy)
      if !isSolved, wasSolved {
        // Near a start just below the strike a coarse boundary can lead a fine one astray: begin afresh.
        system = BoundarySystem(level, put, unknowns: BoundarySolution.guess(put, roots: level.roots))
        isSolved = system.solve(accuracy: accuracy)
      }
      let after = isSolved ? BoundarySolution.probed(system) : nil
      defer { before = after }
      guard let before, let after else {
        lastGap = .nan
        continue
      }
      let gap = zip(before.values, after.values).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
      let gain = lastGap > 0 ? min(0.4, max(0.05, 2 * gap / lastGap)) : 0.3
      lastGap = gap
      let isLast = index == CollocationLevel.count - 1
      guard gain * gap <= BoundarySolution.caution * tolerance || (isLast && gap <= BoundarySolution.leastTrusted)
      else { continue }
      self.put = put
      self.level = level
      self.unknowns = system.unknowns
      error = gain * gap
      boundary = after.boundary
      guard withSlopes else {
        premium = after.premium
        return
      }
      guard system.linearise(withSensitivity: true), system.factor() else { return nil }
      let n = level.nodes
      let slopes = (0..<3).flatMap { parameter in
        system.solve(system.sensitivity[(parameter * n)..<((parameter + 1) * n)].map { -$0 })
      }
      premium = ExercisePremium(put, level, unknowns: system.unknowns, slopes: slopes)
      return
    }
    return nil
  }

  /// The finest two levels may differ by no more than this where the tolerance asked for is out of reach.
  private static let leastTrusted = 1e-6

  /// What part of the tolerance the estimate may fill.
  private static let caution = 0.1

  /// A level's premium and its values at three spots: the boundary, the strike and between.
  private static func probed(
    _ system: BoundarySystem
  ) -> (premium: ExercisePremium, boundary: Double, values: [Double]) {
    let last = system.unknowns[system.level.nodes - 1]
    let boundary = system.put.start * .exp(-(system.put.interpolatesSquare ? last.squareRoot() : last))
    let premium = ExercisePremium(system.put, system.level, unknowns: system.unknowns, slopes: [])
    return (premium, boundary, [boundary, boundary.squareRoot(), 1].map { premium.value($0) })
  }

  /// A level's first unknowns: those of the level below, seen from its nodes; kept positive.
  private static func refined(_ unknowns: [Double], _ level: CollocationLevel) -> [Double] {
    let below = unknowns.count
    var result = [Double](repeating: 0, count: level.nodes)
    for i in result.indices {
      var sum = 0.0
      for j in 0..<below { sum += level.refinement[i * below + j] * unknowns[j] }
      result[i] = max(sum, 1e-3 * unknowns[0] * level.roots[i])
    }
    return result
  }

  /// A boundary that falls exponentially in the square root of time from its start towards the perpetual one.
  ///
  /// Bjerksund and Stensland, *Scandinavian Journal of Management* 9 (1993), whose flat boundary has this form.
  private static func guess(_ put: UnitPut, roots: [Double]) -> [Double] {
    let end = min(0.999 * put.perpetual, 0.999 * put.start)
    let speed = 2 * put.volatility * put.years.squareRoot() * put.start / (put.start - end)
    return roots.map { root in
      let boundary = end + (put.start - end) * .exp(-speed * root)
      let depth = max(.log(put.start / max(boundary, 1e-300)), 1e-12)
      return put.interpolatesSquare ? depth * depth : depth
    }
  }

  /// The boundary at a time to expiry of at most ``UnitPut/years``, by the collocation's own polynomial.
  func boundary(years: Double) -> Double {
    let row = BoundaryInterpolation(nodes: level.nodes).row(at: (max(years, 0) / put.years).squareRoot())
    var sum = 0.0
    for j in row.indices { sum += row[j] * unknowns[j] }
    return put.start * .exp(-(put.interpolatesSquare ? max(sum, 0).squareRoot() : sum))
  }
}
