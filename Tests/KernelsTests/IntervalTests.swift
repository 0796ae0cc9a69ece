import Basics
import Kernels
import TestSupport
import Testing

/// A number exactly, or a failed test.
private func exact(_ value: Double) throws -> ExactAmount { try #require(ExactAmount(exactly: value)) }

@Suite struct IntervalTests {
  @Test("Directed sums, products, quotients and roots are the nearest numbers on either side", arguments: [1, 2, 3])
  func directed(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    func number() -> Double {
      let magnitude = Double(sign: .plus, exponent: generator.int(-40...40), significand: generator.number(1, 2))
      let rounded = generator.chance(0.3) ? magnitude.rounded() : magnitude
      return generator.chance(0.5) ? rounded : -rounded
    }
    for _ in 0..<300 {
      let (a, b) = (number(), number())
      let sum = try exact(a) + exact(b)
      try expectTight(Directed.sumDown(a, b), Directed.sumUp(a, b), sum, "\(a) + \(b), \(generator)")
      let product = try exact(a) * exact(b)
      try expectTight(Directed.productDown(a, b), Directed.productUp(a, b), product, "\(a) x \(b), \(generator)")
      guard b != 0 else { continue }
      let quotient = try #require(exact(a).divided(by: exact(b.magnitude)))
      try expectTight(
        Directed.quotientDown(a, b.magnitude), Directed.quotientUp(a, b.magnitude), quotient,
        "\(a) / \(b.magnitude), \(generator)")
      let (low, high) = (Directed.rootDown(a.magnitude), Directed.rootUp(a.magnitude))
      #expect(try exact(low) * exact(low) <= exact(a.magnitude), "\(generator)")
      #expect(try exact(high) * exact(high) >= exact(a.magnitude) && high <= low.nextUp, "\(generator)")
    }
  }

  private func expectTight(_ low: Double, _ high: Double, _ wanted: ExactAmount, _ text: String) throws {
    #expect(try exact(low) <= wanted && wanted <= exact(high), "\(text)")
    #expect(try low == high ? exact(low) == wanted : low.nextUp == high, "\(text): \(low) to \(high)")
  }

  @Test("Beyond the range and at its small end the safe side is taken")
  func extremes() {
    let most = Double.greatestFiniteMagnitude
    #expect(Directed.sumDown(most, most) == most && Directed.sumUp(most, most) == .infinity)
    #expect(Directed.productUp(most, -2) == -most && Directed.productDown(most, -2) == -.infinity)
    #expect(Directed.sumDown(.infinity, -.infinity) == -.infinity && Directed.sumUp(.infinity, -.infinity) == .infinity)
    #expect(Directed.productDown(1e-200, 1e-200) < 0 && Directed.productUp(1e-200, 1e-200) > 0)
    #expect(Directed.productDown(0, .infinity) == 0 && Directed.quotientUp(1, .infinity) > 0)
    #expect(Interval(2, 1) == nil && Interval(.nan, 1) == nil)
    #expect(Interval(.nan).lower == -.infinity && Interval(.nan).upper == .infinity)
    #expect(Interval.one.divided(by: Interval.zero).upper == .infinity)
  }

  @Test("Operations hold the results of every pair of numbers in their operands", arguments: [4, 5])
  func operations(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let ends = (0..<4).map { _ in generator.number(-3, 3) }
      let a = Interval(ends[0]).union(Interval(ends[1]))
      let b = Interval(ends[2]).union(Interval(ends[3]))
      let x = generator.number(a.lower, a.upper)
      let y = generator.number(b.lower, b.upper)
      #expect((a + b).contains(x + y) && (a - b).contains(x - y) && (a * b).contains(x * y), "\(generator)")
      #expect((-a).contains(-x) && a.union(b).contains(x) && a.union(b).contains(y), "\(generator)")
    }
  }

  @Test("Elementary functions hold their reference figures, and the kernels use less than a quarter of the widening")
  func functions() throws {
    for row in try Fixture("Kernels/interval_reference.csv").rows {
      let (x, y, high, low) = (row.number("x"), row.number("y"), row.number("high"), row.number("low"))
      let name = row["function"] ?? ""
      let found: Interval
      switch name {
      case "exp": found = Interval(x).exponential
      case "log": found = Interval.logarithm(x, over: y)
      case "normal": found = Interval.normal(Interval(x))
      default: found = Interval.density(Interval(x))
      }
      // The distances of the ends from a number of more digits than a Double has; differences of neighbours are exact.
      let (below, above) = ((high - found.lower) + low, (found.upper - high) - low)
      let margin = high.magnitude * Interval.widening
      let isCut = name == "normal" && found.upper == 1
      #expect(below >= 0.75 * margin && (isCut || above >= 0.75 * margin), "\(name)(\(x), \(y)): \(found)")
      #expect(below <= 1.5 * margin && above <= 1.5 * margin, "\(name)(\(x), \(y)): \(found)")
    }
  }

  @Test("Functions of an interval hold those of its points, and their ends are in order", arguments: [6])
  func monotone(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let (a, b) = (generator.number(-12, 12), generator.number(-12, 12))
      let interval = Interval(a).union(Interval(b))
      let x = generator.number(interval.lower, interval.upper)
      #expect(Interval.normal(interval).contains(Interval.normal(Interval(x))), "\(generator)")
      #expect(Interval.density(interval).contains(Interval.density(Interval(x))), "\(generator)")
      #expect(interval.exponential.contains(Interval(x).exponential), "\(generator)")
    }
    #expect(Interval.normal(Interval(-.infinity)).lower == 0 && Interval.normal(Interval(.infinity)).upper == 1)
    #expect(Interval(-800).exponential.lower == 0 && Interval(800).exponential.upper == .infinity)
    #expect(Interval.logarithm(7, over: 7) == .zero && Interval(0).exponential == .one)
  }
}
