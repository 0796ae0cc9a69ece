import Basics
public import Instruments
public import MarketData
import Pricing

extension StrategyFile {
  /// Gives the strategy the file describes, its contracts those of `market`.
  ///
  /// A leg's instrument is a name of any dialect or a symbol of the market (the share or coin itself). A structure
  /// takes its underlying from the file, or from a market that has just one; target deltas become listed strikes.
  /// - Throws: ``FormatError`` at the leg or structure that cannot be built.
  public func strategy(in market: MarketState) throws(FormatError) -> Strategy {
    switch body {
    case .legs(let stated):
      var legs: [Leg] = []
      for leg in stated {
        do { legs.append(try StrategyFile.leg(leg, market)) } catch { throw .refused(leg.place, error.description) }
      }
      do { return try Strategy(legs, name: name) } catch { throw .refused(location, error.description) }
    case .structure(let stated): return try StrategyFile.build(stated, market, settlement: terms.settlement).named(name)
    }
  }

  private var location: SourceLocation {
    switch body {
    case .legs(let legs): return legs.first?.place ?? SourceLocation(file: name, line: 1, column: 1)
    case .structure(let structure): return structure.place
    }
  }

  private static func leg(_ stated: StatedLeg, _ market: MarketState) throws(InstrumentError) -> Leg {
    var instrument: Instrument
    if market[stated.instrument] != nil {
      instrument = .underlying(Underlying(symbol: stated.instrument))
    } else {
      instrument = try InstrumentName.parse(stated.instrument)
    }
    if let multiplier = stated.multiplier { instrument = try instrument.withMultiplier(multiplier) }
    return try Leg(stated.quantity, instrument, price: stated.price)
  }

  private static func build(
    _ stated: StatedStructure, _ market: MarketState, settlement: Settlement?
  ) throws(FormatError) -> Strategy {
    let symbols = market.underlyings.map(\.symbol)
    var found = symbols.count == 1 ? market.underlyings.first : nil
    if let symbol = stated.underlying { found = market[symbol] }
    guard let underlying = found else {
      throw .malformed(
        stated.place, found: stated.underlying.map { "underlying '\($0)'" } ?? "no underlying",
        wanted: "an underlying of the market: \(symbols.joined(separator: ", "))")
    }
    do throws(InstrumentError) {
      let definition = try StrategyCatalogue.named(stated.name)
      let isCoin = (settlement ?? underlying.terms.quotedIn) == .coin
      let terms = underlying.contractTerms.covered(by: isCoin ? .perpetual : .underlying)
      var request = try StructureRequest(
        definition, expiries: stated.expiries, placement: stated.placement, quantity: stated.quantity,
        hedge: stated.hedge, coverPrice: isCoin ? underlying.spot : nil)
      if case .deltas(let deltas) = stated.placement {
        request = try request.placed(at: try strikes(for: deltas, request, underlying))
      }
      return try request.strategy(terms: terms)
    } catch { throw .refused(stated.place, error.description) }
  }

  private static func strikes(
    for deltas: [Double], _ request: StructureRequest, _ underlying: UnderlyingMarket
  ) throws(InstrumentError) -> [Price] {
    var strikes: [Price] = []
    for (delta, use) in zip(deltas, request.definition.strikeUses) {
      let expiry = underlying.contractTerms.expiry(request.expiries[use.expiry])
      do { strikes.append(try underlying.strike(forDelta: delta, right: use.right, expiry: expiry)) } catch {
        let listed = underlying.chain(of: expiry) == nil ? underlying.listedText(nearest: expiry) : nil
        throw .badPlacement(
          structure: request.definition.id, found: "delta \(delta): \(error)",
          wanted: listed.map { "a listed expiry: \($0)" } ?? "an expiry of the chain")
      }
    }
    return strikes
  }
}

extension Instrument {
  /// The same contract with another number of units.
  ///
  /// - Throws: ``InstrumentError`` `.badName` for the underlying itself, which has none.
  func withMultiplier(_ multiplier: Quantity) throws(InstrumentError) -> Instrument {
    switch self {
    case .option(let contract):
      return .option(
        try OptionContract(
          underlying: contract.underlying, right: contract.right, strike: contract.strike, expiry: contract.expiry,
          settlement: contract.settlement, exercise: contract.exercise, delivery: contract.delivery,
          multiplier: multiplier, quoteCurrency: contract.quoteCurrency))
    case .digital(let contract):
      return .digital(
        try DigitalContract(
          underlying: contract.underlying, right: contract.right, strike: contract.strike, expiry: contract.expiry,
          payout: contract.payout, multiplier: multiplier))
    case .future(let contract):
      return .future(
        Future(
          underlying: contract.underlying, expiry: contract.expiry, multiplier: multiplier,
          quoteCurrency: contract.quoteCurrency))
    case .perpetual(let contract):
      return .perpetual(
        Perpetual(underlying: contract.underlying, multiplier: multiplier, quoteCurrency: contract.quoteCurrency))
    case .underlying(let asset):
      guard multiplier == .one else {
        throw .badName(asset.symbol, reason: "wanted no multiplier: the underlying itself has none")
      }
      return self
    }
  }
}
