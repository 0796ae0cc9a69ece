import TestSupport

/// The survival within a corridor that moves in time, by finite differences: another construction than the program's.
///
/// The backward equation on the corridor mapped to 0...1, bounds straight in ln S between two times, by Crank and Nicolson
/// with the first two steps at the end replaced by four half implicit ones (Rannacher, *Numerische Mathematik* 43, 1984).
struct CorridorEquation {
  /// ln of the bounds over spot at time 0 and at `years`.
  var lower: (Double, Double)
  var upper: (Double, Double)
  let logDrift: Double
  let volatility: Double
  let years: Double
  /// Intervals of space.
  var nodes = 400
  var steps = 400

  /// The probability of never having been outside, from ln S / S0 = 0 at time 0.
  func survival() -> Double {
    var values = [Double](repeating: 1, count: nodes + 1)
    (values[0], values[nodes]) = (0, 0)
    var time = years
    let step = years / Double(steps)
    for _ in 0..<4 {
      solve(&values, from: time, step: step / 2, implicit: 1)
      time -= step / 2
    }
    for index in 0..<(steps - 2) {
      time = years - Double(index + 2) * step
      solve(&values, from: time, step: step, implicit: 0.5)
    }
    let place = -lower.0 / (upper.0 - lower.0) * Double(nodes)
    // A parabola through the three nodes around the start.
    let k = min(max(Int(place.rounded()), 1), nodes - 1)
    let x = place - Double(k)
    return values[k] + x * (values[k + 1] - values[k - 1]) / 2
      + x * x * (values[k + 1] - 2 * values[k] + values[k - 1]) / 2
  }

  /// One step back in time; the coefficients are those of the middle of the step.
  private func solve(_ values: inout [Double], from time: Double, step: Double, implicit: Double) {
    let middle = (time - step / 2) / years
    let speedLow = (lower.1 - lower.0) / years
    let width = (upper.0 - lower.0) * (1 - middle) + (upper.1 - lower.1) * middle
    let speedWidth = ((upper.1 - lower.1) - (upper.0 - lower.0)) / years
    let h = 1 / Double(nodes)
    let diffusion = volatility * volatility / (2 * width * width * h * h)
    var below = [Double](repeating: 0, count: nodes + 1)
    var above = below
    for i in 1..<nodes {
      let drift = (logDrift - speedLow - Double(i) * h * speedWidth) / (2 * width * h)
      below[i] = diffusion - drift
      above[i] = diffusion + drift
    }
    let explicit = 1 - implicit
    var right = values
    for i in 1..<nodes {
      right[i] +=
        explicit * step * (below[i] * values[i - 1] - 2 * diffusion * values[i] + above[i] * values[i + 1])
    }
    // Elimination from the lower end.
    var upperRatio = [Double](repeating: 0, count: nodes + 1)
    var solved = [Double](repeating: 0, count: nodes + 1)
    for i in 1..<nodes {
      let a = -implicit * step * below[i]
      let pivot = 1 + 2 * implicit * step * diffusion + a * upperRatio[i - 1]
      upperRatio[i] = implicit * step * above[i] / pivot
      solved[i] = (right[i] - a * solved[i - 1]) / pivot
    }
    for i in stride(from: nodes - 1, to: 0, by: -1) { values[i] = solved[i] + upperRatio[i] * values[i + 1] }
  }
}
