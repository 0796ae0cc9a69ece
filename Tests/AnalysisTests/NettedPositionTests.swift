import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@testable import Analysis

@Suite("Netted position")
struct NettedPositionTests {
  @Test(
    "Netting changes no payoff, cost, fee, maximum loss or margin", arguments: Settlement.allCases, 1...40)
  func sameAnswers(settlement: Settlement, seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    var book = RandomBook()
    book.market.settlement = settlement
    book.market.expiries = [SampleMarket.expiry]
    // Few contracts, so that strategies share them.
    book.market.strikes = [90, 100, 110]
    let strategies = try (0..<generator.int(1...8)).map { _ in try book.strategy(&generator) }
    var netted = NettedPosition(settlement: settlement, currency: strategies[0].currency)
    for strategy in strategies { netted.add(strategy) }
    let sideBySide = try book.strategy(strategies.flatMap(\.legs))
    let together = try netted.filled(name: "random")
    #expect(together.entryCost == sideBySide.entryCost && together.fees == sideBySide.fees, "\(generator)")
    let (left, right) = (StrategyMargin(of: together), StrategyMargin(of: sideBySide))
    #expect(left.status == right.status && left.detail == right.detail, "\(generator)")
    #expect(left.maxLoss == right.maxLoss && left.margin == right.margin, "\(generator)")
    #expect(left.maxProfit == right.maxProfit, "\(generator)")
    if settlement == .quote {
      #expect(Set(netted.legs.map(\.key)).count == netted.legs.count && netted.legs.count <= 2 * 3 * 4 + 4)
    }
  }

  @Test("Bought and sold units of one contract stay two legs, which offset each other to the last digit")
  func offset() throws {
    let market = SampleMarket()
    let call = try market.option(.call, 100)
    func leg(_ quantity: String, _ price: Int64) throws -> FilledLeg {
      try FilledLeg(instrument: call, quantity: try Quantity(parsing: quantity), price: ExactAmount(price))
    }
    var netted = NettedPosition(settlement: .quote, currency: .usd)
    let book = RandomBook()
    netted.add(try book.strategy([try leg("1", 3), try leg("2", 6)]))
    netted.add(try book.strategy([try leg("-3", 9)]))
    #expect(netted.legs.count == 2)
    #expect(netted.legs[0].price == ExactAmount(5), "the mean of 3 and twice 6")
    let margin = StrategyMargin(of: try netted.filled(name: ""))
    #expect(margin.maxLoss == ExactAmount(-12) && margin.margin?.text == "0.00")
  }

  @Test("A sum of quantities beyond its range is refused")
  func overflow() throws {
    let leg = try FilledLeg(
      instrument: try SampleMarket().option(.call, 100), quantity: Quantity(count: .max), price: .zero)
    var netted = NettedPosition(settlement: .quote, currency: .usd)
    for _ in 0..<2 { netted.add(try RandomBook().strategy([leg])) }
    #expect(throws: PricingError.self) { try netted.filled(name: "") }
  }

  @Test("Fees of a strategy as a whole count once, those of a leg with the leg")
  func fees() throws {
    let market = SampleMarket()
    let filled = try market.filled(
      [(1, try market.option(.call, 100)), (-1, try market.option(.call, 110))], fees: "0.7")
    var netted = NettedPosition(settlement: .quote, currency: .usd)
    netted.add(filled) { $0.instrument.strike == Price(count: 10_000_000_000) }
    netted.add(filled, includingStrategyFees: false) { $0.instrument.strike != Price(count: 10_000_000_000) }
    #expect(try netted.filled(name: "").fees == filled.fees)
  }
}
