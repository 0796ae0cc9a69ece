import Analysis
import Basics
import IsolatedMargin
import MarginRules
import MarketData
import Pricing
import Scenarios

/// One function for each operation: options to a question, the question to its report.
extension JSONInterface {
  /// The most that one request may ask to be valued: scenarios, and legs times scenarios.
  static let scenarioLimit = 50_000
  static let valuationLimit = 20_000_000
  /// Nodes of a surface of liquidation prices, each of which is a search of its own.
  static let surfaceLimit = 5_000
  /// Paths of a simulation.
  static let pathLimit = 1 << 20

  func analyze(
    _ request: InterfaceRequest, _ filled: FilledStrategy, _ market: Market
  ) throws -> InterfaceAnswer {
    let state = market.file.state
    var question = AnalysisRequest()
    question.plan = try request.plan(on: state)
    question.reserve = try request.reserve()
    question.dynamics = try request.word("smile", SmileDynamics.self) ?? .stickyStrike
    question.within = try request.value("within", "low:high in percent around spot") { OptionText.range($0) }
    question.maxLots = try request.value("max_lots", "a whole number, 0 or more") { text in
      Int64(text).flatMap { $0 >= 0 ? $0 : nil }
    }
    question.budget = try budget(request, filled.currency)
    question.curveDays = try request.value("days", "calendar days, 0 to 36500, at most 4") { text in
      ScenarioAxis.days(text).flatMap { days in
        days.count <= 4 && days.allSatisfy { (0...36_500).contains($0) } ? days : nil
      }
    }
    if let name = try request.text("maintenance") {
      question.maintenance = try maintenance(name, request, market).model(for: filled, in: state)
    }
    question.deposit = try deposit(request, filled.currency)
    let format = try request.word("format", ReportFormat.self) ?? .json
    let analysis = try StrategyAnalyzer(market: state, request: question).analyze(filled)
    guard format != .svg || analysis.curve != nil else {
      throw InterfaceError(.badStrategy, "found P&L that is no function of one price, wanted one underlying")
    }
    let source = market.file.source
    guard format != .json else {
      return InterfaceAnswer(bytes: AnalysisDocument(analysis, source: source).bytes, mediaType: format.mediaType)
    }
    return InterfaceAnswer(AnalysisReport.text(analysis, as: format, source: source), mediaType: format.mediaType)
  }

  private func deposit(_ request: InterfaceRequest, _ currency: Currency) throws(InterfaceError) -> ExactAmount? {
    guard let text = try request.text("deposit") else { return nil }
    do throws(StatementError) { return try BoxQuestion.deposit(parsing: text, currency: currency) } catch {
      throw InterfaceError(.badOption, "\(error)", at: "deposit")
    }
  }

  private func budget(_ request: InterfaceRequest, _ currency: Currency) throws(InterfaceError) -> Money? {
    let portfolio = try request.text("portfolio")
    guard let budget = try request.text("budget") else { return nil }
    do {
      var whole: Money?
      if let portfolio {
        do { whole = try Money(parsing: portfolio, currency: currency) } catch {
          throw InterfaceError(.badOption, "\(error)", at: "portfolio")
        }
      }
      let amount = try PositionSize.budget(parsing: budget, portfolio: whole, currency: currency)
      guard amount.minorUnits >= 0 else {
        throw InterfaceError(.badOption, "found \(amount), wanted 0 or more", at: "budget")
      }
      return amount
    } catch let error as InterfaceError { throw error } catch {
      throw InterfaceError(.badOption, "\(error)", at: "budget")
    }
  }

