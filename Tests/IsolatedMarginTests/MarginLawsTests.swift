import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Laws of the maximum loss, on seeded random strategies")
struct MarginLawsTests {
  /// Options and futures with prices; the premiums are as random as the rest.
  private func randomLegs(_ generator: inout SplitMix64, count: ClosedRange<Int64> = 1...6) -> [String] {
    (0..<generator.int(count)).map { _ in
      let kind = ["C", "P", "C", "P", "DC", "DP", "X"][Int(generator.int(0...6))]
      return
        "\(generator.nonzero(5)) \(kind) \(generator.int(4...16) * 10) @\(generator.int(1...30)).25 x\(generator.int(1...9))"
    }
  }

  private func legs(_ texts: [String]) throws -> [FilledLeg] {
    var result: [FilledLeg] = []
    for text in texts { result.append(try leg(text)) }
    return result
  }

  private func settlement(_ index: Int) -> Settlement { index % 2 == 0 ? .quote : .coin }

  /// Nil for a loss without bound.
  private func loss(_ legs: [FilledLeg], _ settlement: Settlement) throws -> ExactAmount? {
    try MaximumLoss(of: filled(legs, settlement: settlement)).bound?.loss
  }

  @Test("Put-call parity: a call for a put and the underlying at its strike leaves the loss as it is")
  func parity() throws {
    var generator = SplitMix64(seed: 21)
    var replaced = 0
    for index in 0..<1500 {
      let texts = randomLegs(&generator)
      let settlement = settlement(index)
      let swapped = try texts.flatMap { text throws -> [FilledLeg] in
        let words = text.split(separator: " ")
        guard words[1] == "C" else { return [try leg(text)] }
        replaced += 1
        // In coin (1 - Kx)+ = (Kx - 1)+ + K(1/K - x): a future of K quote currency entered at K.
        let quantity = try Quantity(parsing: words[0]).exact
        let strike = try amount(String(words[2]))
        let units = settlement == .quote ? quantity : quantity * strike
        let count = try units.count(decimals: 8, rounding: .up)
        return [
          try leg(text.replacing(" C ", with: " P ")),
          try leg("\(DecimalCount(count).text) X =\(words[2])"),
        ]
      }
      let (before, after) = (try loss(legs(texts), settlement), try loss(swapped, settlement))
      #expect(before == after, "seed 21, strategy \(index): \(texts)")
    }
    #expect(replaced > 1000)
  }

  @Test("Margin of two strategies together is at most the sum of their margins, and never helped by mixing orders")
  func subadditive() throws {
    var generator = SplitMix64(seed: 22)
    var together = 0
    for index in 0..<3000 {
      let (first, second) = (try legs(randomLegs(&generator)), try legs(randomLegs(&generator)))
      let settlement = settlement(index)
      guard let left = StrategyMargin(of: try filled(first, settlement: settlement)).collateral,
        let right = StrategyMargin(of: try filled(second, settlement: settlement)).collateral
      else { continue }
      together += 1
      let both = try #require(StrategyMargin(of: filled(first + second, settlement: settlement)).collateral)
      #expect(both.exactMargin <= left.exactMargin + right.exactMargin, "seed 22, pair \(index)")
      #expect(both.exactRequirement <= left.exactRequirement + right.exactRequirement, "seed 22, pair \(index)")
      #expect(both.maxLoss <= left.maxLoss + right.maxLoss, "seed 22, pair \(index)")
    }
    #expect(together > 100, "\(together)")
  }

  @Test("A long option added never raises the loss before its premium, and bounds no loss away from a bounded one")
  func longOption() throws {
    var generator = SplitMix64(seed: 23)
    for index in 0..<1500 {
      let base = try legs(randomLegs(&generator))
      let kind = ["C", "P", "DC", "DP"][Int(generator.int(0...3))]
      let added = try leg("\(generator.int(1...5)) \(kind) \(generator.int(4...16) * 10) @0 x\(generator.int(1...9))")
      let before = try loss(base, settlement(index))
      guard let before else { continue }
      let after = try #require(try loss(base + [added], settlement(index)), "seed 23, strategy \(index)")
      #expect(after <= before, "seed 23, strategy \(index)")
    }
  }

