/// What one contract contributes to every node of a grid.
public struct GridContract: Sendable {
  /// +1 for a call, -1 for a put.
  public var sign: Double
  public var strike: Double
  /// To expiry; zero or less is expired.
  public var years: Double
  public var rate: Double
  public var dividendYield: Double
  /// What each figure is multiplied by: the signed quantity, say, times the multiplier.
  public var weight: Double

  public init(
    sign: Double, strike: Double, years: Double, rate: Double, dividendYield: Double, weight: Double = 1
  ) {
    self.sign = sign
    self.strike = strike
    self.years = years
    self.rate = rate
    self.dividendYield = dividendYield
    self.weight = weight
  }
}

/// How the volatilities of a grid are given.
public enum GridVolatility: Sendable {
  /// One volatility a row of the grid: sticky strike.
  case perRow
  /// One volatility a node, in the layout of the grid: the smile moves with the spot.
  case perNode
}

extension BlackScholes {
  /// The scratch memory that ``revalue(_:_:spots:volatilities:_:adding:scratch:into:)`` needs for a row of spots.
  public static func gridScratchCount(spots: Int) -> Int { unsafe GridRow.columnCount * spots }

  /// Revalues one contract on a grid of volatility and spot.
  ///
  /// The logarithms, discounts and reciprocals of the row of spots are computed once and serve every volatility. Where
  /// the contract has expired, or its volatility is zero or less, a node holds the limit, and a partial derivative that
  /// is infinite or undefined there counts as zero, so that the sum over contracts stays finite.
  ///
  /// - Parameters:
  ///   - detail: `.value` or `.fiveGreeks`.
  ///   - contract: The contract and its weight.
  ///   - spots: `S` positive spots, the fast axis of the grid.
  ///   - volatilities: `V` of them for `.perRow`; `V` times `S`, spot fastest, for `.perNode`.
  ///   - shape: Which of the two.
  ///   - adding: Whether to add to the block or to overwrite it.
  ///   - scratch: At least ``gridScratchCount(spots:)`` numbers, of any content.
  ///   - block: Shape `[detail.columnCount, V, S]`: raw partial derivatives times the weight.
  /// - Complexity: O(`V` × `S`), without allocation. Stops the program if a count differs.
  public static func revalue(
    _ detail: Detail, _ contract: GridContract, spots: Span<Double>, volatilities: Span<Double>,
    _ shape: GridVolatility, adding: Bool, scratch: inout MutableSpan<Double>, into block: inout MutableSpan<Double>
  ) {
    let n = spots.count
    guard n > 0, volatilities.count > 0 else { return }
    let rows = shape == .perRow ? volatilities.count : volatilities.count / n
    guard
      detail != .all, shape == .perRow || volatilities.count == rows * n, block.count == detail.columnCount * rows * n,
      scratch.count >= gridScratchCount(spots: n)
    else { fatalError("BlackScholes.revalue: the spots, volatilities, scratch or block differ in length") }
    unsafe spots.withUnsafeBufferPointer { spots in
      unsafe volatilities.withUnsafeBufferPointer { volatilities in
        unsafe scratch.withUnsafeMutableBufferPointer { scratch in
          unsafe block.withUnsafeMutableBufferPointer { block in
            let volatility = volatilities.baseAddress!
            let row = unsafe GridRow(contract, spots: spots.baseAddress!, count: n, scratch: scratch.baseAddress!)
            for j in 0..<rows {
              let out = unsafe GridRow.Destination(start: block.baseAddress! + j * n, stride: rows * n)
              switch shape {
              case .perRow: unsafe row.revalue(detail, volatility: volatility[j], adding: adding, into: out)
              case .perNode:
                unsafe row.revalue(detail, volatilities: volatility + j * n, adding: adding, into: out)
              }
            }
          }
        }
      }
    }
  }
}
