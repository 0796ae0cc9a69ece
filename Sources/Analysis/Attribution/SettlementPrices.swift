public import Basics
public import Instruments

/// The prices at which contracts that expired between two markets were settled, in quote currency.
public struct SettlementPrices: Hashable, Sendable {
  /// A stated price: of one expiry, or of every expiry of its underlying.
  public struct Stated: Hashable, Sendable {
    public let underlying: String
    /// Nil for every expiry of the underlying.
    public let expiry: Expiry?
    /// Above 0.
    public let price: Price

    /// - Returns: nil for a price of 0 or less.
    public init?(underlying: String, expiry: Expiry?, price: Price) {
      guard price > .zero else { return nil }
      self.underlying = underlying
      self.expiry = expiry
      self.price = price
    }

    /// Reads `BTC=91000` or `BTC@26DEC25=91000`; nil for anything else.
    public init?(parsing text: String) {
      let sides = text.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, let price = try? Price(parsing: sides[1]) else { return nil }
      let names = sides[0].split(separator: "@", omittingEmptySubsequences: false)
      guard let name = names.first, !name.isEmpty, names.count <= 2 else { return nil }
      var expiry: Expiry?
      if names.count == 2 {
        guard let parsed = try? Expiry(parsing: names[1]) else { return nil }
        expiry = parsed
      }
      self.init(underlying: String(name), expiry: expiry, price: price)
    }
  }

  public let stated: [Stated]

  public init(_ stated: [Stated] = []) { self.stated = stated }

  /// The stated price of an expiry: one stated for it alone comes before one for all; nil where none is.
  public func price(of underlying: String, at expiry: Expiry) -> Price? {
    let own = stated.filter { $0.underlying == underlying }
    return (own.last { $0.expiry?.isSameSettlement(as: expiry) ?? false } ?? own.last { $0.expiry == nil })?.price
  }
}
