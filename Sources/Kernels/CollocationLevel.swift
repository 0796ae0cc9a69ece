internal import RealModule

/// One resolution of the collocation of an exercise boundary, with everything that depends on it alone.
///
/// The boundary is known at `nodes` times to expiry tau = T xi^2, xi the Chebyshev-Lobatto points of 0...1 without 0,
/// where its value is known. Every integral over the life of an option runs over the angle theta of
/// t = tau sin^2 theta: then both the square root of the time that has passed and that of the time that is left are
/// smooth, and Gauss-Legendre points in theta converge as fast as the boundary allows. What the points see of the
/// boundary is a fixed linear map of its values at the nodes, since their places on it do not depend on T.
struct CollocationLevel: Sendable {
  /// n: nodes of the boundary.
  let nodes: Int
  /// l: points of each node's integral, a multiple of 8.
  let points: Int
  /// sqrt(tau / T) of the nodes, ascending, the last 1; n of them.
  let roots: [Double]
  /// sin theta and its reciprocal at the points; l of each.
  let sines: [Double]
  let inverseSines: [Double]
  /// 2 cos theta times the weight of the point; l of them.
  let weights: [Double]
  /// The boundary seen by node i at its points, shape [n, n, l]: what node j contributes to point k.
  let maps: [Double]
  /// The boundary of the level below seen by the nodes of this one, shape [n, nodes below]; empty for the lowest.
  let refinement: [Double]
  /// The points of the premium's integral.
  let premium: PremiumPoints

  init(nodes: Int, points: Int, premiumPoints: Int, below: Int) {
    precondition(nodes > 1 && points % 8 == 0 && points > 0)
    self.nodes = nodes
    self.points = points
    let interpolation = BoundaryInterpolation(nodes: nodes)
    roots = interpolation.roots
    let (abscissas, gaussWeights) = CollocationLevel.gaussLegendre(points)
    let quarter = Double.pi / 2
    sines = abscissas.map { .sin(quarter * $0) }
    inverseSines = sines.map { 1 / $0 }
    weights = abscissas.indices.map { 2 * quarter * gaussWeights[$0] * .cos(quarter * abscissas[$0]) }
    var maps = [Double](repeating: 0, count: nodes * nodes * points)
    for i in 0..<nodes {
      for k in 0..<points {
        let row = interpolation.row(at: roots[i] * .cos(quarter * abscissas[k]))
        for j in 0..<nodes { maps[(i * nodes + j) * points + k] = row[j] }
      }
    }
    self.maps = maps
    refinement = below == 0 ? [] : roots.flatMap { BoundaryInterpolation(nodes: below).row(at: $0) }
    premium = PremiumPoints(count: premiumPoints, interpolation)
  }

  /// The levels, coarsest first; each costs about three times the one before and is about twenty times as accurate.
  static let count = 7

  static func level(_ index: Int) -> CollocationLevel {
    switch index {
    case 0: first
    case 1: second
    case 2: third
    case 3: fourth
    case 4: fifth
    case 5: sixth
    default: seventh
    }
  }

  // Apart, so that a level is made when it is first wanted.
  private static let first = CollocationLevel(nodes: 6, points: 8, premiumPoints: 32, below: 0)
  private static let second = CollocationLevel(nodes: 10, points: 16, premiumPoints: 40, below: 6)
  private static let third = CollocationLevel(nodes: 16, points: 24, premiumPoints: 56, below: 10)
  private static let fourth = CollocationLevel(nodes: 24, points: 32, premiumPoints: 72, below: 16)
  private static let fifth = CollocationLevel(nodes: 36, points: 48, premiumPoints: 96, below: 24)
  private static let sixth = CollocationLevel(nodes: 54, points: 72, premiumPoints: 120, below: 36)
  private static let seventh = CollocationLevel(nodes: 80, points: 112, premiumPoints: 160, below: 54)

