public import Basics
public import Instruments
public import MarketData
public import Pricing

/// What a margin answer is; the raw values are the words of the `status` column.
public enum MarginStatus: String, Hashable, Sendable, CaseIterable {
  case ok
  /// An answer, not an error: the loss has no bound. The detail says `up` or `down`.
  case unbounded
  /// The loss depends on what is done at the first expiry.
  case severalExpiries = "several_expiries"
  /// The program cannot answer for this strategy.
  case unsupported
  /// The question has no meaning for this strategy.
  case notApplicable = "not_applicable"
  /// An amount does not fit the 64 bits of ``Money``.
  case overflow
  /// The input was refused.
  case invalid
}

/// Where the least payoff of one underlying's legs is met.
public struct BindingPrice: Hashable, Sendable {
  public let underlying: String
  /// To which of several expiries the legs are held whose least payoff this is; nil for all legs of the underlying.
  public let expiry: Expiry?
  /// Nil where the least payoff is a limit at infinity.
  public let price: ExactAmount?
  /// False where the least payoff is only a limit there.
  public let isAttained: Bool

  public init(underlying: String, expiry: Expiry? = nil, price: ExactAmount?, isAttained: Bool) {
    self.underlying = underlying
    self.expiry = expiry
    self.price = price
    self.isAttained = isAttained
  }

  /// The price exact to 8 decimals, else the nearest; empty for infinity.
  public var text: String { price.map { $0.decimalText(rounding: .nearest) } ?? "" }

  /// `BTC`, or `BTC@2025-12-26` for one of several expiries.
  public var name: String { expiry.map { "\(underlying)@\($0)" } ?? underlying }
}

/// Everything that one row of the margin report and one page say about a strategy's collateral.
///
/// The one way from a filled strategy to an answer: payoff, maximum loss with its proof, collateral, break-evens, and
/// whether what was posted can ever be called. Amounts are in the settlement currency, exact until they are written.
public struct StrategyMargin: Sendable {
  public let name: String
  public let settlement: Settlement
  public let currency: Currency
  public let status: MarginStatus
  /// Reasons and reservations, `; ` between; empty where there are none.
  public let detail: String
  /// Nil for several expiries without a plan.
  public let maximumLoss: MaximumLoss?
  /// Of each underlying, where all legs share one expiry; empty otherwise.
  let payoffsAtOneExpiry: [(underlying: String, payoff: Payoff)]
  /// Nil unless the loss is bounded and its amounts fit ``Money``.
  public let collateral: Collateral?
  /// M - E - Phi; nil where the profit has no bound, or is not known. Under a policy the most that any model allows.
  public let maxProfit: ExactAmount?
  /// True where no bound of the profit is known: American options held beyond the first expiry, at which the policy closes
  /// them, may be worth more than the European ones whose marks are bounded.
  public let isProfitUnknown: Bool
  /// One for each proof of the maximum loss, in their order; empty unless the loss is bounded.
  public let bindingPrices: [BindingPrice]
  /// Ascending; empty for several underlyings, and for several expiries, where they depend on volatilities.
  public let breakEvens: [BreakEven]
  /// E; a credit is negative.
  public let entryCost: ExactAmount
  /// Phi, without fees that depend on the outcome: those are in the payoff.
  public let fees: ExactAmount
  public let riskClass: RiskClass
  public let liquidationSafety: LiquidationSafety
  /// What assignment before expiry can add to the loss; no part of the margin.
  public let earlyAssignment: EarlyAssignment
  /// For a loss without bound: what would bound it. Empty otherwise, or where no wing is held.
  public let boundingHedges: [BoundingHedge]

