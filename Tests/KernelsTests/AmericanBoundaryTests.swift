import Kernels
import TestSupport
import Testing

/// An American option of a table.
private struct Row {
  let sign: Double
  let spot: Double
  let strike: Double
  let years: Double
  let volatility: Double
  let rate: Double
  let yield: Double
  let value: Double
  let tolerance: Double
  let text: String

  init(_ row: [String: String]) {
    sign = row["type"] == "call" ? 1 : -1
    spot = row.number("spot")
    strike = row.number("strike")
    years = row.number("years")
    volatility = row.number("vol")
    rate = row.number("rate")
    yield = row.number("dividend_yield")
    value = row.number("value")
    tolerance = row.number("tolerance")
    text = "\(row.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })"
  }

  func boundary(_ tolerance: Double, withSlopes: Bool = false) -> AmericanBoundary {
    AmericanBoundary(
      sign: sign, years: years, volatility: volatility, rate: rate, dividendYield: yield, tolerance: tolerance,
      withSlopes: withSlopes)
  }

  var european: Double {
    BlackScholes.value(
      sign: sign, spot: spot, strike: strike, years: years, volatility: volatility, rate: rate, dividendYield: yield)
  }
}

@Suite struct AmericanBoundaryTests {
  @Test("Values meet the reference within 1e-8 of the strike, or within what the reference is trusted to")
  func reference() throws {
    let rows = try Fixture("Kernels/american_reference.csv").rows.map(Row.init)
    #expect(rows.count == 217)
    for row in rows {
      let boundary = row.boundary(1e-10)
      let value = boundary.value(spot: row.spot, strike: row.strike)
      let allowed = max(1e-8 * row.strike, row.tolerance)
      #expect((value - row.value).magnitude <= allowed, "found \(value) for \(row.text)")
      #expect(boundary.method != .finiteDifferences, "\(row.text)")
      if boundary.method == .european { #expect(value == row.european, "\(row.text)") }
    }
  }

  @Test("Every tolerance is kept against the finest", arguments: [1e-3, 1e-4, 1e-6, 1e-8, 1e-10])
  func tolerance(_ tolerance: Double) throws {
    let rows = try Fixture("Kernels/american_reference.csv").rows.map(Row.init)
    for row in stride(from: 0, to: rows.count, by: 2).map({ rows[$0] }) {
      let value = row.boundary(tolerance).value(spot: row.spot, strike: row.strike)
      let exact = row.boundary(1e-12).value(spot: row.spot, strike: row.strike)
      let error = (value - exact).magnitude / max(row.spot, row.strike)
      #expect(error <= tolerance, "an error of \(error) at \(tolerance) for \(row.text)")
    }
  }

  @Test("Published values are met to what they state, approximations to their own error")
  func literature() throws {
    for cells in try Fixture("Kernels/american_literature.csv").rows {
      let row = Row(cells)
      let boundary = row.boundary(1e-10)
      var value = boundary.value(spot: row.spot, strike: row.strike)
      let allowed: Double
      switch cells["kind"] {
      case "american_early_exercise_premium":
        value -= row.european
        allowed = row.tolerance
      case "american_edge_case":
        // What has expired is worth its payoff here, and nothing there.
        if row.years == 0 { continue }
        allowed = row.tolerance
      case "american":
        // Ju's own approximation, within a percent of the truth.
        allowed = 1e-3 + 1e-2 * row.value
      default:
        // A flat boundary and a quadratic approximation; at a volatility of 1,000 % the former gives the European value.
        if row.volatility >= 10 { continue }
        allowed = 0.01 + 0.012 * row.value
      }
      #expect((value - row.value).magnitude <= allowed, "found \(value) for \(row.text)")
    }
  }

  @Test("The derivatives are those of the value")
  func derivatives() throws {
    let rows = try Fixture("Kernels/american_reference.csv").rows.map(Row.init)
    for row in stride(from: 0, to: rows.count, by: 7).map({ rows[$0] }) {
      let boundary = row.boundary(1e-8, withSlopes: true)
      let partials = boundary.partials(spot: row.spot, strike: row.strike)
      // Within a step of the boundary the third derivative is too large for a difference.
      if let price = boundary.exercisePrice(strike: row.strike) {
        guard row.sign * (row.spot - price) < -0.05 * price else { continue }
      }
      func value(spot: Double = 0, years: Double = 0, volatility: Double = 0, rate: Double = 0, yield: Double = 0)
        -> Double
      {
        AmericanBoundary(
          sign: row.sign, years: row.years + years, volatility: row.volatility + volatility, rate: row.rate + rate,
          dividendYield: row.yield + yield, tolerance: 1e-12, withSlopes: false
        ).value(spot: row.spot + spot, strike: row.strike)
      }
      let (s, t, v, h) = (2e-4 * row.spot, 1e-4 * row.years, 1e-4 * row.volatility, 1e-5)
      let middle = value()
      let scale = max(row.spot, row.strike)
      let differences: [(String, Double, Double, Double)] = [
        ("value", partials.value, middle, 1e-8 * scale),
        ("delta", partials.delta, (value(spot: s) - value(spot: -s)) / (2 * s), 3e-5),
        (
          "gamma", partials.gamma * row.spot, (value(spot: s) - 2 * middle + value(spot: -s)) / (s * s) * row.spot, 3e-3
        ),
        ("vega", partials.vega, (value(volatility: v) - value(volatility: -v)) / (2 * v), 2e-6 * scale),
        ("theta", partials.theta, -(value(years: t) - value(years: -t)) / (2 * t), 3e-5 * scale),
        ("rho", partials.rho, (value(rate: h) - value(rate: -h)) / (2 * h), 2e-5 * scale),
        ("epsilon", partials.epsilon, (value(yield: h) - value(yield: -h)) / (2 * h), 2e-5 * scale),
      ]
      for (name, found, wanted, allowed) in differences {
        #expect((found - wanted).magnitude <= allowed, "\(name) is \(found), by differences \(wanted), for \(row.text)")
      }
    }
  }

  @Test("Between two boundaries a put is exercised, and beyond the lower one it waits")
  func twoBoundaries() {
    // At q < r < 0 a put is exercised between r/q and the strike near expiry, and never below r/q.
    let put = AmericanBoundary(
      sign: -1, years: 0.5, volatility: 0.1, rate: -0.01, dividendYield: -0.06, withSlopes: true)
    #expect(put.method == .finiteDifferences && put.error == AmericanBoundary.gridTolerance)
    #expect(put.exercisePrice(strike: 100) == nil)
    let european = { (spot: Double) in
      BlackScholes.value(
        sign: -1, spot: spot, strike: 100, years: 0.5, volatility: 0.1, rate: -0.01, dividendYield: -0.06)
    }
    // Far below r/q waiting earns more than exercise, as the strike grows and spot does so less.
    let deep = put.value(spot: 5, strike: 100)
    #expect(deep > 95 && (deep - european(5)).magnitude < 1e-4)
    // Between the two it is exercised.
    #expect(put.value(spot: 60, strike: 100) == 40)
    // The mirror image: a call with the rates exchanged.
    let call = AmericanBoundary(
      sign: 1, years: 0.5, volatility: 0.1, rate: -0.06, dividendYield: -0.01, withSlopes: true)
    for spot in [80.0, 95, 100, 120] {
      #expect((call.value(spot: 100, strike: spot) - put.value(spot: spot, strike: 100)).magnitude < 1e-9)
      #expect(put.value(spot: spot, strike: 100) >= european(spot))
    }
  }
}
