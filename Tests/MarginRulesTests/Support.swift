import Basics
import Foundation
import Instruments
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Formats
@testable import MarginRules

/// A rulebook of the project, with some of its parameters changed.
func rulebook(_ file: String, _ changes: [String: RuleParameter] = [:]) throws -> Rulebook {
  let book = try RulebookFile("\(Fixture.root)/Data/Rulebooks/margin/\(file).yaml").rulebook
  var parameters = RuleParameter.record(book.parameters)
  for (path, value) in changes { parameters = parameters.setting(path.split(separator: ".").map(String.init), value) }
  guard case .record(let changed) = parameters else { return book }
  return Rulebook(
    name: book.name, title: book.title, method: book.method, effective: book.effective, source: book.source,
    parameters: changed)
}

/// The rule of a rulebook of the project.
func rule(_ file: String, _ changes: [String: RuleParameter] = [:]) throws -> any MarginRule {
  try RuleCatalogue.rule(of: rulebook(file, changes))
}

extension RuleParameter {
  /// The same tree with one value changed; `remove` as a text takes it away.
  func setting(_ path: [String], _ value: RuleParameter) -> RuleParameter {
    guard case .record(var entries) = self, let first = path.first else { return value }
    if path.count == 1 {
      entries[first] = value == .text("remove") ? nil : value
    } else {
      entries[first] = (entries[first] ?? .record([:])).setting(Array(path.dropFirst()), value)
    }
    return .record(entries)
  }

  static func decimal(_ text: String) throws -> RuleParameter { .number(try ExactAmount(parsing: text)) }
}

/// One case of a fixture: a market, a strategy, and what rules answer.
struct RuleCase: Decodable, CustomTestStringConvertible {
  struct Market: Decodable {
    let spot: String
    let forward: String?
    /// By seconds to the expiry.
    let forwards: [String: String]?
  }
  struct Leg: Decodable {
    let kind: String
    let underlying: String
    let quantity: String
    let strike: String?
    let multiplier: String?
    let seconds: Int?
    let volatility: String?
    let mark: String?
    let price: String?
  }
  struct Answer: Decodable {
    let rule: String
    let parameters: [String: String]?
    let initial: String?
    let maintenance: String?
    let terms: [String: String]?
    let losses: [String]?
    let notApplicable: String?
    let tolerance: String?
  }
  let name: String
  let settlement: String?
  let market: [String: Market]
  let legs: [Leg]
  let tolerance: String?
  let relativeTolerance: String?
  let answers: [Answer]

  var testDescription: String { name }

  static func all(_ name: String) throws -> [RuleCase] {
    struct File: Decodable { let cases: [RuleCase] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(File.self, from: Data(Fixture("MarginRules/\(name)").text.utf8)).cases
  }

  /// Any moment will do.
  static let asOf = try? Instant(parsing: "2025-12-01T00:00:00Z")

  /// - Parameters:
  ///   - lots: Multiplies every quantity.
  ///   - scale: Multiplies spot, forwards, strikes, marks and prices in quote currency.
  func inputs(lots: Int64 = 1, scale: Int64 = 1) throws -> RuleInputs {
    let settlement = Settlement(rawValue: settlement ?? "quote") ?? .quote
    let asOf = try #require(RuleCase.asOf)
    let factor = ExactAmount(scale)
    func money(_ text: String) throws -> Price {
      Price(count: try (ExactAmount(parsing: text) * factor).count(decimals: 8, rounding: .nearest))
    }
    /// A premium in coin does not grow with the price of the coin.
    func premium(_ text: String) throws -> Price { settlement == .coin ? try Price(parsing: text) : try money(text) }
    var filled: [FilledLeg] = []
    var quotes: [String: [(line: Int, quote: OptionQuote)]] = [:]
    for leg in legs {
      let multiplier = try leg.multiplier.map { try Quantity(parsing: $0) } ?? .one
      let quantity = try Quantity(parsing: leg.quantity) * lots
      let instrument: Instrument
      var price = ExactAmount.zero
      switch leg.kind {
      case "perpetual": instrument = .perpetual(Perpetual(underlying: leg.underlying, multiplier: multiplier))
      case "underlying": instrument = .underlying(Underlying(symbol: leg.underlying))
      default:
        let instant = Instant(secondsSinceEpoch: asOf.secondsSinceEpoch + Int64(leg.seconds ?? 0))
        let expiry = try Expiry(parsing: "\(instant)")
        let contract = try OptionContract(
          underlying: leg.underlying, right: leg.kind == "call" ? .call : .put, strike: money(leg.strike ?? "0"),
          expiry: expiry, settlement: settlement, multiplier: multiplier, quoteCurrency: RuleCase.quoteCurrency)
        instrument = .option(contract)
        let quote = OptionQuote(
          contract: contract, bid: nil, ask: nil, mark: try leg.mark.map(premium),
          impliedVolatility: leg.volatility.flatMap { Double($0) })
        quotes[leg.underlying, default: []].append((quotes[leg.underlying]?.count ?? 0, quote))
        price = try leg.mark.map(premium)?.exact ?? .zero
      }
      if let given = leg.price { price = try money(given).exact }
      filled.append(try FilledLeg(instrument: instrument, quantity: quantity, multiplier: multiplier, price: price))
    }
    let inputs = try market.sorted { $0.key < $1.key }.map { symbol, market in
      var forwards: [CalendarDate: Price] = [:]
      for (_, quote) in quotes[symbol] ?? [] {
        let instant = try quote.contract.expiry.instant()
        let seconds = "\(instant.secondsSinceEpoch - asOf.secondsSinceEpoch)"
        let forward = market.forwards?[seconds] ?? market.forward
        if let forward { forwards[quote.contract.expiry.date] = try money(forward) }
      }
      return MarketState.Input(
        terms: try UnderlyingTerms(
          symbol: symbol, spot: money(market.spot), quotedIn: settlement, quoteCurrency: RuleCase.quoteCurrency,
          forwards: forwards),
        quotes: quotes[symbol] ?? [])
    }
    let strategy = try FilledStrategy(
      name: name, settlement: settlement,
      currency: Currency(settlement == .coin ? legs.first?.underlying ?? "BTC" : RuleCase.quoteCurrency), legs: filled)
    return try RuleInputs(of: strategy, in: MarketState(asOf: asOf, inputs))
  }

  /// A dollar token of 8 decimals, so that rounding up hides nothing.
  static let quoteCurrency = "FDUSD"
}

extension RuleAnswer {
  var initial: Requirement? {
    if case .requirements(let initial, _) = self { initial } else { nil }
  }
  var maintenance: Requirement? {
    if case .requirements(_, let maintenance) = self { maintenance } else { nil }
  }
}

extension Requirement {
  /// The sum of the terms with one of the names, joined by `+`.
  func sum(of names: String) -> Double {
    let names = names.split(separator: "+").map(String.init)
    return terms.filter { names.contains($0.name) }.reduce(0) { $0 + $1.amount.exact.doubleValue }
  }
  var value: Double { total.exact.doubleValue }
}
