import Basics
import LinearAlgebra
import TestSupport
import Testing

@testable import Scenarios

@Suite("Surface history")
struct SurfaceHistoryTests {
  static let points = [
    SurfacePoint(logMoneyness: 0, years: 0.1), SurfacePoint(logMoneyness: 0.1, years: 0.1),
  ]

  private func history(_ days: [Int], _ volatilities: [[Double]]? = nil) throws -> SurfaceHistory {
    let first = 20_089
    return try SurfaceHistory(
      points: Self.points, dates: days.compactMap { CalendarDate(daysSinceEpoch: first + $0) },
      volatilities: volatilities ?? days.indices.map { [0.5 + 0.01 * Double($0 * $0), 0.6 - 0.01 * Double($0)] })
  }

  @Test("Moves are differences from date to date, and none is taken across a gap")
  func moves() throws {
    let moves = try history([0, 1, 2, 5, 6]).moves(longestGap: 1)
    #expect(moves.gapCount == 1 && moves.points == Self.points)
    #expect(moves.dates.map(\.description) == ["2025-01-02", "2025-01-03", "2025-01-07"])
    for (row, wanted) in [[0.01, -0.01], [0.03, -0.01], [0.07, -0.01]].enumerated() {
      for column in 0..<2 { #expect((moves.table.values[row, column] - wanted[column]).magnitude < 1e-15) }
    }
    #expect(try history([0, 1, 2, 5, 6]).moves(longestGap: 3).gapCount == 0)
  }

  @Test("A gap is what is longer than usual: days where there are weekends, else a long weekend")
  func usualGap() throws {
    // 1 January 2025 was a Wednesday.
    #expect(try history([0, 1, 2]).usualGap == 5)
    #expect(try history([0, 1, 3]).usualGap == 1)
    #expect(try history([0, 1, 4]).usualGap == 1)
    #expect(try history([0, 1, 5]).usualGap == 5)
  }

  @Test("What is no history is refused with what was found")
  func refusals() throws {
    func refusal(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "nothing"
    }
    let day = try #require(CalendarDate(year: 2025, month: 1, day: 1))
    for (words, body) in [
      ("found 0 points", { _ = try SurfaceHistory(points: [], dates: [], volatilities: []) }),
      (
        "found 2001 points, wanted 1 to 2000",
        {
          _ = try SurfaceHistory(
            points: (0...2000).map { SurfacePoint(logMoneyness: Double($0), years: 1) }, dates: [], volatilities: [])
        }
      ),
      (
        "found 0 surfaces on 1 dates",
        { _ = try SurfaceHistory(points: Self.points, dates: [day], volatilities: []) }
      ),
      ("found 2025-01-02 behind 2025-01-02", { _ = try history([0, 1, 1]) }),
      ("found 2025-01-01 behind 2025-01-02", { _ = try history([1, 0]) }),
      ("found 1 volatilities on 2025-01-02", { _ = try history([0, 1], [[0.5, 0.5], [0.5]]) }),
      (
        "found volatility 0.0 on 2025-01-02 at 0.1 years, log-moneyness 0.1",
        { _ = try history([0, 1], [[0.5, 0.5], [0.5, 0]]) }
      ),
      ("found volatility nan", { _ = try history([0], [[0.5, .nan]]) }),
      ("found volatility inf", { _ = try history([0], [[.infinity, 0.5]]) }),
      ("longest gap: found 0", { _ = try history([0, 1, 2, 3]).moves(longestGap: 0) }),
      ("longest gap: found 367", { _ = try history([0, 1, 2, 3]).moves(longestGap: 367) }),
      (
        "found 2 moves between 4 dates, with 1 gaps of more than 2 days, wanted at least 3 moves",
        { _ = try history([0, 1, 2, 5]).moves(longestGap: 2) }
      ),
      ("found 0 moves between 0 dates", { _ = try history([]).moves(longestGap: 2) }),
    ] as [(String, () throws -> Void)] {
      let found = refusal(body)
      #expect(found.hasPrefix(words), "\(found)")
    }
    #expect(try history([0, 1, 2, 3]).moves(longestGap: 2).table.count == 3)
  }
}

@Suite("Shape of a surface's move")
struct SurfaceMoveShapeTests {
  /// Different log-moneynesses at each time.
  static let ragged = [
    SurfacePoint(logMoneyness: -0.1, years: 0.1), SurfacePoint(logMoneyness: 0.05, years: 0.1),
    SurfacePoint(logMoneyness: -0.3, years: 0.5), SurfacePoint(logMoneyness: 0, years: 0.5),
    SurfacePoint(logMoneyness: 0.25, years: 0.5), SurfacePoint(logMoneyness: 0.1, years: 2),
  ]

