import RealModule

/// The risk factors of a joint history: for each underlying the price, and beside it what its volatility follows.
///
/// A factor is a series of changes, one for each span of the returns, with the EWMA volatility of its daily changes. Price
/// and relative volatility factors are logarithmic, so that no move reaches -100 percent; points are absolute.
public struct FactorHistory: Sendable {
  public struct Factor: Sendable {
    /// The place of its underlying in the history.
    public let underlying: Int
    /// `BTC`, `BTC volatility`.
    public let name: String
    public let isVolatility: Bool
    /// True where a change is a logarithm, false where it is in points of volatility as a fraction.
    public let isLogarithmic: Bool
    /// One for each span; NaN where it is not known.
    public let changes: [Double]
    /// One for each day, of the step that ends on it; nil where none was taken.
    public let dailyChanges: [Double?]
    /// Of the daily changes, by day.
    public let deviation: [Double?]
  }

  public let returns: HistoricalReturns
  public let volatilityMove: VolatilityMove
  public let lambda: Double
  /// Prices in the order of the underlyings, each followed by its volatility where that moves.
  public let factors: [Factor]
  /// The places of spans on which every factor is known, at their beginning as well.
  public let usable: [Int]

  /// - Parameter lambda: Of the EWMA volatilities.
  /// - Throws: ``ScenarioError``: no volatility index where they are to move with one, a bad lambda.
  public init(
    _ returns: HistoricalReturns, volatilityMove: VolatilityMove, lambda: Double = 0.94
  ) throws(ScenarioError) {
    let history = returns.history
    let wantsIndex = volatilityMove == .index || volatilityMove == .indexPoints
    if wantsIndex, history.volatilityIndices.allSatisfy({ $0 == nil }) {
      throw .missing("a volatility index", known: history.underlyings)
    }
    var factors: [Factor] = []
    for (place, symbol) in history.underlyings.enumerated() {
      let price = history.prices[place]
      let daily = returns.daily(price)
      let deviation = try EWMAVolatility(daily, lambda: lambda).values
      factors.append(
        Factor(
          underlying: place, name: symbol, isVolatility: false, isLogarithmic: true,
          changes: returns.logarithmic(price), dailyChanges: daily, deviation: deviation))
      let level: [Double]
      switch volatilityMove {
      case .unchanged: continue
      case .realised:
        if deviation.contains(where: { $0 == 0 }) { throw .constant(symbol) }
        level = deviation.map { $0 ?? .nan }
      case .index, .indexPoints:
        guard let index = history.volatilityIndices[place] else { continue }
        level = index.map { $0 / 100 }
      }
      let isLogarithmic = volatilityMove.isRelative
      let steps: [Double?] =
        isLogarithmic ? returns.daily(level) : FactorHistory.differences(level, where: daily)
      let known = steps.map { $0.flatMap { $0.isFinite ? $0 : nil } }
      factors.append(
        Factor(
          underlying: place, name: "\(symbol) volatility", isVolatility: true, isLogarithmic: isLogarithmic,
          changes: isLogarithmic ? returns.logarithmic(level) : returns.absolute(level), dailyChanges: known,
          deviation: try EWMAVolatility(known, lambda: lambda).values))
    }
    self.returns = returns
    self.volatilityMove = volatilityMove
    self.lambda = lambda
    self.factors = factors
    usable = returns.spans.indices.filter { span in factors.allSatisfy { $0.changes[span].isFinite } }
  }

  private static func differences(_ column: [Double], where daily: [Double?]) -> [Double?] {
    column.indices.map { daily[$0] == nil ? nil : column[$0] - column[$0 - 1] }
  }

  /// The place of the last day of the history.
  public var lastDay: Int { returns.history.dates.count - 1 }

