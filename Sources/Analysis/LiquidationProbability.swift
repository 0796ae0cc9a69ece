public import IsolatedMargin

/// Whose probability it is.
public enum ProbabilityMeasure: String, Hashable, Sendable, CaseIterable {
  /// The drift that carries spot to the forward, and the implied volatility: what the market charges for, no forecast.
  case riskNeutral = "risk_neutral"
  /// A drift and a volatility that were given: a forecast as good as they are.
  case realWorld = "real_world"

  public var text: String { self == .riskNeutral ? "risk-neutral" : "real-world" }
}

/// Where the figures come from.
public enum ProbabilityMethod: String, Hashable, Sendable, CaseIterable {
  case closedForm = "closed_form"
  case simulation
  /// Nothing to compute: no price within reach liquidates, or the present spot already does.
  case certain

  public var text: String {
    switch self {
    case .closedForm: return "closed form"
    case .simulation: return "simulated"
    case .certain: return "certain"
    }
  }
}

/// When a box is liquidated, under one law of the price.
///
/// There is no mean time: it may be infinite, and where it is not it says little. Probabilities by horizons and quantiles
/// are what is given.
public struct LiquidationProbability: Hashable, Sendable {
  public struct Horizon: Hashable, Sendable {
    public let days: Double
    /// True for the strategy's first expiry.
    public let isExpiry: Bool
    /// A standard error of 0 is a closed form or a certainty.
    public let probability: EstimatedProbability
  }

  public struct Quantile: Hashable, Sendable {
    public let probability: Double
    public let time: PassageTime
  }

  public static let quantileLevels = [0.1, 0.25, 0.5, 0.75, 0.9]

  public let measure: ProbabilityMeasure
  public let method: ProbabilityMethod
  public let motion: GeometricBrownianMotion
  /// Ascending in time.
  public let horizons: [Horizon]
  /// At ``quantileLevels``.
  public let quantiles: [Quantile]
  /// 0 where nothing was simulated.
  public let paths: Int

  public var median: PassageTime { quantiles.first { $0.probability == 0.5 }?.time ?? .never }

  init(
    _ measure: ProbabilityMeasure, _ motion: GeometricBrownianMotion, _ corridor: MovingCorridor, spot: Double,
    horizons: [(days: Double, isExpiry: Bool)], simulation: PassageSimulation, progress: (Double) -> Void
  ) throws(IsolatedMarginError) {
    self.measure = measure
    self.motion = motion
    let probability: (Double) -> EstimatedProbability
    let time: (Double) -> PassageTime
    let first = corridor.nodes[0]
    let exists = corridor.nodes.contains { $0.lower != nil || $0.upper != nil }
    if corridor.isOutside(spot) {
      (method, paths) = (.certain, 0)
      probability = { _ in EstimatedProbability(value: 1, standardError: 0) }
      time = { _ in .years(0) }
    } else if !exists, corridor.closesAt == nil {
      (method, paths) = (.certain, 0)
      probability = { _ in EstimatedProbability(value: 0, standardError: 0) }
      time = { _ in .never }
    } else if corridor.isConstant {
      let passage: any FirstPassage
      switch (first.lower, first.upper) {
      case (let lower?, let upper?):
        passage = try CorridorPassage(spot: spot, lower: lower, upper: upper, motion: motion)
      case (let lower?, nil):
        passage = try BarrierPassage(spot: spot, barrier: lower, side: .lower, motion: motion)
      case (nil, let bound):
        passage = try BarrierPassage(spot: spot, barrier: bound ?? spot, side: .upper, motion: motion)
      }
      (method, paths) = (.closedForm, 0)
      probability = { EstimatedProbability(value: passage.probability(by: $0), standardError: 0) }
      // What expires ends at its expiry, however far the law goes on.
      let end = horizons.last { $0.isExpiry }.map { $0.days / 365 }
      time = { level in
        let time = passage.time(ofProbability: level)
        guard let end else { return time }
        if case .years(let years) = time, years <= end { return time }
        return .after(years: end)
      }
    } else {
      let estimate = try simulation.run(
        spot: spot, corridor: corridor, motion: motion, horizons: horizons.map { $0.days / 365 }, progress: progress)
      (method, paths) = (estimate.paths > 0 ? .simulation : .certain, estimate.paths)
      probability = { estimate.probability(by: $0) }
      time = { estimate.time(ofProbability: $0) }
    }
    self.horizons = horizons.map { horizon in
      Horizon(days: horizon.days, isExpiry: horizon.isExpiry, probability: probability(horizon.days / 365))
    }
    quantiles = LiquidationProbability.quantileLevels.map { Quantile(probability: $0, time: time($0)) }
  }
}
