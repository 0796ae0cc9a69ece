/// Draws lines over one quantity: axes, lines, floor, marks, legend.
struct LineChartRenderer {
  private let chart: LineChart
  private let name: String
  private let xs: ChartScale
  private let ys: ChartScale
  private let top: Double
  private let bottom: Double
  private let guideRows: [(mark: LineChart.Mark, style: String, row: Int?)]

  private static let (left, right) = (PictureRenderer.left, PictureRenderer.right)
  private static let plotHeight = 290.0
  /// More strikes than this are marks on the axis and no lines through the plot.
  private static let guideLimit = 16

  init(_ chart: LineChart, name: String) {
    self.chart = chart
    self.name = name
    let range = chart.yRange
    let room = max(range.upperBound - range.lowerBound, 1e-12) * 0.04
    xs = ChartScale(chart.xRange.lowerBound, chart.xRange.upperBound, count: 7, isRounded: false)
    ys = ChartScale(range.lowerBound - room, range.upperBound + room, count: 7, isRounded: true)
    var rows = LabelRows(count: 3)
    let scale = xs
    var guides: [(mark: LineChart.Mark, style: String, row: Int?)] = []
    // The spot's label has the first choice.
    if let spot = chart.spot, !chart.isSpotLevel {
      guides.append((spot, "spot", rows.place(spot.label, at: LineChartRenderer.place(spot, scale))))
    }
    for mark in chart.guides {
      guides.append((mark, "strike", rows.place(mark.label, at: LineChartRenderer.place(mark, scale))))
    }
    guideRows = guides
    top = 24 + 14 * Double(max(rows.used, 1))
    bottom = top + LineChartRenderer.plotHeight
  }

  private static func place(_ mark: LineChart.Mark, _ scale: ChartScale) -> Double {
    PictureRenderer.middle(of: mark.label, at: x(mark.x, scale))
  }

  private static func x(_ value: Double, _ scale: ChartScale) -> Double {
    scale.position(value, from: left, to: right)
  }

  private func x(_ value: Double) -> Double { LineChartRenderer.x(value, xs) }

  private func y(_ value: Double) -> Double { ys.position(value, from: bottom, to: top) }

  /// - Returns: The lowest coordinate in use.
  func draw(into drawing: inout SVGDrawing) -> Double {
    drawing.text("name", 10, 16, chart.yTitle, .start)
    spreads(&drawing)
    areas(&drawing)
    grid(&drawing)
    guides(&drawing)
    bands(&drawing)
    floors(&drawing)
    lines(&drawing)
    zeros(&drawing)
    drawing.text("name", (LineChartRenderer.left + LineChartRenderer.right) / 2, bottom + 34, chart.xTitle)
    return legend(from: bottom + 56, &drawing)
  }

  private func points(_ piece: [LineChart.Point]) -> [(x: Double, y: Double)] {
    PolylineThinning.thinned(piece.map { (x($0.x), y($0.y)) }, tolerance: 0.15)
  }

  // MARK: Under the lines

  private func spreads(_ drawing: inout SVGDrawing) {
    var rows = LabelRows(count: 1)
    for spread in chart.spreads {
      let (from, to) = (x(spread.from.x), x(spread.to.x))
      drawing.box("spread", from, top, to - from, bottom - top)
    }
    // The innermost are the last, and the first to be named.
    for spread in chart.spreads.reversed() {
      for mark in [spread.from, spread.to] where chart.xRange.contains(mark.x) {
        let height = top + (chart.bands.isEmpty ? 13 : 23)
        if rows.place(mark.label, at: x(mark.x)) != nil { drawing.text("words", x(mark.x), height, mark.label) }
      }
    }
  }

