public import Basics
public import Instruments
public import IsolatedMargin
public import MarketData
public import Pricing

/// A strategy's parity twin, filled and margined beside it.
public struct TwinAnalysis: Sendable {
  public let form: ParityForm
  public let legs: [Leg]
  /// Nil for cash alone, and where the market has no quote for a leg.
  public let filled: FilledStrategy?
  /// The catalogue's name for the legs; nil for a shape it does not know.
  public let structure: String?
  /// What has to stand beside the twin at expiry so that it pays what the strategy pays, at every price: settlement
  /// currency, exact, outcome-dependent fees left out on both sides. Nil without a fill.
  public let cash: ExactAmount?
  /// What the strategy's payoff costs by way of the twin: its entry cost and fees, what is paid for units of the
  /// underlying, and the cash discounted from expiry. Nil without a fill.
  public let cost: Double?
  /// How much less than the strategy's own cost that is; negative where the twin is dearer.
  public let saving: Double?
  public let margin: StrategyMargin?
  /// Why there is no fill; nil where there is one.
  public let problem: String?
  /// True where the market lacks a quote for it.
  public let isUnquoted: Bool
}

/// A strategy beside every other set of options with its payoff.
public struct TwinComparison: Sendable {
  public let filled: FilledStrategy
  public let structure: String?
  public let asOf: Instant
  public let expiry: Expiry
  /// What out of the money is counted from.
  public let forward: Forward
  /// What the payoff costs: entry cost, fees, and what is paid for units of the underlying.
  public let cost: Double
  public let margin: StrategyMargin
  public let twins: [TwinAnalysis]
}

/// Finds the options with the same payoff, and what each way costs and ties up.
///
/// Traders know an iron butterfly, a put butterfly and a call butterfly as one trade: with equal quotes they cost the same
/// once the cash is counted, and what differs is the spread paid, the fees and the margin.
public struct TwinAnalyzer: Sendable {
  public let market: MarketState
  public let terms: AccountTerms

  public init(market: MarketState, terms: AccountTerms = AccountTerms()) {
    self.market = market
    self.terms = terms
  }

  /// - Throws: ``PricingError`` where the strategy itself cannot be filled, ``ParityError`` where parity does not hold for it.
  public func twins(of strategy: Strategy) throws -> TwinComparison {
    let filled = try strategy.filled(from: market, terms)
    guard let first = strategy.legs.first else {
      throw ParityError.unsuited(found: "no legs", wanted: "calls or puts")
    }
    let underlying = try market.underlying(of: first.instrument)
    guard let expiry = strategy.expiries.first, strategy.expiries.count == 1 else {
      throw ParityError.unsuited(
        found: "\(strategy.expiries.count) expiries", wanted: "one, at which parity holds")
    }
    guard let forward = try? underlying.forward(of: expiry),
      let price = Price(rounding: forward.value, .toNearestOrAwayFromZero)
    else { throw PricingError.missing("forward", instrument: "\(first.instrument)") }
    let cover = Instrument.future(underlying.contractTerms.future(expiry: expiry))
    let found = try strategy.parityTwins(around: price, settlement: filled.settlement, cover: cover)
    let own = TwinAnalyzer.outlay(filled)
    let cost = own.doubleValue
    return TwinComparison(
      filled: filled, structure: name(of: filled), asOf: market.asOf, expiry: expiry, forward: forward,
      cost: cost, margin: StrategyMargin(of: filled, market: market),
      twins: found.map { analysis(of: $0, beside: filled, forward, cost: cost) })
  }

  private func analysis(
    of twin: ParityTwin, beside original: FilledStrategy, _ forward: Forward, cost: Double
  ) -> TwinAnalysis {
    let discount = original.settlement == .quote ? forward.discount : forward.coinDiscount
    func answer(_ filled: FilledStrategy?, _ cash: ExactAmount, _ structure: String?) -> TwinAnalysis {
      let own = (filled.map(TwinAnalyzer.outlay) ?? .zero).doubleValue + cash.doubleValue * discount
      return TwinAnalysis(
        form: twin.form, legs: twin.legs, filled: filled, structure: structure, cash: cash, cost: own,
        saving: cost - own, margin: filled.map { StrategyMargin(of: $0, market: market) }, problem: nil,
        isUnquoted: false)
    }
    func problem(_ text: String, isUnquoted: Bool = false) -> TwinAnalysis {
      TwinAnalysis(
        form: twin.form, legs: twin.legs, filled: nil, structure: nil, cash: nil, cost: nil, saving: nil, margin: nil,
        problem: text, isUnquoted: isUnquoted)
    }
    guard !twin.legs.isEmpty else {
      guard let cash = TwinAnalyzer.difference(original, nil) else { return problem(TwinAnalyzer.unproved) }
      return answer(nil, cash, nil)
    }
    do {
      let strategy = try Strategy(twin.legs, name: original.name)
      let filled = try strategy.filled(
        from: market,
        AccountTerms(settlement: original.settlement, currency: original.currency, fees: terms.fees, fill: terms.fill))
      guard let cash = TwinAnalyzer.difference(original, filled) else { return problem(TwinAnalyzer.unproved) }
      return answer(filled, cash, name(of: filled))
    } catch let error as PricingError {
      switch error {
      case .noQuote, .unlistedExpiry: return problem(error.description, isUnquoted: true)
      default: return problem(error.description)
      }
    } catch { return problem("\(error)") }
  }

  private static let unproved = "the payoffs differ by more than cash"

  private func name(of filled: FilledStrategy) -> String? {
    StrategyAnalyzer(market: market).structureName(filled)
  }

  /// What leaves the account at entry: premiums, fees, and the price of units of the underlying, which futures do not have.
  static func outlay(_ filled: FilledStrategy) -> ExactAmount {
    filled.legs.reduce(filled.entryCost + filled.fees) { $0 + spotOutlay($1) }
  }

  private static func spotOutlay(_ leg: FilledLeg) -> ExactAmount {
    if case .underlying = leg.instrument { leg.units * leg.price } else { .zero }
  }

  /// The strategy's payoff less the twin's, where that is one amount at every price; nil where it is not.
  ///
  /// The proof that twins are twins: two piecewise linear functions that agree at every vertex of either and in both end
  /// slopes are one. Units of the underlying count with their price, not with their gain.
  static func difference(_ strategy: FilledStrategy, _ twin: FilledStrategy?) -> ExactAmount? {
    func payoff(_ filled: FilledStrategy?) -> (payoff: Payoff, spot: ExactAmount) {
      let legs = (filled?.legs ?? []).compactMap { leg in
        // Fees at expiry depend on the outcome and are no part of what parity equates.
        try? FilledLeg(
          instrument: leg.instrument, quantity: leg.quantity, multiplier: leg.multiplier, price: leg.price,
          source: leg.source)
      }
      return (
        Payoff(of: legs, settlement: strategy.settlement), legs.reduce(.zero) { $0 + spotOutlay($1) }
      )
    }
    let (own, other) = (payoff(strategy), payoff(twin))
    guard own.payoff.slopeAtStart - other.payoff.slopeAtStart == .zero,
      own.payoff.slopeAtEnd - other.payoff.slopeAtEnd == .zero
    else { return nil }
    let prices = (own.payoff.vertices + other.payoff.vertices).compactMap(\.price) + [.one]
    var difference: ExactAmount?
    for price in prices {
      guard let left = own.payoff.value(at: price), let right = other.payoff.value(at: price) else { continue }
      let found = left + own.spot - right - other.spot
      if let difference, difference != found { return nil }
      difference = found
    }
    return difference
  }
}
