import BulkheadC
import CBulkhead

extension HostileCaller {
  /// The call with all its arguments made, to be done once.
  mutating func prepared() -> () -> Int32 {
    switch function {
    case .price, .impliedVolatility: return options()
    case .margin, .proofs, .names, .size: return strategies()
    case .payoff: return payoff()
    case .stress: return stress()
    case .value: return value()
    case .requirements: return requirements()
    case .liquidation: return liquidation()
    case .chain, .smile: return chain()
    case .parseLegs, .parseInstruments, .buildStructure: return legs()
    case .parseExpiries, .parseInstant: return moments()
    case .catalogue:
      let (rows, message) = (text(), messageText())
      return { bulkhead_catalogue(rows, message) }
    case .abiVersion: return { bulkhead_abi_version() == BULKHEAD_ABI_VERSION ? 0 : -1 }
    }
  }

  private mutating func options() -> () -> Int32 {
    let held = source.pick([8, 1, 3, 700])
    let columns = code(source.pick([1, 6, 17]))
    func column(_ sound: Double, _ caller: inout HostileCaller) -> bulkhead_column {
      let count = caller.source.pick([held, 1])
      // A few rows are decided one by one, the others are sound.
      var values = [Double](repeating: sound, count: count)
      for place in 0..<min(count, 8) { values[place] = caller.number(sound, percent: 8) }
      let isScalar = count == 1 && (held > 1 || caller.source.deviates(50))
      return bulkhead_column(
        values: caller.input(values), stride: caller.source.mostly(isScalar ? 0 : 1, [0, -1, 2, .max], percent: 4))
    }
    let stated = bulkhead_options(
      count: length(held), sign: column(source.pick([1, -1]), &self), spot: column(100, &self),
      strike: column(95, &self), years: column(0.5, &self), given: column(function == .price ? 0.4 : 13, &self),
      rate: column(0.02, &self), dividend_yield: column(0.01, &self))
    let options = input([stated])
    let tolerance = source.pick([0, number(1e-4), number(1e-2)])
    let out = output(-7.0, held * (function == .price ? 17 : 1))
    guard function == .price else {
      let (status, message) = (output(UInt8(99), held), messageText())
      return { bulkhead_implied_volatility(options, tolerance, out, status, message) }
    }
    let boundary = !wants() ? output(-7.0, held) : nil
    let status = wants() ? output(UInt8(99), held) : nil
    let message = messageText()
    return { bulkhead_price(options, columns, tolerance, out, status, boundary, message) }
  }

  private mutating func strategies() -> () -> Int32 {
    let book = book()
    let policy = policy()
    let counts = wants() ? output(Int64(-7), 3) : nil
    switch function {
    case .margin:
      let (status, more) = (wants() ? output(UInt8(99), 3) : nil, wants() ? output(Int64(-7), 3) : nil)
      let (rows, message) = (text(), messageText())
      return { bulkhead_margin(book, policy, status, counts, more, rows, message) }
    case .size:
      let budget = input([
        bulkhead_budget(
          budget: bytes("10%"), portfolio: bytes("100000"), fee_per_lot: bytes("", percent: 25),
          fee_minimum: bytes("", percent: 25), fee_cap: bytes("", percent: 25), max_lots: amount(-1, percent: 25))
      ])
      let (rows, message) = (text(), messageText())
      return { bulkhead_size(book, policy, budget, counts, rows, message) }
    default:
      let (rows, message) = (text(), messageText())
      return function == .proofs
        ? { bulkhead_proofs(book, policy, rows, message) } : { bulkhead_names(book, rows, message) }
    }
  }

  private mutating func payoff() -> () -> Int32 {
    let book = book(strategies: [1, 1, 1, 0, 2])
    let prices = numbers([0.01, 80_000, 90_000, 100, 200, 1e6])
    let (at, count, out) = (input(prices), length(prices.count), output(-7.0, prices.count))
    let message = messageText()
    return { bulkhead_payoff(book, at, count, out, message) }
  }

