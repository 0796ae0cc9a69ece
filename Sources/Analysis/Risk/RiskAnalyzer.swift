import IsolatedMargin
public import MarketData
public import Pricing
public import Scenarios

/// The risk of one position.
public struct PositionTails: Sendable {
  /// Under the market as it is, settlement currency.
  public let value: Double
  /// One for each level.
  public let tails: [TailRisk]
  /// The tails' scenarios, where they are asked for.
  public let tailWeights: [TailWeights]
}

/// What a part adds to the risk of its whole at one level.
public struct RiskContribution: Hashable, Sendable {
  /// Of the expected shortfall, by Euler's rule; parts add up to the whole.
  public let expectedShortfall: Double
  /// Of the value at risk, as ``TailWeights/valueAtRisk(of:)`` estimates it; parts add up to the whole.
  public let valueAtRisk: Double
}

/// Value at risk and expected shortfall of strategies, accounts and books by full revaluation under joint scenarios.
///
/// Every contract is repriced under every scenario; nothing is expanded in Greeks, since the tail lies where expansions
/// fail. Losses are against the value under the market as it is: entry prices and fees have no part in them. Neither the
/// number of threads nor the way in which a book is divided changes a digit.
public final class RiskAnalyzer {
  public let moves: JointMoves
  public let levels: [Double]
  private let terms: [TailTerms]
  private let rows: OutcomeRows
  private let dynamics: SmileDynamics
  private let threads: Int

  /// - Parameters:
  ///   - levels: Each from 0.5 to below 1, such as 0.975.
  ///   - days: Calendar days that pass under each scenario, 0 or more: 0 is a move at once.
  ///   - memoryBudget: Bytes for the contracts' values under all scenarios.
  ///   - threads: Nil for one a processor.
  /// - Throws: ``RiskError``: no level or one out of range, a tail without a scenario, days out of range.
  public init(
    market: MarketState, moves: JointMoves, levels: [Double], days: Double = 0,
    dynamics: SmileDynamics = .stickyStrike, pricer: OptionPricer = .blackScholes, memoryBudget: Int = 4 << 30,
    threads: Int? = nil
  ) throws(RiskError) {
    guard !levels.isEmpty else { throw .badParameter("levels", found: "none", wanted: "at least one") }
    var terms: [TailTerms] = []
    for level in levels { terms.append(try TailTerms(moves, level: level)) }
    self.terms = terms
    self.moves = moves
    self.levels = levels
    self.dynamics = dynamics
    self.threads = threads ?? WorkPieces.processorCount
    rows = try OutcomeRows(
      market: market, moves: moves, days: days, dynamics: dynamics, pricer: pricer, memoryBudget: memoryBudget,
      threads: self.threads)
  }

  /// Measures the strategies of one table, which continues those of the tables before it.
  ///
  /// - Returns: In the order of the table; a failure for what cannot be valued.
  public func risks(of table: StrategyTable) -> [Result<PositionTails, RiskError>] {
    measure(rows.positions(of: table), keepsTails: false)
  }

  /// Measures accounts' positions, with the scenarios of their tails.
  ///
  /// - Parameter table: The last of the tables whose strategies they hold.
  public func risks(of positions: [NetPosition], from table: StrategyTable) -> [Result<PositionTails, RiskError>] {
    measure(rows.positions(of: positions, table), keepsTails: true)
  }

  /// Why a strategy cannot be valued; nil where it can.
  public func refusals(of table: StrategyTable) -> [RiskError?] { rows.positions(of: table).map(\.error) }

