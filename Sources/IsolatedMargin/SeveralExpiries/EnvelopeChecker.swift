import Basics
import Instruments
import Pricing

/// Verifies an envelope certificate from the legs and the factors between expiries alone.
///
/// Like ``CertificateChecker`` it shares no code with what made the certificate. Each leg's payoff is written out again; the
/// worst factors are found among the corners of their box and the places where an envelope's own corner meets its edges,
/// where a function linear on cones from the origin is least, and not by lines; and a carried envelope, which is convex, is
/// seen to be linear between two vertices by its middle. The argument: every function is linear between its vertices; an
/// envelope that is convex, ends with the function's slope and is nowhere above it at a vertex is nowhere above it; and
/// one that touches it at its own corners is the greatest such.
///
/// - Complexity: O(v (n + p)) exact operations for n legs, v vertices and p points of an envelope.
enum EnvelopeChecker {
  static func check(_ certificate: EnvelopeCertificate, of legs: [FilledLeg]) throws(CertificateError) {
    let (terms, isCoin) = (certificate.terms, certificate.settlement == .coin)
    let stages = certificate.stages
    guard stages.map(\.expiry) == terms.steps.map(\.expiry), !stages.isEmpty else {
      throw .malformed("stages and expiries differ")
    }
    var groups = [[FilledLeg]](repeating: [], count: stages.count + 1)
    var slope = ExactAmount.zero
    for leg in legs {
      let own = leg.instrument.expiry
      guard let place = own.map({ own in terms.expiries.firstIndex { $0.isSameSettlement(as: own) } }) ?? 0 else {
        throw .malformed("no expiry for \(leg.instrument)")
      }
      // What is no option is closed at the first expiry, a future at its forward; who holds an American option may exercise.
      var isExercised = false
      if certificate.isExercisedAtFirst, case .option(let contract) = leg.instrument {
        isExercised = contract.exercise == .american && leg.quantity > .zero
      }
      groups[leg.instrument.isOption && !isExercised ? place : 0].append(leg)
      if place > 0, !leg.instrument.isOption { slope += forwardSlope(of: leg, terms.steps[..<place], isCoin: isCoin) }
    }

    var later: Carried?
    for (index, stage) in stages.enumerated().reversed() {
      let part = Part(legs: groups[index + 1], later: later, slope: .zero, isCoin: isCoin)
      try check(stage.function.vertices, slopeAtEnd: stage.function.slopeAtEnd, of: part)
      try check(stage.envelope, of: stage.function)
      later = Carried(stage.envelope, terms.steps[index], isCoin: isCoin)
    }

    let first = certificate.first
    let part = Part(legs: groups[0], later: later, slope: slope, isCoin: isCoin)
    guard first.underlying == terms.underlying, first.settlement == certificate.settlement else {
      throw .wrongTotal("found \(first.underlying), wanted \(terms.underlying)")
    }
    try check(first.vertices, slopeAtEnd: first.slopeAtEnd, of: part)
    let constant = groups[0].reduce(ExactAmount.zero) { $0 + LegPayoff.constant(of: $1, isCoin: isCoin) }
    guard first.constant == constant else { throw .wrongConstant(found: first.constant, wanted: constant) }
    for vertex in first.vertices {
      let price = isCoin ? ExactAmount.one.divided(by: vertex.position) : vertex.position
      guard vertex.price == price else { throw .malformed("price and position differ at \(vertex.position)") }
    }
    try checkLeast(first)
  }

  /// F = SQ/D for a price, 1/F = xD/Q for its inverse; the quotient is at its worst where both factors are.
  private static func forwardSlope(
    of leg: FilledLeg, _ steps: ArraySlice<ExpiryStep>, isCoin: Bool
  ) -> ExactAmount {
    var (low, high) = (ExactAmount.one, ExactAmount.one)
    for step in steps {
      let (above, below) = isCoin ? (step.discount, step.carry) : (step.carry, step.discount)
      low = (low * above.lower).divided(by: below.upper) ?? .zero
      high = (high * above.upper).divided(by: below.lower) ?? .zero
    }
    let units = leg.quantity.exact * leg.multiplier.exact
    let own = (isCoin ? -units : units) - units.magnitude * (leg.payoffFee?.rate ?? .zero)
    return min(own * low, own * high) - own
  }

