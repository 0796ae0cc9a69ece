import Formats
import NIOCore
import NIOPosix
import Synchronization

/// Threads for what takes longer than its neighbours can wait, of which only so many wait at a time.
///
/// Everything else is answered on the threads that read requests, and there what takes a second holds up every connection of
/// its thread. Simulations have threads of their own, so that a grid does not wait for them either.
final class HeavyWork: Sendable {
  /// How long an answer takes at most, by what can be seen without reading the body.
  enum Weight {
    /// Below a millisecond.
    case light
    /// Milliseconds, and seconds for many legs.
    case heavy
    /// Seconds: simulations and surfaces of liquidation prices.
    case vast
  }

  /// Bytes of a body with a few legs.
  private static let lightLimit = 2048
  private static let width = 2
  private static let limit = 16

  private let threads: NIOThreadPool
  private let count = Atomic<Int>(0)

  init() {
    threads = NIOThreadPool(numberOfThreads: HeavyWork.width)
    threads.start()
  }

  deinit { threads.shutdownGracefully { _ in } }

  /// The weight of a request.
  ///
  /// A key is looked for as a word anywhere in the body: who writes it for nothing waits in the other line for nothing.
  static func weight(of operation: InterfaceOperation, _ body: [UInt8]) -> Weight {
    switch operation {
    case .analyze, .margin:
      // A policy is proved in many steps, a venue's maintenance is searched price by price.
      body.count > lightLimit || has("policy", in: body) || has("maintenance", in: body) ? .heavy : .light
    case .stress, .compare, .twins, .roll: .heavy
    case .liquidation: has("probability", in: body) || has("surface", in: body) ? .vast : .heavy
    }
  }

  private static func has(_ word: String, in body: [UInt8]) -> Bool {
    let word = Array(word.utf8)
    guard body.count >= word.count else { return false }
    return (0...(body.count - word.count)).contains { start in
      word.indices.allSatisfy { body[start + $0] == word[$0] }
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
