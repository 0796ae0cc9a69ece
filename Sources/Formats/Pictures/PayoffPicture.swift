import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// P&L over the price: at expiry, today and on days between, with the prices and amounts that matter.
struct PayoffPicture {
  private let analysis: StrategyAnalysis
  private let curve: ProfitCurve
  private let units: PageUnits
  private let underlying: String

  /// - Returns: nil where P&L is no function of one price.
  init?(_ analysis: StrategyAnalysis) {
    guard let curve = analysis.curve, let first = curve.spots.first, let last = curve.spots.last,
      let spot = analysis.spots.first, first < last
    else { return nil }
    self.analysis = analysis
    self.curve = curve
    units = PageUnits(analysis)
    underlying = FigureText.plain(spot.underlying)
  }

  func picture(source: String) -> Picture {
    let title = Picture.name(of: analysis.filled.name)
    return Picture(
      name: "payoff", title: title + ": profit and loss over the price",
      units: "P&L in \(units.code), entry cost and fees subtracted; price of \(underlying) in \(units.quoteCode).",
      source: PictureSource(quotes: source, asOf: analysis.asOf).text, description: description,
      figures: { csv }, chart: .lines(chart))
  }

  private var range: ClosedRange<Double> { curve.spots[0]...curve.spots[curve.spots.count - 1] }

  private func piece(_ profits: [Double]) -> [LineChart.Point] {
    zip(curve.spots, profits).map { LineChart.Point(x: $0, y: $1) }
  }

  // MARK: The chart

  var chart: LineChart {
    var lines = [LineChart.Line(name: lastName, pieces: pieces, look: 0, isFilled: true)]
    lines.append(LineChart.Line(name: "today, by the model", pieces: [piece(curve.profitsToday)], look: 1))
    for (index, day) in curve.days.prefix(4).enumerated() {
      let name = "in \(PayoffPicture.days(day))"
      lines.append(LineChart.Line(name: name, pieces: [piece(curve.profitsOnDays[index])], look: 2 + index))
    }
    var chart = LineChart(
      lines: lines, xRange: range, xTitle: "\(underlying) price in \(units.quoteCode)",
      yTitle: "P&L in \(units.code)", isProfit: true)
    chart.guides = strikes.filter { range.contains($0.value) }.map {
      LineChart.Mark(x: $0.value, label: FigureText.thousands("\($0)"))
    }
    chart.spot = LineChart.Mark(x: curve.spot, label: "spot \(FigureText.thousands(units.price(curve.spot)))")
    chart.spreads = spreads
    chart.zeros = breakEvens
    chart.zerosName = curve.isExact ? "break-even" : "break-even by the model"
    chart.floors = floors
    chart.remarks = remarks
    if let liquidation = analysis.presentLiquidation {
      chart.bands = liquidation.prices.bands.compactMap { PayoffPicture.band($0.lower, $0.upper, range) }
      chart.bandsName = "liquidated today (maintenance: \(FigureText.plain(liquidation.maintenance)))"
    }
    return chart
  }

  /// The part of a band that lies within the picture; nil where none does.
  static func band(_ lower: Double?, _ upper: Double?, _ range: ClosedRange<Double>) -> LineChart.Band? {
    let (from, to) = (
      lower.flatMap { range.lowerBound < $0 ? $0 : nil }, upper.flatMap { range.upperBound > $0 ? $0 : nil }
    )
    guard from ?? range.lowerBound < to ?? range.upperBound, lower ?? 0 < range.upperBound,
      upper ?? .infinity > range.lowerBound
    else { return nil }
    return LineChart.Band(from: from, to: to)
  }

  private var lastName: String { curve.isExact ? "at expiry" : "at the first expiry, later legs by the model" }

  static func days(_ days: Double) -> String {
    var text = FigureText.fixed(days, 1)
    if text.hasSuffix(".0") { text.removeLast(2) }
    return text + (text == "1" ? " day" : " days")
  }

  private var strikes: [Price] { Set(analysis.filled.legs.compactMap { $0.instrument.strike }).sorted() }

  private var spreads: [(from: LineChart.Mark, to: LineChart.Mark)] {
    [2, 1].compactMap { count in
      guard let low = curve.price(deviations: -Double(count)), let high = curve.price(deviations: Double(count)),
        low < range.upperBound, high > range.lowerBound
      else { return nil }
      return (
        LineChart.Mark(x: low, label: "-\(count) sd"), LineChart.Mark(x: high, label: "+\(count) sd")
      )
    }
  }

  private var breakEvens: [LineChart.Mark] {
    guard curve.isExact else {
      return curve.crossings.map { LineChart.Mark(x: $0, label: FigureText.thousands(units.price($0))) }
    }
    let ends = analysis.breakEvens.flatMap { item in
      item.breakEven.isPoint ? [item.breakEven.low] : [item.breakEven.low, item.breakEven.high]
    }
    return ends.compactMap { end in
      guard let end, range.contains(end.doubleValue) else { return nil }
      return LineChart.Mark(x: end.doubleValue, label: FigureText.thousands(units.price(end)))
    }
  }

