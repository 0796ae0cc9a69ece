import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Payoffs: jumps, ends, fees that depend on the outcome, break-evens")
struct PayoffTests {
  /// A fee of `rate` of the underlying, at most `cap` of the payoff.
  private func capped(_ rate: String, _ cap: String) throws -> PayoffFee {
    try #require(PayoffFee(rate: amount(rate), cap: amount(cap)))
  }

  @Test("A digital call pays nothing at its strike and all of it beyond, in both settlements")
  func digitalJump() throws {
    let call = Payoff(of: [try leg("1 DC 100 x10")], settlement: .quote)
    #expect(
      call.vertices.map { [$0.left, $0.value, $0.right] } == [[nil, .zero, .zero], [.zero, .zero, ExactAmount(10)]])
    let put = Payoff(of: [try leg("1 DP 100 x10")], settlement: .quote)
    #expect(put.vertices.last.map { [$0.left, $0.value, $0.right] } == [ExactAmount(10), .zero, .zero])
    // In coin the payment is 10 x, and "beyond" the strike is x below 1/100.
    let coin = Payoff(of: [try leg("1 DC 100 x10")], settlement: .coin)
    let (tenth, twentieth) = (try amount("0.1"), try amount("0.05"))
    #expect(coin.vertices.last.map { [$0.left, $0.value, $0.right] } == [tenth, .zero, .zero])
    #expect(coin.value(at: ExactAmount(200)) == twentieth && coin.value(at: ExactAmount(100)) == .zero)
    let coinPut = Payoff(of: [try leg("1 DP 100 x10")], settlement: .coin)
    #expect(coinPut.vertices.last.map { [$0.left, $0.value, $0.right] } == [.zero, .zero, tenth])
    #expect(coinPut.slopeAtEnd == ExactAmount(10))
  }

  @Test("An asset-or-nothing call is a call and a digital of its strike")
  func assetOrNothing() throws {
    let payoff = Payoff(of: [try leg("1 C 100"), try leg("100 DC 100")], settlement: .quote)
    let beyond = try amount("100.01")
    #expect(payoff.value(at: ExactAmount(100)) == .zero && payoff.value(at: beyond) == beyond)
  }

  @Test("The payoff between vertices, at them and outside the prices")
  func values() throws {
    let payoff = Payoff(of: [try leg("2 C 100"), try leg("-1 P 90")], settlement: .quote)
    for (price, value) in [("0", "-90"), ("45", "-45"), ("90", "0"), ("95", "0"), ("100", "0"), ("102.5", "5")] {
      #expect(payoff.value(at: try amount(price)) == (try amount(value)), "\(price)")
    }
    #expect(payoff.value(at: ExactAmount(-1)) == nil)
    let coin = Payoff(of: [try leg("1 P 100")], settlement: .coin)
    #expect(coin.value(at: .zero) == nil && coin.value(at: ExactAmount(50)) == .one)
  }

  @Test("Profits at many prices are those at each, in whatever order the prices stand", arguments: [81, 82])
  func profits(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for index in 0..<200 {
      let strategy = try CertificateCheckerTests.random(&generator, settlement: index % 2 == 0 ? .quote : .coin)
      let payoff = Payoff(of: strategy.legs, settlement: strategy.settlement)
      let cost = strategy.entryCost + ExactAmount(count: generator.int64(-9_999_999_999...9_999_999_999), decimals: 8)
      var prices = [-1, 0, .nan, .infinity] + payoff.vertices.compactMap { $0.price?.doubleValue }
      // Where the profit is a tiny difference, its last digits are hardest to have.
      prices += payoff.breakEvens(cost: cost).compactMap { $0.low?.doubleValue }
      prices += prices.flatMap { [$0.nextUp, $0.nextDown, $0 * generator.number(0.5, 2)] }
      if generator.chance(0.5) { prices.sort { $0 < $1 || $0.isNaN } } else { prices.shuffle(using: &generator) }
      for (price, profit) in zip(prices, payoff.profits(at: prices, less: cost)) {
        let wanted = ExactAmount(exactly: price).flatMap { payoff.value(at: $0) }.map { ($0 - cost).doubleValue }
        #expect(profit == wanted, "seed \(seed), strategy \(index) at \(price)")
      }
    }
  }

  @Test("A call spread whose long leg pays a fee without cap loses without bound, as its fee grows with the price")
  func feeMakesUnbounded() throws {
    let fee = try capped("0.00015", "0.125")
    let strategy = try filled([leg("-1 C 100", payoffFee: fee), leg("1 C 110", payoffFee: fee)])
    let answer = StrategyMargin(of: strategy)
    #expect(answer.status == .unbounded && answer.detail == "up")
    #expect(answer.maximumLoss?.certificates.first?.slopeAtEnd == (try amount("-0.0003")))
    let within = try LossWithinRange(
      of: strategy, ranges: ["ABC": PriceRange(low: .zero, high: ExactAmount(1_000_000))])
    #expect(within.lossWithin == ExactAmount(310))
    #expect(within.label == "largest loss within 0..1000000, not a maximum loss")
    // Without a fee on them, as few calls as lose 0.0003 a unit stop it.
    let hedge = try #require(answer.boundingHedges.first)
    #expect(hedge.extra == (try #require((try amount("0.0003")).divided(by: amount("0.99985")))))
  }

  @Test("Capped fees turn where theory says, and nowhere else")
  func feeVertices() throws {
    let fee = try capped("0.03", "0.125")
    func prices(_ text: String, _ settlement: Settlement, _ fee: PayoffFee) throws -> [String] {
      Payoff(of: [try leg(text, payoffFee: fee)], settlement: settlement).vertices.map {
        $0.price?.fractionText ?? "inf"
      }
    }
    // cK/(c - a) and cK/(c + a); in coin x = (1 - a/c)/K and (1 + a/c)/K.
    #expect(try prices("1 C 95", .quote, fee) == ["0", "95", "125"])
    #expect(try prices("1 P 155", .quote, fee) == ["0", "125", "155"])
    #expect(try prices("1 C 95", .coin, fee) == ["inf", "125", "95"])
    #expect(try prices("1 P 155", .coin, fee) == ["inf", "155", "125"])
    // A cap at or below the rate binds everywhere: no further vertex.
    let low = try capped("0.125", "0.125")
    #expect(try prices("1 C 95", .quote, low) == ["0", "95"])
    #expect(try prices("1 C 95", .coin, low) == ["inf", "95"])
    // A digital's fee stops rising where it reaches the cap, on the side that pays.
    #expect(try prices("1 DC 30 x12", .quote, fee) == ["0", "30", "50"])
    #expect(try prices("1 DC 60 x12", .quote, fee) == ["0", "60"])
    #expect(try prices("1 DP 60 x12", .quote, fee) == ["0", "50", "60"])
    #expect(try prices("1 DP 30 x12", .quote, fee) == ["0", "30"])
    #expect(try prices("1 DC 30 x12", .coin, fee) == ["inf", "50", "30"])
    #expect(try prices("1 DP 60 x12", .coin, fee) == ["inf", "60", "50"])
  }

  @Test("Fees are taken from long and short alike, at each price the lesser of rate and cap")
  func feeValues() throws {
    let fee = try capped("0.03", "0.125")
    for quantity in ["2", "-2"] {
      let bare = Payoff(of: [try leg("\(quantity) C 95")], settlement: .quote)
      let charged = Payoff(of: [try leg("\(quantity) C 95", payoffFee: fee)], settlement: .quote)
      for (price, paid) in [("90", "0"), ("103", "2"), ("125", "7.5"), ("200", "12")] {
        let price = try amount(price)
        let (gross, net) = (try #require(bare.value(at: price)), try #require(charged.value(at: price)))
        #expect(gross - net == (try amount(paid)), "\(quantity) at \(price)")
      }
    }
    let perpetual = Payoff(of: [try leg("-100 X =50", payoffFee: fee)], settlement: .coin)
    // -100(1/50 - 1/40) = 0.5 coin, less 0.03 of 100/40 coin.
    #expect(perpetual.value(at: ExactAmount(40)) == (try amount("0.425")))
  }

  @Test("An inverse put's fee is a constant in the end, so a short one falls as fast as without")
  func coinPutFee() throws {
    let payoff = Payoff(of: [try leg("-1 P 100", payoffFee: capped("0.0003", "0.125"))], settlement: .coin)
    #expect(payoff.slopeAtEnd == ExactAmount(-100))
    #expect(payoff.value(at: ExactAmount(50)) == (try amount("-1.0003")))
  }

  // MARK: Break-evens

  @Test(
    "Break-evens in quote currency",
    arguments: [
      (["1 C 100 @4.25", "-1 C 110 @0"], "104.25"),
      (["1 P 90 @1", "-1 P 95 @2", "-1 C 105 @2", "1 C 110 @1.4"], "93.4;106.6"),
      // A root that is no decimal is written to the 8th.
      (["3 C 100 @4", "-1 C 100 @2"], "105"),
      (["3 C 100 @1", "-1 P 0 @0.0"], "101"),
      (["7 C 100 @1", "-4 P 100 @0.5"], "100.71428571"),
      // Touching zero without crossing it.
      (["1 C 90 @0", "-2 C 100 @5", "1 C 110 @0", "-1 C 100 @0", "1 C 100 @0"], ""),
      (["-1 C 90 @0", "2 C 100 @0", "-1 C 110 @10"], "100"),
      // Zero along a stretch: an end at 0 belongs to it, one at infinity is open.
      (["1 C 100 @0"], "0..100"),
      (["-1 P 100 @0"], "100.."),
      (["1 C 100 @1", "-1 C 100 @1"], "0.."),
      (["1 C 90 @0", "-1 C 95 @5"], ""),
      (["1 C 95 @0", "-1 C 100 @0", "1 P 90 @0"], "90..95"),
      (["1 C 90 @5", "-1 C 95 @0"], "95.."),
      // At the end S = 0 itself.
      (["-1 P 100 @100"], "0"),
      // A jump from loss to profit, and one that only touches zero from one side.
      (["1 DC 100 @4 x10"], "100"),
      (["-1 DP 100 @4 x10", "1 C 90 @0"], "96"),
      (["1 DC 100 @10 x10"], "100.."),
      // Rising to a limit of zero and jumping on to a profit, or from a profit to a limit of zero and on down.
      (["1 U =95", "-1 DP 100 x5"], "100"),
      (["-1 U =105", "-1 DC 100 x5"], "100"),
      // Zero is only a limit just above 100, and profit stands on both sides of it.
      (["1 U =95", "-1 DC 100 x5"], "95"),
      (["1 U =100", "-1 DC 100 x5"], "100;105"),
      (["1 U =101", "-1 DC 101 @1 x5"], "100;101;105"),
    ])
  func breakEvens(legs: [String], wanted: String) throws {
    var filledLegs: [FilledLeg] = []
    for text in legs { filledLegs.append(try leg(text)) }
    #expect(StrategyMargin(of: try filled(filledLegs)).breakEvensText == wanted, "\(legs)")
  }

  @Test(
    "Break-evens in coin: roots in 1/S, ascending in S, open at S = 0",
    arguments: [
      (["1 C 60000 @0.045"], "62827.22513089"),
      (["1 P 50000 @0.25"], "40000"),
      (["-1 C 60000 @0.25", "-1 P 50000 @0"], "40000;80000"),
      (["1 C 100 @0"], "..100"),
      (["1 P 100 @0"], "100.."),
      (["1 C 100 @0", "-1 C 100 @0"], ".."),
      (["1 P 80 @0", "1 C 100 @0"], "80..100"),
      // The payoff of 1 is only a limit at infinity: never reached.
      (["1 C 100 @1"], ""),
      (["1 DC 100 @0.05 x10"], "100;200"),
      (["1 DP 100 @0.05 x10"], "100"),
    ])
  func coinBreakEvens(legs: [String], wanted: String) throws {
    var filledLegs: [FilledLeg] = []
    for text in legs { filledLegs.append(try leg(text)) }
    #expect(StrategyMargin(of: try filled(filledLegs, settlement: .coin)).breakEvensText == wanted, "\(legs)")
  }

  @Test("Profit and loss is zero at every break-even without a jump, for random strategies")
  func breakEvensAreRoots() throws {
    var generator = SplitMix64(seed: 5)
    for index in 0..<2000 {
      let strategy = try CertificateCheckerTests.random(&generator, settlement: index % 2 == 0 ? .quote : .coin)
      let payoff = Payoff(of: strategy.legs, settlement: strategy.settlement)
      let cost = strategy.entryCost + strategy.fees
      for point in payoff.breakEvens(cost: cost) where point.isPoint {
        guard let low = point.low, payoff.vertices.allSatisfy({ $0.price != low }) else { continue }
        #expect(payoff.value(at: low) == cost, "seed 5, strategy \(index): \(point.text)")
      }
      // Between neighbouring break-evens nothing changes its sign.
      let ends = payoff.breakEvens(cost: cost).flatMap { [$0.low, $0.high] }.compactMap { $0 }
      let target = cost - payoff.constant
      for vertex in payoff.vertices {
        guard let left = vertex.left, let right = vertex.right, let price = vertex.price, !ends.contains(price) else {
          continue
        }
        #expect((left - target).sign * (right - target).sign >= 0, "seed 5, strategy \(index) at \(price)")
      }
    }
  }
}
