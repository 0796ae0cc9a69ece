import Analysis
import Basics
import Formats
import Glibc
import MarketData
import Pricing
import Scenarios

/// Spots from -30 to +30 percent, volatilities from -20 to +40 points, and the unshocked point.
func bookGrid(spots: Int, volatilities: Int) throws -> ScenarioGrid {
  try ScenarioGrid(
    spotShifts: ScenarioGrid.nodes(from: -0.3, to: 0.3, count: spots),
    volatilityShifts: ScenarioGrid.nodes(from: -0.2, to: 0.4, count: volatilities))
}

/// Analyses a book under a grid, a million strategies at a time; what is read is not counted, what is priced is.
func analyzeBook(_ path: String, market: String, grid: ScenarioGrid, threads: Int, dump: String?) throws {
  let analyzer = BookAnalyzer(market: try MarketFile(market).state, grid: grid, threads: threads)
  var reader = try BookReader.open(path)
  var table = StrategyTable()
  var (count, analysing, rows) = (0, 0.0, [Double]())
  let begin = wallSeconds()
  while let batch = try reader.nextBatch(into: &table, limit: 1 << 20) {
    try refuse(batch, of: path)
    let start = wallSeconds()
    let results = analyzer.analyze(table)
    analysing += wallSeconds() - start
    count += results.count
    if dump != nil {
      for index in 0..<results.count { rows += row(try results.figures(index)) }
    }
  }
  if let dump { return try write(rows, to: dump) }
  print("rate \(Double(count) / analysing)")
  print("seconds \(analysing)")
  print("read_seconds \(wallSeconds() - begin - analysing)")
}

/// A strategy's figures as ten doubles.
private func row(_ figures: BookFigures) -> [Double] {
  [
    figures.value, figures.worst, Double(figures.worstScenario), figures.best, Double(figures.bestScenario),
    figures.margin.margin?.exact.doubleValue ?? .nan,
  ] + BookFigures.thresholds.indices.map { figures.sharesBeyond?[$0] ?? .nan }
}
