public import CBulkhead
import Kernels

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_abi_version() -> Int32 { BULKHEAD_ABI_VERSION }

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_price(
  _ options: UnsafePointer<bulkhead_options>?, _ columns: Int32, _ tolerance: Double,
  _ out: UnsafeMutablePointer<Double>?,
  _ status: UnsafeMutablePointer<UInt8>?, _ boundary: UnsafeMutablePointer<Double>?,
  _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    guard let detail = BlackScholes.Detail(rawValue: Int(columns)) else {
      throw .badArgument("columns: found \(columns), wanted 1, 6 or 17")
    }
    let tolerance = try ExerciseTolerance(tolerance)
    let rows = unsafe try OptionRows(try claims.value(options, "options"), .volatility, &claims)
    let (cells, overflow) = Int64(rows.count).multipliedReportingOverflow(by: Int64(columns))
    guard !overflow else { throw .badArgument("count: found \(rows.count), wanted one that fits the memory") }
    let target = unsafe PriceTarget(
      out: try claims.output(out, cells, "out"), status: try claims.optionalOutput(status, Int64(rows.count), "status"),
      boundary: try claims.optionalOutput(boundary, Int64(rows.count), "boundary"), width: detail.columnCount,
      count: rows.count)
    try claims.check()
    switch tolerance {
    case .european: return target.fillEuropean(rows, detail)
    case .american(let tolerance): return target.fillAmerican(rows, tolerance)
    }
  }
}

/// Whether early exercise counts, and to which error.
enum ExerciseTolerance {
  case european
  case american(Double)

