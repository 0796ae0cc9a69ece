import Basics

extension RiskArray {
  /// The scenario that loses most after the worst one, of several the first; nil where no other loses.
  public var second: (index: Int, loss: Double)? {
    guard let worst else { return nil }
    var second: (index: Int, loss: Double)?
    for (index, result) in results.enumerated() where index != worst.index && -result > second?.loss ?? 0 {
      second = (index, -result)
    }
    return second
  }
}

extension ScenarioBook {
  /// The scenario that comes next after the one that decides, with what it would ask for: how near the decision was.
  ///
  /// - Parameter ratio: What the rule multiplies losses with.
  /// - Returns: `spot -10 %, vol unchanged: 1012.33`; empty where no second scenario loses.
  func runnerUp(in currency: Currency, times ratio: Double = 1) -> String {
    let texts = groups.compactMap { group -> String? in
      guard let second = group.array.second,
        let amount = try? Money(rounding: second.loss * ratio, to: currency, .up)
      else { return nil }
      let name = groups.count == 1 ? "" : "\(group.underlying): "
      return "\(name)\(group.scenarios[second.index].text): \(amount.text)"
    }
    return texts.joined(separator: "; ")
  }
}
