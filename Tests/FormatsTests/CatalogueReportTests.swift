import Instruments
import IsolatedMargin
import Testing

@testable import Formats

@Suite struct CatalogueReportTests {
  /// The column "Risk" of the strategy tables of the field; covered shapes risk the whole underlying.
  static let risks: [(id: String, risk: RiskClass)] = [
    ("long-call", .defined), ("short-call", .unbounded), ("short-put", .wholeUnderlying),
    ("long-underlying", .wholeUnderlying),
    ("short-underlying", .unbounded), ("covered-call", .wholeUnderlying), ("covered-put", .unbounded),
    ("protective-put", .defined), ("protective-call", .defined), ("collar", .defined), ("short-collar", .defined),
    ("synthetic-straddle-calls", .defined), ("synthetic-straddle-puts", .defined), ("conversion", .defined),
    ("synthetic-long", .wholeUnderlying), ("synthetic-short", .unbounded), ("bull-seagull", .wholeUnderlying),
    ("bear-seagull", .unbounded), ("bull-put-spread", .defined), ("short-strangle", .unbounded),
    ("short-guts", .unbounded),
    ("call-front-ratio", .unbounded), ("put-front-ratio", .wholeUnderlying), ("call-backspread", .defined),
    ("put-1-1-2", .wholeUnderlying), ("zebra", .defined), ("batman", .unbounded), ("long-call-ladder", .unbounded),
    ("short-call-ladder", .defined), ("long-put-ladder", .wholeUnderlying), ("short-put-ladder", .defined),
    ("iron-butterfly", .defined), ("unbalanced-call-butterfly", .defined), ("reverse-iron-condor", .defined),
    ("jade-lizard", .wholeUnderlying), ("reverse-jade-lizard", .unbounded), ("big-lizard", .wholeUnderlying),
    ("long-call-calendar", .timeDependent), ("jelly-roll", .timeDependent), ("long-box", .defined),
    ("perpetual-collar", .defined), ("hedged-short-straddle", .unbounded),
  ]

  @Test("The risk that is read off the legs is the field's", arguments: risks)
  func risk(id: String, risk: RiskClass) throws {
    #expect(CatalogueReport.risk(try StrategyCatalogue.named(id), .quote) == risk)
  }

  /// In coin the roles of the tails change: what is bounded in dollars can be unbounded in coin, and the other way.
  static let coinRisks: [(id: String, risk: RiskClass?)] = [
    ("long-call", .defined), ("short-call", .wholeUnderlying), ("short-put", .unbounded),
    ("bull-put-spread", .unbounded), ("bear-call-spread", .defined), ("iron-condor", .unbounded),
    ("reverse-iron-condor", .defined), ("long-straddle", .defined), ("inverse-covered-call", .wholeUnderlying),
    ("long-call-calendar", .timeDependent),
  ]

  @Test("The risk in coin follows the payoff in coin", arguments: coinRisks)
  func coinRisk(id: String, risk: RiskClass?) throws {
    #expect(CatalogueReport.risk(try StrategyCatalogue.named(id), .coin) == risk)
  }

  @Test("Every entry stands in the table within 80 columns, with its sentence and both risks")
  func table() {
    let text = CatalogueReport.text(StrategyCatalogue.all, as: .table)
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    for entry in StrategyCatalogue.all { #expect(text.contains("\n\(entry.id)  \(entry.legsText)")) }
  }

  @Test("The CSV has a row for each entry and no empty risk in quote currency but for coin-only entries")
  func csv() {
    let lines = CatalogueReport.text(StrategyCatalogue.all, as: .csv).split(separator: "\n")
    #expect(lines.count == StrategyCatalogue.all.count + 1)
    for entry in StrategyCatalogue.all {
      #expect((CatalogueReport.risk(entry, .quote) == nil) == (entry.condition == .coinCollateral), "\(entry.id)")
    }
  }
}
