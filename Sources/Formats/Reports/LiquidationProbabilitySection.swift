import Analysis
import IsolatedMargin

/// The probability of liquidation on the page and in the document of `liquidation`.
struct LiquidationProbabilitySection {
  private let outlook: LiquidationOutlook

  init(_ outlook: LiquidationOutlook) { self.outlook = outlook }

  var section: Page.Section {
    let measures = outlook.probabilities
    let headings = measures.map { PageTable.Column($0.measure == .riskNeutral ? "Risk-neutral" : "Real-world") }
    var rows: [[Figure]] = []
    for (index, horizon) in (measures.first?.horizons ?? []).enumerated() {
      rows.append([Figure(words(horizon))] + measures.map { figure($0.horizons[index].probability, $0.method) })
    }
    var times: [[Figure]] = []
    for (index, level) in LiquidationProbability.quantileLevels.enumerated() {
      let label = level == 0.5 ? "50 % (median)" : FigureText.percent(level, 0)
      times.append([Figure(label)] + measures.map { Figure(words($0.quantiles[index].time, $0)) })
    }
    var blocks: [Page.Block] = [
      .table(PageTable(columns: [.init("Liquidated by", isNumber: false)] + headings, rows: rows)),
      .table(PageTable(columns: [.init("With probability", isNumber: false)] + headings, rows: times)),
    ]
    blocks += measures.map { .sentence(law($0)) }
    return Page.Section(heading: "Probability of liquidation", blocks: blocks)
  }

  /// `30 days`, `expiry, 20.3 days`
  private func words(_ horizon: LiquidationProbability.Horizon) -> String {
    let isWhole = horizon.days == horizon.days.rounded()
    let days = FigureText.fixed(horizon.days, isWhole ? 0 : 1) + (horizon.days == 1 ? " day" : " days")
    return horizon.isExpiry ? "expiry, \(days)" : days
  }

  /// Two decimals of a percent. What a simulation did not see once is not nothing.
  private func figure(_ probability: EstimatedProbability, _ method: ProbabilityMethod) -> Figure {
    let value = probability.value
    let error = probability.standardError > 0 ? " +- \(FigureText.fixed(probability.standardError * 100, 2))" : ""
    let isTiny = value < 0.000_05 && (value > 0 || method == .simulation)
    let text = isTiny ? "below 0.01 %" : FigureText.percent(value, 2)
    return Figure(text + (isTiny ? "" : error), value >= 0.5 ? .loss : value >= 0.05 ? .caution : .plain)
  }

  private func words(_ time: PassageTime, _ law: LiquidationProbability) -> String {
    switch time {
    case .never: return "never"
    case .after: return law.horizons.last?.isExpiry == true ? "not by expiry" : "not by then"
    case .years(0): return "at once"
    case .years(let years):
      let days = years * 365
      return days > 3650
        ? "\(FigureText.fixed(years, 0)) years" : "\(FigureText.fixed(days, days < 1 ? 3 : 1)) days"
    }
  }

  private func law(_ measure: LiquidationProbability) -> String {
    let head =
      measure.measure == .riskNeutral
      ? "Risk-neutral, what the market charges for and no forecast: " : "Real-world, as good as its two numbers: "
    var text =
      head + "drift \(FigureText.percent(measure.motion.drift, 1, sign: .always)) and volatility "
      + "\(FigureText.percent(measure.motion.volatility)) a year, \(measure.method.text)"
    if measure.paths > 0 {
      text += ", \(measure.paths) paths, seed \(outlook.simulation.seed); +- is one standard error"
    }
    return text + "."
  }

  var json: JSONValue {
    .object([
      ("nodes", .integer(Int64(outlook.corridor.moving.nodes.count))),
      ("probabilities", .array(outlook.probabilities.map(json))),
      ("notes", .array(outlook.notes.map { .string($0) })),
    ])
  }

  private func json(_ law: LiquidationProbability) -> JSONValue {
    .object([
      ("measure", .string(law.measure.rawValue)), ("method", .string(law.method.rawValue)),
      ("drift", .number(law.motion.drift)), ("volatility", .number(law.motion.volatility)),
      ("paths", .integer(Int64(law.paths))),
      ("seed", law.paths > 0 ? .string("\(outlook.simulation.seed)") : .null),
      (
        "horizons",
        .array(
          law.horizons.map { horizon in
            .object([
              ("days", .number(horizon.days)), ("is_expiry", .bool(horizon.isExpiry)),
              ("probability", .number(horizon.probability.value)),
              ("standard_error", .number(horizon.probability.standardError)),
            ])
          })
      ),
      (
        "quantiles",
        .array(
          law.quantiles.map { quantile in
            let (days, status) = LiquidationProbabilityReport.cells(quantile.time)
            return .object([
              ("probability", .number(quantile.probability)), ("days", .number(days)), ("status", .string(status)),
            ])
          })
      ),
    ])
  }
}
