import Basics
import CBulkhead
import Instruments
import MarketData
import Pricing

/// The strategies of a call, each with its legs where they lie.
@safe
struct StrategyRows {
  let count: Int
  let symbols: SymbolTable
  let market: MarketState?
  private let legs: UnsafeBufferPointer<bulkhead_leg>
  private let starts: UnsafeBufferPointer<Int64>
  private let accounts: UnsafeBufferPointer<bulkhead_account>

  /// The most strategies of one call.
  private static let limit: Int64 = 100_000_000

  init(_ pointer: UnsafePointer<bulkhead_book>?, _ claims: inout MemoryClaims) throws(CallFailure) {
    let book = unsafe try claims.value(pointer, "book")
    let strategies = unsafe book.strategy_count
    guard (0...StrategyRows.limit).contains(strategies) else {
      throw .badArgument("strategy count: found \(strategies), wanted 0 to \(StrategyRows.limit)")
    }
    unsafe legs = try claims.input(book.legs, book.leg_count, "legs")
    unsafe starts = try claims.input(book.starts, strategies + 1, "starts")
    unsafe accounts = try claims.input(book.accounts, strategies, "accounts")
    symbols = SymbolTable(unsafe try claims.text(book.symbols, "symbols"))
    count = Int(strategies)
    market = unsafe try claims.optionalMarket(book.market)
    var last: Int64 = 0
    for place in unsafe starts.indices {
      let start = unsafe starts[place]
      guard start >= last, unsafe start <= book.leg_count, place > 0 || start == 0 else {
        throw .badArgument("starts: found \(start) at \(place), wanted ascending places of legs from 0 on")
      }
      last = start
    }
    guard unsafe last == book.leg_count else {
      throw .badArgument("starts: found \(last) at the end, wanted the number of legs")
    }
  }

  /// The one strategy of a call that takes one.
  ///
  /// - Throws: ``CallFailure`` `.badArgument` for more or fewer, `.refused` where it is none.
  func only() throws(CallFailure) -> FilledStrategy {
    guard count == 1 else { throw .badArgument("strategy count: found \(count), wanted 1") }
    do { return try strategy(0) } catch { throw .refused(error.reason) }
  }

  /// The number of legs of all strategies.
  var legCount: Int { unsafe legs.count }

  /// The places of a strategy's legs.
  func legRange(_ index: Int) -> Range<Int> { unsafe Int(starts[index])..<Int(starts[index + 1]) }

  /// The legs of a strategy as they are stated.
  func stated(_ index: Int) throws(RowFailure) -> [Leg] {
    let range = legRange(index)
    guard range.count <= Strategy.legLimit else {
      throw RowFailure(InstrumentError.tooManyLegs(range.count).description)
    }
    var result: [Leg] = []
    for place in range {
      let leg = unsafe legs[place]
      do {
        result.append(
          try Leg(
            Quantity(count: leg.quantity), try leg.instrument(symbols), price: ContractCode.price(leg.price)))
      } catch let error as RowFailure {
        throw RowFailure("leg \(place - range.lowerBound): \(error.reason)")
      } catch {
        throw RowFailure("leg \(place - range.lowerBound): \(error)")
      }
    }
    return result
  }

  /// The name of a strategy; empty where it has none.
  func name(_ index: Int) -> String { symbols[unsafe accounts[index].name] ?? "" }

