import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

/// Strategies of every kind as rows of a table; most are plain, so that both ways to the figures are taken often.
private struct RandomRows {
  var table = StrategyTable()
  /// Of the strategy that is being made.
  private var legs: [StrategyTable.Leg] = []
  private var generator: SplitMix64
  private static let limit = Int64(1) << 59

  init(seed: Int, count: Int) throws {
    generator = SplitMix64(seed: UInt64(seed))
    for _ in 0..<count { try append() }
  }

  /// What a strategy's legs have in common.
  private struct Taste {
    var isHuge = false
    var isFractional = false
    var isMixed = false
    var hasDigitals = false
    var hasAmerican = false
    var hasSeveralExpiries = false
    var hasSeveralUnderlyings = false
  }

  private mutating func append() throws {
    let settlement: Settlement = generator.chance(0.85) ? .quote : .coin
    let currency = settlement == .coin ? try Currency("ABC") : generator.pick([.usd, .usd, .usdc, try Currency("JPY")])
    legs = []
    var taste = Taste()
    switch generator.int(0...13) {
    case 0: taste.isHuge = true
    case 1: taste.isFractional = true
    case 2: taste.hasDigitals = true
    case 3: taste.hasAmerican = true
    case 4: taste.hasSeveralExpiries = true
    case 5: taste.hasSeveralUnderlyings = settlement == .quote
    case 6: taste.isMixed = true
    default: break
    }
    if generator.chance(0.2) {
      try appendBox(taste)
    } else {
      for _ in 0..<(generator.chance(0.02) ? generator.int(30...36) : generator.int(1...6)) { try appendLeg(taste) }
    }
    // Half of what would fall for ever gets the calls that bound it.
    if settlement == .quote, !taste.isHuge, generator.chance(0.5) { try bound() }
    table.append(
      name: Array("\(table.count)".utf8).span, legs: legs,
      terms: table.place(of: StrategyTable.Terms(settlement: settlement, currency: currency)),
      account: table.place(ofAccount: ""))
  }

  private mutating func option(_ right: OptionRight, _ strike: Int64, _ taste: Taste) throws -> Instrument {
    .option(
      try OptionContract(
        underlying: taste.hasSeveralUnderlyings && generator.chance(0.5) ? "XYZ" : "ABC", right: right,
        strike: Price(count: strike), expiry: taste.hasSeveralExpiries && generator.chance(0.5) ? march : january,
        settlement: taste.isMixed && generator.chance(0.5) ? .coin : .quote,
        exercise: taste.hasAmerican && generator.chance(0.5) ? .american : .european))
  }

  private mutating func strike() -> Int64 { Int64(generator.pick([80, 90, 95, 100, 105, 110, 120])) * 100_000_000 }

  private mutating func multiplier(_ taste: Taste) -> Quantity {
    if taste.isFractional { return Quantity(count: generator.pick([10_000_000, 150_000_000, 1, 100_000_001])) }
    return generator.pick([.one, .one, Quantity(count: 10_000_000_000)])
  }

  /// Amounts at and around the border of what 128 bits are asked to hold, and at the range's ends.
  private mutating func huge() -> Int64 {
    generator.pick([
      RandomRows.limit - 1, RandomRows.limit, RandomRows.limit + 1, .max, generator.int64(1...Int64.max), 1 << 40,
    ])
  }

  private mutating func appendLeg(_ taste: Taste) throws {
    let january = january
    var quantity = generator.nonzero(generator.pick([5, 5, 300])) * generator.pick([100_000_000, 10_000_000, 1])
    var strike = strike()
    var price = generator.int64(0...4_000_000_000) / generator.pick([1, 1, 100_000_000]) * generator.pick([1, 1, 10])
    var fee = generator.chance(0.5) ? 0 : generator.int64(0...300_000_000)
    if taste.isHuge {
      if generator.chance(0.5) { quantity = generator.chance(0.5) ? huge() : -huge() }
      if generator.chance(0.3) { strike = huge() }
      if generator.chance(0.5) { price = huge() }
      if generator.chance(0.3) { fee = huge() }
    }
    let instrument: Instrument
    let right = generator.pick(OptionRight.allCases)
    switch generator.int(0...11) {
    case 0: instrument = .future(Future(underlying: "ABC", expiry: january))
    case 1: instrument = .perpetual(Perpetual(underlying: "ABC"))
    case 2: instrument = .underlying(Underlying(symbol: "ABC"))
    case 3...6 where taste.hasDigitals:
      instrument = .digital(
        try DigitalContract(
          underlying: "ABC", right: right, strike: Price(count: strike), expiry: january,
          payout: Price(count: generator.int64(1...30) * 100_000_000)))
    default: instrument = try option(right, strike, taste)
    }
    if !instrument.isOption { price = max(price, 1) }
    legs.append(
      StrategyTable.Leg(
        instrument: table.place(of: instrument), quantity: Quantity(count: quantity), multiplier: multiplier(taste),
        price: Price(count: price), fee: Price(count: fee)))
  }

