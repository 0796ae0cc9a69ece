/// Two amounts for each of several names, before they are drawn.
struct BarChart: Sendable {
  struct Row: Sendable {
    let name: String
    let first: Double
    let second: Double
    /// Both amounts as they are written.
    let text: String
  }

  let rows: [Row]
  let firstName: String
  let secondName: String
  /// An amount that all are compared with, drawn across; nil for none.
  let reference: (amount: Double, label: String)?
  let axisTitle: String
  let remarks: [String]
}

/// Draws bars from zero to the right, a full one and a hatched one for each name.
struct BarChartRenderer {
  private let chart: BarChart
  private let name: String
  private let scale: ChartScale
  private let left: Double
  /// Where the longest figure still has room behind its bars.
  private let right: Double

  private static let step = 34.0
  /// Names longer than this are written above their bars' room and cut.
  private static let nameLimit = 26

  init(_ chart: BarChart, name: String) {
    self.chart = chart
    self.name = name
    left = 16 + (chart.rows.map { SVGDrawing.width(of: BarChartRenderer.words($0)) }.max() ?? 0)
    let figures = chart.rows.map { SVGDrawing.width(of: $0.text) }.max() ?? 0
    right = max(PictureRenderer.width - 14 - figures, left + 120)
    let greatest =
      (chart.rows.flatMap { [$0.first, $0.second] } + [chart.reference?.amount ?? 0]).filter(\.isFinite).max() ?? 0
    scale = ChartScale(0, max(greatest, 0), count: 4, isRounded: true)
  }

  private func x(_ value: Double) -> Double { scale.position(value, from: left, to: right) }

  private static func words(_ row: BarChart.Row) -> String {
    TextLayout.width(row.name) > nameLimit ? TextLayout.wrapped(row.name, nameLimit - 3)[0] + "..." : row.name
  }

  /// Where a figure begins behind its bars: beyond the line of the reference where that would cross it out.
  private func place(of row: BarChart.Row) -> Double {
    let place = max(x(row.first), x(row.second)) + 6
    guard let reference = chart.reference else { return place }
    let line = x(reference.amount)
    return place < line + 6 && place + SVGDrawing.width(of: row.text) > line - 6 ? line + 6 : place
  }

  /// - Returns: The lowest coordinate in use.
  func draw(into drawing: inout SVGDrawing) -> Double {
    let top = chart.reference == nil ? 14.0 : 30.0
    let bottom = top + Double(chart.rows.count) * BarChartRenderer.step + 6
    for tick in scale.ticks { drawing.line("grid", x(tick), top, x(tick), bottom) }
    if let reference = chart.reference {
      let at = x(reference.amount)
      drawing.line("spot", at, top - 6, at, bottom)
      drawing.text(
        "strong", PictureRenderer.middle(of: reference.label, at: at, isStrong: true), top - 10, reference.label)
    }
    for (index, row) in chart.rows.enumerated() {
      let at = top + 6 + Double(index) * BarChartRenderer.step
      drawing.text("name", left - 6, at + 16, BarChartRenderer.words(row), .end)
      drawing.box("bar", left, at, x(row.first) - left, 13)
      drawing.box(
        "bar-edge", left, at + 15, x(row.second) - left, 8, fill: "url(#\(name)-bar)")
      let place = place(of: row)
      let isBeyond = place + SVGDrawing.width(of: row.text) > PictureRenderer.width - 4
      drawing.text(
        "figure", isBeyond ? PictureRenderer.width - 4 : place, at + 16, row.text, isBeyond ? .end : .start)
    }
    drawing.line("zero", left, top, left, bottom)
    var rows = LabelRows(count: 1)
    for tick in scale.ticks {
      let label = scale.label(tick)
      if rows.place(label, at: x(tick)) != nil { drawing.text("words", x(tick), bottom + 15, label) }
    }
    drawing.text("name", (left + right) / 2, bottom + 32, chart.axisTitle)
    var height = bottom + 54
    drawing.box("bar", 10, height - 11, 24, 12)
    drawing.text("words", 40, height, chart.firstName, .start)
    let second = 40 + SVGDrawing.width(of: chart.firstName) + 20
    drawing.box("bar-edge", second, height - 10, 24, 10, fill: "url(#\(name)-bar)")
    drawing.text("words", second + 30, height, chart.secondName, .start)
    for remark in chart.remarks {
      for line in TextLayout.wrapped(remark, 98) {
        height += 17
        drawing.text("name", 10, height, line, .start)
      }
    }
    return height
  }
}