  private func measure(_ positions: [OutcomeRows.Position], keepsTails: Bool) -> [Result<PositionTails, RiskError>] {
    let answers = Answers<Result<PositionTails, RiskError>>(count: positions.count)
    let (terms, moves) = (terms, moves)
    var failure: RiskError?
    do throws(RiskError) {
      try rows.forEachOutcome(
        of: positions, makeState: { terms.map { TailMeasure($0) } },
        body: { place, value, outcomes, measures in
          do throws(RiskError) {
            var tails: [TailRisk] = []
            var weights: [TailWeights] = []
            for index in measures.indices {
              let (risk, tail) = try measures[index].measure(outcomes)
              tails.append(risk)
              if keepsTails { weights.append(tail) }
            }
            answers.set(place, .success(PositionTails(value: value, tails: tails, tailWeights: weights)))
          } catch {
            guard case .noNumber(let scenario) = error, let index = Int(scenario) else {
              return answers.set(place, .failure(error))
            }
            answers.set(place, .failure(.noNumber(scenario: moves.names[index - 1])))
          }
        })
    } catch { failure = error }
    return positions.indices.map { place in
      let position = positions[place]
      if let error = position.error ?? failure { return .failure(error) }
      // What was closed to the last leg is worth nothing and loses nothing.
      if position.legs.isEmpty { return .success(flat(keepsTails: keepsTails)) }
      return answers[place] ?? .failure(.incomplete(1))
    }
  }

  private func flat(keepsTails: Bool) -> PositionTails {
    let nothing = [Double](repeating: 0, count: moves.count)
    let tails = terms.compactMap { terms in
      var measure = TailMeasure(terms)
      return try? measure.measure(nothing.span)
    }
    return PositionTails(
      value: 0, tails: tails.map(\.risk), tailWeights: keepsTails ? tails.map(\.tail) : [])
  }

  /// Where the worst scenario takes a strategy below its maximum loss; nil for all others.
  ///
  /// - Parameter risks: What ``risks(of:)`` gave for the table.
  public func lossesBeyond(
    of table: StrategyTable, _ risks: [Result<PositionTails, RiskError>]
  ) -> [LossBeyondMaximum?] {
    let answers = Answers<LossBeyondMaximum>(count: table.count)
    let (dynamics, threads) = (dynamics, threads)
    let pieces = max(1, min(table.count, 8 * threads))
    WorkPieces.run(pieces, threads: threads) { piece in
      for place in (table.count * piece / pieces)..<(table.count * (piece + 1) / pieces) {
        guard case .success(let risk) = risks[place], let worst = risk.tails.first, worst.worst > 0,
          let filled = try? table.filled(place)
        else { continue }
        let margin = MarginFigures(StrategyMargin(of: filled))
        let profit = risk.value - worst.worst - margin.entryCost - margin.fees
        guard
          let beyond = LossBeyondMaximum(
            worst: profit, scenario: worst.worstScenario + 1, dynamics: dynamics, margin)
        else { continue }
        answers.set(place, beyond)
      }
    }
    return (0..<table.count).map { answers[$0] }
  }

  /// What each strategy of a table adds to the risk of a whole, at each level.
  ///
  /// - Parameters:
  ///   - wholes: The tails of wholes, by level.
  ///   - whole: For each strategy of the table the place of its whole; nil for none.
  /// - Returns: Shape [strategy][level]; nil for what has no whole or cannot be valued.
  public func contributions(
    of table: StrategyTable, to wholes: [[TailWeights]], _ whole: [Int?]
  ) -> [[RiskContribution]?] {
    let positions = rows.positions(of: table)
    let answers = Answers<[RiskContribution]>(count: positions.count)
    try? rows.forEachOutcome(
      of: positions, makeState: {},
      body: { place, _, outcomes, _ in
        guard let own = whole[place] else { return }
        answers.set(
          place,
          wholes[own].map { tail in
            RiskContribution(
              expectedShortfall: tail.shortfall(of: outcomes), valueAtRisk: tail.valueAtRisk(of: outcomes))
          })
      })
    return positions.indices.map { answers[$0] }
  }
}

/// Answers of several threads, each at places of its own, read when all are done.
@safe
final class Answers<Answer: Sendable>: @unchecked Sendable {
  private let memory: UnsafeMutableBufferPointer<Answer?>

  init(count: Int) {
    unsafe memory = .allocate(capacity: count)
    unsafe memory.initialize(repeating: nil)
  }

  deinit {
    unsafe memory.deinitialize()
    unsafe memory.deallocate()
  }

  func set(_ place: Int, _ answer: Answer) { unsafe memory[place] = answer }

  subscript(place: Int) -> Answer? { unsafe memory[place] }
}
