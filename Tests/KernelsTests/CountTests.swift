import Kernels
import Testing

/// Counts that differ are a programmer's error, and must stop the program although the kernels are compiled unchecked.
@Suite struct CountTests {
  @Test("Columns that differ in length stop the program")
  func batch() async {
    await #expect(processExitsWith: .failure) {
      let two: [Double] = [1, 1]
      let three: [Double] = [1, 1, 1]
      var block = [Double](repeating: 0, count: 2)
      var span = block.mutableSpan
      BlackScholes.compute(
        .value, sign: two.span, spot: two.span, strike: three.span, years: two.span, volatility: two.span,
        rate: two.span, dividendYield: two.span, into: &span)
    }
    await #expect(processExitsWith: .failure) {
      let two: [Double] = [1, 1]
      var block = [Double](repeating: 0, count: 33)
      var span = block.mutableSpan
      BlackScholes.compute(
        .all, sign: two.span, spot: two.span, strike: two.span, years: two.span, volatility: two.span,
        rate: two.span, dividendYield: two.span, into: &span)
    }
  }

  @Test("Rows that are not within their block stop the program", arguments: [-1, 3, 4, Int.max, Int.min])
  func rowsOfABlock(_ row: Int) async {
    await #expect(processExitsWith: .failure) { [row] in
      let two: [Double] = [1, 1]
      var block = [Double](repeating: 0, count: 4 * 6)
      var span = block.mutableSpan
      _ = BlackScholes.compute(
        .fiveGreeks, sign: two.span, spot: two.span, strike: two.span, years: two.span, volatility: two.span,
        rate: two.span, dividendYield: two.span, into: &span, at: row)
    }
  }

  @Test("A grid's block or scratch of the wrong length stops the program")
  func grid() async {
    await #expect(processExitsWith: .failure) {
      let two: [Double] = [1, 1]
      var scratch = [Double](repeating: 0, count: BlackScholes.gridScratchCount(spots: 2) - 1)
      var block = [Double](repeating: 0, count: 4)
      var scratchSpan = scratch.mutableSpan
      var span = block.mutableSpan
      BlackScholes.revalue(
        .value, GridContract(sign: 1, strike: 1, years: 1, rate: 0, dividendYield: 0), spots: two.span,
        volatilities: two.span, .perRow, adding: false, scratch: &scratchSpan, into: &span)
    }
  }

  @Test("An output of implied volatilities of the wrong length stops the program")
  func implied() async {
    await #expect(processExitsWith: .failure) {
      let two: [Double] = [1, 1]
      var volatility: [Double] = [0, 0]
      var status: [ImpliedVolatilityStatus] = [.ok]
      var volatilitySpan = volatility.mutableSpan
      var statusSpan = status.mutableSpan
      ImpliedVolatility.solve(
        sign: two.span, price: two.span, spot: two.span, strike: two.span, years: two.span, rate: two.span,
        dividendYield: two.span, into: &volatilitySpan, status: &statusSpan)
    }
  }
}
