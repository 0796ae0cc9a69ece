public import Basics
import Instruments
import Kernels
public import Pricing

/// Why a certificate does not prove the least value in a volatility band.
public enum BandFault: Error, Equatable, Sendable {
  /// A price and a volatility are in no box.
  case uncovered(String)
  /// Over the leaves no more than `proved` can be shown.
  case notProved(stated: ExactAmount, proved: ExactAmount?)
  /// A least value is stated although the value falls for ever, or none although it does not.
  case wrongTail(String)
  /// The value at the stated witness is above the one that is stated for it, or is below the bound.
  case wrongWitness(String)
}

extension BandFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .uncovered(let text): return "not covered: \(text)"
    case .notProved(let stated, let proved):
      return "least value: found \(stated), but \(proved.map { "\($0)" } ?? "nothing") is what the boxes prove"
    case .wrongTail(let text): return "tail: \(text)"
    case .wrongWitness(let text): return "witness: \(text)"
    }
  }
}

/// Verifies a least value in a volatility band from the legs alone.
///
/// It shares the arithmetic of intervals and Black's formula between bounds with the search, and nothing else: legs are
/// read again, leg by leg and not summed up to one piecewise linear function, and every box is bounded again. Three things
/// make the proof: the leaves cover all prices and volatilities; over each the value is not below the stated one; and
/// beyond the last bend it does not fall, which is decided exactly.
public enum BandChecker {
  /// - Throws: ``BandFault``, the first fault found.
  /// - Complexity: O(l n v) for l leaves, n legs and v bends in a leaf.
  public static func check(_ certificate: BandCertificate, of legs: [FilledLeg]) throws(BandFault) {
    let position = CheckedPosition(legs, certificate.settlement, certificate.terms)
    let range = CheckedPosition.coordinates(of: certificate.range, certificate.settlement)
    let isFalling = range.upper == .infinity && position.slopeAtEnd < .zero
    guard let least = certificate.least else {
      guard isFalling else { throw .wrongTail("found no least value, wanted one: the value does not fall for ever") }
      return
    }
    guard !isFalling else { throw .wrongTail("found a least value, wanted none: the slope is \(position.slopeAtEnd)") }
    if let gap = BandCover.gap(in: certificate.leaves, prices: range, band: certificate.band) { throw .uncovered(gap) }
    let proved = position.lowerBound(of: certificate.leaves, band: certificate.band)
    let amount = position.scale.amount(proved).map { $0 + position.constant }
    guard let amount, least.payoff <= amount else { throw .notProved(stated: least.payoff, proved: amount) }
    guard let witness = certificate.witness, witness.value >= least.payoff else {
      throw .wrongWitness("found none, or one below the bound")
    }
    let value = position.value(at: witness)
    guard let seen = position.scale.amount(value.lower),
      seen + position.constant <= witness.value
    else { throw .wrongWitness("found \(witness.value), but the value there is \(value)") }
  }

  /// What the leaves prove, in the units of a ``BandScale`` and without what is the same at every price; minus infinity where nothing.
  static func lowerBound(
    of leaves: [BandCertificate.Leaf], legs: [FilledLeg], settlement: Settlement, terms: ExpiryTerms,
    band: VolatilityBand
  ) -> Double {
    let position = CheckedPosition(legs, settlement, terms)
    return leaves.isEmpty ? -.infinity : position.lowerBound(of: leaves, band: band)
  }
}

/// Whether boxes leave anything out.
enum BandCover {
  /// Names a box of which no leaf holds a part; nil where the leaves cover the domain.
  ///
  /// The domain is cut along an edge of a leaf until single leaves hold the parts; what no leaf reaches is left out.
  /// - Complexity: O(l²) for l leaves at worst, O(l log l) for what a search leaves.
  static func gap(in leaves: [BandCertificate.Leaf], prices: Interval, band: VolatilityBand) -> String? {
    typealias Leaf = BandCertificate.Leaf
    let domain = Leaf(
      low: prices.lower, high: prices.upper, lowVolatility: band.lower, highVolatility: band.upper)
    var open: [(part: Leaf, leaves: [Leaf])] = [(domain, leaves)]
    while let (part, candidates) = open.popLast() {
      func holds(_ leaf: Leaf) -> Bool {
        leaf.low <= part.low && part.high <= leaf.high && leaf.lowVolatility <= part.lowVolatility
          && part.highVolatility <= leaf.highVolatility
      }
      // A part of no width needs a leaf that holds it, like any other.
      if candidates.contains(where: holds) { continue }
      let edges = candidates.flatMap { [$0.low, $0.high] }.filter { part.low < $0 && $0 < part.high }.sorted()
      let heights = candidates.flatMap { [$0.lowVolatility, $0.highVolatility] }
        .filter { part.lowVolatility < $0 && $0 < part.highVolatility }.sorted()
      let parts: [Leaf]
      if !edges.isEmpty {
        let cut = edges[edges.count / 2]
        parts = [
          Leaf(low: part.low, high: cut, lowVolatility: part.lowVolatility, highVolatility: part.highVolatility),
          Leaf(low: cut, high: part.high, lowVolatility: part.lowVolatility, highVolatility: part.highVolatility),
        ]
      } else if !heights.isEmpty {
        let cut = heights[heights.count / 2]
        parts = [
          Leaf(low: part.low, high: part.high, lowVolatility: part.lowVolatility, highVolatility: cut),
          Leaf(low: part.low, high: part.high, lowVolatility: cut, highVolatility: part.highVolatility),
        ]
      } else {
        return "coordinates \(part.low) to \(part.high) at volatilities \(part.lowVolatility) to \(part.highVolatility)"
      }
      for piece in parts {
        open.append(
          (
            piece,
            candidates.filter {
              $0.low <= piece.high && piece.low <= $0.high && $0.lowVolatility <= piece.highVolatility
                && piece.lowVolatility <= $0.highVolatility
            }
          ))
      }
    }
    return nil
  }
}
