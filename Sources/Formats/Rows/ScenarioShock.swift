import Scenarios

/// What a scenario does to the underlyings of a strategy, as a report writes it.
struct ScenarioShock {
  /// Nil for nodes of a grid and the unshocked point.
  let name: String?
  let daysForward: Double
  let cover: Double
  /// What all of the strategy's underlyings share; nil where they move differently.
  private let shock: Shock?
  private let isRelativeGrid: Bool

  /// - Parameter symbols: The strategy's underlyings.
  init(_ scenarios: ScenarioSet, _ scenario: Int, of symbols: [String]) {
    name = scenarios.name(scenario)
    daysForward = scenarios.daysForward(scenario)
    cover = scenarios.cover(scenario)
    let first = scenarios.shock(scenario, of: symbols.first ?? "")
    shock = symbols.dropFirst().allSatisfy { scenarios.shock(scenario, of: $0) == first } ? first : nil
    if case .grid(let grid) = scenarios { isRelativeGrid = grid.isVolatilityRelative } else { isRelativeGrid = false }
  }

  /// A fraction of spot.
  var spotShift: Double? { shock?.spot }

  /// Points as a fraction; of a grid that multiplies, the share of the volatility.
  var volatilityShift: Double? { shock.map { isRelativeGrid ? $0.volatility.relative : $0.volatility.level } }

  var volatility: VolatilityShift? { shock?.volatility }

  /// `spot -20.0 %, volatility +5.0 points, day 3`.
  var text: String {
    let day = "day \(FigureText.shortest(daysForward) ?? "")"
    guard let shock else { return day }
    let move = shock.volatility
    func points(_ fraction: Double) -> String { FigureText.fixed(fraction * 100, 1, sign: .always) }
    var parts: [String] = []
    if move.relative != 0 || isRelativeGrid { parts.append("\(points(move.relative)) %") }
    if move.level != 0 || parts.isEmpty { parts.append("\(points(move.level)) points") }
    var words = ["spot \(FigureText.percent(shock.spot, sign: .always))", "volatility \(parts.joined(separator: " "))"]
    if move.skew != 0 { words.append("skew \(points(move.skew))") }
    if move.curvature != 0 { words.append("curvature \(points(move.curvature))") }
    if move.moves != nil { words.append("volatility by moneyness") }
    if cover != 1 { words.append("\(FigureText.percent(cover)) counted") }
    return (words + [day]).joined(separator: ", ")
  }
}

/// Columns that stand behind the others of a stress report where its scenarios have something to say in them.
enum ScenarioColumn: String, CaseIterable {
  case name = "scenario_name"
  case relative = "vol_relative_shift"
  case skew = "skew_shift"
  case curvature = "curvature_shift"
  case cover

  /// Those of a set: a list has names, and each of the others stands where it says anything.
  static func columns(of scenarios: ScenarioSet) -> [ScenarioColumn] {
    switch scenarios {
    case .grid(let grid):
      return (grid.skewShift != 0 ? [.skew] : []) + (grid.curvatureShift != 0 ? [.curvature] : [])
    case .list(let list):
      let all = [list.common] + list.columns.values
      return [.name] + (all.contains { !$0.relatives.isEmpty } ? [.relative] : [])
        + (all.contains { !$0.skews.isEmpty } ? [.skew] : [])
        + (all.contains { !$0.curvatures.isEmpty } ? [.curvature] : []) + (list.covers.isEmpty ? [] : [.cover])
    }
  }

  func write(_ shock: ScenarioShock, to writer: inout CSVWriter) {
    switch self {
    case .name: writer.cell(shock.name)
    case .relative: writer.cell(shock.volatility?.relative)
    case .skew: writer.cell(shock.volatility?.skew)
    case .curvature: writer.cell(shock.volatility?.curvature)
    case .cover: writer.cell(shock.cover)
    }
  }

  func json(_ shock: ScenarioShock) -> JSONValue {
    switch self {
    case .name: .text(shock.name)
    case .relative: .number(shock.volatility?.relative)
    case .skew: .number(shock.volatility?.skew)
    case .curvature: .number(shock.volatility?.curvature)
    case .cover: .number(shock.cover)
    }
  }
}

extension CSVWriter {
  /// A number, or an empty cell where there is none.
  mutating func cell(_ value: Double?) {
    if let value { cell(value) } else { emptyCell() }
  }
}
