import Basics
import Instruments
import IsolatedMargin
import TestSupport
import Testing

@testable import Formats

@Suite("Account scripts")
struct AccountScriptTests {
  static func settings(currency: Currency = .usd) throws -> AccountSettings {
    let margin = try LinearMargin(
      maintenance: MaintenanceTiers(rate: ExactAmount(parsing: "0.01")), initialRate: ExactAmount(parsing: "0.02"))
    return AccountSettings(
      terms: try BoxTerms(currency: currency, margin: margin, markMaxAgeSeconds: 300), free: nil,
      insurance: Money(minorUnits: 100_000, currency: currency), insuranceFloor: .zero(currency), claims: [],
      order: .proRata)
  }

  static func defaults() throws -> AccountScriptDefaults {
    AccountScriptDefaults(
      currency: .usd, costs: try LiquidationCosts(slippage: ExactAmount(parsing: "0.001")),
      lot: Quantity(count: 100_000), targetRatio: try ExactAmount(parsing: "0.02"))
  }

  /// The rows of a script's report, without the header.
  static func rows(_ bytes: [UInt8], in folder: TemporaryFolder, pieceSize: Int = 1 << 20) throws -> [[String]] {
    var reader = try AccountScriptReader.open(
      folder.file(bytes, named: "script.csv"), defaults: defaults(), pieceSize: pieceSize)
    let out = folder.path + "/report.csv"
    var sink = try OutputSink(out)
    _ = try AccountReport(settings()).write(&reader, as: .csv, to: &sink)
    try sink.finish()
    return Array(try readTable(out, pieceSize: 1 << 16).dropFirst())
  }

  static let header = "seq,time,command,instrument,quantity,price,amount\n"

  @Test("Rows of one seq are one command, the same seq and instrument again is the command given again")
  func grouping() throws {
    let text =
      Self.header + """
        1,2026-01-10T00:00:00Z,top_up,,,,1000
        1,2026-01-10T00:00:00Z,top_up,,,,1000
        2,2026-01-10T00:00:00Z,open,BTC-PERPETUAL,0.1,60000,
        2,2026-01-10T00:00:00Z,open,ETH-PERPETUAL,1,3000,
        2,2026-01-10T00:00:00Z,open,ETH-PERPETUAL,1,3000,
        1,2026-01-10T00:00:00Z,top_up,,,,1001
        3,2026-01-10T00:00:00Z,mark,BTC-PERPETUAL,,60000,
        3,2026-01-10T00:00:00Z,mark,ETH-PERPETUAL,,3000,10

        """
    let folder = try TemporaryFolder()
    let rows = try Self.rows(Array(text.utf8), in: folder)
    // Twice the four postings of the top-up; the open; its last row alone is another command under its id.
    #expect(rows.map { $0[0] } == ["1", "1", "1", "1", "1", "1", "1", "1", "2", "2", "1", "3"])
    #expect(rows[..<4].map { $0[..<9] } == rows[4..<8].map { $0[..<9] })
    #expect(rows[0][9].isEmpty && rows[4][9] == "repeated: answered before, nothing moves again")
    #expect(rows[8][8] == "ok" && rows[11][8] == "ok")
    #expect(rows[9][8] == "refused" && rows[9][9].hasPrefix("idReused") && rows[10][9].hasPrefix("idReused"))
    #expect(rows[11][2] == "1000.00" && rows[11][4] == "90.00")
    // Wherever the file is cut into pieces, the answer is the same.
    for size in [16, 61, 200] { #expect(try Self.rows(Array(text.utf8), in: folder, pieceSize: size) == rows) }
  }

  @Test(
    "A row that cannot be read says which cell is wrong",
    arguments: [
      ("1.5,2026-01-10T00:00:00Z,top_up,,,,1", "column seq"), ("1,10 January,top_up,,,,1", "column time"),
      ("1,2026-01-10T00:00:00Z,,,,,1", "column command"), ("1,2026-01-10T00:00:00Z,top_up,,,,", "column amount"),
      ("1,2026-01-10T00:00:00Z,top_up,,,,0", "column amount"),
      ("1,2026-01-10T00:00:00Z,top_up,,,,1e3", "column amount"),
      ("1,2026-01-10T00:00:00Z,open,,1,1,", "column instrument"),
      ("1,2026-01-10T00:00:00Z,open,BTC,1,1,", "column instrument"),
      ("1,2026-01-10T00:00:00Z,open,BTC-PERPETUAL,,1,", "column quantity"),
      ("1,2026-01-10T00:00:00Z,open,BTC-PERPETUAL,1,,", "column price"),
      ("1,2026-01-10T00:00:00Z,open,BTC-PERPETUAL,1,-1,", "column price"),
      ("1,2026-01-10T00:00:00Z,open,BTC-PERPETUAL,1,1,-1", "column amount"),
      ("1,2026-01-10T00:00:00Z,mark,BTC-PERPETUAL,1,1,", "column quantity"),
      ("1,2026-01-10T00:00:00Z,mark,BTC-PERPETUAL,,1,-1", "column amount"),
      ("1,2026-01-10T00:00:00Z,accrue_funding,BTC-PERPETUAL,,,", "column amount"),
      ("1,2026-01-10T00:00:00Z,partially_liquidate,,0,,", "column command"),
      ("1,2026-01-10T00:00:00Z,partially_liquidate,,,1,", "column command"),
      ("1,2026-01-10T00:00:00Z,settle,btc,,1,", "column instrument"),
      ("1,2026-01-10T00:00:00Z,close,,,1,", "column price"), ("1,2026-01-10T00:00:00Z,liquidate,,,,1", "column amount"),
      ("1,2026-01-10T00:00:00Z,collect,BTC-PERPETUAL,,,", "column instrument"),
    ])
  func invalid(_ row: String, _ place: String) throws {
    let folder = try TemporaryFolder()
    let rows = try Self.rows(Array((Self.header + row + "\n").utf8), in: folder)
    #expect(rows.count == 1 && rows[0][8] == "invalid")
    #expect(rows[0][9].hasSuffix("(line 2, \(place))"), "\(rows[0][9])")
    let figures = rows[0][1...7].joined()
    #expect(figures == "")
  }

  @Test("A script, however mutated, ends in rows that balance or in one error of the whole file", arguments: [1, 2, 3])
  func mutated(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    let scripts = try ["condor", "perpetual", "auto-add"].map { try Fixture("Accounts/\($0).csv").text }
    var (whole, ok, invalid, refused) = (0, 0, 0, 0)
    for _ in 0..<60 {
      let bytes = MutationTests.mutate(random.pick(scripts), &random)
      do {
        var balance = 0
        for row in try Self.rows(bytes, in: folder) {
          switch row[8] {
          case "ok": ok += 1
          case "invalid": invalid += 1
          default: refused += 1
          }
          balance += (Int(row[7].filter { $0 != "." }) ?? 0) - (Int(row[6].filter { $0 != "." }) ?? 0)
        }
        #expect(balance == 0, "\(random)")
      } catch is FormatError { whole += 1 }
    }
    #expect(whole > 0 && ok > 0 && invalid > 0 && refused > 0, "\(whole) \(ok) \(invalid) \(refused)")
  }
}
