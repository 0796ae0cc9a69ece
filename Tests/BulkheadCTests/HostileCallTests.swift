import BulkheadC
import CBulkhead
import TestSupport
import Testing

/// Random arguments, most of them wrong: what is asked is that each call comes back with one of its codes.
@Suite("Hostile calls")
struct HostileCallTests {
  @Test("No argument stops the program", arguments: 0..<8)
  func everyFunction(_ seed: Int) {
    var caller = HostileCaller(seed: UInt64(seed) &* 7919 &+ 3)
    for round in 0..<25 {
      for (name, code) in caller.callAll() {
        #expect((0...4).contains(code), "seed \(seed), round \(round), \(name)")
      }
    }
  }
}

/// Calls every function with arguments that are sound in memory and anything in meaning.
struct HostileCaller {
  private var random: SplitMix64
  private var arena = Arena()
  private let sample = Sample()

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  private mutating func number() -> Double {
    if chance(60) { return Double.random(in: -0.5...2, using: &random) }
    return pick([
      0, -0.0, 1, -1, 100, 1e-300, .leastNonzeroMagnitude, 1e300, -1e300, .greatestFiniteMagnitude, .infinity,
      -.infinity, .nan, 36_500,
      Double(bitPattern: UInt64.random(in: 0 ... .max, using: &random)),
    ])
  }

  private mutating func count64() -> Int64 {
    if chance(70) {
      return Int64.random(in: 0...12, using: &random) * 100_000_000 * Int64.random(in: 1...9999, using: &random)
    }
    return pick([0, 1, -1, .min, .max, .min + 1, .max - 1, 1 << 62, -(1 << 62), 100_000_000, -100_000_000, 99])
  }

  private mutating func code32() -> Int32 {
    chance(80) ? Int32.random(in: -5...8, using: &random) : pick([.min, .max, 86_399, 86_400, 1 << 20])
  }

  private mutating func day32() -> Int32 {
    chance(80) ? pick([20_448, 20_449, 20_483]) : pick([.min, .max, 0, -25_567, 2_932_896, 13_000])
  }

  /// A length for memory that holds `held`: right, shorter, or one that no memory has.
  private mutating func length(_ held: Int) -> Int64 {
    if chance(85) { return Int64(held) }
    return pick([0, Int64(held) / 2, -1, .min, .max, 1 << 60, 1 << 50])
  }

  private mutating func numbers(_ count: Int) -> UnsafeMutablePointer<Double> {
    arena.array((0..<count).map { _ in number() })
  }

  private mutating func text() -> bulkhead_bytes {
    var bytes = arena.bytes(
      pick([
        "", "BTC", "USD", "BTC\nUSD\nETH", "10%", "100000", "-1C92000 -1P92000 @26DEC25", "26DEC25\n2025-12-26",
        "iron-condor", "2025-12-05T01:10:52Z", "BTC-26DEC25-92000-C\nBTC-PERPETUAL\nSPY   260417C00500000",
        String(repeating: "9", count: 500), "1/0", "\u{0}\u{1}\n\n", "1e5", "+U -1F@26DEC25", "@", "=", "-1C=", "1C1@=",
        String((0..<20).map { _ in Character(Unicode.Scalar(UInt8.random(in: 0...255, using: &random))) }),
      ]))
    if chance(5) { bytes.length = length(Int(bytes.length)) }
    return bytes
  }

  private mutating func output() -> UnsafeMutablePointer<bulkhead_text>? {
    if chance(10) { return nil }
    let text = arena.text(pick([0, 1, 10, 100_000]))
    if chance(5) { text.pointee.capacity = pick([-1, .min, .max]) }
    return text
  }

