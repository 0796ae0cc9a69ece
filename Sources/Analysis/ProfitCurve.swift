import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import Scenarios

/// P&L over the price, today and at the first expiry: what a payoff diagram draws.
///
/// For one expiry the later line is the exact payoff; for several it is the model's value at the moment of the first,
/// with today's volatilities.
public struct ProfitCurve: Sendable {
  public struct Point: Hashable, Sendable {
    /// In quote currency.
    public let spot: Double
    /// Settlement currency, entry cost and fees subtracted.
    public let profitToday: Double
    /// At the first expiry.
    public let profitAtExpiry: Double
  }

  /// Ascending in spot.
  public let points: [Point]
  /// True where the later line is the payoff itself, false where legs of a later expiry are valued by the model.
  public let isExact: Bool

  /// The prices at which the P&L at the first expiry changes its sign, ascending, by the straight line between the points
  /// on either side: right to some hundredths of a percent, which is more than a model's break-even is worth.
  public var crossings: [Double] {
    zip(points, points.dropFirst()).compactMap { left, right in
      let (a, b) = (left.profitAtExpiry, right.profitAtExpiry)
      guard a != 0 else { return left.spot }
      return a * b < 0 ? left.spot + (right.spot - left.spot) * a / (a - b) : nil
    }
  }
}

extension StrategyAnalyzer {
  /// Evenly spaced spots of a curve; strikes and break-evens inside come in addition.
  static var curveSteps: Int { 121 }

  /// The curve over 30 percent around spot, widened to the strikes and break-evens that are not far beyond.
  ///
  /// - Returns: nil for several underlyings, whose P&L is no function of one price.
  func curve(
    _ filled: FilledStrategy, _ payoffs: [(underlying: String, payoff: Payoff)], _ strategy: ResolvedStrategy,
    _ book: ResolvedBook, _ margin: StrategyMargin
  ) -> ProfitCurve? {
    guard payoffs.count == 1, let only = payoffs.first, let underlying = market[only.underlying] else { return nil }
    let spot = underlying.spot.value
    let strikes = filled.legs.compactMap { $0.instrument.strike?.value }.filter { $0 >= 0.2 * spot && $0 <= 3 * spot }
    // A break-even far away would press the rest of the picture together; a table names it anyway.
    let breakEvens = margin.breakEvens.flatMap { [$0.low?.doubleValue, $0.high?.doubleValue].compactMap { $0 } }
      .filter { $0 >= 0.5 * spot && $0 <= 1.6 * spot }
    let marks = strikes + breakEvens
    let low = min(0.7 * spot, (marks.min() ?? spot) * 0.95)
    let high = max(1.3 * spot, (marks.max() ?? spot) * 1.05)
    let even = ScenarioGrid.nodes(from: low, to: high, count: StrategyAnalyzer.curveSteps)
    let spots = Set(even + marks + [spot]).sorted()
    let shifts = spots.map { $0 / spot - 1 }
    let isExact = filled.expiries.count <= 1
    var days = [0.0]
    if !isExact, let first = filled.expiries.first, let instant = try? underlying.instant(of: first) {
      days.append(Double(instant.secondsSinceEpoch - market.asOf.secondsSinceEpoch) / 86_400)
    }
    guard let grid = try? ScenarioGrid(spotShifts: shifts, days: days, dynamics: request.dynamics) else { return nil }
    var engine = ScenarioEngine(book: book, market: market, grid: grid, pricer: request.pricer)
    guard let result = try? engine.profitAndLoss(of: strategy) else { return nil }
    let cost = filled.entryCost + filled.fees
    var points: [ProfitCurve.Point] = []
    for (index, price) in spots.enumerated() {
      var later = days.count > 1 ? result.profit[1 + spots.count + index] : Double.nan
      if isExact, let exact = ExactAmount(exactly: price), let payoff = only.payoff.value(at: exact) {
        later = (payoff - cost).doubleValue
      }
      let today = result.profit[1 + index]
      guard today.isFinite, later.isFinite else { continue }
      points.append(ProfitCurve.Point(spot: price, profitToday: today, profitAtExpiry: later))
    }
    return points.count > 1 ? ProfitCurve(points: points, isExact: isExact) : nil
  }
}
