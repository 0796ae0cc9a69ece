import Kernels
import TestSupport
import Testing

/// Dated dividends against what others print, another method, and the limit without volatility.
@Suite struct DividendReferenceTests {
  private func option(
    _ sign: Double, strike: Double = 100, years: Double, volatility: Double, rate: Double, yield: Double = 0,
    _ dividends: [(Double, Double)], isAmerican: Bool = true, withSlopes: Bool = false
  ) -> DividendOption {
    DividendOption(
      sign: sign, strike: strike, years: years, volatility: volatility, rate: rate, dividendYield: yield,
      dividends: dividends.map { DatedDividend(years: $0.0, amount: $0.1) }, isAmerican: isAmerican,
      withSlopes: withSlopes)
  }

  @Test("European calls with one, seven and twenty dividends meet the published table")
  func published() throws {
    let rows = try Fixture("Kernels/dividend_literature.csv").rows
    #expect(rows.count == 22)
    for row in rows {
      let dividends = (row["dividends"] ?? "").split(separator: ";").compactMap { pair -> (Double, Double)? in
        let parts = pair.split(separator: ":").compactMap { Double($0) }
        return parts.count == 2 ? (parts[0], parts[1]) : nil
      }
      let found = option(
        1, strike: row.number("strike"), years: row.number("years"), volatility: row.number("vol"),
        rate: row.number("rate"), dividends, isAmerican: false
      ).value(spot: row.number("spot"))
      #expect((found - row.number("value")).magnitude <= row.number("tolerance"), "found \(found), \(row)")
    }
  }

  /// An American put with one dividend: a binomial tree to the ex-date (Cox, Ross and Rubinstein 1979), behind it the
  /// collocation of the put that is left.
  private func tree(
    _ spot: Double, dividend: (Double, Double), years: Double, volatility: Double, rate: Double, steps: Int
  ) -> Double {
    let length = dividend.0 / Double(steps)
    let up = BlackReference.exponential(volatility * length.squareRoot())
    let probability = (BlackReference.exponential(rate * length) - 1 / up) / (up - 1 / up)
    let discount = BlackReference.exponential(-rate * length)
    let left = AmericanBoundary(
      sign: -1, years: years - dividend.0, volatility: volatility, rate: rate, dividendYield: 0, tolerance: 1e-9)
    var prices = [spot]
    for _ in 0..<steps { prices[0] /= up }
    for _ in 0..<steps { prices.append(prices[prices.count - 1] * up * up) }
    var values = prices.map { max(100 - $0, left.value(spot: max($0 - dividend.1, 0), strike: 100)) }
    for step in stride(from: steps - 1, through: 0, by: -1) {
      for i in 0...step {
        prices[i] *= up
        values[i] = max(100 - prices[i], discount * (probability * values[i + 1] + (1 - probability) * values[i]))
      }
    }
    return values[0]
  }

  @Test("An American put with one dividend meets a tree before it and the collocation after it")
  func americanPut() {
    for (time, amount, volatility, rate) in [(0.3, 4.0, 0.3, 0.06), (0.7, 7, 0.2, 0.1), (0.1, 2, 0.4, 0.03)] {
      let put = option(-1, years: 1, volatility: volatility, rate: rate, [(time, amount)])
      for spot in [80.0, 95, 110] {
        let expected =
          [400, 401].map {
            tree(spot, dividend: (time, amount), years: 1, volatility: volatility, rate: rate, steps: $0)
          }.reduce(0, +) / 2
        let found = put.value(spot: spot)
        #expect((found - expected).magnitude < 0.005, "\(time), \(amount), spot \(spot): \(found), tree \(expected)")
      }
    }
  }

  /// The greatest discounted payoff of the known path, looked for at many moments.
  private func still(
    _ spot: Double, _ sign: Double, years: Double, rate: Double, yield: Double, _ dividends: [(Double, Double)],
    isAmerican: Bool
  ) -> Double {
    func worth(_ spot: Double, _ at: Double) -> Double {
      max(BlackReference.exponential(-rate * at) * sign * (spot - 100), 0)
    }
    var (now, at, best) = (spot, 0.0, isAmerican ? worth(spot, 0) : 0)
    for (moment, amount) in dividends.sorted(by: { $0.0 < $1.0 }) + [(years, 0)] {
      let start = (now, at)
      for k in 1...400 {
        at = start.1 + (moment - start.1) * Double(k) / 400
        now = start.0 * BlackReference.exponential((rate - yield) * (at - start.1))
        if isAmerican || (k == 400 && moment == years) { best = max(best, worth(now, at)) }
      }
      now = max(now - amount, 0)
      if isAmerican { best = max(best, worth(now, at)) }
    }
    return best
  }

