import Analysis
import Basics
import IsolatedMargin
import MarginRules
import MarketData
import Pricing

/// What a rule would still liquidate, in words and as JSON.
struct RuleLiquidationWords {
  let liquidation: RuleLiquidation

  static let noBuffer = "at the first move against the position: opening asks for no more than keeping does"

  /// The prices with their reason: `liquidated below 84100.12 or above 97300.45`.
  func long(_ answer: RuleLiquidation.Answer) -> String {
    switch answer {
    case .unknown(let reason): return "not known: \(reason)"
    case .region(let region):
      switch region.status {
      case .none: return "none (\(region.certificate.text))"
      case .alreadyOutside:
        if isBufferless(answer) { return "liquidated \(RuleLiquidationWords.noBuffer)" }
        let ends = RuleLiquidationWords.ends(region, 2, " or ")
        return "liquidated at the present price already" + (ends.isEmpty ? ", and at any other" : "; safe \(ends)")
      case .ok:
        let beyond = region.bands.count - [region.lower, region.upper].compactMap { $0 }.count
        return "liquidated \(RuleLiquidationWords.ends(region, 2, " or "))"
          + (beyond > 0 ? ", beyond them safe again in places: \(region.bands.count) bands in all" : "")
          + (region.certificate == .uncertified ? " (\(region.certificate.text))" : "")
      }
    }
  }

  /// The same for a table's cell: `below 84100, above 97300`, `none`, `now`.
  func short(_ answer: RuleLiquidation.Answer) -> String {
    switch answer {
    case .unknown: return "not known"
    case .region(let region):
      switch region.status {
      case .none: return "none"
      case .alreadyOutside: return "now"
      case .ok: return RuleLiquidationWords.ends(region, 0, ", ")
      }
    }
  }

  /// What stands in a `detail` cell.
  var detail: String {
    "posted as asked: \(long(liquidation.asAsked))"
      + (liquidation.funded.map { "; posted to the maximum loss: \(long($0))" } ?? "")
  }

  /// True where nothing but the missing buffer is what liquidates: the whole of what the rule asks for is there.
  private func isBufferless(_ answer: RuleLiquidation.Answer) -> Bool {
    guard liquidation.hasNoBuffer, case .region(let own) = liquidation.asAsked, case .region(let region) = answer else {
      return false
    }
    return own == region
  }

  /// `below 84100 or above 97300`, fewer decimals for what costs more: `spare` more than its whole digits leave of five.
  private static func ends(_ region: LiquidationRegion, _ spare: Int, _ separator: String) -> String {
    let ends = [("below", region.lower), ("above", region.upper)].compactMap { word, bound in
      bound.map { "\(word) \(price($0.price, spare))" }
    }
    return ends.joined(separator: separator)
  }

  private static func price(_ price: Double, _ spare: Int) -> String {
    FigureText.fixed(price, max(0, 5 - FigureText.wholeDigits(price)) + spare)
  }

  // MARK: JSON

  var json: JSONValue {
    .object([
      ("condition", .text(liquidation.condition)), ("posted_as_asked", document(liquidation.asAsked)),
      ("posted_to_the_maximum_loss", liquidation.funded.map(document) ?? .null),
    ])
  }

  private func document(_ answer: RuleLiquidation.Answer) -> JSONValue {
    guard case .region(let region) = answer else {
      return .object([
        ("status", .string("unknown")), ("lower", .null), ("upper", .null), ("bands", .array([])),
        ("certificate", .null), ("detail", .string(long(answer))),
      ])
    }
    return .object([
      ("status", .string(region.status.rawValue)), ("lower", .number(region.lower?.price)),
      ("upper", .number(region.upper?.price)),
      (
        "bands",
        .array(region.bands.map { .array([.number($0.lower?.price), .number($0.upper?.price)]) })
      ), ("certificate", .string(region.certificate.rawValue)), ("detail", .string(long(answer))),
    ])
  }
}
