import Basics
import Instruments
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Analysis

/// Accounts whose sums are products of matrices, between accounts whose sums are not.
@Suite("Dense accounts and their neighbours")
struct DenseNeighbourTests {
  private let market: SampleMarket = {
    var market = SampleMarket()
    market.strikes = Array(60...188)
    return market
  }()

  /// Accounts that hold one call of each of these strikes (by their places), netted.
  private func positions(_ accounts: [[Int]]) throws -> (StrategyTable, BookNet) {
    var table = StrategyTable()
    let terms = table.place(of: StrategyTable.Terms(settlement: .quote, currency: .usd))
    // All contracts have their places first, in the order of strikes.
    let instruments = try market.strikes.map { table.place(of: try market.option(.call, $0)) }
    for (index, places) in accounts.enumerated() {
      let legs = places.map {
        StrategyTable.Leg(
          instrument: instruments[$0], quantity: Quantity(count: 100_000_000), multiplier: .one,
          price: Price(count: 300_000_000), fee: Price(count: 0))
      }
      let name = "a\(index)"
      table.append(name: Array(name.utf8).span, legs: legs, terms: terms, account: table.place(ofAccount: name))
    }
    var net = BookNet()
    for index in 0..<table.count { net.add(table, index, to: table.name(index)) }
    return (table, net)
  }

  @Test("An account that begins as a dense one does has its own sum", arguments: [1, 2], [101, 700])
  func neighbour(threads: Int, nodes: Int) throws {
    // Of 129 contracts 65 are half and 64 are not; both accounts begin with the same 32, and so would share their sum.
    let dense = Array(0..<65)
    let sparse = Array(0..<32) + Array(65..<97)
    // One before them, so that the sparse one is no first of its piece, and others behind for the pieces to have several.
    let others = [[0]] + (100..<129).map { [$0] } + [Array(97..<100)]
    let grid = try ScenarioGrid(spotShifts: ScenarioGrid.nodes(from: -0.4, to: 0.9, count: nodes))
    let state = try market.state()
    let accounts = [dense, sparse] + others
    let figures = try [0.5, 2].map { share -> [BookFigures] in
      let analyzer = BookAnalyzer(market: state, grid: grid, denseShare: share, threads: threads)
      let (table, net) = try positions(accounts)
      // Rows are placed in the order of strikes, as the analysis of a book does when it is read.
      for index in 0..<table.count { #expect(analyzer.refusal(of: index, in: table) == nil) }
      let results = analyzer.analyze(net.positions)
      return try accounts.indices.map { try results.figures($0) }
    }
    for index in accounts.indices {
      let (mixed, swept) = (figures[0][index], figures[1][index])
      // A grid narrower than a tile of the product is one case, a wider one that fills no whole number of tiles the other.
      #expect(mixed.worst.isFinite && mixed.best.isFinite, "\(index)")
      #expect(agree(mixed.worst, swept.worst, scale: 1000) && mixed.worstScenario == swept.worstScenario, "\(index)")
      #expect(agree(mixed.best, swept.best, scale: 1000) && mixed.bestScenario == swept.bestScenario, "\(index)")
      #expect(mixed.sharesBeyond == swept.sharesBeyond, "\(index)")
    }
  }

  @Test("What an account lacks is counted in each of its positions, whichever came first")
  func excluded() throws {
    var (table, net) = try positions([[0], [1]])
    let coin = table.place(of: StrategyTable.Terms(settlement: .coin, currency: try Currency("ABC")))
    let leg = StrategyTable.Leg(
      instrument: 0, quantity: Quantity(count: 100_000_000), multiplier: .one, price: Price(count: 1),
      fee: Price(count: 0))
    table.append(name: Array("c".utf8).span, legs: [leg], terms: coin, account: table.place(ofAccount: "a0"))
    net.exclude(from: "a0")
    net.exclude(from: "late")
    net.add(table, 2, to: "a0")
    net.add(table, 0, to: "late")
    net.exclude(from: "late")
    net.exclude(from: "a0")
    let counts = net.positions.map { "\($0.name) \($0.terms.settlement) \($0.excludedCount)" }
    #expect(counts == ["a0 quote 2", "a1 quote 0", "late quote 2", "a0 coin 2"])
  }
}