  init(_ tolerance: Double) throws(CallFailure) {
    guard tolerance != 0 else {
      self = .european
      return
    }
    let range = AmericanBoundary.tolerances
    guard range.contains(tolerance) else {
      throw .badArgument(
        "tolerance: found \(tolerance), wanted 0 (European) or a number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    self = .american(tolerance)
  }
}

/// Where the answers of a price call go.
@safe
struct PriceTarget {
  let out: UnsafeMutableBufferPointer<Double>
  let status: UnsafeMutableBufferPointer<UInt8>?
  let boundary: UnsafeMutableBufferPointer<Double>?
  let width: Int
  let count: Int

  /// Values block by block: what the check of a block reads a second time is still in the cache.
  func fillEuropean(_ rows: borrowing OptionRows, _ detail: BlackScholes.Detail) -> RowRefusals {
    var refusals = RowRefusals()
    var block = unsafe out.mutableSpan
    for row in stride(from: 0, to: count, by: OptionRows.blockSize) {
      let n = min(OptionRows.blockSize, count - row)
      let isRegular = compute(rows, row, n, detail, into: &block)
      let isSound = rows.areSound(row, n, areRegular: isRegular)
      if !isSound {
        for index in row..<row + n {
          if let fault = rows.fault(index) { refuse(index, fault, &refusals) }
        }
      }
      if let status = unsafe status { unsafe note(status, rows, row, n, isSound) }
    }
    if let boundary = unsafe boundary { unsafe boundary.update(repeating: .nan) }
    return refusals
  }

  private func compute(
    _ rows: borrowing OptionRows, _ row: Int, _ n: Int, _ detail: BlackScholes.Detail,
    into block: inout MutableSpan<Double>
  ) -> Bool {
    let (sign, spot, strike) = unsafe (rows.column(0, row, n), rows.column(1, row, n), rows.column(2, row, n))
    let (years, volatility) = unsafe (rows.column(3, row, n), rows.column(4, row, n))
    let (rate, yield) = unsafe (rows.column(5, row, n), rows.column(6, row, n))
    return unsafe BlackScholes.compute(
      detail, sign: sign.span, spot: spot.span, strike: strike.span, years: years.span, volatility: volatility.span,
      rate: rate.span, dividendYield: yield.span, into: &block, at: row)
  }

  private func refuse(_ row: Int, _ reason: String, _ refusals: inout RowRefusals) {
    for column in 0..<width { unsafe out[column * count + row] = .nan }
    if let status = unsafe status { unsafe status[row] = UInt8(BULKHEAD_INVALID) }
    refusals.add(row: row, reason)
  }

  private func note(
    _ status: UnsafeMutableBufferPointer<UInt8>, _ rows: borrowing OptionRows, _ row: Int, _ n: Int, _ isSound: Bool
  ) {
    let most = Double.greatestFiniteMagnitude
    var isFinite = true
    for column in 0..<width where isFinite {
      let figures = unsafe UnsafeBufferPointer(
        rebasing: UnsafeBufferPointer(out)[column * count + row..<column * count + row + n])
      isFinite = unsafe Reductions.areAll(figures.span, from: -most, through: most)
    }
    for index in row..<row + n {
      if !isSound, rows.fault(index) != nil {
        unsafe status[index] = UInt8(BULKHEAD_INVALID)
      } else {
        let isLimit = !isFinite && (0..<width).contains { unsafe !out[$0 * count + index].isFinite }
        unsafe status[index] = isLimit ? UInt8(BULKHEAD_LIMIT) : UInt8(BULKHEAD_PRICED)
      }
    }
  }

  /// Row by row; neighbours that differ in spot and strike only share a boundary.
  func fillAmerican(_ rows: borrowing OptionRows, _ tolerance: Double) -> RowRefusals {
    var refusals = RowRefusals()
    var last: AmericanBoundary?
    for row in 0..<count {
      unsafe boundary?[row] = .nan
      if let fault = rows.fault(row) {
        refuse(row, fault, &refusals)
        continue
      }
      let (sign, spot, strike) = (rows.number(0, row), rows.number(1, row), rows.number(2, row))
      let (years, volatility) = (rows.number(3, row), rows.number(4, row))
      let (rate, yield) = (rows.number(5, row), rows.number(6, row))
      var found = last
      if let known = last, known.sign == sign, known.years == years, known.volatility == volatility,
        known.rate == rate, known.dividendYield == yield
      {
      } else {
        found = AmericanBoundary(
          sign: sign, years: years, volatility: volatility, rate: rate, dividendYield: yield, tolerance: tolerance,
          withSlopes: width > 1)
        last = found
      }
      guard let found else { continue }
      guard found.method != .unsolved else {
        refuse(
          row,
          "found volatility \(volatility) over \(years) years at rates \(rate) and \(yield), for which no exercise "
            + "boundary was reached", &refusals)
        continue
      }
      let isFinite = write(found, row, spot: spot, strike: strike)
      if let status = unsafe status {
        unsafe status[row] = isFinite ? UInt8(BULKHEAD_PRICED) : UInt8(BULKHEAD_LIMIT)
      }
    }
    return refusals
  }

  /// Writes the figures of one option; true where all that an American option has are finite.
  private func write(_ american: AmericanBoundary, _ row: Int, spot: Double, strike: Double) -> Bool {
    if american.method == .european {
      let partials = BlackScholes.partials(
        sign: american.sign, spot: spot, strike: strike, years: american.years, volatility: american.volatility,
        rate: american.rate, dividendYield: american.dividendYield)
      for column in BlackScholes.Column.allCases where column.rawValue < width {
        unsafe out[column.rawValue * count + row] = partials[column]
      }
      return BlackScholes.Column.allCases.allSatisfy { $0.rawValue >= width || partials[$0].isFinite }
    }
    if let price = american.exercisePrice(strike: strike) { unsafe boundary?[row] = price }
    guard width > 1 else {
      let value = american.value(spot: spot, strike: strike)
      unsafe out[row] = value
      return value.isFinite
    }
    let partials = american.partials(spot: spot, strike: strike)
    let first = [
      partials.value, partials.delta, partials.gamma, partials.vega, partials.theta, partials.rho, partials.epsilon,
    ]
    for (column, number) in first.enumerated() where column < width { unsafe out[column * count + row] = number }
    guard width == BlackScholes.Detail.all.columnCount else { return first.dropLast().allSatisfy(\.isFinite) }
    for column in first.count..<width - 2 { unsafe out[column * count + row] = .nan }
    unsafe out[(width - 2) * count + row] = partials.dualDelta
    unsafe out[(width - 1) * count + row] = partials.dualGamma
    return (first + [partials.dualDelta, partials.dualGamma]).allSatisfy(\.isFinite)
  }
}
