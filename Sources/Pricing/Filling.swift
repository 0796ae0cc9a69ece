public import Basics
public import Instruments
public import MarketData

/// At which of the market's prices a leg without a price of its own is entered.
public enum FillRule: String, Hashable, Sendable, CaseIterable {
  /// Buy at the ask, sell at the bid.
  case worst
  /// Half of bid plus ask.
  case mid
  /// The venue's mark.
  case mark
}

/// How a strategy is accounted, charged and filled.
public struct AccountTerms: Hashable, Sendable {
  /// Nil: the instruments' own.
  public let settlement: Settlement?
  /// Nil: the underlying's quote currency, or the coin.
  public let currency: Currency?
  public let fees: FeeTerms
  public let fill: FillRule

  public init(
    settlement: Settlement? = nil, currency: Currency? = nil, fees: FeeTerms = .none, fill: FillRule = .worst
  ) {
    self.settlement = settlement
    self.currency = currency
    self.fees = fees
    self.fill = fill
  }

  /// The same terms with other fees.
  public func with(fees: FeeTerms) -> AccountTerms {
    AccountTerms(settlement: settlement, currency: currency, fees: fees, fill: fill)
  }
}

extension Strategy {
  /// Gives the strategy exact entry prices and fees.
  ///
  /// A leg's own price counts in the strategy's settlement currency (for futures, perpetuals and spot: in quote
  /// currency). A leg without one is filled from the market; a premium quoted in coin enters a quote strategy converted
  /// once, exactly, at the market's spot. A mid is rounded to 10^-8 against the holder.
  /// - Throws: ``PricingError``: an underlying the market lacks, a contract that has expired, no quote on the side
  ///   needed, legs that cannot share one account, a stated currency that is not the legs' own.
  public func filled(from market: MarketState, _ terms: AccountTerms = AccountTerms()) throws(PricingError)
    -> FilledStrategy
  {
    var settlement = Settlement.quote
    if let stated = terms.settlement { settlement = stated } else { settlement = try ownSettlement() }
    var currency = Currency.usd
    let own = try ownCurrency(settlement, market)
    if let own, let stated = terms.currency, own != stated { throw .mixedCurrencies(stated.code, own.code) }
    if let found = terms.currency ?? own { currency = found }
    var filledLegs: [FilledLeg] = []
    var hasConverted = false
    for leg in legs {
      let underlying = try market.underlying(of: leg.instrument)
      try checkAlive(leg.instrument, underlying, market)
      if case .option(let contract) = leg.instrument, settlement == .coin, contract.settlement == .quote {
        throw .mixedCurrencies(contract.quoteCurrency, underlying.symbol)
      }
      let fill = try leg.entry(in: underlying, settlement: settlement, rule: terms.fill)
      hasConverted = hasConverted || fill.isConverted
      let units = leg.quantity.exact * leg.instrument.multiplier.exact
      var fee = ExactAmount.zero
      var exitFee: PayoffFee?
      if case .schedule(let schedule) = terms.fees {
        fee = try schedule.entryFee(
          instrument: leg.instrument, quantity: leg.quantity, units: units, price: fill.price,
          settlement: settlement, currency: currency, spot: underlying.spot)
        exitFee = schedule.exitFee(leg.instrument)
      }
      filledLegs.append(
        try FilledLeg(
          instrument: leg.instrument, quantity: leg.quantity, price: fill.price, fee: fee, payoffFee: exitFee,
          source: fill.source))
    }
    var strategyFees = ExactAmount.zero
    var schedule: FeeSchedule?
    switch terms.fees {
    case .none: break
    case .totals(let entry, let exit): strategyFees = entry + exit
    case .schedule(let named): schedule = named
    }
    return try FilledStrategy(
      name: name, settlement: settlement, currency: currency, legs: filledLegs, strategyFees: strategyFees,
      hasConvertedPremiums: hasConverted, feeSchedule: schedule)
  }

  /// The settlement of a strategy that states none: coin where its options are settled in coin, else quote.
  ///
  /// - Throws: ``PricingError`` `.mixedCurrencies` where options of both settlements meet.
  public func ownSettlement() throws(PricingError) -> Settlement {
    var found: Settlement?
    for leg in legs {
      guard case .option(let contract) = leg.instrument else { continue }
      if let found, found != contract.settlement {
        throw .mixedCurrencies("\(found.rawValue) settlement", "\(contract.settlement.rawValue) settlement")
      }
      found = contract.settlement
    }
    return found ?? .quote
  }