  private mutating func leg() -> bulkhead_leg {
    if chance(60) {
      return sample.leg(
        Int32.random(in: 0...1, using: &random), 5000 * Int64.random(in: 16...20, using: &random), pick([-2, -1, 1, 3]))
    }
    return bulkhead_leg(
      kind: code32(), underlying: pick([0, 0, 1, code32()]), quote_currency: pick([-1, 1, code32()]),
      flags: pick([0, 1, 2, 3, 7, code32()]), expiry_day: day32(), expiry_time: code32(), strike: count64(),
      payout: count64(), multiplier: pick([100_000_000, count64()]), quantity: count64(),
      price: pick([.min, count64()]), fee: pick([0, count64()]))
  }

  private mutating func dated(_ count: Int) -> UnsafeMutablePointer<bulkhead_dated> {
    arena.array((0..<count).map { _ in bulkhead_dated(day: day32(), reserved: 0, amount: count64()) })
  }

  private mutating func market() -> UnsafeMutablePointer<bulkhead_market> {
    var market = sample.market()
    if chance(30) {
      var quotes: [bulkhead_quote] = []
      for _ in 0..<6 {
        quotes.append(
          bulkhead_quote(
            kind: pick([0, 1, code32()]), flags: pick([1, 0, 2, code32()]), expiry_day: day32(), expiry_time: code32(),
            strike: count64(), multiplier: pick([100_000_000, count64()]), bid: pick([.min, count64()]),
            ask: pick([.min, count64()]), mark: pick([.min, count64()]), implied_volatility: pick([.nan, number()])))
      }
      market.quotes = UnsafePointer(arena.array(quotes))
      market.quote_count = length(6)
    }
    if chance(20) {
      market.forwards = UnsafePointer(dated(3))
      market.forward_count = length(3)
    }
    if chance(20) {
      market.dividends = UnsafePointer(dated(3))
      market.dividend_count = length(3)
      market.dividend_yield = .nan
    }
    if chance(20) { market.spot = count64() }
    if chance(10) { market.as_of = count64() }
    if chance(10) { market.rate = number() }
    if chance(10) { market.coin_rate = number() }
    if chance(10) { market.dividend_yield = number() }
    if chance(10) { market.tick_size = count64() }
    if chance(10) { market.option_multiplier = count64() }
    if chance(10) { market.quoted_in = code32() }
    if chance(5) { market.symbol = text() }
    if chance(5) { market.quote_currency = text() }
    return arena.value(market)
  }

  private mutating func book() -> UnsafeMutablePointer<bulkhead_book>? {
    if chance(2) { return nil }
    let strategies = Int.random(in: 0...3, using: &random)
    var starts: [Int64] = [0]
    for _ in 0..<strategies { starts.append((starts.last ?? 0) + Int64.random(in: 0...4, using: &random)) }
    let legs = (0..<Int(starts.last ?? 0)).map { _ in leg() }
    if chance(3) { starts[Int.random(in: 0..<starts.count, using: &random)] = count64() }
    var accounts: [bulkhead_account] = []
    for _ in 0..<strategies {
      accounts.append(
        bulkhead_account(
          settlement: pick([-1, 0, 1, code32()]), fill: pick([0, 1, 2, code32()]),
          currency: pick([-1, -1, 0, code32()]),
          name: pick([-1, code32()]), entry_fee: pick([0, count64()]), exit_fee: pick([0, count64()])))
    }
    var book = bulkhead_book()
    book.legs = UnsafePointer(arena.array(legs))
    book.leg_count = chance(97) ? Int64(legs.count) : length(legs.count)
    book.starts = UnsafePointer(arena.array(starts))
    book.accounts = UnsafePointer(arena.array(accounts))
    book.strategy_count = chance(97) ? Int64(strategies) : pick([-1, .min, .max, Int64(strategies) / 2])
    book.symbols = chance(90) ? arena.bytes("BTC\nUSD") : text()
    if chance(80) { book.market = UnsafePointer(market()) }
    return arena.value(book)
  }

