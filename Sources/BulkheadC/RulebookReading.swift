import Basics
import MarginRules

/// A rulebook as a caller read it from its file: a tree, told in rows of three cells.
///
/// `record`, `list` and `value` begin a part of what is open, with its key (empty within a list) and, of a value, its text;
/// `end` closes what was opened last. The outermost record is open from the start. Text becomes a number or a word here, as it
/// does where the program reads the file.
struct RulebookRows {
  /// The most rows, and the most parts within parts.
  private static let limits = (rows: 100_000, depth: 32)

  private struct Part {
    let key: String
    let isList: Bool
    var items: [RuleParameter] = []
    var record: [String: RuleParameter] = [:]

    var parameter: RuleParameter { isList ? .list(items) : .record(record) }

    mutating func add(_ parameter: RuleParameter, _ key: String) throws(CallFailure) {
      if isList {
        guard key.isEmpty else { throw .refused("rulebook: found key '\(key)' within a list, wanted none") }
        items.append(parameter)
      } else {
        guard !key.isEmpty, record.updateValue(parameter, forKey: key) == nil else {
          throw .refused("rulebook: found key '\(key)' twice or empty, wanted each once")
        }
      }
    }
  }

  /// - Throws: ``CallFailure`` `.refused` for rows that are no tree, a key that is missing or unknown, a date that is none.
  static func rulebook(_ text: String) throws(CallFailure) -> Rulebook {
    var tree = try tree(text)
    func word(_ key: String) throws(CallFailure) -> String {
      switch tree.removeValue(forKey: key) {
      case .text(let text)? where !text.isEmpty: return text
      case .number(let number)?: return "\(number)"
      default: throw .refused("rulebook: found no '\(key)', wanted one")
      }
    }
    let (name, title, method) = (try word("name"), try word("title"), try word("method"))
    let (date, source) = (try word("effective"), try word("source"))
    guard (1...60).contains(name.utf8.count), name.utf8.allSatisfy({ $0 >= 0x20 }) else {
      throw .refused("rulebook: found the name '\(name.prefix(60))', wanted one of at most 60 bytes on one line")
    }
    let effective: CalendarDate
    do { effective = try CalendarDate(parsing: date) } catch { throw .refused("rulebook: effective: \(error)") }
    var parameters: [String: RuleParameter] = [:]
    switch tree.removeValue(forKey: "parameters") {
    case .record(let record)?: parameters = record
    case nil: break
    default: throw .refused("rulebook: found parameters that are no record, wanted names with values")
    }
    var leavesOut: [String] = []
    if case .list(let items)? = tree.removeValue(forKey: "leaves_out") {
      for case .text(let text) in items { leavesOut.append(text) }
    }
    if let key = tree.keys.min() {
      throw .refused(
        "rulebook: found key '\(key)', wanted name, title, method, effective, source, parameters, leaves_out")
    }
    return Rulebook(
      name: name, title: title, method: method, effective: effective, source: source, parameters: parameters,
      leavesOut: leavesOut)
  }

  private static func tree(_ text: String) throws(CallFailure) -> [String: RuleParameter] {
    var open = [Part(key: "", isList: false)]
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
        let number = try? ExactAmount(parsing: cells[2])
        try open[last].add(number.map { .number($0) } ?? .text(cells[2]), cells[1])
      case "list", "record":
        guard open.count < limits.depth else {
          throw .refused("rulebook: found parts within parts, wanted at most \(limits.depth) deep")
        }
        open.append(Part(key: cells[1], isList: cells[0] == "list"))
      case "end":
        guard open.count > 1, let part = open.popLast() else {
          throw .refused("rulebook: found an end of nothing, wanted a part that is open")
        }
        try open[last - 1].add(part.parameter, part.key)
      default: throw .refused("rulebook: found '\(cells[0].prefix(20))', wanted value, list, record or end")
      }
    }
    guard open.count == 1, let root = open.first else {
      throw .refused("rulebook: found \(open.count - 1) parts without their end, wanted each closed")
    }
    return root.record
  }
}
