public import Basics

/// What funding does to a position: what an interval costs, and how many it survives.
extension PerpetualPosition {
  /// What the holder pays for an interval, in margin currency; below 0 what the holder receives.
  ///
  /// A rate above 0 is paid by longs to shorts on the notional at the mark: s rate Q P in quote currency, s rate N / P in coin.
  /// - Parameter rate: Of the interval, a share of the notional of either sign.
  public func fundingPayment(rate: ExactAmount, at mark: MarkPrice) -> ExactAmount {
    ExactAmount(side.sign) * rate * notional(at: mark)
  }
}

extension PerpetualTerms {
  /// After how many funding payments the position is liquidated, the mark and the rate staying as they are.
  ///
  /// floor(excess / payment) + 1, since liquidation is strict: an excess used up exactly is none. 0 where the position is
  /// liquidated already; nil where it pays nothing or receives, and so is never liquidated by funding.
  /// - Throws: ``IsolatedMarginError`` `.number` for a count beyond 64 bits.
  public func intervalsSurvived(
    by position: PerpetualPosition, at mark: MarkPrice, rate: ExactAmount
  ) throws(IsolatedMarginError) -> Int64? {
    guard !isLiquidated(position, at: mark) else { return 0 }
    let payment = position.fundingPayment(rate: rate, at: mark)
    guard payment > .zero else { return nil }
    // A fee fixed at the bankruptcy price moves with the margin, by less than the payment itself: the true count is
    // within a factor of two of this one.
    let count = try floor(excess(of: position, atNotional: position.notional(at: mark)).quotient(by: payment))
    guard exitFeeBasis == .bankruptcy, !exitFee.isZero else { return try next(count) }
    var (survived, liquidated) = (Int64(0), try next(try doubled(count)))
    while liquidated - survived > 1 {
      let middle = survived + (liquidated - survived) / 2
      let later = position.paying(funding: ExactAmount(middle) * payment)
      if isLiquidated(later, at: mark) { liquidated = middle } else { survived = middle }
    }
    return liquidated
  }

  private func floor(_ amount: ExactAmount) throws(IsolatedMarginError) -> Int64 {
    do { return try amount.count(decimals: 0, rounding: .down, type: "intervals") } catch { throw .number(error) }
  }

  private func next(_ count: Int64) throws(IsolatedMarginError) -> Int64 {
    try floor(ExactAmount(count) + .one)
  }

  private func doubled(_ count: Int64) throws(IsolatedMarginError) -> Int64 {
    try floor(ExactAmount(count) * ExactAmount(2) + ExactAmount(2))
  }
}

/// The running total of funding of one unit of a contract, from which every position's funding follows without a list of
/// payments: what a position owes is its signed quantity times the change of the index since it was last settled.
///
/// The unit is that of the payments of one long unit: quote currency for one coin (linear), coin for one unit of quote
/// currency (inverse), or a chain's own integers. Sums are exact, so that settling often or once is the same to the digit.
public struct FundingIndex: Hashable, Sendable {
  public let value: ExactAmount

  public init(_ value: ExactAmount) { self.value = value }

  /// Before any funding.
  public static let start = FundingIndex(.zero)

  /// The index after an interval: rate x P for a linear contract, rate / P for an inverse one, are added.
  public func accrued(rate: ExactAmount, at mark: MarkPrice, _ kind: PerpetualKind) -> FundingIndex {
    FundingIndex(value + (kind == .linear ? rate * mark.value : rate.quotient(by: mark.value)))
  }

  /// What a holder of `units` pays for the way from `last` to this index; below 0 what is received.
  ///
  /// - Parameter units: Signed, + long; coins, quote currency or a chain's base units.
  public func payment(ofUnits units: ExactAmount, since last: FundingIndex) -> ExactAmount {
    units * (value - last.value)
  }

  /// What a position pays for the way from `last` to this index, in margin currency.
  public func payment(of position: PerpetualPosition, since last: FundingIndex) -> ExactAmount {
    payment(ofUnits: ExactAmount(position.side.sign) * position.quantity, since: last)
  }
}

/// A funding rate that follows the premium of the order book over the index, within limits, an hour at a time.
///
///     premium = (max(impact bid - index, 0) - max(index - impact ask, 0)) / index
///     rate    = clamp(premium / hours to converge + static rate, least, greatest)
///
/// Impact prices are what a stated size would be filled at: a quote for one contract moves neither. Source: Derive v2,
/// PerpAsset (github.com/derivexyz/v2-core).
public struct PremiumFunding: Hashable, Sendable {
  /// The hours in which funding would return the premium; above 0.
  public let hoursToConverge: ExactAmount
  /// The rate of an hour with no premium.
  public let staticRate: ExactAmount
  public let least: ExactAmount
  public let greatest: ExactAmount

  /// - Throws: ``IsolatedMarginError`` `.badInput` for hours of 0 or less, and limits in the wrong order.
  public init(
    hoursToConverge: ExactAmount, staticRate: ExactAmount, least: ExactAmount, greatest: ExactAmount
  ) throws(IsolatedMarginError) {
    guard hoursToConverge > .zero else {
      throw .badInput("hours to converge", found: "\(hoursToConverge)", wanted: "more than 0")
    }
    guard least <= greatest else {
      throw .badInput("funding rate limits", found: "\(least) to \(greatest)", wanted: "the lower one first")
    }
    self.hoursToConverge = hoursToConverge
    self.staticRate = staticRate
    self.least = least
    self.greatest = greatest
  }

  /// The rate of an hour, a share of the notional at the index; + is paid by longs.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a price of 0 or less and an impact ask below the impact bid.
  public func hourlyRate(
    index: ExactAmount, impactBid: ExactAmount, impactAsk: ExactAmount
  ) throws(IsolatedMarginError) -> ExactAmount {
    for (name, price) in [("index", index), ("impact bid", impactBid), ("impact ask", impactAsk)] where price <= .zero {
      throw .badInput(name, found: "\(price)", wanted: "a price above 0")
    }
    guard impactBid <= impactAsk else {
      throw .badInput("impact ask", found: "\(impactAsk)", wanted: "the impact bid \(impactBid) or more")
    }
    let above = max(impactBid - index, .zero)
    let below = max(index - impactAsk, .zero)
    let rate = (above - below).quotient(by: index * hoursToConverge) + staticRate
    return min(max(rate, least), greatest)
  }
}
