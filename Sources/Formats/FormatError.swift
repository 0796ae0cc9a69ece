/// A place in an input file: what editors and terminals turn into a link.
public struct SourceLocation: Hashable, Sendable {
  /// The file as the user named it.
  public let file: String
  /// From 1; a quoted cell may hold several.
  public let line: Int
  /// From 1, counted in bytes of UTF-8.
  public let column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

extension SourceLocation: CustomStringConvertible {
  public var description: String { "\(file):\(line):\(column)" }
}

/// Why a whole file could not be read or written. One strategy's or one row's fault is a ``RowError`` instead.
public enum FormatError: Error, Equatable, Sendable {
  /// The file is not there or may not be read: the file, and the system's reason.
  case noInput(file: String, reason: String)
  /// The file is there and is no file of the format: a directory, an empty file, bad UTF-8, a broken row or header.
  case malformed(SourceLocation, found: String, wanted: String)
  /// A lower floor refused what the file says, in its own words.
  case refused(SourceLocation, String)
  /// The output could not be made or not be written to its end: its name, and the system's reason.
  case cannotWrite(file: String, reason: String)
  /// The reader of our output has gone. It is not a fault.
  case closedPipe
}

extension FormatError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noInput(let file, let reason): return "\(file): error: cannot be read: \(reason)"
    case .malformed(let place, let found, let wanted): return "\(place): error: found \(found), wanted \(wanted)"
    case .refused(let place, let reason): return "\(place): error: \(reason)"
    case .cannotWrite(let file, let reason): return "\(file): error: cannot be written: \(reason)"
    case .closedPipe: return "the reader of the output has gone"
    }
  }
}

/// What is wrong with one cell or one strategy, while the rest of the file is read.
public struct RowError: Error, Hashable, Sendable {
  /// The line on which the cell begins.
  public let line: Int
  /// In bytes, from 1.
  public let byteColumn: Int
  /// The name of the column in the header.
  public let column: String
  /// What was found and what was wanted: `found '-5', wanted a strike of 0 or more`.
  public let message: String

  public init(line: Int, byteColumn: Int, column: String, message: String) {
    self.line = line
    self.byteColumn = byteColumn
    self.column = column
    self.message = message
  }

  /// As a `detail` cell writes it.
  public var detail: String { "\(message) (line \(line), column \(column))" }

  /// As standard error writes it.
  public func text(file: String) -> String { "\(file):\(line):\(byteColumn): error: \(column): \(message)" }
}

/// What is wrong with the text of a cell, before it is known where the cell stands.
struct CellError: Error, Equatable {
  let message: String

  init(_ message: String) { self.message = message }

  init(found text: String, wanted: String) {
    message = "found \(CellError.quoted(text)), wanted \(wanted)"
  }

  /// The text as a message shows it: in quotes, and never a whole page of it.
  static func quoted(_ text: String) -> String {
    if text.isEmpty { return "an empty cell" }
    let shown = text.utf8.count <= 60 ? text : String(text.prefix(57)) + "..."
    // A control character would break the line on which the message stands.
    let clean = shown.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }.joined()
    return "'\(clean)'"
  }
}
