import Analysis
import Formats
import Glibc
import Instruments
import MarketData
import Pricing
import Scenarios

/// Reads a book to its end through the reader that the commands use, with all its checks.
func readBook(_ path: String) throws {
  let start = wallSeconds()
  var reader = try BookReader.open(path)
  var sum = 0.0
  while let entry = try reader.next() {
    guard let strategy = entry.strategy else {
      print("\(path): line \(entry.line): \(entry.detail)")
      exit(65)
    }
    for leg in strategy.legs { sum += leg.units.doubleValue * (leg.instrument.strike?.value ?? 0) }
  }
  print("rate \(Double(reader.rowsRead) / (wallSeconds() - start))")
  print("check \(sum)")
}

/// A strategy under 201 spots, 101 volatilities and the unshocked point.
func demonstration(market path: String, strategy: String) throws -> StressResult {
  let market = try MarketFile(path)
  let file = try StrategyFile(strategy)
  let filled = try file.strategy(in: market.state).filled(from: market.state, file.terms)
  var analyzer = StressAnalyzer(market: market.state, grid: try demonstrationGrid())
  return try analyzer.stress(filled)
}

func demonstrationGrid() throws -> ScenarioGrid {
  try ScenarioGrid(
    spotShifts: ScenarioGrid.nodes(from: -0.3, to: 0.3, count: 201),
    volatilityShifts: ScenarioGrid.nodes(from: -0.2, to: 0.4, count: 101))
}

/// Writes a stress report `times` times over into one file.
func writeReport(market: String, strategy: String, times: Int, to path: String) throws {
  let result = try demonstration(market: market, strategy: strategy)
  let report = StressReport(.scenarios, grid: result.profitAndLoss.grid)
  let start = wallSeconds()
  var sink = try OutputSink(path)
  try report.header(&sink)
  for _ in 0..<times { _ = try report.write(result, to: &sink) }
  try sink.finish()
  print("rate \(Double(times * result.profitAndLoss.profit.count) / (wallSeconds() - start))")
}
