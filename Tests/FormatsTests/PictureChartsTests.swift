import Basics
import Foundation
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Analysis
@testable import Formats

/// What the charts show, and the parts that pictures are drawn with.
@Suite struct PictureChartsTests {
  private func chart(_ analysis: StrategyAnalysis) throws -> LineChart {
    try #require(PayoffPicture(analysis)).chart
  }

  @Test("The axis covers the strikes, the break-evens and four standard deviations")
  func axis() throws {
    for analysis in try ReportsFixtures.all() {
      guard let picture = PayoffPicture(analysis), let curve = analysis.curve else { continue }
      let range = picture.chart.xRange
      for leg in analysis.filled.legs {
        if let strike = leg.instrument.strike?.value { #expect(range.contains(strike)) }
      }
      for count in [-4.0, -2, -1, 0, 1, 2, 4] {
        guard let price = curve.price(deviations: count) else { continue }
        // A part in 10^12 for the rounding of the end itself.
        #expect(range.lowerBound <= price * (1 + 1e-12) && price <= range.upperBound * (1 + 1e-12))
        if let outlook = analysis.outlook {
          #expect(abs(outlook.distribution.deviations(from: curve.spot, to: price) - count) < 1e-9)
        }
      }
      #expect(picture.chart.spreads.count == (curve.deviation == nil ? 0 : 2))
      let values = picture.chart.lines.flatMap(\.pieces).joined().map(\.y)
      #expect(values.allSatisfy { picture.chart.yRange.contains($0) })
    }
  }

  @Test("The floor is the maximum loss and the margin, where there are such")
  func floors() throws {
    let condor = try chart(ReportsFixtures.condor())
    #expect(condor.floors.count == 1 && condor.floors[0].y == -368.079699)
    #expect(condor.floors[0].label == "maximum loss = margin posted 368.08 USD")
    // No line at expiry lies below it.
    #expect(condor.lines[0].pieces.joined().allSatisfy { $0.y >= condor.floors[0].y })
    let straddle = try chart(ReportsFixtures.straddle())
    #expect(
      straddle.floors.isEmpty && straddle.remarks == ["The loss is unbounded (up): no margin equals it."])
    let calendar = try chart(ReportsFixtures.calendar())
    #expect(calendar.floors.isEmpty && calendar.remarks.count == 1 && calendar.lines[0].name.contains("first expiry"))
    // Shares can lose all they cost, which is far below what the picture shows of them.
    let held = try chart(ReportsFixtures.held())
    #expect(held.shownFloors.isEmpty && held.floorsBeyond.count == 1)
  }

  @Test("Of two floors that nearly meet the second is named at the other end, where no line crosses its words")
  func floorsThatMeet() throws {
    var chart = try self.chart(ReportsFixtures.condor())
    let first = chart.floors[0]
    chart.floors.append(LineChart.Floor(y: first.y * 1.02, label: "deposit"))
    var drawing = SVGDrawing()
    _ = LineChartRenderer(chart, name: "picture").draw(into: &drawing)
    let labels = [first.label, "deposit"].map { label in drawing.parts.filter { $0.contains(">\(label)<") } }
    #expect(labels.map(\.count) == [1, 1])
    #expect(labels[0].allSatisfy { $0.contains("text-anchor=\"start\"") }, "\(labels[0])")
    #expect(labels[1].allSatisfy { $0.contains("text-anchor=\"end\"") }, "\(labels[1])")
  }

  @Test("A locked-in profit has its least profit and its margin of nothing as two floors")
  func lockedIn() throws {
    // Sold at 4 and 3 what can cost at most 5 together.
    let analysis = try ReportsFixtures.analysis(
      [
        ("-1", "ABC   260116C00100000", "9"), ("1", "ABC   260116C00105000", "1"),
      ], in: ReportsFixtures.small(), name: "too good")
    let floors = try chart(analysis).floors
    #expect(floors.map(\.y) == [300, 0] || floors.map(\.y) == [3, 0], "\(floors)")
    #expect(floors[0].label.hasPrefix("least profit") && floors[1].label.hasPrefix("margin posted 0.00"))
  }

