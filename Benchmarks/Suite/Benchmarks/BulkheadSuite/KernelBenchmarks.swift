import Benchmark
import Kernels

/// The kernels on blocks that stay in the cache; throughput counts blocks of 2,056 options, or grids of 20,301 nodes.
func addKernels() {
  for (name, detail) in [("value", BlackScholes.Detail.value), ("five Greeks", .fiveGreeks), ("17 figures", .all)] {
    Benchmark("Kernels: 2,056 random options, \(name)") { benchmark in
      let options = Options(count: 2056)
      var block = [Double](repeating: 0, count: 2056 * detail.columnCount)
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations {
        options.compute(detail, into: &block)
        blackHole(block)
      }
    }
  }
  for (name, detail) in [("value", BlackScholes.Detail.value), ("five Greeks", .fiveGreeks)] {
    Benchmark("Kernels: one option on 201 x 101 nodes, \(name)") { benchmark in
      let spots = (0..<201).map { (i: Int) -> Double in 70 + 0.3 * Double(i) }
      let volatilities = (0..<101).map { (j: Int) -> Double in 0.1 + 0.003 * Double(j) }
      let contract = GridContract(sign: 1, strike: 105, years: 30 / 365.0, rate: 0.045, dividendYield: 0.01)
      var scratch = [Double](repeating: 0, count: BlackScholes.gridScratchCount(spots: 201))
      var block = [Double](repeating: 0, count: 201 * 101 * detail.columnCount)
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations {
        revalue(detail, contract, spots, volatilities, scratch: &scratch, into: &block)
        blackHole(block)
      }
    }
  }
  Benchmark("Kernels: 2,056 implied volatilities") { benchmark in
    let options = Options(count: 2056)
    var price = [Double](repeating: 0, count: 2056)
    options.compute(.value, into: &price)
    var volatility = price
    var status = [ImpliedVolatilityStatus](repeating: .ok, count: 2056)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      options.solve(price, into: &volatility, status: &status)
      blackHole(volatility)
    }
  }
}

private func revalue(
  _ detail: BlackScholes.Detail, _ contract: GridContract, _ spots: [Double], _ volatilities: [Double],
  scratch: inout [Double], into block: inout [Double]
) {
  var scratchSpan = scratch.mutableSpan
  var span = block.mutableSpan
  BlackScholes.revalue(
    detail, contract, spots: spots.span, volatilities: volatilities.span, .perRow, adding: false,
    scratch: &scratchSpan, into: &span)
}

/// Options spread evenly over moneyness, time and volatility, calls and puts in turn.
private struct Options {
  var sign: [Double] = []
  var spot: [Double] = []
  var strike: [Double] = []
  var years: [Double] = []
  var volatility: [Double] = []
  var rate: [Double] = []
  var dividendYield: [Double] = []

  init(count: Int) {
    // Steps of the golden ratio and its powers fill the box evenly without a generator.
    func spread(_ index: Int, _ step: Double, _ low: Double, _ high: Double) -> Double {
      let place = Double(index + 1) * step
      return low + (high - low) * (place - place.rounded(.down))
    }
    for index in 0..<count {
      sign.append(index.isMultiple(of: 2) ? 1 : -1)
      spot.append(100)
      strike.append(spread(index, 0.8566748838545029, 70, 140))
      years.append(spread(index, 0.733891856627126, 0.05, 2))
      volatility.append(spread(index, 0.6287067210378087, 0.1, 1))
      rate.append(0.03)
      dividendYield.append(0.01)
    }
  }

  func compute(_ detail: BlackScholes.Detail, into block: inout [Double]) {
    var span = block.mutableSpan
    BlackScholes.compute(
      detail, sign: sign.span, spot: spot.span, strike: strike.span, years: years.span, volatility: volatility.span,
      rate: rate.span, dividendYield: dividendYield.span, into: &span)
  }

  func solve(_ price: [Double], into volatility: inout [Double], status: inout [ImpliedVolatilityStatus]) {
    var volatilitySpan = volatility.mutableSpan
    var statusSpan = status.mutableSpan
    ImpliedVolatility.solve(
      sign: sign.span, price: price.span, spot: spot.span, strike: strike.span, years: years.span, rate: rate.span,
      dividendYield: dividendYield.span, into: &volatilitySpan, status: &statusSpan)
  }
}
