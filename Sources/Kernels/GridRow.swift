internal import CVector

/// One contract on one row of spots, with what does not depend on volatility.
///
/// The formula is that of ``BlackScholesTerms`` with the weight folded into its factors. A whole row often has one
/// volatility, and then s = v sqrt(T) and all that follows from it alone leave the loop.
@unsafe
struct GridRow {
  /// The columns of the scratch memory, one number a spot.
  private enum Column: Int, CaseIterable {
    /// |x|, where x = ln(S/K) + (r - q) T.
    case distance
    /// +1 below the forward strike, -1 above.
    case side
    /// The weight times the smaller of A and B.
    case densityScale
    /// The weighted value, spot term and strike term of the forward, where the option is in the money.
    case intrinsic, spotBase, strikeBase
    case reciprocalSpot, squaredReciprocalSpot
  }

  static let columnCount = Column.allCases.count

  private let contract: GridContract
  private let spots: UnsafePointer<Double>
  private let count: Int
  private let scratch: UnsafeMutablePointer<Double>
  private let rootTime: Double
  /// Whether the contract is alive and its strike positive and finite.
  private let isRegular: Bool
  /// Whether every spot is positive and finite; the others are left to the limits.
  private let spotsAreRegular: Bool

  init(_ contract: GridContract, spots: UnsafePointer<Double>, count: Int, scratch: UnsafeMutablePointer<Double>) {
    unsafe self.contract = contract
    unsafe self.spots = spots
    unsafe self.count = count
    unsafe self.scratch = scratch
    unsafe rootTime = contract.years > 0 ? contract.years.squareRoot() : 0
    let isRegular = contract.years > 0 && contract.strike > 0 && contract.strike < .infinity
    var spotsAreRegular = true
    for i in 0..<count {
      spotsAreRegular = unsafe spotsAreRegular && GridRow.isRegular(spots[i])
    }
    unsafe self.isRegular = isRegular
    unsafe self.spotsAreRegular = spotsAreRegular
    if isRegular { unsafe prepare() }
  }

  private static func isRegular(_ spot: Double) -> Bool { spot > 0 && spot < .infinity }

  private func prepare() {
    let years = unsafe Wide(contract.years)
    let strike = unsafe Wide(contract.strike)
    let weight = unsafe Wide(contract.weight)
    let sign = unsafe Wide(contract.sign)
    let zero = Wide(0)
    let one = Wide(1)
    var i = 0
    while unsafe i < count {
      let lanes = unsafe count - i
      let given = unsafe Wide.load(spots + i, count: lanes)
      // A spot that the formula cannot take contributes zero here.
      let fits = Wide.both(Wide.isLess(zero, given), Wide.isLess(given, Wide(.infinity)))
      let spot = Wide.choose(fits, given, strike)
      let scale = Wide.choose(fits, weight, zero)
      let signedScale = scale * sign
      let moneyness = unsafe Moneyness(
        spot: spot, strike: strike, years: years, rate: Wide(contract.rate),
        dividendYield: Wide(contract.dividendYield))
      let side = Wide.choose(moneyness.isBelow, one, -one)
      let isInTheMoney = Wide.isLess(sign * side, zero)
      let reciprocal = one / spot
      unsafe store(.distance, i, moneyness.distance, lanes)
      unsafe store(.side, i, side, lanes)
      unsafe store(.densityScale, i, scale * moneyness.smaller, lanes)
      unsafe store(.intrinsic, i, scale * Wide.choose(isInTheMoney, moneyness.intrinsic, zero), lanes)
      unsafe store(.spotBase, i, Wide.choose(isInTheMoney, signedScale * moneyness.spotPresent, zero), lanes)
      unsafe store(.strikeBase, i, Wide.choose(isInTheMoney, signedScale * moneyness.strikePresent, zero), lanes)
      unsafe store(.reciprocalSpot, i, reciprocal, lanes)
      unsafe store(.squaredReciprocalSpot, i, reciprocal * reciprocal, lanes)
      i += Wide.width
    }
  }

  @inline(__always)
  private func store(_ column: Column, _ i: Int, _ x: Wide, _ lanes: Int) {
    unsafe x.store(scratch + column.rawValue * count + i, count: lanes)
  }

