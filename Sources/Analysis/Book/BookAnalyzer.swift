import Basics
import Instruments
public import IsolatedMargin
import Kernels
public import MarketData
public import Pricing
public import Scenarios

/// Strategies of a book under every scenario of a grid or list, millions of them, a part of the book at a time.
///
/// Each distinct contract is valued once under each scenario; a strategy is then a short sparse sum of those rows, reduced
/// as it is made (``BookSweep``). The cube of strategies and scenarios is never stored, memory does not grow with the
/// book, and neither the number of threads nor the way in which the book is divided changes a digit.
public final class BookAnalyzer {
  public let market: MarketState
  public let scenarios: ScenarioSet
  public let weights: ScenarioWeights?
  /// Of expected shortfall, such as 0.975.
  public let levels: [Double]
  private let threads: Int
  private let reserve: PerpetualReserve
  private let plan: ClosingPlan?
  private let denseShare: Double
  private let rows: ScenarioRows
  private var book: ResolvedBook
  private var margins: TableMargin
  /// By terms and instrument: where its row stands, or that it is not yet known or refused.
  private var places: [[Int32]] = []
  private static let unknown: Int32 = -1
  private static let refused: Int32 = -2

  /// - Parameters:
  ///   - weights: Probabilities, for expected shortfall.
  ///   - levels: Between 0 and 1, both excluded; the mean loss over the worst 1 - level is given.
  ///   - memoryBudget: Bytes for the contracts' values; beyond it the scenarios are worked on in slabs.
  ///   - denseShare: The share of all contracts from which on an account's sum goes through OpenBLAS; above 1 for never.
  ///     Where the library is not installed the sparse sum serves, which differs in its last digits.
  ///   - threads: Nil for one a processor.
  ///   - plan: What to do with several expiries; nil leaves them without a margin.
  public init(
    market: MarketState, scenarios: ScenarioSet, weights: ScenarioWeights? = nil, levels: [Double] = [0.975],
    reserve: PerpetualReserve = .none, pricer: OptionPricer = .blackScholes, memoryBudget: Int = 640 << 20,
    denseShare: Double = 0.5, threads: Int? = nil, plan: ClosingPlan? = nil
  ) {
    self.market = market
    self.scenarios = scenarios
    self.weights = weights
    self.levels = levels
    self.threads = threads ?? WorkPieces.processorCount
    self.reserve = reserve
    self.plan = plan
    self.denseShare = denseShare
    book = ResolvedBook(market: market)
    margins = TableMargin(reserve: reserve, plan: plan, market: market)
    rows = ScenarioRows(
      market: market, scenarios: scenarios, selected: weights?.scenarios ?? [], pricer: pricer,
      memoryBudget: memoryBudget, threads: self.threads)
  }

  /// The same over a grid.
  public convenience init(
    market: MarketState, grid: ScenarioGrid, weights: ScenarioWeights? = nil, levels: [Double] = [0.975],
    reserve: PerpetualReserve = .none, pricer: OptionPricer = .blackScholes, memoryBudget: Int = 640 << 20,
    denseShare: Double = 0.5, threads: Int? = nil
  ) {
    self.init(
      market: market, scenarios: .grid(grid), weights: weights, levels: levels, reserve: reserve, pricer: pricer,
      memoryBudget: memoryBudget, denseShare: denseShare, threads: threads)
  }

  /// Analyses the strategies of one table, which continues those of the tables before it: instruments and terms keep their
  /// places.
  ///
  /// - Complexity: One valuation for each new contract and scenario, and one multiplication for each leg and scenario, less
  ///   what neighbours share.
  public func analyze(_ table: StrategyTable) -> BookResults {
    placeRows(table)
    var part = prepare(table)
    part.group()
    return sweep(part)
  }

  /// Analyses accounts' positions, whose strategies stood in tables that ``refusal(of:in:)`` was asked about; one that holds
  /// what the market refuses has an error for its figures.
  public func analyze(_ positions: [NetPosition]) -> BookResults {
    var part = BookPreparation.prepared(
      positions,
      place: { (leg, terms) throws(PricingError) in try self.place(leg.instrument, terms) }, reserve: reserve,
      plan: plan, market: market)
    part.group()
    return sweep(part, dense: DensePositions(part, rowCount: rows.contents.count, share: denseShare))
  }