  private mutating func requirements() -> () -> Int32 {
    let book = book()
    let policy = policy()
    let wrong = [
      "-1", "1e400", "nan", "", "340282366920938463463374607431768211456", "0.0000000000000000000000000001", "x",
    ]
    let rate = source.mostly("0.15", wrong, percent: 25)
    let stated = source.pick([Sample.rulebook("maximum-loss"), Sample.standardRulebook(rate: rate)])
    // Cut anywhere, a tree is none.
    let rulebook = bytes(source.deviates(10) ? String(stated.prefix(Int(source.byte()))) : stated, percent: 20)
    let (rows, message) = (text(), messageText())
    return { bulkhead_requirements(book, policy, rulebook, rows, message) }
  }

  private mutating func value() -> () -> Int32 {
    let book = book()
    // Three strategies at most; legs that a book does not have are no output that a sound call needs.
    let (out, legs) = (output(-7.0, 3 * 12), wants() ? output(-7.0, 12 * 16) : nil)
    let message = messageText()
    return { bulkhead_value(book, out, legs, message) }
  }

  private mutating func stress() -> () -> Int32 {
    let book = book()
    let policy = policy()
    let (spots, volatilities, days) = (numbers([-0.1, 0, 0.2]), numbers([0, -0.6]), numbers([0, 30]))
    let grid = input([
      bulkhead_grid(
        spot_shifts: input(spots), spot_count: length(3), volatility_shifts: input(volatilities),
        volatility_count: length(2), days: input(days), day_count: length(2), skew_shift: number(0),
        curvature_shift: number(0), is_volatility_relative: code(0), is_sticky_delta: code(source.pick([0, 1])))
    ])
    // Three strategies at most, of twelve nodes and the unshocked point.
    let (out, flags) = (output(-7.0, 3 * 6 * 13), wants() ? output(UInt8(99), 3 * 13) : nil)
    let (rows, message) = (text(), messageText())
    return { bulkhead_stress(book, policy, grid, out, flags, rows, message) }
  }

  private mutating func liquidation() -> () -> Int32 {
    let book = book(strategies: [1, 1, 1, 1, 2])
    let policy = policy()
    let kind = code(source.pick([0, 1, 2, 3]))
    let tiers = (0..<3).map { place in
      bulkhead_tier(notional: amount(Int64(place) * 5_000_000_000_000), rate: amount(400_000 + 100_000 * Int64(place)))
    }
    let stated = bulkhead_maintenance(
      kind: kind, has_marks: code(source.pick([0, 1])), is_of_cash: code(source.pick([0, 1])),
      has_options: code(source.pick([0, 1])), share: amount(7_500_000), tiers: kind == 3 ? input(tiers) : nil,
      tier_count: kind == 3 ? length(3) : 0)
    let rule = wants() ? input([stated]) : nil
    // The margin, or what is enough in quote currency, or in coin.
    let deposit = bytes(source.pick(["", "30000", "2"]))
    let volatility = source.pick([.nan, number(0.5)])
    let days = numbers([0, 7])
    let (at, dayCount, answers) = (input(days), length(2), output(bulkhead_liquidation_day(), 2))
    let (bands, capacity, bandCount) = (output(bulkhead_band(), 8), length(8), output(Int64(-7), 1))
    let (rows, message) = (text(), messageText())
    return {
      bulkhead_liquidation(
        book, policy, rule, deposit, volatility, at, dayCount, answers, bands, capacity, bandCount, rows, message)
    }
  }

  private mutating func chain() -> () -> Int32 {
    let market = market()
    guard function == .smile else {
      let (expiries, capacity, count) = (output(bulkhead_expiry(), 16), length(16), output(Int64(-7), 1))
      let (rows, message) = (text(), messageText())
      return { bulkhead_chain(market, expiries, capacity, count, rows, message) }
    }
    let (day, time) = (day(), code(style.expiryTime))
    let strikes = numbers([80_000, 92_000, 100_000, 180, 200, 220])
    let (at, count, out) = (input(strikes), length(strikes.count), output(-7.0, strikes.count))
    let message = messageText()
    return { bulkhead_smile(market, day, time, at, count, out, message) }
  }

