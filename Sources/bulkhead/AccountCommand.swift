import ArgumentParser
import Basics
import Formats
import Instruments
import IsolatedMargin

/// `bulkhead account SCRIPT.csv`
struct AccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Runs a script of commands on one isolated account, and writes every posting, as CSV.",
    discussion: """
      The script is CSV: seq,time,command,instrument,quantity,price,amount. seq is the command's id: given again it is \
      answered again and changes nothing. time is ISO 8601 (2026-01-10T00:00:00Z) and never goes back. Instruments are \
      Deribit's (BTC-PERPETUAL, BTC-26DEC25-92000-C) or OSI names. Cells that a command does not read stay empty.

      COMMANDS AND THEIR CELLS:
        deposit              amount: from outside to the free balance
        payout               amount: from the free balance to outside
        top_up               amount: from the free balance into the box
        withdraw             amount, or empty for all that may go; never below the requirement
        open                 a row for each leg: instrument, signed quantity, price; amount on one of them is the margin \
      posted with it (empty: exactly what the resulting position lacks). It also resizes, flips and reduces
        mark                 a row for each instrument: instrument, price; amount is the mark's age in seconds
        accrue_funding       instrument; amount (+ paid, - received), or the rate as price
        charge_fees          amount
        auto_add             what --auto-add-cap allows at the last mark; marks do it by themselves
        partially_liquidate  instrument, quantity (the lot), price (the target ratio): empty ones from the options
        liquidate            at the marks, less --slippage and --liquidation-fee
        settle               a row for each underlying of the earliest expiry: instrument (BTC), price at delivery
        close                a row for each position: instrument, price; without any for a box that holds nothing
        collect              takes the cash of a closed box to the free balance

      A script without --free and deposit pays what it posts from outside. Equity is cash and the unrealised profit of \
      perpetuals and futures; the requirement is what the options can still cost at expiry, whatever their marks, and \
      the maintenance of perpetuals and futures: so options alone are never liquidated. In coin (--settlement coin) \
      perpetuals are inverse and their quantity counts quote currency.

      Out: seq,state,cash,equity,requirement,posting_account,debit,credit,status,detail, a row for each posting; a \
      credit raises the account. status is ok, refused (nothing changed; detail says why) or invalid (a row that cannot \
      be read).
      """)

  @Argument(help: ArgumentHelp("The script; - is standard input.", valueName: "script"))
  var script: String

  @Option(help: "csv or json.")
  var format: AccountReport.Format = .csv

  @OptionGroup var output: OutputOptions

  @OptionGroup(title: "Terms of the box") var terms: AccountTermsOptions

  @OptionGroup(title: "Behind the box") var surroundings: AccountSurroundingsOptions

  func run() throws {
    let terms = try self.terms.terms()
    let settings = try surroundings.settings(terms)
    var reader = try AccountScriptReader.open(script, defaults: try surroundings.defaults(terms))
    let report = AccountReport(settings)
    try output.run(file: reader.file, warnings: reader.warnings, label: "account") {
      sink, progress throws(FormatError) in
      try report.write(&reader, as: format, to: &sink, progress: progress)
    }
  }

  func validate() throws {
    let terms = try self.terms.terms()
    _ = try surroundings.settings(terms)
    _ = try surroundings.defaults(terms)
  }
}
