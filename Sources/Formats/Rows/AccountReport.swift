public import Basics
import Instruments
public import IsolatedMargin

/// What stands around the box of a script.
public struct AccountSettings: Sendable {
  public let terms: BoxTerms
  /// The owner's free balance at the beginning; nil where nothing is said of one.
  public let free: Money?
  public let insurance: Money
  public let insuranceFloor: Money
  public let claims: [CounterpartyClaim]
  public let order: DeleveragingOrder

  public init(
    terms: BoxTerms, free: Money?, insurance: Money, insuranceFloor: Money, claims: [CounterpartyClaim],
    order: DeleveragingOrder
  ) {
    self.terms = terms
    self.free = free
    self.insurance = insurance
    self.insuranceFloor = insuranceFloor
    self.claims = claims
    self.order = order
  }
}

/// Runs an account script and writes what each command did: its state and figures, a row for each posting.
public struct AccountReport: Sendable {
  public enum Format: String, CaseIterable, Sendable {
    case csv
    case json
  }

  public static let columns = [
    "seq", "state", "cash", "equity", "requirement", "posting_account", "debit", "credit", "status", "detail",
  ]

  /// What a command came to; the raw values are the words of the `status` column.
  public enum Status: String, Sendable {
    case ok
    /// The state or the figures did not allow it; nothing has changed.
    case refused
    case invalid
  }

  private let settings: AccountSettings

  public init(_ settings: AccountSettings) { self.settings = settings }

  /// Reads the script to its end and writes header and rows.
  ///
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  public func write(
    _ script: inout AccountScriptReader, as format: Format, to sink: inout OutputSink,
    progress: ProgressObserver = { _, _ in }
  ) throws(FormatError) -> ReportSummary {
    var desk = try ScriptDesk(settings, file: script.file)
    var summary = ReportSummary()
    var writer = CSVWriter()
    var objects: [JSONValue] = []
    if format == .csv { writer.row(AccountReport.columns) }
    while let entry = try script.next() {
      let line = desk.answer(entry)
      summary.rowCount += 1
      if line.status == .invalid {
        summary.invalidCount += 1
        summary.add(entry.errors, count: entry.errors.count)
      }
      switch format {
      case .csv:
        AccountReport.rows(line, &writer)
        try sink.write(writer)
        writer.removeAll()
      case .json: objects.append(AccountReport.object(line))
      }
      progress(script.rowsRead, script.rowCount)
    }
    switch format {
    case .csv: try sink.write(writer)
    case .json: try sink.write(JSONText.text(.array(objects)))
    }
    return summary
  }

  private static func rows(_ line: AccountReportLine, _ writer: inout CSVWriter) {
    // A command that moves nothing still has a row.
    let postings: [Posting?] = line.postings.isEmpty ? [nil] : line.postings
    for (index, posting) in postings.enumerated() {
      writer.cell(line.seq)
      writer.cell(line.state?.rawValue)
      writer.cell(line.figures?.cash)
      writer.cell(line.figures?.equity)
      writer.cell(line.figures?.requirement)
      writer.cell(posting?.account.name)
      writer.cell(posting?.debit)
      writer.cell(posting?.credit)
      writer.cell(line.status.rawValue)
      writer.cell(index == 0 ? line.detail : "")
      writer.endRow()
    }
  }

  private static func object(_ line: AccountReportLine) -> JSONValue {
    .object([
      ("seq", .string(line.seq)), ("state", .text(line.state?.rawValue)), ("cash", .text(line.figures?.cash.text)),
      ("equity", .text(line.figures?.equity.text)), ("requirement", .text(line.figures?.requirement.text)),
      (
        "postings",
        .array(
          line.postings.map {
            .object([
              ("sequence", .integer($0.sequence)), ("account", .string($0.account.name)),
              ("debit", .string($0.debit.text)), ("credit", .string($0.credit.text)),
            ])
          })
      ), ("status", .string(line.status.rawValue)), ("detail", .string(line.detail)),
    ])
  }
}

