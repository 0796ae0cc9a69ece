import Analysis
import Basics
import Instruments
import MarketData
import Pricing
import Testing

@Suite("Warnings around expiry")
struct ExpiryWarningsTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    var now = SampleMarket.asOf
    var expiry = SampleMarket.expiry
    var settlement = Settlement.quote
    var exercise = ExerciseStyle.european
    var delivery = Delivery.cash
    var spot = 100.0
    /// Of the 100 call; beside it stands a long 110 call.
    var quantity: Int64 = -1
    let warnings: [String]

    static let american =
      "ABC \(SampleMarket.expiry) 100 call: 1 may be closed at any day's intrinsic value while the other legs stay open"
    static let turns = "a small move at the end decides what it pays"
    static let assigned = "how much of it is assigned, and so the position after expiry, is not known before"

    static func pin(_ left: String, _ deviations: String, _ outcome: String) -> String {
      "ABC \(SampleMarket.expiry) 100 call: pin risk, \(left) to expiry and spot \(deviations) standard deviations from "
        + "the short strike; \(outcome)"
    }

    // 40 percent a year is 2.09 percent a day and 2.96 percent in two.
    static let pins = [
      Case(
        description: "a day before, at the strike", now: "2026-01-15T08:00:00Z",
        warnings: [pin("24 h", "0.0", turns)]),
      Case(
        description: "just inside half a deviation", now: "2026-01-15T08:00:00Z", spot: 101.05,
        warnings: [pin("24 h", "0.5", turns)]),
      Case(description: "just outside", now: "2026-01-15T08:00:00Z", spot: 101.06, warnings: []),
      Case(
        description: "two days before", now: "2026-01-14T08:00:00Z",
        warnings: [pin("48 h", "0.0", turns)]),
      Case(description: "a second earlier", now: "2026-01-14T07:59:59Z", warnings: []),
      Case(description: "long, not short", now: "2026-01-15T08:00:00Z", quantity: 1, warnings: []),
      Case(
        description: "delivered", now: "2026-01-16T07:01:00Z", delivery: .physical,
        warnings: [pin("59 min", "0.0", assigned)]),
      Case(
        description: "American", now: "2026-01-15T08:00:00Z", exercise: .american,
        warnings: [american, pin("24 h", "0.0", assigned)]),
    ]

    static let early = "the market closes early, options of that day expire at 13:00 New York instead of 16:00"
    static let days = [
      Case(description: "Christmas Eve", expiry: "2025-12-24", warnings: ["2025-12-24: \(early)"]),
      Case(description: "the day before", expiry: "2025-12-23", warnings: []),
      Case(
        description: "the Saturday after Thanksgiving's Friday", expiry: "2026-11-28",
        warnings: ["2026-11-27: \(early)"]),
      Case(description: "the same day by a clock of its own", expiry: "2025-12-24T08:00:00Z", warnings: []),
    ]

    static let average =
      "inside the averaging window, the last 30 minutes before delivery: value and Greeks are those of a partly fixed "
      + "average there, which is not modelled"
    static let averages = [
      Case(
        description: "half an hour before", now: "2026-01-16T07:30:00Z", settlement: .coin, spot: 80,
        warnings: ["ABC \(SampleMarket.expiry): \(average)"]),
      Case(
        description: "a second earlier", now: "2026-01-16T07:29:59Z", settlement: .coin, spot: 80, warnings: []),
      Case(description: "in quote currency", now: "2026-01-16T07:45:00Z", spot: 80, warnings: []),
      Case(
        description: "as Deribit names it", now: "2026-01-16T07:45:00Z", expiry: "16JAN26", spot: 80,
        warnings: ["ABC 2026-01-16: \(average)"]),
    ]
  }

  @Test("Pins, early closes and averages are told of", arguments: Case.pins + Case.days + Case.averages)
  func warnings(_ row: Case) throws {
    let market = SampleMarket(
      settlement: row.settlement, spot: row.spot, forward: row.spot, expiries: [row.expiry], exercise: row.exercise,
      delivery: row.delivery, now: row.now)
    let legs = [
      (row.quantity, try market.option(.call, 100, expiry: row.expiry)),
      (1, try market.option(.call, 110, expiry: row.expiry)),
    ]
    // Prices of the holder's own: next to expiry a chain may have no ask.
    let filled = try FilledStrategy(
      name: "sample", settlement: row.settlement, currency: row.settlement == .quote ? .usd : try Currency("ABC"),
      legs: legs.map { quantity, instrument in
        try FilledLeg(
          instrument: instrument, quantity: Quantity(count: quantity * 100_000_000),
          price: ExactAmount(count: 1, decimals: 2))
      })
    let page = try market.analyze(filled)
    #expect(page.warnings == row.warnings)
  }
}
