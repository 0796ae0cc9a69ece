import RealModule

/// SVI slices of several expiries. Between two of them total variance is linear in time at a fixed log-moneyness; before
/// the first and after the last the volatility of that expiry holds.
///
/// **Arbitrage.** Where no slice lies above a later one anywhere, none does between them either: total variance then rises
/// along every line. Before the first expiry a slice is that expiry's, scaled down, which keeps it free of butterfly
/// arbitrage, since g is concave in the factor and not negative at its ends 0 and 1. Between two expiries, and after the
/// last, freedom from butterfly arbitrage does not follow from that of the slices.
public struct SVISurface: Hashable, Sendable {
  /// One expiry.
  public struct Node: Hashable, Sendable {
    public let years: Double
    public let slice: SVISlice
    /// The strikes it was fitted to, as log-moneyness: beyond them a volatility is an extrapolation.
    public let range: ClosedRange<Double>

    public init(years: Double, slice: SVISlice, range: ClosedRange<Double>) {
      self.years = years
      self.slice = slice
      self.range = range
    }
  }

  /// Ascending in time.
  public let nodes: [Node]
  private let times: [Double]

  /// - Throws: ``SurfaceError/notAscending(index:years:before:)``, and ``SurfaceError/badParameter(name:found:wanted:)``
  ///   for a time of 0 or less; no expiry at all is ``SurfaceError/tooFewQuotes(found:wanted:)``.
  public init(nodes: [Node]) throws(SurfaceError) {
    times = nodes.map(\.years)
    try SurfaceTime.check(times)
    self.nodes = nodes
  }

  /// Total variance and its slope in log-moneyness at a time above 0, and whether it lies beyond the quotes.
  func curve(at k: Double, years: Double) -> (variance: Double, slope: Double, isBeyond: Bool) {
    let place = SurfaceTime(years, in: times)
    let near = nodes[place.near].slice.curve(at: k)
    let isBeyond = place.isBeyond || !nodes[place.near].range.holds(k) || !nodes[place.far].range.holds(k)
    guard place.near != place.far else {
      return (place.weights.near * near.variance, place.weights.near * near.slope, isBeyond)
    }
    let far = nodes[place.far].slice.curve(at: k)
    return (
      place.weights.near * near.variance + place.weights.far * far.variance,
      place.weights.near * near.slope + place.weights.far * far.slope, isBeyond
    )
  }
}
