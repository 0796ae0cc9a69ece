public import Formats
import HTTPTypes
public import Hummingbird
import NIOCore

/// Answers requests: the page's files, and the interface that the page uses itself.
///
/// It is a table of a dozen fixed paths and no router: each path knows its one method, so that a wrong method and a wrong
/// path are told apart, and nothing of a path is ever looked up on the disk.
public struct PageResponder: HTTPResponder {
  public typealias Context = BasicRequestContext

  /// The most bytes of a body.
  public static let bodyLimit = 1 << 20

  /// Bytes of a body with a few legs, which is read where it was received.
  private static let lightLimit = 2048

  private let interface: JSONInterface
  private let files: PageFiles
  private let heavyWork = HeavyWork()
  private let simulations = HeavyWork()
  private let cache = AnswerCache()

  public init(_ interface: JSONInterface, files: PageFiles) {
    self.interface = interface
    self.files = files
  }

  public func respond(to request: Request, context: Context) async throws -> Response {
    do throws(InterfaceError) { return try await answer(request) } catch { return Self.response(error) }
  }

  private func answer(_ request: Request) async throws(InterfaceError) -> Response {
    if let refusal = RequestGuard.refusal(of: request) { throw refusal }
    let path = request.uri.path
    if path.hasPrefix("/v1/"), let operation = InterfaceOperation(rawValue: String(path.dropFirst(4))) {
      try Self.check(request, [.post])
      return try await perform(operation, request)
    }
    switch path {
    case "/v1/strategies": return try get(request, interface.strategiesAnswer)
    case "/v1/markets": return try get(request, interface.marketsAnswer)
    case "/v1/chain":
      try Self.check(request, [.get, .head])
      return Self.response(try interface.chainAnswer(of: request.uri.queryParameters.get("market")), to: request)
    case "/openapi.json": return try get(request, InterfaceAnswer.description)
    default:
      guard let file = files.file(at: path) else {
        throw InterfaceError(.notFound, "found no '\(path.prefix(60))', wanted one of the paths of /openapi.json")
      }
      try Self.check(request, [.get, .head])
      return Self.response(.ok, file.mediaType, request.method == .head ? ByteBuffer() : file.bytes, isStored: true)
    }
  }

  private func get(_ request: Request, _ answer: InterfaceAnswer) throws(InterfaceError) -> Response {
    try Self.check(request, [.get, .head])
    return Self.response(answer, to: request)
  }

  private static func check(
    _ request: Request, _ methods: [HTTPRequest.Method]
  ) throws(InterfaceError) {
    guard methods.contains(request.method) else {
      throw InterfaceError(
        .methodNotAllowed,
        "found \(request.method.rawValue.prefix(20)), wanted \(methods.map(\.rawValue).joined(separator: " or "))")
    }
  }

  // MARK: Operations

  private func perform(_ operation: InterfaceOperation, _ request: Request) async throws(InterfaceError) -> Response {
    if let refusal = RequestGuard.mediaRefusal(of: request) { throw refusal }
    let body = try await Self.body(of: request)
    let question = AnswerCache.Question(operation: operation, body: body)
    if let known = cache.answer(to: question) {
      return Self.response(.ok, known.mediaType, known.bytes, isStored: false)
    }
    let interface = interface
    let answer: InterfaceAnswer
    // Reading a large one takes long enough.
    let isLong = body.count > PageResponder.lightLimit
    let asked =
      isLong
      ? try await heavyWork.run { () throws(InterfaceError) in try interface.question(operation, body) }
      : try interface.question(operation, body)
    let work = { @Sendable () throws(InterfaceError) in try interface.answer(asked) }
    switch asked.weight {
    case .light where !isLong: answer = try work()
    case .light, .heavy: answer = try await heavyWork.run(work)
    case .vast: answer = try await simulations.run(work)
    }
    let bytes = ByteBuffer(bytes: answer.bytes)
    cache.keep(AnswerCache.Answer(bytes: bytes, mediaType: answer.mediaType), for: question)
    return Self.response(.ok, answer.mediaType, bytes, isStored: false)
  }

  private static func body(of request: Request) async throws(InterfaceError) -> [UInt8] {
    let refusal = InterfaceError(.tooLarge, "found a body of more than \(bodyLimit) bytes, wanted fewer")
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bodyLimit { throw refusal }
    do {
      let buffer = try await request.body.collect(upTo: bodyLimit)
      return Array(buffer.readableBytesView)
    } catch is NIOTooManyBytesError { throw refusal } catch {
      throw InterfaceError(.badRequest, "found a body that breaks off, wanted it whole")
    }
  }

  // MARK: Responses

  private static func response(_ answer: InterfaceAnswer, to request: Request) -> Response {
    let body = request.method == .head ? ByteBuffer() : ByteBuffer(bytes: answer.bytes)
    return response(.ok, answer.mediaType, body, isStored: false)
  }

  private static func response(_ error: InterfaceError) -> Response {
    var response = response(error.code.status, InterfaceAnswer.json, ByteBuffer(string: error.json), isStored: false)
    // The rest of the body has not been read.
    if error.code == .tooLarge || error.code == .wrongHost || error.code == .unsupportedMediaType {
      response.headers[.connection] = "close"
    }
    if error.code == .methodNotAllowed { response.headers[.allow] = "GET, HEAD, POST" }
    return response
  }

  /// Nothing but what comes from here may be loaded, and nobody else may show or read it.
  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  private static let fixedHeaders: HTTPFields = {
    var fields = HTTPFields()
    fields[.contentSecurityPolicy] = policy
    fields[.xContentTypeOptions] = "nosniff"
    for (name, value) in [
      ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
      ("Cross-Origin-Opener-Policy", "same-origin"),
    ] {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return fields
  }()

  private static func response(
    _ status: HTTPResponse.Status, _ mediaType: String, _ body: ByteBuffer, isStored: Bool
  ) -> Response {
    var headers = fixedHeaders
    headers[.contentType] = mediaType
    // A file is asked after again, so that a new program's page is the new one.
    headers[.cacheControl] = isStored ? "no-cache" : "no-store"
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
  }
}

extension InterfaceError.Code {
  /// As HTTP counts.
  var status: HTTPResponse.Status {
    switch self {
    case .badRequest: .badRequest
    case .badOption, .badStrategy: .unprocessableContent
    case .unknownMarket, .notFound: .notFound
    case .tooLarge: .contentTooLarge
    case .methodNotAllowed: .methodNotAllowed
    case .wrongHost: .forbidden
    case .unsupportedMediaType: .unsupportedMediaType
    case .busy: .serviceUnavailable
    case .ownBug: .internalServerError
    }
  }
}
