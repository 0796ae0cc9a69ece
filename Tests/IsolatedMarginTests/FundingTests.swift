import Basics
import IsolatedMargin
import TestSupport
import Testing

@Suite("Perpetuals: funding")
struct FundingTests {
  private func mark(_ text: String) throws -> MarkPrice {
    try MarkPrice(amount(text), time: Instant(secondsSinceEpoch: 0))
  }

  @Test("Worked examples: intervals until liquidation at a constant mark and rate, counted one by one as well")
  func intervals() throws {
    let rows = try Fixture("Perpetuals/funding-intervals.csv").rows
    #expect(rows.count == 3)
    for row in rows {
      var position = try perpetual(
        row["side"] == "long" ? .long : .short, row["quantity"] ?? "", at: row["entry_price"] ?? "",
        margin: row["margin"] ?? "")
      let (price, rate) = (try mark(row["mark"] ?? ""), try amount(row["funding_rate"] ?? ""))
      let terms = try PerpetualSamples.flat(row["rate"] ?? "")
      let found = try #require(try terms.intervalsSurvived(by: position, at: price, rate: rate))
      #expect("\(found)" == row["intervals"])
      var counted: Int64 = 0
      while !terms.isLiquidated(position, at: price) {
        position = position.paying(funding: position.fundingPayment(rate: rate, at: price))
        counted += 1
      }
      #expect(counted == found)
    }
  }

  @Test("One interval before the answer is safe, the answer is not", arguments: UInt64(1)...150)
  func law(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let position = try random.position()
    let terms = try random.terms(for: position)
    let price = try MarkPrice(
      position.entryPrice * ExactAmount(count: random.int64(9000...11_000), decimals: 4),
      time: Instant(secondsSinceEpoch: 0))
    let rate = ExactAmount(count: random.int64(-30...30), decimals: 5)
    let payment = position.fundingPayment(rate: rate, at: price)
    guard let count = try terms.intervalsSurvived(by: position, at: price, rate: rate) else {
      #expect(payment <= .zero && !terms.isLiquidated(position, at: price), "\(random)")
      return
    }
    #expect(terms.isLiquidated(position.paying(funding: ExactAmount(count) * payment), at: price), "\(random)")
    guard count > 0 else { return }
    #expect(
      !terms.isLiquidated(position.paying(funding: ExactAmount(count - 1) * payment), at: price), "\(random)")
  }

  @Test("The hourly rate follows impact prices and stays within its limits")
  func rates() throws {
    let rows = try Fixture("Perpetuals/funding-rates.csv").rows
    #expect(rows.count == 5)
    for row in rows {
      func cell(_ name: String) throws -> ExactAmount { try amount(row[name] ?? "") }
      let rule = try PremiumFunding(
        hoursToConverge: cell("hours_to_converge"), staticRate: cell("static_rate"), least: cell("least_rate"),
        greatest: cell("greatest_rate"))
      let rate = try rule.hourlyRate(
        index: cell("index"), impactBid: cell("impact_bid"), impactAsk: cell("impact_ask"))
      #expect(try rate == cell("hourly_rate"), "\(row["id"] ?? "")")
      guard row["received"]?.isEmpty == false else { continue }
      let index = try FundingIndex.start.accrued(
        rate: rate * cell("hours"), at: mark(row["index"] ?? ""), .linear)
      #expect(try .zero - index.payment(ofUnits: cell("position"), since: .start) == cell("received"))
    }
  }

  @Test("A book around the index has no premium, and a static rate stays")
  func noPremium() throws {
    let rule = try PremiumFunding(
      hoursToConverge: ExactAmount(8), staticRate: amount("0.0000125"), least: amount("-0.01"), greatest: amount("0.01")
    )
    let rate = try rule.hourlyRate(index: ExactAmount(100), impactBid: amount("99.9"), impactAsk: amount("100.1"))
    #expect(try rate == amount("0.0000125"))
    #expect(throws: IsolatedMarginError.self) {
      try rule.hourlyRate(index: .zero, impactBid: ExactAmount(1), impactAsk: ExactAmount(1))
    }
    #expect(throws: IsolatedMarginError.self) {
      try rule.hourlyRate(index: ExactAmount(1), impactBid: ExactAmount(2), impactAsk: ExactAmount(1))
    }
    #expect(throws: IsolatedMarginError.self) {
      try PremiumFunding(hoursToConverge: .zero, staticRate: .zero, least: .zero, greatest: .zero)
    }
    #expect(throws: IsolatedMarginError.self) {
      try PremiumFunding(hoursToConverge: .one, staticRate: .zero, least: .one, greatest: .zero)
    }
  }

  @Test("Settlement by an index in a chain's integers")
  func settlements() throws {
    let rows = try Fixture("Perpetuals/funding-settlements.csv").rows
    #expect(rows.count == 8)
    for row in rows {
      func cell(_ name: String) throws -> ExactAmount { try amount(row[name] ?? "") }
      let paid = try FundingIndex(cell("index")).payment(
        ofUnits: cell("quantums"), since: FundingIndex(cell("last_index")))
      #expect(try .zero - paid == cell("settlement_ppm"), "\(row["id"] ?? "")")
    }
  }

  @Test("Settled every interval or once, the same amount to the digit", arguments: [PerpetualKind.linear, .inverse])
  func accrual(_ kind: PerpetualKind) throws {
    var random = SplitMix64(seed: 11)
    let position = try perpetual(.short, "7.3", at: "91.7", margin: "5", kind: kind)
    var (index, sum) = (FundingIndex.start, ExactAmount.zero)
    for _ in 0..<40 {
      let rate = ExactAmount(count: random.int64(-999...999), decimals: 7)
      let price = try MarkPrice(
        ExactAmount(count: random.int64(5_000_000...15_000_000), decimals: 5), time: Instant(secondsSinceEpoch: 0))
      sum += position.fundingPayment(rate: rate, at: price)
      index = index.accrued(rate: rate, at: price, kind)
    }
    #expect(index.payment(of: position, since: .start) == sum && !sum.isZero)
  }
}