  @inline(__always)
  private func load<L: Lanes>(_ column: Column, _ i: Int, _ lanes: Int) -> L {
    unsafe L.load(scratch + column.rawValue * count + i, count: lanes)
  }

  /// Where a row of the block begins and how its columns are spaced.
  @unsafe
  struct Destination {
    let start: UnsafeMutablePointer<Double>
    let stride: Int
  }

  /// One row at one volatility.
  func revalue(_ detail: BlackScholes.Detail, volatility: Double, adding: Bool, into out: Destination) {
    let deviation = unsafe volatility * rootTime
    let range = BlackScholes.deviationRange
    guard unsafe isRegular, range.low < deviation, deviation < range.high else {
      for i in unsafe 0..<count {
        unsafe limitNode(detail, i, volatility: volatility, adding: adding, into: out)
      }
      return
    }
    let isShared = deviation <= sharedPartDeviation
    switch (detail, isShared, adding) {
    case (.value, true, true): unsafe rowOfSharedValuesAdded(volatility, into: out)
    case (.value, true, false): unsafe rowOfSharedValues(volatility, into: out)
    case (.value, false, true): unsafe rowOfValuesAdded(volatility, into: out)
    case (.value, false, false): unsafe rowOfValues(volatility, into: out)
    case (_, true, true): unsafe rowOfSharedGreeksAdded(volatility, into: out)
    case (_, true, false): unsafe rowOfSharedGreeks(volatility, into: out)
    case (_, false, true): unsafe rowOfGreeksAdded(volatility, into: out)
    case (_, false, false): unsafe rowOfGreeks(volatility, into: out)
    }
    if unsafe !spotsAreRegular {
      for i in unsafe 0..<count where unsafe !GridRow.isRegular(spots[i]) {
        unsafe limitNode(detail, i, volatility: volatility, adding: true, into: out)
      }
    }
  }

  /// One row with a volatility for each node.
  func revalue(
    _ detail: BlackScholes.Detail, volatilities: UnsafePointer<Double>, adding: Bool, into out: Destination
  ) {
    guard unsafe isRegular && spotsAreRegular else {
      for i in unsafe 0..<count {
        unsafe limitNode(detail, i, volatility: volatilities[i], adding: adding, into: out)
      }
      return
    }
    if detail == .value {
      unsafe rowOfNodeValues(volatilities, adding: adding, into: out)
    } else {
      unsafe rowOfNodeGreeks(volatilities, adding: adding, into: out)
    }
  }

  /// One node by the formula for a single option.
  @inline(never)
  private func limitNode(
    _ detail: BlackScholes.Detail, _ i: Int, volatility: Double, adding: Bool, into out: Destination
  ) {
    let node = unsafe BlackScholes.partials(
      sign: contract.sign, spot: spots[i], strike: contract.strike, years: max(contract.years, 0),
      volatility: max(volatility, 0), rate: contract.rate, dividendYield: contract.dividendYield)
    for column in 0..<detail.columnCount {
      let figure = node[BlackScholes.Column(rawValue: column)!]
      // A partial derivative that does not exist adds nothing; a value that does not exist is an error to be seen.
      let weighted = unsafe figure.isFinite || column == 0 ? contract.weight * figure : 0
      let place = unsafe out.start + column * out.stride + i
      unsafe place.pointee = adding ? place.pointee + weighted : weighted
    }
  }

  // One function for each case, so that every loop is compiled for its own.

