import Kernels
import TestSupport

/// All rows of the table of implied volatilities through the batch solver, in units of the error that the digits of the
/// price and of the forward leave.
struct ImpliedVolatilityCheck {
  let outcome: [WorstError]

  init() throws {
    let rows = try Fixture("Kernels/implied_vol_reference.csv").rows
    func numbers(_ name: String) -> [Double] { rows.map { $0.number(name) } }
    let sign = rows.map { $0["type"] == "call" ? 1.0 : -1 }
    let price = numbers("price")
    let spot = numbers("spot")
    let strike = numbers("strike")
    let years = numbers("years")
    let rate = numbers("rate")
    let dividendYield = numbers("dividend_yield")
    var volatility = [Double](repeating: .nan, count: rows.count)
    var status = [ImpliedVolatilityStatus](repeating: .invalid, count: rows.count)
    var volatilitySpan = volatility.mutableSpan
    var statusSpan = status.mutableSpan
    ImpliedVolatility.solve(
      sign: sign.span, price: price.span, spot: spot.span, strike: strike.span, years: years.span, rate: rate.span,
      dividendYield: dividendYield.span, into: &volatilitySpan, status: &statusSpan)
    var worst = WorstError("implied volatility, in attainable errors", allowed: 8)
    for (i, row) in rows.enumerated() {
      let attainable = max(
        row.number("rel_vol_change_per_price_ulp") + row.number("rel_vol_change_per_half_ulp_of_forward"), 2.2e-16)
      worst.take(
        status[i] == .ok ? (volatility[i] / row.number("implied_vol") - 1).magnitude / attainable : .infinity)
    }
    outcome = [worst]
  }
}
