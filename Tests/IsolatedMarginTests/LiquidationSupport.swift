import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport

/// A share of the spot for the whole position, however many legs it has.
struct SpotOnce: MaintenanceModel {
  let share: ExactAmount
  var balance = MaintenanceBalance.equity
  var name: String { "spot once" }
  var text: String { name }

  func requirement(for inputs: MaintenanceInputs) throws(IsolatedMarginError) -> MaintenanceRequirement {
    .terms([try MaintenanceTerm(name, greatestOf: [.ofSpot(share, units: .one, settlement: inputs.settlement)])])
  }
}

/// Any requirement, for any strategy.
struct Stated: MaintenanceModel {
  let requirement: MaintenanceRequirement
  var balance = MaintenanceBalance.equity
  var name: String { "stated" }
  var text: String { name }

  func requirement(for inputs: MaintenanceInputs) -> MaintenanceRequirement { requirement }
}

/// Legs as `-1P85 +2C115`, entered for nothing.
func legs(_ text: String) throws -> [FilledLeg] {
  try text.split(separator: " ").map { word in
    let letter = word.firstIndex { $0.isLetter } ?? word.startIndex
    let quantity = word[..<letter].drop { $0 == "+" }
    return try leg("\(quantity) \(word[letter]) \(word[word.index(after: letter)...])")
  }
}

func box(
  _ strategy: FilledStrategy, deposit: String, maintenance: any MaintenanceModel = NoMaintenance(), spot: Double = 100,
  days: Double, volatility: Double, rate: Double = 0, dividendYield: Double = 0
) throws -> LiquidationBox {
  try LiquidationBox(
    of: strategy, deposit: amount(deposit), maintenance: maintenance,
    market: LiquidationMarket(
      for: strategy, spot: spot,
      terms: ValuationTerms(
        years: days / 365, volatility: volatility, rate: rate, dividendYield: dividendYield)))
}

extension LiquidationRegion {
  /// All bounds, ascending.
  var prices: [Double] { bands.flatMap { [$0.lower, $0.upper] }.compactMap { $0?.price } }

  func contains(_ spot: Double) -> Bool {
    bands.contains { ($0.lower?.price ?? 0) < spot && spot < ($0.upper?.price ?? .infinity) }
  }
}
