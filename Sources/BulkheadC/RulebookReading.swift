import Basics
import MarginRules

/// A rulebook as a caller read it from its file: a tree, told in rows of three cells.
///
/// `record`, `list` and `value` begin a part of what is open, with its key (empty within a list) and, of a value, its text;
/// `end` closes what was opened last. The outermost record is open from the start. Every value is its text: which of them is a
/// number is decided here, as it is where the program reads the file, and refused is what is refused there.
struct RulebookRows {
  /// The most rows, and the most parts within parts.
  private static let limits = (rows: 100_000, depth: 32)

  private enum Part {
    case value(String)
    case list([Part])
    case record([String: Part])

    /// What a message says it found.
    var summary: String {
      switch self {
      case .value(let text): return "'\(text.prefix(60))'"
      case .list: return "a list"
      case .record: return "a record"
      }
    }

    /// A value that reads as a number is one. Parts are no deeper than the limit.
    var parameter: RuleParameter {
      switch self {
      case .value(let text): return (try? ExactAmount(parsing: text)).map { .number($0) } ?? .text(text)
      case .list(let items): return .list(items.map(\.parameter))
      case .record(let record): return .record(record.mapValues(\.parameter))
      }
    }
  }

  /// A list or record whose end has not come.
  private struct OpenPart {
    let key: String
    let isList: Bool
    var items: [Part] = []
    var record: [String: Part] = [:]

    var part: Part { isList ? .list(items) : .record(record) }

    mutating func add(_ part: Part, _ key: String) throws(CallFailure) {
      if isList {
        guard key.isEmpty else { throw .refused("rulebook: found key '\(key)' within a list, wanted none") }
        items.append(part)
      } else {
        guard !key.isEmpty, record.updateValue(part, forKey: key) == nil else {
          throw .refused("rulebook: found key '\(key)' twice or empty, wanted each once")
        }
      }
    }
  }

  /// - Throws: ``CallFailure`` `.refused` for rows that are no tree, a key that is missing or unknown, a name or method that
  ///   ``Rulebook/isName(_:)`` does not take, a date that is none, something left out that is no text.
  static func rulebook(_ text: String) throws(CallFailure) -> Rulebook {
    var tree = try tree(text)
    func words(_ key: String) throws(CallFailure) -> String {
      guard let part = tree.removeValue(forKey: key) else {
        throw .refused("rulebook: found no '\(key)', wanted one")
      }
      guard case .value(let text) = part else {
        throw .refused("rulebook: \(key): found \(part.summary), wanted a text")
      }
      return text
    }
    func name(_ key: String) throws(CallFailure) -> String {
      let text = try words(key)
      guard Rulebook.isName(text) else {
        throw .refused(
          "rulebook: \(key): found '\(text.prefix(60))', wanted a name of small letters, digits and hyphens, at most 60"
        )
      }
      return text
    }
    let (ownName, title, method) = (try name("name"), try words("title"), try name("method"))
    let (date, source) = (try words("effective"), try words("source"))
    let effective: CalendarDate
    do { effective = try CalendarDate(parsing: date) } catch { throw .refused("rulebook: effective: \(error)") }
    var parameters: [String: RuleParameter] = [:]
    switch tree.removeValue(forKey: "parameters") {
    case .record(let record)?: parameters = record.mapValues(\.parameter)
    case nil: break
    case let part?:
      throw .refused("rulebook: parameters: found \(part.summary), wanted a record of names with values")
    }
    let leavesOut = try leavesOut(tree.removeValue(forKey: "leaves_out"))
    if let key = tree.keys.min() {
      throw .refused(
        "rulebook: found key '\(key)', wanted name, title, method, effective, source, parameters, leaves_out")
    }
    return Rulebook(
      name: ownName, title: title, method: method, effective: effective, source: source, parameters: parameters,
      leavesOut: leavesOut)
  }

  /// A text alone is a list of one, as in the program's files.
  private static func leavesOut(_ part: Part?) throws(CallFailure) -> [String] {
    switch part {
    case nil: return []
    case .value(let text)?: return [text]
    case .list(let items)?:
      var texts: [String] = []
      for (index, item) in items.enumerated() {
        guard case .value(let text) = item else {
          throw .refused(
            "rulebook: leaves_out[\(index + 1)]: found \(item.summary), wanted what the rulebook leaves out, in words")
        }
        texts.append(text)
      }
      return texts
    case let part?: throw .refused("rulebook: leaves_out: found \(part.summary), wanted a list")
    }
  }

  private static func tree(_ text: String) throws(CallFailure) -> [String: Part] {
    var open = [OpenPart(key: "", isList: false)]
    let rows = text.utf8.split(separator: 0x1E)
    guard rows.count <= limits.rows else {
      throw .refused("rulebook: found \(rows.count) rows, wanted at most \(limits.rows)")
    }
    for row in rows {
      let cells = row.split(separator: 0x1F, omittingEmptySubsequences: false).map { String(Substring($0)) }
      guard cells.count == 3, let last = open.indices.last else {
        throw .refused("rulebook: found a row of \(cells.count) cells, wanted kind, key and value")
      }
      switch cells[0] {
      case "value":
        guard !cells[2].isEmpty else { throw .refused("rulebook: found nothing at '\(cells[1])', wanted a value") }
        try open[last].add(.value(cells[2]), cells[1])
      case "list", "record":
        guard open.count < limits.depth else {
          throw .refused("rulebook: found parts within parts, wanted at most \(limits.depth) deep")
        }
        open.append(OpenPart(key: cells[1], isList: cells[0] == "list"))
      case "end":
        guard open.count > 1, let closed = open.popLast() else {
          throw .refused("rulebook: found an end of nothing, wanted a part that is open")
        }
        try open[last - 1].add(closed.part, closed.key)
      default: throw .refused("rulebook: found '\(cells[0].prefix(20))', wanted value, list, record or end")
      }
    }
    guard open.count == 1, let root = open.first else {
      throw .refused("rulebook: found \(open.count - 1) parts without their end, wanted each closed")
    }
    return root.record
  }
}