  /// What a function must be made of.
  struct Part {
    let legs: [FilledLeg]
    let later: Carried?
    let slope: ExactAmount
    let isCoin: Bool

    func legsValue(_ position: ExactAmount, _ side: LegPayoff.Side) -> ExactAmount {
      legs.reduce(slope * position) { $0 + LegPayoff.value(of: $1, at: position, side, isCoin: isCoin) }
    }

    func value(_ position: ExactAmount, _ side: LegPayoff.Side) -> ExactAmount {
      let isStart = position.isZero && side == .at
      return legsValue(position, side) + (later?.value(at: position, isStart: isStart) ?? .zero)
    }
  }

  /// The least value of a later envelope over the box of its factors.
  struct Carried {
    private let envelope: ConvexEnvelope
    private let intercept: FactorRange
    private let slope: FactorRange

    init(_ envelope: ConvexEnvelope, _ step: ExpiryStep, isCoin: Bool) {
      self.envelope = envelope
      (intercept, slope) = isCoin ? (step.carry, step.discount) : (step.discount, step.carry)
    }

    var slopeAtEnd: ExactAmount { min(slope.lower * envelope.slopeAtEnd, slope.upper * envelope.slopeAtEnd) }

    /// I c(tL/I) at its least over the intercept's factor I and the slope's L.
    func value(at position: ExactAmount, isStart: Bool) -> ExactAmount {
      guard !position.isZero else {
        let value = (isStart ? envelope.valueAtStart : nil) ?? envelope.points[0].value
        return min(intercept.lower * value, intercept.upper * value)
      }
      var least: ExactAmount?
      func take(_ value: ExactAmount) { least = least.map { min($0, value) } ?? value }
      for i in [intercept.lower, intercept.upper] {
        for l in [slope.lower, slope.upper] {
          if let place = (position * l).divided(by: i) { take(i * EnvelopeChecker.value(of: envelope, at: place)) }
        }
      }
      for point in envelope.points where !point.position.isZero {
        for i in [intercept.lower, intercept.upper] {
          let l = (point.position * i).divided(by: position) ?? .zero
          if slope.lower <= l, l <= slope.upper { take(i * point.value) }
        }
        for l in [slope.lower, slope.upper] {
          let i = (position * l).divided(by: point.position) ?? .zero
          if intercept.lower <= i, i <= intercept.upper { take(i * point.value) }
        }
      }
      return least ?? .zero
    }
  }

  /// Between its points an envelope is the chord, beyond the last the ray.
  static func value(of envelope: ConvexEnvelope, at position: ExactAmount) -> ExactAmount {
    let points = envelope.points
    guard let index = points.lastIndex(where: { $0.position <= position }) else { return .zero }
    let point = points[index]
    let run = position - point.position
    guard index + 1 < points.count else { return point.value + envelope.slopeAtEnd * run }
    let next = points[index + 1]
    let share = run.divided(by: next.position - point.position) ?? .zero
    return point.value + (next.value - point.value) * share
  }

