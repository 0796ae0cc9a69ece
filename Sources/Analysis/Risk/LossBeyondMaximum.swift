import Basics
public import IsolatedMargin
public import Scenarios

/// A scenario in which a strategy loses more than its maximum loss: its mark lies below everything that it can pay at expiry.
///
/// The maximum loss is a fact of the payoff; a mark before expiry holds to it only where no volatility, forward or rate of the
/// scenario allows arbitrage. A smile that moves with spot, a fitted surface whose wings cross, or shifts that tear neighbouring
/// strikes apart need not, and then the mark is wrong and not the bound. A bound that a policy gives inside a band of
/// volatilities holds inside it only, and no bound counts the dividends that shares held short owe. What a report says of such
/// a scenario it says with this.
public struct LossBeyondMaximum: Hashable, Sendable {
  /// As the report numbers it.
  public let scenario: Int
  /// Since entry, fees included; above ``bound``.
  public let loss: Double
  /// The maximum loss; where even the least payoff is a gain, which a mark discounts, the cost of entry.
  public let bound: Double
  private let dynamics: SmileDynamics
  private let policy: LossPolicy?

  /// Nil where the loss stays within its bound, and where there is none.
  ///
  /// - Parameter worst: P&L since entry, fees included; a loss is negative.
  public init?(worst: Double, scenario: Int, dynamics: SmileDynamics, _ margin: MarginFigures) {
    guard let maxLoss = margin.maxLoss?.doubleValue else { return nil }
    let cost = margin.entryCost + margin.fees
    let bound = max(maxLoss, cost)
    // What sums of Doubles leave is no arbitrage.
    let size = max(bound.magnitude, cost.magnitude)
    let allowance = margin.margin.map { PostedMargin.allowance(size, $0.currency) } ?? 1e-9 * size
    guard -worst > bound + allowance else { return nil }
    self.scenario = scenario
    loss = -worst
    self.bound = bound
    self.dynamics = dynamics
    policy = margin.policy
  }

  /// Of a stressed strategy, over the nodes 1 to N.
  public init?(_ result: StressResult) {
    let summary = result.summary
    self.init(
      worst: summary.worst, scenario: summary.worstScenario, dynamics: result.profitAndLoss.scenarios.dynamics,
      MarginFigures(result.margin))
  }

  /// Why that can be.
  public var reason: String {
    if case .closedAtFirstExpiryInBand(let band)? = policy {
      return
        "the bound holds for volatilities within \(band.text) at the first expiry, and the scenario's may lie outside"
    }
    return dynamics == .stickyDelta
      ? "a smile that moves with spot need not be free of arbitrage"
      : "the scenario's volatilities, forwards and rates are not free of arbitrage, or shares held short owe dividends, "
        + "which a maximum loss does not count"
  }
}
