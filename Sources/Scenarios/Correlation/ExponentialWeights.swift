internal import RealModule

/// Weights that fade by one factor from each observation to the one before it, and sum to 1.
///
/// The newest of n observations weighs (1 - decay) / (1 - decay^n), the one before it `decay` times that. RiskMetrics Technical
/// Document (J.P. Morgan and Reuters, fourth edition, 1996, section 5.2) takes 0.94 for days and 0.97 for months.
public struct ExponentialWeights: Hashable, Sendable {
  public let decay: Double
  /// As many as observations, the newest last.
  public let values: [Double]

  /// - Throws: ``ScenarioError`` `.badParameter` for a decay that is not above 0 and below 1, or fewer than one
  ///   observation.
  public init(decay: Double, count: Int) throws(ScenarioError) {
    try ExponentialWeights.check(decay)
    guard count >= 1 else { throw .badParameter("observations", found: "\(count)", wanted: "at least 1") }
    var weights = [Double](repeating: 0, count: count)
    var (weight, sum) = (1.0, 0.0)
    for index in (0..<count).reversed() {
      weights[index] = weight
      sum += weight
      weight *= decay
    }
    self.decay = decay
    values = weights.map { $0 / sum }
  }

  /// What all earlier observations would weigh of an endless series: decay^n.
  public var leftOut: Double { Double.pow(decay, values.count) }

  /// The least number of observations that leaves out no more than `share` of an endless series' weight: ln share / ln decay,
  /// rounded up (the same document, section 5.3).
  ///
  /// - Throws: ``ScenarioError`` `.badParameter` for a decay or share that is not above 0 and below 1.
  public static func observationsNeeded(decay: Double, leavingOut share: Double) throws(ScenarioError) -> Int {
    try check(decay)
    guard share > 0, share < 1 else {
      throw .badParameter("share left out", found: "\(share)", wanted: "above 0 and below 1")
    }
    let needed = (Double.log(share) / Double.log(decay)).rounded(.up)
    guard let count = Int(exactly: needed) else {
      throw .badParameter("decay", found: "\(decay)", wanted: "one that fades in a countable number of observations")
    }
    return max(1, count)
  }

  private static func check(_ decay: Double) throws(ScenarioError) {
    guard decay > 0, decay < 1 else {
      throw .badParameter("decay", found: "\(decay)", wanted: "above 0 and below 1")
    }
  }
}
