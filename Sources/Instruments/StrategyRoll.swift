public import Basics

/// How a position is rolled: which of its options move, and to where.
///
/// What a roll does not name stays: strikes without a shift, expiries without a new one, legs on the other side, and every
/// linear leg.
public struct StrategyRoll: Hashable, Sendable {
  /// Which options move.
  public enum Selection: String, Hashable, Sendable, CaseIterable {
    case all
    case calls
    case puts
    case short
    case long
  }

  public let selection: Selection
  /// The expiry that the selected options move to; nil for their own.
  public let expiry: Expiry?
  /// Added to the strike of each selected option, in quote currency.
  public let strikeShift: Price
  /// Multiplies every leg of the result: 2 doubles the position, 0.5 halves it; above 0.
  public let size: Quantity

  /// - Throws: ``InstrumentError`` `.badRoll` for a size of 0 or less.
  public init(
    _ selection: Selection = .all, to expiry: Expiry? = nil, shiftingStrikesBy strikeShift: Price = .zero,
    size: Quantity = .one
  ) throws(InstrumentError) {
    guard size > .zero else { throw .badRoll(found: "size \(size)", wanted: "a size above 0") }
    self.selection = selection
    self.expiry = expiry
    self.strikeShift = strikeShift
    self.size = size
  }

  /// Gives the legs to be held after the roll, without prices.
  ///
  /// - Parameter terms: Gives a date the market's own time of day.
  /// - Throws: ``InstrumentError`` `.badRoll` where a strike falls below 0 or beyond a price's range, or a quantity is no
  ///   multiple of 10^-8; `.number` where one overflows.
  public func target(of strategy: Strategy, terms: (String) -> ContractTerms?) throws(InstrumentError) -> Strategy {
    var legs: [Leg] = []
    for leg in strategy.legs {
      let moved = try moved(leg, terms)
      legs.append(try Leg(try sized(leg.quantity), moved))
    }
    return try Strategy(legs, name: strategy.name)
  }

  private func selects(_ contract: OptionContract, _ quantity: Quantity) -> Bool {
    switch selection {
    case .all: true
    case .calls: contract.right == .call
    case .puts: contract.right == .put
    case .short: quantity < .zero
    case .long: quantity > .zero
    }
  }

  private func moved(_ leg: Leg, _ terms: (String) -> ContractTerms?) throws(InstrumentError) -> Instrument {
    guard case .option(let contract) = leg.instrument, selects(contract, leg.quantity) else { return leg.instrument }
    let (count, overflow) = contract.strike.count.addingReportingOverflow(strikeShift.count)
    guard !overflow, count >= 0 else {
      throw .badRoll(
        found: "strike \(contract.strike) moved by \(strikeShift)",
        wanted: strikeShift < .zero ? "a strike of 0 or more" : "a strike of at most \(Price(count: .max))")
    }
    let day = expiry.map { expiry in terms(contract.underlying)?.expiry(expiry) ?? expiry }
    return .option(
      try OptionContract(
        underlying: contract.underlying, right: contract.right, strike: Price(count: count),
        expiry: day ?? contract.expiry, settlement: contract.settlement, exercise: contract.exercise,
        delivery: contract.delivery, multiplier: contract.multiplier, quoteCurrency: contract.quoteCurrency))
  }

  private func sized(_ quantity: Quantity) throws(InstrumentError) -> Quantity {
    guard size != .one else { return quantity }
    let exact = quantity.exact * size.exact
    guard exact.isDecimal(Quantity.decimals) else {
      throw .badRoll(found: "\(quantity) x \(size)", wanted: "a quantity of at most 8 decimals")
    }
    do {
      return Quantity(count: try exact.count(decimals: Quantity.decimals, rounding: .nearest, type: "Quantity"))
    } catch { throw .number(error) }
  }
}