  private static func check(
    _ vertices: [PayoffVertex], slopeAtEnd: ExactAmount, of part: Part
  ) throws(CertificateError) {
    guard let first = vertices.first, let last = vertices.last, first.position.isZero, first.left == nil,
      (first.value == nil) == part.isCoin
    else { throw .malformed("the first vertex is not the end at 0") }
    for (index, vertex) in vertices.enumerated() {
      guard index == 0 || vertex.position > vertices[index - 1].position else { throw .malformed("not ascending") }
      guard index == 0 || (vertex.left != nil && vertex.value != nil), vertex.right != nil else {
        throw .malformed("a limit is missing at \(vertex.position)")
      }
    }
    let positions = Set(vertices.map(\.position))
    for leg in part.legs {
      for turn in LegPayoff.turns(of: leg, isCoin: part.isCoin) where !positions.contains(turn) {
        throw .missingVertex(position: turn)
      }
    }
    for vertex in vertices {
      for (stated, side) in [(vertex.left, LegPayoff.Side.below), (vertex.value, .at), (vertex.right, .above)] {
        guard let stated else { continue }
        let wanted = part.value(vertex.position, side)
        guard stated == wanted else {
          throw .wrongValue(position: vertex.position, found: stated, wanted: wanted)
        }
      }
    }
    let beyond = last.position + .one
    var wanted = part.legsValue(beyond, .at) - part.legsValue(last.position, .above)
    if let later = part.later {
      // Convex: equal to the mean of its ends in the middle, and to its last slope behind the last vertex.
      for (start, end) in zip(vertices, vertices.dropFirst()) {
        let middle = (start.position + end.position) * ExactAmount(count: 5, decimals: 1)
        let mean = later.value(at: start.position, isStart: false) + later.value(at: end.position, isStart: false)
        guard later.value(at: middle, isStart: false) * ExactAmount(2) == mean else {
          throw .missingVertex(position: middle)
        }
      }
      let rise = later.value(at: beyond, isStart: false) - later.value(at: last.position, isStart: false)
      guard rise == later.slopeAtEnd else { throw .missingVertex(position: beyond) }
      wanted += rise
    }
    guard slopeAtEnd == wanted else { throw .wrongSlope(found: slopeAtEnd, wanted: wanted) }
  }

  private static func check(
    _ envelope: ConvexEnvelope, of function: StageFunction
  ) throws(CertificateError) {
    let points = envelope.points
    guard let first = points.first, first.position.isZero else { throw .malformed("an envelope without a start") }
    guard envelope.slopeAtEnd == function.slopeAtEnd else {
      throw .wrongSlope(found: envelope.slopeAtEnd, wanted: function.slopeAtEnd)
    }
    var slope: ExactAmount?
    for (point, next) in zip(points, points.dropFirst()) {
      guard let rise = (next.value - point.value).divided(by: next.position - point.position),
        next.position > point.position
      else { throw .malformed("points that do not ascend at \(next.position)") }
      if let slope, rise < slope { throw .wrongEnvelope(position: point.position, "found a falling slope") }
      slope = rise
    }
    if let slope, envelope.slopeAtEnd < slope {
      throw .wrongEnvelope(position: points[points.count - 1].position, "found a falling slope")
    }
    var untouched = Set(points.map(\.position))
    for vertex in function.vertices {
      let sides = [vertex.left, vertex.value, vertex.right].compactMap { $0 }
      let lowest = sides.min() ?? .zero
      let value = EnvelopeChecker.value(of: envelope, at: vertex.position)
      guard value <= lowest else {
        throw .wrongEnvelope(position: vertex.position, "found \(value), wanted \(lowest) or less")
      }
      if value == lowest { untouched.remove(vertex.position) }
    }
    if let position = untouched.min() {
      throw .wrongEnvelope(position: position, "found a corner that does not touch the function")
    }
    if let start = envelope.valueAtStart, start != function.vertices.first?.value {
      throw .wrongEnvelope(position: .zero, "found \(start), wanted the function's own value")
    }
  }

  private static func checkLeast(_ function: LossCertificate) throws(CertificateError) {
    guard function.slopeAtEnd >= .zero else {
      if let least = function.least { throw .wrongLeast("found \(least.payoff), wanted none: the end falls") }
      return
    }
    guard let least = function.least else { throw .wrongLeast("found none, wanted one: the end does not fall") }
    let stated = least.payoff - function.constant
    for vertex in function.vertices {
      for case let value? in [vertex.left, vertex.value, vertex.right] where value < stated {
        throw .wrongLeast("found \(least.payoff), but \(function.constant + value) at position \(vertex.position)")
      }
    }
    guard let place = function.vertices.first(where: { $0.price == least.price }) else {
      throw .wrongArgmin("found a price that is no vertex")
    }
    guard place.value == stated || (!least.isAttained && (place.left == stated || place.right == stated)) else {
      throw .wrongArgmin("found another value there")
    }
  }
}
