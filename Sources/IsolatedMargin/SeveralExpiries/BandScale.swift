import Basics
import Kernels
import Pricing

/// The units in which a position is written as intervals: whole numbers wherever strikes and quantities have few decimals,
/// so that nothing is rounded where nothing has to be.
struct BandScale {
  /// By this, prices: the coordinate is 10^8 S in quote currency, 1/S in coin.
  static let prices = ExactAmount(100_000_000)

  /// By this, units of the underlying: the least power of ten that makes those of all legs whole, as far as 10^16.
  let units: ExactAmount
  /// By this, amounts of the settlement currency.
  let amounts: ExactAmount

  init(_ legs: [FilledLeg]) {
    let decimals = (0...16).first { count in legs.allSatisfy { $0.units.isDecimal(count) } } ?? 16
    var units = ExactAmount.one
    for _ in 0..<decimals { units = units * ExactAmount(10) }
    self.units = units
    amounts = units * BandScale.prices
  }

  /// A number of these units as an amount; nil where it is none.
  func amount(_ value: Double) -> ExactAmount? { ExactAmount(exactly: value)?.divided(by: amounts) }
}