/// What one command came to.
struct AccountReportLine {
  let seq: String
  /// Nil for a command that could not be read.
  var state: BoxState?
  var figures: BoxFigures?
  var postings: [Posting] = []
  let status: AccountReport.Status
  let detail: String
}

/// A ledger with one owner and one box, as a script speaks of it.
private struct ScriptDesk {
  private static let owner = "owner"
  private static let boxID = "box"
  private var ledger: MarginLedger
  /// A script that says nothing of a free balance pays what it posts from outside.
  private var hasFreeBalance: Bool

  init(_ settings: AccountSettings, file: String) throws(FormatError) {
    hasFreeBalance = settings.free != nil
    do throws(AccountRefusal) {
      ledger = try MarginLedger(floors: [settings.insuranceFloor], claims: settings.claims, order: settings.order)
      let begin = Instant(secondsSinceEpoch: 0)
      var commands = [LedgerCommand.makeBox(id: Self.boxID, owner: Self.owner, settings.terms)]
      if let free = settings.free, free.minorUnits > 0 { commands.append(.deposit(owner: Self.owner, free)) }
      if settings.insurance.minorUnits > 0 { commands.append(.insure(settings.insurance)) }
      for (index, command) in commands.enumerated() {
        try ledger.apply(Instruction(id: "begin \(index)", time: begin, command))
      }
    } catch { throw .refused(SourceLocation(file: file, line: 1, column: 1), error.description) }
  }

  mutating func answer(_ entry: AccountScriptEntry) -> AccountReportLine {
    guard let request = entry.request else {
      return AccountReportLine(seq: entry.seq, status: .invalid, detail: entry.detail)
    }
    do throws(AccountRefusal) {
      let (box, postings, words) = try apply(request)
      return AccountReportLine(
        seq: entry.seq, state: box?.state, figures: try? box?.figures(), postings: postings, status: .ok,
        detail: words.joined(separator: "; "))
    } catch {
      let box = ledger[box: Self.boxID]
      return AccountReportLine(
        seq: entry.seq, state: box?.state, figures: try? box?.figures(), status: .refused, detail: error.description)
    }
  }

  private typealias Applied = (box: IsolatedAccount?, postings: [Posting], words: [String])

  private mutating func apply(_ request: AccountRequest) throws(AccountRefusal) -> Applied {
    var instructions: [Instruction] = []
    let command: LedgerCommand
    switch request.action {
    case .deposit(let amount): command = .deposit(owner: Self.owner, amount)
    case .payOut(let amount): command = .payOut(owner: Self.owner, amount)
    case .box(let boxCommand):
      command = .box(Self.boxID, boxCommand)
      if !hasFreeBalance, let amount = boxCommand.posts {
        let deposit = LedgerCommand.deposit(owner: Self.owner, amount)
        instructions.append(Instruction(id: "\(request.seq) from outside", time: request.time, deposit))
      }
    }
    instructions.append(Instruction(id: request.seq, time: request.time, command))
    let isRepeated = ledger.hasAnswered(request.seq)
    let outcomes = try ledger.apply(all: instructions)
    if case .deposit = request.action { hasFreeBalance = true }
    guard let outcome = outcomes.last else { return (ledger[box: Self.boxID], [], []) }
    // The same rows again are the same answer, and no second movement of money.
    let words =
      (isRepeated ? ["repeated: answered before, nothing moves again"] : []) + outcome.notes.map(\.description)
      + (outcome.waterfall.map { [$0.description] } ?? [])
    return (outcome.box ?? ledger[box: Self.boxID], outcomes.flatMap(\.postings), words)
  }
}

extension BoxCommand {
  /// A stated amount above 0 that goes from the free balance into the box.
  fileprivate var posts: Money? {
    switch self {
    case .topUp(let amount), .open(_, margin: .amount(let amount)): return amount.minorUnits > 0 ? amount : nil
    default: return nil
    }
  }
}
