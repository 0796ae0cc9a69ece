import Basics
public import Instruments
public import MarketData
public import Pricing

/// The collateral of the rows of a ``StrategyTable``, in whole numbers of 128 bits wherever those suffice.
///
/// A book of millions is mostly options of one underlying and expiry with whole multipliers, settled in quote currency:
/// there every amount counts 10^-16, payoffs at the strikes are sums of products, and nothing is allocated. What is not so
/// plain goes through ``StrategyMargin``, and both give the same figures.
public struct TableMargin: Sendable {
  /// What a payoff needs of an instrument.
  private struct Terms: Sendable {
    enum Kind: Sendable {
      case call
      case put
      case linear
      /// Through the general way.
      case other
    }

    let kind: Kind
    let strike: Int64
    /// Numbers that are equal for equal underlyings and expiries; -1 for no expiry.
    let underlying: Int
    let expiry: Int
  }

  private let reserve: PerpetualReserve
  private let isReserving: Bool
  private let plan: ClosingPlan?
  private let market: MarketState?
  private var terms: [Terms] = []
  private var underlyings: [String: Int] = [:]
  private var expiries: [Expiry: Int] = [:]

  /// - Parameters:
  ///   - plan: what to do with several expiries; nil leaves them without an answer.
  ///   - market: where the amounts of early assignment are taken from.
  public init(reserve: PerpetualReserve = .none, plan: ClosingPlan? = nil, market: MarketState? = nil) {
    self.market = market
    self.reserve = reserve
    self.plan = plan
    isReserving = reserve != .none
  }

  /// Learns the instruments of a table beyond those of the tables before it.
  public mutating func learn(_ instruments: [Instrument]) {
    for instrument in instruments.dropFirst(terms.count) {
      let underlying = TableMargin.number(of: instrument.underlying, in: &underlyings)
      let expiry = instrument.expiry.map { TableMargin.number(of: $0, in: &expiries) } ?? -1
      var (kind, strike) = (Terms.Kind.other, Int64(0))
      switch instrument {
      case .option(let contract) where contract.settlement == .quote && contract.exercise == .european:
        kind = contract.right == .call ? .call : .put
        strike = contract.strike.count
      case .future, .perpetual, .underlying: kind = .linear
      case .option, .digital: break
      }
      terms.append(Terms(kind: kind, strike: strike, underlying: underlying, expiry: expiry))
    }
  }

  private static func number<Key: Hashable>(of key: Key, in numbers: inout [Key: Int]) -> Int {
    if let number = numbers[key] { return number }
    numbers[key] = numbers.count
    return numbers.count - 1
  }

  /// The figures of a strategy; its instruments must have been learnt.
  ///
  /// - Throws: ``PricingError`` where the row is no strategy at all.
  /// - Complexity: O(n²) multiplications for n legs, at most 32, else as ``StrategyMargin``.
  public func figures(_ table: StrategyTable, _ index: Int) throws(PricingError) -> MarginFigures {
    if let figures = plain(table, index) { return figures }
    return MarginFigures(StrategyMargin(of: try table.filled(index), reserve: reserve, plan: plan, market: market))
  }

  // MARK: The plain case

  private static let legLimit = 32
  /// Products of two such numbers, and sums of some dozens of them, fit 128 bits.
  private static let countLimit = Int64(1) << 59

