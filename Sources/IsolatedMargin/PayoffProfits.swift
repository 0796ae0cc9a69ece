public import Basics

extension Payoff {
  /// The nearest `Double` to the payoff less `cost` at each of `prices`; nil at a price where there is no payoff: below 0,
  /// in coin 0 too, or no finite number.
  ///
  /// - Parameters:
  ///   - prices: Quote currency.
  ///   - cost: Settlement currency; what the position cost, fees included.
  /// - Complexity: O(n + m) exact operations for n prices in order and m vertices; a step against the order searches on from
  ///   where the last one stood.
  public func profits(at prices: [Double], less cost: ExactAmount) -> [Double?] {
    let offset = constant - cost
    let shifted = lines.map { PayoffLine(intercept: $0.intercept + offset, slope: $0.slope) }
    // A piece without a slope has one profit.
    let level = shifted.map { $0.slope.isZero ? $0.intercept.doubleValue : nil }
    var index = 0
    return prices.map { price in
      guard let exact = ExactAmount(exactly: price), let position = position(of: exact) else { return nil }
      while index + 1 < vertices.count, vertices[index + 1].position <= position { index += 1 }
      while index > 0, vertices[index].position > position { index -= 1 }
      if vertices[index].position == position { return vertices[index].value.map { ($0 + offset).doubleValue } }
      return level[index] ?? shifted[index].value(at: position).doubleValue
    }
  }
}
