import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

/// A random strategy in whole numbers, and its least payoff by another road than the module's.
///
/// The module sums slopes over sorted bends, in coin over x = 1/S. Here every leg is evaluated directly, at two points
/// inside each stretch between neighbouring strikes; the line through them gives the limits at both ends. In coin the
/// same lines in S are divided by S (a + bS dollars are a/S + b coins), so that no 1/S is ever summed. All in 128-bit
/// integers: prices in thirtieths, payoffs in `scale`ths.
struct WholeNumberStrategy {
  enum Kind: Int { case call, put, digitalCall, digitalPut, future }

  struct Leg {
    let kind: Kind
    let quantity: Int128
    /// Strike or entry price in tenths.
    let tenths: Int128
    let payout: Int128
    /// Premium and fee in thousandths.
    let premium: Int128
    let fee: Int128
  }

  let settlement: Settlement
  let legs: [Leg]

  /// Entry prices of futures divide 2000, so that N/E0 stays whole.
  static let scale: Int128 = 30 * 2000
  static let entryPrices: [Int64] = [50, 80, 100, 125, 200]

  init(using generator: inout SplitMix64) {
    let settlement: Settlement = generator.next() % 2 == 0 ? .quote : .coin
    var legs: [Leg] = []
    // Most shapes are small; strikes from a short list meet often.
    let lowestQuantity: Int64 = generator.next() % 3 == 0 ? -2 : -9
    for _ in 0..<generator.int(1...6) {
      var kind = Kind(rawValue: Int(generator.int(0...6) % 5)) ?? .call
      if kind == .future, generator.next() % 2 == 0 { kind = .put }
      var quantity = generator.int(lowestQuantity...9)
      if quantity == 0 { quantity = 1 }
      let entry = Self.entryPrices[Int(generator.int(0...4))] * 10
      let tenths = kind == .future ? entry : generator.int(60...140) * 10 + 5
      legs.append(
        Leg(
          kind: kind, quantity: Int128(kind == .future && settlement == .coin ? quantity * 100 : quantity),
          tenths: Int128(generator.next() % 4 == 0 ? 1000 : tenths), payout: Int128(generator.int(1...30)),
          premium: Int128(kind == .future ? 0 : generator.int(0...(settlement == .coin ? 400 : 20_000))),
          fee: Int128(generator.int(0...(settlement == .coin ? 3 : 500)))))
    }
    // A quarter gets a second wing of the first leg, so that bounded shapes are not rare.
    if let first = legs.first, generator.next() % 2 == 0 {
      let wing: Int128 = generator.next() % 2 == 0 ? 1105 : 905
      legs.append(
        Leg(
          kind: first.kind, quantity: -first.quantity, tenths: first.kind == .future ? 800 : wing,
          payout: first.payout, premium: first.kind == .future ? 0 : first.premium / 2, fee: 0))
    }
    self.settlement = settlement
    self.legs = legs
  }

  /// E + Phi in thousandths.
  var cost: Int128 { legs.reduce(0) { $0 + $1.quantity * $1.premium + $1.fee } }

  /// The payoff in quote currency, in `scale`ths, at a price in thirtieths.
  private func payoff(at price: Int128) -> Int128 {
    var total: Int128 = 0
    for leg in legs {
      let unit: Int128
      let strike = leg.tenths * 3
      switch leg.kind {
      case .call: unit = max(0, price - strike) * 2000
      case .put: unit = max(0, strike - price) * 2000
      case .digitalCall: unit = price > strike ? leg.payout * Self.scale : 0
      case .digitalPut: unit = price < strike ? leg.payout * Self.scale : 0
      case .future:
        // In coin N(1/E0 - 1/S), which is N(S/E0 - 1) dollars.
        unit = settlement == .quote ? (price - strike) * 2000 : price * 2000 * 10 / leg.tenths - Self.scale
      }
      total += leg.quantity * unit
    }
    return total
  }

  /// The least payoff as a fraction: in `scale`ths of quote currency, or of coin. Nil where there is none.
  func leastPayoff() -> (numerator: Int128, denominator: Int128)? {
    let strikes = Set(legs.filter { $0.kind != .future }.map { $0.tenths * 3 }).sorted()
    var best: (numerator: Int128, denominator: Int128)?
    func add(_ value: Int128, at price: Int128) {
      let (numerator, denominator) = settlement == .quote ? (value, 1) : (value * 30, price)
      if let known = best, numerator * known.denominator >= known.numerator * denominator { return }
      best = (numerator, denominator)
    }
    let ends = [0] + strikes.filter { $0 > 0 }
    for (index, low) in ends.enumerated() {
      if low > 0 || settlement == .quote { add(payoff(at: low), at: low) }
      if index + 1 < ends.count {
        let third = (ends[index + 1] - low) / 3
        let (first, second) = (payoff(at: low + third), payoff(at: low + 2 * third))
        let (atLow, atHigh) = (2 * first - second, 2 * second - first)
        add(atHigh, at: ends[index + 1])
        if low > 0 || settlement == .quote { add(atLow, at: low) } else if atLow < 0 { return nil }
      } else {
        let (first, second) = (payoff(at: low + 30), payoff(at: low + 60))
        let slope = second - first
        if settlement == .quote {
          if slope < 0 { return nil }
          add(first - slope, at: low)
        } else {
          // The constant is negative: for S -> 0 without any strike; the slope is the value at infinity.
          if low == 0, first - slope < 0 { return nil }
          if low > 0 { add(first - slope, at: low) }
          add(slope, at: 30)
        }
      }
    }
    return best
  }

