import Basics
import Instruments
public import IsolatedMargin
import TestSupport

/// Instructions to a small market of owners and boxes, mostly sensible and sometimes not, from a seed.
///
/// What a command says depends on the generator alone and not on the ledger, so that any part of a sequence is a sequence:
/// that is what lets a failing one be shortened.
public struct RandomInstructions {
  private var random: SplitMix64
  /// Two days and some hours before the first expiry.
  private var time = Instant(secondsSinceEpoch: TrialMarket.start.secondsSinceEpoch + 7 * 86_400)
  private var count = 0
  private var made: Set<String> = []
  /// What the box of the command trades: few instruments, so that commands often meet what it holds.
  private var instruments: [Instrument] = []
  private var bitcoinPrice: Int64 = 60_000

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  static let owners = ["ann", "bob"]
  static let boxes = ["plain", "tiered", "wide", "coin"]

  public static func ledger() throws -> MarginLedger {
    let claims = [
      CounterpartyClaim(id: "kim", profit: usd("4000"), margin: usd("100"), leverage: ExactAmount(10)),
      CounterpartyClaim(id: "lee", profit: usd("700"), margin: usd("300"), leverage: ExactAmount(3)),
    ]
    var ledger = try MarginLedger(floors: [usd("50")], claims: claims, order: .queue)
    for (index, command) in try beginning().enumerated() {
      try ledger.apply(Instruction(id: "begin\(index)", time: TrialMarket.start, command))
    }
    return ledger
  }

  private static func beginning() throws -> [LedgerCommand] {
    let coins = try Money(parsing: "3", currency: .btc)
    return [
      .deposit(owner: "ann", usd("90000")), .deposit(owner: "bob", usd("30000")), .deposit(owner: "bob", coins),
      .insure(usd("2500")), .insure(try Money(parsing: "0.01", currency: .btc)),
    ]
  }

  /// One for each of ``boxes``.
  private static func terms() throws -> [BoxTerms] {
    let tiers = try MaintenanceTiers([
      (.zero, ExactAmount(parsing: "0.004")), (ExactAmount(50_000), ExactAmount(parsing: "0.005")),
      (ExactAmount(250_000), ExactAmount(parsing: "0.01")),
    ])
    let tiered = try LinearMargin(maintenance: tiers, initialRate: ExactAmount(parsing: "0.02"))
    return [
      try TrialMarket.terms(autoAdd: ("1.2", "0.3", "700"), warning: "0.1"),
      try BoxTerms(margin: tiered, markMaxAgeSeconds: 45),
      try TrialMarket.terms(maintenance: "0.03", initial: "0.05", warning: "0.5"),
      try TrialMarket.terms(settlement: .coin, currency: .btc, initial: "0.05"),
    ]
  }

  public static func instructions(seed: UInt64, count: Int) -> [Instruction] {
    var generator = RandomInstructions(seed: seed)
    return (0..<count).compactMap { _ in try? generator.next() }
  }

  private mutating func next() throws -> Instruction {
    count += 1
    // Mostly seconds, at times hours.
    let seconds = random.chance(0.02) ? random.int64(3600...150_000) : random.int64(0...30)
    time = Instant(secondsSinceEpoch: time.secondsSinceEpoch + seconds)
    let step = random.chance(0.05) ? random.int64(-6000...6000) : random.int64(-400...400)
    bitcoinPrice = min(max(bitcoinPrice + step, 5000), 200_000)
    let id = random.chance(0.02) ? "\(random.int(1...count))" : "\(count)"
    if random.chance(0.06) { return Instruction(id: id, time: time, ledgerCommand()) }
    // Boxes end; every fifty commands the same owners begin new ones.
    let kind = random.int(0...3)
    let name = "\(Self.boxes[kind]).\(count / 50)"
    guard made.contains(name) else {
      made.insert(name)
      let terms = try Self.terms()[kind]
      return Instruction(id: "\(count)", time: time, .makeBox(id: name, owner: kind < 2 ? "ann" : "bob", terms))
    }
    instruments = Self.favourites[kind]
    return Instruction(id: id, time: time, .box(name, try command(inCoin: Self.boxes[kind] == "coin")))
  }

