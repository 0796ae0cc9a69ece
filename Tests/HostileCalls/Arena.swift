import BulkheadC
public import CBulkhead

/// Memory for the arguments of calls, released with it: each array in a block of its own length, so that a step outside is
/// one that a sanitizer sees.
public final class Arena {
  /// What a function may do with a block.
  public enum Role: Sendable {
    case input
    case output
    /// Written whatever the answer is.
    case message
  }

  struct Block {
    let start: UnsafeMutableRawPointer
    let byteCount: Int
    let role: Role
  }

  private(set) var blocks: [Block] = []

  public init() {}

  deinit { for block in blocks { block.start.deallocate() } }

  public func array<Value>(_ values: [Value], _ role: Role = .input) -> UnsafeMutablePointer<Value> {
    let block = UnsafeMutablePointer<Value>.allocate(capacity: values.count)
    block.initialize(from: values, count: values.count)
    blocks.append(
      Block(
        start: UnsafeMutableRawPointer(block), byteCount: values.count * MemoryLayout<Value>.stride, role: role))
    return block
  }

  public func value<Value>(_ value: Value, _ role: Role = .input) -> UnsafeMutablePointer<Value> {
    array([value], role)
  }

  public func bytes(_ text: String) -> bulkhead_bytes { bytes(Array(text.utf8)) }

  public func bytes(_ bytes: [UInt8]) -> bulkhead_bytes {
    bulkhead_bytes(bytes: array(bytes.map { CChar(bitPattern: $0) }), length: Int64(bytes.count))
  }

  public func text(_ capacity: Int, _ role: Role = .output) -> UnsafeMutablePointer<bulkhead_text> {
    let bytes = array([CChar](repeating: 0, count: capacity), role)
    return value(bulkhead_text(bytes: bytes, capacity: Int64(capacity), length: 0), role)
  }

  public func column(_ values: [Double]) -> bulkhead_column {
    bulkhead_column(values: array(values), stride: values.count == 1 ? 0 : 1)
  }

  /// The bytes of every block.
  func contents() -> [[UInt8]] {
    blocks.map { Array(UnsafeRawBufferPointer(start: $0.start, count: $0.byteCount)) }
  }
}

extension UnsafeMutablePointer<bulkhead_text> {
  /// What was written.
  public var string: String { String(decoding: written, as: UTF8.self) }

  /// Its bytes.
  var written: [UInt8] {
    let text = pointee
    guard let bytes = text.bytes else { return [] }
    return (0..<Int(max(0, min(text.length, text.capacity)))).map { UInt8(bitPattern: bytes[$0]) }
  }
}