  private var floors: [LineChart.Floor] {
    var floors: [LineChart.Floor] = []
    let posted = analysis.margin.margin
    let loss: ExactAmount?
    if case .bounded(let bound)? = analysis.margin.maximumLoss { loss = bound.loss } else { loss = nil }
    if let posted, let loss, analysis.margin.collateral?.kind == .lossIsMargin,
      analysis.margin.reserve?.minorUnits ?? 0 == 0
    {
      floors.append(
        LineChart.Floor(
          y: -loss.doubleValue, label: "maximum loss = margin posted \(FigureText.thousands(posted.text)) \(units.code)"
        ))
    } else {
      if let loss {
        let label = loss.sign < 0 ? "least profit" : "maximum loss"
        let text = loss.sign < 0 ? units.profit(-loss) : units.up(loss)
        floors.append(
          LineChart.Floor(y: -loss.doubleValue, label: "\(label) \(FigureText.thousands(text)) \(units.code)"))
      }
      if let posted {
        floors.append(
          LineChart.Floor(
            y: -posted.exact.doubleValue, label: "margin posted \(FigureText.thousands(posted.text)) \(units.code)"))
      }
    }
    if let deposit = analysis.presentLiquidation?.deposit, deposit != posted?.exact {
      floors.append(
        LineChart.Floor(
          y: -deposit.doubleValue, label: "deposit \(FigureText.thousands(units.up(deposit))) \(units.code)"))
    }
    return floors
  }

  private var remarks: [String] {
    let late = analysis.undrawnDays
    guard !late.isEmpty else { return lossRemarks }
    let days = late.map { FigureText.shortest($0) ?? "" }.joined(separator: ", ")
    return lossRemarks + ["No value is drawn after \(days) days: a leg has expired by then."]
  }

  private var lossRemarks: [String] {
    switch analysis.margin.maximumLoss {
    case .unbounded(let tails)?: return ["The loss is unbounded (\(tails.text)): no margin equals it."]
    case .bounded?: return []
    case nil:
      return analysis.margin.status == .severalExpiries
        ? ["Several expiries and no policy: the maximum loss is not defined, and no floor is drawn."]
        : ["The maximum loss is not known, and no floor is drawn."]
    }
  }

  /// The payoff less cost before and after each digital's strike, prices ascending.
  private var jumps: [Double: (before: Double, after: Double)] {
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

  /// The line at expiry: a digital's jump ends one piece and begins the next.
  private var pieces: [[LineChart.Point]] {
    let jumps = jumps
    var pieces: [[LineChart.Point]] = [[]]
    for (spot, profit) in zip(curve.spots, curve.profitsAtExpiry) {
      guard let jump = jumps[spot] else {
        pieces[pieces.count - 1].append(LineChart.Point(x: spot, y: profit))
        continue
      }
      pieces[pieces.count - 1].append(LineChart.Point(x: spot, y: jump.before))
      pieces.append([LineChart.Point(x: spot, y: jump.after)])
    }
    return pieces.filter { $0.count > 1 }
  }

  // MARK: Words and figures

  /// The most strikes and prices that are named in words.
  private static let wordLimit = 12

  private static func list(_ items: [String]) -> String {
    let named = items.prefix(wordLimit).joined(separator: ", ")
    return items.count > wordLimit ? "\(named) and \(items.count - wordLimit) more" : named
  }

  private var description: String {
    var words = "P&L in \(units.code) over the price from \(units.price(range.lowerBound)) to "
    words += "\(units.price(range.upperBound)); spot \(units.price(curve.spot)); "
    if !strikes.isEmpty { words += "strikes \(PayoffPicture.list(strikes.map { "\($0)" })); " }
    let zeros = breakEvens.map(\.label)
    words += zeros.isEmpty ? "no break-even in this range" : "break-evens \(PayoffPicture.list(zeros))"
    let profits = curve.profitsAtExpiry
    words += "; \(lastName) from \(units.amount(profits.min(), sign: .always))"
    words += " to \(units.amount(profits.max(), sign: .always)) in this range."
    for floor in floors { words += " \(floor.label)." }
    for remark in remarks { words += " \(remark)" }
    for band in chart.bands {
      let ends = (band.from.map { "from \(units.price($0))" } ?? "", band.to.map { "up to \(units.price($0))" } ?? "")
      words += " Liquidated today " + [ends.0, ends.1].filter { !$0.isEmpty }.joined(separator: " ")
      words += band.from == nil && band.to == nil ? "at every price shown." : "."
    }
    return words
  }

  private var csv: String {
    var writer = CSVWriter()
    writer.row(
      ["spot", "pnl_today"] + curve.days.map { "pnl_day_\(FigureText.shortest($0) ?? "")" }
        + [curve.isExact ? "pnl_at_expiry" : "pnl_at_first_expiry"])
    for index in curve.spots.indices {
      writer.cell(curve.spots[index])
      writer.cell(curve.profitsToday[index])
      for profits in curve.profitsOnDays { writer.cell(profits[index]) }
      writer.cell(curve.profitsAtExpiry[index])
      writer.endRow()
    }
    return writer.text
  }
}
