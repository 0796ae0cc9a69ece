/// Moves of price and volatility of several underlyings at once: scenarios with their weights, before any instrument is
/// valued.
public struct JointMoves: Hashable, Sendable {
  /// What standard errors must know of the scenarios beside their weights.
  public enum Dependence: Hashable, Sendable {
    case independent
    /// Scenarios 2 i and 2 i + 1 are drawn together.
    case pairs
    /// Neighbours share all but one of so many steps.
    case overlapping(Int)
  }

  public let underlyings: [String]
  /// What each scenario is called: the days of a historical one, `draw 17` of a simulated one.
  public let names: [String]
  /// Relative moves of price, shape [underlying][scenario], above -1.
  public let spot: [[Double]]
  /// Moves of volatility, shape [underlying][scenario]; nil where it does not move.
  public let volatility: [[Double]?]
  /// True where moves of volatility multiply, as fractions; false where they are points as fractions.
  public let isVolatilityRelative: Bool
  /// Probabilities, which sum to 1.
  public let weights: [Double]
  /// True where the weights are not all the same.
  public let isWeighted: Bool
  public let dependence: Dependence
  /// Scenarios with a move that went beyond ``FactorHistory/moveLimit`` and was held there.
  public let heldCount: Int

  public var count: Int { names.count }

  /// - Parameter weights: In any sum; nil for equal ones.
  /// - Throws: ``ScenarioError``: no scenario, columns of another length, a weight that is negative or not finite, a move
  ///   that is not finite or of -100 percent or less.
  public init(
    underlyings: [String], names: [String], spot: [[Double]], volatility: [[Double]?],
    isVolatilityRelative: Bool = true, weights: [Double]? = nil, dependence: Dependence = .independent,
    heldCount: Int = 0
  ) throws(ScenarioError) {
    let count = names.count
    guard count > 0 else { throw .tooFew("scenarios", found: 0, wanted: 1) }
    guard spot.count == underlyings.count, volatility.count == underlyings.count,
      spot.allSatisfy({ $0.count == count }), volatility.allSatisfy({ $0.map { $0.count == count } ?? true }),
      weights.map({ $0.count == count }) ?? true
    else {
      throw .badParameter("scenarios", found: "columns of several lengths", wanted: "\(count) moves of each underlying")
    }
    for (symbol, column) in zip(underlyings, spot) {
      for move in column where !(move > -1 && move.isFinite) {
        throw .badParameter("\(symbol) move", found: "\(move)", wanted: "a finite move above -100 percent")
      }
    }
    for (symbol, column) in zip(underlyings, volatility) {
      for move in column ?? [] where !(move.isFinite && (!isVolatilityRelative || move >= -1)) {
        throw .badParameter("\(symbol) volatility move", found: "\(move)", wanted: "a finite move")
      }
    }
    var sum = 0.0
    for weight in weights ?? [] {
      guard weight >= 0, weight.isFinite else {
        throw .badParameter("weight of a scenario", found: "\(weight)", wanted: "0 or more")
      }
      sum += weight
    }
    if weights != nil, !(sum > 0 && sum.isFinite) {
      throw .badParameter("weights of scenarios", found: "a sum of \(sum)", wanted: "a finite sum above 0")
    }
    self.underlyings = underlyings
    self.names = names
    self.spot = spot
    self.volatility = volatility
    self.isVolatilityRelative = isVolatilityRelative
    self.weights =
      weights.map { weights in weights.map { $0 / sum } }
      ?? [Double](repeating: 1 / Double(count), count: count)
    isWeighted = weights.map { weights in weights.contains { $0 != weights[0] } } ?? false
    self.dependence = dependence
    self.heldCount = heldCount
  }
}
