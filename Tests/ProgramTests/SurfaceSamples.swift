import Foundation
import TestSupport

/// The made-up history of `Tests/Fixtures/Surfaces/three-factors.csv`: nobody's quotes.
///
/// Volatilities of three times and three log-moneynesses that a level, a skew and a term move, each in steps that are evenly
/// distributed, and a little of each point's own; on weekdays from 6 January 2025, with the week from 3 February left out.
/// They are counted in 10^-5, so that the digits are the same on every machine.
enum ThreeFactorFixture {
  static let path = Fixture("Surfaces/three-factors.csv").path
  static let name = "Tests/Fixtures/Surfaces/three-factors.csv"

  /// Whether the program has LAPACK: without it, it ends with 1.
  static let isAvailable: Bool = (try? Program.run(["components", path]))?.status != 1

  static func text() -> String {
    var generator = SplitMix64(seed: 20_250_106)
    var lines = ["date,years,log_moneyness,vol"]
    var (level, skew, term) = (0.0, 0.0, 0.0)
    for date in dates {
      level += generator.number(-0.03, 0.03) - 0.1 * level
      skew += generator.number(-0.1, 0.1) - 0.1 * skew
      term += generator.number(-0.01, 0.01) - 0.1 * term
      for years in [0.1, 0.25, 0.5] {
        for k in [-0.2, 0, 0.2] {
          let base = 0.5 - 0.2 * k + 0.5 * k * k
          let move = level - skew * k + term * (0.25 - years) / 0.15
          let own = generator.number(-0.002, 0.002)
          let count = Int(((base + move + own) * 1e5).rounded())
          lines.append("\(date),\(years),\(k),0.\(String(repeating: "0", count: 5 - "\(count)".count))\(count)")
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static var dates: [String] {
    let days = { (first: Int, count: Int) in (first..<(first + count)).map { $0 < 10 ? "0\($0)" : "\($0)" } }
    return [6, 13, 20, 27].flatMap { days($0, 5) }.map { "2025-01-\($0)" }
      + [10, 17, 24].flatMap { days($0, 5) }.map { "2025-02-\($0)" }
  }
}