  /// Why the market cannot value a strategy of a table; nil where it can.
  public func refusal(of index: Int, in table: StrategyTable) -> PricingError? {
    placeRows(table, index..<(index + 1))
    let terms = Int(table.termsPlace(index))
    let isRefused = table.legs[table.legRange(index)].contains { places[terms][Int($0.instrument)] < 0 }
    return isRefused ? refusalOfLegs(index, table) : nil
  }

  // MARK: Rows

  /// Gives every contract of the table a row, in the order of first mention.
  private func placeRows(_ table: StrategyTable) { placeRows(table, 0..<table.count) }

  private func placeRows(_ table: StrategyTable, _ range: Range<Int>) {
    margins.learn(table.instruments)
    while places.count < table.terms.count { places.append([]) }
    for index in places.indices {
      let missing = table.instruments.count - places[index].count
      if missing > 0 { places[index] += [Int32](repeating: BookAnalyzer.unknown, count: missing) }
    }
    for index in range {
      let terms = Int(table.termsPlace(index))
      for leg in table.legs[table.legRange(index)] where places[terms][Int(leg.instrument)] == BookAnalyzer.unknown {
        let place = try? place(table.instruments[Int(leg.instrument)], table.terms[terms])
        places[terms][Int(leg.instrument)] = place ?? BookAnalyzer.refused
      }
    }
  }

  private func place(_ instrument: Instrument, _ terms: StrategyTable.Terms) throws(PricingError) -> Int32 {
    try FilledStrategy.check(instrument, terms.settlement, terms.currency, in: market)
    // What no strategy in coin may hold, ``FilledStrategy`` says; an account's strategies are asked about before they are one.
    if terms.settlement == .coin, case .underlying(let asset) = instrument { throw .underlyingInCoin(asset.symbol) }
    guard instrument.isOption else { return rows.place(of: .linear(instrument.underlying, terms.settlement)) }
    return rows.place(of: .contract(try book.place(of: instrument), terms.settlement))
  }

  // MARK: Strategies

  private func prepare(_ table: StrategyTable) -> BookPart {
    let pieces = max(1, min(8 * threads, table.count / 512))
    let preparation = BookPreparation(places: places, margins: margins, table: table)
    let parts = collected(pieces) { piece in
      preparation.prepared((table.count * piece / pieces)..<(table.count * (piece + 1) / pieces))
    }
    var whole = BookPart()
    for part in parts { whole.append(part) }
    // What the market refuses is refused in the words of the one way in.
    for (index, margin) in whole.margins.enumerated() where margin == nil && whole.errors[index] == nil {
      whole.errors[index] = refusalOfLegs(index, table)
    }
    return whole
  }

  private func refusalOfLegs(_ index: Int, _ table: StrategyTable) -> PricingError {
    do throws(PricingError) {
      _ = try book.resolve(try table.filled(index))
      return .missing("value", instrument: table.name(index))
    } catch { return error }
  }

  private func collected<Result: Sendable>(_ count: Int, _ work: @Sendable (Int) -> Result) -> [Result] {
    nonisolated(unsafe) let results = UnsafeMutableBufferPointer<Result?>.allocate(capacity: count)
    unsafe results.initialize(repeating: nil)
    defer {
      unsafe results.deinitialize()
      unsafe results.deallocate()
    }
    WorkPieces.run(count, threads: threads) { piece in unsafe results[piece] = work(piece) }
    return unsafe results.compactMap { $0 }
  }

  // MARK: The sweep

  private func sweep(_ part: BookPart, dense: DensePositions? = nil) -> BookResults {
    let results = BookResults(
      part: part, nodeCount: scenarios.count, levelCount: weights == nil ? 0 : levels.count)
    guard !part.order.isEmpty else { return results }
    let run = BookRun(part: part, results: results, threads: threads, dense: dense)
    rows.forEachSlab(book.contracts) { slab in run.sweep(slab) }
    if let unshocked = rows.unshockedRows { run.value(unshocked) }
    if let weights, let selected = rows.selectedRows {
      run.shortfalls(selected, probabilities: weights.probabilities, tails: levels.map { 1 - $0 })
    }
    return results
  }
}
