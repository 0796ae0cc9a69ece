import Basics

/// The bands of a piecewise linear function, exactly: equity at expiry, or without volatility.
enum ExpirySolver {
  /// The prices of the underlying at expiry at which h = a + b x + the payoff is below zero.
  ///
  /// - Parameters:
  ///   - constant, slope: What a and b are multiplied by before they join the payoff: 1 at expiry.
  /// - Complexity: O(n) exact operations for n strikes.
  static func bands(
    of form: EquityForm, constant: ExactAmount = .one, slope: ExactAmount = .one
  ) -> [Band] {
    let (a, b) = (form.constant * constant, form.slope * slope)
    var bands: [Band] = []
    var wasNegative = false
    for index in form.constants.indices {
      let line = PayoffLine(intercept: form.constants[index] + a, slope: form.slopes[index] + b)
      let start = index == 0 ? ExactAmount.zero : form.exactStrikes[index - 1]
      let end = index < form.exactStrikes.count ? form.exactStrikes[index] : nil
      let left = line.value(at: start).sign
      let right = end.map { line.value(at: $0).sign } ?? (line.slope.isZero ? left : line.slope.sign)
      let startEnd = index == 0 ? nil : BandEnd(price: start.doubleValue, isJump: left < 0)
      let crossing = (line.slope.isZero ? nil : (-line.intercept).divided(by: line.slope))
        .map { BandEnd(price: $0.doubleValue) }
      let finish = end.map { BandEnd(price: $0.doubleValue, isJump: right < 0) }
      if left < 0 || right < 0 {
        let band = Band(
          lower: left < 0 ? startEnd : (left == 0 ? startEnd.map { BandEnd(price: $0.price) } : crossing),
          upper: right < 0 ? finish : (right == 0 ? finish ?? crossing : crossing))
        if wasNegative, left < 0, !bands.isEmpty {
          bands[bands.count - 1].upper = band.upper
        } else {
          bands.append(band)
        }
      }
      wasNegative = right < 0
    }
    return bands
  }
}
