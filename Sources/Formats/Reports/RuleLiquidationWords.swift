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
    case .prices(let prices):
      switch prices.status {
      case .none: return "none (\(prices.reason))"
      case .alreadyOutside:
        if isBufferless(answer) { return "liquidated \(RuleLiquidationWords.noBuffer)" }
        let ends = RuleLiquidationWords.ends(prices, 2, " or ")
        return "liquidated at the present price already" + (ends.isEmpty ? ", and at any other" : "; safe \(ends)")
      case .ok:
        let beyond = prices.bands.count - [prices.lower, prices.upper].compactMap { $0 }.count
        return "liquidated \(RuleLiquidationWords.ends(prices, 2, " or "))"
          + (beyond > 0 ? ", beyond them safe again in places: \(prices.bands.count) bands in all" : "")
          + (prices.certificate == .uncertified ? " (\(prices.reason))" : "")
      }
    }
  }

  /// The same for a table's cell: `below 84100, above 97300`, `none`, `now`.
  func short(_ answer: RuleLiquidation.Answer) -> String {
    switch answer {
    case .unknown: return "not known"
    case .prices(let prices):
      switch prices.status {
      case .none: return "none"
      case .alreadyOutside: return "now"
      case .ok: return RuleLiquidationWords.ends(prices, 0, ", ")
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
    guard liquidation.hasNoBuffer, case .prices(let own) = liquidation.asAsked, case .prices(let prices) = answer else {
      return false
    }
    return own == prices
  }

  /// `below 84100 or above 97300`, fewer decimals for what costs more: `spare` more than its whole digits leave of five.
  private static func ends(_ prices: LiquidationPrices, _ spare: Int, _ separator: String) -> String {
    let ends = [("below", prices.lower), ("above", prices.upper)].compactMap { word, bound in
      bound.map { "\(word) \(price($0, spare))" }
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
    guard case .prices(let prices) = answer else {
      return .object([
        ("status", .string("unknown")), ("lower", .null), ("upper", .null), ("bands", .array([])),
        ("certificate", .null), ("detail", .string(long(answer))),
      ])
    }
    return .object([
      ("status", .string(prices.status.rawValue)), ("lower", .number(prices.lower)),
      ("upper", .number(prices.upper)),
      (
        "bands",
        .array(prices.bands.map { .array([.number($0.lower), .number($0.upper)]) })
      ), ("certificate", .string(prices.certificate.rawValue)), ("detail", .string(long(answer))),
    ])
  }
}
