import Basics
import Instruments
public import IsolatedMargin
public import MarketData
public import Pricing
public import Scenarios

/// Checks a book against limits: strategies as they come, and everything that is netted when all have come.
///
/// The positions of an account, an expiry, an underlying or the book are one position each: its maximum loss is that of
/// all legs together, its worst P&L the worst scenario of their sum. Amounts of several currencies or settlements are not
/// added: a limit that does not name one is then unanswered, and so is every limit whose figure does not exist.
public struct LimitMonitor: Sendable {
  private let limits: [RiskLimit]
  private let market: MarketState
  private let reserve: PerpetualReserve
  private let plan: ClosingPlan?
  private var valuer: PositionValuer
  private var stress: StressAnalyzer
  private var groups: [LimitGroup] = []
  private var places: [LimitGroup.Key: Int] = [:]
  /// Of strategies, beside `limits`.
  private var strategyAnswers: [[LimitAnswer]]
  /// Strategies that may belong to any position but a known account.
  private var refused = RefusedStrategies()

  /// - Parameters:
  ///   - limits: In the order of the answers.
  ///   - scenarios: Those of `worst_pnl`.
  ///   - reserve: Caps for basis and funding of perpetuals, in the margin.
  ///   - plan: What is done at the first of several expiries, of a strategy or a netted position alike; nil leaves limits
  ///     on their maximum loss and margin without an answer.
  public init(
    market: MarketState, limits: [RiskLimit], scenarios: ScenarioSet, reserve: PerpetualReserve = .none,
    plan: ClosingPlan? = nil, pricer: OptionPricer = .blackScholes
  ) {
    self.plan = plan
    self.limits = limits
    self.market = market
    self.reserve = reserve
    valuer = PositionValuer(market: market, pricer: pricer)
    stress = StressAnalyzer(market: market, scenarios: scenarios, reserve: reserve, pricer: pricer)
    strategyAnswers = limits.map { _ in [] }
    // The book is a position however little is in it.
    if limits.contains(where: { $0.scope == .book }) { _ = group(.book) }
  }

  /// True where a limit asks for the margin or maximum loss of strategies themselves.
  public var hasStrategyMargins: Bool {
    limits.contains { $0.scope == .strategy && ($0.metric == .maxLoss || $0.metric == .margin) }
  }

  /// The margin that limits on a strategy itself ask for; nil where none does.
  ///
  /// It is most of the work on such a strategy and depends on nothing else, so that several threads can do it before
  /// the strategies are added in their order.
  public func margin(of filled: FilledStrategy, name: String) -> StrategyMargin? {
    let isAsked = limits.contains { limit in
      limit.scope == .strategy && (limit.metric == .maxLoss || limit.metric == .margin) && limit.isAbout(name)
        && limit.currency.map { $0 == filled.currency } ?? true
    }
    return isAsked ? StrategyMargin(of: filled, reserve: reserve, plan: plan, market: market) : nil
  }

  /// Adds a strategy of an account.
  ///
  /// - Parameter margin: What ``margin(of:name:)`` gives, where it has been asked before.
  /// - Throws: ``PricingError`` where the market cannot value a leg; the strategy then counts as refused wherever it
  ///   would have belonged.
  public mutating func add(
    _ filled: FilledStrategy, name: String, account: String, margin: StrategyMargin? = nil
  ) throws(PricingError) {
    let risk: PositionRisk
    do { risk = try valuer.risk(of: filled) } catch {
      refuse(name: name, accounts: [account], detail: error.description)
      throw error
    }
    answerForStrategy(filled, name: name, risk, margin)
    if wants(.account, account) { groups[group(.account(account))].add(filled) }
    if wants(.book) { groups[group(.book)].add(filled) }
    if wants(.underlying) {
      for (index, part) in filled.legsByUnderlying.enumerated() {
        groups[group(.underlying(part.underlying))].add(filled, includingStrategyFees: index == 0) {
          $0.instrument.underlying == part.underlying
        }
      }
    }
    if wants(.expiry) { addByExpiry(filled) }
  }

  /// Notes a strategy that could not be read or valued: no position to which it may belong has a figure.
  ///
  /// - Parameter accounts: Those that the strategy may belong to.
  public mutating func refuse(name: String, accounts: [String], detail: String) {
    refused.add(name: name, detail: detail)
    for account in accounts where wants(.account, account) {
      groups[group(.account(account))].refused.add(name: name, detail: detail)
    }
    for (index, limit) in limits.enumerated() where limit.scope == .strategy && limit.isAbout(name) {
      strategyAnswers[index].append(LimitAnswer(limit, name: name, invalid: detail))
    }
  }

