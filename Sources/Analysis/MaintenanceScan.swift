import Basics
import Instruments
import IsolatedMargin
import MarginRules
import Pricing
import RealModule

/// Equity less a requirement that is a plain function of the price, on a ladder of prices around the present one.
///
/// The maintenance of a rule that revalues a book under scenarios has no lines to solve, and walking it by a bound on its
/// slope takes a hundred thousand revaluations where the bound is loose. So a side-by-side looks at prices 1.2 percent
/// apart and halves the steps on which the sign changes; two bounds within one step can be missed, and it says so. The
/// deposit only adds a constant, so one ladder answers for every deposit.
struct MaintenanceScan {
  /// How far the ladder reaches: from a tenth of the present price to ten times it.
  private static let reach = 10.0
  private static let steps = 200

  private let inputs: RuleInputs
  private let function: MaintenanceFunction
  private let spot: Double
  /// (price, equity without cash less requirement), ascending; the present price among them.
  private let ladder: [(spot: Double, excess: Double)]

  /// - Returns: nil where a price of the ladder has no number.
  init?(_ inputs: RuleInputs, _ function: MaintenanceFunction) {
    guard inputs.settlement == .quote, let spot = inputs.legs.first?.spot.value else { return nil }
    self.inputs = inputs
    self.function = function
    self.spot = spot
    var ladder: [(spot: Double, excess: Double)] = []
    for step in -Self.steps...Self.steps {
      let price = step == 0 ? spot : spot * .pow(Self.reach, Double(step) / Double(Self.steps))
      let excess = MaintenanceScan.excess(inputs, function, price)
      guard excess.isFinite else { return nil }
      ladder.append((price, excess))
    }
    self.ladder = ladder
  }

  static var reason: String {
    "scanned at \(2 * steps + 1) prices from a tenth of the present one to ten times it: not proved to be all"
  }

  /// The prices at which cash does not cover what is missing.
  func prices(cash: Double) -> LiquidationPrices {
    var bands: [LiquidationPrices.Band] = []
    var start: Double?
    var isInside = false
    // Noise of the summing is no shortfall.
    let slack = 1e-9 * (cash.magnitude + (ladder.map(\.excess.magnitude).max() ?? 0))
    let isShort = { (excess: Double) in cash + excess < -slack }
    for (index, point) in ladder.enumerated() {
      guard isShort(point.excess) != isInside else { continue }
      let bound = index == 0 ? nil : crossing(isShort, from: ladder[index - 1].spot, to: point.spot)
      if isInside { bands.append(.init(lower: start, upper: bound)) } else { start = bound }
      isInside.toggle()
    }
    if isInside { bands.append(.init(lower: start, upper: nil)) }
    return LiquidationPrices(scanned: bands, at: spot, reason: Self.reason)
  }

  /// The price between two of the ladder at which the sign changes, to a part in 10^9.
  private func crossing(_ isShort: (Double) -> Bool, from left: Double, to right: Double) -> Double {
    var (low, high) = (left, right)
    let isLowShort = isShort(MaintenanceScan.excess(inputs, function, low))
    for _ in 0..<60 where high - low > 1e-9 * high {
      let middle = (low + high) / 2
      if isShort(MaintenanceScan.excess(inputs, function, middle)) == isLowShort {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }

  private static func excess(_ inputs: RuleInputs, _ function: MaintenanceFunction, _ spot: Double) -> Double {
    var value = 0.0
    var marks = [Double](repeating: 0, count: inputs.legs.count)
    for (index, leg) in inputs.legs.enumerated() {
      let units = leg.units.doubleValue
      guard let contract = leg.contract else {
        value += units * (spot - leg.filled.price.doubleValue)
        continue
      }
      marks[index] =
        OptionPricer.blackScholes.greeks(
          of: contract, spot: spot, years: contract.years, volatility: contract.volatility
        ).value
      value += units * marks[index]
    }
    return value - function.amount(spot, marks)
  }
}
