import ArgumentParser
import Formats
import Instruments
import MarketData
import Pricing

/// The answer of a question about one strategy and what else it could be: its form, its colour, and where it goes.
struct AdjustmentOptions: ParsableArguments {
  @Option(help: "The form of the answer.")
  var format: AdjustmentFormat = .table

  @Option(help: "Colour on a terminal: auto, always or never.")
  var color: ColorChoice = .auto

  @OptionGroup var output: OutputFile

  /// Reads the market and the strategy, asks, and writes.
  ///
  /// - Parameters:
  ///   - ask: The question; an error that is no command's own is told with the strategy's name.
  ///   - text: The report of an answer, in a form, with the source of the quotes, coloured or not.
  func answer<Answer>(
    of input: StrategyOptions, _ ask: (MarketState, Strategy, AccountTerms) throws -> Answer,
    text: (Answer, AdjustmentFormat, String, Bool) -> String
  ) throws {
    let market = try input.openMarket()
    let (strategy, terms) = try input.stated(in: market.state)
    let answer: Answer
    do { answer = try ask(market.state, strategy, terms) } catch PricingError.badLeg(
      let leg, let found, let wanted) where leg == strategy.name
    {
      throw Failure(.badData, "\(leg): error: found \(found), wanted \(wanted)")
    } catch {
      if error is Failure || error is ValidationError || error is FormatError || error is StatementError { throw error }
      throw Failure(.badData, "\(strategy.name): error: \(error)")
    }
    let isColoured = color.isOn(forTerminal: output.path == nil && Terminal.outputIsTerminal)
    var sink = try OutputSink(output.path)
    try sink.write(text(answer, format, market.source, isColoured))
    try sink.finish()
  }
}

extension StrategyOptions {
  /// - Throws: `ValidationError` for a book, where one strategy is asked about.
  func validateSingle(_ what: String) throws {
    guard !isBook else {
      throw ValidationError("\(what) of one strategy: wanted a strategy's file or --legs, not a book")
    }
  }
}
