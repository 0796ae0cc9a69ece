import RealModule

/// A sum of a(j) exp(lambda(j) x) with real a and rising lambda, kept as signs and logarithms so that nothing overflows.
///
/// It has at most as many zeros as its coefficients have sign changes (Laguerre's extension of Descartes' rule). All are
/// isolated by Rolle's theorem: f exp(-c x) has the zeros of f, and for c between the two exponents of a sign change its
/// derivative has one sign change less; between the zeros of the derivative it is monotone.
struct ExponentialSum {
  struct Term {
    let isNegative: Bool
    /// ln |a|
    let logarithm: Double
    let exponent: Double
  }

  /// Ascending in the exponent, each exponent once.
  let terms: [Term]

  init(_ terms: [Term]) {
    self.terms = terms
  }

  /// The zeros, ascending, each a change of sign.
  ///
  /// - Complexity: O(c (c + 1)/2) bisections of O(n) exponentials for c sign changes.
  func zeros() -> [Double] {
    let change = terms.indices.dropFirst().filter { terms[$0].isNegative != terms[$0 - 1].isNegative }
    guard !change.isEmpty, let first = terms.first, let last = terms.last else { return [] }
    // The middle sign change splits the work evenly; any would do.
    let split = change[change.count / 2]
    let centre = (terms[split - 1].exponent + terms[split].exponent) / 2
    var cuts: [Double] = []
    if change.count > 1 {
      let derivative = terms.map { term in
        Term(
          isNegative: term.isNegative != (term.exponent < centre),
          logarithm: term.logarithm + .log((term.exponent - centre).magnitude), exponent: term.exponent)
      }
      cuts = ExponentialSum(derivative).zeros()
    }
    let low = leftEnd(first)
    let high = rightEnd(last)
    var points = [(low, first.isNegative)]
    for cut in cuts where cut > low && cut < high { points.append((cut, isNegative(at: cut))) }
    points.append((high, last.isNegative))
    var zeros: [Double] = []
    for (left, right) in zip(points, points.dropFirst()) where left.1 != right.1 {
      zeros.append(crossing(from: left.0, to: right.0, startsNegative: left.1))
    }
    return zeros
  }

  private func isNegative(at x: Double) -> Bool {
    var most = -Double.infinity
    for term in terms { most = max(most, term.logarithm + term.exponent * x) }
    var sum = 0.0
    for term in terms {
      let size = Double.exp(term.logarithm + term.exponent * x - most)
      sum += term.isNegative ? -size : size
    }
    return sum < 0
  }

  /// Left of it the first term is larger than all others together.
  private func leftEnd(_ first: Term) -> Double {
    let room = Double.log(Double(terms.count)) + 1
    return terms.dropFirst().reduce(Double.infinity) {
      min($0, (first.logarithm - $1.logarithm - room) / ($1.exponent - first.exponent))
    }
  }

  private func rightEnd(_ last: Term) -> Double {
    let room = Double.log(Double(terms.count)) + 1
    return terms.dropLast().reduce(-Double.infinity) {
      max($0, ($1.logarithm - last.logarithm + room) / (last.exponent - $1.exponent))
    }
  }

  private func crossing(from low: Double, to high: Double, startsNegative: Bool) -> Double {
    var (low, high) = (low, high)
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if isNegative(at: middle) == startsNegative { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }
}
