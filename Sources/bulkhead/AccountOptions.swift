import ArgumentParser
import Basics
import Formats
import Instruments
import IsolatedMargin

/// The terms under which the box of a script is kept.
struct AccountTermsOptions: ParsableArguments {
  @Option(help: "quote or coin: what the box is accounted in.")
  var settlement: Settlement = .quote

  @Option(help: ArgumentHelp("The box's currency (default: USD; in coin it must be named).", valueName: "code"))
  var currency: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Maintenance margin of perpetuals and futures, of the notional (0.005).", valueName: "rate"))
  var maintenanceRate: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What is taken off the maintenance margin (0).", valueName: "amount"))
  var maintenanceAmount: Exact?

  @Option(
    help: ArgumentHelp(
      "Rates by notional in place of one rate: 0:0.004,50000:0.005,250000:0.01.", valueName: "from:rate,..."))
  var maintenanceTiers: TiersArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Initial margin of perpetuals and futures (default: twice the highest maintenance rate).", valueName: "rate"))
  var initialRate: Exact?

  @Option(parsing: .unconditional, help: ArgumentHelp("A mark older than this is stale.", valueName: "seconds"))
  var markMaxAge: Int64 = 300

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("At risk below this share above the requirement (0).", valueName: "share"))
  var warning: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most the box draws from the free balance by itself (0: off).", valueName: "amount"))
  var autoAddCap: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("It draws below this equity per requirement (1.1).", valueName: "ratio"))
  var autoAddTrigger: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("It restores this share above the requirement (0.2).", valueName: "share"))
  var autoAddBuffer: Exact?

  func terms() throws(ValidationError) -> BoxTerms {
    guard settlement == .quote || currency != nil else {
      throw ValidationError("'--settlement coin' without a currency: wanted --currency BTC or another coin")
    }
    guard maintenanceTiers == nil || maintenanceRate == nil && maintenanceAmount == nil else {
      throw ValidationError("'--maintenance-tiers' beside a rate or amount: wanted one or the other")
    }
    do {
      let currency = try Currency(self.currency ?? "USD")
      let tiers =
        try maintenanceTiers.map { try MaintenanceTiers($0.rates) }
        ?? MaintenanceTiers(
          rate: maintenanceRate?.amount ?? ExactAmount(count: 5, decimals: 3),
          amount: maintenanceAmount?.amount ?? .zero)
      let twice = tiers.highestRate + tiers.highestRate
      let margin = try LinearMargin(maintenance: tiers, initialRate: initialRate?.amount ?? min(.one, twice))
      let autoAdd = try AutoAdd(
        trigger: autoAddTrigger?.amount ?? ExactAmount(count: 11, decimals: 1),
        buffer: autoAddBuffer?.amount ?? ExactAmount(count: 2, decimals: 1),
        cap: try Money(rounding: autoAddCap?.amount ?? .zero, to: currency, .down))
      return try BoxTerms(
        settlement: settlement, currency: currency, margin: margin, autoAdd: autoAdd, markMaxAgeSeconds: markMaxAge,
        warning: warning?.amount ?? .zero)
    } catch { throw ValidationError("\(error)") }
  }
}

