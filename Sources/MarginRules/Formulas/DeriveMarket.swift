import Basics
import Instruments

/// One underlying's positions as Derive's standard manager sees them.
struct DeriveMarket {
  typealias Part = ShortOptionSchedule.Part

  let rates: DeriveStandardRule.Rates
  let feeds: DeriveStandardRule.Feeds
  /// (threshold - price) x factor of the dollar token; 0 while it keeps its peg.
  let depeg: ExactAmount
  let positions: [RulePosition]

  /// What an expiry asks for, and which of the two ways was the better one.
  struct Choice {
    let binding: String
    let parts: [Part]
  }

  private var spot: ExactAmount { positions.first?.spot ?? .zero }

  private var options: [(expiry: Expiry, positions: [RulePosition])] {
    var groups: [(expiry: Expiry, positions: [RulePosition])] = []
    for position in positions {
      guard position.contract != nil, let expiry = position.instrument.expiry else { continue }
      if let index = groups.firstIndex(where: { $0.expiry.isSameSettlement(as: expiry) }) {
        groups[index].positions.append(position)
      } else {
        groups.append((expiry, [position]))
      }
    }
    return groups.sorted { $0.expiry < $1.expiry }
  }

  func expiries(_ kind: RequirementKind) -> [Choice] {
    options.map { expiry, positions in
      let isolated = positions.flatMap { rates.options.parts(kind, of: $0, unitValue: $0.spot) }
      let isolatedSum = isolated.reduce(ExactAmount.zero) { $0 + $1.amount }
      let worst = worstSettlement(of: positions, expiry, kind)
      let worstSum = worst.parts.reduce(ExactAmount.zero) { $0 + $1.amount }
      let isByLegs = isolatedSum < worstSum
      var parts = isByLegs ? isolated : worst.parts
      parts += oracleParts(of: positions, expiry, kind)
      // Where nothing is sold both ways are nothing, and nothing decided.
      guard positions.contains(where: \.isShort) else { return Choice(binding: "", parts: parts) }
      return Choice(
        binding: isByLegs
          ? "\(expiry): isolated legs \(isolatedSum.shown), less than \(worstSum.shown) at settlement \(worst.price)"
          : "\(expiry): settlement \(worst.price), no more than the isolated legs' \(isolatedSum.shown)",
        parts: parts)
    }
  }

  /// The least payoff at 0 and at the strikes, held at 0, and the charge for net short calls.
  private func worstSettlement(
    of positions: [RulePosition], _ expiry: Expiry, _ kind: RequirementKind
  ) -> (price: String, parts: [Part]) {
    let least = leastPayoff(of: positions)
    let loss = max(.zero, .zero - least.payoff)
    var parts: [Part] = []
    if !loss.isZero {
      parts.append(
        Part(
          name: "worst_settlement", input: "\(expiry): payoff \(least.payoff.shown) at \(least.price.shown)",
          amount: loss))
    }
    let calls = positions.filter { $0.right == .call }
    let netCalls = calls.reduce(ExactAmount.zero) { $0 + $1.units }
    if netCalls < .zero, let forward = calls.first?.forward {
      let scale = kind == .initial ? rates.unpairedInitial : rates.unpairedMaintenance
      parts.append(
        Part(
          name: "unpaired_calls",
          input: "\(expiry): \(netCalls.magnitude.shown) x \(scale.shown) x forward \(forward.shown)",
          amount: netCalls.magnitude * scale * forward))
    }
    return (least.price.shown, parts)
  }

  /// The least payoff at 0 and at the strikes, and the lowest price that has it.
  ///
  /// The payoff is a line between strikes: it falls by the puts from 0 on, and every option bends it at its strike by its
  /// units. So one pass over the ordered strikes sees it at all of them.
  func leastPayoff(of positions: [RulePosition]) -> (price: ExactAmount, payoff: ExactAmount) {
    var options: [(strike: ExactAmount, units: ExactAmount)] = []
    var (payoff, slope) = (ExactAmount.zero, ExactAmount.zero)
    for position in positions {
      guard let strike = position.strike, let right = position.right else { continue }
      options.append((strike, position.units))
      if right == .put {
        payoff += position.units * strike
        slope -= position.units
      }
    }
    var price = ExactAmount.zero
    var least = (price: price, payoff: payoff)
    for option in options.sorted(by: { $0.strike < $1.strike }) {
      payoff += slope * (option.strike - price)
      price = option.strike
      slope += option.units
      if payoff < least.payoff { least = (price, payoff) }
    }
    return least
  }

  /// An unsure feed adds to the initial requirement of what is sold.
  private func oracleParts(of positions: [RulePosition], _ expiry: Expiry, _ kind: RequirementKind) -> [Part] {
    let confidence = min(feeds.spot, feeds.option)
    let sold = positions.filter(\.isShort).reduce(ExactAmount.zero) { $0 + $1.size }
    return oracle(
      "\(expiry)", kind, confidence: confidence, threshold: rates.optionThreshold, amount: sold * spot)
  }

  private func oracle(
    _ what: String, _ kind: RequirementKind, confidence: ExactAmount, threshold: ExactAmount, amount: ExactAmount
  ) -> [Part] {
    guard kind == .initial, confidence < threshold, !amount.isZero else { return [] }
    return [
      Part(
        name: "oracle_contingency",
        input: "\(what): (1 - \(confidence.shown)) x \(rates.oracleFactor.shown) x \(amount.shown)",
        amount: (.one - confidence) * rates.oracleFactor * amount)
    ]
  }

  private var linear: [RulePosition] {
    positions.filter { position in
      switch position.instrument {
      case .future, .perpetual: return true
      case .option, .digital, .underlying: return false
      }
    }
  }

  func linearParts(_ kind: RequirementKind) -> [Part] {
    linear.flatMap { position in
      [rates.linear.part(kind, of: position, settlement: .quote)]
        + oracle(
          position.name, kind, confidence: min(feeds.linear, feeds.spot), threshold: rates.linearThreshold,
          amount: position.size * spot)
    }
  }

  /// The coin was paid for and is worth its spot, of which only a part counts.
  func coinParts(_ kind: RequirementKind) -> [Part] {
    positions.flatMap { position -> [Part] in
      guard case .underlying = position.instrument else { return [] }
      let value = position.size * position.spot
      return [
        Part(
          name: "coin_haircut",
          input: "\(position.name): \(position.size.shown) x (1 - \(rates.coinShare.shown)) x \(position.spot.shown)",
          amount: value * (.one - rates.coinShare))
      ]
        + oracle(
          position.name, kind, confidence: feeds.spot, threshold: rates.coinThreshold, amount: value)
    }
  }

  /// The dollar token below its peg: every short option, future and perpetual adds to the initial requirement.
  func depegParts(_ kind: RequirementKind) -> [Part] {
    let exposed =
      positions.filter { $0.isShort && $0.contract != nil }.reduce(ExactAmount.zero) { $0 + $1.size }
      + linear.reduce(ExactAmount.zero) { $0 + $1.size }
    guard kind == .initial, !depeg.isZero, !exposed.isZero else { return [] }
    return [
      Part(
        name: "depeg", input: "\(exposed.shown) x \(depeg.shown) x \(spot.shown)", amount: exposed * depeg * spot)
    ]
  }
}
