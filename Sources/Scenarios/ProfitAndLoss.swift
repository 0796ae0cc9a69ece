import Kernels

/// Why a row of a stress report deserves a word.
public struct ScenarioFlags: OptionSet, Hashable, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// A leg has expired by the scenario's day and counts its payoff.
  public static let expiredLegs = ScenarioFlags(rawValue: 1)
  /// A leg's shifted volatility would be negative and was held at 0.
  public static let volatilityFloored = ScenarioFlags(rawValue: 2)
  /// A figure came out as no number.
  public static let invalid = ScenarioFlags(rawValue: 4)
}

/// A strategy under every scenario of a grid or list, in its settlement currency.
public struct ProfitAndLoss: Sendable {
  public let scenarios: ScenarioSet
  /// Columns of ``ScenarioSet/count`` + 1 entries, scenario 0 first; the whole position.
  public let value: [Double]
  /// Of the value in settlement currency, per unit of spot in quote currency.
  public let delta: [Double]
  public let gamma: [Double]
  /// Per 1.00 of volatility.
  public let vega: [Double]
  /// Per year of calendar time.
  public let theta: [Double]
  public let flags: [ScenarioFlags]
  /// Over all legs, how many nodes took a volatility from beyond the quotes.
  public let extrapolatedNodes: Int
  /// Value less entry cost less fees; a gain to the holder is positive.
  public let profit: [Double]

  /// What a set of scenarios says in a line.
  public struct Summary: Hashable, Sendable {
    public let worst: Double
    /// The lowest scenario with the worst result; over nodes 1 to N.
    public let worstScenario: Int
    public let best: Double
    public let bestScenario: Int
    /// For each threshold: the share of the nodes 1 to N whose loss is strictly beyond that share of margin, as
    /// ``PostedMargin/floor(_:)`` has it; nil without a margin.
    public let sharesBeyond: [Double?]
  }

  /// Worst, best, and how many of the scenarios lose more than the `thresholds` of `margin`.
  public func summary(margin: PostedMargin?, thresholds: [Double] = [0.25, 0.5, 0.75, 1]) -> Summary {
    Summary(of: profit, margin: margin, thresholds: thresholds)
  }

  /// The mean loss over the worst 1 - `level` of the weight, as a positive number.
  ///
  /// - Parameters:
  ///   - weights: Of these scenarios.
  ///   - level: Between 0 and 1, such as 0.975.
  public func expectedShortfall(_ weights: ScenarioWeights, level: Double) -> Double {
    let outcomes = weights.scenarios.map { profit[$0] }
    return TailMean.expectedShortfall(outcomes.span, weights: weights.probabilities.span, tail: 1 - level)
  }
}

extension ProfitAndLoss.Summary {
  /// - Parameter profit: P&L of scenarios, the unshocked point first.
  public init(of profit: [Double], margin: PostedMargin?, thresholds: [Double] = [0.25, 0.5, 0.75, 1]) {
    let column = profit.span
    let nodes = column.extracting(min(1, column.count)..<column.count)
    // The places are counted from node 1, which is scenario 1.
    let worst = Reductions.minimum(nodes)
    let best = Reductions.maximum(nodes)
    var shares: [Double?] = []
    for threshold in thresholds {
      guard let margin, nodes.count > 0 else {
        shares.append(nil)
        continue
      }
      shares.append(Double(Reductions.count(of: nodes, below: margin.floor(threshold))) / Double(nodes.count))
    }
    self.init(
      worst: worst?.value ?? .infinity, worstScenario: worst.map { $0.index + 1 } ?? 0,
      best: best?.value ?? -.infinity, bestScenario: best.map { $0.index + 1 } ?? 0, sharesBeyond: shares)
  }
}
