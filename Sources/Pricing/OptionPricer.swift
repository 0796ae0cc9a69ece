import Instruments
import Kernels
import RealModule

/// The model that values one unit of a contract, an American one with its right to early exercise.
public enum OptionPricer: String, Hashable, Sendable {
  /// Black-Scholes (1973) with a continuous yield, which on the forward is Black (1976); for American contracts the same
  /// world with early exercise, see ``AmericanValuation``.
  case blackScholes = "black-scholes"

  /// Values one unit of `contract` in quote currency at any spot, time and volatility.
  ///
  /// - Parameters:
  ///   - years: To the expiry; 0 or less is expired and gives the payoff on `spot`.
  ///   - volatility: Annualised, as a fraction, 0 or more.
  public func greeks(of contract: ResolvedContract, spot: Double, years: Double, volatility: Double) -> Greeks {
    switch contract.payoff {
    case .vanilla:
      if years <= 0 { return contract.expired(spot: spot) }
      if contract.isAmerican {
        return AmericanValuation(contract, years: years, volatility: volatility).greeks(spot: spot)
      }
      let partials = BlackScholes.partials(
        sign: contract.right.sign, spot: spot, strike: contract.strike, years: years, volatility: volatility,
        rate: contract.rate, dividendYield: contract.dividendYield)
      return Greeks(
        value: partials.value, delta: partials.delta, gamma: partials.gamma, vega: partials.vega,
        theta: partials.theta, rho: partials.rho)
    case .digital(let payout):
      if years <= 0 || volatility <= 0 || spot <= 0 || contract.strike <= 0 {
        return contract.expiredDigital(spot: spot, years: years, payout: payout)
      }
      return digital(contract, payout: payout, spot: spot, years: years, volatility: volatility)
    }
  }

  /// Cash-or-nothing, Reiner and Rubinstein (1991): payout exp(-rT) N(c d2) and its derivatives.
  private func digital(
    _ contract: ResolvedContract, payout: Double, spot: Double, years: Double, volatility: Double
  ) -> Greeks {
    let sign = contract.right.sign
    let root = volatility * .sqrt(years)
    let carry = contract.rate - contract.dividendYield
    let d2 = (.log(spot / contract.strike) + carry * years) / root - root / 2
    let d1 = d2 + root
    let discounted = payout * .exp(-contract.rate * years)
    let density = discounted * Normal.density(d2)
    let value = discounted * Normal.cumulative(sign * d2)
    let slopeInTime = carry / root - d1 / (2 * years)
    return Greeks(
      value: value, delta: sign * density / (spot * root), gamma: -sign * density * d1 / (spot * spot * root * root),
      vega: -sign * density * d1 / volatility, theta: contract.rate * value - sign * density * slopeInTime,
      rho: sign * density * years / root - years * value)
  }
}

extension ResolvedContract {
  /// The payoff on `spot` and its slope; at the strike the slope is one half, and gamma is left at 0.
  func expired(spot: Double) -> Greeks {
    let sign = right.sign
    let moneyness = sign * (spot - strike)
    let share = moneyness > 0 ? 1.0 : (moneyness == 0 ? 0.5 : 0)
    return Greeks(value: max(moneyness, 0), delta: sign * share, gamma: 0, vega: 0, theta: 0, rho: 0)
  }

  /// A digital at expiry, or without volatility: all or nothing by its forward.
  func expiredDigital(spot: Double, years: Double, payout: Double) -> Greeks {
    let time = max(years, 0)
    let forward = spot * .exp((rate - dividendYield) * time)
    let pays = right.sign * (forward - strike) > 0
    let value = pays ? payout * .exp(-rate * time) : 0
    // What has been paid earns nothing more here: only before expiry does time bring the payment nearer.
    return Greeks(
      value: value, delta: 0, gamma: 0, vega: 0, theta: time > 0 ? rate * value : 0, rho: -time * value)
  }
}
