import Kernels

/// The nodes of an iron condor on 67 spots from -30 to +30 percent and 34 volatilities from half to twice, against the
/// formula for single options, which ``TableCheck`` holds to the tables.
struct GridCheck {
  let outcome: [WorstError]

  init() {
    let spots = (0..<67).map { 70 + 60 * Double($0) / 66 }
    let factors = (0..<34).map { 0.5 + 1.5 * Double($0) / 33 }
    let legs: [(sign: Double, strike: Double, weight: Double, volatility: Double)] = [
      (-1, 90, 1, 0.23), (-1, 95, -1, 0.215), (1, 105, -1, 0.195), (1, 110, 1, 0.19),
    ]
    let years = 30 / 365.0
    let rate = 0.045
    let dividendYield = 0.01
    var scratch = [Double](repeating: 0, count: BlackScholes.gridScratchCount(spots: spots.count))
    var scratchSpan = scratch.mutableSpan
    var nodes = WorstError("grid, the condor's nodes, in spots", allowed: 4e-15)
    var wings = WorstError("grid, a leg's value, relative, out to its wings", allowed: 1e-12)
    var greeks = WorstError("grid, a leg's gamma and vega, relative", allowed: 1e-12)
    var sum = [Double](repeating: 0, count: spots.count * factors.count)
    var expected = sum
    for leg in legs {
      let volatilities = factors.map { leg.volatility * $0 }
      let contract = GridContract(
        sign: leg.sign, strike: leg.strike, years: years, rate: rate, dividendYield: dividendYield, weight: leg.weight)
      var block = [Double](repeating: 0, count: 6 * sum.count)
      var span = block.mutableSpan
      BlackScholes.revalue(
        .fiveGreeks, contract, spots: spots.span, volatilities: volatilities.span, .perRow, adding: false,
        scratch: &scratchSpan, into: &span)
      var sumSpan = sum.mutableSpan
      BlackScholes.revalue(
        .value, contract, spots: spots.span, volatilities: volatilities.span, .perRow, adding: true,
        scratch: &scratchSpan, into: &sumSpan)
      for (j, volatility) in volatilities.enumerated() {
        for (i, spot) in spots.enumerated() {
          let node = j * spots.count + i
          let exact = BlackScholes.partials(
            sign: leg.sign, spot: spot, strike: leg.strike, years: years, volatility: volatility, rate: rate,
            dividendYield: dividendYield)
          expected[node] += leg.weight * exact.value
          wings.take((block[node] / (leg.weight * exact.value) - 1).magnitude)
          greeks.take((block[2 * sum.count + node] / (leg.weight * exact.gamma) - 1).magnitude)
          greeks.take((block[3 * sum.count + node] / (leg.weight * exact.vega) - 1).magnitude)
        }
      }
    }
    for j in factors.indices {
      for (i, spot) in spots.enumerated() {
        let node = j * spots.count + i
        nodes.take((sum[node] - expected[node]).magnitude / spot)
      }
    }
    outcome = [nodes, wings, greeks]
  }
}
