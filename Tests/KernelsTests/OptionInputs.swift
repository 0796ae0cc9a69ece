import Kernels
import TestSupport

/// The inputs of one option, for the tests.
struct OptionInputs: CustomStringConvertible {
  var sign: Double
  var spot: Double
  var strike: Double
  var years: Double
  var volatility: Double
  var rate: Double
  var dividendYield: Double

  var partials: BlackScholesPartials {
    BlackScholes.partials(
      sign: sign, spot: spot, strike: strike, years: years, volatility: volatility, rate: rate,
      dividendYield: dividendYield)
  }

  var value: Double {
    BlackScholes.value(
      sign: sign, spot: spot, strike: strike, years: years, volatility: volatility, rate: rate,
      dividendYield: dividendYield)
  }

  var description: String {
    "\(sign > 0 ? "call" : "put") S \(spot) K \(strike) T \(years) v \(volatility) r \(rate) q \(dividendYield)"
  }
}

extension OptionInputs {
  /// A row of a reference table.
  init(_ row: [String: String]) {
    self.init(
      sign: row["type"] == "call" ? 1 : -1, spot: row.number("spot"), strike: row.number("strike"),
      years: row.number("years"), volatility: row.number("vol"), rate: row.number("rate"),
      dividendYield: row.number("dividend_yield"))
  }

  /// An ordinary option, drawn at random.
  init(using generator: inout SplitMix64) {
    let spot = generator.number(1, 500)
    self.init(
      sign: generator.next() & 1 == 0 ? 1 : -1, spot: spot, strike: spot * generator.number(0.4, 2.5),
      years: generator.number(0.002, 5), volatility: generator.number(0.03, 1.5), rate: generator.number(-0.03, 0.2),
      dividendYield: generator.number(-0.03, 0.1))
  }
}

/// Columns of options, and the batch kernels over them.
struct OptionBatch {
  var rows: [OptionInputs]

  func block(_ detail: BlackScholes.Detail) -> [Double] {
    let sign = rows.map(\.sign)
    let spot = rows.map(\.spot)
    let strike = rows.map(\.strike)
    let years = rows.map(\.years)
    let volatility = rows.map(\.volatility)
    let rate = rows.map(\.rate)
    let dividendYield = rows.map(\.dividendYield)
    var block = [Double](repeating: -7, count: rows.count * detail.columnCount)
    var span = block.mutableSpan
    BlackScholes.compute(
      detail, sign: sign.span, spot: spot.span, strike: strike.span, years: years.span, volatility: volatility.span,
      rate: rate.span, dividendYield: dividendYield.span, into: &span)
    return block
  }
}
