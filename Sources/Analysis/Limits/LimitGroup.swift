import Basics
import Instruments
import MarketData
import Pricing

/// Strategies, or parts of them, that a limit takes as one position.
struct LimitGroup: Sendable {
  enum Key: Hashable, Sendable {
    case book
    case account(String)
    case underlying(String)
    case expiry(String, Instant, CalendarDate)

    var scope: LimitScope {
      switch self {
      case .book: return .book
      case .account: return .account
      case .underlying: return .underlying
      case .expiry: return .expiry
      }
    }
  }

  let key: Key
  /// Of an expiry, as it was first written.
  private(set) var expiry: Expiry?
  /// One for each settlement and currency, in the order of their first mention.
  private(set) var positions: [NettedPosition] = []
  /// Of the positions, by their place, once they have been asked for.
  var figures: [Int: PositionFigures] = [:]
  var refused = RefusedStrategies()

  init(key: Key) { self.key = key }

  /// As the report names it.
  var name: String {
    switch key {
    case .book: return "book"
    case .account(let name), .underlying(let name): return name
    case .expiry(let underlying, _, let date): return "\(underlying)@\(expiry.map { "\($0)" } ?? "\(date)")"
    }
  }

  /// Notes how a leg of the expiry writes it.
  mutating func note(_ expiry: Expiry) { self.expiry = self.expiry ?? expiry }

  mutating func add(
    _ filled: FilledStrategy, includingStrategyFees: Bool = true, where isMember: (FilledLeg) -> Bool = { _ in true }
  ) {
    let place = positions.firstIndex { $0.settlement == filled.settlement && $0.currency == filled.currency }
    if place == nil {
      positions.append(NettedPosition(settlement: filled.settlement, currency: filled.currency))
    }
    positions[place ?? positions.count - 1].add(
      filled, includingStrategyFees: includingStrategyFees, where: isMember)
  }
}

extension LimitGroup.Key {
  /// By the moment of a leg's expiry: two ways to write one moment are one expiry. Nil for a leg without one.
  init?(expiryOf leg: FilledLeg, in market: MarketState) {
    guard let expiry = leg.instrument.expiry, let underlying = market[leg.instrument.underlying],
      let instant = try? underlying.instant(of: expiry)
    else { return nil }
    self = .expiry(leg.instrument.underlying, instant, expiry.date)
  }
}

/// How many strategies have been refused, and what was said of the first.
struct RefusedStrategies: Sendable {
  private var count = 0
  private var first = ""

  mutating func add(name: String, detail: String) {
    if count == 0 { first = "\(name): \(detail)" }
    count += 1
  }

  /// Nil where none has been.
  var detail: String? {
    guard count > 0 else { return nil }
    return count == 1 ? "1 strategy is invalid: \(first)" : "\(count) strategies are invalid, the first \(first)"
  }
}

extension RiskLimit {
  /// True where the limit is about every strategy or account, or about the one of this name.
  func isAbout(_ name: String) -> Bool {
    switch self.name {
    case .every: return true
    case .named(let own): return own == name
    case .expiry: return false
    }
  }

  func isAbout(_ key: LimitGroup.Key) -> Bool {
    switch (name, key) {
    case (.every, _): return true
    case (.named(let own), .account(let name)), (.named(let own), .underlying(let name)): return own == name
    case (.expiry(let expiry, let own), .expiry(let underlying, let instant, let date)):
      guard own == nil || own == underlying, expiry.date == date else { return false }
      // A limit that says the moment means that moment; one that leaves it open means the day.
      return expiry.time == .venue || (try? expiry.instant()) == instant
    case (.named, _), (.expiry, _): return false
    }
  }

  /// The name that the limit itself gives; nil where it is for every one.
  var ownName: String? {
    switch name {
    case .every: return nil
    case .named(let name): return name
    case .expiry(let expiry, let underlying): return (underlying.map { "\($0)@" } ?? "") + "\(expiry)"
    }
  }
}
