import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Sizing: the most lots whose loss and fees fit the budget, and the proof that one more does not")
struct PositionSizeTests {
  /// A lot that loses exactly `loss` without fees: an option bought for it.
  private func lot(_ loss: String, settlement: Settlement = .quote, fee: String = "0") throws -> FilledStrategy {
    try filled([leg("1 C 100 @\(loss)", fee: fee)], settlement: settlement, name: "lot")
  }

  private func usd(_ text: String) throws -> Money { try Money(parsing: text, currency: .usd) }

  @Test("Worked examples against a search over the number of lots")
  func fixture() throws {
    let rows = try Books.rows("sizing.csv")
    #expect(rows.count == 7)
    for row in rows {
      let isCoin = row["name"]?.hasPrefix("BTC") == true
      let currency: Currency = isCoin ? .btc : .usd
      func units(_ column: String) throws -> Int64 { try #require(Int64(row[column] ?? ""), "\(column)") }
      func exact(_ column: String) throws -> ExactAmount {
        ExactAmount(count: try units(column), decimals: currency.decimals)
      }
      let portfolio = Money(minorUnits: try units("portfolio"), currency: currency)
      let budget = try PositionSize.budget(share: amount(row["budget_share"] ?? ""), of: portfolio)
      #expect(budget.minorUnits == (try units("budget")))
      let schedule = try LotFees(
        perLot: exact("fee_per_lot"), minimum: exact("minimum_fee"),
        cap: row["fee_cap"]?.isEmpty == false ? exact("fee_cap") : nil)
      let loss = Money(minorUnits: try units("loss_per_lot"), currency: currency)
      let size = PositionSize(
        of: try lot(loss.text, settlement: isCoin ? .coin : .quote), budget: budget, lotFees: schedule)
      #expect(size.status == .ok && size.name == "lot")
      #expect(size.lots == (try units("lots")), "\(row["name"] ?? "")")
      #expect(size.used == (try exact("used")), "\(row["name"] ?? "")")
      #expect(size.nextWouldUse == (try exact("next_would_use")), "\(row["name"] ?? "")")
    }
  }

  @Test("A share is a fraction: 10 lots of 10000 fit a tenth of 100000.00, and a cent less fits 9")
  func exactFit() throws {
    let lot = try lot("100", fee: "0")
    for (portfolio, lots) in [("10000.00", Int64(10)), ("9999.99", 9)] {
      let budget = try PositionSize.budget(parsing: "10%", portfolio: usd(portfolio), currency: .usd)
      let size = PositionSize(of: lot, budget: budget)
      #expect(size.lots == lots && size.used == ExactAmount(100 * lots), "\(portfolio)")
      #expect(size.usedText == "\(100 * lots)" && size.nextWouldUseText == "\(100 * (lots + 1))")
    }
    #expect(try PositionSize.budget(parsing: "1/3%", portfolio: usd("1000"), currency: .usd).text == "3.33")
    #expect(try PositionSize.budget(parsing: "250.5", portfolio: nil, currency: .usd).text == "250.50")
  }

  @Test("A lot's loss is multiplied before it is rounded")
  func roundedOnce() throws {
    // Two thirds of a coin a lot: 3 lots use 2 coins exactly, and each rounded up would use a 10^-8 too many.
    let spread = try filled("-1 C 100 @0", "1 C 300 @0", settlement: .coin)
    let size = PositionSize(of: spread, budget: try Money(parsing: "2", currency: .btc))
    #expect(size.lots == 3 && size.used == ExactAmount(2) && size.lossPerLotText == "0.66666667")
    #expect(size.nextWouldUseText == "2.66666667")
  }

  @Test("A credit strategy: capital used, margin posted and cash kept locked are three numbers")
  func threeNumbers() throws {
    let condor = try filled(
      [leg("100 P 90 @1"), leg("-100 P 95 @2"), leg("-100 C 105 @2"), leg("100 C 110 @1.4", fee: "2.6")])
    let size = PositionSize(of: condor, budget: try usd("1000"))
    #expect(size.lots == 2 && size.lossPerLotText == "340" && size.feesText == "5.2" && size.usedText == "685.2")
    #expect(size.nextWouldUseText == "1027.8" && size.marginText == "685.20")
    #expect(size.lockedCash == (try usd("1000")))
    // A long box: what is posted exceeds what can be lost, by the payoff that is certain.
    let box = PositionSize(
      of: try filled("1 C 90 @15", "-1 C 110 @3", "1 P 110 @14", "-1 P 90 @4"), budget: try usd("10"))
    #expect(box.lossPerLotText == "2" && box.lots == 5 && box.marginText == "110.00")
    #expect(box.lockedCash == (try usd("0")))
  }

  @Test("Certificates for random budgets, fees and losses: so many fit, one more does not")
  func random() throws {
    var generator = SplitMix64(seed: 31)
    for index in 0..<1500 {
      let loss = ExactAmount(count: generator.int(1...90_000), decimals: 4)
      let perLot = ExactAmount(count: generator.int(0...900), decimals: 3)
      let minimum = ExactAmount(count: generator.int(0...3000), decimals: 2)
      let cap = generator.next() % 2 == 0 ? ExactAmount(count: generator.int(0...9000), decimals: 2) : nil
      let schedule = try LotFees(perLot: perLot, minimum: minimum, cap: cap)
      let budget = Money(minorUnits: generator.int(0...30_000), currency: .usd)
      let size = PositionSize(of: try lot("\(loss)"), budget: budget, lotFees: schedule)
      let lots = try #require(size.lots, "seed 31, case \(index)")
      // Written out, not asked of the schedule.
      func use(_ lots: Int64) -> ExactAmount {
        guard lots > 0 else { return .zero }
        let fee = max(minimum, perLot * ExactAmount(lots))
        return loss * ExactAmount(lots) + (cap.map { min($0, fee) } ?? fee)
      }
      #expect(use(lots) <= budget.exact && use(lots + 1) > budget.exact, "seed 31, case \(index)")
      #expect(size.used == use(lots) && size.nextWouldUse == use(lots + 1), "seed 31, case \(index)")
    }
  }

  @Test("A loss without bound, several expiries: no lots, and the reason")
  func noLots() throws {
    let naked = PositionSize(of: try filled("-1 C 100 @5"), budget: try usd("1000"))
    #expect(naked.status == .unbounded && naked.lots == nil && naked.detail == "up" && naked.usedText.isEmpty)
    let calendar = try filled([leg("-1 C 100 @4"), leg("1 C 100 @6", expiry: march)])
    #expect(PositionSize(of: calendar, budget: try usd("1000")).status == .severalExpiries)
  }

  @Test("A lot that loses nothing takes its lots from elsewhere, while its fees fit")
  func noRiskLimit() throws {
    let box = try filled([leg("1 C 90 @14"), leg("-1 C 110 @3"), leg("1 P 110 @12"), leg("-1 P 90 @4", fee: "2")])
    let open = PositionSize(of: box, budget: try usd("100"))
    #expect(open.status == .noRiskLimit && open.status.rawValue == "no_risk_limit" && open.lots == nil)
    #expect(open.lossPerLotText == "-1" && open.detail.contains("--max-lots"))
    let limited = PositionSize(of: box, budget: try usd("100"), maxLots: 70)
    #expect(limited.status == .noRiskLimit && limited.lots == 70 && limited.usedText == "70")
    // Fees of 2 less a gain of 1 a lot: 100 lots use the budget up.
    let spent = PositionSize(of: box, budget: try usd("100"), maxLots: 1000)
    #expect(spent.lots == 100 && spent.detail == "a lot loses nothing: the fees of more lots exceed the budget")
    #expect(PositionSize(of: box, budget: try usd("100"), lotFees: .free, maxLots: 1000).lots == 1000)
    // A fee that one lot's gain does not pay, but ten lots' gain does.
    let flat = try LotFees(perLot: .zero, minimum: ExactAmount(10))
    #expect(PositionSize(of: box, budget: try usd("0"), lotFees: flat, maxLots: 9).lots == 0)
    #expect(PositionSize(of: box, budget: try usd("0"), lotFees: flat, maxLots: 10).lots == 10)
  }

  @Test("A limit on lots holds for every strategy and says that it did")
  func maxLots() throws {
    let size = PositionSize(of: try lot("10"), budget: try usd("100"), maxLots: 4)
    #expect(size.status == .ok && size.lots == 4 && size.detail == "limited by --max-lots 4: the budget allows more")
    #expect(PositionSize(of: try lot("10"), budget: try usd("100"), maxLots: 10).detail.isEmpty)
    #expect(PositionSize(of: try lot("10"), budget: try usd("100"), maxLots: 0).lots == 0)
  }

  @Test("What is refused: another currency, a budget or limit below 0, more lots than can be counted")
  func refused() throws {
    let lot = try lot("10")
    let euro = PositionSize(of: lot, budget: try Money(parsing: "5", currency: .eur))
    #expect(euro.status == .invalid && euro.detail == "found EUR and USD, wanted one currency" && euro.lots == nil)
    #expect(PositionSize(of: lot, budget: try usd("-1")).status == .invalid)
    #expect(PositionSize(of: lot, budget: try usd("1"), maxLots: -1).status == .invalid)
    let tiny = try filled("0.00000001 C 100 @0.00000001")
    let huge = PositionSize(of: tiny, budget: Money(minorUnits: .max, currency: .usd))
    #expect(huge.status == .overflow && huge.lots == nil)
    #expect(throws: IsolatedMarginError.self) { try PositionSize.budget(share: ExactAmount(-1), of: usd("1")) }
    #expect(throws: IsolatedMarginError.self) { try PositionSize.budget(share: .one, of: usd("-1")) }
    #expect(throws: IsolatedMarginError.self) {
      try PositionSize.budget(parsing: "10%", portfolio: nil, currency: .usd)
    }
    for text in ["%", "ten%", "", "1e3", "0.001"] {
      #expect(throws: IsolatedMarginError.self, "\(text)") {
        try PositionSize.budget(parsing: text, portfolio: usd("1"), currency: .usd)
      }
    }
  }
}

