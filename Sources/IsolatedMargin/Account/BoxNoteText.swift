import Basics

/// The words of reports.
extension BoxNote: CustomStringConvertible {
  public var description: String {
    switch self {
    case .locked(let amount): return "locked \(amount)"
    case .autoAdded(let amount, let posted, let cap, let promise):
      return "auto-add \(amount): loss at most \(promise) = posted \(posted.text) + cap \(cap.text)"
    case .recordedStale(let name, let age): return "stale mark of \(name): \(age) s old"
    case .carried(let amount): return "\(amount) beyond the cash carried on the position's cost"
    case .reduced(let name, let closed, let ratio):
      let after = ratio.map { ", equity \($0.decimalText(decimals: 8, rounding: .down)) of the notional kept" } ?? ""
      return "closed \(closed) of \(name)\(after)"
    case .closedInFull(let reason): return "closed in full: \(reason)"
    case .settled(let amount): return "settled at \(amount)"
    case .american: return "american: early assignment not covered"
    }
  }
}

extension Waterfall: CustomStringConvertible {
  /// Who covers the shortfall, and what each allocation would ask of the one it asks most of.
  public var description: String {
    var taken = "0"
    if let haircuts = try? residual.minus(remainder) { taken = haircuts.text }
    var text = "shortfall \(shortfall): insurance \(insurance.text), haircuts \(taken), uncovered \(remainder.text)"
    if let even = Waterfall.concentration(proRata), let first = Waterfall.concentration(queue), !residual.isZero {
      text += " (severity \(severity.decimalText(decimals: 4, rounding: .up)), applied \(order.rawValue); "
      text += "largest haircut pro rata \(even.text), queue \(first.text))"
    }
    return text
  }
}
