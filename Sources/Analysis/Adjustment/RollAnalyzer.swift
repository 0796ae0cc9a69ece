public import Basics
public import Instruments
public import IsolatedMargin
public import MarketData
public import Pricing

/// A position on one side of a roll.
public struct RollStage: Sendable {
  public let analysis: StrategyAnalysis
  /// Of a box that holds the margin; nil where the loss has no bound, or liquidation does not speak of such legs.
  public let liquidation: LiquidationPrices?

  public var margin: StrategyMargin { analysis.margin }
  public var filled: FilledStrategy { analysis.filled }
}

/// A roll: what is traded, what that costs, and how margin, break-evens and liquidation change.
///
/// Two ways to look at the position afterwards, and both are given: alone, as if entered at today's prices with the kept
/// legs at their own, and carried, with all that was paid since the first entry counted against it.
public struct RollAnalysis: Sendable {
  public let before: RollStage
  /// Alone.
  public let after: RollStage
  /// The legs sold or bought to close, at today's prices.
  public let closing: [FilledLeg]
  public let opening: [FilledLeg]
  /// Premiums of all trades; a credit is negative.
  public let premium: ExactAmount
  /// Fees of the trades on either side, without those reserved for the end of the position that results.
  public let closingFees: ExactAmount
  public let openingFees: ExactAmount
  /// Gain of the closed legs from their entry to now, before fees.
  public let realised: ExactAmount
  /// All that the position that results has cost: entry, trades and fees since the first entry, reserved exit fees of what is
  /// held now, less what closed linear legs have gained.
  public let carriedCost: ExactAmount

  public var fees: ExactAmount { closingFees + openingFees }

  /// What the roll costs on the day: premiums and fees of the trades.
  public var cost: ExactAmount { premium + fees }

  /// What of the carried cost stands beside the cost of the position alone: losses realised and fees spent; a gain negative.
  public var carriedLoss: ExactAmount { carriedCost - after.filled.entryCost - after.filled.fees }

  /// Maximum loss since the first entry; nil unless bounded.
  public var carriedMaxLoss: ExactAmount? { after.margin.maxLoss.map { $0 + carriedLoss } }
  /// Maximum profit since the first entry; nil where it has no bound.
  public var carriedMaxProfit: ExactAmount? { after.margin.maxProfit.map { $0 - carriedLoss } }

  /// Where the whole since the first entry breaks even; empty for several expiries or underlyings.
  public var carriedBreakEvens: [BreakEven] {
    let payoffs = after.analysis.payoffs
    guard payoffs.count == 1, let payoff = payoffs.first?.payoff, after.filled.expiries.count <= 1 else { return [] }
    return payoff.breakEvens(cost: carriedCost)
  }

  /// What has to be brought beside the first margin so that the position that results is fully collateralised; negative is
  /// what is released. Rounded up; nil where either loss has no bound, or the amount does not fit.
  public var topUp: Money? {
    guard let posted = before.margin.margin, case .bounded(let bound)? = after.margin.maximumLoss else { return nil }
    let needed = carriedCost - min(bound.leastCash, .zero)
    let total = max(needed, .zero)
    return try? Money(rounding: total - posted.exact, to: after.filled.currency, .up)
  }
}

/// Rolls and adjusts a position: the difference of two positions, priced.
public struct RollAnalyzer: Sendable {
  public let market: MarketState
  public let terms: AccountTerms
  public let request: AnalysisRequest
  /// The requirement that keeps a box open.
  public let maintenance: @Sendable (FilledStrategy) throws -> any MaintenanceModel

  /// - Parameter terms: How the position is accounted, charged and filled. Stated totals of fees count for the position's
  ///   number of option contracts: a trade pays its share of the entry fee to open, of the exit fee to close.
  public init(
    market: MarketState, terms: AccountTerms, request: AnalysisRequest = AnalysisRequest(),
    maintenance: @escaping @Sendable (FilledStrategy) throws -> any MaintenanceModel = { _ in NoMaintenance() }
  ) {
    self.market = market
    self.terms = terms
    self.request = request
    self.maintenance = maintenance
  }