  /// The usable spans that had ended by a day, the latest `window` of them.
  ///
  /// - Parameters:
  ///   - day: The place of a day of the history.
  ///   - window: Nil for all.
  ///   - isFiltered: True where each span must have a volatility at its beginning.
  /// - Throws: ``ScenarioError`` `.tooFew`.
  public func spans(knownAt day: Int, window: Int?, isFiltered: Bool = false) throws(ScenarioError) -> ArraySlice<Int> {
    // Spans ascend, so those that are known are the first.
    var (low, high) = (0, usable.count)
    while low < high {
      let middle = (low + high) / 2
      if returns.spans[usable[middle]].upperBound <= day { low = middle + 1 } else { high = middle }
    }
    var known = usable[..<low]
    if isFiltered {
      known = known.drop { span in
        factors.contains { $0.deviation[returns.spans[span].lowerBound] == nil }
      }
    }
    guard let window else {
      guard !known.isEmpty else { throw .tooFew("moves in the history", found: 0, wanted: 1) }
      return known
    }
    guard known.count >= window else {
      throw .tooFew("moves in the history", found: known.count, wanted: window)
    }
    return known.suffix(window)
  }

  /// The daily changes of all factors up to a day, the latest `window` days on which all are known, oldest first.
  ///
  /// - Returns: Shape [day][factor].
  /// - Throws: ``ScenarioError`` `.tooFew`.
  public func dailyRows(knownAt day: Int, window: Int?) throws(ScenarioError) -> [[Double]] {
    var rows: [[Double]] = []
    var place = min(day, lastDay)
    while place > 0, window.map({ rows.count < $0 }) ?? true {
      let row = factors.compactMap { $0.dailyChanges[place] }
      if row.count == factors.count { rows.append(row) }
      place -= 1
    }
    if let window, rows.count < window {
      throw .tooFew("days on which every series moved", found: rows.count, wanted: window)
    }
    return rows.reversed()
  }

  /// The volatility of each factor's daily change as known at a day.
  ///
  /// - Throws: ``ScenarioError``: too few days before it, or a factor that never moved.
  public func deviations(at day: Int) throws(ScenarioError) -> [Double] {
    var result: [Double] = []
    for factor in factors {
      guard let deviation = factor.deviation[day] else {
        throw .tooFew(
          "daily changes of \(factor.name)", found: factor.dailyChanges[...day].count { $0 != nil },
          wanted: EWMAVolatility.warmUp)
      }
      guard deviation > 0 else { throw .constant(factor.name) }
      result.append(deviation)
    }
    return result
  }

  /// The most by which a scenario multiplies or divides a price or volatility, and the most points of volatility it adds.
  ///
  /// A tail of Student's t reaches any number; beyond this no instrument has a value that a Double tells from its limit.
  public static let moveLimit = 1e6

  /// Scenarios of factors' moves, which they hold by column.
  ///
  /// What lies beyond ``moveLimit`` is held there, so that one far draw among millions does not end the others, and such
  /// scenarios are counted in ``JointMoves/heldCount``.
  ///
  /// - Parameter columns: Shape [factor][scenario]; logarithms or points.
  public func moves(
    _ columns: [[Double]], names: [String], weights: [Double]?, dependence: JointMoves.Dependence
  ) throws(ScenarioError) -> JointMoves {
    let count = returns.history.underlyings.count
    var spot = [[Double]](repeating: [], count: count)
    var volatility = [[Double]?](repeating: nil, count: count)
    var held = [Bool](repeating: false, count: names.count)
    for (factor, column) in zip(factors, columns) {
      let limit = factor.isLogarithmic ? Double.log(FactorHistory.moveLimit) : FactorHistory.moveLimit
      var shifts = column
      for (scenario, change) in column.enumerated() {
        // NaN goes on and is refused by name.
        if change.magnitude > limit {
          held[scenario] = true
          shifts[scenario] = change < 0 ? -limit : limit
        }
        if factor.isLogarithmic { shifts[scenario] = .expMinusOne(shifts[scenario]) }
      }
      if factor.isVolatility { volatility[factor.underlying] = shifts } else { spot[factor.underlying] = shifts }
    }
    return try JointMoves(
      underlyings: returns.history.underlyings, names: names, spot: spot, volatility: volatility,
      isVolatilityRelative: volatilityMove.isRelative, weights: weights, dependence: dependence,
      heldCount: held.count { $0 })
  }
}
