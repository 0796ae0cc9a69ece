import Basics
import Instruments

/// What each recognised strategy asks for one unit of the underlying: the definitions of the rule.
///
/// Cash that must stand in the account once the premium has changed hands: an option paid in full asks for nothing more,
/// a spread for its greatest loss, a naked option for its mark and a share of the underlying.
struct StrategyCharges: Sendable {
  /// A term before it is multiplied by the units.
  struct Part: Sendable {
    let name: String
    let input: String
    let amount: ExactAmount
  }

  typealias Series = StrategyPosition.Series

  let kind: RequirementKind
  let rates: StrategyRates
  let options: StrategyRates.Options
  let spot: ExactAmount

  // MARK: Options alone

  func naked(_ short: Series) -> [Part] {
    let right = short.right == .call ? "call" : "put"
    guard rates.account == .margin else {
      let value = short.right == .call && options.cashCall == .underlying ? spot : short.strike
      return [Part(name: "cash_secured_\(right)", input: value.shown, amount: value)]
    }
    return [
      Part(name: "short_\(right)_mark", input: short.price.shown, amount: short.price), underlyingPart(of: short),
    ]
  }

  /// max(rate S - OTM, minimum S) for a call, with the minimum of K for a put.
  private func underlyingPart(of short: Series) -> Part {
    let isCall = short.right == .call
    let outOfTheMoney = max(.zero, isCall ? short.strike - spot : spot - short.strike)
    let base = isCall ? spot : short.strike
    return Part(
      name: "short_\(isCall ? "call" : "put")_underlying",
      input: "max(\(options.rate.shown) x \(spot.shown) - \(outOfTheMoney.shown), "
        + "\(options.minimum.shown) x \(base.shown))",
      amount: max(options.rate * spot - outOfTheMoney, options.minimum * base))
  }

  /// The greater of the two sides, and the other side's mark.
  func strangle(_ call: Series, _ put: Series) -> [Part] {
    let (callPart, putPart) = (underlyingPart(of: call), underlyingPart(of: put))
    let isCall = call.price + callPart.amount >= put.price + putPart.amount
    return [
      isCall ? callPart : putPart, Part(name: "short_call_mark", input: call.price.shown, amount: call.price),
      Part(name: "short_put_mark", input: put.price.shown, amount: put.price),
    ]
  }

  /// Paid in full, or with a loan where the expiry is far away: a loan is a requirement below zero.
  func long(_ option: Series) -> [Part] {
    guard option.isLongTerm, rates.account == .margin, rates.longTermRate < .one else { return [] }
    return [
      Part(
        name: "long_option_loan", input: "-(1 - \(rates.longTermRate.shown)) x \(option.price.shown)",
        amount: .zero - (.one - rates.longTermRate) * option.price)
    ]
  }

  // MARK: Spreads

  /// What the strikes of a spread can lose at most.
  func spread(_ short: Series, _ long: Series) -> [Part] {
    let (from, to) = short.right == .call ? (long.strike, short.strike) : (short.strike, long.strike)
    return maximumLoss(max(.zero, from - to), "max(0, \(from.shown) - \(to.shown))")
  }

  func maximumLoss(_ amount: ExactAmount, _ input: String) -> [Part] {
    amount.isZero ? [] : [Part(name: "strategy_maximum_loss", input: input, amount: amount)]
  }

  // MARK: Shares

  /// Shares alone; also what they ask to open beside an option.
  func underlying(_ shares: Series) -> [Part] { underlying(shares.price, isShort: shares.isShort, kind) }