  /// A long or short box: its payoff is one number, so a long one locks in.
  private mutating func appendBox(_ taste: Taste) throws {
    let (low, high) = (strike(), strike())
    let quantity = generator.nonzero(9) * 50_000_000
    for (right, strike, sign) in [
      (OptionRight.call, low, Int64(1)), (.call, high, -1), (.put, low, -1), (.put, high, 1),
    ] {
      legs.append(
        StrategyTable.Leg(
          instrument: table.place(of: try option(right, strike, taste)), quantity: Quantity(count: sign * quantity),
          multiplier: .one, price: Price(count: generator.int64(0...1_500_000_000)), fee: .zero))
    }
  }

  private mutating func bound() throws {
    var slope = Int128(0)
    for leg in legs {
      let instrument = table.instruments[Int(leg.instrument)]
      if case .option(let contract) = instrument, contract.right == .put { continue }
      if case .digital = instrument { continue }
      slope += Int128(leg.quantity.count) * Int128(leg.multiplier.count) / 100_000_000
    }
    guard slope < 0, let count = Int64(exactly: -slope + 1) else { return }
    legs.append(
      StrategyTable.Leg(
        instrument: table.place(of: try option(.call, strike(), Taste())), quantity: Quantity(count: count),
        multiplier: .one, price: Price(count: 1_000_000), fee: .zero))
  }
}

@Suite("Table margin")
struct TableMarginTests {
  /// The fields in which two answers differ.
  private func differences(_ left: MarginFigures, _ right: MarginFigures) -> [String] {
    var found: [String] = []
    if left.status != right.status { found.append("status \(left.status), \(right.status)") }
    if left.detail != right.detail { found.append("detail \(left.detail), \(right.detail)") }
    if left.maxLoss != right.maxLoss {
      found.append("max_loss \(String(describing: left.maxLoss)), \(String(describing: right.maxLoss))")
    }
    if left.margin != right.margin {
      found.append("margin \(String(describing: left.margin)), \(String(describing: right.margin))")
    }
    if left.entryCost.bitPattern != right.entryCost.bitPattern {
      found.append("entry cost \(left.entryCost), \(right.entryCost)")
    }
    if left.fees.bitPattern != right.fees.bitPattern { found.append("fees \(left.fees), \(right.fees)") }
    return found
  }

  private func kind(_ figures: MarginFigures) -> String {
    "\(figures.status.rawValue) \(figures.detail.split(separator: ";").first ?? "")"
  }

  @Test("A row has the figures of the strategy that it is", arguments: 1...8)
  func sameFigures(seed: Int) throws {
    let table = try RandomRows(seed: seed, count: 400).table
    let reserve = try PerpetualReserve(
      basis: try amount("1.5"), fundingCap: try amount("0.0003"), hours: ExactAmount(70),
      referencePrice: ExactAmount(150))
    for reserve in [.none, reserve] {
      var margins = TableMargin(reserve: reserve)
      margins.learn(table.instruments)
      for index in 0..<table.count {
        let wanted: MarginFigures
        do throws(PricingError) {
          wanted = MarginFigures(StrategyMargin(of: try table.filled(index), reserve: reserve))
        } catch {
          #expect(throws: error, "seed \(seed), row \(index)") { try margins.figures(table, index) }
          continue
        }
        let found = differences(try margins.figures(table, index), wanted)
        #expect(found.isEmpty, "seed \(seed), row \(index): \(found)")
      }
    }
  }

  @Test("The random rows reach every kind of answer")
  func reach() throws {
    var seen: [String: Int] = [:]
    for seed in 1...8 {
      let table = try RandomRows(seed: seed, count: 400).table
      var margins = TableMargin()
      margins.learn(table.instruments)
      for index in 0..<table.count {
        guard let figures = try? margins.figures(table, index) else {
          seen["refused", default: 0] += 1
          continue
        }
        seen[kind(figures), default: 0] += 1
      }
    }
    func count(_ beginning: String) -> Int {
      seen.filter { $0.key.hasPrefix(beginning) }.values.reduce(0, +)
    }
    for kind in [
      "refused", "ok ", "ok locked_in", "ok american", "unbounded up", "unbounded down", "several_expiries", "overflow",
    ] {
      #expect(count(kind) > 5, "\(kind): \(seen)")
    }
  }

  @Test("Tables that continue one another are learnt piece by piece")
  func learning() throws {
    let table = try RandomRows(seed: 20, count: 100).table
    var (whole, pieces) = (TableMargin(), TableMargin())
    whole.learn(table.instruments)
    for end in 0...table.instruments.count { pieces.learn(Array(table.instruments[..<end])) }
    for index in 0..<table.count {
      guard let left = try? whole.figures(table, index) else { continue }
      #expect(differences(left, try pieces.figures(table, index)).isEmpty, "row \(index)")
    }
  }
}
