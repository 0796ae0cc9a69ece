import Basics
import Instruments
public import IsolatedMargin
public import MarketData
import Pricing
import RealModule

/// What is asked about the probability of a box's liquidation.
public struct LiquidationOutlookRequest: Sendable {
  /// Calendar days, positive; the first expiry is added.
  public var horizons: [Double] = [1, 7, 30]
  /// The drift of the price a year and its volatility, for real-world probabilities; nil asks for none.
  public var realWorld: GeometricBrownianMotion?
  /// One volatility for the risk-neutral law instead of the market's at the forward.
  public var volatility: Double?
  public var simulation: PassageSimulation

  public init(simulation: PassageSimulation) { self.simulation = simulation }
}

/// When a box is liquidated: the corridor in time, and the probabilities of leaving it.
public struct LiquidationOutlook: Sendable {
  public let corridor: LiquidationCorridor
  /// Risk-neutral, real-world: those that can be given.
  public let probabilities: [LiquidationProbability]
  /// What a reader must know, as sentences without a full stop.
  public let notes: [String]
  public let simulation: PassageSimulation

  /// A bound this many standard deviations away, or further, is not looked at: the probability of meeting it is 1e-23.
  static let reachDeviations = 10.0

  /// - Parameter progress: Called on the caller's thread with the share that is done.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for horizons that are not above 0, and where neither law can be had.
  public init(
    of box: LiquidationBox, in market: MarketState, _ request: LiquidationOutlookRequest,
    progress: (Double) -> Void = { _ in }
  ) throws(IsolatedMarginError) {
    for days in request.horizons where !(days > 0 && days <= 36_500) {
      throw .badInput("horizon", found: "\(days) days", wanted: "more than 0, at most 36500")
    }
    guard let symbol = box.strategy.legs.first?.instrument.underlying, let underlying = market[symbol] else {
      throw .badInput("market", found: "no underlying of the strategy", wanted: "its spot and volatility")
    }
    var notes: [String] = []
    let expiry = LiquidationOutlook.firstExpiry(of: box.strategy, underlying, market.asOf)
    let horizons = LiquidationOutlook.horizons(request.horizons, expiry: expiry, &notes)
    let years = (horizons.last?.days ?? 0) / 365
    let neutral = try LiquidationOutlook.riskNeutral(box, underlying, expiry: expiry, years: years, request, &notes)
    let laws: [(ProbabilityMeasure, GeometricBrownianMotion)] =
      (neutral.map { [(.riskNeutral, $0)] } ?? []) + (request.realWorld.map { [(.realWorld, $0)] } ?? [])
    guard !laws.isEmpty else {
      throw .badInput(
        "volatility", found: "none in the market of \(symbol)", wanted: "quotes, or a volatility of one's own")
    }
    // Bounds beyond the reach of every law are as good as none.
    var reach = 0.0
    for (_, motion) in laws {
      let deviations = LiquidationOutlook.reachDeviations * motion.volatility * .sqrt(years)
      reach = max(reach, motion.logDrift.magnitude * years + deviations)
    }
    let moves = box.strategy.legs.contains { $0.instrument.isOption }
    corridor = try LiquidationCorridor(of: box, years: moves ? years : 0, reach: moves ? reach : .infinity)
    var probabilities: [LiquidationProbability] = []
    for (index, (measure, motion)) in laws.enumerated() {
      probabilities.append(
        try LiquidationProbability(
          measure, motion, corridor.moving, spot: box.market.spot, horizons: horizons, simulation: request.simulation
        ) { progress((Double(index) + $0) / Double(laws.count)) })
    }
    self.probabilities = probabilities
    simulation = request.simulation
    if corridor.splits {
      notes.append(
        "the safe prices come apart on the way: leaving the part followed counts as liquidation, so these are upper "
          + "bounds")
    }
    if corridor.certificate == .uncertified {
      notes.append("bounds of some moment are not certified to be all")
    }
    self.notes = notes
  }

  /// Years to the first expiry of any leg; nil where nothing expires.
  private static func firstExpiry(
    of strategy: FilledStrategy, _ underlying: UnderlyingMarket, _ asOf: Instant
  ) -> Double? {
    strategy.legs.compactMap { leg -> Double? in
      guard let instant = try? leg.instrument.expiry?.instant(venue: underlying.terms.expiryTime) else { return nil }
      let years = asOf.years(to: instant)
      return years > 0 ? years : nil
    }.min()
  }

  /// The horizons before the first expiry, and the expiry itself.
  private static func horizons(
    _ asked: [Double], expiry: Double?, _ notes: inout [String]
  ) -> [(days: Double, isExpiry: Bool)] {
    var distinct: [Double] = []
    for days in asked.sorted() where days != distinct.last { distinct.append(days) }
    guard let expiry else { return distinct.map { ($0, false) } }
    let last = expiry * 365
    let before = distinct.filter { $0 < last }
    if before.count < distinct.count {
      notes.append("horizons beyond the first expiry are left out: it ends what the legs are worth together")
    }
    return before.map { ($0, false) } + [(last, true)]
  }

  /// The drift and volatility that the chain implies; nil where it has no volatility.
  private static func riskNeutral(
    _ box: LiquidationBox, _ underlying: UnderlyingMarket, expiry: Double?, years: Double,
    _ request: LiquidationOutlookRequest, _ notes: inout [String]
  ) throws(IsolatedMarginError) -> GeometricBrownianMotion? {
    let spot = underlying.spot.value
    if let reference = box.market.reference, let first = box.strategy.expiries.first,
      let forward = try? underlying.forward(of: first), reference.years > 0
    {
      return try GeometricBrownianMotion(
        drift: .log(forward.value / spot) / forward.years, volatility: request.volatility ?? reference.volatility)
    }
    // Without options: the volatility of that time, and no forward but that of a future.
    let time = expiry ?? years
    guard
      let volatility = request.volatility ?? underlying.surface.volatility(logMoneyness: 0, years: time)?.value
    else {
      notes.append("no risk-neutral probability: the market quotes no volatility of \(underlying.symbol)")
      return nil
    }
    var drift = 0.0
    if let first = box.strategy.expiries.first, let forward = try? underlying.forward(of: first) {
      drift = .log(forward.value / spot) / forward.years
    } else {
      notes.append("a perpetual has no forward: the risk-neutral drift is taken as 0, its funding is not paid")
    }
    return try GeometricBrownianMotion(drift: drift, volatility: volatility)
  }
}
