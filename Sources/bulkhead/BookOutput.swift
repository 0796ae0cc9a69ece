import Formats
import MarketData

extension OutputOptions {
  /// Runs a report over a book, or over one strategy as a book of one, and ends as its summary says.
  ///
  /// - Parameter label: What the progress bar calls the work.
  /// - Throws: As ``run(file:warnings:label:_:)``, and where the input cannot be read at all.
  func run(_ report: some BookReport, of input: StrategyOptions, in market: MarketState, label: String) throws {
    if input.isBook, let path = input.strategy {
      var reader = try BookReader.open(path)
      try run(file: reader.file, warnings: reader.warnings, label: label) { sink, progress throws(FormatError) in
        try report.write(&reader, to: &sink, progress: progress)
      }
      return
    }
    try input.forEach(in: market, label: nil) { entry in
      guard case .success(let filled) = entry.result else { return }
      try run(file: input.strategy ?? "--legs", warnings: [], label: label) { sink, _ throws(FormatError) in
        try report.write(BookEntry(filled), to: &sink)
      }
    }
  }
}
