public import LinearAlgebra

/// The principal components of one underlying's history of surfaces, and what they were taken of.
public struct HistoryComponents: Hashable, Sendable {
  /// Whose surfaces they are; empty where the history does not say.
  public let underlying: String
  public let history: SurfaceHistory
  public let moves: SurfaceMoves
  public let surface: SurfaceComponents

  public var components: PrincipalComponents { surface.components }

  /// - Parameters:
  ///   - longestGap: Calendar days from date to date beyond which no move is taken; nil for what is usual for its dates
  ///     (``SurfaceHistory/usualGap``).
  ///   - scaling: Moves as they are, or each point's by its own standard deviation.
  /// - Throws: ``ScenarioError``: fewer than 3 moves, points that return, a point whose moves are all the same, no LAPACK.
  public init(
    of history: SurfaceHistory, underlying: String = "", longestGap: Int? = nil,
    scaling: PrincipalComponents.Scaling = .covariance
  ) throws(ScenarioError) {
    self.underlying = underlying
    self.history = history
    moves = try history.moves(longestGap: longestGap ?? history.usualGap)
    surface = try SurfaceComponents(of: moves.table, at: history.points, scaling: scaling)
  }

  /// The move of every point by one standard deviation along a component, counted from 0: points of volatility as fractions.
  ///
  /// - Throws: ``ScenarioError`` `.badParameter` for a component that there is not.
  public func deviation(_ component: Int) throws(ScenarioError) -> [Double] {
    try components.move(component: component, standardDeviations: 1)
  }

  /// How far each move lies along each component: a move a row, a component a column, in scaled units, less the mean.
  ///
  /// - Throws: ``ScenarioError`` `.linearAlgebra`.
  public func scores() throws(ScenarioError) -> Matrix { try components.scores(of: moves.table) }

  /// Scenarios that move the surface by so many standard deviations along one component at a time, up and then down.
  ///
  /// A number of deviations counts a move over `horizon` steps of the history: moves of different steps are taken to be
  /// uncorrelated and alike, so that their variance grows with the steps and the move with the root. The move comes at once:
  /// no day passes. A history that names no underlying moves every one.
  ///
  /// - Parameters:
  ///   - count: The first so many components.
  ///   - deviations: Standard deviations, above 0.
  ///   - horizon: Steps of the history, 1 to 365.
  ///   - name: What a scenario of a component, counted from 1, and a signed number of deviations is called.
  /// - Throws: ``ScenarioError`` `.badParameter` for a count, number or horizon outside these, and for a name that is
  ///   empty.
  public func scenarios(
    count: Int, deviations: [Double], horizon: Int, name: (_ component: Int, _ deviations: Double) -> String
  ) throws(ScenarioError) -> [Scenario] {
    guard (1...components.count).contains(count) else {
      throw .badParameter("components", found: "\(count)", wanted: "1 to \(components.count)")
    }
    guard (1...365).contains(horizon) else {
      throw .badParameter("horizon", found: "\(horizon)", wanted: "1 to 365 steps of the history")
    }
    var scenarios: [Scenario] = []
    for component in 0..<count {
      for deviation in deviations {
        guard deviation > 0 else {
          throw .badParameter("standard deviations", found: "\(deviation)", wanted: "numbers above 0")
        }
        for number in [deviation, -deviation] {
          let move = UnderlyingMove(
            volatility: VolatilityShift(
              moves: try surface.moves(
                component: component, standardDeviations: number * Double(horizon).squareRoot())))
          do {
            scenarios.append(
              try Scenario(
                name: name(component + 1, number), common: underlying.isEmpty ? move : .none,
                moves: underlying.isEmpty ? [:] : [underlying: move]))
          } catch { throw .badParameter("scenario", found: error.description, wanted: "a name") }
        }
      }
    }
    return scenarios
  }
}
