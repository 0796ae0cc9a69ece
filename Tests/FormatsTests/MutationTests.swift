import TestSupport
import Testing

@testable import Formats

@Suite("Mutated files")
struct MutationTests {
  static let book = """
    strategy,kind,underlying,expiry,strike,quantity,price,multiplier,settlement,fee,currency,payout,exercise,instrument
    condor,put,BTC,26DEC25,80000,1,210.5,1,quote,1.25,,,,
    condor,put,BTC,26DEC25,85000,-1,410,1,quote,1.25,,,,
    condor,call,BTC,26DEC25,95000,-1,430,1,quote,1.25,,,,
    condor,call,BTC,26DEC25,99000,1,200,1,quote,1.25,,,,
    inverse,call,BTC,2025-12-26,70000,-1,0.03,,coin,0.0003,,,,
    digital,digital_call,ETH,2025-12-26T08:00:00Z,3000,2,.5,,,,USD,1,,
    "hedged, call",,,,,10,0.01,,coin,,,,,BTC-26DEC25-92000-C
    "hedged, call",perpetual,BTC,,,-60000,60000,1,coin,0.0005,,,,
    american,put,SPY,2026-01-16,500,-1,2.5,100,,,USD,,american,

    """
  static let options = """
    id,type,spot,strike,years,vol,price,rate,dividend_yield
    a,call,100,100,1,0.2,8,0.05,0.01
    b,put,1e2,9.5e1,0.25,inf,3,-0.01,0
    "c,1",call,0,100,0,0,0,0,0
    d,put,123.456789012345,99.99999999999999,2.5,1e-300,101,0,0

    """

  /// Bytes that mean something to a reader.
  static let alphabet: [[UInt8]] =
    [
      ",", "\"", "\n", "\r\n", "\r", "-", "+", ".", "0", "9", "e", "E", "nan", "inf", "\u{FEFF}", "é",
      "99999999999999999999",
      "call", "coin", " ", "\0", "/", "BTC", "-0", "1e309", "0.000000001",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0x80]]

  static func mutate(_ text: String, _ generator: inout SplitMix64) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0...Int.random(in: 0...4, using: &generator) {
      let start = Int.random(in: 0...bytes.count, using: &generator)
      let end = min(bytes.count, start + Int.random(in: 0...6, using: &generator))
      switch Int.random(in: 0...5, using: &generator) {
      case 0: bytes.removeSubrange(start..<end)
      case 1: bytes.replaceSubrange(start..<end, with: alphabet.randomElement(using: &generator) ?? [])
      case 2: bytes.insert(contentsOf: alphabet.randomElement(using: &generator) ?? [], at: start)
      case 3: bytes.insert(contentsOf: bytes[start..<end], at: Int.random(in: 0...bytes.count, using: &generator))
      case 4: bytes.removeSubrange(start...)
      default: if start < bytes.count { bytes[start] = UInt8.random(in: 0...255, using: &generator) }
      }
    }
    return bytes
  }

  @Test("A book, however mutated, ends in rows or in one error of the whole file", arguments: [1, 2, 3])
  func books(_ seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let folder = try TemporaryFolder()
    var (whole, invalid, ok) = (0, 0, 0)
    for _ in 0..<400 {
      let path = folder.file(Self.mutate(Self.book, &generator))
      do throws(FormatError) {
        var reader = try BookReader.open(path, pieceSize: Int.random(in: 16...600, using: &generator))
        var sink = try OutputSink(folder.path + "/out.csv")
        let summary = try MarginReport().write(&reader, to: &sink)
        try sink.finish()
        let rows = try readTable(folder.path + "/out.csv", pieceSize: 4096)
        // Whatever was read, the output has one row for each strategy, all of the header's width.
        #expect(rows.count == summary.rowCount + 1, "\(generator)")
        #expect(rows.dropFirst().count { $0[8] == "invalid" } == summary.invalidCount, "\(generator)")
        #expect(
          rows.dropFirst().allSatisfy { ($0[8] == "invalid") == ($0[9].hasPrefix("found")) || $0[8] != "invalid" })
        invalid += summary.invalidCount
        ok += summary.rowCount - summary.invalidCount
      } catch {
        guard case .malformed = error else { throw error }
        whole += 1
      }
    }
    // All three ends are met, or the mutations test nothing.
    #expect(whole > 20 && invalid > 20 && ok > 20, "\(whole), \(invalid), \(ok)")
  }

  @Test("An options file, however mutated, ends in rows or in one error of the whole file", arguments: [4, 5, 6])
  func optionFiles(_ seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let folder = try TemporaryFolder()
    var (whole, invalid, ok) = (0, 0, 0)
    for round in 0..<400 {
      let path = folder.file(Self.mutate(Self.options, &generator))
      do throws(FormatError) {
        var sink = try OutputSink(folder.path + "/out.csv")
        let summary: ReportSummary
        let statusColumn: Int
        if round % 2 == 0 {
          var reader = try PriceReport.open(path)
          summary = try PriceReport.write(&reader, to: &sink)
          statusColumn = 18
        } else {
          var reader = try ImpliedVolatilityReport.open(path)
          summary = try ImpliedVolatilityReport.write(&reader, to: &sink)
          statusColumn = 2
        }
        try sink.finish()
        let rows = try readTable(folder.path + "/out.csv", pieceSize: 4096)
        #expect(rows.count == summary.rowCount + 1, "\(generator)")
        #expect(rows.dropFirst().count { $0[statusColumn] == "invalid" } == summary.invalidCount, "\(generator)")
        invalid += summary.invalidCount
        ok += summary.rowCount - summary.invalidCount
      } catch {
        guard case .malformed = error else { throw error }
        whole += 1
      }
    }
    #expect(whole > 20 && invalid > 20 && ok > 20, "\(whole), \(invalid), \(ok)")
  }
}
