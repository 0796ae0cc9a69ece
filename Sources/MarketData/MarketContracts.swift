public import Instruments

extension UnderlyingMarket {
  /// What this market's options have in common, read off its first quote; without quotes by the chain's unit.
  public var contractTerms: ContractTerms {
    if let contract = chains.lazy.compactMap({ $0.strikes.first?.call ?? $0.strikes.first?.put }).first?.contract,
      let terms = try? ContractTerms(
        underlying: symbol, settlement: contract.settlement, exercise: contract.exercise,
        delivery: contract.delivery, multiplier: contract.multiplier, quoteCurrency: contract.quoteCurrency,
        expiryTime: contract.expiry.time)
    {
      return terms
    }
    let unquoted = try? ContractTerms(
      underlying: symbol, settlement: terms.quotedIn, multiplier: terms.optionMultiplier,
      quoteCurrency: terms.quoteCurrency, expiryTime: terms.expiryTime)
    return unquoted ?? .deribit(symbol)
  }
}
