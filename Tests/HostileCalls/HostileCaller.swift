import BulkheadC
import CBulkhead

/// Calls one function with arguments that are true of memory and anything in meaning.
///
/// What the header leaves to the caller's word, that an array has the length stated and text the bytes, is kept; all else
/// may be wrong: null and crooked pointers, counts that no memory has, outputs over inputs, codes, days and numbers of any kind.
public struct HostileCaller {
  var source: ByteSource
  let arena = Arena()
  let style: Sample.Style
  /// True where every array is stated with all its values, so that an output over any of them must be refused.
  private(set) var isWhole = true
  /// True where an output is put over another block.
  private(set) var hasOverlap = false
  /// What is written of text beside the message, and whether it is made of rows.
  private(set) var texts: [(text: UnsafeMutablePointer<bulkhead_text>, isRows: Bool)] = []
  private(set) var message: UnsafeMutablePointer<bulkhead_text>?

  /// - Parameter bytes: The first chooses the function, the others its arguments.
  public init(_ bytes: [UInt8]) {
    source = ByteSource(bytes.isEmpty ? [] : Array(bytes[1...]))
    function = Function.allCases[Int(bytes.first ?? 0) % Function.allCases.count]
    style = source.mostly(.coin, [.share], percent: 35)
  }

  public let function: Function

  /// Every function of the header.
  public enum Function: String, CaseIterable, Sendable {
    case price, impliedVolatility, margin, proofs, payoff, stress, liquidation, size, parseLegs, parseInstruments
    case buildStructure, names, catalogue, parseExpiries, parseInstant, chain, smile, value, requirements
    case abiVersion
  }

  // MARK: Numbers

  mutating func number(_ sound: Double, percent: Int = 15) -> Double {
    guard source.deviates(percent) else { return sound }
    switch source.byte() {
    case ..<90: return sound * (1 + Double(Int8(bitPattern: source.byte())) / 64)
    case ..<200:
      return source.pick([
        0, -0.0, 1, -1, 1e-300, .leastNonzeroMagnitude, .leastNormalMagnitude, 1e300, -1e300, .greatestFiniteMagnitude,
        .infinity, -.infinity, .nan, 36_500, 1e15, 1e-9, .ulpOfOne,
      ])
    default: return Double(bitPattern: source.word())
    }
  }

  mutating func numbers(_ sound: [Double], percent: Int = 15) -> [Double] {
    sound.map { number($0, percent: percent) }
  }

  /// A count of 10^-8.
  mutating func amount(_ sound: Int64, percent: Int = 10) -> Int64 {
    guard source.deviates(percent) else { return sound }
    switch source.byte() {
    case ..<90: return sound / 16 &* Int64(Int8(bitPattern: source.byte()))
    case ..<200:
      return source.pick([
        0, 1, -1, .min, .max, .min + 1, .max - 1, 1 << 62, -(1 << 62), 100_000_000, -100_000_000, 99, 1 << 53,
      ])
    default: return Int64(bitPattern: source.word())
    }
  }

  mutating func code(_ sound: Int32, percent: Int = 6) -> Int32 {
    guard source.deviates(percent) else { return sound }
    switch source.byte() {
    case ..<180: return Int32(source.byte()) - 8
    case ..<230: return source.pick([.min, .max, 86_399, 86_400, 1 << 20])
    default: return Int32(truncatingIfNeeded: source.word())
    }
  }

  mutating func day() -> Int32 {
    let sound = source.pick([Sample.days[0], Sample.days[0], Sample.days[1]])
    return source.mostly(sound, [.min, .max, 0, -25_567, -25_568, 2_932_896, 2_932_897, 13_000, 20_427], percent: 6)
  }

  /// A length for memory that holds `held`: right, shorter, or one that no memory has.
  mutating func length(_ held: Int) -> Int64 {
    let length = source.mostly(Int64(held), [0, Int64(held) / 2, -1, .min, .max, 1 << 60, 1 << 50], percent: 6)
    isWhole = isWhole && length == held
    return length
  }

