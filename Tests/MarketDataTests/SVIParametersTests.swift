import MarketData
import TestSupport
import Testing

@Suite("Parametrisations of SVI")
struct SVIParametersTests {
  private func expectClose(_ found: SVISlice, _ wanted: SVISlice, _ tolerance: Double, _ note: String) {
    // Compared by what they say, since where b is small m and sigma matter little.
    for k in [-2.0, -0.7, -0.1, 0, 0.05, 0.4, 1.5] {
      let (left, right) = (found.curve(at: k), wanted.curve(at: k))
      #expect(abs(left.variance - right.variance) <= tolerance * max(1, abs(right.variance)), "\(note), k = \(k)")
      #expect(abs(left.slope - right.slope) <= tolerance * max(1, abs(right.slope)), "\(note), k = \(k)")
    }
  }

  @Test("Raw to jump wings reproduces the five numbers printed of Vogt's slice")
  func vogt() throws {
    let rows = try Fixture("Surfaces/gatheral-jacquier-2014.csv").rows
    let (raw, printed) = (rows[0], rows[1])
    let slice = try SVISlice(
      a: raw.number("a"), b: raw.number("b"), rho: raw.number("rho"), m: raw.number("m"), sigma: raw.number("sigma"))
    let wings = try SVIJumpWings(slice, years: raw.number("years"))
    // Half a unit of the last digit printed.
    #expect(abs(wings.variance - printed.number("variance")) < 0.5e-8)
    #expect(abs(wings.skew - printed.number("skew")) < 0.5e-7)
    #expect(abs(wings.putSlope - printed.number("put_slope")) < 0.5e-7)
    #expect(abs(wings.callSlope - printed.number("call_slope")) < 0.5e-6)
    #expect(abs(wings.leastVariance - printed.number("least_variance")) < 0.5e-7)
    expectClose(try wings.raw(), slice, 1e-13, "and back")
  }

