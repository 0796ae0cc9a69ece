internal import RealModule

/// An American put on a strike of 1; every American option with a continuous yield is one.
///
/// Value is homogeneous in spot and strike, and a call on S with strike K is a put on K with strike S and the two rates
/// exchanged: C(S, K; r, q) = S P(K / S, 1; q, r). McDonald and Schroder, *Journal of Computational Finance* 1 (1998).
struct UnitPut: Sendable {
  let years: Double
  let volatility: Double
  /// Of the strike.
  let rate: Double
  /// Of the underlying.
  let dividendYield: Double

  /// When it can pay to exercise before expiry: where exercise earns, r - q s > 0 below the strike.
  enum Regime {
    /// Never: the put is European.
    case never
    /// Below one boundary.
    case single
    /// Between two boundaries, q < r < 0.
    case double
  }

  var regime: Regime {
    if rate > 0 || (rate == 0 && dividendYield < 0) { return .single }
    return dividendYield < rate ? .double : .never
  }

  /// The boundary just before expiry, min(1, r / q).
  var start: Double { dividendYield <= rate ? 1 : rate / dividendYield }

  /// The boundary without expiry, Merton (1973); 0 where a perpetual put is never exercised.
  var perpetual: Double {
    let variance = volatility * volatility
    let drift = (rate - dividendYield) / variance - 0.5
    let root = (drift * drift + 2 * rate / variance).squareRoot()
    // The negative root of x(x - 1)/2 + (r - q)/v^2 x - r/v^2, without cancellation.
    let exponent = drift > 0 ? -drift - root : -(2 * rate / variance) / (root - drift)
    return exponent < 0 ? exponent / (exponent - 1) : 0
  }

  /// Whether the square of ln(start / boundary) is interpolated rather than ln itself.
  ///
  /// Where the boundary starts at the strike it leaves it like the square root of tau ln(1 / tau), whose square is the
  /// smoother of the two; below the strike it leaves like the square root of tau.
  var interpolatesSquare: Bool { dividendYield <= rate }
}
