internal import RealModule

/// The collocation equations of an exercise boundary at one level, linearised.
///
/// Smooth pasting, dP/ds = -1 at the boundary, differentiated under the integral of the early-exercise premium (Kim,
/// *Review of Financial Studies* 3 (1990); equation A of Andersen, Lake and Offengenden, *Journal of Computational
/// Finance* 20 (2016)). Its European densities cancel, as B e^(-qT) n(d1) = e^(-rT) n(d2), and what is left is
///
///     integral e^(-rt) n(d2) (r - q b) / (v sqrt t) dt = B (e^(-q tau) N(d1) + q integral e^(-qt) N(d1) dt)
///
/// with b the boundary at tau - t and d1, d2 of B / b over t. A negative yield has its integral on the left, so that both
/// sides are sums of positive terms, and the equation is solved in their logarithms, in which it is nearly straight. The
/// paper iterates on fixed points; here every equation is differentiated by every node, so that Newton's method applies
/// and the boundary's derivatives by the parameters cost one more solution of the same matrix.
struct BoundarySystem {
  let level: CollocationLevel
  let put: UnitPut
  /// ln(start / boundary) at the nodes, or its square; n of them.
  var unknowns: [Double]
  /// ln left - ln right.
  private(set) var residual: [Double]
  /// Its derivative by the unknowns, shape [n, n].
  private(set) var jacobian: [Double]
  /// Its derivative by volatility, rate and yield at fixed unknowns, shape [3, n].
  private(set) var sensitivity: [Double] = []
  private var pivots: [Int]
  /// Whether the interpolated square was negative somewhere, where the boundary was then taken to be its start.
  private(set) var isFolded = false

  init(_ level: CollocationLevel, _ put: UnitPut, unknowns: [Double]) {
    self.level = level
    self.put = put
    self.unknowns = unknowns
    let n = level.nodes
    residual = [Double](repeating: 0, count: n)
    jacobian = [Double](repeating: 0, count: n * n)
    pivots = [Int](repeating: 0, count: n)
  }

  /// Fills residual and Jacobian, and the sensitivity where it is asked for; false where a side is not positive.
  mutating func linearise(withSensitivity: Bool = false) -> Bool {
    if withSensitivity { sensitivity = [Double](repeating: 0, count: 3 * level.nodes) }
    switch Wide.width {
    case 8: return linearise(Wide.self, withSensitivity)
    case 4: return linearise(Twin<Wide>.self, withSensitivity)
    default: return linearise(Twin<Twin<Wide>>.self, withSensitivity)
    }
  }

