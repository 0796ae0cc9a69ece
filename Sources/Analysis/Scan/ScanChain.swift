import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing

/// One expiry under one structure: every leg at every strike, worked out once.
///
/// The legs are filled, charged and turned into payoffs by the same code that a single strategy goes through, and what
/// comes out is brought to common denominators. So the figures of a structure are sums of a few integers, exactly those
/// that the long way gives; delivery fees are bends of the payoff like strikes.
struct ScanChain: Sendable {
  let chain: ExpiryChain
  let settlement: Settlement
  /// Nil where no leg can be filled at any strike.
  let currency: Currency?
  let spot: Double
  let days: Double
  let distribution: ExpiryDistribution?
  let strikes: [Price]
  /// The leg at a strike: at `leg` x number of strikes + `strike`; nil where the market has no quote to fill it.
  let entries: [ScanEntry?]
  let bends: [ScanBend]
  /// Ascending; a bend names one by its index.
  let positions: [ScanPosition]
  let costScale: Int128
  let lineScale: Int128
  /// Fees of the strategy as a whole; over `costScale`.
  let strategyFees: Int128

  /// The most strikes of an expiry, so that four places fit the key of a match.
  static let strikeLimit = 4096

  /// - Returns: nil where the exact amounts of this expiry do not fit 128 bits.
  /// - Throws: ``ScanError`` where a leg cannot be filled for another reason than a missing quote.
  static func make(
    _ chain: ExpiryChain, of shape: ScanShape, in underlying: UnderlyingMarket, market: MarketState,
    _ terms: AccountTerms
  ) throws(ScanError) -> ScanChain? {
    let strikes = chain.strikes.map(\.strike).filter { $0 > .zero }
    guard strikes.count <= strikeLimit else { return nil }
    var drafts: [ScanEntryDraft?] = []
    var account: FilledStrategy?
    var book = ResolvedBook(market: market)
    for leg in shape.legs {
      for strike in strikes {
        guard let filled = try fill(leg, strike, chain.expiry, underlying, market, terms), let first = filled.legs.first
        else {
          drafts.append(nil)
          continue
        }
        account = account ?? filled
        drafts.append(ScanEntryDraft(first, filled.settlement, chain, underlying, greeks(filled, &book, underlying)))
      }
    }
    // Where nothing is quoted there is nothing to scan, and any account will do.
    return ScanChain(
      chain, settlement: account?.settlement ?? .quote, currency: account?.currency, strikes: strikes, drafts: drafts,
      strategyFees: account?.strategyFees ?? .zero, underlying: underlying)
  }

  /// Nil without a quote on the side that is needed.
  private static func fill(
    _ leg: ScanShape.Leg, _ strike: Price, _ expiry: Expiry, _ underlying: UnderlyingMarket, _ market: MarketState,
    _ terms: AccountTerms
  ) throws(ScanError) -> FilledStrategy? {
    let strategy: Strategy
    do throws(InstrumentError) {
      let contract = try underlying.contractTerms.option(right: leg.right, strike: strike, expiry: expiry)
      guard let quantity = Quantity(leg.ratio) else { return nil }
      strategy = try Strategy([try Leg(quantity, .option(contract))])
    } catch { throw .refused(found: "\(error)", wanted: "a contract of the chain") }
    do throws(PricingError) { return try strategy.filled(from: market, terms) } catch {
      if case .noQuote = error { return nil }
      throw .pricing(error)
    }
  }

  private static func greeks(
    _ filled: FilledStrategy, _ book: inout ResolvedBook, _ underlying: UnderlyingMarket
  ) -> (position: Greeks, unitDelta: Double)? {
    guard let row = try? book.resolve(filled), let leg = row.legs.first, case .contract(let index) = leg.exposure else {
      return nil
    }
    let (contract, spot) = (book.contracts[index], underlying.spot.value)
    let unit = OptionPricer.blackScholes.greeks(
      of: contract, spot: spot, years: contract.years, volatility: contract.volatility)
    let position = unit.scaled(by: leg.units)
    return (filled.settlement == .coin ? position.inCoin(spot: spot) : position, unit.delta)
  }

