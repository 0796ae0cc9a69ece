public import Basics
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
    count += 1
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
    var span = bytes.mutableSpan
    count = doubles.write(value, &span, at: start)
  }

  public mutating func cell(_ value: Int) { cell(value.description) }

  public mutating func cell(_ value: Bool) { cell(value ? "true" : "false") }

  /// The text, in quotes where it holds a comma, a quote or a line break; empty for nil.
  public mutating func cell(_ text: String?) {
    guard let text else { return emptyCell() }
    separate(reserving: text.utf8.count)
    self.text(text)
  }

  private mutating func text(_ text: String) {
    reserve(text.utf8.count)
    var needsQuotes = false
    for byte in text.utf8 {
      bytes[count] = byte
      count += 1
      needsQuotes = needsQuotes || CSVWriter.needsQuotes(byte)
    }
    guard needsQuotes else { return }
    count -= text.utf8.count
    reserve(2 * text.utf8.count + 2)
    quote()
    for byte in text.utf8 {
      if byte == CSVScanner.quote { quote() }
      bytes[count] = byte
      count += 1
    }
    quote()
  }

  /// A cell of an input file as it was, byte for byte but for its quotes.
  mutating func cell(_ block: CSVBlock, _ row: Int, _ column: Int) {
    let range = block.range(row: row, column: column)
    var isPlain = true
    separate(reserving: range.count)
    let source = block.bytes.span
    for index in range {
      bytes[count + index - range.lowerBound] = source[index]
      isPlain = isPlain && !CSVWriter.needsQuotes(source[index])
    }
    if isPlain { count += range.count } else { text(block.text(row: row, column: column)) }
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

  private mutating func quote() {
    bytes[count] = CSVScanner.quote
    count += 1
  }

  private static func needsQuotes(_ byte: UInt8) -> Bool {
    byte == CSVScanner.comma || byte == CSVScanner.quote || byte == CSVScanner.newline
      || byte == CSVScanner.carriageReturn
  }

  /// Writes the comma before every cell of a row but the first.
  private mutating func separate(reserving size: Int) {
    reserve(size + 1)
    if isRowStart {
      isRowStart = false
    } else {
      bytes[count] = CSVScanner.comma
      count += 1
    }
  }

  private mutating func reserve(_ size: Int) {
    if count + size > bytes.count {
      bytes += [UInt8](repeating: 0, count: max(bytes.count, size))
    }
  }
}
