import Basics
import RealModule

/// All roots of K at one volatility and one expiry, with the reason why they are all.
///
/// In the order of cost: the signs of the payoff bound the number of roots; points of known sign isolate them where there
/// are as many; else the zeros of gamma, isolated by Rolle's recursion, and of delta between them cut the prices
/// into stretches on which K is monotone.
struct FlatSolver {
  let equity: FlatEquity
  /// Values of single options.
  private(set) var evaluations = 0

  init(_ equity: FlatEquity) { self.equity = equity }

  /// Exponentials that the isolation of inflections may cost for each digit of a bisection: sign changes squared x strikes / 2.
  /// Beyond it, at some 70 alternating strikes, a walk is sooner done; and the recursion stays that shallow.
  static let inflectionLimit = 200_000

  /// The bands where K < 0; nil where this method has no proof: for digitals, and for more alternating strikes than
  /// ``inflectionLimit`` allows, unless the count of roots decides.
  mutating func solve(near spot: Double) -> (bands: [Band], certificate: LiquidationCertificate)? {
    let signs = EquitySigns(equity)
    guard signs.changes > 0 else {
      return (signs.isNegativeAtZero ? [.everything] : [], .noSignChange)
    }
    guard equity.deviation > 0 else { return (withoutVolatility(), .expiry) }
    if let roots = countedRoots(signs, near: spot) {
      return (Bands.between(roots.map { BandEnd(price: $0) }, startsNegative: signs.isNegativeAtZero), .rootCount)
    }
    guard !equity.form.hasJumps, isolationCost <= FlatSolver.inflectionLimit else { return nil }
    let roots = monotoneRoots(signs)
    guard roots.count <= signs.changes, (roots.count - signs.changes).isMultiple(of: 2) else { return nil }
    return (Bands.between(roots.map { BandEnd(price: $0) }, startsNegative: signs.isNegativeAtZero), .inflections)
  }

  private var isolationCost: Int {
    let kinks = equity.form.kinks.filter { $0 != 0 }
    let changes = zip(kinks, kinks.dropFirst()).count { ($0 < 0) != ($1 < 0) }
    return changes * (changes + 1) / 2 * kinks.count
  }

  /// What a zero is looked for of: K itself, or dK/dS.
  private enum Figure {
    case value
    case slope
  }

  private typealias Point = (spot: Double, value: Double)

  private static func figure(_ figure: Figure, of equity: FlatEquity, at spot: Double) -> Double {
    figure == .value ? equity.value(at: spot) : equity.slope(at: spot)
  }

  private mutating func value(_ spot: Double, of figure: Figure = .value) -> Double {
    evaluations += equity.cost
    return FlatSolver.figure(figure, of: equity, at: spot)
  }

  /// K is the discounted payoff at the forward.
  private func withoutVolatility() -> [Band] {
    let exact = ExpirySolver.bands(
      of: equity.form, constant: ExactAmount(exactly: 1 / equity.discount) ?? .one,
      slope: ExactAmount(exactly: 1 / equity.spotDiscount) ?? .one)
    func moved(_ end: BandEnd?) -> BandEnd? {
      end.map { BandEnd(price: $0.price / equity.growth, isJump: $0.isJump) }
    }
    return exact.map { Band(lower: moved($0.lower), upper: moved($0.upper)) }
  }

  // MARK: Roots by count

  /// One root between two neighbours of different sign, as many as the payoff changes its sign; nil where K does not take
  /// the sign of some run.
  private mutating func countedRoots(_ signs: EquitySigns, near spot: Double) -> [Double]? {
    var points: [(spot: Double, value: Double)] = []
    for (index, run) in signs.runs.enumerated().dropFirst().dropLast() {
      guard let peak = run.peak else { return nil }
      let place = peak / equity.growth
      let found = value(place)
      guard found.magnitude > equity.rounding(at: place), (found < 0) == run.isNegative, index > 0 else { return nil }
      points.append((place, found))
    }
    guard !points.isEmpty else {
      // One change: one root, on the side of the present spot that its sign leaves.
      let found = value(spot)
      if found == 0 { return [spot] }
      let root =
        (found < 0) == signs.isNegativeAtZero
        ? tailRoot(from: (spot, found), upward: true, isNegativeBeyond: signs.isNegativeAtInfinity)
        : tailRoot(from: (spot, found), upward: false, isNegativeBeyond: signs.isNegativeAtZero)
      return root.map { [$0] }
    }
    guard let first = points.first, let last = points.last,
      let lowest = tailRoot(from: first, upward: false, isNegativeBeyond: signs.isNegativeAtZero),
      let highest = tailRoot(from: last, upward: true, isNegativeBeyond: signs.isNegativeAtInfinity)
    else { return nil }
    var roots = [lowest]
    for (left, right) in zip(points, points.dropFirst()) { roots.append(root(left, right)) }
    return roots + [highest]
  }

