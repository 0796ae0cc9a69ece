import Analysis
import Basics
import Instruments
import Pricing

/// The units of one page and the decimals that go with them.
struct PageUnits {
  let settlement: Settlement
  /// Of amounts: the settlement currency.
  let code: String
  let decimals: Int
  /// Of prices.
  let quoteCode: String
  /// Of the first underlying; nil where the analysis has none.
  let spot: Double?

  init(_ analysis: StrategyAnalysis) {
    settlement = analysis.settlement
    code = analysis.currency.code
    decimals = analysis.currency.decimals
    spot = analysis.spots.first?.spot.value
    quoteCode = PageUnits.quoteCode(of: analysis.filled)
  }

  /// Of prices: the settlement currency, in coin that of the contracts.
  static func quoteCode(of filled: FilledStrategy) -> String {
    guard filled.settlement == .coin else { return filled.currency.code }
    var quote = "USD"
    for case .option(let contract) in filled.legs.map(\.instrument) { quote = contract.quoteCurrency }
    return quote
  }

  /// An amount that is a loss, cost or requirement: rounded up, without the currency.
  func up(_ amount: ExactAmount?) -> String { FigureText.fixed(amount, decimals, .up) }

  /// A profit: rounded down, with its sign.
  func profit(_ amount: ExactAmount?) -> String { FigureText.fixed(amount, decimals, .down, sign: .always) }

  /// A model's amount, with a sign where it is P&L.
  func amount(_ value: Double?, sign: FigureText.Sign = .minusOnly) -> String {
    FigureText.fixed(value, decimals, sign: sign)
  }

  /// The same with the currency behind it.
  func withCode(_ text: String) -> String { text == FigureText.missing ? text : "\(text) \(code)" }

  /// A price of the underlying.
  func price(_ value: Double) -> String { FigureText.fixed(value, FigureText.priceDecimals(spot ?? value)) }

  func price(_ value: ExactAmount) -> String {
    FigureText.fixed(value, FigureText.priceDecimals(spot ?? value.doubleValue), .nearest)
  }

  /// Gain, loss or neither, by the number as it is written: what rounds to zero has no colour.
  static func tone(_ text: String) -> Tone {
    guard text.utf8.contains(where: { (49...57).contains($0) }) else { return .plain }
    return text.hasPrefix("-") ? .loss : (text.hasPrefix("+") ? .gain : .plain)
  }

  /// A figure of P&L.
  func profitFigure(_ value: Double?, decimals: Int? = nil) -> Figure {
    let text = FigureText.fixed(value, decimals ?? self.decimals, sign: .always)
    return Figure(text, PageUnits.tone(text))
  }
}

extension PageUnits {
  /// The texts of one column, all with the same decimals: as many as the finest needs, within `range`.
  static func column(_ amounts: [ExactAmount?], _ range: ClosedRange<Int>) -> [String] {
    var decimals = range.lowerBound
    for case let amount? in amounts {
      while decimals < range.upperBound, !amount.isDecimal(decimals) { decimals += 1 }
    }
    return amounts.map { $0.map { FigureText.fixed($0, decimals, .nearest) } ?? "-" }
  }
}
