import Basics
public import Instruments
public import MarketData
public import Pricing

/// One strategy as a door was asked about it: a file's or request's own words, or legs on one line, and what the door says
/// over them.
public struct StrategyStatement: Sendable {
  public enum Body: Sendable {
    case file(StrategyFile)
    /// Legs on one line, and the underlying where the market has several.
    case legs(String, underlying: String?)
  }

  public let body: Body
  /// In place of the file's; nil leaves it.
  public let settlement: Settlement?
  public let fill: FillRule?
  /// In place of the file's, stated in the settlement that holds in the end.
  public let fees: FeeTerms?

  public init(_ body: Body, settlement: Settlement? = nil, fill: FillRule? = nil, fees: FeeTerms? = nil) {
    self.body = body
    self.settlement = settlement
    self.fill = fill
    self.fees = fees
  }

  /// Gives the strategy with its entry prices and fees.
  public func filled(from market: MarketState) throws(StatementError) -> FilledStrategy {
    let (stated, terms) = try stated(in: market)
    do throws(PricingError) { return try stated.filled(from: market, terms) } catch {
      throw .strategy(error.description)
    }
  }

  /// Gives the strategy before it is filled, and how it is accounted, charged and filled.
  public func stated(
    in market: MarketState
  ) throws(StatementError) -> (strategy: Strategy, terms: AccountTerms) {
    let (stated, own) = try own(in: market)
    var terms = own
    if let fees { terms = terms.with(fees: fees) }
    do throws(PricingError) {
      if let settlement { terms = try converted(terms, of: stated, to: settlement) }
    } catch { throw .strategy(error.description) }
    return (
      stated,
      AccountTerms(
        settlement: terms.settlement, currency: terms.currency, fees: terms.fees, fill: fill ?? terms.fill)
    )
  }

  /// What the strategy's own words say.
  private func own(in market: MarketState) throws(StatementError) -> (Strategy, AccountTerms) {
    switch body {
    case .file(let file):
      do throws(FormatError) { return (try file.strategy(in: market), file.terms) } catch { throw .format(error) }
    case .legs(let text, let underlying):
      // What stands on one line beside a settlement is stated in it.
      return (try StrategyStatement.legs(text, of: underlying, in: market), AccountTerms(settlement: settlement))
    }
  }

  /// The terms in another settlement; amounts that the file states in its own must not change their unit unseen.
  private func converted(
    _ terms: AccountTerms, of stated: Strategy, to settlement: Settlement
  ) throws(PricingError) -> AccountTerms {
    var own = Settlement.quote
    if let said = terms.settlement { own = said } else { own = try stated.ownSettlement() }
    guard own != settlement else {
      return AccountTerms(settlement: settlement, currency: terms.currency, fees: terms.fees, fill: terms.fill)
    }
    if fees == nil, case .totals(let entry, let exit) = terms.fees, !(entry + exit).isZero {
      throw .badLeg(
        leg: "--settlement \(settlement.rawValue)", found: "fees stated in \(own.rawValue) settlement",
        wanted: "--fees in the new one, or a schedule")
    }
    if let leg = stated.legs.first(where: { $0.instrument.isOption && $0.price != nil }) {
      throw .badLeg(
        leg: "--settlement \(settlement.rawValue)",
        found: "a price of \(leg.instrument) stated in \(own.rawValue) settlement", wanted: "legs without prices")
    }
    return AccountTerms(settlement: settlement, currency: nil, fees: terms.fees, fill: terms.fill)
  }

  private static func legs(
    _ text: String, of underlying: String?, in market: MarketState
  ) throws(StatementError) -> Strategy {
    let symbols = market.underlyings.map(\.symbol)
    guard let symbol = underlying ?? (symbols.count == 1 ? symbols.first : nil), let found = market[symbol] else {
      throw .option(
        "found \(underlying ?? "no underlying"), wanted --underlying with one of \(symbols.joined(separator: ", "))")
    }
    do throws(InstrumentError) {
      // U is the share or coin itself; in coin settlement it is refused, since the coin held is the collateral.
      return try Strategy(try LegsText.parse(text, terms: found.contractTerms.covered(by: .underlying)), name: "legs")
    } catch { throw .option("--legs: \(error)") }
  }
}
