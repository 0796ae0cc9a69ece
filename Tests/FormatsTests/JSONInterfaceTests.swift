import Foundation
import TestSupport
import Testing

@testable import Formats

@Suite("The commands as an interface")
struct JSONInterfaceTests {
  static let interface = Result { () throws -> JSONInterface in
    try JSONInterface(
      markets: ["deribit-btc-2025-12-05", "goog-2015-12-23"].map { "\(Fixture.root)/Data/Markets/\($0).yaml" },
      dataFolders: ["\(Fixture.root)/Data"])
  }

  static let condor = """
    "market": "deribit-btc-2025-12-05", "strategy": {"name": "condor", "structure": "iron-condor", "expiry": "26DEC25",
    "strikes": [80000, 85000, 100000, 105000], "settlement": "quote", "currency": "USD",
    "fees": {"entry": "111.04", "exit": 31.50}}
    """

  static func ask(_ operation: InterfaceOperation, _ body: String) throws -> InterfaceAnswer {
    try interface.get().answer(operation, Array(body.utf8))
  }

  static func refusal(_ operation: InterfaceOperation, _ body: String) throws -> InterfaceError? {
    let interface = try interface.get()
    do throws(InterfaceError) {
      _ = try interface.answer(operation, Array(body.utf8))
      return nil
    } catch { return error }
  }

  @Test("Every operation answers, and twice the same bytes", arguments: InterfaceOperation.allCases)
  func answers(_ operation: InterfaceOperation) throws {
    let body = operation == .roll ? "{\(Self.condor), \"size\": 2}" : "{\(Self.condor)}"
    let answer = try Self.ask(operation, body)
    #expect(answer.mediaType == "application/json")
    #expect(answer.text == (try Self.ask(operation, body)).text)
    #expect((try? JSONSerialization.jsonObject(with: Data(answer.text.utf8))) != nil)
  }

  @Test("The margin of the condor is the one that is worked out by hand")
  func margin() throws {
    let text = try Self.ask(.margin, "{\(Self.condor)}").text
    let list = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    #expect(list.count == 1)
    #expect(list.first?["margin"] as? String == "3754.60")
    #expect(list.first?["requirement"] as? String == "5000.00")
  }

  @Test("The sliders' point is scenario 1 of a grid of one")
  func point() throws {
    let text = try Self.ask(.stress, "{\(Self.condor), \"spot_shift\": -5, \"vol_shift\": \"10\", \"days\": \"7\"}")
      .text
    let root = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let columns = try #require(root["scenarios"] as? [String: [Any]])
    #expect(columns["scenario"]?.count == 2)
    #expect(columns["spot_shift"]?.last as? Double == -0.05)
    #expect(columns["vol_shift"]?.last as? Double == 0.1)
    #expect(columns["days_forward"]?.last as? Double == 7)
  }

  @Test("Other forms say what they are")
  func forms() throws {
    for (form, type, head) in [
      ("csv", "text/csv; charset=utf-8", "strategy,"), ("html", "text/html; charset=utf-8", "<!"),
      ("markdown", "text/markdown; charset=utf-8", "#"), ("svg", "image/svg+xml", "<?xml"),
    ] {
      let answer = try Self.ask(.analyze, "{\(Self.condor), \"format\": \"\(form)\"}")
      #expect(answer.mediaType == type)
      #expect(answer.text.lowercased().hasPrefix(head))
      let stress = try Self.ask(.stress, "{\(Self.condor), \"spot_shift\": \"-20:20:5\", \"format\": \"\(form)\"}")
      #expect(stress.mediaType == type)
      #expect(stress.text.lowercased().hasPrefix(head))
    }
    #expect(try Self.ask(.liquidation, "{\(Self.condor), \"format\": \"markdown\"}").text.hasPrefix("# Liquidation of"))
  }

