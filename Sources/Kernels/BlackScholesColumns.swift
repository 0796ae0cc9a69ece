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
    let n = sign.count
    guard
      spot.count == n, strike.count == n, years.count == n, volatility.count == n, rate.count == n,
      dividendYield.count == n, block.count == n * detail.columnCount
    else { fatalError("BlackScholes.compute: the columns differ in length") }
    guard n > 0 else { return }
    unsafe sign.withUnsafeBufferPointer { sign in
      unsafe spot.withUnsafeBufferPointer { spot in
        unsafe strike.withUnsafeBufferPointer { strike in
          unsafe years.withUnsafeBufferPointer { years in
            unsafe volatility.withUnsafeBufferPointer { volatility in
              unsafe rate.withUnsafeBufferPointer { rate in
                unsafe dividendYield.withUnsafeBufferPointer { dividendYield in
                  unsafe block.withUnsafeMutableBufferPointer { block in
                    let columns = unsafe OptionColumns(
                      count: n, sign: sign.baseAddress!, spot: spot.baseAddress!, strike: strike.baseAddress!,
                      years: years.baseAddress!, volatility: volatility.baseAddress!, rate: rate.baseAddress!,
                      dividendYield: dividendYield.baseAddress!)
                    let out = block.baseAddress!
                    switch detail {
                    case .value: unsafe computeValues(columns, into: out)
                    case .fiveGreeks: unsafe computeFiveGreeks(columns, into: out)
                    case .all: unsafe computeAll(columns, into: out)
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

/// The addresses of the input columns of a batch.
@unsafe
struct OptionColumns {
  let count: Int
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
        unsafe out[column * count + j] = limit[BlackScholes.Column(rawValue: column)!]
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
  private static func computeValues(_ columns: OptionColumns, into out: UnsafeMutablePointer<Double>) {
    unsafe rows(columns, .value, into: out)
  }

  @inline(never)
  private static func computeFiveGreeks(_ columns: OptionColumns, into out: UnsafeMutablePointer<Double>) {
    unsafe rows(columns, .fiveGreeks, into: out)
  }

  @inline(never)
  private static func computeAll(_ columns: OptionColumns, into out: UnsafeMutablePointer<Double>) {
    unsafe rows(columns, .all, into: out)
  }

  @inline(__always)
  private static func rows(_ columns: OptionColumns, _ detail: Detail, into out: UnsafeMutablePointer<Double>) {
    let n = unsafe columns.count
    var i = 0
    // Seventeen columns leave no registers for a second vector, and memory is the limit once they leave the cache.
    while detail != .all && n - i >= 2 * Wide.width {
      unsafe vector(Twin<Wide>.self, at: i, count: 2 * Wide.width, columns, detail, into: out)
      i += 2 * Wide.width
    }
    while i < n {
      unsafe vector(Wide.self, at: i, count: n - i, columns, detail, into: out)
      i += Wide.width
    }
  }

  @inline(__always)
  private static func vector<L: Lanes>(
    _: L.Type, at i: Int, count: Int, _ columns: OptionColumns, _ detail: Detail, into out: UnsafeMutablePointer<Double>
  ) {
    let n = unsafe columns.count
    let inputs: BlackScholesInputs<L> = unsafe columns.load(i, count)
    let terms = BlackScholesTerms(inputs)
    unsafe terms.value.store(out + i, count: count)
    if detail != .value {
      let greeks = FirstGreeks(inputs, terms)
      unsafe greeks.store(out + i, stride: n, count: count)
      if detail == .all {
        let more = FurtherGreeks(inputs, terms, greeks)
        unsafe more.store(out + i, stride: n, count: count)
      }
    }
    let irregular = terms.irregularLanes(inputs)
    if irregular != 0 { unsafe columns.patch(i, lanes: irregular, columns: detail.columnCount, into: out) }
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
