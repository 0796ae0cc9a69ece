import Kernels

/// Values random American options one by one, each with a boundary of its own, and prints how many a second.
///
/// - Parameters:
///   - tolerance: One of ``AmericanBoundary/tolerances``.
///   - withGreeks: Whether delta, gamma, vega, theta, rho and epsilon are asked for too.
func runAmerican(tolerance: Double, withGreeks: Bool) {
  var uniform = Uniform(seed: 20_261_121)
  let options = (0..<512).map { _ in RandomOption(&uniform) }
  var sum = 0.0
  measure(count: options.count) {
    for option in options {
      let boundary = AmericanBoundary(
        sign: option.sign, years: option.years, volatility: option.volatility, rate: option.rate,
        dividendYield: option.dividendYield, tolerance: tolerance, withSlopes: withGreeks)
      sum +=
        withGreeks
        ? boundary.partials(spot: option.spot, strike: option.strike).vega
        : boundary.value(spot: option.spot, strike: option.strike)
    }
  }
  print("check \(sum.isFinite)")
}
