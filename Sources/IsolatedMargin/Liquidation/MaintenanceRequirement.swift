public import Basics
public import Instruments

/// One line of a requirement: constant + slope x t + the sum of share x mark, in settlement currency.
///
/// t is the coordinate in which payoffs are piecewise linear: the spot S in quote currency, 1/S in coin. So 7.5 percent of
/// the underlying for one short unit is the slope 0.075 in quote currency and the constant 0.075 in coin, and half a
/// percent of an inverse contract's notional N/S is the slope 0.005 N.
public struct MaintenanceLine: Hashable, Sendable {
  /// A leg's mark and how many of it count.
  public struct Mark: Hashable, Sendable {
    /// Index in the strategy's legs; an option or digital.
    public let leg: Int
    /// Times the value of one unit of the leg in settlement currency; 0 or more.
    public let share: ExactAmount

    public init(leg: Int, share: ExactAmount) {
      self.leg = leg
      self.share = share
    }
  }

  public let constant: ExactAmount
  public let slope: ExactAmount
  public let marks: [Mark]

  public init(constant: ExactAmount = .zero, slope: ExactAmount = .zero, marks: [Mark] = []) {
    self.constant = constant
    self.slope = slope
    self.marks = marks
  }

  public static let zero = MaintenanceLine()

  /// `share` of the spot for so many units of the underlying: a slope in quote currency, a constant in coin.
  public static func ofSpot(
    _ share: ExactAmount, units: ExactAmount, settlement: Settlement, marks: [Mark] = []
  ) -> MaintenanceLine {
    let amount = share * units.magnitude
    return settlement == .quote
      ? MaintenanceLine(slope: amount, marks: marks) : MaintenanceLine(constant: amount, marks: marks)
  }

  /// `amount` of quote currency, such as a strike's share: a constant in quote currency, a slope in 1/S in coin.
  public static func ofQuote(
    _ amount: ExactAmount, settlement: Settlement, marks: [Mark] = []
  ) -> MaintenanceLine {
    settlement == .quote
      ? MaintenanceLine(constant: amount, marks: marks) : MaintenanceLine(slope: amount, marks: marks)
  }

  public static func + (left: MaintenanceLine, right: MaintenanceLine) -> MaintenanceLine {
    MaintenanceLine(
      constant: left.constant + right.constant, slope: left.slope + right.slope, marks: left.marks + right.marks)
  }
}

/// One summand of a requirement: the greatest of a few lines, which may be others on each side of known spots.
public struct MaintenanceTerm: Hashable, Sendable {
  /// The lines that hold from the end of the piece before up to, and without, a spot.
  public struct Piece: Hashable, Sendable {
    /// Quote currency; nil for no end.
    public let end: ExactAmount?
    /// At least one.
    public let alternatives: [MaintenanceLine]

    public init(end: ExactAmount? = nil, _ alternatives: [MaintenanceLine]) {
      self.end = end
      self.alternatives = alternatives
    }
  }

  /// For people: `short put 90`.
  public let name: String
  /// Ascending; the first starts at spot 0, and only the last has no end.
  public let pieces: [Piece]

  /// The greatest of `alternatives` at every spot.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` without a line, or for a share below 0.
  public init(_ name: String, greatestOf alternatives: [MaintenanceLine]) throws(IsolatedMarginError) {
    try self.init(name, pieces: [Piece(alternatives)])
  }

  /// - Throws: ``IsolatedMarginError`` `.badInput` for pieces that do not ascend to one without an end, a piece without a
  ///   line, a share below 0.
  public init(_ name: String, pieces: [Piece]) throws(IsolatedMarginError) {
    var start = ExactAmount.zero
    for (index, piece) in pieces.enumerated() {
      guard !piece.alternatives.isEmpty else {
        throw .badInput("maintenance of \(name)", found: "a piece without a line", wanted: "at least one")
      }
      for line in piece.alternatives where line.marks.contains(where: { $0.share < .zero || $0.leg < 0 }) {
        throw .badInput("maintenance of \(name)", found: "a share of a mark below 0", wanted: "0 or more")
      }
      guard (piece.end == nil) == (index == pieces.count - 1), (piece.end ?? start + .one) > start else {
        throw .badInput("maintenance of \(name)", found: "pieces that do not ascend", wanted: "spots in rising order")
      }
      start = piece.end ?? start
    }
    guard !pieces.isEmpty else {
      throw .badInput("maintenance of \(name)", found: "no piece", wanted: "at least one")
    }
    self.name = name
    self.pieces = pieces
  }

  /// The lines at a spot; at the border between two pieces those of the upper one.
  func alternatives(at spot: ExactAmount) -> [MaintenanceLine] {
    pieces.first { $0.end.map { spot < $0 } ?? true }?.alternatives ?? []
  }
}

/// A requirement that is no sum of greatest lines: any function, with what bounds its steepness.
public struct MaintenanceFunction: Sendable {
  /// The requirement in *quote* currency (in coin the coins required times the spot), given the spot and the marks of one
  /// unit of each leg in quote currency, 0 for linear legs.
  public let amount: @Sendable (_ spot: Double, _ marks: [Double]) -> Double
  /// A range that holds every slope of `amount` in spot between two spots, low before high, while the marks stand still.
  ///
  /// The narrower the range, the sooner a search for all roots is over: one bound for all prices leaves it to creep where the
  /// requirement hardly moves.
  public let slopes: @Sendable (_ low: Double, _ high: Double) -> (least: Double, greatest: Double)
  /// For each leg, a bound on how much `amount` moves for one of its mark.
  public let markBounds: [Double]
  /// What one amount takes, counted in values of single options; at least 1. Searches are budgeted by it.
  public let cost: Int

  public init(
    markBounds: [Double], cost: Int = 1,
    slopes: @escaping @Sendable (_ low: Double, _ high: Double) -> (least: Double, greatest: Double),
    amount: @escaping @Sendable (_ spot: Double, _ marks: [Double]) -> Double
  ) {
    self.amount = amount
    self.slopes = slopes
    self.markBounds = markBounds
    self.cost = max(1, cost)
  }
}

/// The balance that keeps a position open, as a function of spot and marks.
public enum MaintenanceRequirement: Sendable {
  /// The sum of the terms.
  case terms([MaintenanceTerm])
  /// The least of several sums: the better of two rules.
  case least([[MaintenanceTerm]])
  case function(MaintenanceFunction)

  public static let none = MaintenanceRequirement.terms([])

  /// The requirement at one market, exact; nil for a ``function(_:)`` and a spot of 0 or less.
  ///
  /// - Parameters:
  ///   - spot: Quote currency.
  ///   - marks: Of one unit of each leg, settlement currency; anything for linear legs.
  public func amount(spot: ExactAmount, marks: [ExactAmount], settlement: Settlement) -> ExactAmount? {
    guard spot > .zero, let inverse = ExactAmount.one.divided(by: spot) else { return nil }
    let position = settlement == .quote ? spot : inverse
    func sum(_ terms: [MaintenanceTerm]) -> ExactAmount? {
      var total = ExactAmount.zero
      for term in terms {
        let amounts = term.alternatives(at: spot).map { line in
          line.marks.reduce(line.constant + line.slope * position) { sum, mark in
            marks.indices.contains(mark.leg) ? sum + mark.share * marks[mark.leg] : sum
          }
        }
        guard let greatest = amounts.max() else { return nil }
        total += greatest
      }
      return total
    }
    switch self {
    case .terms(let terms): return sum(terms)
    case .least(let sums): return sums.compactMap(sum).min()
    case .function: return nil
    }
  }
}
