/// A place of a volatility surface at which its moves are observed.
public struct SurfacePoint: Hashable, Sendable {
  /// ln(K/F).
  public let logMoneyness: Double
  /// Until expiry, act/365.
  public let years: Double

  public init(logMoneyness: Double, years: Double) {
    self.logMoneyness = logMoneyness
    self.years = years
  }
}

/// Principal components of a volatility surface's moves, as shocks: so many standard deviations along each.
///
/// The first of a surface's components is as a rule its level, then come its slopes by time and by strike (Cont and da Fonseca,
/// "Dynamics of implied volatility surfaces", Quantitative Finance 2, 2002). A shock along one moves every point at once, in the
/// way in which points did move together, which a shock of a single number cannot.
///
/// Moves are points of volatility as fractions (0.01 is one point), over whatever period lies between two observations.
public struct SurfaceComponents: Hashable, Sendable {
  public let components: PrincipalComponents
  /// Where each series was observed, in the series' order.
  public let points: [SurfacePoint]
  /// The series of each expiry by ascending log-moneyness, expiries ascending.
  private let slices: [[Int]]

  /// - Parameters:
  ///   - moves: A day a row, a point of the surface a column.
  ///   - points: Where each column was observed, each place once, in any order; expiries need not share their strikes.
  ///   - scaling: Moves as they are, or each point by its own standard deviation.
  /// - Throws: ``ScenarioError`` `.badObservations` for another number of points than series, a point that is not finite,
  ///   has a negative time, or returns; and what ``PrincipalComponents/init(of:scaling:)`` throws.
  public init(
    of moves: ObservationTable, at points: [SurfacePoint], scaling: PrincipalComponents.Scaling = .covariance
  ) throws(ScenarioError) {
    guard points.count == moves.series.count else {
      throw .badObservations(
        found: "\(points.count) points for \(moves.series.count) series", wanted: "a point of the surface for each")
    }
    var seen: Set<SurfacePoint> = []
    for (point, name) in zip(points, moves.series) {
      guard point.logMoneyness.isFinite, point.years.isFinite, point.years >= 0 else {
        throw .badObservations(
          found: "series '\(name.prefix(60))' at log-moneyness \(point.logMoneyness), \(point.years) years",
          wanted: "finite numbers and a time of 0 or more")
      }
      guard seen.insert(point).inserted else {
        throw .badObservations(
          found: "series '\(name.prefix(60))' at a point that another has",
          wanted: "each point of the surface once")
      }
    }
    components = try PrincipalComponents(of: moves, scaling: scaling)
    self.points = points
    let order = points.indices.sorted {
      (points[$0].years, points[$0].logMoneyness) < (points[$1].years, points[$1].logMoneyness)
    }
    var slices: [[Int]] = []
    for index in order {
      if let last = slices.last, points[last[0]].years == points[index].years {
        slices[slices.count - 1].append(index)
      } else {
        slices.append([index])
      }
    }
    self.slices = slices
  }

  /// The shock that moves the surface by so many standard deviations along each of the first components together.
  ///
  /// Between the points it is linear, beyond the outermost it stays, as ``VolatilityMoves`` says; it is without the mean move.
  ///
  /// - Parameter standardDeviations: Of the first component, the second and so on; none for those left out.
  /// - Throws: ``ScenarioError`` `.badParameter` for more numbers than components, or one that is not finite or leads to
  ///   one.
  public func moves(standardDeviations: [Double]) throws(ScenarioError) -> VolatilityMoves {
    guard standardDeviations.count <= components.count else {
      throw .badParameter(
        "standard deviations", found: "\(standardDeviations.count) numbers",
        wanted: "at most one for each of \(components.count) components")
    }
    var sums = [Double](repeating: 0, count: points.count)
    for (component, number) in standardDeviations.enumerated() {
      let move = try components.move(component: component, standardDeviations: number)
      for index in sums.indices { sums[index] += move[index] }
    }
    do {
      return try VolatilityMoves(
        slices.map { slice in
          VolatilityMoves.Slice(
            years: points[slice[0]].years, logMoneyness: slice.map { points[$0].logMoneyness },
            moves: slice.map { sums[$0] })
        })
    } catch {
      // Places are in order by now, so that only a sum beyond the range of a Double is left to refuse.
      throw .badParameter("standard deviations", found: error.description, wanted: "moves of a moderate size")
    }
  }

  /// The shock of so many standard deviations along one component, counted from 0.
  ///
  /// - Throws: ``ScenarioError`` `.badParameter` for a component that there is not, and as above.
  public func moves(component: Int, standardDeviations: Double) throws(ScenarioError) -> VolatilityMoves {
    guard (0..<components.count).contains(component) else {
      throw .badParameter("component", found: "\(component)", wanted: "0 to \(components.count - 1)")
    }
    return try moves(
      standardDeviations: [Double](repeating: 0, count: component) + [standardDeviations])
  }
}
