import Basics
import IsolatedMargin
import TestSupport
import Testing

@Suite("Re-marking many positions: integers decide as exact arithmetic does")
struct MarkedPositionsTests {
  @Test(
    "Every decision is the exact one, at the threshold, one step either side and anywhere", arguments: UInt64(1)...12)
  func exact(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let kind = random.pick(PerpetualKind.allCases)
    var marked = MarkedPositions(kind)
    var held: [(slot: MarkedPositions.Slot, position: PerpetualPosition, terms: PerpetualTerms)] = []
    var marks: [Int64] = [1, .max - 1]
    while held.count < 40 {
      let position = try random.position()
      guard position.kind == kind else { continue }
      let terms = try random.terms(for: position)
      held.append((try marked.append(position, under: terms), position, terms))
      if let price = PerpetualLiquidation(of: position, under: terms).price, held.count % 3 == 0,
        let count = try? price.count(decimals: 8, rounding: .down), count > 1, count < .max - 2
      {
        marks += [count - 1, count, count + 1, count + 2]
      }
    }
    #expect(marked.count == 40)
    var before: Set<MarkedPositions.Slot> = []
    for count in marks {
      let price = Price(count: count)
      let mark = try MarkPrice(price.exact, time: Instant(secondsSinceEpoch: 0))
      let tick = try marked.mark(at: price)
      let now = Set(held.filter { $0.terms.isLiquidated($0.position, at: mark) }.map(\.slot))
      #expect(Set(held.map(\.slot).filter { marked.isLiquidated($0) }) == now, "\(random), mark \(price)")
      #expect(
        tick.liquidatedCount == now.count && tick.newlyLiquidatedCount == now.subtracting(before).count, "\(random)")
      #expect(Set(marked.newlyLiquidated) == now.subtracting(before), "\(random)")
      for (slot, position, _) in held {
        let equity = position.equity(at: mark).doubleValue
        let size = max(position.notional(at: mark).doubleValue, position.entryNotional.doubleValue, abs(equity))
        #expect(abs(marked.equity(slot) - equity) <= 4e-15 * size, "\(random)")
      }
      before = now
    }
  }

  @Test("A position that is replaced is judged as what it has become; an emptied place never")
  func replacing() throws {
    let terms = try PerpetualSamples.flat("0.005")
    var marked = MarkedPositions(.linear)
    let long = try perpetual(.long, "1", at: "100", margin: "10")
    let slot = try marked.append(long, under: terms)
    let other = try marked.append(try perpetual(.short, "1", at: "100", margin: "10"), under: terms)
    var tick = try marked.mark(at: Price(parsing: "90.4"))
    #expect(tick.liquidatedCount == 1 && tick.newlyLiquidatedCount == 1)
    #expect(marked.newlyLiquidated == [slot] && marked.isLiquidated(slot) && !marked.isLiquidated(other))
    // Still below: not new.
    tick = try marked.mark(at: Price(parsing: "90.3"))
    #expect(tick.liquidatedCount == 1 && tick.newlyLiquidatedCount == 0)
    try marked.replace(slot, with: long.adding(margin: ExactAmount(5)), under: terms)
    #expect(try marked.mark(at: Price(parsing: "90.3")).liquidatedCount == 0)
    #expect(abs(marked.equity(slot) - 5.3) < 1e-12)
    try marked.replace(slot, with: nil, under: terms)
    #expect(try marked.mark(at: Price(parsing: "0.00000001")).liquidatedCount == 0 && marked.equity(slot) == 0)
  }

  @Test("Marks without a meaning, other kinds, other sides and places that are none are refused, and change nothing")
  func refusals() throws {
    let terms = try PerpetualSamples.flat("0.005")
    var marked = MarkedPositions(.linear)
    let long = try perpetual(.long, "1", at: "100", margin: "10")
    let slot = try marked.append(long, under: terms)
    _ = try marked.mark(at: Price(parsing: "90"))
    for price in [Price.zero, Price(count: -5), Price(count: .max)] {
      #expect(throws: IsolatedMarginError.self) { try marked.mark(at: price) }
    }
    let inverse = try perpetual(.long, "1", at: "100", margin: "10", kind: .inverse)
    #expect(throws: IsolatedMarginError.self) { try marked.append(inverse, under: terms) }
    let short = try perpetual(.short, "1", at: "100", margin: "10")
    #expect(throws: IsolatedMarginError.self) { try marked.replace(slot, with: short, under: terms) }
    let foreign = try {
      var other = marked
      return try other.append(long, under: terms)
    }()
    #expect(throws: IsolatedMarginError.self) { try marked.replace(foreign, with: long, under: terms) }
    #expect(!marked.isLiquidated(foreign) && marked.equity(foreign) == 0)
    #expect(marked.isLiquidated(slot) && marked.count == 1)
  }
}