  @Test("Lots multiply every number, and so do prices: 600 times the strikes and premiums is 600 times the loss")
  func homogeneous() throws {
    var generator = SplitMix64(seed: 24)
    for index in 0..<500 {
      let texts = randomLegs(&generator).map { $0.split(separator: " ").map(String.init) }
      let once = try loss(legs(texts.map { $0.joined(separator: " ") }), .quote)
      let lots = try loss(
        legs(texts.map { ([String(3 * (Int($0[0]) ?? 0))] + $0.dropFirst()).joined(separator: " ") }), .quote)
      #expect(lots == once.map { $0 * ExactAmount(3) }, "seed 24, strategy \(index)")
      let scaled = try texts.map { words throws -> String in
        let premium = try Price(parsing: words[3].dropFirst())
        return "\(words[0]) \(words[1]) \(600 * (Int(words[2]) ?? 0)) @\(Price(count: premium.count * 600)) "
          + "x\(600 * (Int(words[4].dropFirst()) ?? 0))"
      }
      #expect(try loss(legs(scaled), .quote) == once.map { $0 * ExactAmount(600) }, "seed 24, strategy \(index)")
    }
  }

  @Test("The order of legs does not matter to any cell")
  func order() throws {
    var generator = SplitMix64(seed: 25)
    for index in 0..<500 {
      let legs = try legs(randomLegs(&generator))
      let settlement = settlement(index)
      let first = StrategyMargin(of: try filled(legs, settlement: settlement))
      let second = StrategyMargin(of: try filled(legs.shuffled(using: &generator), settlement: settlement))
      let cells = { (row: StrategyMargin) in
        [
          row.status.rawValue, row.detail, row.maxLossText, row.maxProfitText, row.marginText, row.requirementText,
          row.bindingPriceText, row.attainedText, row.breakEvensText, row.entryCostText, row.feesText,
          row.riskClass.rawValue,
        ]
      }
      #expect(cells(first) == cells(second), "seed 25, strategy \(index)")
    }
  }

  @Test("Holder and counterparty: one's greatest profit is the other's greatest loss")
  func mirror() throws {
    var generator = SplitMix64(seed: 26)
    for index in 0..<1000 {
      let texts = randomLegs(&generator)
      let mirrored = texts.map { $0.hasPrefix("-") ? String($0.dropFirst()) : "-" + $0 }
      let settlement = settlement(index)
      let holder = StrategyMargin(of: try filled(legs(texts), settlement: settlement))
      let other = StrategyMargin(of: try filled(legs(mirrored), settlement: settlement))
      #expect(holder.maxProfit == other.maxLoss, "seed 26, strategy \(index)")
      #expect(holder.breakEvens == other.breakEvens, "seed 26, strategy \(index)")
    }
  }

  @Test("Duality: a strategy in coin, its bound times the price, is the dollar payoff at every vertex")
  func duality() throws {
    var generator = SplitMix64(seed: 27)
    for index in 0..<500 {
      let texts = randomLegs(&generator).filter { !$0.contains("X") }
      let coin = Payoff(of: try legs(texts), settlement: .coin)
      let quote = Payoff(of: try legs(texts), settlement: .quote)
      for price in [1, 39, 40, 75, 100, 101, 160, 977].map({ ExactAmount($0) }) {
        #expect(coin.value(at: price).map { $0 * price } == quote.value(at: price), "seed 27, strategy \(index)")
      }
    }
  }
}

/// A count of 10^-8 as a quantity's text.
private struct DecimalCount {
  let text: String
  init(_ count: Int64) { text = Quantity(count: count).description }
}
