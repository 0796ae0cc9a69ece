import Basics
import Instruments

/// All recognised strategies that can be formed from a position: the columns of the matcher's programme.
///
/// The first columns are the series alone, in their order, so that any position has an answer.
struct StrategyEnumeration: Sendable {
  /// One strategy for one lot.
  struct Column: Sendable {
    let strategy: RecognisedStrategy
    /// Indices of series, with how many lots of each: 2 for a butterfly's middle.
    let members: [(series: Int, lots: Int64)]
    let parts: [StrategyCharges.Part]
    /// Of one unit, quote currency.
    let cost: ExactAmount

    init(_ strategy: RecognisedStrategy, _ members: [(series: Int, lots: Int64)], _ parts: [StrategyCharges.Part]) {
      self.strategy = strategy
      self.members = members
      self.parts = parts
      cost = parts.reduce(.zero) { $0 + $1.amount }
    }
  }

  /// What was left out to stay within the limit.
  enum Reach: Comparable, Sendable {
    /// Of two legs, and for each series only those with the nearest strikes.
    case nearPairs
    /// Of two legs.
    case pairs
    case all
  }

  let reach: Reach
  let columns: [Column]

  private static let nearest = 16

  /// - Parameter limit: Columns beyond which strategies of many legs are left out.
  init(_ position: StrategyPosition, _ charges: StrategyCharges, limit: Int) {
    var builder = Builder(position: position, charges: charges)
    let reach = builder.reach(limit)
    builder.addAlone()
    builder.addPairs(isNear: reach == .nearPairs ? StrategyEnumeration.nearest : .max)
    if reach == .all {
      builder.addHedgedShares()
      builder.addFours()
    }
    self.reach = reach
    columns = builder.columns
  }

  private struct Builder {
    let position: StrategyPosition
    let charges: StrategyCharges
    var columns: [Column] = []
    private let shares: Int?
    private let shorts: [OptionRight: [Int]]
    private let longs: [OptionRight: [Int]]

    init(position: StrategyPosition, charges: StrategyCharges) {
      self.position = position
      self.charges = charges
      let all = position.series.indices
      shares = all.first { position.series[$0].right == nil }
      var shorts: [OptionRight: [Int]] = [:]
      var longs: [OptionRight: [Int]] = [:]
      for index in all {
        guard let right = position.series[index].right else { continue }
        if position.series[index].isShort {
          shorts[right, default: []].append(index)
        } else {
          longs[right, default: []].append(index)
        }
      }
      self.shorts = shorts
      self.longs = longs
    }

    private func series(_ index: Int) -> StrategyPosition.Series { position.series[index] }
    private func shorts(_ right: OptionRight) -> [Int] { shorts[right] ?? [] }
    private func longs(_ right: OptionRight) -> [Int] { longs[right] ?? [] }

    /// Counted from above, in Doubles, so that nothing overflows.
    func reach(_ limit: Int) -> Reach {
      var pairs = Double(shorts(.call).count) * Double(shorts(.put).count)
      var fours = 0.0
      var squares: [Double] = []
      for right in OptionRight.allCases {
        let product = Double(longs(right).count) * Double(shorts(right).count)
        pairs += product
        fours += product * product / 2
        squares.append(product)
      }
      fours += squares.reduce(1, *) * 2
      if pairs + fours <= Double(limit) { return .all }
      // The count of fours is several times too high, that of pairs is not.
      return pairs <= Double(limit) / 5 ? .pairs : .nearPairs
    }

    mutating func addAlone() {
      for index in position.series.indices {
        let one = series(index)
        let strategy: RecognisedStrategy
        let parts: [StrategyCharges.Part]
        switch (one.right, one.isShort) {
        case (nil, let isShort):
          strategy = isShort ? .shortUnderlying : .longUnderlying
          parts = charges.underlying(one)
        case (.call?, true): (strategy, parts) = (.nakedCall, charges.naked(one))
        case (.put?, true): (strategy, parts) = (.nakedPut, charges.naked(one))
        case (.call?, false): (strategy, parts) = (.longCall, charges.long(one))
        case (.put?, false): (strategy, parts) = (.longPut, charges.long(one))
        }
        columns.append(Column(strategy, [(index, 1)], parts))
      }
    }

    private func order(_ candidates: [Int]) -> StrikeOrder {
      StrikeOrder(candidates.map { (series: $0, strike: series($0).strike) })
    }

    mutating func addPairs(isNear count: Int) {
      for right in OptionRight.allCases {
        let bought = order(longs(right))
        for short in shorts(right) {
          for long in bought.nearest(count, to: series(short).strike) { addSpread(short, long) }
        }
      }
      if charges.rates.account == .margin {
        let puts = order(shorts(.put))
        for call in shorts(.call) {
          for put in puts.nearest(count, to: series(call).strike) {
            let isStraddle = series(call).strike == series(put).strike
            columns.append(
              Column(
                isStraddle ? .shortStraddle : .shortStrangle, [(call, 1), (put, 1)],
                charges.strangle(series(call), series(put))))
          }
        }
      }
      guard let shares else { return }
      let isShort = series(shares).isShort
      // Long shares go with calls sold and puts bought, short ones with puts sold and calls bought.
      for short in shorts(isShort ? .put : .call) {
        columns.append(
          Column(
            isShort ? .coveredPut : .coveredCall, [(shares, 1), (short, 1)],
            charges.covered(series(shares), series(short))))
      }
      for long in longs(isShort ? .call : .put) {
        columns.append(
          Column(
            isShort ? .protectiveCall : .protectivePut, [(shares, 1), (long, 1)],
            charges.protected(series(shares), series(long))))
      }
    }