  private mutating func policy() -> UnsafeMutablePointer<bulkhead_policy>? {
    if chance(50) { return nil }
    return arena.value(
      bulkhead_policy(
        kind: chance(80) ? Int32.random(in: 1...3, using: &random) : code32(), sharing: pick([0, 1, code32()]),
        low: pick([0.3, number()]), high: pick([1.2, number()]), forward_band: pick([0, 0, count64()])))
  }

  /// Calls each function once and gives the codes.
  mutating func callAll() -> [(name: String, code: Int32)] {
    arena = Arena()
    return [options(), strategies(), grid(), liquidation(), words()].flatMap { $0 }
  }

  private mutating func options() -> [(name: String, code: Int32)] {
    let held = 40
    func stated(_ caller: inout HostileCaller) -> bulkhead_options {
      func column(_ sound: Double) -> bulkhead_column {
        let isSound = caller.chance(70)
        let values = isSound ? caller.arena.array([Double](repeating: sound, count: held)) : caller.numbers(held)
        return bulkhead_column(
          values: values, stride: caller.chance(95) ? caller.pick([0, 1]) : caller.pick([-1, 2, .max]))
      }
      return bulkhead_options(
        count: caller.length(held), sign: column(1), spot: column(100), strike: column(95), years: column(0.5),
        given: column(0.4), rate: column(0.02), dividend_yield: column(0.01))
    }
    let columns = chance(90) ? pick([1, 6, 17]) : code32()
    let tolerance = chance(70) ? pick([0, 0, 1e-4]) : number()
    let out = arena.array([Double](repeating: 0, count: 17 * held))
    let status = arena.array([UInt8](repeating: 0, count: held))
    let boundary = arena.array([Double](repeating: 0, count: held))
    return [
      (
        "price",
        bulkhead_price(
          arena.value(stated(&self)), columns, tolerance, chance(97) ? out : nil, status, chance(50) ? boundary : nil,
          output())
      ),
      (
        "implied_volatility",
        bulkhead_implied_volatility(arena.value(stated(&self)), tolerance, out, status, output())
      ),
    ]
  }

  private mutating func strategies() -> [(name: String, code: Int32)] {
    let status = arena.array([UInt8](repeating: 0, count: 4))
    let amounts = arena.array([Int64](repeating: 0, count: 4))
    let more = arena.array([Int64](repeating: 0, count: 4))
    let prices = numbers(20)
    let out = arena.array([Double](repeating: 0, count: 20))
    let budget = bulkhead_budget(
      budget: text(), portfolio: text(), fee_per_lot: chance(70) ? arena.bytes("") : text(),
      fee_minimum: chance(70) ? arena.bytes("") : text(), fee_cap: chance(70) ? arena.bytes("") : text(),
      max_lots: pick([-1, 10, count64()]))
    return [
      ("margin", bulkhead_margin(book(), policy(), status, amounts, more, output(), output())),
      ("proofs", bulkhead_proofs(book(), policy(), output(), output())),
      ("payoff", bulkhead_payoff(book(), prices, length(20), out, output())),
      ("size", bulkhead_size(book(), policy(), arena.value(budget), amounts, output(), output())),
      ("names", bulkhead_names(book(), output(), output())),
    ]
  }

  private mutating func grid() -> [(name: String, code: Int32)] {
    func axis(_ sound: [Double], _ caller: inout HostileCaller) -> UnsafeMutablePointer<Double> {
      caller.chance(70) ? caller.arena.array(sound) : caller.numbers(sound.count)
    }
    let grid = bulkhead_grid(
      spot_shifts: axis([-0.1, 0, 0.2], &self), spot_count: length(3), volatility_shifts: axis([0, -0.6], &self),
      volatility_count: length(2), days: axis([0, 30], &self), day_count: length(2), skew_shift: pick([0, number()]),
      curvature_shift: pick([0, number()]), is_volatility_relative: code32(), is_sticky_delta: code32())
    let out = arena.array([Double](repeating: 0, count: 3 * 6 * 13))
    let flags = arena.array([UInt8](repeating: 0, count: 3 * 13))
    return [
      ("stress", bulkhead_stress(book(), policy(), arena.value(grid), out, flags, output(), output()))
    ]
  }

