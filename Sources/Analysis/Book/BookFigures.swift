import Basics
public import IsolatedMargin
import Scenarios

/// What a book's summary says of one strategy, account or the whole, in its settlement currency.
public struct BookFigures: Sendable {
  /// Under the unshocked market.
  public let value: Double
  /// The least profit over the nodes 1 to N, and the lowest scenario that has it.
  public let worst: Double
  public let worstScenario: Int
  public let best: Double
  public let bestScenario: Int
  public let margin: MarginFigures
  /// Shares of the nodes 1 to N that lose strictly more than 25, 50, 75 and 100 percent of the margin, what rounding leaves
  /// beyond the whole not counted (``PostedMargin``); nil without one.
  public let sharesBeyond: SIMD4<Double>?
  /// At each level asked for, a loss as a positive number; empty without weights.
  public let expectedShortfalls: [Double]

  /// The shares of the margin beyond which nodes are counted.
  public static let thresholds = SIMD4(0.25, 0.5, 0.75, 1)

  /// max(0, -worst) / margin, and 1 for one beyond it by no more than rounding; nil without a margin, infinite where something is
  /// lost of a margin of 0.
  public var worstLossShare: Double? { margin.margin.map { PostedMargin($0).lossShare(of: worst) } }
}
