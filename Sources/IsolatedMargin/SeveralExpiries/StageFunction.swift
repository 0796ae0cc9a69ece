public import Basics
import Instruments
import Pricing

/// What the legs are worth at one of their expiries: those that end there, and the least the later ones can be worth.
///
/// Piecewise linear in the coordinate (S in quote currency, 1/S in coin), and on the sides of a digital's jump three
/// values at one vertex.
public struct StageFunction: Hashable, Sendable {
  /// Ascending in the coordinate, the first at 0.
  public let vertices: [PayoffVertex]
  public let slopeAtEnd: ExactAmount
  /// For each vertex, whether laws with finite prices take its value.
  let isAttained: [Bool]
  let isTailAttained: Bool

  public init(vertices: [PayoffVertex], slopeAtEnd: ExactAmount) {
    self.vertices = vertices
    self.slopeAtEnd = slopeAtEnd
    isAttained = vertices.map { _ in true }
    isTailAttained = true
  }

  /// Adds what ends here to what is carried from the next expiry.
  ///
  /// - Parameters:
  ///   - payoff: Of the legs that end here; its constant is left out.
  ///   - sign: 1 for the least value, -1 for that of the opposite position.
  ///   - later: Of the position with that sign; nil at the last expiry.
  ///   - slope: A line through the origin to be added, its sign in it already.
  init(_ payoff: Payoff, sign: ExactAmount, later: CarriedEnvelope?, slope: ExactAmount = .zero) {
    var positions = payoff.vertices.map(\.position)
    for kink in later?.kinks ?? [] { positions.append(kink) }
    positions.sort()
    var vertices: [PayoffVertex] = []
    var isAttained: [Bool] = []
    for position in positions where vertices.last.map({ $0.position < position }) ?? true {
      let own = payoff.sides(at: position)
      let (carried, isTaken) = later?.value(at: position) ?? (.zero, true)
      let rest = carried + slope * position
      let atPoint = (position.isZero ? later?.valueAtStart : nil) ?? rest
      vertices.append(
        PayoffVertex(
          position: position,
          price: payoff.settlement == .quote ? position : ExactAmount.one.divided(by: position),
          left: own.left.map { sign * $0 + rest }, value: own.value.map { sign * $0 + atPoint },
          right: own.right.map { sign * $0 + rest }))
      isAttained.append(isTaken)
    }
    self.vertices = vertices
    self.isAttained = isAttained
    slopeAtEnd = sign * payoff.slopeAtEnd + (later?.slopeAtEnd ?? .zero) + slope
    isTailAttained = later?.isTailAttained ?? true
  }

  /// The slope just right of coordinate 0.
  var slopeAtStart: ExactAmount {
    guard vertices.count > 1, let start = vertices[0].right, let end = vertices[1].left else { return slopeAtEnd }
    return (end - start).divided(by: vertices[1].position) ?? slopeAtEnd
  }

  /// The least value; nil where it falls for ever. An attained one before a limit, then the lowest price.
  func least(constant: ExactAmount, settlement: Settlement) -> PayoffExtreme? {
    guard slopeAtEnd >= .zero else { return nil }
    guard let best = vertices.flatMap({ [$0.left, $0.value, $0.right].compactMap { $0 } }).min() else { return nil }
    let byPrice = settlement == .quote ? Array(vertices.indices) : vertices.indices.reversed()
    let places = byPrice.filter { index in
      let vertex = vertices[index]
      return vertex.value == best || vertex.left == best || vertex.right == best
    }
    let attained = places.first { vertices[$0].value == best && isAttained[$0] }
    guard let place = attained ?? places.first(where: { vertices[$0].value == best }) ?? places.first else {
      return nil
    }
    return PayoffExtreme(payoff: constant + best, price: vertices[place].price, isAttained: attained != nil)
  }
}

extension Payoff {
  /// The payoff without its constant at a position of 0 or more: from the left, there, and from the right.
  func sides(at position: ExactAmount) -> (left: ExactAmount?, value: ExactAmount?, right: ExactAmount?) {
    let index = lastVertex(notAfter: position)
    let vertex = vertices[index]
    if vertex.position == position { return (vertex.left, vertex.value, vertex.right) }
    let value = lines[index].value(at: position)
    return (value, value, value)
  }
}
