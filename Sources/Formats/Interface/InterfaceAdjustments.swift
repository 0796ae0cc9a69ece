import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing

/// What else a position could be: made of other options, or rolled.
extension JSONInterface {
  func twins(_ request: InterfaceRequest, _ statement: StrategyStatement, _ market: Market) throws -> InterfaceAnswer {
    let (strategy, terms) = try statement.stated(in: market.file.state)
    let format = try request.word("format", AdjustmentFormat.self) ?? .json
    let found = try TwinAnalyzer(market: market.file.state, terms: terms).twins(of: strategy)
    return InterfaceAnswer(
      AdjustmentReport.text(found, as: format, source: market.file.source), mediaType: format.mediaType)
  }

  func roll(_ request: InterfaceRequest, _ statement: StrategyStatement, _ market: Market) throws -> InterfaceAnswer {
    let state = market.file.state
    let (strategy, terms) = try statement.stated(in: state)
    let target = try target(request, of: strategy, in: state)
    var question = AnalysisRequest()
    question.plan = try request.plan(on: state)
    let choice = try maintenance(try request.text("maintenance") ?? "none", request, market)
    let format = try request.word("format", AdjustmentFormat.self) ?? .json
    let roll = try RollAnalyzer(market: state, terms: terms, request: question) { filled in
      try choice.model(for: filled, in: state)
    }.roll(strategy, to: target)
    return InterfaceAnswer(
      AdjustmentReport.text(roll, as: format, source: market.file.source), mediaType: format.mediaType)
  }

  /// What is to be held: the position moved, or stated in full.
  private func target(
    _ request: InterfaceRequest, of strategy: Strategy, in market: MarketState
  ) throws -> Strategy {
    let expiry = try request.value("to", "an expiry such as 27MAR26") { try? Expiry(parsing: $0) }
    let shift = try request.value("strikes", "an amount such as 2000 or -2000") { text in
      try? Price(parsing: text.hasPrefix("+") ? String(text.dropFirst()) : text)
    }
    let size = try request.value("size", "a factor above 0") { text in
      (try? Quantity(parsing: text)).flatMap { $0 > .zero ? $0 : nil }
    }
    let move = try request.word("move", StrategyRoll.Selection.self)
    let legs = try request.text("to_legs")
    guard (expiry != nil || shift != nil || size != nil) != (legs != nil) else {
      throw InterfaceError(.badOption, "wanted to, strikes or size, or to_legs alone: what to roll to")
    }
    guard let legs else {
      return try StrategyRoll(move ?? .all, to: expiry, shiftingStrikesBy: shift ?? .zero, size: size ?? .one)
        .target(of: strategy) { market[$0]?.contractTerms }
    }
    guard move == nil else { throw InterfaceError(.badOption, "move chooses what to and strikes move", at: "move") }
    guard let symbol = strategy.underlyings.first, strategy.underlyings.count == 1, let found = market[symbol] else {
      throw InterfaceError(.badOption, "found a strategy on several underlyings, wanted one on one", at: "to_legs")
    }
    return try Strategy(
      try LegsText.parse(legs, terms: found.contractTerms.covered(by: .underlying)), name: strategy.name)
  }
}

extension AdjustmentFormat {
  fileprivate var mediaType: String { InterfaceAnswer.mediaType(of: rawValue) }
}