  func filled() throws -> FilledStrategy {
    var result: [FilledLeg] = []
    for leg in legs {
      let isFuture = leg.kind == .future
      let price = ExactAmount(count: Int64(isFuture ? leg.tenths : leg.premium), decimals: isFuture ? 1 : 3)
      let strike = Price(count: Int64(leg.tenths) * 10_000_000)
      let instrument: Instrument
      switch leg.kind {
      case .call, .put:
        let right: OptionRight = leg.kind == .call ? .call : .put
        instrument = .option(try OptionContract(underlying: "ABC", right: right, strike: strike, expiry: january))
      case .digitalCall, .digitalPut:
        instrument = .digital(
          try DigitalContract(
            underlying: "ABC", right: leg.kind == .digitalCall ? .call : .put, strike: strike, expiry: january,
            payout: Price(count: Int64(leg.payout) * 100_000_000)))
      case .future: instrument = .perpetual(Perpetual(underlying: "ABC"))
      }
      result.append(
        try FilledLeg(
          instrument: instrument, quantity: Quantity(count: Int64(leg.quantity) * 100_000_000), price: price,
          fee: ExactAmount(count: Int64(leg.fee), decimals: 3)))
    }
    return try FilledStrategy(
      name: "random", settlement: settlement, currency: settlement == .quote ? .usd : .btc, legs: result)
  }
}

@Suite("Random strategies against an independent exact implementation")
struct RandomStrategiesTests {
  /// Eight seeds of 12,500 strategies each.
  @Test("Margin less the exact amount is at least 0 and below one minor unit", arguments: UInt64(1)...8)
  func hundredThousand(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var seen: [Collateral.Kind: Int] = [:]
    var unbounded = 0
    for index in 0..<12_500 {
      let plain = WholeNumberStrategy(using: &generator)
      let strategy = try plain.filled()
      let maximumLoss = try MaximumLoss(of: strategy)
      guard let least = plain.leastPayoff(), let bound = maximumLoss.bound else {
        unbounded += 1
        guard plain.leastPayoff() == nil, maximumLoss.bound == nil else {
          Issue.record("seed \(seed), strategy \(index): \(maximumLoss), wanted the other answer; \(plain)")
          return
        }
        continue
      }
      let collateral = try Collateral(of: bound, currency: strategy.currency)
      seen[collateral.kind, default: 0] += 1
      // Everything over one denominator, in minor units.
      let minor: Int128 = plain.settlement == .quote ? 100 : 100_000_000
      let denominator = 1000 * WholeNumberStrategy.scale * least.denominator
      let cost = plain.cost * WholeNumberStrategy.scale * least.denominator * minor
      let payoff = least.numerator * 1000 * minor
      let margin = max(0, cost - min(payoff, 0))
      let marginGap = Int128(collateral.margin.minorUnits) * denominator - margin
      let requirementGap = Int128(collateral.requirement.minorUnits) * denominator + min(payoff, 0)
      let loss = try collateral.maxLoss.count(decimals: plain.settlement == .quote ? 2 : 8, rounding: .up)
      let lossGap = Int128(loss) * denominator - (cost - payoff)
      let isRight = [marginGap, requirementGap, lossGap].allSatisfy { $0 >= 0 && $0 < denominator }
      let kind: Collateral.Kind =
        cost - min(payoff, 0) < 0 ? .lockedInProfit : (payoff > 0 ? .lockedIn : .lossIsMargin)
      let isClass = collateral.kind == kind && classLaw(collateral)
      guard isRight, isClass else {
        Issue.record("seed \(seed), strategy \(index): \(collateral), wanted \(margin)/\(denominator); \(plain)")
        return
      }
    }
    // The sample reaches every class, or it shows nothing about it.
    #expect(seen.count == 3 && seen.values.allSatisfy { $0 > 100 }, "\(seen)")
    #expect(unbounded > 1000, "\(unbounded)")
  }

  /// What each class promises of the exact amounts.
  private func classLaw(_ collateral: Collateral) -> Bool {
    switch collateral.kind {
    case .lossIsMargin: return collateral.exactMargin == collateral.maxLoss && collateral.maxLoss >= .zero
    case .lockedIn: return collateral.exactMargin > collateral.maxLoss && collateral.exactRequirement.isZero
    case .lockedInProfit: return collateral.exactMargin.isZero && collateral.maxLoss < .zero
    }
  }
}
