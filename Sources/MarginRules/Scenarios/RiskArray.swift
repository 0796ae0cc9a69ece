/// What a position gains in each scenario of a list; losses are negative.
public struct RiskArray: Hashable, Sendable {
  public let results: [Double]

  public init(_ results: [Double]) { self.results = results }

  /// The array of several positions: scenario by scenario, units times results.
  ///
  /// - Returns: nil where the arrays have different lengths, or there is none.
  public static func total(_ positions: [(units: Double, array: RiskArray)]) -> RiskArray? {
    guard let count = positions.first?.array.results.count else { return nil }
    var total = [Double](repeating: 0, count: count)
    for (units, array) in positions {
      guard array.results.count == count else { return nil }
      for index in array.results.indices { total[index] += units * array.results[index] }
    }
    return RiskArray(total)
  }

  /// The scenario that loses most, of several the first; nil for no scenario.
  public var worst: (index: Int, loss: Double)? {
    var worst: (index: Int, loss: Double)?
    for (index, result) in results.enumerated() where -result > worst?.loss ?? -.infinity { worst = (index, -result) }
    return worst
  }

  /// The greatest loss, and 0 where every scenario gains.
  public var scanRisk: Double { max(worst?.loss ?? 0, 0) }
}
