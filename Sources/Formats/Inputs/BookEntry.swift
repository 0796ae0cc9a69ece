public import Instruments
public import Pricing

/// One strategy of a book: what its rows say, or what is wrong with them.
public struct BookEntry: Sendable {
  public let name: String
  /// The line of its first row.
  public let line: Int
  /// What its first legal settlement cell says; nil where there is none.
  public let settlement: Settlement?
  /// What the `account` cell of its first row says; empty where there is none.
  public let account: String
  /// What a later row says in its place: a strategy belongs to one account.
  public let otherAccount: String?
  /// Nil where a row is wrong.
  public let strategy: FilledStrategy?
  /// The first errors, at most ``errorLimit``.
  public let errors: [RowError]
  public let errorCount: Int

  /// The most errors kept of one strategy.
  public static let errorLimit = 10

  /// The `detail` of an invalid strategy.
  public var detail: String {
    guard let first = errors.first else { return "" }
    return errorCount > 1 ? "\(first.detail); \(errorCount - 1) more" : first.detail
  }

  /// The error of a strategy whose rows are right and which something behind the book refuses: a market that lacks it.
  func refusal(_ message: String) -> RowError {
    RowError(line: line, byteColumn: 1, column: "strategy", message: message)
  }

  /// The same strategy as one that is wrong, for the reason given.
  func refused(_ message: String) -> BookEntry {
    BookEntry(
      name: name, line: line, settlement: settlement, account: account, otherAccount: otherAccount, strategy: nil,
      errors: [refusal(message)], errorCount: 1)
  }
}

/// A strategy while its rows are read.
struct BookEntryDraft {
  let name: String
  let line: Int
  private var settlement: Settlement?
  private var account: String?
  private var otherAccount: String?
  private var first: BookRow?
  private var legs: [FilledLeg] = []
  private var legCount = 0
  private var errors: [RowError] = []
  private var errorCount = 0
  private var surplus: RowError?

  init(name: String, line: Int) {
    self.name = name
    self.line = line
  }

  mutating func fail(_ error: RowError) {
    errorCount += 1
    if errors.count < BookEntry.errorLimit { errors.append(error) }
  }

  mutating func add(_ block: CSVBlock, _ row: Int, _ columns: BookColumns, _ reader: inout BookRowReader) {
    legCount += 1
    func error(_ column: Int?, _ name: String, _ message: String) -> RowError {
      block.error(row: row, column: column ?? columns.strategy, name: name, CellError(message))
    }
    guard legCount <= Strategy.legLimit else {
      surplus = surplus ?? error(columns.strategy, "strategy", "")
      return
    }
    if settlement == nil { settlement = reader.settlement(block, row) }
    note(account: reader.account(block, row))
    let leg: BookRow
    do { leg = try reader.read(block, row) } catch { return fail(error) }
    guard let first else {
      first = leg
      legs = [leg.leg]
      return
    }
    if leg.settlement != first.settlement {
      fail(
        error(
          columns.settlement, "settlement",
          "found \(leg.settlement.rawValue) beside \(first.settlement.rawValue), wanted one settlement a strategy"))
    } else if leg.currency != first.currency {
      fail(
        error(
          columns.currency, "currency", "found \(leg.currency) beside \(first.currency), wanted one currency a strategy"
        )
      )
    } else {
      legs.append(leg.leg)
    }
  }

  private mutating func note(account name: String) {
    if let account {
      if otherAccount == nil, name != account { otherAccount = name }
    } else {
      account = name
    }
  }

  consuming func entry() -> BookEntry {
    if let surplus {
      fail(
        RowError(
          line: surplus.line, byteColumn: surplus.byteColumn, column: "strategy",
          message: InstrumentError.tooManyLegs(legCount).description))
    }
    var strategy: FilledStrategy?
    if errors.isEmpty, let first {
      do {
        strategy = try FilledStrategy(
          name: name, settlement: first.settlement, currency: first.currency, legs: legs)
      } catch {
        fail(RowError(line: line, byteColumn: 1, column: "strategy", message: error.description))
      }
    }
    return BookEntry(
      name: name, line: line, settlement: settlement, account: account ?? "", otherAccount: otherAccount,
      strategy: strategy, errors: errors, errorCount: errorCount)
  }
}
