import Basics
import Instruments
import IsolatedMargin
import Pricing

/// The prices between which a box is safe, over days forward, for several shifts of volatility: the liquidation surface.
struct CorridorPicture {
  private let surface: LiquidationSurface
  private let box: LiquidationBox
  private let source: PictureSource
  private let days: [Double]
  private let shifts: [Double]
  /// The shifts that are drawn, by their place.
  private let drawn: [Int]

  private static let shiftLimit = 5

  init(_ surface: LiquidationSurface, of box: LiquidationBox, source: PictureSource) {
    self.surface = surface
    self.box = box
    self.source = source
    func distinct(_ values: [Double]) -> [Double] {
      var seen: Set<Double> = []
      return values.filter { seen.insert($0).inserted }
    }
    days = distinct(surface.nodes.map(\.state.daysForward))
    let shifts = distinct(surface.nodes.map(\.state.volatilityShift))
    self.shifts = shifts
    // The market's own volatility leads, where it is among them.
    let order = shifts.indices.sorted { (shifts[$0], $0) < (shifts[$1], $1) }
    let limit = CorridorPicture.shiftLimit
    var drawn =
      order.count <= limit ? order : (0..<limit).map { order[$0 * (order.count - 1) / (limit - 1)] }
    if let own = order.first(where: { shifts[$0] == 0 }) {
      if let place = drawn.firstIndex(of: own) {
        drawn.remove(at: place)
      } else {
        drawn.remove(at: drawn.count / 2)
      }
      drawn.insert(own, at: 0)
    }
    self.drawn = drawn
  }

  private var code: String { box.strategy.currency.code }

  private func price(_ value: Double) -> String {
    FigureText.thousands(FigureText.fixed(value, FigureText.priceDecimals(box.market.spot)))
  }

  /// True where the lines run over volatility, since there is one day only.
  private var isOfOneDay: Bool { days.count == 1 && shifts.count > 1 }

  private func points(_ shift: Int, _ end: (LiquidationRegion) -> LiquidationBound?) -> [[LineChart.Point]] {
    let nodes = days.indices.map { surface.nodes[$0 * shifts.count + shift] }
    return CorridorPicture.pieces(nodes.map { ($0.state.daysForward, $0.region) }, end)
  }

  /// Pieces end where the bound does, and where the spot itself is outside.
  private static func pieces(
    _ nodes: [(x: Double, region: LiquidationRegion)], _ end: (LiquidationRegion) -> LiquidationBound?
  ) -> [[LineChart.Point]] {
    var pieces: [[LineChart.Point]] = [[]]
    for node in nodes.sorted(by: { $0.x < $1.x }) {
      if node.region.status != .alreadyOutside, let bound = end(node.region) {
        pieces[pieces.count - 1].append(LineChart.Point(x: node.x, y: bound.price))
      } else if pieces[pieces.count - 1].isEmpty == false {
        pieces.append([])
      }
    }
    return pieces.filter { !$0.isEmpty }
  }

  func picture() -> Picture {
    var lines: [LineChart.Line] = []
    if isOfOneDay {
      let nodes = surface.nodes.map { ($0.state.volatilityShift * 100, $0.region) }
      lines.append(
        LineChart.Line(name: "liquidated below", pieces: CorridorPicture.pieces(nodes) { $0.lower }, look: 0))
      lines.append(
        LineChart.Line(name: "liquidated above", pieces: CorridorPicture.pieces(nodes) { $0.upper }, look: 1))
    } else {
      for (look, shift) in drawn.enumerated() {
        let moved = FigureText.fixed(shifts[shift] * 100, 1, sign: .always)
        let name = shifts[shift] == 0 ? "volatility of today" : "volatility \(moved) points"
        lines.append(LineChart.Line(name: name, pieces: points(shift) { $0.lower }, look: look))
        lines.append(LineChart.Line(name: name, pieces: points(shift) { $0.upper }, look: look, isSecond: true))
      }
    }
    let xs = isOfOneDay ? shifts.map { $0 * 100 } : days
    let (low, high) = (xs.min() ?? 0, xs.max() ?? 1)
    var chart = LineChart(
      lines: lines, xRange: low...(high > low ? high : low + 1),
      xTitle: isOfOneDay ? "Volatility points added" : "Days forward",
      yTitle: "Price in \(PageUnits.quoteCode(of: box.strategy))", isProfit: false)
    chart.spot = LineChart.Mark(x: box.market.spot, label: "spot \(price(box.market.spot))")
    chart.isSpotLevel = true
    chart.remarks = remarks
    let title = Picture.name(of: box.strategy.name)
    return Picture(
      name: "corridor",
      title: title + ": safe corridor over days and volatility",
      units: "Prices beyond the lines liquidate the box; settlement in \(code), deposit "
        + "\(FigureText.thousands(FigureText.fixed(box.deposit, box.strategy.currency.decimals, .nearest))).",
      source: source.text, description: description,
      figures: { csv }, chart: .lines(chart))
  }

  private var remarks: [String] {
    var remarks = ["Rule: \(FigureText.plain(box.maintenance.text))."]
    let outside = surface.nodes.count { $0.region.status == .alreadyOutside }
    if outside > 0 {
      remarks.append("The spot is outside at \(outside) of \(surface.nodes.count) nodes, which have no line.")
    }
    let safe = surface.nodes.count { $0.region.status == .none }
    if safe > 0 {
      remarks.append("No price liquidates at \(safe) of \(surface.nodes.count) nodes, which have no line.")
    }
    if !isOfOneDay, drawn.count < shifts.count {
      remarks.append("\(drawn.count) of \(shifts.count) shifts are drawn; the command's CSV has them all.")
    }
    return remarks
  }

  private var description: String {
    var words = "Safe prices over \(days.count) days and \(shifts.count) shifts of volatility; spot "
    words += "\(price(box.market.spot))."
    if let node = surface.narrowest, node.region.status == .ok {
      words += " The narrowest corridor is \(price(node.region.width)) wide, in "
      words += "\(PayoffPicture.days(node.state.daysForward)), volatility "
      words += "\(FigureText.fixed(node.state.volatilityShift * 100, 1, sign: .always)) points."
    }
    return ([words] + remarks).joined(separator: " ")
  }

  private var csv: String {
    var writer = CSVWriter()
    writer.row(LiquidationReport.surfaceColumns)
    LiquidationReport.rows(surface, of: box, &writer)
    return writer.text
  }
}
