/// Draws lines over one quantity: axes, lines, floor, marks, legend.
struct LineChartRenderer {
  private let chart: LineChart
  private let name: String
  private let xs: ChartScale
  private let ys: ChartScale
  private let top: Double
  /// Where the vertical axis ends, and the plot's frame: below a floor that nearly meets its end is room for its name.
  private let axisBottom: Double
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
      guides.append(
        (spot, "spot", rows.place(spot.label, at: LineChartRenderer.place(spot, scale, isStrong: true), isStrong: true))
      )
    }
    for mark in chart.guides {
      guides.append((mark, "strike", rows.place(mark.label, at: LineChartRenderer.place(mark, scale))))
    }
    guideRows = guides
    top = 24 + 14 * Double(max(rows.used, 1))
    axisBottom = top + LineChartRenderer.plotHeight
    let end = (axisBottom, ys, top)
    let hasLowFloor = chart.shownFloors.contains { end.0 - end.1.position($0.y, from: end.0, to: end.2) < 26 }
    bottom = axisBottom + (hasLowFloor ? 22 : 0)
  }

  private static func place(_ mark: LineChart.Mark, _ scale: ChartScale, isStrong: Bool = false) -> Double {
    PictureRenderer.middle(of: mark.label, at: x(mark.x, scale), isStrong: isStrong)
  }

  private static func x(_ value: Double, _ scale: ChartScale) -> Double {
    scale.position(value, from: left, to: right)
  }

  private func x(_ value: Double) -> Double { LineChartRenderer.x(value, xs) }

  private func y(_ value: Double) -> Double { ys.position(value, from: axisBottom, to: top) }

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
    // Words last: they look for places between all that is drawn.
    labels(&drawing)
    drawing.text("name", (LineChartRenderer.left + LineChartRenderer.right) / 2, bottom + 34, chart.xTitle)
    return legend(from: bottom + 56, &drawing)
  }

  private func points(_ piece: [LineChart.Point]) -> [(x: Double, y: Double)] {
    PolylineThinning.thinned(piece.map { (x($0.x), y($0.y)) }, tolerance: 0.15)
  }

  // MARK: Under the lines

  private func spreads(_ drawing: inout SVGDrawing) {
    for spread in chart.spreads {
      let (from, to) = (x(spread.from.x), x(spread.to.x))
      drawing.box("spread", from, top, to - from, bottom - top)
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
      drawing.line(style, at, top - 4, at, axisBottom)
      guard let row else { continue }
      let middle = PictureRenderer.middle(of: mark.label, at: at, isStrong: style == "spot")
      drawing.text(style == "spot" ? "strong" : "words", middle, top - 8 - 14 * Double(row), mark.label)
    }
    if chart.isSpotLevel, let spot = chart.spot {
      drawing.line("spot", LineChartRenderer.left, y(spot.x), LineChartRenderer.right, y(spot.x))
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
    for floor in chart.shownFloors {
      let at = y(floor.y)
      drawing.line("floor", LineChartRenderer.left, at, LineChartRenderer.right, at)
      drawing.box(
        "ground", LineChartRenderer.left, at, LineChartRenderer.right - LineChartRenderer.left, min(6, bottom - at),
        fill: "url(#\(name)-ground)")
    }
  }

  // MARK: Lines

  private func lines(_ drawing: inout SVGDrawing) {
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
    }
    for mark in chart.zeros { drawing.dot("even", x(mark.x), y(0), 4.2) }
  }

  // MARK: Words

  /// All that is drawn, with what it costs to cross it.
  private var room: LabelRoom {
    let (left, right) = (LineChartRenderer.left, LineChartRenderer.right)
    var room = LabelRoom(frame: LabelRoom.Box(left: left + 2, right: right + 14, top: top + 1, bottom: bottom - 1))
    for (index, line) in chart.lines.enumerated() {
      for piece in line.pieces { room.avoid(points(piece), weight: index == 0 ? 4 : 2) }
    }
    if chart.isProfit { room.avoid([(left, y(0)), (right, y(0))], weight: 4) }
    for floor in chart.shownFloors { room.avoid([(left, y(floor.y)), (right, y(floor.y))], weight: 4) }
    if chart.isSpotLevel, let spot = chart.spot { room.avoid([(left, y(spot.x)), (right, y(spot.x))], weight: 4) }
    if chart.guides.count <= LineChartRenderer.guideLimit {
      for (mark, style, _) in guideRows {
        room.avoid([(x(mark.x), top), (x(mark.x), axisBottom)], weight: style == "spot" ? 1 : 0.5)
      }
    }
    for mark in chart.zeros {
      let at = x(mark.x)
      room.avoid(LabelRoom.Box(left: at - 5, right: at + 5, top: y(0) - 5, bottom: y(0) + 5))
    }
    if !chart.bands.isEmpty { room.avoid([(left, top + 5), (right, top + 5)], weight: 3) }
    return room
  }

  /// The names of floors, break-evens, the spot as a level, ends of lines and deviations, the ones that matter first.
  private func labels(_ drawing: inout SVGDrawing) {
    var room = room
    typealias Candidate = LabelRoom.Candidate
    let (left, right) = (LineChartRenderer.left, LineChartRenderer.right)
    func write(_ style: String, _ words: String, _ candidates: [Candidate], isNeeded: Bool = true) {
      let isStrong = style == "strong"
      guard let found = room.place(words, candidates, isStrong: isStrong, isNeeded: isNeeded) else { return }
      drawing.text(style, found.x, found.base, words, found.anchor)
    }
    for floor in chart.shownFloors {
      let at = y(floor.y)
      let places = [(at + 19, 0.0), (at - 6, 0.3), (at + 33, 0.6)]
      write(
        "strong", floor.label,
        places.flatMap { base, cost in
          [
            Candidate(x: left + 6, base: base, anchor: .start, cost: cost),
            Candidate(x: right - 6, base: base, anchor: .end, cost: cost + 0.1),
            Candidate(x: (left + right) / 2, base: base, anchor: .middle, cost: cost + 0.2),
          ]
        })
    }
    for mark in chart.zeros { write("strong", mark.label, aboutZero(x(mark.x)), isNeeded: false) }
    if chart.isSpotLevel, let spot = chart.spot {
      let at = y(spot.x)
      write(
        "strong", spot.label,
        [at - 5, at + 14].flatMap { base in
          [(left + 6, SVGDrawing.Anchor.start), (right - 6, .end), ((left + right) / 2, .middle)].map {
            Candidate(x: $0.0, base: base, anchor: $0.1)
          }
        })
    }
    for line in chart.lines.reversed() {
      guard !line.endLabel.isEmpty, let end = line.pieces.last?.last else { continue }
      let (at, height) = (min(x(end.x), right) - 4, y(end.y))
      write(
        "strong", line.endLabel,
        [-4, 14].map { Candidate(x: at, base: height + $0, anchor: .end) }, isNeeded: false)
    }
    // The innermost are the last, and the first to be named.
    for spread in chart.spreads.reversed() {
      for mark in [spread.from, spread.to] where chart.xRange.contains(mark.x) {
        let start = top + (chart.bands.isEmpty ? 13 : 23)
        write(
          "words", mark.label,
          [0, 14, 28].flatMap { step in
            [(0, SVGDrawing.Anchor.middle), (-3, .end), (3, .start)].map {
              Candidate(x: x(mark.x) + $0.0, base: start + step, anchor: $0.1, cost: step / 100)
            }
          }, isNeeded: false)
      }
    }
  }

  /// Places about a point of the zero line, the nearest and those below it first.
  private func aboutZero(_ at: Double) -> [LabelRoom.Candidate] {
    (0..<4).flatMap { row -> [LabelRoom.Candidate] in
      let step = 14 * Double(row)
      return [y(0) + 19 + step, y(0) - 10 - step].enumerated().flatMap { side, base in
        [(0.0, SVGDrawing.Anchor.middle), (9, .start), (-9, .end)].map {
          LabelRoom.Candidate(
            x: at + $0.0, base: base, anchor: $0.1, cost: 0.3 * Double(row) + 0.05 * Double(side))
        }
      }
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
