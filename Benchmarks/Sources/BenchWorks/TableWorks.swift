import Analysis
import Formats
import Glibc
import Instruments
import MarketData
import Pricing
import Scenarios

/// Reads a book to its end as the commands that work on books do: into columns, with all checks.
func readBook(_ path: String) throws {
  let start = wallSeconds()
  var reader = try BookReader.open(path)
  var table = StrategyTable()
  var sum = 0.0
  while let batch = try reader.nextBatch(into: &table, limit: 1 << 16) {
    try refuse(batch, of: path)
    let strikes = table.instruments.map { $0.strike?.value ?? 0 }
    for leg in table.legs { sum += leg.quantity.value * leg.multiplier.value * strikes[Int(leg.instrument)] }
  }
  print("rate \(Double(reader.rowsRead) / (wallSeconds() - start))")
  print("check \(sum)")
}

/// Ends where a strategy of a book is invalid: a benchmark's book has none.
func refuse(_ batch: BookBatch, of path: String) throws {
  guard let (_, entry) = batch.invalid.first else { return }
  print("\(path): line \(entry.line): \(entry.detail)")
  exit(65)
}

/// A strategy under 201 spots, 101 volatilities and the unshocked point.
func demonstration(market path: String, strategy: String) throws -> StressResult {
  let market = try MarketFile(path)
  let file = try StrategyFile(strategy)
  let filled = try file.strategy(in: market.state).filled(from: market.state, file.terms)
  var analyzer = StressAnalyzer(market: market.state, grid: try bookGrid(spots: 201, volatilities: 101))
  return try analyzer.stress(filled)
}

/// Writes a stress report `times` times over into one file.
func writeReport(market: String, strategy: String, times: Int, to path: String) throws {
  let result = try demonstration(market: market, strategy: strategy)
  let report = StressReport(.scenarios, scenarios: result.profitAndLoss.scenarios)
  let start = wallSeconds()
  var sink = try OutputSink(path)
  try report.header(&sink)
  for _ in 0..<times { _ = try report.write(result, to: &sink) }
  try sink.finish()
  print("rate \(Double(times * result.profitAndLoss.profit.count) / (wallSeconds() - start))")
}
