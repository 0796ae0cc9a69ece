public import Basics
import RealModule

/// Logarithmic changes of all series of a joint history over a horizon, on the same days.
///
/// A change spans `horizon` steps from one common day to another, and no step of it may be longer than the gap allowed:
/// where data are missing nothing is measured. Neighbouring changes overlap by `horizon` - 1 steps, or not at all.
public struct HistoricalReturns: Sendable {
  /// How the days are cut into changes.
  public struct Terms: Hashable, Sendable {
    /// Steps from day to day of the joint history; 1 or more. With a series that trades on weekdays a week is 5.
    public let horizon: Int
    /// Calendar days from one day of the history to the next, beyond which no change is taken across them.
    public let longestGap: Int
    /// True where a change begins on every day; false where one begins where the last ended.
    public let isOverlapping: Bool

    /// - Throws: ``ScenarioError`` `.badParameter`.
    public init(horizon: Int = 1, longestGap: Int, isOverlapping: Bool = true) throws(ScenarioError) {
      guard (1...365).contains(horizon) else {
        throw .badParameter("horizon", found: "\(horizon)", wanted: "1 to 365 days of the history")
      }
      guard (1...366).contains(longestGap) else {
        throw .badParameter("longest gap", found: "\(longestGap)", wanted: "1 to 366 calendar days")
      }
      self.horizon = horizon
      self.longestGap = longestGap
      self.isOverlapping = isOverlapping
    }
  }

  public let terms: Terms
  public let history: JointHistory
  /// Places in the history's dates where each change begins and ends, ascending.
  public let spans: [Range<Int>]
  /// Changes that were left out because a step of theirs is longer than the gap allowed.
  public let skippedCount: Int

  public init(_ history: JointHistory, _ terms: Terms) {
    self.terms = terms
    self.history = history
    let days = history.dates.map(\.daysSinceEpoch)
    var spans: [Range<Int>] = []
    var skipped = 0
    var start = 0
    // The last place from which on no step up to here is too long.
    var unbroken = 0
    var end = 0
    while start + terms.horizon < days.count {
      while end < start + terms.horizon {
        end += 1
        if days[end] - days[end - 1] > terms.longestGap { unbroken = end }
      }
      if unbroken <= start {
        spans.append(start..<end)
        start += terms.isOverlapping ? 1 : terms.horizon
      } else {
        skipped += 1
        // Behind the gap the next series of changes begins.
        start = terms.isOverlapping ? start + 1 : unbroken
      }
    }
    self.spans = spans
    skippedCount = skipped
  }

  public var count: Int { spans.count }

  /// The day on which a change begins, and that on which it is known.
  public func dates(_ index: Int) -> (start: CalendarDate, end: CalendarDate) {
    (history.dates[spans[index].lowerBound], history.dates[spans[index].upperBound])
  }

  /// ln(end / start) of one column over each change.
  public func logarithmic(_ column: [Double]) -> [Double] {
    spans.map { .log(column[$0.upperBound] / column[$0.lowerBound]) }
  }

  /// end - start of one column over each change.
  public func absolute(_ column: [Double]) -> [Double] {
    spans.map { column[$0.upperBound] - column[$0.lowerBound] }
  }

  /// ln of each day's close over the one before, nil for the first day and across a gap: what volatilities are made of.
  public func daily(_ column: [Double]) -> [Double?] {
    let days = history.dates.map(\.daysSinceEpoch)
    return column.indices.map { index in
      index > 0 && days[index] - days[index - 1] <= terms.longestGap
        ? .log(column[index] / column[index - 1]) : nil
    }
  }
}
