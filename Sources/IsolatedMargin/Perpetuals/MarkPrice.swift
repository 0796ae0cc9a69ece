public import Basics

/// What one venue says a coin costs, and when it said so.
public struct PriceSource: Hashable, Sendable {
  public let name: String
  public let price: Price
  public let time: Instant

  public init(name: String, price: Price, time: Instant) {
    self.name = name
    self.price = price
    self.time = time
  }
}

/// The spot price of a coin from several venues: the median of those that are fresh.
///
/// Fewer than half of the sources, however wrong, cannot carry a median beyond what the others say. A source that stands
/// still is no opinion: beyond the staleness limit it does not count, and with too few left there is no index at all,
/// rather than an old one.
public struct IndexPrice: Hashable, Sendable {
  /// In quote currency, above 0: the middle price, or half the sum of the middle two.
  public let value: ExactAmount
  /// When the index was formed.
  public let time: Instant
  /// The sources that counted, by name.
  public let sources: [String]

  /// - Parameters:
  ///   - now: The time at which freshness is judged; a source from later is not fresh either.
  ///   - staleAfter: Seconds after which a price no longer counts; one exactly as old still does.
  ///   - least: How many fresh sources there must be, 1 or more.
  /// - Throws: ``IsolatedMarginError`` `.notFresh` for too few; `.badInput` for a limit below 0, a least below 1, a price of
  ///   0 or less and a source that speaks twice.
  public init(
    medianOf all: [PriceSource], at now: Instant, staleAfter: Int64, least: Int
  ) throws(IsolatedMarginError) {
    guard staleAfter >= 0 else { throw .badInput("staleness limit", found: "\(staleAfter) s", wanted: "0 or more") }
    guard least >= 1 else { throw .badInput("least number of sources", found: "\(least)", wanted: "1 or more") }
    var names: Set<String> = []
    for source in all {
      guard source.price > .zero else {
        throw .badInput("price of \(source.name)", found: "\(source.price)", wanted: "more than 0")
      }
      guard names.insert(source.name).inserted else {
        throw .badInput("sources", found: "\(source.name) twice", wanted: "each once")
      }
    }
    let fresh = all.filter { $0.time.isFresh(at: now, within: staleAfter) }
    guard fresh.count >= least else {
      throw .notFresh(
        "index", found: "\(fresh.count) of \(all.count) sources fresh", wanted: "\(least) within \(staleAfter) s")
    }
    let prices = fresh.map(\.price).sorted()
    let (low, high) = (prices[(prices.count - 1) / 2], prices[prices.count / 2])
    value = (low.exact + high.exact) * ExactAmount(count: 5, decimals: 1)
    time = now
    sources = fresh.map(\.name).sorted()
  }
}

/// The price at which positions are marked and liquidated: the only one that a liquidation is decided by.
///
/// That is the type's purpose. The last trade is a ``LastPrice``, which nothing that decides takes.
public struct MarkPrice: Hashable, Sendable {
  /// In quote currency, above 0.
  public let value: ExactAmount
  public let time: Instant

  /// A mark that a venue publishes.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a price of 0 or less.
  public init(_ value: ExactAmount, time: Instant) throws(IsolatedMarginError) {
    guard value > .zero else { throw .badInput("mark", found: "\(value)", wanted: "more than 0") }
    self.value = value
    self.time = time
  }

  /// The index and a smoothed basis that is held within a share of it: mark = index + clamp(basis, -c index, c index).
  ///
  /// Whatever one order book shows, the mark is at most c away from the index: the basis against which a margin must be
  /// reserved.
  /// - Parameter cap: c, 0 or more and below 1.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for another cap.
  public init(
    index: IndexPrice, basis: SmoothedBasis, cap: ExactAmount
  ) throws(IsolatedMarginError) {
    guard cap >= .zero, cap < .one else {
      throw .badInput("basis cap", found: "\(cap)", wanted: "a share of 0 or more, below 1")
    }
    let reach = cap * index.value
    value = index.value + min(max(basis.value, -reach), reach)
    time = index.time
  }

