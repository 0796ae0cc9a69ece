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
    do throws(PlacedError) {
      switch body {
      case .legs(let stated):
        var legs: [Leg] = []
        for leg in stated { legs.append(try StrategyFile.leg(leg, market)) }
        return try placed(location) { () throws(InstrumentError) in try Strategy(legs, name: name) }
      case .structure(let stated):
        return try StrategyFile.build(stated, market, settlement: terms.settlement).named(name)
      }
    } catch {
      throw .malformed(error.place, found: error.found, wanted: error.wanted)
    }
  }

  private var location: SourceLocation {
    switch body {
    case .legs(let legs): return legs.first?.place ?? SourceLocation(file: name, line: 1, column: 1)
    case .structure(let structure): return structure.place
    }
  }

  /// An error of a lower floor with the place in the file that caused it.
  private struct PlacedError: Error {
    let place: SourceLocation
    let found: String
    let wanted: String
  }

  /// Runs `work`; its error, which says found and wanted in one sentence, gets the place.
  private func placed<Value>(
    _ place: SourceLocation, _ work: () throws(InstrumentError) -> Value
  ) throws(PlacedError) -> Value {
    do { return try work() } catch { throw StrategyFile.placed(place, error) }
  }

  private static func placed(_ place: SourceLocation, _ error: some CustomStringConvertible) -> PlacedError {
    let text = error.description
    guard let cut = text.firstRange(of: ", wanted ") else {
      return PlacedError(place: place, found: text, wanted: "a strategy of this market")
    }
    let found = text[..<cut.lowerBound]
    return PlacedError(
      place: place, found: found.hasPrefix("found ") ? String(found.dropFirst(6)) : String(found),
      wanted: String(text[cut.upperBound...]))
  }

  private static func leg(_ stated: StatedLeg, _ market: MarketState) throws(PlacedError) -> Leg {
    do throws(InstrumentError) {
      var instrument: Instrument
      if market[stated.instrument] != nil {
        instrument = .underlying(Underlying(symbol: stated.instrument))
      } else {
        instrument = try InstrumentName.parse(stated.instrument)
      }
      if let multiplier = stated.multiplier { instrument = try instrument.withMultiplier(multiplier) }
      return try Leg(stated.quantity, instrument, price: stated.price)
    } catch { throw placed(stated.place, error) }
  }

  private static func build(
    _ stated: StatedStructure, _ market: MarketState, settlement: Settlement?
  ) throws(PlacedError) -> Strategy {
    let symbols = market.underlyings.map(\.symbol)
    var found = symbols.count == 1 ? market.underlyings.first : nil
    if let symbol = stated.underlying { found = market[symbol] }
    guard let underlying = found else {
      throw PlacedError(
        place: stated.place, found: stated.underlying.map { "underlying '\($0)'" } ?? "no underlying",
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
        request = try request.placed(at: try strikes(for: deltas, request, underlying, stated.place))
      }
      return try request.strategy(terms: terms)
    } catch { throw placed(stated.place, error) }
  }

  private static func strikes(
    for deltas: [Double], _ request: StructureRequest, _ underlying: UnderlyingMarket, _ place: SourceLocation
  ) throws(InstrumentError) -> [Price] {
    var strikes: [Price] = []
    for (delta, use) in zip(deltas, request.definition.strikeUses) {
      let expiry = underlying.contractTerms.expiry(request.expiries[use.expiry])
      do { strikes.append(try underlying.strike(forDelta: delta, right: use.right, expiry: expiry)) } catch {
        throw .badPlacement(
          structure: request.definition.id, found: "delta \(delta): \(error)", wanted: "an expiry of the chain")
      }
    }
    return strikes
  }
}

extension Instrument {
  /// The same contract with another number of units; the underlying itself has none.
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
    case .future, .perpetual, .underlying: return self
    }
  }
}
