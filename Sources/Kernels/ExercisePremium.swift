internal import RealModule

/// What early exercise adds to a put on a strike of 1, at any spot above the boundary.
///
/// The premium is the integral of e^(-rt) r N(-d2) - s e^(-qt) q N(-d1), d1 and d2 of s over the boundary at T - t: what
/// is earned where exercise pays (Kim 1990; Jacka, *Mathematical Finance* 1 (1991); Carr, Jarrow and Myneni, the same,
/// 2 (1992)). All that does not depend on spot is worked out once.
struct ExercisePremium: Sendable {
  private let put: UnitPut
  private let count: Int
  /// Columns of `count` numbers: v sqrt t, ln boundary, e^(-rt) and e^(-qt) by the weight of the point, t; then, for the
  /// Greeks, the derivatives of ln boundary by volatility, rate and yield.
  private let columns: [Double]
  private let hasSlopes: Bool

  private static let plainColumns = 5

  /// - Parameter slopes: The derivatives of the unknowns by volatility, rate and yield, shape [3, n], or nothing where
  ///   they are not asked for.
  init(_ put: UnitPut, _ level: CollocationLevel, unknowns: [Double], slopes: [Double]) {
    self.put = put
    let points = level.premium
    let n = level.nodes
    count = points.count
    hasSlopes = !slopes.isEmpty
    var columns = [Double](
      repeating: 0, count: (ExercisePremium.plainColumns + (hasSlopes ? 3 : 0)) * count)
    let isSquare = put.interpolatesSquare
    let logStart = Double.log(put.start)
    let startSlopes = isSquare ? (0, 0) : (1 / put.rate, -1 / put.dividendYield)
    for k in 0..<count {
      var sum = 0.0
      for j in 0..<n { sum += points.maps[j * count + k] * unknowns[j] }
      let depth = isSquare ? max(sum, 1e-60).squareRoot() : sum
      let root = put.years.squareRoot() * points.sines[k]
      let time = root * root
      let weight = put.years * points.weights[k]
      columns[k] = put.volatility * root
      columns[count + k] = logStart - depth
      columns[2 * count + k] = weight * .exp(-put.rate * time)
      columns[3 * count + k] = weight * .exp(-put.dividendYield * time)
      columns[4 * count + k] = time
      guard hasSlopes else { continue }
      for parameter in 0..<3 {
        var slope = 0.0
        for j in 0..<n { slope += points.maps[j * count + k] * slopes[parameter * n + j] }
        let ofStart = parameter == 0 ? 0 : parameter == 1 ? startSlopes.0 : startSlopes.1
        columns[(ExercisePremium.plainColumns + parameter) * count + k] =
          ofStart - (isSquare ? 0.5 * slope / depth : slope)
      }
    }
    self.columns = columns
  }

  /// The premium at a spot, as a fraction of the strike.
  func value(_ spot: Double) -> Double {
    switch Wide.width {
    case 8: value(spot, Wide.self)
    case 4: value(spot, Twin<Wide>.self)
    default: value(spot, Twin<Twin<Wide>>.self)
    }
  }

  /// The premium and its derivatives by spot (twice), volatility, rate and yield.
  func partials(_ spot: Double) -> PremiumPartials {
    switch Wide.width {
    case 8: partials(spot, Wide.self)
    case 4: partials(spot, Twin<Wide>.self)
    default: partials(spot, Twin<Twin<Wide>>.self)
    }
  }

  @inline(__always)
  private func value<L: Lanes>(_ spot: Double, _: L.Type) -> Double {
    let terms = columns.span
    let logSpot = L(Double.log(spot))
    let carry = L(put.rate - put.dividendYield)
    var total = L(0)
    var k = 0
    while k < count {
      let deviation = L.octet(terms, at: k)
      let forward = L.fma(carry, L.octet(terms, at: 4 * count + k), logSpot - L.octet(terms, at: count + k))
      let middle = forward / deviation
      let half = L(0.5) * deviation
      let paid = L(put.rate) * L.octet(terms, at: 2 * count + k) * L.lowerTail(half - middle)
      let lost = L(put.dividendYield * spot) * L.octet(terms, at: 3 * count + k) * L.lowerTail(-middle - half)
      total = total + (paid - lost)
      k += 8
    }
    return total.octetSum
  }

