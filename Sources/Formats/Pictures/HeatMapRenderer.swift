/// Draws maps one under the other with one scale of colours: nodes as cells, contours between them.
struct HeatMapRenderer {
  private let map: HeatMap
  private let name: String
  /// Twice the same node where an axis has only one, so that it has an extent.
  private let xs: [Double]
  private let ys: [Double]
  private let isDoubled: (x: Bool, y: Bool)
  private let levels: ChartScale
  private let height: Double

  private static let (left, right) = (PictureRenderer.left, PictureRenderer.right)

  init(_ map: HeatMap, name: String) {
    self.map = map
    self.name = name
    isDoubled = (map.xs.count == 1, map.ys.count == 1)
    xs = isDoubled.x ? [map.xs[0] - 0.5, map.xs[0] + 0.5] : map.xs
    ys = isDoubled.y ? [map.ys[0] - 0.5, map.ys[0] + 0.5] : map.ys
    levels = ChartScale(map.range.lowerBound, map.range.upperBound, count: 9, isRounded: true)
    height = isDoubled.y ? 70 : (map.panels.count > 1 ? 190 : 260)
  }

  private func x(_ value: Double) -> Double {
    HeatMapRenderer.left + (value - xs[0]) / (xs[xs.count - 1] - xs[0]) * (HeatMapRenderer.right - HeatMapRenderer.left)
  }

  private func y(_ value: Double, _ top: Double) -> Double {
    top + height - (value - ys[0]) / (ys[ys.count - 1] - ys[0]) * height
  }

  /// True where a panel has values on both sides of a level.
  private func passes(_ level: Double, _ panel: HeatMap.Panel) -> Bool {
    let numbers = panel.values.filter(\.isFinite)
    return numbers.contains { $0 < level } && numbers.contains { $0 >= level }
  }

  /// The values on the doubled lattice.
  private func values(_ panel: HeatMap.Panel) -> [Double] {
    var rows = (0..<map.ys.count).map { row in Array(panel.values[(row * map.xs.count)..<((row + 1) * map.xs.count)]) }
    if isDoubled.x { rows = rows.map { $0 + $0 } }
    if isDoubled.y { rows += rows }
    return rows.flatMap { $0 }
  }

  /// - Returns: The lowest coordinate in use.
  func draw(into drawing: inout SVGDrawing) -> Double {
    drawing.text("name", 10, 16, map.yTitle, .start)
    var top = 26.0
    for (index, panel) in map.panels.enumerated() {
      if !panel.title.isEmpty {
        drawing.text("name", HeatMapRenderer.left, top + 8, panel.title, .start)
        top += 16
      }
      self.panel(index, panel, top, &drawing)
      top += height + 10
    }
    return legend(from: axis(from: top - 10, &drawing), &drawing)
  }

  private func panel(_ index: Int, _ panel: HeatMap.Panel, _ top: Double, _ drawing: inout SVGDrawing) {
    let values = values(panel)
    cells(values, top, &drawing)
    let zero = ContourLines.segments(xs, ys, values, level: 0)
    drawing.path("level", path(zero, top))
    if let threshold = map.threshold {
      drawing.path("half", path(ContourLines.segments(xs, ys, values, level: threshold / 2), top))
      let data = path(ContourLines.segments(xs, ys, values, level: threshold), top)
      drawing.path("halo", data)
      drawing.path("contour", data)
    }
    drawing.box("frame", HeatMapRenderer.left, top, HeatMapRenderer.right - HeatMapRenderer.left, height)
    var rows: [Double] = []
    for tick in isDoubled.y ? map.ys : ticks(ys, count: 6) {
      let at = y(tick, top)
      guard !rows.contains(where: { abs($0 - at) < 13 }) else { continue }
      rows.append(at)
      drawing.line("grid", HeatMapRenderer.left - 4, at, HeatMapRenderer.left, at)
      drawing.text("words", HeatMapRenderer.left - 7, at + 4, HeatMapRenderer.label(tick), .end)
    }
    // Where the market stands: nothing moved.
    if xs[0] < 0, xs[xs.count - 1] > 0, isDoubled.y ? map.ys[0] == 0 : ys[0] <= 0 && ys[ys.count - 1] >= 0 {
      let (at, level) = (x(0), y(0, top))
      drawing.path(
        "here",
        "M\(SVGDrawing.number(at - 6)) \(SVGDrawing.number(level)) h12 "
          + "M\(SVGDrawing.number(at)) \(SVGDrawing.number(level - 6)) v12")
    }
    if let worst = map.worst, worst.panel == index { drawing.dot("worst", x(worst.x), y(worst.y, top), 4.5) }
  }

