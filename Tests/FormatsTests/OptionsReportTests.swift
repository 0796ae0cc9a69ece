import TestSupport
import Testing

@testable import Formats

@Suite("Options files")
struct OptionsReportTests {
  static let header = "id,type,spot,strike,years,vol,rate,dividend_yield"
  static let priceHeader = "id,type,spot,strike,years,price,rate,dividend_yield"

  static func price(_ text: String) throws -> (rows: [[String: String]], summary: ReportSummary) {
    let folder = try TemporaryFolder()
    var reader = try PriceReport.open(folder.file(text))
    var sink = try OutputSink(folder.path + "/out.csv")
    let summary = try PriceReport.write(&reader, to: &sink)
    try sink.finish()
    return (try rows(ofReport: folder.text("out.csv") ?? "", in: folder), summary)
  }

  static func impliedVolatility(_ text: String) throws -> (rows: [[String: String]], summary: ReportSummary) {
    let folder = try TemporaryFolder()
    var reader = try ImpliedVolatilityReport.open(folder.file(text))
    var sink = try OutputSink(folder.path + "/out.csv")
    let summary = try ImpliedVolatilityReport.write(&reader, to: &sink)
    try sink.finish()
    return (try rows(ofReport: folder.text("out.csv") ?? "", in: folder), summary)
  }

