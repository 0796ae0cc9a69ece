import Instruments
import Kernels
import MarketData

/// An American contract at one time to expiry and one volatility, valued at any spot.
///
/// Without dated dividends by its exercise boundary (``AmericanBoundary``), with them by finite differences
/// (``DividendOption``); either is found once and serves a whole row of spots.
public struct AmericanValuation: Sendable {
  private enum Model: Sendable {
    case boundary(AmericanBoundary)
    case dividends(DividendOption)
  }

  private let model: Model
  private let strike: Double

  /// The error allowed in a value, as a fraction of the greater of spot and strike, wherever contracts are valued.
  public static let tolerance = 1e-7

  /// - Parameters:
  ///   - years: To the expiry, above 0 and at most the contract's own; dividends that are then past do not count.
  ///   - withSlopes: Whether vega and rho will be asked for.
  public init(_ contract: ResolvedContract, years: Double, volatility: Double, withSlopes: Bool = true) {
    strike = contract.strike
    let elapsed = contract.years - years
    let ahead = contract.dividends.compactMap { dividend -> DatedDividend? in
      let left = dividend.years - elapsed
      return left > 0 && left < years ? DatedDividend(years: left, amount: dividend.amount) : nil
    }
    if ahead.isEmpty || strike <= 0 {
      model = .boundary(
        AmericanBoundary(
          sign: contract.right.sign, years: years, volatility: volatility, rate: contract.rate,
          dividendYield: contract.dividends.isEmpty ? contract.dividendYield : contract.residualYield,
          tolerance: AmericanValuation.tolerance, withSlopes: withSlopes))
    } else {
      model = .dividends(
        DividendOption(
          sign: contract.right.sign, strike: strike, years: years, volatility: volatility, rate: contract.rate,
          dividendYield: contract.residualYield, dividends: ahead, isAmerican: true, withSlopes: withSlopes))
    }
  }

  /// One unit in quote currency; not a number where no boundary was reached.
  public func value(spot: Double) -> Double {
    switch model {
    case .boundary(let boundary): boundary.value(spot: spot, strike: strike)
    case .dividends(let option): option.value(spot: spot)
    }
  }

  /// One unit's value and Greeks in quote currency.
  public func greeks(spot: Double) -> Greeks {
    let partials: AmericanPartials
    switch model {
    case .boundary(let boundary): partials = boundary.partials(spot: spot, strike: strike)
    case .dividends(let option): partials = option.partials(spot: spot)
    }
    return Greeks(
      value: partials.value, delta: partials.delta, gamma: partials.gamma, vega: partials.vega, theta: partials.theta,
      rho: partials.rho)
  }
}

extension ResolvedContract {
  /// True where the contract may be exercised before its expiry.
  public var isAmerican: Bool {
    if case .option(let contract) = instrument { contract.exercise == .american } else { false }
  }

  /// The continuous yield beside the dated dividends, ``Forward/residualYield(beside:)``.
  var residualYield: Double { forward.residualYield(beside: dividends) }
}
