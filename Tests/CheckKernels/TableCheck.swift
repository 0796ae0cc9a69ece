import Kernels
import TestSupport

/// All rows of the table of options through the batch kernel, against their figures in 130 digits.
struct TableCheck {
  let outcome: [WorstError]

  init() throws {
    let rows = try Fixture("Kernels/black_scholes_reference.csv").rows
    let columns: [(BlackScholes.Column, String)] = [
      (.value, "value"), (.delta, "delta"), (.gamma, "gamma"), (.vega, "vega"), (.theta, "theta"), (.rho, "rho"),
      (.epsilon, "epsilon"), (.vanna, "vanna"), (.volga, "volga"), (.charm, "charm"), (.veta, "veta"),
      (.speed, "speed"), (.zomma, "zomma"), (.color, "color"), (.ultima, "ultima"), (.dualDelta, "dual_delta"),
      (.dualGamma, "dual_gamma"),
    ]
    func numbers(_ name: String) -> [Double] { rows.map { $0.number(name) } }
    let sign = rows.map { $0["type"] == "call" ? 1.0 : -1 }
    let spot = numbers("spot")
    let strike = numbers("strike")
    let years = numbers("years")
    let volatility = numbers("vol")
    let rate = numbers("rate")
    let dividendYield = numbers("dividend_yield")
    var block = [Double](repeating: .nan, count: rows.count * columns.count)
    var span = block.mutableSpan
    BlackScholes.compute(
      .all, sign: sign.span, spot: spot.span, strike: strike.span, years: years.span, volatility: volatility.span,
      rate: rate.span, dividendYield: dividendYield.span, into: &span)

    var value = WorstError("table, value and delta, relative", allowed: 1e-13)
    var others = WorstError("table, the other derivatives, relative", allowed: 5e-13)
    var disagreements = WorstError("table, rows where a vector and a single option differ", allowed: 0)
    var differing = 0.0
    for i in rows.indices {
      let single = BlackScholes.partials(
        sign: sign[i], spot: spot[i], strike: strike[i], years: years[i], volatility: volatility[i], rate: rate[i],
        dividendYield: dividendYield[i])
      for (column, name) in columns {
        let figure = block[column.rawValue * rows.count + i]
        if figure.bitPattern != single[column].bitPattern { differing += 1 }
        let exact = rows[i].number(name)
        guard exact.magnitude >= 1e-290 else { continue }
        let error = (figure / exact - 1).magnitude
        if column == .value || column == .delta { value.take(error) } else { others.take(error) }
      }
    }
    disagreements.take(differing)
    outcome = [value, others, disagreements]
  }
}
