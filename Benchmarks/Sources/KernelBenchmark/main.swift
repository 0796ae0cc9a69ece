// Million options a second of one core, for the kernels:
//
//     swift run -c release --package-path Benchmarks KernelBenchmark [ROUNDS]
//
// prints, for each work, `work | Bulkhead | least | median | most | rounds | share of limit`. Compare in pairs within one
// run, A B A B, on a quiet machine. The share is the median over the rate at which the machine's fused multiply-adds alone
// would do the work: the limit is measured in the same run, and the operations an option are counted in the loop's
// machine code for AVX-512 (multiplications and fused multiply-adds; a division adds three on a Zen 4).

import CMachinePeak
import Glibc
import Kernels

/// A batch of random options and the block that receives its figures.
struct Batch {
  let options: RandomOptions
  var block: [Double]

  init(count: Int, _ detail: BlackScholes.Detail) {
    options = RandomOptions(count: count)
    block = [Double](repeating: 0, count: count * detail.columnCount)
  }

  mutating func compute(_ detail: BlackScholes.Detail, times: Int = 1) -> Int {
    let options = options
    var span = block.mutableSpan
    for _ in 0..<times {
      BlackScholes.compute(
        detail, sign: options.sign.span, spot: options.spot.span, strike: options.strike.span,
        years: options.years.span, volatility: options.volatility.span, rate: options.rate.span,
        dividendYield: options.dividendYield.span, into: &span)
    }
    return times * options.sign.count
  }
}

struct Grid {
  let condor = CondorGrid()
  var scratch = [Double](repeating: 0, count: BlackScholes.gridScratchCount(spots: CondorGrid.spotCount))
  var block: [Double]

  init(_ detail: BlackScholes.Detail) {
    block = [Double](repeating: 0, count: CondorGrid.nodeCount * detail.columnCount)
  }

  mutating func compute(_ detail: BlackScholes.Detail, _ shape: GridVolatility) -> Int {
    revalue(condor, detail, shape, scratch: &scratch, into: &block)
    return 4 * CondorGrid.nodeCount
  }
}

func revalue(
  _ condor: CondorGrid, _ detail: BlackScholes.Detail, _ shape: GridVolatility, scratch: inout [Double],
  into block: inout [Double]
) {
  var scratchSpan = scratch.mutableSpan
  var span = block.mutableSpan
  for leg in 0..<4 {
    let contract = GridContract(
      sign: condor.signs[leg], strike: condor.strikes[leg], years: condor.years, rate: condor.rate,
      dividendYield: condor.dividendYield, weight: condor.weights[leg])
    let volatilities = shape == .perRow ? condor.volatilities[leg] : condor.nodeVolatilities[leg]
    BlackScholes.revalue(
      detail, contract, spots: condor.spots.span, volatilities: volatilities.span, shape, adding: leg > 0,
      scratch: &scratchSpan, into: &span)
  }
}

/// Prices out of the money, which is what a solver is usually given.
struct Implied {
  let options: RandomOptions
  var price: [Double]
  var volatility: [Double]
  var status: [ImpliedVolatilityStatus]

  init(count: Int) {
    var options = RandomOptions(count: count)
    for i in 0..<count {
      let carry = (options.rate[i] - options.dividendYield[i]) * options.years[i]
      options.sign[i] = options.spot[i] * exp(carry) < options.strike[i] ? 1 : -1
    }
    self.options = options
    price = (0..<count).map { [options] (i: Int) -> Double in
      BlackScholes.value(
        sign: options.sign[i], spot: options.spot[i], strike: options.strike[i], years: options.years[i],
        volatility: options.volatility[i], rate: options.rate[i], dividendYield: options.dividendYield[i])
    }
    volatility = [Double](repeating: 0, count: count)
    status = [ImpliedVolatilityStatus](repeating: .ok, count: count)
  }

  mutating func solve() -> Int {
    solveAll(options, price, into: &volatility, status: &status)
    return price.count
  }
}

func solveAll(
  _ options: RandomOptions, _ price: [Double], into volatility: inout [Double],
  status: inout [ImpliedVolatilityStatus]
) {
  var volatilitySpan = volatility.mutableSpan
  var statusSpan = status.mutableSpan
  ImpliedVolatility.solve(
    sign: options.sign.span, price: price.span, spot: options.spot.span, strike: options.strike.span,
    years: options.years.span, rate: options.rate.span, dividendYield: options.dividendYield.span,
    into: &volatilitySpan, status: &statusSpan)
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 9
let large = 1_000_000
// Not a power of two: columns a multiple of 4 KiB apart would share the sets of the first cache.
let small = 2056
let times = large / small

var largeValue = Batch(count: large, .value)
var largeGreeks = Batch(count: large, .fiveGreeks)
var smallValue = Batch(count: small, .value)
var smallGreeks = Batch(count: small, .fiveGreeks)
var smallAll = Batch(count: small, .all)
var gridValue = Grid(.value)
var gridGreeks = Grid(.fiveGreeks)
var implied = Implied(count: large)

/// Multiplications and fused multiply-adds an option, nil where they depend on the data.
let works: [(name: String, operations: Double?, run: @MainActor () -> Int)] = [
  ("batch 1M price", 113, { largeValue.compute(.value) }),
  ("batch 1M price+5 Greeks", 124, { largeGreeks.compute(.fiveGreeks) }),
  ("in-cache block price", 113, { smallValue.compute(.value, times: times) }),
  ("in-cache block price+5 Greeks", 124, { smallGreeks.compute(.fiveGreeks, times: times) }),
  ("in-cache block price+16 partials", 154, { smallAll.compute(.all, times: times) }),
  ("condor grid 201x101 price", 38, { gridValue.compute(.value, .perRow) }),
  ("condor grid 201x101 price+5 Greeks", 51, { gridGreeks.compute(.fiveGreeks, .perRow) }),
  ("condor grid 201x101 sticky delta price", 45, { gridValue.compute(.value, .perNode) }),
  ("condor grid 201x101 sticky delta price+5 Greeks", 56, { gridGreeks.compute(.fiveGreeks, .perNode) }),
  ("implied volatility 1M", nil, { implied.solve() }),
]
var rates = [[Double]](repeating: [], count: works.count)
for _ in 0..<rounds {
  for (i, work) in works.enumerated() {
    let start = threadSeconds()
    let count = work.run()
    rates[i].append(Double(count) / (threadSeconds() - start) / 1e6)
  }
}
let peak = machine_peak() / 1e6
for (work, rate) in zip(works, rates) {
  let sorted = rate.sorted()
  let figures = [sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1]].map { ($0 * 10).rounded() / 10 }
  let share = work.operations.flatMap { peak > 0 ? "\((figures[1] * $0 / peak * 100).rounded() / 100)" : nil } ?? ""
  print("\(work.name) | Bulkhead | \(figures[0]) | \(figures[1]) | \(figures[2]) | \(sorted.count) | \(share)")
}
