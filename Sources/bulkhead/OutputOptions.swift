import ArgumentParser
import Formats

/// Where an answer goes.
struct OutputFile: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
  var path: String?
}

/// The forms of an answer that is made of rows.
enum RowFormat: String, CaseIterable, ExpressibleByArgument {
  case csv
  case json
}

/// Where a command's rows go.
struct OutputOptions: ParsableArguments {
  @OptionGroup var output: OutputFile

  @Flag(name: .shortAndLong, help: "No progress bar, and no list of bad rows.")
  var quiet = false
}

extension OutputOptions {
  /// Runs a report from an open input to a finished output, and ends as its summary says.
  ///
  /// - Parameters:
  ///   - file: The input, as messages name it.
  ///   - warnings: What is odd about it.
  ///   - label: What the progress bar calls the work.
  ///   - write: Writes the report.
  /// - Throws: ``Failure`` for bad rows or a breached limit, after the output is complete.
  func run(
    file: String, warnings: [String], label: String,
    _ write: (inout OutputSink, (Int, Int) -> Void) throws(FormatError) -> ReportSummary
  ) throws {
    for warning in warnings { Terminal.standardError(warning) }
    var bar = ProgressBar(label)
    let isShown = !quiet
    var sink = try OutputSink(output.path)
    let summary: ReportSummary
    do throws(FormatError) {
      summary = try write(&sink) { done, total in if isShown { bar.show(done, of: total) } }
      try sink.finish()
      bar.clear()
    } catch {
      bar.clear()
      throw Failure(error)
    }
    try finish(summary, file: file)
  }

  private func finish(_ summary: ReportSummary, file: String) throws(Failure) {
    if !quiet {
      for error in summary.errors { Terminal.standardError(error.text(file: file)) }
      for note in summary.notes { Terminal.standardError(note) }
    }
    if summary.uncheckedCount > 0 {
      Terminal.standardError(
        "\(file): warning: \(summary.uncheckedCount) of \(summary.rowCount) answers have no maximum loss that a limit "
          + "could be compared with")
    }
    if let beyond = summary.firstBeyond {
      let more = summary.beyondCount > 1 ? " (and \(summary.beyondCount - 1) more strategies)" : ""
      Terminal.standardError("\(file): warning: \(beyond)\(more)")
    }
    var lines: [String] = []
    if summary.invalidCount > 0 {
      lines.append("\(file): error: \(summary.invalidCount) of \(summary.rowCount) answers are invalid")
    }
    if let breach = summary.firstBreach {
      let more = summary.breachCount > 1 ? " (and \(summary.breachCount - 1) more)" : ""
      lines.append("\(file): limit breached: \(breach)\(more)")
    }
    guard !lines.isEmpty else { return }
    // Data that must be mended come before a limit: the breach is told, and may not be the only one.
    throw Failure(summary.invalidCount > 0 ? .badData : .limitBreached, lines.joined(separator: "\n"))
  }
}
