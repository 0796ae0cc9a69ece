public import Basics
public import MarketData
public import Pricing
public import Scenarios

/// How a value at risk would have done: on each day of the past it is made of what was known then and held against what
/// came.
///
/// **What is held fixed.** The position and the market it starts from: on every day the same contracts at today's spot,
/// volatilities and times to expiry. The days of the past give the moves alone, those before a day for its value at risk and
/// the one behind it for the outcome; so the test is of the model of moves with this position's nonlinearity, not of trades
/// that were made. An outcome that loses strictly more than the value at risk is an exception. Test days do not overlap,
/// whatever the horizon.
public struct RiskBacktest: Sendable {
  public let history: FactorHistory
  public let model: RiskModel
  public let levels: [Double]
  /// The spans whose outcomes are tested, ascending; each one's model is known at its first day.
  public let spans: [Int]
  private let market: MarketState
  private let daysForward: Double
  private let dynamics: SmileDynamics
  private let pricer: OptionPricer
  private let threads: Int

  /// - Parameter days: The latest test days, at most; nil for all that the history gives.
  /// - Throws: ``RiskError``: no test day, a level out of range.
  public init(
    market: MarketState, history: FactorHistory, model: RiskModel, levels: [Double], days: Int? = nil,
    daysForward: Double = 0, dynamics: SmileDynamics = .stickyStrike, pricer: OptionPricer = .blackScholes,
    threads: Int? = nil
  ) throws(RiskError) {
    guard !levels.isEmpty else { throw .badParameter("levels", found: "none", wanted: "at least one") }
    for level in levels where !(level >= 0.5 && level < 1) {
      throw .badParameter("level", found: "\(level)", wanted: "0.5 to below 1")
    }
    if case .historical(let simulation) = model, simulation.window == nil {
      throw .badParameter("window", found: "none", wanted: "as many moves for each day as for any other")
    }
    var chosen: [Int] = []
    // From the last one back, so that the latest days are tested whatever the horizon.
    var next = Int.max
    for span in history.usable.reversed() {
      let range = history.returns.spans[span]
      guard range.upperBound <= next else { continue }
      guard days.map({ chosen.count < $0 }) ?? true, model.isReady(history, at: range.lowerBound) else { break }
      chosen.append(span)
      next = range.lowerBound
    }
    guard !chosen.isEmpty else {
      throw .tooFew("days to test, each with the history that the model wants before it", found: 0, wanted: 1)
    }
    spans = chosen.reversed()
    self.history = history
    self.model = model
    self.levels = levels
    self.market = market
    self.daysForward = daysForward
    self.dynamics = dynamics
    self.pricer = pricer
    self.threads = threads ?? WorkPieces.processorCount
  }

  /// The day on which a test span's outcome is known.
  public func date(_ place: Int) -> CalendarDate { history.returns.dates(spans[place]).end }

  /// What came of one position at one level.
  public struct Answer: Hashable, Sendable {
    public let level: Double
    public let coverage: CoverageTest
    /// For each test day.
    public let valueAtRisk: [Double]
    /// For each test day; plus is a gain.
    public let outcomes: [Double]
    /// The places of test days with an exception.
    public let exceptions: [Int]
    /// Scenarios of all days' models, and those of them whose move went beyond ``FactorHistory/moveLimit`` and was held there.
    public let scenarioCount: Int
    public let heldCount: Int
  }

  /// Scenarios valued together: enough to be quick, few enough for a modest memory.
  private static let scenariosAtOnce = 1 << 18

  /// Tests the strategies of a table.
  ///
  /// - Returns: Shape [strategy][level]; a failure for what cannot be valued.
  public func answers(of table: StrategyTable) throws(RiskError) -> [Result<[Answer], RiskError>] {
    try answers { rows in rows.positions(of: table) }
  }

  /// Tests accounts' positions; `table` as in ``RiskAnalyzer/risks(of:from:)``.
  public func answers(
    of positions: [NetPosition], from table: StrategyTable
  ) throws(RiskError) -> [Result<[Answer], RiskError>] {
    try answers { rows in rows.positions(of: positions, table) }
  }

