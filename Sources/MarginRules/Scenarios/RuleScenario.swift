import Basics
import RealModule

/// How far a rule moves volatilities, by the time an option has left: far ones move less than near ones.
///
/// The relative move is range x (pivot / days)^power, with one power at or below the pivot and another above it, and days
/// held at a floor so that the last hours do not run away.
public struct VolatilityScaling: Hashable, Sendable {
  public let up: Double
  public let down: Double
  public let shortPower: Double
  public let longPower: Double
  public let pivotDays: Double
  public let floorDays: Double
  /// A lower volatility is lifted to this one before it is moved up; 0 where the rule has no such floor.
  public let least: Double

  static let parameters = ["up", "down", "short_power", "long_power", "pivot_days", "floor_days", "least"]

  init(_ table: ParameterTable) throws(MarginRulesError) {
    try table.allow(VolatilityScaling.parameters)
    up = try table.number("up", in: .zero...ExactAmount(10)).doubleValue
    down = try table.number("down", in: ParameterTable.share).doubleValue
    shortPower = try table.number("short_power", in: ParameterTable.share).doubleValue
    longPower = try table.number("long_power", in: ParameterTable.share).doubleValue
    pivotDays = try table.number("pivot_days", in: .one...ExactAmount(3650)).doubleValue
    floorDays = try table.number("floor_days", in: VolatilityScaling.dayFloors).doubleValue
    least = try table.number("least", in: .zero...ExactAmount(10), default: .zero).doubleValue
  }

  /// A floor of nothing would let the move grow without end on the last day.
  private static let dayFloors = ExactAmount(count: 1, decimals: 2)...ExactAmount(365)

  /// The relative move at a number of days to expiry.
  public func move(isUp: Bool, days: Double) -> Double {
    let power = days > pivotDays ? longPower : shortPower
    return (isUp ? up : -down) * .pow(pivotDays / max(days, floorDays), power)
  }

  /// The volatility after the move; never below 0.
  func moved(_ volatility: Double, isUp: Bool, days: Double) -> Double {
    let start = isUp ? max(volatility, least) : volatility
    return max(start * (1 + move(isUp: isUp, days: days)), 0)
  }
}

/// What a scenario does to the volatility of a contract.
public enum VolatilityMove: Hashable, Sendable {
  case unchanged
  /// Added, as a fraction: 0.1 is ten points.
  case points(Double)
  case scaled(VolatilityScaling, isUp: Bool)

  func moved(_ volatility: Double, days: Double) -> Double {
    switch self {
    case .unchanged: return volatility
    case .points(let points): return max(volatility + points, 0)
    case .scaled(let scaling, let isUp): return scaling.moved(volatility, isUp: isUp, days: days)
    }
  }

  var text: String {
    switch self {
    case .unchanged: return "vol unchanged"
    case .points(let points): return "vol \(Percent.text(points)) points"
    case .scaled(let scaling, let isUp):
      return "vol \(Percent.text(isUp ? scaling.up : -scaling.down)) % at \(Percent.plain(scaling.pivotDays)) days"
    }
  }
}

/// One scenario as a rule states it.
public struct RuleScenario: Hashable, Sendable {
  /// Relative move of the spot; forwards move with it.
  public let spot: Double
  public let volatility: VolatilityMove
  /// The share of its result that counts: below 1 for extreme moves.
  public let cover: Double
  /// Calendar days that pass.
  public let days: Double

  public init(spot: Double, volatility: VolatilityMove = .unchanged, cover: Double = 1, days: Double = 0) {
    self.spot = spot
    self.volatility = volatility
    self.cover = cover
    self.days = days
  }

  /// `spot -15 %, vol +10 points`; what counts only in part says so.
  public var text: String {
    let move = spot == 0 ? "spot unchanged" : "spot \(Percent.text(spot)) %"
    let part = cover == 1 ? "" : ", \(Percent.plain(cover * 100)) % counted"
    return "\(move), \(volatility.text)\(part)"
  }
}

/// Moves as a reader expects them.
enum Percent {
  /// A fraction in hundredths with its sign, at most 4 decimals: `+3.3333`.
  static func text(_ fraction: Double) -> String { (fraction > 0 ? "+" : "") + plain(fraction * 100) }

  static func plain(_ value: Double) -> String {
    Price(rounding: (value * 1e4).rounded() / 1e4, .toNearestOrAwayFromZero)?.description ?? "\(value)"
  }
}
