import Basics
import Instruments
public import IsolatedMargin
import MarketData
public import Pricing

/// What can be said of a strategy whose loss has no bound.
public struct UnboundedHelp: Sendable {
  /// Nil where no range was asked for, or it does not fit the strategy.
  public let lossWithin: LossWithinRange?
  /// Nil where no quoted option would bound it.
  public let wing: BoundingWing?
}

extension StrategyAnalyzer {
  /// The loss within the request's range and the cheapest wing: for an unbounded strategy.
  public func unboundedHelp(for filled: FilledStrategy) -> UnboundedHelp {
    UnboundedHelp(
      lossWithin: lossWithin(filled),
      wing: wing(for: filled, StrategyMargin(of: filled, reserve: request.reserve, plan: request.plan)))
  }

  /// The option whose purchase at the ask bounds an unbounded strategy most cheaply: a call in quote currency, a put in
  /// coin, of the strategy's own expiry.
  ///
  /// The cheapest premium lies far out, where the margin is large; the margin with it is part of the answer. Nil for several
  /// expiries, where what a wing is worth at the first depends on when it ends itself.
  func wing(for filled: FilledStrategy, _ margin: StrategyMargin) -> BoundingWing? {
    guard case .unbounded(let tails)? = margin.maximumLoss, tails.policy == .heldToExpiry,
      tails.certificates.count == 1,
      let certificate = tails.certificates.first, let underlying = market[certificate.underlying],
      let expiry = filled.expiries.first, let chain = underlying.chain(of: expiry)
    else { return nil }
    let right: OptionRight = filled.settlement == .coin ? .put : .call
    var best: (contract: OptionContract, leg: FilledLeg, cost: ExactAmount)?
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
      guard
        let leg = try? wingLeg(filled, quote.contract, Quantity(count: count), price: price, spot: underlying.spot)
      else { continue }
      let cost = leg.entryCost + leg.fee
      if let found = best, found.cost <= cost { continue }
      best = (quote.contract, leg, cost)
    }
    guard let best else { return nil }
    return BoundingWing(
      contract: best.contract, quantity: best.leg.quantity, cost: best.cost, margin: posted(filled, with: best.leg))
  }

  /// The wing as a leg, with the fees that the strategy's schedule takes from it.
  private func wingLeg(
    _ filled: FilledStrategy, _ contract: OptionContract, _ quantity: Quantity, price: ExactAmount, spot: Price
  ) throws(PricingError) -> FilledLeg {
    let instrument = Instrument.option(contract)
    let fee = try filled.feeSchedule?.entryFee(
      instrument: instrument, quantity: quantity, units: quantity.exact * contract.multiplier.exact, price: price,
      settlement: filled.settlement, currency: filled.currency, spot: spot)
    return try FilledLeg(
      instrument: instrument, quantity: quantity, price: price, fee: fee ?? .zero,
      payoffFee: filled.feeSchedule?.exitFee(instrument), source: .ask)
  }

  /// The margin of the strategy with a further leg; nil where that leaves it unbounded after all.
  private func posted(_ filled: FilledStrategy, with leg: FilledLeg) -> Money? {
    let bounded = try? FilledStrategy(
      name: filled.name, settlement: filled.settlement, currency: filled.currency, legs: filled.legs + [leg],
      strategyFees: filled.strategyFees)
    return bounded.flatMap { StrategyMargin(of: $0, reserve: request.reserve).margin }
  }

  /// True where the loss has no bound only because a fee at expiry is a share of the underlying's price.
  func isUnboundedByFees(_ filled: FilledStrategy, _ margin: StrategyMargin) -> Bool {
    guard margin.status == .unbounded, filled.legs.contains(where: { $0.payoffFee != nil }) else { return false }
    var legs: [FilledLeg] = []
    for leg in filled.legs {
      guard
        let free = try? FilledLeg(
          instrument: leg.instrument, quantity: leg.quantity, multiplier: leg.multiplier, price: leg.price,
          fee: leg.fee, source: leg.source)
      else { return false }
      legs.append(free)
    }
    guard
      let strategy = try? FilledStrategy(
        name: filled.name, settlement: filled.settlement, currency: filled.currency, legs: legs,
        strategyFees: filled.strategyFees)
    else { return false }
    return StrategyMargin(of: strategy).status == .ok
  }
}
