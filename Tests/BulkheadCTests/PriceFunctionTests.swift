import BulkheadC
import CBulkhead
import HostileCalls
import Kernels
import TestSupport
import Testing

@Suite("Options through the C interface")
struct PriceFunctionTests {
  @Test("Every column is the kernel's, bit for bit, across blocks and with numbers that hold for all rows")
  func kernelFigures() {
    let arena = Arena()
    var random = SplitMix64(seed: 11)
    let count = 4123
    func column(_ low: Double, _ high: Double) -> [Double] {
      (0..<count).map { _ in Double.random(in: low...high, using: &random) }
    }
    let sign = (0..<count).map { _ in Bool.random(using: &random) ? 1.0 : -1.0 }
    let (spot, strike, years, vol) = (column(50, 150), column(50, 150), column(0, 2), column(0.01, 1.5))
    var options = bulkhead_options()
    options.count = Int64(count)
    (options.sign, options.spot, options.strike) = (
      arena.column(sign), arena.column(spot), arena.column(strike)
    )
    (options.years, options.given) = (arena.column(years), arena.column(vol))
    (options.rate, options.dividend_yield) = (arena.column([0.03]), arena.column([0.01]))
    let out = arena.array([Double](repeating: 0, count: 17 * count))
    let status = arena.array([UInt8](repeating: 9, count: count))
    let code = bulkhead_price(arena.value(options), 17, 0, out, status, nil, nil)
    #expect(code == Int32(BULKHEAD_OK))
    for row in 0..<count {
      let wanted = BlackScholes.partials(
        sign: sign[row], spot: spot[row], strike: strike[row], years: years[row], volatility: vol[row], rate: 0.03,
        dividendYield: 0.01)
      for column in BlackScholes.Column.allCases {
        let found = out[column.rawValue * count + row]
        #expect(found.bitPattern == wanted[column].bitPattern || (found.isNaN && wanted[column].isNaN), "row \(row)")
      }
      #expect(status[row] == (wanted.isFinite ? 0 : 1))
    }
  }

  @Test(
    "A row that is no option is invalid and named; the others are answered",
    arguments: [
      ("sign", 0.5), ("sign", .nan), ("spot", -1), ("spot", .infinity), ("strike", -0.5), ("strike", .nan),
      ("years", -1e-300), ("years", .infinity), ("vol", -0.1), ("vol", .nan), ("rate", .infinity),
      ("dividend_yield", .nan),
    ])
  func refusedRow(_ name: String, _ number: Double) {
    let arena = Arena()
    var columns: [String: [Double]] = [
      "sign": [1, 1, -1], "spot": [100, 100, 100], "strike": [90, 100, 110], "years": [1, 1, 1],
      "vol": [0.2, 0.2, 0.2], "rate": [0, 0, 0], "dividend_yield": [0, 0, 0],
    ]
    columns[name]?[1] = number
    func column(_ name: String) -> bulkhead_column { arena.column(columns[name] ?? []) }
    let options = bulkhead_options(
      count: 3, sign: column("sign"), spot: column("spot"), strike: column("strike"), years: column("years"),
      given: column("vol"), rate: column("rate"), dividend_yield: column("dividend_yield"))
    for (width, tolerance) in [(Int32(1), 0.0), (6, 0), (17, 0), (1, 1e-8)] {
      let out = arena.array([Double](repeating: 0, count: 51))
      let status = arena.array([UInt8](repeating: 9, count: 3))
      let message = arena.text(200)
      let code = bulkhead_price(arena.value(options), width, tolerance, out, status, nil, message)
      #expect(code == Int32(BULKHEAD_ROWS))
      #expect(message.string.hasPrefix("row 1: \(name): found"))
      #expect((status[0], status[1], status[2]) == (0, 2, 0))
      #expect(out[0].isFinite && out[1].isNaN && out[2].isFinite)
    }
  }

  @Test("Zero spot, strike, years and volatility, and infinite volatility, are limits and no errors")
  func limits() {
    let arena = Arena()
    let options = bulkhead_options(
      count: 5, sign: arena.column([1]), spot: arena.column([0, 100, 100, 100, 100]),
      strike: arena.column([100, 0, 100, 100, 100]), years: arena.column([1, 1, 0, 1, 1]),
      given: arena.column([0.2, 0.2, 0.2, 0, .infinity]), rate: arena.column([0]), dividend_yield: arena.column([0]))
    let out = arena.array([Double](repeating: -1, count: 5))
    #expect(bulkhead_price(arena.value(options), 1, 0, out, nil, nil, nil) == Int32(BULKHEAD_OK))
    #expect((0..<5).map { out[$0] } == [0, 100, 0, 0, 100])
  }

  @Test("An American value is the boundary's, and its spot of exercise comes with it")
  func american() {
    let arena = Arena()
    let options = bulkhead_options(
      count: 2, sign: arena.column([-1, 1]), spot: arena.column([100]), strike: arena.column([110]),
      years: arena.column([1]), given: arena.column([0.2]), rate: arena.column([0.05]),
      dividend_yield: arena.column([0]))
    let out = arena.array([Double](repeating: 0, count: 34))
    let boundary = arena.array([0.0, 0.0])
    #expect(bulkhead_price(arena.value(options), 17, 1e-8, out, nil, boundary, nil) == Int32(BULKHEAD_OK))
    let wanted = AmericanBoundary(
      sign: -1, years: 1, volatility: 0.2, rate: 0.05, dividendYield: 0, tolerance: 1e-8)
    #expect(out[0] == wanted.partials(spot: 100, strike: 110).value)
    #expect(boundary[0] == wanted.exercisePrice(strike: 110))
    // A call without dividends is never exercised early.
    #expect(boundary[1].isNaN && out[7 * 2 + 1].isFinite && out[7 * 2].isNaN)
  }

  @Test("Volatilities and their statuses are the kernel's")
  func impliedVolatility() {
    let arena = Arena()
    let prices = [8.0, -1, 0, 100, 101, .nan]
    let options = bulkhead_options(
      count: 6, sign: arena.column([1]), spot: arena.column([100]), strike: arena.column([100]),
      years: arena.column([1]), given: arena.column(prices), rate: arena.column([0]),
      dividend_yield: arena.column([0]))
    let out = arena.array([Double](repeating: 0, count: 6))
    let status = arena.array([UInt8](repeating: 9, count: 6))
    let code = bulkhead_implied_volatility(arena.value(options), 0, out, status, nil)
    #expect(code == Int32(BULKHEAD_ROWS))
    for (row, price) in prices.enumerated() {
      let wanted = ImpliedVolatility.solve(
        sign: 1, price: price, spot: 100, strike: 100, years: 1, rate: 0, dividendYield: 0)
      #expect(status[row] == wanted.status.rawValue)
      #expect(out[row].bitPattern == wanted.volatility.bitPattern || out[row].isNaN && wanted.volatility.isNaN)
    }
  }
}
