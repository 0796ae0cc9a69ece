import Basics
import Instruments
import Pricing
import TestSupport
import Testing

@testable import Formats

/// What one strategy of a book says, by whichever way it was read.
private struct Said: Equatable, CustomStringConvertible {
  let name: [UInt8]
  let line: Int
  let account: String
  let otherAccount: String?
  let strategy: FilledStrategy?
  let errors: [RowError]
  let errorCount: Int
  let settlement: Settlement?

  init(_ entry: BookEntry) {
    name = Array(entry.name.utf8)
    line = entry.line
    account = entry.account
    otherAccount = entry.otherAccount
    strategy = entry.strategy
    errors = entry.errors
    errorCount = entry.errorCount
    // A valid strategy has its own.
    settlement = entry.strategy == nil ? entry.settlement : nil
  }

  init(_ index: Int, _ table: StrategyTable, _ batch: BookBatch) throws {
    name = Array(table.nameBytes(index))
    line = batch.lines[index]
    account = table.accounts[table.account(index)]
    otherAccount = batch.otherAccounts.first { $0.index == index }?.account
    strategy = try table.filled(index)
    errors = []
    errorCount = 0
    settlement = nil
  }

  var description: String {
    "\(String(decoding: name, as: UTF8.self)) line \(line) account \(account) \(otherAccount ?? "-") "
      + "\(strategy.map { "\($0.legs)" } ?? "nil") \(errors)"
  }
}

@Suite("Book batches")
struct BookBatchTests {
  private static func oneByOne(_ path: String, pieceSize: Int) throws -> [Said] {
    try readBook(path, pieceSize: pieceSize).map { Said($0) }
  }

  /// Reads in batches, now and then by the other way, and now and then into another table.
  private static func inBatches(_ path: String, pieceSize: Int, limit: Int, seed: UInt64) throws -> [Said] {
    var generator = SplitMix64(seed: seed)
    var reader = try BookReader.open(path, pieceSize: pieceSize)
    var tables = [StrategyTable(), StrategyTable()]
    var said: [Said] = []
    while true {
      if generator.chance(0.1), let entry = try reader.next() { said.append(Said(entry)) }
      let turn = generator.int(0...1)
      if generator.chance(0.1) { tables[turn] = StrategyTable() }
      guard let batch = try reader.nextBatch(into: &tables[turn], limit: limit) else { break }
      let table = tables[turn]
      #expect(batch.count <= limit)
      #expect(table.count == batch.lines.count)
      var items: [BookBatch.Item] = []
      let middle = generator.int(0...batch.count)
      for part in [0..<middle, middle..<batch.count] { batch.forEach(in: part) { items.append($0) } }
      for item in items {
        switch item {
        case .invalid(let entry): said.append(Said(entry))
        case .strategy(let index): said.append(try Said(index, table, batch))
        }
      }
    }
    #expect(reader.rowsRead == reader.rowCount)
    return said
  }

  // MARK: The law

  private static let columns = BookColumns.names

  /// A row of a book as cells, mostly legal.
  private static func row(_ name: String, _ account: String, coin: Bool, _ generator: inout SplitMix64) -> [String] {
    var cells = [String](repeating: "", count: columns.count)
    func set(_ column: String, _ text: String) { cells[columns.firstIndex(of: column) ?? 0] = text }
    set("strategy", name)
    set("account", account)
    set("settlement", coin ? "coin" : generator.pick(["quote", ""]))
    let underlying = generator.chance(0.9) ? "BTC" : "ETH"
    switch generator.int(0...9) {
    case 0:
      set("kind", "perpetual")
      set("underlying", underlying)
      set("price", "90000")
    case 1: set("instrument", "\(underlying)-26DEC25-\(generator.int(80...90))000-C")
    case 2:
      set("kind", generator.pick(["digital_call", "digital_put"]))
      set("underlying", underlying)
      set("expiry", "26DEC25")
      set("strike", "90000")
      set("payout", "1000")
    default:
      set("kind", generator.pick(["call", "put"]))
      set("underlying", underlying)
      set("expiry", generator.pick(["2025-12-26", "26DEC25", "2026-01-30"]))
      set("strike", "\(generator.int(80...90))000")
    }
    set("quantity", generator.pick(["1", "-1", "0.5", "-12.25", "+3", "10"]))
    if cells[columns.firstIndex(of: "price") ?? 0].isEmpty {
      set("price", generator.pick(["10", "0.00000001", "1203.5", "", "0", ".5", "00000000000000000012.5"]))
    }
    set("fee", generator.pick(["", "0", "1", "0.25"]))
    set("multiplier", generator.pick(["", "1", "1", "1"]))
    return cells
  }

