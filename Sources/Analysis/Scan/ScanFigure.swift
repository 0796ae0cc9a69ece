/// A figure of one structure by which a scan filters and ranks. The raw value is its place among them.
///
/// Amounts are those of one lot in the settlement currency. A figure that has no value (the largest loss of a short
/// strangle) is missing: a comparison with it is false, and it sorts last.
public enum ScanFigure: Int, Hashable, Sendable, CaseIterable {
  /// What the options bring in at entry, fees left out; a debit is negative.
  case credit
  /// What the options cost at entry, fees left out; a credit is negative.
  case debit
  /// The same as ``debit``, by the name it has in the reports.
  case entryCost
  /// All fees that do not depend on the outcome.
  case fees
  /// The sum over all legs of ask less bid; missing where a leg has but one side.
  case bidAsk
  /// Missing where the loss has no bound.
  case maxLoss
  /// Missing where the profit has no bound.
  case maxProfit
  /// What the holder posts, rounded up to the minor unit; missing where the loss has no bound.
  case margin
  /// Largest profit over margin; missing where either has no bound or the margin is 0.
  case returnOnMargin
  /// The lowest price at which profit and loss is zero; missing where there is none.
  case breakEvenLow
  /// The highest such price; the same one where there is just one.
  case breakEvenHigh
  /// That the P&L at expiry is above 0, under the chain's own lognormal distribution: a share of 1.
  case probabilityOfProfit
  /// The greater of the lowest and the highest step between strikes; missing for one strike.
  case width
  /// Calendar days to the expiry.
  case days
  case spot
  case strike1
  /// Missing for fewer strikes, as the next two.
  case strike2
  case strike3
  case strike4
  /// In the settlement currency, as the reports have it.
  case delta
  case gamma
  /// For a volatility point.
  case vega
  /// For a day.
  case theta
  /// |delta| in quote currency of one unit of the short leg nearest to the money, which is the greatest of them; missing
  /// without a short leg.
  case shortDelta

  /// What must be worked out before a figure is known, the cheap before the dear.
  enum Stage: Int, Comparable {
    /// Sums over the legs.
    case legs
    /// The least and the greatest payoff.
    case extremes
    /// The zeros of profit and loss.
    case breakEvens

    static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
  }

  var stage: Stage {
    switch self {
    case .maxLoss, .maxProfit, .margin, .returnOnMargin: return .extremes
    case .breakEvenLow, .breakEvenHigh, .probabilityOfProfit: return .breakEvens
    default: return .legs
    }
  }

  /// What it is called in an expression.
  public var name: String {
    switch self {
    case .credit: return "credit"
    case .debit: return "debit"
    case .entryCost: return "entry_cost"
    case .fees: return "fees"
    case .bidAsk: return "bid_ask"
    case .maxLoss: return "max_loss"
    case .maxProfit: return "max_profit"
    case .margin: return "margin"
    case .returnOnMargin: return "return_on_margin"
    case .breakEvenLow: return "break_even_low"
    case .breakEvenHigh: return "break_even_high"
    case .probabilityOfProfit: return "probability_of_profit"
    case .width: return "width"
    case .days: return "days"
    case .spot: return "spot"
    case .strike1: return "strike_1"
    case .strike2: return "strike_2"
    case .strike3: return "strike_3"
    case .strike4: return "strike_4"
    case .delta: return "delta"
    case .gamma: return "gamma"
    case .vega: return "vega"
    case .theta: return "theta"
    case .shortDelta: return "short_delta"
    }
  }

  /// The figure with a name; nil where there is none.
  public init?(name: String) {
    guard let figure = ScanFigure.allCases.first(where: { $0.name == name }) else { return nil }
    self = figure
  }

  /// All names, in their order, with commas between.
  public static var names: String { allCases.map(\.name).joined(separator: ", ") }
}
