import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Coin futures at many entry prices")
struct EntryPricesTests {
  /// Futures of 100 each, sold at 50000 and every 7 above, as many prices as asked for.
  private func futures(_ count: Int64, prices: Int64, quantity: Int64 = -100) throws -> [FilledLeg] {
    try (0..<count).map { try leg("\(quantity) X =\(50_000 + 7 * ($0 % prices))") }
  }

  /// The sum of the futures' N/price, one term after another.
  private func inverseSum(_ legs: [FilledLeg]) -> ExactAmount {
    legs.reduce(.zero) { $0 + ($1.units.divided(by: $1.price) ?? .zero) }
  }

  @Test("The loss is the exact sum of N/price", arguments: [3, 99, 100, 101, 300])
  func shorts(count: Int64) throws {
    let strategy = try filled(futures(count, prices: count), settlement: .coin)
    let sum = inverseSum(strategy.legs)
    let answer = StrategyMargin(of: strategy)
    #expect(answer.status == .ok && answer.detail.isEmpty && answer.riskClass == .wholeUnderlying)
    #expect(answer.maxLoss == -sum && answer.attainedText == "false" && answer.bindingPriceText.isEmpty)
    #expect(answer.marginText == (try Money(rounding: -sum, to: .btc, .up)).text)
    // Profit and loss is zero where S is the harmonic mean of the prices.
    #expect(answer.breakEvens.map(\.low) == [ExactAmount(-100 * count).divided(by: sum)])
    let loss = try #require(answer.maximumLoss)
    #expect(loss.certificates.map(\.constant) == [sum])
    #expect(loss.certificates.first?.vertices.map(\.right) == [.zero])
    try CertificateChecker.check(loss, of: strategy)
  }

  @Test("Options beside the futures: vertices stay short, and everything else holds the constant")
  func mixed() throws {
    let count: Int64 = 150
    let legs = try futures(count, prices: count)
    let options = [try leg("1 C 60000 @0.04"), try leg("-1 C 90000 @0.01"), try leg("0.5 P 40000 @0.02")]
    let strategy = try filled(legs + options, settlement: .coin)
    let (payoff, sum) = (Payoff(of: strategy.legs, settlement: .coin), inverseSum(legs))
    #expect(payoff.constant == sum)
    let bare = Payoff(of: options, settlement: .coin)
    for vertex in payoff.vertices {
      #expect(
        vertex.right
          == bare.vertices.first { $0.position == vertex.position }?.right.map {
            $0 + ExactAmount(100 * count) * vertex.position
          })
      guard let price = vertex.price, let value = vertex.value else { continue }
      #expect(payoff.value(at: price) == value + sum)
    }
    let answer = StrategyMargin(of: strategy)
    #expect(answer.maxLoss == ExactAmount(count: 4, decimals: 2) - sum && answer.status == .ok)
    #expect(answer.maxProfit == nil)
    for end in answer.breakEvens.flatMap({ [$0.low, $0.high] }) {
      #expect(payoff.value(at: try #require(end)) == strategy.entryCost)
    }
    #expect(answer.breakEvens.count == 3)
    try CertificateChecker.check(#require(answer.maximumLoss), of: strategy)

    let range = try PriceRange(low: ExactAmount(50_000), high: ExactAmount(70_000))
    let within = try LossWithinRange(of: strategy, ranges: ["ABC": range])
    let ends = [range.low, range.high, ExactAmount(60_000)].compactMap { payoff.value(at: $0) }
    #expect(within.lossWithin == strategy.entryCost - (try #require(ends.min())))
    #expect(within.profitWithin == (try #require(ends.max())) - strategy.entryCost)
  }

  @Test("The checker adds up the constant itself")
  func checker() throws {
    let strategy = try filled(futures(5, prices: 5) + [leg("1 C 60000 @0.04")], settlement: .coin)
    let truth = try #require(MaximumLoss(of: strategy).certificates.first)
    let wrong = truth.constant + .one
    let lie = LossCertificate(
      underlying: "ABC", settlement: .coin, constant: wrong, vertices: truth.vertices, slopeAtStart: truth.slopeAtStart,
      slopeAtEnd: truth.slopeAtEnd, least: truth.least)
    #expect(throws: CertificateError.wrongConstant(found: wrong, wanted: truth.constant)) {
      try CertificateChecker.check(lie, of: strategy.legs)
    }
    let least = try #require(truth.least)
    let without = LossCertificate(
      underlying: "ABC", settlement: .coin, constant: truth.constant, vertices: truth.vertices,
      slopeAtStart: truth.slopeAtStart, slopeAtEnd: truth.slopeAtEnd,
      least: PayoffExtreme(payoff: least.payoff - truth.constant, price: least.price, isAttained: least.isAttained))
    #expect(throws: CertificateError.self) { try CertificateChecker.check(without, of: strategy.legs) }
  }

  @Test("Thousands of prices are a moment's work: loss, break-evens, texts, size and proof")
  func many() throws {
    #expect(StrategyMargin(of: try filled(futures(9000, prices: 12), settlement: .coin)).status == .ok)
    let strategy = try filled(
      futures(3000, prices: 3000) + [leg("1 C 60000 @0.04"), leg("300000 P 50000 @0.1")], settlement: .coin)
    let elapsed = try ContinuousClock().measure {
      let answer = StrategyMargin(of: strategy)
      #expect(answer.status == .ok && !answer.maxLossText.isEmpty && !answer.breakEvensText.isEmpty)
      try CertificateChecker.check(#require(answer.maximumLoss), of: strategy)
      let budget = try Money(parsing: "100000", currency: .btc)
      #expect(PositionSize(of: strategy, budget: budget).status == .ok)
    }
    // A debug build on a shared machine; released code takes a tenth of a second.
    #expect(elapsed < .seconds(30), "\(elapsed)")
  }
}
