public import Basics

/// Closes of one series by day, in the order of time: a price, or the level of a volatility index.
///
/// Days without a close are not there; nothing is filled in. What lies between two neighbours is told by their dates.
public struct PriceHistory: Hashable, Sendable {
  /// As messages name it.
  public let name: String
  /// Ascending, each once.
  public let dates: [CalendarDate]
  /// One for each date, finite and above 0.
  public let closes: [Double]

  /// - Throws: ``ScenarioError``: dates that do not ascend, a close that is not a finite number above 0, no close at all.
  public init(name: String, dates: [CalendarDate], closes: [Double]) throws(ScenarioError) {
    precondition(dates.count == closes.count, "a close for each date")
    guard !dates.isEmpty else { throw .tooFew("closes of \(name)", found: 0, wanted: 1) }
    for (index, date) in dates.enumerated() {
      if index > 0, date <= dates[index - 1] { throw .disorder(series: name, date: date, after: dates[index - 1]) }
      guard closes[index] > 0, closes[index].isFinite else {
        throw .badValue(series: name, date: date, found: "\(closes[index])")
      }
    }
    self.name = name
    self.dates = dates
    self.closes = closes
  }

  public var count: Int { dates.count }

  /// The first so many closes; nil for none of them.
  public func prefix(_ count: Int) -> PriceHistory? {
    try? PriceHistory(
      name: name, dates: Array(dates.prefix(max(0, count))), closes: Array(closes.prefix(max(0, count))))
  }
}
