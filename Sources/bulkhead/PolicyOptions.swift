import ArgumentParser
import Basics
import Formats
import IsolatedMargin
import MarketData

/// What is done at the first of several expiries, and what is assumed between them.
struct PolicyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "For several expiries: close-first (everything at the first, at any marks free of arbitrage), hold-each (each leg to "
        + "its own), close-first-in-band (at volatilities within --vol-band).", valueName: "policy"))
  var policy: ClosingWord?

  @Option(
    help: ArgumentHelp(
      "With --policy close-first-in-band: volatilities in percent a year, such as 30:120.", valueName: "low:high"))
  var volBand: VolatilityBandArgument?

  @Option(
    help: ArgumentHelp(
      "With --vol-band: per_leg (each leg at its worst, the default) or common (one volatility for all).",
      valueName: "sharing"))
  var volSharing: VolatilityBand.Sharing?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --policy close-first: widen the ratio of two expiries' forwards by this share either way (0.5% or 0.005).",
      valueName: "share"))
  var forwardBand: ShareArgument?

  func validate() throws {
    guard policy == .closeFirstInBand || (volBand == nil && volSharing == nil) else {
      throw ValidationError("--vol-band and --vol-sharing belong to --policy close-first-in-band")
    }
    guard policy != .closeFirstInBand || volBand != nil else {
      throw ValidationError("--policy close-first-in-band wants --vol-band low:high beside it")
    }
    guard forwardBand == nil || (policy != nil && policy != .holdEach) else {
      throw ValidationError("--forward-band is about closing at the first expiry: wanted --policy close-first with it")
    }
    _ = try band()
  }

  /// - Parameter market: Where rates and forwards come from; nil for rates of zero.
  func plan(on market: MarketState?) throws -> ClosingPlan? {
    policy?.plan(on: market, forwardBand: forwardBand?.amount ?? .zero, band: try band())
  }

  private func band() throws -> VolatilityBand? {
    guard let volBand else { return nil }
    do {
      return try VolatilityBand(lower: volBand.low, upper: volBand.high, sharing: volSharing ?? .perLeg)
    } catch { throw ValidationError("--vol-band: \(error)") }
  }
}

/// Two volatilities on the command line, in percent a year: `30:120`.
struct VolatilityBandArgument: ExpressibleByArgument {
  let low: Double
  let high: Double

  init?(argument: String) {
    guard let band = OptionText.volatilityBand(argument) else { return nil }
    (low, high) = band
  }
}

/// A share on the command line, exact: `0.5%` or `0.005`; 0 or more and below 1.
struct ShareArgument: ExpressibleByArgument {
  let amount: ExactAmount

  init?(argument: String) {
    guard let amount = OptionText.share(argument) else { return nil }
    self.amount = amount
    guard self.amount >= .zero, self.amount < .one else { return nil }
  }
}
