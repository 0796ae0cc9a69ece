import Formats
import NIOCore
import NIOPosix
import Synchronization

/// Threads for what takes seconds: simulations and surfaces of liquidation prices, of which only so many wait at a time.
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

  /// True where an operation may take longer than its neighbours can wait: one that asks for a probability or a surface.
  ///
  /// The body need not be read for that: who writes the word for nothing waits in the other line for nothing.
  static func isHeavy(_ operation: InterfaceOperation, _ body: [UInt8]) -> Bool {
    switch operation {
    case .analyze, .margin, .compare, .twins, .roll: body.count > 1 << 14
    case .stress: true
    case .liquidation: true
    }
  }

  /// - Throws: ``InterfaceError`` `.busy` where too many wait already, and what `work` throws.
  func run(
    _ work: @escaping @Sendable () throws(InterfaceError) -> InterfaceAnswer
  ) async throws(InterfaceError) -> InterfaceAnswer {
    defer { count.subtract(1, ordering: .relaxed) }
    guard count.add(1, ordering: .relaxed).newValue <= HeavyWork.limit else {
      throw InterfaceError(.busy, "found \(HeavyWork.limit) long requests at work, wanted to wait for one of them")
    }
    let result: Result<InterfaceAnswer, InterfaceError>
    do {
      result = try await threads.runIfActive { () -> Result<InterfaceAnswer, InterfaceError> in
        do throws(InterfaceError) { return .success(try work()) } catch { return .failure(error) }
      }
    } catch { throw InterfaceError(.busy, "the server ends") }
    return try result.get()
  }
}