  func stress(
    _ request: InterfaceRequest, _ filled: FilledStrategy, _ market: Market
  ) throws -> InterfaceAnswer {
    let format = try request.word("format", StressFormat.self) ?? .json
    let grid = try request.grid(
      spotShifts: ScenarioGrid.nodes(from: -0.3, to: 0.3, count: 61),
      volatilityShifts: format.isPage ? ScenarioGrid.nodes(from: -0.2, to: 0.4, count: 13) : [0])
    guard grid.count <= JSONInterface.scenarioLimit,
      grid.count * filled.legs.count <= JSONInterface.valuationLimit
    else {
      throw InterfaceError(
        .tooLarge,
        "found \(filled.legs.count) legs under \(grid.count) scenarios, wanted at most \(JSONInterface.scenarioLimit) "
          + "scenarios and \(JSONInterface.valuationLimit) of both multiplied; `bulkhead stress` has no such limit")
    }
    let scenarios = ScenarioSet.grid(grid)
    var analyzer = StressAnalyzer(
      market: market.file.state, scenarios: scenarios, reserve: try request.reserve(),
      plan: try request.plan(on: market.file.state))
    guard !format.isPage || grid.days.count <= 4 else {
      throw InterfaceError(.badOption, "found \(grid.days.count) days, wanted at most 4 on a page", at: "days")
    }
    let source = PictureSource(quotes: market.file.source, asOf: market.file.state.asOf)
    return InterfaceAnswer(
      StressReport(.scenarios, scenarios: scenarios).text(try analyzer.stress(filled), as: format, source: source),
      mediaType: format.mediaType)
  }

  func margin(
    _ request: InterfaceRequest, _ filled: FilledStrategy, _ market: Market
  ) throws -> InterfaceAnswer {
    let rule = try request.text("rule").map { try self.rule(named: $0, request, market) }
    let plan = try request.plan(on: market.file.state)
    let report = MarginReport(
      reserve: try request.reserve(), plan: plan,
      question: rule.map { RuleQuestion($0, in: market.file.state, plan: plan) }, market: market.file.state)
    return InterfaceAnswer(report.json(filled))
  }

  func compare(
    _ request: InterfaceRequest, _ filled: FilledStrategy, _ market: Market
  ) throws -> InterfaceAnswer {
    let format = try request.word("format", ComparisonFormat.self) ?? .json
    let comparison = RuleComparison(
      market: market.file.state, rules: try rules(request, market),
      hasLiquidation: try request.flag("liquidation") ?? true, plan: try request.plan(on: market.file.state))
    return InterfaceAnswer(
      ComparisonReport.text(try comparison.compare(filled), as: format, source: market.file.source),
      mediaType: format.mediaType)
  }

  // MARK: Liquidation

  func liquidation(
    _ request: InterfaceRequest, _ filled: FilledStrategy, _ market: Market
  ) throws -> InterfaceAnswer {
    let state = market.file.state
    let isSurface = try request.flag("surface") ?? false
    let name = try request.text("maintenance") ?? "none"
    let choice = try maintenance(name, request, market)
    let question = try boxQuestion(request, isSurface: isSurface, on: state)
    try question.check(choice, named: name, isSurface: isSurface)
    // Refused by its own name, before the box refuses it as one of the command's options.
    _ = try deposit(request, filled.currency)
    let box = try question.box(of: filled, choice, in: state)
    let format = try request.word("format", LiquidationFormat.self) ?? .json
    let source = PictureSource(quotes: market.file.source, asOf: state.asOf)
    guard !isSurface else {
      return InterfaceAnswer(
        LiquidationReport.text(question.surface(box), of: box, as: format, source: source),
        mediaType: format.mediaType)
    }
    guard format != .svg || question.outlook == nil else {
      throw InterfaceError(.badOption, "a picture is of bounds: wanted it without probability", at: "format")
    }
    let outlook = try question.outlook.map { try LiquidationOutlook(of: box, in: state, $0) }
    return InterfaceAnswer(
      LiquidationReport.text(question.answer(box, outlook: outlook), as: format, source: source),
      mediaType: format.mediaType)
  }

  func maintenance(
    _ name: String, _ request: InterfaceRequest, _ market: Market
  ) throws -> MaintenanceChoice {
    if ruleNames.contains(name) {
      guard let rule = try rule(named: name, request, market) as? any MaintainedRule else {
        throw InterfaceError(
          .badOption, "found \(name), whose maintenance is no function of prices and marks, wanted another rule",
          at: "maintenance")
      }
      return .rule(rule)
    }
    // A name with one of these endings is a file, and no request reads one.
    guard !name.hasSuffix(".yaml"), !name.hasSuffix(".json"), let model = try? MaintenanceText.model(name) else {
      let known = (["none", "margin=SHARE", "spot=SHARE", "spot=SHARE+mark", "spot=SHARE+mark,cash"] + ruleNames)
      throw InterfaceError(
        .badOption, "found '\(name.prefix(60))', wanted \(known.joined(separator: ", "))", at: "maintenance")
    }
    return .model(model)
  }

