import Basics
import Instruments

/// What one line of the requirement takes from K, in K's own terms.
struct RequirementForm: Hashable, Sendable {
  var constant = ExactAmount.zero
  var slope = ExactAmount.zero
  /// For each option of the box.
  var weights: [ExactAmount]
}

/// A stretch of spots on which K is a base less a sum of greatest lines.
struct EquityPiece: Sendable {
  let start: ExactAmount
  /// Nil for infinity.
  let end: ExactAmount?
  /// K with the requirement left out.
  let base: EquityForm
  /// For each term of the requirement its lines, at least one.
  let choices: [[RequirementForm]]
  /// K for every way of taking one line of each term; K < 0 where any of them is. Nil where there are too many.
  let forms: [EquityForm]?

  /// The most ways of one piece that are solved each by itself.
  static let wayLimit = 64

  init(
    start: ExactAmount, end: ExactAmount?, base: EquityForm, choices: [[RequirementForm]], options: [BoxOption]
  ) {
    self.start = start
    self.end = end
    self.base = base
    self.choices = choices
    var ways = [RequirementForm(weights: base.weights.map { _ in .zero })]
    for lines in choices {
      guard ways.count * lines.count <= EquityPiece.wayLimit else {
        forms = nil
        return
      }
      ways = ways.flatMap { way in
        lines.map { line in
          RequirementForm(
            constant: way.constant + line.constant, slope: way.slope + line.slope,
            weights: zip(way.weights, line.weights).map { $0 + $1 })
        }
      }
    }
    forms = ways.map { way in
      EquityForm(
        constant: base.constant - way.constant, slope: base.slope - way.slope,
        weights: zip(base.weights, way.weights).map { $0 - $1 }, options: options)
    }
  }

  private init(_ piece: EquityPiece, adding cash: ExactAmount, settlement: Settlement) {
    start = piece.start
    end = piece.end
    base = piece.base.adding(cash, settlement: settlement)
    choices = piece.choices
    forms = piece.forms?.map { $0.adding(cash, settlement: settlement) }
  }

  func adding(_ cash: ExactAmount, settlement: Settlement) -> EquityPiece {
    EquityPiece(self, adding: cash, settlement: settlement)
  }
}

/// Cuts a requirement into pieces of few alternatives.
///
/// Of lines that hold the same marks only the greatest counts on each side of their crossings, so tiers on a notional
/// become pieces of one line each; what is left to combine are lines with different marks.
struct EquityPieceBuilder {
  let settlement: Settlement
  let base: EquityForm
  let options: [BoxOption]

  func pieces(_ terms: [MaintenanceTerm]) -> [EquityPiece] {
    var borders: Set<ExactAmount> = []
    for term in terms {
      for piece in term.pieces {
        if let end = piece.end { borders.insert(end) }
        for group in groups(piece.alternatives) { borders.formUnion(crossings(group)) }
      }
    }
    let ends = borders.sorted()
    var pieces: [(start: ExactAmount, end: ExactAmount?, choices: [[RequirementForm]])] = []
    for index in 0...ends.count {
      let start = index == 0 ? ExactAmount.zero : ends[index - 1]
      let end = index < ends.count ? ends[index] : nil
      let choices = terms.map { self.choices($0, from: start, to: end) }
      if let last = pieces.last, last.choices == choices {
        pieces[pieces.count - 1].end = end
      } else {
        pieces.append((start, end, choices))
      }
    }
    return pieces.map {
      EquityPiece(start: $0.start, end: $0.end, base: base, choices: $0.choices, options: options)
    }
  }

  /// Lines by the marks they hold, in the order of their first mention.
  private func groups(_ lines: [MaintenanceLine]) -> [[MaintenanceLine]] {
    var groups: [[MaintenanceLine]] = []
    for line in lines {
      if let index = groups.firstIndex(where: { $0.first.map { weights($0) == weights(line) } ?? false }) {
        groups[index].append(line)
      } else {
        groups.append([line])
      }
    }
    return groups
  }

  /// The spots at which two lines of a group cross.
  private func crossings(_ lines: [MaintenanceLine]) -> [ExactAmount] {
    var spots: [ExactAmount] = []
    for (index, line) in lines.enumerated() {
      for other in lines[..<index] {
        let (rise, run) = (other.constant - line.constant, line.slope - other.slope)
        let spot = settlement == .quote ? rise.divided(by: run) : run.divided(by: rise)
        if let spot, spot > .zero { spots.append(spot) }
      }
    }
    return spots
  }

  private func choices(_ term: MaintenanceTerm, from start: ExactAmount, to end: ExactAmount?) -> [RequirementForm] {
    let half = ExactAmount(count: 5, decimals: 1)
    let inside = end.map { (start + $0) * half } ?? start + .one
    let position = settlement == .quote ? inside : ExactAmount.one.divided(by: inside) ?? .one
    return groups(term.alternatives(at: inside)).compactMap { group in
      group.max { $0.constant + $0.slope * position < $1.constant + $1.slope * position }.map(form)
    }
  }

  /// In coin K is S H: a constant is multiplied by S, a slope in 1/S becomes a constant.
  private func form(_ line: MaintenanceLine) -> RequirementForm {
    settlement == .quote
      ? RequirementForm(constant: line.constant, slope: line.slope, weights: weights(line))
      : RequirementForm(constant: line.slope, slope: line.constant, weights: weights(line))
  }

  private func weights(_ line: MaintenanceLine) -> [ExactAmount] {
    options.map { option in
      line.marks.reduce(.zero) { $1.leg == option.leg ? $0 + $1.share : $0 }
    }
  }
}
