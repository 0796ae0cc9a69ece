import Basics
public import Instruments
import IsolatedMargin

/// Lists structures with their legs, their risk in both settlements, and what a teacher says of them.
public enum CatalogueReport {
  public enum Format: String, CaseIterable, Sendable {
    case table
    case csv
    case json
  }

  public static let columns = [
    "structure", "name", "family", "legs", "strikes", "expiries", "risk_quote", "risk_coin", "aliases", "sentence",
  ]

  public static func text(_ entries: [StructureDefinition], as format: Format) -> String {
    switch format {
    case .table: return table(entries)
    case .csv: return csv(entries)
    case .json: return json(entries)
    }
  }

  private static func json(_ entries: [StructureDefinition]) -> String {
    JSONText.text(
      .object([
        ("schema", .string("bulkhead.strategies")), ("version", .integer(1)),
        (
          "structures",
          .array(
            entries.map { entry in
              .object([
                ("structure", .string(entry.id)), ("name", .string(entry.displayName)),
                ("family", .string(entry.family.rawValue)), ("legs", .string(entry.legsText)),
                ("strikes", .integer(Int64(entry.strikeCount))), ("expiries", .integer(Int64(entry.expiryCount))),
                ("has_underlying", .bool(entry.hasUnderlying)), ("needs_hedge", .bool(entry.needsHedge)),
                ("risk_quote", .text(risk(entry, .quote)?.rawValue)),
                ("risk_coin", .text(risk(entry, .coin)?.rawValue)),
                ("aliases", .array(entry.aliases.map { .string($0) })), ("sentence", .string(entry.summary)),
              ])
            })
        ),
      ]))
  }

  private static func csv(_ entries: [StructureDefinition]) -> String {
    var writer = CSVWriter()
    writer.row(columns)
    for entry in entries {
      writer.cell(entry.id)
      writer.cell(entry.displayName)
      writer.cell(entry.family.rawValue)
      writer.cell(entry.legsText)
      writer.cell(entry.strikeCount)
      writer.cell(entry.expiryCount)
      writer.cell(risk(entry, .quote)?.rawValue)
      writer.cell(risk(entry, .coin)?.rawValue)
      writer.cell(entry.aliases.joined(separator: ";"))
      writer.cell(entry.summary)
      writer.endRow()
    }
    return writer.text
  }

  private static func table(_ entries: [StructureDefinition]) -> String {
    var lines = ["Risk in quote currency / in coin, from the tails of the payoff."]
    var family: StructureFamily?
    for entry in entries {
      if entry.family != family {
        lines += ["", entry.family.rawValue.uppercased()]
        family = entry.family
      }
      lines.append("")
      let risks = [Settlement.quote, .coin].map { words(risk(entry, $0)) }.joined(separator: " / ")
      let head = "\(entry.id)  \(entry.legsText)"
      let gap = 80 - head.count - risks.count
      if gap >= 2 {
        lines.append(head + String(repeating: " ", count: gap) + risks)
      } else {
        lines += [head, String(repeating: " ", count: max(0, 80 - risks.count)) + risks]
      }
      lines += TextLayout.wrapped(entry.summary, 76).map { "    " + $0 }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func words(_ risk: RiskClass?) -> String {
    switch risk {
    case .defined: return "defined"
    case .wholeUnderlying: return "whole underlying"
    case .unbounded: return "unbounded"
    case .timeDependent: return "far leg's value"
    case nil: return "-"
    }
  }

  /// The class of the structure on any strikes: they do not matter to the tails, only their order does.
  ///
  /// In quote currency the underlying is held as itself; in coin it is the collateral, which weighs nothing, or a
  /// perpetual where the structure names one. Nil where the structure does not exist in the settlement.
  static func risk(_ entry: StructureDefinition, _ settlement: Settlement) -> RiskClass? {
    guard let near = CalendarDate(year: 2030, month: 1, day: 25), let far = near.adding(days: 28) else { return nil }
    let expiries = [Expiry(near, .deribit), Expiry(far, .deribit)].prefix(entry.expiryCount)
    let strikes = (0..<entry.strikeCount).map { Price(count: Int64(80 + 10 * $0) * 100_000_000) }
    let inCoin = settlement == .coin
    // A hedge of a delta: less than the whole of an option.
    let half = Quantity(count: 50_000_000)
    guard inCoin || entry.condition != .coinCollateral,
      let request = try? StructureRequest(
        entry, expiries: Array(expiries), placement: .strikes(strikes), hedge: entry.needsHedge ? half : nil,
        coverPrice: inCoin ? strikes.first : nil),
      let strategy = try? request.strategy(
        terms: .deribit("COIN", quote: inCoin ? nil : "USD").covered(by: .underlying))
    else { return nil }
    return RiskClass(of: strategy, settlement: settlement)
  }
}
