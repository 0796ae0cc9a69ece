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

/// What holds for every picture, whatever the strategy.
@Suite struct PicturesTests {
  /// Pictures of every kind.
  static func all() throws -> [Picture] {
    var pictures = try ReportsFixtures.all().flatMap { AnalysisReport.pictures(of: $0, source: "made for a test") }
    let market = try ReportsFixtures.small()
    let source = PictureSource(quotes: "made for a test", asOf: market.asOf)
    let filled = try ReportsFixtures.straddle().filled
    let box = try LiquidationBox(
      of: filled, deposit: ExactAmount(2000), maintenance: try MaintenanceText.model("spot=7.5%"),
      market: LiquidationMarket(of: filled, in: market))
    pictures.append(LiquidationPicture(LiquidationAnswer(of: box, days: [0, 7, 29]), source: source).picture())
    pictures.append(LiquidationPicture(LiquidationAnswer(of: box, days: [60]), source: source).picture())
    for (days, shifts) in [
      ([0.0, 10, 20], [0.1, -0.1, 0, 0.5, 0.2, 0.3, 0.4]), ([5], [-0.1, 0.1]), ([5], [0]), ([0, 1], [0]),
    ] {
      let surface = box.surface(days: days, volatilityShifts: shifts)
      pictures.append(CorridorPicture(surface, of: box, source: source).picture())
    }
    for grid in try [
      ScenarioGrid(spotShifts: [-0.1, 0, 0.1], volatilityShifts: [0], days: [0, 7]),
      ScenarioGrid(spotShifts: [0], volatilityShifts: [-0.1, 0.1]), ScenarioGrid(spotShifts: [0.05]),
      ScenarioGrid(spotShifts: [0.2, -0.2, 0, 0.2], volatilityShifts: [0.1, 0], isVolatilityRelative: true),
      ScenarioGrid(
        spotShifts: ScenarioGrid.nodes(from: -0.9, to: 3, count: 301),
        volatilityShifts: ScenarioGrid.nodes(from: -0.2, to: 2, count: 151)),
    ] {
      var analyzer = StressAnalyzer(market: market, grid: grid)
      pictures.append(StressPicture(try analyzer.stress(filled), grid, source: source).picture())
    }
    return pictures
  }

