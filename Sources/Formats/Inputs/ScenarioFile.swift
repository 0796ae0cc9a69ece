public import Scenarios

/// A file of named scenarios, CSV or YAML, with the shock of each for every underlying.
///
/// As CSV, a row says what a scenario does to one underlying, or with an empty cell to all that it does not name; the rows of
/// one name are one scenario, and what is said of the scenario (its days, weight and cover) stands in any of them. As YAML,
/// a scenario has the same keys, the common move its own and `underlyings` one for each symbol; a move may there have
/// `vol_moves` too, points of volatility by place: a list of `{years, log_moneyness: [...], moves: [...]}`.
public struct ScenarioFile: Sendable {
  /// As messages name the file.
  public let file: String
  /// In the order of their first mention.
  public let scenarios: [Scenario]
  /// The series that stand for a class of underlyings (key `classes` of YAML).
  public let classes: [ScenarioAssignment.UnderlyingClass: String]
  public let warnings: [String]

  /// The columns of the CSV, which ``ScenarioListWriter`` writes.
  public static let columns =
    ["name", "underlying"] + MoveField.allCases.map(\.rawValue) + ScenarioDraft.Property.allCases.map(\.rawValue)

  /// Keys of a move, common or of one underlying.
  static let moveKeys = MoveField.allCases.map(\.rawValue) + ["vol_moves"]

  /// Reads a file of scenarios; one whose name ends in `.yaml`, `.yml` or `.json` as YAML, any other as CSV, `-` from
  /// standard input.
  ///
  /// - Throws: ``FormatError`` for a file that cannot be read, and with its place for the first thing that is wrong in it: a
  ///   list that lacks a scenario is another list. A CSV without any column of moves is refused.
  public init(_ path: String) throws(FormatError) {
    let isTree = [".yaml", ".yml", ".json"].contains { path.hasSuffix($0) }
    var parts = Parts()
    if isTree {
      try parts.read(try YAMLDocument(bytes: try WholeFile.bytes(of: path), file: path).root)
    } else {
      var reader = try CSVReader.open(path)
      try parts.read(&reader)
    }
    file = path
    scenarios = try parts.scenarios(file: path)
    classes = parts.classes
    warnings = parts.warnings + parts.percentWarnings(scenarios)
  }

  /// What a file has said so far.
  private struct Parts {
    var drafts: [ScenarioDraft] = []
    private var places: [String: Int] = [:]
    var classes: [ScenarioAssignment.UnderlyingClass: String] = [:]
    var warnings: [String] = []

    func scenarios(file: String) throws(FormatError) -> [Scenario] {
      guard let first = drafts.first else {
        throw .malformed(SourceLocation(file: file, line: 1, column: 1), found: "no scenario", wanted: "at least one")
      }
      var scenarios: [Scenario] = []
      for draft in drafts { scenarios.append(try draft.scenario()) }
      guard scenarios.contains(where: { $0.weight != 0 }) else {
        throw .malformed(first.location, found: "weights that are all 0", wanted: "one above 0, or none at all")
      }
      return scenarios
    }

    /// A warning where a shift is beyond 1, which is 100 percent or as many points: such numbers are mostly meant as percent.
    func percentWarnings(_ scenarios: [Scenario]) -> [String] {
      var found: [String] = []
      for (scenario, draft) in zip(scenarios, drafts) {
        let named = scenario.moves.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value)
        let fields = [MoveField.spot, .level]
        let large = fields.compactMap { field -> String? in
          let shift = ([scenario.common] + named).map(field.value).first { $0.magnitude > 1 }
          return shift.map { shift in
            "\(field.rawValue) \(FigureText.shortest(shift) ?? "\(shift)"), which is "
              + FigureText.fixed(shift * 100, 0, sign: .always)
              + (field == .spot ? " percent" : " points of volatility")
          }
        }
        guard !large.isEmpty else { continue }
        found.append(
          "\(draft.location): warning: '\(scenario.name.prefix(60))' has \(large.joined(separator: " and ")): shifts are "
            + "fractions, 5 percent is 0.05")
      }
      guard found.count > 3 else { return found }
      let more = found.count - 3
      return found.prefix(3) + ["warning: \(more) more \(more == 1 ? "scenario" : "scenarios") as large"]
    }

    // MARK: CSV

    mutating func read(_ reader: inout CSVReader) throws(FormatError) {
      let columns = try CSVColumns(reader, required: ["name"], known: ScenarioFile.columns)
      let moves = MoveField.allCases.map(\.rawValue) + [ScenarioDraft.Property.daysForward.rawValue]
      guard moves.contains(where: { columns[$0] != nil }) else {
        throw .malformed(
          reader.location(ofColumn: 0),
          found: "columns " + reader.columns.prefix(20).map { CellError.quoted($0) }.joined(separator: ", "),
          wanted: "at least one that moves something: \(moves.joined(separator: ", "))")
      }
      warnings = columns.warnings
      while let block = try reader.nextBlock() {
        for row in 0..<block.rowCount {
          try read(ScenarioCells(block, row, columns, file: reader.file))
        }
      }
    }

