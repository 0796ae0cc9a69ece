/// Draws a payoff chart as SVG that stands inside a page: no script, no font and no picture from elsewhere.
struct ChartRenderer {
  private let chart: PayoffChart
  private let prices: ChartScale
  private let profits: ChartScale

  private static let (width, height) = (960.0, 470.0)
  private static let (left, right) = (96.0, 940.0)
  private static let (top, bottom) = (70.0, 390.0)
  /// The width of a letter of the labels, for keeping them apart.
  private static let letter = 7.2

  init(_ chart: PayoffChart) {
    self.chart = chart
    let all = chart.today.map(\.profit) + chart.atExpiry.joined().map(\.profit) + [0]
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    let room = max(high - low, 1e-12) * 0.04
    prices = ChartScale(chart.today.first?.price ?? 0, chart.today.last?.price ?? 1, count: 8, isRounded: false)
    profits = ChartScale(low - room, high + room, count: 7, isRounded: true)
  }

  private func x(_ price: Double) -> Double {
    prices.position(price, from: ChartRenderer.left, to: ChartRenderer.right)
  }

  private func y(_ profit: Double) -> Double {
    profits.position(profit, from: ChartRenderer.bottom, to: ChartRenderer.top)
  }

  private static func number(_ value: Double) -> String { FigureText.fixed(value, 1) }

  func svg() -> String {
    let size = "\(Int(ChartRenderer.width)) \(Int(ChartRenderer.height))"
    var parts = [
      "<svg class=\"chart\" viewBox=\"0 0 \(size)\" role=\"img\" aria-labelledby=\"chart-title chart-desc\">",
      "<title id=\"chart-title\">\(HTMLRenderer.escaped("Profit and loss over the price, \(chart.expiryName) and today"))</title>",
      "<desc id=\"chart-desc\">\(HTMLRenderer.escaped(chart.description))</desc>",
    ]
    parts += areas + grid + verticals
    parts.append("<path class=\"today\" d=\"\(path(chart.today))\"/>")
    parts += chart.atExpiry.map { "<path class=\"expiry\" d=\"\(path($0))\"/>" }
    parts += zeros + legend
    parts.append("</svg>")
    return parts.joined(separator: "\n")
  }

