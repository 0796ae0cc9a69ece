public import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// The server: this machine's loopback address, nothing else.
public enum LocalServer {
  /// Connections at a time.
  static let connectionLimit = 256

  /// - Parameters:
  ///   - port: 0 takes one that is free.
  ///   - requestSeconds: In which a request must have come whole.
  ///   - onStart: Told the port once requests are answered.
  public static func application(
    _ responder: PageResponder, port: Int, requestSeconds: Int = 10, onStart: @escaping @Sendable (Int) -> Void
  ) -> Application<PageResponder> {
    let logger = Logger(label: "bulkhead-server") { _ in ErrorLog() }
    return Application(
      responder: responder,
      server: .http1(
        configuration: HTTP1Channel.Configuration(
          additionalChannelHandlers: [RequestDeadline(requestTime: .seconds(Int64(requestSeconds)))],
          idleTimeout: .seconds(60),
          httpDecoderConfiguration: .init(maxHeaderFieldSize: 8192, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)
        )),
      configuration: ApplicationConfiguration(
        address: .hostname("127.0.0.1", port: port),
        availableConnectionsDelegate: MaximumAvailableConnections(connectionLimit, logger: logger)),
      onServerRunning: { channel in onStart(channel.localAddress?.port ?? port) },
      logger: logger)
  }
}
