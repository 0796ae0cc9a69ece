public import Analysis

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

  /// Strategies that lose more in a scenario than their maximum loss.
  public internal(set) var beyondCount = 0
  /// The first of them, in words.
  public internal(set) var firstBeyond: String?

  /// Lines for standard error: totals of what the rows say.
  public internal(set) var notes: [String] = []

  /// The most errors kept.
  public static let errorLimit = 20

  public init() {}

  mutating func add(_ errors: [RowError], count: Int) {
    errorCount += count
    self.errors += errors.prefix(ReportSummary.errorLimit - self.errors.count)
  }

  /// - Parameter scenario: How the report calls the scenario.
  mutating func add(_ beyond: LossBeyondMaximum, of name: String, scenario: String) {
    beyondCount += 1
    firstBeyond = firstBeyond ?? beyond.words(name, scenario: scenario)
  }

  /// Adds what comes behind in the output.
  mutating func add(_ next: ReportSummary) {
    rowCount += next.rowCount
    invalidCount += next.invalidCount
    add(next.errors, count: next.errorCount)
    breachCount += next.breachCount
    uncheckedCount += next.uncheckedCount
    firstBreach = firstBreach ?? next.firstBreach
    beyondCount += next.beyondCount
    firstBeyond = firstBeyond ?? next.firstBeyond
    notes += next.notes
  }
}

/// Told from time to time how much of a work is done: units done, units in all.
public typealias ProgressObserver = (_ done: Int, _ total: Int) -> Void

extension LossBeyondMaximum {
  /// `condor: scenario 12 loses 120.5, more than the maximum loss of 100 at expiry: ...`
  public func words(_ name: String, scenario: String) -> String {
    func amount(_ value: Double) -> String { FigureText.fixed(value, value.magnitude >= 1e6 ? 0 : 6) }
    return
      "\(name): scenario \(scenario) loses \(amount(loss)), more than its maximum loss of \(amount(bound)): "
      + reason
  }
}
