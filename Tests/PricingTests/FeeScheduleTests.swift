import Basics
import Instruments
import Pricing
import Testing

@Suite("Fee schedules")
struct FeeScheduleTests {
  static func deribit() throws -> FeeSchedule {
    FeeSchedule(
      name: "deribit", effective: try CalendarDate(parsing: "2026-11-21"), source: "",
      optionTrade: .underlyingShare(rate: try Sample.exact("0.0003"), cap: try Sample.exact("0.125")),
      optionDelivery: PayoffFee(rate: try Sample.exact("0.00015"), cap: try Sample.exact("0.125")),
      futureTrade: try Sample.exact("0.0005"))
  }

  static func perContract(_ amount: String = "0.65") throws -> FeeSchedule {
    FeeSchedule(
      name: "us-per-contract", effective: try CalendarDate(parsing: "2019-10-07"), source: "",
      optionTrade: .perContract(try Money(parsing: amount, currency: .usd)), optionDelivery: nil, futureTrade: nil)
  }

  struct Charge: Sendable, CustomStringConvertible {
    let leg: String
    let coin: String
    var description: String { leg }

    static let table = [
      Charge(leg: "1 BTC-26DEC25-80000-P", coin: "0.0003"), Charge(leg: "-2.5 BTC-26DEC25-80000-P", coin: "0.00075"),
      // 12.5 percent of 0.0001 is less than 0.0003; so it is at 0.0024 exactly equal.
      Charge(leg: "-1 BTC-26DEC25-150000-C", coin: "0.0000125"),
      Charge(leg: "1 BTC-26DEC25-80000-P=0.0024", coin: "0.0003"),
      Charge(leg: "1 BTC-26DEC25-80000-P=0.0023", coin: "0.0002875"),
      Charge(leg: "1 BTC-26DEC25-80000-P=0", coin: "0"),
    ]
  }

  @Test("Deribit takes a share of the coin, and of a cheap premium an eighth", arguments: Charge.table)
  func options(_ row: Charge) throws {
    let market = try Sample.deribit()
    let terms = AccountTerms(fees: .schedule(try Self.deribit()))
    let coin = try Sample.strategy([row.leg]).filled(from: market, terms)
    #expect(coin.fees == (try Sample.exact(row.coin)))
    #expect(coin.legs.first?.payoffFee == (try Self.deribit()).optionDelivery)
    // In dollars the same at spot, where the premium too comes from the market at spot.
    guard !row.leg.contains("=") else { return }
    let quote = try Sample.strategy([row.leg])
      .filled(from: market, AccountTerms(settlement: .quote, fees: .schedule(try Self.deribit())))
    #expect(quote.fees == (try Sample.exact(row.coin) * Sample.exact(Sample.spot)))
  }

  @Test("A future pays its share of the notional at entry, and again as part of the payoff")
  func futures() throws {
    let market = try Sample.deribit()
    let schedule = FeeTerms.schedule(try Self.deribit())
    let quote = try Sample.strategy(["-2 BTC-PERPETUAL=90000"])
      .filled(from: market, AccountTerms(settlement: .quote, fees: schedule))
    #expect(quote.fees == ExactAmount(90))
    let coin = try Sample.strategy(["30000 BTC-PERPETUAL=90000"])
      .filled(from: market, AccountTerms(settlement: .coin, fees: schedule))
    #expect(coin.fees == ExactAmount(numerator: 30_000 * 5, denominator: 90_000 * 10_000))
    #expect(coin.legs.first?.payoffFee == PayoffFee(rate: try Sample.exact("0.0005"), cap: .one))
    let spot = try Sample.strategy(["1 BTC=90000"])
      .filled(from: market, AccountTerms(settlement: .quote, fees: schedule))
    #expect(spot.fees.isZero)
    #expect(spot.legs.first?.payoffFee == nil)
  }

  @Test(
    "A schedule of some underlyings is refused on others, with both",
    arguments: ["300 GOOG", "-3 GOOG  160115C00775000"])
  func others(_ leg: String) throws {
    let coins = FeeSchedule(
      name: "coins", effective: try CalendarDate(parsing: "2026-11-21"), source: "", underlyings: ["BTC", "ETH"],
      optionTrade: try Self.deribit().optionTrade, optionDelivery: nil, futureTrade: nil)
    let refusal = PricingError.feesOfOther(schedule: "coins", found: "GOOG", wanted: ["BTC", "ETH"])
    #expect(throws: refusal) {
      try Sample.strategy([leg]).filled(from: try Sample.goog(), AccountTerms(fees: .schedule(coins)))
    }
    #expect(refusal.description == "fees: found legs on GOOG, wanted BTC or ETH, whose fees the schedule 'coins' lists")
    let filled = try Sample.strategy(Sample.condor)
      .filled(from: try Sample.deribit(), AccountTerms(settlement: .quote, fees: .schedule(coins)))
    #expect(!filled.fees.isZero)
  }

  @Test("A commission counts contracts, not units")
  func commission() throws {
    let filled = try Sample.strategy(["-3 GOOG  160115C00775000", "300 GOOG"])
      .filled(from: try Sample.goog(), AccountTerms(fees: .schedule(try Self.perContract())))
    #expect(filled.legs.map(\.fee) == [try Sample.exact("1.95"), .zero])
    #expect(filled.legs.first?.units == ExactAmount(-300))
    #expect(filled.entryCost == ExactAmount(-1170))
  }

  @Test("A commission in dollars cannot be paid from a coin account")
  func currency() throws {
    #expect(throws: PricingError.mixedCurrencies("USD", "BTC")) {
      try Sample.strategy(Sample.condor)
        .filled(from: try Sample.deribit(), AccountTerms(fees: .schedule(try Self.perContract())))
    }
  }

  @Test(
    "A payoff's fee lies between nothing and the whole",
    arguments: [
      ("-0.1", "0.5", false), ("1", "0.5", false), ("0.1", "0", false), ("0.1", "1.01", false), ("0", "1", true),
      ("0.999", "0.001", true),
    ])
  func payoffFee(rate: String, cap: String, isAllowed: Bool) throws {
    #expect((PayoffFee(rate: try Sample.exact(rate), cap: try Sample.exact(cap)) != nil) == isAllowed)
  }
}
