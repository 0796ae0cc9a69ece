import Basics
import IsolatedMargin
import MarginRules
import MarketData
import Pricing

/// What a rule would still liquidate once its own requirement, or the maximum loss, has been posted: the prices at the
/// present moment, volatilities as quoted, at which the balance falls below the rule's maintenance.
public struct RuleLiquidation: Sendable {
  /// The prices at which a box with a deposit is liquidated, or why they are not known.
  public enum Answer: Sendable {
    case prices(LiquidationPrices)
    case unknown(String)

    /// True where no price was found that liquidates.
    public var isNever: Bool {
      if case .prices(let prices) = self { prices.status == .none } else { false }
    }
  }

  /// With what the rule asks the holder to bring: cash is then its initial requirement.
  public let asAsked: Answer
  /// With the maximum loss as margin; nil where there is none.
  public let funded: Answer?
  /// When the rule liquidates, as a clause; nil where that is not known as a function of price.
  public let condition: String?
  /// True where opening asks for no more than keeping, and keeping moves with the price: the first adverse move then calls.
  public let hasNoBuffer: Bool
}

/// The boxes of one strategy on its market, valued once for all rules.
struct LiquidationQuestion {
  private let inputs: RuleInputs
  private let margin: StrategyMargin
  /// Nil where the strategy is no question: legs on several underlyings.
  private let market: LiquidationMarket?

  init(_ inputs: RuleInputs, _ margin: StrategyMargin) {
    self.inputs = inputs
    self.margin = margin
    market = try? LiquidationMarket(of: inputs.strategy, in: inputs.market)
  }

  /// Nil where the rule has no answer for the strategy.
  func answer(_ verdict: RuleVerdict) -> RuleLiquidation? {
    guard case .inForce(let rule) = verdict.rule, let initial = verdict.initial, let maintenance = verdict.maintenance
    else { return nil }
    guard let model = RuleCatalogue.maintenanceModel(of: rule, for: inputs) else {
      let unknown = RuleLiquidation.Answer.unknown("the rule's maintenance is not known as a function of price")
      return RuleLiquidation(
        asAsked: unknown, funded: margin.margin.map { _ in unknown }, condition: nil, hasNoBuffer: false)
    }
    let scan = scan(model)
    let money = StrategyComparison.ownMoney(initial, margin)
    let isConstant = rule is MaximumLossRule
    return RuleLiquidation(
      asAsked: money.map { answer($0.exact, model, scan) } ?? .unknown("what is to be brought does not fit 64 bits"),
      funded: margin.margin.map { answer($0.exact, model, scan) }, condition: model.text,
      hasNoBuffer: initial.total == maintenance.total && initial.total.minorUnits > 0 && !isConstant)
  }

  /// The ladder of a requirement that is a plain function; nil for any other.
  private func scan(_ model: any MaintenanceModel) -> MaintenanceScan? {
    let asked = MaintenanceInputs(strategy: inputs.strategy, deposit: .zero)
    guard case .function(let function)? = try? model.requirement(for: asked) else { return nil }
    return MaintenanceScan(inputs, function)
  }

  private func answer(
    _ deposit: ExactAmount, _ model: any MaintenanceModel, _ scan: MaintenanceScan?
  ) -> RuleLiquidation.Answer {
    guard let market else { return .unknown("legs on several underlyings have no one price") }
    if let scan {
      return .prices(scan.prices(cash: (deposit - inputs.strategy.entryCost - inputs.strategy.fees).doubleValue))
    }
    do throws(IsolatedMarginError) {
      let box = try LiquidationBox(of: inputs.strategy, deposit: deposit, maintenance: model, market: market)
      return .prices(LiquidationPrices(box.region()))
    } catch { return .unknown("\(error)") }
  }
}
