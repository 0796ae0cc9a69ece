public import Basics

/// A cross-margined account of perpetuals in a chain's integer units, and how a chain liquidates a part of it.
///
/// Amounts of quote currency are quote quantums (10^-6), sizes base quantums. Requirements are rounded up position by
/// position: initial = notional x initial share, maintenance = initial x maintenance fraction. With TNC the account's total
/// net collateral, TMMR its maintenance, and PNNV, PMMR and PS a position's net notional, maintenance and size,
///
///     bankruptcy price of a change   -DNNV - floor(TNC |DMMR| / TMMR)       quote quantums paid (-) or received (+)
///     fillable price                 (PNNV - A x spread x PMMR) / PS,  A = clamp(adjustment (1 - TNC/TMMR), 0, 1)
///     insurance fund                 min(fill - bankruptcy, greatest fee x |fill|) where positive, else the shortfall
///
/// Source: dYdX v4, x/clob/keeper/liquidations.go and x/perpetuals/lib (github.com/dydxprotocol/v4-chain).
public struct QuantumAccount: Hashable, Sendable {
  public struct Position: Hashable, Sendable {
    /// Signed, + long.
    public let quantums: Int64
    /// Quote currency for one coin, above 0.
    public let price: ExactAmount
    /// Above 0.
    public let quantumsPerCoin: Int64

    /// - Throws: ``IsolatedMarginError`` `.badInput` for a price or a size of a coin of 0 or less.
    public init(quantums: Int64, price: ExactAmount, quantumsPerCoin: Int64) throws(IsolatedMarginError) {
      guard price > .zero else { throw .badInput("price", found: "\(price)", wanted: "more than 0") }
      guard quantumsPerCoin > 0 else {
        throw .badInput("quantums of a coin", found: "\(quantumsPerCoin)", wanted: "more than 0")
      }
      self.quantums = quantums
      self.price = price
      self.quantumsPerCoin = quantumsPerCoin
    }

    /// What `quantums` are worth in quote quantums.
    func value(_ quantums: ExactAmount) -> ExactAmount {
      (quantums * price * QuantumAccount.quotePerUnit).quotient(by: ExactAmount(quantumsPerCoin))
    }

    var notional: ExactAmount { value(ExactAmount(quantums)) }
  }

  /// Quote quantums of one unit of quote currency.
  static let quotePerUnit = ExactAmount(1_000_000)

  /// Cash, in quote quantums.
  public let balance: Int64
  public let positions: [Position]
  /// Initial margin as a share of the notional, and maintenance as a fraction of it.
  public let initialShare: ExactAmount
  public let maintenanceFraction: ExactAmount

  /// - Throws: ``IsolatedMarginError`` `.badInput` for a share or fraction below 0 or above 1.
  public init(
    balance: Int64, positions: [Position], initialShare: ExactAmount, maintenanceFraction: ExactAmount
  ) throws(IsolatedMarginError) {
    for (name, share) in [("initial share", initialShare), ("maintenance fraction", maintenanceFraction)]
    where share < .zero || share > .one {
      throw .badInput(name, found: "\(share)", wanted: "0 to 1")
    }
    self.balance = balance
    self.positions = positions
    self.initialShare = initialShare
    self.maintenanceFraction = maintenanceFraction
  }

  /// Initial and maintenance requirement of a notional, in quote quantums, each rounded up.
  ///
  /// - Throws: ``IsolatedMarginError`` `.number` beyond 64 bits.
  public static func requirement(
    ofNotional notional: ExactAmount, initialShare: ExactAmount, maintenanceFraction: ExactAmount
  ) throws(IsolatedMarginError) -> (initial: Int64, maintenance: Int64) {
    let initial = try whole(notional.magnitude * initialShare, .up)
    return (initial, try whole(ExactAmount(initial) * maintenanceFraction, .up))
  }

  /// The initial share at an open interest: from `base` at the lower cap to 1 at the upper one, in whole millionths, down.
  ///
  /// - Parameter openInterest: In quote quantums, as both caps are.
  /// - Throws: ``IsolatedMarginError`` `.badInput` unless the upper cap is above the lower one, and both are 0 or more.
  public static func initialShare(
    base: ExactAmount, openInterest: ExactAmount, lowerCap: ExactAmount, upperCap: ExactAmount
  ) throws(IsolatedMarginError) -> ExactAmount {
    guard lowerCap >= .zero, upperCap > lowerCap else {
      throw .badInput("open interest caps", found: "\(lowerCap), \(upperCap)", wanted: "0 or more, rising")
    }
    let part = min(max((openInterest - lowerCap).quotient(by: upperCap - lowerCap), .zero), .one)
    let millionths = try whole((base + (.one - base) * part) * ExactAmount(1_000_000), .down)
    return ExactAmount(count: millionths, decimals: 6)
  }

  /// TNC: cash and the net notional of every position, in quote quantums.
  public var netCollateral: ExactAmount {
    positions.reduce(ExactAmount(balance)) { $0 + $1.notional }
  }

  /// The maintenance requirement of one position, in quote quantums.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a place that is none, `.number` beyond 64 bits.
  public func maintenance(ofPosition index: Int) throws(IsolatedMarginError) -> Int64 {
    let position = try position(index)
    return try maintenance(position, ExactAmount(position.quantums))
  }

