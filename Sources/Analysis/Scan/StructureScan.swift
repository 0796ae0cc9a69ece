public import Basics
import Dispatch
public import Instruments
public import MarketData
public import Pricing
import Synchronization

/// What a scan looks for.
public struct ScanRequest: Sendable {
  public var shape: ScanShape
  /// Only these expiries; empty for all.
  public var expiries: [Expiry] = []
  /// Nil keeps every structure.
  public var condition: ScanExpression?
  /// What structures are ranked by.
  public var rank: ScanExpression
  /// The least first, instead of the greatest.
  public var isAscending = false
  /// The most structures that are given; at least 1.
  public var limit = 100
  public var terms = AccountTerms()

  public init(_ shape: ScanShape, rank: ScanExpression) {
    self.shape = shape
    self.rank = rank
  }
}

/// How many structures a scan met.
public struct ScanCounts: Hashable, Sendable {
  /// Structures whose every leg can be filled: all of them are examined.
  public let examined: Int
  /// Structures on listed strikes with a leg that nobody quotes on the side it needs.
  public let unquoted: Int
  /// Those examined that met the condition.
  public fileprivate(set) var matched: Int
}

/// Every structure of a kind on a chain: counted, worked out exactly, filtered and ranked.
///
/// Each leg is filled and charged once at each strike (``ScanChain``); a structure is then a sum of a few integers. What
/// is asked of a structure is worked out in blocks, cheap conditions first, and the best are kept. They are given again
/// by ``answer(for:)`` the long way, through the same types as a single strategy.
public struct StructureScan: Sendable {
  public let request: ScanRequest
  public let underlying: UnderlyingMarket
  public let market: MarketState
  /// Expiries that are not scanned although they were asked for, and why.
  public let skipped: [(expiry: Expiry, reason: String)]
  let chains: [ScanChain]
  private let places: [ScanPlaces]
  private let counts: ScanCounts

  /// The most structures of one scan.
  public static let structureLimit = 10_000_000_000
  private static let blockSize = 512

  /// Fills every leg at every strike, and counts what there is to examine.
  ///
  /// - Throws: ``ScanError``: an expiry the chain lacks, a leg that cannot be filled for another reason than a missing
  ///   quote, a shape that this market's contracts do not make, too many structures.
  public init(_ request: ScanRequest, on underlying: UnderlyingMarket, in market: MarketState) throws(ScanError) {
    self.request = request
    self.underlying = underlying
    self.market = market
    let shape = request.shape
    if shape.definition.condition == .coinCollateral, underlying.contractTerms.settlement != .coin {
      throw .refused(
        found: "options settled in \(underlying.contractTerms.quoteCurrency)",
        wanted: "options settled in coin for \(shape.definition.id)")
    }
    for expiry in request.expiries where underlying.chain(of: underlying.contractTerms.expiry(expiry)) == nil {
      throw .refused(
        found: "expiry \(expiry)",
        wanted: "one of the chain's: \(underlying.chains.map { ScanAnswer.text($0.expiry) }.joined(separator: ", "))")
    }
    var (chains, places): ([ScanChain], [ScanPlaces]) = ([], [])
    var skipped: [(expiry: Expiry, reason: String)] = []
    var (examined, listed) = (0, 0)
    for chain in underlying.chains {
      let isAsked = request.expiries.contains {
        underlying.contractTerms.expiry($0).isSameSettlement(as: chain.expiry)
      }
      guard request.expiries.isEmpty || isAsked else { continue }
      guard let table = try ScanChain.make(chain, of: shape, in: underlying, market: market, request.terms) else {
        skipped.append((chain.expiry, "its exact amounts or its strikes are too long for a scan"))
        continue
      }
      let quoted = ScanPlaces(table.strikes, shape) { table.isFilled(shape, place: $0, strike: $1) }
      let all = ScanPlaces(table.strikes, shape) { _, _ in true }
      guard let count = quoted.count, let total = all.count, total <= StructureScan.structureLimit,
        listed + total <= StructureScan.structureLimit
      else {
        throw .refused(
          found: "more than \(StructureScan.structureLimit) structures", wanted: "fewer, such as those of one expiry")
      }
      examined += count
      listed += total
      chains.append(table)
      places.append(quoted)
    }
    self.chains = chains
    self.places = places
    self.skipped = skipped
    counts = ScanCounts(examined: examined, unquoted: listed - examined, matched: 0)
  }

  /// The currency of every amount; nil where no leg can be filled.
  public var currency: Currency? { chains.lazy.compactMap(\.currency).first }

  /// How many expiries are scanned.
  public var expiryCount: Int { chains.count }

