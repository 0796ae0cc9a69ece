import BulkheadC
import CBulkhead

extension HostileCaller {
  mutating func market() -> UnsafePointer<bulkhead_market>? {
    var market = Sample(arena).market(style, quotes: [])
    var quotes = Sample.quotes(style)
    if source.deviates(30) {
      quotes = source.pick([quotes, Array(quotes.prefix(4)), []])
      for place in quotes.indices where source.deviates(20) { quotes[place] = quote(quotes[place]) }
    }
    market.quotes = input(quotes)
    market.quote_count = length(quotes.count)
    if source.deviates(15) {
      let forwards = Sample.days.map { _ in dated(style.spot) }
      market.forwards = input(forwards)
      market.forward_count = length(forwards.count)
    }
    if source.deviates(style == .share ? 50 : 10) {
      let payments = (0..<2).map { place in
        bulkhead_dated(day: code(20_440 + 20 * Int32(place)), reserved: 0, amount: amount(26_000_000))
      }
      market.dividends = input(payments)
      market.dividend_count = length(payments.count)
      market.dividend_yield = .nan
    }
    guard source.deviates(25) else { return UnsafePointer(arena.value(market)) }
    market.spot = amount(market.spot)
    market.as_of = source.mostly(market.as_of, [0, .min, .max, 1_766_736_000, 1_766_736_001, 2_000_000_000])
    market.rate = number(0.04)
    market.coin_rate = number(0.01)
    market.dividend_yield = number(market.dividend_yield)
    market.tick_size = amount(0)
    market.option_multiplier = amount(market.option_multiplier)
    market.quoted_in = code(market.quoted_in)
    market.symbol = source.deviates(10) ? bytes(style.symbol, percent: 60) : market.symbol
    market.quote_currency = source.deviates(10) ? bytes("USD", percent: 60) : market.quote_currency
    return UnsafePointer(arena.value(market))
  }

  private mutating func quote(_ sound: bulkhead_quote) -> bulkhead_quote {
    bulkhead_quote(
      kind: code(sound.kind), flags: code(sound.flags), expiry_day: day(), expiry_time: code(sound.expiry_time),
      strike: amount(sound.strike), multiplier: amount(sound.multiplier), bid: source.pick([amount(sound.bid), .min]),
      ask: source.pick([amount(sound.ask), .min]), mark: source.pick([amount(sound.mark), .min]),
      implied_volatility: source.pick([number(sound.implied_volatility), .nan]))
  }

  private mutating func dated(_ sound: Int64) -> bulkhead_dated {
    bulkhead_dated(day: day(), reserved: 0, amount: amount(sound))
  }

  /// Legs around the spot, short and long in turn: without a decision, a put spread.
  private mutating func leg(_ place: Int) -> bulkhead_leg {
    let strike = style.center - Int64(place) + Int64(source.pick([0, 1, 2, 3, -1, -2]))
    return bulkhead_leg(
      kind: code(source.pick([1, 1, 0, 0, 2, 3, 4, 5, 6])), underlying: code(0),
      quote_currency: source.pick([-1, code(1)]),
      flags: code(style.flags), expiry_day: day(), expiry_time: code(style.expiryTime),
      strike: amount(strike * style.step), payout: amount(100_000_000), multiplier: amount(style.multiplier),
      quantity: amount((place % 2 == 0 ? -1 : 1) * source.pick([1, 1, 2, -1, -3]) * 100_000_000),
      price: source.pick([Int64.min, Int64.min, amount(3_000_000), amount(style.spot)]), fee: amount(0))
  }

  mutating func book(strategies wanted: [Int] = [1, 0, 2, 3]) -> UnsafePointer<bulkhead_book>? {
    if source.deviates(2) { return nil }
    let strategies = source.pick(wanted)
    var starts: [Int64] = [0]
    for _ in 0..<strategies { starts.append((starts.last ?? 0) + source.pick([2, 1, 4, 3, 0])) }
    let legs = (0..<Int(starts.last ?? 0)).map { leg($0) }
    if source.deviates(3) {
      let place = Int(source.byte()) % starts.count
      starts[place] = amount(starts[place], percent: 80)
    }
    let accounts = (0..<strategies).map { _ in
      bulkhead_account(
        settlement: code(source.pick([0, 1, -1])), fill: code(source.pick([0, 1, 2])), currency: code(-1),
        name: code(source.pick([-1, 0])), entry_fee: amount(0), exit_fee: amount(0))
    }
    var book = bulkhead_book()
    book.legs = input(legs)
    book.leg_count = length(legs.count)
    book.starts = input(starts)
    book.accounts = input(accounts)
    book.strategy_count = source.mostly(
      Int64(strategies), [-1, .min, .max, .max - 1, Int64(strategies) / 2, 1 << 50], percent: 3)
    book.symbols = bytes("\(style.symbol)\nUSD", percent: 5)
    if !source.deviates(15) { book.market = market() }
    return UnsafePointer(arena.value(book))
  }

  mutating func policy() -> UnsafePointer<bulkhead_policy>? {
    guard source.deviates(40) else { return nil }
    return UnsafePointer(
      arena.value(
        bulkhead_policy(
          kind: code(source.pick([2, 1, 3])), sharing: code(source.pick([0, 1])), low: number(0.3), high: number(1.2),
          forward_band: amount(0))))
  }
}
