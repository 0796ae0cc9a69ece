// The law that a box funded to its maximum loss is never liquidated, on many random strategies:
//
//     swift run -c release --package-path Benchmarks LiquidationLaw [STRATEGIES] [SEED]
//
// For each strategy whose loss is bounded the equity is computed at every node of 41 prices, 21 volatilities and 5 times from
// a table of option values made with the C library's error function, so that no part of the program's valuation takes
// part. Ends with 1 where equity is below zero anywhere, where the program does not prove `none`, or where a mutation passes:
// one cent less judged at expiry, and a negative rate.

import Basics
import Glibc
import Instruments
import IsolatedMargin
import Pricing

/// Values of calls and puts struck at 50, 60, ..., 150 at every node: strikes fastest, calls before puts.
struct ValueTable {
  static let strikes = stride(from: 50.0, through: 150, by: 10).map { $0 }
  static let width = 2 * strikes.count
  var values: [Double] = []

  init(rate: Double) {
    func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
    for price in 0..<41 {
      let spot = exp(log(1.0) + Double(price) / 40 * log(10_000.0))
      for level in 0..<21 {
        let volatility = 0.02 + Double(level) / 20 * 2.48
        for years in [0, 0.003, 0.05, 0.25, 1.0] {
          let (discount, forward) = (exp(-rate * years), spot * exp(rate * years))
          for sign in [1.0, -1] {
            for strike in ValueTable.strikes {
              let deviation = volatility * years.squareRoot()
              guard deviation > 0 else {
                values.append(max(0, sign * (spot - strike)))
                continue
              }
              let d1 = log(forward / strike) / deviation + deviation / 2
              values.append(
                discount * sign * (forward * normal(sign * d1) - strike * normal(sign * (d1 - deviation))))
            }
          }
        }
      }
    }
  }

  func least(_ places: [(place: Int, units: Double)], cash: Double) -> Double {
    var least = Double.infinity
    var start = 0
    while start < values.count {
      var equity = cash
      for (place, units) in places { equity += units * values[start + place] }
      if equity < least { least = equity }
      start += ValueTable.width
    }
    return least
  }
}

/// Steele, Lea and Flood, *Fast Splittable Pseudorandom Number Generators* (2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

let arguments = Array(CommandLine.arguments.dropFirst())
let count = max(1, arguments.first.flatMap { Int($0) } ?? 100_000)
let seed = arguments.dropFirst().first.flatMap { UInt64($0) } ?? 2026
var generator = SplitMix64(state: seed)
let expiry = try Expiry(parsing: "2026-01-16")
let table = ValueTable(rate: 0.03)
let negative = ValueTable(rate: -0.05)
let cent = ExactAmount(count: 1, decimals: 2)
var (done, shortened, lostMore, failures) = (0, 0, 0, 0)

@MainActor func fail(_ text: String) {
  failures += 1
  if failures <= 10 { print("seed \(seed), strategy \(done): \(text)") }
}

func box(_ strategy: FilledStrategy, _ deposit: ExactAmount, rate: Double, years: Double) throws -> LiquidationBox {
  let terms = ValuationTerms(years: years, volatility: 0.9, rate: rate)
  return try LiquidationBox(
    of: strategy, deposit: deposit, market: LiquidationMarket(for: strategy, spot: 100, terms: terms))
}

while done < count {
  var legs: [FilledLeg] = []
  var units = [Double](repeating: 0, count: ValueTable.width)
  for _ in 0..<Int.random(in: 1...6, using: &generator) {
    let place = Int.random(in: 0..<ValueTable.width, using: &generator)
    let size = Int64.random(in: 1...4, using: &generator) * (Bool.random(using: &generator) ? 1 : -1)
    let strike = Int64(ValueTable.strikes[place % ValueTable.strikes.count])
    let contract = try OptionContract(
      underlying: "ABC", right: place < ValueTable.strikes.count ? .call : .put,
      strike: Price(count: strike * 100_000_000),
      expiry: expiry)
    legs.append(
      try FilledLeg(
        instrument: .option(contract), quantity: Quantity(count: size * 100_000_000),
        price: ExactAmount(count: Int64.random(in: 0...1500, using: &generator), decimals: 2),
        fee: ExactAmount(count: Int64.random(in: 0...9, using: &generator), decimals: 2)))
    units[place] += Double(size)
  }
  let strategy = try FilledStrategy(name: "\(done)", settlement: .quote, currency: .usd, legs: legs)
  let margin = StrategyMargin(of: strategy)
  guard let collateral = margin.collateral else { continue }
  done += 1
  let places = units.indices.filter { units[$0] != 0 }.map { (place: $0, units: units[$0]) }
  let deposit = collateral.margin.exact
  let cash = (deposit - strategy.entryCost - strategy.fees).doubleValue
  let least = table.least(places, cash: cash)
  if least < -1e-9 { fail("equity \(least)") }
  let funded = try box(strategy, deposit, rate: 0.03, years: 0.5).region()
  if funded.status != .none || funded.certificate != .cashRule {
    fail("region \(funded.status), \(funded.certificate)")
  }
  if collateral.kind == .lossIsMargin, collateral.margin.minorUnits > 0 {
    shortened += 1
    let short = try box(strategy, deposit - cent, rate: 0, years: 0).region()
    if short.bands.isEmpty { fail("one cent less is not seen at expiry") }
  }
  if try box(strategy, deposit, rate: -0.05, years: 0.5).isSafeByCash { fail("proved at a negative rate") }
  if negative.least(places, cash: cash) < -1e-9 { lostMore += 1 }
}
print(
  "\(count) strategies, \(41 * 21 * 5) nodes each: \(failures) failures; one cent less seen for all of \(shortened) whose "
    + "margin is their loss; at a negative rate \(lostMore) fall below zero")
// A law that cannot be broken tests nothing.
exit(failures == 0 && (lostMore > 0 || count < 1000) ? 0 : 1)
