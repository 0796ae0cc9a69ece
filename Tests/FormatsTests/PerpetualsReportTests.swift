import Basics
import IsolatedMargin
import TestSupport
import Testing

@testable import Formats

@Suite("Perpetuals report")
struct PerpetualsReportTests {
  private static let header =
    "id,kind,side,quantity,entry_price,margin,maintenance_rate,maintenance_amount,maintenance_basis,fee_rate,funding_paid"

  private func text(
    _ file: String, as format: PerpetualsReport.Format = .csv, venue: PerpetualVenue? = nil, pieceSize: Int = 1 << 20
  ) throws -> (text: String, summary: ReportSummary) {
    let folder = try TemporaryFolder()
    var report = try PerpetualsReport.open(folder.file(file), venue: venue, pieceSize: pieceSize)
    var sink = try OutputSink(folder.path + "/out")
    let summary = try report.write(as: format, to: &sink)
    try sink.finish()
    return (folder.text("out") ?? "", summary)
  }

  /// The cells behind the id of one row.
  private func answer(_ row: String, venue: PerpetualVenue? = nil) throws -> String {
    let lines = try text(Self.header + "\n" + row + "\n", venue: venue).text.split(separator: "\n")
    return String(lines.last ?? "")
  }

  @Test("The columns are those of the contract")
  func columns() {
    #expect(PerpetualsReport.columns == ["id", "liquidation_price", "bankruptcy_price", "status", "detail"])
    #expect(PerpetualColumns.names.joined(separator: ",") == Self.header)
  }

  @Test(
    "Rows of every kind and status",
    arguments: [
      ("a,linear,long,1,60000,6000,0.005,50,mark,0,0", "a,54221.10552764,54000,ok,"),
      ("a,linear,short,1,60000,6000,0.005,50,,,", "a,65721.39303482,66000,ok,"),
      ("a,linear,long,10,60000,30000,0.01,1300,mark,0.0005,0", "a,57473.47145023,57028.51425713,ok,"),
      ("a,inverse,long,60000,60000,0.1,0.005,,mark,0.0005,0.002", "a,54945.35519126,54672.13114755,ok,"),
      ("a,inverse,short,60000,60000,0.1,0.005,0,mark,0,0", "a,66333.33333333,66666.66666666,ok,"),
      ("a,linear,long,2,100,20,0.01,0.5,entry,0,1", "a,91.25,90.5,ok,"),
      (
        "a,linear,long,1,60000,60000,0.005,0,mark,0,0",
        "a,,,none,no price above 0 liquidates it: the margin covers the whole notional"
      ),
      (
        "a,linear,long,1,60000,59990,0.005,50,mark,0,0",
        "a,,10,none,no price above 0 liquidates it: the margin covers the whole notional"
      ),
      (
        "a,linear,long,1,60000,100,0.005,0,mark,0,0",
        "a,60201.00502513,59900,already_below,\"equity at the entry price, less the exit fee, is below maintenance\""
      ),
      (
        "a,linear,short,1,60000,100,0.005,0,mark,0,60200",
        "a,,,already_below,equity is below maintenance at every price"
      ),
      (
        "a,linear,long,1,60000,59000,0.001,50,mark,0,0",
        "a,950.95095096,1000,ok,maintenance is below 0 there: bankruptcy comes before liquidation"
      ),
      // Prices of many zeros keep their digits, toward the entry.
      ("a,linear,long,1000000,0.00001234,1,0.007,,,,", "a,0.00001141993957703928,0.00001134,ok,"),
    ])
  func rows(_ row: String, _ wanted: String) throws {
    let found = try answer(row)
    #expect(found == wanted)
  }

