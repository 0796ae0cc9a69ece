import Foundation
import Scenarios
import Testing

@testable import Formats

@Suite("Weights file")
struct WeightsFileTests {
  /// Scenarios 0 to 6.
  static func grid() throws -> ScenarioGrid {
    try ScenarioGrid(spotShifts: [-0.1, 0, 0.1], volatilityShifts: [0, 0.1])
  }

  private func read(_ bytes: [UInt8]) throws -> WeightsFile {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
      try WeightsFile(folder.file(bytes, named: "w.csv"), of: .grid(try Self.grid()))
    }
  }

  private func read(_ text: String) throws -> WeightsFile { try read(Array(text.utf8)) }

  /// What a refused file is told, without the folder's name.
  private func refusal(_ text: String) -> String? {
    do {
      _ = try read(text)
      return nil
    } catch {
      let message = "\(error)"
      guard let name = message.range(of: "/w.csv") else { return message }
      return String(message[name.upperBound...])
    }
  }

  @Test("Weights of any sum become probabilities; scenarios left out or of no weight have none")
  func reads() throws {
    let file = try read("scenario,weight\n0,1\n6,3\n2,0\n3,4\n")
    #expect(file.weights.scenarios == [0, 3, 6] && file.weights.probabilities == [0.125, 0.5, 0.375])
    #expect(file.warnings.isEmpty)
  }

  static let sameFiles: [(name: String, bytes: [UInt8])] = [
    ("plain", Array("scenario,weight\n1,1\n4,2.5e-1\n".utf8)),
    ("a leading mark of byte order", [0xEF, 0xBB, 0xBF] + Array("scenario,weight\n1,1\n4,0.25\n".utf8)),
    ("carriage returns", Array("scenario,weight\r\n1,1\r\n4,0.25\r\n".utf8)),
    ("no last newline", Array("scenario,weight\n1,1\n4,0.25".utf8)),
    ("columns the other way", Array("weight,scenario\n1,1\n0.25,4\n".utf8)),
    ("rows the other way", Array("scenario,weight\n4,0.25\n1,1\n".utf8)),
    ("quotes", Array("\"scenario\",\"weight\"\n\"1\",1\n4,\"0.25\"\n".utf8)),
    ("larger weights", Array("scenario,weight\n1,4e300\n4,1e300\n".utf8)),
  ]

  @Test("The same weights in other clothes", arguments: sameFiles)
  func clothes(_ file: (name: String, bytes: [UInt8])) throws {
    let found = try read(file.bytes).weights
    #expect(found.scenarios == [1, 4] && found.probabilities == [0.8, 0.2], "\(file.name)")
  }

  @Test("An unknown column is a warning by its place, and is not read")
  func unknownColumn() throws {
    let file = try read("scenario,note,weight\n1,history,1\n")
    #expect(file.weights.scenarios == [1] && file.warnings.count == 1)
    #expect(
      file.warnings.first?.hasSuffix(
        "w.csv:1:10: warning: found column 'note', wanted one of scenario, weight; it is not read") == true)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let row: String
    let place: String
    let message: String
    var testDescription: String { row }
  }

  static let refusals = [
    Refusal(row: "x,1", place: "3:1", message: "found 'x', wanted a scenario from 0 to 6"),
    Refusal(row: ",1", place: "3:1", message: "found an empty cell, wanted a scenario from 0 to 6"),
    Refusal(row: "7,1", place: "3:1", message: "found '7', wanted a scenario from 0 to 6"),
    Refusal(row: "-1,1", place: "3:1", message: "found '-1', wanted a scenario from 0 to 6"),
    Refusal(row: "2.0,1", place: "3:1", message: "found '2.0', wanted a scenario from 0 to 6"),
    Refusal(
      row: "99999999999999999999,1", place: "3:1",
      message: "found '99999999999999999999', wanted a scenario from 0 to 6"),
    Refusal(row: "1,1", place: "3:1", message: "found '1', wanted each scenario once: it stands in line 2"),
    Refusal(row: "01,1", place: "3:1", message: "found '01', wanted each scenario once: it stands in line 2"),
    Refusal(row: "2,-0.5", place: "3:3", message: "found '-0.5', wanted a weight of 0 or more"),
    Refusal(row: "2,nan", place: "3:3", message: "found 'nan', wanted a weight of 0 or more"),
    Refusal(row: "2,inf", place: "3:3", message: "found 'inf', wanted a weight of 0 or more"),
    Refusal(row: "2,1e999", place: "3:3", message: "found '1e999', wanted a weight of 0 or more"),
    Refusal(row: "2,much", place: "3:3", message: "found 'much', wanted a weight of 0 or more"),
    Refusal(row: "2,10%", place: "3:3", message: "found '10%', wanted a weight of 0 or more"),
    Refusal(row: "2,", place: "3:3", message: "found an empty cell, wanted a weight of 0 or more"),
    Refusal(row: "2", place: "3:2", message: "found a row of 1 cell, wanted 2, as many as the header has"),
  ]

  @Test("One wrong cell refuses the file by line and column: a distribution is whole or none", arguments: refusals)
  func refused(_ refusal: Refusal) throws {
    let text = "scenario,weight\n1,1\n\(refusal.row)\n3,1\n"
    #expect(self.refusal(text) == ":\(refusal.place): error: \(refusal.message)")
  }

  @Test("Without a weight above 0, and beyond any sum, there is no distribution")
  func noDistribution() {
    #expect(
      refusal("scenario,weight\n1,0\n2,0\n")?.hasSuffix("found weights that sum to 0.0, wanted a finite sum above 0")
        == true)
    #expect(
      refusal("scenario,weight\n")?.hasSuffix("found weights that sum to 0.0, wanted a finite sum above 0") == true)
    #expect(
      refusal("scenario,weight\n1,1e308\n2,1e308\n")?.hasSuffix(
        "found weights that sum to inf, wanted a finite sum above 0") == true)
  }

  @Test("A file without one of the columns, without anything, or that is not there")
  func wholeFile() {
    #expect(refusal("scenario\n1\n") == ":1:1: error: found columns 'scenario', wanted a column 'weight' among them")
    #expect(refusal("weight\n1\n") == ":1:1: error: found columns 'weight', wanted a column 'scenario' among them")
    #expect(refusal("scenario,weight,weight\n1,1,1\n")?.contains("found column 'weight' twice") == true)
    #expect(refusal("") == ":1:1: error: found an empty file, wanted a header and rows")
    #expect(throws: FormatError.self) { try WeightsFile("/nowhere/w.csv", of: .grid(try Self.grid())) }
  }
}
