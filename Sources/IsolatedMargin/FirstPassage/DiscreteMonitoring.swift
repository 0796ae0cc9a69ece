import RealModule

/// How often whoever liquidates looks at the price.
///
/// A barrier watched only at moments dt apart is hit less often than one watched always: nearly as often as one moved
/// away from the price by the factor exp(0.5826 sigma sqrt(dt)).
/// (Broadie, Glasserman and Kou, *Mathematical Finance* 7 (1997), theorem 1.1; good for dt well below the horizon.)
public enum DiscreteMonitoring {
  /// -zeta(1/2) / sqrt(2 pi).
  public static let factor = 0.5825971579390107

  /// The price at which a barrier watched always is hit as often as this one watched every `interval` years.
  public static func equivalent(
    of barrier: Double, side: BarrierSide, interval: Double, volatility: Double
  ) throws(IsolatedMarginError) -> Double {
    guard interval >= 0, interval < .infinity else {
      throw .badInput("monitoring interval", found: "\(interval)", wanted: "years, 0 or more")
    }
    let shift = factor * volatility * interval.squareRoot()
    return barrier * .exp(side == .upper ? shift : -shift)
  }
}
