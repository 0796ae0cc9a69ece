import Basics
import Instruments
import Pricing

/// Works out the figures of a block of structures, those that are asked for and no others.
///
/// Exact figures are the `Double` nearest to what ``StrategyMargin`` gives for the same legs, Greeks and the probability
/// the same sums in the same order as ``StrategyAnalyzer``'s.
struct ScanEvaluator {
  let chain: ScanChain
  let shape: ScanShape
  var columns: ScanColumns
  private let wanted: Set<ScanFigure>
  /// Asked once for all rows.
  private let needsLoss: Bool
  private let needsMargin: Bool
  private let needsProbability: Bool
  private var curve: ScanCurve
  /// Of each leg: where its strikes start in the columns, and its place in the structure.
  private let offsets: [Int]
  private let legPlaces: [Int]
  private let minorUnits: Double
  private let minorCount: Int128

  init(_ chain: ScanChain, _ shape: ScanShape, figures: Set<ScanFigure>, capacity: Int) {
    self.chain = chain
    self.shape = shape
    wanted = figures
    needsLoss = figures.contains(.maxLoss)
    needsMargin = figures.contains(.margin) || figures.contains(.returnOnMargin)
    needsProbability = figures.contains(.probabilityOfProfit)
    columns = ScanColumns(figures, capacity: capacity)
    curve = ScanCurve(legCount: shape.legs.count)
    offsets = shape.legs.indices.map { $0 * chain.strikes.count }
    legPlaces = shape.legs.map(\.place)
    var count: Int128 = 1
    for _ in 0..<(chain.currency?.decimals ?? 0) { count *= 10 }
    minorCount = count
    minorUnits = Double(Int64(truncatingIfNeeded: count))
  }

  /// Fills the columns of a stage.
  mutating func fill(_ stage: ScanFigure.Stage, _ rows: ScanRows) {
    let asked = wanted.filter { $0.stage == stage }
    guard !asked.isEmpty else { return }
    switch stage {
    case .legs: for figure in asked { fillLegs(figure, rows) }
    case .extremes: for row in 0..<rows.count { fillExtremes(rows, row) }
    case .breakEvens: for row in 0..<rows.count { fillBreakEvens(rows, row) }
    }
  }

  // MARK: Sums over the legs

  /// The place of a leg of a row in the columns of ``ScanEntries``.
  private func entry(_ leg: Int, _ rows: ScanRows, _ row: Int) -> Int { offsets[leg] + rows[row, legPlaces[leg]] }

  private mutating func fillLegs(_ figure: ScanFigure, _ rows: ScanRows) {
    let entries = chain.entries
    switch figure {
    case .credit: fillAmounts(figure, rows, entries.cost, sign: -1)
    case .debit, .entryCost: fillAmounts(figure, rows, entries.cost)
    case .fees: fillAmounts(figure, rows, entries.fee, plus: chain.strategyFees)
    case .bidAsk: fillSpreads(rows)
    case .delta: fillSums(figure, rows, entries.delta)
    case .gamma: fillSums(figure, rows, entries.gamma)
    case .vega: fillSums(figure, rows, entries.vega, per: 100)
    case .theta: fillSums(figure, rows, entries.theta, per: 365)
    case .shortDelta: fillShortDeltas(rows)
    case .width: for row in 0..<rows.count { columns.set(figure, row, width(rows, row)) }
    case .days: for row in 0..<rows.count { columns.set(figure, row, chain.days) }
    case .spot: for row in 0..<rows.count { columns.set(figure, row, chain.spot) }
    case .strike1: fillStrikes(figure, rows, 0)
    case .strike2: fillStrikes(figure, rows, 1)
    case .strike3: fillStrikes(figure, rows, 2)
    case .strike4: fillStrikes(figure, rows, 3)
    case .maxLoss, .maxProfit, .margin, .returnOnMargin, .breakEvenLow, .breakEvenHigh, .probabilityOfProfit: break
    }
  }

  private mutating func fillAmounts(
    _ figure: ScanFigure, _ rows: ScanRows, _ column: [Int128], sign: Int128 = 1, plus base: Int128 = 0
  ) {
    for row in 0..<rows.count {
      var total = base
      for leg in offsets.indices { total += column[entry(leg, rows, row)] }
      columns.set(figure, row, ScanQuotient(sign * total, over: chain.costScale).nearest)
    }
  }

  private mutating func fillSpreads(_ rows: ScanRows) {
    for row in 0..<rows.count {
      var total: Int128? = 0
      for leg in offsets.indices {
        guard let sum = total, let spread = chain.entries.spread[entry(leg, rows, row)] else {
          total = nil
          break
        }
        total = sum + spread
      }
      columns.set(.bidAsk, row, total.map { ScanQuotient($0, over: chain.costScale).nearest })
    }
  }

  private mutating func fillSums(_ figure: ScanFigure, _ rows: ScanRows, _ column: [Double], per unit: Double = 1) {
    for row in 0..<rows.count {
      var total = 0.0
      for leg in offsets.indices { total += column[entry(leg, rows, row)] }
      columns.set(figure, row, total / unit)
    }
  }

