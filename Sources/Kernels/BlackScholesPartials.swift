/// The value of one European option and its sixteen partial derivatives, all raw.
///
/// Every Greek is the mathematical partial derivative: per 1.00 of volatility and of rate, per year, per unit of spot or
/// strike; nothing is divided by 100 or 365. Time Greeks are with respect to calendar time, that is, minus the
/// derivative with respect to the years to expiry. A derivative that is infinite at a limit is ±infinity; one that is
/// undefined there is not-a-number.
public struct BlackScholesPartials: Sendable, Equatable {
  /// V
  public var value: Double
  /// dV/dS
  public var delta: Double
  /// d²V/dS²
  public var gamma: Double
  /// dV/dv
  public var vega: Double
  /// -dV/dT
  public var theta: Double
  /// dV/dr at a fixed dividend yield
  public var rho: Double
  /// dV/dq at a fixed rate
  public var epsilon: Double
  /// d²V/dS dv
  public var vanna: Double
  /// d²V/dv²
  public var volga: Double
  /// -d²V/dS dT
  public var charm: Double
  /// -d²V/dv dT
  public var veta: Double
  /// d³V/dS³
  public var speed: Double
  /// d³V/dS² dv
  public var zomma: Double
  /// -d³V/dS² dT
  public var color: Double
  /// d³V/dv³
  public var ultima: Double
  /// dV/dK
  public var dualDelta: Double
  /// d²V/dK²
  public var dualGamma: Double

  /// All seventeen with one content.
  init(repeating x: Double) {
    value = x
    delta = x
    gamma = x
    vega = x
    theta = x
    rho = x
    epsilon = x
    vanna = x
    volga = x
    charm = x
    veta = x
    speed = x
    zomma = x
    color = x
    ultima = x
    dualDelta = x
    dualGamma = x
  }

  /// The figures in the order of ``BlackScholes/Column``.
  public subscript(column: BlackScholes.Column) -> Double {
    switch column {
    case .value: value
    case .delta: delta
    case .gamma: gamma
    case .vega: vega
    case .theta: theta
    case .rho: rho
    case .epsilon: epsilon
    case .vanna: vanna
    case .volga: volga
    case .charm: charm
    case .veta: veta
    case .speed: speed
    case .zomma: zomma
    case .color: color
    case .ultima: ultima
    case .dualDelta: dualDelta
    case .dualGamma: dualGamma
    }
  }

  /// Whether every figure is finite; where it is not, the option sits at a limit that has no such derivative.
  public var isFinite: Bool {
    BlackScholes.Column.allCases.allSatisfy { self[$0].isFinite }
  }
}

extension BlackScholes {
  /// The columns of a block of results, in the order in which they lie.
  public enum Column: Int, CaseIterable, Sendable {
    case value, delta, gamma, vega, theta, rho, epsilon, vanna, volga, charm, veta, speed, zomma, color, ultima
    case dualDelta, dualGamma
  }

  /// How many of the ``Column``s a kernel computes: a prefix of them.
  public enum Detail: Int, Sendable {
    /// The value alone.
    case value = 1
    /// Value, delta, gamma, vega, theta and rho.
    case fiveGreeks = 6
    /// The value and all sixteen partial derivatives.
    case all = 17

    /// The number of columns.
    public var columnCount: Int { rawValue }
  }
}
