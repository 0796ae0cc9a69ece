import Kernels
import TestSupport
import Testing

@Suite struct AmericanLawTests {
  /// A random option with positive rates mostly, as markets have them.
  private struct Option {
    let sign: Double
    let years: Double
    let volatility: Double
    let rate: Double
    let yield: Double

    init(_ generator: inout SplitMix64) {
      func uniform(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }
      sign = Bool.random(using: &generator) ? 1 : -1
      years = uniform(0.01...4)
      volatility = uniform(0.05...1.2)
      rate = Int.random(in: 0..<5, using: &generator) == 0 ? 0 : uniform(0...0.15)
      yield = Int.random(in: 0..<5, using: &generator) == 0 ? 0 : uniform(0...0.15)
    }

    func boundary(_ tolerance: Double = 1e-9, years: Double? = nil, volatility: Double? = nil) -> AmericanBoundary {
      AmericanBoundary(
        sign: sign, years: years ?? self.years, volatility: volatility ?? self.volatility, rate: rate,
        dividendYield: yield, tolerance: tolerance, withSlopes: false)
    }
  }

  @Test("An American option is worth its European twin and its payoff, more with time and volatility, convexly in spot")
  func order() {
    let seed: UInt64 = 20_261_121
    var generator = SplitMix64(seed: seed)
    for _ in 0..<60 {
      let option = Option(&generator)
      let boundary = option.boundary()
      let longer = option.boundary(years: option.years * 1.1)
      let livelier = option.boundary(volatility: option.volatility * 1.1)
      let words = "\(option), seed \(seed)"
      #expect(boundary.method != .finiteDifferences, "\(words)")
      var before = (slope: -Double.infinity, value: 0.0, spot: 0.0)
      for step in 0...24 {
        let spot = 40 + 5 * Double(step)
        let value = boundary.value(spot: spot, strike: 100)
        let european = BlackScholes.value(
          sign: option.sign, spot: spot, strike: 100, years: option.years, volatility: option.volatility,
          rate: option.rate, dividendYield: option.yield)
        #expect(value >= european && value >= option.sign * (spot - 100), "spot \(spot), \(words)")
        #expect(longer.value(spot: spot, strike: 100) >= value - 3e-7, "time at spot \(spot), \(words)")
        #expect(livelier.value(spot: spot, strike: 100) >= value - 3e-7, "volatility at spot \(spot), \(words)")
        if step > 0 {
          let slope = (value - before.value) / (spot - before.spot)
          #expect(slope >= before.slope - 1e-7, "spot \(spot), \(words)")
          #expect(slope.magnitude <= 1 + 1e-12, "spot \(spot), \(words)")
          before.slope = slope
        }
        (before.value, before.spot) = (value, spot)
      }
    }
  }

