/// The names of a book's strategies, by which one that returns later is found.
///
/// While names ascend, shorter before longer and then by bytes (c0, c1, ..., c10), none can return and the last one is all
/// that must be known: a book of any length takes no more. Once one does not ascend, all have to be kept.
///
/// Names are told apart by bytes: two spellings that look alike are two names, wherever the file is cut.
struct StrategyNames {
  private var last: [UInt8] = []
  private var hasLast = false
  /// Every name seen, where they are kept, and the line of each.
  private var seen: WordTable?
  private var lines: [Int] = []
  private var key = WordKey()

  init(keepsAll: Bool = false) {
    if keepsAll { seen = WordTable() }
  }

  /// True where every name is kept.
  var areKept: Bool { seen != nil }

  /// True where no strategy had this name before. Where names are not kept, false only says that one may have had it.
  mutating func isNew(_ name: borrowing Span<UInt8>) -> Bool {
    guard areKept else { return !hasLast || StrategyNames.ascends(last.span, name) }
    return line(of: name) == nil
  }

  /// The line on which a name was noted; nil for a new one. Only where all are kept.
  mutating func line(of name: borrowing Span<UInt8>) -> Int? {
    guard let seen else { return nil }
    makeKey(name)
    return seen.place(of: key).map { lines[$0] }
  }

  /// Notes a name that was not there before.
  mutating func note(_ name: borrowing Span<UInt8>, line: Int) {
    guard areKept else {
      last.removeAll(keepingCapacity: true)
      for index in name.indices { last.append(name[index]) }
      hasLast = true
      return
    }
    makeKey(name)
    seen?.insert(key)
    lines.append(line)
  }

  private mutating func makeKey(_ name: borrowing Span<UInt8>) {
    key.removeAll()
    key.append(name, 0..<name.count)
  }

  private static func ascends(_ left: borrowing Span<UInt8>, _ right: borrowing Span<UInt8>) -> Bool {
    guard left.count == right.count else { return left.count < right.count }
    for index in left.indices where left[index] != right[index] { return left[index] < right[index] }
    return false
  }
}
