import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarginRules
import MarketData
import Pricing
import Scenarios

/// The commands as functions from the bytes of a request to the text of an answer.
///
/// Markets, rulebooks and fee schedules are read once, when it is made; after that nothing touches a file, so that no request
/// can name one. An answer is byte for byte what the command of the same name prints with `--format json`.
///
/// It knows nothing of HTTP: a server gives it bodies, a test does the same.
public struct JSONInterface: Sendable {
  /// A market that requests can name.
  public struct Market: Sendable {
    /// The file's name without folder and ending.
    public let name: String
    public let file: MarketFile
    /// With volatilities as they are quoted, which is what a look at the quotes shows.
    let quoted: MarketState
    /// Every rule on the market's day; empty for a market of no calendar day.
    let rules: [RuleOnDay]
  }

  public let markets: [Market]
  /// What is odd about the files, for standard error.
  public let warnings: [String]
  private let shelf: RulebookShelf
  private let schedules: [String: FeeSchedule]
  /// Answers that no request changes.
  private let chains: [String: String]
  private let catalogue: String
  private let marketList: String

  /// Reads the markets, and the rulebooks and fee schedules below `Data` of the current folder and `dataFolders`.
  ///
  /// - Throws: ``FormatError`` for a file that cannot be read, and for two markets of one name.
  public init(
    markets paths: [String], surface: SurfaceChoice? = nil, dataFolders: [String] = []
  ) throws(FormatError) {
    let folders = ["Data"] + dataFolders
    shelf = try RulebookShelf(dataFolders: dataFolders)
    schedules = try FeeScheduleFile.all(in: folders)
    var (markets, warnings, chains): ([Market], [String], [String: String]) = ([], [], [:])
    for path in paths {
      let name = WholeFile.stem(of: path)
      guard chains[name] == nil else {
        throw .malformed(
          SourceLocation(file: path, line: 1, column: 1), found: "a second market '\(name)'", wanted: "each name once")
      }
      let file = try MarketFile(path, surface: surface)
      let quoted = try MarketFile(path, surface: .quoted).state
      var rules: [RuleOnDay] = []
      if let day = file.state.asOf.date { rules = (try? shelf.rules(named: "all", on: day)) ?? [] }
      warnings += file.warnings
      chains[name] = ChainReport.text(quoted, as: .json)
      markets.append(Market(name: name, file: file, quoted: quoted, rules: rules))
    }
    self.markets = markets
    self.warnings = warnings
    self.chains = chains
    catalogue = CatalogueReport.text(StrategyCatalogue.all, as: .json)
    marketList = JSONInterface.list(markets)
  }

  private static func list(_ markets: [Market]) -> String {
    JSONText.text(
      .object([
        ("schema", .string("bulkhead.markets")), ("version", .integer(1)),
        (
          "markets",
          .array(
            markets.map { market in
              .object([
                ("market", .string(market.name)), ("as_of", .string("\(market.file.state.asOf)")),
                ("source", .string(market.file.source)),
                ("underlyings", .array(market.file.state.underlyings.map { .string($0.symbol) })),
                ("rules", .array(market.rules.map { .string($0.name) })),
              ])
            })
        ),
      ]))
  }

  // MARK: Answers that no body asks for

  /// The markets that can be named.
  public var marketsAnswer: InterfaceAnswer { InterfaceAnswer(marketList) }

  /// The catalogue: `bulkhead strategies --format json`.
  public var strategiesAnswer: InterfaceAnswer { InterfaceAnswer(catalogue) }

  /// A market's quotes: `bulkhead chain check MARKET --format json`.
  ///
  /// - Parameter name: Nil for the only market.
  public func chainAnswer(of name: String?) throws(InterfaceError) -> InterfaceAnswer {
    InterfaceAnswer(chains[try market(named: name).name] ?? "")
  }

  // MARK: Operations

  /// Answers a request.
  ///
  /// - Parameter body: JSON in UTF-8; its keys are the options of the command, with underscores.
  /// - Throws: ``InterfaceError``, and nothing is left behind.
  public func answer(_ operation: InterfaceOperation, _ body: [UInt8]) throws(InterfaceError) -> InterfaceAnswer {
    try answer(try question(operation, body))
  }

