public import Basics
import Instruments
public import Pricing

/// Why a certificate does not prove what it states.
public enum CertificateError: Error, Equatable, Sendable {
  /// The vertices do not start at 0, do not ascend, or lack a limit they must have.
  case malformed(String)
  /// The legs turn at a position that is no vertex.
  case missingVertex(position: ExactAmount)
  /// The payoff at a vertex is not what the legs pay there.
  case wrongValue(position: ExactAmount, found: ExactAmount, wanted: ExactAmount)
  case wrongSlope(found: ExactAmount, wanted: ExactAmount)
  /// The part of the payoff that is the same at every price is not what the legs' entry prices make it.
  case wrongConstant(found: ExactAmount, wanted: ExactAmount)
  /// The least payoff is above one of the vertices, or stated although there is none, or missing.
  case wrongLeast(String)
  /// An envelope is not convex, does not touch its function, or lies above it.
  case wrongEnvelope(position: ExactAmount, String)
  /// The boxes of a bound within a band of volatilities do not prove it.
  case wrongBand(BandFault)
  /// The payoff at the stated price is not the least one, or is not attained as stated.
  case wrongArgmin(String)
  /// Entry cost, fees, their sum with the least payoff, or the set of underlyings does not match the strategy.
  case wrongTotal(String)
}

extension CertificateError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let text): return "malformed certificate: \(text)"
    case .missingVertex(let position): return "no vertex at \(position), where the legs turn"
    case .wrongValue(let position, let found, let wanted):
      return "payoff at vertex \(position): found \(found), wanted \(wanted)"
    case .wrongSlope(let found, let wanted): return "end slope: found \(found), wanted \(wanted)"
    case .wrongConstant(let found, let wanted): return "constant: found \(found), wanted \(wanted)"
    case .wrongLeast(let text): return "least payoff: \(text)"
    case .wrongEnvelope(let position, let text): return "envelope at \(position): \(text)"
    case .wrongBand(let fault): return fault.description
    case .wrongArgmin(let text): return "place of the least payoff: \(text)"
    case .wrongTotal(let text): return "total: \(text)"
    }
  }
}

/// Verifies a maximum loss from the legs alone.
///
/// It shares no code with what made the certificate: each leg's payoff is written out again as a function of the
/// coordinate and evaluated at every vertex, instead of summed up from slopes. The argument it checks: every leg is linear
/// between its own turning points; all of those are vertices; so the sum is linear between vertices, and is nowhere less
/// than at a vertex or a one-sided limit there, unless it falls beyond the last. What the legs pay at every price alike, the
/// N/price of futures in coin, is verified once and left out of the vertices.
///
/// - Complexity: O(n v) exact operations for n legs and v vertices, since nothing is carried from one vertex to the next.
public enum CertificateChecker {
  /// - Throws: ``CertificateError``, the first fault found.
  public static func check(_ maximumLoss: MaximumLoss, of strategy: FilledStrategy) throws(CertificateError) {
    var order: [String] = []
    var groups: [String: [FilledLeg]] = [:]
    var (cost, fees) = (ExactAmount.zero, strategy.strategyFees)
    for leg in strategy.legs {
      let underlying = leg.instrument.underlying
      if groups[underlying] == nil { order.append(underlying) }
      groups[underlying, default: []].append(leg)
      fees += leg.fee
      if leg.instrument.isOption { cost += leg.quantity.exact * leg.multiplier.exact * leg.price }
    }
    let proofs = maximumLoss.proofs
    var named: [String] = []
    for proof in proofs where named.last != proof.underlying { named.append(proof.underlying) }
    guard named == order else { throw .wrongTotal("found underlyings \(named), wanted \(order)") }
    var least: ExactAmount? = .zero
    for proof in proofs {
      guard proof.settlement == strategy.settlement else { throw .wrongTotal("another settlement") }
      least = least.flatMap { sum in proof.least.map { sum + $0.payoff } }
    }
    for underlying in order {
      try check(
        proofs.filter { $0.underlying == underlying }, of: groups[underlying] ?? [], policy: maximumLoss.policy)
    }
    switch maximumLoss {
    case .unbounded: if least != nil { throw .wrongTotal("found unbounded, wanted a bound: no slope is below 0") }
    case .bounded(let bound):
      guard let least else { throw .wrongTotal("found a bound, wanted unbounded: a slope is below 0") }
      // Enclosures are rounded down once, to 10^-8.
      let slack = proofs.allSatisfy(\.isExact) ? ExactAmount.zero : ExactAmount(count: 1, decimals: 8)
      guard bound.leastPayoff <= least, least - bound.leastPayoff <= slack else {
        throw .wrongTotal("found least payoff \(bound.leastPayoff), wanted \(least)")
      }
      let inTime = try leastInTime(proofs, groups)
      guard bound.leastCash <= inTime, inTime - bound.leastCash <= slack else {
        throw .wrongTotal("found \(bound.leastCash) paid at the least by an expiry, wanted \(inTime)")
      }
      guard bound.entryCost == cost else { throw .wrongTotal("found entry cost \(bound.entryCost), wanted \(cost)") }
      guard bound.fees == fees else { throw .wrongTotal("found fees \(bound.fees), wanted \(fees)") }
      guard bound.loss == cost + fees - bound.leastPayoff else { throw .wrongTotal("found loss \(bound.loss)") }
    }
  }