  private func boxQuestion(
    _ request: InterfaceRequest, isSurface: Bool, on market: MarketState
  ) throws -> BoxQuestion {
    var question = BoxQuestion()
    question.deposit = try request.text("deposit")
    question.volatility = try request.value("vol", "a volatility, 0.5 or 50%") { OptionText.volatility($0) }
    question.plan = try request.plan(on: market)
    question.days = try request.value("days", "calendar days, 0 to 36500") { text in
      ScenarioAxis.days(text).flatMap { days in days.allSatisfy { (0...36_500).contains($0) } ? days : nil }
    }
    question.volatilityShifts = try request.value("vol_shift", "points, such as -20:20:21") { ScenarioAxis.shifts($0) }
    question.pushes = try request.exacts("push_to").map(\.doubleValue)
    let asksProbability = try request.flag("probability") ?? false
    guard isSurface || question.volatilityShifts == nil else {
      throw InterfaceError(.badOption, "vol_shift is an axis of a surface: wanted surface true with it")
    }
    guard !isSurface || (!asksProbability && question.pushes.isEmpty) else {
      throw InterfaceError(.badOption, "a surface is an answer of its own: wanted it without probability and push_to")
    }
    guard question.pushes.allSatisfy({ $0 > 0 }), question.pushes.count <= 64 else {
      throw InterfaceError(.badOption, "wanted at most 64 prices above 0", at: "push_to")
    }
    let nodes = (question.days?.count ?? 31).multipliedReportingOverflow(by: question.volatilityShifts?.count ?? 21)
    guard !nodes.overflow, nodes.partialValue <= JSONInterface.surfaceLimit else {
      throw InterfaceError(.tooLarge, "wanted at most \(JSONInterface.surfaceLimit) days and volatilities together")
    }
    if asksProbability { question.outlook = try outlook(request, volatility: question.volatility) }
    return question
  }

  private func outlook(
    _ request: InterfaceRequest, volatility: Double?
  ) throws -> LiquidationOutlookRequest {
    let paths = try request.value("paths", "1 to \(JSONInterface.pathLimit)") { text in
      Int(text).flatMap { (1...JSONInterface.pathLimit).contains($0) ? $0 : nil }
    }
    let seed = try request.value("seed", "a whole number") { UInt64($0) }
    var outlook = LiquidationOutlookRequest(
      simulation: try PassageSimulation(paths: paths ?? 262_144, seed: seed ?? 1))
    let horizons = try request.value("horizons", "at most 64 numbers of days, above 0, at most 36500") { text in
      ScenarioAxis.days(text).flatMap { days in
        days.count <= 64 && days.allSatisfy { $0 > 0 && $0 <= 36_500 } ? days : nil
      }
    }
    if let horizons { outlook.horizons = horizons }
    outlook.volatility = volatility
    let drift = try request.value("drift", "a rate a year, 0.1 or 10%") { OptionText.rate($0) }
    let real = try request.value("real_vol", "a volatility, 0.5 or 50%") { OptionText.volatility($0) }
    guard (drift == nil) == (real == nil) else {
      throw InterfaceError(.badOption, "drift and real_vol: found one of them, wanted both or none")
    }
    if let drift, let real {
      outlook.realWorld = try GeometricBrownianMotion(drift: drift, volatility: real)
    }
    return outlook
  }
}

extension ReportFormat {
  var mediaType: String { InterfaceAnswer.mediaType(of: rawValue) }
}

extension ComparisonFormat {
  var mediaType: String { InterfaceAnswer.mediaType(of: rawValue) }
}

extension StressFormat {
  var mediaType: String { InterfaceAnswer.mediaType(of: rawValue) }
}

extension LiquidationFormat {
  var mediaType: String { InterfaceAnswer.mediaType(of: rawValue) }
}

extension InterfaceAnswer {
  /// What HTTP calls a format of the program.
  static func mediaType(of format: String) -> String {
    switch format {
    case "json": json
    case "csv": "text/csv; charset=utf-8"
    case "markdown": "text/markdown; charset=utf-8"
    case "html": "text/html; charset=utf-8"
    case "svg": "image/svg+xml"
    default: "text/plain; charset=utf-8"
    }
  }
}