  private mutating func linearise<L: Lanes>(_: L.Type, _ withSensitivity: Bool) -> Bool {
    // Their own, so that columns are read while others of this system are written.
    let (level, put) = (self.level, self.put)
    let (n, points) = (level.nodes, level.points)
    let (r, q, v) = (put.rate, put.dividendYield, put.volatility)
    let (start, isSquare) = (put.start, put.interpolatesSquare)
    let carry = r - q - 0.5 * v * v
    // d ln start by rate and by yield.
    let (startByRate, startByYield) = q <= r ? (0, 0) : (1 / r, -1 / q)
    let (upperYield, lowerYield) = (max(q, 0), max(-q, 0))
    let (sines, inverseSines, weights) = (level.sines.span, level.inverseSines.span, level.weights.span)
    let maps = level.maps.span
    var slopes = [Double](repeating: 0, count: 2 * points)
    var slopeSpan = slopes.mutableSpan
    let one = L(1)
    let zero = L(0)
    var folds: UInt32 = 0
    for i in 0..<n {
      let root = put.years.squareRoot() * level.roots[i]
      let tau = root * root
      let own = isSquare ? unknowns[i].squareRoot() : unknowns[i]
      let boundary = start * .exp(-own)
      guard boundary > 0 else { return false }
      let (rootLanes, ownLanes) = (L(root), L(own))
      let inverseDeviation = L(1 / (v * root))
      let inverseBoundary = L(1 / boundary)
      var (left, leftByOwn, right, rightByOwn) = (zero, zero, zero, zero)
      var (leftByV, leftByR, leftByQ, rightByV, rightByR, rightByQ) = (zero, zero, zero, zero, zero, zero)
      var k = 0
      while k < points {
        // The boundary at tau - t.
        var sum = zero
        for j in 0..<n {
          sum = L.fma(L(unknowns[j]), L.octet(maps, at: (i * n + j) * points + k), sum)
        }
        if isSquare { folds |= L.bits(L.isLess(sum, zero)) }
        let depth = isSquare ? L.squareRoot(L.greater(L(1e-60), sum)) : sum
        let seen = L(start) * L.decay(depth)
        let z = rootLanes * L.octet(sines, at: k)
        let t = z * z
        let inverse = inverseDeviation * L.octet(inverseSines, at: k)
        let d2 = L.fma(L(carry), t, depth - ownLanes) * inverse
        let d1 = L.fma(L(v), z, d2)
        // e^(-rt) n(d2), and e^(-qt) n(d1) from it.
        let density =
          L.exponential(
            L.greater(L(-2000), L.fma(d2 * L(-0.5), d2, t * L(-r))), correction: zero) * L(0.3989422804014327)
        let otherDensity = seen * inverseBoundary * density
        let discount = L.exponential(t * L(-q), correction: zero)
        let tail = otherDensity * L.millsRatio(L.lesser(L(1e8), L.magnitude(d1)))
        let probability = L.choose(L.isLess(zero, d1), discount - tail, tail)
        let width = L.octet(weights, at: k) * rootLanes
        let earning = L(r) - L(q) * seen
        let scale = width * L(1 / v) * density
        let area = width * z
        left = L.fma(scale, earning, left)
        right = L.fma(area, probability, right)
        let bend = scale * d2 * inverse * earning
        let pull = width * L(1 / v) * otherDensity
        leftByOwn = leftByOwn + bend
        rightByOwn = rightByOwn + pull
        let chain = isSquare ? L(0.5) / depth : one
        ((L(q) * seen * scale - bend) * chain).store(into: &slopeSpan, at: k)
        (pull * chain).store(into: &slopeSpan, at: points + k)
        if withSensitivity {
          let zv = z * L(1 / v)
          leftByV = L.fma(scale * earning, (d1 * d2 - one) * L(1 / v), leftByV)
          leftByR = leftByR + scale * (one - earning * L.fma(d2, zv, t) - L(q * startByRate) * seen)
          leftByQ = leftByQ + scale * (earning * d2 * zv - seen - L(q * startByYield) * seen)
          rightByV = rightByV - area * otherDensity * d2 * L(1 / v)
          rightByR = L.fma(area * otherDensity, zv, rightByR)
          rightByQ = rightByQ - area * L.fma(otherDensity, zv, t * probability)
        }
        k += 8
      }
      // The European term, by its logarithm: it may be smaller than any Double.
      let deviation = v * root
      let d = (.log(boundary) + (r - q + 0.5 * v * v) * tau) / deviation
      let mills = Double.millsRatio(min(d.magnitude, 1e8))
      let logDensity = -0.5 * d * d - 0.9189385332046727
      let upperTail = Double.exp(logDensity) * mills
      let logProbability = d > 0 ? .log(1 - upperTail) : logDensity + .log(mills)
      let hazard = d > 0 ? .exp(logDensity) / (1 - upperTail) : 1 / mills
      let european = logProbability - q * tau
      let life = right.octetSum
      let lhs = left.octetSum + lowerYield * boundary * life
      let rhs = upperYield > 0 ? Double.exp(european) + upperYield * life : 1
      guard lhs > 0, rhs > 0, lhs.isFinite, rhs.isFinite else { return false }
      let logRight = upperYield > 0 ? .log(rhs) : european
      residual[i] = .log(lhs) - logRight + own - .log(start)
      guard residual[i].isFinite else { return false }
      // Everything that multiplies a derivative of the European term, of the left integral and of the right one.
      let share = upperYield > 0 ? .exp(european) / rhs : 1
      let ofLeft = 1 / lhs
      let ofRight = lowerYield * boundary / lhs - upperYield / rhs
      let ownChain = isSquare ? 0.5 / own : 1
      let byOwn =
        ofLeft * leftByOwn.octetSum - ofRight * rightByOwn.octetSum - lowerYield * boundary * life / lhs + 1
        + share * hazard / deviation
      isFolded = folds != 0
      for j in 0..<n {
        var total = zero
        var k = 0
        while k < points {
          let slope = L.fma(
            L(ofRight), L.octet(slopeSpan.span, at: points + k), L(ofLeft) * L.octet(slopeSpan.span, at: k))
          total = L.fma(slope, L.octet(maps, at: (i * n + j) * points + k), total)
          k += 8
        }
        jacobian[i * n + j] = total.octetSum + (i == j ? byOwn * ownChain : 0)
      }
      guard withSensitivity else { continue }
      let atBoundary = lowerYield * life / lhs * boundary - 1
      let lower = q < 0 ? -boundary * life / lhs : 0
      // At a yield of 0 the right side is the European term alone, and is not kept as a number.
      let upper = q < 0 ? 0 : q > 0 ? -life / rhs : -life * boundary / lhs
      sensitivity[i] = ofLeft * leftByV.octetSum + ofRight * rightByV.octetSum + share * hazard * (d / v - root)
      sensitivity[n + i] =
        ofLeft * leftByR.octetSum + ofRight * rightByR.octetSum + atBoundary * startByRate
        - share * hazard * (startByRate + tau) / deviation
      sensitivity[2 * n + i] =
        ofLeft * leftByQ.octetSum + ofRight * rightByQ.octetSum + atBoundary * startByYield
        - share * (hazard * (startByYield - tau) / deviation - tau) + lower + upper
    }
    return true
  }

