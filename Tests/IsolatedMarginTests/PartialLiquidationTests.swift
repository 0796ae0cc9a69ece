import Basics
import IsolatedMargin
import TestSupport
import Testing

@Suite("Perpetuals: how much must be closed so that the rest meets a target")
struct PartialLiquidationTests {
  /// A linear long with this equity at the mark.
  private func long(_ quantity: String, mark: String, equity: String) throws -> PerpetualPosition {
    try perpetual(.long, quantity, at: mark, margin: equity)
  }

  @Test("Worked examples")
  func workedExamples() throws {
    let rows = try Fixture("Perpetuals/partial-liquidation.csv").rows
    #expect(rows.count == 4)
    for row in rows {
      let position = try long(row["quantity"] ?? "", mark: row["mark"] ?? "", equity: row["equity"] ?? "")
      let found = try PartialLiquidation(
        of: position, mark: amount(row["mark"] ?? ""),
        target: MaintenanceTiers(rate: amount(row["target_ratio"] ?? "")),
        costRate: amount(row["slippage"] ?? "") + amount(row["fee"] ?? ""), lot: amount("0.001"))
      #expect(found.decision.rawValue == row["decision"])
      #expect(abs(found.closed.doubleValue - row.number("closed")) < 1e-12)
      #expect(abs(found.equityAfter.doubleValue - row.number("equity_after")) < 1e-9)
      #expect(abs(found.shortfall.doubleValue - row.number("shortfall")) < 1e-9)
      if found.decision == .partial {
        #expect(abs((found.exactQuantity ?? .zero).doubleValue - row.number("exact_quantity")) < 1e-12)
        #expect(abs((found.ratioAfter ?? .zero).doubleValue - row.number("ratio_after")) < 1e-15)
      } else {
        #expect(found.closesEverything && found.ratioAfter == nil)
      }
    }
  }

  @Test("Inverse: x = (rho N/P - e) P/(rho - k)")
  func inverse() throws {
    let position = try perpetual(.long, "30000", at: "3000", margin: "0.04", kind: .inverse)
    let found = try PartialLiquidation(
      of: position, mark: amount("3000"), target: MaintenanceTiers(rate: amount("0.01")), costRate: amount("0.003"),
      lot: ExactAmount(10))
    // (0.1 - 0.04) x 3000/0.007 = 25714.28...
    #expect(try found.exactQuantity == amount("180000/7") && found.closed == ExactAmount(25_720))
    #expect(found.decision == .partial && found.position?.quantity == ExactAmount(4280))
  }

  @Test("A lower tier ends the search where its rate is below the cost")
  func tiers() throws {
    // 1 percent up to 1000, 5 percent above: amount 40. At 2000 the requirement is 60.
    let tiers = try MaintenanceTiers([(.zero, amount("0.01")), (ExactAmount(1000), amount("0.05"))])
    func found(_ equity: String, cost: String, lot: String = "0.01") throws -> PartialLiquidation {
      try PartialLiquidation(
        of: try long("20", mark: "100", equity: equity), mark: ExactAmount(100), target: tiers,
        costRate: amount(cost), lot: amount(lot))
    }
    // (0.05 x 2000 - 40 - 46)/(0.05 - 0.02) = 466.67 of the notional, inside the upper tier.
    #expect(try found("46", cost: "0.02").exactQuantity == amount("14/3"))
    #expect(try found("46", cost: "0.02").decision == .partial)
    // 1000 of the notional frees 50 and costs 20: equity 29.9 falls short of 10 + 20 at the border, and below it costs more.
    #expect(try found("29.9", cost: "0.02").decision == .wholeNeeded)
    #expect(try found("30.0001", cost: "0.02").decision == .partial)
    // With a cost below both rates the search goes on in the lower tier.
    #expect(try found("12", cost: "0.005").decision == .partial)
    #expect(try found("12", cost: "0.06").decision == .costTooHigh)
    // Lots of 3 end beyond the border, where the target is missed again: 9.99 exact, 12 rounded.
    #expect(try found("30.3", cost: "0.02", lot: "3").decision == .wholeNeeded)
    #expect(try found("60", cost: "0.06").decision == .notNeeded)
  }

  @Test("After it the target is met or everything is closed, and one lot less would not do", arguments: UInt64(1)...300)
  func law(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let position = try random.position()
    let target = try random.tiers(upTo: position.entryNotional)
    let mark = position.entryPrice * ExactAmount(count: random.int64(8500...11_500), decimals: 4)
    let cost = ExactAmount(count: random.int64(0...300), decimals: 4)
    let lot = position.quantity * ExactAmount(count: random.int64(1...3000), decimals: 4)
    let found = try PartialLiquidation(of: position, mark: mark, target: target, costRate: cost, lot: lot)
    guard let left = found.position else {
      #expect(found.closed == position.quantity && found.notionalAfter.isZero, "\(random)")
      // No whole number of lots below the quantity meets the target.
      let perUnit = (try position.notional(at: mark)).divided(by: position.quantity) ?? .zero
      var lots = lot
      while lots < position.quantity, found.decision != .notNeeded {
        let equity = try position.equity(at: mark) - cost * lots * perUnit
        #expect(equity < target.requirement(ofNotional: (position.quantity - lots) * perUnit), "\(random)")
        lots += lot * ExactAmount(max(1, Int64((position.quantity.doubleValue / lot.doubleValue) / 40)))
      }
      return
    }
    #expect(found.equityAfter >= target.requirement(ofNotional: found.notionalAfter), "\(random)")
    #expect(
      try left.equity(at: mark) == found.equityAfter && left.notional(at: mark) == found.notionalAfter, "\(random)")
    if found.decision == .partial {
      #expect(left.quantity + found.closed == position.quantity && found.closed.divided(by: lot)?.isDecimal(0) == true)
      let less = found.closed - lot
      let perUnit = (try position.notional(at: mark)).divided(by: position.quantity) ?? .zero
      let equity = try position.equity(at: mark) - cost * less * perUnit
      #expect(equity < target.requirement(ofNotional: (position.quantity - less) * perUnit), "\(random)")
    }
  }

  @Test("Refusals")
  func refusals() throws {
    let position = try long("1", mark: "100", equity: "1")
    let target = try MaintenanceTiers(rate: amount("0.01"))
    func make(mark: String = "100", cost: String = "0", lot: String = "1") throws {
      _ = try PartialLiquidation(
        of: position, mark: amount(mark), target: target, costRate: amount(cost), lot: amount(lot))
    }
    try make()
    #expect(throws: IsolatedMarginError.self) { try make(mark: "0") }
    #expect(throws: IsolatedMarginError.self) { try make(cost: "-0.001") }
    #expect(throws: IsolatedMarginError.self) { try make(lot: "0") }
  }
}
