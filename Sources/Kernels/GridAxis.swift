internal import RealModule

/// Spots of a finite-difference grid: from 0, close together around the strike of 1, ever wider outwards.
///
/// s = 1 + c sinh x with x equidistant, the strike halfway between two nodes so that the payoff's corner is met with the
/// error of the scheme. Tavella and Randall, *Pricing Financial Instruments: The Finite Difference Method* (2000).
struct GridAxis: Sendable {
  let spots: [Double]
  private let width: Double
  private let first: Double
  private let step: Double

  /// - Parameters:
  ///   - count: Nodes, at least 8.
  ///   - deviation: v sqrt T: how far spot wanders.
  ///   - highest: The largest spot that must be on the grid.
  init(count: Int, deviation: Double, highest: Double) {
    let width = min(max(deviation, 0.02), 1)
    let end = max(highest, .exp(min(6 * deviation, 40)), 1 + 6 * width)
    let low = -GridAxis.inverseSinh(1 / width)
    let high = GridAxis.inverseSinh((end - 1) / width)
    // The strike halfway between two nodes.
    let intervals = max(1, (-low / (high - low) * Double(count - 1)).rounded(.down))
    step = -low / (intervals + 0.5)
    first = low
    self.width = width
    var spots = (0..<count).map { 1 + width * .sinh(low + Double($0) * (-low / (intervals + 0.5))) }
    spots[0] = 0
    self.spots = spots
  }

  /// Of the two nodes around the strike.
  var distanceAtStrike: Double { 2 * width * .sinh(step / 2) }

  /// The last node.
  var highest: Double { spots.last ?? 0 }

  private static func inverseSinh(_ x: Double) -> Double {
    x >= 0 ? .log(x + (x * x + 1).squareRoot()) : -.log(-x + (x * x + 1).squareRoot())
  }

  /// The value at a spot of a function known at the nodes, and its first two derivatives: the cubic through the four
  /// nodes around it. Beyond the last node the last line goes on.
  func interpolate(_ values: [Double], at spot: Double) -> (value: Double, slope: Double, bend: Double) {
    let n = spots.count
    guard spot < spots[n - 1] else {
      let slope = (values[n - 1] - values[n - 2]) / (spots[n - 1] - spots[n - 2])
      return (values[n - 1] + slope * (spot - spots[n - 1]), slope, 0)
    }
    let place = (GridAxis.inverseSinh((spot - 1) / width) - first) / step
    let left = min(max(Int(max(place, 0)) - 1, 0), n - 4)
    // Newton's divided differences and their derivatives.
    var table = Array(values[left..<(left + 4)])
    for order in 1..<4 {
      for i in stride(from: 3, through: order, by: -1) {
        table[i] = (table[i] - table[i - 1]) / (spots[left + i] - spots[left + i - order])
      }
    }
    var (value, slope, bend) = (table[3], 0.0, 0.0)
    for i in stride(from: 2, through: 0, by: -1) {
      let distance = spot - spots[left + i]
      bend = bend * distance + 2 * slope
      slope = slope * distance + value
      value = value * distance + table[i]
    }
    return (value, slope, bend)
  }
}
