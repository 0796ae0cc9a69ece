import Kernels
import RealModule

/// A number along a straight move of its inputs: its value, first and second derivative at the move's beginning.
///
/// With the inputs at x + e d, a function f(e) has f(0), f'(0) and f''(0) here, and f(1) is f + f' + f''/2 up to the third
/// order of the move. Forward-mode differentiation in Taylor's form: Griewank and Walther, *Evaluating Derivatives*, 2nd
/// edition (2008), chapter 13.
struct TaylorLine {
  var value: Double
  var first: Double
  var second: Double

  init(_ value: Double, first: Double = 0, second: Double = 0) {
    self.value = value
    self.first = first
    self.second = second
  }

  /// f of a number whose own derivatives are `slope` = f' and `curvature` = f'' at its value.
  private func composed(_ result: Double, slope: Double, curvature: Double) -> TaylorLine {
    TaylorLine(result, first: slope * first, second: slope * second + curvature * first * first)
  }

  static func + (left: TaylorLine, right: TaylorLine) -> TaylorLine {
    TaylorLine(left.value + right.value, first: left.first + right.first, second: left.second + right.second)
  }

  static func - (left: TaylorLine, right: TaylorLine) -> TaylorLine { left + right * -1 }

  static func * (left: TaylorLine, right: TaylorLine) -> TaylorLine {
    TaylorLine(
      left.value * right.value, first: left.first * right.value + left.value * right.first,
      second: left.second * right.value + 2 * left.first * right.first + left.value * right.second)
  }

  static func * (left: TaylorLine, right: Double) -> TaylorLine {
    TaylorLine(left.value * right, first: left.first * right, second: left.second * right)
  }

  static func / (left: TaylorLine, right: TaylorLine) -> TaylorLine {
    let inverse = 1 / right.value
    return left
      * right.composed(inverse, slope: -inverse * inverse, curvature: 2 * inverse * inverse * inverse)
  }

  var exponential: TaylorLine {
    let result = Double.exp(value)
    return composed(result, slope: result, curvature: result)
  }

  var logarithm: TaylorLine {
    composed(.log(value), slope: 1 / value, curvature: -1 / (value * value))
  }

  var squareRoot: TaylorLine {
    let root = value.squareRoot()
    return composed(root, slope: 0.5 / root, curvature: -0.25 / (root * value))
  }

  /// The normal distribution function.
  var normal: TaylorLine {
    let density = Normal.density(value)
    return composed(Normal.cumulative(value), slope: density, curvature: -value * density)
  }
}
