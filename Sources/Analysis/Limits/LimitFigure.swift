public import Basics
import IsolatedMargin
import MarketData
import Pricing
import Scenarios

/// A figure that a limit is compared with, or why there is none.
public enum LimitFigure: Hashable, Sendable {
  /// Compared to the last digit.
  case exact(ExactAmount)
  case floating(Double)
  /// Worse than every limit: a loss without bound, and which way.
  case unbounded(String)
  /// The question has no answer: why.
  case unanswered(String)

  /// True where the figure is on the forbidden side of a limit; nil where it cannot be compared.
  func breaches(_ limit: RiskLimit) -> Bool? {
    switch self {
    case .unbounded: return true
    case .unanswered: return nil
    case .exact(let figure):
      switch limit.bound {
      case .atMost: return figure > limit.limit
      case .atLeast: return figure < limit.limit
      case .absolute: return figure.magnitude > limit.limit
      }
    case .floating(let figure):
      guard !figure.isNaN else { return nil }
      let bound = limit.limit.doubleValue
      switch limit.bound {
      case .atMost: return figure > bound
      case .atLeast: return figure < bound
      case .absolute: return figure.magnitude > bound
      }
    }
  }

  /// How much of a limit is used: 1 is the limit itself, and what lies on its other side of zero uses nothing.
  ///
  /// - Returns: nil where that is no question: a limit of 0, one that forbids the side on which zero lies, no figure.
  func share(of limit: RiskLimit) -> Double? {
    guard limit.bound == .atLeast ? limit.limit.sign < 0 : limit.limit.sign > 0 else { return nil }
    let share: Double
    switch self {
    case .exact(let figure):
      let own = limit.bound == .absolute ? figure.magnitude : figure
      share = own.divided(by: limit.limit)?.doubleValue ?? .nan
    case .floating(let figure):
      share = (limit.bound == .absolute ? figure.magnitude : figure) / limit.limit.doubleValue
    case .unbounded, .unanswered: return nil
    }
    return share.isNaN ? nil : max(share, 0)
  }
}

/// The figures of one position, each computed when it is first asked for.
struct PositionFigures: Sendable {
  private let filled: FilledStrategy
  private let risk: PositionRisk
  private let reserve: PerpetualReserve
  private let plan: ClosingPlan?
  private var ownMargin: StrategyMargin?
  private var ownWorst: LimitFigure?
  /// Of the worst P&L: that it lies beyond the maximum loss, and why that can be.
  private var worstNote: String?

  /// - Parameter margin: Of the position, where it has been computed before.
  init(
    _ filled: FilledStrategy, risk: PositionRisk, reserve: PerpetualReserve, plan: ClosingPlan?,
    margin: StrategyMargin? = nil
  ) {
    ownMargin = margin
    self.plan = plan
    self.filled = filled
    self.risk = risk
    self.reserve = reserve
  }

  /// - Parameter stress: Revalues the position under the grid.
  mutating func figure(_ metric: LimitMetric, stress: inout StressAnalyzer) -> LimitFigure {
    let underlyings = filled.legsByUnderlying.map(\.underlying)
    if metric.isOfOneUnderlying, underlyings.count > 1 {
      return .unanswered(
        "found \(metric.rawValue) of \(underlyings.joined(separator: " and ")), wanted one underlying: "
          + "delta_per_percent and gamma_per_percent add up over several")
    }
    switch metric {
    case .maxLoss, .margin: return secured(metric)
    case .worstProfit: return worst(&stress)
    case .value: return .floating(risk.greeks.value)
    case .delta: return .floating(risk.greeks.delta)
    case .deltaUnits: return .floating(risk.deltaUnits)
    case .deltaPerPercent: return .floating(risk.deltaPerPercent)
    case .gamma: return .floating(risk.greeks.gamma)
    case .gammaPerPercent: return .floating(risk.gammaPerPercent)
    case .vega: return .floating(risk.greeks.vega / 100)
    case .theta: return .floating(risk.greeks.theta / 365)
    case .rho: return .floating(risk.greeks.rho / 100)
    case .longUnits: return .exact(risk.long)
    case .shortUnits: return .exact(risk.short)
    }
  }

  /// What a figure rests on, the policy of several expiries, or what is odd about it; asked after the figure.
  func note(on metric: LimitMetric) -> String {
    if metric == .worstProfit { return worstNote ?? "" }
    guard metric == .maxLoss || metric == .margin, let plan, let loss = ownMargin?.maximumLoss,
      loss.policy != .heldToExpiry
    else { return "" }
    return plan.text
  }

  private mutating func secured(_ metric: LimitMetric) -> LimitFigure {
    let margin = ownMargin ?? StrategyMargin(of: filled, reserve: reserve, plan: plan)
    ownMargin = margin
    if margin.status == .unbounded { return .unbounded("unbounded: \(margin.detail)") }
    let amount = metric == .maxLoss ? margin.maxLoss : margin.margin?.exact
    if let amount { return .exact(amount) }
    let wanted = margin.status == .severalExpiries ? "; wanted a policy" : ""
    return .unanswered("\(margin.status.rawValue): \(margin.detail)\(wanted)")
  }

  private mutating func worst(_ stress: inout StressAnalyzer) -> LimitFigure {
    if let ownWorst { return ownWorst }
    let figure: LimitFigure
    do throws(PricingError) {
      let result = try stress.stress(filled)
      let worst = result.profitAndLoss.summary(margin: nil).worst
      worstNote = LossBeyondMaximum(result).map { beyond in
        "scenario \(beyond.scenario) loses more than the \(beyond.bound) of its maximum loss: \(beyond.reason)"
      }
      figure = worst.isFinite ? .floating(worst) : .unanswered("found no number in the grid")
    } catch { figure = .unanswered(error.description) }
    ownWorst = figure
    return figure
  }
}
