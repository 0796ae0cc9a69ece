import Basics
import Instruments
import IsolatedMargin
import Kernels
import LinearAlgebra
import MarketData
import Pricing
import Scenarios
import TestSupport
import Testing

@testable import Analysis

/// A small market with its grid and weights, on which accounts are analysed.
private struct AccountCase {
  static let levels = [0.8, 0.975]

  let market: MarketState
  let grid: ScenarioGrid
  let weights: ScenarioWeights

  init(_ book: RandomTable, spots: Int = 13) throws {
    market = try book.market.state()
    grid = try ScenarioGrid(
      spotShifts: ScenarioGrid.nodes(from: -0.4, to: 0.5, count: spots), volatilityShifts: [-0.45, 0, 0.3],
      days: [0, 7.5, 45])
    weights = try ScenarioWeights((0...grid.count).filter { $0 % 3 == 0 }.map { ($0, Double(1 + $0 % 7)) }, of: grid)
  }

  func analyzer(_ threads: Int = 2, denseShare: Double = 2) -> BookAnalyzer {
    BookAnalyzer(
      market: market, grid: grid, weights: weights, levels: Self.levels, memoryBudget: 64 << 20, denseShare: denseShare,
      threads: threads)
  }

  /// The accounts of a book's rows, refused strategies left out.
  func net(_ table: StrategyTable, _ analyzer: BookAnalyzer) -> BookNet {
    var net = BookNet()
    for index in 0..<table.count {
      let account = table.accounts[table.account(index)]
      if analyzer.refusal(of: index, in: table) == nil {
        net.add(table, index, to: account)
      } else {
        net.exclude(from: account)
      }
    }
    return net
  }
}

@Suite("Book accounts")
struct BookAccountsTests {
  private typealias Row = RandomTable.Row

  private func bits(_ figures: BookFigures) -> [UInt64] {
    let shares = figures.sharesBeyond ?? SIMD4(repeating: -1)
    return
      ([
        figures.value, figures.worst, figures.best, Double(figures.worstScenario), Double(figures.bestScenario),
        shares[0],
        shares[1], shares[2], shares[3],
      ] + figures.expectedShortfalls).map(\.bitPattern)
  }

  /// How many of the nodes lie below a floor, give or take `slack`.
  private func range(of share: Double, _ profits: ArraySlice<Double>, _ margin: PostedMargin, _ slack: Double)
    -> ClosedRange<Double>
  {
    let count = Double(profits.count)
    let least = profits.count { $0 < margin.floor(share) - slack }
    let most = profits.count { $0 < margin.floor(share) + slack }
    return Double(least) / count...Double(most) / count
  }