  // MARK: Cells

  /// The edges between nodes, halfway, the outer ones at the outer nodes.
  private static func edges(_ nodes: [Double]) -> [Double] {
    [nodes[0]] + zip(nodes, nodes.dropFirst()).map { ($0 + $1) / 2 } + [nodes[nodes.count - 1]]
  }

  private func level(_ value: Double) -> Int? {
    guard value.isFinite, levels.ticks.count > 1 else { return nil }
    let step = levels.ticks[1] - levels.ticks[0]
    return min(max(Int(((value - levels.low) / step).rounded(.down)), 0), levels.ticks.count - 2)
  }

  /// The lattice with straight lines between its nodes, about as fine as cells are still told apart.
  private func refined(_ values: [Double]) -> (xs: [Double], ys: [Double], values: [Double]) {
    func fine(_ nodes: [Double], _ wanted: Int) -> [(place: Int, share: Double, value: Double)] {
      let parts = max(1, wanted / (nodes.count - 1))
      let inner = (0..<(nodes.count - 1)).flatMap { place in
        (0..<parts).map { part -> (place: Int, share: Double, value: Double) in
          let share = Double(part) / Double(parts)
          return (place, share, nodes[place] + share * (nodes[place + 1] - nodes[place]))
        }
      }
      return inner + [(nodes.count - 2, 1, nodes[nodes.count - 1])]
    }
    let (across, up) = (fine(xs, 120), fine(ys, map.panels.count > 1 ? 40 : 60))
    func mixed(_ a: Double, _ b: Double, _ share: Double) -> Double {
      // A node itself is not spoilt by a neighbour without a value.
      share == 0 ? a : (share == 1 ? b : a + share * (b - a))
    }
    let all = up.flatMap { row in
      across.map { column -> Double in
        let low = row.place * xs.count + column.place
        return mixed(
          mixed(values[low], values[low + 1], column.share),
          mixed(values[low + xs.count], values[low + xs.count + 1], column.share), row.share)
      }
    }
    return (across.map(\.value), up.map(\.value), all)
  }

  /// Neighbours of one colour in a row are one rectangle, and all of one colour are one path.
  private func cells(_ values: [Double], _ top: Double, _ drawing: inout SVGDrawing) {
    let (xs, ys, values) = refined(values)
    let (across, up) = (HeatMapRenderer.edges(xs).map(x), HeatMapRenderer.edges(ys).map { y($0, top) })
    var paths = [String](repeating: "", count: max(levels.ticks.count - 1, 0))
    var losses = ""
    for row in ys.indices {
      let cells = values[(row * xs.count)..<((row + 1) * xs.count)]
      func add(_ path: inout String, _ from: Int, _ to: Int) {
        let texts = [across[from], up[row], across[to], up[row + 1]].map(SVGDrawing.number)
        path += "M\(texts[0]) \(texts[1])H\(texts[2])V\(texts[3])H\(texts[0])Z"
      }
      for run in HeatMapRenderer.runs(cells.map(level)) {
        if let level = run.value { add(&paths[level], run.from, run.to) }
      }
      for run in HeatMapRenderer.runs(cells.map { $0 < 0 }) where run.value { add(&losses, run.from, run.to) }
    }
    for (index, path) in paths.enumerated() { drawing.path("cell", path, fill: colour(index)) }
    drawing.path("cell", losses, fill: "url(#\(name)-map)")
  }

  private static func runs<Value: Equatable>(_ values: [Value]) -> [(value: Value, from: Int, to: Int)] {
    var runs: [(value: Value, from: Int, to: Int)] = []
    for (index, value) in values.enumerated() {
      if let last = runs.last, last.value == value {
        runs[runs.count - 1].to = index + 1
      } else {
        runs.append((value, index, index + 1))
      }
    }
    return runs
  }

  private func colour(_ level: Int) -> String {
    let middle = (levels.ticks[level] + levels.ticks[level + 1]) / 2
    let greatest = max(levels.low.magnitude, levels.high.magnitude)
    return MapColours.colour(share: 0.06 + 0.94 * middle.magnitude / greatest, isLoss: middle < 0)
  }

