import Basics
import Instruments

/// An envelope brought from one expiry to the one before it: the least that later legs can be worth there.
///
/// With the envelope c at the later expiry, discount D and carry Q, a law with the forward's mean is worth no less than
/// D c(QS/D), the greatest of D i + Q s S over the lines i + s S of c. The factors are known between bounds only, so the
/// least over both is wanted. Both are linear in them: least and greatest change places (von Neumann 1928) over the lines
/// below c, each of which then takes the worst factor for the sign of its intercept and the worst for that of its slope.
/// Those signs change at two lines only, the level one and the one through the origin, so these two are added where c has
/// them as supporting lines, and the greatest of the lines is the very answer: convex and piecewise linear again.
struct CarriedEnvelope {
  /// Slopes ascending; each is the greatest somewhere on [0, infinity).
  let lines: [EnvelopeLine]
  /// Where each line begins to be the greatest; the first is 0.
  let starts: [ExactAmount]
  /// At the coordinate 0 itself, where that is above the limit from the right.
  let valueAtStart: ExactAmount?

  init(_ envelope: ConvexEnvelope, by step: ExpiryStep, in settlement: Settlement) {
    let (intercepts, slopes) = step.factors(in: settlement)
    var lines: [EnvelopeLine] = []
    for line in CarriedEnvelope.supports(of: envelope, isExact: intercepts.isExact && slopes.isExact) {
      let carried = EnvelopeLine(
        intercept: intercepts.least(times: line.intercept), slope: slopes.least(times: line.slope),
        isStartAttained: line.isStartAttained, isAttained: line.isAttained)
      if let last = lines.last, last.slope == carried.slope {
        guard carried.intercept > last.intercept else { continue }
        lines.removeLast()
      }
      lines.append(carried)
    }
    var kept: [EnvelopeLine] = []
    var starts: [ExactAmount] = []
    for line in lines {
      var start = ExactAmount.zero
      while let last = kept.last, let lastStart = starts.last {
        // Slopes ascend strictly, so that the quotient is there.
        start = (last.intercept - line.intercept).divided(by: line.slope - last.slope) ?? .zero
        guard start <= lastStart else { break }
        kept.removeLast()
        starts.removeLast()
      }
      starts.append(kept.isEmpty ? .zero : start)
      kept.append(line)
    }
    self.lines = kept
    self.starts = starts
    valueAtStart = envelope.valueAtStart.map { intercepts.least(times: $0) }
  }

  /// The lines of an envelope and, unless factors are exact, the level one and the one through the origin.
  private static func supports(of envelope: ConvexEnvelope, isExact: Bool) -> [EnvelopeLine] {
    let lines = envelope.lines
    guard !isExact else { return lines }
    var supports: [EnvelopeLine] = []
    for (index, line) in lines.enumerated() {
      if let before = index > 0 ? lines[index - 1] : nil {
        let point = envelope.points[index]
        var added: [EnvelopeLine] = []
        func add(intercept: ExactAmount, slope: ExactAmount) {
          added.append(
            EnvelopeLine(
              intercept: intercept, slope: slope, isStartAttained: point.isAttained, isAttained: point.isAttained))
        }
        if before.slope < .zero, line.slope > .zero { add(intercept: point.value, slope: .zero) }
        if before.intercept > .zero, line.intercept < .zero, let slope = point.value.divided(by: point.position) {
          add(intercept: .zero, slope: slope)
        }
        supports += added.sorted { $0.slope < $1.slope }
      }
      supports.append(line)
    }
    return supports
  }

  /// Its vertices beside the first, which is at 0.
  var kinks: ArraySlice<ExactAmount> { starts.dropFirst() }

  var slopeAtEnd: ExactAmount { lines.last?.slope ?? .zero }
  var isTailAttained: Bool { lines.last?.isAttained ?? true }

  /// The index of the line that is the greatest at, and just beyond, a position. O(log n).
  private func line(at position: ExactAmount) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= position { low = middle } else { high = middle }
    }
    return low
  }

  /// The value, and whether prices take it; the limit from the right at 0.
  func value(at position: ExactAmount) -> (value: ExactAmount, isAttained: Bool) {
    guard !lines.isEmpty else { return (.zero, true) }
    let index = line(at: position)
    let line = lines[index]
    return (line.value(at: position), starts[index] == position ? line.isStartAttained : line.isAttained)
  }
}