  /// Why a strategy cannot be valued; nil where it can.
  public func refusals(of table: StrategyTable) -> [RiskError?] {
    do throws(RiskError) {
      let one: JointMoves
      do { one = try outcomeMoves() } catch { throw .scenario(error) }
      return try rows(one).positions(of: table).map(\.error)
    } catch { return [RiskError?](repeating: error, count: table.count) }
  }

  /// One position's days so far.
  private struct Record: Sendable {
    var valueAtRisk: [[Double]]
    var outcomes: [Double]
    var error: RiskError?
  }

  private func answers(
    _ positions: (OutcomeRows) -> [OutcomeRows.Position]
  ) throws(RiskError) -> [Result<[Answer], RiskError>] {
    var records: [Record] = []
    var day = 0
    var (scenarios, held) = (0, 0)
    while day < spans.count {
      let part = try part(from: day)
      scenarios += part.days.reduce(0) { $0 + $1.model.count }
      held += part.heldCount
      let rows = try rows(part.moves)
      let own = positions(rows)
      if records.isEmpty {
        let empty = Record(valueAtRisk: levels.map { _ in [] }, outcomes: [], error: nil)
        records = [Record](repeating: empty, count: own.count)
      }
      let found = Answers<Record>(count: own.count)
      let (days, terms, levels) = (part.days, part.terms, levels)
      try rows.forEachOutcome(
        of: own, makeState: { terms.map { TailMeasure($0) } },
        body: { place, _, outcomes, measures in
          var record = Record(valueAtRisk: levels.map { _ in [] }, outcomes: [], error: nil)
          do throws(RiskError) {
            for day in days {
              for index in measures.indices {
                let (risk, _) = try measures[index].measure(outcomes.extracting(day.model))
                record.valueAtRisk[index].append(risk.valueAtRisk)
              }
              guard outcomes[day.outcome].isFinite else { throw .noNumber(scenario: "\(day.outcome + 1)") }
              record.outcomes.append(outcomes[day.outcome])
            }
          } catch { record.error = error }
          found.set(place, record)
        })
      for place in records.indices {
        let flat = [Double](repeating: 0, count: days.count)
        if let error = own[place].error ?? found[place]?.error { records[place].error = error }
        for index in levels.indices {
          records[place].valueAtRisk[index] += found[place]?.valueAtRisk[index] ?? flat
        }
        records[place].outcomes += found[place]?.outcomes ?? flat
      }
      day += part.days.count
    }
    return records.map { record in
      if let error = record.error { return .failure(error) }
      return Result { () throws(RiskError) in try answers(record, scenarioCount: scenarios, heldCount: held) }
    }
  }

  private func rows(_ moves: JointMoves) throws(RiskError) -> OutcomeRows {
    try OutcomeRows(
      market: market, moves: moves, days: daysForward, dynamics: dynamics, pricer: pricer, memoryBudget: 4 << 30,
      threads: threads)
  }

  private func answers(_ record: Record, scenarioCount: Int, heldCount: Int) throws(RiskError) -> [Answer] {
    var answers: [Answer] = []
    for (index, level) in levels.enumerated() {
      let exceptions = zip(record.outcomes, record.valueAtRisk[index]).map { -$0 > $1 }
      answers.append(
        Answer(
          level: level,
          coverage: try CoverageTest(exceptions, expectedRate: ((1 - level) * 1e12).rounded() / 1e12),
          valueAtRisk: record.valueAtRisk[index], outcomes: record.outcomes,
          exceptions: exceptions.indices.filter { exceptions[$0] }, scenarioCount: scenarioCount,
          heldCount: heldCount))
    }
    return answers
  }

  // MARK: Scenarios

  /// Test days whose scenarios are valued together.
  private struct Part {
    let moves: JointMoves
    let terms: [TailTerms]
    /// Where each day's model and its outcome lie among the scenarios.
    let days: [(model: Range<Int>, outcome: Int)]
    /// Of the models' scenarios, those with a move that was held.
    let heldCount: Int
  }

