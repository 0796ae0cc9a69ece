import ArgumentParser
import Basics
import IsolatedMargin

/// Caps for what perpetual and future legs may cost beside the price at expiry.
struct ReserveOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Reserve this distance of a perpetual or future from its index, a unit.", valueName: "price"))
  var basis: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Reserve funding of perpetuals at this rate for eight hours.", valueName: "rate"))
  var fundingCap: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The time for which funding is reserved (default: 0).", valueName: "hours"))
  var hours: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The price at which reserves are taken (default: each leg's entry).", valueName: "price"))
  var referencePrice: Exact?

  func validate() throws { _ = try reserve() }

  func reserve() throws(ValidationError) -> PerpetualReserve {
    do {
      return try PerpetualReserve(
        basis: basis?.amount ?? .zero, fundingCap: fundingCap?.amount ?? .zero, hours: hours?.amount ?? .zero,
        referencePrice: referencePrice?.amount)
    } catch { throw ValidationError(error.description) }
  }
}
