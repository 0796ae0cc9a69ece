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
  private var curve: ScanCurve
  private let minorUnits: Double
  private let minorCount: Int128

  init(_ chain: ScanChain, _ shape: ScanShape, figures: Set<ScanFigure>, capacity: Int) {
    self.chain = chain
    self.shape = shape
    wanted = figures
    columns = ScanColumns(figures, capacity: capacity)
    curve = ScanCurve(legCount: shape.legs.count)
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
    case .legs:
      for figure in asked {
        for row in 0..<rows.count { columns.set(figure, row, legsFigure(figure, rows, row)) }
      }
    case .extremes: for row in 0..<rows.count { fillExtremes(rows, row) }
    case .breakEvens: for row in 0..<rows.count { fillBreakEvens(rows, row) }
    }
  }

  // MARK: Sums over the legs

  private func entry(_ leg: Int, _ rows: ScanRows, _ row: Int) -> ScanEntry? {
    chain.entries[leg * chain.strikes.count + rows[row, shape.legs[leg].place]]
  }

  private func sum(_ rows: ScanRows, _ row: Int, _ amount: (ScanEntry) -> Int128?) -> Int128? {
    var total: Int128 = 0
    for leg in shape.legs.indices {
      guard let entry = entry(leg, rows, row), let part = amount(entry) else { return nil }
      total += part
    }
    return total
  }

  private func amount(_ count: Int128?) -> Double {
    count.map { ScanQuotient($0, over: chain.costScale).nearest } ?? .nan
  }

  private func greek(_ rows: ScanRows, _ row: Int, _ part: (Greeks) -> Double) -> Double {
    var total = 0.0
    for leg in shape.legs.indices {
      guard let greeks = entry(leg, rows, row)?.greeks else { return .nan }
      total += part(greeks)
    }
    return total
  }

  private func strike(_ rows: ScanRows, _ row: Int, _ place: Int) -> Double {
    place < shape.strikeCount ? chain.strikes[rows[row, place]].value : .nan
  }

  private func width(_ rows: ScanRows, _ row: Int) -> Double {
    guard shape.strikeCount > 1 else { return .nan }
    func step(_ place: Int) -> Int64 {
      chain.strikes[rows[row, place + 1]].count - chain.strikes[rows[row, place]].count
    }
    return Price(count: max(step(0), step(shape.strikeCount - 2))).value
  }

  private func shortDelta(_ rows: ScanRows, _ row: Int) -> Double {
    var greatest = Double.nan
    for leg in shape.legs.indices where shape.legs[leg].ratio < 0 {
      guard let delta = entry(leg, rows, row)?.shortDelta, delta.isFinite else { return .nan }
      greatest = greatest.isNaN ? delta : max(greatest, delta)
    }
    return greatest
  }

  private func legsFigure(_ figure: ScanFigure, _ rows: ScanRows, _ row: Int) -> Double {
    switch figure {
    case .credit: return amount(sum(rows, row) { -$0.cost })
    case .debit, .entryCost: return amount(sum(rows, row) { $0.cost })
    case .fees: return amount(sum(rows, row) { $0.fee }.map { $0 + chain.strategyFees })
    case .bidAsk: return amount(sum(rows, row) { $0.spread })
    case .width: return width(rows, row)
    case .days: return chain.days
    case .spot: return chain.spot
    case .strike1: return strike(rows, row, 0)
    case .strike2: return strike(rows, row, 1)
    case .strike3: return strike(rows, row, 2)
    case .strike4: return strike(rows, row, 3)
    case .delta: return greek(rows, row, \.delta)
    case .gamma: return greek(rows, row, \.gamma)
    case .vega: return greek(rows, row, \.vega) / 100
    case .theta: return greek(rows, row, \.theta) / 365
    case .shortDelta: return shortDelta(rows, row)
    case .maxLoss, .maxProfit, .margin, .returnOnMargin, .breakEvenLow, .breakEvenHigh, .probabilityOfProfit:
      return .nan
    }
  }

  // MARK: The payoff

  /// Lays out the payoff of a row; gives entry cost and fees together, over the cost scale.
  private mutating func trace(_ rows: ScanRows, _ row: Int) -> Int128? {
    curve.removeAll()
    var cost = chain.strategyFees
    for leg in shape.legs.indices {
      guard let entry = entry(leg, rows, row) else { return nil }
      cost += entry.cost + entry.fee
      curve.add(entry, chain)
    }
    curve.close(chain)
    return cost
  }

  private mutating func fillExtremes(_ rows: ScanRows, _ row: Int) {
    guard let cost = trace(rows, row) else { return }
    let least = curve.slopeAtEnd < 0 ? nil : curve.least
    let greatest = curve.slopeAtEnd > 0 ? nil : curve.greatest
    let loss = least.map { excess(of: cost, over: $0) }
    let profit = greatest.map { extreme in
      let loss = excess(of: cost, over: extreme)
      return (numerator: -loss.numerator, denominator: loss.denominator)
    }
    columns.set(.maxLoss, row, loss.map { ScanQuotient($0.numerator, over: $0.denominator).nearest })
    columns.set(.maxProfit, row, profit.map { ScanQuotient($0.numerator, over: $0.denominator).nearest })
    guard wanted.contains(.margin) || wanted.contains(.returnOnMargin) else { return }
    let posted = least.flatMap { margin(cost, $0) }
    columns.set(
      .margin, row, posted.map { ScanQuotient(Int128($0), over: minorCount).nearest })
    var share: Double?
    if let posted, posted > 0, let profit {
      share = ScanQuotient(profit.numerator, over: profit.denominator).scaled(by: minorUnits, over: Double(posted))
    }
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
    // Whole units first: the denominator times the minor units fits where the numerator's product need not.
    let (whole, rest) = needed.numerator.quotientAndRemainder(dividingBy: needed.denominator)
    let (minor, left) = (rest * minorCount).quotientAndRemainder(dividingBy: needed.denominator)
    let (units, overflow) = whole.multipliedReportingOverflow(by: minorCount)
    guard !overflow, let sum = Int64(exactly: units) else { return nil }
    let (count, isBeyond) = sum.addingReportingOverflow(Int64(truncatingIfNeeded: minor) + (left > 0 ? 1 : 0))
    return isBeyond ? nil : count
  }

  private mutating func fillBreakEvens(_ rows: ScanRows, _ row: Int) {
    guard let cost = trace(rows, row) else { return }
    let zeros = curve.zeros(cost: cost, chain)
    columns.set(.breakEvenLow, row, zeros.prices.first)
    columns.set(.breakEvenHigh, row, zeros.prices.last)
    guard wanted.contains(.probabilityOfProfit), let distribution = chain.distribution else { return }
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