  private func maintenance(_ position: Position, _ quantums: ExactAmount) throws(IsolatedMarginError) -> Int64 {
    try QuantumAccount.requirement(
      ofNotional: position.value(quantums), initialShare: initialShare, maintenanceFraction: maintenanceFraction
    ).maintenance
  }

  /// TMMR, in quote quantums.
  public func maintenance() throws(IsolatedMarginError) -> Int64 {
    var total = ExactAmount.zero
    for index in positions.indices { total += ExactAmount(try maintenance(ofPosition: index)) }
    return try QuantumAccount.whole(total, .up)
  }

  /// The quote quantums, received + or paid -, at which changing a position by `delta` leaves each part of the account's
  /// requirement with the same share of its collateral: beyond this price the insurance fund pays.
  ///
  /// - Parameter delta: Base quantums against the position, at most all of it.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for another delta, or an account without requirement.
  public func bankruptcyValue(ofPosition index: Int, delta: Int64) throws(IsolatedMarginError) -> Int64 {
    let position = try position(index)
    let after = ExactAmount(position.quantums) + ExactAmount(delta)
    guard delta != 0, (delta < 0) == (position.quantums > 0), after.sign * position.quantums.signum().asInt >= 0 else {
      throw .badInput("delta", found: "\(delta)", wanted: "a part of the position of \(position.quantums), against it")
    }
    let total = ExactAmount(try maintenance())
    guard total > .zero else { throw .badInput("maintenance", found: "\(total)", wanted: "more than 0") }
    let change = ExactAmount(try maintenance(position, after)) - ExactAmount(try maintenance(ofPosition: index))
    let share = (netCollateral * change.magnitude).quotient(by: total)
    let kept = ExactAmount(try QuantumAccount.whole(share, .down))
    return try QuantumAccount.whole(-position.value(ExactAmount(delta)) - kept, .up)
  }

  /// The price, in quote currency for one coin, at which a liquidation order may be filled at worst.
  ///
  /// - Parameters:
  ///   - adjustment: How much faster than the account's distress the price falls; 0 or more.
  ///   - spread: The greatest spread, a share of the position's maintenance; 0 or more.
  /// - Throws: ``IsolatedMarginError`` `.badInput` for a number below 0, an empty position or an account without requirement.
  public func fillablePrice(
    ofPosition index: Int, adjustment: ExactAmount, spread: ExactAmount
  ) throws(IsolatedMarginError) -> ExactAmount {
    let position = try position(index)
    for (name, value) in [("bankruptcy adjustment", adjustment), ("spread", spread)] where value < .zero {
      throw .badInput(name, found: "\(value)", wanted: "0 or more")
    }
    let total = ExactAmount(try maintenance())
    guard total > .zero, position.quantums != 0 else {
      throw .badInput("position", found: "\(position.quantums) quantums", wanted: "one with a requirement")
    }
    let distress = min(max(adjustment * (.one - netCollateral.quotient(by: total)), .zero), .one)
    let value = position.notional - distress * spread * ExactAmount(try maintenance(ofPosition: index))
    // From quote quantums a base quantum to quote currency a coin.
    return value.quotient(by: ExactAmount(position.quantums))
      * ExactAmount(position.quantumsPerCoin)
      .quotient(by: QuantumAccount.quotePerUnit)
  }

  /// What a fill brings the insurance fund, in quote quantums: the liquidation fee where the fill beats the bankruptcy
  /// price, at most `greatestFee` of the fill and rounded down; below 0 what the fund pays.
  ///
  /// - Parameters:
  ///   - delta: Base quantums filled, against the position.
  ///   - price: Of the fill, quote currency for one coin, above 0.
  /// - Throws: ``IsolatedMarginError`` as ``bankruptcyValue(ofPosition:delta:)`` does, and for a price of 0 or less.
  public func insuranceDelta(
    ofPosition index: Int, delta: Int64, price: ExactAmount, greatestFee: ExactAmount
  ) throws(IsolatedMarginError) -> Int64 {
    let bankruptcy = ExactAmount(try bankruptcyValue(ofPosition: index, delta: delta))
    let size = try position(index).quantumsPerCoin
    let fill = try Position(quantums: delta, price: price, quantumsPerCoin: size).notional
    // A sale receives what a purchase pays.
    let gain = -fill - bankruptcy
    return try QuantumAccount.whole(min(gain, greatestFee * fill.magnitude), .down)
  }

  private func position(_ index: Int) throws(IsolatedMarginError) -> Position {
    guard positions.indices.contains(index) else {
      throw .badInput("position", found: "number \(index)", wanted: "one of \(positions.count)")
    }
    return positions[index]
  }

  private static func whole(_ amount: ExactAmount, _ rule: ExactRounding) throws(IsolatedMarginError) -> Int64 {
    do { return try amount.count(decimals: 0, rounding: rule, type: "quantums") } catch { throw .number(error) }
  }
}

extension Int64 {
  fileprivate var asInt: Int { Int(truncatingIfNeeded: self) }
}
