import Kernels

/// One iron condor, 30 days, on 201 spots from -30 to +30 percent and 101 volatilities from half to twice.
struct CondorGrid {
  static let spots = (0..<201).map { (i: Int) -> Double in 70 + 60 * Double(i) / 200 }
  /// Of each leg, one a row of the grid.
  static let volatilities: [[Double]] = [0.03, 0.015, -0.005, -0.01].map { skew in
    (0..<101).map { (j: Int) -> Double in (0.2 + skew) * (0.5 + 1.5 * Double(j) / 100) }
  }
  static let strikes: [Double] = [90, 95, 105, 110]
  static let weights: [Double] = [1, -1, -1, 1]
  static let signs: [Double] = [-1, -1, 1, 1]

  let spots: [Double]
  let volatilities: [[Double]]
  var nodeCount: Int { spots.count * volatilities[0].count }

  /// From the columns of the shared file.
  init(_ columns: [Double]) {
    spots = Array(columns[0..<201])
    volatilities = (0..<4).map { Array(columns[(201 + 101 * $0)..<(302 + 101 * $0)]) }
  }

  func revalue(_ detail: BlackScholes.Detail, scratch: inout [Double], into block: inout [Double]) {
    var scratchSpan = scratch.mutableSpan
    var span = block.mutableSpan
    for leg in 0..<4 {
      let contract = GridContract(
        sign: Self.signs[leg], strike: Self.strikes[leg], years: 30 / 365.0, rate: 0.045, dividendYield: 0.01,
        weight: Self.weights[leg])
      let volatilities = volatilities[leg]
      BlackScholes.revalue(
        detail, contract, spots: spots.span, volatilities: volatilities.span, .perRow, adding: leg > 0,
        scratch: &scratchSpan, into: &span)
    }
  }
}

func runKernel(_ work: String, folder: String, dump: String?) throws {
  switch work {
  case "grid_price": try runGrid(.value, try doubles(of: folder + "/grid.f64"), dump)
  case "grid_greeks": try runGrid(.fiveGreeks, try doubles(of: folder + "/grid.f64"), dump)
  case "batch_greeks": try runBatch(try doubles(of: folder + "/batch.f64"), dump)
  case "implied_vol": try runImplied(try doubles(of: folder + "/implied.f64"), dump)
  default: usage()
  }
}

private func runGrid(_ detail: BlackScholes.Detail, _ columns: [Double], _ dump: String?) throws {
  let condor = CondorGrid(columns)
  var scratch = [Double](repeating: 0, count: BlackScholes.gridScratchCount(spots: condor.spots.count))
  var block = [Double](repeating: 0, count: condor.nodeCount * detail.columnCount)
  let run = { condor.revalue(detail, scratch: &scratch, into: &block) }
  guard let dump else { return measure(count: 4 * condor.nodeCount, run) }
  run()
  try write(block, to: dump)
}

/// A block that stays in the cache, again and again. Not a power of two of rows: columns a multiple of 4 KiB apart would share
/// the sets of the first cache.
private func runBatch(_ columns: [Double], _ dump: String?) throws {
  let (count, size) = (columns.count / 7, 2056)
  func column(_ index: Int) -> [Double] { Array(columns[(index * count)..<(index * count + size)]) }
  let (spot, strike, years, volatility) = (column(0), column(1), column(2), column(3))
  let (rate, dividendYield, sign) = (column(4), column(5), column(6))
  var block = [Double](repeating: 0, count: size * BlackScholes.Detail.fiveGreeks.columnCount)
  let run = {
    var span = block.mutableSpan
    BlackScholes.compute(
      .fiveGreeks, sign: sign.span, spot: spot.span, strike: strike.span, years: years.span,
      volatility: volatility.span, rate: rate.span, dividendYield: dividendYield.span, into: &span)
  }
  guard let dump else { return measure(count: size, run) }
  run()
  try write(block, to: dump)
}

private func runImplied(_ columns: [Double], _ dump: String?) throws {
  let count = columns.count / 5
  func column(_ index: Int) -> [Double] { Array(columns[(index * count)..<((index + 1) * count)]) }
  let (price, forward, strike, years, sign) = (column(0), column(1), column(2), column(3), column(4))
  let zero = [Double](repeating: 0, count: count)
  var volatility = zero
  var status = [ImpliedVolatilityStatus](repeating: .ok, count: count)
  let run = {
    var volatilitySpan = volatility.mutableSpan
    var statusSpan = status.mutableSpan
    ImpliedVolatility.solve(
      sign: sign.span, price: price.span, spot: forward.span, strike: strike.span, years: years.span,
      rate: zero.span, dividendYield: zero.span, into: &volatilitySpan, status: &statusSpan)
  }
  guard let dump else { return measure(count: count, run) }
  run()
  try write(volatility, to: dump)
}
