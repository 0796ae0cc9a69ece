import Instruments
import Kernels
import Pricing
import RealModule

/// What happens to one contract between two markets, as far as its value depends on it.
public struct ContractMove: Hashable, Sendable {
  /// A quantity before and after.
  public struct Change: Hashable, Sendable {
    public let from: Double
    public let to: Double

    public var difference: Double { to - from }

    public init(from: Double, to: Double) {
      self.from = from
      self.to = to
    }
  }

  /// In quote currency; positive.
  public let spot: Change
  /// The contract's own, annualised, as a fraction.
  public let volatility: Change
  /// Continuously compounded, a year.
  public let rate: Change
  /// Continuously compounded, a year.
  public let dividendYield: Change
  /// Years to the expiry; 0 at the end for a contract that has expired.
  public let years: Change

  public init(spot: Change, volatility: Change, rate: Change, dividendYield: Change, years: Change) {
    self.spot = spot
    self.volatility = volatility
    self.rate = rate
    self.dividendYield = dividendYield
    self.years = years
  }
}

/// The inputs of a valuation that a part of a move changes.
struct MovedInputs: OptionSet {
  let rawValue: Int

  static let spot = MovedInputs(rawValue: 1)
  static let volatility = MovedInputs(rawValue: 2)
  static let time = MovedInputs(rawValue: 4)
  static let rate = MovedInputs(rawValue: 8)
  static let dividendYield = MovedInputs(rawValue: 16)
  static let all: MovedInputs = [.spot, .volatility, .time, .rate, .dividendYield]
}

extension ContractMove {
  /// An input along the move, which stands still unless it is among the `moved`.
  private func line(_ change: Change, _ input: MovedInputs, _ moved: MovedInputs) -> TaylorLine {
    TaylorLine(change.from, first: moved.contains(input) ? change.difference : 0)
  }

  /// Spot along the move.
  func spotLine(_ moved: MovedInputs) -> TaylorLine { line(spot, .spot, moved) }

  /// The value of one unit in quote currency along the part of this move that changes the `moved` inputs.
  ///
  /// - Parameter contract: As resolved in the first market, with time and volatility above 0.
  func value(of contract: ResolvedContract, _ moved: MovedInputs) -> TaylorLine {
    let years = line(years, .time, moved)
    let discount = line(rate, .rate, moved) * years * -1
    let carry = line(dividendYield, .dividendYield, moved) * years * -1
    let sign = contract.right.sign
    guard contract.strike > 0 else {
      // Nothing lies below a strike of 0: a call is the underlying, a digital call its payout, and puts are worth nothing.
      guard contract.right == .call else { return TaylorLine(0) }
      if case .digital(let payout) = contract.payoff { return discount.exponential * payout }
      return spotLine(moved) * carry.exponential
    }
    let underlying = spotLine(moved).logarithm + carry
    let strike = discount + TaylorLine(.log(contract.strike))
    let deviation = line(volatility, .volatility, moved) * years.squareRoot
    switch contract.payoff {
    case .vanilla: return ContractMove.vanilla(sign, underlying, strike, deviation)
    case .digital(let payout):
      let d2 = (underlying - strike) / deviation - deviation * 0.5
      return discount.exponential * (d2 * sign).normal * payout
    }
  }

  /// Black's value as a function of x = ln S - qT, z = ln K - rT and s = sigma sqrt T.
  ///
  /// V = c (e^x N(c d1) - e^z N(c d2)) with d1 = (x - z)/s + s/2 and d2 = d1 - s. Because e^x phi(d1) = e^z phi(d2), what the
  /// two normals add to the first derivative is e^x phi(d1) s' alone; differentiating once more gives the form below, in
  /// which nothing large cancels, as it would if the normals were differentiated term by term.
  private static func vanilla(
    _ sign: Double, _ x: TaylorLine, _ z: TaylorLine, _ s: TaylorLine
  ) -> TaylorLine {
    let d1 = (x.value - z.value) / s.value + s.value / 2
    let d2 = d1 - s.value
    let held = Double.exp(x.value) * Normal.cumulative(sign * d1)
    let owed = Double.exp(z.value) * Normal.cumulative(sign * d2)
    let density = Double.exp(x.value) * Normal.density(d1)
    let (p, q) = (x.first, z.first)
    let normals =
      (p - q) * (p - q) + 2 * s.first * (d1 * q - d2 * p) + d1 * d2 * s.first * s.first
    return TaylorLine(
      sign * (held - owed), first: sign * (held * p - owed * q) + density * s.first,
      second: sign * (held * (p * p + x.second) - owed * (q * q + z.second)) + density * (normals / s.value + s.second))
  }
}
