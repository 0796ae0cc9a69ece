import Analysis
import ArgumentParser
import Basics
import Formats
import Instruments
import MarketData
import Pricing

/// `bulkhead roll STRATEGY --market M --to 27MAR26 --strikes +2000`
struct RollCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roll",
    abstract:
      "Rolls or adjusts a position: the trades, their cost, and the change in margin, break-evens and liquidation.",
    discussion: """
      What is held keeps the prices its file states; trades are filled from the market, sold at the bid and bought at the \
      ask unless --fill says otherwise. --to and --strikes move the options that --move names; --to-legs states the \
      position that is wanted in full, so that a wing is added or a leg closed. After is the position alone; since entry counts \
      against it all that was paid since the first entry. Stated totals of fees are shared out by contracts: a trade \
      that closes pays its share of the exit fee, one that opens its share of the entry fee.
      """)

  @OptionGroup var input: StrategyOptions

  @Option(
    help: ArgumentHelp("The expiry that options move to, such as 27MAR26.", valueName: "expiry"),
    transform: RollCommand.expiry)
  var to: Expiry?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Added to strikes, in quote currency: 2000 or -2000.", valueName: "amount"),
    transform: RollCommand.shift)
  var strikes: Price?

  @Option(help: "Which options move.")
  var move: StrategyRoll.Selection = .all

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Multiplies the whole position: 2 doubles it, 0.5 halves it.", valueName: "factor"),
    transform: RollCommand.factor)
  var size: Quantity?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What is to be held instead, in full: legs as for --legs.", valueName: "legs"))
  var toLegs: String?

  @Option(
    help: ArgumentHelp("The requirement that keeps the box open, as for `bulkhead liquidation`.", valueName: "rule"))
  var maintenance = "none"

  @OptionGroup var rules: RuleOptions

  @OptionGroup var policies: PolicyOptions

  @OptionGroup var adjustment: AdjustmentOptions

  func validate() throws {
    try input.validateSingle("a roll is")
    let isMove = to != nil || strikes != nil || size != nil
    guard isMove != (toLegs != nil) else {
      throw ValidationError(
        isMove
          ? "--to-legs states the whole position: wanted it without --to, --strikes and --size"
          : "wanted --to, --strikes, --size or --to-legs: nothing says what to roll to")
    }
    if move != .all, to == nil, strikes == nil {
      throw ValidationError("--move chooses what --to and --strikes move: wanted one of them beside it")
    }
  }

  func run() throws {
    try adjustment.answer(of: input) { market, strategy, terms in
      let target = try target(of: strategy, in: market)
      var request = AnalysisRequest()
      let plan = try policies.plan(on: market)
      request.plan = plan
      let choice = try MaintenanceChoice(maintenance, rules, on: market)
      return try RollAnalyzer(market: market, terms: terms, request: request) { filled in
        try choice.model(for: filled, in: market, plan: plan)
      }.roll(strategy, to: target)
    } text: { roll, format, source, isColoured in
      AdjustmentReport.text(roll, as: format, source: source, colour: isColoured)
    }
  }

  private func target(of strategy: Strategy, in market: MarketState) throws -> Strategy {
    if let toLegs {
      guard let symbol = strategy.underlyings.first, strategy.underlyings.count == 1, let found = market[symbol] else {
        throw Failure(.badOption, "--to-legs: found a strategy on several underlyings, wanted one on one")
      }
      do throws(InstrumentError) {
        return try Strategy(
          try LegsText.parse(toLegs, terms: found.contractTerms.covered(by: .underlying)), name: strategy.name)
      } catch { throw Failure(.badOption, "--to-legs: \(error)") }
    }
    do throws(InstrumentError) {
      return try StrategyRoll(
        move, to: to, shiftingStrikesBy: strikes ?? .zero, size: size ?? .one
      )
      .target(of: strategy) { market[$0]?.contractTerms }
    } catch { throw Failure(.badOption, "roll: \(error)") }
  }

  // MARK: Arguments

  private static func expiry(_ text: String) throws -> Expiry {
    guard let expiry = try? Expiry(parsing: text) else {
      throw ValidationError("wanted an expiry such as 27MAR26 or 2026-03-27")
    }
    return expiry
  }

  private static func shift(_ text: String) throws -> Price {
    guard let shift = try? Price(parsing: text.hasPrefix("+") ? String(text.dropFirst()) : text) else {
      throw ValidationError("wanted an amount of quote currency of at most 8 decimals, such as 2000 or -2000")
    }
    return shift
  }

  private static func factor(_ text: String) throws -> Quantity {
    guard let factor = try? Quantity(parsing: text), factor > .zero else {
      throw ValidationError("wanted a number above 0 of at most 8 decimals, such as 2 or 0.5")
    }
    return factor
  }
}