  // MARK: The linear equations

  /// Replaces the Jacobian by its factors, with partial pivoting; false for a singular one.
  mutating func factor() -> Bool {
    let n = level.nodes
    for column in 0..<n {
      var pivot = column
      for row in column..<n where jacobian[row * n + column].magnitude > jacobian[pivot * n + column].magnitude {
        pivot = row
      }
      pivots[column] = pivot
      let head = jacobian[pivot * n + column]
      guard head != 0, head.isFinite else { return false }
      if pivot != column {
        for j in 0..<n { jacobian.swapAt(pivot * n + j, column * n + j) }
      }
      for row in (column + 1)..<max(n, column + 1) {
        let factor = jacobian[row * n + column] / head
        jacobian[row * n + column] = factor
        guard factor != 0 else { continue }
        for j in (column + 1)..<max(n, column + 1) {
          jacobian[row * n + j] -= factor * jacobian[column * n + j]
        }
      }
    }
    return true
  }

  /// Solves for a right side with the factors.
  func solve(_ side: [Double]) -> [Double] {
    let n = level.nodes
    var x = side
    for column in 0..<n { x.swapAt(column, pivots[column]) }
    for row in 1..<n {
      var sum = x[row]
      for j in 0..<row { sum -= jacobian[row * n + j] * x[j] }
      x[row] = sum
    }
    for row in (0..<n).reversed() {
      var sum = x[row]
      for j in (row + 1)..<max(n, row + 1) { sum -= jacobian[row * n + j] * x[j] }
      x[row] = sum / jacobian[row * n + row]
    }
    return x
  }

  /// Newton's method from the present unknowns.
  ///
  /// - Parameter accuracy: Wanted of the relative change of the unknowns; a step below its square root has it.
  /// - Returns: False where it does not converge; the unknowns are then of no use.
  mutating func solve(accuracy: Double) -> Bool {
    let enough = max(0.03 * accuracy.squareRoot(), 1e-9)
    let least = put.interpolatesSquare ? 0.8 : 0.6
    for _ in 0..<40 {
      guard linearise(), factor() else { return false }
      let step = solve(residual)
      // A step keeps the boundary below its start.
      var length = 1.0
      var change = 0.0
      for i in step.indices {
        guard step[i].isFinite else { return false }
        if step[i] > least * unknowns[i] { length = min(length, least * unknowns[i] / step[i]) }
        change = max(change, step[i].magnitude / unknowns[i])
      }
      for i in step.indices { unknowns[i] -= length * step[i] }
      if length == 1, change < enough { return !isFolded }
    }
    return false
  }
}
