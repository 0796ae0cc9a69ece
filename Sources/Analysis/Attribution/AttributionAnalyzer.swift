import Basics
import Instruments
public import MarketData
public import Pricing
import RealModule
public import Scenarios

/// Explains what strategies gained or lost between two markets by the Greeks of the first.
///
/// A contract is valued once, however many strategies hold it. Every leg moves by what its own contract's inputs did:
/// its underlying's spot, its volatility on either market's surface, the rates of its expiry, the time to it. A leg that
/// expired between the markets ends with its payoff; time runs for it to its expiry and no further.
public struct AttributionAnalyzer: Sendable {
  /// Where the move ends.
  public enum Destination: Sendable {
    /// A second market, and prices at which what expired was settled; the second market's spot where none is stated.
    case market(MarketState, settled: SettlementPrices)
    /// The first market under the first node of a grid, as a stress report revalues it.
    case scenario(ScenarioGrid)
  }

  private let market: MarketState
  private let destination: Destination
  private let pricer: OptionPricer
  private var book: ResolvedBook
  /// Beside the contracts of `book`; nil where a contract has no value yet.
  private var units: [UnitAttribution?] = []

  public init(from market: MarketState, to destination: Destination, pricer: OptionPricer = .blackScholes) {
    self.market = market
    self.destination = destination
    self.pricer = pricer
    book = ResolvedBook(market: market)
  }

  /// How many distinct contracts have been valued so far: of two copies, the one that knows more saves more work.
  public var contractCount: Int { book.contracts.count }

  /// Explains one strategy.
  ///
  /// - Throws: ``AttributionError``: what the first market lacks, or the second, or a figure that is no number.
  /// - Complexity: A few valuations for each contract not seen before, and a dozen multiplications a leg.
  public mutating func attribute(_ filled: FilledStrategy) throws(AttributionError) -> StrategyAttribution {
    let resolved: ResolvedStrategy
    do { resolved = try book.resolve(filled) } catch { throw .first(error) }
    try checkCurrency(filled)
    var legs: [LegAttribution] = []
    var parts = ProfitAttribution.zero
    var flags: ScenarioFlags = []
    for (leg, place) in zip(filled.legs, resolved.legs) {
      let answer: LegAttribution
      switch place.exposure {
      case .contract(let index):
        let unit = try unit(index)
        var own = ProfitAttribution.zero
        own.add(place.units, times: filled.settlement == .coin ? unit.coin : unit.quote)
        answer = LegAttribution(
          leg: leg, spot: unit.move.spot, volatility: unit.move.volatility, years: unit.move.years, parts: own,
          flags: unit.flags, isExtrapolated: unit.isExtrapolated)
      case .linear(let entry):
        answer = try linear(leg, place, entry: entry, filled)
      }
      guard answer.parts.isFinite else { throw .first(.notANumber(instrument: "\(leg.instrument)", scenario: 1)) }
      parts.add(1, times: answer.parts)
      flags.formUnion(answer.flags)
      legs.append(answer)
    }
    return StrategyAttribution(filled: filled, legs: legs, parts: parts, flags: flags)
  }

  /// Amounts of two currencies have no difference.
  private func checkCurrency(_ filled: FilledStrategy) throws(AttributionError) {
    guard case .market(let second, _) = destination else { return }
    for leg in filled.legs {
      do throws(PricingError) {
        let underlying = try second.underlying(of: leg.instrument)
        let code = underlying.terms.quoteCurrency
        guard filled.settlement == .coin || filled.currency.code == code.uppercased() else {
          throw .mixedCurrencies(filled.currency.code, code)
        }
      } catch { throw .second(error) }
    }
  }

  // MARK: Options

  private mutating func unit(_ index: Int) throws(AttributionError) -> UnitAttribution {
    while units.count <= index { units.append(nil) }
    if let known = units[index] { return known }
    let contract = book.contracts[index]
    let unit = try unit(of: contract)
    units[index] = unit
    return unit
  }

