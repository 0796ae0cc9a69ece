import Basics
import Pricing

/// What a ``StrategyTable`` does not say of the strategies that were read into it: their lines, and those refused.
public struct BookBatch: Sendable {
  /// A strategy in the book's order.
  public enum Item: Sendable {
    /// Its place in the table.
    case strategy(Int)
    /// What is wrong with it.
    case invalid(BookEntry)
  }

  /// The line of the first row of each strategy of the table.
  public private(set) var lines: [Int] = []
  /// The strategies that are not in the table, by their place among all of the batch, ascending.
  public private(set) var invalid: [(position: Int, entry: BookEntry)] = []
  /// The strategies of the table that name two accounts, by their place there, ascending: ``BookEntry/otherAccount``.
  public private(set) var otherAccounts: [(index: Int, account: String)] = []

  /// The number of strategies, valid or not.
  public var count: Int { lines.count + invalid.count }

  /// Gives every strategy in the book's order.
  ///
  /// - Parameter range: Places among all of the batch.
  public func forEach(in range: Range<Int>, _ body: (Item) -> Void) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "the strategies must be of this batch")
    var next = firstInvalid(from: range.lowerBound)
    for position in range {
      if next < invalid.count, invalid[next].position == position {
        body(.invalid(invalid[next].entry))
        next += 1
      } else {
        body(.strategy(position - next))
      }
    }
  }

  /// The first of ``invalid`` at or behind a position.
  private func firstInvalid(from position: Int) -> Int {
    var (lower, upper) = (0, invalid.count)
    while lower < upper {
      let middle = lower + (upper - lower) / 2
      if invalid[middle].position < position { lower = middle + 1 } else { upper = middle }
    }
    return lower
  }

  /// Notes a strategy that has just been added to the table.
  mutating func addStrategy(line: Int) { lines.append(line) }

  /// Adds a strategy that was read row by row.
  mutating func add(_ entry: BookEntry, _ table: inout StrategyTable) {
    guard let strategy = entry.strategy, let legs = BookBatch.legs(of: strategy, &table) else {
      invalid.append((count, entry))
      return
    }
    let terms = table.place(of: StrategyTable.Terms(settlement: strategy.settlement, currency: strategy.currency))
    let account = table.place(ofAccount: entry.account)
    if let other = entry.otherAccount { otherAccounts.append((lines.count, other)) }
    table.append(name: Array(entry.name.utf8).span, legs: legs, terms: terms, account: account)
    addStrategy(line: entry.line)
  }

  /// The legs as a table holds them; nil where an amount is no count of 10^-8, which no book can say.
  private static func legs(of strategy: FilledStrategy, _ table: inout StrategyTable) -> [StrategyTable.Leg]? {
    var legs: [StrategyTable.Leg] = []
    legs.reserveCapacity(strategy.legs.count)
    for leg in strategy.legs {
      guard let price = Price(exactly: leg.price), let fee = Price(exactly: leg.fee) else { return nil }
      legs.append(
        StrategyTable.Leg(
          instrument: table.place(of: leg.instrument), quantity: leg.quantity, multiplier: leg.multiplier, price: price,
          fee: fee))
    }
    return legs
  }
}

extension Price {
  /// The amount where it is a count of 10^-8 within the range of a price.
  fileprivate init?(exactly amount: ExactAmount) {
    guard let count = try? amount.count(decimals: Price.decimals, rounding: .down),
      ExactAmount(count: count, decimals: Price.decimals) == amount
    else { return nil }
    self.init(count: count)
  }
}
