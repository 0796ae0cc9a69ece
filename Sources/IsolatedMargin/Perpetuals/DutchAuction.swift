public import Basics

/// A portfolio below maintenance sold in parts to whoever bids first, at a price that falls with time.
///
/// Margins are net: `value` is what the portfolio is worth, cash included, and `maintenance` is what is left of it after the
/// requirement, below 0 where the portfolio may be liquidated. The buffered margin B = maintenance + buffer (maintenance -
/// value) must come back to 0; a bidder who takes the share x of what is not reserved R pays d x (value - R), so
///
///     greatest x = B / (B - d value - (1 - d) R)
///
/// Source: Derive v2, DutchAuction (github.com/derivexyz/v2-core).
public struct DutchAuction: Hashable, Sendable {
  /// How the price falls.
  public struct Schedule: Hashable, Sendable {
    /// Shares of the value: at the start, and where the fast part ends. 1 or less, falling, 0 or more.
    public let start: ExactAmount
    public let cutoff: ExactAmount
    /// Seconds of the fast part, from `start` to `cutoff`, and of the slow one, from there to 0; above 0.
    public let fastSeconds: Int64
    public let slowSeconds: Int64
    /// Seconds in which an insolvent portfolio's bid falls from its value to its maintenance; above 0.
    public let insolventSeconds: Int64
    /// The share of maintenance less value that is restored beyond maintenance; 0 or more.
    public let buffer: ExactAmount
    /// Of the value of the greatest share at no discount, taken from cash when the auction begins; 0 or more, below 1.
    public let feeRate: ExactAmount

    /// - Throws: ``IsolatedMarginError`` `.badInput` for a number outside the bounds above.
    public init(
      start: ExactAmount, cutoff: ExactAmount, fastSeconds: Int64, slowSeconds: Int64, insolventSeconds: Int64,
      buffer: ExactAmount, feeRate: ExactAmount
    ) throws(IsolatedMarginError) {
      guard start <= .one, cutoff <= start, cutoff >= .zero else {
        throw .badInput("auction discounts", found: "\(start), \(cutoff)", wanted: "1 >= start >= cutoff >= 0")
      }
      for seconds in [fastSeconds, slowSeconds, insolventSeconds] where seconds <= 0 {
        throw .badInput("auction length", found: "\(seconds) s", wanted: "more than 0")
      }
      guard buffer >= .zero else { throw .badInput("auction buffer", found: "\(buffer)", wanted: "0 or more") }
      guard feeRate >= .zero, feeRate < .one else {
        throw .badInput("auction fee", found: "\(feeRate)", wanted: "a share of 0 or more, below 1")
      }
      self.start = start
      self.cutoff = cutoff
      self.fastSeconds = fastSeconds
      self.slowSeconds = slowSeconds
      self.insolventSeconds = insolventSeconds
      self.buffer = buffer
      self.feeRate = feeRate
    }

    /// d, the share of the value that is bid after some seconds; 0 at the end and beyond.
    public func discount(after seconds: Int64) -> ExactAmount {
      let elapsed = max(0, seconds)
      if elapsed < fastSeconds {
        return start - (start - cutoff) * ExactAmount(elapsed).quotient(by: ExactAmount(fastSeconds))
      }
      let slow = min(elapsed - fastSeconds, slowSeconds)
      return cutoff * (.one - ExactAmount(slow).quotient(by: ExactAmount(slowSeconds)))
    }
  }

  public let schedule: Schedule
  /// What the portfolio is worth, cash and reserve included.
  public let value: ExactAmount
  /// Value less requirement.
  public let maintenance: ExactAmount
  /// R, the cash that earlier bids brought: no later bidder takes a part of it.
  public let reserved: ExactAmount
  /// The share of the portfolio at the start that is left.
  public let remaining: ExactAmount

  public init(
    _ schedule: Schedule, value: ExactAmount, maintenance: ExactAmount, reserved: ExactAmount = .zero,
    remaining: ExactAmount = .one
  ) {
    self.schedule = schedule
    self.value = value
    self.maintenance = maintenance
    self.reserved = reserved
    self.remaining = remaining
  }

  /// True where the portfolio is worth less than nothing: then its takers are paid.
  public var isInsolvent: Bool { value < .zero }

  /// B, which an auction brings back to 0.
  public var bufferedMargin: ExactAmount { maintenance + schedule.buffer * (maintenance - value) }

  /// The greatest share of the portfolio that may be sold after some seconds: 0 where nothing need be, and for an insolvent
  /// portfolio, whose size has no limit.
  public func greatestShare(after seconds: Int64) -> ExactAmount {
    greatestShare(discount: schedule.discount(after: seconds))
  }

  private func greatestShare(discount: ExactAmount) -> ExactAmount {
    let buffered = bufferedMargin
    guard !isInsolvent, buffered < .zero else { return .zero }
    let divisor = buffered - discount * value - (.one - discount) * reserved
    return min(.one, buffered.divided(by: divisor) ?? .one)
  }

  /// What is taken from cash when the auction begins: the fee rate of what would be sold at no discount.
  public var openingFee: ExactAmount {
    isInsolvent ? .zero : greatestShare(discount: .one) * value * schedule.feeRate
  }

  /// What a bidder pays, and what is left.
  public struct Sale: Hashable, Sendable {
    /// The share of the portfolio sold, and the same as a share of the portfolio at the start.
    public let share: ExactAmount
    public let shareOfStart: ExactAmount
    /// Paid by the bidder into the portfolio; 0 or more.
    public let bid: ExactAmount
    /// Paid to the bidder for taking a debt; 0 or more.
    public let payout: ExactAmount
    public let after: DutchAuction
  }

  /// Sells a share after some seconds, at most the greatest that may be.
  ///
  /// An insolvent portfolio is taken for a payout that grows from its debt to the requirement that comes with it, in
  /// ``Schedule/insolventSeconds``; its taker receives both debt and payout.
  /// - Parameter wanted: Above 0, at most 1.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for another share.
  public func sale(of wanted: ExactAmount, after seconds: Int64) throws(IsolatedMarginError) -> Sale {
    guard wanted > .zero, wanted <= .one else {
      throw .badInput("share", found: "\(wanted)", wanted: "more than 0, at most 1")
    }
    let share = isInsolvent ? wanted : min(wanted, greatestShare(after: seconds))
    let bid = isInsolvent ? .zero : (value - reserved) * schedule.discount(after: seconds) * share
    var payout = ExactAmount.zero
    if isInsolvent {
      let part = ExactAmount(min(max(0, seconds), schedule.insolventSeconds))
        .quotient(by: ExactAmount(schedule.insolventSeconds))
      payout = share * (part * (value - maintenance) - value)
    }
    // An insolvent portfolio's cash is sold with it: it is no bidder's.
    let kept = isInsolvent ? ExactAmount.zero : reserved
    let rest = ExactAmount.one - share
    return Sale(
      share: share, shareOfStart: share * remaining, bid: bid, payout: payout,
      after: DutchAuction(
        schedule, value: (value - kept) * rest + kept + bid, maintenance: (maintenance - kept) * rest + kept + bid,
        reserved: reserved + bid, remaining: remaining * rest))
  }
}
