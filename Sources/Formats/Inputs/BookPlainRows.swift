import Basics
import Instruments
import Pricing

/// Takes strategies whose rows are plain from the cells of a block into a ``StrategyTable``.
///
/// A book of millions of legs names few contracts. The cells that make one are looked up by their bytes, so that a
/// contract is read once, by ``BookRowReader``; quantity, price and fee are read digit by digit; and nothing is allocated
/// for a row or a strategy. Whatever is not plain stops it at the beginning of that strategy, and nothing of the strategy
/// is kept: ``BookReader/next()`` reads it then and says what is wrong with it.
struct BookPlainRows {
  private let columns: BookColumns
  /// The columns that make a contract, neighbours joined: `kind` to `strike`, `multiplier` to `settlement`.
  private let contractRuns: [ClosedRange<Int>]
  private var batch = 0
  private var key = WordKey()
  private var legs: [StrategyTable.Leg] = []

  private var contractKeys = WordTable()
  private var contracts: [Contract] = []
  private var instruments: [Instrument] = []
  private var underlyings: [String: Int32] = [:]
  private var accountKeys = WordTable()
  private var accounts: [Place] = []
  private var accountNames: [String] = []
  private var terms: [Place] = []
  private var termsValues: [StrategyTable.Terms] = []

  /// Where something stands in the table of a batch. Tables are the caller's, so that each batch looks again, once.
  private struct Place {
    var batch = 0
    var index: Int32 = 0
  }

  /// What the cells of a contract say.
  private struct Contract {
    var place = Place()
    let multiplier: Quantity
    /// Index in `terms`.
    let terms: Int32
    /// Index in `underlyings`.
    let underlying: Int32
    let isOption: Bool
    let isCoin: Bool
  }

  init(columns: BookColumns) {
    self.columns = columns
    let cells = [
      columns.kind, columns.underlying, columns.expiry, columns.strike, columns.multiplier, columns.settlement,
      columns.currency, columns.payout, columns.exercise, columns.instrument,
    ].compactMap(\.self).sorted()
    var runs: [ClosedRange<Int>] = []
    for column in cells {
      if let last = runs.last, last.upperBound + 1 == column {
        runs[runs.count - 1] = last.lowerBound...column
      } else {
        runs.append(column...column)
      }
    }
    contractRuns = runs
  }

  /// Forgets where things stood in the table of the batch before.
  mutating func beginBatch() { batch += 1 }

  /// Takes strategies from `row` on and leaves `row` at the first that was not taken.
  ///
  /// The last strategy of a block is never taken, since it may go on in the next.
  ///
  /// - Parameters:
  ///   - rowLimit: Rows after which no further strategy is begun.
  ///   - limit: The most strategies that the batch may hold.
  mutating func take(
    _ block: CSVBlock, from row: inout Int, rowLimit: Int, limit: Int, _ rowReader: inout BookRowReader,
    _ names: inout StrategyNames, _ table: inout StrategyTable, _ strategies: inout BookBatch
  ) {
    let rowEnd = min(block.rowCount, rowLimit > block.rowCount - row ? block.rowCount : row + rowLimit)
    let bytes = block.bytes.span
    let cells = block.cells.span
    while row < rowEnd, strategies.count < limit {
      let name = cells[row &* block.width &+ columns.strategy].range
      guard let end = takeLegs(block, from: row, bytes, cells, name: name, &rowReader, &table) else { return }
      let nameBytes = bytes.extracting(name)
      guard names.isNew(nameBytes), let account = account(block, row, bytes, cells, &table) else { return }
      let first = Int(legTerms)
      if terms[first].batch != batch {
        terms[first] = Place(batch: batch, index: table.place(of: termsValues[first]))
      }
      table.append(name: nameBytes, legs: legs, terms: terms[first].index, account: account)
      names.note(nameBytes, line: block.line(ofRow: row))
      strategies.addStrategy(line: block.line(ofRow: row))
      row = end
    }
  }

  /// The terms of the legs taken last.
  private var legTerms: Int32 = 0

  /// Makes `legs` of the rows of one strategy and gives the row behind them; nil where they are not plain.
  @inline(__always)
  private mutating func takeLegs(
    _ block: CSVBlock, from first: Int, _ bytes: borrowing Span<UInt8>, _ cells: borrowing Span<CSVBlock.Cell>,
    name: Range<Int>, _ rowReader: inout BookRowReader, _ table: inout StrategyTable
  ) -> Int? {
    legs.removeAll(keepingCapacity: true)
    var row = first
    var underlying: Int32 = 0
    repeat {
      let start = row &* block.width
      if block.hasQuotes, BookPlainRows.hasQuote(block, row) { return nil }
      guard let index = contract(block, row, bytes, cells, &rowReader),
        let quantity = BookPlainRows.count(bytes, cells[start &+ columns.quantity]), quantity != 0,
        let fee = columns.fee.map({ BookPlainRows.amount(bytes, cells[start &+ $0]) }) ?? 0, fee >= 0,
        let price = BookPlainRows.amount(bytes, cells[start &+ columns.price])
      else { return nil }
      var contract = contracts[index]
      guard price > 0 || (price == 0 && contract.isOption) else { return nil }
      if row == first {
        legTerms = contract.terms
        underlying = contract.underlying
      } else {
        // One strategy has one settlement and one currency, and in coin one underlying.
        guard contract.terms == legTerms, !contract.isCoin || contract.underlying == underlying,
          legs.count < Strategy.legLimit
        else { return nil }
      }
      if contract.place.batch != batch {
        contract.place = Place(batch: batch, index: place(ofContract: index, contract.place, table: &table))
        contracts[index] = contract
      }
      legs.append(
        StrategyTable.Leg(
          instrument: contract.place.index, quantity: Quantity(count: quantity), multiplier: contract.multiplier,
          price: Price(count: price), fee: Price(count: fee)))
      row &+= 1
      guard row < block.rowCount else { return nil }
    } while BookPlainRows.isSame(bytes, name, cells[row &* block.width &+ columns.strategy].range)
    // Quotes are part of no plain name: with them, two spellings can be one name.
    if block.hasQuotes, BookPlainRows.hasQuote(block, row) { return nil }
    return row
  }

