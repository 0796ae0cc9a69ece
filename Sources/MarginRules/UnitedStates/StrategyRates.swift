import Basics

/// The numbers of the US strategy rules, read from a rulebook.
struct StrategyRates: Sendable {
  /// What a broker may lend in.
  enum Account: String, CaseIterable, Sendable {
    case margin
    /// Everything is paid in full or secured by cash; no shares are sold short.
    case cash
  }

  /// What secures a call sold in a cash account.
  enum CashCall: String, CaseIterable, Sendable {
    /// The price of what would have to be delivered.
    case underlying
    /// The exercise value.
    case exercise
  }

  /// The numbers that differ by underlying.
  struct Options: Sendable {
    /// Share of the underlying for a short option, leverage included, at most 1.
    let rate: ExactAmount
    /// The least share: of the underlying for a call, of the strike for a put.
    let minimum: ExactAmount
    let cashCall: CashCall

    init(_ table: ParameterTable) throws(MarginRulesError) {
      try table.allow(["rate", "minimum", "leverage", "cash_call"])
      let leverage = try table.number("leverage", in: .one...ExactAmount(10), default: .one)
      let rate = try table.number("rate", in: ParameterTable.share)
      let minimum = try table.number("minimum", in: .zero...rate)
      self.rate = min(rate * leverage, .one)
      self.minimum = min(minimum * leverage, .one)
      cashCall = try table.word("cash_call")
    }
  }

  /// A short share's maintenance: the greater of a sum per share and a share of its price.
  struct ShortShares: Sendable {
    let perShare: ExactAmount
    let rate: ExactAmount
  }

  let account: Account
  let options: UnderlyingTable<Options>
  let longInitial: ExactAmount
  let longMaintenance: ExactAmount
  /// Beyond the proceeds of the sale: 0.5 where the rule says 150 percent.
  let shortInitial: ExactAmount
  let shortMaintenance: ShortShares
  /// For shares below ``lowPrice``.
  let lowShortMaintenance: ShortShares
  let lowPrice: ExactAmount
  /// Of the strike: shares with an option that limits their loss.
  let hedgedStrikeRate: ExactAmount
  let longTermMonths: Int
  /// What a long option with more than ``longTermMonths`` to its expiry asks of its price; 1 for all of it.
  let longTermRate: ExactAmount

  init(_ rulebook: Rulebook) throws(MarginRulesError) {
    let table = rulebook.table
    try table.allow(["account", "options", "shares", "long_term_options"])
    account = try table.word("account")
    options = try UnderlyingTable(table, "options") { row throws(MarginRulesError) in try Options(row) }
    let shares = try table.table("shares")
    try shares.allow([
      "long_initial", "long_maintenance", "short_initial", "short_maintenance", "short_per_share", "low_price",
      "low_short_maintenance", "low_short_per_share", "hedged_strike_rate",
    ])
    let long = try shares.number("long_initial", in: ParameterTable.share)
    longInitial = long
    longMaintenance = try shares.number("long_maintenance", in: .zero...long)
    shortInitial = try shares.number("short_initial", in: ParameterTable.share)
    shortMaintenance = ShortShares(
      perShare: try shares.number("short_per_share"),
      rate: try shares.number("short_maintenance", in: ParameterTable.share))
    lowShortMaintenance = ShortShares(
      perShare: try shares.number("low_short_per_share"),
      rate: try shares.number("low_short_maintenance", in: ParameterTable.share))
    lowPrice = try shares.number("low_price")
    hedgedStrikeRate = try shares.number("hedged_strike_rate", in: ParameterTable.share)
    let longTerm = try table.table("long_term_options")
    try longTerm.allow(["more_than_months", "rate"])
    let months = try longTerm.number("more_than_months", in: .one...ExactAmount(120))
    guard months.isDecimal(0), let count = try? months.count(decimals: 0, rounding: .down) else {
      throw longTerm.refusal("more_than_months", found: "\(months)", wanted: "a whole number of months")
    }
    longTermMonths = Int(count)
    longTermRate = try longTerm.number("rate", in: ParameterTable.share)
  }

  /// True where `expiry` lies after the same day `longTermMonths` later; a day that month lacks is its last.
  func isLongTerm(_ expiry: Instant, asOf: Instant) -> Bool {
    guard let today = asOf.date, let last = expiry.date else { return false }
    let months = today.month - 1 + longTermMonths
    let (year, month) = (today.year + months / 12, months % 12 + 1)
    for day in stride(from: today.day, to: 27, by: -1) {
      if let border = CalendarDate(year: year, month: month, day: day) { return last > border }
    }
    guard let border = CalendarDate(year: year, month: month, day: min(today.day, 28)) else { return false }
    return last > border
  }
}
