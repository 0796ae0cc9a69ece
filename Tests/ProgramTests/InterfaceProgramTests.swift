import Formats
import Foundation
import Testing

/// The interface gives what the program prints: one function, two doors.
@Suite struct InterfaceProgramTests {
  static let market = "Data/Markets/deribit-btc-2025-12-05.yaml"
  static let condor = """
    {"name": "condor", "settlement": "quote", "currency": "USD", "fees": {"entry": 111.04, "exit": 31.50},
     "structure": "iron-condor", "expiry": "26DEC25", "strikes": [80000, 85000, 100000, 105000]}
    """
  static let calendar = """
    {"name": "calendar", "structure": "long-call-calendar", "expiries": ["26DEC25", "30JAN26"], "strikes": [95000]}
    """

  /// The command behind the strategy's file, the operation, and the same options in a request.
  static let questions: [(command: String, operation: InterfaceOperation, strategy: String, options: String)] = [
    ("analyze", .analyze, condor, ""),
    (
      "analyze --budget 10000 --within -40:60 --smile sticky-delta", .analyze, condor,
      #", "budget": 10000, "within": "-40:60", "smile": "sticky-delta""#
    ),
    ("analyze --fill mark --fees deribit", .analyze, calendar, #", "fill": "mark", "fees": "deribit""#),
    (
      "analyze --policy close-first --forward-band 0.5%", .analyze, calendar,
      #", "policy": "close-first", "forward_band": "0.5%""#
    ),
    (
      "stress --spot-shift -30:30:7 --vol-shift -20,0,40 --days 0,7 --quiet", .stress, condor,
      #", "spot_shift": "-30:30:7", "vol_shift": "-20,0,40", "days": "0,7""#
    ),
    (
      "stress --vol-relative --vol-shift -50:50:3 --skew-shift 1 --curvature-shift=-0.5 --quiet", .stress, condor,
      #", "vol_relative": true, "vol_shift": "-50:50:3", "skew_shift": 1, "curvature_shift": -0.5"#
    ),
    (
      "stress --spot-shift -30:30:61 --vol-shift -20:40:13 --days 7 --format csv --quiet", .stress, condor,
      #", "spot_shift": "-30:30:61", "vol_shift": "-20:40:13", "days": "7", "format": "csv""#
    ), ("stress --format svg --quiet", .stress, condor, #", "format": "svg""#),
    ("stress --format markdown --quiet", .stress, calendar, #", "format": "markdown""#),
    ("liquidation --format markdown", .liquidation, condor, #", "format": "markdown""#),
    ("twins", .twins, condor, ""),
    (
      "roll --to 30JAN26 --maintenance spot=7.5%+mark", .roll, condor,
      #", "to": "30JAN26", "maintenance": "spot=7.5%+mark""#
    ),
    ("roll --to-legs=+1C95000@26DEC25", .roll, condor, #", "to_legs": "+1C95000@26DEC25""#),
    ("compare --quiet", .compare, condor, ""),
    (
      "compare --quiet --no-liquidation --rules deribit-standard", .compare, condor,
      #", "liquidation": false, "rules": "deribit-standard""#
    ),
    (
      "liquidation --maintenance spot=7.5%+mark --deposit 4000 --days 0,7 --push-to 80000", .liquidation, condor,
      #", "maintenance": "spot=7.5%+mark", "deposit": "4000", "days": "0,7", "push_to": 80000"#
    ),
    (
      "liquidation --surface --days 0,5 --vol-shift -10:10:3", .liquidation, condor,
      #", "surface": true, "days": "0,5", "vol_shift": "-10:10:3""#
    ),
    (
      "liquidation --probability --paths 4096 --seed 3 --maintenance margin=50%", .liquidation, condor,
      #", "probability": true, "paths": 4096, "seed": 3, "maintenance": "margin=50%""#
    ),
  ]

  @Test("Byte for byte what the program prints", arguments: questions)
  func same(command: String, operation: InterfaceOperation, strategy: String, options: String) throws {
    let folder = try Folder()
    let words = command.split(separator: " ").map(String.init)
    let arguments =
      [words[0], folder.file("strategy.json", strategy), "--market", Self.market, "--format", "json"]
      + words.dropFirst()
    let printed = try Program.run(arguments)
    #expect(printed.status == 0, "\(printed.errors)")
    let interface = try JSONInterface(markets: [Self.market], dataFolders: ["Data"])
    let answer = try interface.answer(operation, Array(#"{"strategy": \#(strategy)\#(options)}"#.utf8))
    #expect(answer.text == printed.output)
    #expect(!answer.text.isEmpty)
  }

  @Test("A book of one strategy has the margin of its request")
  func margin() throws {
    let folder = try Folder()
    let book = folder.file(
      "book.csv",
      Sample.header
        + "spread,call,BTC,26DEC25,92000,1,3000,1,quote,2.5\nspread,call,BTC,26DEC25,95000,-1,1500,1,quote,0\n")
    let interface = try JSONInterface(markets: [Self.market], dataFolders: ["Data"])
    let legs = """
      {"market": "deribit-btc-2025-12-05", "strategy": {"name": "spread", "settlement": "quote", "currency": "USD",
       "fees": {"entry": 2.5}, "legs": [{"quantity": 1, "instrument": "BTC-26DEC25-92000-C", "price": 3000},
       {"quantity": -1, "instrument": "BTC-26DEC25-95000-C", "price": 1500}]}RULE}
      """
    for (arguments, option) in [
      ([], ""), (["--rule", "deribit-standard", "--market", Self.market], #", "rule": "deribit-standard""#),
    ] {
      let printed = try Program.run(["margin", book, "--format", "json", "--quiet"] + arguments)
      let body = legs.replacingOccurrences(of: "RULE", with: option)
      #expect(try interface.answer(.margin, Array(body.utf8)).text == printed.output, "\(printed.errors)")
    }
  }

  @Test("Catalogue and chain are those of the program")
  func lists() throws {
    let interface = try JSONInterface(markets: [Self.market], dataFolders: ["Data"])
    #expect(interface.strategiesAnswer.text == (try Program.run(["strategies", "--format", "json"])).output)
    #expect(
      try interface.chainAnswer(of: nil).text
        == (try Program.run(["chain", "check", Self.market, "--format", "json"])).output)
  }

  @Test("A program without the project around it says what it wants")
  func serverMissing() throws {
    let folder = try Folder()
    let copy = folder.path + "/bulkhead"
    // A copy by its bytes: what FileManager copies may still lead back to the project.
    try Data(contentsOf: URL(fileURLWithPath: Program.path)).write(to: URL(fileURLWithPath: copy))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: copy)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exec '\(copy)' serve"]
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("err", "")))
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 66)
    #expect(folder.text("err")?.contains("found no bulkhead-server beside this program") == true)
  }
}