  @Test("Without volatility spot goes one way, and an American option takes its best moment", arguments: [41, 42])
  func withoutVolatility(_ seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let sign: Double = Bool.random(using: &generator) ? 1 : -1
      let years = Double.random(in: 0.05...2, using: &generator)
      let rate = Double.random(in: -0.1...0.2, using: &generator)
      let yield = Double.random(in: -0.1...0.2, using: &generator)
      let isAmerican = Bool.random(using: &generator)
      let dividends = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
        (years * Double.random(in: 0.01...0.99, using: &generator), Double.random(in: 0...40, using: &generator))
      }
      let spot = Double.random(in: 60...160, using: &generator)
      let expected = still(
        spot, sign, years: years, rate: rate, yield: yield, dividends, isAmerican: isAmerican)
      let found = option(
        sign, years: years, volatility: 0, rate: rate, yield: yield, dividends, isAmerican: isAmerican)
      let text = "seed \(seed): \(sign), \(years) years, r \(rate), q \(yield), \(dividends), \(isAmerican), \(spot)"
      // The search walks in 400 steps: near a best moment inside, it is short of it by the square of a step.
      #expect((found.value(spot: spot) - expected).magnitude < 2e-4, "\(text): \(expected)")
      let partials = found.partials(spot: spot)
      let slope = (found.value(spot: spot + 1e-4) - found.value(spot: spot - 1e-4)) / 2e-4
      // At a corner the difference is no slope.
      if (slope - found.partials(spot: spot + 1e-4).delta).magnitude < 1e-6 {
        #expect((partials.delta - slope).magnitude < 1e-5, "\(text): \(slope)")
      }
    }
  }

  @Test("Strong carry beside little volatility: an integral where the grid reaches it, and no number beyond")
  func strongCarry() {
    for (volatility, rate, yield) in [(0.01, 0.15, 0.0), (0.01, 0.02, 0.12), (0.02, 0.2, 0.05), (0.005, 0.05, 0.0)] {
      let (years, time, amount) = (1.0, 0.4, 3.0)
      let call = option(
        1, years: years, volatility: volatility, rate: rate, yield: yield, [(time, amount)], isAmerican: false)
      // Spots from which the forward ends within three deviations of the strike.
      let growth = BlackReference.exponential((rate - yield) * years)
      let middle = 100 / growth + amount * BlackReference.exponential(-(rate - yield) * time)
      for z in [-3.0, -1, 0, 1, 3] {
        let spot = middle * BlackReference.exponential(z * volatility)
        let (step, drift) = (0.004, (rate - yield - 0.5 * volatility * volatility) * time)
        var sum = 0.0
        for k in -2_000...2_000 {
          let x = Double(k) * step
          let s = spot * BlackReference.exponential(drift + volatility * time.squareRoot() * x)
          sum +=
            step * Normal.density(x)
            * BlackScholes.value(
              sign: 1, spot: s - amount, strike: 100, years: years - time, volatility: volatility, rate: rate,
              dividendYield: yield)
        }
        let expected = BlackReference.exponential(-rate * time) * sum
        let found = call.value(spot: spot)
        #expect(
          (found - expected).magnitude < 100 * DividendOption.tolerance,
          "v \(volatility), r \(rate), q \(yield), spot \(spot): found \(found), wanted \(expected)")
      }
    }
    // Sixty deviations of drift.
    let beyond = option(1, years: 2, volatility: 0.006, rate: 0.3, yield: -0.1, [(1, 3)])
    #expect(beyond.value(spot: 100).isNaN && beyond.partials(spot: 100).delta.isNaN)
  }

  @Test("Between no volatility and the least of the scheme values and deltas rise on a straight line")
  func leastVolatility() {
    for sign in [1.0, -1] {
      func partials(_ volatility: Double) -> AmericanPartials {
        option(sign, years: 0.5, volatility: volatility, rate: 0.04, [(0.25, 2)], withSlopes: true).partials(spot: 100)
      }
      let (none, half, least) = (partials(0), partials(0.0025), partials(0.005))
      #expect((half.value - (none.value + least.value) / 2).magnitude < 1e-12)
      #expect((half.delta - (none.delta + least.delta) / 2).magnitude < 1e-12)
      #expect(half.vega >= 0 && none.vega == 0 && none.value <= half.value)
      #expect((half.vega * 0.0025 - (half.value - none.value)).magnitude < 1e-6)
    }
  }
}