  @Test("Raw, natural and jump wings lead back to the same slice", arguments: 0..<200)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let slice = try SurfaceSample.slice(&random)
    let years = random.number(0.01, 3)
    let natural = try SVINatural(slice).raw()
    expectClose(natural, slice, 1e-13, "natural, \(random)")
    #expect(abs(natural.m - slice.m) < 1e-12 && abs(natural.sigma - slice.sigma) < 1e-12, "\(random)")
    let wings = try SVIJumpWings(slice, years: years)
    // The distance from the money to the minimum is what sigma is found from, so its digits are lost as it goes to 0.
    expectClose(try wings.raw(), slice, 1e-9, "jump wings, \(random)")
    let again = try SVIJumpWings(try wings.raw(), years: years)
    #expect(abs(again.variance - wings.variance) < 1e-12 && abs(again.skew - wings.skew) < 1e-12, "\(random)")
    #expect(abs(again.putSlope - wings.putSlope) < 1e-12 && abs(again.callSlope - wings.callSlope) < 1e-12)
  }

  @Test("Jump wings take slices centred at the money and slices with one flat wing")
  func special() throws {
    for (rho, m) in [(0.4, 0.0), (1, 0.1), (-1, -0.2), (1, 0), (-1, 0)] {
      let slice = try SVISlice(a: 0.02, b: 0.3, rho: rho, m: m, sigma: 0.2)
      expectClose(try SVIJumpWings(slice, years: 0.5).raw(), slice, 1e-13, "rho \(rho), m \(m)")
    }
    #expect(throws: SurfaceError.self) { try SVINatural(try SVISlice(a: 0.1, b: 0.2, rho: 1, m: 0, sigma: 0.3)) }
  }

  @Test("Jump wings from which no raw slice follows say which parameter stays open")
  func undetermined() throws {
    func reason(_ make: () throws -> SVISlice) -> String {
      do { return "\(try make())" } catch { return "\(error)" }
    }
    let flat = try SVIJumpWings(try SVISlice(a: 0.04, b: 0, rho: 0, m: 0.3, sigma: 0.2), years: 1)
    #expect(reason { try flat.raw() }.hasPrefix("m and sigma is not determined"))
    let bottom = try SVIJumpWings(
      years: 1, variance: 0.04, skew: 0, putSlope: 0.5, callSlope: 0.5, leastVariance: 0.04)
    #expect(reason { try bottom.raw() }.hasPrefix("sigma is not determined"))
    let wing = try SVIJumpWings(
      years: 1, variance: 0.04, skew: 0.25, putSlope: 0.5, callSlope: 0.5, leastVariance: 0.01)
    #expect(reason { try wing.raw() }.contains("that of a wing"))
    #expect(
      reason {
        try SVIJumpWings(years: 1, variance: 0.04, skew: 0.1, putSlope: 0.5, callSlope: 0.5, leastVariance: 0.04).raw()
      }.contains("but the skew there is not 0"))
    let zero = try SVISlice(a: 0, b: 0.1, rho: 1, m: 5, sigma: 1e-300)
    #expect(throws: SurfaceError.self) { try SVIJumpWings(zero, years: 1) }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable () throws -> Void

    static let table: [Refusal] = [
      Refusal(testDescription: "a") { _ = try SVISlice(a: .nan, b: 0.1, rho: 0, m: 0, sigma: 0.1) },
      Refusal(testDescription: "b") { _ = try SVISlice(a: 0.1, b: -0.1, rho: 0, m: 0, sigma: 0.1) },
      Refusal(testDescription: "rho") { _ = try SVISlice(a: 0.1, b: 0.1, rho: 1.01, m: 0, sigma: 0.1) },
      Refusal(testDescription: "m") { _ = try SVISlice(a: 0.1, b: 0.1, rho: 0, m: .infinity, sigma: 0.1) },
      Refusal(testDescription: "sigma") { _ = try SVISlice(a: 0.1, b: 0.1, rho: 0, m: 0, sigma: 0) },
      Refusal(testDescription: "a so low") { _ = try SVISlice(a: -0.0101, b: 0.1, rho: 0, m: 0, sigma: 0.1) },
      Refusal(testDescription: "omega") { _ = try SVINatural(delta: 0, mu: 0, rho: 0, omega: -1, zeta: 1) },
      Refusal(testDescription: "zeta") { _ = try SVINatural(delta: 0, mu: 0, rho: 0, omega: 1, zeta: 0) },
      Refusal(testDescription: "natural rho") { _ = try SVINatural(delta: 0, mu: 0, rho: 1, omega: 1, zeta: 1) },
      Refusal(testDescription: "delta") { _ = try SVINatural(delta: .nan, mu: 0, rho: 0, omega: 1, zeta: 1) },
      Refusal(testDescription: "skew") { _ = try wings(skew: 0.6) },
      Refusal(testDescription: "years") { _ = try wings(years: 0) },
      Refusal(testDescription: "variance") { _ = try wings(variance: -1) },
      Refusal(testDescription: "put slope") { _ = try wings(put: -0.1) },
      Refusal(testDescription: "least variance") { _ = try wings(least: 0.05) },
      Refusal(testDescription: "least variance below 0") { _ = try wings(least: -0.01) },
    ]

    static func wings(
      years: Double = 1, variance: Double = 0.04, skew: Double = 0.1, put: Double = 0.5, least: Double = 0.02
    ) throws -> SVIJumpWings {
      try SVIJumpWings(
        years: years, variance: variance, skew: skew, putSlope: put, callSlope: 0.7, leastVariance: least)
    }
  }

  @Test("A parameter outside its domain is refused by its name", arguments: Refusal.table)
  func refusals(_ row: Refusal) throws {
    _ = try Refusal.wings()
    do {
      try row.make()
      Issue.record("accepted")
    } catch let error as SurfaceError {
      guard case .badParameter = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test("A wing that slopes down keeps its digits far out")
  func farOut() throws {
    // At rho = -1 the right wing is a + b sigma^2 / (2 k) far out, and the plain formula has lost it at k = 1e9.
    let slice = try SVISlice(a: 0, b: 1, rho: -1, m: 0, sigma: 1)
    #expect(abs(slice.totalVariance(at: 1e9) * 2e9 - 1) < 1e-12)
    #expect(slice.leastVariance == 0)
  }
}
