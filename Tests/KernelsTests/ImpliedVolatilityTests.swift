import Kernels
import TestSupport
import Testing

@Suite struct ImpliedVolatilityTests {
  private struct Quote {
    var inputs: OptionInputs
    var price: Double

    var answer: (volatility: Double, status: ImpliedVolatilityStatus) {
      ImpliedVolatility.solve(
        sign: inputs.sign, price: price, spot: inputs.spot, strike: inputs.strike, years: inputs.years,
        rate: inputs.rate, dividendYield: inputs.dividendYield)
    }
  }

  private static func solve(_ quotes: [Quote]) -> [(volatility: Double, status: ImpliedVolatilityStatus)] {
    let sign = quotes.map(\.inputs.sign)
    let price = quotes.map(\.price)
    let spot = quotes.map(\.inputs.spot)
    let strike = quotes.map(\.inputs.strike)
    let years = quotes.map(\.inputs.years)
    let rate = quotes.map(\.inputs.rate)
    let dividendYield = quotes.map(\.inputs.dividendYield)
    var volatility = [Double](repeating: -7, count: quotes.count)
    var status = [ImpliedVolatilityStatus](repeating: .invalid, count: quotes.count)
    var volatilitySpan = volatility.mutableSpan
    var statusSpan = status.mutableSpan
    ImpliedVolatility.solve(
      sign: sign.span, price: price.span, spot: spot.span, strike: strike.span, years: years.span, rate: rate.span,
      dividendYield: dividendYield.span, into: &volatilitySpan, status: &statusSpan)
    return Array(zip(volatility, status))
  }

  @Test("The volatility reproduces the reference within what the price's own digits allow")
  func reference() throws {
    let rows = try Fixture("Kernels/implied_vol_reference.csv").rows
    #expect(rows.count == 791)
    var over8 = 0
    for row in rows {
      let quote = Quote(inputs: OptionInputs(row), price: row.number("price"))
      let (volatility, status) = quote.answer
      #expect(status == .ok, "\(quote)")
      let attainable = max(
        row.number("rel_vol_change_per_price_ulp") + row.number("rel_vol_change_per_half_ulp_of_forward"), 2.2e-16)
      let error = (volatility / row.number("implied_vol") - 1).magnitude / attainable
      #expect(error <= 16, "\(quote): \(error)")
      if !(error <= 8) { over8 += 1 }
    }
    #expect(over8 == 0)
  }

  @Test("A price without a volatility says why")
  func statuses() throws {
    let rows = try Fixture("Kernels/implied_vol_invalid.csv").rows
    #expect(rows.count == 42)
    let expected: [String: ImpliedVolatilityStatus] = [
      "negative": .belowIntrinsic, "below_intrinsic": .belowIntrinsic, "above_maximum": .aboveMaximum,
      "at_maximum_rounded_up": .aboveMaximum, "nan": .invalid,
    ]
    for row in rows {
      let quote = Quote(inputs: OptionInputs(row), price: row.number("price"))
      let (volatility, status) = quote.answer
      #expect(status == expected[row["kind"]!], "\(row)")
      #expect(volatility.isNaN, "\(row)")
    }
  }

