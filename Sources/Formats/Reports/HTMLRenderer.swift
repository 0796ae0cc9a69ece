/// Writes a page as one HTML file that needs nothing else: style and picture inside, no script, no request.
enum HTMLRenderer {
  static func text(_ page: Page) -> String {
    var parts = [
      "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\"/>",
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>",
      // Whatever a hostile name tried to bring in, a browser would not fetch or run it.
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>",
      "<title>\(escaped(page.title))</title>", "<style>", HTMLStyle.sheet, PictureStyle.sheet, "</style>", "</head>",
      "<body>", "<main>",
      "<header><h1>\(escaped(page.title))</h1><p>\(escaped(page.subtitle))</p></header>",
    ]
    // The pictures stand after what is most pressing.
    let rest = page.sections.firstIndex { $0.role == .plain } ?? page.sections.count
    parts += page.sections[..<rest].map(section)
    parts += page.pictures.map(figure)
    if rest < page.sections.count {
      parts.append("<div class=\"sections\">")
      parts += page.sections[rest...].map(section)
      parts.append("</div>")
    }
    parts += ["</main>", "</body>", "</html>"]
    return parts.joined(separator: "\n") + "\n"
  }

  /// A picture with its figures, to be read and to be saved.
  private static func figure(_ picture: Picture) -> String {
    // A name in it may hold what would forge a line or turn the direction of the rest.
    let csv = picture.csv.split(separator: "\n", omittingEmptySubsequences: false).map { FigureText.plain(String($0)) }
      .joined(separator: "\n")
    return """
      <figure>
      \(picture.element)
      <details><summary>Figures of this picture</summary><pre>\(escaped(csv))</pre></details>
      <p class="csv"><a download="\(picture.name).csv" href="data:text/csv;charset=utf-8,\(encoded(csv))">Save as \
      \(picture.name).csv</a></p>
      </figure>
      """
  }

  /// A text inside a `data:` address (RFC 3986): what is neither letter, digit nor a mark that means nothing there becomes
  /// its bytes.
  static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += "%" + String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
      }
    }
    return result
  }

  private static func section(_ section: Page.Section) -> String {
    let style: String
    switch section.role {
    case .plain: style = isWide(section) ? "wide" : "plain"
    case .summary: style = "summary"
    case .warnings: style = "warnings"
    }
    let blocks = section.blocks.map { block($0, isSummary: section.role == .summary) }
    return
      "<section class=\"\(style)\">\n<h2>\(escaped(section.heading))</h2>\n\(blocks.joined(separator: "\n"))\n</section>"
  }

  /// Tables of six columns and more take the whole width, and those whose cells would not fit into half of it.
  private static func isWide(_ section: Page.Section) -> Bool {
    section.blocks.contains { block in
      if case .table(let table) = block { return table.columns.count > 5 || letters(in: table) > halfPage }
      return false
    }
  }

  /// Letters that a row of half a page holds, where the page is as wide as it gets.
  private static let halfPage = 48

  /// A cell with more letters than this is broken into lines.
  private static let cellLimit = 48

  /// The letters of a row, headings broken between their words, and what stands between columns.
  private static func letters(in table: PageTable) -> Int {
    table.columns.indices.reduce(0) { sum, column in
      let words = table.columns[column].heading.split(separator: " ").map { TextLayout.width(String($0)) }
      let cells = table.rows.indices.map { min(TextLayout.width(table.cell($0, column).text), cellLimit) }
      return sum + ((words + cells).max() ?? 0) + 2
    }
  }

  private static func block(_ block: Page.Block, isSummary: Bool) -> String {
    switch block {
    case .facts(let facts):
      guard isSummary else { return self.facts(facts) }
      // Short figures are shown large; a proof or a reason is read, not glanced at.
      let short = facts.filter { $0.figure.text.utf8.count <= 24 }
      let long = facts.filter { $0.figure.text.utf8.count > 24 }
      return cards(short) + (long.isEmpty ? "" : "\n" + self.facts(long))
    case .table(let table): return self.table(table)
    case .sentence(let text): return "<p>\(escaped(text))</p>"
    case .list(let items):
      let shown = items.prefix(entryLimit).map { "<li>\(escaped(shortened($0)))</li>" }.joined()
      return "<ul>\(shown)</ul>" + leftOut(items.count - min(items.count, entryLimit), "entries")
    }
  }

  private static func cards(_ facts: [Fact]) -> String {
    let cards = facts.map { fact in
      "<div class=\"card\"><dt>\(escaped(fact.label))</dt><dd class=\"\(style(fact.figure.tone))\">"
        + "\(escaped(fact.figure.text))"
        + (fact.note.isEmpty ? "" : "<small>\(escaped(fact.note))</small>") + "</dd></div>"
    }
    return "<dl class=\"cards\">\n\(cards.joined(separator: "\n"))\n</dl>"
  }

  private static func facts(_ facts: [Fact]) -> String {
    let rows = facts.map { fact in
      "<div><dt>\(escaped(fact.label))</dt><dd><span class=\"\(style(fact.figure.tone))\">\(escaped(fact.figure.text))</span>"
        + (fact.note.isEmpty ? "" : " <small>\(escaped(fact.note))</small>") + "</dd></div>"
    }
    return "<dl class=\"facts\">\n\(rows.joined(separator: "\n"))\n</dl>"
  }

  private static func table(_ table: PageTable) -> String {
    func side(_ column: Int) -> String { table.columns[column].isNumber ? "number" : "word" }
    let head = table.columns.indices.map { column in
      "<th scope=\"col\" class=\"\(side(column))\">\(escaped(table.columns[column].heading))</th>"
    }
    // The last row may be a total, and stands in any case.
    let shown = table.rows.indices.filter {
      table.rows.count <= rowLimit || $0 < rowLimit - 1 || $0 == table.rows.count - 1
    }
    let rows = shown.map { row -> String in
      let cells = table.columns.indices.map { column -> String in
        let cell = table.cell(row, column)
        let length = TextLayout.width(cell.text) > cellLimit ? " long" : ""
        return "<td class=\"\(side(column)) \(style(cell.tone))\(length)\">\(escaped(cell.text))</td>"
      }
      let isTotal = table.hasTotal && row == table.rows.count - 1
      return "<tr\(isTotal ? " class=\"total\"" : "")>\(cells.joined())</tr>"
    }
    return "<div class=\"scroll\"><table>\n<thead><tr>\(head.joined())</tr></thead>\n<tbody>\n"
      + rows.joined(separator: "\n") + "\n</tbody>\n</table></div>" + leftOut(table.rows.count - shown.count, "rows")
  }

  /// A page for reading has no more rows a table than this: it stays small, and the other formats have them all.
  private static let rowLimit = 100

  /// Of a list, whose entries are sentences and longer.
  private static let entryLimit = 25

  /// An entry that names thousands of legs is cut.
  private static func shortened(_ entry: String) -> String {
    entry.utf8.count <= 2_000 ? entry : entry.prefix(1_000) + "... (cut; the other formats have all of it)"
  }

  private static func leftOut(_ count: Int, _ what: String) -> String {
    count > 0 ? "\n<p>\(count) more \(what) are left out; the other formats have them all.</p>" : ""
  }

  private static func style(_ tone: Tone) -> String {
    switch tone {
    case .plain: return "even-tone"
    case .gain: return "gain"
    case .loss: return "lost"
    case .caution: return "caution"
    }
  }

  /// Text that can stand between tags and inside attributes.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      // A percent sign stays with its number.
      case "%" where result.hasSuffix(" "): result = result.dropLast() + "\u{A0}%"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