  private static let faults = [
    "", "0", "-1", "x", "1.000000001", "coin", "quote", "EUR", "99999999999999999999", "call", "ETH", "nan", "1e3",
    "92233720369", "-0.0", "é", "26DEC25", "5.",
  ]

  /// A book with faults, quotes, names that return and strategies that name two accounts.
  private static func book(_ seed: UInt64, faults: Double) -> String {
    var generator = SplitMix64(seed: seed)
    let ending = generator.chance(0.2) ? "\r\n" : "\n"
    var text = columns.joined(separator: ",") + ending
    let ascends = generator.chance(0.5)
    for number in 0..<generator.int(1...160) {
      let name = ascends && generator.chance(0.995) ? "s\(number)" : "s\(generator.int(0...400))"
      let account = generator.pick(["", "a", "b"])
      let coin = generator.chance(0.2)
      for _ in 0..<(generator.chance(0.05) ? 40 : generator.int(1...5)) {
        var cells = row(name, account, coin: coin, &generator)
        if generator.chance(faults) { cells[generator.int(1...(columns.count - 1))] = generator.pick(Self.faults) }
        if generator.chance(faults / 2) { cells[columns.firstIndex(of: "account") ?? 0] = "other" }
        if generator.chance(faults) {
          let column = generator.int(0...(columns.count - 1))
          cells[column] = "\"\(cells[column])\(generator.pick(["", "", "\"\"", ",", "\n"]))\""
        }
        text += cells.joined(separator: ",") + ending
      }
    }
    return generator.chance(0.2) ? String(text.dropLast(ending.count)) : text
  }

  @Test("A book read in batches says what it says read one by one", arguments: 1...24 as ClosedRange<UInt64>)
  func law(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed &* 1000)
    let folder = try TemporaryFolder()
    let path = folder.file(Self.book(seed, faults: generator.pick([0, 0.002, 0.02, 0.2])))
    let wanted = try Self.oneByOne(path, pieceSize: 1 << 20)
    for (size, limit) in [(1 << 20, 1000), (1 << 20, 7), (4096, 64), (700, 3), (16, 20), (1 << 16, 1)] {
      let found = try Self.inBatches(path, pieceSize: size, limit: limit, seed: seed)
      #expect(found.count == wanted.count, "pieces of \(size), batches of \(limit), \(generator)")
      if let (one, other) = zip(found, wanted).first(where: { $0 != $1 }) {
        Issue.record("\(one) is not \(other): pieces of \(size), batches of \(limit), \(generator)")
      }
    }
  }

  // MARK: What goes the short way

  @Test("Plain strategies share instruments, terms and accounts, whose places stay from batch to batch")
  func places() throws {
    let folder = try TemporaryFolder()
    var text = "strategy,kind,underlying,expiry,strike,quantity,price,account,settlement\n"
    for number in 0..<100 {
      for strike in [80_000, 90_000] {
        let settlement = number < 50 ? "" : "coin"
        text += "s\(number),call,BTC,26DEC25,\(strike + number / 50),1,0.01,a\(number % 3),\(settlement)\n"
      }
    }
    var reader = try BookReader.open(folder.file(text))
    var table = StrategyTable()
    var batches: [(names: [String], instruments: [Instrument], accounts: [String])] = []
    while let batch = try reader.nextBatch(into: &table, limit: 30) {
      #expect(batch.invalid.isEmpty && batch.otherAccounts.isEmpty)
      batches.append(((0..<table.count).map { table.name($0) }, table.instruments, table.accounts))
      for index in 0..<table.count {
        #expect(table.accounts[table.account(index)] == "a\((batch.lines[index] - 2) / 2 % 3)")
        #expect(table.legRange(index).count == 2)
      }
    }
    #expect(batches.map(\.names.count) == [30, 30, 30, 10])
    #expect(batches.flatMap(\.names) == (0..<100).map { "s\($0)" })
    #expect(table.instruments.count == 4 && table.terms.count == 2 && table.accounts == ["a0", "a1", "a2"])
    for batch in batches { #expect(table.instruments.starts(with: batch.instruments)) }
  }

  @Test("A batch ends after eight times as many rows as it may hold strategies")
  func rows() throws {
    let folder = try TemporaryFolder()
    var text = BookReaderTests.header + "\n"
    for number in 0..<20 {
      for _ in 0..<20 { text += "s\(number),call,BTC,26DEC25,90000,1,10,1,quote,\n" }
    }
    var reader = try BookReader.open(folder.file(text))
    var table = StrategyTable()
    var counts: [Int] = []
    while try reader.nextBatch(into: &table, limit: 5) != nil { counts.append(table.count) }
    #expect(counts == [2, 2, 2, 2, 2, 2, 2, 2, 2, 2])
  }

  // MARK: Names

  struct Names: Sendable, CustomTestStringConvertible {
    let names: [String]
    /// The line that each name's strategy is said to have begun in before; 0 for a new one.
    let earlier: [Int]
    var testDescription: String { names.joined(separator: " ") }
  }

  /// Names that ascend, that stop to ascend, and that return from before and from behind that place.
  static let names = [
    Names(names: ["c1", "c2", "c9", "c10"], earlier: [0, 0, 0, 0]),
    Names(names: ["c1", "c2", "c1"], earlier: [0, 0, 2]),
    Names(names: ["c2", "c1", "c2", "c1"], earlier: [0, 0, 2, 3]),
    Names(names: ["c1", "c5", "c3", "c4", "c6", "c4", "c5"], earlier: [0, 0, 0, 0, 0, 5, 3]),
    Names(names: ["", "c", ""], earlier: [0, 0, 2]),
    Names(names: ["b", "a", "a\u{301}", "\u{E1}", "b", "\u{E1}"], earlier: [0, 0, 0, 0, 2, 5]),
    Names(names: ["a1", "\"a2\"", "a3", "a2", "\"a\"\"\"", "a4", "\"a\"\"\""], earlier: [0, 0, 0, 3, 0, 0, 6]),
    Names(names: ["c10", "c9", "c10"], earlier: [0, 0, 2]),
  ]

  @Test("A name that returns is found, whether names ascend or not", arguments: names)
  func returning(_ example: Names) throws {
    let folder = try TemporaryFolder()
    var text = BookReaderTests.header + "\n"
    for name in example.names { text += "\(name),call,BTC,26DEC25,90000,1,10,1,quote,\n" }
    let path = folder.file(text)
    for size in [16, 64, 1 << 20] {
      let found = try Self.inBatches(path, pieceSize: size, limit: 3, seed: 1)
      try #require(found.count == example.names.count)
      for (said, line) in zip(found, example.earlier) {
        let message = said.errors.first?.message ?? ""
        let again = message.hasSuffix("again, wanted its rows together: it began in line \(line)")
        #expect(line > 0 ? again : message.isEmpty, "\(message), wanted line \(line), pieces of \(size)")
      }
    }
  }
}