    private mutating func read(_ cells: ScenarioCells) throws(FormatError) {
      guard let name = cells.text("name") else { throw cells.error("name", wanted: "a scenario's name") }
      let place = places[name] ?? drafts.count
      if place == drafts.count {
        places[name] = place
        drafts.append(ScenarioDraft(name: name, location: cells.location("name")))
      }
      let symbol = cells.text("underlying") ?? ""
      let move = try UnderlyingMove { field throws(FormatError) in try cells.number(field.rawValue) }
      guard drafts[place].add(move, of: symbol) else {
        throw cells.error(
          "underlying", found: symbol.isEmpty ? "the common move of '\(name)' again" : "'\(symbol)' in '\(name)' again",
          wanted: "each underlying of a scenario once")
      }
      for property in ScenarioDraft.Property.allCases {
        guard let number = try cells.number(property.rawValue) else { continue }
        guard drafts[place].set(property, number) else {
          throw cells.error(property.rawValue, wanted: "the \(property.words) that another row of '\(name)' states")
        }
      }
    }

    // MARK: YAML

    mutating func read(_ root: YAMLValue) throws(FormatError) {
      warnings = try root.unknownKeys(["classes", "scenarios"])
      if let classes = root["classes"] {
        for (key, value) in try classes.entries("classes of underlyings, each with its series") {
          guard let kind = ScenarioAssignment.UnderlyingClass(rawValue: key) else {
            throw value.error(
              found: "key '\(key)'",
              wanted: ScenarioAssignment.UnderlyingClass.allCases.map(\.rawValue).joined(separator: " or "))
          }
          self.classes[kind] = try value.string("the series that stands for it")
        }
      }
      for item in try root.required("scenarios", "a list of scenarios").items() { try read(scenario: item) }
    }

    private mutating func read(scenario item: YAMLValue) throws(FormatError) {
      let own = ["name"] + ScenarioFile.moveKeys + ["days_forward", "weight", "cover", "underlyings"]
      for entry in try item.entries("a scenario: a mapping with a name") where !own.contains(entry.key) {
        throw entry.value.error(found: "key '\(entry.key)'", wanted: own.joined(separator: ", "))
      }
      let name = try item.required("name", "the scenario's name").string("the scenario's name")
      guard places.updateValue(drafts.count, forKey: name) == nil else {
        throw item.error(found: "name '\(name.prefix(60))' again", wanted: "each name once")
      }
      var draft = ScenarioDraft(name: name, location: item.location)
      for property in ScenarioDraft.Property.allCases {
        if let value = item[property.rawValue] {
          _ = draft.set(property, try value.double(property.words))
        }
      }
      if ScenarioFile.moveKeys.contains(where: { item[$0] != nil }) { _ = draft.add(try Parts.move(item), of: "") }
      if let underlyings = item["underlyings"] {
        for (symbol, value) in try underlyings.entries("underlyings, each with its move") {
          for entry in try value.entries("a move") where !ScenarioFile.moveKeys.contains(entry.key) {
            throw entry.value.error(found: "key '\(entry.key)'", wanted: ScenarioFile.moveKeys.joined(separator: ", "))
          }
          guard !symbol.isEmpty else { throw value.error(found: "an empty key", wanted: "an underlying's symbol") }
          _ = draft.add(try Parts.move(value), of: symbol)
        }
      }
      drafts.append(draft)
    }

    private static func move(_ value: YAMLValue) throws(FormatError) -> UnderlyingMove {
      let table = try value["vol_moves"].map { (table) throws(FormatError) in try moves(table) }
      return try UnderlyingMove(moves: table) { field throws(FormatError) in
        try value[field.rawValue]?.double("a finite number")
      }
    }

    private static func moves(_ table: YAMLValue) throws(FormatError) -> VolatilityMoves {
      let known = ["years", "log_moneyness", "moves"]
      var slices: [VolatilityMoves.Slice] = []
      for item in try table.items() {
        for entry in try item.entries("moves of one expiry") where !known.contains(entry.key) {
          throw entry.value.error(found: "key '\(entry.key)'", wanted: known.joined(separator: ", "))
        }
        func numbers(_ key: String) throws(FormatError) -> [Double] {
          var numbers: [Double] = []
          for number in try item.required(key, "a list of numbers").items() {
            numbers.append(try number.double("a finite number"))
          }
          return numbers
        }
        slices.append(
          VolatilityMoves.Slice(
            years: try item.required("years", "a time in years").double("a time in years"),
            logMoneyness: try numbers("log_moneyness"), moves: try numbers("moves")))
      }
      do { return try VolatilityMoves(slices) } catch { throw .refused(table.location, error.description) }
    }
  }
}
