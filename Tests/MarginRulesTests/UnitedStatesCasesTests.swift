import Foundation
import TestSupport
import Testing

@testable import MarginRules

@Suite("Stated figures of the US strategy rules")
struct UnitedStatesCasesTests {
  static func cases(_ name: String) throws -> [RuleCase] {
    struct File: Decodable { let cases: [RuleCase] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(File.self, from: Data(Fixture("UnitedStates/\(name)").text.utf8)).cases
  }

  @Test(
    "Cboe's table, a margin estimator's figures and the worked examples are met within what they print",
    arguments: try cases("cboe.json") + cases("margin-estimator.json") + cases("theory.json"))
  func stated(_ example: RuleCase) throws { try VenueCasesTests().stated(example) }

  @Test("A broker's figures in Lean's tests are met within Lean's own tolerance", arguments: try cases("lean.json"))
  func lean(_ example: RuleCase) throws { try VenueCasesTests().stated(example) }

  @Test("The fixtures hold what they say")
  func counts() throws {
    #expect(try Self.cases("cboe.json").count == 11)
    #expect(try Self.cases("margin-estimator.json").count == 45)
    #expect(try Self.cases("lean.json").count == 42)
    #expect(try Self.cases("theory.json").count == 7)
  }
}