  private mutating func ledgerCommand() -> LedgerCommand {
    let owner = random.pick(Self.owners)
    switch random.int(0...3) {
    case 0: return .payOut(owner: owner, money(inCoin: false))
    case 1: return .insure(money(inCoin: random.chance(0.3)))
    default: return .deposit(owner: owner, money(inCoin: random.chance(0.3)))
    }
  }

  /// Now and then of the wrong sign or currency, or far too much.
  private mutating func money(inCoin: Bool) -> Money {
    let isCoin = random.chance(0.02) ? !inCoin : inCoin
    var units = isCoin ? random.int64(1...20_000_000) : random.int64(1...100_000)
    if random.chance(0.02) { units = random.pick([0, -1, .max, .min, .max / 2]) }
    return Money(minorUnits: units, currency: isCoin ? .btc : .usd)
  }

  private mutating func nonzero(_ limit: Int64) -> Int64 {
    let magnitude = random.int64(1...limit)
    return random.chance(0.5) ? magnitude : -magnitude
  }

  private mutating func quantity(_ instrument: Instrument, inCoin: Bool) -> Quantity {
    if random.chance(0.01) { return Quantity(count: random.pick([0, .max, .min, 1])) }
    let isInverse = inCoin && !instrument.isOption
    let count = isInverse ? nonzero(40) * 100_000_000_000 : nonzero(60) * 5_000_000
    return Quantity(count: instrument == TrialMarket.ether ? count * 10 : count)
  }

  private mutating func price(_ instrument: Instrument, inCoin: Bool) -> Price {
    if random.chance(0.01) { return Price(count: random.pick([0, -1, 1, .max])) }
    if instrument.isOption {
      return Price(count: inCoin ? random.int64(0...20_000_000) : random.int64(0...900_000_000_000))
    }
    let units = instrument == TrialMarket.ether ? bitcoinPrice / 20 : bitcoinPrice
    return Price(count: units * 100_000_000 + random.int64(-5_000_000_000...5_000_000_000))
  }

  private static let favourites = [
    [TrialMarket.bitcoin],
    [TrialMarket.bitcoin, TrialMarket.ether, TrialMarket.option(.put, "50000")],
    [TrialMarket.bitcoin, TrialMarket.bitcoin, TrialMarket.future(), TrialMarket.future(TrialMarket.secondExpiry)],
    [
      TrialMarket.bitcoin, TrialMarket.bitcoin, TrialMarket.option(.call, "65000"),
      TrialMarket.option(.call, "70000", TrialMarket.secondExpiry),
    ],
  ]

  private mutating func fills(inCoin: Bool) -> [BoxFill] {
    if random.chance(0.15) {
      // A vertical spread, either way round.
      let right: OptionRight = random.chance(0.5) ? .call : .put
      let strikes = right == .call ? ["65000", "70000"] : ["55000", "50000"]
      let size = Quantity(count: nonzero(20) * 10_000_000)
      return [(strikes[0], -size.count), (strikes[1], size.count)].map { strike, count in
        let option = TrialMarket.option(right, strike)
        return BoxFill(option, quantity: Quantity(count: count), price: price(option, inCoin: inCoin))
      }
    }
    return (0..<(random.chance(0.8) ? 1 : 2)).map { _ in
      let instrument = random.pick(instruments)
      return BoxFill(
        instrument, quantity: quantity(instrument, inCoin: inCoin), price: price(instrument, inCoin: inCoin))
    }
  }

  private mutating func costs() throws -> LiquidationCosts {
    try LiquidationCosts(
      slippage: ExactAmount(count: random.int64(0...20), decimals: 4),
      fee: ExactAmount(count: random.int64(0...20), decimals: 4))
  }

