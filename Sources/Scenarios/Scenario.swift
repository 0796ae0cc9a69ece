/// A named scenario: what moves each underlying, the days that pass, and how much it counts.
public struct Scenario: Hashable, Sendable {
  /// Not empty; a list has each name once.
  public let name: String
  /// Calendar days that pass, for all underlyings alike; 0 to 36500.
  public let daysForward: Double
  /// Of every underlying that ``moves`` does not name.
  public let common: UnderlyingMove
  /// By the underlying's symbol.
  public let moves: [String: UnderlyingMove]
  /// How probable, in proportion to the others; nil where nothing is said.
  public let weight: Double?
  /// The share of the change in value that counts, above 0 and at most 1: clearing houses count extreme moves in part.
  public let cover: Double

  /// - Throws: ``ScenarioError`` `.badScenario`, with the field that is at fault.
  public init(
    name: String, daysForward: Double = 0, common: UnderlyingMove = .none, moves: [String: UnderlyingMove] = [:],
    weight: Double? = nil, cover: Double = 1
  ) throws(ScenarioError) {
    func refusal(_ field: String, _ found: String, _ wanted: String) -> ScenarioError {
      .badScenario(name, field: field, found: found, wanted: wanted)
    }
    guard !name.isEmpty else { throw refusal("name", "nothing", "a name") }
    guard (0...36_500).contains(daysForward) else {
      throw refusal("days_forward", "\(daysForward)", "0 to 36500 calendar days")
    }
    if let weight, !(weight >= 0 && weight.isFinite) { throw refusal("weight", "\(weight)", "a weight of 0 or more") }
    guard cover > 0, cover <= 1 else { throw refusal("cover", "\(cover)", "a share above 0, at most 1") }
    let named = moves.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (symbol, move) in [("", common)] + named {
      let of = symbol.isEmpty ? "" : " of \(symbol)"
      if let fault = move.fault { throw refusal(fault.field + of, fault.found, fault.wanted) }
    }
    if moves[""] != nil { throw refusal("underlying", "nothing", "a symbol; what is common has a place of its own") }
    self.name = name
    self.daysForward = daysForward
    self.common = common
    self.moves = moves
    self.weight = weight
    self.cover = cover
  }

  /// The move of an underlying: its own, else the common one.
  public func move(of underlying: String) -> UnderlyingMove { moves[underlying] ?? common }
}

extension UnderlyingMove {
  /// The first field that no market can reach.
  var fault: (field: String, found: String, wanted: String)? {
    guard spot > -1, spot <= 1e6 else {
      return ("spot_shift", "\(spot)", "above -1, at most 1000000 (1 is 100 percent)")
    }
    guard volatility.relative >= -1, volatility.relative <= 1e6 else {
      return ("vol_relative_shift", "\(volatility.relative)", "-1 to 1000000 (1 is 100 percent)")
    }
    for (field, points) in [
      ("vol_shift", volatility.level), ("skew_shift", volatility.skew), ("curvature_shift", volatility.curvature),
    ] where !(points.magnitude <= 1e6) { return (field, "\(points)", ScenarioGrid.pointRange) }
    return nil
  }
}
