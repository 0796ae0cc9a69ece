import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing

extension StrategyAnalyzer {
  /// The option whose purchase at the ask bounds an unbounded strategy most cheaply: a call in quote currency, a put in
  /// coin, of the strategy's own expiry.
  ///
  /// The cheapest premium lies far out, where the margin is large; the margin with it is part of the answer.
  func wing(for filled: FilledStrategy, _ margin: StrategyMargin) -> BoundingWing? {
    guard case .unbounded(let tails)? = margin.maximumLoss, tails.certificates.count == 1,
      let certificate = tails.certificates.first, let underlying = market[certificate.underlying],
      let expiry = filled.expiries.first, let chain = underlying.chain(of: expiry)
    else { return nil }
    let right: OptionRight = filled.settlement == .coin ? .put : .call
    var best: (quote: OptionQuote, quantity: Quantity, cost: ExactAmount, price: ExactAmount)?
    for quotes in chain.strikes {
      guard let quote = quotes[right], let ask = quote.usableAsk, quotes.strike > .zero else { continue }
      let hedges = BoundingHedge.hedges(for: tails, of: filled, wings: [certificate.underlying: quotes.strike])
      guard let extra = hedges.first?.extra,
        let contracts = extra.divided(by: quote.contract.multiplier.exact),
        let count = try? contracts.count(decimals: Quantity.decimals, rounding: .up)
      else { continue }
      // Premiums quoted in coin are paid in quote currency at spot.
      let isConverted = filled.settlement == .quote && underlying.terms.quotedIn == .coin
      let price = isConverted ? ask.exact * underlying.spot.exact : ask.exact
      let quantity = Quantity(count: count)
      let cost = price * quantity.exact * quote.contract.multiplier.exact
      if let found = best, found.cost <= cost { continue }
      best = (quote, quantity, cost, price)
    }
    guard let best else { return nil }
    return BoundingWing(
      contract: best.quote.contract, quantity: best.quantity, cost: best.cost,
      margin: margined(filled, with: best.quote.contract, best.quantity, price: best.price))
  }

  /// The margin of the strategy with a further long leg.
  private func margined(
    _ filled: FilledStrategy, with contract: OptionContract, _ quantity: Quantity, price: ExactAmount
  ) -> Money? {
    guard
      let leg = try? FilledLeg(instrument: .option(contract), quantity: quantity, price: price, source: .ask),
      let bounded = try? FilledStrategy(
        name: filled.name, settlement: filled.settlement, currency: filled.currency, legs: filled.legs + [leg],
        strategyFees: filled.strategyFees)
    else { return nil }
    return StrategyMargin(of: bounded, reserve: request.reserve).margin
  }
}
