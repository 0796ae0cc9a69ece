public import Basics
public import Instruments

/// One row of a chain: what was bid, asked and marked for a contract, in the unit the chain is quoted in.
public struct OptionQuote: Hashable, Sendable {
  public let contract: OptionContract
  /// Nil: nobody bids.
  public let bid: Price?
  /// Nil: nobody offers.
  public let ask: Price?
  /// The venue's own value; nil where it publishes none.
  public let mark: Price?
  /// Annualised, as a fraction (0.5 is 50 percent); nil where the venue publishes none.
  public let impliedVolatility: Double?

  public init(contract: OptionContract, bid: Price?, ask: Price?, mark: Price?, impliedVolatility: Double?) {
    self.contract = contract
    self.bid = bid
    self.ask = ask
    self.mark = mark
    self.impliedVolatility = impliedVolatility
  }

  /// True where the bid stands above the ask: neither side is then believed.
  public var isCrossed: Bool {
    if let bid, let ask { return bid > ask }
    return false
  }

  /// True where both sides stand uncrossed. Nobody sells for nothing: an ask of 0 is a venue's word for no ask.
  public var isTwoSided: Bool { bid != nil && usableAsk != nil }

  /// The bid that can be sold at; nil where there is none or the quote is crossed.
  public var usableBid: Price? { isCrossed ? nil : bid }
  /// The ask that can be bought at; nil where there is none, where it is 0, and where the quote is crossed.
  public var usableAsk: Price? { isCrossed || ask == .zero ? nil : ask }

  /// Half of bid plus ask, exactly; nil unless both sides stand uncrossed.
  public var mid: ExactAmount? {
    guard isTwoSided, let bid, let ask else { return nil }
    return (bid.exact + ask.exact) * ExactAmount(count: 5, decimals: 1)
  }

  /// The mid, or the mark where there is no mid: what a model is fitted to.
  public var reference: Double? { mid?.doubleValue ?? mark?.value }

  /// (ask - bid) / mid; nil without a positive mid.
  public var relativeSpread: Double? {
    guard isTwoSided, let bid, let ask, let mid = mid?.doubleValue, mid > 0 else { return nil }
    return (ask.value - bid.value) / mid
  }
}

/// A row of a quotes file that was left out, and why.
public struct RejectedQuote: Hashable, Sendable {
  /// The row's line in its file, counted from 1.
  public let line: Int
  public let instrument: String
  public let reason: String

  public init(line: Int, instrument: String, reason: String) {
    self.line = line
    self.instrument = instrument
    self.reason = reason
  }
}
