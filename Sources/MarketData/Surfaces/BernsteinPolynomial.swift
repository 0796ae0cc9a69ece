/// A polynomial over [0, 1] by its Bernstein coefficients, with a bound on what rounding has done to each.
///
/// The polynomial lies between its least and its greatest coefficient, and half an interval tightens both, so that a
/// positive polynomial is proved so by a few halvings. Farouki, "The Bernstein polynomial basis: a centennial
/// retrospective", *Computer Aided Geometric Design* 29 (2012).
struct BernsteinPolynomial {
  private(set) var coefficients: [Double]
  /// Beside each coefficient, the sum of the magnitudes it was made of: times ``unit`` it bounds the rounding.
  private(set) var magnitudes: [Double]

  /// Every coefficient is a sum of products with fewer than 200 roundings on any path, each of half an ulp.
  static let unit = 100 * Double.ulpOfOne

  /// - Parameters:
  ///   - powers: Coefficients of 1, s, s^2 ...
  ///   - magnitudes: For each, the sum of the magnitudes of the terms it was made of.
  init(powers: [Double], magnitudes: [Double]) {
    let degree = powers.count - 1
    var (coefficients, sums) = (powers, magnitudes)
    // b_i is the sum over j <= i of C(i, j) / C(n, j) p_j: divide by C(n, j), then add up rows of Pascal's triangle.
    var binomial = 1.0
    for j in 0...degree {
      coefficients[j] /= binomial
      sums[j] /= binomial
      binomial = binomial * Double(degree - j) / Double(j + 1)
    }
    for step in 0..<degree {
      for i in stride(from: degree, to: step, by: -1) {
        coefficients[i] += coefficients[i - 1]
        sums[i] += sums[i - 1]
      }
    }
    self.coefficients = coefficients
    self.magnitudes = sums
  }

  private init(coefficients: [Double], magnitudes: [Double]) {
    self.coefficients = coefficients
    self.magnitudes = magnitudes
  }

  /// True where every coefficient is above its rounding: the polynomial is then above 0 all over the interval.
  var isPositive: Bool {
    for i in coefficients.indices where !(coefficients[i] > BernsteinPolynomial.unit * magnitudes[i]) { return false }
    return true
  }

  /// The halves of the interval by de Casteljau's scheme.
  func halves() -> (BernsteinPolynomial, BernsteinPolynomial) {
    let count = coefficients.count
    var (right, rightSums) = (coefficients, magnitudes)
    var (left, leftSums) = (coefficients, magnitudes)
    for step in 1..<count {
      for i in 0..<(count - step) {
        right[i] = (right[i] + right[i + 1]) / 2
        rightSums[i] = (rightSums[i] + rightSums[i + 1]) / 2
      }
      (left[step], leftSums[step]) = (right[0], rightSums[0])
    }
    return (
      BernsteinPolynomial(coefficients: left, magnitudes: leftSums),
      BernsteinPolynomial(coefficients: right, magnitudes: rightSums)
    )
  }

  enum Answer {
    case positive
    /// The polynomial is below 0 there, for certain.
    case negative(at: Double)
    /// It is 0 there to within rounding, or the search ended there.
    case undecided(at: Double)
  }

  /// Whether the polynomial is above 0 all over [0, 1]. Roots at 0 itself are allowed where `powers` began with zeros.
  func search(depth limit: Int = 40) -> Answer {
    var undecided: Double?
    var open: [(part: BernsteinPolynomial, low: Double, width: Double, depth: Int)] = [(self, 0, 1, 0)]
    var visits = 0
    while let (part, low, width, depth) = open.popLast() {
      visits += 1
      if part.isPositive { continue }
      // The end coefficients are values of the polynomial.
      let last = part.coefficients.count - 1
      for (place, at) in [(0, low), (last, low + width)]
      where part.coefficients[place] < -BernsteinPolynomial.unit * part.magnitudes[place] {
        return .negative(at: at)
      }
      if depth == limit || visits > 4000 {
        undecided = undecided ?? low + width / 2
        continue
      }
      let (left, right) = part.halves()
      open.append((right, low + width / 2, width / 2, depth + 1))
      open.append((left, low, width / 2, depth + 1))
    }
    return undecided.map { .undecided(at: $0) } ?? .positive
  }
}
