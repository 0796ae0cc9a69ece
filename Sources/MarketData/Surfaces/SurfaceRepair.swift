import LinearAlgebra
import RealModule

/// Gives slices without arbitrage that stay as near to the quotes as they can.
public enum SurfaceRepair {
  /// The slice of Gatheral and Jacquier that keeps a slice's variance, skew and left wing and has no butterfly arbitrage
  /// for certain: callSlope' = putSlope + 2 skew and leastVariance' = variance 4 putSlope callSlope' / (putSlope +
  /// callSlope')^2, which make it a slice of SSVI. *Quantitative Finance* 14 (2014), section 5.1.
  ///
  /// - Throws: ``SurfaceError`` `.undetermined` and `.badParameter` for wings from which no slice follows (flat ones), and
  ///   ``SurfaceError/notRepaired(reason:)`` where the wings are so steep that the choice has arbitrage itself: its
  ///   conditions, theorem 4.2 of the paper, bound their slopes.
  public static func guaranteed(_ wings: SVIJumpWings) throws(SurfaceError) -> SVIJumpWings {
    let callSlope = max(0, wings.putSlope + 2 * wings.skew)
    let sum = wings.putSlope + callSlope
    guard sum > 0 else { throw .undetermined(parameter: "least variance", reason: "both wings are flat") }
    let repaired = try SVIJumpWings(
      years: wings.years, variance: wings.variance, skew: wings.skew, putSlope: wings.putSlope, callSlope: callSlope,
      leastVariance: wings.variance * 4 * wings.putSlope * callSlope / (sum * sum))
    let verdict = DurrlemanCondition.verdict(on: try repaired.raw())
    guard verdict.isFree else {
      throw .notRepaired(reason: "the choice by jump wings has butterfly arbitrage too, its wings being too steep")
    }
    return repaired
  }

  /// The slice nearest to the quotes that has no butterfly arbitrage and lies nowhere above `later`.
  ///
  /// The slice's five parameters are fitted again with penalties: on g (``DurrlemanCondition``) and on what the slice has
  /// above `later`, both with a small margin, at strikes far beyond the quotes; where a proof still fails, its strike joins
  /// them. The answer is proved free of both, or it is mixed with a slice that is until it is: `later` scaled down, the
  /// choice of ``guaranteed(_:)``, or a flat one.
  ///
  /// - Parameters:
  ///   - slice: The fit to start from.
  ///   - later: The slice of the next expiry, itself free; nil for none.
  ///   - margin: Least g that is asked for at the penalised strikes.
  /// - Returns: `slice` itself where both hold already.
  /// - Throws: ``SurfaceError/notRepaired(reason:)`` where not even a flat slice lies below `later`;
  ///   ``SurfaceError/linearAlgebra(_:)``.
  public static func repaired(
    _ slice: SVISlice, quotes: SliceQuotes, below later: SVISlice? = nil, margin: Double = 1e-3
  ) throws(SurfaceError) -> (slice: SVISlice, iterations: Int) {
    if breach(of: slice, below: later) == nil { return (slice, 0) }
    // A breach by the margin then costs as much as a point of volatility and more: harder, the search would creep along it.
    var refit = PenalisedRefit(quotes, below: later, margin: margin, force: 1)
    var iterations = 0
    var best: (slice: SVISlice, error: Double)?
    func offer(_ candidate: SVISlice) {
      guard breach(of: candidate, below: later) == nil else { return }
      let error = quotes.error { candidate.totalVariance(at: $0) }
      if error < best?.error ?? .infinity { best = (candidate, error) }
    }
    var starts = [slice]
    let safe = try safeSlices(slice, quotes, later)
    starts += safe.prefix(2)
    var found: [SVISlice] = []
    for start in starts {
      var current = start
      for _ in 0..<6 {
        let result: (slice: SVISlice, iterations: Int)
        do { result = try refit.fit(from: current) } catch { throw .linearAlgebra(error) }
        (current, iterations) = (result.slice, iterations + result.iterations)
        guard let place = breach(of: current, below: later) else { break }
        refit.tighten(at: place)
      }
      offer(current)
      found.append(current)
    }
    for target in safe {
      offer(target)
      for start in found {
        for step in 1..<32 {
          guard let mixed = start.mixed(with: target, Double(step) / 32) else { continue }
          if breach(of: mixed, below: later) == nil {
            offer(mixed)
            break
          }
        }
      }
    }
    guard let best else { throw .notRepaired(reason: "the next expiry's total variance is 0 somewhere") }
    return (best.slice, iterations)
  }