  @Test("Prices exactly at a bound, and inputs at a limit")
  func bounds() {
    func status(
      _ sign: Double, _ price: Double, _ spot: Double, _ strike: Double, _ years: Double, _ rate: Double = 0
    ) -> ImpliedVolatilityStatus {
      let inputs = OptionInputs(
        sign: sign, spot: spot, strike: strike, years: years, volatility: .nan, rate: rate, dividendYield: 0)
      let answer = Quote(inputs: inputs, price: price).answer
      let isAtLower = answer.status == .atBound && answer.volatility == 0
      let isEmpty = answer.status != .ok && answer.volatility.isNaN
      #expect(isAtLower || isEmpty || (answer.status == .ok && answer.volatility > 0), "\(inputs) \(price) \(answer)")
      return answer.status
    }
    #expect(status(1, 20, 120, 100, 1) == .atBound)
    #expect(status(1, 20 - 1e-13, 120, 100, 1) == .belowIntrinsic)
    #expect(status(1, 20 + 1e-13, 120, 100, 1) == .ok)
    #expect(status(1, 0, 100, 120, 1) == .atBound)
    #expect(status(1, .leastNonzeroMagnitude, 100, 120, 1) == .ok)
    #expect(status(1, 120, 120, 100, 1) == .atBound)
    #expect(status(1, 120.0.nextDown, 120, 100, 1) == .ok)
    #expect(status(1, 120.0.nextUp, 120, 100, 1) == .aboveMaximum)
    #expect(status(-1, 100, 120, 100, 1) == .atBound)
    #expect(status(-1, 100, 120, 100, 1, 0.01) == .aboveMaximum)
    for zero in [(100.0, 90.0, 0.0), (100.0, 0.0, 1.0)] {
      let intrinsic = zero.0 - zero.1
      #expect(status(1, intrinsic, zero.0, zero.1, zero.2) == .atBound)
      #expect(status(1, intrinsic + 1, zero.0, zero.1, zero.2) == .aboveMaximum)
      #expect(status(1, intrinsic - 1, zero.0, zero.1, zero.2) == .belowIntrinsic)
    }
    #expect(status(-1, 90, 0, 90, 1) == .atBound)
    #expect(status(1, -0.5, 100, 90, 1) == .belowIntrinsic)
    #expect(status(1, .infinity, 100, 90, 1) == .invalid)
    #expect(status(1, 11, .nan, 90, 1) == .invalid)
    #expect(status(1, 11, 100, -90, 1) == .invalid)
    #expect(status(1, 11, 100, 90, -1) == .invalid)
    #expect(status(1, 11, 100, 90, 1, .nan) == .invalid)
  }

  @Test("Pricing and solving return to the same volatility, near and far from the money")
  func roundTrip() {
    var generator = SplitMix64(seed: 99)
    for i in 0..<4000 {
      var inputs = OptionInputs(using: &generator)
      let deviation = inputs.volatility * inputs.years.squareRoot()
      // Up to 30 deviations out of the money, on the side that keeps its relative accuracy.
      let distance = i % 4 == 0 ? generator.number(-1, 1) : generator.number(-30, 30)
      inputs.strike =
        inputs.spot * Double.power((inputs.rate - inputs.dividendYield) * inputs.years - distance * deviation)
      inputs.sign = distance < 0 ? 1 : -1
      let quote = Quote(inputs: inputs, price: inputs.value)
      let answer = quote.answer
      #expect(answer.status == .ok, "\(generator) \(quote)")
      // The price's own roundings over its elasticity in volatility.
      let elasticity = inputs.partials.vega * inputs.volatility / quote.price
      let allowed = 4e-15 + 2e-14 / elasticity
      #expect((answer.volatility / inputs.volatility - 1).magnitude < allowed, "\(generator) \(quote) \(answer)")
    }
  }

  @Test("A vector and a single option agree bit for bit at every count and remainder")
  func bitForBit() {
    var generator = SplitMix64(seed: 7)
    var pool = (0..<34).map { _ in
      let inputs = OptionInputs(using: &generator)
      return Quote(inputs: inputs, price: inputs.value)
    }
    pool[2].price = -1
    pool[5].price = .nan
    pool[9].inputs.years = 0
    pool[10].price = 1e-200
    pool[17].price *= 1e6
    for count in 0...33 {
      let quotes = Array(pool[0..<count])
      for (quote, answer) in zip(quotes, Self.solve(quotes)) {
        let single = quote.answer
        #expect(answer.status == single.status, "\(generator), count \(count): \(quote)")
        let isSame =
          answer.volatility.bitPattern == single.volatility.bitPattern
          || (answer.volatility.isNaN && single.volatility.isNaN)
        #expect(isSame, "\(generator), count \(count): \(quote)")
      }
    }
  }
}

extension Double {
  /// exp(x), from the kernels' own present value of one unit.
  fileprivate static func power(_ x: Double) -> Double {
    BlackScholes.value(
      sign: 1, spot: 1, strike: 0, years: 1, volatility: 1, rate: 0, dividendYield: -x)
  }
}