  @Test("The columns are those of the contract")
  func columns() {
    #expect(
      PriceReport.columns.joined(separator: ",")
        == "id,value,delta,gamma,vega,theta,rho,epsilon,vanna,volga,charm,veta,speed,zomma,color,ultima,dual_delta,"
        + "dual_gamma,status,detail")
    #expect(ImpliedVolatilityReport.columns == ["id", "implied_vol", "status", "detail"])
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let row: String
    let detail: String
    var testDescription: String { detail }
  }

  static let zeroOrMore = "wanted a number of 0 or more"
  static let refusals = [
    Refusal(row: "x,calls,100,100,1,0.2,0,0", detail: "found 'calls', wanted call or put (line 2, column type)"),
    Refusal(row: "x,,100,100,1,0.2,0,0", detail: "found an empty cell, wanted call or put (line 2, column type)"),
    Refusal(row: "x,CALL,100,100,1,0.2,0,0", detail: "found 'CALL', wanted call or put (line 2, column type)"),
    Refusal(row: "x,call,-100,100,1,0.2,0,0", detail: "found '-100', \(zeroOrMore) (line 2, column spot)"),
    Refusal(row: "x,call,,100,1,0.2,0,0", detail: "found an empty cell, \(zeroOrMore) (line 2, column spot)"),
    Refusal(row: "x,call,inf,100,1,0.2,0,0", detail: "found 'inf', \(zeroOrMore) (line 2, column spot)"),
    Refusal(
      row: "x,call,1e999,100,1,0.2,0,0",
      detail: "found '1e999', wanted a number within the range of a Double (line 2, column spot)"),
    Refusal(row: "x,call,100,-1e-300,1,0.2,0,0", detail: "found '-1e-300', \(zeroOrMore) (line 2, column strike)"),
    Refusal(row: "x,call,100,0x64,1,0.2,0,0", detail: "found '0x64', \(zeroOrMore) (line 2, column strike)"),
    Refusal(row: "x,put,100,100,-1,0.2,0,0", detail: "found '-1', \(zeroOrMore) (line 2, column years)"),
    Refusal(row: "x,put,100,100,one,0.2,0,0", detail: "found 'one', \(zeroOrMore) (line 2, column years)"),
    Refusal(
      row: "x,put,100,100,1,-0.2,0,0", detail: "found '-0.2', wanted a number of 0 or more, or inf (line 2, column vol)"
    ),
    Refusal(
      row: "x,put,100,100,1,nan,0,0", detail: "found 'nan', wanted a number of 0 or more, or inf (line 2, column vol)"),
    Refusal(
      row: "x,put,100,100,1,-inf,0,0", detail: "found '-inf', wanted a number of 0 or more, or inf (line 2, column vol)"
    ),
    Refusal(
      row: "x,put,100,100,1,infinity,0,0",
      detail: "found 'infinity', wanted a number of 0 or more, or inf (line 2, column vol)"),
    Refusal(row: "x,put,100,100,1,0.2,nan,0", detail: "found 'nan', wanted a number (line 2, column rate)"),
    Refusal(row: "x,put,100,100,1,0.2,inf,0", detail: "found 'inf', wanted a number (line 2, column rate)"),
    Refusal(row: "x,put,100,100,1,0.2,,0", detail: "found an empty cell, wanted a number (line 2, column rate)"),
    Refusal(
      row: "x,put,100,100,1,0.2,0,\"0,01\"", detail: "found '0,01', wanted a number (line 2, column dividend_yield)"),
  ]

  @Test("One wrong cell makes its row invalid and no other", arguments: refusals)
  func refuses(_ refusal: Refusal) throws {
    let (rows, summary) = try Self.price("\(Self.header)\n\(refusal.row)\ny,call,100,100,1,0.2,0,0\n")
    try #require(rows.count == 2)
    #expect(rows[0]["id"] == "x" && rows[0]["status"] == "invalid")
    #expect(rows[0]["detail"] == refusal.detail)
    #expect(PriceReport.columns.dropFirst().dropLast(2).allSatisfy { rows[0][$0] == "" })
    #expect(rows[1]["id"] == "y" && rows[1]["status"] == "ok" && rows[1]["detail"] == "")
    #expect(summary.invalidCount == 1 && summary.rowCount == 2)
    #expect(summary.errors.map(\.detail) == [refusal.detail])
  }

  @Test(
    "Zeros and an infinite volatility are answered",
    arguments: [
      "call,0,100,1,0.2,0,0", "call,100,0,1,0.2,0,0", "call,100,100,0,0.2,0,0", "put,100,100,1,0,0,0",
      "put,100,100,1,inf,0,0", "put,0,0,0,0,0,0", "put,-0,100,1,0.2,-0.05,-0.01",
    ])
  func limits(_ row: String) throws {
    let (rows, summary) = try Self.price("type,spot,strike,years,vol,rate,dividend_yield\n\(row)\n")
    #expect(summary.invalidCount == 0)
    #expect(rows.first?["status"] == "ok" || rows.first?["status"] == "limit")
    #expect(rows.first?["value"]?.isEmpty == false)
  }

  @Test("Minus zero is zero")
  func minusZero() throws {
    let (rows, _) = try Self.price("\(Self.header)\nx,put,-0,100,-0,0.2,0,0\nx,put,0,100,0,0.2,0,0\n")
    try #require(rows.count == 2)
    #expect(rows[0] == rows[1])
  }

  @Test("What is infinite or undefined is an empty cell, and the detail names it")
  func limitDetail() throws {
    let (rows, _) = try Self.price("\(Self.header)\nx,call,100,100,1,0,0,0\ny,call,120,100,1,0,0,0\n")
    try #require(rows.count == 2)
    #expect(rows[0]["status"] == "limit" && rows[0]["gamma"] == "" && rows[0]["value"] == "0")
    #expect(rows[0]["detail"]?.split(separator: "; ").contains("gamma inf") == true)
    #expect(rows[1]["status"] == "ok" && rows[1]["detail"] == "" && rows[1]["delta"] == "1")
  }

  @Test("The id defaults to the row's number; rate and dividend yield to 0")
  func defaults() throws {
    let (rows, _) = try Self.price("vol,years,strike,spot,type\n0.2,1,100,100,call\n0.2,1,100,100,put\n")
    let full = try Self.price("\(Self.header)\n1,call,100,100,1,0.2,0,0\n2,put,100,100,1,0.2,0,0\n").rows
    #expect(rows == full)
    #expect(rows.map { $0["id"] } == ["1", "2"])
  }

  @Test("Ids stay as they are, in the order of the file, over batches and blocks")
  func order() throws {
    var text = Self.header + "\n"
    let count = 3 * OptionRows.batchSize + 17
    for row in 0..<count {
      let bad = row % 100 == 7
      text += "\"i,\(row)\",\(row % 2 == 0 ? "call" : "put"),\(bad ? "?" : "\(90 + row % 20)"),100,1,0.2,0.01,0\n"
    }
    let (rows, summary) = try Self.price(text)
    #expect(rows.map { $0["id"] } == (0..<count).map { "i,\($0)" })
    #expect(summary.rowCount == count)
    let invalid = rows.indices.filter { rows[$0]["status"] == "invalid" }
    #expect(invalid == (0..<count).filter { $0 % 100 == 7 })
    #expect(summary.errors.first?.line == 9)
    // Equal options have equal rows, wherever they stand in a batch.
    #expect(rows[0]["ultima"] == rows[1020]["ultima"] && rows[0]["value"] == rows[1020]["value"])
  }

  @Test("A column that the question needs is missing", arguments: ["type", "spot", "strike", "years", "vol"])
  func missing(_ name: String) throws {
    let folder = try TemporaryFolder()
    let columns = Self.header.split(separator: ",").filter { $0 != name }
    let path = folder.file(columns.joined(separator: ",") + "\n")
    let error = #expect(throws: FormatError.self) { _ = try PriceReport.open(path).rowCount }
    #expect(error?.description.hasSuffix("wanted a column '\(name)' among them") == true)
  }

  @Test("implied-vol needs prices, not volatilities")
  func missingPrice() throws {
    let folder = try TemporaryFolder()
    let path = folder.file(Self.header + "\n")
    let error = #expect(throws: FormatError.self) { _ = try ImpliedVolatilityReport.open(path).rowCount }
    #expect(error?.description.hasSuffix("wanted a column 'price' among them") == true)
  }

  struct Answer: Sendable {
    let row: String
    let volatility: String
    let status: String
  }

  static let answers = [
    Answer(row: "x,call,100,100,1,-1,0,0", volatility: "", status: "below_intrinsic"),
    Answer(row: "x,call,120,100,1,19,0,0", volatility: "", status: "below_intrinsic"),
    Answer(row: "x,call,120,100,1,20,0,0", volatility: "0", status: "at_bound"),
    Answer(row: "x,call,100,100,1,100,0,0", volatility: "", status: "at_bound"),
    Answer(row: "x,put,100,90,1,90,0,0", volatility: "", status: "at_bound"),
    Answer(row: "x,call,100,100,1,101,0,0", volatility: "", status: "above_maximum"),
    Answer(row: "x,call,100,100,1,nan,0,0", volatility: "", status: "invalid"),
    Answer(row: "x,call,100,100,1,inf,0,0", volatility: "", status: "invalid"),
    Answer(row: "x,call,100,100,1,dear,0,0", volatility: "", status: "invalid"),
    Answer(row: "x,call,-1,100,1,5,0,0", volatility: "", status: "invalid"),
  ]

  @Test("Prices without a volatility", arguments: answers)
  func withoutVolatility(_ answer: Answer) throws {
    let (rows, summary) = try Self.impliedVolatility("\(Self.priceHeader)\n\(answer.row)\n")
    try #require(rows.count == 1)
    #expect(rows[0]["implied_vol"] == answer.volatility)
    #expect(rows[0]["status"] == answer.status)
    #expect(rows[0]["detail"]?.isEmpty == (answer.status != "invalid"))
    #expect(summary.invalidCount == (answer.status == "invalid" ? 1 : 0))
  }

  @Test("A price goes in, the volatility it was made with comes out")
  func roundTrip() throws {
    let (priced, _) = try Self.price(
      "\(Self.header)\na,call,100,110,0.5,0.35,0.03,0.01\nb,put,100,80,2,0.6,0.03,0.01\n")
    let values = priced.map { $0["value"] ?? "" }
    let (rows, _) = try Self.impliedVolatility(
      "\(Self.priceHeader)\na,call,100,110,0.5,\(values[0]),0.03,0.01\nb,put,100,80,2,\(values[1]),0.03,0.01\n")
    #expect(rows.map { $0["status"] } == ["ok", "ok"])
    for (row, volatility) in zip(rows, [0.35, 0.6]) { #expect(abs(row.number("implied_vol") - volatility) < 1e-12) }
  }
}
