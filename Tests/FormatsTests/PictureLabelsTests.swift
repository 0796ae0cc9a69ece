import Analysis
import Basics
import Foundation
import Instruments
import IsolatedMargin
import MarginRules
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Formats

/// What pictures say in words and numbers, and that it can be read.
@Suite struct PictureLabelsTests {
  /// The room that a text of the drawing takes.
  private func box(_ text: DrawnPicture.Element) throws -> LabelRoom.Box {
    let x = try #require(text.attributes["x"].flatMap { Double($0) })
    let y = try #require(text.attributes["y"].flatMap { Double($0) })
    let anchor = try #require(text.attributes["text-anchor"].flatMap(SVGDrawing.Anchor.init))
    return LabelRoom.Box(text.text, at: x, base: y, anchor, isStrong: text.attributes["class"] == "strong")
  }

  /// The words within a plot; the caption's lines are as long as they are.
  private func words(_ drawn: DrawnPicture) -> [DrawnPicture.Element] {
    ["words", "strong", "figure"].flatMap { drawn.all("text", class: $0) }
  }

  @Test("No two labels of a picture lie over each other")
  func apart() throws {
    for picture in try PicturesTests.all() {
      let drawn = try #require(DrawnPicture(picture.svg))
      let boxes = try words(drawn).map { ($0.text, try box($0)) }
      for (index, first) in boxes.enumerated() {
        for second in boxes[(index + 1)...] {
          #expect(!first.1.meets(second.1), "\(picture.title): '\(first.0)' and '\(second.0)'")
        }
      }
    }
  }

  @Test("No line of a condor runs through the names of its break-evens and of its floor")
  func uncrossed() throws {
    for analysis in [try ReportsFixtures.condor(), try ReportsFixtures.straddle()] {
      let picture = try #require(AnalysisReport.pictures(of: analysis, source: "").first)
      let drawn = try #require(DrawnPicture(picture.svg))
      let labels = try drawn.all("text", class: "strong").map { ($0.text, try box($0)) }
      #expect(labels.count >= 3)
      for path in drawn.all("path", class: "series") {
        let points = DrawnPicture.points(path.attributes["d"] ?? "")
        for (text, room) in labels {
          let isCrossed = zip(points, points.dropFirst()).contains { room.isCrossed(from: $0, to: $1) }
          #expect(!isCrossed, "\(picture.title): \(path.attributes["class"] ?? "") runs through '\(text)'")
        }
      }
    }
  }

  @Test("The line of the maximum loss crosses out no figure of the rules")
  func comparison() throws {
    let market = try ReportsFixtures.bitcoin()
    let filled = try ReportsFixtures.analysis(
      [
        ("1", "BTC-26DEC25-80000-P", nil), ("-1", "BTC-26DEC25-85000-P", nil), ("-1", "BTC-26DEC25-100000-C", nil),
        ("1", "BTC-26DEC25-105000-C", nil),
      ], in: market, settlement: .quote
    ).filled
    let shelf = try RulebookShelf(dataFolders: ["\(Fixture.root)/Data"])
    let rules = try shelf.rules(
      named: "deribit-standard,deribit-portfolio,maximum-loss,span", on: #require(market.asOf.date))
    let compared = try RuleComparison(market: market, rules: rules, hasLiquidation: false).compare(filled)
    let drawn = try #require(DrawnPicture(ComparisonPicture(compared, source: "").picture().svg))
    let line = try #require(drawn.all("line", class: "spot").first?.attributes["x1"].flatMap { Double($0) })
    let figures = drawn.all("text", class: "figure")
    #expect(figures.count == 4)
    for figure in figures {
      let room = try box(figure)
      #expect(
        line < room.left || line > room.right, "\(figure.text) from \(room.left) to \(room.right), line at \(line)")
    }
  }

  @Test("A box that no price liquidates says so in its picture, on each day of which that holds")
  func neverLiquidated() throws {
    let market = try ReportsFixtures.small()
    let filled = try ReportsFixtures.condor().filled
    let source = PictureSource(quotes: "", asOf: market.asOf)
    func picture(_ maintenance: String, _ days: [Double]) throws -> Picture {
      let box = try LiquidationBox(
        of: filled, deposit: ExactAmount(400), maintenance: try MaintenanceText.model(maintenance),
        market: LiquidationMarket(of: filled, in: market))
      return LiquidationPicture(LiquidationAnswer(of: box, days: days), source: source).picture()
    }
    let never = try picture("none", [0, 7])
    let words = "Never liquidated today, in 7 days: no price does it."
    #expect(never.description.contains(words))
    #expect(try #require(DrawnPicture(never.svg)).all("text").contains { $0.text == words })
    let some = try picture("margin=80%", [0])
    #expect(!some.svg.contains("Never liquidated"))
  }

