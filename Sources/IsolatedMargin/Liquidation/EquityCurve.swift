import Basics
import RealModule

/// K on one piece of the requirement, each option valued by its own terms: a base less a sum of greatest lines, or less a
/// function.
struct EquityCurve {
  private struct Line {
    let constant: Double
    let slope: Double
    let weights: [Double]
  }

  private let options: [OptionValue]
  private let base: Line
  private let choices: [[Line]]
  private let function: MaintenanceFunction?
  /// How many marks the function reads, one a leg.
  private let legCount: Int

  /// How many options one sample values, those behind the requirement included.
  var cost: Int { options.count + (function?.cost ?? 0) }

  init(_ piece: EquityPiece, options: [OptionValue], function: MaintenanceFunction? = nil, legCount: Int = 0) {
    self.options = options
    self.function = function
    self.legCount = legCount
    func line(_ form: RequirementForm) -> Line {
      Line(
        constant: form.constant.doubleValue, slope: form.slope.doubleValue, weights: form.weights.map(\.doubleValue))
    }
    base = Line(
      constant: piece.base.constant.doubleValue, slope: piece.base.slope.doubleValue,
      weights: piece.base.floatingWeights)
    choices = piece.choices.map { $0.map(line) }
  }

  // MARK: Samples

  func sample(_ spot: Double) -> IntervalWalk.Sample {
    var values: [Double] = []
    var deltas: [Double] = []
    values.reserveCapacity(options.count)
    deltas.reserveCapacity(options.count)
    for option in options {
      values.append(option.value(spot))
      deltas.append(option.delta(spot))
    }
    var size = base.constant.magnitude + base.slope.magnitude * spot
    for (weight, value) in zip(base.weights, values) { size += (weight * value).magnitude }
    var value = amount(base, spot, values)
    for lines in choices {
      var greatest = -Double.infinity
      for line in lines { greatest = max(greatest, amount(line, spot, values)) }
      value -= greatest
      size += greatest.magnitude
    }
    var slack = 16 * size * .ulpOfOne
    if let function {
      let required = function.amount(spot, marks(values))
      value -= required
      // A scan is a difference of valuations, of American contracts to the tolerance of their solver, that may all but cancel:
      // far out of the money, where equity and requirement are both next to nothing, their noise is no price that liquidates.
      let underlying = base.slope.magnitude + base.weights.reduce(0) { $0 + $1.magnitude }
      slack = max(slack + 16 * required.magnitude * .ulpOfOne, 1e-9 * underlying * spot)
    }
    return IntervalWalk.Sample(spot: spot, value: value, slack: slack, deltas: deltas)
  }

  private func amount(_ line: Line, _ spot: Double, _ values: [Double]) -> Double {
    var sum = line.constant + line.slope * spot
    for (weight, value) in zip(line.weights, values) { sum += weight * value }
    return sum
  }

  private func marks(_ values: [Double]) -> [Double] {
    var marks = [Double](repeating: 0, count: legCount)
    for (option, value) in zip(options, values) { marks[option.option.leg] = value }
    return marks
  }

  /// The range of dK/dS between two samples.
  func slopes(_ left: IntervalWalk.Sample, _ right: IntervalWalk.Sample) -> (least: Double, greatest: Double) {
    let ranges = options.indices.map { index in
      options[index].slopes(from: left.spot, left.deltas[index], to: right.spot, right.deltas[index])
    }
    func range(_ line: Line) -> (Double, Double) {
      var (least, greatest) = (line.slope, line.slope)
      for (weight, range) in zip(line.weights, ranges) where weight != 0 {
        least += weight > 0 ? weight * range.0 : weight * range.1
        greatest += weight > 0 ? weight * range.1 : weight * range.0
      }
      return (least, greatest)
    }
    var (least, greatest) = range(base)
    for lines in choices {
      // The greatest of lines has the slope of one of them.
      var (lowest, highest) = (Double.infinity, -Double.infinity)
      for line in lines {
        let one = range(line)
        lowest = min(lowest, one.0)
        highest = max(highest, one.1)
      }
      least -= highest
      greatest -= lowest
    }
    if let function {
      var bound = 0.0
      for (option, range) in zip(options, ranges) where function.markBounds.indices.contains(option.option.leg) {
        bound += function.markBounds[option.option.leg] * max(range.0.magnitude, range.1.magnitude)
      }
      let spotSlopes = function.slopes(left.spot, right.spot)
      least -= spotSlopes.greatest + bound
      greatest -= spotSlopes.least - bound
    }
    return (least, greatest)
  }

