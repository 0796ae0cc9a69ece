import BulkheadC
public import CBulkhead

/// Strategies and markets that every function can answer for.
public struct Sample {
  public let arena: Arena

  public init(_ arena: Arena = Arena()) { self.arena = arena }

  /// Deribit's coin options, or American options on a share that pays dividends.
  public enum Style: Sendable {
    case coin
    case share

    var flags: Int32 { self == .coin ? 1 : 6 }
    var expiryTime: Int32 { self == .coin ? -1 : -2 }
    var symbol: String { self == .coin ? "BTC" : "AAPL" }
    var multiplier: Int64 { self == .coin ? 100_000_000 : 10_000_000_000 }
    /// The steps of strikes, in counts of 10^-8.
    var step: Int64 { self == .coin ? 500_000_000_000 : 1_000_000_000 }
    /// The strike nearest to the spot, in steps.
    var center: Int64 { self == .coin ? 18 : 20 }
    var spot: Int64 { self == .coin ? 9_252_980_714_286 : 20_037_000_000 }
  }

  /// 26 December 2025 and 30 January 2026.
  static let days: [Int32] = [20_448, 20_483]

  /// A chain of calls and puts at seven strikes and two expiries.
  static func quotes(_ style: Style) -> [bulkhead_quote] { style == .coin ? coinQuotes : shareQuotes }

  private static let coinQuotes = chain(.coin)
  private static let shareQuotes = chain(.share)

  private static func chain(_ style: Style) -> [bulkhead_quote] {
    days.flatMap { day in
      (-3...3).flatMap { (place: Int64) in [Int32(0), 1].map { quote(style, kind: $0, place: place, day: day) } }
    }
  }

  private static func quote(_ style: Style, kind: Int32, place: Int64, day: Int32) -> bulkhead_quote {
    let strike = (style.center + place) * style.step
    let (spot, years) = (Double(style.spot) / 1e8, Double(day - 20_427) / 365)
    let volatility = 0.45 + 0.01 * Double(place * place)
    let arena = Arena()
    let options = bulkhead_options(
      count: 1, sign: arena.column([kind == 0 ? 1 : -1]), spot: arena.column([spot]),
      strike: arena.column([Double(strike) / 1e8]), years: arena.column([years]), given: arena.column([volatility]),
      rate: arena.column([0]), dividend_yield: arena.column([0]))
    let value = arena.value(0.0, .output)
    _ = bulkhead_price(arena.value(options), 1, 0, value, nil, nil, nil)
    // In ticks of 0.0001 coins, or of cents.
    let unit = style == .coin ? 1e4 / spot : 100
    let ticks = max(Int64((value.pointee * unit).rounded()), 2)
    let tick: Int64 = style == .coin ? 10_000 : 1_000_000
    return bulkhead_quote(
      kind: kind, flags: style.flags, expiry_day: day, expiry_time: style.expiryTime, strike: strike,
      multiplier: style.multiplier, bid: (ticks - 1) * tick, ask: (ticks + 1) * tick, mark: ticks * tick,
      implied_volatility: volatility)
  }

  /// - Parameter quotes: nil for the sample's own.
  public func market(_ style: Style = .coin, quotes: [bulkhead_quote]? = nil) -> bulkhead_market {
    var market = bulkhead_market()
    market.as_of = 1_764_897_052
    market.symbol = arena.bytes(style.symbol)
    market.quote_currency = arena.bytes("USD")
    market.spot = style.spot
    market.option_multiplier = style.multiplier
    market.quoted_in = style == .coin ? 1 : 0
    let quotes = quotes ?? Sample.quotes(style)
    market.quotes = UnsafePointer(arena.array(quotes))
    market.quote_count = Int64(quotes.count)
    return market
  }

  /// A leg without a price, of an option of the first expiry.
  public func leg(_ kind: Int32, _ strike: Int64, _ quantity: Int64) -> bulkhead_leg {
    bulkhead_leg(
      kind: kind, underlying: 0, quote_currency: -1, flags: 1, expiry_day: 20_448, expiry_time: -1,
      strike: strike * 100_000_000, payout: 0, multiplier: 100_000_000, quantity: quantity * 100_000_000,
      price: Int64.min, fee: 0)
  }

  /// A short put spread in coin options, accounted in quote currency.
  public func book(_ legs: [bulkhead_leg]? = nil, market: bulkhead_market? = nil) -> bulkhead_book {
    let legs = legs ?? [leg(1, 90_000, -1), leg(1, 85_000, 1)]
    let account = bulkhead_account(settlement: 0, fill: 0, currency: -1, name: -1, entry_fee: 0, exit_fee: 0)
    var book = bulkhead_book()
    book.legs = UnsafePointer(arena.array(legs))
    book.leg_count = Int64(legs.count)
    book.starts = UnsafePointer(arena.array([0, Int64(legs.count)]))
    book.accounts = UnsafePointer(arena.array([account]))
    book.strategy_count = 1
    book.symbols = arena.bytes("BTC")
    book.market = UnsafePointer(arena.value(market ?? self.market()))
    return book
  }
}

extension Sample {
  /// A row of a rulebook.
  public static func row(_ kind: String, _ key: String = "", _ value: String = "") -> String {
    "\(kind)\u{1F}\(key)\u{1F}\(value)\u{1E}"
  }

  /// A rulebook of a method, with what its parameters' rows say.
  public static func rulebook(_ method: String, _ parameters: String = "") -> String {
    row("value", "name", "sample") + row("value", "title", "A sample") + row("value", "method", method)
      + row("value", "effective", "2025-01-01") + row("value", "source", "by hand") + row("record", "parameters")
      + parameters + row("end") + row("list", "leaves_out") + row("value", "", "orders in the book") + row("end")
  }

  /// A share of the underlying for each short option.
  public static func standardRulebook(rate: String = "0.15") -> String {
    let numbers = [
      ("initial_rate", rate), ("initial_floor", "0.1"), ("maintenance_call", "0.1"), ("maintenance_put", "0.1"),
      ("maintenance_put_mark", "0.1"), ("put_offset", "1"), ("reference", "spot"),
    ]
    return rulebook(
      "standard-margin",
      row("value", "settlement", "quote") + row("record", "underlyings") + row("record", "other")
        + row("record", "options") + numbers.map { row("value", $0.0, $0.1) }.joined()
        + String(repeating: row("end"), count: 3))
  }
}
