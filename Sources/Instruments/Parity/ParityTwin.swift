public import Basics

/// The same payoff at expiry, up to cash, made of other options.
///
/// Put-call parity at expiry: a call is a put of its strike, the underlying, and a debt of the strike. In quote currency
/// what is left over is units of the underlying beside cash; in coin, where a call less a put pays 1 - K/S, it is a number
/// of quote currency (an inverse future) beside coins. Either is a linear leg, and the twin carries it where it is not zero.
/// The cash depends on entry prices, so it is known once both are filled.
public struct ParityTwin: Hashable, Sendable {
  public let form: ParityForm
  /// The twin's legs, without prices; empty for cash alone.
  public let legs: [Leg]
}

extension Strategy {
  /// Gives the strategy's twins: each form that its own legs do not have already, no two alike.
  ///
  /// An iron butterfly is a put butterfly and a call butterfly; a covered call is a short put; a box is cash.
  ///
  /// - Parameters:
  ///   - forward: Where out of the money begins, quote currency.
  ///   - settlement: Of the account: decides whether what is left over counts units or quote currency.
  ///   - cover: What stands for the underlying where the strategy holds no linear leg itself.
  /// - Throws: ``ParityError`` for American options (parity is an inequality there), digitals, several underlyings,
  ///   expiries, settlements or multipliers, no options, or amounts beyond a quantity's range.
  /// - Complexity: O(n log n) for n legs.
  public func parityTwins(
    around forward: Price, settlement: Settlement, cover: Instrument
  ) throws(ParityError) -> [ParityTwin] {
    let book = try ParityBook(self, settlement: settlement, cover: cover)
    let own = book.form(of: self)
    var twins: [ParityTwin] = []
    for (form, side) in book.sides(around: forward) {
      let legs = try book.legs(side)
      guard legs.map(\.unpriced) != own, !twins.contains(where: { $0.legs == legs }) else { continue }
      twins.append(ParityTwin(form: form, legs: legs))
    }
    return twins
  }
}

extension Leg {
  fileprivate var unpriced: UnpricedLeg { UnpricedLeg(instrument: instrument, quantity: quantity) }
}

/// A leg by what it holds: entry prices do not tell twins apart.
private struct UnpricedLeg: Hashable {
  let instrument: Instrument
  let quantity: Quantity
}

/// A strategy's options netted by strike, and what they leave over.
private struct ParityBook {
  /// Contracts in 10^-8 at one strike: those held as calls and those held as puts.
  struct Held {
    var calls: Int128 = 0
    var puts: Int128 = 0
    var net: Int128 { calls + puts }
  }

  /// How much of a strike's net stands in calls; the rest stands in puts.
  typealias Side = [Price: Int128]

  let settlement: Settlement
  let cover: Instrument
  let contract: OptionContract
  private var held: [Price: Held] = [:]
  /// Of the strategy's own linear legs: units of the underlying, or quote currency in coin.
  private var linear = ExactAmount.zero

  private var strikes: [Price] { held.keys.sorted() }

  init(_ strategy: Strategy, settlement: Settlement, cover: Instrument) throws(ParityError) {
    var first: OptionContract?
    var ownCover: Instrument?
    guard strategy.underlyings.count == 1 else {
      throw .unsuited(found: "\(strategy.underlyings.count) underlyings", wanted: "legs on one")
    }
    guard strategy.expiries.count == 1 else {
      throw .unsuited(found: "\(strategy.expiries.count) expiries", wanted: "one, at which parity holds")
    }
    for leg in strategy.legs {
      switch leg.instrument {
      case .digital:
        throw .unsuited(found: "\(leg.instrument)", wanted: "calls and puts: a digital has another parity")
      case .option(let contract):
        guard contract.exercise == .european else {
          throw .unsuited(
            found: "American \(leg.instrument)", wanted: "European options: before expiry parity is an inequality")
        }
        if let first, first.multiplier != contract.multiplier || first.settlement != contract.settlement {
          throw .unsuited(found: "options of two multipliers or settlements", wanted: "one of each")
        }
        first = first ?? contract
        var place = held[contract.strike] ?? Held()
        if contract.right == .call {
          place.calls += Int128(leg.quantity.count)
        } else {
          place.puts += Int128(leg.quantity.count)
        }
        held[contract.strike] = place
      case .underlying, .future, .perpetual:
        guard ownCover == nil || ownCover == leg.instrument else {
          throw .unsuited(
            found: "both \(leg.instrument) and another leg for the underlying", wanted: "one of them")
        }
        ownCover = leg.instrument
        linear += leg.quantity.exact * leg.instrument.multiplier.exact
      }
    }
    guard let first else { throw .unsuited(found: "no options", wanted: "calls or puts") }
    contract = first
    self.cover = ownCover ?? cover
    self.settlement = settlement
  }

