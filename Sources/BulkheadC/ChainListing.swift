import Basics
import Instruments
import MarketData

extension UnderlyingMarket {
  /// Refuses a leg that could be entered at no price: an option without one of its own, which the chain does not list.
  ///
  /// A chain without any quote lists nothing and refuses nothing: it stands for the terms of its contracts.
  ///
  /// - Throws: ``RowFailure`` with the nearest strikes, or expiries, that are on the chain.
  func checkListing(of leg: Leg) throws(RowFailure) {
    guard leg.price == nil, case .option(let contract) = leg.instrument, !chains.isEmpty else { return }
    guard let chain = chain(of: contract.expiry) else {
      let listed = listedText(nearest: contract.expiry) ?? ""
      throw RowFailure("found expiry \(contract.expiry), wanted a price, or an expiry of the chain: \(listed)")
    }
    guard quote(of: contract) == nil else { return }
    let listed = chain.strikes.compactMap { $0[contract.right]?.contract.strike }
    func distance(_ strike: Price) -> Double { abs(strike.value - contract.strike.value) }
    let nearest = listed.sorted { (distance($0), $0) < (distance($1), $1) }.prefix(4).sorted()
    let names = nearest.map { "\($0)" }.joined(separator: ", ")
    throw RowFailure(
      "found no \(contract.right.rawValue) of strike \(contract.strike) at \(contract.expiry) on the chain, wanted a price, or "
        + "one of its \(listed.count) strikes: " + names + (nearest.count < listed.count ? " and farther ones" : ""))
  }
}
