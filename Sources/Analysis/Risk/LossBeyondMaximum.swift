import Basics
public import IsolatedMargin
public import Scenarios

/// A scenario in which a strategy loses more than its maximum loss: its mark lies below everything that it can pay at expiry.
///
/// The maximum loss is a fact of the payoff; a mark before expiry holds to it only where no volatility, forward or rate of the
/// scenario allows arbitrage. A smile that moves with spot, a fitted surface whose wings cross, or shifts that tear neighbouring
/// strikes apart need not, and then the mark is wrong and not the bound. What a report says of such a scenario it says with this.
public struct LossBeyondMaximum: Hashable, Sendable {
  /// As the report numbers it.
  public let scenario: Int
  /// Since entry, fees included; above ``bound``.
  public let loss: Double
  /// The maximum loss; where even the least payoff is a gain, which a mark discounts, the cost of entry.
  public let bound: Double
  private let dynamics: SmileDynamics

  /// By how much a loss must be beyond, relative to the bound: what sums of Doubles leave is no arbitrage.
  private static let tolerance = 1e-9

  /// Nil where the loss stays within its bound, and where there is none.
  ///
  /// - Parameter worst: P&L since entry, fees included; a loss is negative.
  public init?(worst: Double, scenario: Int, dynamics: SmileDynamics, _ margin: MarginFigures) {
    guard let maxLoss = margin.maxLoss?.doubleValue else { return nil }
    let cost = margin.entryCost + margin.fees
    let bound = max(maxLoss, cost)
    let size = max(bound.magnitude, cost.magnitude)
    guard -worst > bound + LossBeyondMaximum.tolerance * size else { return nil }
    self.scenario = scenario
    loss = -worst
    self.bound = bound
    self.dynamics = dynamics
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
    dynamics == .stickyDelta
      ? "a smile that moves with spot need not be free of arbitrage"
      : "volatilities, forwards and rates of the scenario are not free of arbitrage"
  }
}
