/// The generalised Black-Scholes formula: European options on a spot with a continuous yield.
///
/// A future or a forward is a spot whose yield equals the rate. Rates are continuously compounded, time is in years,
/// volatility a fraction a year; `sign` is +1 for a call and -1 for a put. Zero spot, strike, time or volatility and
/// infinite volatility give their limits; negative or not-a-number inputs give not-a-number. A vector and a single
/// option run the same text and agree bit for bit.
///
/// Black and Scholes, *Journal of Political Economy* 81 (1973); Merton, *Bell Journal of Economics* 4 (1973).
public enum BlackScholes {
  /// The value of one option.
  public static func value(
    sign: Double, spot: Double, strike: Double, years: Double, volatility: Double, rate: Double,
    dividendYield: Double
  ) -> Double {
    guard isRegular(spot: spot, strike: strike, years: years, volatility: volatility) else {
      return limit(
        sign: sign, spot: spot, strike: strike, years: years, volatility: volatility, rate: rate,
        dividendYield: dividendYield
      ).value
    }
    return BlackScholesTerms(
      sign: sign, spot: spot, strike: strike, years: years, volatility: volatility, rate: rate,
      dividendYield: dividendYield
    ).value
  }

  /// The value of one option and its sixteen partial derivatives.
  public static func partials(
    sign: Double, spot: Double, strike: Double, years: Double, volatility: Double, rate: Double,
    dividendYield: Double
  ) -> BlackScholesPartials {
    guard isRegular(spot: spot, strike: strike, years: years, volatility: volatility) else {
      return limit(
        sign: sign, spot: spot, strike: strike, years: years, volatility: volatility, rate: rate,
        dividendYield: dividendYield)
    }
    let inputs = BlackScholesInputs(
      sign: sign, spot: spot, strike: strike, years: years, volatility: volatility, rate: rate,
      dividendYield: dividendYield)
    let terms = BlackScholesTerms(inputs)
    let greeks = FirstGreeks(inputs, terms)
    let more = FurtherGreeks(inputs, terms, greeks)
    var result = BlackScholesPartials(repeating: terms.value)
    result.delta = greeks.delta
    result.gamma = greeks.gamma
    result.vega = greeks.vega
    result.theta = greeks.theta
    result.rho = greeks.rho
    result.epsilon = more.epsilon
    result.vanna = more.vanna
    result.volga = more.volga
    result.charm = more.charm
    result.veta = more.veta
    result.speed = more.speed
    result.zomma = more.zomma
    result.color = more.color
    result.ultima = more.ultima
    result.dualDelta = more.dualDelta
    result.dualGamma = more.dualGamma
    return result
  }

  /// Whether the formula itself applies; if not, the limits do.
  @inline(__always)
  static func isRegular(spot: Double, strike: Double, years: Double, volatility: Double) -> Bool {
    let deviation = volatility * years.squareRoot()
    return 0 < spot && spot < .infinity && 0 < strike && strike < .infinity && deviationRange.low < deviation
      && deviation < deviationRange.high
  }

  /// The v sqrt(T) outside which an option sits at its limit, in every digit of its value.
  static let deviationRange = (low: 1e-150, high: 1e150)
}
