import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose request does not come to its end in time, however busily it sends byte after byte.
///
/// An idle timer alone would be held off by one byte a second. The clock starts when the connection opens and when an answer
/// has been written; it stops when a request has been read whole.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// Between requests of one connection.
  static let restTime = TimeAmount.seconds(60)

  /// For a first request, and for each whose head has begun.
  private let requestTime: TimeAmount
  /// When the connection is closed; never while an answer is worked out.
  private var due = NIODeadline.distantFuture
  /// When that is looked at, which is never after it: one task for many requests, since most come in time.
  private var check: (time: NIODeadline, task: Scheduled<Void>)?

  init(requestTime: TimeAmount) { self.requestTime = requestTime }

  private func start(_ time: TimeAmount, _ context: ChannelHandlerContext) {
    due = .now() + time
    if let check, check.time <= due { return }
    look(at: due, context.channel)
  }

  private func look(at time: NIODeadline, _ channel: any Channel) {
    check?.task.cancel()
    let handler = NIOLoopBound(self, eventLoop: channel.eventLoop)
    check = (time, channel.eventLoop.scheduleTask(deadline: time) { handler.value.look(channel) })
  }

  private func look(_ channel: any Channel) {
    check = nil
    let now = NIODeadline.now()
    guard due > now else {
      channel.close(promise: nil)
      return
    }
    // A request that begins later has its own time, and may not wait longer for this.
    look(at: min(due, now + requestTime), channel)
  }

  private func stop() {
    check?.task.cancel()
    check = nil
  }

  func handlerAdded(context: ChannelHandlerContext) { start(requestTime, context) }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { stop() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: start(requestTime, context)
    case .body: break
    case .end: due = .distantFuture
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { start(RequestDeadline.restTime, context) }
    context.write(data, promise: promise)
  }
}