  /// Slices of several expiries without arbitrage in any of them nor between any two.
  ///
  /// First every slice gives way to its neighbours by small penalties, so that wings which few quotes hold move before those
  /// which many do; then each is repaired for certain, from the last expiry to the first, below the one after it. Slices
  /// that fit between their repaired neighbours as they were are left as they were, and the others come as near to their
  /// quotes as the slices on both sides then let them, every step proved free of arbitrage again.
  ///
  /// - Parameter slices: In order of time, each with the quotes it was fitted to.
  /// - Returns: As many, in the same order, with the steps that each took.
  /// - Throws: As ``repaired(_:quotes:below:margin:)``.
  public static func repaired(
    _ slices: [(slice: SVISlice, quotes: SliceQuotes)]
  ) throws(SurfaceError) -> [(slice: SVISlice, iterations: Int)] {
    let original = slices.map(\.slice)
    var result = original.map { (slice: $0, iterations: 0) }
    func later(_ index: Int) -> SVISlice? { index + 1 < result.count ? result[index + 1].slice : nil }
    func earlier(_ index: Int) -> SVISlice? { index > 0 ? result[index - 1].slice : nil }
    let isFree = result.indices.allSatisfy { breach(of: result[$0].slice, below: later($0)) == nil }
    guard !isFree else { return result }
    do throws(LinearAlgebraError) {
      for force in [0.1, 0.5] {
        for index in result.indices {
          var refit = PenalisedRefit(
            slices[index].quotes, above: earlier(index), below: later(index), margin: 1e-3, force: force)
          let moved = try refit.fit(from: result[index].slice, limit: 12)
          result[index] = (moved.slice, result[index].iterations + moved.iterations)
        }
      }
    } catch { throw .linearAlgebra(error) }
    for index in result.indices.reversed() {
      let found = try repaired(result[index].slice, quotes: slices[index].quotes, below: later(index))
      result[index] = (found.slice, result[index].iterations + found.iterations)
    }
    for index in result.indices where breach(of: original[index], below: later(index)) == nil {
      if let before = earlier(index), breach(of: before, below: original[index]) != nil { continue }
      result[index].slice = original[index]
    }
    for _ in 0..<2 {
      for index in result.indices.reversed() where result[index].slice != original[index] {
        let found = try settled(
          result[index].slice, quotes: slices[index].quotes, above: earlier(index), below: later(index))
        result[index] = (found.slice, result[index].iterations + found.iterations)
      }
    }
    return result
  }

  /// A slice between two others moved toward its quotes, as far as both conditions are proved to hold; itself where no step
  /// lessens its error.
  private static func settled(
    _ slice: SVISlice, quotes: SliceQuotes, above earlier: SVISlice?, below later: SVISlice?
  ) throws(SurfaceError) -> (slice: SVISlice, iterations: Int) {
    var refit = PenalisedRefit(quotes, above: earlier, below: later, margin: 1e-3, force: 1)
    let target: (slice: SVISlice, iterations: Int)
    do { target = try refit.fit(from: slice, limit: 30) } catch { throw .linearAlgebra(error) }
    let error = quotes.error { slice.totalVariance(at: $0) }
    for share in [1, 0.75, 0.5, 0.25, 0.125, 0.0625, 0.015625] {
      guard let mixed = slice.mixed(with: target.slice, share), breach(of: mixed, below: later) == nil else { continue }
      if let earlier, !CalendarCondition.verdict(from: earlier, to: mixed).isFree { continue }
      if quotes.error(of: { mixed.totalVariance(at: $0) }) < error { return (mixed, target.iterations) }
    }
    return (slice, target.iterations)
  }

  /// A log-moneyness where one of the conditions is not proved to hold; nil where both are.
  static func breach(of slice: SVISlice, below later: SVISlice?) -> Double? {
    switch DurrlemanCondition.verdict(on: slice) {
    case .violated(let k, _), .touching(let k): return k
    case .free: break
    }
    guard let later else { return nil }
    switch CalendarCondition.verdict(from: slice, to: later) {
    case .violated(let k, _), .touching(let k): return k
    case .free: return nil
    }
  }

  /// Slices that keep both conditions for certain, the likelier ones first.
  private static func safeSlices(
    _ slice: SVISlice, _ quotes: SliceQuotes, _ later: SVISlice?
  ) throws(SurfaceError) -> [SVISlice] {
    var result: [SVISlice] = []
    // A slice of SSVI has no butterfly arbitrage, and is the nearest to the quotes of those that are known beforehand.
    do throws(SurfaceError) {
      result += try SSVICalibrator.fit([quotes]).surface.fitted
    } catch {
      if case .linearAlgebra = error { throw error }
    }
    if let wings = try? SVIJumpWings(slice, years: quotes.years), let choice = try? guaranteed(wings).raw() {
      result.append(choice)
    }
    let money = slice.totalVariance(at: 0)
    if let later {
      let share = later.totalVariance(at: 0) > 0 ? money / later.totalVariance(at: 0) : 0
      if let scaled = try? later.scaled(by: min(max(share, 1e-3), 0.999)) { result.append(scaled) }
    }
    let level = min(money, later.map { 0.999 * $0.leastVariance } ?? .infinity)
    if let flat = try? SVISlice(a: level, b: 0, rho: 0, m: 0, sigma: max(slice.sigma, 1e-3)) { result.append(flat) }
    return result.filter { breach(of: $0, below: later) == nil }
  }
}

extension SVISlice {
  /// A slice whose parameters lie between those of this one and another's; nil where they are none.
  func mixed(with other: SVISlice, _ share: Double) -> SVISlice? {
    func mix(_ left: Double, _ right: Double) -> Double { left + share * (right - left) }
    let b = mix(self.b, other.b)
    return try? SVISlice(
      a: mix(a, other.a), b: b, rho: b > 0 ? min(1, max(-1, mix(self.b * rho, other.b * other.rho) / b)) : 0,
      m: mix(m, other.m), sigma: mix(sigma, other.sigma))
  }
}
