public import Basics
public import Instruments

/// When a box draws margin from its owner's free balance by itself, and how much at most.
///
/// At a fresh mark with equity below `trigger` x requirement it moves min(need, cap left, free) with need = requirement x
/// (1 + `buffer`) - equity, rounded up: once for each mark, and never from another box. The loss is then at most what was
/// posted plus `cap`, and reports say so.
public struct AutoAdd: Hashable, Sendable {
  /// Equity per requirement below which it acts; at least 1.
  public let trigger: ExactAmount
  /// What it restores above the requirement, as a share of it; 0 or more.
  public let buffer: ExactAmount
  /// The most it moves in the life of the box; 0 is off.
  public let cap: Money

  /// - Throws: ``AccountRefusal`` `.badValue` for a trigger below 1, a buffer or cap below 0.
  public init(trigger: ExactAmount, buffer: ExactAmount, cap: Money) throws(AccountRefusal) {
    guard trigger >= .one else {
      throw .badValue("auto-add trigger", found: "\(trigger)", wanted: "a ratio of 1 or more")
    }
    guard buffer >= .zero else {
      throw .badValue("auto-add buffer", found: "\(buffer)", wanted: "a share of 0 or more")
    }
    guard !cap.isNegative else { throw .badValue("auto-add cap", found: "\(cap)", wanted: "0 or more") }
    self.trigger = trigger
    self.buffer = buffer
    self.cap = cap
  }

  /// Never draws anything.
  public static func off(_ currency: Currency) -> AutoAdd { AutoAdd(offIn: currency) }

  private init(offIn currency: Currency) {
    trigger = .one
    buffer = .zero
    cap = .zero(currency)
  }

  public var isOn: Bool { !cap.isZero }
}

/// What a box is kept under, from its beginning to its end.
public struct BoxTerms: Hashable, Sendable {
  /// How the box is accounted: in coin, perpetuals and futures are inverse and options pay coin.
  public let settlement: Settlement
  public let currency: Currency
  public let margin: LinearMargin
  public let autoAdd: AutoAdd
  /// A price older than this is stale: it liquidates nobody and lets nothing out.
  public let markMaxAgeSeconds: Int64
  /// A box with perpetuals or futures is ``BoxState/atRisk`` below requirement x (1 + warning); 0 or more.
  public let warning: ExactAmount

  /// - Throws: ``AccountRefusal`` `.badValue` or `.wrongCurrency`.
  public init(
    settlement: Settlement = .quote, currency: Currency = .usd, margin: LinearMargin, autoAdd: AutoAdd? = nil,
    markMaxAgeSeconds: Int64 = 60, warning: ExactAmount = .zero
  ) throws(AccountRefusal) {
    let autoAdd = autoAdd ?? .off(currency)
    guard autoAdd.cap.currency == currency else {
      throw .wrongCurrency(autoAdd.cap.currency.code, wanted: currency.code)
    }
    guard markMaxAgeSeconds >= 0 else {
      throw .badValue("mark age", found: "\(markMaxAgeSeconds) s", wanted: "0 or more")
    }
    guard warning >= .zero else { throw .badValue("warning", found: "\(warning)", wanted: "a share of 0 or more") }
    self.settlement = settlement
    self.currency = currency
    self.margin = margin
    self.autoAdd = autoAdd
    self.markMaxAgeSeconds = markMaxAgeSeconds
    self.warning = warning
  }
}
