public import Basics
public import Instruments

/// What proves a least payoff, in one of the ways a policy asks for.
public enum LossProof: Hashable, Sendable {
  /// All legs of an underlying, held to the one expiry they share.
  case payoff(LossCertificate)
  /// The legs of an underlying that end at one of its several expiries, each held to it.
  case expiry(Expiry, LossCertificate)
  /// All legs of an underlying, closed at the first of their expiries.
  case envelope(EnvelopeCertificate)
  /// The same, at volatilities within a band.
  case band(BandCertificate)

  /// The function whose least value is stated: at expiry, or at the first of several. Nil for a proof that is no function.
  public var certificate: LossCertificate? {
    switch self {
    case .payoff(let certificate), .expiry(_, let certificate): return certificate
    case .envelope(let envelope): return envelope.first
    case .band: return nil
    }
  }

  public var underlying: String {
    switch self {
    case .payoff(let certificate), .expiry(_, let certificate): return certificate.underlying
    case .envelope(let envelope): return envelope.terms.underlying
    case .band(let band): return band.underlying
    }
  }

  public var settlement: Settlement {
    switch self {
    case .payoff(let certificate), .expiry(_, let certificate): return certificate.settlement
    case .envelope(let envelope): return envelope.settlement
    case .band(let band): return band.settlement
    }
  }

  /// The least payoff, and where; nil without a lower bound.
  public var least: PayoffExtreme? {
    switch self {
    case .payoff(let certificate), .expiry(_, let certificate): return certificate.least
    case .envelope(let envelope): return envelope.first.least
    case .band(let band): return band.least
    }
  }

  /// Which of several expiries this part ends at; nil where the legs have just one or none.
  public var expiry: Expiry? {
    switch self {
    case .payoff: return nil
    case .expiry(let expiry, _): return expiry
    case .envelope(let envelope): return envelope.terms.first
    case .band(let band): return band.terms.first
    }
  }

  /// Where each of several expiries has its own proof, whose this is.
  public var heldTo: Expiry? {
    if case .expiry(let expiry, _) = self { expiry } else { nil }
  }

  /// The greatest payoff; nil without an upper bound.
  public var greatest: ExactAmount? {
    switch self {
    case .payoff(let certificate), .expiry(_, let certificate):
      guard certificate.slopeAtEnd <= .zero else { return nil }
      let values = certificate.vertices.flatMap { [$0.left, $0.value, $0.right].compactMap { $0 } }
      return values.max().map { certificate.constant + $0 }
    case .envelope(let envelope): return envelope.greatest
    case .band(let band): return band.greatest
    }
  }

  /// True where every number of it is exact and none an enclosure.
  public var isExact: Bool {
    switch self {
    case .payoff, .expiry: return true
    case .envelope(let envelope): return envelope.terms.isExact
    case .band: return false
    }
  }
}
