import Basics
import CBulkhead
import Instruments
import MarketData

extension MemoryClaims {
  /// A market that can answer; every stretch of it is claimed before any is read.
  mutating func market(_ pointer: UnsafePointer<bulkhead_market>?) throws(CallFailure) -> MarketState {
    let market = unsafe try value(pointer, "market")
    let symbol = unsafe try text(market.symbol, "symbol")
    let currency = unsafe try text(market.quote_currency, "quote currency")
    let forwards = unsafe Array(try input(market.forwards, market.forward_count, "forwards"))
    let dividends = unsafe Array(try input(market.dividends, market.dividend_count, "dividends"))
    let quotes = unsafe Array(try input(market.quotes, market.quote_count, "quotes"))
    guard unsafe market.quoted_in == 0 || market.quoted_in == 1 else {
      throw .badArgument("quoted in: found \(unsafe market.quoted_in), wanted 0 (quote) or 1 (coin)")
    }
    let seconds = unsafe market.as_of
    guard MemoryClaims.seconds.contains(seconds) else {
      throw .refused("as of: found \(seconds) seconds, wanted a moment of the years 1900 to 9999")
    }
    guard !symbol.isEmpty, !symbol.utf8.contains(where: { $0 < 0x20 }) else {
      throw .refused("symbol: found '\(symbol)', wanted a name such as BTC")
    }
    do throws(MarketDataError) {
      let code: String
      do { code = try Currency(currency).code } catch { throw .number(error) }
      var stated: [CalendarDate: Price] = [:]
      for forward in forwards { stated[try MemoryClaims.date(forward.day)] = Price(count: forward.amount) }
      var payments: [CashDividend] = []
      for dividend in dividends {
        payments.append(CashDividend(date: try MemoryClaims.date(dividend.day), amount: Price(count: dividend.amount)))
      }
      payments.sort { $0.date < $1.date }
      let tick = unsafe market.tick_size == 0 ? nil : Price(count: market.tick_size)
      let yield = unsafe market.dividend_yield
      let terms = unsafe try UnderlyingTerms(
        symbol: symbol, spot: Price(count: market.spot), quotedIn: market.quoted_in == 1 ? .coin : .quote,
        rate: market.rate, dividends: yield.isNaN ? .cash(payments) : yield == 0 ? nil : .yield(yield),
        coinRate: market.coin_rate,
        tickSize: tick, quoteCurrency: code, forwards: stated,
        optionMultiplier: Quantity(count: market.option_multiplier))
      var rows: [(line: Int, quote: OptionQuote)] = []
      var rejected: [RejectedQuote] = []
      for (place, quote) in quotes.enumerated() {
        do throws(RowFailure) { rows.append((place, try quote.read(symbol, code))) } catch {
          rejected.append(RejectedQuote(line: place, instrument: "", reason: error.reason))
        }
      }
      return try MarketState(
        asOf: Instant(secondsSinceEpoch: seconds),
        [MarketState.Input(terms: terms, quotes: rows, rejected: rejected)])
    } catch { throw .refused("market: \(error)") }
  }

  /// The market where there is one.
  mutating func optionalMarket(_ pointer: UnsafePointer<bulkhead_market>?) throws(CallFailure) -> MarketState? {
    guard unsafe pointer != nil else { return nil }
    return unsafe try market(pointer)
  }

  /// Midnight of 1 January 1900 to the end of 9999.
  private static let seconds: ClosedRange<Int64> = (-25_567 * 86_400)...(2_932_896 * 86_400 + 86_399)

  private static func date(_ day: Int32) throws(MarketDataError) -> CalendarDate {
    guard let date = CalendarDate(daysSinceEpoch: Int(day)) else {
      throw .badNumber(field: "day", found: "\(day)", wanted: "one of the years 1900 to 9999")
    }
    return date
  }
}

extension bulkhead_quote {
  /// The quote; its contract is the market's underlying.
  fileprivate func read(_ symbol: String, _ currency: String) throws(RowFailure) -> OptionQuote {
    guard kind == Int32(BULKHEAD_CALL) || kind == Int32(BULKHEAD_PUT) else {
      throw RowFailure("found no option, wanted a call or a put")
    }
    guard ContractCode.isKnown(flags) else { throw RowFailure("flags: found \(flags), wanted those of the header") }
    for (name, price) in [("bid", bid), ("ask", ask), ("mark", mark)] where price < 0 && price != ContractCode.none {
      throw RowFailure("\(name): found \(Price(count: price)), wanted a price of 0 or more")
    }
    guard implied_volatility.isNaN || (implied_volatility > 0 && implied_volatility <= 100) else {
      throw RowFailure(
        "implied_vol: found \(implied_volatility), wanted a volatility above 0, as a fraction (0.5 is 50 %)")
    }
    let expiry = try ContractCode.expiry(day: expiry_day, time: expiry_time)
    do {
      return OptionQuote(
        contract: try OptionContract(
          underlying: symbol, right: kind == Int32(BULKHEAD_CALL) ? .call : .put, strike: Price(count: strike),
          expiry: expiry, settlement: ContractCode.settlement(flags), exercise: ContractCode.exercise(flags),
          delivery: ContractCode.delivery(flags), multiplier: Quantity(count: multiplier), quoteCurrency: currency),
        bid: ContractCode.price(bid), ask: ContractCode.price(ask), mark: ContractCode.price(mark),
        impliedVolatility: implied_volatility.isNaN ? nil : implied_volatility)
    } catch { throw RowFailure("\(error)") }
  }
}
