import Basics
import Instruments
import Kernels
import MarketData
import Pricing
public import Scenarios

/// Gains and losses of strategies under a list of scenarios, against the market as it is: each contract is valued in full
/// once under each scenario, a strategy is a short sum of contracts.
///
/// What was paid has no part in it, and neither have fees: the outcome is value under the scenario less value now. So an
/// account's outcomes are the sums of its strategies'.
final class OutcomeRows {
  let market: MarketState
  let moves: JointMoves
  private let rows: ScenarioRows
  private let threads: Int
  private let memoryBudget: Int
  private var book: ResolvedBook
  /// By terms and instrument: where its row stands, or why there is none.
  private var places: [[Result<Int32, RiskError>?]] = []
  /// The values under all scenarios, when they were made.
  private var filled: BookSweep.Rows?

  init(
    market: MarketState, moves: JointMoves, days: Double, dynamics: SmileDynamics, pricer: OptionPricer,
    memoryBudget: Int, threads: Int
  ) throws(RiskError) {
    self.market = market
    self.moves = moves
    self.threads = threads
    self.memoryBudget = memoryBudget
    book = ResolvedBook(market: market)
    let list: ScenarioList
    do { list = try ScenarioList(moves, days: days, dynamics: dynamics) } catch { throw .scenario(error) }
    rows = ScenarioRows(
      market: market, scenarios: .list(list), selected: [], pricer: pricer, memoryBudget: memoryBudget,
      threads: threads)
  }

  /// A position as a sparse sum of rows, or why it is none.
  struct Position: Sendable {
    var legs: [BookSweep.Leg] = []
    var scale = 1.0
    var hasOffsets = false
    var error: RiskError?
  }

  // MARK: Positions

  /// The strategies of one table, which continues those of the tables before it.
  func positions(of table: StrategyTable) -> [Position] {
    (0..<table.count).map { index in
      let legs = table.legs[table.legRange(index)]
      let first = legs.startIndex
      let scale = LegScale(count: legs.count) { (legs[first + $0].quantity, legs[first + $0].multiplier) }
      var position = Position(scale: scale.value)
      for leg in legs {
        add(
          leg.instrument, table.instruments[Int(leg.instrument)], table.termsPlace(index), table.terms(index),
          ratio: scale.ratio(quantity: leg.quantity, multiplier: leg.multiplier), price: leg.price, to: &position)
      }
      return position
    }
  }

  /// Netted positions, whose legs are those of the tables before.
  func positions(of net: [NetPosition], _ table: StrategyTable) -> [Position] {
    net.map { position in
      guard position.excludedCount == 0 else { return Position(error: .incomplete(position.excludedCount)) }
      let open = position.legs.filter { $0.quantity != 0 }
      var answer = Position()
      guard open.allSatisfy({ Int64(exactly: $0.quantity) != nil }) else {
        answer.error = .pricing(.number(.outOfRange(position.name, type: "Quantity")))
        return answer
      }
      func quantity(_ leg: NetLeg) -> Quantity { Quantity(count: Int64(clamping: leg.quantity)) }
      let scale = LegScale(count: open.count) { (quantity(open[$0]), open[$0].key.multiplier) }
      answer.scale = scale.value
      let terms = Int32(truncatingIfNeeded: table.terms.firstIndex(of: position.terms) ?? 0)
      for leg in open {
        add(
          leg.key.instrument, leg.instrument, terms, position.terms,
          ratio: scale.ratio(quantity: quantity(leg), multiplier: leg.key.multiplier),
          price: leg.key.entry ?? .zero, to: &answer)
      }
      return answer
    }
  }

  private func add(
    _ index: Int32, _ instrument: Instrument, _ termsPlace: Int32, _ terms: StrategyTable.Terms, ratio: Double,
    price: Price, to position: inout Position
  ) {
    let (row, column) = (Int(termsPlace), Int(index))
    while places.count <= row { places.append([]) }
    if places[row].count <= column {
      places[row] += [Result<Int32, RiskError>?](repeating: nil, count: column + 1 - places[row].count)
    }
    let known = places[row][column] ?? Result { () throws(RiskError) in try place(instrument, terms) }
    places[row][column] = known
    switch known {
    case .success(let place):
      // A linear leg is worth what it gained since its entry, which the outcome then loses again.
      let offset = instrument.isOption ? 0 : LinearRow(settlement: terms.settlement).number(atSpot: price.value)
      position.hasOffsets = position.hasOffsets || offset != 0
      position.legs.append(BookSweep.Leg(row: place, ratio: ratio, offset: offset))
    case .failure(let error): position.error = position.error ?? error
    }
  }