  @Test("Every picture is well-formed XML with a title, a description, units and its source")
  func wellFormed() throws {
    for picture in try Self.all() {
      let drawn = try #require(DrawnPicture(picture.svg))
      let root = try #require(drawn.elements.first)
      #expect(root.name == "svg" && root.attributes["role"] == "img")
      #expect(root.attributes["aria-labelledby"] == "\(picture.name)-title \(picture.name)-desc")
      #expect(drawn.all("title").first?.attributes["id"] == "\(picture.name)-title")
      #expect(
        drawn.all("desc").first?.text == picture.description.replacing(" %", with: "\u{A0}%")
          && !picture.description.isEmpty)
      let words = drawn.all("text").map(\.text)
      let caption = words.suffix(8).joined(separator: " ")
      #expect(caption.contains(picture.units.split(separator: " ").prefix(4).joined(separator: " ")), "\(caption)")
      #expect(caption.contains("made for a test") && caption.contains(PictureSource.program), "\(caption)")
      #expect(
        Set(drawn.elements.compactMap { $0.attributes["id"] }).count
          == drawn.elements.count { $0.attributes["id"] != nil })
    }
  }

  @Test("Every drawn point lies inside the view box, and no attribute holds what is no number")
  func inside() throws {
    for picture in try Self.all() {
      let drawn = try #require(DrawnPicture(picture.svg))
      let size = drawn.size
      #expect(size.width == 640 && size.height > 100)
      for point in drawn.points {
        let isInside = (0...size.width).contains(point.x) && (0...size.height).contains(point.y)
        #expect(isInside, "\(picture.title): \(point)")
        if !isInside { break }
      }
      for element in drawn.elements {
        for (name, value) in element.attributes where !["class", "id", "aria-labelledby"].contains(name) {
          let words = value.lowercased().split { !$0.isLetter }
          #expect(!words.contains("nan") && !words.contains("inf") && !words.contains("infinity"), "\(name) \(value)")
        }
      }
      // Nothing is fetched: every address is a name of the picture itself.
      for element in drawn.elements {
        for value in element.attributes.values where value.contains("url(") {
          #expect(value.hasPrefix("url(#\(picture.name)-"), "\(value)")
        }
        #expect(element.attributes["href"] == nil && !["image", "script", "foreignObject"].contains(element.name))
      }
    }
  }

  @Test("No label leaves the picture, by the room that most fonts take")
  func labels() throws {
    for picture in try Self.all() {
      let drawn = try #require(DrawnPicture(picture.svg))
      for text in drawn.all("text") {
        let x = try #require(text.attributes["x"].flatMap { Double($0) })
        // Digits take 6.7 units; a letter of running text takes less.
        let width = SVGDrawing.width(of: text.text) * 0.86
        let start: Double
        switch text.attributes["text-anchor"] {
        case "start": start = x
        case "end": start = x - width
        default: start = x - width / 2
        }
        #expect(
          start >= -1 && start + width <= 641, "\(picture.title): '\(text.text)' from \(start) to \(start + width)")
      }
    }
  }

  @Test("The same figures give the same bytes, and the figures' CSV has rows of one length")
  func repeatable() throws {
    for (first, second) in zip(try Self.all(), try Self.all()) {
      #expect(first.svg == second.svg && first.csv == second.csv)
      let folder = try TemporaryFolder()
      let table = try readTable(folder.file(first.csv, named: "figures.csv"), pieceSize: 1 << 20)
      #expect(table.count > 1 && Set(table.map(\.count)).count == 1, "\(first.title)")
    }
  }

  @Test("A hostile name stays words in a picture")
  func hostileName() throws {
    let name = "</title><script>alert('x')</script>\u{1}\u{202E}&\"]]>\n"
    let analysis = try ReportsFixtures.condor(name: name)
    for picture in AnalysisReport.pictures(of: analysis, source: name) {
      let drawn = try #require(DrawnPicture(picture.svg))
      #expect(drawn.all("script").isEmpty && !picture.svg.contains("\u{202E}") && !picture.svg.contains("\u{1}"))
      #expect(drawn.all("text").contains { $0.text.contains("</title><script>") })
    }
    _ = try #require(DrawnPicture(AnalysisReport.text(analysis, as: .html, source: name)))
  }

  // MARK: The page

  @Test("The page is well-formed XML, below 300 kB, with the figures of every picture")
  func page() throws {
    for analysis in try ReportsFixtures.all() {
      let text = AnalysisReport.text(analysis, as: .html, source: "made for a test")
      #expect(text.utf8.count < 300_000)
      let page = try #require(DrawnPicture(text))
      let pictures = AnalysisReport.pictures(of: analysis, source: "made for a test")
      #expect(page.all("svg").count == pictures.count && page.all("pre").map(\.text) == pictures.map(\.csv))
      for (link, picture) in zip(page.all("a"), pictures) {
        let address = try #require(link.attributes["href"])
        #expect(
          address.hasPrefix("data:text/csv;charset=utf-8,") && link.attributes["download"] == "\(picture.name).csv")
        let figures = address.dropFirst("data:text/csv;charset=utf-8,".count)
        #expect(String(figures).removingPercentEncoding == picture.csv)
      }
      let ids = page.elements.compactMap { $0.attributes["id"] }
      #expect(Set(ids).count == ids.count)
      let bare = AnalysisReport.text(analysis, as: .html, source: "made for a test", hasPictures: false)
      #expect(!bare.contains("<svg"))
    }
  }

  @Test("The figures of the page are those of the JSON")
  func sameFigures() throws {
    let analysis = try ReportsFixtures.condor()
    // Read by the standard library: that of Foundation is a unit off in the last place.
    let lines = AnalysisReport.text(analysis, as: .json, source: "").split(separator: "\n").map {
      $0.trimmingPrefix { $0 == " " }
    }
    func numbers(_ key: String, after section: String) throws -> [Double?] {
      let start = try #require(lines.firstIndex { $0.hasPrefix("\"\(section)\":") })
      let line = try #require(lines[start...].first { $0.hasPrefix("\"\(key)\":") })
      return line.dropFirst(key.utf8.count + 4).split { "[], ".contains($0) }.map { Double($0) }
    }
    let columns = try [
      numbers("spot", after: "curve"), numbers("pnl_today", after: "curve"), numbers("pnl", after: "on_days"),
      numbers("pnl_at_expiry", after: "curve"),
    ]
    #expect(try numbers("days_forward", after: "on_days") == [15])
    let picture = try #require(AnalysisReport.pictures(of: analysis, source: "").first)
    let rows = picture.csv.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(rows.first == ["spot", "pnl_today", "pnl_day_15", "pnl_at_expiry"])
    #expect(rows.count == columns[0].count + 1)
    for (row, cells) in rows.dropFirst().enumerated() {
      #expect(cells.map { Double($0) } == columns.map { $0[row] })
    }
    let worst = try #require(try numbers("pnl", after: "worst").first ?? nil)
    let map = AnalysisReport.pictures(of: analysis, source: "")[1].csv.split(separator: "\n").dropFirst()
    let profits = map.flatMap { $0.split(separator: ",").dropFirst(2).compactMap { Double($0) } }
    #expect(profits.count == 793 && profits.min() == worst)
  }

  @Test("Hundreds of legs, far strikes and all, draw well and stay small")
  func manyLegs() throws {
    var legs: [(quantity: String, name: String, price: String?)] = []
    var random = SplitMix64(seed: 20_251_205)
    for index in 0..<900 {
      let strike = 60 + Int(random.next() % 81)
      let digits = String(strike * 1000)
      let name = "ABC   260116\(index % 2 == 0 ? "C" : "P")" + String(repeating: "0", count: 8 - digits.count) + digits
      legs.append((index % 3 == 0 ? "-1" : "1", name, "\(1 + index % 900).\(index)"))
    }
    let analysis = try ReportsFixtures.analysis(legs, in: ReportsFixtures.small(), name: "many")
    for picture in AnalysisReport.pictures(of: analysis, source: "made for a test") {
      #expect(picture.svg.utf8.count < 100_000)
      let drawn = try #require(DrawnPicture(picture.svg))
      #expect(drawn.points.allSatisfy { (0...640).contains($0.x) && (0...drawn.size.height).contains($0.y) })
    }
    let page = AnalysisReport.text(analysis, as: .html, source: "made for a test")
    #expect(page.utf8.count < 300_000)
    // The first 99 legs and the total are shown.
    #expect(analysis.legs.count > 500 && page.contains("\(analysis.legs.count + 1 - 100) more rows are left out"))
  }

  @Test("Markdown names its pictures as files beside it, words first")
  func markdown() throws {
    let analysis = try ReportsFixtures.condor()
    let (text, files) = AnalysisReport.markdown(analysis, source: "made for a test", stem: "my notes")
    #expect(files.map(\.name) == ["my notes-payoff.svg", "my notes-stress.svg"])
    let lines = text.components(separatedBy: "\n")
    let place = try #require(lines.firstIndex { $0.hasSuffix("](<my%20notes-payoff.svg>)") })
    #expect(lines[..<place].contains { $0.contains("Maximum loss") } && lines[place...].contains("## Market"))
    #expect(!AnalysisReport.text(analysis, as: .markdown, source: "").contains("]("))
  }
}