  private mutating func root(_ left: Point, _ right: Point, of figure: Figure = .value) -> Double {
    let equity = equity
    var count = 0
    let root = RootBracket.root(low: left.spot, lowValue: left.value, high: right.spot, highValue: right.value) {
      count += equity.cost
      return FlatSolver.figure(figure, of: equity, at: $0)
    }
    evaluations += count
    return root
  }

  /// The root between a point and the end at 0 or infinity, where the figure is known to have the other sign.
  ///
  /// - Returns: nil where it lies beyond the range of a `Double`.
  private mutating func tailRoot(
    from point: Point, upward: Bool, isNegativeBeyond: Bool, of figure: Figure = .value
  ) -> Double? {
    var inner = point
    // Steps grow from a standard deviation; a root 69 of them away is seven steps off.
    var step = max(equity.deviation, 0.02)
    var logarithm = Double.log(point.spot)
    while logarithm.magnitude < 690 {
      logarithm += upward ? step : -step
      step *= 2
      let place = Double.exp(logarithm)
      let found = value(place, of: figure)
      if (found < 0) == isNegativeBeyond, found != 0 { return root(inner, (place, found), of: figure) }
      if found != 0 { inner = (place, found) }
    }
    return nil
  }

  // MARK: Roots between inflections

  private mutating func monotoneRoots(_ signs: EquitySigns) -> [Double] {
    let cuts = criticalPoints()
    var points: [(spot: Double, value: Double)] = []
    for cut in cuts {
      let found = value(cut)
      // A touch within rounding is no crossing.
      if found.magnitude > equity.rounding(at: cut) { points.append((cut, found)) }
    }
    guard let first = points.first, let last = points.last else {
      let start = equity.form.strikes[0] / equity.growth
      let found = value(start)
      guard signs.isNegativeAtZero != signs.isNegativeAtInfinity else { return [] }
      let isUpward = (found < 0) == signs.isNegativeAtZero
      let beyond = isUpward ? signs.isNegativeAtInfinity : signs.isNegativeAtZero
      return tailRoot(from: (start, found), upward: isUpward, isNegativeBeyond: beyond).map { [$0] } ?? []
    }
    var roots: [Double] = []
    if (first.value < 0) != signs.isNegativeAtZero,
      let root = tailRoot(from: first, upward: false, isNegativeBeyond: signs.isNegativeAtZero)
    {
      roots.append(root)
    }
    for (left, right) in zip(points, points.dropFirst()) where (left.value < 0) != (right.value < 0) {
      roots.append(root(left, right))
    }
    if (last.value < 0) != signs.isNegativeAtInfinity,
      let root = tailRoot(from: last, upward: true, isNegativeBeyond: signs.isNegativeAtInfinity)
    {
      roots.append(root)
    }
    return roots
  }

  /// The zeros of dK/dS: one at most between neighbouring inflections, where it is monotone.
  private mutating func criticalPoints() -> [Double] {
    let inflections = equity.inflections()
    let kinks = equity.form.kinks
    guard let lowKink = kinks.first(where: { $0 != 0 }), let highKink = kinks.last(where: { $0 != 0 }),
      let firstSlope = equity.slopes.first, let lastSlope = equity.slopes.last
    else { return [] }
    // Where the outer line is flat the nearest strike decides: calls rise from 0, puts fall towards it.
    let startsNegative = firstSlope == 0 ? lowKink < 0 : firstSlope < 0
    let endsNegative = lastSlope == 0 ? highKink > 0 : lastSlope < 0
    let points = inflections.map { place -> Point in (place, value(place, of: .slope)) }
    guard let first = points.first, let last = points.last else {
      guard startsNegative != endsNegative else { return [] }
      let start = equity.form.strikes[0] / equity.growth
      let slope = value(start, of: .slope)
      let isUpward = (slope < 0) == startsNegative
      let beyond = isUpward ? endsNegative : startsNegative
      return tailRoot(from: (start, slope), upward: isUpward, isNegativeBeyond: beyond, of: .slope).map { [$0] } ?? []
    }
    var found: [Double] = []
    if (first.value < 0) != startsNegative,
      let place = tailRoot(from: first, upward: false, isNegativeBeyond: startsNegative, of: .slope)
    {
      found.append(place)
    }
    for (left, right) in zip(points, points.dropFirst()) where (left.value < 0) != (right.value < 0) {
      found.append(root(left, right, of: .slope))
    }
    if (last.value < 0) != endsNegative,
      let place = tailRoot(from: last, upward: true, isNegativeBeyond: endsNegative, of: .slope)
    {
      found.append(place)
    }
    return found
  }
}
