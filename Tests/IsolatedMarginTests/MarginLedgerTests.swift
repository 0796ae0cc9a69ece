import Basics
import IsolatedMargin
import Testing

@Suite("The margin ledger")
struct MarginLedgerTests {
  @Test("Of several instructions at once all are carried out, or none")
  func allOrNone() throws {
    var desk = try Desk(try Sample.terms(), free: "100")
    let before = desk.ledger
    let deposit = Instruction(id: "in", time: desk.time, .deposit(owner: "ann", usd("50")))
    let topUp = Instruction(id: "up", time: desk.time, .box("box", .topUp(usd("150.01"))))
    #expect(throws: AccountRefusal.self) { try desk.ledger.apply(all: [deposit, topUp]) }
    #expect(desk.ledger == before)
    // The refused ids are free again, and what was answered before a refusal stays answered.
    try desk.ledger.apply(deposit)
    let known = desk.ledger
    #expect(throws: AccountRefusal.self) { try desk.ledger.apply(all: [deposit, topUp]) }
    #expect(desk.ledger == known)
    let less = Instruction(id: "up", time: desk.time, .box("box", .topUp(usd("150"))))
    let outcomes = try desk.ledger.apply(all: [deposit, less])
    #expect(outcomes.count == 2 && desk.balance(.free(owner: "ann")) == "0.00")
    #expect(desk.ledger.answerCount == before.answerCount + 2)
  }
}
