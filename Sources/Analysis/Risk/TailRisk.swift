import Scenarios

/// Value at risk and expected shortfall of one position at one level, with what is known of their errors.
///
/// A loss is positive throughout; a figure below 0 is a gain.
public struct TailRisk: Hashable, Sendable {
  public let level: Double
  /// As ``TailTerms`` defines it.
  public let valueAtRisk: Double
  /// The interval that holds the true quantile in 95 of 100 samples, by order statistics: the binomial distribution for
  /// equal weights, the normal one of the weighted count for weights and antithetic pairs. Overlapping moves count as many
  /// as do not overlap. Nil where the sample does not reach so far into the tail.
  public let low: Double?
  public let high: Double?
  /// The mean loss over the worst 1 - level of the weight (C. Acerbi and D. Tasche, "On the coherence of expected
  /// shortfall", *Journal of Banking and Finance* 26, 2002, equation 11).
  public let expectedShortfall: Double
  /// Of the expected shortfall: the deviation of the mean of max(loss - value at risk, 0) / (1 - level), pairs taken
  /// together (its influence function; Chen, "Nonparametric estimation of expected shortfall", *Journal of Financial
  /// Econometrics* 6, 2008). Asymptotic: with few scenarios in the tail it is too small.
  public let standardError: Double
  /// Scenarios in the tail, the one at the border among them.
  public let tailScenarios: Int
  /// The number of equally weighted scenarios the tail's weights are worth.
  public let effectiveTailScenarios: Double
  /// The greatest loss and the place of its scenario.
  public let worst: Double
  public let worstScenario: Int
  /// How much of the expected shortfall the worst scenario makes alone; nil where the expected shortfall is not positive.
  public let worstShare: Double?
}

/// The scenarios of a tail and how much each counts: their weights sum to 1.
///
/// The expected shortfall is the mean of losses by these weights; so a part's contribution is the mean of the part's losses
/// by the weights of the whole (Euler's rule: D. Tasche, "Expected shortfall and beyond", *Journal of Banking and Finance*
/// 26, 2002), and contributions add up to the whole.
public struct TailWeights: Hashable, Sendable {
  public let scenarios: [Int]
  public let weights: [Double]
  /// Scenarios around the quantile, all alike, over which a part's share of the value at risk is measured: the ranks within
  /// one standard deviation of the count in the tail, the square root of the quantile's rank, to either side; the
  /// quantile's own scenario where their mean is far from it.
  public let around: [Int]
  /// The value at risk over the mean loss around it.
  let quantileScale: Double

  /// The mean loss by these weights of outcomes over all scenarios, plus being a gain.
  public func shortfall(of profits: Span<Double>) -> Double {
    var sum = 0.0
    for (scenario, weight) in zip(scenarios, weights) { sum -= weight * profits[scenario] }
    return sum
  }

  /// A part's share of the value at risk: its mean loss where the whole loses about that much, which is the derivative of
  /// the quantile (D. Tasche, "Risk contributions and performance measurement", 2000), scaled so that parts add up to the
  /// whole. An estimate from few scenarios, far less certain than a share of the expected shortfall.
  public func valueAtRisk(of profits: Span<Double>) -> Double {
    quantileScale * TailWeights.meanLoss(of: profits, around)
  }

  fileprivate static func meanLoss(of profits: Span<Double>, _ scenarios: [Int]) -> Double {
    var sum = 0.0
    for scenario in scenarios { sum -= profits[scenario] }
    return sum / Double(scenarios.count)
  }
}

/// Measures tails, one position after the other, in memory of its own.
public struct TailMeasure {
  public let terms: TailTerms
  private var order: [Int32] = []

  public init(_ terms: TailTerms) { self.terms = terms }

  /// - Parameter profits: One outcome a scenario; plus is a gain.
  /// - Throws: ``RiskError`` `.noNumber`.
  /// - Complexity: O(scenarios) on average where weights are equal, and O(n log n) where not.
  public mutating func measure(_ profits: Span<Double>) throws(RiskError) -> (risk: TailRisk, tail: TailWeights) {
    precondition(profits.count == terms.count, "an outcome for each scenario")
    for scenario in profits.indices where !profits[scenario].isFinite {
      throw .noNumber(scenario: "\(scenario + 1)")
    }
    let depth = selectWorst(profits)
    // The border: where the weight first reaches the tail.
    var reached = 0.0
    var border = 0
    if terms.weights == nil {
      border = min(depth, max(1, Int((Double(terms.count) * terms.tail - 1e-9).rounded(.up)))) - 1
      reached = Double(border) / Double(terms.count)
    } else {
      while border < depth - 1 {
        let next = reached + terms.weight(Int(order[border]))
        if next >= terms.tail - TailTerms.tolerance { break }
        reached = next
        border += 1
      }
    }
    var scenarios: [Int] = []
    var weights: [Double] = []
    for place in 0...border {
      let scenario = Int(order[place])
      let weight = place < border ? terms.weight(scenario) : terms.tail - reached
      scenarios.append(scenario)
      weights.append(weight / terms.tail)
    }
    let radius = Int(Double(border + 1).squareRoot())
    var around = (max(0, border - radius)...min(depth - 1, border + radius)).map { Int(order[$0]) }
    let valueAtRisk = 0 - profits[Int(order[border])]
    var mean = TailWeights.meanLoss(of: profits, around)
    if !((mean - valueAtRisk).magnitude <= valueAtRisk.magnitude / 2) {
      around = [Int(order[border])]
      mean = valueAtRisk
    }
    let tail = TailWeights(
      scenarios: scenarios, weights: weights, around: around, quantileScale: mean == 0 ? 1 : valueAtRisk / mean)
    // The mean is taken of what goes beyond the value at risk, so that equal losses give just that.
    var beyond = 0.0
    for (scenario, weight) in zip(scenarios, weights) { beyond += weight * (0 - profits[scenario] - valueAtRisk) }
    let shortfall = valueAtRisk + beyond
    let interval = interval(profits, depth: depth, border: border)
    let worst = Int(order[0])
    let risk = TailRisk(
      level: terms.level, valueAtRisk: valueAtRisk, low: interval.low, high: interval.high,
      expectedShortfall: shortfall,
      standardError: standardError(profits, tail, valueAtRisk: valueAtRisk, shortfall: shortfall),
      tailScenarios: scenarios.count, effectiveTailScenarios: 1 / weights.reduce(0) { $0 + $1 * $1 },
      worst: 0 - profits[worst], worstScenario: worst,
      worstShare: shortfall > 0 ? weights[0] * (0 - profits[worst]) / shortfall : nil)
    return (risk, tail)
  }

