public import Basics
public import Instruments
import Kernels
import RealModule

/// Call and put of one strike.
public struct StrikeQuotes: Hashable, Sendable {
  public let strike: Price
  public let call: OptionQuote?
  public let put: OptionQuote?

  public subscript(right: OptionRight) -> OptionQuote? { right == .call ? call : put }
}

/// The quotes of one expiry with the forward they are priced off.
public struct ExpiryChain: Hashable, Sendable {
  public let expiry: Expiry
  public let instant: Instant
  public let forward: Forward
  /// Ascending by strike.
  public let strikes: [StrikeQuotes]
  /// Nil where no quote has a volatility.
  public let smile: Smile?
  public let health: ChainHealth

  /// Gives the chain of quotes that share one expiry, the forward taken from `stated`, else from parity, else carry.
  init(
    expiry: Expiry, instant: Instant, quotes: [OptionQuote], underlying: UnderlyingTerms, asOf: Instant, stated: Price?
  ) throws(MarketDataError) {
    self.expiry = expiry
    self.instant = instant
    var calls: [Price: OptionQuote] = [:]
    var puts: [Price: OptionQuote] = [:]
    for quote in quotes {
      if quote.contract.right == .call { calls[quote.contract.strike] = quote }
      if quote.contract.right == .put { puts[quote.contract.strike] = quote }
    }
    strikes = Set(calls.keys).union(puts.keys).sorted().map {
      StrikeQuotes(strike: $0, call: calls[$0], put: puts[$0])
    }
    let pairs = strikes.compactMap(ExpiryChain.parityPair)
    forward = try underlying.forward(expiry: expiry, instant: instant, asOf: asOf, stated: stated, pairs: pairs)
    let inCoin = underlying.quotedIn == .coin
    let (forward, years) = (forward, forward.years)
    let dividends = underlying.dividends.dated(from: asOf, to: instant)
    smile = Smile(
      years: years,
      points: strikes.compactMap { quotes in
        guard quotes.strike > .zero,
          let volatility = ExpiryChain.volatility(quotes, forward: forward, dividends, inCoin: inCoin)
        else { return nil }
        return (.log(quotes.strike.value / forward.value), volatility)
      })
    health = ChainHealth(strikes: strikes, pairs: pairs, forward: forward, inCoin: inCoin)
  }

  /// Call less put at a strike where both are quoted; mids where both have one, else marks, never one of each.
  private static func parityPair(_ quotes: StrikeQuotes) -> ParityPair? {
    guard let call = quotes.call, let put = quotes.put, quotes.strike > .zero else { return nil }
    if let left = call.mid, let right = put.mid {
      return ParityPair(strike: quotes.strike.value, difference: (left - right).doubleValue)
    }
    if let left = call.mark, let right = put.mark, !call.isCrossed, !put.isCrossed {
      return ParityPair(strike: quotes.strike.value, difference: left.value - right.value)
    }
    return nil
  }

  /// A strike's volatility: as published, else from the price; the out-of-the-money side first, whose time value is
  /// the greater part of its price.
  private static func volatility(
    _ quotes: StrikeQuotes, forward: Forward, _ dividends: [DatedDividend], inCoin: Bool
  ) -> Double? {
    let side: OptionRight = quotes.strike.value >= forward.value ? .call : .put
    let order = [quotes[side], quotes[side.other]].compactMap { $0 }
    if let published = order.lazy.compactMap(\.impliedVolatility).first { return published }
    for quote in order {
      guard let price = quote.reference, price > 0 else { continue }
      if quote.contract.exercise == .american, !inCoin {
        // What the quote pays for early exercise is no volatility.
        let found = forward.volatility(
          sign: quote.contract.right.sign, price: price, strike: quotes.strike.value, dividends: dividends)
        if let found { return found }
        continue
      }
      let undiscounted =
        inCoin ? price * forward.value / forward.coinDiscount : price / forward.discount
      let solution = ImpliedVolatility.solve(
        sign: quote.contract.right.sign, price: undiscounted, spot: forward.value, strike: quotes.strike.value,
        years: forward.years, rate: 0, dividendYield: 0)
      if solution.status == .ok, solution.volatility > 0 { return solution.volatility }
    }
    return nil
  }

  /// The quotes at a strike. O(log n).
  public func quotes(at strike: Price) -> StrikeQuotes? {
    var low = 0
    var high = strikes.count
    while low < high {
      let middle = (low + high) / 2
      if strikes[middle].strike < strike { low = middle + 1 } else { high = middle }
    }
    return low < strikes.count && strikes[low].strike == strike ? strikes[low] : nil
  }
}

/// What `chain check` says of one expiry.
public struct ChainHealth: Hashable, Sendable {
  /// Rows used.
  public let quotes: Int
  /// Bid and ask both stand, uncrossed.
  public let twoSided: Int
  /// The bid above the ask; neither is used.
  public let crossed: Int
  /// Rows that lack a bid, an ask or both; an ask of 0 is none.
  public let missing: Int
  /// Strikes at which put-call parity could be tested.
  public let parityStrikes: Int
  /// The median of |C - P - parity|, in the chain's unit; nil without such strikes.
  public let medianParityError: Double?
  /// The largest of them.
  public let worstParityError: Double?

  init(strikes: [StrikeQuotes], pairs: [ParityPair], forward: Forward, inCoin: Bool) {
    let all = strikes.flatMap { [$0.call, $0.put].compactMap { $0 } }
    quotes = all.count
    twoSided = all.filter(\.isTwoSided).count
    crossed = all.filter(\.isCrossed).count
    missing = all.filter { $0.bid == nil || ($0.ask ?? .zero) == .zero }.count
    let errors = pairs.map { pair in
      let parity =
        inCoin
        ? forward.coinDiscount * (1 - pair.strike / forward.value) : forward.discount * (forward.value - pair.strike)
      return abs(pair.difference - parity)
    }.sorted()
    parityStrikes = errors.count
    medianParityError = ParityPair.median(ascending: errors)
    worstParityError = errors.last
  }
}
