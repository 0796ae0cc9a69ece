import CBulkhead

/// Rows of cells as the interface writes them: 0x1F between cells, 0x1E behind each row.
struct RowText {
  private(set) var bytes: [UInt8] = []
  private var isAtStart = true

  init(_ header: [String]) { row(header) }

  /// Bytes below a space would be taken for separators, and become spaces.
  mutating func cell(_ text: String) {
    if !isAtStart { bytes.append(0x1F) }
    isAtStart = false
    for byte in text.utf8 { bytes.append(byte < 0x20 ? 0x20 : byte) }
  }

  mutating func endRow() {
    bytes.append(0x1E)
    isAtStart = true
  }

  mutating func row(_ cells: [String]) {
    for text in cells { cell(text) }
    endRow()
  }
}

/// Puts text into the caller's buffer.
enum TextOutput {
  /// The pointer where its address and capacity can be used at all; nil otherwise.
  static func sound(_ pointer: UnsafeMutablePointer<bulkhead_text>?) -> UnsafeMutablePointer<bulkhead_text>? {
    guard let pointer = unsafe pointer,
      unsafe UInt(bitPattern: pointer) % UInt(MemoryLayout<bulkhead_text>.alignment) == 0
    else { return nil }
    let text = unsafe pointer.pointee
    guard unsafe (0...MemoryClaims.byteLimit).contains(text.capacity),
      unsafe text.capacity == 0 || text.bytes != nil,
      unsafe !UInt(bitPattern: text.bytes).addingReportingOverflow(UInt(text.capacity)).overflow
    else { return nil }
    return unsafe pointer
  }

  /// Writes a message, cut between two characters where it is too long.
  static func write(_ message: String, to pointer: UnsafeMutablePointer<bulkhead_text>?) {
    guard let pointer = unsafe sound(pointer) else { return }
    let bytes = Array(message.utf8)
    var count = unsafe min(bytes.count, Int(pointer.pointee.capacity))
    while count > 0, count < bytes.count, bytes[count] & 0xC0 == 0x80 { count -= 1 }
    unsafe copy(bytes[..<count], whole: bytes.count, to: pointer)
  }

  /// Writes an answer; the length that is needed in any case.
  ///
  /// - Throws: ``CallFailure`` `.tooSmall` where it does not fit.
  static func deliver(
    _ bytes: [UInt8], to pointer: UnsafeMutablePointer<bulkhead_text>?, _ name: String
  ) throws(CallFailure) {
    guard let pointer = unsafe pointer else { return }
    let capacity = unsafe pointer.pointee.capacity
    let fits = Int64(bytes.count) <= capacity
    unsafe copy(fits ? bytes[...] : [], whole: bytes.count, to: pointer)
    guard fits else { throw .tooSmall("\(name): found room for \(capacity) bytes, wanted \(bytes.count)") }
  }

  static func deliver(
    _ rows: RowText, to pointer: UnsafeMutablePointer<bulkhead_text>?, _ name: String = "rows"
  ) throws(CallFailure) {
    unsafe try deliver(rows.bytes, to: pointer, name)
  }

  private static func copy(
    _ bytes: ArraySlice<UInt8>, whole: Int, to pointer: UnsafeMutablePointer<bulkhead_text>
  ) {
    unsafe pointer.pointee.length = Int64(whole)
    guard let target = unsafe pointer.pointee.bytes else { return }
    for (place, byte) in bytes.enumerated() { unsafe target[place] = CChar(bitPattern: byte) }
  }
}