  func underlying(_ entry: ExactAmount, isShort: Bool, _ kind: RequirementKind) -> [Part] {
    let name = isShort ? "short_underlying" : "long_underlying"
    if rates.account == .cash {
      // Paid in full once: what the shares have lost since is missing from the cash, and no more is asked for it.
      let price = kind == .initial ? entry : spot
      return [Part(name: name, input: price.shown, amount: price)]
    }
    let maintenance = maintenance(isShort: isShort, price: spot)
    guard kind == .initial else { return [Part(name: name, input: maintenance.input, amount: maintenance.amount)] }
    let rate = isShort ? rates.shortInitial : rates.longInitial
    let opening = rate * entry
    guard opening < maintenance.amount else {
      return [Part(name: name, input: "\(rate.shown) x \(entry.shown)", amount: opening)]
    }
    // FINRA 4210(b): opening asks for the greater of the federal share and what keeping asks.
    return [Part(name: name, input: maintenance.input, amount: maintenance.amount)]
  }

  private func maintenance(isShort: Bool, price: ExactAmount) -> (amount: ExactAmount, input: String) {
    guard isShort else {
      return (rates.longMaintenance * price, "\(rates.longMaintenance.shown) x \(price.shown)")
    }
    let short = price < rates.lowPrice ? rates.lowShortMaintenance : rates.shortMaintenance
    return (
      max(short.perShare, short.rate * price),
      "max(\(short.perShare.shown), \(short.rate.shown) x \(price.shown))"
    )
  }

  /// How far the short option is in the money: the shares count at its strike.
  private func limit(of short: Series) -> [Part] {
    let amount = max(.zero, short.right == .call ? spot - short.strike : short.strike - spot)
    guard !amount.isZero, rates.account == .margin else { return [] }
    return [
      Part(
        name: "shares_counted_at_strike",
        input: short.right == .call
          ? "\(spot.shown) - \(short.strike.shown)" : "\(short.strike.shown) - \(spot.shown)", amount: amount)
    ]
  }

  func covered(_ shares: Series, _ short: Series) -> [Part] {
    guard kind == .maintenance, rates.account == .margin, !shares.isShort else {
      return underlying(shares) + limit(of: short)
    }
    let held = maintenance(isShort: false, price: min(spot, short.strike))
    return [Part(name: "long_underlying", input: held.input, amount: held.amount)] + limit(of: short)
  }

  /// The lesser of a share of the strike with what the option is out of the money, and the shares alone.
  func protected(_ shares: Series, _ long: Series) -> [Part] {
    guard kind == .maintenance, rates.account == .margin else { return underlying(shares) }
    let alone = maintenance(isShort: shares.isShort, price: spot)
    return hedged(shares, strike: long.strike, isCall: long.right == .call, alone: alone)
  }

  private func hedged(
    _ shares: Series, strike: ExactAmount, isCall: Bool, alone: (amount: ExactAmount, input: String)
  ) -> [Part] {
    let outOfTheMoney = max(.zero, isCall ? strike - spot : spot - strike)
    let amount = rates.hedgedStrikeRate * strike + outOfTheMoney
    let name = shares.isShort ? "short_underlying" : "long_underlying"
    return [
      Part(
        name: name,
        input: "min(\(rates.hedgedStrikeRate.shown) x \(strike.shown) + \(outOfTheMoney.shown), \(alone.input))",
        amount: min(amount, alone.amount))
    ]
  }

  /// Long shares, a put bought below and a call sold above.
  func collar(_ shares: Series, put: Series, call: Series) -> [Part] {
    guard kind == .maintenance, rates.account == .margin else { return underlying(shares) + limit(of: call) }
    let alone = maintenance(isShort: false, price: call.strike)
    return hedged(shares, strike: put.strike, isCall: false, alone: alone) + limit(of: call)
  }

  /// Shares locked in by both options of one strike: a share of that strike.
  func conversion(_ shares: Series, short: Series) -> [Part] {
    guard kind == .maintenance, rates.account == .margin else { return underlying(shares) + limit(of: short) }
    return [
      Part(
        name: shares.isShort ? "short_underlying" : "long_underlying",
        input: "\(rates.hedgedStrikeRate.shown) x \(short.strike.shown)",
        amount: rates.hedgedStrikeRate * short.strike)
    ] + limit(of: short)
  }
}
