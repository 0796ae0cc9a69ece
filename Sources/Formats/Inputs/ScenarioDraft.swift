import Scenarios

/// A scenario of a file while its rows are read.
struct ScenarioDraft {
  /// What is said of the scenario as a whole.
  enum Property: String, CaseIterable {
    case daysForward = "days_forward"
    case weight
    case cover

    var words: String {
      switch self {
      case .daysForward: "calendar days"
      case .weight: "weight"
      case .cover: "share that counts"
      }
    }
  }

  let name: String
  /// Where the scenario begins.
  let location: SourceLocation
  private var common: UnderlyingMove?
  private var moves: [String: UnderlyingMove] = [:]
  private var properties: [Property: Double] = [:]

  init(name: String, location: SourceLocation) {
    self.name = name
    self.location = location
  }

  /// Adds the move of an underlying; an empty symbol is the common one.
  ///
  /// - Returns: False where it has one.
  mutating func add(_ move: UnderlyingMove, of symbol: String) -> Bool {
    if symbol.isEmpty {
      guard common == nil else { return false }
      common = move
      return true
    }
    return moves.updateValue(move, forKey: symbol) == nil
  }

  /// - Returns: False where another number was said before.
  mutating func set(_ property: Property, _ number: Double) -> Bool {
    properties.updateValue(number, forKey: property).map { $0 == number } ?? true
  }

  /// - Throws: ``FormatError`` `.refused` with the place of the scenario.
  func scenario() throws(FormatError) -> Scenario {
    do {
      return try Scenario(
        name: name, daysForward: properties[.daysForward] ?? 0, common: common ?? .none, moves: moves,
        weight: properties[.weight], cover: properties[.cover] ?? 1)
    } catch { throw .refused(location, error.description) }
  }
}

/// The cells of one row of a file of scenarios.
struct ScenarioCells {
  private let block: CSVBlock
  private let row: Int
  private let columns: CSVColumns
  private let file: String

  init(_ block: CSVBlock, _ row: Int, _ columns: CSVColumns, file: String) {
    self.block = block
    self.row = row
    self.columns = columns
    self.file = file
  }

  func location(_ name: String) -> SourceLocation {
    block.location(file: file, row: row, column: columns[name] ?? 0)
  }

  /// Nil where the cell is empty or the file has no such column.
  func text(_ name: String) -> String? {
    guard let column = columns[name], !block.isEmpty(row: row, column: column) else { return nil }
    return block.text(row: row, column: column)
  }

  func error(_ name: String, found: String? = nil, wanted: String) -> FormatError {
    .malformed(location(name), found: found ?? CellError.quoted(text(name) ?? ""), wanted: wanted)
  }

  /// Nil where the cell is empty or the file has no such column.
  func number(_ name: String) throws(FormatError) -> Double? {
    guard let text = text(name) else { return nil }
    guard let number = NumberText.double(text), number.isFinite else { throw error(name, wanted: "a finite number") }
    return number
  }
}