  /// The index of a row's contract, which is read where its cells are new; nil where they are wrong.
  @inline(__always)
  private mutating func contract(
    _ block: CSVBlock, _ row: Int, _ bytes: borrowing Span<UInt8>, _ cells: borrowing Span<CSVBlock.Cell>,
    _ rowReader: inout BookRowReader
  ) -> Int? {
    key.removeAll()
    let start = row &* block.width
    for run in contractRuns {
      let (first, last) = (cells[start &+ run.lowerBound], cells[start &+ run.upperBound])
      key.append(bytes, Int(first.start)..<Int(last.end))
    }
    return contractKeys.place(of: key) ?? newContract(block, row, &rowReader)
  }

  @inline(never)
  private mutating func newContract(_ block: CSVBlock, _ row: Int, _ rowReader: inout BookRowReader) -> Int? {
    guard let read = try? rowReader.read(block, row) else { return nil }
    let wanted = StrategyTable.Terms(settlement: read.settlement, currency: read.currency)
    let termsIndex = termsValues.firstIndex(of: wanted) ?? termsValues.count
    if termsIndex == termsValues.count {
      termsValues.append(wanted)
      terms.append(Place())
    }
    let symbol = read.leg.instrument.underlying
    let underlying = underlyings[symbol] ?? Int32(truncatingIfNeeded: underlyings.count)
    underlyings[symbol] = underlying
    contracts.append(
      Contract(
        multiplier: read.leg.multiplier, terms: Int32(truncatingIfNeeded: termsIndex), underlying: underlying,
        isOption: read.leg.instrument.isOption, isCoin: read.settlement == .coin))
    instruments.append(read.leg.instrument)
    return contractKeys.insert(key)
  }

  /// Where a contract stands in the table, most often where it stood in the one before.
  private func place(ofContract index: Int, _ last: Place, table: inout StrategyTable) -> Int32 {
    let guess = Int(last.index)
    if last.batch > 0, guess < table.instruments.count, table.instruments[guess] == instruments[index] {
      return last.index
    }
    return table.place(of: instruments[index])
  }

  /// The account of a strategy that begins at `row`; nil where a later row names another.
  @inline(__always)
  private mutating func account(
    _ block: CSVBlock, _ row: Int, _ bytes: borrowing Span<UInt8>, _ cells: borrowing Span<CSVBlock.Cell>,
    _ table: inout StrategyTable
  ) -> Int32? {
    key.removeAll()
    if let column = columns.account {
      let range = cells[row &* block.width &+ column].range
      for later in 1..<max(legs.count, 1)
      where !BookPlainRows.isSame(bytes, range, cells[(row &+ later) &* block.width &+ column].range) {
        return nil
      }
      key.append(bytes, range)
    }
    if let index = accountKeys.place(of: key) {
      if accounts[index].batch != batch {
        accounts[index] = Place(batch: batch, index: table.place(ofAccount: accountNames[index]))
      }
      return accounts[index].index
    }
    accountNames.append(columns.account.map { block.text(row: row, column: $0) } ?? "")
    accounts.append(Place(batch: batch, index: table.place(ofAccount: accountNames[accountNames.count - 1])))
    accountKeys.insert(key)
    return accounts[accounts.count - 1].index
  }

  // MARK: Cells

  /// A count of 10^-8, 0 for an empty cell; nil where it is not plain.
  @inline(__always)
  private static func amount(_ bytes: borrowing Span<UInt8>, _ cell: CSVBlock.Cell) -> Int64? {
    cell.range.isEmpty ? 0 : count(bytes, cell)
  }

  @inline(__always)
  private static func count(_ bytes: borrowing Span<UInt8>, _ cell: CSVBlock.Cell) -> Int64? {
    PlainDecimal.count(bytes, cell.range)
  }

  @inline(__always)
  private static func isSame(_ bytes: borrowing Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
    guard left.count == right.count else { return false }
    for offset in 0..<left.count where bytes[left.lowerBound &+ offset] != bytes[right.lowerBound &+ offset] {
      return false
    }
    return true
  }

  private static func hasQuote(_ block: CSVBlock, _ row: Int) -> Bool {
    let end = row + 1 < block.rowCount ? block.rowStarts[row + 1] : block.bytes.count
    return block.bytes[block.rowStarts[row]..<end].contains(CSVScanner.quote)
  }
}
