import Basics
import Instruments
import TestSupport
import Testing

@testable import MarginRules

@Suite("What rules find on the strike axis")
struct StrikeOrderTests {
  @Test("The nearest strikes are those that a look at all of them finds", arguments: 1...40 as ClosedRange<UInt64>)
  func nearest(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let candidates = (0..<random.int(1...30)).map {
      (series: $0, strike: ExactAmount(random.int64(1...20)))
    }
    let strike = ExactAmount(random.int64(0...22))
    let count = random.int(1...30)
    let found = StrikeOrder(candidates).nearest(count, to: strike)
    func distance(_ series: Int) -> ExactAmount { (candidates[series].strike - strike).magnitude }
    let all = candidates.indices.map(distance).sorted()
    #expect(found.map(distance).sorted() == Array(all.prefix(count)), "\(random)")
    #expect(Set(found).count == found.count, "\(random)")
    if candidates.count <= count { #expect(found == Array(candidates.indices), "\(random)") }
  }

  @Test("Of two at one distance the lower strike is nearer")
  func ties() {
    let order = StrikeOrder([110, 90, 100, 95].enumerated().map { ($0.offset, ExactAmount($0.element)) })
    #expect(order.nearest(1, to: ExactAmount(100)) == [2])
    #expect(order.nearest(3, to: ExactAmount(100)) == [2, 3, 1])
    #expect(order.nearest(2, to: .zero) == [1, 3])
    #expect(order.nearest(2, to: ExactAmount(999)) == [0, 2])
  }

  @Test(
    "Derive's worst settlement is the least payoff at 0 and at every strike", arguments: 1...60 as ClosedRange<UInt64>)
  func worstSettlement(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let inputs = try RuleCase.random(&random, RuleCase.Shape(legs: 1...9)).inputs()
    let derive = try #require(try rule("derive-standard") as? DeriveStandardRule)
    let rates = try #require(derive.rates["BTC"])
    let market = DeriveMarket(rates: rates, feeds: derive.feeds, depeg: .zero, positions: inputs.positions)
    func payoff(_ price: ExactAmount) -> ExactAmount {
      inputs.positions.reduce(.zero) { sum, position in
        let distance = price - (position.strike ?? .zero)
        return sum + position.units * max(.zero, position.right == .call ? distance : .zero - distance)
      }
    }
    let prices = ([.zero] + inputs.positions.compactMap(\.strike)).sorted()
    let least = try #require(prices.map(payoff).min())
    let found = market.leastPayoff(of: inputs.positions)
    #expect(found.payoff == least, "\(random)")
    #expect(found.price == prices.first { payoff($0) == least }, "\(random)")
  }
}
