/// Messages for a person at a terminal.
public enum MessageText {
  /// Breaks lines that are longer than the terminal is wide at their spaces, each part behind the first two columns in.
  ///
  /// - Parameter columns: The terminal's width; below 20 nothing is broken, since nothing would be read more easily.
  /// - Returns: The text itself where no line is too long. Line breaks and the indentation of a long line stay.
  public static func wrapped(_ text: String, columns: Int) -> String {
    guard columns >= 20 else { return text }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { line in
      guard TextLayout.width(line) > columns else { return String(line) }
      let indent = String(line.prefix { $0 == " " })
      guard indent.count + 20 <= columns else { return String(line) }
      let words = TextLayout.wrapped(String(line.dropFirst(indent.count)), columns - indent.count - 2)
      return indent + words.joined(separator: "\n\(indent)  ")
    }.joined(separator: "\n")
  }
}
