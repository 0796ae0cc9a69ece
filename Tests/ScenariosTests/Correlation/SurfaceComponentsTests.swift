import LinearAlgebra
import Scenarios
import TestSupport
import Testing

@Suite(.enabled(if: CorrelationSamples.isAvailable, "needs a library with LAPACK: install libopenblas0-pthread"))
struct SurfaceComponentsTests {
  /// Two expiries, one with a strike more than the other, out of order.
  static let points = [
    SurfacePoint(logMoneyness: 0.2, years: 0.5), SurfacePoint(logMoneyness: -0.1, years: 0.1),
    SurfacePoint(logMoneyness: 0, years: 0.5), SurfacePoint(logMoneyness: 0.1, years: 0.1),
    SurfacePoint(logMoneyness: -0.2, years: 0.5),
  ]

  static func table(_ rows: [[Double]]) throws -> ObservationTable {
    try ObservationTable(series: CorrelationSamples.names(points.count), rows: rows)
  }

  /// Level moves of 3, -3, 1 and -1 points, slopes of a point for a tenth of moneyness that are uncorrelated with them.
  static func levelAndSlope() throws -> SurfaceComponents {
    try SurfaceComponents(
      of: table(
        [(0.03, 0.01), (-0.03, 0.01), (0.01, -0.03), (-0.01, 0.01)].map { level, slope in
          points.map { level + slope * $0.logMoneyness }
        }), at: points)
  }

  @Test("A surface that only moves up and down has one component, the same everywhere")
  func level() throws {
    let surface = try SurfaceComponents(
      of: Self.table([0.02, -0.01, 0, -0.01].map { [Double](repeating: $0, count: 5) }), at: Self.points)
    #expect((surface.components.shares[0] - 1).magnitude < 1e-14)
    let deviation = (6e-4 / 3).squareRoot()
    let moves = try surface.moves(component: 0, standardDeviations: 2)
    for (k, years) in [(0.0, 0.3), (-5, 0), (5, 9), (0.05, 0.1), (-0.15, 0.4)] {
      #expect((moves.move(logMoneyness: k, years: years) - 2 * deviation).magnitude < 1e-15)
    }
    let down = try surface.moves(component: 0, standardDeviations: -2)
    #expect((down.move(logMoneyness: 0, years: 0.3) + 2 * deviation).magnitude < 1e-15)
  }

  @Test("A shock is the component at its points, linear between them, the same beyond")
  func interpolation() throws {
    var generator = SplitMix64(seed: 3)
    let table = try CorrelationSamples.table(40, 5, &generator)
    for scaling in PrincipalComponents.Scaling.allCases {
      let surface = try SurfaceComponents(of: table, at: Self.points, scaling: scaling)
      for component in 0..<5 {
        let wanted = try surface.components.move(component: component, standardDeviations: 1.5)
        let moves = try surface.moves(component: component, standardDeviations: 1.5)
        for (index, point) in Self.points.enumerated() {
          let found = moves.move(logMoneyness: point.logMoneyness, years: point.years)
          #expect((found - wanted[index]).magnitude < 1e-15)
        }
        // Series 2, 3, 1 and 0 by their places above.
        let half = moves.move(logMoneyness: 0.1, years: 0.5)
        #expect((half - (wanted[2] + wanted[0]) / 2).magnitude < 1e-15)
        #expect((moves.move(logMoneyness: 3, years: 4) - wanted[0]).magnitude < 1e-15)
        #expect((moves.move(logMoneyness: -3, years: 0) - wanted[1]).magnitude < 1e-15)
        let middle = moves.move(logMoneyness: 0, years: 0.3)
        #expect((middle - ((wanted[1] + wanted[3]) / 2 + wanted[2]) / 2).magnitude < 1e-15)
      }
    }
  }

  @Test("Shocks along several components add, and scale with their number of deviations")
  func additive() throws {
    let surface = try Self.levelAndSlope()
    #expect(surface.components.shares[0] + surface.components.shares[1] > 1 - 1e-12)
    let both = try surface.moves(standardDeviations: [2, -3])
    let (first, second) = (
      try surface.moves(component: 0, standardDeviations: 1), try surface.moves(component: 1, standardDeviations: 1)
    )
    for point in Self.points + [SurfacePoint(logMoneyness: 0.07, years: 0.2)] {
      let (k, years) = (point.logMoneyness, point.years)
      let wanted = 2 * first.move(logMoneyness: k, years: years) - 3 * second.move(logMoneyness: k, years: years)
      #expect((both.move(logMoneyness: k, years: years) - wanted).magnitude < 1e-15)
    }
    let none = try surface.moves(standardDeviations: [])
    #expect(none.move(logMoneyness: 0.3, years: 1) == 0)
    // What the scenarios take.
    let shift = VolatilityShift(moves: both)
    #expect(Shock(spot: -0.1, volatility: shift).volatility.moves == both)
  }

  @Test("The order in which points are handed over does not matter")
  func order() throws {
    var generator = SplitMix64(seed: 7)
    let table = try CorrelationSamples.table(30, 5, &generator)
    let order = [3, 0, 4, 2, 1]
    let other = try ObservationTable(
      series: order.map { table.series[$0] },
      rows: (0..<30).map { row in order.map { table.values[row, $0] } })
    let a = try SurfaceComponents(of: table, at: Self.points).moves(standardDeviations: [1, 2, 3])
    let b = try SurfaceComponents(of: other, at: order.map { Self.points[$0] }).moves(standardDeviations: [1, 2, 3])
    for (x, y) in zip(a.slices, b.slices) {
      #expect(x.years == y.years && x.logMoneyness == y.logMoneyness)
      #expect(isClose(x.moves, y.moves, 1e-14))
    }
  }

  @Test("Points that do not fit, return or make no sense are refused, and components that there are not")
  func refusals() throws {
    let table = try Self.table([[1, 2, 3, 4, 5], [0, 1, 0, 1, 0], [2, 0, 1, 7, 1], [1, 1, 0, 0, 2]])
    #expect(
      throws: ScenarioError.badObservations(
        found: "4 points for 5 series", wanted: "a point of the surface for each")
    ) { try SurfaceComponents(of: table, at: Array(Self.points.dropLast())) }
    for bad in [(Double.nan, 1.0), (0, .infinity), (0, -0.1)] {
      var points = Self.points
      points[2] = SurfacePoint(logMoneyness: bad.0, years: bad.1)
      #expect(throws: ScenarioError.self) { try SurfaceComponents(of: table, at: points) }
    }
    var points = Self.points
    points[4] = points[0]
    #expect(
      throws: ScenarioError.badObservations(
        found: "series 's4' at a point that another has", wanted: "each point of the surface once")
    ) { try SurfaceComponents(of: table, at: points) }

    let surface = try SurfaceComponents(of: table, at: Self.points)
    #expect(surface.components.count == 3)
    #expect(throws: ScenarioError.badParameter("component", found: "3", wanted: "0 to 2")) {
      try surface.moves(component: 3, standardDeviations: 1)
    }
    #expect(throws: ScenarioError.badParameter("component", found: "-1", wanted: "0 to 2")) {
      try surface.moves(component: -1, standardDeviations: 1)
    }
    for numbers in [[1, 2, 3, 4], [.nan], [0, .infinity]] {
      #expect(throws: ScenarioError.self) { try surface.moves(standardDeviations: numbers) }
    }
  }
}
