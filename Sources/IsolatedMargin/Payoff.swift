public import Basics
public import Instruments
public import Pricing

/// What a payoff is at one vertex, its ``Payoff/constant`` left out: from the left, at the point itself, and from the right.
///
/// The three differ only where a digital option jumps. Left and right are those of the coordinate in which the payoff is
/// piecewise linear: the price S in quote currency, x = 1/S in coin.
public struct PayoffVertex: Hashable, Sendable {
  /// The coordinate: S in quote currency, 1/S in coin; 0 or more.
  public let position: ExactAmount
  /// The price S; nil for the limit S = infinity (coordinate 0 in coin).
  public let price: ExactAmount?
  /// The limit from below; nil at the left end.
  public let left: ExactAmount?
  /// The payoff at the price; nil for the limit S = infinity, where there is none.
  public let value: ExactAmount?
  /// The limit from above; nil at the right end of a range.
  public let right: ExactAmount?

  public init(
    position: ExactAmount, price: ExactAmount?, left: ExactAmount?, value: ExactAmount?, right: ExactAmount?
  ) {
    self.position = position
    self.price = price
    self.left = left
    self.value = value
    self.right = right
  }
}

/// The least or greatest payoff, and where it is met.
public struct PayoffExtreme: Hashable, Sendable {
  public let payoff: ExactAmount
  /// The price S of the vertex where it is met; nil for S = infinity, or where a constant payoff has no vertex.
  public let price: ExactAmount?
  /// True where the payoff takes this value at `price`; false where it only tends to it there, just beyond a digital's
  /// strike or at infinity.
  public let isAttained: Bool

  public init(payoff: ExactAmount, price: ExactAmount?, isAttained: Bool) {
    self.payoff = payoff
    self.price = price
    self.isAttained = isAttained
  }
}

/// The exact payoff at expiry of the legs on one underlying, premiums and fixed fees left out.
///
/// In quote currency it is piecewise linear in the price S on [0, infinity). In coin it is piecewise linear in x = 1/S on
/// (0, infinity), because a quote payoff a + bS is ax + b coin: so neither has an extremum inside a piece, and the
/// vertices, the two ends and the slope at the far end decide everything. Fees that depend on the outcome are part of
/// it, since they add vertices and can change the slope at infinity.
///
/// In coin, futures at d distinct entry prices add the constant sum of N/price, a fraction of d prices' length. It moves
/// no extremum: so it stands apart, and the sweep over the vertices works with strikes and quantities alone.
///
/// - Complexity: O(n log n) exact operations for n legs.
public struct Payoff: Sendable {
  public let settlement: Settlement
  /// What the payoff holds at every price beside what the vertices show: the sum of N/price over futures in coin, 0 in
  /// quote currency.
  public let constant: ExactAmount
  /// Ascending in the coordinate, without the constant; the first stands at coordinate 0. Every strike is one, and every
  /// price at which a capped fee changes its form.
  public let vertices: [PayoffVertex]
  /// The line to the right of each vertex, without the constant; the last one reaches to infinity. As many as there are
  /// vertices.
  let lines: [PayoffLine]

  /// Gives the payoff of `legs`, which must share one underlying.
  public init(of legs: [FilledLeg], settlement: Settlement) {
    var start = PayoffLine.zero
    var bends: [PayoffBend] = []
    bends.reserveCapacity(legs.count)
    for leg in legs { leg.addPayoff(in: settlement, to: &start, &bends) }
    // Positions decide alone: bends at one position are summed, so their order does not matter.
    bends.sort { $0.position < $1.position }

    var vertices: [PayoffVertex] = []
    var lines: [PayoffLine] = []
    vertices.reserveCapacity(bends.count + 1)
    lines.reserveCapacity(bends.count + 1)
    var line = start
    var next = 0
    var position = ExactAmount.zero
    repeat {
      let before = line
      var atPoint = line
      var hasJump = false
      while next < bends.count, bends[next].position == position {
        let bend = bends[next]
        line += bend.change
        if bend.kind != .kink { hasJump = true }
        if bend.kind != .jumpBeyond { atPoint += bend.change }
        next += 1
      }
      let isStart = vertices.isEmpty
      let isInfinity = isStart && settlement == .coin
      let right = line.value(at: position)
      vertices.append(
        PayoffVertex(
          position: position,
          price: settlement == .quote ? position : ExactAmount.one.divided(by: position),
          left: isStart ? nil : (hasJump ? before.value(at: position) : right),
          value: isInfinity ? nil : (hasJump ? atPoint.value(at: position) : right),
          right: right))
      lines.append(line)
      if next < bends.count { position = bends[next].position } else { break }
    } while true
    self.settlement = settlement
    constant = settlement == .coin ? EntryPrices.inverseSum(of: legs) : .zero
    self.vertices = vertices
    self.lines = lines
  }