    /// The long option expires with or after the short one.
    private mutating func addSpread(_ short: Int, _ long: Int) {
      let (sold, bought) = (series(short), series(long))
      guard let end = sold.expiry, let last = bought.expiry, last >= end else { return }
      let isCall = sold.right == .call
      let strategy: RecognisedStrategy
      if last == end {
        strategy = isCall ? .callSpread : .putSpread
      } else if sold.strike == bought.strike {
        strategy = isCall ? .callCalendar : .putCalendar
      } else {
        strategy = isCall ? .callDiagonal : .putDiagonal
      }
      columns.append(Column(strategy, [(short, 1), (long, 1)], charges.spread(sold, bought)))
    }

    /// Shares between both options of one expiry: collars, conversions and their reverse.
    mutating func addHedgedShares() {
      guard let shares else { return }
      let held = series(shares)
      for short in shorts(held.isShort ? .put : .call) {
        for long in longs(held.isShort ? .call : .put) {
          let (sold, bought) = (series(short), series(long))
          guard sold.expiry == bought.expiry else { continue }
          if sold.strike == bought.strike {
            columns.append(
              Column(
                held.isShort ? .reverseConversion : .conversion, [(shares, 1), (short, 1), (long, 1)],
                charges.conversion(held, short: sold)))
          } else if !held.isShort, bought.strike < sold.strike {
            columns.append(
              Column(
                .collar, [(shares, 1), (short, 1), (long, 1)], charges.collar(held, put: bought, call: sold)))
          }
        }
      }
    }

    mutating func addFours() {
      for right in OptionRight.allCases {
        addWings(outer: longs(right), inner: shorts(right), isLong: true, right)
        addWings(outer: shorts(right), inner: longs(right), isLong: false, right)
      }
      addIrons(puts: shorts(.put), calls: shorts(.call), putWings: longs(.put), callWings: longs(.call), isShort: true)
      addIrons(puts: longs(.put), calls: longs(.call), putWings: shorts(.put), callWings: shorts(.call), isShort: false)
    }

    /// Butterflies and condors of one right: two outer strikes against one inner twice, or two inner ones.
    private mutating func addWings(outer: [Int], inner: [Int], isLong: Bool, _ right: OptionRight) {
      for (place, first) in inner.enumerated() {
        for second in inner[place...] where series(second).expiry == series(first).expiry {
          let (b, c) = (series(first).strike, series(second).strike)
          for low in outer where series(low).expiry == series(first).expiry && series(low).strike < b {
            for high in outer where series(high).expiry == series(first).expiry && series(high).strike > c {
              let (a, d) = (series(low).strike, series(high).strike)
              // The wing that is sold against: beyond the upper strikes for calls, below the lower for puts.
              let (near, far) = right == .call ? (b - a, d - c) : (d - c, b - a)
              let loss = isLong ? max(.zero, far - near) : near
              let text =
                isLong ? "max(0, \(far.shown) - \(near.shown))" : near.shown
              let strategy: RecognisedStrategy =
                first == second ? (isLong ? .longButterfly : .shortButterfly) : (isLong ? .longCondor : .shortCondor)
              var members: [(series: Int, lots: Int64)] = [(low, 1), (first, 1), (second, 1), (high, 1)]
              if first == second { members = [(low, 1), (first, 2), (high, 1)] }
              columns.append(Column(strategy, members, charges.maximumLoss(loss, text)))
            }
          }
        }
      }
    }

    /// Iron butterflies and condors, and boxes: a put and a call inside, sold or bought, with their wings outside.
    private mutating func addIrons(
      puts: [Int], calls: [Int], putWings: [Int], callWings: [Int], isShort: Bool
    ) {
      for put in puts {
        for call in calls where series(call).expiry == series(put).expiry {
          let (b, c) = (series(put).strike, series(call).strike)
          for putWing in putWings
          where series(putWing).expiry == series(put).expiry && series(putWing).strike < b {
            for callWing in callWings
            where series(callWing).expiry == series(put).expiry && series(callWing).strike > c {
              let (a, d) = (series(putWing).strike, series(callWing).strike)
              let isBox = a == c && b == d
              guard b <= c || isBox else { continue }
              let loss = !isShort ? .zero : isBox ? b - a : max(b - a, d - c)
              let text = isBox ? "\(b.shown) - \(a.shown)" : "max(\((b - a).shown), \((d - c).shown))"
              let strategy: RecognisedStrategy
              if isBox {
                strategy = isShort ? .shortBox : .longBox
              } else if b == c {
                strategy = isShort ? .ironButterfly : .reverseIronButterfly
              } else {
                strategy = isShort ? .ironCondor : .reverseIronCondor
              }
              columns.append(
                Column(
                  strategy, [(putWing, 1), (put, 1), (call, 1), (callWing, 1)], charges.maximumLoss(loss, text)))
            }
          }
        }
      }
    }
  }
}