  @Test("A liquidation price is never shown farther than it is, whatever the row", arguments: UInt64(1)...100)
  func rounding(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let isLong = random.chance(0.5)
    let row = [
      "a", random.pick(["linear", "inverse"]), isLong ? "long" : "short", "\(random.int(1...9999))",
      "\(random.int(1...9999)).\(random.int(1...9))", "0.\(random.int(1...9999))", "0.00\(random.int(0...9))",
      "0.000\(random.int(0...9))", random.pick(["mark", "entry"]), "0.000\(random.int(0...9))", "0",
    ]
    let cells = try answer(row.joined(separator: ",")).split(separator: ",", omittingEmptySubsequences: false)
    guard cells.count > 3, !cells[1].isEmpty else { return }
    let shown = try ExactAmount(parsing: cells[1])
    let position = try PerpetualPosition(
      kind: row[1] == "linear" ? .linear : .inverse, side: isLong ? .long : .short,
      quantity: ExactAmount(parsing: row[3]), entryPrice: ExactAmount(parsing: row[4]),
      margin: ExactAmount(parsing: row[5]))
    let terms = try PerpetualTerms(
      tiers: MaintenanceTiers(rate: ExactAmount(parsing: row[6]), amount: ExactAmount(parsing: row[7])),
      basis: row[8] == "mark" ? .mark : .entry, exitFee: ExactAmount(parsing: row[9]))
    let exact = try #require(PerpetualLiquidation(of: position, under: terms).price)
    #expect(isLong ? shown >= exact : shown <= exact, "\(random)")
    #expect((shown - exact).magnitude < ExactAmount(count: 1, decimals: 8), "\(random)")
  }