  private mutating func fillShortDeltas(_ rows: ScanRows) {
    let short = shape.legs.indices.filter { shape.legs[$0].ratio < 0 }
    guard !short.isEmpty else { return }
    for row in 0..<rows.count {
      var greatest = 0.0
      for leg in short {
        let delta = chain.entries.shortDelta[entry(leg, rows, row)]
        // What is not less is greater or NaN, which stays.
        if !(delta <= greatest), !greatest.isNaN { greatest = delta }
      }
      columns.set(.shortDelta, row, greatest)
    }
  }

  private mutating func fillStrikes(_ figure: ScanFigure, _ rows: ScanRows, _ place: Int) {
    guard place < shape.strikeCount else { return }
    for row in 0..<rows.count { columns.set(figure, row, chain.strikes[rows[row, place]].value) }
  }

  private func width(_ rows: ScanRows, _ row: Int) -> Double? {
    guard shape.strikeCount > 1 else { return nil }
    func step(_ place: Int) -> Int64 {
      chain.strikes[rows[row, place + 1]].count - chain.strikes[rows[row, place]].count
    }
    return Price(count: max(step(0), step(shape.strikeCount - 2))).value
  }

  // MARK: The payoff

  /// Lays out the payoff of a row; gives entry cost and fees together, over the cost scale.
  private mutating func trace(_ rows: ScanRows, _ row: Int) -> Int128 {
    curve.removeAll()
    var cost = chain.strategyFees
    for leg in offsets.indices {
      let index = entry(leg, rows, row)
      cost += chain.entries.outlay[index]
      curve.add(index, chain)
    }
    curve.close(chain)
    return cost
  }

  private mutating func fillExtremes(_ rows: ScanRows, _ row: Int) {
    let cost = trace(rows, row)
    let (extremes, slope) = (curve.extremes, curve.slopeAtEnd)
    if slope >= 0, needsLoss {
      let loss = excess(of: cost, over: extremes.least)
      columns.set(.maxLoss, row, ScanQuotient(loss.numerator, over: loss.denominator).nearest)
    } else {
      columns.set(.maxLoss, row, nil)
    }
    let gain = excess(of: cost, over: extremes.greatest)
    let profit = slope > 0 ? nil : ScanQuotient(-gain.numerator, over: gain.denominator)
    columns.set(.maxProfit, row, profit?.nearest)
    guard needsMargin else { return }
    let posted = slope < 0 ? nil : margin(cost, extremes.least)
    columns.set(.margin, row, posted.map { ScanQuotient(Int128($0), over: minorCount).nearest })
    var share: Double?
    if let posted, posted > 0 { share = profit?.scaled(by: minorUnits, over: Double(posted)) }
    columns.set(.returnOnMargin, row, share)
  }

  /// Cost less a payoff, as a fraction.
  private func excess(of cost: Int128, over payoff: ScanCurve.Value) -> (numerator: Int128, denominator: Int128) {
    (
      cost * chain.lineScale * payoff.denominator - payoff.numerator * chain.costScale,
      chain.costScale * chain.lineScale * payoff.denominator
    )
  }

  /// Minor units of max(0, cost - min(least, 0)), rounded up; nil beyond 64 bits.
  private func margin(_ cost: Int128, _ least: ScanCurve.Value) -> Int64? {
    let needed = excess(of: cost, over: least.numerator < 0 ? least : ScanCurve.Value(numerator: 0, denominator: 1))
    guard needed.numerator > 0 else { return 0 }
    let scaled = needed.numerator * minorCount
    let estimate = ScanQuotient(scaled, over: needed.denominator).nearest
    if estimate < 0x1p50 {
      // The estimate is a last place off at most, and a product says which way: a division of 128 bits is dearer.
      var count = Int64(estimate)
      var left = scaled - Int128(count) * needed.denominator
      while left > 0 { (count, left) = (count + 1, left - needed.denominator) }
      while left <= -needed.denominator { (count, left) = (count - 1, left + needed.denominator) }
      return count
    }
    let (whole, rest) = scaled.quotientAndRemainder(dividingBy: needed.denominator)
    return Int64(exactly: rest > 0 ? whole + 1 : whole)
  }

  private mutating func fillBreakEvens(_ rows: ScanRows, _ row: Int) {
    let cost = trace(rows, row)
    let zeros = curve.zeros(cost: cost, chain)
    columns.set(.breakEvenLow, row, zeros.prices.first)
    columns.set(.breakEvenHigh, row, zeros.prices.last)
    guard needsProbability, let distribution = chain.distribution else { return }
    var profit = 0.0
    var low = 0.0
    for index in 0...zeros.prices.count {
      let high = index < zeros.prices.count ? zeros.prices[index] : .infinity
      if zeros.signs[index] > 0 {
        profit += distribution.moment(0, below: high) - distribution.moment(0, below: low)
      }
      low = high
    }
    columns.set(.probabilityOfProfit, row, min(max(profit, 0), 1))
  }
}
