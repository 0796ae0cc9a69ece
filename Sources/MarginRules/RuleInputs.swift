public import Basics
public import Instruments
public import IsolatedMargin
public import MarketData
public import Pricing

/// A leg as the rules see it.
public struct RuleLeg: Sendable {
  public let filled: FilledLeg
  /// Options and digitals; nil for linear legs.
  public let contract: ResolvedContract?
  /// Of one unit, in settlement currency, 0 or more: the chain's mark where it has one, else the model's value, rounded at
  /// the 8th decimal against the holder. Zero for linear legs.
  public let mark: ExactAmount
  /// The underlying's spot, quote currency.
  public let spot: Price

  /// Signed units of the underlying.
  public var units: ExactAmount { filled.units }
  public var isShort: Bool { filled.quantity < .zero }
  public var right: OptionRight? { contract?.right }
  /// Quote currency; nil for linear legs.
  public var strike: ExactAmount? { filled.instrument.strike?.exact }
  /// How far the option is out of the money for one unit, quote currency, 0 or more; 0 for linear legs.
  public var outOfTheMoney: ExactAmount {
    guard let strike, let right else { return .zero }
    return max(.zero, right == .call ? strike - spot.exact : spot.exact - strike)
  }
}

/// Everything a rule may ask of a strategy and its market: looked up once, nothing optional after it.
public struct RuleInputs: Sendable {
  public let strategy: FilledStrategy
  public let market: MarketState
  /// A book of this one strategy.
  public let book: ResolvedBook
  /// In the strategy's order.
  public let legs: [RuleLeg]
  /// The legs netted by instrument, in the order of their first mention; what nets to nothing is left out.
  public let positions: [RulePosition]
  /// What is done at the first of several expiries; nil where nobody said.
  public let plan: ClosingPlan?
  /// The strategy's, under the plan, where it has been worked out before.
  private let knownLoss: MaximumLoss?

  public var settlement: Settlement { strategy.settlement }
  public var currency: Currency { strategy.currency }
  public var asOf: Instant { market.asOf }

  /// What one unit of the underlying is worth in settlement currency: its spot, or 1 where that is the coin itself.
  public func unitValue(of leg: RuleLeg) -> ExactAmount { settlement == .coin ? .one : leg.spot.exact }

  /// The strategy's maximum loss under the plan.
  ///
  /// - Throws: ``IsolatedMarginError`` as ``MaximumLoss/init(of:under:)``.
  func maximumLoss() throws(IsolatedMarginError) -> MaximumLoss {
    if let knownLoss { return knownLoss }
    return try MaximumLoss(of: strategy, under: plan)
  }

  /// - Parameters:
  ///   - plan: For rules about the maximum loss of several expiries; the others have calendars of their own.
  ///   - knownLoss: The strategy's maximum loss under `plan`, which a band of volatilities makes dear to find twice.
  /// - Throws: ``MarginRulesError`` `.pricing` where the market cannot value a leg.
  public init(
    of strategy: FilledStrategy, in market: MarketState, plan: ClosingPlan? = nil, knownLoss: MaximumLoss? = nil
  ) throws(MarginRulesError) {
    let book: ResolvedBook
    do { book = try strategy.resolved(in: market) } catch { throw .pricing(error) }
    guard let resolved = book.strategies.first else {
      throw .pricing(.missing("strategy", instrument: strategy.name))
    }
    var legs: [RuleLeg] = []
    for (filled, leg) in zip(strategy.legs, resolved.legs) {
      let underlying: UnderlyingMarket
      do { underlying = try market.underlying(of: filled.instrument) } catch { throw .pricing(error) }
      guard case .contract(let index) = leg.exposure else {
        legs.append(RuleLeg(filled: filled, contract: nil, mark: .zero, spot: underlying.spot))
        continue
      }
      let contract = book.contracts[index]
      let mark = try RuleInputs.mark(
        of: filled, contract, in: underlying, settlement: strategy.settlement)
      legs.append(RuleLeg(filled: filled, contract: contract, mark: mark, spot: underlying.spot))
    }
    self.strategy = strategy
    self.market = market
    self.book = book
    self.legs = legs
    self.plan = plan
    self.knownLoss = knownLoss
    positions = RuleInputs.positions(of: legs, settlement: strategy.settlement)
  }

  /// The chain's mark in the strategy's settlement; without one, the model's value.
  private static func mark(
    of leg: FilledLeg, _ contract: ResolvedContract, in underlying: UnderlyingMarket, settlement: Settlement
  ) throws(MarginRulesError) -> ExactAmount {
    if case .option(let option) = leg.instrument, let quoted = underlying.quote(of: option)?.mark {
      // The chain's unit decides, not the contract's: a book may hold a coin chain's option as one settled in quote
      // currency. A coin-quoted mark in a quote account is worth its spot, and the other way round.
      switch (underlying.terms.quotedIn, settlement) {
      case (.coin, .quote): return quoted.exact * underlying.spot.exact
      case (.quote, .coin): return quoted.exact.divided(by: underlying.spot.exact) ?? .zero
      default: return quoted.exact
      }
    }
    let spot = underlying.spot.value
    let value = OptionPricer.blackScholes.greeks(
      of: contract, spot: spot, years: contract.years, volatility: contract.volatility
    ).value
    let unit = settlement == .coin ? value / spot : value
    // Against the holder: what is owed rounds up, what is owned rounds down.
    guard let price = Price(rounding: unit, leg.quantity < .zero ? .up : .down) else {
      throw .pricing(.notANumber(instrument: "\(leg.instrument)", scenario: 0))
    }
    return price.exact
  }
}
