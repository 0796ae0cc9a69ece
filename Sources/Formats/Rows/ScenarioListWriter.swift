public import Scenarios

/// Writes a list of scenarios as the CSV that ``ScenarioFile`` reads, so that a report can be made again from it.
///
/// Numbers are the shortest text that reads back as the same.
public enum ScenarioListWriter {
  /// - Throws: ``FormatError``: an output that cannot be written; `.cannotWrite` for a list whose volatilities move by
  ///   tables, for which there is no column.
  public static func write(_ list: ScenarioList, to sink: inout OutputSink) throws(FormatError) {
    let symbols = list.columns.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let hasTables = !list.common.moves.isEmpty || list.columns.values.contains { !$0.moves.isEmpty }
    guard !hasTables else {
      throw .cannotWrite(file: "scenarios", reason: "moves of volatility by moneyness and time have no columns")
    }
    let weights = list.statedWeights
    var writer = CSVWriter(capacity: 1 << 18)
    writer.row(ScenarioFile.columns)
    for (index, name) in list.names.enumerated() {
      func row(_ symbol: String, _ move: UnderlyingMove, isFirst: Bool) {
        writer.cell(name)
        writer.cell(symbol)
        for field in MoveField.allCases { writer.cell(field.value(of: move)) }
        writer.cell(isFirst ? list.daysForward[index] : nil)
        writer.cell(isFirst && !weights.isEmpty ? weights[index] : nil)
        writer.cell(isFirst && !list.covers.isEmpty ? list.covers[index] : nil)
        writer.endRow()
      }
      let common = list.common[index]
      let hasCommon = symbols.isEmpty || common != .none
      if hasCommon { row("", common, isFirst: true) }
      for (place, symbol) in symbols.enumerated() {
        row(symbol, list.move(index, of: symbol), isFirst: !hasCommon && place == 0)
      }
      if writer.output.count > 1 << 17 {
        try sink.write(writer)
        writer.removeAll()
      }
    }
    try sink.write(writer)
  }
}
