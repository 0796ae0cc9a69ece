/// What a report says beside its rows: for standard error and the exit code.
public struct ReportSummary: Sendable {
  /// Rows written, the header not counted.
  public internal(set) var rowCount = 0
  /// Rows written as `invalid`.
  public internal(set) var invalidCount = 0
  /// The first errors of the input, in its order, at most ``errorLimit``.
  public internal(set) var errors: [RowError] = []
  /// Errors of the input, those not kept among them.
  public internal(set) var errorCount = 0
  /// Strategies that breach a limit.
  public internal(set) var breachCount = 0
  /// The first breach, in words.
  public internal(set) var firstBreach: String?

  /// Strategies without the answer that a limit is about: neither breached nor held.
  public internal(set) var uncheckedCount = 0

  /// Lines for standard error: totals of what the rows say.
  public internal(set) var notes: [String] = []

  /// The most errors kept.
  public static let errorLimit = 20

  public init() {}

  mutating func add(_ errors: [RowError], count: Int) {
    errorCount += count
    self.errors += errors.prefix(ReportSummary.errorLimit - self.errors.count)
  }

  /// Adds what comes behind in the output.
  mutating func add(_ next: ReportSummary) {
    rowCount += next.rowCount
    invalidCount += next.invalidCount
    add(next.errors, count: next.errorCount)
    breachCount += next.breachCount
    uncheckedCount += next.uncheckedCount
    firstBreach = firstBreach ?? next.firstBreach
    notes += next.notes
  }
}

/// Told from time to time how much of a work is done: units done, units in all.
public typealias ProgressObserver = (_ done: Int, _ total: Int) -> Void
