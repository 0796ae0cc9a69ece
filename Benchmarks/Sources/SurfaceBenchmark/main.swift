// Milliseconds that fitting a surface to a whole chain takes on one core, implied volatilities of all bids, asks and mids
// included: bitcoin options (676 European quotes, 11 expiries), and options on a share (572 American quotes, 2 expiries),
// whose volatilities are those of American values.
//
//     swift run -c release --package-path Benchmarks SurfaceBenchmark [ROUNDS]
//
// prints, for each work, `work | first | least | median | most`: the first fit of the process opens OpenBLAS as well.
// Run it from the folder of the project, whose Data/Markets it reads.

import Formats
import Glibc
import MarketData

func milliseconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) * 1e3 + Double(now.tv_nsec) * 1e-6
}

func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 50
for (path, symbol, expiries) in [
  ("deribit-btc-2025-12-05-whole", "BTC", 11), ("goog-2015-12-23", "GOOG", 2),
] {
  let file = try MarketFile("Data/Markets/\(path).yaml")
  guard let market = file.state[symbol] else { exit(1) }
  for (name, model, isRepaired) in [
    ("svi, repaired", SurfaceModel.svi, true), ("svi", .svi, false), ("ssvi", .ssvi, false),
  ] {
    var times: [Double] = []
    for _ in 0...max(rounds, 1) {
      let start = milliseconds()
      let fit = try ChainFit(market, model: model, isRepaired: isRepaired)
      times.append(milliseconds() - start)
      guard fit.slices.count == expiries else { exit(1) }
    }
    let later = times.dropFirst().sorted()
    let figures = [times[0], later[0], later[later.count / 2], later[later.count - 1]]
    print("\(symbol) \(name) | \(figures.map(text).joined(separator: " | "))")
  }
}
