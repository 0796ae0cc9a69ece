import Basics
import Instruments
import MarketData

/// A market's chains as JSON: what each expiry's quotes are worth, and the quotes themselves strike by strike.
///
/// Prices are strings as the market gave them, in the chain's unit; volatilities are fractions a year. Null is no quote.
struct ChainDocument {
  private let market: MarketState

  /// Raised when a key goes away or changes its meaning; new keys do not raise it.
  static let version: Int64 = 1

  init(_ market: MarketState) { self.market = market }

  var json: JSONValue {
    .object([
      ("schema", .string("bulkhead.chain")), ("version", .integer(ChainDocument.version)),
      ("as_of", .string("\(market.asOf)")), ("underlyings", .array(market.underlyings.map(underlying))),
    ])
  }

  private func underlying(_ underlying: UnderlyingMarket) -> JSONValue {
    .object([
      ("underlying", .string(underlying.symbol)), ("spot", .string("\(underlying.spot)")),
      ("quoted_in", .string(underlying.terms.quotedIn.rawValue)),
      ("quote_currency", .string(underlying.terms.quoteCurrency)),
      ("expiries", .array(underlying.chains.map { expiry(underlying, $0) })),
      (
        "rejected",
        .array(
          underlying.rejected.map { row in
            .object([
              ("line", .integer(Int64(row.line))), ("instrument", .string(row.instrument)),
              ("reason", .string(row.reason)),
            ])
          })
      ),
    ])
  }

  private func expiry(_ underlying: UnderlyingMarket, _ chain: ExpiryChain) -> JSONValue {
    let health = chain.health
    return .object([
      ("expiry", .string(chain.expiry.date.description)), ("expires_at", .string(chain.instant.description)),
      ("days", .number(chain.forward.years * 365)), ("quotes", .integer(Int64(health.quotes))),
      ("two_sided", .integer(Int64(health.twoSided))), ("crossed", .integer(Int64(health.crossed))),
      ("missing", .integer(Int64(health.missing))), ("parity_strikes", .integer(Int64(health.parityStrikes))),
      ("parity_error_median", .number(health.medianParityError)),
      ("parity_error_worst", .number(health.worstParityError)), ("forward", .number(chain.forward.value)),
      ("forward_source", .string(chain.forward.source.name)),
      ("atm_vol", .number(ChainReport.atTheMoney(underlying, chain))),
      ("strikes", .array(chain.strikes.map { .string("\($0.strike)") })),
      ("calls", quotes(chain.strikes.map(\.call))), ("puts", quotes(chain.strikes.map(\.put))),
    ])
  }

  private func quotes(_ quotes: [OptionQuote?]) -> JSONValue {
    func prices(_ price: (OptionQuote) -> Price?) -> JSONValue {
      .array(quotes.map { quote in .text(quote.flatMap(price).map { "\($0)" }) })
    }
    return .object([
      ("bid", prices(\.bid)), ("ask", prices(\.ask)), ("mark", prices(\.mark)),
      ("implied_vol", .array(quotes.map { .number($0?.impliedVolatility) })),
    ])
  }
}
