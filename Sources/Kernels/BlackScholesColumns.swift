extension BlackScholes {
  /// Values many unrelated options, one a row.
  ///
  /// - Parameters:
  ///   - detail: Which columns to compute.
  ///   - sign: +1 for a call, -1 for a put; `n` of them, as of each of the other inputs, in the units of
  ///     ``BlackScholes``.
  ///   - block: Receives the columns named by `detail` in the order of ``Column``, one after another, each of `n`
  ///     numbers: shape `[detail.columnCount, n]`. What an option at a limit has no finite figure for is ±infinity or
  ///     not-a-number.
  /// - Complexity: O(`n`), without allocation; fastest in blocks of about two thousand rows, which stay in the cache,
  ///   and not of a multiple of 512, whose columns would share its sets. Stops the program if a count differs.
  public static func compute(
    _ detail: Detail, sign: Span<Double>, spot: Span<Double>, strike: Span<Double>, years: Span<Double>,
    volatility: Span<Double>, rate: Span<Double>, dividendYield: Span<Double>, into block: inout MutableSpan<Double>
  ) {
    guard block.count == sign.count * detail.columnCount else {
      fatalError("BlackScholes.compute: the columns differ in length")
    }
    _ = compute(
      detail, sign: sign, spot: spot, strike: strike, years: years, volatility: volatility, rate: rate,
      dividendYield: dividendYield, into: &block, at: 0)
  }

  /// Values options into rows of a longer block: what is read in parts is written where it stays, without a copy.
  ///
  /// - Parameters: As above, and
  ///   - block: Of the shape `[detail.columnCount, rows]`.
  ///   - row: The first of the `n` rows that are written; the others are left as they are.
  /// - Returns: True where the formula held for every option: spot and strike are positive and finite, years and
  ///   volatility positive and neither at a limit. Nothing is said of sign and rates.
  /// - Complexity: O(`n`), without allocation. Stops the program if a count differs or the rows are not within the block.
  public static func compute(
    _ detail: Detail, sign: Span<Double>, spot: Span<Double>, strike: Span<Double>, years: Span<Double>,
    volatility: Span<Double>, rate: Span<Double>, dividendYield: Span<Double>, into block: inout MutableSpan<Double>,
    at row: Int
  ) -> Bool {
    let n = sign.count
    let (rows, remainder) = block.count.quotientAndRemainder(dividingBy: detail.columnCount)
    guard
      spot.count == n, strike.count == n, years.count == n, volatility.count == n, rate.count == n,
      dividendYield.count == n, remainder == 0, row >= 0, row <= rows, n <= rows - row
    else { fatalError("BlackScholes.compute: the columns differ in length") }
    guard n > 0 else { return true }
    return unsafe sign.withUnsafeBufferPointer { sign in
      unsafe spot.withUnsafeBufferPointer { spot in
        unsafe strike.withUnsafeBufferPointer { strike in
          unsafe years.withUnsafeBufferPointer { years in
            unsafe volatility.withUnsafeBufferPointer { volatility in
              unsafe rate.withUnsafeBufferPointer { rate in
                unsafe dividendYield.withUnsafeBufferPointer { dividendYield in
                  unsafe block.withUnsafeMutableBufferPointer { block in
                    let columns = unsafe OptionColumns(
                      count: n, rows: rows, sign: sign.baseAddress!, spot: spot.baseAddress!,
                      strike: strike.baseAddress!,
                      years: years.baseAddress!, volatility: volatility.baseAddress!, rate: rate.baseAddress!,
                      dividendYield: dividendYield.baseAddress!)
                    let out = unsafe block.baseAddress! + row
                    switch detail {
                    case .value: return unsafe computeValues(columns, into: out)
                    case .fiveGreeks: return unsafe computeFiveGreeks(columns, into: out)
                    case .all: return unsafe computeAll(columns, into: out)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

/// The addresses of the input columns of a batch, and how far apart those of its figures are.
@unsafe
struct OptionColumns {
  let count: Int
  let rows: Int
  let sign: UnsafePointer<Double>
  let spot: UnsafePointer<Double>
  let strike: UnsafePointer<Double>
  let years: UnsafePointer<Double>
  let volatility: UnsafePointer<Double>
  let rate: UnsafePointer<Double>
  let dividendYield: UnsafePointer<Double>

  @inline(__always)
  func load<L: Lanes>(_ i: Int, _ count: Int) -> BlackScholesInputs<L> {
    unsafe BlackScholesInputs(
      sign: .load(sign + i, count: count), spot: .load(spot + i, count: count),
      strike: .load(strike + i, count: count), years: .load(years + i, count: count),
      volatility: .load(volatility + i, count: count), rate: .load(rate + i, count: count),
      dividendYield: .load(dividendYield + i, count: count))
  }

  /// Writes the limits over the lanes of the vector at `i` for which the formula does not hold.
  @inline(never)
  func patch(_ i: Int, lanes: UInt32, columns: Int, into out: UnsafeMutablePointer<Double>) {
    for lane in 0..<(2 * Wide.width) where unsafe lanes & (1 << UInt32(lane)) != 0 && i + lane < count {
      let j = i + lane
      let limit = unsafe BlackScholes.limit(
        sign: sign[j], spot: spot[j], strike: strike[j], years: years[j], volatility: volatility[j], rate: rate[j],
        dividendYield: dividendYield[j])
      for column in 0..<columns {
        unsafe out[column * rows + j] = limit[BlackScholes.Column(rawValue: column)!]
      }
    }
  }
}

extension BlackScholesTerms {
  /// The lanes outside the domain of the formula, one bit each.
  @inline(__always)
  func irregularLanes(_ inputs: BlackScholesInputs<L>) -> UInt32 {
    let range = BlackScholes.deviationRange
    let zero = L(0)
    let infinity = L(.infinity)
    let deviationFits = L.both(L.isLess(L(range.low), deviation), L.isLess(deviation, L(range.high)))
    let spotFits = L.both(L.isLess(zero, inputs.spot), L.isLess(inputs.spot, infinity))
    let strikeFits = L.both(L.isLess(zero, inputs.strike), L.isLess(inputs.strike, infinity))
    let fits = L.bits(L.both(deviationFits, L.both(spotFits, strikeFits)))
    return ~fits & ((1 << UInt32(L.width)) - 1)
  }
}

extension BlackScholes {
  @inline(never)
  private static func computeValues(_ columns: OptionColumns, into out: UnsafeMutablePointer<Double>) -> Bool {
    unsafe rows(columns, .value, into: out)
  }

  @inline(never)
  private static func computeFiveGreeks(_ columns: OptionColumns, into out: UnsafeMutablePointer<Double>) -> Bool {
    unsafe rows(columns, .fiveGreeks, into: out)
  }

  @inline(never)
  private static func computeAll(_ columns: OptionColumns, into out: UnsafeMutablePointer<Double>) -> Bool {
    unsafe rows(columns, .all, into: out)
  }

  @inline(__always)
  private static func rows(
    _ columns: OptionColumns, _ detail: Detail, into out: UnsafeMutablePointer<Double>
  ) -> Bool {
    let n = unsafe columns.count
    var irregular: UInt32 = 0
    var i = 0
    // Seventeen columns leave no registers for a second vector, and memory is the limit once they leave the cache.
    while detail != .all && n - i >= 2 * Wide.width {
      unsafe irregular |= vector(Twin<Wide>.self, at: i, count: 2 * Wide.width, columns, detail, into: out)
      i += 2 * Wide.width
    }
    while i < n {
      unsafe irregular |= vector(Wide.self, at: i, count: n - i, columns, detail, into: out)
      i += Wide.width
    }
    return irregular == 0
  }

  @inline(__always)
  private static func vector<L: Lanes>(
    _: L.Type, at i: Int, count: Int, _ columns: OptionColumns, _ detail: Detail, into out: UnsafeMutablePointer<Double>
  ) -> UInt32 {
    let rows = unsafe columns.rows
    let inputs: BlackScholesInputs<L> = unsafe columns.load(i, count)
    let terms = BlackScholesTerms(inputs)
    unsafe terms.value.store(out + i, count: count)
    if detail != .value {
      let greeks = FirstGreeks(inputs, terms)
      unsafe greeks.store(out + i, stride: rows, count: count)
      if detail == .all {
        let more = FurtherGreeks(inputs, terms, greeks)
        unsafe more.store(out + i, stride: rows, count: count)
      }
    }
    let irregular = terms.irregularLanes(inputs)
    if irregular != 0 { unsafe columns.patch(i, lanes: irregular, columns: detail.columnCount, into: out) }
    // Lanes behind the last option are none.
    return count < L.width ? irregular & ((1 << UInt32(count)) - 1) : irregular
  }
}

extension FirstGreeks {
  @inline(__always)
  func store(_ out: UnsafeMutablePointer<Double>, stride n: Int, count: Int) {
    unsafe delta.store(out + n, count: count)
    unsafe gamma.store(out + 2 * n, count: count)
    unsafe vega.store(out + 3 * n, count: count)
    unsafe theta.store(out + 4 * n, count: count)
    unsafe rho.store(out + 5 * n, count: count)
  }
}

extension FurtherGreeks {
  @inline(__always)
  func store(_ out: UnsafeMutablePointer<Double>, stride n: Int, count: Int) {
    unsafe epsilon.store(out + 6 * n, count: count)
    unsafe vanna.store(out + 7 * n, count: count)
    unsafe volga.store(out + 8 * n, count: count)
    unsafe charm.store(out + 9 * n, count: count)
    unsafe veta.store(out + 10 * n, count: count)
    unsafe speed.store(out + 11 * n, count: count)
    unsafe zomma.store(out + 12 * n, count: count)
    unsafe color.store(out + 13 * n, count: count)
    unsafe ultima.store(out + 14 * n, count: count)
    unsafe dualDelta.store(out + 15 * n, count: count)
    unsafe dualGamma.store(out + 16 * n, count: count)
  }
}