  private func unit(of contract: ResolvedContract) throws(AttributionError) -> UnitAttribution {
    let end: ContractEnd
    do {
      switch destination {
      case .market(let second, let settled): end = try ContractEnd(of: contract, in: second, settled: settled)
      case .scenario(let grid): end = try ContractEnd(of: contract, in: market, under: grid)
      }
    } catch { throw .second(error) }
    guard let spot = market[contract.underlying]?.spot.value else {
      throw .first(.unknownUnderlying(contract.underlying, known: market.underlyings.map(\.symbol)))
    }
    func change(_ from: Double, _ to: Double) -> ContractMove.Change { .init(from: from, to: to) }
    let move = ContractMove(
      spot: change(spot, end.spot), volatility: change(contract.volatility, end.contract.volatility),
      rate: change(contract.rate, end.contract.rate),
      dividendYield: change(contract.dividendYield, end.contract.dividendYield),
      years: change(contract.years, end.years))
    let from = pricer.greeks(of: contract, spot: spot, years: contract.years, volatility: contract.volatility).value
    let to = pricer.greeks(
      of: end.contract, spot: end.spot, years: end.years, volatility: end.contract.volatility
    ).value
    return UnitAttribution(
      move: move,
      quote: ProfitAttribution(from: from, to: to) { move.value(of: contract, $0) },
      coin: ProfitAttribution(from: from / spot, to: to / end.spot) {
        move.value(of: contract, $0) / move.spotLine($0)
      },
      flags: end.flags, isExtrapolated: end.isExtrapolated)
  }

  // MARK: Linear legs

  /// All delta in quote currency; in coin, N (1/entry - 1/S) has a gamma, and what is beyond it stays unexplained.
  private func linear(
    _ leg: FilledLeg, _ place: ResolvedLeg, entry: Double, _ filled: FilledStrategy
  ) throws(AttributionError) -> LegAttribution {
    let symbol = leg.instrument.underlying
    guard let from = market[symbol]?.spot.value else {
      throw .first(.unknownUnderlying(symbol, known: market.underlyings.map(\.symbol)))
    }
    let (to, isExpired): (Double, Bool)
    switch destination {
    case .market(let second, let settled):
      guard let underlying = second[symbol] else {
        throw .second(.unknownUnderlying(symbol, known: second.underlyings.map(\.symbol)))
      }
      isExpired = place.expiry.map { $0 <= second.asOf } ?? false
      let stated = isExpired ? leg.instrument.expiry.flatMap { settled.price(of: symbol, at: $0) } : nil
      to = (stated ?? underlying.spot).value
    case .scenario(let grid):
      let shock = grid.shock(1)
      to = from * (1 + shock.spot)
      isExpired =
        place.expiry.map {
          Double($0.secondsSinceEpoch - market.asOf.secondsSinceEpoch) <= (shock.daysForward * 86_400).rounded()
        } ?? false
    }
    func value(_ spot: Double) -> Greeks {
      .linear(units: place.units, entry: entry, spot: spot, settlement: filled.settlement)
    }
    let start = value(from)
    var parts = ProfitAttribution.zero
    (parts.valueFrom, parts.valueTo) = (start.value, value(to).value)
    parts.delta = start.delta * (to - from)
    parts.gamma = start.gamma * (to - from) * (to - from) / 2
    return LegAttribution(
      leg: leg, spot: .init(from: from, to: to), volatility: nil, years: nil, parts: parts,
      flags: isExpired ? .expiredLegs : [], isExtrapolated: false)
  }
}

/// One unit of a contract between the two markets, in either settlement.
private struct UnitAttribution: Sendable {
  let move: ContractMove
  let quote: ProfitAttribution
  let coin: ProfitAttribution
  let flags: ScenarioFlags
  let isExtrapolated: Bool
}
