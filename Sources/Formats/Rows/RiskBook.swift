import Analysis
import Basics
import Instruments
import Pricing

/// A book as a report of risk reads it: a table of strategies, with what the table does not say of them.
struct RiskBook {
  /// A strategy in the book's order.
  enum Item {
    /// Its place in the table.
    case strategy(Int, line: Int, otherAccount: String?)
    case invalid(BookEntry)
  }

  private(set) var table = StrategyTable()
  private(set) var items: [Item] = []

  /// Reads the next strategies in place of those held; false behind the last.
  mutating func read(_ book: inout BookReader, limit: Int) throws(FormatError) -> Bool {
    items = []
    guard let batch = try book.nextBatch(into: &table, limit: limit) else { return false }
    let others = Dictionary(uniqueKeysWithValues: batch.otherAccounts.map { ($0.index, $0.account) })
    batch.forEach(in: 0..<batch.count) { item in
      switch item {
      case .invalid(let entry): items.append(.invalid(entry))
      case .strategy(let index):
        items.append(.strategy(index, line: batch.lines[index], otherAccount: others[index]))
      }
    }
    return true
  }

  init() {}

  /// A single strategy as a book of one.
  ///
  /// What was paid for it has no part in its risk, and stands beside its maximum loss alone: prices and fees that are no
  /// counts of 10^-8 are rounded to one, and a premium beyond the range of a price is left out. An entry price of another leg
  /// beyond it makes the entry invalid.
  init(_ entry: BookEntry) {
    guard let strategy = entry.strategy else {
      items = [.invalid(entry)]
      return
    }
    var legs: [StrategyTable.Leg] = []
    for (index, leg) in strategy.legs.enumerated() {
      let price: Price
      do throws(BasicsError) { price = try RiskBook.price(leg.price) } catch {
        guard leg.instrument.isOption else {
          items = [.invalid(entry.refused(error.description))]
          return
        }
        price = .zero
      }
      legs.append(
        StrategyTable.Leg(
          instrument: table.place(of: leg.instrument), quantity: leg.quantity, multiplier: leg.multiplier,
          price: price,
          fee: (try? RiskBook.price(leg.fee + (index == 0 ? strategy.strategyFees : .zero))) ?? .zero))
    }
    let terms = table.place(of: StrategyTable.Terms(settlement: strategy.settlement, currency: strategy.currency))
    table.append(
      name: Array(entry.name.utf8).span, legs: legs, terms: terms, account: table.place(ofAccount: entry.account))
    items = [.strategy(0, line: entry.line, otherAccount: entry.otherAccount)]
  }

  private static func price(_ amount: ExactAmount) throws(BasicsError) -> Price {
    Price(count: try amount.count(decimals: Price.decimals, rounding: .down))
  }

  // MARK: Wholes

  /// Adds the strategies to the positions of their accounts, or of the book.
  ///
  /// - Parameters:
  ///   - refusals: By place in the table, why a strategy cannot be valued.
  ///   - summary: Is told what is wrong with single strategies.
  /// - Returns: By place in the table, the name of the whole it was added to; nil where it was not.
  func add(
    to net: inout BookNet, by grain: RiskGrain, refusals: [RiskError?], _ summary: inout ReportSummary
  ) -> [String?] {
    var wholes = [String?](repeating: nil, count: table.count)
    for item in items {
      switch item {
      case .invalid(let entry):
        summary.add(entry.errors, count: entry.errorCount)
        for account in grain == .book ? [BookSummaryReport.bookName] : entry.accounts { net.exclude(from: account) }
      case .strategy(let index, let line, let otherAccount):
        let account = grain == .book ? BookSummaryReport.bookName : table.accounts[table.account(index)]
        let other = grain == .account ? otherAccount : nil
        let refusal =
          other.map { BookEntry.refusal(ofAccount: $0, beside: account) } ?? refusals[index]?.description
        guard let refusal else {
          net.add(table, index, to: account)
          wholes[index] = account
          continue
        }
        summary.add(
          [RowError(line: line, byteColumn: 1, column: "strategy", message: refusal)], count: 1)
        // Nobody knows which of two accounts it belongs to: neither is whole.
        for name in [account] + (other.map { [$0] } ?? []) { net.exclude(from: name) }
      }
    }
    return wholes
  }

  /// What an item is called, and its currency; empty where it has none.
  func name(of item: Item) -> (name: String, currency: String) {
    switch item {
    case .invalid(let entry): return (entry.name, "")
    case .strategy(let index, _, _): return (table.name(index), table.terms(index).currency.code)
    }
  }
}
