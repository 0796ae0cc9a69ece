internal import RealModule

/// The volatility that reproduces an American option's price.
///
/// The value grows with volatility from that of the best moment of a known path to the strike (put) or spot (call). The
/// European volatility of the same price is never below the American one, as the American value is never below the
/// European, so it bounds the search where it exists. Newton's method by the analytic vega, kept inside the bracket.
public enum AmericanImpliedVolatility {
  /// The implied volatility of one option.
  ///
  /// - Parameters: As for ``ImpliedVolatility``, and `tolerance` the error allowed in the value, as in
  ///   ``AmericanBoundary``.
  /// - Returns: The volatility and `ok`. `atBound`: a price that is the value without volatility, with a volatility of 0
  ///   (all from 0 to where waiting begins to pay have it), or the greatest, without a number. `belowIntrinsic` and
  ///   `aboveMaximum` beyond them. `invalid` also where no boundary is reached.
  public static func solve(
    sign: Double, price: Double, spot: Double, strike: Double, years: Double, rate: Double, dividendYield: Double,
    tolerance: Double = 1e-10
  ) -> (volatility: Double, status: ImpliedVolatilityStatus) {
    let isSound =
      (sign == 1 || sign == -1) && spot >= 0 && strike >= 0 && years >= 0 && spot.isFinite && strike.isFinite
      && years.isFinite && rate.isFinite && dividendYield.isFinite && price.isFinite
    guard isSound else { return (.nan, .invalid) }
    let european = ImpliedVolatility.solve(
      sign: sign, price: price, spot: spot, strike: strike, years: years, rate: rate, dividendYield: dividendYield)
    func boundary(_ volatility: Double, withSlopes: Bool) -> AmericanBoundary {
      AmericanBoundary(
        sign: sign, years: years, volatility: volatility, rate: rate, dividendYield: dividendYield,
        tolerance: tolerance, withSlopes: withSlopes)
    }
    let still = boundary(0, withSlopes: false)
    guard still.method != .european else { return european }
    guard price >= 0 else { return (.nan, .belowIntrinsic) }
    let least = still.value(spot: spot, strike: strike)
    let greatest = boundary(.infinity, withSlopes: false).value(spot: spot, strike: strike)
    let scale = max(spot, strike)
    // A rounding of the payoff is still the payoff.
    if (price - least).magnitude <= 2 * scale.ulp { return (0, .atBound) }
    guard price > least else { return (.nan, .belowIntrinsic) }
    guard price < greatest else { return (.nan, price == greatest ? .atBound : .aboveMaximum) }

    var (low, high) = (0.0, Double.infinity)
    var volatility = 0.5
    if european.status == .ok {
      high = european.volatility * (1 + 1e-12)
      volatility = european.volatility
    } else if european.status == .belowIntrinsic {
      volatility = 0.2
    }
    for _ in 0..<100 {
      let here = boundary(volatility, withSlopes: true)
      let partials = here.partials(spot: spot, strike: strike)
      guard partials.value.isFinite else { return (.nan, .invalid) }
      let gap = partials.value - price
      if gap > 0 { high = min(high, volatility) } else { low = max(low, volatility) }
      if gap.magnitude <= 4 * scale.ulp { return (volatility, .ok) }
      var next = volatility - gap / partials.vega
      if !(next > low && next < high) {
        next = high < .infinity ? (low + high) / 2 : 2 * volatility
      }
      // Newton's steps end in rounding; a bracket that has an upper end, in neighbours.
      let step = (next - volatility).magnitude
      volatility = next
      if step <= 1e-14 * volatility || (high < .infinity && high - low <= 1e-14 * high) { return (volatility, .ok) }
      // Finite differences are known to their own error only.
      if here.method == .finiteDifferences, gap.magnitude <= 1e-2 * AmericanBoundary.gridTolerance * scale {
        return (volatility, .ok)
      }
      if step <= 1e-10 * volatility, gap.magnitude <= 1e-13 * scale { return (volatility, .ok) }
    }
    return (volatility, high < .infinity && high - low <= 1e-6 * high ? .ok : .invalid)
  }
}
