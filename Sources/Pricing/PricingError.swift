public import Basics

/// Why a strategy could not be filled or valued.
public enum PricingError: Error, Equatable, Sendable {
  /// A number of a leg is outside its exact range or of the wrong sign: the leg, what was found and wanted.
  case badLeg(leg: String, found: String, wanted: String)
  /// Legs that cannot share one account: two coins, or two quote currencies.
  case mixedCurrencies(String, String)
  /// A spot leg in a coin-settled strategy: the coin held is the collateral, not a leg.
  case underlyingInCoin(String)
  /// A fee schedule lists the fees of other underlyings than the leg's.
  case feesOfOther(schedule: String, found: String, wanted: [String])
  /// The market has no such underlying.
  case unknownUnderlying(String, known: [String])
  /// The market has no quote with which the leg could be filled.
  case noQuote(instrument: String, side: String, nearest: String?)
  /// The market has no chain of the contract's expiry; `listed` names the nearest that it has.
  case unlistedExpiry(instrument: String, listed: String)
  /// The contract expired before the market's moment.
  case expired(instrument: String, asOf: String)
  /// A number the market lacks or cannot give: forward, volatility, discount.
  case missing(String, instrument: String)
  /// The model returned no number for a leg.
  case notANumber(instrument: String, scenario: Int)
  case number(BasicsError)
}

extension PricingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badLeg(let leg, let found, let wanted): return "\(leg): found \(found), wanted \(wanted)"
    case .mixedCurrencies(let left, let right): return "found legs in \(left) and in \(right), wanted one currency"
    case .underlyingInCoin(let symbol):
      return
        "found a spot leg in \(symbol) in a coin-settled strategy, wanted it left out: the coin held is the collateral"
    case .feesOfOther(let schedule, let found, let wanted):
      return
        "fees: found legs on \(found), wanted \(wanted.joined(separator: " or ")), whose fees the schedule '\(schedule)' lists"
    case .unknownUnderlying(let symbol, let known):
      return "found underlying \(symbol), wanted one of the market's: \(known.joined(separator: ", "))"
    case .noQuote(let instrument, let side, let nearest):
      return "found no \(side) for \(instrument), wanted a quote or a price in the file"
        + (nearest.map { "; nearest quoted: \($0)" } ?? "")
    case .unlistedExpiry(let instrument, let listed):
      return "found no quotes of the expiry of \(instrument), wanted a price in the file or a listed expiry: \(listed)"
    case .expired(let instrument, let asOf): return "found \(instrument) expired at \(asOf), wanted a later expiry"
    case .missing(let what, let instrument): return "found no \(what) for \(instrument)"
    case .notANumber(let instrument, let scenario): return "found no number for \(instrument) in scenario \(scenario)"
    case .number(let error): return error.description
    }
  }
}
