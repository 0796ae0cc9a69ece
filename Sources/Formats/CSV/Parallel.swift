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

  /// Runs `background` on another thread while the caller runs `own`, and waits for both, also where `own` fails.
  ///
  /// Reading, working and writing so overlap, which matters where reading is a fifth of the work.
  static func both<Result: Sendable, Own, Failure: Error>(
    _ background: @escaping @Sendable () -> Result, _ own: () throws(Failure) -> Own
  ) throws(Failure) -> (Result, Own) {
    guard width > 1 else {
      let result = background()
      return (result, try own())
    }
    let box = Box<Result>()
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) {
      let result = background()
      box.result.withLock { $0 = result }
    }
    defer { group.wait() }
    let mine = try own()
    group.wait()
    guard let result = box.result.withLock({ $0 }) else { preconditionFailure("the group has been waited for") }
    return (result, mine)
  }

  /// A place for one result, shared by two threads.
  private final class Box<Result: Sendable>: Sendable {
    let result = Mutex<Result?>(nil)
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
