public import Basics

/// Histories of several underlyings on the days that all of them have.
///
/// Series are joined on their dates and on nothing else: what happened on one day is taken together, and a day on which one
/// of them did not trade is left out of all. How many were left out is told.
public struct JointHistory: Sendable {
  /// What is known of one underlying.
  public struct Input: Sendable {
    public let underlying: String
    public let prices: PriceHistory
    /// The level of its volatility index in percent a year, as VIX is published; nil where there is none.
    public let volatilityIndex: PriceHistory?

    public init(underlying: String, prices: PriceHistory, volatilityIndex: PriceHistory? = nil) {
      self.underlying = underlying
      self.prices = prices
      self.volatilityIndex = volatilityIndex
    }
  }

  /// In the order in which they were given.
  public let underlyings: [String]
  /// The common days, ascending.
  public let dates: [CalendarDate]
  /// Shape [underlying][date].
  public let prices: [[Double]]
  /// Shape [underlying][date], in percent; nil for an underlying without an index.
  public let volatilityIndices: [[Double]?]
  /// By series, in their order, how many of its days are not common to all.
  public let dropped: [(series: String, count: Int)]

  /// - Throws: ``ScenarioError``: no history, two of one underlying, fewer than two common days.
  public init(_ inputs: [Input]) throws(ScenarioError) {
    guard let first = inputs.first else { throw .missing("any underlying", known: []) }
    var seen: Set<String> = []
    for input in inputs where !seen.insert(input.underlying).inserted { throw .duplicate(input.underlying) }
    let series = inputs.flatMap { input in [input.prices] + (input.volatilityIndex.map { [$0] } ?? []) }
    var common = Set(first.prices.dates)
    for history in series { common.formIntersection(history.dates) }
    guard common.count >= 2 else { throw .tooFew("days that all histories have", found: common.count, wanted: 2) }
    func joined(_ history: PriceHistory) -> [Double] {
      zip(history.dates, history.closes).filter { common.contains($0.0) }.map(\.1)
    }
    underlyings = inputs.map(\.underlying)
    dates = common.sorted()
    prices = inputs.map { joined($0.prices) }
    volatilityIndices = inputs.map { $0.volatilityIndex.map(joined) }
    dropped = series.map { ($0.name, $0.count - common.count) }
  }

  /// The gap, in calendar days, beyond which a return is not taken where nobody states one: 1 where there are weekends, else 5.
  public var usualGap: Int { UsualGap.days(of: dates) }
}
