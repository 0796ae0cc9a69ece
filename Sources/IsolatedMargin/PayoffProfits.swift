public import Basics
import Instruments

extension Payoff {
  /// The nearest `Double` to the payoff less `cost` at each of `prices`; nil at a price where there is no payoff: below 0,
  /// in coin 0 too, or no finite number.
  ///
  /// - Parameters:
  ///   - prices: Quote currency.
  ///   - cost: Settlement currency; what the position cost, fees included.
  /// - Complexity: O(n + m) for n prices in order and m vertices; a step against the order searches on from where the last one
  ///   stood. In quote currency nearly every price takes a few floating operations, else a few exact ones.
  public func profits(at prices: [Double], less cost: ExactAmount) -> [Double?] {
    let offset = constant - cost
    let shifted = lines.map { PayoffLine(intercept: $0.intercept + offset, slope: $0.slope) }
    // A piece without a slope has one profit.
    let level = shifted.map { $0.slope.isZero ? $0.intercept.doubleValue : nil }
    let rounded = settlement == .quote ? shifted.map { RoundedLine($0) } : []
    let positions = vertices.map(\.position.doubleValue)
    var index = 0
    return prices.map { price in
      guard price.isFinite, price > 0 || (price == 0 && settlement == .quote) else { return nil }
      if settlement == .quote {
        // Nothing lies between a number and the Double nearest to it: away from that one, the order is that of Doubles.
        while index + 1 < positions.count, positions[index + 1] < price { index += 1 }
        while index > 0, positions[index] > price { index -= 1 }
        let isNearVertex = positions[index] == price || (index + 1 < positions.count && positions[index + 1] == price)
        if !isNearVertex {
          if let known = level[index] ?? rounded[index].flatMap({ $0.value(at: price) }) { return known }
        }
      }
      guard let exact = ExactAmount(exactly: price), let position = position(of: exact) else { return nil }
      while index + 1 < vertices.count, vertices[index + 1].position <= position { index += 1 }
      while index > 0, vertices[index].position > position { index -= 1 }
      if vertices[index].position == position { return vertices[index].value.map { ($0 + offset).doubleValue } }
      return level[index] ?? shifted[index].value(at: position).doubleValue
    }
  }
}

/// A line over prices in twice the digits of a `Double`, which decide nearly every rounding.
private struct RoundedLine {
  let slope: Double
  /// The intercept is their sum, but for less than 2^-105 of it.
  let high: Double
  let low: Double

  /// Nil where the slope is no `Double`.
  init?(_ line: PayoffLine) {
    slope = line.slope.doubleValue
    high = line.intercept.doubleValue
    guard ExactAmount(exactly: slope) == line.slope, let exact = ExactAmount(exactly: high) else { return nil }
    low = (line.intercept - exact).doubleValue
  }

  /// The nearest `Double` to the exact value; nil where these digits do not decide it.
  ///
  /// Sum and product without their errors: Ole Møller (1965), T. J. Dekker (1971). The value lies within `doubt` of the sum, and
  /// where both ends of that round to one `Double` so does what lies between them (Abraham Ziv, 1991).
  func value(at price: Double) -> Double? {
    let product = slope * price
    let productError = (-product).addingProduct(slope, price)
    let sum = product + high
    let part = sum - product
    let sumError = (product - (sum - part)) + (high - part)
    let rest = sumError + (productError + low)
    let doubt = 0x1p-48 * (sumError.magnitude + productError.magnitude + low.magnitude) + 0x1p-100 * high.magnitude
    let (below, above) = (sum + (rest - doubt), sum + (rest + doubt))
    // Tiny products lose bits of their error, vast ones have none.
    guard below == above, product.magnitude > 0x1p-900, product.magnitude < 0x1p900 else { return nil }
    // Zero has no sign.
    return below + 0
  }
}
