import Dispatch
import Glibc
import Synchronization

/// Pieces of work on several threads, where each piece writes what is its own.
public enum WorkPieces {
  /// The processors that the program may use.
  public static let processorCount = max(1, min(64, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Does pieces 0 to `count` - 1, each once; who is done takes the next.
  public static func run(_ count: Int, threads: Int, _ work: @Sendable (Int) -> Void) {
    guard count > 1, threads > 1 else {
      for piece in 0..<max(0, count) { work(piece) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let piece = next.add(1, ordering: .relaxed).oldValue
        guard piece < count else { return }
        work(piece)
      }
    }
  }
}