  /// - Parameters:
  ///   - strategy: What is held, with the prices at which it was entered; a leg without one is taken as entered now.
  ///   - target: What is to be held; prices do not count.
  /// - Throws: ``PricingError`` where a trade cannot be filled or a position not valued, and what ``maintenance`` throws.
  public func roll(_ strategy: Strategy, to target: Strategy) throws -> RollAnalysis {
    let held = try strategy.filled(from: market, terms)
    let change = try PositionChange(from: held, to: target)
    guard !change.closing.isEmpty || !change.opening.isEmpty else {
      throw PricingError.badLeg(
        leg: held.name, found: "a roll to the position that is held", wanted: "legs that change")
    }
    let closing = try fills(change.closing, held)
    let opening = try fills(change.opening, held)
    let stated = try statedFees(held, change)
    guard !(change.kept + opening).isEmpty else {
      throw PricingError.badLeg(leg: held.name, found: "a roll to no position", wanted: "legs that are held afterwards")
    }
    let after = try FilledStrategy(
      name: held.name, settlement: held.settlement, currency: held.currency, legs: change.kept + opening,
      strategyFees: stated.after, hasConvertedPremiums: held.hasConvertedPremiums, feeSchedule: held.feeSchedule)

    let trades = closing + opening
    let premium = trades.reduce(ExactAmount.zero) { $0 + $1.entryCost }
    var realised = ExactAmount.zero
    var linearGain = ExactAmount.zero
    for leg in change.closed {
      guard let close = closing.first(where: { $0.instrument == leg.instrument }) else { continue }
      let gain = RollAnalyzer.gain(of: leg, at: close.price, settlement: held.settlement)
      realised += gain
      if !leg.instrument.isOption { linearGain += gain }
    }
    // Entry and all trades, so that what is kept stands in it at its own price. Fees of legs: all entries and trades; of
    // the strategy: what was spent on both, and what is reserved for the end.
    let legFees = held.legs.reduce(ExactAmount.zero) { $0 + $1.fee } + trades.reduce(.zero) { $0 + $1.fee }
    let carried = held.entryCost + premium + legFees + stated.spent + stated.reserved - linearGain
    return RollAnalysis(
      before: try stage(held), after: try stage(after), closing: closing, opening: opening, premium: premium,
      closingFees: closing.reduce(stated.closing) { $0 + $1.fee },
      openingFees: opening.reduce(stated.opening) { $0 + $1.fee }, realised: realised, carriedCost: carried)
  }

  private func fills(_ legs: [Leg], _ held: FilledStrategy) throws(PricingError) -> [FilledLeg] {
    guard !legs.isEmpty else { return [] }
    let strategy: Strategy
    do { strategy = try Strategy(legs, name: held.name) } catch {
      throw .badLeg(leg: held.name, found: error.description, wanted: "legs that can be traded")
    }
    var charged = FeeTerms.none
    if case .schedule = terms.fees { charged = terms.fees }
    return try strategy.filled(
      from: market,
      AccountTerms(settlement: held.settlement, currency: held.currency, fees: charged, fill: terms.fill)
    ).legs
  }

  /// Stated totals, shared out by contracts.
  private struct StatedFees {
    /// Of the position that results, alone: as if all of it had been entered with this fee.
    var after = ExactAmount.zero
    var closing = ExactAmount.zero
    var opening = ExactAmount.zero
    /// Spent since the first entry, trades included.
    var spent = ExactAmount.zero
    /// For the end of the position that results.
    var reserved = ExactAmount.zero
  }

  private func statedFees(_ held: FilledStrategy, _ change: PositionChange) throws(PricingError) -> StatedFees {
    guard case .totals(let entry, let exit) = terms.fees else { return StatedFees(after: .zero) }
    func contracts(_ quantities: [(Instrument, Quantity)]) -> ExactAmount {
      let options = quantities.filter { $0.0.isOption }
      return (options.isEmpty ? quantities : options).reduce(.zero) { $0 + $1.1.exact.magnitude }
    }
    let all = contracts(held.legs.map { ($0.instrument, $0.quantity) })
    func share(_ quantities: [(Instrument, Quantity)]) -> ExactAmount {
      let isOption = held.legs.contains { $0.instrument.isOption }
      let counted = quantities.filter { $0.0.isOption == isOption }
      return counted.isEmpty ? .zero : contracts(counted).divided(by: all) ?? .zero
    }
    let closed = share(change.closing.map { ($0.instrument, $0.quantity) })
    let opened = share(change.opening.map { ($0.instrument, $0.quantity) })
    let after = ExactAmount.one - closed + opened
    return StatedFees(
      after: (entry + exit) * after, closing: exit * closed, opening: entry * opened,
      spent: entry + exit * closed + entry * opened, reserved: exit * after)
  }

  /// What a leg has gained from its entry to `price`, settlement currency.
  private static func gain(of leg: FilledLeg, at price: ExactAmount, settlement: Settlement) -> ExactAmount {
    guard !leg.instrument.isOption, settlement == .coin else { return leg.units * (price - leg.price) }
    let entry = leg.units.divided(by: leg.price) ?? .zero
    return entry - (leg.units.divided(by: price) ?? .zero)
  }

  private func stage(_ filled: FilledStrategy) throws -> RollStage {
    let analysis = try StrategyAnalyzer(market: market, request: request).analyze(filled)
    return RollStage(analysis: analysis, liquidation: try liquidation(filled, analysis.margin))
  }

  private func liquidation(_ filled: FilledStrategy, _ margin: StrategyMargin) throws -> LiquidationPrices? {
    guard let deposit = margin.margin, filled.legsByUnderlying.count == 1 else { return nil }
    let box = try LiquidationBox(
      of: filled, deposit: deposit.exact, maintenance: try maintenance(filled),
      market: try LiquidationMarket(of: filled, in: market), plan: request.plan)
    return LiquidationPrices(box.region())
  }
}
