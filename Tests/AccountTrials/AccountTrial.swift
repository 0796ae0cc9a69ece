import Basics
public import IsolatedMargin
import TestSupport

/// A random life of a small market, audited after every command, and the shortest one that fails where one does.
public enum AccountTrial {
  /// What lives have reached, so that a reader sees that they went somewhere.
  public struct Tally: Sendable, CustomStringConvertible {
    public private(set) var states: [BoxState: Int] = [:]
    public private(set) var commands: [BoxCommand.Kind: Int] = [:]
    public private(set) var asked = 0
    public private(set) var shortfalls = 0
    /// Funding beyond the cash, and margin that a box drew by itself.
    public private(set) var carried = 0
    public private(set) var drawn = 0

    public init() {}

    mutating func add(_ instruction: Instruction, _ answer: Result<Outcome, AccountRefusal>) {
      asked += 1
      guard case .success(let outcome) = answer, let box = outcome.box, case .box(_, let command) = instruction.command
      else { return }
      states[box.state, default: 0] += 1
      commands[command.kind, default: 0] += 1
      if outcome.waterfall != nil { shortfalls += 1 }
      for note in outcome.notes {
        switch note {
        case .carried: carried += 1
        case .autoAdded: drawn += 1
        default: break
        }
      }
    }

    public var description: String {
      "\(asked) commands; states \(Self.text(states)); applied \(Self.text(commands)); \(shortfalls) shortfalls, "
        + "\(carried) carried, \(drawn) drawn"
    }

    private static func text(_ counts: [some RawRepresentable<String>: Int]) -> String {
      counts.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
    }
  }

  /// Lives the life of a seed.
  ///
  /// - Returns: nil where everything holds; else what does not, and the least commands that show it.
  public static func failure(
    seed: UInt64, commands: Int, in fresh: MarginLedger, tally: inout Tally
  ) -> String? {
    let instructions = RandomInstructions.instructions(seed: seed, count: commands)
    guard let first = firstFailure(of: instructions, fresh, &tally) else { return nil }
    var unused = Tally()
    let least = Shrinking.minimal(
      instructions, simpler: { $0.simpler }, fails: { firstFailure(of: $0, fresh, &unused) != nil })
    let story = least.map { "  \($0.time) \($0.id): \($0.command)" }.joined(separator: "\n")
    let reason = firstFailure(of: least, fresh, &unused) ?? first
    return "seed \(seed): \(reason)\nafter \(least.count) of \(commands) commands:\n\(story)"
  }

  private static func firstFailure(
    of instructions: [Instruction], _ fresh: MarginLedger, _ tally: inout Tally
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
      } else if case .success(let outcome) = answer {
        answers[instruction.id] = (instruction, outcome)
      }
      tally.add(instruction, answer)
    }
    // Every id, long after: the same answer, and nothing changes.
    let end = ledger
    for (id, known) in answers {
      guard (try? ledger.apply(known.instruction)) == known.outcome else { return "id \(id) answers otherwise now" }
    }
    return ledger == end ? nil : "replays changed the ledger"
  }
}
