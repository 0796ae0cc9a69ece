import ArgumentParser
import Basics
import IsolatedMargin

/// What may be lost, and other limits to the number of lots.
struct BudgetOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What may be lost: an amount in settlement currency, or a percentage of --portfolio.", valueName: "budget"))
  var budget: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The portfolio of a percentage, in settlement currency.", valueName: "amount"))
  var portfolio: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("A limit to the lots from elsewhere; the answer where a lot loses nothing.", valueName: "lots"))
  var maxLots: Int64?

  func validate() throws {
    if let maxLots, maxLots < 0 { throw ValidationError("--max-lots: found \(maxLots), wanted 0 or more") }
    if let budget, budget.hasSuffix("%"), portfolio == nil {
      throw ValidationError("--budget \(budget): wanted --portfolio with a percentage")
    }
  }

  /// The budget in a currency; nil where none is asked for.
  func amount(in currency: Currency) throws -> Money? {
    guard let budget else { return nil }
    do {
      let whole = try portfolio.map { try Money(parsing: $0, currency: currency) }
      let amount = try PositionSize.budget(parsing: budget, portfolio: whole, currency: currency)
      guard amount.minorUnits >= 0 else { throw ValidationError("found \(amount), wanted 0 or more") }
      return amount
    } catch { throw Failure(.badOption, "--budget: \(error)") }
  }
}
