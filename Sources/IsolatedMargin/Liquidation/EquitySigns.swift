import Basics
import RealModule

/// The signs of h, the payoff with cash and linear legs, along the price at expiry: what bounds the number of roots of K.
///
/// K(S) = D E[h(S_T)], and the lognormal kernel is totally positive, so K changes sign at most as often as h (Karlin,
/// *Total Positivity*, 1968). Signs are exact: doubtful ones are decided in rational numbers.
struct EquitySigns {
  /// A stretch of prices on which h has one sign, zeros aside.
  struct Run {
    let isNegative: Bool
    /// Where h is largest in magnitude among the vertices of the run; nil where the run is a tail without a vertex.
    var peak: Double?
    var size: Double
  }

  /// Ascending; empty where h is zero everywhere.
  private(set) var runs: [Run] = []
  /// The sign of K as S goes to 0 and to infinity, where h itself is zero there too.
  let isNegativeAtZero: Bool
  let isNegativeAtInfinity: Bool

  var changes: Int { max(0, runs.count - 1) }

  init(_ equity: FlatEquity) {
    let form = equity.form
    var found: [Run] = []
    func add(_ sign: Int, at position: Double?, _ size: Double) {
      guard sign != 0 else { return }
      let isNegative = sign < 0
      if let last = found.last, last.isNegative == isNegative {
        if size > last.size || last.peak == nil, let position {
          found[found.count - 1].peak = position
          found[found.count - 1].size = size
        }
      } else {
        found.append(Run(isNegative: isNegative, peak: position, size: size))
      }
    }
    let exact = EquitySigns.factors(equity)
    func sign(line: Int, at place: Int?) -> (Int, Double) {
      let strike = place.map { form.strikes[$0] } ?? 0
      let (constant, slope) = (equity.constants[line], equity.slopes[line])
      let value = constant + slope * strike
      let size =
        constant.magnitude + form.constants[line].doubleValue.magnitude
        + (slope.magnitude + form.slopes[line].doubleValue.magnitude) * strike
      if value.magnitude > 16 * size * .ulpOfOne { return (value < 0 ? -1 : 1, value.magnitude) }
      let position = place.map { form.exactStrikes[$0] } ?? .zero
      let total =
        form.constant * exact.constant + form.constants[line]
        + (form.slope * exact.slope + form.slopes[line]) * position
      return (total.sign, value.magnitude)
    }
    func slopeSign(_ line: Int) -> Int {
      let value = equity.slopes[line]
      let size = value.magnitude + form.slopes[line].doubleValue.magnitude
      if value.magnitude > 16 * size * .ulpOfOne { return value < 0 ? -1 : 1 }
      return (form.slope * exact.slope + form.slopes[line]).sign
    }
    let first = sign(line: 0, at: nil)
    add(first.0, at: nil, first.1)
    // From a zero at price 0 the line leaves with its slope, and from the last vertex it goes on with its own.
    if first.0 == 0 { add(slopeSign(0), at: nil, 0) }
    for place in form.strikes.indices {
      let right = sign(line: place + 1, at: place)
      if form.jumps[place] != 0 {
        let left = sign(line: place, at: place)
        add(left.0, at: form.strikes[place], left.1)
      }
      add(right.0, at: form.strikes[place], right.1)
    }
    add(slopeSign(form.strikes.count), at: nil, .infinity)
    runs = found
    isNegativeAtZero = found.first?.isNegative ?? false
    isNegativeAtInfinity = found.last?.isNegative ?? false
  }

  /// 1/D and exp(q T) as the very numbers the floating lines use.
  private static func factors(_ equity: FlatEquity) -> (constant: ExactAmount, slope: ExactAmount) {
    (
      ExactAmount(exactly: 1 / equity.discount) ?? .one, ExactAmount(exactly: 1 / equity.spotDiscount) ?? .one
    )
  }
}
