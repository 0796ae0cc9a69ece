/// What a move of a surface looks like: how much of it is level, skew, term and curvature.
///
/// The move is fitted, every point alike, by a constant, log-moneyness k, time in years and k^2, each made orthogonal to those
/// before it over the points (Gram and Schmidt). So the parts of the mean square that the four explain add up, with what is
/// left, to the whole, and on a grid with the same log-moneynesses at every time each is that of its own axis alone.
public struct SurfaceMoveShape: Hashable, Sendable {
  /// In the order in which they are fitted.
  public enum Axis: String, Hashable, Sendable, CaseIterable {
    /// The mean over the points.
    case level
    /// By log-moneyness.
    case skew
    /// By time to expiry.
    case term
    /// By the square of log-moneyness.
    case curvature
  }

  /// The root of the mean square over the points, in the move's own unit.
  public let size: Double
  /// The move for 1.00 of each axis (nothing, log-moneyness, years, the square of log-moneyness), in the order of ``Axis``;
  /// nil where the points do not tell the axis from those before it.
  public let slopes: [Double?]
  /// The part of the mean square that each axis explains, 0 to 1, in the order of ``Axis``; zeros where nothing moves.
  public let shares: [Double]

  /// - Parameters:
  ///   - moves: Finite, one a point.
  ///   - points: At least one.
  public init(of moves: [Double], at points: [SurfacePoint]) {
    precondition(moves.count == points.count && !points.isEmpty, "a move for each point, and a point at least")
    let columns: [[Double]] = [
      points.map { _ in 1 }, points.map(\.logMoneyness), points.map(\.years),
      points.map { $0.logMoneyness * $0.logMoneyness },
    ]
    // Scaled, so that no square of a tiny move vanishes.
    let scale = moves.reduce(0) { max($0, $1.magnitude) }
    let unit = scale > 0 ? moves.map { $0 / scale } : moves
    let square = product(unit, unit)
    var basis: [[Double]] = []
    var slopes: [Double?] = []
    var shares: [Double] = []
    for column in columns {
      var rest = column
      // Twice: once leaves what the first subtraction's rounding was.
      for _ in 0..<2 {
        for other in basis {
          let part = product(rest, other) / product(other, other)
          for index in rest.indices { rest[index] -= part * other[index] }
        }
      }
      let length = product(rest, rest)
      guard length > 1e-16 * product(column, column) else {
        slopes.append(nil)
        shares.append(0)
        continue
      }
      let slope = product(unit, rest) / length
      slopes.append(slope * scale)
      shares.append(square > 0 ? min(1, slope * slope * length / square) : 0)
      basis.append(rest)
    }
    size = scale * (square / Double(moves.count)).squareRoot()
    self.slopes = slopes
    self.shares = shares
  }

  /// The slope along an axis; nil where the points do not tell.
  public func slope(_ axis: Axis) -> Double? { zip(Axis.allCases, slopes).first { $0.0 == axis }?.1 }

  /// The part of the mean square that an axis explains.
  public func share(_ axis: Axis) -> Double { zip(Axis.allCases, shares).first { $0.0 == axis }?.1 ?? 0 }

  /// The axis that explains at least half of the move; nil where none does.
  public var main: Axis? { Axis.allCases.first { share($0) >= 0.5 } }
}

private func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