  /// The space between a line and zero, once cut off below zero and once above.
  private func areas(_ drawing: inout SVGDrawing) {
    guard chart.lines.contains(where: \.isFilled) else { return }
    let (left, right, zero) = (LineChartRenderer.left, LineChartRenderer.right, y(0))
    for (kind, from, to) in [("above", top, zero), ("below", zero, bottom)] {
      let box = [left, from, right - left, max(to - from, 0)].map(SVGDrawing.number)
      drawing.add(
        "<clipPath id=\"\(name)-\(kind)\"><rect x=\"\(box[0])\" y=\"\(box[1])\" width=\"\(box[2])\" height=\"\(box[3])\"/>"
          + "</clipPath>")
    }
    for line in chart.lines where line.isFilled {
      for piece in line.pieces {
        let drawn = points(piece)
        guard let first = drawn.first, let last = drawn.last else { continue }
        let shape = SVGDrawing.polyline(drawn + [(last.x, zero), (first.x, zero)]) + " Z"
        drawing.path("gain", shape, clip: "\(name)-above")
        drawing.path("area", shape, fill: "url(#\(name)-loss)", clip: "\(name)-below")
      }
    }
  }

  private func grid(_ drawing: inout SVGDrawing) {
    let (left, right) = (LineChartRenderer.left, LineChartRenderer.right)
    for tick in ys.ticks {
      // A tick computed as 0 times the step is 0 exactly.
      drawing.line(chart.isProfit && tick == 0 ? "zero" : "grid", left, y(tick), right, y(tick))
      drawing.text("words", left - 6, y(tick) + 4, ys.label(tick, sign: chart.isProfit ? .always : .minusOnly), .end)
    }
    var rows = LabelRows(count: 1)
    for tick in xs.ticks {
      drawing.line("grid", x(tick), bottom, x(tick), bottom + 5)
      let label = xs.label(tick)
      let at = PictureRenderer.middle(of: label, at: x(tick))
      if rows.place(label, at: at) != nil { drawing.text("words", at, bottom + 18, label) }
    }
  }

  private func guides(_ drawing: inout SVGDrawing) {
    let isMany = chart.guides.count > LineChartRenderer.guideLimit
    var ticks: [Double] = []
    for (mark, style, row) in guideRows {
      let at = x(mark.x)
      if style == "strike", isMany {
        // Several strikes of one pixel are one mark.
        if ticks.last.map({ abs($0 - at) >= 1 }) ?? true {
          ticks.append(at)
          drawing.line("strike", at, bottom, at, bottom + 4)
        }
        continue
      }
      drawing.line(style, at, top - 4, at, bottom)
      guard let row else { continue }
      let middle = PictureRenderer.middle(of: mark.label, at: at)
      drawing.text(style == "spot" ? "strong" : "words", middle, top - 8 - 14 * Double(row), mark.label)
    }
    if chart.isSpotLevel, let spot = chart.spot {
      drawing.line("spot", LineChartRenderer.left, y(spot.x), LineChartRenderer.right, y(spot.x))
      drawing.text("strong", LineChartRenderer.left + 6, y(spot.x) - 5, spot.label, .start)
    }
  }

  /// Prices that liquidate, as a strip on the axis.
  private func bands(_ drawing: inout SVGDrawing) {
    for band in chart.bands {
      let from = band.from.map(x) ?? LineChartRenderer.left
      let to = band.to.map(x) ?? LineChartRenderer.right
      guard to - from > 0.05 else { continue }
      drawing.box("band", from, top, to - from, 9, fill: "url(#\(name)-band)")
      for end in [band.from, band.to] {
        if let end, chart.xRange.contains(end) { drawing.line("floor", x(end), top, x(end), top + 14) }
      }
    }
  }

