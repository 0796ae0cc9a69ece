import Basics
import Foundation
import Instruments
import IsolatedMargin
import TestSupport
import Testing

/// Random lives of a small market, audited after every command.
///
/// `Scripts/check-accounts` runs many more of them than a test may take time for.
@Suite("Random lives of boxes")
struct RandomLedgerTests {
  static let commands = 200
  private static let environment = ProcessInfo.processInfo.environment
  static let runs = environment["BULKHEAD_ACCOUNT_RUNS"].flatMap { Int($0) } ?? 80
  static let firstSeed = environment["BULKHEAD_ACCOUNT_SEED"].flatMap { UInt64($0) } ?? 1

  @Test("Nothing that must hold is broken, whatever is asked")
  func lives() throws {
    let fresh = try RandomInstructions.ledger()
    var reached: [BoxState: Int] = [:]
    var allowed: [BoxCommand.Kind: Int] = [:]
    var (shortfalls, carried, drawn) = (0, 0, 0)
    for seed in Self.firstSeed..<(Self.firstSeed + UInt64(Self.runs)) {
      let instructions = RandomInstructions.instructions(seed: seed, count: Self.commands)
      let failure = Self.firstFailure(of: instructions, fresh) { instruction, outcome in
        guard let box = outcome.box, case .box(_, let command) = instruction.command else { return }
        reached[box.state, default: 0] += 1
        allowed[command.kind, default: 0] += 1
        if outcome.waterfall != nil { shortfalls += 1 }
        if outcome.notes.contains(where: { if case .autoAdded = $0 { true } else { false } }) { drawn += 1 }
        if outcome.notes.contains(where: { if case .carried = $0 { true } else { false } }) { carried += 1 }
      }
      guard let failure else { continue }
      let least = Shrinking.minimal(instructions, simpler: { $0.simpler }) { Self.firstFailure(of: $0, fresh) != nil }
      let story = least.map { "  \($0.time) \($0.id): \($0.command)" }.joined(separator: "\n")
      let reason = Self.firstFailure(of: least, fresh) ?? failure
      Issue.record("seed \(seed): \(reason)\nafter \(least.count) commands:\n\(story)")
      return
    }
    print(
      "\(Self.runs) runs of \(Self.commands) commands from seed \(Self.firstSeed): states \(Self.text(reached)); "
        + "commands \(Self.text(allowed)); \(shortfalls) shortfalls, \(carried) carried, \(drawn) drawn")
    // A generator that never gets anywhere proves nothing.
    guard Self.runs >= 80 else { return }
    for state in BoxState.allCases where state != .expiring { #expect(reached[state, default: 0] > 0, "\(state)") }
    for kind in BoxCommand.Kind.allCases where kind != .autoAdd { #expect(allowed[kind, default: 0] > 0, "\(kind)") }
    #expect(shortfalls > 0 && carried > 0 && drawn > 0)
  }

  private static func text(_ counts: [some RawRepresentable<String>: Int]) -> String {
    counts.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
  }

  /// The first thing that does not hold; nil where everything does.
  private static func firstFailure(
    of instructions: [Instruction], _ fresh: MarginLedger, seen: (Instruction, Outcome) -> Void = { _, _ in }
  ) -> String? {
    var ledger = fresh
    var answers: [String: (instruction: Instruction, outcome: Outcome)] = [:]
    for instruction in instructions {
      let audit = LedgerAudit(before: ledger)
      let preview = Result { () throws(AccountRefusal) in try ledger.preview(instruction) }
      let answer: Result<Outcome, AccountRefusal>
      do throws(AccountRefusal) { answer = .success(try ledger.apply(instruction)) } catch { answer = .failure(error) }
      guard preview == answer else { return "preview \(preview), result \(answer) of \(instruction)" }
      let violations = audit.violations(of: instruction, answer: answer, after: ledger)
      guard violations.isEmpty else { return "\(violations) at \(instruction)" }
      if let known = answers[instruction.id] {
        let wanted: Result<Outcome, AccountRefusal> =
          known.instruction == instruction ? .success(known.outcome) : .failure(.idReused(instruction.id))
        guard answer == wanted else { return "id \(instruction.id) answered \(answer)" }
      }
      if case .success(let outcome) = answer {
        if answers[instruction.id] == nil { answers[instruction.id] = (instruction, outcome) }
        seen(instruction, outcome)
      }
    }
    // Every id, long after: the same answer, and nothing changes.
    let end = LedgerAudit(before: ledger)
    for (id, known) in answers {
      guard (try? ledger.apply(known.instruction)) == known.outcome else { return "id \(id) answers otherwise now" }
    }
    guard let last = instructions.last else { return nil }
    let violations = end.violations(of: last, answer: .failure(.unknownBox("")), after: ledger)
    return violations.isEmpty ? nil : "replays changed the ledger: \(violations)"
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