  /// True for most bytes: what may be left out is asked for.
  mutating func wants() -> Bool { !source.deviates(35) }

  // MARK: Memory

  mutating func input<Value>(_ values: [Value]) -> UnsafePointer<Value>? {
    let sound = arena.array(values)
    guard source.deviates(3) else { return UnsafePointer(sound) }
    isWhole = false
    return source.pick([nil, crooked(sound)]).map { UnsafePointer($0) }
  }

  /// Memory to be written, filled with a sign that nothing else writes.
  mutating func output<Value>(_ sign: Value, _ count: Int) -> UnsafeMutablePointer<Value>? {
    let sound = arena.array([Value](repeating: sign, count: count), .output)
    guard source.deviates(5) else { return sound }
    let needed = count * MemoryLayout<Value>.stride
    let others = arena.blocks.filter {
      $0.byteCount >= needed && UInt(bitPattern: $0.start) % UInt(MemoryLayout<Value>.alignment) == 0
    }
    switch source.byte() {
    case ..<60: return nil
    case ..<120: return crooked(sound)
    case _ where !isWhole: return sound
    case _ where others.isEmpty: return sound
    default:
      hasOverlap = true
      return source.pick(others).start.assumingMemoryBound(to: Value.self)
    }
  }

  /// An address one byte off, where that is one that the function refuses.
  private func crooked<Value>(_ pointer: UnsafeMutablePointer<Value>) -> UnsafeMutablePointer<Value> {
    guard MemoryLayout<Value>.alignment > 1 else { return pointer }
    return UnsafeMutablePointer(bitPattern: UInt(bitPattern: pointer) + 1) ?? pointer
  }

  mutating func text(isRows: Bool = true) -> UnsafeMutablePointer<bulkhead_text>? {
    guard let text = writable(1 << 15, .output) else { return nil }
    texts.append((text, isRows))
    return text
  }

  mutating func messageText() -> UnsafeMutablePointer<bulkhead_text>? {
    message = writable(400, .message)
    return message
  }

  private mutating func writable(_ capacity: Int, _ role: Arena.Role) -> UnsafeMutablePointer<bulkhead_text>? {
    if source.deviates(4) { return nil }
    let text = arena.text(source.mostly(capacity, [0, 1, 10, 100]), role)
    if source.deviates(3) { text.pointee.capacity = source.pick([-1, .min, .max, 1 << 50]) }
    if source.deviates(2) {
      text.pointee.bytes = nil
      isWhole = false
    }
    return text
  }

  // MARK: Words

  mutating func bytes(_ sound: String, percent: Int = 12) -> bulkhead_bytes {
    var bytes = arena.bytes(source.deviates(percent) ? words() : Array(sound.utf8))
    if source.deviates(2) { bytes.length = length(Int(bytes.length)) }
    if source.deviates(2) {
      bytes.bytes = nil
      isWhole = false
    }
    return bytes
  }

  /// Text that somebody might take for something, or any bytes.
  private mutating func words() -> [UInt8] {
    if source.deviates(50) { return source.take(Int(source.byte())) }
    let text = source.pick([
      "", "BTC", "USD", "AAPL\nUSD\nETH", "10%", "100000", "-1C92000 -1P92000 @26DEC25", "26DEC25\r\n2025-12-26",
      "iron-condor", "2025-12-05T01:10:52Z", "BTC-26DEC25-92000-C\nBTC-PERPETUAL\nSPY   260417C00500000", "1/0",
      "\u{0}\u{1}\n\n", "1e5", "+U -1F@26DEC25", "@", "=", "-1C=", "1C1@=", "92233720368.54775807",
      "-92233720368.54775808", "0.000000001", "1e-400", "-0", "+0%", "é\u{301}👩‍👩‍👧", "31FEB25", "29FEB28",
      "0000-01-01", "9999-12-31T23:59:60Z", String(repeating: "9", count: 500),
      String(repeating: "-1C1@26DEC25 ", count: 90), String(repeating: "\n", count: 300),
    ])
    return Array(text.utf8)
  }
}
