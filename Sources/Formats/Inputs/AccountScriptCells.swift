import Basics
import Instruments
import IsolatedMargin

/// The cells of one row of an account script.
struct AccountScriptCells {
  private let cells: RowCells
  private let columns: AccountScriptColumns
  let seq: String
  let time: String
  /// The command's word as it stands.
  let word: String
  /// The instrument's cell as it stands.
  let name: String?

  init(_ block: CSVBlock, _ row: Int, _ columns: AccountScriptColumns) {
    cells = RowCells(block, row)
    self.columns = columns
    seq = block.text(row: row, column: columns.seq)
    time = block.text(row: row, column: columns.time)
    word = block.text(row: row, column: columns.command)
    name = columns.instrument.flatMap { RowCells(block, row).text($0) }
  }

  func text(_ column: Int?) -> String? { column.flatMap { cells.text($0) } }

  /// - Throws: ``RowError`` for a `seq` that is no whole number of 0 or more.
  func sequence() throws(RowError) -> String {
    guard let number = Int64(seq), number >= 0 else {
      throw cells.error(columns.seq, "seq", wanted: "a whole number of 0 or more")
    }
    return "\(number)"
  }

  func instant() throws(RowError) -> Instant {
    do { return try Instant(parsing: time) } catch {
      throw cells.error(columns.time, "time", message: error.description)
    }
  }

  func verb() throws(RowError) -> AccountVerb {
    guard let verb = AccountVerb(parsing: word) else {
      throw cells.error(
        columns.command, "command", wanted: AccountVerb.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return verb
  }

  // MARK: Figures

  func instrument() throws(RowError) -> Instrument {
    guard let name else { throw cells.error(columns.instrument, "instrument", wanted: "an instrument") }
    do { return try InstrumentName.parse(name) } catch {
      throw cells.error(columns.instrument, "instrument", message: error.description)
    }
  }

  /// A symbol, or an instrument for its underlying.
  func underlying() throws(RowError) -> String {
    guard let name else { throw cells.error(columns.instrument, "instrument", wanted: "an underlying such as BTC") }
    if let instrument = try? InstrumentName.parse(name) { return instrument.underlying }
    guard name.utf8.allSatisfy({ (65...90).contains($0) || (48...57).contains($0) }) else {
      throw cells.error(columns.instrument, "instrument", wanted: "an underlying such as BTC, or an instrument on it")
    }
    return name
  }

  func quantity() throws(RowError) -> Quantity? {
    guard let text = text(columns.quantity) else { return nil }
    do { return try Quantity(parsing: text) } catch {
      throw cells.error(columns.quantity, "quantity", message: error.description)
    }
  }

  func price() throws(RowError) -> Price? {
    guard let text = text(columns.price) else { return nil }
    do { return try Price(parsing: text) } catch {
      throw cells.error(columns.price, "price", message: error.description)
    }
  }

  func share() throws(RowError) -> ExactAmount? {
    guard let text = text(columns.price) else { return nil }
    do { return try ExactAmount(parsing: text) } catch {
      throw cells.error(columns.price, "price", message: error.description)
    }
  }

  func money(_ currency: Currency) throws(RowError) -> Money? {
    guard let text = text(columns.amount) else { return nil }
    do { return try Money(parsing: text, currency: currency) } catch {
      throw cells.error(columns.amount, "amount", message: error.description)
    }
  }

  func seconds() throws(RowError) -> Int64 {
    guard let text = text(columns.amount) else { return 0 }
    guard let seconds = Int64(text), seconds >= 0 else {
      throw cells.error(columns.amount, "amount", wanted: "the mark's age in whole seconds, 0 or more")
    }
    return seconds
  }

  // MARK: What is wrong

  /// Refuses a cell that the command does not read: what it says would be lost.
  func checkUnused(_ verb: AccountVerb, _ unused: [String]) throws(RowError) {
    let all = [
      ("instrument", columns.instrument), ("quantity", columns.quantity), ("price", columns.price),
      ("amount", columns.amount),
    ]
    for (name, column) in all where unused.contains(name) {
      if text(column) != nil { throw cells.error(column, name, wanted: "an empty cell for \(verb.rawValue)") }
    }
  }

  func missing(_ name: String, wanted: String) -> RowError {
    let all = ["quantity": columns.quantity, "price": columns.price, "amount": columns.amount]
    return cells.error(all[name] ?? nil, name, wanted: wanted)
  }

  func refused(_ error: AccountRefusal) -> RowError {
    cells.error(columns.command, "command", message: error.description)
  }
}
