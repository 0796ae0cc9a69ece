import ArgumentParser
import Formats

/// `bulkhead perpetuals FILE`
struct PerpetualsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perpetuals",
    abstract: "Where each isolated perpetual or future of a file is liquidated and bankrupt.",
    discussion: """
      The file is CSV, a position a row:
        id,kind,side,quantity,entry_price,margin,maintenance_rate,maintenance_amount,
        maintenance_basis,fee_rate,funding_paid
      Kind is linear (quantity in coins, margin in quote currency) or inverse (quantity in quote currency, margin in \
      coin), side long or short. Maintenance is rate x notional - amount, in margin currency, with the notional at the \
      mark or at the entry price (maintenance_basis: mark or entry). May be left out or empty: id (the row's number), \
      maintenance_amount, fee_rate and funding_paid (0), maintenance_basis (mark); with --venue whatever the venue \
      says, maintenance_rate too. A filled cell stands in place of what the venue says.

      The answer is id,liquidation_price,bankruptcy_price,status,detail. A long is liquidated below its price, a short \
      above. The status is ok; none: no price above 0 liquidates it (an empty cell); already_below: at the entry price, \
      the exit fee taken off, equity is below maintenance; invalid. Prices that are no finite decimals are rounded \
      at the 8th (below 0.001 at the 20th), up for a long and down for a short: never to a later liquidation than the \
      exact one. A rate and fee that together reach 1 are invalid.
      """)

  @Argument(help: ArgumentHelp("The positions; - is standard input.", valueName: "positions"))
  var positions: String

  @Option(
    help: ArgumentHelp(
      "Tiers, basis, fee and tick of a venue's contract, from Data/Rulebooks/perpetuals or a file.",
      valueName: "name"))
  var venue: String?

  @Option(help: "The form of the rows.")
  var format: PerpetualsReport.Format = .csv

  @OptionGroup var output: OutputOptions

  func run() throws {
    let found = try venue.map { name in try rules(of: name) }
    var report = try PerpetualsReport.open(positions, venue: found)
    try output.run(file: report.file, warnings: report.warnings, label: "perpetuals") {
      sink, progress throws(FormatError) in
      try report.write(as: format, to: &sink, progress: progress)
    }
  }
  /// The venue's rules; a name that nothing has is a bad option, a file that is wrong is bad data.
  private func rules(of name: String) throws -> PerpetualVenue {
    guard let found = try PerpetualVenue.named(name, dataFolders: StrategyOptions.dataFolders()) else {
      throw Failure(
        .badOption, "--venue: found '\(name)', wanted a file (.yaml), or the name of one in Data/Rulebooks/perpetuals")
    }
    return found
  }
}
