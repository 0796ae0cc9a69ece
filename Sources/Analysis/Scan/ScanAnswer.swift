public import Basics
public import Instruments
public import IsolatedMargin
import MarketData
public import Pricing

/// A match the long way: the strategy itself with the same figures as a single one has.
public struct ScanAnswer: Sendable {
  /// From 1.
  public let rank: Int
  public let expiry: Expiry
  public let strikes: [Price]
  /// The legs on one line, as `--legs` reads them.
  public let legsText: String
  public let filled: FilledStrategy
  public let margin: StrategyMargin
  /// In settlement currency; nil where the market has no volatility for a leg.
  public let greeks: Greeks?
  /// Nil where the chain has no volatility.
  public let probabilityOfProfit: Double?
  /// What it was ranked by; nil where that is missing.
  public let sortValue: Double?
  /// Nil where no budget was given.
  public let size: PositionSize?

  /// `26DEC25`; with its second where the chain names one, and in ISO form beyond the years of two digits.
  public static func text(_ expiry: Expiry) -> String {
    if case .utc = expiry.time { return "\(expiry)" }
    return (2000...2099).contains(expiry.date.year) ? expiry.date.deribitText : "\(expiry.date)"
  }
}

extension StructureScan {
  /// Gives a match as the strategy that it is.
  ///
  /// - Parameters:
  ///   - budget: What may be lost, for whole lots; nil asks for none.
  ///   - maxLots: A limit to them from elsewhere.
  /// - Throws: ``ScanError`` where a leg cannot be filled, which the scan has done before.
  public func answer(
    for match: ScanMatch, rank: Int, budget: Money? = nil, maxLots: Int64? = nil
  ) throws(ScanError) -> ScanAnswer {
    let (shape, table) = (request.shape, chains[match.chain])
    let strikes = (0..<shape.strikeCount).map { table.strikes[match.strike($0)] }
    let strategy: Strategy
    do throws(InstrumentError) {
      strategy = try StructureRequest(
        shape.definition, expiries: [table.chain.expiry], placement: .strikes(strikes)
      ).strategy(terms: underlying.contractTerms)
    } catch { throw .refused(found: "\(error)", wanted: "a structure on the chain's strikes") }
    let filled: FilledStrategy
    do throws(PricingError) { filled = try strategy.filled(from: market, request.terms) } catch {
      throw .pricing(error)
    }
    let margin = StrategyMargin(of: filled)
    var probability: Double?
    if let payoff = MaximumLoss.payoffs(of: filled).first?.payoff, let distribution = table.distribution {
      probability =
        ExpiryOutlook(
          payoff: payoff, cost: filled.entryCost + filled.fees, breakEvens: margin.breakEvens,
          distribution: distribution
        ).probabilityOfProfit
    }
    return ScanAnswer(
      rank: rank, expiry: table.chain.expiry, strikes: strikes, legsText: legsText(strikes, table.chain.expiry),
      filled: filled, margin: margin, greeks: greeks(of: filled), probabilityOfProfit: probability,
      sortValue: match.sortValue, size: budget.map { PositionSize(of: filled, budget: $0, maxLots: maxLots) })
  }

  private func legsText(_ strikes: [Price], _ expiry: Expiry) -> String {
    let legs = request.shape.legs.map { leg in
      "\(leg.ratio < 0 ? "" : "+")\(leg.ratio)\(leg.right.letter)\(strikes[leg.place])"
    }
    return legs.joined(separator: " ") + " @\(ScanAnswer.text(expiry))"
  }

  private func greeks(of filled: FilledStrategy) -> Greeks? {
    guard let book = try? filled.resolved(in: market), let strategy = book.strategies.first else { return nil }
    let spot = underlying.spot.value
    var total = Greeks.zero
    for leg in strategy.legs {
      guard case .contract(let index) = leg.exposure else { return nil }
      let contract = book.contracts[index]
      let position = OptionPricer.blackScholes.greeks(
        of: contract, spot: spot, years: contract.years, volatility: contract.volatility
      ).scaled(by: leg.units)
      total.add(1, times: filled.settlement == .coin ? position.inCoin(spot: spot) : position)
    }
    return total
  }
}
