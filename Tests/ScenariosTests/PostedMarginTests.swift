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
      // Less than half a cent more rounds to the margin, and more than half does not.
      Row(margin: "1000.00", profit: -1000.004, share: 1, isBeyond: false),
      Row(margin: "1000.00", profit: -1000.006, share: 1.000006, isBeyond: true),
      Row(margin: "0.00000100", profit: -0.000001006, share: 1.006, isBeyond: true, currency: "BTC"),
      // Below the margin nothing is rounded.
      Row(margin: "1000.00", profit: -999.999, share: 0.999999, isBeyond: false),
      Row(margin: "1000.00", profit: 5, share: 0, isBeyond: false),
      Row(margin: "0.00", profit: -1e-13, share: 0, isBeyond: false),
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
    let posted = PostedMargin(try Money(parsing: "1000.00", currency: .usd))
    #expect(posted.floor(share) == -1000 * share)
    #expect((-1000 * share).nextDown < posted.floor(share))
  }
}
