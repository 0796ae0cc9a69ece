public import MarketData
public import Pricing
import RealModule

/// The volatility of one contract wherever its spot stands: its own, moved as a scenario says.
struct ContractSmile {
  private let contract: ResolvedContract
  private let spot: Double
  private let surface: VolatilitySurface
  private let dynamics: SmileDynamics
  /// v_atm sqrt(T) of the unshocked market; only where a shift depends on moneyness.
  private let deviation: Double
  private let isTilted: Bool

  /// - Parameter isTilted: Whether any shift to come depends on the contract's moneyness.
  init(
    _ contract: ResolvedContract, spot: Double, surface: VolatilitySurface, dynamics: SmileDynamics, isTilted: Bool
  ) {
    self.contract = contract
    self.spot = spot
    self.surface = surface
    self.dynamics = dynamics
    self.isTilted = isTilted
    let atTheMoney = isTilted ? surface.volatility(logMoneyness: 0, years: contract.years)?.value : nil
    deviation = (atTheMoney ?? contract.volatility) * .sqrt(max(contract.years, 0))
  }

  /// A volatility before its shift, and where on the smile it stands.
  struct Base {
    let volatility: Double
    let isExtrapolated: Bool
    /// ln(K/F); only where a shift asks for it.
    let logMoneyness: Double
  }

  /// The contract's own volatility, at its unshocked moneyness.
  var own: Base {
    Base(
      volatility: contract.volatility, isExtrapolated: contract.isExtrapolated,
      logMoneyness: isTilted ? logMoneyness(forward: contract.forward.value) : 0)
  }

  /// The volatility before its shift at a spot: the contract's own, or where the smile moves with the spot that of its new
  /// moneyness.
  ///
  /// The smile is read at the contract's own expiry: time passes, the shape by moneyness stays.
  func base(atSpot shocked: Double) -> Base {
    guard dynamics == .stickyDelta, contract.strike > 0 else { return own }
    let k = logMoneyness(forward: contract.forward.value * (shocked / spot))
    let point = surface.volatility(logMoneyness: k, years: contract.years)
    return Base(
      volatility: point?.value ?? contract.volatility, isExtrapolated: point?.isExtrapolated ?? contract.isExtrapolated,
      logMoneyness: k)
  }

  /// A strike of 0 lies left of every smile.
  private func logMoneyness(forward: Double) -> Double {
    contract.strike > 0 ? .log(contract.strike / forward) : -.greatestFiniteMagnitude
  }

  /// The volatility after a shift, not yet held at 0.
  func moved(_ base: Base, _ shift: VolatilityShift) -> Double {
    guard shift.isTilted else { return base.volatility * (1 + shift.relative) + shift.level }
    let limit = VolatilityShift.moneynessLimit
    // Without volatility or time every strike but the forward's own is as far away as can be.
    let quotient = deviation > 0 ? base.logMoneyness / deviation : base.logMoneyness * .greatestFiniteMagnitude
    let x = min(max(quotient, -limit), limit)
    var points = shift.level + shift.skew * x + shift.curvature * x * x
    if let moves = shift.moves {
      points += moves.move(logMoneyness: base.logMoneyness, years: contract.years)
    }
    return base.volatility * (1 + shift.relative) + points
  }
}

/// The volatility of a contract in one scenario.
public struct ShockedVolatility: Hashable, Sendable {
  /// 0 or more.
  public let value: Double
  /// True where the shift would have led below 0.
  public let isFloored: Bool
  /// True where what was shifted was taken from beyond the quotes.
  public let isExtrapolated: Bool
}

extension ResolvedContract {
  /// The volatility under one shock, the same number that ``ScenarioEngine`` values the contract with.
  ///
  /// - Parameters:
  ///   - spot: Of the underlying, unshocked, quote currency.
  ///   - surface: Of the underlying, unshocked.
  public func volatility(
    under shock: Shock, spot: Double, surface: VolatilitySurface, dynamics: SmileDynamics
  ) -> ShockedVolatility {
    let smile = ContractSmile(
      self, spot: spot, surface: surface, dynamics: dynamics, isTilted: shock.volatility.isTilted)
    let base = smile.base(atSpot: spot * (1 + shock.spot))
    let moved = smile.moved(base, shock.volatility)
    return ShockedVolatility(value: max(moved, 0), isFloored: moved < 0, isExtrapolated: base.isExtrapolated)
  }
}