  /// Brings the worst outcomes to the front of `order`, ascending; equal ones in the order of the scenarios.
  private mutating func selectWorst(_ profits: Span<Double>) -> Int {
    if order.count != terms.count { order = (0..<terms.count).map { Int32(truncatingIfNeeded: $0) } }
    func isWorse(_ a: Int32, _ b: Int32) -> Bool {
      let (x, y) = (profits[Int(a)], profits[Int(b)])
      return x < y || (x == y && a < b)
    }
    let depth = terms.depth
    var (start, end) = (0, order.count)
    // Hoare's selection of the first `depth`, then those in order.
    while end - start > 16, depth < end {
      let a = order[start]
      let b = order[start + (end - start) / 2]
      let c = order[end - 1]
      let (least, most) = isWorse(a, b) ? (a, b) : (b, a)
      let pivot = isWorse(c, least) ? least : isWorse(most, c) ? most : c
      var (i, j) = (start, end - 1)
      while i <= j {
        while isWorse(order[i], pivot) { i += 1 }
        while isWorse(pivot, order[j]) { j -= 1 }
        if i <= j {
          order.swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if depth <= j + 1 {
        end = j + 1
      } else if depth >= i {
        start = i
      } else {
        break
      }
    }
    order[..<min(order.count, max(depth, end))].sort(by: isWorse)
    return depth
  }

  // MARK: Errors

  private func interval(_ profits: Span<Double>, depth: Int, border: Int) -> (low: Double?, high: Double?) {
    func loss(rank: Int) -> Double? {
      rank >= 1 && rank <= depth ? 0 - profits[Int(order[rank - 1])] : nil
    }
    if let ranks = terms.ranks { return (loss(rank: ranks.upperBound), loss(rank: ranks.lowerBound)) }
    let deviation = countDeviation(border: border)
    func loss(weight wanted: Double) -> Double? {
      guard wanted > 0 else { return nil }
      var sum = 0.0
      for rank in 0..<depth {
        sum += terms.weight(Int(order[rank]))
        if sum >= wanted - TailTerms.tolerance { return loss(rank: rank + 1) }
      }
      return nil
    }
    return (
      loss(weight: terms.tail + TailTerms.deviations * deviation),
      loss(weight: terms.tail - TailTerms.deviations * deviation)
    )
  }

  /// The deviation of the weight that lies in the tail: of the sum over groups of w (in the tail - tail).
  private func countDeviation(border: Int) -> Double {
    clustered(
      (0...border).map { rank in
        let scenario = Int(order[rank])
        return (scenario, terms.weight(scenario))
      }, mean: terms.tail
    ).squareRoot()
  }

  private func standardError(
    _ profits: Span<Double>, _ tail: TailWeights, valueAtRisk: Double, shortfall: Double
  ) -> Double {
    var terms: [(scenario: Int, number: Double)] = []
    terms.reserveCapacity(tail.scenarios.count)
    for scenario in tail.scenarios {
      let beyond = max(0, 0 - profits[scenario] - valueAtRisk)
      terms.append((scenario, self.terms.weight(scenario) * beyond / self.terms.tail))
    }
    return clustered(terms, mean: shortfall - valueAtRisk).squareRoot()
  }

  /// The sum over independent groups of (sum of w x - (sum of w) mean)^2, given the scenarios' w x that are not 0.
  private func clustered(_ numbers: [(scenario: Int, number: Double)], mean: Double) -> Double {
    var total = mean * mean * terms.squaredWeights
    if terms.dependence == .pairs {
      var rest = numbers.sorted { $0.scenario < $1.scenario }[...]
      while let first = rest.popFirst() {
        let partner = first.scenario ^ 1
        var sum = first.number
        if let second = rest.first, second.scenario == partner {
          sum += second.number
          rest.removeFirst()
        }
        let weight = terms.weight(first.scenario) + (partner < terms.count ? terms.weight(partner) : 0)
        total += sum * (sum - 2 * weight * mean)
      }
    } else {
      for (scenario, number) in numbers { total += number * (number - 2 * terms.weight(scenario) * mean) }
    }
    if case .overlapping(let steps) = terms.dependence { total *= Double(steps) }
    return max(0, total)
  }
}
