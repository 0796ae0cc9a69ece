/// The regions of a box over days forward and volatility shifts.
public struct LiquidationSurface: Sendable {
  public struct Node: Sendable {
    public let state: LiquidationState
    public let region: LiquidationRegion
  }

  /// Days slowest.
  public let nodes: [Node]

  /// The node whose corridor is narrowest, the first of several; a node where the present spot is outside is narrower than
  /// any other. Nil where every node's corridor has no end above.
  public var narrowest: Node? {
    nodes.filter { $0.region.width.isFinite }.min { $0.region.width < $1.region.width }
  }

  /// Values of single options that were computed.
  public var evaluations: Int { nodes.reduce(0) { $0 + $1.region.evaluations } }
}

extension LiquidationBox {
  /// The surface over days forward and additive volatility shifts.
  ///
  /// What does not depend on the node, the exact payoff and the pieces of the requirement, was made with the box.
  /// - Complexity: one region a node.
  public func surface(days: [Double], volatilityShifts: [Double]) -> LiquidationSurface {
    var nodes: [LiquidationSurface.Node] = []
    nodes.reserveCapacity(days.count * volatilityShifts.count)
    for day in days {
      for shift in volatilityShifts {
        let state = LiquidationState(daysForward: day, volatilityShift: shift)
        nodes.append(LiquidationSurface.Node(state: state, region: region(state)))
      }
    }
    return LiquidationSurface(nodes: nodes)
  }
}