  @Test("Days asked for are lines, and the model's value on them is the stress report's")
  func days() throws {
    var request = AnalysisRequest()
    request.curveDays = [14, 0, 7, 200]
    let market = try ReportsFixtures.small()
    let analysis = try ReportsFixtures.analysis(
      [("1", "ABC   260116C00100000", nil)], in: market, name: "call", request)
    let curve = try #require(analysis.curve)
    #expect(curve.days == [7, 14])
    #expect(analysis.warnings.contains("no value is drawn after 200 days: a leg has expired by then"))
    #expect(try chart(analysis).lines.map(\.name) == ["at expiry", "today, by the model", "in 7 days", "in 14 days"])
    let grid = try ScenarioGrid(spotShifts: curve.spots.map { $0 / curve.spot - 1 }, days: [0, 7, 14])
    var analyzer = StressAnalyzer(market: market, grid: grid)
    let profit = try analyzer.stress(analysis.filled).profitAndLoss.profit
    let count = curve.spots.count
    let lines = [curve.profitsToday] + curve.profitsOnDays
    #expect(lines.count == 3)
    for (day, line) in lines.enumerated() {
      #expect(line == Array(profit[(1 + day * count)..<(1 + (day + 1) * count)]))
    }
  }

  @Test("Prices that liquidate today are those that the liquidation of the same box finds")
  func bands() throws {
    var request = AnalysisRequest()
    request.deposit = ExactAmount(2000)
    request.maintenance = try MaintenanceText.model("spot=7.5%")
    let market = try ReportsFixtures.small()
    let analysis = try ReportsFixtures.analysis(
      [("-1", "ABC   260116P00100000", nil), ("-1", "ABC   260116C00100000", nil)], in: market, name: "straddle",
      request)
    let box = try LiquidationBox(
      of: analysis.filled, deposit: ExactAmount(2000), maintenance: try MaintenanceText.model("spot=7.5%"),
      market: LiquidationMarket(of: analysis.filled, in: market))
    let region = box.region()
    let present = try #require(analysis.presentLiquidation)
    #expect(!present.prices.bands.isEmpty)
    #expect(present.prices.bands.map(\.lower) == region.bands.map { $0.lower?.price })
    #expect(present.prices.bands.map(\.upper) == region.bands.map { $0.upper?.price })
    let chart = try chart(analysis)
    #expect(!chart.bands.isEmpty && chart.bandsName.contains(box.maintenance.name))
    #expect(chart.floors.contains { $0.y == -2000 && $0.label == "deposit 2,000.00 USD" })
    #expect(AnalysisReport.text(analysis, as: .table, source: "").contains("Liquidated today"))
    // With the margin posted, a defined risk has none.
    #expect(try ReportsFixtures.condor().presentLiquidation?.prices.status == LiquidationRegion.Status.none)
    #expect(try self.chart(ReportsFixtures.condor()).bands.isEmpty)
  }

  @Test("A part of a band beyond the picture is not drawn")
  func clippedBands() {
    let range = 50.0...150.0
    #expect(PayoffPicture.band(nil, 40, range) == nil && PayoffPicture.band(160, nil, range) == nil)
    #expect(PayoffPicture.band(nil, 60, range) == LineChart.Band(from: nil, to: 60))
    #expect(PayoffPicture.band(40, 60, range) == LineChart.Band(from: nil, to: 60))
    #expect(PayoffPicture.band(140, nil, range) == LineChart.Band(from: 140, to: nil))
    #expect(PayoffPicture.band(nil, nil, range) == LineChart.Band(from: nil, to: nil))
    #expect(PayoffPicture.band(70, 80, range) == LineChart.Band(from: 70, to: 80))
  }

  // MARK: Contours