  private func partials<L: Lanes>(_ spot: Double, _: L.Type) -> PremiumPartials {
    let terms = columns.span
    let logSpot = L(Double.log(spot))
    let s = L(spot)
    let carry = L(put.rate - put.dividendYield)
    let inverseVolatility = L(1 / put.volatility)
    let zero = L(0)
    var (value, delta, gamma, vega, rho, epsilon) = (zero, zero, zero, zero, zero, zero)
    var k = 0
    while k < count {
      let deviation = L.octet(terms, at: k)
      let logBoundary = L.octet(terms, at: count + k)
      let time = L.octet(terms, at: 4 * count + k)
      let (freeRate, freeYield) = (L.octet(terms, at: 2 * count + k), L.octet(terms, at: 3 * count + k))
      let (ofRate, ofYield) = (L(put.rate) * freeRate, L(put.dividendYield) * freeYield)
      let inverse = L(1) / deviation
      let middle = L.fma(carry, time, logSpot - logBoundary) * inverse
      let half = L(0.5) * deviation
      let (d1, d2) = (middle + half, middle - half)
      let (tail1, tail2) = (L.lowerTail(-d1), L.lowerTail(-d2))
      let (density1, density2) = (L.plainDensity(d1), L.plainDensity(d2))
      value = value + (ofRate * tail2 - ofYield * s * tail1)
      // dP/d(ln s - ln b), at a fixed s outside, and its derivative.
      let pull = (ofYield * s * density1 - ofRate * density2) * inverse
      let bend = (ofRate * density2 * d2 - ofYield * s * density1 * d1) * inverse * inverse
      delta = delta + (pull - ofYield * s * tail1)
      gamma = gamma + (bend - pull + L(2) * ofYield * s * density1 * inverse)
      guard hasSlopes else {
        k += 8
        continue
      }
      let zv = time * inverse
      let (byV, byR, byQ) = (
        L.octet(terms, at: 5 * count + k), L.octet(terms, at: 6 * count + k), L.octet(terms, at: 7 * count + k)
      )
      // dd1/dv = -d2 / v and dd2/dv = -d1 / v.
      vega =
        vega
        + ((ofRate * density2 * d1 - ofYield * s * density1 * d2) * inverseVolatility - pull * byV)
      let drift = (ofYield * s * density1 - ofRate * density2) * zv
      rho = rho + ((freeRate - ofRate * time) * tail2 + drift - pull * byR)
      epsilon = epsilon - ((freeYield - ofYield * time) * s * tail1 + drift + pull * byQ)
      k += 8
    }
    let perSpot = 1 / spot
    return PremiumPartials(
      value: value.octetSum, delta: delta.octetSum * perSpot, gamma: gamma.octetSum * perSpot * perSpot,
      vega: vega.octetSum, rho: rho.octetSum, epsilon: epsilon.octetSum)
  }
}

/// The premium of a put on a strike of 1 and its partial derivatives.
struct PremiumPartials {
  var value: Double
  var delta: Double
  var gamma: Double
  var vega: Double
  var rho: Double
  var epsilon: Double
}

extension Lanes {
  /// n(x).
  @inline(__always)
  static func plainDensity(_ x: Self) -> Self {
    let bounded = lesser(Self(64), magnitude(x))
    return normalDensity(bounded * bounded, low: nil)
  }

  /// N(x), with full relative accuracy to about x = -10.
  @inline(__always)
  static func lowerTail(_ x: Self) -> Self {
    let bounded = lesser(Self(64), magnitude(x))
    let tail = normalDensity(bounded * bounded, low: nil) * millsRatio(bounded)
    return choose(isLess(Self(0), x), Self(1) - tail, tail)
  }
}
