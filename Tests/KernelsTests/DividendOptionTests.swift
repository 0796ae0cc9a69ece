import Kernels
import TestSupport
import Testing

@Suite struct DividendOptionTests {
  private func option(
    _ sign: Double, years: Double = 1, volatility: Double = 0.3, rate: Double = 0.06, yield: Double = 0,
    _ dividends: [(Double, Double)], isAmerican: Bool = true, withSlopes: Bool = false
  ) -> DividendOption {
    DividendOption(
      sign: sign, strike: 100, years: years, volatility: volatility, rate: rate, dividendYield: yield,
      dividends: dividends.map { DatedDividend(years: $0.0, amount: $0.1) }, isAmerican: isAmerican,
      withSlopes: withSlopes)
  }

  @Test("Without a dividend the grid gives what collocation gives, derivatives included")
  func withoutDividends() {
    for (sign, years, volatility, rate, yield) in [
      (-1.0, 1.0, 0.2, 0.05, 0.0), (-1, 3, 0.4, 0.05, 0.05), (1, 0.25, 0.3, 0.02, 0.08), (-1, 0.1, 0.6, 0.03, 0.01),
      (1, 2, 0.15, 0.08, 0.12), (1, 1, 0.3, 0.05, 0),
    ] {
      let grid = option(sign, years: years, volatility: volatility, rate: rate, yield: yield, [], withSlopes: true)
      let boundary = AmericanBoundary(
        sign: sign, years: years, volatility: volatility, rate: rate, dividendYield: yield, tolerance: 1e-9)
      for spot in stride(from: 70.0, through: 140, by: 5) {
        let words = "sign \(sign), \(years) years, v \(volatility), r \(rate), q \(yield), spot \(spot)"
        let exact = boundary.partials(spot: spot, strike: 100)
        let found = grid.partials(spot: spot)
        #expect((found.value - exact.value).magnitude < 100 * DividendOption.tolerance, "\(words)")
        #expect((found.delta - exact.delta).magnitude < 2e-3, "\(words)")
        #expect((found.vega - exact.vega).magnitude < 0.4, "\(words)")
        #expect((found.rho - exact.rho).magnitude < 0.4, "\(words)")
      }
    }
  }

  /// The value before one dividend at time t: e^(-rt) E[f(S_t)], by the trapezoidal rule over the normal density.
  private func expected(_ spot: Double, until time: Double, volatility: Double, rate: Double, _ f: (Double) -> Double)
    -> Double
  {
    let step = 0.002
    var sum = 0.0
    for k in -5_000...5_000 {
      let z = Double(k) * step
      let s =
        spot
        * BlackReference.exponential((rate - 0.5 * volatility * volatility) * time + volatility * time.squareRoot() * z)
      sum += step * Normal.density(z) * f(s)
    }
    return BlackReference.exponential(-rate * time) * sum
  }

  @Test("A call with one dividend is an integral, European and American (Haug, Haug and Lewis, Wilmott 2003)")
  func oneDividend() {
    for time in [0.1, 0.5, 0.9] {
      func after(_ spot: Double) -> Double {
        BlackScholes.value(
          sign: 1, spot: max(spot - 7, 0), strike: 100, years: 1 - time, volatility: 0.3, rate: 0.06, dividendYield: 0)
      }
      for spot in [80.0, 100, 120] {
        let european = expected(spot, until: time, volatility: 0.3, rate: 0.06, after)
        // Without a yield a call is exercised just before the dividend or not at all.
        let american = expected(spot, until: time, volatility: 0.3, rate: 0.06) { max($0 - 100, after($0)) }
        let grids = (option(1, [(time, 7)], isAmerican: false), option(1, [(time, 7)]))
        #expect((grids.0.value(spot: spot) - european).magnitude < 0.005, "European, \(time), \(spot), \(european)")
        #expect((grids.1.value(spot: spot) - american).magnitude < 0.005, "American, \(time), \(spot), \(american)")
        #expect(american >= european)
      }
    }
  }

  @Test("A dividend larger than spot pays spot, and a put waits for it")
  func large() {
    let put = option(-1, rate: 0.01, [(0.5, 60)])
    // All is paid out: the strike is due at the dividend for certain, and not before, as spot is worth more.
    #expect((put.value(spot: 30) - 100 * BlackReference.exponential(-0.005)).magnitude < 0.15)
    #expect(put.value(spot: 0) == 100)
    // Just before a dividend a put at 10 below its strike is worth holding for one of 5.
    let near = option(-1, years: 0.1, volatility: 0.1, rate: 0.05, [(0.02, 5)])
    #expect(near.value(spot: 90) > 14.5)
  }

  @Test("More dividends lower a call and raise a put; those beyond the life do not count")
  func order() {
    let dates = [(0.2, 1.5), (0.45, 1.5), (0.7, 1.5)]
    for spot in [85.0, 100, 115] {
      let calls = (0...3).map { option(1, Array(dates.prefix($0))).value(spot: spot) }
      let puts = (0...3).map { option(-1, Array(dates.prefix($0))).value(spot: spot) }
      #expect(calls == calls.sorted(by: >) && puts == puts.sorted(), "at \(spot): \(calls), \(puts)")
      #expect(option(1, [(1.5, 9), (1, 9), (0, 9), (0.3, 0)]).value(spot: spot) == option(1, []).value(spot: spot))
    }
  }
}
