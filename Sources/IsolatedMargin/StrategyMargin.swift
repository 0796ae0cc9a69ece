public import Basics
public import Instruments
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
  /// Nil where the least payoff is a limit at infinity.
  public let price: ExactAmount?
  /// False where the least payoff is only a limit there.
  public let isAttained: Bool

  public init(underlying: String, price: ExactAmount?, isAttained: Bool) {
    self.underlying = underlying
    self.price = price
    self.isAttained = isAttained
  }

  /// The price exact to 8 decimals, else the nearest; empty for infinity.
  public var text: String { price.map { $0.decimalText(rounding: .nearest) } ?? "" }
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
  /// Nil for several expiries.
  public let maximumLoss: MaximumLoss?
  /// Nil unless the loss is bounded and its amounts fit ``Money``.
  public let collateral: Collateral?
  /// M - E - Phi; nil where the profit has no bound, or is not known.
  public let maxProfit: ExactAmount?
  /// One for each underlying, in the order of their first mention; empty unless the loss is bounded.
  public let bindingPrices: [BindingPrice]
  /// Ascending; empty for several underlyings or expiries.
  public let breakEvens: [BreakEven]
  /// E; a credit is negative.
  public let entryCost: ExactAmount
  /// Phi, without fees that depend on the outcome: those are in the payoff.
  public let fees: ExactAmount
  public let riskClass: RiskClass
  public let liquidationSafety: LiquidationSafety
  /// For a loss without bound: what would bound it. Empty otherwise, or where no wing is held.
  public let boundingHedges: [BoundingHedge]

  /// Never fails: what cannot be answered is a status.
  ///
  /// - Parameters:
  ///   - reserve: The caps for basis and funding of perpetuals; nothing is reserved unless named.
  ///   - hasNegativeRate: true where the market's rate is below 0, which makes a mark exceed its loss at expiry.
  /// - Complexity: O(n log n) exact operations for n legs.
  public init(of strategy: FilledStrategy, reserve: PerpetualReserve = .none, hasNegativeRate: Bool = false) {
    name = strategy.name
    settlement = strategy.settlement
    currency = strategy.currency
    entryCost = strategy.entryCost
    fees = strategy.fees

    var details: [String] = []
    let expiries = strategy.expiries
    if expiries.count <= 1 {
      let payoffs = MaximumLoss.payoffs(of: strategy)
      let loss = MaximumLoss(atOneExpiryOf: strategy, payoffs: payoffs)
      maximumLoss = loss
      riskClass = RiskClass(of: payoffs.map(\.payoff))
      let cost = entryCost + fees
      maxProfit = StrategyMargin.greatest(of: payoffs.map(\.payoff)).map { $0 - cost }
      breakEvens = payoffs.count == 1 ? payoffs[0].payoff.breakEvens(cost: cost) : []
      switch loss {
      case .unbounded(let tails):
        status = .unbounded
        details.append(tails.text)
        (collateral, bindingPrices) = (nil, [])
        boundingHedges = BoundingHedge.hedges(for: tails, of: strategy)
      case .bounded(let bound):
        boundingHedges = []
        bindingPrices = bound.certificates.compactMap { certificate in
          certificate.least.map {
            BindingPrice(underlying: certificate.underlying, price: $0.price, isAttained: $0.isAttained)
          }
        }
        let posted = StrategyMargin.collateral(of: bound, strategy: strategy, reserve: reserve)
        (status, collateral) = (posted.status, posted.collateral)
        if let problem = posted.problem { details.append(problem) }
        if collateral?.kind == .lockedIn { details.append(Collateral.Kind.lockedIn.rawValue) }
      }
    } else {
      status = .severalExpiries
      details.append(expiries.map(\.description).joined(separator: ", "))
      (maximumLoss, collateral, maxProfit) = (nil, nil, nil)
      (bindingPrices, breakEvens, boundingHedges) = ([], [], [])
      riskClass = .timeDependent
    }
    if strategy.hasAmericanLegs { details.append("american: early assignment not covered") }
    if strategy.hasConvertedPremiums { details.append("coin legs converted at entry and at delivery") }
    detail = details.joined(separator: "; ")
    let isBounded: Bool
    if case .bounded? = maximumLoss { isBounded = true } else { isBounded = false }
    liquidationSafety = LiquidationSafety(
      of: strategy, isBounded: isBounded, hasNegativeRate: hasNegativeRate)
  }

  private static func greatest(of payoffs: [Payoff]) -> ExactAmount? {
    var total = ExactAmount.zero
    for payoff in payoffs {
      guard let greatest = payoff.greatest else { return nil }
      total += greatest.payoff
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
  /// One price, or `BTC=80000;ETH=0` for several underlyings; empty for a limit at infinity.
  public var bindingPriceText: String {
    bindingPrices.count > 1
      ? bindingPrices.map { "\($0.underlying)=\($0.text)" }.joined(separator: ";") : bindingPrices.first?.text ?? ""
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
