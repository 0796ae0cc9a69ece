public import Basics
public import IsolatedMargin

/// A limit that a report is checked against, as `--fail-on` names it.
public enum LossLimit: Hashable, Sendable {
  /// No loss may be without bound.
  case unbounded
  /// No strategy may lose more, in its own settlement currency; a loss without bound is more.
  case maxLoss(ExactAmount)
  /// No scenario may lose a larger share of the margin.
  case lossShare(ExactAmount)

  /// Reads `unbounded`, `max-loss=AMOUNT` or `loss-share=SHARE`; nil for anything else, and for negative numbers.
  public init?(parsing text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 1, text == "unbounded" {
      self = .unbounded
      return
    }
    guard parts.count == 2, let number = try? ExactAmount(parsing: parts[1]), number >= .zero else { return nil }
    switch parts[0] {
    case "max-loss": self = .maxLoss(number)
    case "loss-share": self = .lossShare(number)
    default: return nil
    }
  }

  /// True where the limit cannot be compared with a strategy's loss, because there is no such answer.
  public func isUnanswered(by margin: StrategyMargin) -> Bool {
    guard case .unbounded = self else { return false }
    return margin.maxLoss == nil && margin.status != .unbounded
  }

  /// Says in words how a strategy breaches this limit; nil where it does not, or where the limit is about scenarios.
  ///
  /// What has no maximum loss (several expiries, say) breaches a limit to it: a gate that cannot compare stays shut.
  public func breach(by margin: StrategyMargin) -> String? {
    switch self {
    case .unbounded:
      return margin.status == .unbounded ? "\(margin.name): the loss is unbounded (\(margin.detail))" : nil
    case .maxLoss(let limit):
      if margin.status == .unbounded { return "\(margin.name): the loss is unbounded, the limit is \(limit)" }
      guard let loss = margin.maxLoss else {
        return "\(margin.name): no maximum loss (\(margin.status.rawValue)), the limit is \(limit)"
      }
      guard loss > limit else { return nil }
      return "\(margin.name): the maximum loss is \(margin.maxLossText) \(margin.currency), the limit is \(limit)"
    case .lossShare: return nil
    }
  }
}
