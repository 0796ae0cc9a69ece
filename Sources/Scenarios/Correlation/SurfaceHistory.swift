public import Basics

/// Volatilities of the same points of a surface, day by day: what its moves are taken of.
///
/// A point is a place by time to expiry and log-moneyness, and not a contract: contracts grow older and their strikes wander
/// off, so that their volatilities also change where the surface does not move at all.
public struct SurfaceHistory: Hashable, Sendable {
  public let points: [SurfacePoint]
  /// Ascending, each once.
  public let dates: [CalendarDate]
  /// A date a row, a point a column; annualised, as fractions, above 0.
  public let volatilities: [[Double]]

  /// The most points: what eigenvalues cost rises with the cube of their number.
  public static let pointLimit = 2_000

  /// - Throws: ``ScenarioError`` `.badObservations` for no point or more than ``pointLimit``, another number of rows than
  ///   dates or of volatilities than points, dates that do not ascend, a volatility that is not a finite number above 0.
  public init(
    points: [SurfacePoint], dates: [CalendarDate], volatilities: [[Double]]
  ) throws(ScenarioError) {
    guard (1...SurfaceHistory.pointLimit).contains(points.count) else {
      throw .badObservations(found: "\(points.count) points", wanted: "1 to \(SurfaceHistory.pointLimit)")
    }
    guard volatilities.count == dates.count else {
      throw .badObservations(found: "\(volatilities.count) surfaces on \(dates.count) dates", wanted: "as many")
    }
    for (index, date) in dates.enumerated() {
      if index > 0, date <= dates[index - 1] {
        throw .badObservations(found: "\(date) behind \(dates[index - 1])", wanted: "ascending dates")
      }
      guard volatilities[index].count == points.count else {
        throw .badObservations(
          found: "\(volatilities[index].count) volatilities on \(date)",
          wanted: "one at each of \(points.count) points")
      }
      if let bad = volatilities[index].firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
        throw .badObservations(
          found: "volatility \(volatilities[index][bad]) on \(date) at \(points[bad])", wanted: "a finite one above 0")
      }
    }
    self.points = points
    self.dates = dates
    self.volatilities = volatilities
  }

  /// Calendar days from one date to the next that are no gap where nobody states them: 1 where there are weekends, else 5.
  public var usualGap: Int { UsualGap.days(of: dates) }

  /// The changes of every point from each date to the next, in points of volatility as fractions.
  ///
  /// - Parameter longestGap: No change is taken across more calendar days than these, 1 to 366.
  /// - Throws: ``ScenarioError`` `.badParameter` for another gap; `.badObservations` for fewer than 3 changes, of which
  ///   nothing can be said, and for points that return.
  public func moves(longestGap: Int) throws(ScenarioError) -> SurfaceMoves {
    guard (1...366).contains(longestGap) else {
      throw .badParameter("longest gap", found: "\(longestGap)", wanted: "1 to 366 calendar days")
    }
    let days = dates.map(\.daysSinceEpoch)
    let ends = dates.indices.dropFirst().filter { days[$0] - days[$0 - 1] <= longestGap }
    guard ends.count >= SurfaceMoves.leastCount else {
      let gaps = max(0, dates.count - 1) - ends.count
      throw .badObservations(
        found: "\(ends.count) moves between \(dates.count) dates, with \(gaps) gaps of more than \(longestGap) days",
        wanted: "at least \(SurfaceMoves.leastCount) moves")
    }
    let rows = ends.map { end in points.indices.map { volatilities[end][$0] - volatilities[end - 1][$0] } }
    return SurfaceMoves(
      points: points, table: try ObservationTable(series: points.map(\.description), rows: rows),
      dates: ends.map { dates[$0] }, gapCount: dates.count - 1 - ends.count)
  }
}

/// Changes of a surface's volatilities from one date to the next.
public struct SurfaceMoves: Hashable, Sendable {
  public let points: [SurfacePoint]
  /// A change a row, a point a column: points of volatility as fractions.
  public let table: ObservationTable
  /// The dates on which the changes were known, beside the rows.
  public let dates: [CalendarDate]
  /// Neighbouring dates so far apart that no change was taken between them.
  public let gapCount: Int

  /// Two changes always lie on one line.
  static let leastCount = 3
}

extension SurfacePoint: CustomStringConvertible {
  /// `0.25 years, log-moneyness -0.1`: two points never have the same.
  public var description: String { "\(years) years, log-moneyness \(logMoneyness)" }
}
