import Basics
import Instruments
import Pricing

/// The constant part of coin-settled futures: the sum of N/price.
///
/// Every distinct entry price brings a denominator of its own, so the exact sum of d of them is a fraction of d prices'
/// length. A constant moves no minimum, so the payoff keeps it apart and it meets each answer once.
enum EntryPrices {
  /// One term for each distinct price, summed in pairs so that long fractions meet late.
  /// - Complexity: a second or less for 10,000 prices.
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