/// What stands behind the box of a script, and what a forced sale costs.
struct AccountSurroundingsOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The owner's free balance at the beginning.", valueName: "amount"))
  var free: Exact?

  @Option(parsing: .unconditional, help: ArgumentHelp("The insurance fund (0).", valueName: "amount"))
  var insurance: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The part of the fund that is not paid out (0).", valueName: "amount"))
  var insuranceFloor: Exact?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A winner on the other side, for auto-deleveraging; may be repeated.", valueName: "id:profit:margin:leverage"))
  var counterparty: [CounterpartyArgument] = []

  @Option(help: "pro_rata or queue: who of them gives first.")
  var deleveraging: DeleveragingOrder = .proRata

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Of a forced sale, from the mark (0).", valueName: "share"))
  var slippage: Exact?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Of a forced sale, of the notional (0).", valueName: "share"))
  var liquidationFee: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Of a partial liquidation (0.001; in coin 1).", valueName: "quantity"))
  var lot: Exact?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Equity per notional that a partial liquidation restores (default: twice the highest maintenance rate).",
      valueName: "ratio"))
  var targetRatio: Exact?

  func settings(_ terms: BoxTerms) throws(ValidationError) -> AccountSettings {
    var claims: [CounterpartyClaim] = []
    for argument in counterparty {
      do {
        claims.append(
          CounterpartyClaim(
            id: argument.id, profit: try Money(rounding: argument.profit, to: terms.currency, .down),
            margin: try Money(rounding: argument.margin, to: terms.currency, .down), leverage: argument.leverage))
      } catch { throw ValidationError("--counterparty: \(error)") }
    }
    // Its own refusals, such as an id given twice, are refusals of the option.
    do { _ = try MarginLedger(claims: claims) } catch { throw ValidationError("--counterparty: \(error)") }
    return AccountSettings(
      terms: terms, free: try free.map { value throws(ValidationError) in try amount(value, "free", terms) },
      insurance: try amount(insurance, "insurance", terms),
      insuranceFloor: try amount(insuranceFloor, "insurance-floor", terms), claims: claims, order: deleveraging)
  }

  func defaults(_ terms: BoxTerms) throws(ValidationError) -> AccountScriptDefaults {
    do {
      let costs = try LiquidationCosts(slippage: slippage?.amount ?? .zero, fee: liquidationFee?.amount ?? .zero)
      let lots = lot?.amount ?? (terms.settlement == .coin ? .one : ExactAmount(count: 1, decimals: 3))
      let target = try PartialTarget(
        lot: Quantity(count: try lots.count(decimals: Quantity.decimals, rounding: .nearest, type: "Quantity")),
        ratio: targetRatio?.amount ?? restored(terms.margin))
      return AccountScriptDefaults(
        currency: terms.currency, costs: costs, lot: target.lot, targetRatio: target.ratio)
    } catch { throw ValidationError("\(error)") }
  }

  /// Twice the highest maintenance rate, where that is a ratio.
  private func restored(_ margin: LinearMargin) -> ExactAmount {
    let twice = margin.maintenance.highestRate + margin.maintenance.highestRate
    return twice > .zero && twice < .one ? twice : ExactAmount(count: 1, decimals: 2)
  }

  private func amount(_ value: Exact?, _ name: String, _ terms: BoxTerms) throws(ValidationError) -> Money {
    guard let value else { return .zero(terms.currency) }
    do {
      let money = try Money(rounding: value.amount, to: terms.currency, .down)
      guard money.minorUnits >= 0 else { throw ValidationError("--\(name): found \(money), wanted 0 or more") }
      return money
    } catch let error as ValidationError { throw error } catch { throw ValidationError("--\(name): \(error)") }
  }
}

/// Maintenance rates on the command line: `0:0.004,50000:0.005`.
struct TiersArgument: ExpressibleByArgument {
  let rates: [(from: ExactAmount, rate: ExactAmount)]

  init?(argument: String) {
    var rates: [(from: ExactAmount, rate: ExactAmount)] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: ":", omittingEmptySubsequences: false)
      guard words.count == 2, let from = try? ExactAmount(parsing: words[0]),
        let rate = try? ExactAmount(parsing: words[1])
      else { return nil }
      rates.append((from, rate))
    }
    self.rates = rates
  }
}

/// A winner on the command line: `kim:5000:1000:20`.
struct CounterpartyArgument: ExpressibleByArgument {
  let id: String
  let profit: ExactAmount
  let margin: ExactAmount
  let leverage: ExactAmount

  init?(argument: String) {
    let words = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard words.count == 4, !words[0].isEmpty, let profit = try? ExactAmount(parsing: words[1]),
      let margin = try? ExactAmount(parsing: words[2]), let leverage = try? ExactAmount(parsing: words[3]),
      leverage > .zero
    else { return nil }
    (id, self.profit, self.margin, self.leverage) = (String(words[0]), profit, margin, leverage)
  }
}