  /// The one currency of all legs; nil without legs.
  private func ownCurrency(_ settlement: Settlement, _ market: MarketState) throws(PricingError) -> Currency? {
    var found: String?
    for leg in legs {
      let underlying = try market.underlying(of: leg.instrument)
      let code = settlement == .coin ? underlying.symbol : underlying.terms.quoteCurrency
      if let found, found != code { throw .mixedCurrencies(found, code) }
      found = code
    }
    do { return try found.map { (code) throws(BasicsError) in try Currency(code) } } catch { throw .number(error) }
  }

  private func checkAlive(
    _ instrument: Instrument, _ underlying: UnderlyingMarket, _ market: MarketState
  ) throws(PricingError) {
    guard let expiry = instrument.expiry else { return }
    let instant: Instant
    do { instant = try underlying.instant(of: expiry) } catch { throw .number(error) }
    guard instant > market.asOf else { throw .expired(instrument: "\(instrument)", asOf: "\(market.asOf)") }
  }
}

extension MarketState {
  /// The market of the underlying that an instrument is written on.
  ///
  /// - Throws: ``PricingError`` `.unknownUnderlying`.
  public func underlying(of instrument: Instrument) throws(PricingError) -> UnderlyingMarket {
    guard let underlying = self[instrument.underlying] else {
      throw .unknownUnderlying(instrument.underlying, known: underlyings.map(\.symbol))
    }
    return underlying
  }
}

extension Leg {
  /// The leg's exact entry price, where it came from, and whether a coin premium was converted.
  fileprivate func entry(
    in underlying: UnderlyingMarket, settlement: Settlement, rule: FillRule
  ) throws(PricingError) -> (price: ExactAmount, source: FillSource, isConverted: Bool) {
    if let price { return (price.exact, .given, false) }
    let isLong = quantity > .zero
    switch instrument {
    case .underlying, .perpetual: return (underlying.spot.exact, .spot, false)
    case .future(let future):
      guard let forward = try? underlying.forward(of: future.expiry),
        let price = Price(rounding: forward.value, isLong ? .up : .down)
      else { throw .missing("forward", instrument: "\(instrument)") }
      return (price.exact, .mark, false)
    case .digital: throw .noQuote(instrument: "\(instrument)", side: "price", nearest: nil)
    case .option(let contract):
      let (price, source) = try contract.fill(in: underlying, isLong: isLong, rule: rule)
      // A chain quoted in coin fills a quote strategy at the market's spot, once.
      let isConverted = underlying.terms.quotedIn == .coin && settlement == .quote
      return (isConverted ? price * underlying.spot.exact : price, source, isConverted)
    }
  }
}

extension OptionContract {
  /// The price at which one unit is entered, in the chain's unit.
  fileprivate func fill(
    in underlying: UnderlyingMarket, isLong: Bool, rule: FillRule
  ) throws(PricingError) -> (price: ExactAmount, source: FillSource) {
    // A coin contract beside a chain in dollars (BTC-... beside BTC_USDC-...) is another contract: its premium is a
    // share of a coin, and the chain's would be taken for as many coins as it has dollars.
    let isQuoted = settlement == .quote || underlying.terms.quotedIn == .coin
    let quote = isQuoted ? underlying.quote(of: self) : nil
    switch rule {
    case .worst:
      if let side = isLong ? quote?.usableAsk : quote?.usableBid { return (side.exact, isLong ? .ask : .bid) }
    case .mid:
      if let mid = quote?.mid, let count = try? mid.count(decimals: Price.decimals, rounding: isLong ? .up : .down) {
        return (Price(count: count).exact, .mid)
      }
    case .mark:
      if let mark = quote?.mark { return (mark.exact, .mark) }
    }
    if isQuoted, underlying.chain(of: expiry) == nil, let listed = underlying.listedText(nearest: expiry) {
      throw .unlistedExpiry(instrument: "\(Instrument.option(self))", listed: listed)
    }
    let side = rule == .worst ? (isLong ? "ask" : "bid") : rule.rawValue
    throw .noQuote(
      instrument: "\(Instrument.option(self))", side: side,
      nearest: isQuoted ? nearestQuoted(in: underlying, isLong, rule) : nil)
  }

  /// The name of the nearest strike of the same expiry and right that could be filled.
  private func nearestQuoted(in underlying: UnderlyingMarket, _ isLong: Bool, _ rule: FillRule) -> String? {
    let candidates = (underlying.chain(of: expiry)?.strikes ?? []).compactMap { $0[right] }.filter { quote in
      switch rule {
      case .worst: return (isLong ? quote.usableAsk : quote.usableBid) != nil
      case .mid: return quote.mid != nil
      case .mark: return quote.mark != nil
      }
    }
    func distance(_ quote: OptionQuote) -> Double { abs(quote.contract.strike.value - strike.value) }
    return candidates.min { distance($0) < distance($1) }.map { "\(Instrument.option($0.contract))" }
  }
}
