import Analysis
import Formats
import Kernels
import RealModule

/// Steele, Lea and Flood's generator.
struct Uniform {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(_ low: Double, _ high: Double) -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return low + (high - low) * Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}

/// One random option: spot 50 to 150, strike within half a logarithm of it, two days to two years, volatility 5 to 100
/// percent.
struct RandomOption {
  let spot, strike, years, volatility, rate, dividendYield, sign: Double

  init(_ uniform: inout Uniform) {
    spot = uniform.next(50, 150)
    strike = spot * .exp(uniform.next(-0.5, 0.5))
    years = uniform.next(2 / 365.0, 2)
    volatility = uniform.next(0.05, 1)
    rate = uniform.next(0, 0.08)
    dividendYield = uniform.next(0, 0.05)
    sign = uniform.next(0, 1) < 0.5 ? -1 : 1
  }
}

/// Writes the inputs that all contenders share, so that nobody works on other numbers.
func writeInputs(folder: String, market: String, strategy: String) throws {
  try writeBatch(to: folder)
  try writePrices(to: folder + "/implied.f64")
  try write(CondorGrid.spots + CondorGrid.volatilities.flatMap { $0 }, to: folder + "/grid.f64")
  try writeReportColumns(try demonstration(market: market, strategy: strategy), to: folder + "/report.f64")
}

/// A million random options: columns for the kernels, and with fewer digits a file of options for `price`.
private func writeBatch(to folder: String) throws {
  var uniform = Uniform(seed: 42)
  let options = (0..<1_000_000).map { _ in RandomOption(&uniform) }
  let columns: [KeyPath<RandomOption, Double>] = [
    \.spot, \.strike, \.years, \.volatility, \.rate, \.dividendYield, \.sign,
  ]
  try write(columns.flatMap { column in options.map { $0[keyPath: column] } }, to: folder + "/batch.f64")
  var sink = try OutputSink(folder + "/options.csv")
  try sink.write("id,type,spot,strike,years,vol,rate,dividend_yield\n")
  var writer = CSVWriter(capacity: 1 << 17)
  for (index, option) in options.enumerated() {
    writer.cell(index + 1)
    writer.cell(option.sign > 0 ? "call" : "put")
    writer.cell(rounded(option.spot, 1e2))
    writer.cell(rounded(option.strike, 1e2))
    writer.cell(rounded(option.years, 1e6))
    writer.cell(rounded(option.volatility, 1e4))
    writer.cell(rounded(option.rate, 1e4))
    writer.cell(rounded(option.dividendYield, 1e4))
    writer.endRow()
    if writer.output.count > 1 << 16 {
      try sink.write(writer)
      writer.removeAll()
    }
  }
  try sink.write(writer)
  try sink.finish()
}

private func rounded(_ value: Double, _ scale: Double) -> Double { (value * scale).rounded() / scale }

/// A million undiscounted prices out of the money, none below 1e-280: columns price, forward, strike, years, sign.
///
/// They are what they are: the reference solves for the very doubles that are written here.
private func writePrices(to path: String) throws {
  var uniform = Uniform(seed: 43)
  var columns = [[Double]](repeating: [], count: 5)
  while columns[0].count < 1_000_000 {
    let option = RandomOption(&uniform)
    let forward = option.spot * .exp((option.rate - option.dividendYield) * option.years)
    let sign: Double = forward < option.strike ? 1 : -1
    let price = BlackScholes.value(
      sign: sign, spot: forward, strike: option.strike, years: option.years, volatility: option.volatility, rate: 0,
      dividendYield: 0)
    guard price > 1e-280 else { continue }
    for (index, figure) in [price, forward, option.strike, option.years, sign].enumerated() {
      columns[index].append(figure)
    }
  }
  try write(columns.flatMap { $0 }, to: path)
}

/// The thirteen floating columns of a stress report, in their order.
private func writeReportColumns(_ result: StressResult, to path: String) throws {
  let (table, spot, margin) = (result.profitAndLoss, result.spot ?? 0, result.marginValue ?? 0)
  let shocks = table.profit.indices.map { table.scenarios.shock($0, of: "") }
  let columns: [[Double]] = [
    shocks.map(\.daysForward), shocks.map(\.spot), shocks.map(\.volatility.level), shocks.map { spot * (1 + $0.spot) },
    table.value, table.profit, table.delta, table.gamma, table.vega.map { $0 / 100 }, table.theta.map { $0 / 365 },
    table.profit.map { margin + $0 }, table.profit.indices.map { result.lossShare($0) ?? 0 },
    table.profit.map { $0 - table.profit[0] },
  ]
  try write(columns.flatMap { $0 }, to: path)
}
