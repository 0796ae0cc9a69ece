public import Basics
public import Instruments
import Kernels
public import Pricing

/// How far a search for the least value in a volatility band goes.
public struct BandSearchLimits: Hashable, Sendable {
  /// The distance of the bound from the lowest value seen at which the search stops, as a share of the legs' size:
  /// units times strike or entry price, summed. 0 asks for what rounding leaves.
  public let tolerance: Double
  /// The most boxes; a search that needs more ends with a valid but wider bound and says so.
  public let boxes: Int

  public static let standard = BandSearchLimits(unchecked: 1e-8, 100_000)

  /// - Throws: ``IsolatedMarginError`` `.badInput` unless 0 <= `tolerance` < 1 and 1 <= `boxes` <= 10,000,000.
  public init(tolerance: Double = 1e-8, boxes: Int = 100_000) throws(IsolatedMarginError) {
    guard tolerance >= 0, tolerance < 1 else {
      throw .badInput("tolerance", found: "\(tolerance)", wanted: "0 or more and below 1")
    }
    guard (1...10_000_000).contains(boxes) else {
      throw .badInput("boxes", found: "\(boxes)", wanted: "1 to 10000000")
    }
    self.init(unchecked: tolerance, boxes)
  }

  private init(unchecked tolerance: Double, _ boxes: Int) {
    self.tolerance = tolerance
    self.boxes = boxes
  }
}

/// What proves the least value at the first expiry of legs that expire on several days, at Black's marks with volatilities
/// in a band.
///
/// The value is a function of the price and the volatilities: legs that end at the first expiry pay off there, later
/// options are worth Black's formula for what time is left, dated futures their forward, perpetual and underlying legs the
/// price. The boxes of ``leaves`` cover every price from 0 to infinity (or a stated range) and every volatility, and over
/// none of them can the value be below ``least``: ``BandChecker`` verifies both from the legs alone. With a volatility to
/// each leg the worst volatilities are known beforehand, as options rise with it, and boxes divide prices only.
public struct BandCertificate: Hashable, Sendable {
  public let underlying: String
  public let settlement: Settlement
  public let terms: ExpiryTerms
  public let band: VolatilityBand
  /// The prices that count at the first expiry; nil for all.
  public let range: PriceRange?
  /// The proved lower bound of the value at the first expiry, rounded down to 10^-8, and the price of the lowest value seen.
  /// Nil where the value falls for ever.
  public let least: PayoffExtreme?
  /// A proved upper bound of the value there, rounded up to 10^-8; nil where it rises for ever.
  public let greatest: ExactAmount?
  /// The lowest value that was seen; nil where there is no least.
  public let witness: Witness?
  /// True where bound and witness are as near as was asked; else the bound holds but may be wider than need be.
  public let isToTolerance: Bool
  /// How many boxes were bounded.
  public let boxes: Int
  /// The cover, by coordinate, then by volatility; empty where there is no least.
  public let leaves: [Leaf]

  /// A price and volatilities at which the value is as low as this.
  public struct Witness: Hashable, Sendable {
    /// Nil for the limit S = infinity (coordinate 0 in coin).
    public let price: ExactAmount?
    /// That of every long later option, and of every short one; equal where legs have one volatility.
    public let longVolatility: Double
    public let shortVolatility: Double
    /// From above, rounded up to 10^-8.
    public let value: ExactAmount

    public init(price: ExactAmount?, longVolatility: Double, shortVolatility: Double, value: ExactAmount) {
      self.price = price
      self.longVolatility = longVolatility
      self.shortVolatility = shortVolatility
      self.value = value
    }
  }

  /// A box of prices and volatilities.
  public struct Leaf: Hashable, Sendable {
    /// The coordinates: 10^8 S in quote currency, 1/S in coin; `high` infinite for the last box of all prices.
    public let low: Double
    public let high: Double
    public let lowVolatility: Double
    public let highVolatility: Double

    public init(low: Double, high: Double, lowVolatility: Double, highVolatility: Double) {
      self.low = low
      self.high = high
      self.lowVolatility = lowVolatility
      self.highVolatility = highVolatility
    }
  }