  /// Never fails: what cannot be answered is a status.
  ///
  /// - Parameters:
  ///   - reserve: The caps for basis and funding of perpetuals; nothing is reserved unless named.
  ///   - discounts: what the market's discount factors break of the proof that a funded box is never liquidated.
  ///   - plan: what to do with several expiries; without one their status says that there is no policy.
  ///   - market: where the amounts of early assignment are taken from; its terms have none without.
  /// - Complexity: O(n log n) exact operations for n legs.
  public init(
    of strategy: FilledStrategy, reserve: PerpetualReserve = .none, discounts: DiscountOrder = .sound,
    plan: ClosingPlan? = nil, market: MarketState? = nil
  ) {
    name = strategy.name
    settlement = strategy.settlement
    currency = strategy.currency
    entryCost = strategy.entryCost
    fees = strategy.fees

    var details: [String] = []
    let answer = StrategyMargin.answer(for: strategy, plan)
    maximumLoss = answer.loss
    riskClass = answer.riskClass
    isProfitUnknown = answer.isProfitUnknown
    let cost = entryCost + fees
    maxProfit = answer.greatest.map { $0 - cost }
    payoffsAtOneExpiry = answer.payoffs
    breakEvens = answer.payoffs.count == 1 ? answer.payoffs[0].payoff.breakEvens(cost: cost) : []
    switch answer.loss {
    case .unbounded(let tails)?:
      status = .unbounded
      details.append(tails.text)
      (collateral, bindingPrices) = (nil, [])
      boundingHedges = tails.policy == .heldToExpiry ? BoundingHedge.hedges(for: tails, of: strategy) : []
    case .bounded(let bound)?:
      boundingHedges = []
      bindingPrices = bound.proofs.compactMap { proof in
        proof.least.map {
          BindingPrice(
            underlying: proof.underlying, expiry: proof.heldTo, price: $0.price, isAttained: $0.isAttained)
        }
      }
      let posted = StrategyMargin.collateral(of: bound, strategy: strategy, reserve: reserve)
      (status, collateral) = (posted.status, posted.collateral)
      if let problem = posted.problem { details.append(problem) }
      if collateral?.kind == .lockedIn { details.append(Collateral.Kind.lockedIn.rawValue) }
    case nil:
      status = answer.status
      if let problem = answer.problem { details.append(problem) }
      (collateral, bindingPrices, boundingHedges) = (nil, [], [])
    }
    if let plan, let loss = answer.loss, loss.policy != .heldToExpiry { details.append(plan.text) }
    if answer.isProfitUnknown {
      details.append("max_profit unknown: American options are held beyond the first expiry")
    }
    earlyAssignment = EarlyAssignment(of: strategy, in: market)
    if !earlyAssignment.terms.isEmpty { details.append(earlyAssignment.detail) }
    if strategy.hasConvertedPremiums { details.append("coin legs converted at entry and at delivery") }
    detail = details.joined(separator: "; ")
    let isBounded: Bool
    if case .bounded? = maximumLoss { isBounded = true } else { isBounded = false }
    liquidationSafety = LiquidationSafety(
      of: strategy, isBounded: isBounded, discounts: discounts, policy: maximumLoss?.policy)
  }

  /// What the legs and the plan say before anything is posted.
  private struct Answer {
    var loss: MaximumLoss?
    var status = MarginStatus.ok
    var problem: String?
    var riskClass = RiskClass.timeDependent
    /// Nil without an upper bound, or where there is no answer.
    var greatest: ExactAmount?
    /// An American option is held beyond the first expiry: closed there it may be worth more than any European one.
    var isProfitUnknown = false
    /// Of each underlying, where all legs share one expiry.
    var payoffs: [(underlying: String, payoff: Payoff)] = []
  }

  private static func answer(for strategy: FilledStrategy, _ plan: ClosingPlan?) -> Answer {
    var answer = Answer()
    let expiries = strategy.expiries
    guard expiries.count > 1 else {
      answer.payoffs = MaximumLoss.payoffs(of: strategy)
      answer.loss = MaximumLoss(atOneExpiryOf: strategy, payoffs: answer.payoffs)
      answer.riskClass = RiskClass(of: answer.payoffs.map(\.payoff))
      answer.greatest = sum(answer.payoffs.map { $0.payoff.greatest?.payoff })
      return answer
    }
    do throws(IsolatedMarginError) {
      let loss = try MaximumLoss(of: strategy, under: plan)
      answer.loss = loss
      answer.riskClass = RiskClass(of: loss.proofs)
      // What bounds European marks from above bounds no American one that is held.
      answer.isProfitUnknown =
        loss.policy != .eachHeldToItsExpiry && strategy.hasLongAmericanLegsBeyondFirstExpiry
      answer.greatest = answer.isProfitUnknown ? nil : sum(loss.proofs.map(\.greatest))
    } catch .severalExpiries {
      answer.status = .severalExpiries
      answer.problem = expiries.map(\.description).joined(separator: ", ")
    } catch {
      answer.status = status(of: error)
      answer.problem = error.description
    }
    return answer
  }

  /// What a policy's refusal is: an amount beyond its range, a question without an answer here, or bad input.
  private static func status(of error: IsolatedMarginError) -> MarginStatus {
    switch error {
    case .number(.outOfRange): .overflow
    case .number, .badInput, .noRange, .notFresh: .invalid
    case .severalExpiries: .severalExpiries
    case .unbounded: .unbounded
    case .unsupported: .unsupported
    }
  }

