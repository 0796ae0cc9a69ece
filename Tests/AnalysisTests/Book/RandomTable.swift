import Analysis
import Basics
import Instruments
import MarketData
import Pricing
import TestSupport

/// Books on a small market: repeated legs, shared halves, linear legs and digitals, and strategies that it refuses.
struct RandomTable {
  struct Leg {
    var instrument: Instrument
    var quantity: Int64
    var multiplier = Quantity.one
    var price: Price
    var fee = Price.zero
  }

  struct Row {
    var name: String
    var account = ""
    var terms: StrategyTable.Terms
    var legs: [Leg]
  }

  var market = SampleMarket(strikes: [85, 95, 100, 105, 120], expiries: [SampleMarket.expiry, "2026-03-20T08:00:00Z"])
  var settlements: [Settlement] = [.quote]
  var refusedShare = 0.06
  var repeatedShare = 0.5
  var digitalShare = 0.1

  /// A market quoted in coin holds accounts in either settlement.
  static var coin: RandomTable {
    var table = RandomTable()
    table.market.settlement = .coin
    table.settlements = Settlement.allCases
    return table
  }

  func rows(_ count: Int, _ generator: inout SplitMix64) throws -> [Row] {
    var rows: [Row] = []
    for index in 0..<count {
      let settlement = generator.pick(settlements)
      var row = Row(
        name: "s\(index)",
        terms: StrategyTable.Terms(
          settlement: settlement, currency: settlement == .quote ? .usd : try Currency(market.symbol)),
        legs: try (0..<generator.int(1...6)).map { _ in try leg(settlement, &generator) })
      if let earlier = rows.last(where: { $0.terms == row.terms }), generator.chance(repeatedShare) {
        // The same legs at another size and price, or the first half of them and others behind.
        if generator.chance(0.6) {
          let factor = generator.pick([1, 2, 3, 10])
          row.legs = earlier.legs.map { leg in
            var leg = leg
            leg.quantity *= Int64(factor)
            if leg.instrument.isOption { leg.price = price(settlement, &generator) }
            return leg
          }
        } else {
          row.legs = Array(earlier.legs.prefix((earlier.legs.count + 1) / 2) + row.legs.prefix(3))
        }
        if row.legs.contains(where: { $0.quantity.magnitude > 1 << 50 }) { row.legs = earlier.legs }
      }
      if generator.chance(refusedShare) { try spoil(&row, &generator) }
      rows.append(row)
    }
    return rows
  }

  private func price(_ settlement: Settlement, _ generator: inout SplitMix64) -> Price {
    Price(count: generator.int64(0...(settlement == .quote ? 4000 : 40)) * 1_000_000)
  }

  private func leg(_ settlement: Settlement, _ generator: inout SplitMix64) throws -> Leg {
    let quantity = (generator.chance(0.5) ? -1 : 1) * generator.pick([1, 1, 2, generator.int64(1...70)]) * 10_000_000
    let expiry = try Expiry(parsing: generator.pick(market.expiries))
    let strike = generator.pick(market.strikes)
    let right = generator.pick(OptionRight.allCases)
    if generator.chance(0.15) {
      let entry = Price(
        count: generator.pick([9_500_000_000, 10_100_000_000, generator.int64(8000...12_000) * 1_000_000]))
      let linear: Instrument =
        generator.chance(0.5)
        ? .perpetual(Perpetual(underlying: market.symbol))
        : settlement == .quote && generator.chance(0.5)
          ? .underlying(Underlying(symbol: market.symbol)) : .future(Future(underlying: market.symbol, expiry: expiry))
      return Leg(instrument: linear, quantity: settlement == .coin ? quantity * 100 : quantity, price: entry)
    }
    var leg = Leg(
      instrument: try market.option(right, strike, expiry: market.expiries[0]), quantity: quantity,
      price: price(settlement, &generator), fee: Price(count: generator.int64(0...3) * 1_000_000))
    if generator.chance(digitalShare) {
      leg.instrument = .digital(
        try DigitalContract(
          underlying: market.symbol, right: right, strike: Price(count: Int64(strike) * 100_000_000), expiry: expiry,
          payout: Price(count: 700_000_000)))
    } else if generator.chance(0.2) {
      leg.instrument = .option(
        try OptionContract(
          underlying: market.symbol, right: right, strike: Price(count: Int64(strike) * 100_000_000), expiry: expiry,
          settlement: market.settlement, exercise: generator.pick(ExerciseStyle.allCases)))
    }
    if generator.chance(0.1) {
      leg.multiplier = generator.pick([Quantity(count: 10_000_000), Quantity(count: 700_000_000)])
    }
    return leg
  }

  /// Makes a row one that the market, or every market, refuses.
  private func spoil(_ row: inout Row, _ generator: inout SplitMix64) throws {
    let place = generator.int(0...(row.legs.count - 1))
    switch generator.int(0...3) {
    case 0: row.legs[place].instrument = .perpetual(Perpetual(underlying: "XYZ"))
    case 1: row.legs[place].instrument = try market.option(.call, 100, expiry: "2025-12-01T08:00:00Z")
    case 2: row.terms = StrategyTable.Terms(settlement: row.terms.settlement, currency: .eur)
    default: row.legs[place].instrument = .underlying(Underlying(symbol: row.terms.settlement == .coin ? "ABC" : "XYZ"))
    }
    if row.legs[place].price == .zero { row.legs[place].price = Price(count: 9_900_000_000) }
  }

  /// Adds rows behind what a table holds.
  static func append(_ rows: some Sequence<Row>, to table: inout StrategyTable) {
    for row in rows {
      let legs = row.legs.map { leg in
        StrategyTable.Leg(
          instrument: table.place(of: leg.instrument), quantity: Quantity(count: leg.quantity),
          multiplier: leg.multiplier, price: leg.price, fee: leg.fee)
      }
      table.append(
        name: Array(row.name.utf8).span, legs: legs, terms: table.place(of: row.terms),
        account: table.place(ofAccount: row.account))
    }
  }

  static func table(_ rows: some Sequence<Row>) -> StrategyTable {
    var table = StrategyTable()
    append(rows, to: &table)
    return table
  }
}
