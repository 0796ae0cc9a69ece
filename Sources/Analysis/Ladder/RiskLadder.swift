public import Basics
import Instruments
public import MarketData
public import Pricing

/// How finely a ladder is cut.
public enum LadderGrain: String, Hashable, Sendable, CaseIterable {
  case underlying
  case expiry
  /// Strikes within each expiry.
  case strike
}

/// The risk of a book by underlying and expiry, and by strike where asked: netted, with the totals of every level.
///
/// Positions of one settlement and currency are netted per instrument before anything is valued, so that memory and
/// valuations grow with the distinct instruments and not with the book. Amounts of different currencies are never added.
public struct RiskLadder: Sendable {
  private var valuer: PositionValuer
  private var positions: [NettedPosition] = []

  public init(market: MarketState, pricer: OptionPricer = .blackScholes) {
    valuer = PositionValuer(market: market, pricer: pricer)
  }

  /// Adds a strategy.
  ///
  /// - Throws: ``PricingError`` where the market cannot value a leg; the ladder is then as it was.
  public mutating func add(_ filled: FilledStrategy) throws(PricingError) {
    _ = try valuer.risk(of: filled)
    let place = positions.firstIndex { $0.settlement == filled.settlement && $0.currency == filled.currency }
    if place == nil {
      positions.append(NettedPosition(settlement: filled.settlement, currency: filled.currency))
    }
    positions[place ?? positions.count - 1].add(filled)
  }

  /// The ladder's rows: underlyings in the market's order, then currencies in that of their first mention, then expiries
  /// and strikes ascending, what has none first; each level's total stands behind its rows, each currency's at the end.
  ///
  /// A total is the sum of the rows above it in their order.
  /// - Parameters:
  ///   - bucket: The width of a bucket of strikes, which holds its lower edge and not its upper one; nil is a row a strike.
  /// - Complexity: O(n log n) for n distinct instruments.
  /// - Throws: ``PricingError`` only as ``add(_:)``, which has asked before.
  public mutating func rows(
    by grain: LadderGrain, bucket: Price? = nil
  ) throws(PricingError) -> [LadderRow] {
    var cells: [LadderPlace: LadderCell] = [:]
    for (order, position) in positions.enumerated() {
      for leg in position.legs {
        let place = try self.place(of: leg.key.instrument, order, grain, bucket)
        let risk = try valuer.risk(
          of: leg.key.instrument, units: leg.units, price: leg.price, settlement: position.settlement)
        cells[place, default: LadderCell()].add(risk, leg.key.instrument)
      }
    }
    var assembly = LadderAssembly(market: valuer.market, positions: positions, grain: grain, bucket: bucket)
    for (place, cell) in cells.sorted(by: { $0.key < $1.key }) { assembly.add(place, cell) }
    return assembly.finish()
  }

  private func place(
    of instrument: Instrument, _ order: Int, _ grain: LadderGrain, _ bucket: Price?
  ) throws(PricingError) -> LadderPlace {
    let market = valuer.market
    let underlying = try market.underlying(of: instrument)
    var place = LadderPlace(
      underlying: market.underlyings.firstIndex { $0.symbol == underlying.symbol } ?? 0, position: order)
    guard grain != .underlying, let expiry = instrument.expiry else { return place }
    do { place.instant = try underlying.instant(of: expiry) } catch { throw .number(error) }
    guard grain == .strike, let strike = instrument.strike else { return place }
    // Strikes are 0 or more, so that the division rounds down.
    place.strike = bucket.map { Price(count: strike.count / $0.count * $0.count) } ?? strike
    return place
  }
}

/// Where an instrument stands on a ladder; ordered as the rows are.
struct LadderPlace: Hashable, Comparable {
  /// In the market.
  let underlying: Int
  /// In the ladder's positions.
  let position: Int
  var instant: Instant?
  var strike: Price?

  static func < (left: LadderPlace, right: LadderPlace) -> Bool {
    if left.underlying != right.underlying { return left.underlying < right.underlying }
    if left.position != right.position { return left.position < right.position }
    if left.instant != right.instant {
      guard let first = left.instant, let second = right.instant else { return left.instant == nil }
      return first < second
    }
    guard let first = left.strike, let second = right.strike else { return left.strike == nil && right.strike != nil }
    return first < second
  }
}

/// What stands at one place.
struct LadderCell {
  var risk = PositionRisk()
  /// Bought and sold units of one instrument are two legs and one contract.
  var instruments: Set<Instrument> = []
  /// Of the first instrument that has one.
  var expiry: Expiry?

  mutating func add(_ other: PositionRisk, _ instrument: Instrument) {
    risk.add(other)
    instruments.insert(instrument)
    expiry = expiry ?? instrument.expiry
  }
}