  @Test("A contour's ends lie between nodes on either side of the level, where the straight line meets it")
  func contours() {
    for seed in UInt64(1)...20 {
      var random = SplitMix64(seed: seed)
      let (width, height) = (2 + Int(random.next() % 7), 2 + Int(random.next() % 7))
      let (xs, ys) = ((0..<width).map { Double($0 * $0) - 3 }, (0..<height).map { Double($0) * 2.5 - 4 })
      let values = (0..<(width * height)).map { _ in Double(random.next() % 2001) / 100 - 10 }
      let level = Double(random.next() % 1000) / 100 - 5
      let segments = ContourLines.segments(xs, ys, values, level: level)
      var ends: [ContourLines.Point: Int] = [:]
      for segment in segments { for point in [segment.from, segment.to] { ends[point, default: 0] += 1 } }
      for (point, count) in ends {
        // The edge it lies on, by the axis on which it meets a node.
        let value: (a: Double, b: Double, share: Double, isBorder: Bool)?
        if let row = ys.firstIndex(of: point.y), let column = xs.lastIndex(where: { $0 < point.x }), column + 1 < width
        {
          value = (
            values[row * width + column], values[row * width + column + 1],
            (point.x - xs[column]) / (xs[column + 1] - xs[column]), row == 0 || row == height - 1
          )
        } else if let column = xs.firstIndex(of: point.x), let row = ys.lastIndex(where: { $0 < point.y }),
          row + 1 < height
        {
          value = (
            values[row * width + column], values[(row + 1) * width + column],
            (point.y - ys[row]) / (ys[row + 1] - ys[row]), column == 0 || column == width - 1
          )
        } else {
          // At a node exactly.
          value = nil
        }
        guard let value else { continue }
        #expect((value.a < level) != (value.b < level), "seed \(seed)")
        #expect(abs(value.a + value.share * (value.b - value.a) - level) < 1e-9, "seed \(seed)")
        #expect(count == (value.isBorder ? 1 : 2), "seed \(seed): a line ends inside the map")
      }
      // Every edge with a node on either side is met.
      var crossed = 0
      for row in 0..<height {
        for column in 0..<width {
          let own = values[row * width + column] < level
          if column + 1 < width, own != (values[row * width + column + 1] < level) { crossed += 1 }
          if row + 1 < height, own != (values[(row + 1) * width + column] < level) { crossed += 1 }
        }
      }
      #expect(crossed >= ends.count && (crossed == 0) == segments.isEmpty, "seed \(seed)")
    }
  }

  @Test("The contour of a plane is its own straight line; a saddle's two lines do not cross; no number, no line")
  func knownContours() {
    let (xs, ys) = ([0.0, 1, 2], [0.0, 1])
    for segment in ContourLines.segments(xs, ys, [0, 1, 2, 1, 2, 3], level: 1.5) {
      for point in [segment.from, segment.to] { #expect(abs(point.x + point.y - 1.5) < 1e-12) }
    }
    let saddle = ContourLines.segments([0, 1], [0, 1], [1, 0, 0, 1], level: 0.4)
    #expect(saddle.count == 2)
    // The middle, 0.5, is above the level like corner 0, so the two corners below are cut off.
    #expect(saddle[0] == .init(from: .init(x: 0.6, y: 0), to: .init(x: 1, y: 0.4)))
    let other = ContourLines.segments([0, 1], [0, 1], [1, 0, 0, 1], level: 0.6)
    #expect(other.count == 2 && other[0].from.x == 0 && other[0].to.y == 0)
    #expect(ContourLines.segments([0, 1], [0, 1], [1, .nan, 0, 1], level: 0.5).isEmpty)
    #expect(ContourLines.segments([0], [0, 1], [1, 0], level: 0.5).isEmpty)
    #expect(ContourLines.segments(xs, ys, [0, 0, 0, 0, 0, 0], level: 0).isEmpty)
  }

  @Test("The map of a stress says how many nodes lose more than the margin, and draws the line where some do")
  func breach() throws {
    // A margin that is less than what is lost: that of another strategy.
    let market = try ReportsFixtures.small()
    let grid = try ScenarioGrid(spotShifts: [-0.1, 0, 0.1], volatilityShifts: [0, 0.1])
    let source = PictureSource(quotes: "", asOf: market.asOf)
    var analyzer = StressAnalyzer(market: market, grid: grid)
    let result = try analyzer.stress(try ReportsFixtures.condor().filled)
    let own = StressPicture(result, grid, source: source).picture()
    #expect(own.description.contains("No node of the grid loses more than the margin of 368.08 USD."))
    #expect(!own.svg.contains("class=\"contour\""))
    let short = StressResult(
      filled: result.filled, margin: try margin(below: result), spot: result.spot,
      profitAndLoss: result.profitAndLoss)
    let drawn = StressPicture(short, grid, source: source).picture()
    #expect(
      drawn.svg.contains("<path class=\"contour\"") && drawn.svg.contains("beyond it more is lost than the margin of"))
    let limit = try #require(short.margin.margin).exact.doubleValue
    let count = result.profitAndLoss.profit.dropFirst().count { $0 < -limit }
    #expect(count > 0 && drawn.description.contains("\(count) of 6 nodes lose more than the margin."))
  }

