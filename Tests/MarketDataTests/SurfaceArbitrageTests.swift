import MarketData
import TestSupport
import Testing

@Suite("Arbitrage of surfaces")
struct SurfaceArbitrageTests {
  static let strikes = stride(from: -6.0, through: 6, by: 0.03)

  @Test("g is that of the paper's density: its integral is 1 and its mean is the forward", arguments: 0..<8)
  func density(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let slice = try SurfaceSample.freeSlice(&random)
    func integral(_ payoff: (Double) -> Double) -> Double {
      BlackReference.integral(from: -12, to: 12, intervals: 6000) { k in
        let w = slice.totalVariance(at: k)
        let d2 = -k / w.squareRoot() - w.squareRoot() / 2
        return payoff(k) * DurrlemanCondition.value(of: slice, at: k) * BlackReference.density(d2) / w.squareRoot()
      }
    }
    // Wings near Lee's bound leave some of the mean beyond the ends.
    guard max(slice.wingSlopes.left, slice.wingSlopes.right) < 0.8 else { return }
    #expect(abs(integral { _ in 1 } - 1) < 1e-4, "\(random)")
    #expect(abs(integral(BlackReference.exponential) - 1) < 2e-2, "\(random)")
  }

  @Test("The verdict agrees with a scan of the line, and with the convexity of call prices", arguments: 0..<150)
  func butterfly(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let slice = try SurfaceSample.slice(&random)
    let scanned = Self.strikes.map { DurrlemanCondition.value(of: slice, at: $0) }.min() ?? .nan
    switch DurrlemanCondition.verdict(on: slice) {
    case .free:
      #expect(scanned > 0, "\(random)")
      #expect(DurrlemanCondition.least(of: slice).value > 0, "\(random)")
      for _ in 0..<20 {
        let (low, high) = (random.number(0.2, 1), random.number(1, 3))
        let middle = random.number(low, high)
        let share = (high - middle) / (high - low)
        let line =
          share * SurfaceSample.call(slice, strike: low) + (1 - share) * SurfaceSample.call(slice, strike: high)
        #expect(SurfaceSample.call(slice, strike: middle) <= line + 1e-14, "\(random)")
      }
    case .violated(let k, let g):
      #expect(g < 0 && DurrlemanCondition.value(of: slice, at: k) == g, "\(random)")
      #expect(DurrlemanCondition.least(of: slice).value <= g + 1e-12, "\(random)")
    case .touching: #expect(abs(DurrlemanCondition.least(of: slice).value) < 1e-6, "\(random)")
    }
    if scanned < -1e-9 { #expect(!DurrlemanCondition.verdict(on: slice).isFree, "\(random)") }
  }

  @Test("Where g is below 0 a butterfly of calls is bought for less than nothing")
  func butterflyPays() throws {
    let slice = try SurfaceSample.vogt()
    guard case .violated = DurrlemanCondition.verdict(on: slice) else {
      Issue.record("Vogt's slice has arbitrage")
      return
    }
    let (k, g) = DurrlemanCondition.least(of: slice)
    #expect(g < -0.01 && k > 0.5 && k < 1.5)
    let strike = BlackReference.exponential(k)
    let wings = SurfaceSample.call(slice, strike: strike - 0.02) + SurfaceSample.call(slice, strike: strike + 0.02)
    #expect(wings - 2 * SurfaceSample.call(slice, strike: strike) < 0)
  }

  @Test("Lee's bound: a wing of slope below 2 may be free, one beyond is not, at the ends of the line too")
  func wings() throws {
    // Flat enough near the money that only the far wing decides.
    let free = try SVISlice(a: 1, b: 0.99, rho: 0, m: 0, sigma: 4)
    #expect(DurrlemanCondition.verdict(on: free).isFree)
    for (b, rho) in [(1.01, 1.0), (1.3, 0.6), (2.1, 0), (1.01, -1), (1.3, -0.6)] {
      let steep = try SVISlice(a: 1, b: b, rho: rho, m: 0, sigma: 4)
      guard case .violated(let k, _) = DurrlemanCondition.verdict(on: steep) else {
        Issue.record("b \(b), rho \(rho)")
        continue
      }
      #expect(rho == 0 || (k > 0) == (rho > 0))
    }
    let bound = try SVISlice(a: 1, b: 1, rho: 1, m: 0, sigma: 4)
    #expect(!DurrlemanCondition.verdict(on: bound).isFree, "calls keep a value at infinity")
  }

  @Test("A flat slice is free; one without variance somewhere cannot be called so")
  func flat() throws {
    #expect(DurrlemanCondition.verdict(on: try SVISlice(a: 0.04, b: 0, rho: 0, m: 0, sigma: 1)).isFree)
    #expect(!DurrlemanCondition.verdict(on: try SVISlice(a: 0, b: 0, rho: 0, m: 0, sigma: 1)).isFree)
    #expect(!DurrlemanCondition.verdict(on: try SVISlice(a: -0.1, b: 1, rho: 0, m: 0, sigma: 0.1)).isFree)
  }

  @Test("Scaling a free slice down leaves it free", arguments: 0..<100)
  func scaledDown(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let slice = try SurfaceSample.freeSlice(&random)
    let scaled = try slice.scaled(by: random.number(0.01, 1))
    #expect(DurrlemanCondition.verdict(on: scaled).isFree, "\(random)")
  }

  // MARK: Calendar

  @Test("The calendar verdict agrees with a scan of the line", arguments: 0..<200)
  func calendar(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let (earlier, other) = (try SurfaceSample.slice(&random), try SurfaceSample.slice(&random))
    // Half of the pairs are near each other, where it is close.
    let later =
      random.chance(0.5)
      ? other
      : try SVISlice(
        a: earlier.a + random.number(-0.001, 0.02), b: earlier.b * random.number(0.95, 1.2), rho: earlier.rho,
        m: earlier.m + random.number(-0.05, 0.05), sigma: earlier.sigma * random.number(0.9, 1.1) + 0.01)
    let gaps = Self.strikes.map { CalendarCondition.gap(from: earlier, to: later, at: $0) }
    switch CalendarCondition.verdict(from: earlier, to: later) {
    case .free:
      #expect((gaps.min() ?? -1) > 0, "\(random)")
      let slopes = (earlier.wingSlopes, later.wingSlopes)
      #expect(slopes.1.left >= slopes.0.left && slopes.1.right >= slopes.0.right, "\(random)")
    case .violated(let k, let gap):
      #expect(gap < 0 && CalendarCondition.gap(from: earlier, to: later, at: k) == gap, "\(random)")
    case .touching: #expect(abs(gaps.min() ?? -1) < 1e-6, "\(random)")
    }
  }

  @Test("Slices that cross only far out, and slices that touch, are not called free")
  func close() throws {
    let slice = try SVISlice(a: 0.01, b: 0.2, rho: -0.3, m: 0, sigma: 0.2)
    #expect(!CalendarCondition.verdict(from: slice, to: slice).isFree, "equal slices touch everywhere")
    let above = try SVISlice(a: 0.011, b: 0.2, rho: -0.3, m: 0, sigma: 0.2)
    #expect(CalendarCondition.verdict(from: slice, to: above).isFree, "parallel ones do not")
    let flatter = try SVISlice(a: 0.5, b: 0.199, rho: -0.3, m: 0, sigma: 0.2)
    guard case .violated(let k, _) = CalendarCondition.verdict(from: slice, to: flatter) else {
      Issue.record("a flatter wing is crossed at last")
      return
    }
    #expect(k.magnitude > 300)
  }

  @Test("A later wing flatter by a millionth crosses beyond every scan, and is not called free", arguments: [-1.0, 1])
  func farCrossing(side: Double) throws {
    let slice = try SVISlice(a: 0.01, b: 0.2, rho: 0, m: 0, sigma: 0.2)
    let flatter = try SVISlice(a: 0.5, b: 0.2, rho: -side * 1e-6, m: 0, sigma: 0.2)
    #expect(CalendarCondition.gap(from: slice, to: flatter, at: side * 1e4) > 0, "not crossed yet")
    #expect(CalendarCondition.gap(from: slice, to: flatter, at: side * 1e8) < 0, "crossed at last")
    #expect(!CalendarCondition.verdict(from: slice, to: flatter).isFree)
  }

  @Test("A later slice that dips below within a four hundredth of log-moneyness is not called free, wherever the dip")
  func narrowDip() throws {
    let level = try SVISlice(a: 0.05, b: 0, rho: 0, m: 0, sigma: 0.002)
    for m in stride(from: -3.2, through: 3.2, by: 0.0173) {
      let dip = try SVISlice(a: 0.048, b: 0.5, rho: 0, m: m, sigma: 0.002)
      #expect(CalendarCondition.gap(from: level, to: dip, at: m) < -0.0009)
      #expect(!CalendarCondition.verdict(from: level, to: dip).isFree, "dip at \(m)")
      // Lifted until its bottom is above, the same dip is no crossing.
      let lifted = try SVISlice(a: 0.0495, b: 0.5, rho: 0, m: m, sigma: 0.002)
      #expect(CalendarCondition.verdict(from: level, to: lifted).isFree, "lifted at \(m)")
    }
  }

  // MARK: Repair

  @Test("Gatheral and Jacquier's choice for Vogt's slice is the printed one, and has no arbitrage")
  func guaranteed() throws {
    let printed = try Fixture("Surfaces/gatheral-jacquier-2014.csv").rows
    let wings = try SVIJumpWings(try SurfaceSample.vogt(), years: 1)
    let repaired = try SurfaceRepair.guaranteed(wings)
    #expect(abs(repaired.callSlope - printed[2].number("call_slope")) < 0.5e-6)
    #expect(abs(repaired.leastVariance - printed[2].number("least_variance")) < 0.5e-8)
    #expect(repaired.variance == wings.variance && repaired.skew == wings.skew && repaired.putSlope == wings.putSlope)
    for row in printed[2...] {
      let choice = try SVIJumpWings(
        years: 1, variance: row.number("variance"), skew: row.number("skew"), putSlope: row.number("put_slope"),
        callSlope: row.number("call_slope"), leastVariance: row.number("least_variance"))
      let slice = try choice.raw()
      #expect(DurrlemanCondition.verdict(on: slice).isFree, "\(row["example"] ?? "")")
    }
  }

  @Test("A slice with arbitrage is fitted again without, nearer to its quotes than the guaranteed choice")
  func repaired() throws {
    let vogt = try SurfaceSample.vogt()
    let quotes = try SurfaceSample.quotes(vogt, years: 1, from: -1, to: 1.2)
    let repaired = try SurfaceRepair.repaired(vogt, quotes: quotes)
    #expect(DurrlemanCondition.verdict(on: repaired.slice).isFree)
    let guaranteed = try SurfaceRepair.guaranteed(try SVIJumpWings(vogt, years: 1)).raw()
    func error(_ slice: SVISlice) -> Double { quotes.error { slice.totalVariance(at: $0) } }
    #expect(error(vogt) < 1e-12 && error(repaired.slice) > 0)
    #expect(error(repaired.slice) < error(guaranteed) / 3)
    let again = try SurfaceRepair.repaired(repaired.slice, quotes: quotes)
    #expect(again.slice == repaired.slice && again.iterations == 0, "what is free is left alone")
  }

  @Test("Expiries are repaired together: no arbitrage in any, none between two", arguments: 0..<4)
  func chain(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var slices: [(slice: SVISlice, quotes: SliceQuotes)] = []
    for index in 0..<4 {
      let slice = try SurfaceSample.slice(&random)
      slices.append((slice, try SurfaceSample.quotes(slice, years: 0.1 * Double(index + 1), from: -0.4, to: 0.4)))
    }
    let repaired = try SurfaceRepair.repaired(slices)
    #expect(repaired.count == 4)
    for (index, entry) in repaired.enumerated() {
      #expect(DurrlemanCondition.verdict(on: entry.slice).isFree, "\(random), expiry \(index)")
      guard index > 0 else { continue }
      let verdict = CalendarCondition.verdict(from: repaired[index - 1].slice, to: entry.slice)
      #expect(verdict.isFree, "\(random), expiry \(index)")
    }
  }
}
