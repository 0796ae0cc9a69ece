import Basics
public import Instruments
import Kernels
import RealModule

/// One quote of a chain as volatilities: what a fit is made to and measured against.
///
/// A quote of an American option says the volatility at which the American option is worth it, early exercise included, so
/// that all volatilities of a smile are of one kind. Dated dividends count as the forward's yield there. A chain quoted in
/// coin is taken as European throughout.
public struct QuoteVolatilities: Sendable {
  public let contract: OptionContract
  /// True where the volatilities are an American option's.
  public let isAmerican: Bool
  /// ln(K/F).
  public let logMoneyness: Double
  /// Of the bid; nil without one, and where it is worth no volatility: at or below intrinsic value.
  public let bid: Double?
  /// Of the ask; nil without one, and where it is at or below intrinsic value or above what any volatility gives.
  public let ask: Double?
  /// Of the middle of bid and ask, where both stand.
  public let mid: Double?
  /// As the venue published it, else of its mark.
  public let mark: Double?
  /// Bid and ask in the chain's unit, where both stand uncrossed.
  let prices: (bid: Double, ask: Double)?

  init(_ quote: OptionQuote, _ pricing: ChainPricing) {
    let contract = quote.contract
    self.contract = contract
    isAmerican = pricing.isAmerican(contract)
    func volatility(_ price: Double?) -> Double? { price.flatMap { pricing.volatility(of: contract, price: $0) } }
    logMoneyness = .log(contract.strike.value / pricing.forward.value)
    let (bid, ask) = (quote.usableBid?.value, quote.usableAsk?.value)
    self.bid = volatility(bid)
    self.ask = volatility(ask)
    if let bid, let ask {
      prices = (bid, ask)
      mid = volatility((bid + ask) / 2)
    } else {
      (prices, mid) = (nil, nil)
    }
    mark = quote.impliedVolatility ?? volatility(quote.mark?.value)
  }

  /// The volatility a fitted one is compared with: of the mid, else of the mark.
  public var reference: Double? { mid ?? mark }

  /// Half of what bid and ask are apart in volatility. Nil unless both stand and have one: a bid at or below intrinsic
  /// value says as little of volatility as none.
  var halfSpread: Double? {
    guard mid != nil, let ask, let bid else { return nil }
    return max(0, ask - bid) / 2
  }
}

/// Prices of one expiry in its chain's unit to volatilities and back.
struct ChainPricing {
  let forward: Forward
  let inCoin: Bool

  /// One unit of the undiscounted price in quote currency, in the chain's unit.
  private var unit: Double { inCoin ? forward.coinDiscount / forward.value : forward.discount }

  /// The spot that goes with the forward and both rates.
  private var spot: Double { forward.value * forward.discount / forward.coinDiscount }

  /// The error allowed in an American value, as a fraction of the greater of spot and strike: far below any tick.
  private static let tolerance = 1e-8

  func isAmerican(_ contract: OptionContract) -> Bool { contract.exercise == .american && !inCoin }

  /// Nil where no volatility above 0 gives the price.
  func volatility(of contract: OptionContract, price: Double) -> Double? {
    guard price > 0 else { return nil }
    let (sign, strike) = (contract.right.sign, contract.strike.value)
    let solution =
      isAmerican(contract)
      ? AmericanImpliedVolatility.solve(
        sign: sign, price: price, spot: spot, strike: strike, years: forward.years, rate: forward.rate,
        dividendYield: forward.dividendYield, tolerance: ChainPricing.tolerance)
      : ImpliedVolatility.solve(
        sign: sign, price: price / unit, spot: forward.value, strike: strike, years: forward.years, rate: 0,
        dividendYield: 0)
    return solution.status == .ok && solution.volatility > 0 ? solution.volatility : nil
  }

  /// Not a number where an American option's exercise boundary is not found.
  func price(of contract: OptionContract, volatility: Double) -> Double {
    let (sign, strike) = (contract.right.sign, contract.strike.value)
    guard isAmerican(contract) else {
      return unit
        * BlackScholes.value(
          sign: sign, spot: forward.value, strike: strike, years: forward.years, volatility: volatility, rate: 0,
          dividendYield: 0)
    }
    return AmericanBoundary(
      sign: sign, years: forward.years, volatility: volatility, rate: forward.rate,
      dividendYield: forward.dividendYield, tolerance: ChainPricing.tolerance, withSlopes: false
    ).value(spot: spot, strike: strike)
  }
}

/// The quotes of one expiry, chosen and weighted for a fit.
///
/// A strike speaks once: by the out-of-the-money option where bid and ask both say a volatility, else by the other. It counts with
/// vega / max(half the spread, 0.5 points)^2, the spread in volatility and vega in terms of the money's: a quote as uncertain
/// as its market, and one that moves little money little. Strikes without such a pair are passed over, unless fewer than
/// `SVICalibrator.leastStrikes` have them: then their marks join, or published volatilities, as if 5 points wide each way.
struct ChainObservations {
  let quotes: [QuoteVolatilities]
  /// Beside each quote: what it counts for, 0 where another one speaks for its strike or none does.
  let weights: [Double]
  let usesMarks: Bool

  /// Half a spread below this is not believed: mids are quoted in steps, and models have errors of their own.
  static let leastHalfSpread = 0.005
  /// What a mark without quotes is taken to be uncertain by.
  static let markHalfSpread = 0.05

  init(_ chain: ExpiryChain, inCoin: Bool) {
    let pricing = ChainPricing(forward: chain.forward, inCoin: inCoin)
    var quotes: [QuoteVolatilities] = []
    var chosen: [(place: Int, half: Double)] = []
    var marked: [(place: Int, half: Double)] = []
    for strike in chain.strikes where strike.strike > .zero {
      let side: OptionRight = strike.strike.value >= chain.forward.value ? .call : .put
      let start = quotes.count
      for quote in [strike[side], strike[side.other]] {
        if let quote { quotes.append(QuoteVolatilities(quote, pricing)) }
      }
      let places = start..<quotes.count
      if let place = places.first(where: { quotes[$0].halfSpread != nil }), let half = quotes[place].halfSpread {
        chosen.append((place, max(half, ChainObservations.leastHalfSpread)))
      } else if let place = places.first(where: { quotes[$0].mark != nil }) {
        marked.append((place, ChainObservations.markHalfSpread))
      }
    }
    usesMarks = chosen.count < SVICalibrator.leastStrikes && !marked.isEmpty
    if usesMarks { chosen += marked }
    var weights = [Double](repeating: 0, count: quotes.count)
    for (place, half) in chosen {
      guard let volatility = quotes[place].reference else { continue }
      let deviation = volatility * chain.forward.years.squareRoot()
      let d1 = deviation / 2 - quotes[place].logMoneyness / deviation
      // The density at d1 without its constant: 1 where vega is greatest. A floor keeps a far quote from vanishing.
      weights[place] = max(.exp(-d1 * d1 / 2), 1e-6) / (half * half)
    }
    (self.quotes, self.weights) = (quotes, weights)
  }

  /// - Throws: ``SurfaceError`` for an expiry whose time or volatilities no fit can use.
  func sliceQuotes(years: Double) throws(SurfaceError) -> SliceQuotes {
    try SliceQuotes(
      years: years,
      points: quotes.indices.compactMap { index in
        guard weights[index] > 0, let volatility = quotes[index].reference else { return nil }
        return .init(logMoneyness: quotes[index].logMoneyness, volatility: volatility, weight: weights[index])
      })
  }
}
