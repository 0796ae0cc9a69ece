/// The moves of one underlying under every scenario of a list, in columns: what valuing a thousand scenarios reads.
public struct ShockColumns: Hashable, Sendable {
  /// Relative moves of spot.
  public let spots: [Double]
  /// The columns of ``VolatilityShift``, each as long as `spots`, or empty where it is 0 throughout.
  public let relatives: [Double]
  public let levels: [Double]
  public let skews: [Double]
  public let curvatures: [Double]
  /// Likewise, nil where a scenario has no table.
  public let moves: [VolatilityMoves?]

  /// - Throws: ``ScenarioError`` `.badList` for columns of different lengths. What the numbers may be, the list says.
  public init(
    spots: [Double], relatives: [Double] = [], levels: [Double] = [], skews: [Double] = [], curvatures: [Double] = [],
    moves: [VolatilityMoves?] = []
  ) throws(ScenarioError) {
    for (name, count) in [
      ("relative volatility", relatives.count), ("volatility", levels.count), ("skew", skews.count),
      ("curvature", curvatures.count), ("volatility by moneyness", moves.count),
    ] where count != 0 && count != spots.count {
      throw .badList(found: "\(count) moves of \(name)", wanted: "\(spots.count), one a scenario, or none")
    }
    self.spots = spots
    self.relatives = relatives
    self.levels = levels
    self.skews = skews
    self.curvatures = curvatures
    self.moves = moves
  }

  init(_ list: [UnderlyingMove]) {
    func column<Value: Equatable>(_ of: (UnderlyingMove) -> Value, _ none: Value) -> [Value] {
      list.contains { of($0) != none } ? list.map(of) : []
    }
    spots = list.map(\.spot)
    relatives = column(\.volatility.relative, 0)
    levels = column(\.volatility.level, 0)
    skews = column(\.volatility.skew, 0)
    curvatures = column(\.volatility.curvature, 0)
    moves = column(\.volatility.moves, nil)
  }

  public var count: Int { spots.count }

  /// True where a move depends on the contract's moneyness.
  var isTilted: Bool { !(skews.isEmpty && curvatures.isEmpty && moves.isEmpty) }

  /// The move under a scenario, counted from 0.
  public subscript(index: Int) -> UnderlyingMove {
    func at(_ column: [Double]) -> Double { column.isEmpty ? 0 : column[index] }
    return UnderlyingMove(
      spot: spots[index],
      volatility: VolatilityShift(
        level: at(levels), skew: at(skews), curvature: at(curvatures), relative: at(relatives),
        moves: moves.isEmpty ? nil : moves[index]))
  }
}