  @Test("On a grid each axis is told alone, with its slope and its part")
  func grid() throws {
    let points = ThreeFactors.points
    let (k2, years) = (0.02, 1.6 / 3)
    let moves = points.map {
      0.01 - 0.03 * $0.logMoneyness + 0.004 * ($0.years - years)
        + 0.1 * ($0.logMoneyness * $0.logMoneyness - k2)
    }
    let shape = SurfaceMoveShape(of: moves, at: points)
    for (axis, wanted) in [
      (.level, 0.01), (.skew, -0.03), (.term, 0.004), (.curvature, 0.1),
    ] as [(SurfaceMoveShape.Axis, Double)] {
      let found = try #require(shape.slope(axis))
      #expect((found - wanted).magnitude < 1e-14, "\(axis): \(found)")
    }
    // Mean squares by hand: k^2 has the mean 0.02, k^4 0.00068, the times vary by 0.1355...
    let parts = [1e-4, 9e-4 * 0.02, 1.6e-5 * (1.26 / 3 - years * years), 0.01 * (0.00068 - 0.0004)]
    let whole = parts.reduce(0, +)
    for (found, part) in zip(shape.shares, parts) { #expect((found - part / whole).magnitude < 1e-13) }
    #expect((shape.size - whole.squareRoot()).magnitude < 1e-15)
    #expect(shape.main == .level)
  }

  @Test("Parts are at most the whole, and are the whole of what the four axes make", arguments: [11])
  func law(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let (a, b) = (generator.number(-1, 1), generator.number(-1, 1))
      let (c, d) = (generator.number(-1, 1), generator.number(-1, 1))
      let plane = Self.ragged.map { a + b * $0.logMoneyness + c * $0.years + d * $0.logMoneyness * $0.logMoneyness }
      let whole = SurfaceMoveShape(of: plane, at: Self.ragged).shares.reduce(0, +)
      #expect((whole - 1).magnitude < 1e-12, "\(generator)")
      let noisy = plane.map { $0 + generator.number(-1, 1) }
      let shape = SurfaceMoveShape(of: noisy, at: Self.ragged)
      #expect(shape.shares.reduce(0, +) < 1 - 1e-9 && shape.shares.allSatisfy { $0 >= 0 }, "\(generator)")
      // Tiny moves have the shape of large ones.
      let tiny = SurfaceMoveShape(of: noisy.map { $0 * 0x1p-600 }, at: Self.ragged)
      #expect(tiny.shares == shape.shares && tiny.size == shape.size * 0x1p-600, "\(generator)")
      #expect(tiny.slopes == shape.slopes.map { $0.map { $0 * 0x1p-600 } }, "\(generator)")
    }
  }

  @Test("An axis that the points do not tell has no slope, and a move of nothing no shape")
  func degenerate() {
    let one = SurfaceMoveShape(of: [0.02], at: [SurfacePoint(logMoneyness: 0.1, years: 0.5)])
    #expect(one.slopes == [0.02, nil, nil, nil] && one.shares == [1, 0, 0, 0] && one.main == .level)
    let line = SurfaceMoveShape(of: [0.02, -0.02], at: SurfaceHistoryTests.points)
    #expect(line.slope(.term) == nil && line.slope(.curvature) == nil && line.main == .skew)
    let still = SurfaceMoveShape(of: [0, 0], at: SurfaceHistoryTests.points)
    #expect(still.size == 0 && still.shares == [0, 0, 0, 0] && still.main == nil)
  }
}
