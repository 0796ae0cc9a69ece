import Basics
import LinearAlgebra
public import Scenarios

/// Principal components of surface moves: a page 80 columns wide, their loadings and their scores as CSV, and scenarios.
public enum ComponentsReport {
  public enum Format: String, CaseIterable, Sendable {
    case table
    case csv
  }

  /// How many components are told of a history: as many as are wanted, or all where there are fewer.
  private static func shown(_ count: Int, of part: HistoryComponents) -> Int { min(count, part.components.count) }

  public static func text(
    _ parts: [HistoryComponents], count: Int, as format: Format
  ) throws(ScenarioError) -> String {
    guard format == .table else { return try loadings(parts, count: count) }
    var lines = ["Principal components of the moves of volatility surfaces"]
    for part in parts { lines += try page(part, shown(count, of: part)) }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Table

  private static func page(_ part: HistoryComponents, _ count: Int) throws(ScenarioError) -> [String] {
    let components = part.components
    let isScaled = components.scaling == .correlation
    let name = part.underlying.isEmpty ? "" : FigureText.plain(part.underlying) + ": "
    let times = Set(part.history.points.map(\.years)).count
    let gaps = part.moves.gapCount == 0 ? "" : ", \(counted(part.moves.gapCount, "gap")) left out"
    var heading = "\(name)\(counted(part.history.points.count, "point")) at \(counted(times, "time")), "
    heading += counted(part.moves.dates.count, "move")
    if let first = part.history.dates.first, let last = part.history.dates.last {
      heading += " from \(first) to \(last)"
    }
    var rows: [[String]] = []
    var shapes: [[String]] = []
    var sum = 0.0
    for component in 0..<count {
      let moves = try part.deviation(component)
      let shape = SurfaceMoveShape(of: moves, at: part.history.points)
      sum += components.shares[component]
      let length = shape.size * Double(moves.count).squareRoot()
      rows.append([
        "\(component + 1)", FigureText.fixed(components.variances[component] * (isScaled ? 1 : 1e4), 3),
        points(length), points(shape.size), FigureText.percent(components.shares[component]), FigureText.percent(sum),
        words(shape),
      ])
      shapes.append(["\(component + 1)"] + figures(shape) + largest(moves, part.history.points))
    }
    var lines = [""] + TextLayout.wrapped(heading + gaps, 80) + [""]
    lines += TextLayout.table(
      ["component", "variance", "deviation", "a point", "share", "cumulative", "shape"], rows)
    lines += ["", "A move of one standard deviation, in points of volatility", ""]
    lines += TextLayout.table(
      ["component", "level", "skew", "term", "curvature", "largest", "years", "log-moneyness"], shapes)
    lines.append("")
    lines += notes(isScaled, rest: components.count - count, share: max(0, 1 - sum)).flatMap {
      TextLayout.wrapped($0, 78).map { "  " + $0 }
    }
    return lines
  }

  private static func notes(_ isScaled: Bool, rest: Int, share: Double) -> [String] {
    var notes: [String] = []
    if rest > 0 {
      notes.append("The other \(counted(rest, "component")) explain \(FigureText.percent(share)) of the variance.")
    }
    notes.append(
      isScaled
        ? "variance: of moves that are each divided by their point's own deviation; it adds up to the number of points."
        : "variance: of a move along the component from date to date, in squares of points of volatility.")
    notes.append(
      "deviation: the length of a move of one standard deviation; a point: the root of its mean square. level: its mean; "
        + "skew: its slope for 0.1 of log-moneyness ln(K/F); term: for a year; curvature: for the square of 0.1 of "
        + "log-moneyness. shape: what explains half of the mean square or more, and how much of it.")
    return notes
  }

  /// `level 98 %`, or `mixed`.
  private static func words(_ shape: SurfaceMoveShape) -> String {
    if let main = shape.main { return "\(main.rawValue) \(FigureText.percent(shape.share(main), 0))" }
    return shape.size > 0 ? "mixed" : "none"
  }

  /// Level, skew, term and curvature in points, each for a step of its axis.
  private static func figures(_ shape: SurfaceMoveShape) -> [String] {
    let steps: [SurfaceMoveShape.Axis: Double] = [.level: 1, .skew: 0.1, .term: 1, .curvature: 0.01]
    return SurfaceMoveShape.Axis.allCases.map { axis in points(shape.slope(axis).map { $0 * (steps[axis] ?? 1) }) }
  }

  /// The largest move, and where; of several within rounding the first.
  private static func largest(_ moves: [Double], _ places: [SurfacePoint]) -> [String] {
    let greatest = moves.reduce(0) { max($0, $1.magnitude) }
    guard let place = moves.firstIndex(where: { $0.magnitude >= greatest * (1 - 1e-9) }) else { return ["", "", ""] }
    return [
      FigureText.fixed(moves[place] * 100, 2, sign: .always), FigureText.fixed(places[place].years, 3),
      FigureText.fixed(places[place].logMoneyness, 3),
    ]
  }

  private static func points(_ fraction: Double?) -> String { FigureText.fixed(fraction.map { $0 * 100 }, 3) }

  private static func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  // MARK: CSV

  public static let columns = [
    "component", "years", "log_moneyness", "loading", "move_points", "variance", "share", "cumulative_share",
    "underlying",
  ]

  /// A row a component and point: `move_points` is a move of one standard deviation there, in points of volatility.
  private static func loadings(_ parts: [HistoryComponents], count: Int) throws(ScenarioError) -> String {
    var writer = CSVWriter()
    writer.row(columns)
    for part in parts {
      var sum = 0.0
      for component in 0..<shown(count, of: part) {
        let moves = try part.deviation(component)
        sum += part.components.shares[component]
        for (index, point) in part.history.points.enumerated() {
          writer.cell(component + 1)
          writer.cell(point.years)
          writer.cell(point.logMoneyness)
          writer.cell(part.components.loadings[component, index])
          writer.cell(moves[index] * 100)
          writer.cell(part.components.variances[component])
          writer.cell(part.components.shares[component])
          writer.cell(sum)
          writer.cell(part.underlying)
          writer.endRow()
        }
      }
    }
    return writer.text
  }

  /// A row a move and component: how far the move lies along it, and in standard deviations (empty where it has none).
  public static func scores(_ parts: [HistoryComponents], count: Int) throws(ScenarioError) -> String {
    var writer = CSVWriter()
    writer.row(["date", "component", "score", "deviations", "underlying"])
    for part in parts {
      let scores = try part.scores()
      for (row, date) in part.moves.dates.enumerated() {
        for component in 0..<shown(count, of: part) {
          let deviation = part.components.variances[component].squareRoot()
          writer.cell(date.description)
          writer.cell(component + 1)
          writer.cell(scores[row, component])
          writer.cell(scores[row, component] / deviation)
          writer.cell(part.underlying)
          writer.endRow()
        }
      }
    }
    return writer.text
  }

  // MARK: Scenarios

  /// A file of scenarios (YAML) along each of the first components: `component 1 +2`, `BTC component 1 +2`.
  public static func scenarios(
    _ parts: [HistoryComponents], count: Int, deviations: [Double], horizon: Int
  ) throws(ScenarioError) -> String {
    var heading = [
      "Moves of volatility surfaces along their principal components, made by `bulkhead components`: of each component so many",
      "standard deviations, up and down, over \(counted(horizon, "step")) from date to date of the history.",
    ]
    var scenarios: [Scenario] = []
    for part in parts {
      let name = part.underlying.isEmpty ? "" : part.underlying + " "
      if let first = part.history.dates.first, let last = part.history.dates.last {
        heading.append("\(name)\(counted(part.moves.dates.count, "move")) from \(first) to \(last).")
      }
      scenarios += try part.scenarios(count: shown(count, of: part), deviations: deviations, horizon: horizon) {
        "\(name)component \($0) \($1 > 0 ? "+" : "")\(FigureText.shortest($1) ?? "0")"
      }
    }
    return ScenarioYAML.text(scenarios, heading: heading)
  }
}