  func form(of strategy: Strategy) -> [UnpricedLeg] {
    let own: [(Price, Held)] = strikes.compactMap { strike in held[strike].map { (strike, $0) } }
    var legs: [UnpricedLeg] = []
    for (strike, place) in own {
      for (right, count) in [(OptionRight.put, place.puts), (.call, place.calls)] where count != 0 {
        guard let leg = try? option(right, strike, count) else { return [] }
        legs.append(leg.unpriced)
      }
    }
    if let leg = try? linearLeg(linear) { legs.append(leg.unpriced) }
    return legs
  }

  /// The forms, and how each splits every strike.
  func sides(around forward: Price) -> [(form: ParityForm, side: Side)] {
    let nets = strikes.compactMap { strike in held[strike].map { (strike, $0.net) } }.filter { $0.1 != 0 }
    guard !nets.isEmpty else { return [(.noOptions, [:])] }
    let calls = Dictionary(uniqueKeysWithValues: nets)
    var outside = calls.filter { $0.key >= forward }
    // At the strike nearest the forward a call and a put are worth about the same, so its options may stand on either
    // side, and are split where that leaves nothing linear over: an iron butterfly's body.
    let nearest = nets.min { ($0.0.count - forward.count).magnitude < ($1.0.count - forward.count).magnitude }
    if let (strike, net) = nearest, let moved = contracts(worth: leftover(outside), at: strike) {
      let inCalls = (outside[strike] ?? 0) + moved
      if net > 0 ? (0...net).contains(inCalls) : (net...0).contains(inCalls) { outside[strike] = inCalls }
    }
    return [(.puts, [:]), (.calls, calls), (.outOfTheMoney, outside)]
  }

  /// What the linear leg of a split has to hold.
  ///
  /// A call turned into a put leaves one unit of the underlying, in coin its strike of quote currency; a put turned into a
  /// call leaves as much less.
  private func leftover(_ side: Side) -> ExactAmount {
    var total = linear
    for (strike, place) in held {
      let turned = ExactAmount(wide: place.calls - (side[strike] ?? 0), decimals: Quantity.decimals)
      total += turned * contract.multiplier.exact * weight(strike)
    }
    return total
  }

  private func weight(_ strike: Price) -> ExactAmount { settlement == .quote ? .one : strike.exact }

  /// How many contracts at `strike` hold so much of the linear leg; nil where that is no whole number of 10^-8.
  private func contracts(worth amount: ExactAmount, at strike: Price) -> Int128? {
    guard let count = amount.divided(by: contract.multiplier.exact * weight(strike)),
      count.isDecimal(Quantity.decimals),
      let whole = try? count.count(decimals: Quantity.decimals, rounding: .nearest)
    else { return nil }
    return Int128(whole)
  }

  /// Legs by strike rising, the put of a strike first, the linear leg last.
  func legs(_ side: Side) throws(ParityError) -> [Leg] {
    var legs: [Leg] = []
    for strike in strikes {
      let calls = side[strike] ?? 0
      let net = held[strike]?.net ?? 0
      for (right, count) in [(OptionRight.put, net - calls), (.call, calls)] where count != 0 {
        legs.append(try option(right, strike, count))
      }
    }
    if let leg = try linearLeg(leftover(side)) { legs.append(leg) }
    return legs
  }

  private func option(_ right: OptionRight, _ strike: Price, _ count: Int128) throws(ParityError) -> Leg {
    guard let count = Int64(exactly: count) else { throw .instrument(.number(overflow)) }
    do throws(InstrumentError) {
      return try Leg(
        Quantity(count: count),
        .option(
          try OptionContract(
            underlying: contract.underlying, right: right, strike: strike, expiry: contract.expiry,
            settlement: contract.settlement, exercise: .european, delivery: contract.delivery,
            multiplier: contract.multiplier, quoteCurrency: contract.quoteCurrency)))
    } catch { throw .instrument(error) }
  }

  /// Nil where nothing is left over.
  private func linearLeg(_ amount: ExactAmount) throws(ParityError) -> Leg? {
    guard !amount.isZero else { return nil }
    guard let contracts = amount.divided(by: cover.multiplier.exact), contracts.isDecimal(Quantity.decimals),
      let count = try? contracts.count(decimals: Quantity.decimals, rounding: .nearest)
    else { throw .instrument(.number(overflow)) }
    do { return try Leg(Quantity(count: count), cover) } catch { throw .instrument(error) }
  }

  private var overflow: BasicsError { .outOfRange("the legs of a parity twin", type: "Quantity") }
}
