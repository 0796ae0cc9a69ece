import CBulkhead

/// The stretches of memory that a call names, checked before any of them is touched.
///
/// A pointer that is null, not aligned or reaches beyond the address space is refused, and so is an output that overlaps
/// anything else: a function that wrote over its own inputs would answer for numbers that nobody gave.
struct MemoryClaims {
  private struct Stretch {
    let name: String
    let bytes: Range<UInt>
  }

  private var inputs: [Stretch] = []
  private var outputs: [Stretch] = []

  /// The message is an output like the others, where it is a sound one.
  init(message: UnsafeMutablePointer<bulkhead_text>?) {
    guard let message = unsafe TextOutput.sound(message) else { return }
    let start = UInt(bitPattern: message)
    unsafe outputs.append(Stretch(name: "message", bytes: start..<start + UInt(MemoryLayout<bulkhead_text>.stride)))
    let text = unsafe message.pointee
    let bytes = unsafe UInt(bitPattern: text.bytes)
    unsafe outputs.append(Stretch(name: "message", bytes: bytes..<bytes + UInt(text.capacity)))
  }

  // MARK: What a call names

  /// `count` values to be read.
  mutating func input<Value>(
    _ pointer: UnsafePointer<Value>?, _ count: Int64, _ name: String
  ) throws(CallFailure) -> UnsafeBufferPointer<Value> {
    inputs.append(
      try MemoryClaims.stretch(
        UInt(bitPattern: pointer), count, MemoryLayout<Value>.stride, MemoryLayout<Value>.alignment, name))
    return unsafe UnsafeBufferPointer(start: pointer, count: Int(count))
  }

  /// One value to be read; nil is refused.
  mutating func value<Value>(_ pointer: UnsafePointer<Value>?, _ name: String) throws(CallFailure) -> Value {
    guard let pointer = unsafe pointer else { throw .badArgument("\(name): found a null pointer, wanted a \(name)") }
    _ = unsafe try input(pointer, 1, name)
    return unsafe pointer.pointee
  }

  /// Text to be read; bytes that are no UTF-8 become the sign for that.
  mutating func text(_ bytes: bulkhead_bytes, _ name: String) throws(CallFailure) -> String {
    guard unsafe bytes.length <= MemoryClaims.textLimit else {
      throw .badArgument(unsafe "\(name): found \(bytes.length) bytes, wanted at most \(MemoryClaims.textLimit)")
    }
    let buffer = unsafe try input(bytes.bytes, bytes.length, name)
    return unsafe buffer.withMemoryRebound(to: UInt8.self) { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// The longest text that is read.
  static let textLimit: Int64 = 1 << 28

  /// `count` values to be written.
  mutating func output<Value>(
    _ pointer: UnsafeMutablePointer<Value>?, _ count: Int64, _ name: String
  ) throws(CallFailure) -> UnsafeMutableBufferPointer<Value> {
    outputs.append(
      try MemoryClaims.stretch(
        UInt(bitPattern: pointer), count, MemoryLayout<Value>.stride, MemoryLayout<Value>.alignment, name))
    return unsafe UnsafeMutableBufferPointer(start: pointer, count: Int(count))
  }

  /// The same where the caller may leave it out; empty then.
  mutating func optionalOutput<Value>(
    _ pointer: UnsafeMutablePointer<Value>?, _ count: Int64, _ name: String
  ) throws(CallFailure) -> UnsafeMutableBufferPointer<Value>? {
    guard unsafe pointer != nil else { return nil }
    return unsafe try output(pointer, count, name)
  }

  /// Text to be written; nil where the caller left it out.
  mutating func text(
    _ pointer: UnsafeMutablePointer<bulkhead_text>?, _ name: String
  ) throws(CallFailure) -> UnsafeMutablePointer<bulkhead_text>? {
    guard let pointer = unsafe pointer else { return nil }
    _ = unsafe try output(pointer, 1, name)
    let text = unsafe pointer.pointee
    _ = unsafe try output(text.bytes, text.capacity, name)
    return unsafe pointer
  }

  /// More bytes than this no process has.
  static let byteLimit: Int64 = 1 << 46

  private static func stretch(
    _ address: UInt, _ count: Int64, _ stride: Int, _ alignment: Int, _ name: String
  ) throws(CallFailure) -> Stretch {
    guard count >= 0 else { throw .badArgument("\(name): found a count of \(count), wanted 0 or more") }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: Int64(stride))
    guard !overflow, bytes <= byteLimit else {
      throw .badArgument("\(name): found a count of \(count), wanted one that fits the memory")
    }
    guard count == 0 || address != 0 else {
      throw .badArgument("\(name): found a null pointer, wanted \(count) values")
    }
    guard address % UInt(alignment) == 0 else {
      throw .badArgument("\(name): found an address that is not aligned to \(alignment) bytes")
    }
    let (end, wraps) = address.addingReportingOverflow(UInt(bytes))
    guard !wraps else { throw .badArgument("\(name): found \(count) values, wanted as many as fit behind the address") }
    return Stretch(name: name, bytes: address..<end)
  }

  // MARK: The check

  /// Refuses outputs that overlap each other or an input. To be called once all are named, before the first is written.
  func check() throws(CallFailure) {
    // Sorted by start, an overlap shows beside the greatest end so far; inputs may overlap inputs.
    let all =
      (inputs.map { (stretch: $0, isOutput: false) } + outputs.map { (stretch: $0, isOutput: true) })
      .filter { !$0.stretch.bytes.isEmpty }
      .sorted { $0.stretch.bytes.lowerBound < $1.stretch.bytes.lowerBound }
    var lastOutput: Stretch?
    var lastInput: Stretch?
    for (stretch, isOutput) in all {
      let others = isOutput ? [lastOutput, lastInput] : [lastOutput]
      for case let other? in others where other.bytes.upperBound > stretch.bytes.lowerBound {
        throw .badArgument("\(stretch.name) overlaps \(other.name), wanted outputs in memory of their own")
      }
      if isOutput {
        lastOutput = MemoryClaims.farther(lastOutput, stretch)
      } else {
        lastInput = MemoryClaims.farther(lastInput, stretch)
      }
    }
  }

  private static func farther(_ left: Stretch?, _ right: Stretch) -> Stretch {
    guard let left, left.bytes.upperBound > right.bytes.upperBound else { return right }
    return left
  }
}
