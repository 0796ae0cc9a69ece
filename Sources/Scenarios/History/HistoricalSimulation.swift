import RealModule

/// Scenarios that are the moves of the past, taken to today's market as relative moves.
///
/// Plain: each span's changes as they were. Filtered: each change times the volatility of its factor today over that at
/// the beginning of the span, so that a move of a quiet time counts for what it would be now (Hull and White,
/// "Incorporating volatility updating into the historical simulation method for value-at-risk", *Journal of Risk* 1, 1998;
/// Barone-Adesi, Giannopoulos and Vosper, "VaR without correlations for portfolios of derivative securities", *Journal of
/// Futures Markets* 19, 1999). Volatilities are EWMA, each factor's own; their joint days keep the dependence as it was.
public struct HistoricalSimulation: Hashable, Sendable {
  public let isFiltered: Bool
  /// The latest spans taken; nil for all.
  public let window: Int?
  /// Each span counts so many times as much as the one behind it: Boudoukh, Richardson and Whitelaw, "The best of both
  /// worlds", *Risk* 11 (1998). Nil for equal weights.
  public let ageDecay: Double?

  /// - Throws: ``ScenarioError`` `.badParameter`.
  public init(isFiltered: Bool = false, window: Int? = nil, ageDecay: Double? = nil) throws(ScenarioError) {
    if let window, !(1...1_000_000).contains(window) {
      throw .badParameter("window", found: "\(window)", wanted: "1 to 1000000 moves")
    }
    if let ageDecay, !(ageDecay > 0 && ageDecay < 1) {
      throw .badParameter("age decay", found: "\(ageDecay)", wanted: "a number between 0 and 1")
    }
    self.isFiltered = isFiltered
    self.window = window
    self.ageDecay = ageDecay
  }

  /// The scenarios as they are known at the end of a day.
  ///
  /// - Parameter day: The place of a day of the history; nothing later is looked at.
  /// - Throws: ``ScenarioError``: fewer spans than the window wants, a factor without volatility to scale by.
  public func moves(of history: FactorHistory, knownAt day: Int) throws(ScenarioError) -> JointMoves {
    let spans = try history.spans(knownAt: day, window: window, isFiltered: isFiltered)
    let today = isFiltered ? try history.deviations(at: day) : []
    var columns: [[Double]] = []
    for (place, factor) in history.factors.enumerated() {
      var column: [Double] = []
      column.reserveCapacity(spans.count)
      for span in spans {
        var change = factor.changes[span]
        if isFiltered {
          guard let then = factor.deviation[history.returns.spans[span].lowerBound], then > 0 else {
            throw .constant(factor.name)
          }
          change *= today[place] / then
        }
        column.append(change)
      }
      columns.append(column)
    }
    let names = spans.map { span in
      let dates = history.returns.dates(span)
      return "\(dates.start)/\(dates.end)"
    }
    let horizon = history.returns.terms.horizon
    return try history.moves(
      columns, names: names, weights: ageWeights(spans.count),
      dependence: horizon > 1 && history.returns.terms.isOverlapping ? .overlapping(horizon) : .independent)
  }

  /// lambda^(i-1) (1 - lambda) / (1 - lambda^n) for the i-th latest of n; oldest first.
  private func ageWeights(_ count: Int) -> [Double]? {
    guard let ageDecay else { return nil }
    var weights: [Double] = []
    var weight = (1 - ageDecay) / (1 - .pow(ageDecay, count))
    for _ in 0..<count {
      weights.append(weight)
      weight *= ageDecay
    }
    return weights.reversed()
  }
}