  @Test(
    "A wrong cell makes its row invalid and says what was found and what was wanted",
    arguments: [
      ("a,quanto,long,1,100,10,0.01,,,,", "kind", "found 'quanto', wanted linear or inverse"),
      ("a,linear,Long,1,100,10,0.01,,,,", "side", "found 'Long', wanted long or short"),
      ("a,linear,,1,100,10,0.01,,,,", "side", "found an empty cell, wanted long or short"),
      ("a,linear,long,0,100,10,0.01,,,,", "quantity", "found '0', wanted a number above 0"),
      ("a,linear,long,-1,100,10,0.01,,,,", "quantity", "found '-1', wanted a number above 0"),
      ("a,linear,long,nan,100,10,0.01,,,,", "quantity", "found 'nan', wanted a number above 0"),
      ("a,linear,long,1,inf,10,0.01,,,,", "entry_price", "found 'inf', wanted a number above 0"),
      ("a,linear,long,1,1e5,10,0.01,,,,", "entry_price", "found '1e5', wanted a number above 0"),
      ("a,linear,long,1,100/3,10,0.01,,,,", "entry_price", "found '100/3', wanted a number above 0"),
      ("a,linear,long,1,100,-10,0.01,,,,", "margin", "found '-10', wanted a number of 0 or more"),
      ("a,linear,long,1,100,,0.01,,,,", "margin", "found an empty cell, wanted a number of 0 or more"),
      ("a,linear,long,1,100,10,1,,,,", "maintenance_rate", "found '1', wanted a share of 0 or more, below 1"),
      ("a,linear,long,1,100,10,,,,,", "maintenance_rate", "found an empty cell, wanted a share of 0 or more, below 1"),
      ("a,linear,long,1,100,10,0.01,-5,,,", "maintenance_amount", "found '-5', wanted a number of 0 or more"),
      ("a,linear,long,1,100,10,0.01,,last,,", "maintenance_basis", "found 'last', wanted mark or entry"),
      ("a,linear,long,1,100,10,0.01,,,-0.1,", "fee_rate", "found '-0.1', wanted a share of 0 or more, below 1"),
      (
        "a,linear,long,1,100,10,0.5,,,0.5,", "fee_rate",
        "maintenance rate and exit fee: found 0.5 + 0.5, wanted a sum below 1"
      ),
      ("a,linear,long,1,100,10,0.01,,,,x", "funding_paid", "found 'x', wanted a number"),
    ])
  func invalid(_ row: String, _ column: String, _ message: String) throws {
    let (text, summary) = try text(Self.header + "\n" + row + "\nb,linear,long,1,60000,6000,0.005,,,,\n")
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.count == 3 && summary.rowCount == 2 && summary.invalidCount == 1)
    #expect(
      lines[1].hasPrefix("a,,,invalid,") && lines[1].contains("\(message) (line 2, column \(column))"), "\(lines[1])")
    #expect(lines[2] == "b,54271.35678392,54000,ok,")
  }

  @Test("Columns are found by name; a missing optional one is its default, a missing required one refuses the file")
  func header() throws {
    let short = try text("margin,maintenance_rate,entry_price,side,kind,quantity\n6000,0.005,60000,long,linear,1\n")
    #expect(short.text == "id,liquidation_price,bankruptcy_price,status,detail\n1,54271.35678392,54000,ok,\n")
    for column in ["kind", "side", "quantity", "entry_price", "margin", "maintenance_rate"] {
      #expect(throws: FormatError.self) { try text(Self.header.replacing(column, with: "x") + "\n") }
    }
    // A venue with tiers stands for the rate.
    let venue = try PerpetualVenue(file: Fixture.root + "/Data/Rulebooks/perpetuals/binance-btcusdt.yaml")
    let tiered = try text("kind,side,quantity,entry_price,margin\nlinear,long,1,60000,6000\n", venue: venue)
    #expect(tiered.text.hasSuffix("\n1,54221.10552764,54000,ok,\n"))
  }

  @Test("A venue gives tiers, basis, fee and tick; a row's own cells come first; what does not fit it is refused")
  func venues() throws {
    let data = Fixture.root + "/Data/Rulebooks/perpetuals/"
    let binance = try PerpetualVenue(file: data + "binance-btcusdt.yaml")
    let bybit = try PerpetualVenue(file: data + "bybit-btcusd.yaml")
    #expect(try answer("a,linear,long,1,60000,6000,,,,,", venue: binance) == "a,54221.10552764,54000,ok,")
    #expect(try answer("a,linear,long,1,60000,6000,0.01,,,,", venue: binance) == "a,54545.45454546,54000,ok,")
    #expect(try answer("a,inverse,long,10000,8000,0.5,0.005,,,,", venue: bybit) == "a,5739.5,5718.57142858,ok,")
    #expect(
      try answer("a,inverse,long,1,60000,1,,,,,", venue: binance).contains(
        "found 'inverse', wanted linear, the contracts of binance-btcusdt"))
    #expect(
      try answer("a,linear,long,1,60000,1,,5,,,", venue: binance).contains(
        "found an empty cell, wanted the rate that belongs to the maintenance amount"))
    #expect(
      try answer("a,inverse,long,1,60000,1,,,,,", venue: bybit).contains("wanted a share of 0 or more, below 1"))
  }

  @Test("JSON holds the same rows, and an empty file is an empty list")
  func json() throws {
    let file = Self.header + "\na,linear,long,1,60000,6000,0.005,,,,\n\"b\"\"c\",linear,long,1,60000,60000,0,,,,\n"
    #expect(
      try text(file, as: .json).text == """
        [
          {
            "id": "a",
            "liquidation_price": "54271.35678392",
            "bankruptcy_price": "54000",
            "status": "ok",
            "detail": ""
          },
          {
            "id": "b\\"c",
            "liquidation_price": null,
            "bankruptcy_price": null,
            "status": "none",
            "detail": "no price above 0 liquidates it: the margin covers the whole notional"
          }
        ]

        """)
    #expect(try text(Self.header + "\n", as: .json).text == "[]\n")
  }

  @Test("Read in pieces of any size, the same rows in the same order")
  func pieces() throws {
    var random = SplitMix64(seed: 9)
    var lines = [Self.header]
    for index in 0..<300 {
      lines.append(
        "\(index),linear,\(random.pick(["long", "short", "flat"])),1,\(random.int(1...99)),\(random.int(1...20)),0.01,,,,"
      )
    }
    let file = lines.joined(separator: "\n")
    let whole = try text(file)
    for size in [64, 997, 4096] {
      let pieces = try text(file, pieceSize: size)
      #expect(pieces.text == whole.text && pieces.summary.invalidCount == whole.summary.invalidCount)
    }
    for format in [PerpetualsReport.Format.json] {
      #expect(try text(file, as: format, pieceSize: 128).text == text(file, as: format).text)
    }
    #expect(whole.text.split(separator: "\n").count == 301)
  }
}