  /// The least of what is paid up to an expiry, over all of them: a gain pays for nothing that falls due before it.
  private static func leastInTime(
    _ proofs: [LossProof], _ groups: [String: [FilledLeg]]
  ) throws(CertificateError) -> ExactAmount {
    var payments: [(end: Expiry?, payoff: ExactAmount)] = []
    for proof in proofs {
      guard let least = proof.least else { throw .wrongTotal("found no least payoff of \(proof.underlying)") }
      let own = groups[proof.underlying]?.lazy.compactMap { $0.instrument.expiry }.first
      payments.append((proof.expiry ?? own, least.payoff))
    }
    let ends = payments.compactMap(\.end)
    let sums = ends.map { end in
      payments.reduce(ExactAmount.zero) { sum, payment in
        // What never expires is closed with the first of all.
        let isPaid = payment.end.map { $0 < end || $0.isSameSettlement(as: end) } ?? true
        return isPaid ? sum + payment.payoff : sum
      }
    }
    return sums.min() ?? payments.reduce(.zero) { $0 + $1.payoff }
  }

  /// Verifies all proofs of one underlying, and that they are of the policy's kind and cover every leg once.
  private static func check(
    _ proofs: [LossProof], of legs: [FilledLeg], policy: LossPolicy
  ) throws(CertificateError) {
    var expiries: [Expiry] = []
    for leg in legs {
      guard let expiry = leg.instrument.expiry, !expiries.contains(where: { $0.isSameSettlement(as: expiry) }) else {
        continue
      }
      expiries.append(expiry)
    }
    if expiries.count <= 1 {
      guard proofs.count == 1, case .payoff(let certificate) = proofs[0] else {
        throw .wrongTotal("found other proofs, wanted the payoff at the one expiry of \(legs.count) legs")
      }
      return try check(certificate, of: legs)
    }
    switch policy {
    case .heldToExpiry: throw .wrongTotal("found \(policy.name), wanted a policy for \(expiries.count) expiries")
    case .closedAtFirstExpiry, .closedAtFirstExpiryInBand:
      guard proofs.count == 1 else { throw .wrongTotal("found \(proofs.count) proofs, wanted one") }
      switch (proofs[0], policy) {
      // Marks by Black's formula are free of arbitrage: what bounds all such marks bounds those within a band.
      case (.envelope(let envelope), _): try EnvelopeChecker.check(envelope, of: legs)
      case (.band(let certificate), .closedAtFirstExpiryInBand(let band))
      where certificate.band == band && certificate.range == nil:
        do { try BandChecker.check(certificate, of: legs) } catch { throw .wrongBand(error) }
      default:
        throw .wrongTotal("found another kind of proof, wanted one of \(policy.name)")
      }
    case .eachHeldToItsExpiry:
      guard proofs.count == expiries.count else {
        throw .wrongTotal("found \(proofs.count) proofs, wanted one for each of \(expiries.count) expiries")
      }
      expiries.sort()
      for (proof, expiry) in zip(proofs, expiries) {
        guard case .expiry(let own, let certificate) = proof, own.isSameSettlement(as: expiry) else {
          throw .wrongTotal("found another proof, wanted one at \(expiry)")
        }
        // What never expires is closed at the first.
        let held = legs.filter { leg in
          leg.instrument.expiry.map { $0.isSameSettlement(as: expiry) } ?? (expiry == expiries[0])
        }
        try check(certificate, of: held)
      }
    }
  }

