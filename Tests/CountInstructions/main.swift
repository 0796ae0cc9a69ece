// One fixed piece of a kernel's work, small enough for valgrind, for Scripts/check-instructions to count:
//
//     count-instructions grid_price|grid_greeks|batch_greeks|implied_vol

import Kernels

/// The figures that one work computes; what is counted is this function and all below it.
@inline(never)
func countedWork(_ work: Work, _ inputs: borrowing Inputs, into block: inout [Double]) {
  switch work {
  case .gridPrice: inputs.revalue(.value, into: &block)
  case .gridGreeks: inputs.revalue(.fiveGreeks, into: &block)
  case .batchGreeks: inputs.computeGreeks(into: &block)
  case .impliedVolatility: inputs.solve(into: &block)
  }
}

enum Work: String, CaseIterable {
  case gridPrice = "grid_price"
  case gridGreeks = "grid_greeks"
  case batchGreeks = "batch_greeks"
  case impliedVolatility = "implied_vol"
}

/// A grid of 41 spots and 21 volatilities, and 1,003 options, calls and puts, near the money and far from it.
struct Inputs: ~Copyable {
  static let count = 1003
  let spots = (0..<41).map { 70 + 1.5 * Double($0) }
  let volatilities = (0..<21).map { 0.1 + 0.03 * Double($0) }
  let contract = GridContract(sign: 1, strike: 100, years: 0.25, rate: 0.045, dividendYield: 0.01, weight: 2)
  let sign = (0..<count).map { $0 % 2 == 0 ? 1.0 : -1 }
  let spot = [Double](repeating: 100, count: count)
  let strike = (0..<count).map { 60 + 0.08 * Double($0) }
  let years = (0..<count).map { 0.02 + 0.002 * Double($0 * 7 % count) }
  let volatility = (0..<count).map { 0.05 + 0.001 * Double($0 * 11 % count) }
  let rate = [Double](repeating: 0.03, count: count)
  let dividendYield = [Double](repeating: 0.01, count: count)
  let price: [Double]

  init() {
    var price: [Double] = []
    for i in 0..<Inputs.count {
      price.append(
        BlackScholes.value(
          sign: sign[i], spot: spot[i], strike: strike[i], years: years[i], volatility: volatility[i], rate: rate[i],
          dividendYield: dividendYield[i]))
    }
    self.price = price
  }

  func revalue(_ detail: BlackScholes.Detail, into block: inout [Double]) {
    var scratch = [Double](repeating: 0, count: BlackScholes.gridScratchCount(spots: spots.count))
    block = [Double](repeating: 0, count: detail.columnCount * spots.count * volatilities.count)
    var scratchSpan = scratch.mutableSpan
    var span = block.mutableSpan
    BlackScholes.revalue(
      detail, contract, spots: spots.span, volatilities: volatilities.span, .perRow, adding: true,
      scratch: &scratchSpan, into: &span)
  }

  func computeGreeks(into block: inout [Double]) {
    block = [Double](repeating: 0, count: BlackScholes.Detail.fiveGreeks.columnCount * Inputs.count)
    var span = block.mutableSpan
    BlackScholes.compute(
      .fiveGreeks, sign: sign.span, spot: spot.span, strike: strike.span, years: years.span,
      volatility: volatility.span, rate: rate.span, dividendYield: dividendYield.span, into: &span)
  }

  func solve(into block: inout [Double]) {
    var status = [ImpliedVolatilityStatus](repeating: .invalid, count: Inputs.count)
    block = [Double](repeating: 0, count: Inputs.count)
    var statusSpan = status.mutableSpan
    var span = block.mutableSpan
    ImpliedVolatility.solve(
      sign: sign.span, price: price.span, spot: spot.span, strike: strike.span, years: years.span, rate: rate.span,
      dividendYield: dividendYield.span, into: &span, status: &statusSpan)
  }
}

guard CommandLine.arguments.count == 2, let work = Work(rawValue: CommandLine.arguments[1]) else {
  print("usage: count-instructions " + Work.allCases.map(\.rawValue).joined(separator: "|"))
  throw Usage()
}
struct Usage: Error {}

var block: [Double] = []
countedWork(work, Inputs(), into: &block)
// The sum is used, so that no compiler leaves the work out.
print(work.rawValue, block.reduce(0, +))
