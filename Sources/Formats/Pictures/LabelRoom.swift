/// Finds places for the labels of a plot: where a label crosses no other and as few lines as can be.
///
/// What is in the way has a weight: a label is never put over another where any place is free, and sooner over a thin
/// dotted line than over one that says something.
struct LabelRoom {
  /// The room of a label: its middle, and its height as that of a line of text whose base line stands at `base`.
  struct Box: Sendable {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    /// - Parameter base: The base line of the text.
    init(_ words: String, at x: Double, base: Double, _ anchor: SVGDrawing.Anchor, isStrong: Bool) {
      let width = SVGDrawing.width(of: words, isStrong: isStrong)
      switch anchor {
      case .start: left = x
      case .middle: left = x - width / 2
      case .end: left = x - width
      }
      (right, top, bottom) = (left + width, base - 10, base + 3)
    }

    init(left: Double, right: Double, top: Double, bottom: Double) {
      (self.left, self.right, self.top, self.bottom) = (left, right, top, bottom)
    }

    func meets(_ other: Box) -> Bool {
      left < other.right && right > other.left && top < other.bottom && bottom > other.top
    }

    func holds(_ other: Box) -> Bool {
      other.left >= left && other.right <= right && other.top >= top && other.bottom <= bottom
    }

    /// True where a stretch of a line passes through the box (Liang and Barsky, 1984).
    func isCrossed(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) -> Bool {
      var (from, to) = (0.0, 1.0)
      let (dx, dy) = (end.x - start.x, end.y - start.y)
      for (step, room) in [(-dx, start.x - left), (dx, right - start.x), (-dy, start.y - top), (dy, bottom - start.y)] {
        if step == 0 {
          if room < 0 { return false }
        } else if step < 0 {
          from = max(from, room / step)
        } else {
          to = min(to, room / step)
        }
      }
      return from <= to
    }
  }

  /// Where a label may stand.
  struct Candidate: Sendable {
    let x: Double
    let base: Double
    let anchor: SVGDrawing.Anchor
    /// What it costs to stand so far from what it names.
    var cost = 0.0
  }

  private let frame: Box
  private var labels: [Box] = []
  private var lines: [(points: [(x: Double, y: Double)], weight: Double)] = []

  /// - Parameter frame: Outside it nothing is placed while there is any room inside.
  init(frame: Box) { self.frame = frame }

  /// - Parameter weight: What it costs to be crossed by this line, once however often.
  mutating func avoid(_ points: [(x: Double, y: Double)], weight: Double) { lines.append((points, weight)) }

  mutating func avoid(_ box: Box) { labels.append(box) }

  /// The cheapest of the candidates, the first of equal ones; its room is taken then.
  ///
  /// - Parameter isNeeded: False leaves the label out where it would cover another or leave the frame.
  /// - Complexity: O(candidates x points of all lines).
  mutating func place(
    _ words: String, _ candidates: [Candidate], isStrong: Bool, isNeeded: Bool = true
  ) -> Candidate? {
    var best: (candidate: Candidate, box: Box, cost: Double)?
    for candidate in candidates {
      let box = Box(words, at: candidate.x, base: candidate.base, candidate.anchor, isStrong: isStrong)
      let cost = candidate.cost + self.cost(of: box)
      if cost < best?.cost ?? .infinity { best = (candidate, box, cost) }
    }
    guard let best, isNeeded || best.cost < LabelRoom.covered else { return nil }
    labels.append(best.box)
    return best.candidate
  }

  /// What it costs to cover another label, or to leave the frame.
  private static let covered = 1000.0

  private func cost(of box: Box) -> Double {
    var cost = frame.holds(box) ? 0 : LabelRoom.covered
    for label in labels where label.meets(box) { cost += LabelRoom.covered }
    for line in lines
    where zip(line.points, line.points.dropFirst()).contains(where: { box.isCrossed(from: $0, to: $1) }) {
      cost += line.weight
    }
    return cost
  }
}