  /// Verifies the certificate of the legs on one underlying.
  ///
  /// - Throws: ``CertificateError``, the first fault found.
  public static func check(_ certificate: LossCertificate, of legs: [FilledLeg]) throws(CertificateError) {
    let vertices = certificate.vertices
    let isCoin = certificate.settlement == .coin
    guard let first = vertices.first, let last = vertices.last, first.position.isZero, first.left == nil,
      (first.value == nil) == isCoin
    else { throw .malformed("the first vertex is not the end at 0") }
    for (index, vertex) in vertices.enumerated() {
      guard index == 0 || vertex.position > vertices[index - 1].position else { throw .malformed("not ascending") }
      guard index == 0 || (vertex.left != nil && vertex.value != nil), vertex.right != nil else {
        throw .malformed("a limit is missing at \(vertex.position)")
      }
      let price = isCoin ? ExactAmount.one.divided(by: vertex.position) : vertex.position
      guard vertex.price == price else { throw .malformed("price and position differ at \(vertex.position)") }
    }

    let constant = sum(legs.map { LegPayoff.constant(of: $0, isCoin: isCoin) }[...])
    guard certificate.constant == constant else {
      throw .wrongConstant(found: certificate.constant, wanted: constant)
    }
    let positions = Set(vertices.map(\.position))
    for leg in legs {
      for turn in LegPayoff.turns(of: leg, isCoin: isCoin) where !positions.contains(turn) {
        throw .missingVertex(position: turn)
      }
    }

    func payoff(_ position: ExactAmount, _ side: LegPayoff.Side) -> ExactAmount {
      legs.reduce(.zero) { $0 + LegPayoff.value(of: $1, at: position, side, isCoin: isCoin) }
    }
    for vertex in vertices {
      for (stated, side) in [(vertex.left, LegPayoff.Side.below), (vertex.value, .at), (vertex.right, .above)] {
        guard let stated else { continue }
        let wanted = payoff(vertex.position, side)
        guard stated == wanted else {
          throw .wrongValue(position: vertex.position, found: stated, wanted: wanted)
        }
      }
    }

    // Beyond the last vertex and before the second one the sum is a line: two points give its slope.
    let lastSlope = payoff(last.position + .one, .at) - payoff(last.position, .above)
    guard certificate.slopeAtEnd == lastSlope else {
      throw .wrongSlope(found: certificate.slopeAtEnd, wanted: lastSlope)
    }
    var firstSlope = lastSlope
    if vertices.count > 1 {
      let rise = payoff(vertices[1].position, .below) - payoff(.zero, .above)
      firstSlope = rise.divided(by: vertices[1].position) ?? lastSlope
    }
    guard certificate.slopeAtStart == firstSlope else {
      throw .wrongSlope(found: certificate.slopeAtStart, wanted: firstSlope)
    }
    try checkLeast(certificate, isFlat: vertices.count == 1 && lastSlope.isZero)
  }

  /// Half and half: added one after another, ten thousand fractions would make every step a long one.
  private static func sum(_ terms: ArraySlice<ExactAmount>) -> ExactAmount {
    guard terms.count > 1 else { return terms.first ?? .zero }
    let middle = terms.startIndex + terms.count / 2
    return sum(terms[..<middle]) + sum(terms[middle...])
  }

  /// Verifies the least payoff and its place against the vertices, which are verified already.
  private static func checkLeast(_ certificate: LossCertificate, isFlat: Bool) throws(CertificateError) {
    guard certificate.slopeAtEnd >= .zero else {
      if let least = certificate.least { throw .wrongLeast("found \(least.payoff), wanted none: the end falls") }
      return
    }
    guard let least = certificate.least else { throw .wrongLeast("found none, wanted one: the end does not fall") }
    let lowest = least.payoff - certificate.constant
    var isSomewhereAttained = false
    for vertex in certificate.vertices {
      for case let value? in [vertex.left, vertex.value, vertex.right] where value < lowest {
        throw .wrongLeast("found \(least.payoff), but \(certificate.constant + value) at position \(vertex.position)")
      }
      if vertex.value == lowest { isSomewhereAttained = true }
    }
    guard let place = certificate.vertices.first(where: { $0.price == least.price }) else {
      throw .wrongArgmin("found a price that is no vertex")
    }
    let isThere = place.value == lowest
    let isLimit = place.left == lowest || place.right == lowest
    guard isThere || isLimit else { throw .wrongArgmin("found another payoff there") }
    // A constant without vertices is attained at every price and needs none.
    let isConstant = isFlat && place.value == nil
    guard least.isAttained == (isThere || isConstant) else {
      throw .wrongArgmin("found attained \(least.isAttained), wanted \(!least.isAttained)")
    }
    guard least.isAttained || !isSomewhereAttained else {
      throw .wrongArgmin("found a limit, wanted a price at which the least payoff is attained")
    }
  }
}
