public import Basics
import Instruments
public import Pricing

/// A closed range of prices.
public struct PriceRange: Hashable, Sendable {
  public let low: ExactAmount
  public let high: ExactAmount

  /// - Throws: ``IsolatedMarginError`` `.badInput` unless 0 <= `low` <= `high`.
  public init(low: ExactAmount, high: ExactAmount) throws(IsolatedMarginError) {
    guard low >= .zero else { throw .badInput("price range", found: "a low of \(low)", wanted: "0 or more") }
    guard low <= high else { throw .badInput("price range", found: "\(low) to \(high)", wanted: "low before high") }
    self.low = low
    self.high = high
  }

  /// Gives the range around a spot price, as `-40:60` says: from 40 percent below to 60 percent above it.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a spot of 0 or less, and as above.
  public init(
    around spot: ExactAmount, fromPercent low: ExactAmount, toPercent high: ExactAmount
  ) throws(IsolatedMarginError) {
    guard spot > .zero else { throw .badInput("spot", found: "\(spot)", wanted: "a price above 0") }
    let percent = spot * ExactAmount(count: 1, decimals: 2)
    try self.init(low: spot + percent * low, high: spot + percent * high)
  }
}

/// The largest loss while prices stay inside stated ranges: an answer to another question than the maximum loss.
///
/// It is asked for where the maximum loss has no bound. The name of the type, of the property and of the label say that
/// it holds within the range only.
public struct LossWithinRange: Hashable, Sendable {
  /// In the order of their first mention.
  public let ranges: [UnderlyingRange]
  /// E + Phi less the least payoff within the ranges; negative is a profit.
  public let lossWithin: ExactAmount
  /// The greatest payoff within the ranges less E + Phi.
  public let profitWithin: ExactAmount
  /// The ends of the ranges are prices like any other, so an end can bind.
  public let bindingPrices: [BindingPrice]

  public struct UnderlyingRange: Hashable, Sendable {
    public let underlying: String
    public let range: PriceRange
  }

  /// Gives the largest loss over the closed ranges, exact.
  ///
  /// - Parameter ranges: One for each underlying of the strategy; in coin above 0.
  /// - Throws: ``IsolatedMarginError`` `.severalExpiries`, `.noRange`, or `.badInput` for a price of 0 in coin.
  public init(of strategy: FilledStrategy, ranges: [String: PriceRange]) throws(IsolatedMarginError) {
    let expiries = strategy.expiries
    guard expiries.count <= 1 else { throw .severalExpiries(expiries.map(\.description)) }
    var (least, greatest) = (ExactAmount.zero, ExactAmount.zero)
    var used: [UnderlyingRange] = []
    var binding: [BindingPrice] = []
    for (underlying, payoff) in MaximumLoss.payoffs(of: strategy) {
      guard let range = ranges[underlying] else { throw .noRange(underlying: underlying) }
      guard let low = payoff.position(of: range.low), let high = payoff.position(of: range.high) else {
        throw .badInput("price range", found: "a low of \(range.low)", wanted: "a price above 0 in coin")
      }
      let vertices = payoff.vertices(from: min(low, high), to: max(low, high))
      guard let worst = payoff.extreme(of: vertices, isBetter: <),
        let best = payoff.extreme(of: vertices, isBetter: >)
      else { continue }
      least += worst.payoff
      greatest += best.payoff
      used.append(UnderlyingRange(underlying: underlying, range: range))
      binding.append(BindingPrice(underlying: underlying, price: worst.price, isAttained: worst.isAttained))
    }
    let cost = strategy.entryCost + strategy.fees
    self.ranges = used
    lossWithin = cost - least
    profitWithin = greatest - cost
    bindingPrices = binding
  }

  /// `largest loss within 60..160`, the words that must stand with the number.
  public var label: String {
    let texts = ranges.map { item in
      let text = "\(item.range.low.decimalText(rounding: .nearest))..\(item.range.high.decimalText(rounding: .nearest))"
      return ranges.count > 1 ? "\(item.underlying) \(text)" : text
    }
    return "largest loss within \(texts.joined(separator: ", ")), not a maximum loss"
  }
}
