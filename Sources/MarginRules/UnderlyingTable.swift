/// Numbers that differ by underlying: a row for each symbol, and `other` for those without one.
struct UnderlyingTable<Row: Sendable>: Sendable {
  private let rows: [String: Row]

  /// Reads the mapping `parameter` of `table`, at least one row.
  init(
    _ table: ParameterTable, _ parameter: String, _ make: (ParameterTable) throws(MarginRulesError) -> Row
  ) throws(MarginRulesError) {
    let mapping = try table.table(parameter)
    guard !mapping.entries.isEmpty else {
      throw table.refusal(parameter, found: "no row", wanted: "a row for an underlying, or 'other'")
    }
    var rows: [String: Row] = [:]
    // In the order of names, so that of several faults the same one is reported.
    for name in mapping.entries.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      rows[name] = try make(mapping.table(name))
    }
    self.rows = rows
  }

  /// The row of a symbol, else that of the others; nil where the rulebook has neither.
  subscript(underlying: String) -> Row? { rows[underlying] ?? rows["other"] }

  /// The symbols that have a row, for messages.
  var names: String {
    rows.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: ", ")
  }
}
