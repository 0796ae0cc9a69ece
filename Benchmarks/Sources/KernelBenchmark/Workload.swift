import Glibc

/// Random options, `count` of each column: spot 50 to 150, strike within half a logarithm of it, two days to two years,
/// volatility 5 to 100 percent.
struct RandomOptions {
  var sign: [Double] = []
  var spot: [Double] = []
  var strike: [Double] = []
  var years: [Double] = []
  var volatility: [Double] = []
  var rate: [Double] = []
  var dividendYield: [Double] = []

  init(count: Int, seed: UInt64 = 42) {
    var state = seed
    func uniform(_ low: Double, _ high: Double) -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return low + (high - low) * Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }
    for _ in 0..<count {
      let s = uniform(50, 150)
      spot.append(s)
      strike.append(s * exp(uniform(-0.5, 0.5)))
      years.append(uniform(2 / 365.0, 2))
      volatility.append(uniform(0.05, 1))
      rate.append(uniform(0, 0.08))
      dividendYield.append(uniform(0, 0.05))
      sign.append(uniform(0, 1) < 0.5 ? -1 : 1)
    }
  }
}

/// One iron condor, 30 days, on 201 spots from -30 to +30 percent and 101 volatilities from half to twice.
struct CondorGrid {
  static let spotCount = 201
  static let volatilityCount = 101
  static let nodeCount = spotCount * volatilityCount

  let spots: [Double]
  /// Of each leg, one a row.
  let volatilities: [[Double]]
  /// Of each leg, one a node: the smile moves with the spot.
  let nodeVolatilities: [[Double]]
  let strikes: [Double] = [90, 95, 105, 110]
  let weights: [Double] = [1, -1, -1, 1]
  let signs: [Double] = [-1, -1, 1, 1]
  let years = 30 / 365.0
  let rate = 0.045
  let dividendYield = 0.01

  init() {
    spots = (0..<Self.spotCount).map { (i: Int) -> Double in 70 + 60 * Double(i) / Double(Self.spotCount - 1) }
    let skew = [0.03, 0.015, -0.005, -0.01]
    var rows: [[Double]] = []
    var nodes: [[Double]] = []
    for leg in 0..<4 {
      let row = (0..<Self.volatilityCount).map { (j: Int) -> Double in
        (0.2 + skew[leg]) * (0.5 + 1.5 * Double(j) / Double(Self.volatilityCount - 1))
      }
      rows.append(row)
      nodes.append(
        row.flatMap { (v: Double) -> [Double] in
          (0..<Self.spotCount).map { (i: Int) -> Double in v * (1 + 0.0001 * Double(i)) }
        })
    }
    volatilities = rows
    nodeVolatilities = nodes
  }
}

/// The processor time of this thread in seconds: the machine may be shared.
func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