  private mutating func command(inCoin: Bool) throws -> BoxCommand {
    switch random.int(0...49) {
    case 0...8:
      let margin: OpeningMargin = random.chance(0.7) ? .required : .amount(money(inCoin: inCoin))
      return .open(fills(inCoin: inCoin), margin: margin)
    case 9, 10: return .topUp(money(inCoin: inCoin))
    case 11, 12: return .withdraw(random.chance(0.5) ? nil : money(inCoin: inCoin))
    case 13: return .autoAdd
    case 14, 15:
      let charge: FundingCharge =
        random.chance(0.7)
        ? .rate(ExactAmount(count: random.int64(-50...200), decimals: 4)) : .amount(money(inCoin: inCoin))
      return .accrueFunding(random.pick([TrialMarket.bitcoin, TrialMarket.ether]), charge)
    case 16: return .chargeFees(Money(minorUnits: random.int64(1...2000), currency: inCoin ? .btc : .usd))
    case 17...28: return .mark(marks(inCoin: inCoin))
    case 29...35:
      let instrument = random.chance(0.3) ? nil : TrialMarket.bitcoin
      let target = try PartialTarget(
        instrument: instrument, lot: Quantity(count: inCoin ? 1_000_000_000 : 100_000),
        ratio: ExactAmount(count: random.pick([1, 8, 12, 20, 40, 60]), decimals: 3))
      return .partiallyLiquidate(target, try costs())
    case 36...41: return .liquidate(try costs())
    case 42...45: return .settle([BoxDelivery("BTC", price: price(TrialMarket.bitcoin, inCoin: inCoin))])
    case 46: return .close([BoxClosing(TrialMarket.bitcoin, price: price(TrialMarket.bitcoin, inCoin: inCoin))])
    case 47, 48: return random.chance(0.1) ? .close([]) : .mark(marks(inCoin: inCoin))
    default: return .collect
    }
  }

  /// One instrument, or what a mark of the market would be; most boxes hold few of them, and refuse the rest.
  private mutating func marks(inCoin: Bool) -> [BoxMark] {
    let age = random.chance(0.1) ? random.int64(0...200) : 0
    let observed = Instant(secondsSinceEpoch: time.secondsSinceEpoch - (random.chance(0.01) ? -5 : age))
    let instrument = random.pick(instruments)
    return [BoxMark(instrument, price: price(instrument, inCoin: inCoin), observedAt: observed)]
  }
}

extension Instruction {
  /// The same with smaller figures, the smallest first, for the shortest report of a failure.
  public var simpler: [Instruction] {
    guard case .box(let box, let command) = command else { return [] }
    func with(_ command: BoxCommand) -> Instruction { Instruction(id: id, time: time, .box(box, command)) }
    func smaller(_ money: Money) -> [Money] {
      [Int64(1), 100, 10_000].filter { $0 < money.minorUnits }.map { Money(minorUnits: $0, currency: money.currency) }
    }
    switch command {
    case .open(let fills, let margin):
      var forms = fills.count > 1 ? fills.map { with(.open([$0], margin: margin)) } : []
      if margin != .required { forms.append(with(.open(fills, margin: .required))) }
      for (index, fill) in fills.enumerated() where fill.quantity.count.magnitude > 100_000_000 {
        var plain = fills
        let one = Quantity(count: fill.quantity.count < 0 ? -100_000_000 : 100_000_000)
        plain[index] = BoxFill(fill.instrument, quantity: one, price: fill.price)
        forms.append(with(.open(plain, margin: margin)))
      }
      return forms
    case .topUp(let amount): return smaller(amount).map { with(.topUp($0)) }
    case .chargeFees(let amount): return smaller(amount).map { with(.chargeFees($0)) }
    case .withdraw(let amount?): return smaller(amount).map { with(.withdraw($0)) }
    case .liquidate(let costs) where costs != .none: return [with(.liquidate(.none))]
    default: return []
    }
  }
}
