import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import RealModule
import Scenarios

/// P&L over the price, today, on days between and at the first expiry: what a payoff diagram draws.
///
/// For one expiry the last line is the exact payoff; for several it is the model's value at the moment of the first,
/// with today's volatilities.
public struct ProfitCurve: Sendable {
  /// Prices in quote currency, ascending, at least two; each of the others has one number for each of them, in the settlement
  /// currency, entry cost and fees subtracted.
  public let spots: [Double]
  public let profitsToday: [Double]
  /// A line for each of ``days``.
  public let profitsOnDays: [[Double]]
  /// At the first expiry.
  public let profitsAtExpiry: [Double]
  /// True where the later line is the payoff itself, false where legs of a later expiry are valued by the model.
  public let isExact: Bool
  /// Calendar days forward of the lines between today and the first expiry, ascending.
  public let days: [Double]
  /// The present price.
  public let spot: Double
  /// The standard deviation of ln S to the first expiry, by the chain's volatility at the forward; nil without one.
  public let deviation: Double?

  /// The price so many standard deviations of ln S from the present one, down negative; nil without a volatility.
  public func price(deviations: Double) -> Double? { deviation.map { spot * .exp(deviations * $0) } }

  /// The prices at which the P&L at the first expiry changes its sign, ascending, by the straight line between the points
  /// on either side: right to some hundredths of a percent, which is more than a model's break-even is worth.
  public var crossings: [Double] {
    spots.indices.dropLast().compactMap { index in
      let (left, right) = (spots[index], spots[index + 1])
      let (a, b) = (profitsAtExpiry[index], profitsAtExpiry[index + 1])
      guard a != 0 else { return left }
      return a * b < 0 ? left + (right - left) * a / (a - b) : nil
    }
  }
}

extension StrategyAnalyzer {
  /// Evenly spaced spots of a curve; strikes and break-evens inside come in addition.
  static var curveSteps: Int { 121 }

  /// The most strikes and break-evens that a curve goes through: a book of thousands of strikes has several a pixel.
  static var curveMarks: Int { 512 }

  /// The curve over four standard deviations around spot (30 percent where there is no volatility), widened to the strikes
  /// and break-evens that are not far beyond.
  ///
  /// - Returns: nil for several underlyings, whose P&L is no function of one price.
  func curve(
    _ filled: FilledStrategy, _ payoffs: [(underlying: String, payoff: Payoff)], _ strategy: ResolvedStrategy,
    _ book: ResolvedBook, _ margin: StrategyMargin
  ) -> ProfitCurve? {
    guard payoffs.count == 1, let only = payoffs.first, let underlying = market[only.underlying] else { return nil }
    let spot = underlying.spot.value
    let deviation = deviation(of: filled, underlying)
    var spots = curveSpots(filled, margin, spot: spot, deviation: deviation)
    let isExact = filled.expiries.count <= 1
    let last = daysToFirstExpiry(filled, underlying)
    let between = curveDays(last)
    let days = [0] + between + (isExact ? [] : last.map { [$0] } ?? [])
    guard
      let grid = try? ScenarioGrid(
        spotShifts: spots.map { $0 / spot - 1 }, days: days, dynamics: request.dynamics)
    else { return nil }
    let engine = ScenarioEngine(book: book, market: market, grid: grid, pricer: request.pricer)
    guard let profit = try? engine.profit(of: strategy) else { return nil }
    let atExpiry = isExact ? only.payoff.profits(at: spots, less: filled.entryCost + filled.fees) : []
    let count = spots.count
    func line(_ day: Int) -> [Double] { Array(profit[(1 + day * count)..<(1 + (day + 1) * count)]) }
    var lines = [line(0)] + between.indices.map { line($0 + 1) }
    lines.append(isExact ? atExpiry.map { $0 ?? .nan } : line(days.count - 1))
    if !lines.allSatisfy({ $0.allSatisfy(\.isFinite) }) {
      // What the model cannot value at a price is left out there on every line.
      let kept = spots.indices.filter { index in lines.allSatisfy { $0[index].isFinite } }
      spots = kept.map { spots[$0] }
      for index in lines.indices { lines[index] = kept.map { lines[index][$0] } }
    }
    guard spots.count > 1 else { return nil }
    return ProfitCurve(
      spots: spots, profitsToday: lines[0], profitsOnDays: Array(lines[1..<(lines.count - 1)]),
      profitsAtExpiry: lines[lines.count - 1], isExact: isExact, days: between, spot: spot, deviation: deviation)
  }

  private func curveSpots(
    _ filled: FilledStrategy, _ margin: StrategyMargin, spot: Double, deviation: Double?
  ) -> [Double] {
    let strikes = Set(filled.legs.compactMap { $0.instrument.strike?.value })
      .filter { $0 >= 0.2 * spot && $0 <= 3 * spot }
    // A break-even far away would press the rest of the picture together; a table names it anyway.
    let breakEvens = margin.breakEvens.flatMap { [$0.low?.doubleValue, $0.high?.doubleValue].compactMap { $0 } }
      .filter { $0 >= 0.5 * spot && $0 <= 1.6 * spot }
    var marks = (strikes + breakEvens).sorted()
    let reach: Double = deviation.map { .exp(4 * $0) } ?? 0
    // Years of a high volatility reach to prices where nothing happens.
    var low = deviation == nil ? 0.7 * spot : max(spot / reach, 0.2 * spot)
    var high = deviation == nil ? 1.3 * spot : min(spot * reach, 3 * spot)
    low = min(low, (marks.first ?? spot) * 0.97)
    high = max(high, (marks.last ?? spot) * 1.03)
    let most = StrategyAnalyzer.curveMarks
    if marks.count > most { marks = (0..<most).map { marks[$0 * (marks.count - 1) / (most - 1)] } }
    let even = ScenarioGrid.nodes(from: low, to: high, count: StrategyAnalyzer.curveSteps)
    // Ascending, each once.
    var spots: [Double] = []
    for price in (even + marks + [spot]).sorted() where price != spots.last { spots.append(price) }
    return spots
  }

  /// Calendar days to the first expiry; nil where nothing expires, or it has passed.
  func daysToFirstExpiry(_ filled: FilledStrategy, _ underlying: UnderlyingMarket) -> Double? {
    guard let first = filled.expiries.first, let instant = try? underlying.instant(of: first) else { return nil }
    let days = Double(instant.secondsSinceEpoch - market.asOf.secondsSinceEpoch) / 86_400
    return days > 0 ? days : nil
  }

  /// The days between today and the first expiry that are asked for: halfway, on a whole day, where nothing was said.
  private func curveDays(_ last: Double?) -> [Double] {
    guard let asked = request.curveDays else {
      guard let last, last >= 2 else { return last.map { [$0 / 2] } ?? [] }
      return [(last / 2).rounded()]
    }
    return Set(asked).filter { $0 > 0 && $0 < last ?? .infinity }.sorted()
  }

  private func deviation(of filled: FilledStrategy, _ underlying: UnderlyingMarket) -> Double? {
    guard let first = filled.expiries.first,
      let distribution = ExpiryDistribution(underlying, expiry: first, settlement: filled.settlement)
    else { return nil }
    return distribution.deviation
  }
}
