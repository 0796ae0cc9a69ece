import Basics
import Instruments
import IsolatedMargin
import TestSupport
import Testing

/// One owner with two boxes and a free balance: what stands alone, and what a pool would make of it.
@Suite("Isolated beside cross margin")
struct IsolationComparisonTests {
  /// Long 1 bitcoin with 900, long 10 ether with `ether`, both at a maintenance of 0.5 percent.
  static func boxes(ether: String) throws -> [IsolatedAccount] {
    var boxes: [IsolatedAccount] = []
    for (id, instrument, quantity, price, cash) in [
      ("btc", Sample.bitcoin, "1", "60000", "900"), ("eth", Sample.ether, "10", "3000", ether),
    ] {
      var ledger = try MarginLedger()
      let commands: [LedgerCommand] = [
        .deposit(owner: "ann", usd(cash)), .makeBox(id: id, owner: "ann", try Sample.terms()),
        .box(id, .open([try Sample.fill(instrument, quantity, price)], margin: .amount(usd(cash)))),
      ]
      for (index, command) in commands.enumerated() {
        try ledger.apply(Instruction(id: "\(index)", time: Sample.start, command))
      }
      boxes.append(try #require(ledger[box: id]))
    }
    return boxes
  }

  static func compare(
    _ bitcoin: String, _ ether: String, etherCash: String = "900", free: String = "0"
  ) throws -> IsolationComparison {
    try IsolationComparison(
      of: boxes(ether: etherCash), free: usd(free),
      marks: [
        try Sample.mark(Sample.bitcoin, bitcoin, at: Sample.start),
        try Sample.mark(Sample.ether, ether, at: Sample.start),
      ], costs: try Sample.costs("0.001", "0"))
  }

  @Test("A failure of one box drags the other along in a pool, and what the owner kept beside them")
  func dragged() throws {
    let table = try Self.compare("57900", "3000", free: "100")
    #expect(table.rows.map(\.fate) == [.liquidatedByBoth, .draggedAlong])
    #expect(table.isPoolLiquidated)
    // Alone: 900 against a loss of 2,100 and 57.90 of slippage leaves 1,257.90 unpaid, and 900 + 100 untouched.
    #expect(table.badDebtIsolated.text == "1257.90" && table.ownerLeftIsolated.text == "1000.00")
    // In the pool all 1,900 answer for 2,187.90, slippage of both included.
    #expect(table.badDebtCross.text == "287.90" && table.ownerLeftCross.text == "0.00")
  }

  @Test("A pool carries a box that would fail alone, as long as the rest holds it up")
  func carried() throws {
    let table = try Self.compare("59300", "3100", etherCash: "2000")
    #expect(table.rows.map(\.fate) == [.carried, .keptByBoth])
    #expect(!table.isPoolLiquidated && table.ownerLeftCross.text == "3200.00")
    #expect(table.rows[0].leftIsolated.text == "140.70")
    let calm = try Self.compare("60000", "3000")
    #expect(calm.rows.map(\.fate) == [.keptByBoth, .keptByBoth] && calm.ownerLeftCross == calm.ownerLeftIsolated)
  }

  @Test(
    "At one rate the pool never needs more than its boxes, and holds what they hold",
    arguments: 1...20 as ClosedRange<UInt64>)
  func needsLess(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var boxes: [IsolatedAccount] = []
    for index in 0..<3 {
      var desk = try Desk(Sample.terms(), free: "1000000")
      let size = Quantity(count: random.nonzero(20) * 10_000_000)
      let right: OptionRight = random.chance(0.5) ? .call : .put
      try desk.box(
        .open(
          [
            BoxFill(Sample.bitcoin, quantity: size, price: try Price(parsing: "60000")),
            try Sample.fill(Sample.option(right, "60000"), index == 0 ? "1" : "-1", "900"),
            try Sample.fill(Sample.option(right, right == .call ? "65000" : "55000"), index == 0 ? "-1" : "1", "300"),
          ], margin: .required))
      boxes.append(desk.account)
    }
    let pool = try CrossMarginAccount(pooling: boxes, free: usd("1")).figures()
    let alone = try boxes.map { try $0.figures() }
    #expect(pool.requirement.minorUnits <= alone.reduce(0) { $0 + $1.requirement.minorUnits }, "\(random)")
    let equity = alone.reduce(100) { $0 + $1.equity.minorUnits }
    // One unrealised profit is rounded down where there were three.
    #expect((equity...(equity + 3)).contains(pool.equity.minorUnits), "\(random)")
  }

  @Test("A mark that is no price is refused, as a box refuses it")
  func marks() throws {
    for price in [Price.zero, Price(count: -1)] {
      let mark = BoxMark(Sample.bitcoin, price: price, observedAt: Sample.start)
      #expect(throws: AccountRefusal.self) {
        try IsolationComparison(
          of: Self.boxes(ether: "900"), free: usd("0"), marks: [mark], costs: Sample.costs("0", "0"))
      }
    }
  }

  @Test("Boxes of two owners or terms are not pooled")
  func refusals() throws {
    let boxes = try Self.boxes(ether: "900")
    #expect(throws: AccountRefusal.incomplete("found no box to pool")) {
      try CrossMarginAccount(pooling: [], free: usd("0"))
    }
    #expect(throws: AccountRefusal.wrongCurrency("USD", wanted: "BTC")) {
      try CrossMarginAccount(pooling: boxes, free: .zero(.btc))
    }
    let other = IsolatedAccount(id: "other", owner: "bob", terms: try Sample.terms())
    #expect(throws: AccountRefusal.badValue("boxes", found: "btc and other", wanted: "one owner and one set of terms"))
    {
      try CrossMarginAccount(pooling: boxes + [other], free: usd("0"))
    }
  }
}
