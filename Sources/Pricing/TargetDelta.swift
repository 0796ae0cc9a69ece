public import Basics
public import Instruments
public import MarketData

extension UnderlyingMarket {
  /// Gives the listed strike of an expiry whose option has the spot delta nearest to a target.
  ///
  /// Delta is exp(-qT) N(d1) for a call and its mirror for a put, of the value in quote currency (on Deribit, where the
  /// yield is nought, the delta the venue prints), at the surface's volatility. Strikes that both sides quote are
  /// preferred; where none is, every listed one counts.
  /// - Parameter delta: The target; its sign is not used, the right's own sign is.
  /// - Throws: ``PricingError`` `.missing` where the expiry has no chain or no volatility.
  /// - Complexity: One valuation a listed strike.
  public func strike(
    forDelta delta: Double, right: OptionRight, expiry: Expiry, pricer: OptionPricer = .blackScholes
  ) throws(PricingError) -> Price {
    guard delta.isFinite else { throw .missing("strike of delta \(delta)", instrument: "\(symbol) \(expiry)") }
    guard let chain = chain(of: expiry) else { throw .missing("chain", instrument: "\(symbol) \(expiry)") }
    let quoted = chain.strikes.filter { $0[right]?.isTwoSided == true }
    var best: (strike: Price, distance: Double)?
    for quotes in quoted.isEmpty ? chain.strikes : quoted {
      guard let quote = quotes[right],
        let volatility = volatility(strike: quotes.strike.value, forward: chain.forward)
      else { continue }
      let contract = ResolvedContract(
        instrument: .option(quote.contract), payoff: .vanilla, right: right, strike: quotes.strike.value,
        expiry: chain.instant, years: chain.forward.years, volatility: volatility.value,
        isExtrapolated: volatility.isExtrapolated, forward: chain.forward)
      let found = pricer.greeks(
        of: contract, spot: spot.value, years: contract.years, volatility: contract.volatility
      ).delta.magnitude
      let distance = (found - delta.magnitude).magnitude
      if best.map({ distance < $0.distance }) ?? true { best = (quotes.strike, distance) }
    }
    guard let best else { throw .missing("volatility", instrument: "\(symbol) \(expiry)") }
    return best.strike
  }
}
