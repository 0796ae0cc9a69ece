/// Lines up columns of text: the first column to the left, figures to the right.
enum TextTable {
  /// - Parameter leading: How many columns, from the first, are set to the left.
  static func lines(_ header: [String], _ rows: [[String]], leading: Int = 1) -> [String] {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let pad = String(repeating: " ", count: max(0, widths[column] - cell.count))
        if column > 0 { line += "  " }
        line += column < leading ? cell + pad : pad + cell
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// Breaks a sentence into lines of at most `width` characters, each with `indent` before it.
  static func wrapped(_ text: String, width: Int, indent: String = "") -> [String] {
    var lines: [String] = []
    var line = indent
    // Double spaces are part of a listed option's name.
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if line.count + word.count + 1 > width, line.count > indent.count {
        lines.append(line)
        line = indent
      }
      line += (line.count > indent.count ? " " : "") + word
    }
    return line.count > indent.count ? lines + [line] : lines
  }
}
