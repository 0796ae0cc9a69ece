import Basics
public import MarginRules

/// Lists rulebooks: from when their numbers hold, what the rule looks at, and who publishes it.
public enum RulesReport {
  public enum Format: String, CaseIterable, Sendable {
    case table
    case csv
    case json
  }

  public static let columns = ["rule", "effective", "title", "method", "needs", "source"]

  public static func text(_ rules: [any MarginRule], as format: Format) -> String {
    switch format {
    case .table: return table(rules)
    case .csv: return csv(rules)
    case .json: return json(rules)
    }
  }

  private static func cells(_ rule: any MarginRule) -> [String] {
    let book = rule.rulebook
    return [book.name, "\(book.effective)", book.title, book.method, rule.needs, book.source]
  }

  private static func csv(_ rules: [any MarginRule]) -> String {
    var writer = CSVWriter()
    writer.row(columns)
    for rule in rules { writer.row(cells(rule)) }
    return writer.text
  }

  private static func json(_ rules: [any MarginRule]) -> String {
    JSONText.text(
      .array(
        rules.map { rule in
          .object(zip(columns, cells(rule)).map { (key: $0, value: .string($1)) })
        }))
  }

  private static func table(_ rules: [any MarginRule]) -> String {
    var lines: [String] = []
    for rule in rules {
      let book = rule.rulebook
      if !lines.isEmpty { lines.append("") }
      let head = "\(book.name)  \(FigureText.plain(book.title))"
      let date = RequirementWords.inForce(book)
      let gap = 80 - TextLayout.width(head) - TextLayout.width(date)
      if gap >= 2 {
        lines.append(head + String(repeating: " ", count: gap) + date)
      } else {
        lines += TextLayout.wrapped(head, 80) + [String(repeating: " ", count: 80 - TextLayout.width(date)) + date]
      }
      lines += TextLayout.wrapped("looks at \(FigureText.plain(rule.needs))", 76).map { "    " + $0 }
      lines += TextLayout.wrapped(FigureText.plain(book.source), 76).map { "    " + $0 }
    }
    return lines.joined(separator: "\n") + (lines.isEmpty ? "" : "\n")
  }
}