  @inline(never) private func rowOfSharedValuesAdded(_ v: Double, into out: Destination) {
    unsafe row(v, isShared: true, withGreeks: false, adding: true, into: out)
  }
  @inline(never) private func rowOfSharedValues(_ v: Double, into out: Destination) {
    unsafe row(v, isShared: true, withGreeks: false, adding: false, into: out)
  }
  @inline(never) private func rowOfValuesAdded(_ v: Double, into out: Destination) {
    unsafe row(v, isShared: false, withGreeks: false, adding: true, into: out)
  }
  @inline(never) private func rowOfValues(_ v: Double, into out: Destination) {
    unsafe row(v, isShared: false, withGreeks: false, adding: false, into: out)
  }
  @inline(never) private func rowOfSharedGreeksAdded(_ v: Double, into out: Destination) {
    unsafe row(v, isShared: true, withGreeks: true, adding: true, into: out)
  }
  @inline(never) private func rowOfSharedGreeks(_ v: Double, into out: Destination) {
    unsafe row(v, isShared: true, withGreeks: true, adding: false, into: out)
  }
  @inline(never) private func rowOfGreeksAdded(_ v: Double, into out: Destination) {
    unsafe row(v, isShared: false, withGreeks: true, adding: true, into: out)
  }
  @inline(never) private func rowOfGreeks(_ v: Double, into out: Destination) {
    unsafe row(v, isShared: false, withGreeks: true, adding: false, into: out)
  }

  @inline(__always)
  private func row(_ v: Double, isShared: Bool, withGreeks: Bool, adding: Bool, into out: Destination) {
    let sharing = isShared ? MillsSharing.shared : .separate
    let factors = unsafe NodeFactors(volatility: v, rootTime: rootTime)
    let pair = NodeFactors<Twin<Wide>>(repeating: factors)
    let single = NodeFactors<Wide>(repeating: factors)
    var i = 0
    while unsafe count - i >= 2 * Wide.width {
      unsafe node(i, pair, sharing, lanes: 2 * Wide.width, withGreeks: withGreeks, adding: adding, into: out)
      i += 2 * Wide.width
    }
    while unsafe i < count {
      unsafe node(i, single, sharing, lanes: count - i, withGreeks: withGreeks, adding: adding, into: out)
      i += Wide.width
    }
  }

  @inline(never)
  private func rowOfNodeValues(_ volatilities: UnsafePointer<Double>, adding: Bool, into out: Destination) {
    unsafe rowOfNodes(volatilities, withGreeks: false, adding: adding, into: out)
  }

  @inline(never)
  private func rowOfNodeGreeks(_ volatilities: UnsafePointer<Double>, adding: Bool, into out: Destination) {
    unsafe rowOfNodes(volatilities, withGreeks: true, adding: adding, into: out)
  }

  @inline(__always)
  private func rowOfNodes(
    _ volatilities: UnsafePointer<Double>, withGreeks: Bool, adding: Bool, into out: Destination
  ) {
    var i = 0
    while unsafe count - i >= 2 * Wide.width {
      unsafe nodes(
        Twin<Wide>.self, i, volatilities, lanes: 2 * Wide.width, withGreeks: withGreeks, adding: adding, into: out)
      i += 2 * Wide.width
    }
    while unsafe i < count {
      unsafe nodes(
        Wide.self, i, volatilities, lanes: min(count - i, Wide.width), withGreeks: withGreeks, adding: adding,
        into: out)
      i += Wide.width
    }
  }

  @inline(__always)
  private func nodes<L: Lanes>(
    _: L.Type, _ i: Int, _ volatilities: UnsafePointer<Double>, lanes: Int, withGreeks: Bool, adding: Bool,
    into out: Destination
  ) {
    let range = BlackScholes.deviationRange
    let factors = unsafe NodeFactors<L>(
      volatility: L.load(volatilities + i, count: lanes), rootTime: L(rootTime))
    let fits = L.bits(
      L.both(
        L.isLess(L(range.low), factors.fullDeviation), L.isLess(factors.fullDeviation, L(range.high))))
    let needed: UInt32 = (1 << UInt32(lanes)) - 1
    if fits & needed == needed {
      unsafe node(i, factors, .mixed, lanes: lanes, withGreeks: withGreeks, adding: adding, into: out)
    } else {
      unsafe mixedNodes(
        i..<(i + lanes), fits: fits, volatilities, withGreeks: withGreeks, adding: adding, into: out)
    }
  }