  /// Expects an account's figures to be those of its strategies side by side in one.
  private func expectMerged(_ figures: BookFigures, _ merged: FilledStrategy, _ sample: AccountCase, _ context: String)
    throws
  {
    var stress = StressAnalyzer(market: sample.market, grid: sample.grid)
    let result = try stress.stress(merged)
    var magnitude = abs(merged.entryCost.doubleValue) + merged.fees.doubleValue
    for leg in try stress.stressLegs(of: merged) { magnitude += leg.value.map(abs).max() ?? 0 }
    let slack = 1e-9 * magnitude
    let profits = result.profitAndLoss.profit
    let summary = result.summary
    #expect(abs(figures.value - result.profitAndLoss.value[0]) <= slack, "\(context)")
    #expect(abs(figures.worst - summary.worst) <= slack && abs(figures.best - summary.best) <= slack, "\(context)")
    #expect((1...sample.grid.count).contains(figures.worstScenario), "\(context)")
    #expect(abs(profits[figures.worstScenario] - summary.worst) <= slack, "\(context)")
    #expect(abs(profits[figures.bestScenario] - summary.best) <= slack, "\(context)")
    for (level, found) in zip(AccountCase.levels, figures.expectedShortfalls) {
      let wanted = result.profitAndLoss.expectedShortfall(sample.weights, level: level)
      #expect(abs(found - wanted) <= slack, "\(context), level \(level)")
    }
    #expect(figures.expectedShortfalls.count == AccountCase.levels.count)
    let margin = MarginFigures(result.margin)
    #expect(
      figures.margin.status == margin.status && figures.margin.detail == margin.detail,
      "\(context): \(figures.margin.status) \(figures.margin.detail), \(margin.status) \(margin.detail)")
    #expect(figures.margin.maxLoss == margin.maxLoss && figures.margin.margin == margin.margin, "\(context)")
    #expect(figures.margin.entryCost == margin.entryCost && figures.margin.fees == margin.fees, "\(context)")
    #expect((figures.sharesBeyond == nil) == (margin.margin == nil), "\(context)")
    if let shares = figures.sharesBeyond, let posted = result.margin.margin.map(PostedMargin.init) {
      for place in 0..<4 {
        let range = range(of: BookFigures.thresholds[place], profits[1...], posted, slack)
        #expect(range.contains(shares[place]), "\(context)")
      }
    }
  }

  @Test("An account is its strategies side by side", arguments: Settlement.allCases, 1...5)
  func merged(settlement: Settlement, seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    var book = settlement == .coin ? RandomTable.coin : RandomTable()
    // One expiry in some, so that there are margins.
    if generator.chance(0.7) { book.market.expiries = [SampleMarket.expiry] }
    let sample = try AccountCase(book)
    let names = (0..<12).map { "account \($0)" }
    var rows = try book.rows(80, &generator)
    for index in rows.indices { rows[index].account = generator.pick(names) }
    let table = RandomTable.table(rows)
    let analyzer = sample.analyzer()
    let net = sample.net(table, analyzer)
    let results = analyzer.analyze(net.positions)

    var stress = StressAnalyzer(market: sample.market, grid: sample.grid)
    var legs: [String: [FilledLeg]] = [:]
    var excluded: [String: Int] = [:]
    func key(_ account: String, _ terms: StrategyTable.Terms) -> String { "\(account) \(terms.currency)" }
    for index in 0..<table.count {
      if let filled = try? table.filled(index), (try? stress.stress(filled)) != nil {
        legs[key(rows[index].account, rows[index].terms), default: []] += filled.legs
      } else {
        excluded[rows[index].account, default: 0] += 1
      }
    }
    #expect(!excluded.isEmpty)
    var compared = 0
    for (index, position) in net.positions.enumerated() {
      #expect(position.excludedCount == excluded[position.name, default: 0], "seed \(seed), \(position.name)")
      guard let own = legs.removeValue(forKey: key(position.name, position.terms)) else { continue }
      compared += 1
      let merged = try FilledStrategy(
        name: position.name, settlement: position.terms.settlement, currency: position.terms.currency, legs: own)
      try expectMerged(try results.figures(index), merged, sample, "seed \(seed), \(position.name)")
    }
    #expect(legs.isEmpty, "every account has its position")
    #expect(compared > 8)
    for threads in [1, 7] {
      let other = sample.analyzer(threads)
      let again = other.analyze(sample.net(table, other).positions)
      for index in net.positions.indices {
        #expect(bits(try again.figures(index)) == bits(try results.figures(index)), "seed \(seed), \(threads) threads")
      }
    }
  }

  @Test("What was bought and sold again has no value and no risk left, only its cost", arguments: Settlement.allCases)
  func closed(settlement: Settlement) throws {
    var generator = SplitMix64(seed: 20)
    var book = settlement == .coin ? RandomTable.coin : RandomTable()
    book.refusedShare = 0
    book.market.expiries = [SampleMarket.expiry]
    let sample = try AccountCase(book)
    var rows = try book.rows(10, &generator)
    for row in rows {
      var opposite = row
      for place in opposite.legs.indices { opposite.legs[place].quantity *= -1 }
      opposite.legs.reverse()
      // Sold at other prices than bought; linear legs close at their own.
      for place in opposite.legs.indices where opposite.legs[place].instrument.isOption {
        opposite.legs[place].price = Price(count: generator.int64(0...30) * 10_000_000)
      }
      rows.append(opposite)
    }
    for index in rows.indices { rows[index].account = rows[index].terms.settlement.rawValue }
    let table = RandomTable.table(rows)
    let analyzer = sample.analyzer()
    let net = sample.net(table, analyzer)
    let results = analyzer.analyze(net.positions)
    #expect(net.positions.count == Set(rows.map(\.account)).count)
    for (index, position) in net.positions.enumerated() {
      let own = (0..<table.count).filter { rows[$0].account == position.name }
      let merged = try FilledStrategy(
        name: position.name, settlement: position.terms.settlement, currency: position.terms.currency,
        legs: try own.flatMap { try table.filled($0).legs })
      let cost = merged.entryCost + merged.fees
      let figures = try results.figures(index)
      #expect(figures.value == 0)
      let nearest = merged.entryCost.doubleValue + merged.fees.doubleValue
      #expect(figures.worst == -nearest && figures.best == -nearest && nearest != 0)
      #expect(figures.worstScenario == 1 && figures.bestScenario == 1)
      #expect(figures.margin.maxLoss == cost)
      #expect(figures.margin.margin == StrategyMargin(of: merged).margin)
      for shortfall in figures.expectedShortfalls { #expect(abs(shortfall - nearest) <= 1e-12 * abs(nearest)) }
    }
  }

  @Test("A position that the market refuses, and sums beyond their range, have errors and leave the others alone")
  func refused() throws {
    let book = RandomTable()
    let sample = try AccountCase(book)
    let terms = StrategyTable.Terms(settlement: .quote, currency: .usd)
    let call = try book.market.option(.call, 100)
    func row(_ account: String, _ instrument: Instrument, _ quantity: Int64, price: Int64 = 100_000_000) -> Row {
      Row(
        name: account, account: account, terms: terms,
        legs: [RandomTable.Leg(instrument: instrument, quantity: quantity, price: Price(count: price))])
    }
    let huge = Int64.max
    let table = RandomTable.table([
      row("fine", call, 100_000_000),
      row("unknown", .perpetual(Perpetual(underlying: "XYZ")), 100_000_000),
      row("unknown", call, 100_000_000),
      row("expired", try book.market.option(.put, 90, expiry: "2025-12-01T08:00:00Z"), 100_000_000),
      row("units", call, huge), row("units", call, huge),
      row("back", call, huge), row("back", call, huge), row("back", call, -huge),
      row("cost", call, huge, price: huge), row("cost", call, huge, price: huge),
    ])
    var net = BookNet()
    // Added without a question.
    for index in 0..<table.count { net.add(table, index, to: table.name(index)) }
    let results = sample.analyzer().analyze(net.positions)
    var answers: [String: String] = [:]
    for (index, position) in net.positions.enumerated() {
      do throws(PricingError) {
        answers[position.name] = try results.figures(index).margin.status.rawValue
      } catch { answers[position.name] = "\(error)" }
    }
    #expect(answers["fine"] == "ok")
    #expect(answers["back"] == "ok", "\(answers)")
    #expect(answers["unknown"]?.contains("XYZ") == true, "\(answers)")
    #expect(answers["expired"]?.contains("2025-12-01") == true, "\(answers)")
    #expect(answers["units"]?.contains("Quantity") == true, "\(answers)")
    #expect(answers["cost"]?.contains("sum of amounts") == true, "\(answers)")
    var stress = StressAnalyzer(market: sample.market, grid: sample.grid)
    let fine = try results.figures(0)
    #expect(fine.worst == (try stress.stress(try table.filled(0)).summary.worst))
  }

  /// Accounts that hold most of a book's contracts, more of them than one panel of matrices.
  private func denseBook(_ book: RandomTable, accounts: Int) throws -> StrategyTable {
    var generator = SplitMix64(seed: 30)
    var wide = book
    wide.market.strikes = Array(60..<110)
    wide.refusedShare = 0
    wide.repeatedShare = 0
    let instruments = try wide.market.strikes.flatMap { strike in
      try OptionRight.allCases.map { try wide.market.option($0, strike) }
    }
    let rows = try (0..<accounts).flatMap { account in
      var some = try wide.rows(3, &generator)
      for index in some.indices {
        some[index].account = "\(account)"
        some[index].terms = StrategyTable.Terms(
          settlement: book.market.settlement,
          currency: book.market.settlement == .coin ? try Currency(book.market.symbol) : .usd)
        some[index].legs = instruments.filter { _ in generator.chance(0.5) }.map { instrument in
          RandomTable.Leg(
            instrument: instrument, quantity: generator.pick([-1, 1]) * generator.int64(1...40) * 10_000_000,
            price: Price(count: generator.int64(0...40) * 1_000_000))
        }
        some[index].legs.append(
          RandomTable.Leg(
            instrument: .perpetual(Perpetual(underlying: book.market.symbol)),
            quantity: generator.pick([-1, 1]) * 100_000_000,
            price: Price(count: generator.int64(9000...11_000) * 1_000_000)))
      }
      // One account holds little, and stays with the sweep.
      if account == 3 { for index in some.indices { some[index].legs.removeSubrange(5...) } }
      return some
    }
    return RandomTable.table(rows)
  }

  @Test("Products of matrices and sparse sums agree", arguments: Settlement.allCases)
  func dense(settlement: Settlement) throws {
    var book = RandomTable()
    book.market.settlement = settlement
    book.market.strikes = Array(60..<110)
    // More nodes than a tile of the product has columns.
    let sample = try AccountCase(book, spots: 71)
    let table = try denseBook(book, accounts: 70)
    var results: [(share: Double, threads: Int, results: BookResults)] = []
    for (share, threads) in [(2.0, 2), (0.01, 1), (0.01, 2), (0.01, 7)] {
      let analyzer = sample.analyzer(threads, denseShare: share)
      results.append((share, threads, analyzer.analyze(sample.net(table, analyzer).positions)))
    }
    #expect(results[0].results.count == 70)
    var differing = 0
    for index in 0..<results[0].results.count {
      let sparse = try results[0].results.figures(index)
      let dense = try results[1].results.figures(index)
      let legs = (0..<table.count).filter { table.accounts[table.account($0)] == "\(index)" }.flatMap {
        table.legRange($0)
      }
      let magnitude = legs.reduce(0.0) {
        let leg = table.legs[$1]
        return $0 + abs(leg.quantity.exact.doubleValue) * (settlement == .coin ? 1 : 150)
      }
      let slack = 1e-9 * magnitude
      #expect(sparse.value == dense.value, "the unshocked point is no product")
      #expect(sparse.expectedShortfalls == dense.expectedShortfalls)
      #expect(abs(sparse.worst - dense.worst) <= slack && abs(sparse.best - dense.best) <= slack, "account \(index)")
      #expect(sparse.worstScenario == dense.worstScenario && sparse.bestScenario == dense.bestScenario, "no ties here")
      #expect(sparse.sharesBeyond == dense.sharesBeyond, "account \(index)")
      if sparse.worst != dense.worst || sparse.best != dense.best { differing += 1 }
      for other in results[2...] {
        #expect(bits(try other.results.figures(index)) == bits(dense), "account \(index), \(other.threads) threads")
      }
    }
    // Two orders of summation: where the library is there, some digit tells them apart.
    #expect((try? BLASLibrary.shared) == nil || differing > 10, "\(differing)")
  }

  @Test("Accounts that hold little of a book, or fewer than 64 contracts, are left to the sweep")
  func chosen() throws {
    let groups = [(legs: 63, share: 0.01), (64, 0.01), (80, 0.9), (80, 0.7)]
    for (legs, share) in groups {
      var part = BookPart()
      part.firstLegs = [0]
      part.legs = (0..<legs).map { .init(row: Int32($0), ratio: 1, offset: 0) }
      part.margins = [nil]
      part.hasOffsets = [false]
      let none = -Double.infinity
      part.positions = [.init(scale: 1, cost: 0, floors: (none, none, none, none))]
      let market = SampleMarket()
      part.margins = [
        MarginFigures(StrategyMargin(of: try market.filled([(1, try market.option(.call, 100))])))
      ]
      part.group()
      let isDense = DensePositions(part, rowCount: 100, share: share) != nil
      let isThere = (try? BLASLibrary.shared) != nil
      #expect(isDense == (isThere && legs >= 64 && Double(legs) / 100 >= share), "\(legs) legs, share \(share)")
    }
  }
}
