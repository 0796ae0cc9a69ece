import Basics
import Instruments
import MarketData
import Pricing
import Scenarios

/// A contract at the end of a move: its terms with the end's volatility and rates, its spot, and the time left.
struct ContractEnd {
  let contract: ResolvedContract
  /// In quote currency; where the contract has expired, the price at which it was settled.
  let spot: Double
  /// To the expiry; 0 where it has expired.
  let years: Double
  let flags: ScenarioFlags
  /// True where the end's volatility was taken from beyond the quotes.
  let isExtrapolated: Bool

  /// The contract in a second market.
  ///
  /// - Throws: ``PricingError``: an underlying, forward or volatility that the market lacks.
  init(of contract: ResolvedContract, in second: MarketState, settled: SettlementPrices) throws(PricingError) {
    let underlying = try second.underlying(of: contract.instrument)
    if contract.expiry <= second.asOf {
      let stated = contract.instrument.expiry.flatMap { settled.price(of: underlying.symbol, at: $0) }
      self.init(expired: contract, spot: (stated ?? underlying.spot).value)
      return
    }
    let end = try ResolvedContract(contract.instrument, in: second)
    // A strike beyond the first market's quotes as well says nothing about the second.
    self.init(
      contract: end, spot: underlying.spot.value, years: end.years, flags: [],
      isExtrapolated: end.isExtrapolated && !contract.isExtrapolated)
  }

  /// The contract under the first node of a grid: forwards scale with spot, rates stay.
  init(of contract: ResolvedContract, in market: MarketState, under grid: ScenarioGrid) throws(PricingError) {
    let underlying = try market.underlying(of: contract.instrument)
    let shock = grid.shock(1)
    let spot = underlying.spot.value * (1 + shock.spot)
    // In whole seconds, as a stress report counts: what expires exactly on the day has expired.
    let seconds = (contract.years * Instant.secondsPerYear).rounded() - (shock.daysForward * 86_400).rounded()
    guard seconds > 0 else {
      self.init(expired: contract, spot: spot)
      return
    }
    let moved = contract.volatility(
      under: shock, spot: underlying.spot.value, surface: underlying.surface, dynamics: grid.dynamics)
    self.init(
      contract: contract.with(volatility: moved.value), spot: spot, years: seconds / Instant.secondsPerYear,
      flags: moved.isFloored ? .volatilityFloored : [],
      isExtrapolated: moved.isExtrapolated && !contract.isExtrapolated)
  }

  /// A contract that has been settled: what it would be worth with more volatility or time is no question any more.
  private init(expired contract: ResolvedContract, spot: Double) {
    self.init(contract: contract, spot: spot, years: 0, flags: .expiredLegs, isExtrapolated: false)
  }

  private init(contract: ResolvedContract, spot: Double, years: Double, flags: ScenarioFlags, isExtrapolated: Bool) {
    self.contract = contract
    self.spot = spot
    self.years = years
    self.flags = flags
    self.isExtrapolated = isExtrapolated
  }
}
