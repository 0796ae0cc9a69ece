public import Basics
public import Instruments

/// What proves the least payoff of the legs on one underlying: anyone can check it without this program.
///
/// A piecewise linear function is least at a vertex, or at an end of its domain, or falls for ever. So the vertices with
/// the payoff at each, the two end slopes and the place of the least one are a complete proof;
/// ``CertificateChecker`` verifies it from the legs alone. A constant moves no minimum, so the vertices leave it out: the
/// payoff at a vertex is ``constant`` and the vertex's value together, and ``least`` holds both.
public struct LossCertificate: Hashable, Sendable {
  public let underlying: String
  /// Quote: the coordinate is the price S. Coin: it is 1/S.
  public let settlement: Settlement
  /// The sum of N/price over futures in coin; 0 in quote currency.
  public let constant: ExactAmount
  /// Ascending in the coordinate, the first at 0; every strike among them. Without the constant.
  public let vertices: [PayoffVertex]
  public let slopeAtStart: ExactAmount
  public let slopeAtEnd: ExactAmount
  /// Nil where the payoff falls for ever, which is where `slopeAtEnd` is below zero.
  public let least: PayoffExtreme?

  public init(
    underlying: String, settlement: Settlement, constant: ExactAmount = .zero, vertices: [PayoffVertex],
    slopeAtStart: ExactAmount, slopeAtEnd: ExactAmount, least: PayoffExtreme?
  ) {
    self.underlying = underlying
    self.settlement = settlement
    self.constant = constant
    self.vertices = vertices
    self.slopeAtStart = slopeAtStart
    self.slopeAtEnd = slopeAtEnd
    self.least = least
  }

  /// States what `payoff` shows.
  public init(underlying: String, payoff: Payoff) {
    self.init(
      underlying: underlying, settlement: payoff.settlement, constant: payoff.constant, vertices: payoff.vertices,
      slopeAtStart: payoff.slopeAtStart, slopeAtEnd: payoff.slopeAtEnd, least: payoff.least)
  }
}
