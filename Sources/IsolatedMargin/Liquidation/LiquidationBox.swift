public import Basics
import Instruments
public import Pricing
import RealModule

/// An isolated box before its expiry: the legs, the cash beside them, the rule that keeps it open, and the market that values
/// it.
///
/// With deposit C, entry cost E and fees Phi the cash is C - E - Phi, the reserved exit fees left out; equity is cash and
/// the value of the legs, a future or perpetual at its gain from entry to spot. Fees that depend on the outcome are no part of a
/// mark before expiry. Liquidation is balance < requirement, strictly.
public struct LiquidationBox: Sendable {
  public let strategy: FilledStrategy
  /// What the holder brought, settlement currency.
  public let deposit: ExactAmount
  /// Deposit less entry cost and fees, settlement currency; may be negative, which is money owed.
  public let cash: ExactAmount
  public let maintenance: any MaintenanceModel
  public let market: LiquidationMarket
  /// Whether anything but the price can break the proof by cash, and the conditions of that proof.
  public let safety: LiquidationSafety
  /// -min(m, 0) with the least payoff m, where cash of that much is a proof: liquidation is below zero only, and nothing
  /// of ``safety`` stands against it.
  let coveringCash: ExactAmount?
  /// True where that proof ends with the first expiry, at which the policy closes everything.
  let isCoveredToFirstExpiry: Bool

  let options: [BoxOption]
  /// K for each sum of the requirement, piece by piece; the box is liquidated where all sums would.
  let sums: [[EquityPiece]]
  let function: MaintenanceFunction?

  /// - Parameters:
  ///   - deposit: What the holder brings before the premium changes hands, 0 or more.
  ///   - plan: What is done with several expiries, which a proof by cash then takes for granted; nil for nothing.
  ///   - loss: `MaximumLoss(of: strategy, under: plan)` where it is known already; nil works it out.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a negative deposit, legs on several underlyings, terms that do not match
  ///   the legs, or what the maintenance model refuses.
  public init(
    of strategy: FilledStrategy, deposit: ExactAmount, maintenance: any MaintenanceModel = NoMaintenance(),
    market: LiquidationMarket, plan: ClosingPlan? = nil, loss known: MaximumLoss? = nil
  ) throws(IsolatedMarginError) {
    guard deposit >= .zero else { throw .badInput("deposit", found: "\(deposit)", wanted: "0 or more") }
    guard strategy.legsByUnderlying.count == 1 else {
      throw .badInput(
        "liquidation", found: strategy.legs.isEmpty ? "no legs" : "legs on several underlyings",
        wanted: "legs on one underlying")
    }
    guard market.terms.count == strategy.legs.count else {
      throw .badInput("market terms", found: "\(market.terms.count)", wanted: "\(strategy.legs.count), one a leg")
    }
    let requirement = try maintenance.requirement(
      for: MaintenanceInputs(strategy: strategy, deposit: deposit))
    self.strategy = strategy
    self.deposit = deposit
    self.maintenance = maintenance
    self.market = market
    cash = deposit - strategy.entryCost - strategy.fees

    options = try LiquidationBox.options(of: strategy, market)
    let base = LiquidationBox.base(
      of: strategy, cash: cash, balance: maintenance.balance, options: options)
    let builder = EquityPieceBuilder(settlement: strategy.settlement, base: base, options: options)
    var hasRequirement = true
    switch requirement {
    case .terms(let terms):
      sums = [builder.pieces(terms)]
      function = nil
      hasRequirement = !terms.isEmpty
    case .least(let all):
      sums = all.map { builder.pieces($0) }
      function = nil
    case .function(let function):
      sums = [builder.pieces([])]
      self.function = function
    }

    let isCoin = strategy.settlement == .coin
    let discounts = DiscountOrder(
      market.terms.compactMap { $0 }.map { (years: $0.years, rate: isCoin ? $0.dividendYield : $0.rate) })
    var least: ExactAmount?
    let loss = known ?? (try? MaximumLoss(of: strategy, under: plan))
    if case .bounded(let bound)? = loss { least = bound.leastCash }
    safety = LiquidationSafety(
      of: strategy, isBounded: least != nil, discounts: discounts, policy: loss?.policy)
    isCoveredToFirstExpiry = loss?.policy == .closedAtFirstExpiry
    // Exercise can be worth more than the European values that a box counts, and so proves nothing of them.
    let isExercised =
      loss?.proofs.contains { if case .envelope(let proof) = $0 { proof.isExercisedAtFirst } else { false } } ?? false
    let isCovered =
      safety.isNeverLiquidated && !hasRequirement && maintenance.balance == .equity && !isExercised
    coveringCash = isCovered ? least.map { .zero - min($0, .zero) } : nil
  }

