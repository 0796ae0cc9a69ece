import Synchronization

/// Takes a book through one state, strategy by strategy in the book's order, while another thread reads on.
///
/// What is added up over a book must be added in one order to give the same digits on every machine; reading is half of
/// the work, and needs no order.
enum BookFold {
  /// Reads the book to its end.
  ///
  /// - Parameters:
  ///   - state: What the strategies are added to.
  ///   - sink: Takes the rows that `step` makes.
  ///   - step: Adds neighbouring strategies; called on one thread at a time.
  /// - Returns: The state after the last strategy.
  /// - Throws: ``FormatError`` where the output cannot be written, or the file has changed since it was opened.
  static func run<State: Sendable>(
    _ book: inout BookReader, _ state: State, to sink: inout OutputSink, progress: ProgressObserver,
    _ step: @escaping @Sendable (inout State, [BookEntry], inout CSVWriter) -> Void
  ) throws(FormatError) -> State {
    let fold = Fold(state)
    var batch = try BookRows.nextBatch(&book)
    while !batch.isEmpty {
      let entries = batch
      let (rows, next) = try Parallel.both(
        { () -> CSVWriter in
          var writer = CSVWriter()
          fold.state.withLock { step(&$0, entries, &writer) }
          return writer
        },
        { () throws(FormatError) in try BookRows.nextBatch(&book) })
      try sink.write(rows)
      batch = next
      progress(book.rowsRead, book.rowCount)
    }
    return fold.state.withLock { $0 }
  }

  /// The state in one place, so that a batch changes it there and copies nothing.
  private final class Fold<State: Sendable>: Sendable {
    let state: Mutex<State>

    init(_ state: State) { self.state = Mutex(state) }
  }
}
