import Basics
import Instruments
import IsolatedMargin
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Analysis

@Suite("Losses beyond the maximum loss")
struct LossBeyondMaximumTests {
  /// Of whole units, each leg bought or sold at 100.
  private func margin(_ legs: [(units: Int64, strike: Int, isCall: Bool)]) throws -> MarginFigures {
    let row = try ("x", legs.map { ($0.units, try TailSample.option($0.isCall ? .call : .put, $0.strike)) })
    return MarginFigures(StrategyMargin(of: try TailSample.table([row]).filled(0)))
  }

  private func beyond(_ worst: Double, _ margin: MarginFigures) -> LossBeyondMaximum? {
    LossBeyondMaximum(worst: worst, scenario: 7, dynamics: .stickyStrike, margin)
  }

  @Test("A spread bought for nothing more than its width loses its width, and one unit of rounding is no arbitrage")
  func spread() throws {
    // Sold 90, bought 110 at the same price: 20 at stake.
    let spread = try margin([(-1, 90, true), (1, 110, true)])
    #expect(spread.maxLoss?.doubleValue == 20)
    #expect(beyond(-20, spread) == nil && beyond(-20 * (1 + 1e-12), spread) == nil && beyond(5, spread) == nil)
    let found = try #require(beyond(-20.001, spread))
    #expect(found.scenario == 7 && found.loss == 20.001 && found.bound == 20)
  }

  @Test("A locked-in gain that is marked below itself, as interest does, is no loss beyond what was paid")
  func box() throws {
    let box = try margin([(1, 90, true), (-1, 110, true), (1, 110, false), (-1, 90, false)])
    #expect(box.maxLoss?.doubleValue == -20)
    #expect(beyond(15, box) == nil && beyond(0, box) == nil)
    #expect(beyond(-1, box)?.bound == 0)
  }

  @Test("Where the loss has no bound nothing is beyond it; the reason is the smile's where it moves with spot")
  func reasons() throws {
    #expect(try beyond(-1e9, margin([(-1, 100, true)])) == nil)
    let spread = try margin([(-1, 90, true), (1, 110, true)])
    #expect(beyond(-21, spread)?.reason.contains("forwards and rates") == true)
    let moving = LossBeyondMaximum(worst: -21, scenario: 1, dynamics: .stickyDelta, spread)
    #expect(moving?.reason.contains("moves with spot") == true)
  }
}
