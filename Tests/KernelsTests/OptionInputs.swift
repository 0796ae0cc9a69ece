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
    var block = [Double](repeating: -7, count: rows.count * detail.columnCount)
    _ = fill(detail, rows[...], of: rows.count, into: &block)
    return block
  }

  /// The same, valued `count` rows at a time, in a block that has `more` rows behind them, and whether the formula held.
  func block(_ detail: BlackScholes.Detail, by count: Int, more: Int) -> (figures: [Double], isRegular: Bool) {
    let height = rows.count + more
    var block = [Double](repeating: -7, count: height * detail.columnCount)
    var isRegular = true
    for row in stride(from: 0, to: rows.count, by: count) {
      isRegular = fill(detail, rows[row..<min(row + count, rows.count)], of: height, into: &block) && isRegular
    }
    return (block, isRegular)
  }

  private func fill(
    _ detail: BlackScholes.Detail, _ part: ArraySlice<OptionInputs>, of height: Int, into block: inout [Double]
  ) -> Bool {
    let sign = part.map(\.sign)
    let spot = part.map(\.spot)
    let strike = part.map(\.strike)
    let years = part.map(\.years)
    let volatility = part.map(\.volatility)
    let rate = part.map(\.rate)
    let dividendYield = part.map(\.dividendYield)
    var span = block.mutableSpan
    guard part.count < height else {
      BlackScholes.compute(
        detail, sign: sign.span, spot: spot.span, strike: strike.span, years: years.span, volatility: volatility.span,
        rate: rate.span, dividendYield: dividendYield.span, into: &span)
      return true
    }
    return BlackScholes.compute(
      detail, sign: sign.span, spot: spot.span, strike: strike.span, years: years.span, volatility: volatility.span,
      rate: rate.span, dividendYield: dividendYield.span, into: &span, at: part.startIndex)
  }
}
