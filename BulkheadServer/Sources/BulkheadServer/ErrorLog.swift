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
    // What the event itself carries says what went wrong.
    let details = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "; \($0.key): \($0.value)" }.joined()
    let text = "bulkhead-server: \(event.level): \(event.message)\(details)"
    let line = Array(text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }) + [UInt8(ascii: "\n")]
    unsafe line.withUnsafeBytes { unsafe _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