  private mutating func moments() -> () -> Int32 {
    if function == .parseInstant {
      let (moment, seconds) = (bytes("2025-12-05T01:10:52Z", percent: 70), output(Int64(-7), 1))
      let message = messageText()
      return { bulkhead_parse_instant(moment, seconds, message) }
    }
    let text = bytes("26DEC25\n2025-12-26\n2025-12-26T08:00:00Z", percent: 70)
    let (days, times, capacity) = (output(Int32(-7), 16), output(Int32(-7), 16), length(16))
    let (count, message) = (output(Int64(-7), 1), messageText())
    return { bulkhead_parse_expiries(text, days, times, capacity, count, message) }
  }

  private mutating func legs() -> () -> Int32 {
    let (found, capacity, count) = (output(bulkhead_leg(), 16), length(16), output(Int64(-7), 1))
    if function == .parseInstruments {
      let names = bytes("BTC-26DEC25-92000-C\nAAPL  260117P00200000\nETH-PERPETUAL", percent: 60)
      // As many statuses as legs.
      let (status, symbols, rows) = (output(UInt8(99), 16), text(isRows: false), text())
      let message = messageText()
      return { bulkhead_parse_instruments(names, found, capacity, count, status, symbols, rows, message) }
    }
    let market = !wants() ? market() : nil
    // Beside a market nobody looks at terms.
    let terms = market == nil ? terms() : nil
    if function == .parseLegs {
      let words = bytes(
        source.pick(["-1C92000 +2P90000=1.5@30JAN26 @26DEC25", "-1C90000 +2P85000@30JAN26 @26DEC25", "-1C200 @26DEC25"]
        ),
        percent: 60)
      let (symbols, message) = (text(isRows: false), messageText())
      return { bulkhead_parse_legs(market, terms, words, found, capacity, count, symbols, message) }
    }
    let stated = structure()
    let (symbols, message) = (text(isRows: false), messageText())
    return { bulkhead_build_structure(market, terms, stated, found, capacity, count, symbols, message) }
  }

  private mutating func terms() -> UnsafePointer<bulkhead_terms>? {
    input([
      bulkhead_terms(
        symbol: bytes(style.symbol), quote_currency: bytes("USD"), multiplier: amount(style.multiplier),
        flags: code(style.flags), expiry_time: code(style.expiryTime))
    ])
  }

  private mutating func structure() -> UnsafePointer<bulkhead_structure>? {
    let names = [
      "iron-condor", "long-straddle", "call-butterfly", "long-box", "long-call-calendar", "covered-call", "collar",
      "call-ratio-spread", "coin-covered-call", "protective-put", "jade-lizard", "double-diagonal",
    ]
    let places = (0..<4).map { place in amount((style.center - 2 + Int64(place)) * style.step) }
    let (days, times) = ([day(), day()], [code(style.expiryTime), code(style.expiryTime)])
    let deltas = numbers([0.05, 0.15, 0.15, 0.05])
    let expiries = source.pick([1, 2, 0])
    let placed = source.pick([4, 3, 2, 1, 0])
    return input([
      bulkhead_structure(
        name: bytes(source.pick(names)), expiry_days: input(days), expiry_times: input(times),
        expiry_count: length(expiries), places: input(places), place_count: length(placed),
        center: source.pick([.min, amount(style.center * style.step)]), deltas: input(deltas),
        delta_count: length(source.pick([0, placed])), quantity: amount(100_000_000),
        hedge: source.pick([.min, amount(50_000_000)]), settlement: code(source.pick([-1, 0, 1])), reserved: 0)
    ])
  }
}
