import BulkheadC
import CBulkhead

/// What became of one hostile call.
public struct CallReport: Sendable {
  public let function: HostileCaller.Function
  public let code: Int32
  /// Which of the header's promises was broken; nil where all were kept.
  public let fault: String?

  /// Makes the call of `bytes` and holds it against what the header promises of every function:
  ///
  /// - it comes back with one of the codes, and inputs are as they were;
  /// - `BULKHEAD_BAD_ARGUMENT` writes nothing but the message;
  /// - there is a message exactly where not every row is answered, and it is UTF-8;
  /// - where rows are answered, their text fits its buffer and ends as rows end.
  public init(of bytes: [UInt8]) {
    var caller = HostileCaller(bytes)
    let call = caller.prepared()
    let before = caller.arena.contents()
    code = call()
    function = caller.function
    fault = caller.fault(code, before)
  }
}

extension HostileCaller {
  fileprivate func fault(_ code: Int32, _ before: [[UInt8]]) -> String? {
    guard (0...4).contains(code) else { return "found the code \(code), wanted 0 to 4" }
    for (place, (block, was)) in zip(arena.blocks, before).enumerated() {
      // A block of which less is stated than there is may be another's elsewhere.
      let isOwn = isWhole || !hasOverlap
      let isKept = (block.role == .input && isOwn) || (block.role == .output && code == 2)
      if isKept, !UnsafeRawBufferPointer(start: block.start, count: block.byteCount).elementsEqual(was) {
        return "found block \(place) (\(block.role), \(block.byteCount) bytes) written by a call that answered \(code)"
      }
    }
    if let message, message.isSound {
      if (message.pointee.length == 0) != (code == 0) {
        return "found a message of \(message.pointee.length) bytes beside the code \(code)"
      }
      if String(validating: message.written, as: UTF8.self) == nil { return "found a message that is no UTF-8" }
    }
    guard code < 2 else { return nil }
    for (text, isRows) in texts where text.isSound {
      if text.pointee.length > text.pointee.capacity { return "found a text longer than its buffer" }
      let written = text.written
      if String(validating: written, as: UTF8.self) == nil { return "found a text that is no UTF-8" }
      if isRows, written.last != 0x1E { return "found rows that do not end as rows do" }
    }
    return nil
  }
}

extension UnsafeMutablePointer<bulkhead_text> {
  /// True where the buffer is what its owner says: no other is ever written.
  fileprivate var isSound: Bool {
    (0...1 << 46).contains(pointee.capacity) && (pointee.capacity == 0 || pointee.bytes != nil)
  }
}