  /// Examines every structure.
  ///
  /// - Parameters:
  ///   - width: How many threads work; nil for as many as there are processors. No answer depends on it.
  ///   - progress: Called with structures done and all of them, one call at a time, from any thread.
  /// - Returns: The best matches, the best first, and the counts.
  /// - Complexity: O(structures x legs), memory O(limit) a thread.
  public func run(
    width: Int? = nil, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) -> (matches: [ScanMatch], counts: ScanCounts) {
    let parts = chains.indices.flatMap { chain in (0..<places[chain].parts).map { (chain: chain, part: $0) } }
    let next = Atomic<Int>(0)
    let all = Mutex((ranking: ScanRanking(limit: request.limit, isAscending: request.isAscending), done: 0, matched: 0))
    @Sendable func work() {
      var ranking = ScanRanking(limit: request.limit, isAscending: request.isAscending)
      var matched = 0
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < parts.count else { break }
        let (done, found) = examine(chain: parts[index].chain, part: parts[index].part, &ranking)
        matched += found
        all.withLock {
          $0.done += done
          progress($0.done, counts.examined)
        }
      }
      all.withLock {
        $0.ranking.add(ranking)
        $0.matched += matched
      }
    }
    if let width {
      DispatchQueue.concurrentPerform(iterations: max(1, width)) { _ in work() }
    } else {
      // One call a processor: each takes parts until there are none.
      DispatchQueue.concurrentPerform(iterations: max(1, min(64, parts.count))) { _ in work() }
    }
    return all.withLock { result in
      var counts = counts
      counts.matched = result.matched
      return (result.ranking.sorted, counts)
    }
  }

  /// Examines the structures of one part; gives how many there were and how many met the condition.
  private func examine(chain index: Int, part: Int, _ ranking: inout ScanRanking) -> (done: Int, matched: Int) {
    let plan = ScanPlan(request)
    var block = ScanBlock(chains[index], request.shape, plan, capacity: StructureScan.blockSize)
    var (done, matched) = (0, 0)
    func flush() {
      done += block.rows.count
      block.evaluate(plan)
      matched += block.rows.count
      for row in 0..<block.rows.count {
        ranking.add(ScanMatch(chain: index, block.rows, row, sortValue: block.sortValue(row)))
      }
      block.rows.removeAll()
    }
    places[index].forEach(part: part) { a, b, c, d in
      block.rows.append(a, b, c, d)
      if block.rows.count == StructureScan.blockSize { flush() }
    }
    flush()
    return (done, matched)
  }
}

/// The order in which a scan asks: each part of the condition as soon as its figures are known, the cheap ones first.
struct ScanPlan: Sendable {
  /// Stage by stage, from the cheapest.
  let conditions: [(stage: ScanFigure.Stage, program: ScanProgram)]
  let rank: ScanProgram
  let figures: Set<ScanFigure>

  init(_ request: ScanRequest) {
    // A conjunction is true where all of its parts are, in whatever order they are asked.
    let parts = (request.condition?.conjuncts ?? []).map { ScanProgram($0) }
    conditions = [ScanFigure.Stage.legs, .extremes, .breakEvens].flatMap { stage in
      parts.filter { $0.stage == stage }.map { (stage, $0) }
    }
    rank = ScanProgram(request.rank.operations)
    figures = parts.reduce(rank.figures) { $0.union($1.figures) }
  }
}

/// A block of structures on its way through the plan.
struct ScanBlock {
  var rows: ScanRows
  private var conditions: [ScanFigure.Stage: ScanEvaluator] = [:]
  private var rank: ScanEvaluator
  private var stack: [Double] = []

  init(_ chain: ScanChain, _ shape: ScanShape, _ plan: ScanPlan, capacity: Int) {
    rows = ScanRows(capacity: capacity)
    rank = ScanEvaluator(chain, shape, figures: plan.rank.figures, capacity: capacity)
    for stage in Set(plan.conditions.map(\.stage)) {
      let figures = plan.conditions.filter { $0.stage == stage }.reduce(into: Set()) {
        $0.formUnion($1.program.figures)
      }
      conditions[stage] = ScanEvaluator(chain, shape, figures: figures, capacity: capacity)
    }
  }

  /// Keeps the rows that meet the condition, and works out what they are ranked by.
  mutating func evaluate(_ plan: ScanPlan) {
    for stage in [ScanFigure.Stage.legs, .extremes, .breakEvens] {
      let programs = plan.conditions.filter { $0.stage == stage }.map(\.program)
      guard !programs.isEmpty, rows.count > 0 else { continue }
      var met = [Double](repeating: 1, count: rows.count)
      conditions[stage]?.fillAll(rows)
      guard let columns = conditions[stage]?.columns else { continue }
      for program in programs {
        program.evaluate(columns, count: rows.count, &stack)
        for row in 0..<rows.count { met[row] *= stack[row] }
      }
      rows.keep(met)
    }
    guard rows.count > 0 else { return }
    rank.fillAll(rows)
    plan.rank.evaluate(rank.columns, count: rows.count, &stack)
  }

  /// After ``evaluate(_:)``; NaN for a missing number.
  func sortValue(_ row: Int) -> Double { stack[row] }
}

extension ScanEvaluator {
  /// Fills every column that was asked for.
  mutating func fillAll(_ rows: ScanRows) {
    for stage in [ScanFigure.Stage.legs, .extremes, .breakEvens] { fill(stage, rows) }
  }
}
