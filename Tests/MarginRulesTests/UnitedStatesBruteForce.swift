import Basics
import Instruments
import Pricing

@testable import MarginRules

/// A second opinion: every way to divide a few lots into groups of at most four, each group judged by its legs and, where
/// the loss is limited, by its payoff at the strikes. Shares nothing with the programme but the charges of one option or
/// of shares with an option.
struct UnitedStatesBruteForce {
  typealias Series = StrategyPosition.Series
  let charges: StrategyCharges
  private var known: [[Int]: ExactAmount] = [:]

  init(charges: StrategyCharges) { self.charges = charges }

  /// Lots of each series one by one.
  mutating func least(_ series: [Series]) -> ExactAmount {
    least(series, series.map { Int($0.lots) })
  }

  private mutating func least(_ series: [Series], _ left: [Int]) -> ExactAmount {
    guard let first = left.firstIndex(where: { $0 > 0 }) else { return .zero }
    if let answer = known[left] { return answer }
    var best: ExactAmount?
    // All groups that hold one lot of the first series and up to three lots of it or later ones.
    var groups: [[Int]] = [[first]]
    var start = 0
    while start < groups.count {
      let group = groups[start]
      start += 1
      var rest = left
      for index in group { rest[index] -= 1 }
      if let cost = cost(group.map { series[$0] }) {
        let total = cost + least(series, rest)
        best = min(best ?? total, total)
      }
      guard group.count < 4, let last = group.last else { continue }
      for index in last..<series.count where rest[index] > 0 { groups.append(group + [index]) }
    }
    known[left] = best
    return best ?? .zero
  }

  /// Nil where the legs are no strategy of the rule.
  private func cost(_ legs: [Series]) -> ExactAmount? {
    let shares = legs.filter { $0.right == nil }
    let options = legs.filter { $0.right != nil }
    if let held = shares.first { return shares.count == 1 ? withShares(held, options) : nil }
    let shorts = options.filter(\.isShort)
    let longs = options.filter { !$0.isShort }
    func sum(_ parts: [StrategyCharges.Part]) -> ExactAmount { parts.reduce(.zero) { $0 + $1.amount } }
    switch (shorts.count, longs.count) {
    case (1, 0): return shorts.first.map { sum(charges.naked($0)) }
    case (0, 1): return longs.first.map { sum(charges.long($0)) }
    case (2, 0):
      guard let call = shorts.first(where: { $0.right == .call }), let put = shorts.first(where: { $0.right == .put })
      else { return nil }
      let naked = [call, put].map { sum(charges.naked($0)) }
      return naked[0] >= naked[1] ? naked[0] + put.price : naked[1] + call.price
    case (1, 1):
      guard let short = shorts.first, let long = longs.first, short.right == long.right,
        let end = short.expiry, let last = long.expiry, last >= end
      else { return nil }
      return max(.zero, short.right == .call ? long.strike - short.strike : short.strike - long.strike)
    case (2, 2): return four(options, shorts)
    default: return nil
    }
  }

  /// The greatest loss at the strikes, for the shapes that have a name.
  private func four(_ legs: [Series], _ shorts: [Series]) -> ExactAmount? {
    guard Set(legs.compactMap(\.expiry)).count == 1 else { return nil }
    let ordered = legs.sorted { $0.strike < $1.strike }
    let calls = legs.filter { $0.right == .call }.count
    if calls == 4 || calls == 0 {
      // Outer strikes on one side, inner ones on the other; the outer strictly outside.
      let outer = [ordered[0], ordered[3]]
      let inner = [ordered[1], ordered[2]]
      guard outer.allSatisfy({ $0.isShort == outer[0].isShort }), inner.allSatisfy({ $0.isShort != outer[0].isShort }),
        ordered[0].strike < ordered[1].strike, ordered[2].strike < ordered[3].strike
      else { return nil }
    } else {
      guard calls == 2, shorts.filter({ $0.right == .call }).count == 1 else { return nil }
      let call = legs.filter { $0.right == .call }.sorted { $0.strike < $1.strike }
      let put = legs.filter { $0.right == .put }.sorted { $0.strike < $1.strike }
      guard call[0].isShort != call[1].isShort, put[0].isShort != put[1].isShort, call[0].isShort == put[1].isShort,
        call[0].strike < call[1].strike, put[0].strike < put[1].strike
      else { return nil }
      let isBox = put[0].strike == call[0].strike && put[1].strike == call[1].strike
      guard put[1].strike <= call[0].strike || isBox else { return nil }
    }
    let points = [ExactAmount.zero] + ordered.map(\.strike) + [ExactAmount(1_000_000)]
    let payoffs = points.map { spot in
      legs.reduce(ExactAmount.zero) { total, leg in
        let value = max(.zero, leg.right == .call ? spot - leg.strike : leg.strike - spot)
        return leg.isShort ? total - value : total + value
      }
    }
    return .zero - min(.zero, payoffs.min() ?? .zero)
  }

  private func withShares(_ held: Series, _ options: [Series]) -> ExactAmount? {
    func sum(_ parts: [StrategyCharges.Part]) -> ExactAmount { parts.reduce(.zero) { $0 + $1.amount } }
    let shorts = options.filter(\.isShort)
    let longs = options.filter { !$0.isShort }
    guard shorts.allSatisfy({ $0.right == (held.isShort ? .put : .call) }),
      longs.allSatisfy({ $0.right == (held.isShort ? .call : .put) })
    else { return nil }
    switch (shorts.first, longs.first, options.count) {
    case (nil, nil, 0): return sum(charges.underlying(held))
    case (let short?, nil, 1): return sum(charges.covered(held, short))
    case (nil, let long?, 1): return sum(charges.protected(held, long))
    case (let short?, let long?, 2):
      guard short.expiry == long.expiry else { return nil }
      if short.strike == long.strike { return sum(charges.conversion(held, short: short)) }
      guard !held.isShort, long.strike < short.strike else { return nil }
      return sum(charges.collar(held, put: long, call: short))
    default: return nil
    }
  }
}
