import Basics
public import CBulkhead
import Instruments
import MarketData
import Pricing

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_build_structure(
  _ market: UnsafePointer<bulkhead_market>?, _ terms: UnsafePointer<bulkhead_terms>?,
  _ structure: UnsafePointer<bulkhead_structure>?, _ legs: UnsafeMutablePointer<bulkhead_leg>?, _ capacity: Int64,
  _ count: UnsafeMutablePointer<Int64>?, _ symbols: UnsafeMutablePointer<bulkhead_text>?,
  _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let place = unsafe try ContractPlace(market, terms, &claims)
    let stated = unsafe try claims.value(structure, "structure")
    let name = unsafe try claims.text(stated.name, "name")
    let days = unsafe try claims.input(stated.expiry_days, stated.expiry_count, "expiry days")
    let times = unsafe try claims.input(stated.expiry_times, stated.expiry_count, "expiry times")
    let places = unsafe try claims.input(stated.places, stated.place_count, "places")
    let deltas = unsafe try claims.input(stated.deltas, stated.delta_count, "deltas")
    let target = unsafe try LegTarget(legs, capacity, count, symbols, &claims)
    try claims.check()
    guard max(places.count, deltas.count, days.count) <= Strategy.legLimit else {
      throw .badArgument("structure: found more than \(Strategy.legLimit) strikes or expiries, wanted fewer")
    }
    guard unsafe (-1...1).contains(stated.settlement) else {
      throw .badArgument("settlement: found \(unsafe stated.settlement), wanted -1, 0 or 1")
    }
    do {
      let placement: StructurePlacement
      if !deltas.isEmpty {
        placement = unsafe .deltas(Array(deltas))
      } else if let center = unsafe ContractCode.price(stated.center) {
        placement = unsafe .center(center, widths: places.map { Price(count: $0) })
      } else {
        placement = unsafe .strikes(places.map { Price(count: $0) })
      }
      let isCoin = unsafe stated.settlement == -1 ? place.terms.settlement == .coin : stated.settlement == 1
      let expiries = unsafe try zip(days, times).map { try ContractCode.expiry(day: $0, time: $1) }
      var request = unsafe try StructureRequest(
        try StrategyCatalogue.named(name), expiries: expiries, placement: placement,
        quantity: Quantity(count: stated.quantity),
        hedge: ContractCode.price(stated.hedge).map { Quantity(count: $0.count) },
        coverPrice: isCoin ? place.market?.spot : nil)
      if case .deltas(let deltas) = placement {
        guard let market = place.market else {
          throw RowFailure("found deltas, wanted a market that they are looked up in")
        }
        request = try request.placed(at: try strikes(for: deltas, request, market))
      }
      let terms = place.terms.covered(by: isCoin ? .perpetual : .underlying)
      let legs = try request.strategy(terms: terms).legs
      try place.checkListing(of: legs)
      try target.write(legs)
    } catch let failure as CallFailure {
      throw failure
    } catch let failure as RowFailure {
      throw .refused(failure.reason)
    } catch { throw .refused("\(error)") }
    return RowRefusals()
  }
}

/// The listed strikes nearest to target deltas.
private func strikes(
  for deltas: [Double], _ request: StructureRequest, _ market: UnderlyingMarket
) throws -> [Price] {
  try zip(deltas, request.definition.strikeUses).map { delta, use in
    guard request.expiries.indices.contains(use.expiry) else {
      throw RowFailure("\(request.definition.id): found no expiry for delta \(delta), wanted one")
    }
    return try market.strike(
      forDelta: delta, right: use.right, expiry: market.contractTerms.expiry(request.expiries[use.expiry]))
  }
}
