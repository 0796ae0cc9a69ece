import Basics
import Scenarios
import Testing

@Suite("Losses beside a margin")
struct PostedMarginTests {
  struct Row: Sendable, CustomStringConvertible {
    let margin: String
    let profit: Double
    let share: Double
    let isBeyond: Bool
    var currency = "USD"
    var description: String { "\(profit) of \(margin) \(currency)" }

    static let table = [
      // Sums of Doubles that mean the margin itself, in dollars and in coin.
      Row(margin: "4299.34", profit: -4299.340000000007, share: 1, isBeyond: false),
      Row(margin: "0.05812500", profit: -0.05812500000000177, share: 1, isBeyond: false, currency: "BTC"),
      Row(margin: "4299.34", profit: -4299.34, share: 1, isBeyond: false),
      // What sums leave grows with the amount; what does not come of them is a breach, however small the margin.
      Row(margin: "300953800.000000", profit: -300_953_800.000_000_5, share: 1, isBeyond: false, currency: "USDC"),
      Row(margin: "4299340000000.00", profit: -4_299_340_000_000.007, share: 1, isBeyond: false),
      Row(margin: "1000.00", profit: -1000.0000005, share: 1, isBeyond: false),
      Row(margin: "1000.00", profit: -1000.000002, share: 1.000000002, isBeyond: true),
      Row(margin: "0.03", profit: -0.03218, share: 0.03218 / 0.03, isBeyond: true),
      Row(margin: "0.00000100", profit: -0.000001006, share: 1.006, isBeyond: true, currency: "BTC"),
      // Below the margin nothing is rounded.
      Row(margin: "1000.00", profit: -999.999, share: 0.999999, isBeyond: false),
      Row(margin: "1000.00", profit: 5, share: 0, isBeyond: false),
      Row(margin: "0.00", profit: -3.55e-11, share: 0, isBeyond: false),
      Row(margin: "0.00", profit: -0.01, share: .infinity, isBeyond: true),
    ]
  }

  @Test("A loss that rounds to the margin is the margin, and breaches nothing", arguments: Row.table)
  func whole(_ row: Row) throws {
    let posted = PostedMargin(try Money(parsing: row.margin, currency: try Currency(row.currency)))
    let share = posted.lossShare(of: row.profit)
    #expect(share == row.share || abs(share - row.share) < 1e-12)
    #expect((row.profit < posted.floor(1)) == row.isBeyond)
    #expect((share > 1) == row.isBeyond)
  }

  @Test("Of the smaller shares the least excess is beyond", arguments: [0.25, 0.5, 0.75])
  func smaller(_ share: Double) throws {
    #expect(PostedMargin(try Money(parsing: "1000.00", currency: .usd)).floor(share) == -1000 * share)
  }

  @Test("Every share of a margin of nothing is the whole of it")
  func nothing() throws {
    let posted = PostedMargin(try Money(parsing: "0.00", currency: .usd))
    for share in [0, 0.25, 0.5, 0.75] { #expect(posted.floor(share) == posted.floor(1)) }
    #expect(posted.floor(1) < -3.55e-11)
  }
}
