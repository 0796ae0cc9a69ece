import Basics
public import Scenarios

/// A file of weights, `scenario,weight`: how probable each scenario is taken to be.
///
/// Scenarios that are left out have no weight. Weights of any sum are taken in proportion.
public struct WeightsFile: Sendable {
  public let weights: ScenarioWeights
  public let warnings: [String]

  /// Reads a file of weights; `-` is standard input.
  ///
  /// - Throws: ``FormatError`` for a file that cannot be read, a missing column, a cell that is no number, a scenario that
  ///   is not there or that stands twice, a negative weight, and where no weight is above 0: a distribution is whole or none.
  public init(_ path: String, of scenarios: ScenarioSet) throws(FormatError) {
    var reader = try CSVReader.open(path)
    let columns = try CSVColumns(reader, required: ["scenario", "weight"], known: ["scenario", "weight"])
    warnings = columns.warnings
    guard let scenario = columns["scenario"], let weight = columns["weight"] else {
      throw .malformed(reader.location(ofColumn: 0), found: "no weights", wanted: "columns scenario and weight")
    }
    var pairs: [(scenario: Int, weight: Double)] = []
    var lines: [Int: Int] = [:]
    while let block = try reader.nextBlock() {
      for row in 0..<block.rowCount {
        func refuse(_ column: Int, _ wanted: String) -> FormatError {
          .malformed(
            block.location(file: reader.file, row: row, column: column),
            found: CellError.quoted(block.text(row: row, column: column)), wanted: wanted)
        }
        let text = block.text(row: row, column: scenario)
        guard let number = Int(text), (0...scenarios.count).contains(number) else {
          throw refuse(scenario, "a scenario from 0 to \(scenarios.count)")
        }
        if let line = lines.updateValue(block.location(file: "", row: row, column: scenario).line, forKey: number) {
          throw refuse(scenario, "each scenario once: it stands in line \(line)")
        }
        guard let value = NumberText.double(block.text(row: row, column: weight)), value >= 0, value.isFinite else {
          throw refuse(weight, "a weight of 0 or more")
        }
        pairs.append((number, value))
      }
    }
    do { weights = try ScenarioWeights(pairs, of: scenarios) } catch {
      guard case .badWeight(let found, let wanted) = error else {
        throw .malformed(reader.location(ofColumn: 0), found: error.description, wanted: "weights")
      }
      throw .malformed(reader.location(ofColumn: scenario), found: found, wanted: wanted)
    }
  }
}
