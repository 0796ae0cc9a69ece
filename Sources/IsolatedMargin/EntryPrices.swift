import Basics
import Instruments
import Pricing

/// The constant part of coin-settled futures, the sum of N/price, and how long that fraction can get.
///
/// Every distinct entry price brings a denominator of its own, so the exact sum of d of them is a fraction of d prices'
/// length. A trader has a handful; a file with thousands would turn each of the payoff's additions into work that grows
/// with the square of d, and is refused instead of rounded.
enum EntryPrices {
  /// The most d x d x (d + strikes) for which an answer is a matter of seconds.
  static let workLimit = 1_000_000

  /// Sum of N/price: one term for each distinct price, summed in pairs so that long fractions meet late.
  static func inverseSum(of legs: [FilledLeg]) -> ExactAmount {
    var terms: [ExactAmount] = []
    for (price, units) in unitsByPrice(legs) {
      if let term = units.divided(by: price), !term.isZero { terms.append(term) }
    }
    while terms.count > 1 {
      terms = stride(from: 0, to: terms.count, by: 2).map { index in
        index + 1 < terms.count ? terms[index] + terms[index + 1] : terms[index]
      }
    }
    return terms.first ?? .zero
  }

  /// - Throws: ``IsolatedMarginError`` `.tooManyEntryPrices`.
  static func check(_ legs: [FilledLeg], settlement: Settlement) throws(IsolatedMarginError) {
    guard settlement == .coin else { return }
    let count = unitsByPrice(legs).count
    let turns = legs.count { $0.instrument.isOption }
    guard count > 1, count * count * (count + turns) > workLimit else { return }
    throw .tooManyEntryPrices(count, strikes: turns)
  }

  /// Ascending by price.
  private static func unitsByPrice(_ legs: [FilledLeg]) -> [(price: ExactAmount, units: ExactAmount)] {
    var futures: [(price: ExactAmount, units: ExactAmount)] = []
    for leg in legs {
      switch leg.instrument {
      case .future, .perpetual: futures.append((leg.price, leg.units))
      case .option, .digital, .underlying: break
      }
    }
    var groups: [(price: ExactAmount, units: ExactAmount)] = []
    for future in futures.sorted(by: { $0.price < $1.price }) {
      if let last = groups.last, last.price == future.price {
        groups[groups.count - 1].units += future.units
      } else {
        groups.append(future)
      }
    }
    return groups
  }
}