  /// The margin of a narrower condor.
  private func margin(below result: StressResult) throws -> StrategyMargin {
    try ReportsFixtures.analysis(
      [
        ("1", "ABC   260116P00094000", "0.9"), ("-1", "ABC   260116P00095000", "1.1"),
        ("-1", "ABC   260116C00105000", "1.1"), ("1", "ABC   260116C00106000", "0.9"),
      ], in: ReportsFixtures.small()
    ).margin
  }

  @Test("Colours of a map are darker the further from zero, so that grey paper shows their order")
  func lightness() {
    func light(_ text: String) -> Double {
      let value = Int(text.dropFirst(), radix: 16) ?? 0
      return 0.2126 * Double(value >> 16) + 0.7152 * Double(value >> 8 & 255) + 0.0722 * Double(value & 255)
    }
    for isLoss in [true, false] {
      let shades = (0...20).map { light(MapColours.colour(share: Double($0) / 20, isLoss: isLoss)) }
      for (left, right) in zip(shades, shades.dropFirst()) { #expect(left > right + 3) }
    }
    #expect(MapColours.colour(share: 2, isLoss: true) == MapColours.colour(share: 1, isLoss: true))
    #expect(MapColours.colour(share: .nan, isLoss: false) == MapColours.colour(share: 0, isLoss: false))
  }

  // MARK: Parts

  @Test("A thinned line moves by no more than the tolerance, and keeps its ends")
  func thinning() {
    for seed in UInt64(1)...8 {
      var random = SplitMix64(seed: seed)
      var points: [(x: Double, y: Double)] = []
      for index in 0..<400 {
        points.append(
          (Double(index), Double(random.next() % 1000) / 100 * (seed % 2 == 0 ? 1 : 0) + abs(Double(index) - 200)))
      }
      let thin = PolylineThinning.thinned(points, tolerance: 0.5)
      #expect(thin.first! == points.first! && thin.last! == points.last!)
      if seed % 2 == 1 { #expect(thin.count == 3) }
      var place = 0
      for point in points {
        while place + 2 < thin.count, thin[place + 1].x < point.x { place += 1 }
        let (a, b) = (thin[place], thin[place + 1])
        let level = a.y + (point.x - a.x) / (b.x - a.x) * (b.y - a.y)
        let slope = (b.y - a.y) / (b.x - a.x)
        #expect(abs(point.y - level) / (1 + slope * slope).squareRoot() <= 0.5 + 1e-9, "seed \(seed)")
      }
    }
    #expect(PolylineThinning.thinned([], tolerance: 1).isEmpty)
    #expect(PolylineThinning.thinned([(1, 2)], tolerance: 1).count == 1)
  }

  @Test(
    "Thousands are set apart, in whole digits only",
    arguments: [
      ("1234567.8901", "1,234,567.8901"), ("-1000", "-1,000"), ("+12345.00", "+12,345.00"), ("999", "999"),
      ("n/a", "n/a"),
      ("", ""), ("100000", "100,000"), ("0.0001234", "0.0001234"),
    ])
  func thousands(text: String, wanted: String) { #expect(FigureText.thousands(text) == wanted) }

  @Test(
    "A coordinate is a plain number whatever it was",
    arguments: [
      (1.25, "1.3"), (-0.04, "0"), (0.0, "0"), (-12.34, "-12.3"), (.nan, "0"), (.infinity, "0"), (1e300, "1000000"),
      (639.96, "640"), (7.0, "7"),
    ] as [(Double, String)])
  func coordinates(value: Double, wanted: String) { #expect(SVGDrawing.number(value) == wanted) }

  @Test(
    "A label of an axis is short, however large or small its numbers are",
    arguments: [
      (-5e9, 5e9, -2e9, "-2 bn"), (0, 12_345_678, 1e7, "10 M"), (0, 900_000, 800_000, "800,000"),
      (0, 4e14, 1e14, "100 tn"), (0, 3e20, 1e20, "100e18"), (0, 5e-9, 1e-9, "1e-9"), (0, 0.05, 0.01, "0.01"),
      (0, 12_345_678, 0, "0"),
    ] as [(Double, Double, Double, String)])
  func axisLabels(low: Double, high: Double, tick: Double, wanted: String) {
    let scale = ChartScale(low, high, count: 7, isRounded: true)
    #expect(scale.label(tick) == wanted)
    for tick in scale.ticks { #expect(scale.label(tick, sign: .always).utf8.count <= 11) }
    #expect(Set(scale.ticks.map { scale.label($0) }).count == scale.ticks.count)
  }

  @Test("Labels of one row do not overlap")
  func rows() {
    var random = SplitMix64(seed: 7)
    var rows = LabelRows(count: 2)
    var placed: [(row: Int, from: Double, to: Double)] = []
    for _ in 0..<200 {
      let label = String(repeating: "8", count: 1 + Int(random.next() % 9))
      let middle = Double(random.next() % 640)
      guard let row = rows.place(label, at: middle) else { continue }
      let half = SVGDrawing.width(of: label) / 2
      #expect(!placed.contains { $0.row == row && middle + half > $0.from && middle - half < $0.to })
      placed.append((row, middle - half, middle + half))
    }
    #expect(placed.count > 20 && rows.used == 2)
  }

  // MARK: Characters

  @Test("The picture in characters is at most 80 columns wide and says the same without colour")
  func characters() throws {
    for analysis in try ReportsFixtures.all() {
      guard let chart = PayoffPicture(analysis)?.chart else { continue }
      for glyphs in CharacterPlot.Glyphs.allCases {
        let plain = CharacterPlot(chart, glyphs, hasColour: false).lines
        for line in plain { #expect(TextLayout.width(line) <= 80 && line.last != " ", "\(line)") }
        let coloured = CharacterPlot(chart, glyphs, hasColour: true).lines.joined(separator: "\n")
        #expect(coloured.contains("\u{1B}[36m"))
        #expect(coloured.replacing(/\x1B\[[0-9]*m/, with: "") == plain.joined(separator: "\n"))
        if glyphs == .ascii { #expect(plain.joined().utf8.allSatisfy { $0 < 128 }) }
      }
    }
  }

  @Test("In characters the line at expiry stands where its values are")
  func characterPlaces() throws {
    let chart = try chart(ReportsFixtures.condor())
    let lines = CharacterPlot(chart, .ascii, hasColour: false).lines
    let rows = lines.filter { $0.contains("|") }.prefix(15).map(Array.init)
    let row = { (text: String) in rows.firstIndex { String($0.prefix(13)).contains(text) } }
    let (zero, floor) = (try #require(row(" 0 ")), try #require(row("-400 ")))
    // Above zero it runs on one level between the sold strikes; the floor is one row above -400.
    let top = try #require(rows.firstIndex { $0.dropFirst(14).contains("*") })
    #expect(top < zero && rows[top].count { $0 == "*" } >= 10)
    let lowest = try #require(rows.lastIndex { $0.dropFirst(14).contains("*") })
    #expect(lowest > zero && lowest <= floor && rows[lowest].count { $0 == "*" } > 20)
    let text = AnalysisReport.text(try ReportsFixtures.condor(), as: .table, source: "", plot: .ascii)
    #expect(text.contains("PICTURE\n  P&L in USD\n") && text.contains("= maximum loss = margin posted 368.08 USD"))
    #expect(!AnalysisReport.text(try ReportsFixtures.condor(), as: .table, source: "").contains("PICTURE"))
  }
}
