/// How a scenario moves the volatility of a contract: by a factor, by points, by the slope and the bend of the smile.
///
/// A contract of volatility v takes v (1 + ``relative``) + ``level`` + ``skew`` x + ``curvature`` x^2, plus what the table
/// ``moves`` says at its place, held at 0. The moneyness x = ln(K/F) / (v_atm sqrt(T)) counts standard deviations from the
/// forward: v_atm is the unshocked volatility at the money for the contract's expiry and T its unshocked time, so that one
/// shift tilts near and far expiries alike. x is held to -3 to 3: nearly all quotes lie within, and a parabola beyond them
/// would say more than any quote. Where strikes keep their volatility, x is that of the unshocked forward; where the smile
/// moves with the spot, that of the scenario's forward, since there all of the smile, its shift too, goes by moneyness.
public struct VolatilityShift: Hashable, Sendable {
  /// A fraction of the volatility itself: 0.5 is half as much again; -1 or more.
  public let relative: Double
  /// Points of volatility as a fraction: 0.05 is five points.
  public let level: Double
  /// Points for each standard deviation of moneyness, as a fraction: below 0, puts gain on calls.
  public let skew: Double
  /// Points for the square of each: above 0, both wings gain on the middle.
  public let curvature: Double
  /// Points at each place of the surface; nil for none.
  public let moves: VolatilityMoves?

  public init(
    level: Double = 0, skew: Double = 0, curvature: Double = 0, relative: Double = 0, moves: VolatilityMoves? = nil
  ) {
    self.relative = relative
    self.level = level
    self.skew = skew
    self.curvature = curvature
    self.moves = moves
  }

  public static let none = VolatilityShift()

  /// The most standard deviations of moneyness that a slope or bend counts.
  public static let moneynessLimit = 3.0

  /// True where the move depends on the contract's moneyness.
  public var isTilted: Bool { skew != 0 || curvature != 0 || moves != nil }
}

/// Points of volatility to add, by log-moneyness and time: what a principal component of a surface's moves is.
///
/// Between points the move is linear in log-moneyness, between expiries linear in time; beyond the outermost it stays.
public struct VolatilityMoves: Hashable, Sendable {
  /// The moves of one expiry.
  public struct Slice: Hashable, Sendable {
    public let years: Double
    /// ln(K/F), strictly ascending.
    public let logMoneyness: [Double]
    /// Points as a fraction, beside `logMoneyness`.
    public let moves: [Double]

    public init(years: Double, logMoneyness: [Double], moves: [Double]) {
      self.years = years
      self.logMoneyness = logMoneyness
      self.moves = moves
    }

    func move(at k: Double) -> Double { VolatilityMoves.interpolated(logMoneyness, at: k) { moves[$0] } }
  }

  /// Strictly ascending in time.
  public let slices: [Slice]
  /// The times of the slices, which every look-up searches.
  private let years: [Double]

  /// - Throws: ``ScenarioError`` `.badMoves`: no slice, a slice without points or with lists of different lengths, times or
  ///   log-moneynesses that do not ascend, what is not finite, a time below 0.
  public init(_ slices: [Slice]) throws(ScenarioError) {
    guard !slices.isEmpty else { throw .badMoves(found: "no expiry", wanted: "at least one") }
    var previous = -Double.infinity
    for slice in slices {
      guard slice.years.isFinite, slice.years >= 0, slice.years > previous else {
        throw .badMoves(found: "an expiry at \(slice.years) years", wanted: "times of 0 or more, ascending")
      }
      previous = slice.years
      guard !slice.moves.isEmpty, slice.moves.count == slice.logMoneyness.count else {
        throw .badMoves(
          found: "\(slice.moves.count) moves at \(slice.logMoneyness.count) places", wanted: "as many, at least one")
      }
      guard slice.logMoneyness.allSatisfy(\.isFinite),
        zip(slice.logMoneyness, slice.logMoneyness.dropFirst()).allSatisfy({ $0 < $1 })
      else { throw .badMoves(found: "log-moneynesses out of order", wanted: "finite ones, ascending") }
      guard slice.moves.allSatisfy(\.isFinite) else {
        throw .badMoves(found: "a move that is not finite", wanted: "finite ones")
      }
    }
    self.slices = slices
    years = slices.map(\.years)
  }

  /// The move at a log-moneyness ln(K/F) and a time in years. O(log n).
  public func move(logMoneyness k: Double, years: Double) -> Double {
    VolatilityMoves.interpolated(self.years, at: years) { slices[$0].move(at: k) }
  }

  /// The same table, each move times a factor: so many standard deviations of a component.
  ///
  /// - Throws: ``ScenarioError`` `.badMoves` where a product is not finite.
  public func scaled(by factor: Double) throws(ScenarioError) -> VolatilityMoves {
    try VolatilityMoves(
      slices.map { slice in
        Slice(years: slice.years, logMoneyness: slice.logMoneyness, moves: slice.moves.map { $0 * factor })
      })
  }

  /// What lies at `x` on the line through the points, level beyond the ends.
  fileprivate static func interpolated(_ places: [Double], at x: Double, _ value: (Int) -> Double) -> Double {
    let last = places.count - 1
    if !(x > places[0]) { return value(0) }
    if x >= places[last] { return value(last) }
    var (low, high) = (0, last)
    while high - low > 1 {
      let middle = (low + high) / 2
      if places[middle] <= x { low = middle } else { high = middle }
    }
    let weight = (x - places[low]) / (places[high] - places[low])
    let (left, right) = (value(low), value(high))
    return left + weight * (right - left)
  }
}
