import Formats
import NIOCore
import NIOPosix
import Synchronization

/// Threads for what takes longer than its neighbours can wait, of which only so many wait at a time.
///
/// Everything else is answered on the threads that read requests, and there what takes a second holds up every connection of
/// its thread. Simulations have threads of their own, so that a grid does not wait for them either.
final class HeavyWork: Sendable {
  private static let width = 2
  private static let limit = 16

  private let threads: NIOThreadPool
  private let count = Atomic<Int>(0)

  init() {
    threads = NIOThreadPool(numberOfThreads: HeavyWork.width)
    threads.start()
  }

  deinit { threads.shutdownGracefully { _ in } }

  /// - Throws: ``InterfaceError`` `.busy` where too many wait already, and what `work` throws.
  func run<Result: Sendable>(
    _ work: @escaping @Sendable () throws(InterfaceError) -> Result
  ) async throws(InterfaceError) -> Result {
    defer { count.subtract(1, ordering: .relaxed) }
    guard count.add(1, ordering: .relaxed).newValue <= HeavyWork.limit else {
      throw InterfaceError(.busy, "found \(HeavyWork.limit) long requests at work, wanted to wait for one of them")
    }
    let result: Swift.Result<Result, InterfaceError>
    do {
      result = try await threads.runIfActive { () -> Swift.Result<Result, InterfaceError> in
        do throws(InterfaceError) { return .success(try work()) } catch { return .failure(error) }
      }
    } catch { throw InterfaceError(.busy, "the server ends") }
    return try result.get()
  }
}
