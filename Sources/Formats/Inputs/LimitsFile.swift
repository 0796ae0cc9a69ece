public import Analysis
import Basics
import Instruments

/// A file of limits, read whole: `scope,name,metric,limit`, and if wanted `bound,currency`.
///
/// A row that is wrong keeps its place among the others, so that the report can say so where the limit would have stood.
public struct LimitsFile: Sendable {
  /// One row: a limit, or what is wrong with it.
  public enum Row: Sendable {
    case limit(RiskLimit)
    case invalid(LimitRowTexts, RowError)
  }

  public static let columns = ["scope", "name", "metric", "limit", "bound", "currency"]

  /// As messages name the file.
  public let file: String
  public let rows: [Row]
  public let warnings: [String]

  /// In the file's order.
  public var limits: [RiskLimit] {
    rows.compactMap { row in if case .limit(let limit) = row { limit } else { nil } }
  }

  /// What is wrong with the file's rows.
  public var errors: [RowError] {
    rows.compactMap { row in if case .invalid(_, let error) = row { error } else { nil } }
  }

  /// Reads a file of limits; `-` is standard input.
  ///
  /// - Throws: ``FormatError`` for a file that cannot be read at all, and for a missing column.
  public init(_ path: String) throws(FormatError) {
    var reader = try CSVReader.open(path)
    file = reader.file
    let columns = try CSVColumns(
      reader, required: ["scope", "name", "metric", "limit"], known: LimitsFile.columns)
    var rows: [Row] = []
    var lines: [LimitIdentity: Int] = [:]
    while let block = try reader.nextBlock() {
      for row in 0..<block.rowCount {
        let cells = LimitCells(RowCells(block, row), columns)
        do throws(RowError) {
          let limit = try cells.limit()
          let line = block.line(ofRow: row)
          if let first = lines.updateValue(line, forKey: LimitIdentity(limit)) {
            throw cells.error("limit", "found this limit again, wanted it once: it stands in line \(first)")
          }
          rows.append(.limit(limit))
        } catch { rows.append(.invalid(cells.texts, error)) }
      }
    }
    self.rows = rows
    warnings = columns.warnings
  }
}

/// The cells of a row whose limit was refused, as they stand.
public struct LimitRowTexts: Sendable {
  let scope: String
  let name: String
  let metric: String
  let limit: String
  let bound: String
  let currency: String
}

/// What two rows must not share.
private struct LimitIdentity: Hashable {
  let scope: LimitScope
  let name: LimitName
  let metric: LimitMetric
  let bound: LimitBound
  let currency: Currency?

  init(_ limit: RiskLimit) {
    scope = limit.scope
    name = limit.name
    metric = limit.metric
    bound = limit.bound
    currency = limit.currency
  }
}

/// One row of a file of limits.
private struct LimitCells {
  private let cells: RowCells
  private let columns: CSVColumns

  init(_ cells: RowCells, _ columns: CSVColumns) {
    self.cells = cells
    self.columns = columns
  }

  var texts: LimitRowTexts {
    LimitRowTexts(
      scope: text("scope") ?? "", name: text("name") ?? "", metric: text("metric") ?? "", limit: text("limit") ?? "",
      bound: text("bound") ?? "", currency: text("currency") ?? "")
  }

  func error(_ name: String, _ message: String) -> RowError { cells.error(columns[name], name, message: message) }

  /// Nil where the cell is empty or the file has no such column.
  private func text(_ name: String) -> String? { columns[name].flatMap { cells.text($0) } }

  private func wanted(_ name: String, _ wanted: String) -> RowError {
    cells.error(columns[name], name, wanted: wanted)
  }

  private func word<Word: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Word.Type
  ) throws(RowError) -> Word where Word.RawValue == String {
    guard let word = text(name).flatMap(Word.init(rawValue:)) else {
      throw wanted(name, Word.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return word
  }

  func limit() throws(RowError) -> RiskLimit {
    let scope = try word("scope", LimitScope.self)
    let name = try name(in: scope)
    let metric = try word("metric", LimitMetric.self)
    // A plain decimal; a fraction is no cell of a table.
    guard let digits = text("limit"), !digits.utf8.contains(UInt8(ascii: "/")),
      let amount = try? ExactAmount(parsing: digits)
    else { throw wanted("limit", "a number") }
    let bound = text("bound") == nil ? metric.bound : try word("bound", LimitBound.self)
    guard bound != .absolute || amount >= .zero else {
      throw wanted("limit", "a number of 0 or more: the limit holds for the magnitude of \(metric.rawValue)")
    }
    var currency: Currency?
    if let code = text("currency") {
      do { currency = try Currency(code) } catch { throw self.error("currency", error.description) }
    }
    guard
      let limit = RiskLimit(
        scope: scope, name: name, metric: metric, bound: bound, limit: amount, currency: currency)
    else { throw wanted("name", "a name of the scope \(scope.rawValue)") }
    return limit
  }

  private func name(in scope: LimitScope) throws(RowError) -> LimitName {
    let text = text("name")
    if text == "*" { return .every }
    switch scope {
    case .book:
      guard text == nil || text == "book" else { throw wanted("name", "*, book or an empty cell: there is one book") }
      return .every
    case .expiry:
      let parts = (text ?? "").split(separator: "@", omittingEmptySubsequences: false)
      guard let last = parts.last, parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }),
        let expiry = try? Expiry(parsing: last)
      else { throw wanted("name", "an expiry such as 26DEC25 or BTC@26DEC25, or * for every one") }
      return .expiry(expiry, underlying: parts.count == 2 ? String(parts[0]) : nil)
    case .strategy, .account, .underlying:
      guard let text else { throw wanted("name", "the name of the \(scope.rawValue), or * for every one") }
      return .named(text)
    }
  }
}
