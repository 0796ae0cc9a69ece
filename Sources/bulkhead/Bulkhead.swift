import ArgumentParser
import Formats
import Glibc

/// The program. A command is one file beside this one, named in `subcommands`.
@main
struct Bulkhead: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bulkhead",
    abstract: "Values option strategies, stresses them and sizes the margin that equals their maximum loss.",
    discussion: """
      Data goes to standard output (or to the file of -o, which appears only when it is whole), everything else to \
      standard error. Where an input file is asked for, - is standard input. CSV in and any output may be a file whose \
      name ends in .gz, which is read and written compressed. NO_COLOR is honoured.

      EXIT CODES:
        0   done (also when the reader of the output has gone)
        1   failed
        2   a limit of --fail-on, or of a file of limits, is breached
        64  a bad option
        65  bad data; rows that could be read are answered
        66  an input is not there
        70  a bug of this program
        73  an output cannot be made, or the disk is full
      """,
    version: PictureSource.program,
    subcommands: [
      AnalyzeCommand.self, PriceCommand.self, ImpliedVolatilityCommand.self, MarginCommand.self, StressCommand.self,
      AttributionCommand.self, LadderCommand.self, RiskCommand.self, LimitsCommand.self, SizeCommand.self,
      ScanCommand.self,
      LiquidationCommand.self, PerpetualsCommand.self, AccountCommand.self, CompareCommand.self, ExplainCommand.self,
      RollCommand.self, TwinsCommand.self, RulesCommand.self, ChainCommand.self, ComponentsCommand.self,
      StrategiesCommand.self, ServeCommand.self,
    ])

  static func main() {
    // A closed pipe must show as an error of `write`, which ends the program quietly, and not as a signal.
    _ = signal(SIGPIPE, SIG_IGN)
    // So must a file that grows beyond what its owner may have.
    _ = signal(SIGXFSZ, SIG_IGN)
    // A signal that ends the program must leave no half-made file.
    Interruption.prepare()
    Glibc.exit(status(of: Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs the command that the arguments name and gives the exit code.
  private static func status(of arguments: [String]) -> Int32 {
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
      return 0
    } catch let failure as Failure {
      if let message = failure.message { Terminal.standardError(message) }
      return failure.code.rawValue
    } catch let error as FormatError {
      let failure = Failure(error)
      if let message = failure.message { Terminal.standardError(message) }
      return failure.code.rawValue
    } catch let error as StatementError {
      let failure = Failure(error)
      if let message = failure.message { Terminal.standardError(message) }
      return failure.code.rawValue
    } catch {
      // Help, version and bad options are errors to the argument parser; with code 1 it says that it knows no such error.
      let code = exitCode(for: error)
      if code.isSuccess { return printed(fullMessage(for: error)) }
      Terminal.standardError(fullMessage(for: error))
      return code.rawValue == 1 ? Failure.Code.ownBug.rawValue : code.rawValue
    }
  }

  /// Writes help or version to standard output and gives the exit code.
  private static func printed(_ text: String) -> Int32 {
    do {
      var sink = try OutputSink(nil)
      try sink.write(text + "\n")
      try sink.finish()
      return 0
    } catch {
      let failure = Failure(error)
      if let message = failure.message { Terminal.standardError(message) }
      return failure.code.rawValue
    }
  }
}
