import Basics
public import Instruments

extension UnderlyingMarket {
  /// What this market's options have in common, read off its first quote; without quotes by the chain's unit.
  public var contractTerms: ContractTerms {
    if let contract = chains.lazy.compactMap({ $0.strikes.first?.call ?? $0.strikes.first?.put }).first?.contract,
      let terms = try? ContractTerms(
        underlying: symbol, settlement: contract.settlement, exercise: contract.exercise,
        delivery: contract.delivery, multiplier: contract.multiplier, quoteCurrency: contract.quoteCurrency,
        expiryTime: contract.expiry.time, listed: chains.map(\.expiry))
    {
      return terms
    }
    let unquoted = try? ContractTerms(
      underlying: symbol, settlement: terms.quotedIn, multiplier: terms.optionMultiplier,
      quoteCurrency: terms.quoteCurrency, expiryTime: terms.expiryTime)
    return unquoted ?? .deribit(symbol)
  }

  /// The listed expiries nearest to one that is not listed, ascending, as a refusal names them: four at most, each that trades to
  /// an earlier day than its name has with that day too. Nil without a chain.
  public func listedText(nearest expiry: Expiry) -> String? {
    guard !chains.isEmpty else { return nil }
    let asked = expiry.date.daysSinceEpoch
    let nearest = chains.sorted {
      // Of two as near the earlier, so that the order is one.
      let (left, right) = ($0.expiry.date.daysSinceEpoch - asked, $1.expiry.date.daysSinceEpoch - asked)
      return (left.magnitude, left) < (right.magnitude, right)
    }.prefix(4).sorted { $0.expiry < $1.expiry }
    let names = nearest.map { chain in
      let day = chain.instant.date
      return "\(chain.expiry)" + (day == nil || day == chain.expiry.date ? "" : " (ends \(day.map { "\($0)" } ?? ""))")
    }
    return names.joined(separator: ", ") + (nearest.count < chains.count ? " among \(chains.count)" : "")
  }
}
