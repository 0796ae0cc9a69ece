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
    let problem = ImpliedProblem(
      sign: sign, price: price, spot: spot, strike: strike, years: years, rate: rate, dividendYield: dividendYield)
    guard problem.isPlain else {
      return border(
        sign: sign, price: price, spot: spot, strike: strike, years: years, rate: rate, dividendYield: dividendYield)
    }
    let (deviation, isConverged) = problem.deviation.solve()
    return ((isConverged ? deviation : problem.deviation.bisected()) / years.squareRoot(), .ok)
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
    guard n > 0 else { return }
    unsafe volatility.withUnsafeMutableBufferPointer { volatility in
      let out = volatility.baseAddress!
      var i = 0
      while i < n {
        let isWhole = n - i >= 2 * Wide.width
        let count = isWhole ? 2 * Wide.width : min(n - i, Wide.width)
        let solved =
          isWhole
          ? unsafe solveVector(
            Twin<Wide>.self, i, count: 2 * Wide.width, sign, price, spot, strike, years, rate, dividendYield,
            into: out)
          : unsafe solveVector(
            Wide.self, i, count: count, sign, price, spot, strike, years, rate, dividendYield, into: out)
        // What the vector leaves open, one by one.
        for lane in 0..<count {
          let j = i + lane
          if solved & (1 << UInt32(lane)) != 0 {
            status[j] = .ok
          } else {
            let answer = solve(
              sign: sign[j], price: price[j], spot: spot[j], strike: strike[j], years: years[j], rate: rate[j],
              dividendYield: dividendYield[j])
            unsafe out[j] = answer.volatility
            status[j] = answer.status
          }
        }
        i += count
      }
    }
  }

  /// Solves the vector at `i`, and returns the lanes that it answered, one bit each.
  @inline(__always)
  private static func solveVector<L: Lanes>(
    _: L.Type, _ i: Int, count: Int, _ sign: Span<Double>, _ price: Span<Double>, _ spot: Span<Double>,
    _ strike: Span<Double>, _ years: Span<Double>, _ rate: Span<Double>, _ dividendYield: Span<Double>,
    into out: UnsafeMutablePointer<Double>
  ) -> UInt32 {
    let time: L = load(years, i, count)
    let problem = ImpliedProblem<L>(
      sign: load(sign, i, count), price: load(price, i, count), spot: load(spot, i, count),
      strike: load(strike, i, count), years: time, rate: load(rate, i, count),
      dividendYield: load(dividendYield, i, count))
    let (deviation, isConverged) = problem.deviation.solve()
    unsafe (deviation / L.squareRoot(time)).store(out + i, count: count)
    return L.bits(L.both(isConverged, problem.isPlain))
  }

  @inline(__always)
  private static func load<L: Lanes>(_ column: Span<Double>, _ i: Int, _ count: Int) -> L {
    unsafe column.withUnsafeBufferPointer { unsafe L.load($0.baseAddress! + i, count: count) }
  }
}