  /// The answers, limits in their order and for each of them names in the book's.
  public mutating func finish() -> [[LimitAnswer]] {
    var answers = strategyAnswers
    for place in groups.indices {
      if case .account = groups[place].key {} else { groups[place].refused = refused }
      for (order, limit) in limits.enumerated() where limit.scope == groups[place].key.scope {
        guard limit.isAbout(groups[place].key) else { continue }
        if let answer = answer(limit, place) { answers[order].append(answer) }
      }
    }
    for (order, limit) in limits.enumerated() where answers[order].isEmpty {
      // What a limit names and the book lacks is flat, unless what was refused may belong to it.
      guard let name = limit.ownName else { continue }
      if limit.scope == .underlying || limit.scope == .expiry, let detail = refused.detail {
        answers[order].append(LimitAnswer(limit, name: name, invalid: detail))
        continue
      }
      answers[order].append(
        LimitAnswer(
          limit, name: name, figure: .exact(.zero), currency: limit.currency,
          absence: limit.scope == .strategy ? "no such strategy in the book" : "no position in the book"))
    }
    return answers
  }

  // MARK: Strategies

  private mutating func answerForStrategy(
    _ filled: FilledStrategy, name: String, _ risk: PositionRisk, _ margin: StrategyMargin?
  ) {
    var figures: PositionFigures?
    for (index, limit) in limits.enumerated() where limit.scope == .strategy && limit.isAbout(name) {
      if let currency = limit.currency, currency != filled.currency {
        // A limit for each strategy of a currency passes over the others; one that names the strategy must not.
        guard limit.name != .every else { continue }
        strategyAnswers[index].append(
          LimitAnswer(
            limit, name: name, figure: .unanswered("found \(filled.currency), wanted \(currency)"),
            currency: filled.currency))
        continue
      }
      var own = figures ?? PositionFigures(filled, risk: risk, reserve: reserve, plan: plan, margin: margin)
      let figure = own.figure(limit.metric, stress: &stress)
      figures = own
      strategyAnswers[index].append(
        LimitAnswer(
          limit, name: name, figure: figure, currency: filled.currency, note: own.note(on: limit.metric)))
    }
  }

  // MARK: Netted positions

  /// True where a limit is about a scope, and about an account where one is given.
  private func wants(_ scope: LimitScope, _ account: String? = nil) -> Bool {
    limits.contains { limit in limit.scope == scope && (account.map(limit.isAbout) ?? true) }
  }

  private mutating func group(_ key: LimitGroup.Key) -> Int {
    if let place = places[key] { return place }
    places[key] = groups.count
    groups.append(LimitGroup(key: key))
    return groups.count - 1
  }

  /// Legs by the moment of their expiry: two ways to write one moment are one expiry.
  private mutating func addByExpiry(_ filled: FilledStrategy) {
    var seen: Set<LimitGroup.Key> = []
    for leg in filled.legs {
      guard let key = LimitGroup.Key(expiryOf: leg, in: market), seen.insert(key).inserted,
        let expiry = leg.instrument.expiry
      else { continue }
      let place = group(key)
      groups[place].note(expiry)
      let market = market
      groups[place].add(filled, includingStrategyFees: seen.count == 1) {
        LimitGroup.Key(expiryOf: $0, in: market) == key
      }
    }
  }

  /// Nil where the limit is for each position of a currency and this one has none in it.
  private mutating func answer(_ limit: RiskLimit, _ place: Int) -> LimitAnswer? {
    let group = groups[place]
    let name = group.name
    if let detail = group.refused.detail { return LimitAnswer(limit, name: name, invalid: detail) }
    let own = group.positions.indices.filter { index in
      limit.currency.map { $0 == group.positions[index].currency } ?? true
    }
    guard let index = own.first else {
      if limit.currency != nil, limit.name == .every, limit.scope != .book { return nil }
      return LimitAnswer(
        limit, name: name, figure: .exact(.zero), currency: limit.currency,
        absence: limit.scope == .book ? nil : "no position in the book")
    }
    guard own.count == 1 else {
      let terms = own.map { "\(group.positions[$0].currency) (\(group.positions[$0].settlement.rawValue))" }
      return LimitAnswer(
        limit, name: name,
        figure: .unanswered("found positions in \(terms.joined(separator: " and ")), wanted one: they are not added"),
        currency: nil)
    }
    let currency = group.positions[index].currency
    do throws(PricingError) {
      var figures: PositionFigures
      if let known = groups[place].figures[index] {
        figures = known
      } else {
        let filled = try group.positions[index].filled(name: name)
        figures = PositionFigures(filled, risk: try valuer.risk(of: filled), reserve: reserve, plan: plan)
      }
      let figure = figures.figure(limit.metric, stress: &stress)
      groups[place].figures[index] = figures
      return LimitAnswer(
        limit, name: name, figure: figure, currency: currency, note: figures.note(on: limit.metric))
    } catch {
      return LimitAnswer(limit, name: name, figure: .unanswered(error.description), currency: currency)
    }
  }
}
