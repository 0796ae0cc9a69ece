import CBytes
import TestSupport
import Testing

@testable import Formats

@Suite("Plain rows of CSV")
struct CSVPlainRowsTests {
  @Test("Both ways to mark 64 bytes agree with a look at each byte", arguments: 1...3 as ClosedRange<UInt64>)
  func marks(_ seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let alphabet: [UInt8] = [44, 10, 13, 34, 45, 43, 172, 138, 141, 162, 11, 9, 0, 255, 128, 127]
    for _ in 0..<2000 {
      let bytes = (0..<64).map { _ in generator.chance(0.7) ? generator.pick(alphabet) : UInt8(generator.int(0...255)) }
      func bits(_ byte: UInt8) -> UInt64 { bytes.reversed().reduce(0) { $0 << 1 | ($1 == byte ? 1 : 0) } }
      let both = unsafe bytes.withUnsafeBytes { buffer in
        unsafe buffer.baseAddress.map { unsafe [cb_marks_of_64($0), cb_marks_plain($0)] } ?? []
      }
      #expect(both.count == 2)
      for marks in both {
        #expect(marks.commas == bits(44) && marks.newlines == bits(10), "\(bytes), \(generator)")
        #expect(marks.returns == bits(13) && marks.quotes == bits(34), "\(bytes), \(generator)")
      }
    }
  }

  @Test("Both ways to write sixteen digits agree with the standard library", arguments: [1 as UInt64, 2])
  func digits(_ seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let edges: [UInt64] = [0, 1, 9, 10, 99, 100, 9999, 10_000, 89, 90, 9989, 9990, 99_989_999, 99_990_000, 99_999_999]
    for _ in 0..<5000 {
      let halves = (0..<2).map { _ in
        generator.chance(0.3) ? generator.pick(edges) : UInt64(generator.int64(0...99_999_999))
      }
      let wanted = halves.map { half in
        let text = String(half)
        let digits = Array((String(repeating: "0", count: 8 - text.count) + text).utf8)
        return digits.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1 - 48) }
      }
      for found in [cb_sixteen_digits(halves[0], halves[1]), cb_sixteen_digits_plain(halves[0], halves[1])] {
        #expect([found.first, found.last] == wanted, "\(halves), \(generator)")
      }
    }
    var power: UInt64 = 1
    for exponent in 0...19 {
      #expect(cb_power_of_ten(UInt64(exponent)) == power)
      power = power &* 10
    }
  }

  /// Everything that a scan says.
  private struct Said: Equatable {
    var cells: [Range<Int>]
    var lines: [Int]
    var starts: [Int]
    var line: Int
    var outcome: CSVScanner.Outcome

    init(_ scanner: inout CSVScanner, _ outcome: CSVScanner.Outcome, width: Int) {
      line = scanner.line
      self.outcome = outcome
      let taken = scanner.take()
      // Where the format breaks, cells of the broken row may stand behind those of whole rows.
      cells = taken.cells.prefix(taken.lines.count * width).map(\.range)
      lines = taken.lines
      starts = taken.rowStarts
    }
  }

  @Test("The way of 64 bytes finds the same as the general way", arguments: 1...4 as ClosedRange<UInt64>)
  func cells(_ seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var differing: [String] = []
    var (broken, whole) = (0, 0)
    for _ in 0..<300 {
      let width = generator.int(1...12)
      let ending = generator.pick(["\n", "\r\n"])
      let trouble = generator.pick([0, 0, 0.01, 0.1])
      var text = ""
      for _ in 0..<generator.int(1...40) {
        let count = generator.chance(trouble / 4) ? generator.int(1...13) : width
        let cells = (0..<count).map { _ in
          let cell = generator.text(limit: generator.pick([0, 3, 8, 30]), alphabet: "abcdefgh0123456789.-")
            .filter { !"\",\r\n".contains($0) }
          return generator.chance(trouble) ? "\"\(cell)\(generator.pick(["", "\"\"", ",", "\r\n", "\n"]))\"" : cell
        }
        text += cells.joined(separator: ",") + (generator.chance(trouble / 8) ? "\r" : ending)
      }
      let bytes = Array(text.utf8)
      let padded = bytes + Array(repeating: generator.pick([UInt8(0), 10, 34, 44, 13]), count: CSVScanner.padding)
      let isLast = generator.chance(0.5)
      func scan(_ scanner: inout CSVScanner, rowLimit: Int = .max) -> CSVScanner.Outcome {
        scanner.scan(padded.span, from: 0, to: bytes.count, width: width, isLast: isLast, rowLimit: rowLimit)
      }
      var (general, plain, counter) = (CSVScanner(), CSVScanner(), CSVScanner(isCounting: true))
      // Any limit on rows is looked after by the general way alone.
      let wanted = Said(&general, scan(&general, rowLimit: .max - 1), width: width)
      let outcome = scan(&plain)
      let hasQuotes = plain.hasQuotes
      let found = Said(&plain, outcome, width: width)
      let counted = scan(&counter)
      if found != wanted || counted != outcome || counter.rowCount != found.lines.count || counter.line != found.line {
        differing.append(text)
      }
      if case .broken = outcome {
        broken += 1
      } else {
        whole += 1
        let isQuoted = found.cells.contains { $0.lowerBound > 0 && bytes[$0.lowerBound - 1] == CSVScanner.quote }
        if hasQuotes != isQuoted { differing.append(text) }
      }
    }
    #expect(differing.isEmpty, "\(generator)")
    #expect(broken > 20 && whole > 100)
  }

  @Test("A table of keys tells strings apart by bytes and by where they end", arguments: 1...2 as ClosedRange<UInt64>)
  func keys(_ seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var table = WordTable()
    var wanted: [[[UInt8]]: Int] = [:]
    var key = WordKey()
    for _ in 0..<4000 {
      let strings = (0..<generator.int(1...2)).map { _ in
        (0..<generator.pick([0, 1, 2, 7, 8, 9, 17])).map { _ in UInt8(generator.int(0...1)) }
      }
      key.removeAll()
      for string in strings {
        let before = generator.int(0...3)
        let behind = generator.int(0...9)
        let bytes = Array(repeating: UInt8(7), count: before) + string + Array(repeating: UInt8(9), count: behind)
        key.append(bytes.span, before..<(before + string.count))
      }
      #expect(table.place(of: key) == wanted[strings], "\(strings), \(generator)")
      if wanted[strings] == nil {
        wanted[strings] = wanted.count
        #expect(table.insert(key) == wanted.count - 1)
      }
    }
    #expect(table.count == wanted.count && table.count > 1000)
  }
}