  /// Reads a request and works nothing out.
  ///
  /// - Throws: ``InterfaceError`` for what is no request of the operation, or names no market.
  public func question(_ operation: InterfaceOperation, _ body: [UInt8]) throws(InterfaceError) -> InterfaceQuestion {
    let request = try InterfaceRequest(body, of: operation, schedules: schedules)
    return InterfaceQuestion(
      operation: operation, request: request, market: try market(named: try request.marketName),
      statement: try request.statement())
  }

  /// Answers a request that was read by ``question(_:_:)`` of this interface.
  public func answer(_ question: InterfaceQuestion) throws(InterfaceError) -> InterfaceAnswer {
    let (request, market, statement) = (question.request, question.market, question.statement)
    do {
      switch question.operation {
      case .twins: return try twins(request, statement, market)
      case .roll: return try roll(request, statement, market)
      case .analyze: return try analyze(request, try statement.filled(from: market.file.state), market)
      case .stress: return try stress(request, try statement.filled(from: market.file.state), market)
      case .margin: return try margin(request, try statement.filled(from: market.file.state), market)
      case .compare: return try compare(request, try statement.filled(from: market.file.state), market)
      case .liquidation: return try liquidation(request, try statement.filled(from: market.file.state), market)
      }
    } catch { throw JSONInterface.refusal(error) }
  }

  private func market(named name: String?) throws(InterfaceError) -> Market {
    var names: String { markets.map(\.name).joined(separator: ", ") }
    guard let name else {
      guard markets.count == 1, let only = markets.first else {
        throw InterfaceError(.unknownMarket, "found no market, wanted one of \(names)", at: "market")
      }
      return only
    }
    guard let market = markets.first(where: { $0.name == name }) else {
      throw InterfaceError(.unknownMarket, "found '\(name.prefix(60))', wanted one of \(names)", at: "market")
    }
    return market
  }

  private static func refusal(_ error: any Error) -> InterfaceError {
    switch error {
    case let error as InterfaceError: return error
    case let error as StatementError: return InterfaceError(error)
    case let error as FormatError: return InterfaceError(error, .badOption)
    case let error as PricingError: return InterfaceError(.badStrategy, error.description)
    case let error as IsolatedMarginError: return InterfaceError(.badStrategy, error.description)
    case let error as MarginRulesError: return InterfaceError(.badStrategy, error.description)
    case let error as ParityError: return InterfaceError(.badStrategy, error.description)
    case let error as InstrumentError: return InterfaceError(.badOption, error.description)
    case let error as RulebookLookupError: return InterfaceError(.badOption, error.description)
    default: return InterfaceError(.ownBug, "\(error)")
    }
  }

  // MARK: Rules

  private func day(_ request: InterfaceRequest, _ market: Market) throws(InterfaceError) -> CalendarDate {
    let stated = try request.value("rules_as_of", "a date such as 2025-12-05") { try? CalendarDate(parsing: $0) }
    guard let day = stated ?? market.file.state.asOf.date else {
      throw InterfaceError(.badOption, "wanted the day of the rules", at: "rules_as_of")
    }
    return day
  }

  func rules(_ request: InterfaceRequest, _ market: Market) throws -> [RuleOnDay] {
    let list = try request.text("rules") ?? "all"
    if list == "all", try request.text("rules_as_of") == nil { return market.rules }
    return try shelf.rules(named: list, on: try day(request, market), readsFiles: false)
  }

  /// - Throws: ``RulebookLookupError`` for a name that no rulebook has on the day.
  func rule(named name: String, _ request: InterfaceRequest, _ market: Market) throws -> any MarginRule {
    let rules = try shelf.rules(named: name, on: try day(request, market), readsFiles: false)
    guard rules.count == 1, case .inForce(let rule)? = rules.first else {
      throw InterfaceError(.badOption, "found '\(name.prefix(60))', wanted one rule that is in force")
    }
    return rule
  }

  var ruleNames: [String] { shelf.names }
}
