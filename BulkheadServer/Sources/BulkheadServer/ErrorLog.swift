import Glibc
public import Logging

/// The server's errors on standard error, a line each.
///
/// A request's metadata is kept and not written: nothing here says anything of a request, and the usual handler sorts and
/// formats what each carries, thousands of times a second, for nobody.
public struct ErrorLog: LogHandler {
  public var logLevel = Logger.Level.error
  public var metadata: Logger.Metadata = [:]

  public init() {}

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    let line = Array("bulkhead-server: \(event.level): \(event.message)\n".utf8)
    unsafe line.withUnsafeBytes { unsafe _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