  /// The distance between the lowest value seen and the bound; nil where there is no least.
  public var gap: ExactAmount? {
    guard let least, let witness else { return nil }
    return witness.value - least.payoff
  }

  public init(
    underlying: String, settlement: Settlement, terms: ExpiryTerms, band: VolatilityBand, range: PriceRange?,
    least: PayoffExtreme?, greatest: ExactAmount?, witness: Witness?, isToTolerance: Bool, boxes: Int, leaves: [Leaf]
  ) {
    self.underlying = underlying
    self.settlement = settlement
    self.terms = terms
    self.band = band
    self.range = range
    self.least = least
    self.greatest = greatest
    self.witness = witness
    self.isToTolerance = isToTolerance
    self.boxes = boxes
    self.leaves = leaves
  }

  /// Gives the least value at the first expiry of legs on one underlying.
  ///
  /// A fee at expiry is charged for closing a later option too. American options are valued as European ones.
  ///
  /// - Parameter range: The prices that count at the first expiry, both ends included; nil for all. In coin a low end of 0
  ///   leaves the price free to fall.
  /// - Throws: ``IsolatedMarginError`` `.badInput` where `terms` lack an expiry of the legs, `.unsupported` for a digital
  ///   that ends after the first expiry, `.number` where an amount is out of range.
  /// - Complexity: O(b (n + v)) for b boxes, n later options and v vertices in a box; some ten boxes for a calendar.
  public init(
    of legs: [FilledLeg], settlement: Settlement, terms: ExpiryTerms, band: VolatilityBand, range: PriceRange? = nil,
    limits: BandSearchLimits = .standard
  ) throws(IsolatedMarginError) {
    func search(isNegated: Bool) throws(IsolatedMarginError) -> (BandPosition, BandSearch) {
      let position = try BandPosition(
        of: legs, settlement: settlement, terms: terms, band: band, range: range, isNegated: isNegated)
      let search = BandSearch(
        position, isWhole: settlement == .quote, tolerance: limits.tolerance, limit: limits.boxes)
      return (position, search)
    }
    let (position, found) = try search(isNegated: false)
    let (negated, opposite) = try search(isNegated: true)
    let leaves = found.leaves.map { item in
      Leaf(
        low: item.box.low, high: item.box.high, lowVolatility: item.box.lowVolatility,
        highVolatility: item.box.highVolatility)
    }
    // What is stated is what the checker can prove as well; the two differ by their rounding.
    let checked = BandChecker.lowerBound(of: leaves, legs: legs, settlement: settlement, terms: terms, band: band)
    let lower = min(found.lower, checked)
    let isNear = found.witness.value <= lower + 2 * (limits.tolerance + 0x1p-44) * position.gross
    var (least, witness): (PayoffExtreme?, Witness?) = (nil, nil)
    if lower.isFinite {
      let point = found.witness
      let coordinate = ExactAmount(exactly: point.coordinate) ?? .zero
      let price =
        settlement == .quote
        ? coordinate.divided(by: BandScale.prices) : ExactAmount.one.divided(by: coordinate)
      let bound = try position.amount(lower, .down)
      least = PayoffExtreme(payoff: bound, price: price, isAttained: false)
      witness = Witness(
        price: price, longVolatility: point.longVolatility, shortVolatility: point.shortVolatility,
        value: try position.amount(point.value, .up))
    }
    var greatest: ExactAmount?
    if opposite.lower.isFinite {
      greatest = .zero - (try negated.amount(opposite.lower, .down))
    }
    self.init(
      underlying: terms.underlying, settlement: settlement, terms: terms, band: band, range: range, least: least,
      greatest: greatest, witness: witness, isToTolerance: found.isToTolerance && isNear, boxes: found.boxes,
      leaves: leaves)
  }
}

extension BandPosition {
  /// A number of the position's units, with what is the same at every price, as an amount of 8 decimals.
  fileprivate func amount(_ value: Double, _ rule: ExactRounding) throws(IsolatedMarginError) -> ExactAmount {
    guard let exact = scale.amount(value) else { throw .number(.outOfRange("\(value)", type: "an amount")) }
    do {
      return ExactAmount(
        count: try (exact + constant).count(decimals: Price.decimals, rounding: rule), decimals: Price.decimals)
    } catch { throw .number(error) }
  }
}