  private func path(_ segments: [ContourLines.Segment], _ top: Double) -> String {
    segments.map { segment in
      let texts = [x(segment.from.x), y(segment.from.y, top), x(segment.to.x), y(segment.to.y, top)]
        .map(SVGDrawing.number)
      return "M\(texts[0]) \(texts[1])L\(texts[2]) \(texts[3])"
    }.joined()
  }

  // MARK: Axis and legend

  private func ticks(_ nodes: [Double], count: Int) -> [Double] {
    ChartScale(nodes[0], nodes[nodes.count - 1], count: count, isRounded: false).ticks
  }

  /// At most two decimals, as many as are needed.
  private static func label(_ value: Double) -> String {
    var text = FigureText.fixed(value, 2, sign: .always)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return FigureText.thousands(text)
  }

  private func axis(from bottom: Double, _ drawing: inout SVGDrawing) -> Double {
    // No move has the first choice of a label, then the ends.
    let ticks = isDoubled.x ? map.xs : ticks(xs, count: 7)
    for tick in ticks { drawing.line("grid", x(tick), bottom, x(tick), bottom + 4) }
    let first = ticks.filter { $0 == 0 } + [ticks.first, ticks.last].compactMap { $0 }
    let order = first + ticks.filter { !first.contains($0) }
    func labels(_ base: Double, _ words: (Double) -> String) {
      var rows = LabelRows(count: 1)
      var written: Set<Double> = []
      for tick in order where written.insert(tick).inserted {
        let label = words(tick)
        let at = PictureRenderer.middle(of: label, at: x(tick))
        if rows.place(label, at: at) != nil { drawing.text("words", at, base, label) }
      }
    }
    labels(bottom + 17, HeatMapRenderer.label)
    var height = bottom + 17
    if let priceLabel = map.priceLabel {
      height += 15
      labels(height, priceLabel)
    }
    height += 17
    drawing.text("name", (HeatMapRenderer.left + HeatMapRenderer.right) / 2, height, map.xTitle)
    return height
  }

  /// - Returns: The lowest coordinate in use.
  private func legend(from bottom: Double, _ drawing: inout SVGDrawing) -> Double {
    var height = bottom + 22
    drawing.text("name", 10, height, map.valueTitle, .start)
    height += 8
    let count = max(levels.ticks.count - 1, 1)
    let width = (HeatMapRenderer.right - HeatMapRenderer.left) / Double(count)
    var rows = LabelRows(count: 1)
    for index in 0..<count {
      let at = HeatMapRenderer.left + Double(index) * width
      drawing.box("cell", at, height, width, 14, fill: colour(index))
      if levels.ticks[index] < 0 { drawing.box("cell", at, height, width, 14, fill: "url(#\(name)-map)") }
    }
    drawing.box("frame", HeatMapRenderer.left, height, width * Double(count), 14)
    for (index, tick) in levels.ticks.enumerated() {
      let label = levels.label(tick, sign: .always)
      let at = PictureRenderer.middle(of: label, at: HeatMapRenderer.left + Double(index) * width)
      if rows.place(label, at: at) != nil { drawing.text("words", at, height + 28, label) }
    }
    height += 50
    var at = 10.0
    func next(_ words: String) -> Double {
      let needed = 36 + SVGDrawing.width(of: words)
      if at > 10, at + needed > HeatMapRenderer.right {
        at = 10
        height += 18
      }
      defer { at += needed + 14 }
      return at
    }
    for (style, words, level) in [
      ("contour", map.thresholdName, map.threshold), ("half", map.halfName, map.threshold.map { $0 / 2 }),
    ] {
      // A line that is nowhere on the map has no place in its legend.
      guard let level, map.panels.contains(where: { passes(level, $0) }) else { continue }
      let place = next(words)
      drawing.line("halo", place, height - 4, place + 26, height - 4)
      drawing.line(style, place, height - 4, place + 26, height - 4)
      drawing.text("words", place + 32, height, words, .start)
    }
    let words = "no gain, no loss; losses are hatched"
    let place = next(words)
    drawing.line("halo", place, height - 4, place + 26, height - 4)
    drawing.line("level", place, height - 4, place + 26, height - 4)
    drawing.text("words", place + 32, height, words, .start)
    if map.worst != nil {
      let place = next(map.worstName)
      drawing.dot("worst", place + 13, height - 4, 4.5)
      drawing.text("words", place + 32, height, map.worstName, .start)
    }
    for remark in map.remarks {
      for line in TextLayout.wrapped(remark, 98) {
        height += 17
        drawing.text("name", 10, height, line, .start)
      }
    }
    return height
  }
}
