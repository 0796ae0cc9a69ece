import Basics
import Instruments

/// A quote beside what the fitted surface says of it.
public struct FittedQuote: Sendable {
  public let quote: QuoteVolatilities
  /// What it counted for in the fit; 0 for not at all.
  public let weight: Double
  public let volatility: Double
  /// In the chain's unit, early exercise included where the quote's volatilities are an American option's; not a number
  /// where that value is not found.
  public let price: Double
  /// Fitted less quoted volatility (of the mid, else of the mark), as a fraction; nil where neither has one.
  public let error: Double?
  /// Fitted price less mid in the market's ticks; nil without a mid or a tick size.
  public let ticks: Double?
  /// Whether the fitted price lies between bid and ask, both included; nil unless all three stand.
  public let isInside: Bool?

  init(_ quote: QuoteVolatilities, weight: Double, volatility: Double, pricing: ChainPricing, tick: Double?) {
    self.quote = quote
    self.weight = weight
    self.volatility = volatility
    price = pricing.price(of: quote.contract, volatility: volatility)
    error = quote.reference.map { volatility - $0 }
    let price = price
    let prices = price.isFinite ? quote.prices : nil
    ticks = prices.flatMap { prices in tick.map { (price - (prices.bid + prices.ask) / 2) / $0 } }
    isInside = prices.map { $0.bid <= price && price <= $0.ask }
  }
}

/// How far a fit is from its quotes: over the strikes that counted.
public struct FitErrors: Hashable, Sendable {
  /// Strikes.
  public let count: Int
  /// The root of the mean of the squares, unweighted.
  public let rootMeanSquare: Double
  /// The median of the magnitudes.
  public let median: Double
  /// The largest magnitude.
  public let worst: Double

  /// Nil without errors.
  init?(_ errors: [Double]) {
    let magnitudes = errors.map(\.magnitude).sorted()
    guard let worst = magnitudes.last, let median = ParityPair.median(ascending: magnitudes) else { return nil }
    count = magnitudes.count
    rootMeanSquare = (magnitudes.reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
    self.median = median
    self.worst = worst
  }

  /// The errors of volatility, as fractions, of the quotes that counted.
  public static func ofVolatility(_ quotes: [FittedQuote]) -> FitErrors? {
    FitErrors(quotes.filter { $0.weight > 0 }.compactMap(\.error))
  }

  /// The errors of price in ticks of the quotes that counted.
  public static func inTicks(_ quotes: [FittedQuote]) -> FitErrors? {
    FitErrors(quotes.filter { $0.weight > 0 }.compactMap(\.ticks))
  }
}
