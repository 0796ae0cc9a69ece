import Kernels
import TestSupport
import Testing

@Suite struct BlackScholesTests {
  /// The names of the columns in the reference tables.
  static let names: [(column: BlackScholes.Column, name: String)] = [
    (.value, "value"), (.delta, "delta"), (.gamma, "gamma"), (.vega, "vega"), (.theta, "theta"), (.rho, "rho"),
    (.epsilon, "epsilon"), (.vanna, "vanna"), (.volga, "volga"), (.charm, "charm"), (.veta, "veta"),
    (.speed, "speed"), (.zomma, "zomma"), (.color, "color"), (.ultima, "ultima"), (.dualDelta, "dual_delta"),
    (.dualGamma, "dual_gamma"),
  ]

  /// Median, 99th percentile and worst relative error that each figure may have where the reference exceeds 1e-290.
  static let gates: [BlackScholes.Column: (median: Double, percentile: Double, worst: Double)] = [
    .value: (3e-16, 1e-14, 1e-13), .delta: (3e-16, 1e-14, 1e-13),
  ]

  @Test("Value and derivatives match the reference figures over the whole domain")
  func reference() throws {
    let rows = try Fixture("Kernels/black_scholes_reference.csv").rows
    #expect(rows.count == 1556)
    let results = rows.map { OptionInputs($0).partials }
    for (column, name) in Self.names {
      var errors: [(error: Double, row: Int)] = []
      for (i, row) in rows.enumerated() {
        let exact = row.number(name)
        guard exact.magnitude >= 1e-290 else { continue }
        let error = (results[i][column] / exact - 1).magnitude
        errors.append((error.isNaN ? .infinity : error, i))
      }
      errors.sort { $0.error < $1.error }
      #expect(errors.count > 1390, "\(name)")
      let gate = Self.gates[column] ?? (median: 5e-16, percentile: 2e-14, worst: 5e-13)
      #expect(errors[errors.count / 2].error <= gate.median, "\(name): median")
      #expect(errors[errors.count - 1 - errors.count / 100].error <= gate.percentile, "\(name): 99th percentile")
      let worst = errors.last!
      #expect(worst.error <= gate.worst, "\(name): \(OptionInputs(rows[worst.row]))")
    }
  }

  @Test("Zero spot, strike, time and volatility and infinite volatility give their limits")
  func limits() throws {
    let rows = try Fixture("Kernels/black_scholes_limits.csv").rows
    #expect(rows.count == 55)
    for row in rows {
      let inputs = OptionInputs(row)
      let result = inputs.partials
      #expect(inputs.value == result.value, "\(inputs)")
      for (column, name) in Self.names {
        guard let text = row[name] else { continue }
        let figure = result[column]
        switch text {
        case "undefined": #expect(figure.isNaN, "\(name) of \(inputs)")
        case "inf", "-inf": #expect(figure == Double(text), "\(name) of \(inputs)")
        default:
          let exact = row.number(name)
          #expect((figure - exact).magnitude <= 6e-16 * exact.magnitude, "\(name) of \(inputs): \(figure)")
          #expect(exact != 0 || figure.sign == .plus, "a negative zero: \(name) of \(inputs)")
        }
      }
    }
  }

  @Test("The limits are what the formula tends to", arguments: [1.0, -1.0])
  func approach(sign: Double) {
    let open = OptionInputs(
      sign: sign, spot: 110, strike: 100, years: 0.5, volatility: 0.3, rate: 0.04, dividendYield: 0.01)
    var pairs: [(limit: OptionInputs, near: OptionInputs)] = []
    for (path, small) in [(\OptionInputs.years, 1e-8), (\.volatility, 1e-4), (\.strike, 1e-9), (\.spot, 1e-9)] {
      var limit = open
      var near = open
      limit[keyPath: path] = 0
      near[keyPath: path] = small
      pairs.append((limit, near))
    }
    var limit = open
    var near = open
    limit.volatility = .infinity
    near.volatility = 60
    pairs.append((limit, near))
    // At the forward, where some derivatives stay finite and others do not.
    limit = open
    limit.spot = 100
    limit.dividendYield = 0.04
    limit.volatility = 0
    near = limit
    near.volatility = 1e-7
    pairs.append((limit, near))
    for (limit, near) in pairs {
      for column in BlackScholes.Column.allCases {
        let a = limit.partials[column]
        let b = near.partials[column]
        if a.isFinite {
          #expect((a - b).magnitude <= 2e-5 * max(1, a.magnitude), "\(column) at \(limit): \(a), \(b)")
        } else {
          #expect(b.magnitude > 1e2 && (b < 0) == (a < 0), "\(column) at \(limit): \(a), \(b)")
        }
      }
    }
  }

  @Test("What is no option is not a number")
  func illegal() {
    let open = OptionInputs(
      sign: 1, spot: 100, strike: 100, years: 1, volatility: 0.2, rate: 0.01, dividendYield: 0)
    for path in [\OptionInputs.spot, \.strike, \.years, \.volatility] {
      for bad in [-1.0, .nan] {
        var inputs = open
        inputs[keyPath: path] = bad
        #expect(inputs.value.isNaN, "\(inputs)")
        #expect(inputs.partials.ultima.isNaN, "\(inputs)")
        #expect(OptionBatch(rows: [inputs]).block(.value)[0].isNaN, "\(inputs)")
      }
    }
    #expect(open.partials.isFinite)
  }

