public import Basics
import CBytes
import IsolatedMargin

/// Which way an amount that is no finite decimal goes.
public enum AmountRounding: Sendable {
  /// Losses, costs and fees.
  case up
  /// Profits and assets.
  case down
}

/// Makes rows of CSV in memory: LF at a row's end, quotes only where the text needs them.
///
/// A writer is a value, so that several threads can each make a part of a report; the parts go to an ``OutputSink`` in
/// their order.
public struct CSVWriter: Sendable {
  private var bytes: [UInt8]
  private var count = 0
  private var isRowStart = true
  private let doubles = DoubleWriter()

  public init(capacity: Int = 1 << 16) {
    bytes = [UInt8](repeating: 0, count: max(capacity, 2 * DoubleWriter.longest))
  }

  /// Everything written so far.
  public var output: ArraySlice<UInt8> { bytes[..<count] }

  public var text: String { String(decoding: output, as: UTF8.self) }

  /// Forgets what was written and keeps its memory.
  public mutating func removeAll() {
    count = 0
    isRowStart = true
  }

  /// One row of texts: a header.
  public mutating func row(_ texts: some Sequence<String>) {
    for text in texts { cell(text) }
    endRow()
  }

  public mutating func endRow() {
    reserve(1)
    bytes[count] = CSVScanner.newline
    count &+= 1
    isRowStart = true
  }

  /// An empty cell: an infinite or missing value.
  public mutating func emptyCell() { separate(reserving: 0) }

  public mutating func emptyCells(_ number: Int) {
    for _ in 0..<number { emptyCell() }
  }

  /// The shortest text that reads back as the same number; empty for infinities and NaN.
  public mutating func cell(_ value: Double) {
    separate(reserving: DoubleWriter.longest)
    guard value.isFinite else { return }
    let (doubles, start) = (doubles, count)
    count = unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      unsafe start &+ doubles.write(value, to: UnsafeMutableBufferPointer(rebasing: bytes[start...]))
    }
  }

  public mutating func cell(_ value: Int) {
    separate(reserving: 20)
    var rest = value.magnitude
    if value < 0 {
      bytes[count] = UInt8(ascii: "-")
      count &+= 1
    }
    var digits = 1
    while digits < 20, rest >= cb_power_of_ten(UInt64(truncatingIfNeeded: digits)) { digits &+= 1 }
    for index in stride(from: count &+ digits &- 1, through: count, by: -1) {
      let tenth = rest / 10
      bytes[index] = 48 &+ UInt8(truncatingIfNeeded: rest &- 10 &* tenth)
      rest = tenth
    }
    count &+= digits
  }

  public mutating func cell(_ value: Bool) { cell(value ? "true" : "false") }

  /// The text, in quotes where it holds a comma, a quote or a line break; empty for nil.
  public mutating func cell(_ text: String?) {
    guard var text else { return emptyCell() }
    text.withUTF8 { unsafe cell(utf8: $0.span) }
  }

  /// A text by its UTF-8, likewise.
  public mutating func cell(utf8 text: borrowing Span<UInt8>) {
    separate(reserving: 2 * text.count + 2)
    let start = count
    var place = start
    var needsQuotes = false
    var out = bytes.mutableSpan
    for index in text.indices {
      let byte = text[index]
      out[place] = byte
      place &+= 1
      needsQuotes = needsQuotes || CSVWriter.needsQuotes(byte)
    }
    if needsQuotes {
      place = start
      out[place] = CSVScanner.quote
      place &+= 1
      for index in text.indices {
        if text[index] == CSVScanner.quote {
          out[place] = CSVScanner.quote
          place &+= 1
        }
        out[place] = text[index]
        place &+= 1
      }
      out[place] = CSVScanner.quote
      place &+= 1
    }
    count = place
  }

  /// A cell of an input file as it was, byte for byte but for its quotes.
  mutating func cell(_ block: CSVBlock, _ row: Int, _ column: Int) {
    let cell = block.cells[row * block.width + column]
    if cell.hasDoubledQuotes { return self.cell(block.text(row: row, column: column)) }
    self.cell(utf8: block.bytes.span.extracting(cell.range))
  }

  /// An amount of money with all the decimals of its currency; empty for nil.
  public mutating func cell(_ amount: Money?) { cell(amount?.text) }

  /// An exact amount as a plain decimal; where it is no finite one, rounded at the 8th by `rule`. Empty for nil.
  public mutating func cell(_ amount: ExactAmount?, rounding rule: AmountRounding) {
    guard let amount else { return emptyCell() }
    // Nearly every amount is a count of 10^-8 that fits 64 bits, and needs no big integers.
    if let count = try? amount.count(decimals: 8, rounding: .down),
      ExactAmount(count: count, decimals: 8) == amount
    {
      return cell(DecimalText.text(count, decimals: 8))
    }
    cell(rule == .up ? AmountText.up(amount) : AmountText.down(amount))
  }

  private static func needsQuotes(_ byte: UInt8) -> Bool {
    byte == CSVScanner.comma || byte == CSVScanner.quote || byte == CSVScanner.newline
      || byte == CSVScanner.carriageReturn
  }

  /// Writes the comma before every cell of a row but the first.
  @inline(__always)
  private mutating func separate(reserving size: Int) {
    reserve(size &+ 1)
    // The comma is written in any case, and stays where the next cell does not overwrite it.
    bytes[count] = CSVScanner.comma
    count &+= isRowStart ? 0 : 1
    isRowStart = false
  }

  @inline(__always)
  private mutating func reserve(_ size: Int) {
    if count &+ size > bytes.count { grow(size) }
  }

  @inline(never)
  private mutating func grow(_ size: Int) { bytes += [UInt8](repeating: 0, count: max(bytes.count, size)) }
}
