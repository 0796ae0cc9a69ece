import Basics
public import Instruments
import MarketData

/// What lies between two expiries of an underlying: a time and two factors.
///
/// A payoff a + bS at the later one is worth ``discount`` a + ``carry`` b S at the earlier one, whatever the model: a unit
/// of quote currency and a unit of the underlying, each delivered later. The forward is carry / discount x S. Written with
/// these two, a far call is S - K discount or more deep in the money with no rounding where the underlying itself costs
/// nothing to hold, which is what decides whether a calendar's loss is bounded.
public struct ExpiryStep: Hashable, Sendable {
  /// The later of the two.
  public let expiry: Expiry
  /// Actual/365, from the earlier one; positive.
  public let years: Double
  /// D: a unit of quote currency at the later expiry, in such units at the earlier.
  public let discount: FactorRange
  /// Q: a unit of the underlying delivered at the later expiry, in such units at the earlier; D F / S.
  public let carry: FactorRange

  /// - Throws: ``IsolatedMarginError`` `.badInput` for a time of 0 or less.
  public init(
    expiry: Expiry, years: Double, discount: FactorRange, carry: FactorRange
  ) throws(IsolatedMarginError) {
    guard years > 0, years.isFinite else {
      throw .badInput("years to \(expiry)", found: "\(years)", wanted: "a time after the expiry before it")
    }
    self.init(unchecked: expiry, years, discount, carry)
  }

  private init(unchecked expiry: Expiry, _ years: Double, _ discount: FactorRange, _ carry: FactorRange) {
    self.expiry = expiry
    self.years = years
    self.discount = discount
    self.carry = carry
  }

  /// Both steps as one.
  func followed(by next: ExpiryStep) -> ExpiryStep {
    ExpiryStep(
      unchecked: next.expiry, years + next.years, discount * next.discount, carry * next.carry)
  }

  /// The factors of a payoff's intercept and slope over the coordinate: S in quote currency, 1/S in coin, where the coin is
  /// the unit of account and quote currency what grows along the coordinate.
  func factors(in settlement: Settlement) -> (intercept: FactorRange, slope: FactorRange) {
    settlement == .quote ? (discount, carry) : (carry, discount)
  }
}

/// The expiries of the legs on one underlying, with what lies between them.
public struct ExpiryTerms: Hashable, Sendable {
  public let underlying: String
  /// The earliest expiry of the legs.
  public let first: Expiry
  /// From each expiry to the next, ascending; empty for one expiry.
  public let steps: [ExpiryStep]

  /// - Throws: ``IsolatedMarginError`` `.badInput` unless expiries ascend.
  public init(underlying: String, first: Expiry, steps: [ExpiryStep]) throws(IsolatedMarginError) {
    for (earlier, later) in zip([first] + steps.map(\.expiry), steps.map(\.expiry)) where !(earlier < later) {
      throw .badInput("expiries", found: "\(later) after \(earlier)", wanted: "ascending expiries")
    }
    self.underlying = underlying
    self.first = first
    self.steps = steps
  }

  /// Ascending, the first included.
  public var expiries: [Expiry] { [first] + steps.map(\.expiry) }

  /// The steps from the first expiry straight to each later one: times and factors together.
  public var stepsFromFirst: [ExpiryStep] {
    var sums: [ExpiryStep] = []
    for step in steps { sums.append(sums.last.map { $0.followed(by: step) } ?? step) }
    return sums
  }

  /// The place of an instrument's expiry among ``expiries``; the first for what has none. Nil for one that is not there.
  public func index(of instrument: Instrument) -> Int? {
    guard let expiry = instrument.expiry else { return 0 }
    return expiries.firstIndex { $0.isSameSettlement(as: expiry) }
  }

  /// True where every factor is known exactly.
  public var isExact: Bool { steps.allSatisfy { $0.discount.isExact && $0.carry.isExact } }
}
