import Basics
import Instruments
import MarketData
public import Pricing

/// What a strategy is worth on its market by the model, whole and leg by leg.
public struct StrategyValue: Sendable {
  /// In the strategy's order.
  public let legs: [LegAnalysis]
  /// Of the whole position, in settlement currency.
  public let greeks: Greeks
  /// Of the whole position, in quote currency.
  public let quoteGreeks: Greeks
  /// Value less entry cost less fees, in settlement currency.
  public let profit: Double
}

extension StrategyAnalyzer {
  /// Values a strategy without the rest of its page; the figures are the page's, since the page takes them from here.
  ///
  /// - Throws: ``PricingError`` where the market cannot value a leg, or the sum is no number.
  /// - Complexity: One valuation a leg.
  public func value(of filled: FilledStrategy) throws(PricingError) -> StrategyValue {
    let book = try filled.resolved(in: market)
    guard let strategy = book.strategies.first else { throw .missing("strategy", instrument: filled.name) }
    return try value(of: strategy, in: book)
  }

  func value(of strategy: ResolvedStrategy, in book: ResolvedBook) throws(PricingError) -> StrategyValue {
    let legs = try legs(of: strategy, in: book)
    var (greeks, quoteGreeks) = (Greeks.zero, Greeks.zero)
    for leg in legs {
      greeks.add(1, times: leg.greeks)
      quoteGreeks.add(1, times: leg.quoteGreeks)
    }
    guard greeks.value.isFinite, greeks.delta.isFinite else {
      throw .notANumber(instrument: strategy.name, scenario: 0)
    }
    return StrategyValue(
      legs: legs, greeks: greeks, quoteGreeks: quoteGreeks,
      profit: greeks.value - strategy.entryCost - strategy.fees)
  }

  private func legs(
    of strategy: ResolvedStrategy, in book: ResolvedBook
  ) throws(PricingError) -> [LegAnalysis] {
    var analyses: [LegAnalysis] = []
    for (filled, resolved) in zip(strategy.filled.legs, strategy.legs) {
      let symbol = filled.instrument.underlying
      guard let underlying = market[symbol] else {
        throw .unknownUnderlying(symbol, known: market.underlyings.map(\.symbol))
      }
      let spot = underlying.spot.value
      switch resolved.exposure {
      case .contract(let index):
        let contract = book.contracts[index]
        let unit = request.pricer.greeks(
          of: contract, spot: spot, years: contract.years, volatility: contract.volatility)
        let quoteGreeks = unit.scaled(by: resolved.units)
        var quote: OptionQuote?
        if case .option(let option) = filled.instrument { quote = underlying.quote(of: option) }
        analyses.append(
          LegAnalysis(
            leg: filled, quote: quote, volatility: contract.volatility, isExtrapolated: contract.isExtrapolated,
            greeks: strategy.settlement == .coin ? quoteGreeks.inCoin(spot: spot) : quoteGreeks,
            quoteGreeks: quoteGreeks))
      case .linear(let entry):
        analyses.append(linearLeg(filled, resolved.units, entry: entry, spot: spot, strategy.settlement))
      }
    }
    return analyses
  }

  /// In coin, the quote figures are those of N (S/entry - 1): the coin value times S.
  private func linearLeg(
    _ leg: FilledLeg, _ units: Double, entry: Double, spot: Double, _ settlement: Settlement
  ) -> LegAnalysis {
    let own = Greeks.linear(units: units, entry: entry, spot: spot, settlement: settlement)
    let quoteUnits = settlement == .coin ? units / entry : units
    return LegAnalysis(
      leg: leg, quote: nil, volatility: nil, isExtrapolated: false, greeks: own,
      quoteGreeks: .linear(units: quoteUnits, entry: entry, spot: spot, settlement: .quote))
  }
}