  private func path(_ points: [PayoffChart.Point]) -> String {
    points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(ChartRenderer.number(x(point.price))) \(ChartRenderer.number(y(point.profit)))"
    }.joined(separator: " ")
  }

  // MARK: Parts

  /// The space between the line at expiry and zero, once cut off below zero and once above.
  private var areas: [String] {
    let (left, right) = (ChartRenderer.left, ChartRenderer.right)
    let (top, bottom, zero) = (ChartRenderer.top, ChartRenderer.bottom, y(0))
    func clip(_ name: String, _ from: Double, _ to: Double) -> String {
      "<clipPath id=\"chart-\(name)\"><rect \(box(left, from, right - left, max(to - from, 0)))/></clipPath>"
    }
    var parts = [clip("profit", top, zero), clip("loss", zero, bottom)]
    for piece in chart.atExpiry {
      guard let first = piece.first, let last = piece.last else { continue }
      let ground = ChartRenderer.number(zero)
      let shape =
        "\(path(piece)) L\(ChartRenderer.number(x(last.price))) \(ground) L\(ChartRenderer.number(x(first.price))) \(ground) Z"
      for name in ["profit", "loss"] {
        parts.append("<path class=\"\(name)\" clip-path=\"url(#chart-\(name))\" d=\"\(shape)\"/>")
      }
    }
    return parts
  }

  private func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
    let texts = [x, y, width, height].map(ChartRenderer.number)
    return "x=\"\(texts[0])\" y=\"\(texts[1])\" width=\"\(texts[2])\" height=\"\(texts[3])\""
  }

  private func line(_ style: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    let texts = [x1, y1, x2, y2].map(ChartRenderer.number)
    return "<line class=\"\(style)\" x1=\"\(texts[0])\" y1=\"\(texts[1])\" x2=\"\(texts[2])\" y2=\"\(texts[3])\"/>"
  }

  private func text(_ style: String, _ x: Double, _ y: Double, _ words: String, anchor: String = "middle") -> String {
    "<text class=\"\(style)\" x=\"\(ChartRenderer.number(x))\" y=\"\(ChartRenderer.number(y))\" "
      + "text-anchor=\"\(anchor)\">\(HTMLRenderer.escaped(words))</text>"
  }

  private var grid: [String] {
    let (left, right, bottom) = (ChartRenderer.left, ChartRenderer.right, ChartRenderer.bottom)
    var parts: [String] = []
    for tick in profits.ticks {
      // A tick computed as 0 times the step is 0 exactly.
      parts.append(line(tick == 0 ? "zero" : "grid", left, y(tick), right, y(tick)))
      let label = FigureText.fixed(tick, profits.decimals, sign: .always)
      parts.append(text("tick", left - 8, y(tick) + 4, label, anchor: "end"))
    }
    for tick in prices.ticks {
      parts.append(line("grid", x(tick), bottom, x(tick), bottom + 5))
      parts.append(text("tick", x(tick), bottom + 20, FigureText.fixed(tick, prices.decimals)))
    }
    parts.append(text("axis", (left + right) / 2, bottom + 42, chart.priceTitle))
    parts.append(text("axis", 10, 20, chart.profitTitle, anchor: "start"))
    return parts
  }

  /// Strikes and spot: lines with labels above the picture, in as many rows as keep them apart.
  private var verticals: [String] {
    let (top, bottom) = (ChartRenderer.top, ChartRenderer.bottom)
    let marks =
      chart.strikes.map { ("strike", $0) } + [("spot", chart.spot)]
    var parts: [String] = []
    var taken: [(row: Int, from: Double, to: Double)] = []
    for (style, mark) in marks.sorted(by: { $0.1.price < $1.1.price }) {
      let at = x(mark.price)
      parts.append(line(style, at, top - 4, at, bottom))
      let half = Double(mark.label.count) * ChartRenderer.letter / 2 + 4
      let row = (0..<3).first { row in
        !taken.contains { $0.row == row && at + half > $0.from && at - half < $0.to }
      }
      guard let row else { continue }
      taken.append((row, at - half, at + half))
      parts.append(text("\(style)-label", at, top - 10 - Double(row) * 16, mark.label))
    }
    return parts
  }

  /// Break-evens on the zero line, labels under it, or over it where there is no room below.
  private var zeros: [String] {
    var parts: [String] = []
    var taken: [(row: Int, from: Double, to: Double)] = []
    let down = y(0) + 52 < ChartRenderer.bottom
    for mark in chart.breakEvens {
      let at = x(mark.price)
      parts.append(
        "<circle class=\"even\" cx=\"\(ChartRenderer.number(at))\" cy=\"\(ChartRenderer.number(y(0)))\" r=\"4.5\"/>")
      let half = Double(mark.label.count) * ChartRenderer.letter / 2 + 4
      let row = (0..<3).first { row in
        !taken.contains { $0.row == row && at + half > $0.from && at - half < $0.to }
      }
      guard let row else { continue }
      taken.append((row, at - half, at + half))
      let height = down ? y(0) + 20 + Double(row) * 15 : y(0) - 12 - Double(row) * 15
      parts.append(text("even-label", at, height, mark.label))
    }
    return parts
  }

  private var legend: [String] {
    let height = ChartRenderer.height - 12
    var at = ChartRenderer.left
    var parts: [String] = []
    for (style, name) in [("expiry", chart.expiryName), ("today", "today, by the model")] {
      parts.append(line(style, at, height - 4, at + 28, height - 4))
      parts.append(text("tick", at + 36, height, name, anchor: "start"))
      at += 36 + Double(name.count) * ChartRenderer.letter + 28
    }
    if !chart.breakEvens.isEmpty {
      parts.append(
        "<circle class=\"even\" cx=\"\(ChartRenderer.number(at + 5))\" cy=\"\(ChartRenderer.number(height - 4))\" r=\"4.5\"/>"
      )
      parts.append(text("tick", at + 18, height, "break-even", anchor: "start"))
    }
    return parts
  }
}
