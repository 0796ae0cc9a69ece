import RealModule

/// A whole surface in three parameters and the variance at the money of each expiry (surface SVI, SSVI):
///
///     w(k, theta) = theta / 2 (1 + rho phi k + sqrt((phi k + rho)^2 + 1 - rho^2)),
///     phi(theta) = eta theta^-gamma (1 + theta)^(gamma - 1)
///
/// Gatheral and Jacquier, *Quantitative Finance* 14 (2014), section 4. With 0 < gamma <= 1/2 and
/// eta^2 (1 + |rho|) <= 4 both products of their theorem 4.2 keep their bounds at every theta (theta phi <= eta and
/// theta phi^2 <= eta^2), so **no slice has butterfly arbitrage**; theta phi increases by at most phi d(theta), so **no two
/// have calendar arbitrage** as long as theta does not fall in time. A surface that exists keeps these conditions.
public struct SSVISurface: Hashable, Sendable {
  /// One expiry.
  public struct Node: Hashable, Sendable {
    public let years: Double
    /// Total variance at the money, above 0.
    public let theta: Double
    /// The strikes it was fitted to, as log-moneyness: beyond them a volatility is an extrapolation.
    public let range: ClosedRange<Double>

    public init(years: Double, theta: Double, range: ClosedRange<Double>) {
      self.years = years
      self.theta = theta
      self.range = range
    }
  }

  public let rho: Double
  public let eta: Double
  public let gamma: Double
  /// Ascending in time.
  public let nodes: [Node]
  private let slices: [SVISlice]

  /// - Throws: ``SurfaceError/badParameter(name:found:wanted:)`` outside the conditions above, for no expiry, and for a
  ///   theta of 0 or less or below that of an earlier expiry; ``SurfaceError/notAscending(index:years:before:)``.
  public init(rho: Double, eta: Double, gamma: Double, nodes: [Node]) throws(SurfaceError) {
    guard rho.magnitude < 1 else {
      throw .badParameter(name: "rho", found: rho, wanted: "a number strictly between -1 and 1")
    }
    guard gamma > 0, gamma <= 0.5 else {
      throw .badParameter(name: "gamma", found: gamma, wanted: "a number above 0 and at most 0.5")
    }
    let bound = SSVISurface.greatestEta(rho: rho)
    guard eta > 0, eta <= bound else {
      throw .badParameter(name: "eta", found: eta, wanted: "a number above 0 and at most \(bound), 2 / sqrt(1 + |rho|)")
    }
    try SurfaceTime.check(nodes.map(\.years))
    var before = 0.0
    for node in nodes {
      guard node.theta > 0, node.theta.isFinite, node.theta >= before else {
        throw .badParameter(
          name: "theta at \(node.years) years", found: node.theta, wanted: "a number above 0 and at least \(before)")
      }
      before = node.theta
    }
    self.rho = rho
    self.eta = eta
    self.gamma = gamma
    self.nodes = nodes
    var slices: [SVISlice] = []
    for node in nodes {
      slices.append(try SSVISurface.slice(theta: node.theta, rho: rho, eta: eta, gamma: gamma))
    }
    self.slices = slices
  }

  /// The largest eta without butterfly arbitrage at any theta: 2 / sqrt(1 + |rho|).
  public static func greatestEta(rho: Double) -> Double { 2 / (1 + rho.magnitude).squareRoot() }

  /// The curvature phi at a variance at the money.
  public func phi(_ theta: Double) -> Double { SSVISurface.phi(theta, eta: eta, gamma: gamma) }

  static func phi(_ theta: Double, eta: Double, gamma: Double) -> Double {
    eta * .pow(theta, -gamma) * .pow(1 + theta, gamma - 1)
  }

  /// The slice of a variance at the money in raw parameters.
  static func slice(theta: Double, rho: Double, eta: Double, gamma: Double) throws(SurfaceError) -> SVISlice {
    try SVINatural(delta: 0, mu: 0, rho: rho, omega: theta, zeta: phi(theta, eta: eta, gamma: gamma)).raw()
  }

  /// The slices of the expiries, in raw parameters.
  public var fitted: [SVISlice] { slices }

  /// Variance at the money at a time: linear between expiries, in proportion to time before the first and after the last.
  public func theta(years: Double) -> Double {
    let place = SurfaceTime(years, in: nodes.map(\.years))
    return place.mixed { nodes[$0].theta }
  }

  /// Total variance and its slope in log-moneyness at a time above 0, and whether it lies beyond the quotes.
  func curve(at k: Double, years: Double) -> (variance: Double, slope: Double, isBeyond: Bool) {
    let place = SurfaceTime(years, in: nodes.map(\.years))
    let isBeyond = place.isBeyond || !nodes[place.near].range.holds(k) || !nodes[place.far].range.holds(k)
    if place.isExact {
      let curve = slices[place.near].curve(at: k)
      return (curve.variance, curve.slope, isBeyond)
    }
    // Written out, since a slice of its own would have to be checked anew: R = sqrt(phi^2 k^2 + 2 rho phi k + 1).
    let theta = place.mixed { nodes[$0].theta }
    let phi = phi(theta)
    let x = phi * k
    let root = ((x + rho) * (x + rho) + (1 - rho) * (1 + rho)).squareRoot()
    return (theta / 2 * (1 + rho * x + root), theta / 2 * phi * (rho + (x + rho) / root), isBeyond)
  }
}

/// Where a time lies among the expiries of a surface.
struct SurfaceTime {
  /// The expiries around it; the same twice on an expiry and outside them all.
  let near: Int
  let far: Int
  /// What the near and the far one's total variances count for.
  let weights: (near: Double, far: Double)
  /// Before the first expiry or after the last.
  let isBeyond: Bool

  /// Expiries are told apart to the second; half of one is room for the rounding of a year fraction.
  private static let half = 0.5 / 31_536_000

  /// - Parameter times: Ascending, at least one.
  init(_ years: Double, in times: [Double]) {
    let place = times.firstIndex { $0 >= years - SurfaceTime.half } ?? times.count
    if place < times.count, (times[place] - years).magnitude <= SurfaceTime.half {
      (near, far, weights, isBeyond) = (place, place, (1, 0), false)
    } else if place == 0 || place == times.count {
      let end = place == 0 ? 0 : times.count - 1
      (near, far, weights, isBeyond) = (end, end, (years / times[end], 0), true)
    } else {
      let part = (years - times[place - 1]) / (times[place] - times[place - 1])
      (near, far, weights, isBeyond) = (place - 1, place, (1 - part, part), false)
    }
  }

  var isExact: Bool { near == far && !isBeyond }

  /// A figure of the expiries that is linear in time between them, as total variance is.
  func mixed(_ figure: (Int) -> Double) -> Double {
    near == far ? weights.near * figure(near) : weights.near * figure(near) + weights.far * figure(far)
  }

  /// - Throws: ``SurfaceError``: no expiry, a time of 0 or less, times that do not ascend.
  static func check(_ times: [Double]) throws(SurfaceError) {
    guard !times.isEmpty else { throw .tooFewQuotes(found: 0, wanted: 1) }
    var before = 0.0
    for (index, years) in times.enumerated() {
      guard years > 0, years.isFinite else {
        throw .badParameter(name: "years", found: years, wanted: "a finite number above 0")
      }
      guard years > before else { throw .notAscending(index: index, years: years, before: before) }
      before = years
    }
  }
}

extension ClosedRange<Double> {
  /// Within the range, a strike at its end included however its logarithm was rounded.
  func holds(_ k: Double) -> Bool { k >= lowerBound - 1e-12 && k <= upperBound + 1e-12 }
}
