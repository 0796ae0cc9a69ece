import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// What the picture of a strategy shows: P&L over the price at expiry and today, with the prices that matter.
struct PayoffChart: Sendable {
  struct Point: Sendable {
    let price: Double
    let profit: Double
  }

  /// A price with its label.
  struct Mark: Sendable {
    let price: Double
    let label: String
  }

  /// The line at expiry in pieces: a digital's jump ends one and begins the next.
  let atExpiry: [[Point]]
  let today: [Point]
  let spot: Mark
  let strikes: [Mark]
  let breakEvens: [Mark]
  let expiryName: String
  let priceTitle: String
  let profitTitle: String
  /// The picture in words, for those who do not see it.
  let description: String

  /// - Returns: nil where the analysis has no curve.
  init?(_ analysis: StrategyAnalysis) {
    guard let curve = analysis.curve, let first = curve.points.first, let last = curve.points.last,
      let spot = analysis.spots.first, first.spot < last.spot
    else { return nil }
    let units = PageUnits(analysis)
    let range = first.spot...last.spot
    today = curve.points.map { Point(price: $0.spot, profit: $0.profitToday) }
    atExpiry = PayoffChart.pieces(curve, PayoffChart.jumps(analysis))
    self.spot = Mark(price: spot.spot.value, label: "spot \(units.price(spot.spot.value))")
    let strikes = Set(analysis.filled.legs.compactMap { $0.instrument.strike }).sorted()
    self.strikes = strikes.filter { range.contains($0.value) }.map { Mark(price: $0.value, label: "\($0)") }
    let ends = analysis.breakEvens.flatMap { item in
      item.breakEven.isPoint ? [item.breakEven.low] : [item.breakEven.low, item.breakEven.high]
    }
    breakEvens = ends.compactMap { end in
      guard let end, range.contains(end.doubleValue) else { return nil }
      return Mark(price: end.doubleValue, label: units.price(end))
    }
    expiryName = curve.isExact ? "at expiry" : "at the first expiry, later legs by the model"
    priceTitle = "\(FigureText.plain(spot.underlying)) price in \(units.quoteCode)"
    profitTitle = "P&L in \(units.code)"
    var words = "\(profitTitle) over the price from \(units.price(first.spot)) to \(units.price(last.spot)); "
    words += "spot \(units.price(spot.spot.value)); strikes \(strikes.map { "\($0)" }.joined(separator: ", ")); "
    words +=
      analysis.breakEvens.isEmpty
      ? "no break-even" : "break-evens \(breakEvens.map(\.label).joined(separator: ", "))"
    let profits = curve.points.map(\.profitAtExpiry)
    words += "; \(expiryName) from \(units.amount(profits.min(), sign: .always))"
    words += " to \(units.amount(profits.max(), sign: .always)) in this range."
    description = words
  }

  /// The payoff less cost before and after each digital's strike, prices ascending.
  private static func jumps(_ analysis: StrategyAnalysis) -> [Double: (before: Double, after: Double)] {
    guard analysis.payoffs.count == 1, analysis.filled.expiries.count <= 1, let payoff = analysis.payoffs.first?.payoff
    else {
      return [:]
    }
    let cost = analysis.filled.entryCost + analysis.filled.fees - payoff.constant
    var jumps: [Double: (Double, Double)] = [:]
    for vertex in payoff.vertices {
      guard let price = vertex.price, let left = vertex.left, let right = vertex.right, left != right else { continue }
      // In coin the coordinate is 1/S: what is left of the vertex lies above its price.
      let (before, after) = payoff.settlement == .quote ? (left, right) : (right, left)
      jumps[price.doubleValue] = ((before - cost).doubleValue, (after - cost).doubleValue)
    }
    return jumps
  }

  private static func pieces(_ curve: ProfitCurve, _ jumps: [Double: (before: Double, after: Double)]) -> [[Point]] {
    var pieces: [[Point]] = [[]]
    for point in curve.points {
      guard let jump = jumps[point.spot] else {
        pieces[pieces.count - 1].append(Point(price: point.spot, profit: point.profitAtExpiry))
        continue
      }
      pieces[pieces.count - 1].append(Point(price: point.spot, profit: jump.before))
      pieces.append([Point(price: point.spot, profit: jump.after)])
    }
    return pieces.filter { $0.count > 1 }
  }
}

/// Round numbers along an axis.
struct ChartScale: Sendable {
  let low: Double
  let high: Double
  let ticks: [Double]
  /// Of a tick's label.
  let decimals: Int

  /// - Parameters:
  ///   - count: About how many ticks.
  ///   - isRounded: true widens the ends to the next ticks.
  init(_ low: Double, _ high: Double, count: Int, isRounded: Bool) {
    let span = high > low ? high - low : max(low.magnitude, 1)
    var step = 1.0
    let rough = span / Double(max(count, 1))
    while step < rough { step *= 10 }
    while step > rough { step /= 10 }
    // Now step <= rough < 10 step.
    step *= [1, 2, 5, 10].first { step * $0 >= rough } ?? 10
    let first = isRounded ? (low / step).rounded(.down) : (low / step).rounded(.up)
    let last = isRounded ? (high / step).rounded(.up) : (high / step).rounded(.down)
    self.low = isRounded ? first * step : low
    self.high = isRounded ? max(last, first + 1) * step : low + span
    var ticks: [Double] = []
    var index = first
    while index <= max(last, isRounded ? first + 1 : last), ticks.count < 40 {
      ticks.append(index * step)
      index += 1
    }
    self.ticks = ticks
    var decimals = 0
    var unit = step
    while unit < 0.999_999, decimals < 12 {
      unit *= 10
      decimals += 1
    }
    self.decimals = decimals
  }

  /// Where a value stands between `start` and `end`.
  func position(_ value: Double, from start: Double, to end: Double) -> Double {
    start + (value - low) / (high - low) * (end - start)
  }
}
