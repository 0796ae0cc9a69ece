/// Why a grid of scenarios was refused.
public enum ScenarioError: Error, Equatable, Sendable {
  /// An axis that is empty, not finite, or has a node that no market can reach: its name, what was found and wanted.
  case badAxis(String, found: String, wanted: String)
  /// More nodes than ``ScenarioGrid/nodeLimit``.
  case tooManyNodes(Int)
  /// A weight of a scenario that is no probability.
  case badWeight(found: String, wanted: String)
}

extension ScenarioError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badWeight(let found, let wanted): return "found \(found), wanted \(wanted)"
    case .badAxis(let axis, let found, let wanted): return "\(axis): found \(found), wanted \(wanted)"
    case .tooManyNodes(let count):
      return "found \(count) scenarios, wanted at most \(ScenarioGrid.nodeLimit); take fewer nodes an axis"
    }
  }
}

/// What moves, for one underlying, in one scenario.
///
/// Each underlying of a book can have a shock of its own; a grid gives all of them the same.
public struct Shock: Hashable, Sendable {
  /// Relative: 0.05 is up five percent.
  public let spot: Double
  /// Volatility points as a fraction (0.05 is five points), or relative where the grid says so.
  public let volatility: Double
  /// Calendar days that have passed.
  public let daysForward: Double

  public init(spot: Double, volatility: Double, daysForward: Double) {
    self.spot = spot
    self.volatility = volatility
    self.daysForward = daysForward
  }

  public static let none = Shock(spot: 0, volatility: 0, daysForward: 0)
}

/// How a smile answers when spot moves.
public enum SmileDynamics: String, Hashable, Sendable, CaseIterable {
  /// A contract keeps the volatility of its strike.
  case stickyStrike = "sticky-strike"
  /// A contract takes the volatility of its new moneyness K/F.
  case stickyDelta = "sticky-delta"
}

/// A grid of scenarios: days slowest, then volatility, spot fastest; and scenario 0, the unshocked point, before it.
public struct ScenarioGrid: Hashable, Sendable {
  /// Relative moves of spot, above -1.
  public let spotShifts: [Double]
  /// Moves of volatility as fractions; absolute points, or relative where `isVolatilityRelative`.
  public let volatilityShifts: [Double]
  /// Calendar days forward, 0 or more.
  public let days: [Double]
  public let isVolatilityRelative: Bool
  public let dynamics: SmileDynamics

  public static let nodeLimit = 50_000_000

  /// - Throws: ``ScenarioError``: an empty axis, a node that is not finite, a spot shift of -100 percent or less, a
  ///   relative volatility shift below -100 percent, negative days, too many nodes.
  public init(
    spotShifts: [Double], volatilityShifts: [Double] = [0], days: [Double] = [0], isVolatilityRelative: Bool = false,
    dynamics: SmileDynamics = .stickyStrike
  ) throws(ScenarioError) {
    func check(
      _ axis: String, _ nodes: [Double], _ wanted: String, _ isAllowed: (Double) -> Bool
    ) throws(ScenarioError) {
      guard !nodes.isEmpty else { throw .badAxis(axis, found: "no node", wanted: "at least one") }
      for node in nodes where !(node.isFinite && isAllowed(node)) {
        throw .badAxis(axis, found: "\(node)", wanted: wanted)
      }
    }
    try check("spot shift", spotShifts, "a finite move above -100 percent") { $0 > -1 && $0 <= 1e6 }
    try check(
      "volatility shift", volatilityShifts,
      isVolatilityRelative ? "a finite move of -100 percent or more" : "a finite move"
    ) {
      $0.magnitude <= 1e6 && (!isVolatilityRelative || $0 >= -1)
    }
    try check("days", days, "0 to 36500 calendar days") { $0 >= 0 && $0 <= 36_500 }
    let (rows, first) = spotShifts.count.multipliedReportingOverflow(by: volatilityShifts.count)
    let (nodes, second) = rows.multipliedReportingOverflow(by: days.count)
    guard !first, !second, nodes <= ScenarioGrid.nodeLimit else { throw .tooManyNodes(first || second ? .max : nodes) }
    self.spotShifts = spotShifts
    self.volatilityShifts = volatilityShifts
    self.days = days
    self.isVolatilityRelative = isVolatilityRelative
    self.dynamics = dynamics
  }

  /// The unshocked point alone.
  public static let unshocked = ScenarioGrid()

  private init() {
    (spotShifts, volatilityShifts, days) = ([0], [0], [0])
    (isVolatilityRelative, dynamics) = (false, .stickyStrike)
  }

  /// Node i of a:b:n is a + i (b - a) / (n - 1), with the ends exactly a and b; one node is a.
  ///
  /// None for a count below 1 or above ``nodeLimit``: a hostile count must not fill the memory before it is refused.
  public static func nodes(from first: Double, to last: Double, count: Int) -> [Double] {
    guard count > 1, count <= nodeLimit else { return count == 1 ? [first] : [] }
    return (0..<count).map { index in
      index == count - 1 ? last : first + Double(index) * (last - first) / Double(count - 1)
    }
  }

  /// The number of nodes, scenario 0 not counted.
  public var count: Int { days.count * volatilityShifts.count * spotShifts.count }

  /// The spot of a scenario, given the unshocked one.
  public func spot(_ scenario: Int, from spot: Double) -> Double { spot * (1 + shock(scenario).spot) }

  /// The shock of a scenario: 0 is the unshocked point, 1 to ``count`` the nodes.
  public func shock(_ scenario: Int) -> Shock {
    guard scenario >= 1, scenario <= count else { return .none }
    let node = scenario - 1
    let spots = spotShifts.count
    return Shock(
      spot: spotShifts[node % spots], volatility: volatilityShifts[node / spots % volatilityShifts.count],
      daysForward: days[node / spots / volatilityShifts.count])
  }
}
