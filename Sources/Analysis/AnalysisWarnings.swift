import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing

extension StrategyAnalyzer {
  /// Quotes whose spread exceeds this share of their mid are called wide.
  static var wideSpread: Double { 0.2 }

  /// What a reader of the page must know before believing it, most weighty first.
  func warnings(_ filled: FilledStrategy, _ legs: [LegAnalysis], _ book: ResolvedBook) -> [String] {
    var warnings: [String] = []
    if filled.expiries.count > 1 {
      warnings.append(
        request.plan == nil
          ? "several expiries: no maximum loss without a policy for the first one (--policy); the value is today's"
          : "several expiries: the maximum loss holds for its policy and no other; the value is today's")
    }
    if filled.legsByUnderlying.count > 1 {
      warnings.append(
        "several underlyings: delta and gamma add units of each, and a scenario moves all of them by the same share")
    }
    warnings += EarlyAssignment(of: filled, in: market).terms.map(\.sentence)
    if filled.hasConvertedPremiums { warnings.append("coin legs converted at entry and at delivery") }
    warnings += linearWarnings(filled)
    warnings += expiryWarnings(filled, legs)
    let extrapolated = legs.filter(\.isExtrapolated)
    if !extrapolated.isEmpty {
      let names = extrapolated.map { "\($0.leg.instrument)" }.joined(separator: ", ")
      warnings.append(
        "volatility of \(extrapolated.count) of \(legs.count) legs taken from beyond the quoted strikes or expiries: \(names)"
      )
    }
    for leg in legs {
      if let spread = leg.quote?.relativeSpread, spread > StrategyAnalyzer.wideSpread {
        warnings.append(
          "\(leg.leg.instrument): wide quote, the spread is \(Int((spread * 100).rounded())) % of the mid")
      }
      if leg.quote?.isCrossed == true { warnings.append("\(leg.leg.instrument): crossed quote, not used") }
    }
    for group in filled.legsByUnderlying {
      guard let underlying = market[group.underlying] else { continue }
      if !underlying.rejected.isEmpty {
        warnings.append(
          "\(group.underlying): \(underlying.rejected.count) rows of the chain could not be used (`bulkhead chain check`)"
        )
      }
    }
    return warnings
  }

  /// What a future or perpetual may cost beside the price at expiry.
  private func linearWarnings(_ filled: FilledStrategy) -> [String] {
    var warnings: [String] = []
    var hasResidual = false
    for leg in filled.legs {
      switch leg.instrument {
      case .future:
        hasResidual = true
        warnings.append("\(leg.instrument): marked at spot; until expiry its distance from the forward shows as P&L")
      case .perpetual: hasResidual = true
      case .option, .digital, .underlying: break
      }
    }
    if hasResidual, request.reserve == .none {
      warnings.append(
        "basis and funding of futures and perpetuals are not reserved: --basis, --funding-cap and --hours reserve them")
    }
    return warnings
  }

  /// The catalogue's name for the legs.
  func structureName(_ filled: FilledStrategy) -> String? {
    var legs: [Leg] = []
    for leg in filled.legs {
      guard let unpriced = try? Leg(leg.quantity, leg.instrument) else { return nil }
      legs.append(unpriced)
    }
    guard let strategy = try? Strategy(legs) else { return nil }
    let spot = filled.settlement == .coin ? filled.legs.first.flatMap { market[$0.instrument.underlying]?.spot } : nil
    return StrategyCatalogue.name(of: strategy, coverPrice: spot)?.displayName
  }
}
