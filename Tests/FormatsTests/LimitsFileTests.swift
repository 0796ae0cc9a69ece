import Analysis
import Basics
import Instruments
import Testing

@testable import Formats

@Suite("Limits file")
struct LimitsFileTests {
  static let header = "scope,name,metric,limit,bound,currency\n"

  private func read(_ text: String) throws -> LimitsFile {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) { try LimitsFile(folder.file(text)) }
  }

  @Test("Every scope, name, metric and bound is read, columns in any order")
  func reads() throws {
    let file = try read(
      "limit,currency,metric,name,scope,bound,note\n"
        + "10.5,USD,max_loss,*,strategy,,x\n" + "-5,,worst_pnl,left,account,,x\n" + "3,,delta,,book,,x\n"
        + "4,,delta,book,book,at_most,x\n" + "0,BTC,long_units,BTC,underlying,,x\n"
        + "1,,gamma,26DEC25,expiry,at_least,x\n" + "1,,gamma,BTC@2025-12-26,expiry,,x\n")
    #expect(file.errors.isEmpty && file.limits.count == 7)
    #expect(file.warnings.count == 1 && file.warnings[0].contains("'note'"))
    #expect(file.limits.map(\.scope) == [.strategy, .account, .book, .book, .underlying, .expiry, .expiry])
    #expect(
      file.limits.map(\.name) == [
        .every, .named("left"), .every, .every, .named("BTC"),
        .expiry(try Expiry(parsing: "26DEC25"), underlying: nil),
        .expiry(try Expiry(parsing: "2025-12-26"), underlying: "BTC"),
      ])
    #expect(
      file.limits.map(\.bound) == [.atMost, .atLeast, .absolute, .atMost, .atMost, .atLeast, .absolute])
    #expect(file.limits[0].limit == ExactAmount(count: 105, decimals: 1))
    #expect(file.limits.map(\.currency) == [.usd, nil, nil, nil, .btc, nil, nil])
    for metric in LimitMetric.allCases {
      #expect(try read("scope,name,metric,limit\nstrategy,*,\(metric.rawValue),1\n").limits.map(\.metric) == [metric])
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let row: String
    let column: String
    let message: String
    var byteColumn = 1
    var testDescription: String { row }
  }

  static let refusals = [
    Refusal(row: "desk,*,delta,1,,", column: "scope", message: "found 'desk', wanted strategy, account, book"),
    Refusal(row: ",*,delta,1,,", column: "scope", message: "found an empty cell, wanted strategy"),
    Refusal(row: "account,,delta,1,,", column: "name", message: "found an empty cell, wanted the name", byteColumn: 9),
    Refusal(row: "book,all,delta,1,,", column: "name", message: "found 'all', wanted *, book", byteColumn: 6),
    Refusal(row: "expiry,soon,delta,1,,", column: "name", message: "found 'soon', wanted an expiry", byteColumn: 8),
    Refusal(row: "expiry,@26DEC25,delta,1,,", column: "name", message: "found '@26DEC25'", byteColumn: 8),
    Refusal(row: "expiry,A@B@26DEC25,delta,1,,", column: "name", message: "found 'A@B@26DEC25'", byteColumn: 8),
    Refusal(row: "expiry,,delta,1,,", column: "name", message: "found an empty cell, wanted an expiry", byteColumn: 8),
    Refusal(row: "book,*,loss,1,,", column: "metric", message: "found 'loss', wanted max_loss", byteColumn: 8),
    Refusal(row: "book,*,delta,much,,", column: "limit", message: "found 'much', wanted a number", byteColumn: 14),
    Refusal(row: "book,*,delta,,,", column: "limit", message: "found an empty cell", byteColumn: 14),
    Refusal(row: "book,*,delta,1/3,,", column: "limit", message: "found '1/3', wanted a number", byteColumn: 14),
    Refusal(row: "book,*,delta,nan,,", column: "limit", message: "found 'nan', wanted a number", byteColumn: 14),
    Refusal(row: "book,*,delta,-1,,", column: "limit", message: "found '-1', wanted a number of 0", byteColumn: 14),
    Refusal(row: "book,*,max_loss,-1,absolute,", column: "limit", message: "found '-1'", byteColumn: 17),
    Refusal(row: "book,*,delta,1,above,", column: "bound", message: "found 'above', wanted at_most", byteColumn: 16),
    Refusal(row: "book,*,delta,1,,U$", column: "currency", message: "found", byteColumn: 17),
    Refusal(
      row: "strategy,a,value,2,,", column: "limit",
      message: "found this limit again, wanted it once: it stands in line 2", byteColumn: 18),
  ]

  @Test("One wrong cell: its row is refused by line and column, the others are kept", arguments: refusals)
  func refusal(_ refusal: Refusal) throws {
    let good = "strategy,a,value,1,,\n"
    let file = try read(Self.header + good + refusal.row + "\n" + "strategy,b,value,1,,\n")
    #expect(file.limits.count == 2 && file.rows.count == 3)
    let error = try #require(file.errors.first)
    #expect(error.line == 3 && error.column == refusal.column && error.byteColumn == refusal.byteColumn)
    #expect(error.message.hasPrefix(refusal.message), "\(error.message)")
    if case .invalid(let texts, _) = file.rows[1] {
      let cells = [texts.scope, texts.name, texts.metric, texts.limit, texts.bound, texts.currency]
      #expect(cells.joined(separator: ",") == refusal.row)
    } else {
      Issue.record("the row has lost its place")
    }
  }

  @Test("A limit may differ from another in bound or currency alone")
  func pairs() throws {
    let file = try read(
      Self.header + "book,*,value,1,at_least,\nbook,*,value,1,at_most,\nbook,*,value,1,at_most,USD\n"
        + "book,,value,2,at_most,EUR\n")
    #expect(file.errors.isEmpty && file.limits.count == 4)
    #expect(try read(Self.header + "book,*,value,1,,\nbook,book,value,2,,\n").errors.count == 1, "one book")
  }

  @Test("A missing column and an empty file are faults of the file", arguments: ["scope", "name", "metric", "limit"])
  func wholeFile(column: String) throws {
    let names = ["scope", "name", "metric", "limit"].filter { $0 != column }
    #expect(throws: FormatError.self) { try read(names.joined(separator: ",") + "\n") }
    #expect(throws: FormatError.self) { try read("") }
    #expect(throws: FormatError.self) { try LimitsFile("/nowhere/limits.csv") }
    #expect(try read("scope,name,metric,limit\n").rows.isEmpty)
  }
}