  @Test("A heat map has a scale in money with zero on it, and no move among the ticks of both axes, with its price")
  func scale() throws {
    let market = try ReportsFixtures.small()
    let source = PictureSource(quotes: "", asOf: market.asOf)
    for (low, high, below, above) in [(-0.3, 0.3, -0.2, 0.4), (-0.25, 0.1, -0.15, 0.3), (-0.07, 0.5, -0.03, 0.9)] {
      let grid = try ScenarioGrid(
        spotShifts: ScenarioGrid.nodes(from: low, to: high, count: 40),
        volatilityShifts: ScenarioGrid.nodes(from: below, to: above, count: 17))
      var analyzer = StressAnalyzer(market: market, grid: grid)
      let result = try analyzer.stress(try ReportsFixtures.condor().filled)
      let drawn = try #require(DrawnPicture(StressPicture(result, grid, source: source).picture().svg))
      let texts = drawn.all("text", class: "words")
      let zeros = texts.filter { $0.text == "0" }
      // One of each axis, and one of the scale.
      #expect(zeros.count == 3, "\(low) to \(high): \(zeros.map(\.attributes))")
      let spot = try #require(texts.first { $0.text == "100.00" })
      #expect(zeros.contains { $0.attributes["x"] == spot.attributes["x"] })
      // The scale reaches the worst and the best of the grid, and its ends are labelled in the order of their places.
      let amounts = texts.filter { $0.attributes["y"] == zeros.last?.attributes["y"] }
        .compactMap { text in
          Double(text.text.replacing(",", with: "")).map { (Double(text.attributes["x"] ?? "") ?? 0, $0) }
        }
      #expect(amounts.count >= 3)
      for (first, second) in zip(amounts, amounts.dropFirst()) { #expect(first.0 < second.0 && first.1 < second.1) }
      let worst = result.profitAndLoss.profit.dropFirst().min() ?? 0
      #expect((amounts.first?.1 ?? 0) <= worst + (amounts[1].1 - amounts[0].1))
    }
  }

  @Test("No page and no picture shows the marks that a text file sets commands apart by")
  func backticks() throws {
    for analysis in try ReportsFixtures.all() {
      #expect(!AnalysisReport.text(analysis, as: .html, source: "").contains("`"))
    }
    for picture in try PicturesTests.all() { #expect(!picture.svg.contains("`")) }
    let market = try ReportsFixtures.small()
    let shelf = try RulebookShelf(dataFolders: ["\(Fixture.root)/Data"])
    let comparison = RuleComparison(
      market: market, rules: try shelf.rules(named: "all", on: #require(market.asOf.date)))
    let compared = try comparison.compare(ReportsFixtures.condor().filled)
    for format in [ComparisonFormat.html, .markdown, .svg, .table] {
      #expect(!ComparisonReport.text(compared, as: format, source: "").contains("`"), "\(format)")
    }
  }

  // MARK: Places

  @Test("A label takes the cheapest place that is free, the first of equal ones, and none where it may be left out")
  func places() {
    var room = LabelRoom(frame: .init(left: 0, right: 300, top: 0, bottom: 100))
    let candidates = [20.0, 40, 60].map { LabelRoom.Candidate(x: 100, base: $0, anchor: .middle) }
    #expect(room.place("first", candidates, isStrong: false)?.base == 20)
    #expect(room.place("second", candidates, isStrong: false)?.base == 40)
    room.avoid([(0, 55), (300, 55)], weight: 2)
    // Crossed by a line, which is better than over another label.
    #expect(room.place("third", candidates, isStrong: false, isNeeded: false)?.base == 60)
    #expect(room.place("fourth", candidates, isStrong: false, isNeeded: false) == nil)
    #expect(room.place("fourth", candidates, isStrong: false)?.base == 20)
    // Outside the frame is no place while there is one inside.
    let edge = [LabelRoom.Candidate(x: 299, base: 80, anchor: .start), .init(x: 299, base: 80, anchor: .end, cost: 5)]
    #expect(room.place("edge", edge, isStrong: false)?.anchor == .end)
  }

  @Test("A stretch of a line crosses a box where it passes through it, touches it or lies in it")
  func crossings() {
    let box = LabelRoom.Box(left: 10, right: 20, top: 10, bottom: 20)
    for (a, b, isCrossed) in [
      ((0.0, 0.0), (30.0, 30.0), true), ((0, 15), (30, 15), true), ((15, 0), (15, 30), true), ((0, 0), (9, 30), false),
      ((12, 12), (18, 13), true), ((0, 21), (30, 21), false), ((25, 0), (25, 40), false), ((0, 25), (25, 0), true),
      ((0, 40), (40, 5), false), ((10, 0), (10, 30), true), ((15, 15), (15, 15), true), ((5, 5), (5, 5), false),
    ] {
      #expect(box.isCrossed(from: a, to: b) == isCrossed, "\(a) to \(b)")
      #expect(box.isCrossed(from: b, to: a) == isCrossed, "\(b) to \(a)")
    }
  }
}
