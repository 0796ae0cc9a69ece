import RealModule

/// The prices between which a position is safe, as they move in time.
///
/// Between two nodes each bound is a straight line in time and ln S, after the last node it stands still. A bound that is
/// missing at one end of an interval is missing within it, and holds at its own node alone.
public struct MovingCorridor: Hashable, Sendable {
  /// The bounds at one time; nil where there is none on that side.
  public struct Node: Hashable, Sendable {
    /// From now.
    public let years: Double
    public let lower: Double?
    public let upper: Double?

    public init(years: Double, lower: Double?, upper: Double?) {
      self.years = years
      self.lower = lower
      self.upper = upper
    }
  }

  public static let nodeLimit = 10_000

  /// Ascending in time, the first at 0.
  public let nodes: [Node]
  /// From then on nothing is safe; nil where there is always a corridor.
  public let closesAt: Double?

  /// - Parameters:
  ///   - nodes: 1 to 10,000, strictly ascending in time, the first at 0.
  ///   - closesAt: Where the safe prices end; nodes after it do not matter.
  /// - Throws: ``IsolatedMarginError`` `.badInput`, naming the first node that is wrong.
  public init(_ nodes: [Node], closesAt: Double? = nil) throws(IsolatedMarginError) {
    guard let first = nodes.first, first.years == 0 else {
      throw .badInput(
        "corridor", found: nodes.first.map { "a first node at \($0.years) years" } ?? "no node",
        wanted: "a node at time 0")
    }
    guard nodes.count <= MovingCorridor.nodeLimit else {
      throw .badInput("corridor", found: "\(nodes.count) nodes", wanted: "at most \(MovingCorridor.nodeLimit)")
    }
    var last = -1.0
    for node in nodes {
      guard node.years > last, node.years < .infinity else {
        throw .badInput("corridor's time", found: "\(node.years) years", wanted: "more than \(last)")
      }
      last = node.years
      for (name, bound) in [("lower bound", node.lower), ("upper bound", node.upper)] {
        guard let bound else { continue }
        guard bound > 0, bound < .infinity else {
          throw .badInput(name, found: "\(bound)", wanted: "a price above 0")
        }
      }
      if let lower = node.lower, let upper = node.upper, !(lower < upper) {
        throw .badInput("upper bound", found: "\(upper)", wanted: "a price above the lower bound, \(lower)")
      }
    }
    if let closesAt, !(closesAt >= 0) {
      throw .badInput("corridor's end", found: "\(closesAt) years", wanted: "0 or more")
    }
    self.nodes = nodes
    self.closesAt = closesAt
  }

  /// Bounds that do not move.
  public init(lower: Double?, upper: Double?) throws(IsolatedMarginError) {
    try self.init([Node(years: 0, lower: lower, upper: upper)])
  }

  /// True where no node differs from the first.
  public var isConstant: Bool {
    closesAt == nil && nodes.allSatisfy { $0.lower == nodes[0].lower && $0.upper == nodes[0].upper }
  }

  /// True for a price that is not strictly between the bounds at time 0.
  public func isOutside(_ spot: Double) -> Bool {
    if closesAt == 0 { return true }
    let first = nodes[0]
    return (first.lower.map { spot <= $0 } ?? false) || (first.upper.map { spot >= $0 } ?? false)
  }

  /// The corridor that is left as often when watched always as this one is when watched every `interval` years.
  ///
  /// - SeeAlso: ``DiscreteMonitoring``
  public func watched(every interval: Double, volatility: Double) throws(IsolatedMarginError) -> MovingCorridor {
    var shifted: [Node] = []
    for node in nodes {
      var (lower, upper) = (node.lower, node.upper)
      if let bound = lower {
        lower = try DiscreteMonitoring.equivalent(
          of: bound, side: .lower, interval: interval, volatility: volatility)
      }
      if let bound = upper {
        upper = try DiscreteMonitoring.equivalent(
          of: bound, side: .upper, interval: interval, volatility: volatility)
      }
      shifted.append(Node(years: node.years, lower: lower, upper: upper))
    }
    return try MovingCorridor(shifted, closesAt: closesAt)
  }
}
