/// Writes a page as GitHub's Markdown.
enum MarkdownRenderer {
  /// - Parameter files: The names of the page's pictures beside it, in their order; without them there are none.
  static func text(_ page: Page, pictures files: [String] = []) -> String {
    var parts = ["# \(escaped(page.title))", escaped(page.subtitle)]
    var images = zip(page.pictures, files).map { "![\(escaped($0.description))](<\($1)>)" }
    for section in page.sections {
      // Words come first, as on the other pages.
      if section.role == .plain {
        parts += images
        images = []
      }
      parts.append("## \(escaped(section.heading))")
      parts += section.blocks.map(block)
    }
    return (parts + images).joined(separator: "\n\n") + "\n"
  }

  private static func block(_ block: Page.Block) -> String {
    switch block {
    case .facts(let facts):
      let rows = facts.map { [cell(Figure($0.label)), cell($0.figure), escaped($0.note)] }
      return lines(headings: ["", "", ""], rule: [":--", ":--", ":--"], rows)
    case .table(let table):
      let rows = table.rows.indices.map { row in
        table.columns.indices.map { column in
          let text = cell(table.cell(row, column))
          return table.hasTotal && row == table.rows.count - 1 && !text.isEmpty ? "**\(text)**" : text
        }
      }
      return lines(
        headings: table.columns.map { escaped($0.heading) }, rule: table.columns.map { $0.isNumber ? "--:" : ":--" },
        rows)
    case .sentence(let text): return escaped(text)
    case .list(let items): return items.map { "* \(escaped($0))" }.joined(separator: "\n")
    }
  }

  private static func lines(headings: [String], rule: [String], _ rows: [[String]]) -> String {
    ([headings, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  private static func cell(_ figure: Figure) -> String { escaped(figure.text) }

  /// Text that no reader of Markdown takes for markup, a table's border or HTML.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\\", "|", "*", "_", "[", "]", "`", "~", "$": result += "\\\(character)"
      default:
        // Names of instruments hold runs of spaces, which would melt into one.
        result.append(character == " " && result.hasSuffix(" ") ? "\u{A0}" : character)
      }
    }
    // At the start of a line these begin a heading or a list.
    if let first = result.first, "#+-".contains(first), !result.dropFirst().prefix(1).allSatisfy(\.isNumber) {
      result = "\\" + result
    }
    return result
  }
}
