import Kernels
import TestSupport
import Testing

@Suite("Tail mean")
struct TailMeanTests {
  /// Outcomes in ascending order, each counted with what of its weight still belongs to the tail.
  private func sorted(_ profits: [Double], _ weights: [Double], tail: Double) -> Double {
    var left = tail
    var sum = 0.0
    for index in profits.indices.sorted(by: { profits[$0] < profits[$1] }) where left > 0 {
      let part = min(left, weights[index])
      sum += part * profits[index]
      left -= part
    }
    return -sum / tail
  }

  private func sample(_ generator: inout SplitMix64, shift: Double = 0) -> (profits: [Double], weights: [Double]) {
    let count = generator.pick([1, 2, 3, generator.int(4...40), generator.int(41...700)])
    // Few distinct outcomes in some, so that the border falls on ties.
    let steps = generator.pick([1.0, 3, 50, 0])
    let profits = (0..<count).map { _ in
      let outcome = generator.number(-1, 1)
      return (steps > 0 ? (outcome * steps).rounded() / steps : outcome) * 1000 + shift
    }
    let weights = (0..<count).map { _ in generator.pick([1, generator.number(0.001, 1), 20]) }
    let total = weights.reduce(0, +)
    return (profits, weights.map { $0 / total })
  }

  private func magnitude(_ profits: [Double]) -> Double { profits.map(abs).max() ?? 0 }

  @Test("It is what a sorted walk through the worst outcomes gives", arguments: 1...60)
  func reference(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    let (profits, weights) = sample(&generator)
    for tail in [0.001, 0.01, 0.025, 0.05, 0.3, 0.5, 0.975, generator.number(0.001, 1), weights[0]] {
      let found = TailMean.expectedShortfall(profits.span, weights: weights.span, tail: tail)
      let wanted = sorted(profits, weights, tail: tail)
      #expect(abs(found - wanted) <= 1e-12 * magnitude(profits), "\(generator), tail \(tail): \(found), \(wanted)")
    }
  }

  @Test("The whole weight gives the mean loss", arguments: 61...75)
  func mean(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    let (profits, weights) = sample(&generator)
    let mean = zip(profits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    let found = TailMean.expectedShortfall(profits.span, weights: weights.span, tail: 1)
    #expect(abs(found + mean) <= 1e-12 * magnitude(profits), "\(generator)")
  }

  @Test("Of n equally likely outcomes, a tail of k/n is the mean of the k worst", arguments: 76...90)
  func uniform(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    let profits = sample(&generator).profits
    let count = profits.count
    let weights = [Double](repeating: 1 / Double(count), count: count)
    let ascending = profits.sorted()
    for worst in Set([1, (count + 1) / 2, max(1, count - 1), count]) {
      let wanted = -ascending[..<worst].reduce(0, +) / Double(worst)
      let tail = Double(worst) / Double(count)
      let found = TailMean.expectedShortfall(profits.span, weights: weights.span, tail: tail)
      #expect(abs(found - wanted) <= 1e-12 * magnitude(profits), "\(generator), \(worst) of \(count)")
    }
  }

  @Test("It does not fall as the level rises, and stays between the mean and the worst loss", arguments: 91...105)
  func monotone(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    let (profits, weights) = sample(&generator)
    let slack = 1e-12 * magnitude(profits)
    let levels = (0..<30).map { _ in generator.number(0, 0.9999) }.sorted()
    var last = -zip(profits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    for level in levels {
      let found = TailMean.expectedShortfall(profits.span, weights: weights.span, tail: 1 - level)
      #expect(found >= last - slack, "\(generator), level \(level)")
      #expect(found <= -(profits.min() ?? 0) + slack, "\(generator), level \(level)")
      last = found
    }
  }

  @Test("Outcomes that are all losses give a loss, all gains a negative one", arguments: [-5000.0, 5000])
  func sign(shift: Double) {
    var generator = SplitMix64(seed: 106)
    for _ in 0..<20 {
      let (profits, weights) = sample(&generator, shift: shift)
      let found = TailMean.expectedShortfall(profits.span, weights: weights.span, tail: 0.05)
      #expect(shift < 0 ? (4000...6000).contains(found) : (-6000 ... -4000).contains(found), "\(generator)")
    }
  }

  @Test("One outcome, and outcomes that are all equal, are the loss at any tail", arguments: [1, 2, 9, 64, 333])
  func equal(count: Int) {
    for outcome in [-3.5, 0, 7.25, -1e12] {
      let profits = [Double](repeating: outcome, count: count)
      let weights = [Double](repeating: 1 / Double(count), count: count)
      for tail in [1e-9, 0.025, 0.5, 1] {
        let found = TailMean.expectedShortfall(profits.span, weights: weights.span, tail: tail)
        #expect(abs(found + outcome) <= 1e-12 * abs(outcome), "\(count) of \(outcome), tail \(tail): \(found)")
      }
    }
  }

  @Test("The border's outcome counts with the part of its weight that is in the tail")
  func border() {
    // The worst tenth whole, and a tenth of the next one's four.
    let profits = [10.0, -100, -20]
    let weights = [0.5, 0.1, 0.4]
    let found = TailMean.expectedShortfall(profits.span, weights: weights.span, tail: 0.2)
    #expect(abs(found - (0.1 * 100 + 0.1 * 20) / 0.2) < 1e-12)
  }

  @Test("An outcome that is no number gives none, wherever it stands", arguments: [1, 2, 5, 33, 200])
  func notANumber(count: Int) {
    var generator = SplitMix64(seed: 107)
    for _ in 0..<10 {
      var profits = (0..<count).map { _ in generator.number(-1, 1) }
      profits[generator.int(0...(count - 1))] = .nan
      let weights = [Double](repeating: 1 / Double(count), count: count)
      for tail in [0.01, 0.5, 1] {
        let found = TailMean.expectedShortfall(profits.span, weights: weights.span, tail: tail)
        #expect(found.isNaN, "\(count) outcomes, tail \(tail): \(found)")
      }
    }
    let none: [Double] = []
    #expect(TailMean.expectedShortfall(none.span, weights: none.span, tail: 0.5).isNaN)
  }
}