  /// The scenarios of test days from one on, as many as are valued at once.
  private func part(from first: Int) throws(RiskError) -> Part {
    do throws(ScenarioError) {
      return try historyPart(from: first)
    } catch { throw .scenario(error) }
  }

  private func historyPart(from first: Int) throws(ScenarioError) -> Part {
    let count = history.returns.history.underlyings.count
    var names: [String] = []
    var spot = [[Double]](repeating: [], count: count)
    var volatility = [[Double]?](repeating: nil, count: count)
    var days: [(model: Range<Int>, outcome: Int)] = []
    var shape: JointMoves?
    var heldCount = 0
    func append(_ moves: JointMoves, isOutcome: Bool = false) {
      // Names are each other's only within a day's model.
      let prefix = isOutcome ? "\(days.count)/outcome/" : "\(days.count)/"
      names += moves.names.map { prefix + $0 }
      if !isOutcome { heldCount += moves.heldCount }
      for place in 0..<count {
        spot[place] += moves.spot[place]
        if let column = moves.volatility[place] { volatility[place] = (volatility[place] ?? []) + column }
      }
    }
    // The outcomes of all days, and a plain history's models, are one column of moves.
    let all = try outcomeMoves()
    if case .historical(let simulation) = model, !simulation.isFiltered {
      append(all)
      for span in spans[first...] {
        let known = try history.spans(
          knownAt: history.returns.spans[span].lowerBound, window: simulation.window)
        let outcome = place(of: span)
        days.append((model: known.startIndex..<known.endIndex, outcome: outcome))
      }
      shape = try simulation.moves(of: history, knownAt: history.returns.spans[spans[first]].lowerBound)
    } else {
      for span in spans[first...] {
        let moves = try model.moves(of: history, knownAt: history.returns.spans[span].lowerBound)
        // Some models know more as time goes by: those of one part have the same number of scenarios.
        if let shape, shape.count != moves.count { break }
        guard days.isEmpty || names.count + moves.count < RiskBacktest.scenariosAtOnce else { break }
        shape = moves
        let start = names.count
        append(moves)
        append(try one(place(of: span), of: all), isOutcome: true)
        days.append((model: start..<(start + moves.count), outcome: start + moves.count))
      }
    }
    guard let shape else { throw .tooFew("days to test", found: 0, wanted: 1) }
    var terms: [TailTerms] = []
    for level in levels {
      do { terms.append(try TailTerms(shape, level: level)) } catch {
        guard case .tooFew(let what, let found, let wanted) = error else {
          throw .badParameter("level", found: "\(level)", wanted: "one that the scenarios allow")
        }
        throw .tooFew(what, found: found, wanted: wanted)
      }
    }
    return Part(
      moves: try JointMoves(
        underlyings: all.underlyings, names: names, spot: spot, volatility: volatility,
        isVolatilityRelative: all.isVolatilityRelative),
      terms: terms, days: days, heldCount: heldCount)
  }

  /// The moves of all usable spans, as they were.
  private func outcomeMoves() throws(ScenarioError) -> JointMoves {
    try history.moves(
      history.factors.map { factor in history.usable.map { factor.changes[$0] } },
      names: history.usable.map { "\(history.returns.dates($0).start)/\(history.returns.dates($0).end)" },
      weights: nil, dependence: .independent)
  }

  /// Where a span stands among the usable ones.
  private func place(of span: Int) -> Int {
    var (low, high) = (0, history.usable.count)
    while low < high {
      let middle = (low + high) / 2
      if history.usable[middle] < span { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func one(_ place: Int, of all: JointMoves) throws(ScenarioError) -> JointMoves {
    try JointMoves(
      underlyings: all.underlyings, names: [all.names[place]], spot: all.spot.map { [$0[place]] },
      volatility: all.volatility.map { $0.map { [$0[place]] } }, isVolatilityRelative: all.isVolatilityRelative)
  }
}
