import Dispatch
import Glibc
import Synchronization

/// Work on several threads whose results keep their order, so that no output depends on the number of threads.
enum Parallel {
  /// The number of processors the program may use.
  static let width = max(1, min(64, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Gives `transform(0)`, ..., `transform(count - 1)`.
  static func map<Result: Sendable>(count: Int, _ transform: @Sendable (Int) -> Result) -> [Result] {
    guard count > 1, width > 1 else { return (0..<count).map(transform) }
    let results = Mutex([Result?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result = transform(index)
      results.withLock { $0[index] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
  }

  /// Splits a range into at most `count` pieces of nearly one size, none below `least` unless it is the only one.
  static func pieces(of range: Range<Int>, count: Int, least: Int) -> [Range<Int>] {
    let number = max(1, min(count, range.count / max(1, least)))
    return (0..<number).map { index in
      let lower = range.lowerBound + range.count * index / number
      let upper = range.lowerBound + range.count * (index + 1) / number
      return lower..<upper
    }
  }
}
