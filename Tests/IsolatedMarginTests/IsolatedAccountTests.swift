import Basics
import Instruments
import IsolatedMargin
import TestSupport
import Testing

/// Every command of every test here is previewed, applied and audited by the desk.
@Suite("The isolated account")
struct IsolatedAccountTests {
  // MARK: Options

  @Test("An iron condor locks its largest loss after the credit, shows the lock it takes, and is never at risk")
  func condor() throws {
    var desk = try Desk(Sample.terms(), free: "10000")
    let fills = try Self.condor()
    let instruction = Instruction(id: "quote", time: desk.time, .box("box", .open(fills, margin: .required)))
    let shown = try desk.ledger.preview(instruction)
    let taken = try desk.box(.open(fills, margin: .required))
    // Wings 5,000 wide for a credit of 1,600: 3,400 come from the owner, 5,000 stay locked.
    #expect(shown.notes == [.locked(usd("3400"))] && shown.notes == taken.notes)
    #expect(shown.postings.map(\.debit) == taken.postings.map(\.debit))
    #expect(desk.account.cash == (usd("5000")) && desk.account.optionRequirement == (usd("5000")))
    #expect(desk.balance(.free(owner: "ann")) == "6600.00")
    for price in ["0", "1000", "50000"] {
      desk.wait(1)
      try desk.box(.mark(try fills.map { try Sample.mark($0.instrument, price, at: desk.time) }))
      #expect(desk.account.state == .open)
    }
    #expect(
      try desk.refusal(.withdraw(usd("0.01"))) == .notWithdrawable(wanted: usd("0.01"), limit: .zero(.usd)))
    #expect(try desk.refusal(.liquidate(.none)) == .state(.open, .liquidate, .conditionNotMet))
  }

  @Test(
    "At delivery a condor pays exactly what it is worth, and at worst its lock",
    arguments: [
      ("92500", "5000.00"), ("83000", "3000.00"), ("80000", "0.00"), ("1000", "0.00"), ("104000.005", "999.99"),
      ("110000", "0.00"),
    ])
  func delivery(_ price: String, _ left: String) throws {
    var desk = try Desk(Sample.terms(), free: "10000")
    try desk.box(.open(try Self.condor(), margin: .required))
    desk.time = Sample.expired
    #expect(try desk.refusal(.withdraw(nil)) == .state(.expiring, .withdraw, .awaitsSettlement))
    try desk.box(.settle([BoxDelivery("BTC", price: try Price(parsing: price))]))
    #expect(desk.account.state == .settled && desk.account.cash.text == left)
    try desk.box(.close([]))
    #expect(try desk.refusal(.topUp(usd("1"))) == .state(.closed, .topUp, .closed))
    if left != "0.00" {
      try desk.box(.collect)
    }
    #expect(try desk.refusal(.collect) == .nothingToCollect)
  }

  static func condor() throws -> [BoxFill] {
    [
      try Sample.fill(Sample.option(.put, "80000"), "1", "400"),
      try Sample.fill(Sample.option(.put, "85000"), "-1", "1200"),
      try Sample.fill(Sample.option(.call, "100000"), "-1", "1300"),
      try Sample.fill(Sample.option(.call, "105000"), "1", "500"),
    ]
  }

  @Test("Options without a largest loss are refused: quote currency above, coin below")
  func unbounded() throws {
    var desk = try Desk(Sample.terms(), free: "1000000")
    let naked = BoxCommand.open([try Sample.fill(Sample.option(.call, "90000"), "-1", "100")], margin: .required)
    #expect(try desk.refusal(naked) == .unboundedOptions("BTC up"))
    // A perpetual that hedges it saves nothing here: the two parts are added.
    let covered = BoxCommand.open(
      [try Sample.fill(Sample.option(.call, "90000"), "-1", "100"), try Sample.fill(Sample.bitcoin, "1", "90000")],
      margin: .required)
    #expect(try desk.refusal(covered) == .unboundedOptions("BTC up"))
    var coin = try Desk(Sample.terms(settlement: .coin, currency: .btc), free: "10")
    let spread = BoxCommand.open(
      [
        try Sample.fill(Sample.option(.put, "90000"), "-1", "0.05"),
        try Sample.fill(Sample.option(.put, "80000"), "1", "0.02"),
      ], margin: .required)
    #expect(try coin.refusal(spread) == .unboundedOptions("BTC down"))
    try coin.box(.open([try Sample.fill(Sample.option(.call, "90000"), "-1", "0.05")], margin: .required))
    #expect(coin.account.cash.text == "1.00000000" && coin.balance(.free(owner: "ann")) == "9.05000000")
  }

  @Test("A calendar spread is not secured by its far leg: each expiry is held to its end")
  func calendar() throws {
    var desk = try Desk(Sample.terms(), free: "100000")
    let near = Sample.option(.put, "40000")
    let far = Sample.option(.put, "40000", Sample.secondExpiry)
    try desk.box(
      .open([try Sample.fill(near, "-1", "500"), try Sample.fill(far, "1", "800")], margin: .required))
    #expect(desk.account.optionRequirement.text == "40000.00" && desk.balance(.free(owner: "ann")) == "59700.00")
    desk.time = Sample.expired
    try desk.box(.settle([BoxDelivery("BTC", price: try Price(parsing: "39000"))]))
    #expect(desk.account.state == .open && desk.account.cash.text == "39000.00")
    #expect(desk.account.optionRequirement.text == "0.00")
  }

  // MARK: Perpetuals

  @Test("A resize uses the resulting position: realised at the average cost, required at the new size")
  func resize() throws {
    var desk = try Desk(Sample.terms(initial: "0.1"), free: "20000")
    _ = try desk.open(try Sample.fill(Sample.bitcoin, "1", "60000"))
    #expect(desk.account.cash.text == "6000.00")
    // One more at 66,000: average 63,000; equity 6,000 against 12,600 + what the first has gained, valued at 66,000.
    _ = try desk.open(try Sample.fill(Sample.bitcoin, "1", "66000"))
    #expect(desk.account.positions[0].cost.text == "126000.00")
    #expect(desk.account.cash.text == "7200.00")
    let figures = try desk.account.figures()
    #expect(figures.equity.text == "13200.00" && figures.initialRequirement.text == "13200.00")
    // Half closed at 64,000: +1,000 on the average of 63,000, and nothing is locked for a smaller position.
    _ = try desk.open(try Sample.fill(Sample.bitcoin, "-1", "64000"))
    #expect(desk.account.cash.text == "8200.00" && desk.account.positions[0].cost.text == "63000.00")
    #expect(desk.balance(.free(owner: "ann")) == "12800.00")
  }

  @Test("A flip needs what the new side needs, not what the order is worth")
  func flip() throws {
    var desk = try Desk(Sample.terms(initial: "0.1"), free: "20000")
    _ = try desk.open(try Sample.fill(Sample.bitcoin, "1", "60000"))
    // Sells 1.5: one closes the long at +1,000, half is a new short that needs 3,050. The box holds 7,000.
    let outcome = try desk.open(try Sample.fill(Sample.bitcoin, "-1.5", "61000"))
    #expect(outcome.notes.isEmpty)
    #expect(desk.account.positions[0].quantity == (try Quantity(parsing: "-0.5")))
    #expect(desk.account.positions[0].cost.text == "-30500.00" && desk.account.cash.text == "7000.00")
    #expect(try desk.account.figures().initialRequirement.text == "3050.00")
    // Back to a long of 1.5 at 60,000: +500 realised, 9,000 needed, 1,500 beyond the 7,500 that are there.
    let back = try desk.open(try Sample.fill(Sample.bitcoin, "2", "60000"))
    #expect(back.notes == [.locked(usd("1500"))])
    #expect(desk.account.positions[0].cost.text == "90000.00" && desk.account.cash.text == "9000.00")
  }

  @Test("A trade that lacks margin says to the cent what is missing, and a cent more is enough")
  func missing() throws {
    var desk = try Desk(Sample.terms(initial: "0.1"), free: "20000")
    let fill = try Sample.fill(Sample.bitcoin, "1", "60000")
    #expect(
      try desk.refusal(.open([fill], margin: .amount(usd("5999.99"))))
        == .belowRequirement(missing: usd("0.01")))
    try desk.box(.open([fill], margin: .amount(usd("6000"))))
    #expect(desk.account.state == .open)
  }

  @Test("Only a recorded, fresh mark liquidates: not a trade's price, not a stale mark, not a mark grown stale")
  func freshness() throws {
    var desk = try Desk(Sample.terms(), free: "1000")
    _ = try desk.open(try Sample.fill(Sample.bitcoin, "1", "60000"), margin: .amount(usd("600")))
    desk.wait(100)
    try desk.box(.mark([try Sample.mark(Sample.bitcoin, "59500", at: Sample.start)]))
    #expect(desk.account.state == .atRisk)
    #expect(try desk.refusal(.liquidate(.none)) == .state(.atRisk, .liquidate, .conditionNotMet))
    try desk.mark((Sample.bitcoin, "59500"))
    #expect(desk.account.state == .liquidating)
    desk.wait(61)
    #expect(
      try desk.refusal(.liquidate(.none)) == .staleMark("BTC-PERPETUAL", ageSeconds: 61, limitSeconds: 60))
    try desk.mark((Sample.bitcoin, "59500"))
    try desk.box(.liquidate(.none))
    #expect(desk.account.state == .liquidated && desk.account.cash.text == "100.00")
    #expect(
      try desk.refusal(.mark([try Sample.mark(Sample.bitcoin, "60000", at: desk.time)]))
        == .state(.liquidated, .mark, .ended))
  }

  @Test("A recovery at a fresh mark, or a top-up, ends a liquidation that was not carried out")
  func recovery() throws {
    var desk = try Desk(Sample.terms(), free: "1000")
    _ = try desk.open(try Sample.fill(Sample.bitcoin, "1", "60000"), margin: .amount(usd("600")))
    try desk.mark((Sample.bitcoin, "59500"))
    #expect(desk.account.state == .liquidating)
    try desk.mark((Sample.bitcoin, "59800"))
    #expect(desk.account.state == .open)
    try desk.mark((Sample.bitcoin, "59500"))
    try desk.box(.topUp(usd("197.50")))
    // Equity 297.50 is the requirement of 0.5 percent of 59,500, and that is enough.
    #expect(desk.account.state == .open)
    #expect(try desk.account.figures().equity == desk.account.figures().requirement)
  }

  @Test(
    "The mark at which liquidation begins is the closed form's price, to a tick, long and short, linear and inverse")
  func closedForm() throws {
    // Long 1 at 60,000 with 6,000 at 0.5 percent: 54,000/0.995; short: 66,000/1.005. Inverse: 54,818.18 and 66,333.33.
    let cases: [(Settlement, String, String, String, [String])] = [
      (.quote, "1", "6000", "down", ["54271.36", "54271.35"]), (.quote, "-1", "6000", "up", ["65671.64", "65671.65"]),
      (.coin, "60000", "0.1", "down", ["54818.19", "54818.18"]),
      (.coin, "-60000", "0.1", "up", ["66333.33", "66333.34"]),
    ]
    for (settlement, quantity, margin, direction, prices) in cases {
      let currency: Currency = settlement == .quote ? .usd : .btc
      var desk = try Desk(Sample.terms(settlement: settlement, currency: currency), free: margin)
      _ = try desk.open(
        try Sample.fill(Sample.bitcoin, quantity, "60000"),
        margin: .amount(try Money(parsing: margin, currency: currency)))
      try desk.mark((Sample.bitcoin, prices[0]))
      #expect(desk.account.state == .open, "\(settlement) \(direction)")
      try desk.mark((Sample.bitcoin, prices[1]))
      #expect(desk.account.state == .liquidating, "\(settlement) \(direction)")
    }
  }

  @Test("Funding comes from the cash; beyond it, from the position; the options' cash is not touched")
  func funding() throws {
    var desk = try Desk(Sample.terms(initial: "0.1"), free: "60000")
    try desk.box(
      .open(
        [try Sample.fill(Sample.option(.put, "40000"), "-1", "100"), try Sample.fill(Sample.bitcoin, "1", "60000")],
        margin: .required))
    #expect(desk.account.cash.text == "46000.00")
    try desk.mark((Sample.bitcoin, "70000"), (Sample.option(.put, "40000"), "50"))
    try desk.box(.accrueFunding(Sample.bitcoin, .rate(amount("0.0001"))))
    #expect(desk.account.cash.text == "45993.00")
    let outcome = try desk.box(.accrueFunding(Sample.bitcoin, .amount(usd("6000"))))
    #expect(outcome.notes == [.carried(usd("7"))])
    #expect(desk.account.cash.text == "40000.00" && desk.account.positions[1].cost.text == "60007.00")
    #expect(try desk.account.figures().equity.text == "49993.00")
    try desk.box(.accrueFunding(Sample.bitcoin, .rate(amount("-0.0001"))))
    #expect(desk.account.cash.text == "40007.00")
    #expect(
      try desk.refusal(.chargeFees(usd("7.01")))
        == .insufficientCash(wanted: usd("7.01"), available: usd("7")))
  }

  @Test(
    "Intervals of funding until liquidation are the closed form's",
    arguments: [("6000", "0.0001", 951), ("1200", "0.0003", 51)])
  func fundingIntervals(_ margin: String, _ rate: String, _ intervals: Int) throws {
    var desk = try Desk(Sample.terms(), free: margin)
    _ = try desk.open(try Sample.fill(Sample.bitcoin, "1", "60000"), margin: .amount(usd(margin)))
    try desk.mark((Sample.bitcoin, "60000"))
    for interval in 1...intervals {
      try desk.box(.accrueFunding(Sample.bitcoin, .rate(amount(rate))))
      #expect((desk.account.state == .liquidating) == (interval == intervals), "\(interval)")
      guard desk.account.state == .open || interval == intervals else { return }
    }
  }

  // MARK: Liquidation

  @Test("Partial liquidations of the worked cases, to the lot and the cent")
  func partial() throws {
    for row in try Fixture("Accounts/partial-liquidation.csv").rows {
      let mark = try Price(parsing: row["mark"] ?? "")
      let quantity = try Quantity(parsing: row["quantity"] ?? "")
      let entry = Price(count: mark.count + mark.count / 10)
      let loss = try Money(rounding: (entry.exact - mark.exact) * quantity.exact, to: .usd, .up)
      let cash = try usd(row["equity"] ?? "") + loss
      let rate = row["maintenance_rate"] ?? ""
      var desk = try Desk(Sample.terms(maintenance: rate, initial: rate), free: cash.text)
      try desk.box(.open([BoxFill(Sample.bitcoin, quantity: quantity, price: entry)], margin: .amount(cash)))
      try desk.box(.mark([BoxMark(Sample.bitcoin, price: mark, observedAt: desk.time)]))
      #expect(try desk.account.figures().equity == (usd(row["equity"] ?? "")))
      let target = try PartialTarget(
        lot: Quantity(parsing: row["lot"] ?? ""), ratio: amount(row["target_ratio"] ?? ""))
      let outcome = try desk.box(
        .partiallyLiquidate(target, try Sample.costs(row["slippage"] ?? "", row["fee"] ?? "")))
      let name = row["name"] ?? ""
      let left = desk.account.positions.first?.quantity ?? .zero
      #expect(try quantity - left == Quantity(parsing: row["closed"] ?? ""), "\(name)")
      if row["ratio_after"] == "" {
        #expect(desk.account.state == .liquidated)
        #expect(outcome.waterfall?.shortfall == (usd(row["bad_debt"] ?? "")), "\(name)")
        #expect(outcome.waterfall?.remainder == outcome.waterfall?.shortfall)
      } else {
        #expect(desk.account.state == .partial)
        // 42.852 exactly; the sale's value and the fee are rounded against the box.
        let equity = try desk.account.figures().equity.exact
        #expect((equity - (try amount(row["equity_after"] ?? ""))).magnitude <= (try amount("0.01")), "\(name)")
        guard case .reduced(_, _, let ratio?)? = outcome.notes.first else { throw Desk.Violated(detail: name) }
        #expect(abs(ratio.doubleValue - row.number("ratio_after")) < 1e-5, "\(name)")
      }
    }
  }

  @Test("A bankrupt box takes the insurance above its floor, then the winners, and leaves the rest on record")
  func bankruptcy() throws {
    let claims = [
      CounterpartyClaim(id: "kim", profit: usd("100"), margin: usd("10"), leverage: ExactAmount(10)),
      CounterpartyClaim(id: "lee", profit: usd("300"), margin: usd("100"), leverage: ExactAmount(5)),
    ]
    var desk = try Desk(Sample.terms(), free: "600", insurance: "1000", floor: "200", claims: claims)
    _ = try desk.open(try Sample.fill(Sample.bitcoin, "1", "60000"), margin: .amount(usd("600")))
    try desk.mark((Sample.bitcoin, "58000"))
    let outcome = try desk.box(.liquidate(try Sample.costs("0.001", "0.001")))
    // 2,000 lost, 58 of slippage and 58 of fee against 600: 1,516 are missing.
    #expect(outcome.waterfall?.shortfall.text == "1516.00" && outcome.waterfall?.insurance.text == "800.00")
    #expect(outcome.waterfall?.remainder.text == "316.00")
    #expect(desk.balance(.insurance) == "200.00" && desk.balance(.fees) == "58.00")
    #expect(desk.balance(.counterparty("kim")) == "-100.00" && desk.balance(.counterparty("lee")) == "-300.00")
    #expect(desk.balance(.uncovered) == "-316.00" && desk.balance(.market) == "2058.00")
    #expect(desk.account.cash.text == "0.00" && desk.balance(.free(owner: "ann")) == "0.00")
    // What was taken is gone: the next failure finds no winners.
    #expect(desk.ledger.backstop(.usd).claims.allSatisfy { $0.profit.minorUnits == 0 })
  }

  @Test("A future whose delivery price jumps past the cash is settled down the waterfall")
  func futureGap() throws {
    var desk = try Desk(Sample.terms(), free: "600", insurance: "1000")
    _ = try desk.open(try Sample.fill(Sample.future(), "1", "60000"), margin: .amount(usd("600")))
    desk.time = Sample.expired
    let outcome = try desk.box(.settle([BoxDelivery("BTC", price: try Price(parsing: "59000"))]))
    #expect(outcome.waterfall?.insurance.text == "400.00" && desk.account.state == .settled)
    #expect(desk.account.cash.text == "0.00")
    var ordered = try Desk(Sample.terms(), free: "600000")
    let both = BoxCommand.open(
      [
        try Sample.fill(Sample.future(), "1", "60000"),
        try Sample.fill(Sample.option(.put, "50000", Sample.secondExpiry), "-1", "10"),
      ], margin: .required)
    #expect(try ordered.refusal(both) == .futureBeforeOptions)
  }

  // MARK: Auto-add

  @Test("The box draws what restores requirement and buffer, once a mark, up to its cap, and says what can be lost")
  func autoAdd() throws {
    var desk = try Desk(Sample.terms(autoAdd: ("1.2", "0.5", "400")), free: "2000")
    _ = try desk.open(try Sample.fill(Sample.bitcoin, "1", "60000"), margin: .amount(usd("600")))
    try desk.mark((Sample.bitcoin, "59900"))
    #expect(desk.account.autoAdded.minorUnits == 0)
    // At 59,700 equity is 300 and the requirement 298.50: 447.75 - 300 are drawn.
    let outcome = try desk.mark((Sample.bitcoin, "59700"))
    #expect(
      outcome.notes == [
        .autoAdded(usd("147.75"), posted: usd("600"), cap: usd("400"), promise: usd("1000"))
      ])
    #expect(try desk.refusal(.autoAdd) == .alreadyAdded)
    try desk.mark((Sample.bitcoin, "59300"))
    #expect(desk.account.autoAdded.text == "400.00" && desk.account.state == .open)
    try desk.mark((Sample.bitcoin, "59200"))
    #expect(desk.account.state == .liquidating && desk.account.autoAdded.text == "400.00")
    #expect(try desk.refusal(.autoAdd) == .capReached(usd("400")))
    #expect(desk.balance(.free(owner: "ann")) == "1000.00")
    try desk.box(.liquidate(.none))
    #expect(try desk.account.paidAway().text == "800.00")
  }

  @Test("It draws on the free balance alone, and waits for it")
  func autoAddFree() throws {
    var desk = try Desk(Sample.terms(autoAdd: ("1.2", "0", "400")), free: "600")
    _ = try desk.open(try Sample.fill(Sample.bitcoin, "1", "60000"), margin: .amount(usd("600")))
    try desk.mark((Sample.bitcoin, "59600"))
    #expect(desk.account.state == .liquidating)
    #expect(try desk.refusal(.autoAdd) == .insufficientFree(wanted: usd("98"), free: .zero(.usd)))
    try desk.run(.deposit(owner: "ann", usd("50")))
    try desk.box(.autoAdd)
    #expect(desk.account.autoAdded.text == "50.00" && desk.account.state == .liquidating)
    var off = try Desk(Sample.terms(), free: "600")
    _ = try off.open(try Sample.fill(Sample.bitcoin, "1", "60000"), margin: .amount(usd("600")))
    #expect(try off.refusal(.autoAdd) == .autoAddOff)
  }

  // MARK: Ids and time

  @Test("An id answers the same for ever, refuses another command, and a refused id may come again")
  func ids() throws {
    var desk = try Desk(Sample.terms(), free: "1000")
    let first = Instruction(id: "top", time: desk.time, .box("box", .topUp(usd("100"))))
    let answer = try desk.ledger.apply(first)
    let after = desk.ledger.allBalances.map(\.balance)
    desk.wait(10)
    try desk.box(.topUp(usd("5")))
    #expect(try desk.ledger.apply(first) == answer)
    #expect(try desk.ledger.preview(first) == answer)
    #expect(desk.account.cash.text == "105.00" && after.count == desk.ledger.allBalances.count)
    let other = Instruction(id: "top", time: desk.time, .box("box", .topUp(usd("101"))))
    #expect(throws: AccountRefusal.idReused("top")) { try desk.ledger.apply(other) }
    let large = Instruction(id: "large", time: desk.time, .box("box", .topUp(usd("2000"))))
    #expect(throws: AccountRefusal.insufficientFree(wanted: usd("2000"), free: usd("895"))) {
      try desk.ledger.apply(large)
    }
    try desk.run(.deposit(owner: "ann", usd("5000")))
    try desk.ledger.apply(large)
    #expect(desk.account.cash.text == "2105.00")
    desk.time = Sample.start
    #expect(
      try desk.refusal(.topUp(usd("1")))
        == .timeBackwards(Sample.start, last: Instant(secondsSinceEpoch: Sample.start.secondsSinceEpoch + 10)))
  }

  @Test("A top-up shrinks the set of prices at which the box is liquidated")
  func topUpIsSafer() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      var desk = try Desk(Sample.terms(), free: "100000")
      let quantity = Quantity(count: random.nonzero(3) * 50_000_000)
      try desk.box(
        .open([BoxFill(Sample.bitcoin, quantity: quantity, price: try Price(parsing: "60000"))], margin: .required))
      var richer = desk
      try richer.box(.topUp(Money(minorUnits: random.int(1...500_000), currency: .usd)))
      var wasLiquidated = false
      for thousand in 30...90 {
        var (poor, rich) = (desk, richer)
        try poor.mark((Sample.bitcoin, "\(thousand)000"))
        try rich.mark((Sample.bitcoin, "\(thousand)000"))
        wasLiquidated = wasLiquidated || poor.account.state == .liquidating
        #expect(poor.account.state == .liquidating || rich.account.state != .liquidating, "\(random) \(thousand)")
      }
      #expect(wasLiquidated, "\(random)")
    }
  }
}