  /// Nil where a part has no bound.
  private static func sum(_ parts: [ExactAmount?]) -> ExactAmount? {
    var total = ExactAmount.zero
    for part in parts {
      guard let part else { return nil }
      total += part
    }
    return total
  }

  private static func collateral(
    of bound: MaximumLoss.Bound, strategy: FilledStrategy, reserve: PerpetualReserve
  ) -> (status: MarginStatus, collateral: Collateral?, problem: String?) {
    let amount: ExactAmount
    do { amount = try reserve.amount(for: strategy) } catch {
      if case .number = error { return (.overflow, nil, error.description) }
      return (.unsupported, nil, error.description)
    }
    do {
      return (.ok, try Collateral(of: bound, currency: strategy.currency, reserve: amount), nil)
    } catch { return (.overflow, nil, error.description) }
  }
}

extension StrategyMargin {
  /// The payoff of the legs on each underlying, in the order of their first mention; of several expiries as if they were one.
  ///
  /// - Parameter strategy: The one whose margin this is.
  public func payoffs(of strategy: FilledStrategy) -> [(underlying: String, payoff: Payoff)] {
    payoffsAtOneExpiry.isEmpty ? MaximumLoss.payoffs(of: strategy) : payoffsAtOneExpiry
  }

  /// E + Phi - m: the capital at risk; nil unless bounded.
  public var maxLoss: ExactAmount? {
    if case .bounded(let bound)? = maximumLoss { bound.loss } else { nil }
  }
  /// What the holder brings and posts, reserve included; rounded up.
  public var margin: Money? { collateral?.margin }
  /// What stays locked to the end; rounded up.
  public var requirement: Money? { collateral?.requirement }
  /// The part of the margin that covers basis and funding of perpetuals; rounded up.
  public var reserve: Money? { collateral?.reserve }
  /// True where every underlying's least payoff is taken at its binding price; nil unless bounded.
  public var isAttained: Bool? {
    bindingPrices.isEmpty ? nil : bindingPrices.allSatisfy(\.isAttained)
  }

  // MARK: The cells of the report

  public var maxLossText: String { maxLoss.map { AmountText.up($0) } ?? "" }
  public var maxProfitText: String { maxProfit.map { AmountText.down($0) } ?? "" }
  public var marginText: String { margin?.text ?? "" }
  public var requirementText: String { requirement?.text ?? "" }
  public var reserveText: String { reserve?.text ?? "" }
  public var entryCostText: String { AmountText.up(entryCost) }
  public var feesText: String { AmountText.up(fees) }
  public var attainedText: String { isAttained.map { $0 ? "true" : "false" } ?? "" }
  public var breakEvensText: String { BreakEven.text(breakEvens) }
  /// One price, or `BTC=80000;ETH=0` for several underlyings, `BTC@2025-12-26=80000` where each expiry has its own; empty for
  /// a limit at infinity.
  public var bindingPriceText: String {
    bindingPrices.count > 1
      ? bindingPrices.map { "\($0.name)=\($0.text)" }.joined(separator: ";") : bindingPrices.first?.text ?? ""
  }
}

/// Plain decimals of exact amounts: exact where the amount is a finite decimal, else rounded at the 8th.
public enum AmountText {
  /// For losses, costs and fees.
  public static func up(_ amount: ExactAmount) -> String { text(amount, .up) }
  /// For profits and assets.
  public static func down(_ amount: ExactAmount) -> String { text(amount, .down) }

  /// The most decimals with which an amount is written exactly.
  static let exactDecimals = 30

  private static func text(_ amount: ExactAmount, _ rule: ExactRounding) -> String {
    // Few amounts have more than 8 decimals; asking for those first keeps the rest inside 128 bits.
    let isLong = !amount.isDecimal(8) && amount.isDecimal(exactDecimals)
    return amount.decimalText(decimals: isLong ? exactDecimals : 8, rounding: rule)
  }
}

extension FilledStrategy {
  /// True where an American option is held that ends after the first expiry of its underlying's legs.
  fileprivate var hasLongAmericanLegsBeyondFirstExpiry: Bool {
    legsByUnderlying.contains { _, legs in
      let first = Strategy.distinctExpiries(legs.compactMap { $0.instrument.expiry }).first
      return legs.contains { leg in
        guard leg.units > .zero, case .option(let contract) = leg.instrument, let first else { return false }
        return contract.exercise == .american && !contract.expiry.isSameSettlement(as: first)
      }
    }
  }
}
