/// Why a request has no answer, as the interface says it.
public struct InterfaceError: Error, Equatable, Sendable {
  /// The words of `code`; a client can rely on them.
  public enum Code: String, Sendable, CaseIterable {
    /// The body is no JSON, or no object with the keys of the operation.
    case badRequest = "bad_request"
    /// An option's value.
    case badOption = "bad_option"
    /// The strategy: its text, or what the market makes of it.
    case badStrategy = "bad_strategy"
    case unknownMarket = "unknown_market"
    /// The question is well asked and larger than a request may be.
    case tooLarge = "too_large"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    /// The request names a host that is not this machine.
    case wrongHost = "wrong_host"
    case unsupportedMediaType = "unsupported_media_type"
    /// The server has more to do than it takes on.
    case busy
    /// A fault of this program.
    case ownBug = "own_bug"
  }

  public let code: Code
  /// What was found and what was wanted.
  public let message: String
  /// The place in the body: a line and a column, or the name of a key; nil where the whole is meant.
  public let place: String?

  public init(_ code: Code, _ message: String, at place: String? = nil) {
    self.code = code
    self.message = message
    self.place = place
  }

  /// `{"error": {"code": ..., "message": ..., "where": ...}}` with its last line break.
  public var json: String {
    JSONText.text(
      .object([
        (
          "error",
          .object([("code", .string(code.rawValue)), ("message", .string(message)), ("where", .text(place))])
        )
      ]))
  }

  /// - Parameter code: What a fault of the text is: of the body or of the strategy in it.
  init(_ error: FormatError, _ code: Code) {
    switch error {
    case .malformed(let place, let found, let wanted):
      self.init(code, "found \(found), wanted \(wanted)", at: "line \(place.line), column \(place.column)")
    case .refused(let place, let reason):
      self.init(code, reason, at: "line \(place.line), column \(place.column)")
    case .noInput, .cannotWrite, .closedPipe: self.init(.ownBug, "a request reached a file")
    }
  }

  init(_ error: StatementError) {
    switch error {
    case .option(let text): self.init(.badOption, text)
    case .strategy(let text): self.init(.badStrategy, text)
    case .format(let error): self.init(error, .badStrategy)
    }
  }
}
