import Kernels
import TestSupport
import Testing

@Suite struct GridTests {
  private func revalue(
    _ detail: BlackScholes.Detail, _ contract: GridContract, spots: [Double], volatilities: [Double],
    _ shape: GridVolatility, onto start: [Double]? = nil
  ) -> [Double] {
    let rows = shape == .perRow ? volatilities.count : volatilities.count / spots.count
    var block = start ?? [Double](repeating: -7, count: detail.columnCount * rows * spots.count)
    var scratch = [Double](repeating: .nan, count: BlackScholes.gridScratchCount(spots: spots.count))
    var scratchSpan = scratch.mutableSpan
    var span = block.mutableSpan
    BlackScholes.revalue(
      detail, contract, spots: spots.span, volatilities: volatilities.span, shape, adding: start != nil,
      scratch: &scratchSpan, into: &span)
    return block
  }

  private static let volatilities = [0.02, 0.15, 0.4, 0.62, 0.63, 1.2, 30, 2e3]

  @Test("A node is the option at its spot and volatility", arguments: [1.0, -1.0])
  func nodes(sign: Double) {
    let contract = GridContract(
      sign: sign, strike: 100, years: 0.16, rate: 0.04, dividendYield: 0.015, weight: -2.5)
    let spots = (0..<41).map { 40 + 3.1 * Double($0) }
    for detail in [BlackScholes.Detail.value, .fiveGreeks] {
      let block = revalue(detail, contract, spots: spots, volatilities: Self.volatilities, .perRow)
      for (j, volatility) in Self.volatilities.enumerated() {
        for (i, spot) in spots.enumerated() {
          let inputs = OptionInputs(
            sign: sign, spot: spot, strike: 100, years: 0.16, volatility: volatility, rate: 0.04,
            dividendYield: 0.015)
          let exact = inputs.partials
          for column in BlackScholes.Column.allCases.prefix(detail.columnCount) {
            let figure = block[(column.rawValue * Self.volatilities.count + j) * spots.count + i]
            let expected = -2.5 * exact[column]
            // Values keep their relative accuracy to the far wings; sums of terms keep that of the terms.
            let floor: Double = column == .value || column == .gamma || column == .vega ? 1e-300 : 2e-13
            #expect(
              (figure - expected).magnitude <= 1e-12 * expected.magnitude + floor,
              "\(column) of \(inputs): \(figure), \(expected)")
          }
        }
      }
    }
  }

  @Test("A node does not depend on how many spots its row has, nor on the shape of the volatilities")
  func remainders() {
    let contract = GridContract(sign: -1, strike: 90, years: 0.5, rate: 0.02, dividendYield: 0.01)
    let volatilities = [0.1, 0.5]
    let all = (0..<33).map { 60 + 2 * Double($0) }
    let whole = revalue(.fiveGreeks, contract, spots: all, volatilities: volatilities, .perRow)
    for count in 1...33 {
      let spots = Array(all[0..<count])
      let perRow = revalue(.fiveGreeks, contract, spots: spots, volatilities: volatilities, .perRow)
      let nodes = volatilities.flatMap { Array(repeating: $0, count: count) }
      let perNode = revalue(.fiveGreeks, contract, spots: spots, volatilities: nodes, .perNode)
      for row in 0..<12 {
        for i in 0..<count {
          #expect(perRow[row * count + i] == whole[row * 33 + i], "count \(count), row \(row), spot \(i)")
          #expect(perNode[row * count + i] == perRow[row * count + i], "count \(count), row \(row), spot \(i)")
        }
      }
    }
  }

  @Test("Contracts add up")
  func sums() {
    let spots = (0..<13).map { 80 + 3 * Double($0) }
    let volatilities = [0.2, 0.9]
    var total = [Double](repeating: 0, count: 12 * 13)
    var expected = total
    for (sign, strike, weight) in [(1.0, 95.0, 1.0), (-1.0, 90.0, -3.0), (1.0, 110.0, 2.0)] {
      let contract = GridContract(
        sign: sign, strike: strike, years: 0.3, rate: 0, dividendYield: 0, weight: weight)
      total = revalue(
        .fiveGreeks, contract, spots: spots, volatilities: volatilities, .perRow, onto: total)
      for (k, x) in revalue(.fiveGreeks, contract, spots: spots, volatilities: volatilities, .perRow).enumerated() {
        expected[k] += x
      }
    }
    #expect(total == expected)
  }

  @Test("An expired contract is worth its intrinsic value on the scenario's spot, and its sums stay finite")
  func expired() {
    let spots: [Double] = [80, 100, 120]
    for years in [0.0, -0.1] {
      let contract = GridContract(sign: 1, strike: 100, years: years, rate: 0.05, dividendYield: 0.02, weight: 10)
      let block = revalue(.fiveGreeks, contract, spots: spots, volatilities: [0.3], .perRow)
      #expect(Array(block[0..<3]) == [0, 0, 200])
      #expect(Array(block[3..<6]) == [0, 5, 10])
      #expect(block.allSatisfy { $0.isFinite })
      #expect(revalue(.fiveGreeks, contract, spots: spots, volatilities: [0.3, 0, -1], .perNode) == block)
    }
  }

  @Test("A floored volatility gives the forward's intrinsic value, in a row and in single nodes")
  func floored() {
    let spots = (0..<9).map { 92 + 2 * Double($0) }
    let contract = GridContract(sign: -1, strike: 100, years: 1, rate: 0.05, dividendYield: 0)
    let row = revalue(.fiveGreeks, contract, spots: spots, volatilities: [0], .perRow)
    var nodes = [Double](repeating: 0.2, count: 9)
    nodes[4] = 0
    let mixed = revalue(.fiveGreeks, contract, spots: spots, volatilities: nodes, .perNode)
    for (i, spot) in spots.enumerated() {
      var inputs = OptionInputs(
        sign: -1, spot: spot, strike: 100, years: 1, volatility: 0, rate: 0.05, dividendYield: 0)
      #expect(row[i] == inputs.value, "\(inputs)")
      inputs.volatility = nodes[i]
      #expect((mixed[i] - inputs.value).magnitude <= 1e-14 * spot, "\(inputs)")
    }
  }

  @Test("A node beside a floored one has the digits that it has alone", arguments: [1, 2, 7, 16, 33])
  func besideFloored(count: Int) {
    let spots = (0..<count).map { 80 + 1.25 * Double($0) }
    let contract = GridContract(sign: 1, strike: 97, years: 0.7, rate: 0.03, dividendYield: 0.01, weight: 1.5)
    let alone = spots.indices.map { i in
      revalue(.fiveGreeks, contract, spots: [spots[i]], volatilities: [0.1 + 0.02 * Double(i)], .perNode)
    }
    for floored in spots.indices {
      var nodes = spots.indices.map { 0.1 + 0.02 * Double($0) }
      nodes[floored] = 0
      let start = [Double](repeating: 2, count: 6 * count)
      let block = revalue(.fiveGreeks, contract, spots: spots, volatilities: nodes, .perNode)
      let added = revalue(.fiveGreeks, contract, spots: spots, volatilities: nodes, .perNode, onto: start)
      for i in spots.indices where i != floored {
        for column in 0..<6 {
          #expect(block[column * count + i] == alone[i][column], "column \(column), node \(i) beside \(floored)")
          #expect(added[column * count + i] == 2 + alone[i][column])
        }
      }
    }
  }

  @Test("A spot of zero takes its limit and leaves its neighbours alone; one that is no number shows")
  func zeroSpot() {
    let contract = GridContract(sign: -1, strike: 50, years: 0.5, rate: 0.03, dividendYield: 0.01, weight: 2)
    let spots: [Double] = [20, 0, 40, 50, 60, .nan, 70, 80, 90, 100]
    var ordinary = spots
    ordinary[1] = 30
    ordinary[5] = 65
    for (shape, volatilities) in [
      (GridVolatility.perRow, [0.3]), (.perNode, Array(repeating: 0.3, count: 10)),
    ] {
      let block = revalue(.fiveGreeks, contract, spots: spots, volatilities: volatilities, shape)
      let doubled = revalue(.fiveGreeks, contract, spots: spots, volatilities: volatilities, shape, onto: block)
      let other = revalue(.fiveGreeks, contract, spots: ordinary, volatilities: volatilities, shape)
      let limit = OptionInputs(
        sign: -1, spot: 0, strike: 50, years: 0.5, volatility: 0.3, rate: 0.03, dividendYield: 0.01
      ).partials
      for column in BlackScholes.Column.allCases.prefix(6) {
        for i in 0..<10 {
          let figure = block[column.rawValue * 10 + i]
          if i == 5 {
            #expect(column == .value ? figure.isNaN : figure == 0)
            continue
          }
          let expected = i == 1 ? 2 * limit[column] : other[column.rawValue * 10 + i]
          // Where one spot is out of the formula's reach, the nodes of a smile take the single option's text.
          #expect((figure - expected).magnitude <= 1e-13 * max(1, expected.magnitude), "\(column), spot \(spots[i])")
          #expect(doubled[column.rawValue * 10 + i] == 2 * figure, "\(column), spot \(spots[i])")
        }
      }
    }
  }
}