  private func place(_ instrument: Instrument, _ terms: StrategyTable.Terms) throws(RiskError) -> Int32 {
    do throws(PricingError) {
      try FilledStrategy.check(instrument, terms.settlement, terms.currency, in: market)
      if terms.settlement == .coin, case .underlying(let asset) = instrument {
        throw PricingError.underlyingInCoin(asset.symbol)
      }
    } catch { throw .pricing(error) }
    guard moves.underlyings.contains(instrument.underlying) else {
      throw .noHistory(instrument.underlying, known: moves.underlyings)
    }
    guard instrument.isOption else { return rows.place(of: .linear(instrument.underlying, terms.settlement)) }
    do { return rows.place(of: .contract(try book.place(of: instrument), terms.settlement)) } catch {
      throw .pricing(error)
    }
  }

  // MARK: Outcomes

  /// Hands every position that has rows to `body`, several at once, with its value now and its outcome under each scenario.
  ///
  /// - Parameters:
  ///   - makeState: What a piece of the work keeps from one position to the next.
  ///   - body: The place of the position, its value now, its outcomes, plus being a gain.
  /// - Throws: ``RiskError`` `.tooLarge`.
  /// - Complexity: One valuation for each new contract and scenario, one multiplication for each leg and scenario.
  func forEachOutcome<State>(
    of positions: [Position], makeState: @Sendable () -> State,
    body: @Sendable (_ place: Int, _ value: Double, _ outcomes: Span<Double>, inout State) -> Void
  ) throws(RiskError) {
    guard !rows.contents.isEmpty else { return }
    let (wanted, overflow) = rows.contents.count.multipliedReportingOverflow(by: 8 * (moves.count + 512))
    guard !overflow, wanted <= memoryBudget else {
      throw .tooLarge(contracts: rows.contents.count, scenarios: moves.count, bytes: memoryBudget)
    }
    var whole: BookSweep.Rows?
    rows.forEachSlab(book.contracts) { slab in
      if slab.firstScenario == 1, slab.rows.nodeCount == moves.count { whole = slab.rows }
    }
    guard let scenarios = whole, let unshocked = rows.unshockedRows else {
      throw .tooLarge(contracts: rows.contents.count, scenarios: moves.count, bytes: memoryBudget)
    }
    let count = positions.count
    let pieces = max(1, min(count, 8 * threads))
    WorkPieces.run(pieces, threads: threads) { piece in
      var state = makeState()
      var outcomes = [Double](repeating: 0, count: scenarios.stride)
      for place in (count * piece / pieces)..<(count * (piece + 1) / pieces) {
        let position = positions[place]
        guard position.error == nil, !position.legs.isEmpty else { continue }
        let value = unsafe position.legs.withUnsafeBufferPointer { legs in
          unsafe outcomes.withUnsafeMutableBufferPointer { buffer -> Double in
            guard let legs = legs.baseAddress, let start = buffer.baseAddress else { return .nan }
            let now = unsafe position.scale * BookSweep.value(at: 0, unshocked, legs: legs, count: position.legs.count)
            unsafe BookSweep.profits(
              scenarios, legs: legs, count: position.legs.count, hasOffsets: position.hasOffsets,
              scale: position.scale, cost: now, into: start)
            return now
          }
        }
        body(place, value, outcomes.span.extracting(0..<scenarios.nodeCount), &state)
      }
    }
  }
}

extension ScenarioList {
  /// The scenarios of joint moves: each underlying its own move of price and volatility, all on one day.
  public init(_ moves: JointMoves, days: Double = 0, dynamics: SmileDynamics) throws(ScenarioError) {
    var columns: [String: ShockColumns] = [:]
    for (place, symbol) in moves.underlyings.enumerated() {
      let volatility = moves.volatility[place] ?? []
      columns[symbol] = try ShockColumns(
        spots: moves.spot[place], relatives: moves.isVolatilityRelative ? volatility : [],
        levels: moves.isVolatilityRelative ? [] : volatility)
    }
    try self.init(
      names: moves.names, daysForward: [Double](repeating: days, count: moves.count), columns: columns,
      weights: moves.weights, dynamics: dynamics)
  }
}
