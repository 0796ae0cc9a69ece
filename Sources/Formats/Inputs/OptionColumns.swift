import Instruments

/// What an options file is read for, and so which column it must have.
enum OptionQuestion: String {
  /// Volatilities in, values and derivatives out.
  case price = "vol"
  /// Prices in, volatilities out.
  case impliedVolatility = "price"
}

/// The columns of an options file.
struct OptionColumns: Sendable {
  let question: OptionQuestion
  let id: Int?
  let type: Int
  let spot: Int
  let strike: Int
  let years: Int
  /// The volatility or the price.
  let given: Int
  /// 0 for every row where the file has no such column.
  let rate: Int?
  let dividendYield: Int?
  let warnings: [String]

  static let names = ["id", "type", "spot", "strike", "years", "vol", "price", "rate", "dividend_yield"]

  init(_ reader: borrowing CSVReader, for question: OptionQuestion) throws(FormatError) {
    let columns = try CSVColumns(
      reader, required: ["type", "spot", "strike", "years", question.rawValue], known: OptionColumns.names)
    self.question = question
    id = columns["id"]
    // The five are required, so that they are there.
    type = columns["type"] ?? 0
    spot = columns["spot"] ?? 0
    strike = columns["strike"] ?? 0
    years = columns["years"] ?? 0
    given = columns[question.rawValue] ?? 0
    rate = columns["rate"]
    dividendYield = columns["dividend_yield"]
    warnings = columns.warnings
  }
}

/// Rows of an options file as columns of numbers, which is how the kernels take them.
struct OptionBatch {
  private(set) var sign: [Double] = []
  private(set) var spot: [Double] = []
  private(set) var strike: [Double] = []
  private(set) var years: [Double] = []
  /// The volatility or the price.
  private(set) var given: [Double] = []
  private(set) var rate: [Double] = []
  private(set) var dividendYield: [Double] = []
  /// The wrong rows, by their place in the batch, ascending. Their numbers are those of some harmless option.
  private(set) var errors: [(row: Int, error: RowError)] = []

  var count: Int { sign.count }

  private let reader = DoubleReader()

  init(capacity: Int) {
    sign.reserveCapacity(capacity)
    spot.reserveCapacity(capacity)
    strike.reserveCapacity(capacity)
    years.reserveCapacity(capacity)
    given.reserveCapacity(capacity)
    rate.reserveCapacity(capacity)
    dividendYield.reserveCapacity(capacity)
  }

  mutating func removeAll() {
    sign.removeAll(keepingCapacity: true)
    spot.removeAll(keepingCapacity: true)
    strike.removeAll(keepingCapacity: true)
    years.removeAll(keepingCapacity: true)
    given.removeAll(keepingCapacity: true)
    rate.removeAll(keepingCapacity: true)
    dividendYield.removeAll(keepingCapacity: true)
    errors.removeAll(keepingCapacity: true)
  }

  /// Appends a row of a block.
  mutating func add(_ block: CSVBlock, _ row: Int, _ columns: OptionColumns) {
    do {
      let right = try type(block, row, columns.type)
      let spot = try number(block, row, columns.spot, "spot", wanted: OptionBatch.zeroOrMore, .nonNegative)
      let strike = try number(block, row, columns.strike, "strike", wanted: OptionBatch.zeroOrMore, .nonNegative)
      let years = try number(block, row, columns.years, "years", wanted: OptionBatch.zeroOrMore, .nonNegative)
      let given =
        columns.question == .price
        ? try number(block, row, columns.given, "vol", wanted: "a number of 0 or more, or inf", .nonNegativeOrInfinite)
        : try number(block, row, columns.given, "price", wanted: "a number", .any)
      let rate = try number(block, row, columns.rate, "rate", wanted: "a number", .any)
      let yield = try number(block, row, columns.dividendYield, "dividend_yield", wanted: "a number", .any)
      append(right, spot, strike, years, given, rate, yield)
    } catch {
      errors.append((count, error))
      append(1, 1, 1, 1, 0.25, 0, 0)
    }
  }

  private static let zeroOrMore = "a number of 0 or more"

  private mutating func append(
    _ sign: Double, _ spot: Double, _ strike: Double, _ years: Double, _ given: Double, _ rate: Double,
    _ dividendYield: Double
  ) {
    self.sign.append(sign)
    self.spot.append(spot)
    self.strike.append(strike)
    self.years.append(years)
    self.given.append(given)
    self.rate.append(rate)
    self.dividendYield.append(dividendYield)
  }

  private func type(_ block: CSVBlock, _ row: Int, _ column: Int) throws(RowError) -> Double {
    if block.isCell(row: row, column: column, equalTo: "call".utf8) { return 1 }
    if block.isCell(row: row, column: column, equalTo: "put".utf8) { return -1 }
    let text = block.text(row: row, column: column)
    throw block.error(row: row, column: column, name: "type", CellError(found: text, wanted: "call or put"))
  }

  private enum Domain {
    case any
    case nonNegative
    case nonNegativeOrInfinite
  }

  /// 0 for a missing column; minus zero is zero.
  private func number(
    _ block: CSVBlock, _ row: Int, _ column: Int?, _ name: String, wanted: String, _ domain: Domain
  ) throws(RowError) -> Double {
    guard let column else { return 0 }
    let range = block.range(row: row, column: column)
    if let value = reader.read(block.bytes.span, range) {
      guard value.isFinite else {
        let text = block.text(row: row, column: column)
        throw block.error(
          row: row, column: column, name: name, CellError(found: text, wanted: "a number within the range of a Double"))
      }
      if value > 0 || domain == .any || value == 0 { return value + 0 }
    } else if domain == .nonNegativeOrInfinite, block.isCell(row: row, column: column, equalTo: "inf".utf8) {
      return .infinity
    }
    let text = block.text(row: row, column: column)
    throw block.error(row: row, column: column, name: name, CellError(found: text, wanted: wanted))
  }
}
