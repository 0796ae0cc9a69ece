import Basics
import IsolatedMargin
import Pricing
import Testing

@Suite("The payoff at a settlement price")
struct SettlementValueTests {
  @Test(
    "What is left of a vault's collateral is the collateral and the payoff at the settlement price, in its currency")
  func vaults() throws {
    let book = try Books.book("settlement-opyn")
    #expect(book.count == 115)
    for (strategy, expected) in book {
      let payoff = Payoff(of: strategy.legs, settlement: strategy.settlement)
      let price = try ExactAmount(parsing: expected["settlement_price"] ?? "")
      let value = try #require(payoff.value(at: price), "\(strategy.name)")
      let excess = try ExactAmount(parsing: expected["collateral"] ?? "") + value
      let stated = try ExactAmount(parsing: expected["excess"] ?? "")
      let tolerance = try ExactAmount(parsing: expected["tolerance"] ?? "")
      #expect((excess - stated).magnitude <= tolerance, "\(strategy.name): found \(excess), stated \(stated)")
    }
  }
}
