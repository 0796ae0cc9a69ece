// Microseconds that the maximum loss of a calendar takes under each policy for its two expiries, on one core: a call and a
// put calendar together, four legs, filled from the whole chain of bitcoin options.
//
//     swift run -c release --package-path Benchmarks PolicyBenchmark [ROUNDS]
//
// prints, for each policy, `policy | first | least | median | most | boxes`: boxes are those of the certificate of a band.
// Certificates are made and not checked again. Run it from the folder of the project, whose Data/Markets it reads.

import Basics
import Formats
import Glibc
import Instruments
import IsolatedMargin
import MarketData
import Pricing

func microseconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) * 1e6 + Double(now.tv_nsec) * 1e-3
}

func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 50
let file = try MarketFile("Data/Markets/deribit-btc-2025-12-05-whole.yaml")
guard let underlying = file.state["BTC"] else { exit(1) }
let legs = try LegsText.parse(
  "-1C95000@26DEC25 1C95000@30JAN26 -1P85000@26DEC25 1P85000@30JAN26", terms: underlying.contractTerms)
let rates = CarryRates.market(file.state, forwardBand: .zero)
for (settlement, name) in [(Settlement.coin, "coin"), (.quote, "quote")] {
  let filled = try Strategy(legs, name: "calendars").filled(
    from: file.state, AccountTerms(settlement: settlement))
  let policies: [(String, LossPolicy)] = [
    ("close-first", .closedAtFirstExpiry), ("hold-each", .eachHeldToItsExpiry),
    ("close-first-in-band 30:120", .closedAtFirstExpiryInBand(try VolatilityBand(lower: 0.3, upper: 1.2))),
    (
      "close-first-in-band 30:120, common",
      .closedAtFirstExpiryInBand(try VolatilityBand(lower: 0.3, upper: 1.2, sharing: .common))
    ),
  ]
  for (word, policy) in policies {
    var times: [Double] = []
    var boxes = 0
    for _ in 0...max(rounds, 1) {
      let start = microseconds()
      let loss = try MaximumLoss(of: filled, under: ClosingPlan(policy, rates: rates))
      times.append(microseconds() - start)
      boxes = loss.proofs.reduce(0) { if case .band(let band) = $1 { $0 + band.leaves.count } else { $0 } }
    }
    let later = times.dropFirst().sorted()
    let figures = [times[0], later[0], later[later.count / 2], later[later.count - 1]].map(text)
    print("\(word), \(name) | \(figures.joined(separator: " | ")) | \(boxes)")
  }
}
