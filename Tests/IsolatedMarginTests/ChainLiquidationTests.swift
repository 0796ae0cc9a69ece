import Basics
import IsolatedMargin
import TestSupport
import Testing

@Suite("Liquidation as chains do it: a Dutch auction of parts, and bankruptcy prices in integers")
struct ChainLiquidationTests {
  // MARK: Dutch auction

  private func schedule() throws -> DutchAuction.Schedule {
    try DutchAuction.Schedule(
      start: amount("0.98"), cutoff: amount("0.8"), fastSeconds: 100, slowSeconds: 14_400, insolventSeconds: 600,
      buffer: amount("0.2"), feeRate: amount("0.02"))
  }

  @Test("Greatest share, bid and margins before and after, step by step")
  func auctions() throws {
    let rows = try Fixture("Perpetuals/auctions.csv").rows
    #expect(rows.count == 8)
    var (reserved, remaining) = (ExactAmount.zero, ExactAmount.one)
    for row in rows {
      let name = "\(row["id"] ?? "") step \(row["step"] ?? "")"
      if row["step"] == "1" { (reserved, remaining) = (.zero, .one) }
      func cell(_ name: String) throws -> ExactAmount { try amount(row[name] ?? "") }
      func expect(_ found: ExactAmount, _ column: String) {
        #expect(abs(found.doubleValue - row.number(column)) <= 1e-9, "\(name): \(column) is \(found.doubleValue)")
      }
      let auction = DutchAuction(
        try schedule(), value: try cell("value"), maintenance: try cell("maintenance"), reserved: reserved,
        remaining: remaining)
      let seconds = Int64(row.number("seconds"))
      expect(auction.bufferedMargin, "buffered")
      expect(auction.greatestShare(after: seconds), "greatest_share")
      // The insolvent case states what is wanted as a share of the portfolio at the start.
      let wanted = try cell("share_wanted")
      let sale = try auction.sale(
        of: auction.isInsolvent ? wanted.divided(by: remaining) ?? .zero : wanted, after: seconds)
      expect(sale.bid, "bid")
      expect(sale.shareOfStart, "share_of_start")
      expect(sale.after.value, "value_after")
      expect(sale.after.maintenance, "maintenance_after")
      expect(sale.after.bufferedMargin, "buffered_after")
      expect(sale.after.greatestShare(after: seconds), "greatest_share_after")
      // The source counts an insolvent sale as no liquidated share.
      if !auction.isInsolvent { expect(sale.share, "share") }
      if row["seconds"] == "0", row["step"] == "1" {
        let before = DutchAuction(
          try schedule(), value: auction.value + (try cell("fee_taken")),
          maintenance: auction.maintenance + (try cell("fee_taken")))
        expect(before.openingFee, "fee_taken")
      }
      (reserved, remaining) = (sale.after.reserved, sale.after.remaining)
    }
  }

