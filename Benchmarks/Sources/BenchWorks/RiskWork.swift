import Analysis
import Basics
import Formats
import Glibc
import Kernels
import MarketData
import Pricing
import Scenarios

/// Value at risk of the first strategies of a book, from closes to figures, and what of the machine it uses.
///
/// The past is a seeded walk of every underlying of the market. Strategies of a part are measured together, as the program does;
/// reading is not counted.
/// - Parameters:
///   - method: `historical`, or `monte-carlo` with antithetic draws.
///   - limit: The most strategies.
func measureRisk(
  _ path: String, market: String, method: String, scenarios: Int, limit: Int, threads: Int
) throws {
  let market = try MarketFile(market).state
  let history = try randomHistory(of: market, count: scenarios + 1)
  let started = wallSeconds()
  let model: RiskModel
  switch method {
  case "historical": model = .historical(try HistoricalSimulation(window: scenarios))
  default:
    model = .monteCarlo(
      try MonteCarloSimulation(count: scenarios, seed: 1),
      try CorrelationSource(.exponentiallyWeighted, window: min(scenarios, 500)))
  }
  let moves = try model.moves(of: history, knownAt: history.lastDay)
  let drawing = wallSeconds() - started
  let analyzer = try RiskAnalyzer(market: market, moves: moves, levels: [0.975, 0.99], threads: threads)
  var reader = try BookReader.open(path)
  var table = StrategyTable()
  var (count, legs, valuing, measuring, contracts) = (0, 0, 0.0, 0.0, 0)
  var sum = 0.0
  while count < limit, let batch = try reader.nextBatch(into: &table, limit: min(65_536, limit - count)) {
    try refuse(batch, of: path)
    // The first pass over a part values what contracts are new; a second one, which does not, is taken off it.
    let start = wallSeconds()
    let risks = analyzer.risks(of: table)
    let first = wallSeconds() - start
    if table.instruments.count > contracts {
      let again = wallSeconds()
      _ = analyzer.risks(of: table)
      let second = wallSeconds() - again
      valuing += max(0, first - second)
      measuring += min(first, second)
      contracts = table.instruments.count
    } else {
      measuring += first
    }
    for risk in risks { sum += try risk.get().tails[0].expectedShortfall }
    count += table.count
    for index in 0..<table.count { legs += table.legRange(index).count }
  }
  print("rate \(Double(count) / (drawing + valuing + measuring))")
  print("seconds \(drawing + valuing + measuring)")
  print("draw_seconds \(drawing)")
  print("value_seconds \(valuing)")
  print("measure_seconds \(measuring)")
  print("nanoseconds_a_node \(1e9 * valuing * Double(threads) / Double(max(1, contracts * scenarios)))")
  print("multiply_adds_per_s \(Double(legs) * Double(scenarios) / measuring)")
  print("check \(sum.isFinite)")
}

/// Closes of every underlying on so many days up to the market's, steps of up to 5 percent.
private func randomHistory(of market: MarketState, count: Int) throws -> FactorHistory {
  var uniform = Uniform(seed: 20_251_121)
  let last = market.asOf.date?.daysSinceEpoch ?? 0
  let dates = (0..<count).compactMap { CalendarDate(daysSinceEpoch: last - count + $0) }
  let inputs = try market.underlyings.map { underlying in
    var closes = [underlying.spot.value]
    for _ in 1..<count { closes.append(closes[closes.count - 1] * (1 + uniform.next(-0.05, 0.05))) }
    return JointHistory.Input(
      underlying: underlying.symbol, prices: try PriceHistory(name: underlying.symbol, dates: dates, closes: closes))
  }
  let returns = HistoricalReturns(try JointHistory(inputs), try HistoricalReturns.Terms(longestGap: 1))
  return try FactorHistory(returns, volatilityMove: .unchanged)
}