  /// Neighbours of which some are limits: each of the others is worked out alone, so that a node has the same digits
  /// whatever stands beside it.
  @inline(never)
  private func mixedNodes(
    _ nodes: Range<Int>, fits: UInt32, _ volatilities: UnsafePointer<Double>, withGreeks: Bool, adding: Bool,
    into out: Destination
  ) {
    for j in nodes {
      guard fits >> UInt32(j - nodes.lowerBound) & 1 == 1 else {
        unsafe limitNode(
          withGreeks ? .fiveGreeks : .value, j, volatility: volatilities[j], adding: adding, into: out)
        continue
      }
      let factors = unsafe NodeFactors<Wide>(
        volatility: Wide.load(volatilities + j, count: 1), rootTime: Wide(rootTime))
      unsafe node(j, factors, .mixed, lanes: 1, withGreeks: withGreeks, adding: adding, into: out)
    }
  }

  @inline(__always)
  private func node<L: Lanes>(
    _ i: Int, _ factors: NodeFactors<L>, _ sharing: MillsSharing, lanes: Int, withGreeks: Bool, adding: Bool,
    into out: Destination
  ) {
    let zero = L(0)
    let s = factors.deviation
    let near = unsafe L.lesser(
      L.fma(load(.distance, i, lanes), factors.reciprocal, factors.minusHalfDeviation), L(1e6))
    let density = unsafe load(.densityScale, i, lanes) * L.normalDensity(near * near, low: nil)
    let mills = MillsPair(near: near, far: near + s, deviation: s, sharing)
    var nearTail = density * mills.near
    let farTail = density * mills.far
    var outOfTheMoney = density * mills.difference
    if sharing != .shared {
      let whole: L = unsafe load(.densityScale, i, lanes)
      let isReflected = L.both(L.isLess(L(sharedPartDeviation), s), L.isLess(near, zero))
      nearTail = L.choose(isReflected, whole - nearTail, nearTail)
      outOfTheMoney = L.choose(isReflected, nearTail - farTail, outOfTheMoney)
    }
    unsafe put(0, i, outOfTheMoney + load(.intrinsic, i, lanes), adding, out, lanes)
    guard withGreeks else { return }
    let side: L = unsafe load(.side, i, lanes)
    let isBelow = L.isLess(zero, side)
    let spotTerm = unsafe L.fma(side, L.choose(isBelow, nearTail, farTail), load(.spotBase, i, lanes))
    let strikeTerm = unsafe L.fma(side, L.choose(isBelow, farTail, nearTail), load(.strikeBase, i, lanes))
    unsafe put(1, i, spotTerm * load(.reciprocalSpot, i, lanes), adding, out, lanes)
    unsafe put(2, i, density * factors.reciprocal * load(.squaredReciprocalSpot, i, lanes), adding, out, lanes)
    unsafe put(3, i, density * L(rootTime), adding, out, lanes)
    let carried = unsafe L.fma(
      L(contract.dividendYield), spotTerm, -(L(contract.rate) * strikeTerm))
    unsafe put(4, i, L.fma(-density, factors.decay, carried), adding, out, lanes)
    unsafe put(5, i, L(contract.years) * strikeTerm, adding, out, lanes)
  }

  @inline(__always)
  private func put<L: Lanes>(_ column: Int, _ i: Int, _ x: L, _ adding: Bool, _ out: Destination, _ lanes: Int) {
    let place = unsafe out.start + column * out.stride + i
    unsafe (adding ? L.load(place, count: lanes) + x : x).store(place, count: lanes)
  }
}

/// What follows from the volatility of a row or of a node.
struct NodeFactors<L: Lanes> {
  /// s = v sqrt(T), and the same clamped to where the normal probabilities are 0 and 1.
  let fullDeviation: L
  let deviation: L
  let minusHalfDeviation: L
  let reciprocal: L
  /// v / (2 sqrt(T))
  let decay: L

  @inline(__always)
  init(volatility: L, rootTime: L) {
    let s = volatility * rootTime
    fullDeviation = s
    deviation = L.lesser(s, L(2000))
    minusHalfDeviation = L(-0.5) * deviation
    reciprocal = L(1) / s
    decay = L(0.5) * volatility / rootTime
  }

  /// The factors of one volatility in every lane.
  @inline(__always)
  init(repeating factors: NodeFactors<Double>) {
    fullDeviation = L(factors.fullDeviation)
    deviation = L(factors.deviation)
    minusHalfDeviation = L(factors.minusHalfDeviation)
    reciprocal = L(factors.reciprocal)
    decay = L(factors.decay)
  }
}