  /// The strike between two spots at which an expired digital jumps.
  func jump(_ low: Double, _ high: Double) -> Double {
    for option in options where option.option.isDigital {
      let place = option.option.strike / option.growth
      if low <= place, place <= high { return place }
    }
    return high
  }

  // MARK: Tails

  /// A spot beyond which K keeps its sign; nil where none is found, or the requirement is a function.
  ///
  /// - Parameter limit: Where to begin to look, outward.
  func tail(atZero: Bool, limit: Double) -> Double? {
    guard function == nil else { return nil }
    var spot = limit
    for option in options where option.option.strike > 0 {
      spot = atZero ? min(spot, option.option.strike) : max(spot, option.option.strike)
    }
    for _ in 0..<300 {
      if isTail(atZero: atZero, beyond: spot) { return spot }
      spot *= atZero ? 0.5 : 2
      guard spot > 1e-280, spot < 1e280 else { return nil }
    }
    return nil
  }

  /// The line that K, or a line of the requirement, tends to, and how far it can be from it: `perSpot` x S + `absolute`.
  private struct Asymptote {
    var constant = 0.0
    var slope = 0.0
    var perSpot = 0.0
    var absolute = 0.0
    /// The range of the weights of what is left beside the line: of one sign where it is.
    var leastWeight = 0.0
    var greatestWeight = 0.0
    var size = 0.0
  }

  private func asymptote(_ line: Line, atZero: Bool, beyond spot: Double) -> Asymptote {
    var sum = Asymptote(constant: line.constant, slope: line.slope, size: line.constant.magnitude)
    for (weight, option) in zip(line.weights, options) where weight != 0 {
      let limit = option.asymptote(atZero: atZero)
      sum.constant += weight * limit.constant
      sum.slope += weight * limit.slope
      sum.size += (weight * limit.constant).magnitude
      let rest = weight.magnitude * option.remainder(atZero: atZero, beyond: spot)
      if atZero, !option.option.isDigital { sum.perSpot += rest } else { sum.absolute += rest }
      let direction = option.option.isDigital && limit.constant > 0 ? -weight : weight
      sum.leastWeight = min(sum.leastWeight, direction)
      sum.greatestWeight = max(sum.greatestWeight, direction)
    }
    return sum
  }

  private func isTail(atZero: Bool, beyond spot: Double) -> Bool {
    var total = asymptote(base, atZero: atZero, beyond: spot)
    for lines in choices {
      let ends = lines.map { asymptote($0, atZero: atZero, beyond: spot) }
      guard
        let top = ends.max(by: {
          atZero
            ? ($0.constant, $0.slope) < ($1.constant, $1.slope) : ($0.slope, $0.constant) < ($1.slope, $1.constant)
        })
      else { return false }
      for end in ends {
        // The top line stays above every other: at the limit by the order, at this spot by the room for both remainders.
        let room = top.constant - end.constant + (top.slope - end.slope) * spot
        let rest = top.absolute + end.absolute + (top.perSpot + end.perSpot) * spot
        let isSame = top.constant == end.constant && top.slope == end.slope
        let gap = top.constant - end.constant - top.absolute - end.absolute
        guard isSame || (room >= rest && (!atZero || gap >= 0)) else { return false }
        if isSame {
          total.absolute += end.absolute
          total.perSpot += end.perSpot
        }
      }
      total.constant -= top.constant
      total.slope -= top.slope
      total.size += top.size
      total.leastWeight = min(total.leastWeight, -top.greatestWeight)
      total.greatestWeight = max(total.greatestWeight, -top.leastWeight)
    }
    let isZeroConstant = total.constant.magnitude <= 16 * total.size * .ulpOfOne
    if atZero {
      if !isZeroConstant {
        return total.constant.magnitude > (total.slope.magnitude + total.perSpot) * spot + total.absolute
      }
      if total.slope != 0 { return total.absolute == 0 && total.slope.magnitude > total.perSpot }
    } else {
      let end = total.constant + total.slope * spot
      if total.slope != 0 {
        return (end < 0) == (total.slope < 0) && end.magnitude > total.absolute + 16 * total.size * .ulpOfOne
      }
      if !isZeroConstant { return total.constant.magnitude > total.absolute }
    }
    // The line is zero: what is left decides, and keeps its sign where all of it has one.
    return total.leastWeight == 0 || total.greatestWeight == 0
  }
}
