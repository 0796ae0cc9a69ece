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
      "With --policy close-first-in-band: volatilities in percent a year, such as 30:120 (0 to 10000).",
      valueName: "low:high"), transform: VolatilityBandArgument.init(stated:))
  var volBand: VolatilityBandArgument?

  @Option(
    help: ArgumentHelp(
      "With --vol-band: per_leg (each leg at its worst, the default) or common (one volatility for all).",
      valueName: "sharing"))
  var volSharing: VolatilityBand.Sharing?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --policy close-first or close-first-in-band: widen the ratio of two expiries' forwards by this share either "
        + "way (0.5% or 0.005; from 0 to below 100%).",
      valueName: "share"), transform: ShareArgument.init(stated:))
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
    if let volBand, volBand.looksLikeFractions {
      Terminal.standardError(
        "note: --vol-band \(volBand.text) is \(volBand.low) % to \(volBand.high) % a year: volatilities are percent here, "
          + "such as 30:120")
    }
  }

  /// - Parameter market: Where rates and forwards come from; nil for rates of zero.
  func plan(on market: MarketState?) throws -> ClosingPlan? {
    policy?.plan(on: market, forwardBand: forwardBand?.amount ?? .zero, band: try band())
  }

  private func band() throws -> VolatilityBand? {
    guard let volBand else { return nil }
    do {
      return try VolatilityBand(
        lower: volBand.fraction(of: volBand.low), upper: volBand.fraction(of: volBand.high),
        sharing: volSharing ?? .perLeg)
    } catch {
      throw ValidationError(
        "--vol-band: found \(volBand.text), wanted percents a year with 0 <= low <= high <= 10000, such as 30:120")
    }
  }
}

/// Two volatilities on the command line, in percent a year: `30:120`.
struct VolatilityBandArgument {
  let text: String
  /// In percent, as typed.
  let low: ExactAmount
  let high: ExactAmount

  init(stated text: String) throws {
    guard let (low, high) = OptionText.amounts(text) else {
      throw ValidationError("wanted low:high in percent a year, such as 30:120")
    }
    (self.text, self.low, self.high) = (text, low, high)
  }

  func fraction(of percent: ExactAmount) -> Double { (percent * ExactAmount(count: 1, decimals: 2)).doubleValue }

  /// True for what will have been meant as fractions: no market has stood below 3 percent for long.
  var looksLikeFractions: Bool { high > .zero && high < ExactAmount(3) }
}

/// A share on the command line, exact: `0.5%` or `0.005`; 0 or more and below 1.
struct ShareArgument {
  let amount: ExactAmount

  init(stated text: String) throws {
    guard let amount = OptionText.share(text), amount >= .zero, amount < .one else {
      throw ValidationError("wanted a share from 0 to below 1, such as 0.5% or 0.005")
    }
    self.amount = amount
  }
}