  private func plain(_ table: StrategyTable, _ index: Int) -> MarginFigures? {
    let range = table.legRange(index)
    let account = table.terms(index)
    guard account.settlement == .quote, !isReserving, (1...TableMargin.legLimit).contains(range.count) else {
      return nil
    }
    let first = terms[Int(table.legs[range.lowerBound].instrument)]
    var expiry = -1
    var (entry, fees, slope) = (Int128(0), Int128(0), Int128(0))
    for leg in table.legs[range] {
      let own = terms[Int(leg.instrument)]
      guard own.kind != .other, own.underlying == first.underlying, let units = TableMargin.units(leg),
        own.strike < TableMargin.countLimit, leg.price.count < TableMargin.countLimit,
        leg.fee.count < TableMargin.countLimit
      else { return nil }
      if own.expiry >= 0 {
        guard expiry < 0 || expiry == own.expiry else { return nil }
        expiry = own.expiry
      }
      if own.kind != .linear { entry += Int128(units) * Int128(leg.price.count) }
      if own.kind != .put { slope += Int128(units) }
      fees += Int128(leg.fee.count) * 100_000_000
    }
    let (entryCost, fixed) = (TableMargin.double(entry), TableMargin.double(fees))
    guard slope >= 0 else {
      return MarginFigures(
        status: .unbounded, detail: TailDirection.up.rawValue, maxLoss: nil, margin: nil, entryCost: entryCost,
        fees: fixed)
    }
    let least = leastPayoff(table, range)
    let cost = entry + fees
    guard let margin = TableMargin.roundedUp(max(0, cost - min(least, 0)), to: account.currency) else { return nil }
    let isLockedIn = least > 0 && cost >= 0
    return MarginFigures(
      status: .ok, detail: isLockedIn ? Collateral.Kind.lockedIn.rawValue : "",
      maxLoss: ExactAmount(wide: cost - least, decimals: 16), margin: margin, entryCost: entryCost, fees: fixed)
  }

  /// Between strikes a payoff is straight and behind the last it does not fall, so its least stands at 0 or a strike.
  private func leastPayoff(_ table: StrategyTable, _ range: Range<Int>) -> Int128 {
    var least = payoff(at: 0, table, range)
    for leg in table.legs[range] {
      let own = terms[Int(leg.instrument)]
      if own.kind != .linear { least = min(least, payoff(at: own.strike, table, range)) }
    }
    return least
  }

  private func payoff(at price: Int64, _ table: StrategyTable, _ range: Range<Int>) -> Int128 {
    var sum = Int128(0)
    for leg in table.legs[range] {
      let own = terms[Int(leg.instrument)]
      let distance: Int64
      switch own.kind {
      case .call: distance = max(0, price - own.strike)
      case .put: distance = max(0, own.strike - price)
      case .linear, .other: distance = price - leg.price.count
      }
      if distance != 0, let units = TableMargin.units(leg) { sum &+= Int128(units) &* Int128(distance) }
    }
    return sum
  }

  /// Quantity times a whole multiplier as a count of 10^-8; nil where it is not plain.
  private static func units(_ leg: StrategyTable.Leg) -> Int64? {
    let multiplier = leg.multiplier.count
    if multiplier == 100_000_000 { return leg.quantity.count.magnitude < countLimit ? leg.quantity.count : nil }
    guard multiplier % 100_000_000 == 0 else { return nil }
    let (units, overflow) = leg.quantity.count.multipliedReportingOverflow(by: multiplier / 100_000_000)
    return !overflow && units.magnitude < countLimit ? units : nil
  }

  private static func double(_ count: Int128) -> Double {
    if count == 0 { return 0 }
    // A quotient of two numbers that a Double holds is rounded once.
    if count.magnitude < 1 << 53 { return Double(Int64(truncatingIfNeeded: count)) / 1e16 }
    let (quotient, remainder) = count.quotientAndRemainder(dividingBy: 100_000_000)
    if remainder == 0, quotient.magnitude < 1 << 53 { return Double(Int64(truncatingIfNeeded: quotient)) / 1e8 }
    return ExactAmount(wide: count, decimals: 16).doubleValue
  }

  /// - Parameter amount: A count of 10^-16, 0 or more.
  private static func roundedUp(_ amount: Int128, to currency: Currency) -> Money? {
    guard (0...16).contains(currency.decimals) else { return nil }
    var unit = Int128(1)
    for _ in 0..<(16 - currency.decimals) { unit *= 10 }
    guard let units = Int64(exactly: (amount + unit - 1) / unit) else { return nil }
    return Money(minorUnits: units, currency: currency)
  }
}