  @Test("A refused option that an answer can do without is named by its key")
  func keys() throws {
    for (operation, options, key) in [
      (InterfaceOperation.analyze, #""budget": "x""#, "budget"), (.analyze, #""budget": "10%""#, "budget"),
      (.analyze, #""budget": "10%", "portfolio": "much""#, "portfolio"), (.analyze, #""deposit": "-1""#, "deposit"),
      (.liquidation, #""deposit": "1.234""#, "deposit"), (.liquidation, #""deposit": "-1""#, "deposit"),
      (.stress, #""days": "0,1,2,3,4", "format": "html""#, "days"),
    ] {
      let error = try #require(try Self.refusal(operation, "{\(Self.condor), \(options)}"), "\(options)")
      #expect(error.place == key, "\(options): \(error)")
    }
    let fees = Self.condor.replacing(/"fees": {.*}/, with: #""quantity": 1"#)
    #expect(try Self.refusal(.analyze, "{\(fees)}, \"fees\": \"abc\"}")?.place == "fees")
  }

  /// One thing wrong at a time, and the word that a client can rely on.
  static let refused: [(operation: InterfaceOperation, body: String, code: InterfaceError.Code)] = [
    (.analyze, "", .badRequest), (.analyze, "[]", .badRequest), (.analyze, "null", .badRequest),
    (.analyze, "{}", .unknownMarket), (.analyze, #"{"market": "x"}"#, .unknownMarket),
    (.analyze, #"{"market": "../../etc/passwd", "legs": "+U"}"#, .unknownMarket),
    (.analyze, #"{"market": "goog-2015-12-23"}"#, .badRequest),
    (.analyze, #"{"market": "goog-2015-12-23", "legs": "+U", "strategy": {}}"#, .badRequest),
    (.analyze, #"{"market": "goog-2015-12-23", "legs": "+U", "legs": "+U"}"#, .badRequest),
    (.analyze, #"{"market": "goog-2015-12-23", "legs": "+U", "spot_shift": 1}"#, .badRequest),
    (.analyze, #"{"market": "goog-2015-12-23", "legs": ["+U"]}"#, .badOption),
    (.analyze, #"{"market": "goog-2015-12-23", "legs": "+X"}"#, .badOption),
    (.analyze, #"{"market": "goog-2015-12-23", "legs": 5}"#, .badOption),
    (.analyze, #"{"market": "goog-2015-12-23", "legs": "+U", "underlying": "XYZ"}"#, .badOption),
    (.analyze, #"{"market": "goog-2015-12-23", "strategy": "file.yaml"}"#, .badStrategy),
    (.analyze, #"{"market": "goog-2015-12-23", "strategy": {"structure": "iron-condr"}}"#, .badStrategy),
    (.analyze, #"{"market": "goog-2015-12-23", "strategy": {"legs": []}}"#, .badStrategy),
    (.analyze, #"{"market": "goog-2015-12-23", "strategy": {"legs": 5}}"#, .badStrategy),
    (
      .analyze, #"{"market": "goog-2015-12-23", "strategy": {"legs": [{"quantity": 0, "instrument": "GOOG"}]}}"#,
      .badStrategy
    ),
    (
      .analyze, #"{"market": "goog-2015-12-23", "strategy": {"legs": [{"quantity": "nan", "instrument": "GOOG"}]}}"#,
      .badStrategy
    ),
    (
      .analyze, #"{"market": "goog-2015-12-23", "strategy": {"structure": "long-underlying", "colour": "red"}}"#,
      .badStrategy
    ),
    (
      .analyze,
      #"{"market": "goog-2015-12-23", "strategy": {"structure": "long-underlying", "fees": "../fees/deribit.yaml"}}"#,
      .badStrategy
    ),
    (.analyze, "{\(condor), \"fees\": \"/etc/passwd\"}", .badOption),
    (.analyze, "{\(condor), \"fees\": \"deribit.yaml\"}", .badOption),
    (.analyze, "{\(condor), \"settlement\": \"coins\"}", .badOption),
    (.analyze, "{\(condor), \"settlement\": \"coin\"}", .badStrategy),
    (.analyze, "{\(condor), \"fill\": true}", .badOption), (.analyze, "{\(condor), \"format\": \"pdf\"}", .badOption),
    (.analyze, "{\(condor), \"budget\": \"-1\"}", .badOption),
    (.analyze, "{\(condor), \"budget\": \"10%\"}", .badOption),
    (.analyze, "{\(condor), \"within\": \"60:-40\"}", .badOption),
    (.analyze, "{\(condor), \"max_lots\": 1.5}", .badOption),
    (.analyze, "{\(condor), \"hours\": -1}", .badOption), (.analyze, "{\(condor), \"basis\": {}}", .badOption),
    (.analyze, "{\(condor), \"policy\": \"close-first-in-band\"}", .badOption),
    (.analyze, "{\(condor), \"vol_band\": \"30:120\"}", .badOption),
    (.analyze, "{\(condor), \"policy\": \"close-first-in-band\", \"vol_band\": \"120:30\"}", .badOption),
    (.analyze, "{\(condor), \"forward_band\": \"1%\"}", .badOption),
    (.stress, "{\(condor), \"spot_shift\": \"-100\"}", .badOption), (.stress, "{\(condor), \"days\": -1}", .badOption),
    (.stress, "{\(condor), \"vol_shift\": \"1:2\"}", .badOption),
    (.stress, "{\(condor), \"spot_shift\": \"-30:30:50001\"}", .tooLarge),
    (.stress, "{\(condor), \"vol_relative\": \"perhaps\"}", .badOption),
    (.margin, "{\(condor), \"rule\": \"no-such-rule\"}", .badOption),
    (.margin, "{\(condor), \"rule\": \"/etc/x.yaml\"}", .badOption),
    (.margin, "{\(condor), \"rules_as_of\": \"yesterday\", \"rule\": \"deribit-standard\"}", .badOption),
    (.compare, "{\(condor), \"rules\": \"deribit-standard,deribit-standard\"}", .badOption),
    (.compare, "{\(condor), \"rules\": \"x.yaml\"}", .badOption),
    (.twins, #"{"market": "goog-2015-12-23", "legs": "+U"}"#, .badStrategy),
    (.roll, "{\(condor)}", .badOption), (.roll, "{\(condor), \"size\": 0}", .badOption),
    (.roll, "{\(condor), \"to\": \"tomorrow\"}", .badOption), (.roll, "{\(condor), \"strikes\": 0}", .badStrategy),
    (.roll, "{\(condor), \"size\": 2, \"to_legs\": \"+U\"}", .badOption),
    (.liquidation, "{\(condor), \"maintenance\": \"tiers.yaml\"}", .badOption),
    (.liquidation, "{\(condor), \"maintenance\": \"margin=x\"}", .badOption),
    (.liquidation, "{\(condor), \"deposit\": \"-5\"}", .badOption),
    (.liquidation, "{\(condor), \"vol\": 50}", .badOption), (.liquidation, "{\(condor), \"push_to\": [0]}", .badOption),
    (.liquidation, "{\(condor), \"vol_shift\": 5}", .badOption),
    (.liquidation, "{\(condor), \"surface\": true, \"probability\": true}", .badOption),
    (.liquidation, "{\(condor), \"surface\": true, \"days\": \"0:30:1000\", \"vol_shift\": \"0:5:100\"}", .tooLarge),
    (.liquidation, "{\(condor), \"probability\": true, \"paths\": 2000000}", .badOption),
    (.liquidation, "{\(condor), \"probability\": true, \"drift\": 0.1}", .badOption),
    (.liquidation, "{\(condor), \"probability\": true, \"horizons\": \"0\"}", .badOption),
  ]

  @Test("Each wrong request has its code", arguments: refused)
  func refusals(operation: InterfaceOperation, body: String, code: InterfaceError.Code) throws {
    let error = try #require(try Self.refusal(operation, body), "\(operation.rawValue) answered \(body)")
    #expect(error.code == code, "\(error.message)")
    let root = try JSONSerialization.jsonObject(with: Data(error.json.utf8)) as? [String: [String: Any]]
    #expect(root?["error"]?["code"] as? String == code.rawValue)
  }

  @Test("10,001 legs, and 10,000 levels, are refused as such")
  func size() throws {
    let leg = #"{"quantity": 1, "instrument": "GOOG"}"#
    let legs = Array(repeating: leg, count: 10_001).joined(separator: ",")
    let many = try Self.refusal(.analyze, #"{"market": "goog-2015-12-23", "strategy": {"legs": [\#(legs)]}}"#)
    #expect(many?.code == .badStrategy)
    #expect(many?.message.contains("10001 legs") == true)
    let deep = String(repeating: "[", count: 10_000)
    #expect(try Self.refusal(.analyze, #"{"strategy": \#(deep)"#)?.code == .badRequest)
  }

  @Test("Requests that differ from a good one in a few bytes never trap")
  func fuzz() throws {
    var generator = SplitMix64(seed: 7)
    let operations = InterfaceOperation.allCases
    let seed = Array("{\(Self.condor), \"settlement\": \"quote\"}".utf8)
    for _ in 0..<400 {
      var bytes = seed
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[place] = UInt8.random(in: 32...126, using: &generator)
      }
      let operation = operations[Int.random(in: 0..<2, using: &generator)]
      _ = try? Self.interface.get().answer(operation, bytes)
    }
  }

  @Test("The description is JSON and names every operation and key")
  func description() throws {
    let root = try JSONSerialization.jsonObject(with: Data(InterfaceAnswer.description.text.utf8)) as? [String: Any]
    let paths = try #require(root?["paths"] as? [String: Any])
    for operation in InterfaceOperation.allCases { #expect(paths["/v1/\(operation.rawValue)"] != nil) }
    for path in ["/v1/strategies", "/v1/markets", "/v1/chain"] { #expect(paths[path] != nil) }
  }

  @Test("Two markets of one name are refused")
  func names() {
    let path = "\(Fixture.root)/Data/Markets/goog-2015-12-23.yaml"
    #expect(throws: FormatError.self) { try JSONInterface(markets: [path, path]) }
  }
}
