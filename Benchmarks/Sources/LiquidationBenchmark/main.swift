// Microseconds a liquidation region and milliseconds a surface of 30 x 21 nodes take on one core:
//
//     swift run -c release --package-path Benchmarks LiquidationBenchmark [ROUNDS]
//
// prints, for each work, `work | least | median | most | values of options`. An iron condor on bitcoin, half funded, so
// that there are bounds to find: at one volatility (proved), with a volatility a strike (walked by intervals), and under a
// venue's requirement; and the whole way from the legs to the region.

import Basics
import Glibc
import Instruments
import IsolatedMargin
import Pricing

func nanoseconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) * 1e9 + Double(now.tv_nsec)
}

let expiry = try Expiry(parsing: "2025-12-26")

func condor() throws -> FilledStrategy {
  let legs = try [(1, OptionRight.put, "80000"), (-1, .put, "85000"), (-1, .call, "100000"), (1, .call, "105000")].map {
    quantity, right, strike in
    try FilledLeg(
      instrument: .option(
        try OptionContract(underlying: "BTC", right: right, strike: Price(parsing: strike), expiry: expiry)),
      quantity: Quantity(count: Int64(quantity) * 100_000_000), price: .zero)
  }
  return try FilledStrategy(name: "condor", settlement: .quote, currency: .usd, legs: legs)
}

func box(_ volatilities: [Double], _ maintenance: any MaintenanceModel = NoMaintenance(), deposit: Int64 = 3000) throws
  -> LiquidationBox
{
  let strategy = try condor()
  let terms = volatilities.map { ValuationTerms(years: 30.0 / 365, volatility: $0) }
  return try LiquidationBox(
    of: strategy, deposit: ExactAmount(deposit), maintenance: maintenance,
    market: LiquidationMarket(spot: 92_500, terms: terms))
}

func report(_ name: String, unit: Double, rounds: Int, times: Int, _ work: () throws -> Int) rethrows {
  var found: [Double] = []
  var values = 0
  for _ in 0..<rounds {
    let start = nanoseconds()
    for _ in 0..<times { values = try work() }
    found.append((nanoseconds() - start) / Double(times) / unit)
  }
  found.sort()
  func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
  print("\(name) | \(text(found[0])) | \(text(found[rounds / 2])) | \(text(found[rounds - 1])) | \(values)")
}

let rounds = max(1, CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 15)
let flat = try box([0.45, 0.45, 0.45, 0.45])
let smile = try box([0.52, 0.49, 0.43, 0.42])
let venue = try box(
  [0.45, 0.45, 0.45, 0.45], SpotShareMaintenance(share: ExactAmount(count: 75, decimals: 3)), deposit: 20_000)
let days = (0..<30).map(Double.init)
let shifts = (0..<21).map { Double($0 - 10) / 50 }

print("work | least | median | most | values of options")
for (name, box) in [("one volatility", flat), ("a volatility a strike", smile), ("7.5 % of spot a short leg", venue)] {
  report("region, \(name), us", unit: 1e3, rounds: rounds, times: 2000) { box.region().evaluations }
  report("surface 30 x 21, \(name), ms", unit: 1e6, rounds: rounds, times: 4) {
    box.surface(days: days, volatilityShifts: shifts).evaluations
  }
}
try report("from legs to region, one volatility, us", unit: 1e3, rounds: rounds, times: 500) {
  try box([0.45, 0.45, 0.45, 0.45]).region().evaluations
}
