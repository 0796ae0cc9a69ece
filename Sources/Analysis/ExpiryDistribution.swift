import Basics
public import Instruments
import IsolatedMargin
import Kernels
import MarketData
import Pricing
import RealModule

/// The lognormal distribution of the price at expiry that the chain's forward and at-the-money volatility give.
///
/// In quote settlement it is the risk-neutral one, under which the mean price is the forward; in coin the one with the
/// coin as the unit of value, under which the mean of 1/S is 1/F. Under each a fairly priced strategy expects nothing.
/// It is no forecast, and it leaves the smile out.
public struct ExpiryDistribution: Hashable, Sendable {
  /// The mean of ln S.
  public let logMean: Double
  /// The standard deviation of ln S: volatility times the root of the years.
  public let deviation: Double
  public let forward: Double
  public let volatility: Double
  public let settlement: Settlement

  /// - Returns: nil where the underlying has no volatility.
  init?(_ underlying: UnderlyingMarket, expiry: Expiry, settlement: Settlement) {
    guard let forward = try? underlying.forward(of: expiry),
      let volatility = underlying.surface.volatility(logMoneyness: 0, years: forward.years)
    else { return nil }
    self.forward = forward.value
    self.volatility = volatility.value
    self.settlement = settlement
    deviation = volatility.value * .sqrt(forward.years)
    let half = deviation * deviation / 2
    logMean = .log(forward.value) + (settlement == .quote ? -half : half)
    guard deviation > 0, logMean.isFinite else { return nil }
  }

  /// The mean of S^`power` over prices below `price`; the probability for power 0.
  func moment(_ power: Double, below price: Double) -> Double {
    let scale = Double.exp(power * logMean + power * power * deviation * deviation / 2)
    if price <= 0 { return 0 }
    if price == .infinity { return scale }
    return scale * Normal.cumulative((.log(price) - logMean) / deviation - power * deviation)
  }

  /// How many standard deviations of ln S lie between spot and `price`, down negative.
  public func deviations(from spot: Double, to price: Double) -> Double { .log(price / spot) / deviation }
}

/// What a strategy promises at expiry under the chain's own distribution.
public struct ExpiryOutlook: Hashable, Sendable {
  /// The probability that the P&L at expiry, all fees paid, is above 0.
  public let probabilityOfProfit: Double
  /// The mean P&L at expiry in settlement currency, not discounted.
  public let expectedProfit: Double
  public let distribution: ExpiryDistribution

  /// - Parameters:
  ///   - payoff: Of all legs, on one underlying.
  ///   - cost: Entry cost and fees.
  ///   - breakEvens: The zeros of payoff less cost.
  init(payoff: Payoff, cost: ExactAmount, breakEvens: [BreakEven], distribution: ExpiryDistribution) {
    self.distribution = distribution
    let ends = breakEvens.flatMap { [$0.low, $0.high].compactMap { $0 } }
    let cuts = Set(ends).sorted()
    var profit = 0.0
    var low: ExactAmount?
    for index in 0...cuts.count {
      let high = index < cuts.count ? cuts[index] : nil
      if let inside = ExpiryOutlook.between(low, high), let value = payoff.value(at: inside), value > cost {
        profit +=
          distribution.moment(0, below: high?.doubleValue ?? .infinity)
          - distribution.moment(0, below: low?.doubleValue ?? 0)
      }
      low = high
    }
    probabilityOfProfit = min(max(profit, 0), 1)
    expectedProfit = ExpiryOutlook.mean(of: payoff, distribution) - (cost - payoff.constant).doubleValue
  }

  /// A price strictly between two cuts.
  private static func between(_ low: ExactAmount?, _ high: ExactAmount?) -> ExactAmount? {
    let half = ExactAmount(count: 5, decimals: 1)
    switch (low, high) {
    case (nil, nil): return .one
    case (nil, let high?): return high.sign > 0 ? high * half : nil
    case (let low?, nil): return low + low + .one
    case (let low?, let high?):
      // Cuts may be fractions of many thousand digits: a number between them need not be.
      let middle = ExactAmount(exactly: (low.doubleValue + high.doubleValue) / 2)
      return middle.flatMap { low < $0 && $0 < high ? $0 : nil } ?? (low + high) * half
    }
  }

  /// The mean of the payoff without its constant, piece by piece: each is a + b S, in coin a + b / S.
  private static func mean(of payoff: Payoff, _ distribution: ExpiryDistribution) -> Double {
    let power = payoff.settlement == .quote ? 1.0 : -1.0
    var mean = 0.0
    for (index, vertex) in payoff.vertices.enumerated() {
      let start = vertex.position.doubleValue
      guard let atStart = vertex.right?.doubleValue else { continue }
      var slope = payoff.slopeAtEnd.doubleValue
      var end = Double.infinity
      if index + 1 < payoff.vertices.count {
        let next = payoff.vertices[index + 1]
        end = next.position.doubleValue
        guard end > start, let atEnd = next.left?.doubleValue else { continue }
        slope = (atEnd - atStart) / (end - start)
      }
      // In coin the coordinate is 1/S, so a piece from `start` to `end` covers the prices from 1/end to 1/start.
      let (low, high) = power > 0 ? (start, end) : (1 / end, 1 / start)
      let share = distribution.moment(0, below: high) - distribution.moment(0, below: low)
      let moment = distribution.moment(power, below: high) - distribution.moment(power, below: low)
      mean += (atStart - slope * start) * share + slope * moment
    }
    return mean
  }
}
