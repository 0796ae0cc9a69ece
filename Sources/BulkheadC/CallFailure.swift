import CBulkhead

/// Why a call has no answer; each case is one of the codes that a caller sees.
enum CallFailure: Error {
  /// The call itself is wrong: a pointer, a count, a choice that there is not.
  case badArgument(String)
  /// The input as a whole cannot be used.
  case refused(String)
  /// A buffer cannot hold the answer; what is needed has been written.
  case tooSmall(String)

  var code: Int32 {
    switch self {
    case .badArgument: return Int32(BULKHEAD_BAD_ARGUMENT)
    case .refused: return Int32(BULKHEAD_REFUSED)
    case .tooSmall: return Int32(BULKHEAD_TOO_SMALL)
    }
  }

  var text: String {
    switch self {
    case .badArgument(let text), .refused(let text), .tooSmall(let text): return text
    }
  }
}

/// What a function says beside its answer: how many rows have none, and why the first of them has none.
struct RowRefusals {
  private(set) var first: String?

  mutating func add(row: Int, _ reason: String) { if first == nil { first = "row \(row): \(reason)" } }
}

/// Runs the body of a function and turns what it throws into a code and a message.
///
/// - Parameter body: Gives what is said about rows without an answer.
func answer(
  _ message: UnsafeMutablePointer<bulkhead_text>?,
  _ body: (inout MemoryClaims) throws(CallFailure) -> RowRefusals
) -> Int32 {
  var claims = unsafe MemoryClaims(message: message)
  do {
    let refusals = try body(&claims)
    unsafe TextOutput.write(refusals.first ?? "", to: message)
    return refusals.first == nil ? Int32(BULKHEAD_OK) : Int32(BULKHEAD_ROWS)
  } catch {
    unsafe TextOutput.write(error.text, to: message)
    return error.code
  }
}
