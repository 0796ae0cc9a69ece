import LinearAlgebra
import Scenarios
import TestSupport
import Testing

@Suite struct ObservationTableTests {
  @Test("Rows and columns are the same table, and means are exact where they can be")
  func shapes() throws {
    let rows = try ObservationTable(series: ["a", "b"], rows: [[1, 10], [2, 20], [6, 60]])
    #expect(try rows == ObservationTable(series: ["a", "b"], columns: [[1, 2, 6], [10, 20, 60]]))
    #expect(rows.count == 3)
    #expect(isClose(rows.means, [3, 30], 1e-14))
    // A mean far above the moves keeps their digits.
    let swings = (0..<3000).map { 1e12 + ($0 % 2 == 0 ? 1.0 : -1) }
    #expect(try isClose(ObservationTable(series: ["a"], columns: [swings]).means, [1e12], 1e12.ulp))
    let huge = try ObservationTable(series: ["a"], columns: [[1.5e308, 1.5e308, 1.7e308]])
    #expect(huge.means[0].isFinite)
  }

  @Test("Standardized series have mean 0 and deviation 1", .enabled(if: CorrelationSamples.isAvailable))
  func standardized() throws {
    var generator = SplitMix64(seed: 1)
    let table = try CorrelationSamples.table(30, 3, &generator).standardized()
    #expect(isClose(table.means, [0, 0, 0], 1e-15))
    #expect(try isClose(CovarianceMatrix.sample(of: table).standardDeviations, [1, 1, 1], 1e-14))
    #expect(throws: ScenarioError.constantSeries("a")) {
      try ObservationTable(series: ["a"], columns: [[2, 2, 2]]).standardized()
    }
  }

  struct Refused: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let series: [String]
    let rows: [[Double]]
    let wanted: ScenarioError
  }

  @Test(
    "Each table that is none is refused with the reason",
    arguments: [
      Refused(
        testDescription: "no series", series: [], rows: [[], []],
        wanted: .badObservations(found: "no series", wanted: "at least one")),
      Refused(
        testDescription: "a name twice", series: ["a", "a"], rows: [[1, 2], [3, 4]],
        wanted: .badObservations(found: "series 'a' twice", wanted: "each series once, by name")),
      Refused(
        testDescription: "no name", series: ["a", ""], rows: [[1, 2], [3, 4]],
        wanted: .badObservations(found: "a series without a name", wanted: "each series once, by name")),
      Refused(
        testDescription: "a short row", series: ["a", "b"], rows: [[1, 2], [3]],
        wanted: .badObservations(found: "1 numbers in row 1", wanted: "2")),
      Refused(
        testDescription: "one observation", series: ["a"], rows: [[1]],
        wanted: .badObservations(found: "1 observations", wanted: "at least 2")),
      Refused(
        testDescription: "not a number", series: ["a", "b"], rows: [[1, 2], [3, .nan]],
        wanted: .notFinite(series: "b", observation: 1)),
      Refused(
        testDescription: "infinite", series: ["a"], rows: [[.infinity], [3]],
        wanted: .notFinite(series: "a", observation: 0)),
    ])
  func refusals(_ refused: Refused) {
    #expect(throws: refused.wanted) { try ObservationTable(series: refused.series, rows: refused.rows) }
  }

  @Test("Columns of different lengths and a matrix of another width are refused")
  func otherShapes() throws {
    #expect(throws: ScenarioError.badObservations(found: "1 numbers in column 1", wanted: "2")) {
      try ObservationTable(series: ["a", "b"], columns: [[1, 2], [3]])
    }
    #expect(throws: ScenarioError.badObservations(found: "3 columns for 1 names", wanted: "as many")) {
      try ObservationTable(series: ["a"], values: Matrix(rows: 2, columns: 3))
    }
  }
}
