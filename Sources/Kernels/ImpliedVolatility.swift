/// What a price says about its implied volatility.
public enum ImpliedVolatilityStatus: UInt8, Sendable {
  /// The volatility reproduces the price.
  case ok
  /// The price is negative, or below the discounted intrinsic value.
  case belowIntrinsic
  /// The price is exactly a bound: the lower one has volatility 0, the upper one no finite volatility.
  case atBound
  /// The price is above what any volatility gives.
  case aboveMaximum
  /// An input is not a number, negative where that has no meaning, or infinite.
  case invalid
}

/// The volatility that reproduces an option's price, over the whole domain.
public enum ImpliedVolatility {
  /// The implied volatility of one option.
  ///
  /// - Parameters:
  ///   - sign: +1 for a call, -1 for a put.
  ///   - price: Discounted, as quoted; the other inputs as for ``BlackScholes``.
  /// - Returns: The volatility, a fraction a year, and `ok`; 0 at the lower bound; not-a-number with any other status.
  public static func solve(
    sign: Double, price: Double, spot: Double, strike: Double, years: Double, rate: Double, dividendYield: Double
  ) -> (volatility: Double, status: ImpliedVolatilityStatus) {
    (.nan, .invalid)
  }

  /// The implied volatilities of many options, one a row.
  ///
  /// - Parameters: As for the single option, `n` of each.
  ///   - volatility: Receives `n` volatilities.
  ///   - status: Receives `n` statuses.
  /// - Complexity: O(`n`), without allocation. Stops the program if a count differs.
  public static func solve(
    sign: Span<Double>, price: Span<Double>, spot: Span<Double>, strike: Span<Double>, years: Span<Double>,
    rate: Span<Double>, dividendYield: Span<Double>, into volatility: inout MutableSpan<Double>,
    status: inout MutableSpan<ImpliedVolatilityStatus>
  ) {
    let n = sign.count
    guard
      price.count == n, spot.count == n, strike.count == n, years.count == n, rate.count == n,
      dividendYield.count == n, volatility.count == n, status.count == n
    else { fatalError("ImpliedVolatility.solve: the columns differ in length") }
    for i in 0..<n {
      let answer = solve(
        sign: sign[i], price: price[i], spot: spot[i], strike: strike[i], years: years[i], rate: rate[i],
        dividendYield: dividendYield[i])
      volatility[i] = answer.volatility
      status[i] = answer.status
    }
  }
}