  /// Points and weights of Gauss and Legendre on 0...1, ascending.
  static func gaussLegendre(_ count: Int) -> (points: [Double], weights: [Double]) {
    var points = [Double](repeating: 0, count: count)
    var weights = points
    for index in 0..<count {
      // Tricomi's estimate of the root, refined by Newton's method.
      let number = Double(count)
      var x = .cos(.pi * (Double(index) + 0.75) / (number + 0.5)) * (1 - (number - 1) / (8 * number * number * number))
      var slope = 1.0
      for _ in 0..<6 {
        var (before, value) = (1.0, x)
        for degree in 2...max(2, count) where degree <= count {
          let d = Double(degree)
          (before, value) = (value, ((2 * d - 1) * x * value - (d - 1) * before) / d)
        }
        slope = number * (x * value - before) / (x * x - 1)
        x -= value / slope
      }
      points[count - 1 - index] = (1 + x) / 2
      weights[count - 1 - index] = 1 / ((1 - x * x) * slope * slope)
    }
    return (points, weights)
  }
}

/// Polynomial interpolation of a function of xi in 0...1 that is 0 at 0, from its values at Chebyshev-Lobatto nodes.
///
/// Berrut and Trefethen, *SIAM Review* 46 (2004), equation 5.4.
struct BoundaryInterpolation {
  /// Ascending, the last 1; the node at 0 is left out.
  let roots: [Double]

  init(nodes: Int) {
    // (1 - cos x) / 2 = sin^2 (x / 2), without cancellation near 0.
    roots = (1...nodes).map { index in
      let sine = Double.sin(.pi * Double(index) / Double(2 * nodes))
      return index == nodes ? 1 : sine * sine
    }
  }

  /// What each node contributes to the value at `x`.
  func row(at x: Double) -> [Double] {
    let n = roots.count
    guard x > 0 else { return [Double](repeating: 0, count: n) }
    if let exact = roots.firstIndex(of: x) { return (0..<n).map { $0 == exact ? 1 : 0 } }
    var sum = 0.5 / x
    var row = [Double](repeating: 0, count: n)
    for j in 0..<n {
      let weight = (j % 2 == 0 ? -1.0 : 1) * (j == n - 1 ? 0.5 : 1)
      row[j] = weight / (x - roots[j])
      sum += row[j]
    }
    return row.map { $0 / sum }
  }
}

/// The points at which an early-exercise premium is integrated: t = T sin^2 theta, theta by the tanh-sinh rule.
///
/// With spot near the boundary the integrand rises within a layer at t = 0 that can be as thin as one likes; the rule's
/// points come together there double-exponentially, and again at the other end, where the boundary starts. Takahasi and
/// Mori, *Publications of RIMS* 9 (1974).
struct PremiumPoints: Sendable {
  /// A multiple of 8.
  let count: Int
  /// sin theta and its reciprocal.
  let sines: [Double]
  let inverseSines: [Double]
  /// 2 sin theta cos theta times the weight of the point: what multiplies T f(t).
  let weights: [Double]
  /// The boundary at T - t, shape [nodes, count].
  let maps: [Double]

  /// Beyond this the weights are below the rounding error of the sum.
  private static let reach = 2.75

  init(count: Int, _ interpolation: BoundaryInterpolation) {
    precondition(count % 8 == 0 && count > 0)
    self.count = count
    let step = 2 * PremiumPoints.reach / Double(count - 1)
    let nodes = interpolation.roots.count
    var (sines, weights) = ([Double](), [Double]())
    var maps = [Double](repeating: 0, count: nodes * count)
    for k in 0..<count {
      let x = Double(k) * step - PremiumPoints.reach
      let growth = Double.exp(.pi * .sinh(x))
      // The place between 0 and 1 and its distance from 1, both with full relative accuracy.
      let (left, right) = (growth / (1 + growth), 1 / (1 + growth))
      let sine = Double.sin(.pi / 2 * left)
      let cosine = Double.sin(.pi / 2 * right)
      sines.append(sine)
      weights.append(2 * sine * cosine * step * (.pi / 2) * .pi * .cosh(x) * left * right)
      let row = interpolation.row(at: cosine)
      for j in 0..<nodes { maps[j * count + k] = row[j] }
    }
    self.sines = sines
    inverseSines = sines.map { 1 / $0 }
    self.weights = weights
    self.maps = maps
  }
}