@Suite("Fee schedules")
struct LotFeesTests {
  private func fees(_ schedule: LotFees, _ lots: [Int64]) -> [String] {
    lots.map { schedule.fee(lots: $0).description }
  }

  @Test("Per lot with a minimum and a cap, nothing for no lot")
  func capped() throws {
    let schedule = try LotFees(perLot: amount("0.65"), minimum: ExactAmount(1), cap: ExactAmount(3))
    #expect(fees(schedule, [-1, 0, 1, 2, 4, 5, 100]) == ["0", "0", "1", "1.3", "2.6", "3", "3"])
    let exact = try LotFees(perLot: ExactAmount(1), minimum: ExactAmount(2), cap: ExactAmount(4))
    #expect(fees(exact, [1, 2, 3, 4, 5]) == ["2", "2", "3", "4", "4"])
    #expect(fees(try LotFees(perLot: ExactAmount(5), cap: ExactAmount(3)), [1, 2]) == ["3", "3"])
    #expect(fees(try LotFees(perLot: .one, minimum: ExactAmount(9), cap: ExactAmount(3)), [1, 2]) == ["3", "3"])
    #expect(fees(try LotFees(perLot: .zero, minimum: ExactAmount(2)), [0, 1, 9]) == ["0", "2", "2"])
    #expect(
      fees(try LotFees(perLot: ExactAmount(10), minimum: ExactAmount(3), cap: ExactAmount(8)), [1, 2]) == [
        "8", "8",
      ])
    #expect(fees(.free, [0, 1, 9]) == ["0", "0", "0"])
  }

  @Test("Tiers as a list, refused where the fee would fall")
  func tiers() throws {
    let schedule = try LotFees(tiers: [
      .init(firstLot: 1, base: .zero, perLot: .one), .init(firstLot: 11, base: ExactAmount(10)),
      .init(firstLot: 100, base: ExactAmount(12)),
    ])
    #expect(fees(schedule, [1, 10, 11, 99, 100, 1000]) == ["1", "10", "10", "10", "12", "12"])
    let refused: [[LotFees.Tier]] = [
      [], [.init(firstLot: 2, base: .zero)], [.init(firstLot: 1, base: ExactAmount(-1))],
      [.init(firstLot: 1, base: .one, perLot: ExactAmount(-1))],
      [.init(firstLot: 1, base: .one), .init(firstLot: 1, base: .one)],
      [.init(firstLot: 1, base: .zero, perLot: .one), .init(firstLot: 11, base: ExactAmount(9))],
    ]
    for tiers in refused {
      #expect(throws: IsolatedMarginError.self) { try LotFees(tiers: tiers) }
    }
    for (perLot, minimum, cap) in [(-1, 0, 0), (0, -1, 0), (0, 0, -1)] {
      #expect(throws: IsolatedMarginError.self) {
        try LotFees(
          perLot: ExactAmount(Int64(perLot)), minimum: ExactAmount(Int64(minimum)), cap: ExactAmount(Int64(cap)))
      }
    }
    // A step that no number of lots reaches is no step.
    let speck = ExactAmount(count: 1, decimals: 18)
    #expect(try LotFees(perLot: speck, minimum: ExactAmount(100)).tiers.count == 1)
    #expect(try LotFees(perLot: speck, cap: ExactAmount(100)).tiers.count == 1)
  }
}
