public import Basics
public import Instruments
public import Pricing

/// What a maintenance requirement is compared with: liquidation is balance < requirement, strictly.
public enum MaintenanceBalance: String, Hashable, Sendable, CaseIterable {
  /// Cash and the value of every leg. A rule that adds a short option's mark on top of this balance deducts it twice.
  case equity
  /// Cash and the gains of linear legs. Options count only where the requirement holds their mark: a short one is then
  /// deducted once, and a long one gives nothing.
  case cash
}

/// What a maintenance model may ask of a strategy: contracts, quantities and the deposit. Spot and marks are what the
/// requirement is a function of, and so are no inputs.
public struct MaintenanceInputs: Sendable {
  public let strategy: FilledStrategy
  /// What the holder brought into the box, settlement currency; 0 or more.
  public let deposit: ExactAmount

  public init(strategy: FilledStrategy, deposit: ExactAmount) {
    self.strategy = strategy
    self.deposit = deposit
  }

  public var settlement: Settlement { strategy.settlement }

  /// A position as a venue holds it: all legs of one instrument together.
  public struct Position: Sendable {
    /// The first leg of the instrument: the index by which a ``MaintenanceLine`` names its mark.
    public let leg: Int
    public let instrument: Instrument
    /// Signed; units of the underlying, for a linear leg in coin units of quote currency. Never zero.
    public let units: ExactAmount
  }

  /// The positions in the order of their first leg; what cancels is left out.
  public var positions: [Position] {
    var order: [Int] = []
    var sums: [Instrument: (place: Int, units: ExactAmount)] = [:]
    for (index, leg) in strategy.legs.enumerated() {
      if let known = sums[leg.instrument] {
        sums[leg.instrument] = (known.place, known.units + leg.units)
      } else {
        sums[leg.instrument] = (index, leg.units)
        order.append(index)
      }
    }
    return order.compactMap { index in
      let instrument = strategy.legs[index].instrument
      guard let sum = sums[instrument]?.units, !sum.isZero else { return nil }
      return Position(leg: index, instrument: instrument, units: sum)
    }
  }
}

/// A rule for the balance that keeps a position open.
///
/// A model states its requirement once, as a function of spot and marks (``MaintenanceRequirement``), rather than a
/// number at one market: all prices at which the position would be liquidated can then be found, and proved to be all.
public protocol MaintenanceModel: Sendable {
  /// The word by which it is chosen: `none`, `margin=0.5`, `deribit-standard`.
  var name: String { get }

  /// The rule as a sentence without a full stop.
  var text: String { get }

  /// What the requirement is compared with.
  var balance: MaintenanceBalance { get }

  /// The requirement for a strategy, settlement currency.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` where the rule does not speak of such a strategy.
  func requirement(for inputs: MaintenanceInputs) throws(IsolatedMarginError) -> MaintenanceRequirement
}