  @Test("The discount falls fast, then slowly, then stays at 0; the greatest share brings the buffered margin to 0")
  func discount() throws {
    let schedule = try schedule()
    let wanted: [(Int64, String)] = [
      (-5, "0.98"), (0, "0.98"), (50, "0.89"), (100, "0.8"), (7300, "0.4"), (14_500, "0"), (99_999, "0"),
    ]
    for (seconds, share) in wanted { #expect(try schedule.discount(after: seconds) == amount(share)) }
    for seconds in [Int64(0), 30, 100, 5000, 14_000] {
      let auction = DutchAuction(
        schedule, value: try amount("119.3"), maintenance: try amount("-103.09"), reserved: try amount("9.5"))
      let sale = try auction.sale(of: .one, after: seconds)
      #expect(sale.after.bufferedMargin.isZero && sale.after.greatestShare(after: seconds).isZero)
    }
    // An insolvent portfolio is paid for: its debt at first, and the requirement at the end.
    let broke = DutchAuction(schedule, value: ExactAmount(-30), maintenance: ExactAmount(-250))
    #expect(try broke.sale(of: .one, after: 0).payout == ExactAmount(30))
    #expect(try broke.sale(of: .one, after: 300).payout == ExactAmount(140))
    #expect(try broke.sale(of: amount("0.1"), after: 900).payout == ExactAmount(25))
    #expect(throws: IsolatedMarginError.self) { try broke.sale(of: .zero, after: 0) }
    #expect(throws: IsolatedMarginError.self) { try broke.sale(of: ExactAmount(2), after: 0) }
  }

  @Test("Schedules are refused one field at a time")
  func scheduleRefusals() throws {
    func make(
      start: String = "0.98", cutoff: String = "0.8", fast: Int64 = 1, slow: Int64 = 1, insolvent: Int64 = 1,
      buffer: String = "0", fee: String = "0"
    ) throws {
      _ = try DutchAuction.Schedule(
        start: amount(start), cutoff: amount(cutoff), fastSeconds: fast, slowSeconds: slow,
        insolventSeconds: insolvent, buffer: amount(buffer), feeRate: amount(fee))
    }
    try make()
    #expect(throws: IsolatedMarginError.self) { try make(start: "1.1") }
    #expect(throws: IsolatedMarginError.self) { try make(cutoff: "0.99") }
    #expect(throws: IsolatedMarginError.self) { try make(cutoff: "-0.1") }
    #expect(throws: IsolatedMarginError.self) { try make(fast: 0) }
    #expect(throws: IsolatedMarginError.self) { try make(slow: 0) }
    #expect(throws: IsolatedMarginError.self) { try make(insolvent: 0) }
    #expect(throws: IsolatedMarginError.self) { try make(buffer: "-1") }
    #expect(throws: IsolatedMarginError.self) { try make(fee: "1") }
  }

  // MARK: Integer accounts

  /// A share of `ppm` millionths.
  private func share(_ ppm: String?) throws -> ExactAmount {
    try amount(ppm ?? "") * ExactAmount(count: 1, decimals: 6)
  }

  private func account(_ row: [String: String]) throws -> QuantumAccount {
    let positions = try (row["positions"] ?? "").split(separator: ";").map { text in
      let parts = text.split { "@/".contains($0) }.map(String.init)
      return try QuantumAccount.Position(
        quantums: #require(Int64(parts[0])), price: amount(parts[1]), quantumsPerCoin: #require(Int64(parts[2])))
    }
    return try QuantumAccount(
      balance: #require(Int64(row["balance"] ?? "")), positions: positions, initialShare: share(row["initial_ppm"]),
      maintenanceFraction: share(row["maintenance_ppm"]))
  }

  @Test("Bankruptcy values, fillable prices and insurance deltas, to the unit")
  func quantums() throws {
    let rows = try Fixture("Perpetuals/quantum-liquidations.csv").rows
    #expect(rows.count == 28)
    for row in rows {
      let (name, account) = (row["id"] ?? "", try account(row))
      let index = try #require(Int(row["index"] ?? ""))
      switch row["question"] {
      case "bankruptcy":
        let delta = try #require(Int64(row["delta"] ?? ""))
        #expect(try "\(account.bankruptcyValue(ofPosition: index, delta: delta))" == row["expected"], "\(name)")
      case "fillable":
        let price = try account.fillablePrice(
          ofPosition: index, adjustment: share(row["adjustment_ppm"]), spread: share(row["spread_ppm"]))
        #expect(abs(price.doubleValue - row.number("expected")) <= 1e-6, "\(name): found \(price)")
      default:
        let delta = try #require(Int64(row["delta"] ?? ""))
        let found = try account.insuranceDelta(
          ofPosition: index, delta: delta, price: amount(row["fill_price"] ?? ""),
          greatestFee: share(row["max_fee_ppm"]))
        #expect("\(found)" == row["expected"], "\(name)")
      }
    }
  }

  @Test("Initial and maintenance requirements, rounded up, and with the open interest")
  func quantumMargins() throws {
    let rows = try Fixture("Perpetuals/quantum-margins.csv").rows
    #expect(rows.count == 6)
    for row in rows {
      func cell(_ name: String) throws -> ExactAmount { try amount(row[name] ?? "") }
      // price x 10^exponent quote currency a coin, 10^-resolution quantums a coin, 10^6 quote quantums a unit.
      let decimals =
        0 - 6 - (try #require(Int(row["exponent"] ?? ""))) - (try #require(Int(row["atomic_resolution"] ?? "")))
      let scale = ExactAmount(count: 1, decimals: decimals)
      func notional(_ column: String) throws -> ExactAmount { try cell("price") * cell(column) * scale }
      let base = try share(row["initial_ppm"])
      let found = try QuantumAccount.requirement(
        ofNotional: notional("quantums"), initialShare: base, maintenanceFraction: share(row["maintenance_ppm"]))
      var initial = found.initial
      if row["open_interest"]?.isEmpty == false {
        let raised = try QuantumAccount.initialShare(
          base: base, openInterest: notional("open_interest"), lowerCap: cell("lower_cap"), upperCap: cell("upper_cap"))
        initial = try QuantumAccount.requirement(
          ofNotional: notional("quantums"), initialShare: raised, maintenanceFraction: .one
        ).initial
      }
      #expect("\(initial)" == row["initial"], "\(row["id"] ?? "")")
      #expect("\(found.maintenance)" == row["maintenance"], "\(row["id"] ?? "")")
    }
  }

  @Test("What an account cannot answer is refused")
  func quantumRefusals() throws {
    let position = try QuantumAccount.Position(quantums: 10, price: ExactAmount(5), quantumsPerCoin: 100)
    func make(_ positions: [QuantumAccount.Position], share: String = "0.2") throws -> QuantumAccount {
      try QuantumAccount(
        balance: 0, positions: positions, initialShare: amount(share), maintenanceFraction: amount("0.5"))
    }
    let account = try make([position])
    #expect(throws: IsolatedMarginError.self) { try make([position], share: "1.1") }
    #expect(throws: IsolatedMarginError.self) { try account.bankruptcyValue(ofPosition: 1, delta: -1) }
    #expect(throws: IsolatedMarginError.self) { try account.bankruptcyValue(ofPosition: 0, delta: 0) }
    #expect(throws: IsolatedMarginError.self) { try account.bankruptcyValue(ofPosition: 0, delta: 1) }
    #expect(throws: IsolatedMarginError.self) { try account.bankruptcyValue(ofPosition: 0, delta: -11) }
    #expect(throws: IsolatedMarginError.self) {
      try make([position], share: "0").bankruptcyValue(ofPosition: 0, delta: -1)
    }
    #expect(throws: IsolatedMarginError.self) {
      try account.fillablePrice(ofPosition: 0, adjustment: ExactAmount(-1), spread: .zero)
    }
    #expect(throws: IsolatedMarginError.self) {
      try account.insuranceDelta(ofPosition: 0, delta: -1, price: .zero, greatestFee: .zero)
    }
    #expect(throws: IsolatedMarginError.self) {
      try QuantumAccount.Position(quantums: 1, price: .zero, quantumsPerCoin: 1)
    }
    #expect(throws: IsolatedMarginError.self) {
      try QuantumAccount.Position(quantums: 1, price: .one, quantumsPerCoin: 0)
    }
    #expect(throws: IsolatedMarginError.self) {
      try QuantumAccount.initialShare(base: .zero, openInterest: .one, lowerCap: .one, upperCap: .one)
    }
  }

  // MARK: Initial margin and cross collateral

  @Test("Initial margin with and without leverage")
  func leverage() throws {
    let rows = try Fixture("Perpetuals/leverage-margins.csv").rows
    #expect(rows.count == 2)
    for row in rows {
      func cell(_ name: String) throws -> ExactAmount { try amount(row[name] ?? "") }
      let found = try InitialMargin.amount(
        notional: cell("quantity") * cell("price"), rate: cell("rate"),
        leverage: row["leverage"]?.isEmpty == false ? cell("leverage") : nil)
      #expect(try found == cell("margin"))
    }
    #expect(throws: IsolatedMarginError.self) { try InitialMargin.amount(notional: .one, rate: .one, leverage: .zero) }
    #expect(throws: IsolatedMarginError.self) { try InitialMargin.amount(notional: ExactAmount(-1), rate: .one) }
    #expect(throws: IsolatedMarginError.self) { try InitialMargin.amount(notional: .one, rate: ExactAmount(-1)) }
  }

  @Test("Cross margin, Binance's worked example: each position with what the other leaves of the wallet")
  func cross() throws {
    let wallet = try amount("1535443.01")
    let ethereum = try PerpetualSamples.flat("0.1", amount: "135365")
    let bitcoin = try PerpetualSamples.flat("0.025", amount: "16300")
    func long(_ quantity: String, _ entry: String, margin: ExactAmount = .zero) throws -> PerpetualPosition {
      try PerpetualPosition(
        kind: .linear, side: .long, quantity: amount(quantity), entryPrice: amount(entry), margin: margin)
    }
    func mark(_ text: String) throws -> MarkPrice {
      try MarkPrice(amount(text), time: Instant(secondsSinceEpoch: 0))
    }
    let leftByBitcoin = CrossCollateral.available(
      wallet: wallet, others: [(try long("109.488", "32481.98"), bitcoin, try mark("31967.27"))])
    let leftByEthereum = CrossCollateral.available(
      wallet: wallet, others: [(try long("3683.979", "1456.84"), ethereum, try mark("1335.18"))])
    let first = PerpetualLiquidation(of: try long("3683.979", "1456.84", margin: leftByBitcoin), under: ethereum)
    let second = PerpetualLiquidation(of: try long("109.488", "32481.98", margin: leftByEthereum), under: bitcoin)
    #expect(first.price?.decimalText(decimals: 2, rounding: .nearest) == "1153.26")
    #expect(second.price?.decimalText(decimals: 2, rounding: .nearest) == "26316.89")
  }
}
