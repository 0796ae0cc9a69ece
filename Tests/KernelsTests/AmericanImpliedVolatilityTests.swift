import Kernels
import TestSupport
import Testing

@Suite struct AmericanImpliedVolatilityTests {
  private func solve(
    _ sign: Double, _ price: Double, _ spot: Double, _ strike: Double, _ years: Double, _ rate: Double, _ yield: Double
  ) -> (volatility: Double, status: ImpliedVolatilityStatus) {
    AmericanImpliedVolatility.solve(
      sign: sign, price: price, spot: spot, strike: strike, years: years, rate: rate, dividendYield: yield)
  }

  @Test("The volatility of a model price is found again")
  func roundTrip() {
    let seed: UInt64 = 31
    var generator = SplitMix64(seed: seed)
    for _ in 0..<60 {
      let sign = Bool.random(using: &generator) ? 1.0 : -1
      let (years, volatility) = (
        Double.random(in: 0.02...3, using: &generator), Double.random(in: 0.05...1.5, using: &generator)
      )
      let (rate, yield) = (
        Double.random(in: 0...0.12, using: &generator), Double.random(in: 0...0.12, using: &generator)
      )
      let spot = Double.random(in: 80...120, using: &generator)
      let words = "\(sign), \(years) years, v \(volatility), r \(rate), q \(yield), spot \(spot), seed \(seed)"
      let model = AmericanBoundary(
        sign: sign, years: years, volatility: volatility, rate: rate, dividendYield: yield, tolerance: 1e-10)
      let partials = model.partials(spot: spot, strike: 100)
      let answer = solve(sign, partials.value, spot, 100, years, rate, yield)
      if partials.value <= sign * (spot - 100) {
        #expect(answer.status == .atBound && answer.volatility == 0, "\(words)")
      } else {
        #expect(answer.status == .ok, "\(words)")
        // What the tolerance of the value leaves open, by vega.
        let allowed = 1e-9 + 4e-8 / max(partials.vega, 1e-3)
        #expect((answer.volatility - volatility).magnitude <= allowed, "\(answer.volatility), \(words)")
      }
    }
  }

  @Test("A price above every European one has its volatility too")
  func aboveEuropean() {
    for (sign, spot, strike, years, rate, yield, volatility) in [
      (-1.0, 50.0, 100.0, 5.0, 0.1, 0.0, 1.0), (1, 100, 80, 10, 0.02, 0.2, 0.9), (-1, 60, 100, 4, 0.2, 0, 1.2),
    ] {
      let model = AmericanBoundary(
        sign: sign, years: years, volatility: volatility, rate: rate, dividendYield: yield, tolerance: 1e-10)
      let price = model.value(spot: spot, strike: strike)
      let european = ImpliedVolatility.solve(
        sign: sign, price: price, spot: spot, strike: strike, years: years, rate: rate, dividendYield: yield)
      let answer = solve(sign, price, spot, strike, years, rate, yield)
      #expect(answer.status == .ok && (answer.volatility - volatility).magnitude < 1e-6, "\(answer), \(european)")
    }
    #expect(solve(-1, 5, 100, 100, 0, 0.05, 0).status == .aboveMaximum)
  }

  @Test("Prices at and beyond the bounds have a status")
  func bounds() {
    #expect(solve(-1, 10, 90, 100, 1, 0.05, 0) == (0, .atBound))
    #expect(solve(-1, 9.99, 90, 100, 1, 0.05, 0).status == .belowIntrinsic)
    #expect(solve(-1, -1, 90, 100, 1, 0.05, 0).status == .belowIntrinsic)
    #expect(solve(-1, 100, 90, 100, 1, 0.05, 0).status == .atBound)
    #expect(solve(-1, 100, 90, 100, 1, 0.05, 0).volatility.isNaN)
    #expect(solve(-1, 101, 90, 100, 1, 0.05, 0).status == .aboveMaximum)
    #expect(solve(-1, .nan, 90, 100, 1, 0.05, 0).status == .invalid)
    #expect(solve(-1, 10, 90, -100, 1, 0.05, 0).status == .invalid)
    #expect(solve(1, 12, 90, 100, 1, .infinity, 0).status == .invalid)
    // Without early exercise it is the European answer.
    let european = ImpliedVolatility.solve(
      sign: 1, price: 8, spot: 90, strike: 100, years: 1, rate: 0.05, dividendYield: 0)
    #expect(solve(1, 8, 90, 100, 1, 0.05, 0) == european)
  }
}
