/// A box of coordinates and volatilities; `high` may be infinite.
struct BandBox: Hashable, Sendable {
  let low: Double
  let high: Double
  let lowVolatility: Double
  let highVolatility: Double

  var middle: Double { low + 0.5 * (high - low) }
  var hasVolatilities: Bool { lowVolatility < highVolatility }

  /// The two parts below and above a coordinate; nil where it is not inside.
  func split(at t: Double) -> (BandBox, BandBox)? {
    guard low < t, t < high else { return nil }
    return (
      BandBox(low: low, high: t, lowVolatility: lowVolatility, highVolatility: highVolatility),
      BandBox(low: t, high: high, lowVolatility: lowVolatility, highVolatility: highVolatility)
    )
  }

  /// The two parts below and above the middle volatility; nil where no number is between.
  var splitByVolatility: (BandBox, BandBox)? {
    let middle = lowVolatility + 0.5 * (highVolatility - lowVolatility)
    guard lowVolatility < middle, middle < highVolatility else { return nil }
    return (
      BandBox(low: low, high: high, lowVolatility: lowVolatility, highVolatility: middle),
      BandBox(low: low, high: high, lowVolatility: middle, highVolatility: highVolatility)
    )
  }
}
