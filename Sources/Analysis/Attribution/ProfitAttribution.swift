/// A profit between two markets, told by what made it; in settlement currency, plus is a gain to the holder.
///
/// Every part is a term of the second-order Taylor expansion at the first market, times the move: with dS of spot, dv of
/// volatility, dt of time, dr and dq of the two rates,
///
/// | part | term |
/// | --- | --- |
/// | theta | V_t dt |
/// | delta, gamma | V_S dS, V_SS dS^2 / 2 |
/// | vega, volga | V_v dv, V_vv dv^2 / 2 |
/// | vanna | V_Sv dS dv |
/// | rho, epsilon | V_r dr, V_q dq |
/// | cross | all other terms of second order: charm, veta, the rates', V_tt dt^2 / 2 |
///
/// so that what stays unexplained is of third order in the move: half the move leaves an eighth of it.
public struct ProfitAttribution: Hashable, Sendable {
  public var valueFrom: Double
  public var valueTo: Double
  /// Of calendar time passing, everything else as it was.
  public var theta: Double
  public var delta: Double
  public var gamma: Double
  public var vega: Double
  public var vanna: Double
  public var volga: Double
  /// Of the rate; where the chain is quoted in coin, of the rate that the forward implies.
  public var rho: Double
  /// Of the dividend yield; where the chain is quoted in quote currency, of the yield that the forward implies.
  public var epsilon: Double
  public var cross: Double

  public static let zero = ProfitAttribution(
    valueFrom: 0, valueTo: 0, theta: 0, delta: 0, gamma: 0, vega: 0, vanna: 0, volga: 0, rho: 0, epsilon: 0, cross: 0)

  /// The value's change.
  public var profit: Double { valueTo - valueFrom }

  /// The parts, added in their order.
  public var explained: Double { theta + delta + gamma + vega + vanna + volga + rho + epsilon + cross }

  /// The profit less the parts, so that all of them close.
  public var unexplained: Double { profit - explained }

  /// Adds `units` times `other`.
  public mutating func add(_ units: Double, times other: ProfitAttribution) {
    valueFrom += units * other.valueFrom
    valueTo += units * other.valueTo
    theta += units * other.theta
    delta += units * other.delta
    gamma += units * other.gamma
    vega += units * other.vega
    vanna += units * other.vanna
    volga += units * other.volga
    rho += units * other.rho
    epsilon += units * other.epsilon
    cross += units * other.cross
  }

  /// True where every figure is a number.
  public var isFinite: Bool { profit.isFinite && explained.isFinite }
}

extension ProfitAttribution {
  /// The parts of one unit whose value along a part of the move is given by `line`.
  ///
  /// Each part moves only its own inputs, and the terms that mix inputs are what the joint move has beyond them.
  init(from: Double, to: Double, line: (MovedInputs) -> TaylorLine) {
    let spot = line(.spot)
    let volatility = line(.volatility)
    let mixed = line([.spot, .volatility])
    self.init(
      valueFrom: from, valueTo: to, theta: line(.time).first, delta: spot.first, gamma: spot.second / 2,
      vega: volatility.first, vanna: (mixed.second - spot.second - volatility.second) / 2, volga: volatility.second / 2,
      rho: line(.rate).first, epsilon: line(.dividendYield).first, cross: (line(.all).second - mixed.second) / 2)
  }
}
