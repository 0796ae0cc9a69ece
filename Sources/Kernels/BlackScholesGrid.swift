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
              unsafe row.revalue(
                detail, volatility: shape == .perRow ? volatility + j : volatility + j * n, shape, adding: adding,
                into: block.baseAddress! + j * n, stride: rows * n)
            }
          }
        }
      }
    }
  }
}

/// One contract on one row of spots, with what does not depend on volatility.
@unsafe
struct GridRow {
  /// |x|, weighted E scale, side, and the weighted parts in the money of value, spot term and strike term, 1 / S, 1 / S².
  static let columnCount = 8

  let contract: GridContract
  let spots: UnsafePointer<Double>
  let count: Int
  let rootTime: Double

  init(_ contract: GridContract, spots: UnsafePointer<Double>, count: Int, scratch: UnsafeMutablePointer<Double>) {
    unsafe self.contract = contract
    unsafe self.spots = spots
    unsafe self.count = count
    unsafe rootTime = contract.years > 0 ? contract.years.squareRoot() : 0
  }

  func revalue(
    _ detail: BlackScholes.Detail, volatility: UnsafePointer<Double>, _ shape: GridVolatility, adding: Bool,
    into out: UnsafeMutablePointer<Double>, stride: Int
  ) {
    for i in unsafe 0..<count {
      let v = unsafe shape == .perRow ? volatility.pointee : volatility[i]
      unsafe limitNode(detail, i, volatility: v, adding: adding, into: out, stride: stride)
    }
  }

  /// One node by the formula for a single option.
  func limitNode(
    _ detail: BlackScholes.Detail, _ i: Int, volatility: Double, adding: Bool,
    into out: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let node = unsafe BlackScholes.partials(
      sign: contract.sign, spot: spots[i], strike: contract.strike, years: max(contract.years, 0),
      volatility: max(volatility, 0), rate: contract.rate, dividendYield: contract.dividendYield)
    for column in 0..<detail.columnCount {
      let figure = node[BlackScholes.Column(rawValue: column)!]
      let weighted = unsafe figure.isFinite ? contract.weight * figure : 0
      let place = column * stride + i
      unsafe out[place] = adding ? out[place] + weighted : weighted
    }
  }
}
