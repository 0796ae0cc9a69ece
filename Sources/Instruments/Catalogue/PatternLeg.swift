/// One leg of a structure, by the place of its strike and expiry instead of their values.
public struct PatternLeg: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The strike counts from 1, rising; the expiry from 1, near to far.
    case option(OptionRight, strike: Int, expiry: Int)
    /// The share, coin, future or perpetual.
    case underlying
    /// The underlying in a quantity and direction that the request names: `hU`.
    case hedge
  }

  /// Signed, plus is long; never zero. Contracts, or for the underlying as many units as one contract holds.
  public let ratio: Int
  public let kind: Kind

  private init(ratio: Int, kind: Kind) {
    self.ratio = ratio
    self.kind = kind
  }

  /// Reads one leg of the catalogue's notation: `+C1`, `-2P2`, `+C1@T2`, `-U`, `+hU`.
  ///
  /// - Returns: nil for anything else, so that a table with a slip shows an entry without legs, which a test finds.
  init?(_ text: some StringProtocol) {
    var rest = Array(text.utf8)[...]
    func takeNumber() -> Int? {
      let digits = rest.prefix { (48...57).contains($0) }
      guard (1...2).contains(digits.count) else { return nil }
      rest = rest.dropFirst(digits.count)
      return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }
    guard let sign = rest.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
    let isHedge = rest.first == UInt8(ascii: "h")
    if isHedge { rest = rest.dropFirst() }
    let ratio = (takeNumber() ?? 1) * (sign == UInt8(ascii: "-") ? -1 : 1)
    guard ratio != 0, let letter = rest.popFirst() else { return nil }
    if letter == UInt8(ascii: "U"), rest.isEmpty {
      self.init(ratio: ratio, kind: isHedge ? .hedge : .underlying)
      return
    }
    guard !isHedge, letter == UInt8(ascii: "C") || letter == UInt8(ascii: "P"), let strike = takeNumber(), strike > 0
    else { return nil }
    var expiry = 1
    if rest.starts(with: "@T".utf8) {
      rest = rest.dropFirst(2)
      guard let number = takeNumber(), number > 0 else { return nil }
      expiry = number
    }
    guard rest.isEmpty else { return nil }
    self.init(
      ratio: ratio, kind: .option(letter == UInt8(ascii: "C") ? .call : .put, strike: strike, expiry: expiry))
  }
}