  /// A strategy with exact entry prices: from the market where there is one, else as stated.
  /// - Parameter needsPrices: True for amounts that a premium is part of: an option without one is refused where no market
  ///   fills it. Payoffs and their proofs stand without.
  func strategy(_ index: Int, needsPrices: Bool = false) throws(RowFailure) -> FilledStrategy {
    let account = unsafe accounts[index]
    let stated = try stated(index)
    guard account.entry_fee >= 0, account.exit_fee >= 0 else {
      throw RowFailure("fees: found an amount below 0, wanted 0 or more")
    }
    var settlement: Settlement?
    switch account.settlement {
    case -1: settlement = nil
    case 0: settlement = .quote
    case 1: settlement = .coin
    default: throw RowFailure("settlement: found \(account.settlement), wanted -1, 0 or 1")
    }
    var currency: Currency?
    if account.currency != -1 {
      guard let code = symbols[account.currency] else {
        throw RowFailure("currency: found place \(account.currency), wanted one of the symbols, or -1")
      }
      do { currency = try Currency(code) } catch { throw RowFailure("currency: \(error)") }
    }
    let fees = Price(count: account.entry_fee).exact + Price(count: account.exit_fee).exact
    do {
      let strategy = try Strategy(stated, name: name(index), merging: false)
      if let market {
        return try withFees(try filled(strategy, settlement, currency, account, market), index, fees)
      }
      return try withFees(try asStated(strategy, settlement, currency, needsPrices), index, fees)
    } catch let error as RowFailure { throw error } catch { throw RowFailure("\(error)") }
  }

  private func filled(
    _ strategy: Strategy, _ settlement: Settlement?, _ currency: Currency?, _ account: bulkhead_account,
    _ market: MarketState
  ) throws -> FilledStrategy {
    let rules: [FillRule] = [.worst, .mid, .mark]
    guard rules.indices.contains(Int(account.fill)) else {
      throw RowFailure("fill: found \(account.fill), wanted 0, 1 or 2")
    }
    let filled = try strategy.filled(
      from: market, AccountTerms(settlement: settlement, currency: currency, fill: rules[Int(account.fill)]))
    try filled.check(in: market)
    return filled
  }

  /// Without a market every price is as it is stated, and the currency the account's own.
  private func asStated(
    _ strategy: Strategy, _ settlement: Settlement?, _ currency: Currency?, _ needsPrices: Bool
  ) throws -> FilledStrategy {
    let settlement = try settlement ?? strategy.ownSettlement()
    guard let underlying = strategy.underlyings.first else { throw RowFailure("found no legs, wanted at least one") }
    let account = try currency ?? (settlement == .quote ? Currency.usd : Currency(underlying))
    // A margin in coin that is rounded to cents would be no margin, and one in another coin no cover.
    guard settlement == .quote || (account.decimals == Price.decimals && account.code == underlying.uppercased())
    else { throw RowFailure("currency: found \(account), wanted \(underlying), the coin of the settlement") }
    let legs = try strategy.legs.map { leg in
      guard leg.price != nil || (leg.instrument.isOption && !needsPrices) else {
        throw RowFailure("found no price of \(leg.instrument), wanted one, or a market that fills it")
      }
      return try FilledLeg(
        instrument: leg.instrument, quantity: leg.quantity, price: (leg.price ?? .zero).exact)
    }
    return try FilledStrategy(name: strategy.name, settlement: settlement, currency: account, legs: legs)
  }

  /// Adds the fees that legs and account state.
  private func withFees(_ strategy: FilledStrategy, _ index: Int, _ fees: ExactAmount) throws -> FilledStrategy {
    let first = unsafe Int(starts[index])
    let stated = (0..<strategy.legs.count).map { unsafe self.legs[first + $0].fee }
    if let wrong = stated.first(where: { $0 < 0 }) {
      throw RowFailure("fee: found \(Price(count: wrong)), wanted 0 or more")
    }
    guard !fees.isZero || stated.contains(where: { $0 != 0 }) else { return strategy }
    let charged = try zip(strategy.legs, stated).map { leg, fee in
      try FilledLeg(
        instrument: leg.instrument, quantity: leg.quantity, multiplier: leg.multiplier, price: leg.price,
        fee: leg.fee + Price(count: fee).exact, payoffFee: leg.payoffFee, source: leg.source)
    }
    return try FilledStrategy(
      name: strategy.name, settlement: strategy.settlement, currency: strategy.currency, legs: charged,
      strategyFees: strategy.strategyFees + fees, hasConvertedPremiums: strategy.hasConvertedPremiums,
      feeSchedule: strategy.feeSchedule)
  }
}
