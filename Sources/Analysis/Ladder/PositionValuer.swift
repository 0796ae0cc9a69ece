import Basics
import Instruments
import MarketData
import Pricing

/// Gives the risk of legs on one market; a contract is valued once, however many legs hold it.
struct PositionValuer: Sendable {
  let market: MarketState
  private let pricer: OptionPricer
  /// One unit in quote currency.
  private var units: [Instrument: Greeks] = [:]

  init(market: MarketState, pricer: OptionPricer = .blackScholes) {
    self.market = market
    self.pricer = pricer
  }

  /// The risk of a leg.
  ///
  /// - Parameters:
  ///   - units: Signed units of the underlying; of quote currency for a linear leg in coin.
  ///   - price: The entry price of a linear leg.
  /// - Throws: ``PricingError``: what the market lacks, or a value that is no number.
  mutating func risk(
    of instrument: Instrument, units: ExactAmount, price: ExactAmount, settlement: Settlement
  ) throws(PricingError) -> PositionRisk {
    let exactSpot = try market.underlying(of: instrument).spot
    let spot = exactSpot.value
    guard instrument.isOption else {
      let greeks = Greeks.linear(
        units: units.doubleValue, entry: price.doubleValue, spot: spot, settlement: settlement)
      let coins = settlement == .coin ? units.divided(by: exactSpot.exact) ?? .zero : units
      return PositionRisk(greeks: greeks, units: coins, spot: spot, isCoin: settlement == .coin)
    }
    let greeks = try unit(instrument, spot: spot).scaled(by: units.doubleValue)
    return PositionRisk(
      greeks: settlement == .coin ? greeks.inCoin(spot: spot) : greeks, units: units, spot: spot,
      isCoin: settlement == .coin)
  }

  /// The risk of a whole strategy.
  ///
  /// - Throws: ``PricingError``, as ``risk(of:units:price:settlement:)`` and `FilledStrategy.check(in:)`.
  mutating func risk(of filled: FilledStrategy) throws(PricingError) -> PositionRisk {
    try filled.check(in: market)
    var total = PositionRisk()
    for leg in filled.legs {
      total.add(
        try risk(of: leg.instrument, units: leg.units, price: leg.price, settlement: filled.settlement))
    }
    return total
  }

  private mutating func unit(_ instrument: Instrument, spot: Double) throws(PricingError) -> Greeks {
    if let known = units[instrument] { return known }
    let contract = try ResolvedContract(instrument, in: market)
    let greeks = pricer.greeks(
      of: contract, spot: spot, years: contract.years, volatility: contract.volatility)
    guard greeks.value.isFinite, greeks.delta.isFinite, greeks.gamma.isFinite else {
      throw .notANumber(instrument: "\(instrument)", scenario: 0)
    }
    units[instrument] = greeks
    return greeks
  }
}
