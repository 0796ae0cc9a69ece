import AccountTrials
import IsolatedMargin
import TestSupport
import Testing

/// A thousand lives of 200 commands, a quarter at a time; `Scripts/check-accounts` lives many more.
@Suite("Random lives of boxes")
struct RandomLedgerTests {
  @Test(
    "Nothing that must hold is broken, whatever is asked, and the lives go everywhere",
    arguments: 0..<4 as Range<UInt64>)
  func lives(quarter: UInt64) throws {
    let fresh = try RandomInstructions.ledger()
    var tally = AccountTrial.Tally()
    for seed in (1 + quarter * 250)...(250 + quarter * 250) {
      if let failure = AccountTrial.failure(seed: seed, commands: 200, in: fresh, tally: &tally) {
        Issue.record("\(failure)")
        return
      }
    }
    // A generator that never gets anywhere proves nothing.
    for state in BoxState.allCases { #expect(tally.states[state, default: 0] > 0, "\(state)") }
    // The rule that draws margin acts at marks; the command of its own name has its moment in a test of its own.
    for kind in BoxCommand.Kind.allCases where kind != .autoAdd {
      #expect(tally.commands[kind, default: 0] > 0, "\(kind)")
    }
    #expect(tally.shortfalls > 0 && tally.carried > 0 && tally.drawn > 0)
  }
}

@Suite("Shrinking")
struct ShrinkingTests {
  @Test("What is left is the least that fails, in its simplest form")
  func least() {
    let found = Shrinking.minimal(
      Array(1...100), simpler: { $0 > 50 ? [$0 - 1] : [] }, fails: { $0.contains { $0 >= 60 } && $0.contains(7) })
    #expect(found == [7, 60])
    #expect(Shrinking.minimal([1, 2, 3], fails: { _ in true }).isEmpty)
  }
}