  @Test("A vector and a single option agree bit for bit at every count and remainder")
  func bitForBit() {
    var generator = SplitMix64(seed: 20_251)
    var pool = (0..<40).map { _ in OptionInputs(using: &generator) }
    for i in stride(from: 0, to: 40, by: 7) {
      pool[i].volatility = [0, .infinity, 0.2, 1e-9, 40][i % 5]
      pool[i].years = i % 3 == 0 ? 0 : 30
    }
    pool[3].strike = pool[3].spot
    pool[11].spot = Double.leastNonzeroMagnitude * 1e13
    pool[12].strike = 0
    pool[13].volatility = .nan
    pool[14].rate = -60
    pool[15].strike = pool[15].spot * 1e9
    for count in 0...33 {
      let batch = OptionBatch(rows: Array(pool[0..<count]))
      for detail in [BlackScholes.Detail.value, .fiveGreeks, .all] {
        let block = batch.block(detail)
        for (i, inputs) in batch.rows.enumerated() {
          let single = inputs.partials
          for column in BlackScholes.Column.allCases.prefix(detail.columnCount) {
            let figure = block[column.rawValue * count + i]
            let expected = column == .value ? inputs.value : single[column]
            let isSame = figure.bitPattern == expected.bitPattern || (figure.isNaN && expected.isNaN)
            #expect(isSame, "\(generator), count \(count), row \(i), \(column): \(figure), \(expected)")
          }
        }
      }
    }
  }

  @Test("Valued in parts, a block holds what it holds when valued at once, and rows behind it are left alone")
  func parts() {
    var generator = SplitMix64(seed: 20_261)
    var rows = (0..<100).map { _ in OptionInputs(using: &generator) }
    for row in stride(from: 0, to: 100, by: 9) { rows[row].years = 0 }
    let batch = OptionBatch(rows: rows)
    for detail in [BlackScholes.Detail.value, .fiveGreeks, .all] {
      let whole = batch.block(detail)
      for (count, more) in [(1, 3), (7, 0), (16, 0), (33, 5), (100, 1)] {
        let found = batch.block(detail, by: count, more: more).figures
        for column in 0..<detail.columnCount {
          let start = column * (rows.count + more)
          let isSame = (0..<rows.count).allSatisfy {
            found[start + $0].bitPattern == whole[column * rows.count + $0].bitPattern
          }
          #expect(isSame, "\(generator), \(detail), \(count) rows at a time, column \(column)")
          #expect(found[start + rows.count..<start + rows.count + more].allSatisfy { $0 == -7 })
        }
      }
    }
  }

  @Test("A batch says whether the formula held for every option, which it does not at any limit")
  func regular() {
    var generator = SplitMix64(seed: 20_262)
    let sound = (0..<45).map { _ in OptionInputs(using: &generator) }
    func isRegular(_ detail: BlackScholes.Detail, _ rows: [OptionInputs]) -> Bool {
      OptionBatch(rows: rows).block(detail, by: rows.count, more: 1).isRegular
    }
    for detail in [BlackScholes.Detail.value, .fiveGreeks, .all] {
      for count in [1, 8, 16, 17, 32, 45] { #expect(isRegular(detail, Array(sound[..<count]))) }
      for place in [0, 15, 31, 44] {
        for number in [0, -1, Double.nan, Double.infinity, -Double.infinity] {
          for field in [\OptionInputs.spot, \.strike, \.years, \.volatility] {
            var rows = sound
            rows[place][keyPath: field] = number
            #expect(!isRegular(detail, rows), "\(detail), row \(place): \(number)")
          }
        }
      }
    }
  }

  @Test("Laws: parity, homogeneity, and monotony in spot and volatility")
  func laws() {
    var generator = SplitMix64(seed: 41)
    for _ in 0..<500 {
      let put = {
        var inputs = OptionInputs(using: &generator)
        inputs.sign = -1
        return inputs
      }()
      var call = put
      call.sign = 1
      let c = call.partials
      let p = put.partials
      let scale = max(call.spot, call.strike)
      // The value is homogeneous in spot and strike: V = S delta + K dual delta (Euler).
      for x in [c, p] {
        #expect(
          (x.value - call.spot * x.delta - call.strike * x.dualDelta).magnitude < 2e-15 * scale, "\(generator) \(call)")
      }
      #expect(c.gamma == p.gamma && c.vega == p.vega && c.ultima == p.ultima, "\(generator) \(call)")
      var forward = call
      forward.volatility = 0
      var forwardPut = forward
      forwardPut.sign = -1
      let parity = (c.value - p.value) - (forward.value - forwardPut.value)
      #expect(parity.magnitude < 2e-15 * scale, "\(generator) \(call)")
      var doubled = call
      doubled.spot *= 4
      doubled.strike *= 4
      #expect(doubled.value == 4 * c.value, "\(generator) \(call)")
      var higher = call
      higher.spot *= 1.0001
      #expect(higher.value >= c.value, "\(generator) \(call)")
      higher = put
      higher.volatility *= 1.0001
      #expect(higher.value >= p.value, "\(generator) \(put)")
    }
  }
}
