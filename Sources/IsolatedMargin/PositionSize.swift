public import Basics
import Instruments
public import Pricing

/// What a size answer is; the raw values are the words of the `status` column.
public enum SizeStatus: String, Hashable, Sendable, CaseIterable {
  case ok
  /// The loss has no bound: no number of lots fits any budget.
  case unbounded
  /// A lot loses nothing or gains: only ``PositionSize/init(of:budget:lotFees:maxLots:)``'s `maxLots` limits it.
  case noRiskLimit = "no_risk_limit"
  case severalExpiries = "several_expiries"
  /// The policy cannot answer for this strategy.
  case unsupported
  case overflow
  case invalid
}

/// The largest whole number of lots whose loss and fees fit a budget, and the proof: so many fit, one more does not.
///
/// One lot is the strategy as given. With loss per lot L = E - m (without fees) and a fee schedule, n lots use
/// n L + fee(n); L is multiplied exactly and the result rounded once, at the report. In every answer with lots,
/// `used` <= `budget`, and `budget` < `nextWouldUse` unless `maxLots` was the limit, which the detail then says.
public struct PositionSize: Hashable, Sendable {
  public let name: String
  public let status: SizeStatus
  public let detail: String
  public let budget: Money
  /// Nil where there is no answer; 0 where not even one lot fits.
  public let lots: Int64?
  /// L = E - m, exact, fees not included.
  public let lossPerLot: ExactAmount?
  /// fee(n), exact.
  public let fees: ExactAmount?
  /// n L + fee(n): the capital use, exact.
  public let used: ExactAmount?
  /// (n + 1) L + fee(n + 1), exact.
  public let nextWouldUse: ExactAmount?
  /// max(0, n (E - min(m, 0)) + fee(n)), rounded up: what is posted for all lots.
  public let margin: Money?
  /// -n min(m, 0), rounded up: the cash that stays locked to the end. For a credit structure it exceeds `used`.
  public let lockedCash: Money?

  public var currency: Currency { budget.currency }

  /// Gives the share of a portfolio as a budget, rounded down to the minor unit: `1/10` is exact, as 0.1 is not.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a share or portfolio below 0, `.number` beyond 64 bits.
  public static func budget(share: ExactAmount, of portfolio: Money) throws(IsolatedMarginError) -> Money {
    guard share >= .zero else { throw .badInput("budget", found: "a share of \(share)", wanted: "0 or more") }
    guard portfolio.minorUnits >= 0 else {
      throw .badInput("portfolio", found: "\(portfolio)", wanted: "0 or more")
    }
    do { return try Money(rounding: share * portfolio.exact, to: portfolio.currency, .down) } catch {
      throw .number(error)
    }
  }

  /// Reads `10%`, `2.5%` or an amount such as `12000`.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` where a percentage has no portfolio or the text is neither.
  public static func budget(
    parsing text: String, portfolio: Money?, currency: Currency
  ) throws(IsolatedMarginError) -> Money {
    guard text.utf8.last == UInt8(ascii: "%") else {
      do { return try Money(parsing: text, currency: currency) } catch { throw .number(error) }
    }
    guard let portfolio else {
      throw .badInput("budget", found: text, wanted: "a portfolio with it, or an amount")
    }
    let percent: ExactAmount
    do { percent = try ExactAmount(parsing: text.dropLast()) } catch { throw .number(error) }
    return try budget(share: percent * ExactAmount(count: 1, decimals: 2), of: portfolio)
  }

  /// Sizes a strategy at one expiry, or at several under a plan.
  ///
  /// - Parameters:
  ///   - strategy: One lot.
  ///   - budget: In the strategy's settlement currency; 0 or more.
  ///   - lotFees: Fees of n lots; nil charges the strategy's own fees for every lot.
  ///   - maxLots: A limit from elsewhere; needed where the loss per lot is 0 or less.
  ///   - plan: What to do with several expiries. Under every policy n lots lose n times what one lot does.
  public init(
    of strategy: FilledStrategy, budget: Money, lotFees: LotFees? = nil, maxLots: Int64? = nil,
    plan: ClosingPlan? = nil
  ) {
    var draft = Draft()
    var policyText = ""
    do throws(IsolatedMarginError) {
      guard budget.currency == strategy.currency else {
        throw .number(.currencyMismatch(budget.currency.code, strategy.currency.code))
      }
      guard budget.minorUnits >= 0 else { throw .badInput("budget", found: "\(budget)", wanted: "0 or more") }
      if let maxLots, maxLots < 0 { throw .badInput("max lots", found: "\(maxLots)", wanted: "0 or more") }
      let schedule: LotFees
      if let lotFees { schedule = lotFees } else { schedule = try LotFees(perLot: strategy.fees) }
      let loss = try MaximumLoss(of: strategy, under: plan)
      if let plan, loss.policy != .heldToExpiry { policyText = plan.text }
      switch loss {
      case .unbounded(let tails): throw .unbounded(tails.text)
      case .bounded(let bound): try draft.fill(bound, budget, schedule, maxLots)
      }
    } catch {
      draft = Draft()
      draft.detail = error.description
      switch error {
      case .severalExpiries: draft.status = .severalExpiries
      case .unbounded(let directions): (draft.status, draft.detail) = (.unbounded, directions)
      case .number(.outOfRange): draft.status = .overflow
      case .unsupported: draft.status = .unsupported
      case .badInput, .noRange, .notFresh, .number: draft.status = .invalid
      }
    }
    name = strategy.name
    self.budget = budget
    status = draft.status
    detail = [draft.detail, policyText].filter { !$0.isEmpty }.joined(separator: "; ")
    lots = draft.lots
    lossPerLot = draft.lossPerLot
    fees = draft.fees
    used = draft.used
    nextWouldUse = draft.nextWouldUse
    margin = draft.margin
    lockedCash = draft.lockedCash
  }
}
