/// Writes a page for a terminal or a text file: at most 80 columns, whatever the strategy.
struct TextRenderer {
  /// Colour escapes are written only where asked for; without them the text is the same.
  let hasColour: Bool
  /// What the picture of the page is drawn with; nil for none.
  var plot: CharacterPlot.Glyphs? = nil

  static let width = 80
  private static let indent = "  "
  /// Facts start their figure no further right than this.
  private static let labelLimit = 22

  func text(_ page: Page) -> String {
    var lines = TextLayout.wrapped(page.title, TextRenderer.width).map { emphasised($0) }
    lines += TextLayout.wrapped(page.subtitle, TextRenderer.width)
    lines.append(String(repeating: "=", count: TextRenderer.width))
    var picture = plot.flatMap { glyphs in
      page.plot.map { CharacterPlot($0, glyphs, hasColour: hasColour).lines }
    }
    for section in page.sections {
      if section.role == .plain, let drawn = picture {
        lines += ["", emphasised("PICTURE")] + drawn
        picture = nil
      }
      lines.append("")
      lines.append(emphasised(section.heading.uppercased()))
      for (index, block) in section.blocks.enumerated() {
        // A table and the sentence under it belong together, two other blocks are set apart.
        if index > 0, TextRenderer.isApart(section.blocks[index - 1], block) { lines.append("") }
        lines += self.lines(block, isWarning: section.role == .warnings)
      }
    }
    return lines.map { TextRenderer.trimmed($0) }.joined(separator: "\n") + "\n"
  }

  private static func isApart(_ first: Page.Block, _ second: Page.Block) -> Bool {
    switch (first, second) {
    case (.table, .facts), (.facts, .table), (.sentence, .table), (.table, .table): return true
    default: return false
    }
  }

  private func lines(_ block: Page.Block, isWarning: Bool) -> [String] {
    switch block {
    case .facts(let facts): return self.facts(facts)
    case .table(let table): return self.table(table)
    case .sentence(let text):
      return TextLayout.wrapped(text, TextRenderer.width - 2).map { TextRenderer.indent + $0 }
    case .list(let items):
      let mark = isWarning ? "! " : "- "
      return items.flatMap { item in
        TextLayout.wrapped(item, TextRenderer.width - 4).enumerated().map { index, line in
          TextRenderer.indent + (index == 0 ? (isWarning ? painted(mark, .caution) : mark) : "  ") + line
        }
      }
    }
  }

  // MARK: Facts

  private func facts(_ facts: [Fact]) -> [String] {
    let labels = min(facts.map { TextLayout.width($0.label) }.max() ?? 0, TextRenderer.labelLimit)
    let start = 2 + labels + 2
    let room = TextRenderer.width - start
    // Figures with a note are aligned with each other; a long one keeps to itself.
    let short = facts.filter { !$0.note.isEmpty }.map { TextLayout.width($0.figure.text) }.filter { $0 <= 24 }
    let figures = short.max() ?? 0
    var lines: [String] = []
    for fact in facts {
      let head = TextRenderer.indent + TextLayout.padded(fact.label, labels) + "  "
      let own = TextLayout.width(fact.figure.text)
      let margin = String(repeating: " ", count: start)
      guard own <= room, TextLayout.width(fact.label) <= labels else {
        // A label beyond its column has lines of its own above the figure.
        let isLong = TextLayout.width(fact.label) > labels
        if isLong {
          lines += TextLayout.wrapped(fact.label, TextRenderer.width - 2).map { TextRenderer.indent + $0 }
        }
        lines += TextLayout.wrapped(fact.figure.text, room).enumerated().map {
          $0.offset == 0 && !isLong ? head + $0.element : margin + $0.element
        }
        lines += notes(fact, room).map { margin + $0 }
        continue
      }
      let figure = painted(fact.figure.text, fact.figure.tone)
      guard !fact.note.isEmpty else {
        lines.append(head + figure)
        continue
      }
      let column = max(own, figures) + 2
      guard room - column >= 24 else {
        lines.append(head + figure)
        lines += notes(fact, room).map { margin + $0 }
        continue
      }
      let gap = String(repeating: " ", count: column - own)
      let rest = String(repeating: " ", count: start + column)
      for (index, line) in notes(fact, room - column).enumerated() {
        lines.append(index == 0 ? head + figure + gap + line : rest + line)
      }
    }
    return lines
  }

  private func notes(_ fact: Fact, _ room: Int) -> [String] {
    fact.note.isEmpty ? [] : TextLayout.wrapped(fact.note, room)
  }

  // MARK: Tables

  private func table(_ table: PageTable) -> [String] {
    let widths = table.columns.indices.map { column in
      max(
        TextLayout.width(table.columns[column].heading),
        table.rows.indices.map { TextLayout.width(table.cell($0, column).text) }.max() ?? 0)
    }
    let gaps = [2, 1].first { gap in
      2 + widths.reduce(0, +) + gap * max(0, widths.count - 1) <= TextRenderer.width
    }
    guard let gap = gaps else { return stacked(table) }
    let space = String(repeating: " ", count: gap)
    func line(_ cells: [Figure]) -> String {
      let padded = cells.enumerated().map { column, cell -> String in
        let blank = String(repeating: " ", count: max(0, widths[column] - TextLayout.width(cell.text)))
        let text = painted(cell.text, cell.tone)
        return table.columns[column].isNumber ? blank + text : text + blank
      }
      return TextRenderer.indent + padded.joined(separator: space)
    }
    let rule = TextRenderer.indent + widths.map { String(repeating: "-", count: $0) }.joined(separator: space)
    var lines = [line(table.columns.map { Figure($0.heading) }), rule]
    for row in table.rows.indices {
      if table.hasTotal, row == table.rows.count - 1 { lines.append(rule) }
      lines.append(line(table.columns.indices.map { table.cell(row, $0) }))
    }
    return lines
  }

  /// A table too wide for the page: each row as facts, so that no digit is lost.
  private func stacked(_ table: PageTable) -> [String] {
    table.rows.indices.flatMap { row -> [String] in
      let facts = table.columns.indices.compactMap { column -> Fact? in
        let cell = table.cell(row, column)
        return cell.text.isEmpty ? nil : Fact(table.columns[column].heading, cell.text, cell.tone)
      }
      return (row > 0 ? [""] : []) + self.facts(facts)
    }
  }

  // MARK: Colour

  private func painted(_ text: String, _ tone: Tone) -> String {
    guard hasColour else { return text }
    switch tone {
    case .plain: return text
    case .gain: return "\u{1B}[32m\(text)\u{1B}[0m"
    case .loss: return "\u{1B}[31m\(text)\u{1B}[0m"
    case .caution: return "\u{1B}[33m\(text)\u{1B}[0m"
    }
  }

  private func emphasised(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  private static func trimmed(_ line: String) -> String {
    var end = line.endIndex
    while end > line.startIndex, line[line.index(before: end)] == " " { end = line.index(before: end) }
    return String(line[..<end])
  }
}
