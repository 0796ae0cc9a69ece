import Analysis
import Basics
import Instruments
import Pricing
import Scenarios

/// What strategies gained or lost between two markets, netted by name, settlement and currency.
struct AttributionTotals: Sendable {
  private struct Key: Hashable {
    let name: String
    let settlement: Settlement
    let currency: Currency
  }

  private struct Total {
    var count = 0
    var parts = ProfitAttribution.zero
    var flags: ScenarioFlags = []
  }

  /// In the order of their first mention.
  private var names: [String] = []
  /// Of each name, in the order of their first mention.
  private var keys: [String: [Key]] = [:]
  private var totals: [Key: Total] = [:]
  /// Strategies that could not be read or valued, by name.
  private var refused: [String: Int] = [:]

  init() {}

  mutating func add(_ answer: StrategyAttribution, to name: String) {
    note(name)
    let key = Key(name: name, settlement: answer.filled.settlement, currency: answer.filled.currency)
    if totals[key] == nil { keys[name, default: []].append(key) }
    totals[key, default: Total()].count += 1
    totals[key]?.parts.add(1, times: answer.parts)
    totals[key]?.flags.formUnion(answer.flags)
  }

  mutating func refuse(_ name: String) {
    note(name)
    refused[name, default: 0] += 1
  }

  private mutating func note(_ name: String) {
    guard keys[name] == nil else { return }
    keys[name] = []
    names.append(name)
  }

  /// A row for each sum of a name; a name of which nothing could be valued has one that says so.
  func rows(_ writer: inout CSVWriter, name write: (String, inout CSVWriter) -> Void) {
    for name in names {
      let missing = refused[name] ?? 0
      let words = "without \(missing) invalid \(missing == 1 ? "strategy" : "strategies")"
      let own = keys[name] ?? []
      for key in own {
        guard let total = totals[key] else { continue }
        write(name, &writer)
        writer.cell(total.count)
        AttributionReport.amounts(
          total.parts, total.flags, missing > 0 ? words : "", key.currency,
          status: missing > 0 ? "incomplete" : nil, &writer)
        writer.endRow()
      }
      guard own.isEmpty else { continue }
      write(name, &writer)
      writer.cell(0)
      writer.emptyCells(13)
      writer.cell("invalid")
      writer.cell(words)
      writer.emptyCell()
      writer.endRow()
    }
  }

  /// A line for each currency: the P&L and the parts that add up to it.
  var lines: [String] {
    names.flatMap { keys[$0] ?? [] }.compactMap { key in
      guard let total = totals[key] else { return nil }
      let decimals = min(key.currency.decimals, 8)
      let parts = total.parts
      let words = [
        ("theta", parts.theta), ("delta", parts.delta), ("gamma", parts.gamma), ("vega", parts.vega),
        ("vanna", parts.vanna), ("volga", parts.volga), ("rho", parts.rho), ("epsilon", parts.epsilon),
        ("cross", parts.cross), ("unexplained", parts.unexplained),
      ].map { "\($0.0) \(FigureText.fixed($0.1, decimals, sign: .always))" }
      return "P&L \(FigureText.fixed(parts.profit, decimals, sign: .always)) \(key.currency): "
        + words.joined(separator: ", ")
    }
  }
}
