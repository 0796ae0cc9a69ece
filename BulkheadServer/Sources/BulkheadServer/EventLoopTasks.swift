import NIOCore
import NIOPosix

/// Runs tasks on the threads that read requests, the one at hand where there is one, which saves an answer two changes of thread.
///
/// What takes longer than its neighbours can wait must leave them: ``HeavyWork``.
public final class EventLoopTasks: TaskExecutor {
  public init() {}

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    MultiThreadedEventLoopGroup.singleton.any().execute { unsafe job.runSynchronously(on: executor) }
  }
}