  @Test("A call is a put with spot and strike, rate and yield exchanged; values scale with spot and strike")
  func symmetry() {
    let seed: UInt64 = 77
    var generator = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let option = Option(&generator)
      let mirror = AmericanBoundary(
        sign: -option.sign, years: option.years, volatility: option.volatility, rate: option.yield,
        dividendYield: option.rate, tolerance: 1e-9, withSlopes: false)
      let boundary = option.boundary()
      let spot = Double.random(in: 50...150, using: &generator)
      let value = boundary.value(spot: spot, strike: 100)
      #expect(
        (value - mirror.value(spot: 100, strike: spot)).magnitude <= 1e-11 * 100, "\(option) at \(spot), seed \(seed)")
      #expect(
        (8 * value - boundary.value(spot: 8 * spot, strike: 800)).magnitude <= 1e-11 * 100,
        "\(option) at \(spot), seed \(seed)")
    }
  }

  @Test("A put's boundary falls from min(1, r / q) with time towards the perpetual one, and meets value and slope")
  func boundary() throws {
    let seed: UInt64 = 5
    var generator = SplitMix64(seed: seed)
    for _ in 0..<40 {
      let (rate, yield) = (
        Double.random(in: 0.01...0.15, using: &generator), Double.random(in: 0...0.15, using: &generator)
      )
      let volatility = Double.random(in: 0.1...0.8, using: &generator)
      let put = AmericanBoundary(
        sign: -1, years: 3, volatility: volatility, rate: rate, dividendYield: yield, tolerance: 1e-9)
      let words = "r \(rate), q \(yield), v \(volatility), seed \(seed)"
      let start = 100 * min(1, yield > 0 ? rate / yield : 1)
      let drift = (rate - yield) / (volatility * volatility) - 0.5
      let root = -drift - (drift * drift + 2 * rate / (volatility * volatility)).squareRoot()
      let perpetual = 100 * root / (root - 1)
      #expect(try #require(put.exercisePrice(strike: 100, years: 0)) == start, "\(words)")
      var before = start
      for step in 1...30 {
        let price = try #require(put.exercisePrice(strike: 100, years: 0.1 * Double(step)))
        #expect(price < before + 1e-4 && price > perpetual, "at \(step), \(words)")
        before = price
      }
      let price = try #require(put.exercisePrice(strike: 100))
      let above = put.partials(spot: price * (1 + 1e-9), strike: 100)
      #expect((above.value - (100 - price)).magnitude < 1e-5, "\(words)")
      #expect((above.delta + 1).magnitude < 1e-4, "\(words)")
      let under = price * (1 - 1e-14)
      let at = put.partials(spot: under, strike: 100)
      #expect(at.value == 100 - under && at.delta == -1 && at.gamma == 0 && at.theta == 0, "\(words)")
    }
  }

  @Test("At the borders of the domain a value is its limit")
  func limits() {
    func value(
      _ sign: Double, _ spot: Double, _ strike: Double, _ years: Double, _ volatility: Double, _ rate: Double,
      _ yield: Double
    ) -> Double {
      AmericanBoundary(
        sign: sign, years: years, volatility: volatility, rate: rate, dividendYield: yield, withSlopes: false
      ).value(spot: spot, strike: strike)
    }
    #expect(value(-1, 90, 100, 0, 0.2, 0.05, 0) == 10)
    #expect(value(-1, 110, 100, 0, 0.2, 0.05, 0) == 0)
    #expect(value(-1, 90, 100, 1, 0, 0.05, 0) == 10)
    #expect(value(-1, 0, 100, 1, 0.2, 0.05, 0) == 100)
    #expect(value(-1, 100, 0, 1, 0.2, 0.05, 0) == 0)
    #expect(value(1, 0, 100, 1, 0.2, 0.05, 0.08) == 0)
    #expect(value(1, 100, 0, 1, 0.2, 0.05, 0.08) == 100)
    #expect(value(-1, 100, 100, 1, .infinity, 0.05, 0.02) == 100)
    #expect(value(1, 100, 90, 1, .infinity, 0.05, 0.02) == 100)
    #expect(value(-1, 100, 100, 1, 0.2, .nan, 0.02).isNaN)
    #expect(value(-1, -1, 100, 1, 0.2, 0.05, 0.02).isNaN)
    #expect(value(-1, 100, 100, -1, 0.2, 0.05, 0.02).isNaN)
    // Without volatility a put on a stock that falls behind its yield is exercised at the end: here q > r, S = K.
    let known = 100 * (1 / 1.0512710963760241 - 1 / 1.1051709180756477)
    #expect((value(-1, 100, 100, 1, 0, 0.05, 0.1) - known).magnitude < 1e-12)
    // Close to the limit the collocation still answers.
    for years in [1e-6, 1e-4] {
      let near = value(-1, 100, 100, years, 0.2, 0.05, 0)
      #expect((near - 0.2 * years.squareRoot() * 39.894228).magnitude < 0.02 * near)
    }
  }

  @Test("Where early exercise never pays a value is Black and Scholes' to the last digit")
  func european() {
    for (sign, rate, yield) in [
      (1.0, 0.05, 0.0), (1, 0.05, -0.02), (-1, 0, 0), (-1, 0, 0.03), (-1, -0.02, 0.01), (1, 0, -0.01),
    ] {
      let boundary = AmericanBoundary(sign: sign, years: 1.5, volatility: 0.3, rate: rate, dividendYield: yield)
      #expect(boundary.method == .european && boundary.exercisePrice(strike: 100) == nil)
      let european = BlackScholes.partials(
        sign: sign, spot: 110, strike: 100, years: 1.5, volatility: 0.3, rate: rate, dividendYield: yield)
      let partials = boundary.partials(spot: 110, strike: 100)
      #expect(partials.value == european.value && partials.gamma == european.gamma && partials.rho == european.rho)
    }
  }
}