  private init?(
    _ chain: ExpiryChain, settlement: Settlement, currency: Currency?, strikes: [Price], drafts: [ScanEntryDraft?],
    strategyFees: ExactAmount, underlying: UnderlyingMarket
  ) {
    self.chain = chain
    self.settlement = settlement
    self.currency = currency
    self.strikes = strikes
    spot = underlying.spot.value
    days = chain.forward.years * 365
    distribution = ExpiryDistribution(underlying, expiry: chain.expiry, settlement: settlement)

    var (cost, line) = (CommonDenominator(), CommonDenominator())
    var places: Set<ExactAmount> = []
    cost.include(strategyFees)
    for case let draft? in drafts {
      cost.include(draft.filled.entryCost)
      cost.include(draft.filled.fee)
      if let spread = draft.spread { cost.include(spread) }
      line.include(draft.start.intercept)
      line.include(draft.start.slope)
      for bend in draft.bends {
        line.include(bend.intercept)
        line.include(bend.slope)
        places.insert(bend.position)
      }
    }
    let sorted = places.sorted()
    let ranks = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($0.element, $0.offset) })
    positions = sorted.compactMap { place in
      place.fraction.map { ScanPosition(numerator: $0.numerator, denominator: $0.denominator) }
    }
    guard positions.count == sorted.count, let fees = cost.count(strategyFees) else { return nil }
    var bends: [ScanBend] = []
    var entries: [ScanEntry?] = []
    for draft in drafts {
      guard let draft else {
        entries.append(nil)
        continue
      }
      var entry = ScanEntry()
      let first = bends.count
      for bend in draft.bends {
        guard let rank = ranks[bend.position], let intercept = line.count(bend.intercept),
          let slope = line.count(bend.slope)
        else { return nil }
        bends.append(ScanBend(position: rank, change: ScanLine(intercept: intercept, slope: slope)))
      }
      guard let price = cost.count(draft.filled.entryCost), let fee = cost.count(draft.filled.fee),
        let intercept = line.count(draft.start.intercept), let slope = line.count(draft.start.slope)
      else { return nil }
      if let spread = draft.spread {
        guard let count = cost.count(spread) else { return nil }
        entry.spread = count
      }
      entry.cost = price
      entry.fee = fee
      entry.start = ScanLine(intercept: intercept, slope: slope)
      entry.bends = first..<bends.count
      entry.greeks = draft.greeks
      if draft.filled.quantity < .zero { entry.shortDelta = draft.unitDelta.magnitude }
      entries.append(entry)
    }
    self.bends = bends
    self.entries = entries
    (costScale, lineScale, self.strategyFees) = (cost.value, line.value, fees)
    guard fits(legCount: strikes.isEmpty ? 0 : drafts.count / strikes.count) else { return nil }
  }

  /// True where no sum, product or comparison of a structure's figures can leave 128 bits.
  ///
  /// Bounds are estimated in floating point, with a bit to spare for its rounding.
  private func fits(legCount: Int) -> Bool {
    var (amounts, intercepts, slopes) = (Double(strategyFees.magnitude), 0.0, 0.0)
    for leg in 0..<legCount {
      let row = entries[(leg * strikes.count)..<((leg + 1) * strikes.count)].compactMap { $0 }
      func greatest(_ size: (ScanEntry) -> Double) -> Double { row.map(size).max() ?? 0 }
      amounts += greatest { Double($0.cost.magnitude) + Double($0.fee.magnitude) + Double(($0.spread ?? 0).magnitude) }
      intercepts += greatest { entry in
        bends[entry.bends].reduce(Double(entry.start.intercept.magnitude)) {
          $0 + Double($1.change.intercept.magnitude)
        }
      }
      slopes += greatest { entry in
        bends[entry.bends].reduce(Double(entry.start.slope.magnitude)) { $0 + Double($1.change.slope.magnitude) }
      }
    }
    let numerator = positions.map { Double($0.numerator.magnitude) }.max() ?? 0
    let denominator = positions.map { Double($0.denominator) }.max() ?? 1
    let (cost, line) = (Double(costScale), Double(lineScale))
    let value = intercepts * denominator + slopes * numerator
    var minorUnits = 1.0
    for _ in 0..<(currency?.decimals ?? 0) { minorUnits *= 10 }
    let greatest = [
      value * denominator, amounts * line * denominator + value * cost, cost * line * denominator * minorUnits,
      amounts * line + intercepts * cost, slopes * cost,
    ].max()
    return greatest.map { $0 < 0x1p125 } ?? true
  }

  /// True where every leg that stands at a place of the structure can be filled at a strike.
  func isFilled(_ shape: ScanShape, place: Int, strike: Int) -> Bool {
    shape.legs.indices.allSatisfy { leg in
      shape.legs[leg].place != place || entries[leg * strikes.count + strike] != nil
    }
  }
}