  private func floors(_ drawing: inout SVGDrawing) {
    var labels: [Double] = []
    for floor in chart.shownFloors {
      let at = y(floor.y)
      drawing.line("floor", LineChartRenderer.left, at, LineChartRenderer.right, at)
      drawing.box(
        "ground", LineChartRenderer.left, at, LineChartRenderer.right - LineChartRenderer.left, min(6, bottom - at),
        fill: "url(#\(name)-ground)")
      // Of floors that nearly meet the second is labelled at the other end: above them run the lines, whose words would be
      // crossed out.
      let isBelow = at + 19 < bottom - 12
      let near = labels.count { abs($0 - at) < 24 }
      let height = near > 1 || !isBelow ? at - 6 : at + 19
      labels.append(at)
      if near == 1 {
        drawing.text("strong", LineChartRenderer.right - 6, height, floor.label, .end)
      } else {
        drawing.text("strong", LineChartRenderer.left + 6, height, floor.label, .start)
      }
    }
  }

  // MARK: Lines

  private func lines(_ drawing: inout SVGDrawing) {
    var ends: [Double] = []
    // The first line is the one that matters: it is drawn last.
    for line in chart.lines.reversed() {
      for piece in line.pieces {
        let drawn = points(piece)
        if drawn.count == 1, let only = drawn.first {
          drawing.dot("even", only.x, only.y, 3)
        } else {
          drawing.path("series series\(line.look)", SVGDrawing.polyline(drawn))
        }
      }
      guard !line.endLabel.isEmpty, let end = line.pieces.last?.last else { continue }
      let height = y(end.y)
      guard !ends.contains(where: { abs($0 - height) < 13 }) else { continue }
      ends.append(height)
      drawing.text("strong", min(x(end.x), LineChartRenderer.right) - 4, height - 4, line.endLabel, .end)
    }
  }

  /// Break-evens on the zero line, labels under it, or over it where there is no room below.
  private func zeros(_ drawing: inout SVGDrawing) {
    let isBelow = y(0) + 50 < bottom
    var rows = LabelRows(count: 3)
    for mark in chart.zeros {
      let at = x(mark.x)
      drawing.dot("even", at, y(0), 4.2)
      guard let row = rows.place(mark.label, at: at) else { continue }
      let half = SVGDrawing.width(of: mark.label) / 2
      let middle = min(max(at, LineChartRenderer.left + half), LineChartRenderer.right - half)
      let height = isBelow ? y(0) + 19 + Double(row) * 14 : y(0) - 10 - Double(row) * 14
      drawing.text("strong", middle, height, mark.label)
    }
  }

  // MARK: Legend

  /// - Returns: The lowest coordinate in use.
  private func legend(from start: Double, _ drawing: inout SVGDrawing) -> Double {
    var (at, height) = (10.0, start)
    func next(_ words: String, _ sample: Double) -> Double {
      let needed = sample + 8 + SVGDrawing.width(of: words)
      if at > 10, at + needed > LineChartRenderer.right {
        at = 10
        height += 18
      }
      defer { at += needed + 18 }
      return at
    }
    for line in chart.lines where !line.isSecond {
      let place = next(line.name, 28)
      drawing.line("series series\(line.look)", place, height - 4, place + 28, height - 4)
      drawing.text("words", place + 36, height, line.name, .start)
    }
    if !chart.zeros.isEmpty {
      let place = next(chart.zerosName, 10)
      drawing.dot("even", place + 5, height - 4, 4.2)
      drawing.text("words", place + 18, height, chart.zerosName, .start)
    }
    if !chart.spreads.isEmpty {
      let words = "1 and 2 standard deviations"
      let place = next(words, 24)
      drawing.box("spread", place, height - 10, 24, 12)
      drawing.box("spread", place + 6, height - 10, 12, 12)
      drawing.text("words", place + 32, height, words, .start)
    }
    if !chart.bands.isEmpty {
      let place = next(chart.bandsName, 24)
      drawing.box("band", place, height - 10, 24, 9, fill: "url(#\(name)-band)")
      drawing.text("words", place + 32, height, chart.bandsName, .start)
    }
    let remarks = chart.remarks + chart.floorsBeyond.map { "\($0.label): beyond this picture" }
    for remark in remarks {
      for line in TextLayout.wrapped(remark, 98) {
        height += 17
        drawing.text("name", 10, height, line, .start)
      }
    }
    return height
  }
}
