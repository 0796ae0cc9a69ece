/// A polynomial in powers with, beside each coefficient, the sum of magnitudes it was made of: the running bound of what
/// rounding can have done.
struct SignedPolynomial {
  var coefficients: [Double]
  var magnitudes: [Double]

  init(_ coefficients: [Double]) {
    self.coefficients = coefficients
    magnitudes = coefficients.map(\.magnitude)
  }

  private init(coefficients: [Double], magnitudes: [Double]) {
    self.coefficients = coefficients
    self.magnitudes = magnitudes
  }

  static func * (left: SignedPolynomial, right: SignedPolynomial) -> SignedPolynomial {
    var coefficients = [Double](repeating: 0, count: left.coefficients.count + right.coefficients.count - 1)
    var magnitudes = coefficients
    for i in left.coefficients.indices {
      for j in right.coefficients.indices {
        coefficients[i + j] += left.coefficients[i] * right.coefficients[j]
        magnitudes[i + j] += left.magnitudes[i] * right.magnitudes[j]
      }
    }
    return SignedPolynomial(coefficients: coefficients, magnitudes: magnitudes)
  }

  /// This plus a multiple of another, which may be shorter or longer.
  func adding(_ factor: Double, times other: SignedPolynomial) -> SignedPolynomial {
    var result = self
    let count = max(coefficients.count, other.coefficients.count)
    result.coefficients += [Double](repeating: 0, count: count - coefficients.count)
    result.magnitudes += [Double](repeating: 0, count: count - magnitudes.count)
    for i in other.coefficients.indices {
      result.coefficients[i] += factor * other.coefficients[i]
      result.magnitudes[i] += factor.magnitude * other.magnitudes[i]
    }
    return result
  }

  /// Over [0, 1], without the powers of s that every term has.
  var overUnitInterval: BernsteinPolynomial { SignedPolynomial.bernstein(coefficients, magnitudes) }

  /// The polynomial s^n p(1/s) over [0, 1]: what p does from 1 to infinity.
  var beyondUnitInterval: BernsteinPolynomial {
    SignedPolynomial.bernstein(coefficients.reversed(), magnitudes.reversed())
  }

  private static func bernstein(_ coefficients: [Double], _ magnitudes: [Double]) -> BernsteinPolynomial {
    let start = magnitudes.firstIndex { $0 != 0 } ?? 0
    return BernsteinPolynomial(powers: Array(coefficients[start...]), magnitudes: Array(magnitudes[start...]))
  }
}