  /// The slope just right of coordinate 0: from S = 0 up in quote currency, from S = infinity down in coin.
  public var slopeAtStart: ExactAmount { lines.first?.slope ?? .zero }

  /// The slope beyond the last vertex: as S goes to infinity in quote currency, as S goes to 0 in coin.
  ///
  /// Below zero, the loss has no bound; above zero, the profit has none.
  public var slopeAtEnd: ExactAmount { lines.last?.slope ?? .zero }

  /// The least payoff over all prices; nil where it has no lower bound.
  public var least: PayoffExtreme? {
    slopeAtEnd < .zero ? nil : extreme(of: vertices, isBetter: <)
  }

  /// The greatest payoff over all prices; nil where it has no upper bound.
  public var greatest: PayoffExtreme? {
    slopeAtEnd > .zero ? nil : extreme(of: vertices, isBetter: >)
  }

  /// True for one line without slope and without a jump: in coin its one vertex is the limit S = infinity, and the payoff
  /// has that value at every price.
  private var isFlat: Bool {
    guard let only = vertices.first, vertices.count == 1, slopeAtEnd.isZero else { return false }
    return only.value == nil || only.value == only.right
  }

  /// The payoff at a price of 0 or more (in coin above 0); nil outside.
  /// - Complexity: O(log n).
  public func value(at price: ExactAmount) -> ExactAmount? {
    guard let position = position(of: price) else { return nil }
    let index = lastVertex(notAfter: position)
    if vertices[index].position == position { return vertices[index].value.map { constant + $0 } }
    return constant + lines[index].value(at: position)
  }

  /// The coordinate of a price; nil where the payoff has none.
  func position(of price: ExactAmount) -> ExactAmount? {
    switch settlement {
    case .quote: return price < .zero ? nil : price
    case .coin: return price > .zero ? ExactAmount.one.divided(by: price) : nil
    }
  }

  /// The index of the last vertex at or before a position of 0 or more.
  func lastVertex(notAfter position: ExactAmount) -> Int {
    var (low, high) = (0, vertices.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if vertices[middle].position <= position { low = middle } else { high = middle }
    }
    return low
  }

  /// The vertices of the payoff restricted to the closed range of coordinates from `start` to `end`, its ends included.
  func vertices(from start: ExactAmount, to end: ExactAmount) -> [PayoffVertex] {
    let first = endVertex(at: start, isStart: true, isEnd: start == end)
    guard start < end else { return [first] }
    let inner = vertices.filter { $0.position > start && $0.position < end }
    return [first] + inner + [endVertex(at: end, isStart: false, isEnd: true)]
  }

  private func endVertex(at position: ExactAmount, isStart: Bool, isEnd: Bool) -> PayoffVertex {
    let index = lastVertex(notAfter: position)
    let vertex = vertices[index]
    let isVertex = vertex.position == position
    let value = isVertex ? vertex.value : lines[index].value(at: position)
    return PayoffVertex(
      position: position, price: settlement == .quote ? position : ExactAmount.one.divided(by: position),
      left: isStart ? nil : (isVertex ? vertex.left : value), value: value,
      right: isEnd ? nil : (isVertex ? vertex.right : value))
  }

  /// The best of all values and one-sided limits at `vertices`, which are those of the payoff or of a part of it: an
  /// attained one before a limit, then the lowest price.
  func extreme(
    of vertices: [PayoffVertex], isBetter: (ExactAmount, ExactAmount) -> Bool
  ) -> PayoffExtreme? {
    var best: ExactAmount?
    for vertex in vertices {
      for case let candidate? in [vertex.left, vertex.value, vertex.right] {
        if let known = best, !isBetter(candidate, known) { continue }
        best = candidate
      }
    }
    guard let best else { return nil }
    let byPrice = settlement == .quote ? Array(vertices.indices) : vertices.indices.reversed()
    for index in byPrice where vertices[index].value == best {
      return PayoffExtreme(payoff: constant + best, price: vertices[index].price, isAttained: true)
    }
    for index in byPrice where vertices[index].left == best || vertices[index].right == best {
      return PayoffExtreme(payoff: constant + best, price: vertices[index].price, isAttained: isFlat)
    }
    return nil
  }
}
