public import CBulkhead
import Kernels

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_implied_volatility(
  _ options: UnsafePointer<bulkhead_options>?, _ tolerance: Double, _ out: UnsafeMutablePointer<Double>?,
  _ status: UnsafeMutablePointer<UInt8>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let tolerance = try ExerciseTolerance(tolerance)
    let rows = unsafe try OptionRows(try claims.value(options, "options"), .price, &claims)
    let out = unsafe try claims.output(out, Int64(rows.count), "out")
    let status = unsafe try claims.output(status, Int64(rows.count), "status")
    try claims.check()
    var refusals = RowRefusals()
    switch tolerance {
    case .european: unsafe solve(rows, out, status)
    case .american(let tolerance):
      for row in 0..<rows.count {
        let answer = AmericanImpliedVolatility.solve(
          sign: rows.number(0, row), price: rows.number(4, row), spot: rows.number(1, row),
          strike: rows.number(2, row), years: rows.number(3, row), rate: rows.number(5, row),
          dividendYield: rows.number(6, row), tolerance: tolerance)
        unsafe out[row] = answer.volatility
        unsafe status[row] = answer.status.rawValue
      }
    }
    for row in 0..<rows.count where unsafe status[row] == ImpliedVolatilityStatus.invalid.rawValue {
      refusals.add(row: row, rows.fault(row) ?? "found numbers with which no price can be compared, wanted finite ones")
      break
    }
    return refusals
  }
}

private func solve(
  _ rows: borrowing OptionRows, _ out: UnsafeMutableBufferPointer<Double>, _ status: UnsafeMutableBufferPointer<UInt8>
) {
  var answers = [ImpliedVolatilityStatus](repeating: .invalid, count: min(OptionRows.blockSize, rows.count))
  for row in stride(from: 0, to: rows.count, by: OptionRows.blockSize) {
    let n = min(OptionRows.blockSize, rows.count - row)
    var volatilities = unsafe UnsafeMutableBufferPointer(rebasing: out[row..<row + n]).mutableSpan
    var all = answers.mutableSpan
    var statuses = all._mutatingExtracting(0..<n)
    let (sign, spot, strike) = unsafe (rows.column(0, row, n), rows.column(1, row, n), rows.column(2, row, n))
    let (years, price) = unsafe (rows.column(3, row, n), rows.column(4, row, n))
    let (rate, yield) = unsafe (rows.column(5, row, n), rows.column(6, row, n))
    unsafe ImpliedVolatility.solve(
      sign: sign.span, price: price.span, spot: spot.span, strike: strike.span, years: years.span, rate: rate.span,
      dividendYield: yield.span, into: &volatilities, status: &statuses)
    for index in 0..<n { unsafe status[row + index] = answers[index].rawValue }
  }
}
