import Kernels
import TestSupport
import Testing

@Suite struct NormalTests {
  @Test("Density, cumulative probability and Mills' ratio match the reference figures")
  func reference() throws {
    for row in try Fixture("Kernels/normal_reference.csv").rows {
      let x = row.number("x")
      for (name, figure) in [
        ("density", Normal.density(x)), ("cumulative", Normal.cumulative(x)), ("mills", Normal.millsRatio(x)),
      ] {
        let exact = row.number(name)
        let tolerance = max(1.5e-15 * exact.magnitude, 2 * Double.leastNonzeroMagnitude)
        #expect(figure == exact || (figure - exact).magnitude <= tolerance, "\(name)(\(x)) is \(figure), not \(exact)")
      }
    }
  }

  @Test("The inverse matches the reference figures, and its ends are infinite")
  func quantile() throws {
    for row in try Fixture("Kernels/normal_quantile_reference.csv").rows {
      let p = row.number("p")
      let x = Normal.quantile(p)
      let exact = row.number("x")
      #expect((x - exact).magnitude <= 1e-15 * exact.magnitude, "quantile(\(p)) is \(x), not \(exact)")
    }
    #expect(Normal.quantile(0) == -.infinity)
    #expect(Normal.quantile(1) == .infinity)
    #expect(Normal.quantile(-0.1).isNaN && Normal.quantile(1.1).isNaN && Normal.quantile(.nan).isNaN)
    #expect(Normal.cumulative(.infinity) == 1 && Normal.cumulative(-.infinity) == 0)
    #expect(Normal.cumulative(.nan).isNaN && Normal.density(.nan).isNaN && Normal.millsRatio(.nan).isNaN)
    #expect(Normal.millsRatio(.infinity) == 0 && Normal.millsRatio(-50) == .infinity)
  }
}