  /// Proved without any model, in exact arithmetic: the cash covers the least payoff, so no price, volatility or day
  /// liquidates under the conditions of ``safety``.
  public var isSafeByCash: Bool { coveringCash.map { cash >= $0 } ?? false }

  /// The same in a state: of legs that a policy closes at their first expiry nothing is said beyond it.
  func isSafeByCash(in state: LiquidationState) -> Bool {
    isSafeByCash && !(isCoveredToFirstExpiry && state.hasExpired(in: market))
  }

  private static func options(
    of strategy: FilledStrategy, _ market: LiquidationMarket
  ) throws(IsolatedMarginError) -> [BoxOption] {
    var options: [BoxOption] = []
    for (index, leg) in strategy.legs.enumerated() {
      guard let strike = leg.instrument.strike else { continue }
      guard market.terms[index] != nil else {
        throw .badInput("market terms", found: "none for \(leg.instrument)", wanted: "time and volatility")
      }
      let right: OptionRight
      var payout: ExactAmount?
      switch leg.instrument {
      case .option(let contract): right = contract.right
      case .digital(let contract): (right, payout) = (contract.right, contract.payout.exact)
      case .future, .perpetual, .underlying: continue
      }
      options.append(
        BoxOption(
          leg: index, right: right, exactStrike: strike.exact, strike: strike.value, exactPayout: payout,
          payout: payout?.doubleValue ?? 0, units: leg.units))
    }
    return options
  }

  /// K without a requirement.
  private static func base(
    of strategy: FilledStrategy, cash: ExactAmount, balance: MaintenanceBalance, options: [BoxOption]
  ) -> EquityForm {
    var (constant, slope) = strategy.settlement == .quote ? (cash, ExactAmount.zero) : (ExactAmount.zero, cash)
    for leg in strategy.legs where !leg.instrument.isOption {
      switch strategy.settlement {
      case .quote:
        constant -= leg.units * leg.price
        slope += leg.units
      case .coin: constant -= leg.units
      }
    }
    if strategy.settlement == .coin { slope += EntryPrices.inverseSum(of: strategy.legs) }
    let weights = options.map { balance == .equity ? $0.units : ExactAmount.zero }
    return EquityForm(constant: constant, slope: slope, weights: weights, options: options)
  }

  /// The same box with more deposited, or with less where `amount` is negative.
  ///
  /// The requirement stays as it was: a top-up beside a rule that takes a share of the deposit counts in full.
  public func adding(_ amount: ExactAmount) -> LiquidationBox { LiquidationBox(self, adding: amount) }

  private init(_ box: LiquidationBox, adding amount: ExactAmount) {
    strategy = box.strategy
    deposit = box.deposit + amount
    cash = box.cash + amount
    maintenance = box.maintenance
    market = box.market
    safety = box.safety
    options = box.options
    sums = box.sums.map { $0.map { $0.adding(amount, settlement: box.strategy.settlement) } }
    function = box.function
    coveringCash = box.coveringCash
    isCoveredToFirstExpiry = box.isCoveredToFirstExpiry
  }

  /// The terms of every option in a state.
  func terms(_ state: LiquidationState) -> [ValuationTerms] {
    options.map { option in market.terms[option.leg].map(state.terms) ?? ValuationTerms(years: 0, volatility: 0) }
  }
}
