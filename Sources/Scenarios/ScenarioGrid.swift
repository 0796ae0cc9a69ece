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
  /// The smile's slope and bend, added at every node as ``VolatilityShift`` says.
  public let skewShift: Double
  public let curvatureShift: Double
  public let dynamics: SmileDynamics

  public static let nodeLimit = 50_000_000

  /// What a move of volatility may be, for messages.
  static let pointRange = "-1000000 to 1000000 (1 is 100 points of volatility)"

  /// - Throws: ``ScenarioError``: an empty axis, a node that is not finite, a spot shift of -100 percent or less, a
  ///   relative volatility shift below -100 percent, negative days, too many nodes, a skew or curvature beyond 1e6.
  public init(
    spotShifts: [Double], volatilityShifts: [Double] = [0], days: [Double] = [0], isVolatilityRelative: Bool = false,
    skewShift: Double = 0, curvatureShift: Double = 0, dynamics: SmileDynamics = .stickyStrike
  ) throws(ScenarioError) {
    func check(
      _ axis: String, _ nodes: [Double], _ wanted: String, _ isAllowed: (Double) -> Bool
    ) throws(ScenarioError) {
      guard !nodes.isEmpty else { throw .badAxis(axis, found: "no node", wanted: "at least one") }
      for node in nodes where !(node.isFinite && isAllowed(node)) {
        throw .badAxis(axis, found: "\(node)", wanted: wanted)
      }
    }
    try check("spot shift", spotShifts, "above -1, at most 1000000 (1 is 100 percent)") { $0 > -1 && $0 <= 1e6 }
    try check(
      "volatility shift", volatilityShifts,
      isVolatilityRelative ? "-1 to 1000000 (1 is 100 percent)" : ScenarioGrid.pointRange
    ) {
      $0.magnitude <= 1e6 && (!isVolatilityRelative || $0 >= -1)
    }
    try check("days", days, "0 to 36500 calendar days") { $0 >= 0 && $0 <= 36_500 }
    try check("skew shift", [skewShift], ScenarioGrid.pointRange) { $0.magnitude <= 1e6 }
    try check("curvature shift", [curvatureShift], ScenarioGrid.pointRange) { $0.magnitude <= 1e6 }
    let (rows, first) = spotShifts.count.multipliedReportingOverflow(by: volatilityShifts.count)
    let (nodes, second) = rows.multipliedReportingOverflow(by: days.count)
    guard !first, !second, nodes <= ScenarioGrid.nodeLimit else { throw .tooManyNodes(first || second ? .max : nodes) }
    self.spotShifts = spotShifts
    self.volatilityShifts = volatilityShifts
    self.days = days
    self.isVolatilityRelative = isVolatilityRelative
    self.skewShift = skewShift
    self.curvatureShift = curvatureShift
    self.dynamics = dynamics
  }

  /// The unshocked point alone.
  public static let unshocked = ScenarioGrid()

  private init() {
    (spotShifts, volatilityShifts, days) = ([0], [0], [0])
    (isVolatilityRelative, skewShift, curvatureShift, dynamics) = (false, 0, 0, .stickyStrike)
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
    let shift = volatilityShifts[node / spots % volatilityShifts.count]
    return Shock(
      spot: spotShifts[node % spots], volatility: volatilityShift(shift),
      daysForward: days[node / spots / volatilityShifts.count])
  }

  /// What one node of the volatility axis does to a contract.
  func volatilityShift(_ shift: Double) -> VolatilityShift {
    VolatilityShift(
      level: isVolatilityRelative ? 0 : shift, skew: skewShift, curvature: curvatureShift,
      relative: isVolatilityRelative ? shift : 0)
  }

  /// True where the smile is tilted or bent at every node.
  public var isTilted: Bool { skewShift != 0 || curvatureShift != 0 }
}
