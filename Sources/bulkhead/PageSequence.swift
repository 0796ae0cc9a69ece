import Formats

/// Pages of strategies one behind the other in one output: a book's JSON is one list, its texts stand apart by a line.
struct PageSequence {
  /// True where the pages are the members of one list.
  private let isList: Bool
  /// False for rows, which follow each other without a line between.
  private let isApart: Bool
  private var written = 0
  /// Documents that say why a strategy has no page.
  private var listed = 0
  /// Strategies without a page.
  private(set) var invalid = 0

  init(isList: Bool, isApart: Bool = true) {
    self.isList = isList
    self.isApart = isApart
  }

  var count: Int { written + invalid }

  /// The page with what separates it from the one before.
  mutating func page(_ text: String) -> String {
    written += 1
    guard written + listed > 1 else { return isList ? "[\n" + text : text }
    return (isList ? ",\n" : isApart ? "\n" : "") + text
  }

  /// What stands for a strategy without a page: in a list a document that says why, else nothing.
  mutating func invalidPage(name: String, detail: String) -> String {
    invalid += 1
    guard isList else { return "" }
    let text = page(InvalidStrategyText.json(name: name, detail: detail))
    written -= 1
    listed += 1
    return text
  }

  /// What stands behind the last page.
  var end: String { isList ? (written + listed > 0 ? "]\n" : "[]\n") : "" }

  /// - Throws: ``Failure`` where a strategy has no page.
  func finish() throws(Failure) {
    if invalid > 0 { throw Failure(.badData, "error: \(invalid) of \(count) strategies are invalid") }
  }
}
