import Basics
import IsolatedMargin
import TestSupport
import Testing

@Suite("Perpetuals: trades, from the resulting position")
struct PerpetualTradeTests {
  @Test("Increase, reduce, close and flip, linear")
  func linear() throws {
    let long = try perpetual(.long, "2", at: "100", margin: "50")
    let larger = try long.traded(.long, quantity: amount("1"), at: amount("130"), fee: amount("0.5"))
    #expect(larger.position?.entryPrice == ExactAmount(110) && larger.position?.quantity == ExactAmount(3))
    #expect(try larger.position?.available == amount("49.5") && larger.realised.isZero)
    let smaller = try long.traded(.short, quantity: amount("0.5"), at: amount("90"))
    #expect(smaller.realised == ExactAmount(-5) && smaller.released.isZero)
    #expect(smaller.position?.entryPrice == ExactAmount(100) && smaller.position?.margin == ExactAmount(45))
    let closed = try long.traded(.short, quantity: amount("2"), at: amount("110"), fee: amount("1"))
    #expect(closed.position == nil && closed.realised == ExactAmount(20) && closed.released == ExactAmount(69))
    let flipped = try long.traded(.short, quantity: amount("5"), at: amount("110"))
    let short = try #require(flipped.position)
    #expect(short.side == .short && short.quantity == ExactAmount(3) && short.entryPrice == ExactAmount(110))
    #expect(short.margin == ExactAmount(70) && flipped.realised == ExactAmount(20))
  }

  @Test("The average entry of an inverse contract is harmonic: 1000 at 100 and 1000 at 50 are 2000 at 66.67")
  func inverse() throws {
    let long = try perpetual(.long, "1000", at: "100", margin: "5", kind: .inverse)
    let larger = try #require(try long.traded(.long, quantity: amount("1000"), at: amount("50")).position)
    #expect(try larger.entryPrice == amount("200/3") && larger.entryNotional == ExactAmount(30))
    // Sold at 125: 1000/100 - 1000/125.
    #expect(try long.traded(.short, quantity: amount("1000"), at: amount("125")).realised == ExactAmount(2))
  }

  @Test("A flip or a resize is judged by the resulting position, in one order or in two", arguments: UInt64(1)...200)
  func twoOrders(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let position = try random.position()
    let price = position.entryPrice * ExactAmount(count: random.int64(5000...20_000), decimals: 4)
    let size = position.quantity * ExactAmount(count: random.int64(1...30_000), decimals: 4)
    let side = random.pick(PositionSide.allCases)
    let whole = try position.traded(side, quantity: size, at: price)
    // Equity at the trade's price does not change by trading without a fee.
    let before = try position.equity(at: price)
    let after = try whole.position?.equity(at: price) ?? whole.released
    #expect(after == before, "\(random)")
    // Two halves at one price are the whole, unless the first closes everything.
    let half = size * ExactAmount(count: 5, decimals: 1)
    guard let first = try position.traded(side, quantity: half, at: price).position else { return }
    let second = try first.traded(side, quantity: half, at: price)
    #expect(second.position == whole.position && second.released == whole.released, "\(random)")
    if let left = whole.position, let other = second.position {
      let terms = try random.terms(for: left)
      #expect(
        PerpetualLiquidation(of: left, under: terms) == PerpetualLiquidation(of: other, under: terms), "\(random)")
    }
  }

  @Test("Trades without a quantity or a price are refused")
  func refusals() throws {
    let long = try perpetual(.long, "2", at: "100", margin: "50")
    #expect(throws: IsolatedMarginError.self) { try long.traded(.long, quantity: .zero, at: ExactAmount(1)) }
    #expect(throws: IsolatedMarginError.self) { try long.traded(.short, quantity: ExactAmount(1), at: .zero) }
  }
}
