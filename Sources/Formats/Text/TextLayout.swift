/// Widths and lines of plain text on a terminal.
enum TextLayout {
  /// The columns a text takes: two for the wide characters of East Asia and for emoji, one for every other.
  static func width(_ text: some StringProtocol) -> Int {
    // Most texts are ASCII, where a byte is a column.
    if text.utf8.allSatisfy({ $0 < 128 }) { return text.utf8.count }
    return text.reduce(0) { $0 + width(of: $1) }
  }

  private static func width(of character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F000...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }

  /// Breaks a text at spaces into lines of at most `limit` columns; a longer word is cut.
  static func wrapped(_ text: String, _ limit: Int) -> [String] {
    let limit = max(limit, 2)
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in words(text) {
      var word = word
      var size = width(word)
      if used > 0, used + 1 + size <= limit {
        line += " " + word
        used += 1 + size
        continue
      }
      if used > 0 { lines.append(line) }
      while size > limit {
        var taken = word.startIndex
        var room = limit
        while taken < word.endIndex, width(of: word[taken]) <= room {
          room -= width(of: word[taken])
          taken = word.index(after: taken)
        }
        lines.append(String(word[..<taken]))
        word = word[taken...]
        size = width(word)
      }
      (line, used) = (String(word), size)
    }
    if used > 0 || lines.isEmpty { lines.append(line) }
    return lines
  }

  /// The words between single spaces. A percent sign stays with its number, and several spaces are part of a listed
  /// option's name.
  private static func words(_ text: String) -> [Substring] {
    var words: [Substring] = []
    var isGlued = false
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if word.isEmpty {
        isGlued = true
      } else if let last = words.last, isGlued || word.first == "%" {
        words[words.count - 1] = text[last.startIndex..<word.endIndex]
        isGlued = false
      } else {
        words.append(word)
        isGlued = false
      }
    }
    return words
  }

  static func padded(_ text: String, _ columns: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, columns - width(text)))
    return left ? space + text : text + space
  }

  /// Lines up columns: the first to the left, figures to the right, two spaces between.
  static func table(_ header: [String], _ rows: [[String]]) -> [String] {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { width($0[column]) }.max() ?? 0 }
    return all.map { row in
      let cells = row.enumerated().map { padded($1, widths[$0], left: $0 > 0) }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