  /// The index and the funding still to come: mark = index (1 + rate x time to funding / interval), BitMEX's fair basis.
  ///
  /// - Parameters:
  ///   - rate: The funding rate of the interval, a share of either sign.
  ///   - secondsToFunding: 0 to `interval`.
  ///   - interval: Seconds between payments, above 0.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for other times, and a rate that leaves no price above 0.
  public init(
    index: IndexPrice, fundingRate rate: ExactAmount, secondsToFunding: Int64, interval: Int64
  ) throws(IsolatedMarginError) {
    guard interval > 0, (0...interval).contains(secondsToFunding) else {
      throw .badInput(
        "time to funding", found: "\(secondsToFunding) of \(interval) s", wanted: "0 to the interval, which is above 0")
    }
    let basis = rate * ExactAmount(secondsToFunding).quotient(by: ExactAmount(interval))
    try self.init(index.value * (.one + basis), time: index.time)
  }

  /// True where the mark is at most `seconds` old, and not from later than `now`.
  public func isFresh(at now: Instant, within seconds: Int64) -> Bool { time.isFresh(at: now, within: seconds) }
}

/// The price of the last trade: shown, and never decided by.
public struct LastPrice: Hashable, Sendable {
  public let price: Price
  public let time: Instant

  public init(_ price: Price, time: Instant) {
    self.price = price
    self.time = time
  }
}

/// An exponential average of what an order book's middle is above the index.
///
/// Each observation moves it by `weight` of its distance. It is kept to 10^-8 of the quote currency, nearest, so that a day
/// of observations has no longer digits than the first.
public struct SmoothedBasis: Hashable, Sendable {
  /// The share of an observation's distance that counts, above 0 and at most 1.
  public let weight: ExactAmount
  /// In quote currency, of either sign.
  public let value: ExactAmount

  /// - Throws: ``IsolatedMarginError`` `.badInput` for another weight.
  public init(weight: ExactAmount, value: ExactAmount = .zero) throws(IsolatedMarginError) {
    guard weight > .zero, weight <= .one else {
      throw .badInput("weight", found: "\(weight)", wanted: "more than 0, at most 1")
    }
    self.weight = weight
    self.value = value
  }

  /// The average after one more observation.
  ///
  /// - Throws: ``IsolatedMarginError`` `.number` where it leaves the range of a price.
  public func observing(mid: Price, index: IndexPrice) throws(IsolatedMarginError) -> SmoothedBasis {
    let next = value + weight * (mid.exact - index.value - value)
    let count: Int64
    do throws(BasicsError) {
      count = try next.count(decimals: Price.decimals, rounding: .nearest, type: "Price")
    } catch { throw .number(error) }
    return try SmoothedBasis(weight: weight, value: ExactAmount(count: count, decimals: Price.decimals))
  }
}

extension PerpetualPosition {
  /// The notional at a mark, in margin currency.
  public func notional(at mark: MarkPrice) -> ExactAmount {
    kind == .linear ? quantity * mark.value : quantity.quotient(by: mark.value)
  }

  /// M' and the profit at a mark, in margin currency.
  public func equity(at mark: MarkPrice) -> ExactAmount {
    available + profit(atNotional: notional(at: mark))
  }
}

extension PerpetualTerms {
  /// True where the position's excess at the mark is strictly below 0, decided exactly.
  public func isLiquidated(_ position: PerpetualPosition, at mark: MarkPrice) -> Bool {
    excess(of: position, atNotional: position.notional(at: mark)) < .zero
  }
}

extension Instant {
  fileprivate func isFresh(at now: Instant, within seconds: Int64) -> Bool {
    let (age, overflow) = now.secondsSinceEpoch.subtractingReportingOverflow(secondsSinceEpoch)
    return !overflow && (0...max(0, seconds)).contains(age)
  }
}