  private mutating func liquidation() -> [(name: String, code: Int32)] {
    let tiers = arena.array((0..<3).map { _ in bulkhead_tier(notional: count64(), rate: count64()) })
    let rule = bulkhead_maintenance(
      kind: chance(90) ? Int32.random(in: 0...3, using: &random) : code32(), has_marks: code32(), is_of_cash: code32(),
      has_options: code32(), share: chance(70) ? 7_500_000 : count64(), tiers: UnsafePointer(tiers),
      tier_count: length(3))
    let days = chance(70) ? arena.array([0, 7.0]) : numbers(2)
    let answers = arena.array([bulkhead_liquidation_day](repeating: .init(), count: 2))
    let bands = arena.array([bulkhead_band](repeating: .init(), count: 4))
    let count = arena.value(Int64(0))
    let code = bulkhead_liquidation(
      book(), policy(), chance(20) ? nil : arena.value(rule), chance(60) ? arena.bytes("") : text(),
      chance(70) ? .nan : number(), days, length(2), answers, bands, length(4), count, output(), output())
    return [("liquidation", code)]
  }

  private mutating func words() -> [(name: String, code: Int32)] {
    let legs = arena.array([bulkhead_leg](repeating: .init(), count: 16))
    let count = arena.value(Int64(0))
    let status = arena.array([UInt8](repeating: 0, count: 16))
    let days = arena.array([Int32](repeating: 0, count: 16))
    let times = arena.array([Int32](repeating: 0, count: 16))
    let expiries = arena.array([bulkhead_expiry](repeating: .init(), count: 16))
    let seconds = arena.value(Int64(0))
    func terms(_ caller: inout HostileCaller) -> UnsafeMutablePointer<bulkhead_terms> {
      caller.arena.value(
        bulkhead_terms(
          symbol: caller.chance(80) ? caller.arena.bytes("BTC") : caller.text(),
          quote_currency: caller.chance(80) ? caller.arena.bytes("USD") : caller.text(),
          multiplier: caller.pick([100_000_000, caller.count64()]), flags: caller.pick([0, 1, caller.code32()]),
          expiry_time: caller.pick([-1, -2, caller.code32()])))
    }
    let request = bulkhead_structure(
      name: chance(80)
        ? arena.bytes(pick(["iron-condor", "straddle", "call-calendar", "covered-call", "box"])) : text(),
      expiry_days: arena.array([day32(), day32()]), expiry_times: arena.array([-1, code32()]),
      expiry_count: length(pick([1, 2])),
      places: arena.array((0..<4).map { place in Int64(place + 16) * 500_000_000_000 }), place_count: length(4),
      center: pick([.min, count64()]), deltas: numbers(4), delta_count: chance(70) ? 0 : length(4), quantity: count64(),
      hedge: pick([.min, count64()]), settlement: pick([-1, 0, 1, code32()]), reserved: 0)
    return [
      (
        "parse_legs",
        bulkhead_parse_legs(
          chance(50) ? market() : nil, terms(&self), text(), legs, length(16), count, output(), output())
      ),
      (
        "parse_instruments",
        bulkhead_parse_instruments(text(), legs, length(16), count, status, output(), output(), output())
      ),
      (
        "build_structure",
        bulkhead_build_structure(
          chance(50) ? market() : nil, terms(&self), arena.value(request), legs, length(16), count, output(), output())
      ),
      ("catalogue", bulkhead_catalogue(output(), output())),
      ("parse_expiries", bulkhead_parse_expiries(text(), days, times, length(16), count, output())),
      ("parse_instant", bulkhead_parse_instant(text(), seconds, output())),
      ("chain", bulkhead_chain(market(), expiries, length(16), count, output(), output())),
      (
        "smile",
        bulkhead_smile(market(), day32(), code32(), numbers(16), length(16), numbers(16), output())
      ),
    ]
  }
}
