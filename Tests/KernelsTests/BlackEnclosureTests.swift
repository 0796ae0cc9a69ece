import Kernels
import TestSupport
import Testing

@Suite struct BlackEnclosureTests {
  /// A row's terms with the discount factors in them.
  private struct Terms {
    let inputs: OptionInputs
    let forward: Interval
    let strike: Interval
    let deviation: Interval
    let root: Interval
    let carry: Interval

    init(_ row: [String: String]) {
      inputs = OptionInputs(row)
      let years = Interval(inputs.years)
      carry = (-(years * inputs.dividendYield)).exponential
      forward = carry * inputs.spot
      strike = (-(years * inputs.rate)).exponential * inputs.strike
      root = years.squareRoot
      deviation = root * inputs.volatility
    }

    /// Between the least and the greatest over the enclosures of the terms.
    var value: Interval {
      func at(_ forward: Double, _ strike: Double, _ deviation: Double) -> Interval {
        BlackEnclosure.value(sign: inputs.sign, forward: forward, strike: strike, deviation: deviation)
      }
      let isCall = inputs.sign > 0
      let low = at(
        isCall ? forward.lower : forward.upper, isCall ? strike.upper : strike.lower, deviation.lower)
      let high = at(
        isCall ? forward.upper : forward.lower, isCall ? strike.lower : strike.upper, deviation.upper)
      return low.union(high)
    }
  }

  @Test("Value, delta and vega hold the reference figures of 130 digits, and hold them closely")
  func reference() throws {
    var rows = 0
    for row in try Fixture("Kernels/black_scholes_reference.csv").rows {
      let terms = Terms(row)
      guard terms.deviation.lower > 0, terms.deviation.upper < 1e3 else { continue }
      rows += 1
      let size = terms.forward.upper + terms.strike.upper
      let (value, wanted) = (terms.value, row.number("value"))
      // The figure was rounded to the nearest number when it was read.
      #expect(
        value.lower <= wanted.nextUp && wanted.nextDown <= value.upper, "\(terms.inputs): \(value), not \(wanted)")
      #expect(value.width <= 1e-13 * size, "\(terms.inputs): \(value)")
      let delta = BlackEnclosure.delta(
        sign: terms.inputs.sign, forward: terms.forward, strike: terms.strike.lower, deviation: terms.deviation.lower)
      let other = BlackEnclosure.delta(
        sign: terms.inputs.sign, forward: terms.forward, strike: terms.strike.upper, deviation: terms.deviation.upper)
      let slope = delta.union(other) * terms.carry
      #expect(
        slope.lower <= row.number("delta") + 1e-14 && row.number("delta") - 1e-14 <= slope.upper,
        "\(terms.inputs): \(slope)")
      let vega =
        BlackEnclosure.vega(forwards: terms.forward, strike: terms.strike, deviations: terms.deviation) * terms.root
      let wantedVega = row.number("vega")
      #expect(
        vega.lower <= wantedVega.nextUp && wantedVega.nextDown <= vega.upper,
        "\(terms.inputs): \(vega), not \(wantedVega)")
    }
    #expect(rows > 1000)
  }

  @Test("Over a box of forwards and deviations the vega is its exact range", arguments: [1, 2, 3, 4])
  func vegaRange(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<40 {
      let strike = generator.number(50, 150)
      let low = generator.number(20, 200)
      let forwards = Interval(low).union(Interval(low * generator.number(1, 3)))
      let start = generator.number(0.05, 1)
      let deviations = Interval(start).union(Interval(start * generator.number(1, 4)))
      let found = BlackEnclosure.vega(forwards: forwards, strike: Interval(strike), deviations: deviations)
      var (least, most) = (Double.infinity, 0.0)
      for i in 0...60 {
        for j in 0...60 {
          let forward = forwards.lower + (forwards.upper - forwards.lower) * Double(i) / 60
          let deviation = deviations.lower + (deviations.upper - deviations.lower) * Double(j) / 60
          let d2 = BlackReference.logarithm(forward / strike) / deviation - deviation / 2
          let vega = strike * BlackReference.density(d2)
          (least, most) = (min(least, vega), max(most, vega))
        }
      }
      let margin = 1e-12 * strike
      #expect(found.lower <= least + margin && most - margin <= found.upper, "\(generator)")
      // The grid comes near the ends of the range.
      #expect(found.lower >= least - 0.02 * strike && found.upper <= most + 0.02 * strike, "\(generator): \(found)")
    }
  }

  @Test("Without time an option is its intrinsic value, without a forward or strike what is left")
  func limits() {
    func value(_ sign: Double, _ forward: Double, _ strike: Double, _ deviation: Double) -> Interval {
      BlackEnclosure.value(sign: sign, forward: forward, strike: strike, deviation: deviation)
    }
    #expect(value(1, 105, 100, 0) == Interval(5) && value(-1, 105, 100, 0) == .zero)
    #expect(value(1, 95, 100, 0) == .zero && value(-1, 95, 100, 0) == Interval(5))
    #expect(value(1, 0, 100, 1) == .zero && value(-1, 0, 100, 1) == Interval(100))
    #expect(value(1, 100, 0, 1) == Interval(100) && value(-1, 100, 0, 1) == .zero)
    #expect(value(1, 1e-180, 100, 1).lower == 0 && value(-1, 1e-180, 100, 1).contains(100))
    // Far out the value is nothing that a Double holds, and never below nothing.
    #expect(value(1, 1, 100, 0.01).lower == 0 && value(1, 1, 100, 0.01).upper < 1e-250)
    let flat = BlackEnclosure.delta(sign: 1, forward: Interval(100), strike: 100, deviation: 0)
    #expect(flat == .zero && BlackEnclosure.delta(sign: 1, forward: Interval(101), strike: 100, deviation: 0) == .one)
    #expect(BlackEnclosure.delta(sign: -1, forward: Interval(99), strike: 100, deviation: 0) == Interval(-1))
    #expect(
      BlackEnclosure.vega(forwards: Interval(0).union(Interval(.infinity)), strike: .one, deviations: .one).lower == 0)
  }
}
