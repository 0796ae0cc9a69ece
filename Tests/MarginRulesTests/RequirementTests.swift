import Basics
import MarginRules
import Testing

@Suite("A requirement is its terms")
struct RequirementTests {
  @Test("the total is the sum of the terms, to the minor unit")
  func sum() throws {
    let usd = try Currency("USD")
    let terms = [
      RequirementTerm("a", input: "", amount: Money(minorUnits: 1_235, currency: usd), source: ""),
      RequirementTerm("b", input: "", amount: Money(minorUnits: -235, currency: usd), source: ""),
    ]
    #expect(try Requirement(.initial, terms: terms, currency: usd).total.minorUnits == 1_000)
  }

  @Test("a sum below zero is lifted by a term of its own")
  func floor() throws {
    let usd = try Currency("USD")
    let terms = [RequirementTerm("a", input: "", amount: Money(minorUnits: -235, currency: usd), source: "")]
    let lifted = try Requirement(.initial, flooredTerms: terms, currency: usd, source: "here")
    #expect(lifted.total.minorUnits == 0)
    #expect(lifted.terms.map(\.name) == ["a", "floor_at_zero"])
    let plain = try Requirement(.initial, terms: terms, currency: usd)
    #expect(plain.total.minorUnits == -235)
  }

  @Test("two currencies do not add")
  func currencies() throws {
    let term = RequirementTerm("a", input: "", amount: .zero(try Currency("BTC")), source: "")
    #expect(throws: MarginRulesError.self) {
      try Requirement(.initial, terms: [term], currency: try Currency("USD"))
    }
  }
}
