public import Basics
import Instruments
public import Pricing

/// What perpetual and future legs may cost beside the price at expiry, under caps the user names.
///
/// The maximum loss is exact in the price S at which everything is closed. Two residuals are no functions of S: the basis
/// between a contract's mark and the delivery price, and the funding paid until then. Neither follows from the legs, so
/// both are inputs, 0 unless named; the reserve they give is added to the margin and never to the maximum loss.
///
/// | | quote currency | coin (N quote currency) |
/// | --- | --- | --- |
/// | basis, perpetuals and futures | units x basis | N x basis / (S (S - basis)) |
/// | funding, perpetuals | units x n x cap x S | N x n x cap / S |
///
/// where n is the number of eight-hour intervals, a begun one whole. S is the reference price: the reserve holds as long
/// as the mark stays at or below it in quote currency, at or above it in coin. A cap on the rate alone bounds nothing.
public struct PerpetualReserve: Hashable, Sendable {
  /// The largest distance between mark and delivery price, in quote currency for one unit of the underlying.
  public let basis: ExactAmount
  /// The largest funding rate of eight hours, as a fraction of the notional.
  public let fundingCap: ExactAmount
  /// The time for which funding is reserved, in hours.
  public let hours: ExactAmount
  /// S of the table, in quote currency; nil takes each leg's own entry price.
  public let referencePrice: ExactAmount?

  /// No reserve.
  public static let none = PerpetualReserve(unchecked: .zero, .zero, .zero, nil)

  /// - Throws: ``IsolatedMarginError`` `.badInput` for a number below 0 and a reference price of 0 or less.
  public init(
    basis: ExactAmount = .zero, fundingCap: ExactAmount = .zero, hours: ExactAmount = .zero,
    referencePrice: ExactAmount? = nil
  ) throws(IsolatedMarginError) {
    for (name, value) in [("basis cap", basis), ("funding cap", fundingCap), ("hours", hours)] where value < .zero {
      throw .badInput(name, found: "\(value)", wanted: "0 or more")
    }
    if let referencePrice, referencePrice <= .zero {
      throw .badInput("reference price", found: "\(referencePrice)", wanted: "a price above 0")
    }
    self.init(unchecked: basis, fundingCap, hours, referencePrice)
  }

  private init(
    unchecked basis: ExactAmount, _ fundingCap: ExactAmount, _ hours: ExactAmount, _ referencePrice: ExactAmount?
  ) {
    self.basis = basis
    self.fundingCap = fundingCap
    self.hours = hours
    self.referencePrice = referencePrice
  }

  /// The eight-hour intervals, a begun one counted whole.
  ///
  /// - Throws: ``IsolatedMarginError`` `.number` beyond 64 bits.
  public func intervals() throws(IsolatedMarginError) -> Int64 {
    guard let eighths = hours.divided(by: ExactAmount(8)) else { return 0 }
    do { return try eighths.count(decimals: 0, rounding: .up, type: "intervals") } catch { throw .number(error) }
  }

  /// The reserve for the legs of a strategy, in its settlement currency, exact; 0 or more.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` where a basis in coin reaches the reference price: no amount covers
  ///   it then.
  public func amount(for strategy: FilledStrategy) throws(IsolatedMarginError) -> ExactAmount {
    guard self != .none else { return .zero }
    let intervals = ExactAmount(try intervals())
    var total = ExactAmount.zero
    for leg in strategy.legs {
      let paysFunding: Bool
      switch leg.instrument {
      case .perpetual: paysFunding = true
      case .future: paysFunding = false
      case .option, .digital, .underlying: continue
      }
      let units = leg.units.magnitude
      let price = referencePrice ?? leg.price
      let funding = paysFunding ? units * intervals * fundingCap : .zero
      switch strategy.settlement {
      case .quote: total += units * basis + funding * price
      case .coin:
        guard price > basis, let moved = basis.divided(by: price * (price - basis)),
          let paid = funding.divided(by: price)
        else { throw .badInput("basis cap", found: "\(basis)", wanted: "less than the reference price \(price)") }
        total += units * moved + paid
      }
    }
    return total
  }
}
