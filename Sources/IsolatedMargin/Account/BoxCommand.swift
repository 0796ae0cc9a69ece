public import Basics
public import Instruments

/// A trade of one instrument at an exact price.
public struct BoxFill: Hashable, Sendable {
  public let instrument: Instrument
  /// Signed, plus buys. In coin, a future's or perpetual's is an amount of quote currency.
  public let quantity: Quantity
  /// Options: the premium of one unit in settlement currency. Others: the price in quote currency.
  public let price: Price

  public init(_ instrument: Instrument, quantity: Quantity, price: Price) {
    self.instrument = instrument
    self.quantity = quantity
    self.price = price
  }
}

/// A price of an instrument that somebody observed at a moment.
public struct BoxMark: Hashable, Sendable {
  public let instrument: Instrument
  public let price: Price
  /// When it was observed, which may be earlier than when it is recorded.
  public let observedAt: Instant

  public init(_ instrument: Instrument, price: Price, observedAt: Instant) {
    self.instrument = instrument
    self.price = price
    self.observedAt = observedAt
  }
}

/// The price at which one underlying's expired contracts are paid out.
public struct BoxDelivery: Hashable, Sendable {
  public let underlying: String
  public let price: Price

  public init(_ underlying: String, price: Price) {
    self.underlying = underlying
    self.price = price
  }
}

/// The price at which a held position is closed.
public struct BoxClosing: Hashable, Sendable {
  public let instrument: Instrument
  public let price: Price

  public init(_ instrument: Instrument, price: Price) {
    self.instrument = instrument
    self.price = price
  }
}

/// How much goes from the owner's free balance into the box with a trade.
public enum OpeningMargin: Hashable, Sendable {
  /// What the resulting position needs beyond what the box holds, to the minor unit; nothing where it needs nothing.
  case required
  /// A stated amount of 0 or more; the trade is refused where it does not suffice.
  case amount(Money)
}

/// What a perpetual's funding interval costs.
public enum FundingCharge: Hashable, Sendable {
  /// Plus is paid by the box, minus received.
  case amount(Money)
  /// A share of the notional at the last price: the long pays a positive rate, the short receives it.
  case rate(ExactAmount)
}

/// What a forced sale costs, as shares of the notional at the mark.
public struct LiquidationCosts: Hashable, Sendable {
  /// The distance of the executed price from the mark.
  public let slippage: ExactAmount
  /// Goes to the fee account.
  public let fee: ExactAmount

  /// - Throws: ``AccountRefusal`` `.badValue` unless both lie in [0, 1).
  public init(slippage: ExactAmount = .zero, fee: ExactAmount = .zero) throws(AccountRefusal) {
    for (name, share) in [("slippage", slippage), ("liquidation fee", fee)] where share < .zero || share >= .one {
      throw .badValue(name, found: "\(share)", wanted: "a share from 0 to below 1")
    }
    self.slippage = slippage
    self.fee = fee
  }

  public static let none = LiquidationCosts(known: .zero, .zero)

  private init(known slippage: ExactAmount, _ fee: ExactAmount) {
    self.slippage = slippage
    self.fee = fee
  }

  /// Slippage and fee together: the k of THEORY's x*.
  public var rate: ExactAmount { slippage + fee }
}

/// What a partial liquidation is to reach.
public struct PartialTarget: Hashable, Sendable {
  /// The perpetual or future to reduce; nil where the box holds only one.
  public let instrument: Instrument?
  /// Positions are reduced by whole lots; above 0.
  public let lot: Quantity
  /// The least equity per notional of what is kept; above 0 and below 1.
  public let ratio: ExactAmount

  /// - Throws: ``AccountRefusal`` `.badValue` for a lot of 0 or less, a ratio of 0 or less or of 1 or more.
  public init(instrument: Instrument? = nil, lot: Quantity, ratio: ExactAmount) throws(AccountRefusal) {
    guard lot > .zero else { throw .badValue("lot", found: "\(lot)", wanted: "a lot above 0") }
    guard ratio > .zero, ratio < .one else {
      throw .badValue("target ratio", found: "\(ratio)", wanted: "a ratio above 0 and below 1")
    }
    self.instrument = instrument
    self.lot = lot
    self.ratio = ratio
  }
}

/// What can be asked of a box. Which of it a state allows says ``TransitionTable``.
public enum BoxCommand: Hashable, Sendable {
  /// Trades, at once and wholly or not at all. A trade against a held position reduces or flips it.
  case open([BoxFill], margin: OpeningMargin)
  /// From the free balance into the box; above 0.
  case topUp(Money)
  /// From the box to the free balance; nil takes all that may go.
  case withdraw(Money?)
  /// What the box's own rule says at the last mark.
  case autoAdd
  case accrueFunding(Instrument, FundingCharge)
  case chargeFees(Money)
  case mark([BoxMark])
  case partiallyLiquidate(PartialTarget, LiquidationCosts)
  case liquidate(LiquidationCosts)
  /// Pays out the earliest expired contracts.
  case settle([BoxDelivery])
  /// Closes every position at stated prices and ends the box.
  case close([BoxClosing])
  /// Takes the cash of a closed box to the free balance.
  case collect

  /// A command without its figures: the column of ``TransitionTable``.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case open
    case topUp
    case withdraw
    case autoAdd
    case accrueFunding
    case chargeFees
    case mark
    case partiallyLiquidate
    case liquidate
    case settle
    case close
    case collect
  }

  public var kind: Kind {
    switch self {
    case .open: return .open
    case .topUp: return .topUp
    case .withdraw: return .withdraw
    case .autoAdd: return .autoAdd
    case .accrueFunding: return .accrueFunding
    case .chargeFees: return .chargeFees
    case .mark: return .mark
    case .partiallyLiquidate: return .partiallyLiquidate
    case .liquidate: return .liquidate
    case .settle: return .settle
    case .close: return .close
    case .collect: return .collect
    }
  }
}
