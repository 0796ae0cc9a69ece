public import IsolatedMargin
import RealModule

/// The prices between which a box is safe from now to a moment, as they move in time.
///
/// It is the part of the safe prices that can be reached from the present spot without being liquidated. Where it comes
/// apart, the part around the spot goes on, else the widest; a price that would be safe in another part counts as left, so
/// that a probability of leaving is then an upper bound of that of liquidation.
public struct LiquidationCorridor: Sendable {
  /// ln S may lie this far from the straight line between two nodes: a hundredth of a percent of the price.
  public static let tolerance = 1e-4
  /// The most halvings of one of the first intervals; where a bound appears or jumps, the node is that close.
  static let halvings = 9

  public let moving: MovingCorridor
  /// True where the safe prices came apart on the way.
  public let splits: Bool
  /// The weakest certificate of the regions it was made from.
  public let certificate: LiquidationCertificate

  /// - Parameters:
  ///   - box: Its bounds are those of each moment, at the volatilities of the box, which stay with their strikes.
  ///   - years: Until when; at most the time to the first expiry. 0 for a box whose bounds stand still.
  ///   - reach: Bounds further than this from the spot in ln S do not count.
  /// - Complexity: O(nodes) regions, of which about a hundred are needed.
  public init(of box: LiquidationBox, years: Double, reach: Double) throws(IsolatedMarginError) {
    var sampler = CorridorSampler(box: box, reach: reach)
    let first = sampler.parts(at: 0)
    guard let start = first.first(where: { $0.contains(0) }) else {
      moving = try MovingCorridor([.init(years: 0, lower: nil, upper: nil)], closesAt: 0)
      splits = false
      certificate = sampler.certificate
      return
    }
    var samples = [CorridorSampler.Sample(years: 0, parts: first)]
    if years > 0 {
      // Closer together toward the end, where bounds move with the root of the time that is left.
      let intervals = 16
      for index in 1...intervals {
        let left = 1 - Double(index) / Double(intervals)
        let next = sampler.sample(at: years * (1 - left * left))
        guard let last = samples.last else { continue }
        sampler.refine(from: last, to: next, depth: LiquidationCorridor.halvings, into: &samples)
        samples.append(next)
      }
    }
    var tube = [start]
    var splits = false
    var closesAt: Double?
    for sample in samples.dropFirst() {
      guard let last = tube.last else { break }
      let reachable = sample.parts.filter { $0.overlap(with: last, reach: reach) > 0 }
      guard let part = reachable.first(where: { $0.contains(0) }) ?? CorridorSampler.widest(reachable, last, reach)
      else {
        closesAt = sample.years
        break
      }
      splits = splits || reachable.count > 1
      tube.append(part)
    }
    let spot = box.market.spot
    let nodes = zip(samples, tube).map { sample, part in
      MovingCorridor.Node(
        years: sample.years, lower: part.low.map { spot * .exp($0) }, upper: part.high.map { spot * .exp($0) })
    }
    moving = try MovingCorridor(nodes, closesAt: closesAt)
    self.splits = splits
    certificate = sampler.certificate
  }
}

/// Regions of a box at chosen times, as parts of the axis of ln S / S0.
private struct CorridorSampler {
  /// A stretch of safe prices; nil is no end within reach.
  struct Part {
    let low: Double?
    let high: Double?

    /// Liquidation is strict, so the ends are safe.
    func contains(_ x: Double) -> Bool { (low ?? -.infinity) <= x && x <= (high ?? .infinity) }

    func overlap(with other: Part, reach: Double) -> Double {
      min(high ?? reach, other.high ?? reach) - max(low ?? -reach, other.low ?? -reach)
    }
  }

  struct Sample {
    let years: Double
    let parts: [Part]
  }

  let box: LiquidationBox
  let reach: Double
  var certificate = LiquidationCertificate.cashRule

  init(box: LiquidationBox, reach: Double) {
    self.box = box
    self.reach = reach
  }

  static func widest(_ parts: [Part], _ last: Part, _ reach: Double) -> Part? {
    parts.max { $0.overlap(with: last, reach: reach) < $1.overlap(with: last, reach: reach) }
  }

  mutating func sample(at years: Double) -> Sample { Sample(years: years, parts: parts(at: years)) }

  /// What the bands leave, ascending; parts without a width or beyond reach are left out.
  mutating func parts(at years: Double) -> [Part] {
    let region = box.region(LiquidationState(daysForward: years * 365))
    certificate = max(certificate, region.certificate)
    var parts: [Part] = []
    var low: Double? = nil
    var isOpen = true
    func logarithm(_ price: Double) -> Double { .log(price / box.market.spot) }
    func add(_ low: Double?, _ high: Double?) {
      let near = low.flatMap { $0 > -reach ? $0 : nil }
      let far = high.flatMap { $0 < reach ? $0 : nil }
      guard (high ?? .infinity) > -reach, (low ?? -.infinity) < reach, (near ?? -reach) < (far ?? reach) else { return }
      parts.append(Part(low: near, high: far))
    }
    for band in region.bands {
      if let lower = band.lower { add(low, logarithm(lower.price)) }
      if let upper = band.upper { low = logarithm(upper.price) } else { isOpen = false }
    }
    if isOpen { add(low, nil) }
    return parts
  }

  /// Adds what is needed between two samples so that straight lines are within the tolerance.
  mutating func refine(from left: Sample, to right: Sample, depth: Int, into samples: inout [Sample]) {
    guard depth > 0 else { return }
    // Times of a region are whole seconds.
    let years = left.years + (right.years - left.years) / 2
    guard (right.years - left.years) * 31_536_000 >= 2 else { return }
    let middle = sample(at: years)
    if CorridorSampler.isStraight(left, middle, right) { return }
    refine(from: left, to: middle, depth: depth - 1, into: &samples)
    samples.append(middle)
    refine(from: middle, to: right, depth: depth - 1, into: &samples)
  }

  private static func isStraight(_ left: Sample, _ middle: Sample, _ right: Sample) -> Bool {
    guard left.parts.count == middle.parts.count, right.parts.count == middle.parts.count else { return false }
    func fits(_ a: Double?, _ b: Double?, _ c: Double?) -> Bool {
      guard let a, let b, let c else { return a == nil && b == nil && c == nil }
      return (b - (a + c) / 2).magnitude <= LiquidationCorridor.tolerance
    }
    return middle.parts.indices.allSatisfy { index in
      fits(left.parts[index].low, middle.parts[index].low, right.parts[index].low)
        && fits(left.parts[index].high, middle.parts[index].high, right.parts[index].high)
    }
  }
}
