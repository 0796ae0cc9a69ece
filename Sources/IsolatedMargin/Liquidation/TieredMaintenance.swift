import Basics
import Instruments

/// The maintenance tiers of perpetuals and futures as a rule for whole boxes, of short options too where a venue says so.
///
/// A convex requirement is the greatest of its lines, which is how ``MaintenanceTiers`` enters the search for roots. Notional
/// is units x spot in quote currency, and N / spot in coin, where the borders are coins too. Legs of one instrument are one
/// position; each position is tiered by itself.
public struct TieredMaintenance: MaintenanceModel {
  public let name: String
  public let tiers: MaintenanceTiers
  /// True where a short option's underlying counts as its notional too.
  public let includesShortOptions: Bool

  public init(name: String = "tiers", tiers: MaintenanceTiers, includesShortOptions: Bool = false) {
    self.name = name
    self.tiers = tiers
    self.includesShortOptions = includesShortOptions
  }

  public var text: String {
    "liquidation when equity falls below tiered rates of the notional of perpetuals and futures"
      + (includesShortOptions ? " and of short options" : "")
  }
  public var balance: MaintenanceBalance { .equity }

  public func requirement(for inputs: MaintenanceInputs) throws(IsolatedMarginError) -> MaintenanceRequirement {
    var terms: [MaintenanceTerm] = []
    for position in inputs.positions {
      let isLinear: Bool
      switch position.instrument {
      case .perpetual, .future: isLinear = true
      case .option, .digital:
        guard includesShortOptions, position.units < .zero else { continue }
        isLinear = false
      case .underlying: continue
      }
      let units = position.units.magnitude
      // An inverse contract's notional is N/S, an option's on a coin is its units of the coin.
      let moves = isLinear || inputs.settlement == .quote
      terms.append(
        try MaintenanceTerm(
          "\(position.instrument)",
          greatestOf: moves
            ? tiers.lines(units: units)
            : tiers.tiers.map { MaintenanceLine(constant: $0.requirement(units)) }))
    }
    return .terms(terms)
  }
}

extension MaintenanceTiers {
  /// The lines of which the requirement of a position is the greatest, with `fee` of the notional beside each.
  func lines(units: ExactAmount, fee: ExactAmount = .zero) -> [MaintenanceLine] {
    tiers.map { MaintenanceLine(constant: -$0.amount, slope: ($0.rate + fee) * units) }
  }
}
