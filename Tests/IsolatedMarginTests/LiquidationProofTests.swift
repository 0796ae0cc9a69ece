import Basics
import Instruments
import Pricing
import TestSupport
import Testing

@testable import IsolatedMargin

@Suite("What the proofs of a liquidation region rest on")
struct LiquidationProofTests {
  private func equity(_ text: String, cash: String, days: Double, volatility: Double) throws -> FlatEquity {
    let strategy = try filled(legs(text))
    let terms = ValuationTerms(years: days / 365, volatility: volatility)
    let box = try LiquidationBox(
      of: strategy, deposit: amount(cash),
      market: LiquidationMarket(for: strategy, spot: 100, terms: terms))
    return FlatEquity(try #require(box.sums[0][0].forms?.first), terms)
  }

  /// References: bisection of the sums themselves in 40 digits, and for the far root in 1,500.
  @Test("Inflections closer to each other than any grid are found")
  func closePair() throws {
    let equity = try equity("+1C95 -1.5401027C100 +1C105", cash: "0", days: 7, volatility: 0.5)
    let found = equity.inflections()
    #expect(found.count == 2)
    for (found, wanted) in zip(found, [99.8613043182673024, 99.8884415186650591]) {
      #expect(abs(found - wanted) < 1e-7)
    }
  }

  @Test("A root 256 standard deviations away is found, where every option's value underflows")
  func farRoot() throws {
    let strategy = try filled(legs("-0.00000001C100 +100000000C101"))
    let region = try box(strategy, deposit: "0", days: 7, volatility: 0.5).region()
    #expect(region.status == .ok)
    #expect(region.certificate == .rootCount)
    #expect(region.prices.count == 1)
    let root = try #require(region.prices.first)
    #expect(abs(root - 1.95807217774820189e-6) < 1e-15)
    #expect(region.bands.first?.lower == nil)
  }

  @Test("A sum of exponentials has as many zeros as it was made with, and no more than sign changes")
  func exponentials() {
    // (e^x - 1)(e^x - 2)(e^x - 4) = e^3x - 7 e^2x + 14 e^x - 8: zeros at 0, ln 2 and ln 4.
    let terms = [(-8.0, 0.0), (14, 1), (-7, 2), (1, 3)].map { coefficient, exponent in
      ExponentialSum.Term(
        isNegative: coefficient < 0, logarithm: BlackReference.logarithm(abs(coefficient)), exponent: exponent)
    }
    let zeros = ExponentialSum(terms).zeros()
    #expect(zeros.count == 3)
    for (found, wanted) in zip(zeros, [0, 0.6931471805599453, 1.3862943611198906]) {
      #expect(abs(found - wanted) < 1e-12)
    }
    #expect(ExponentialSum(terms.filter { !$0.isNegative }).zeros().isEmpty)
    #expect(ExponentialSum([]).zeros().isEmpty)
  }

  @Test("A value changes its sign at most as often as the payoff, and every proof by inflections agrees with a scan")
  func variationDiminishing() throws {
    var generator = SplitMix64(seed: 1968)
    var counts: [LiquidationCertificate: Int] = [:]
    for number in 0..<400 {
      let scanned = try ScannedBox(&generator, settlement: .quote, rule: .spot)
      let box = try scanned.box
      let forms = try #require(box.sums[0][0].forms)
      let terms = ValuationTerms(
        years: scanned.years, volatility: scanned.volatility, rate: scanned.rate, dividendYield: scanned.yield)
      let equity = FlatEquity(try #require(forms.first), terms)
      let changes = EquitySigns(equity).changes
      let region = box.region()
      counts[region.certificate, default: 0] += 1
      #expect(region.prices.count <= changes, "portfolio \(number)")
      if region.status != .none || !box.isSafeByCash {
        #expect((changes - region.prices.count).isMultiple(of: 2), "portfolio \(number)")
      }
      if region.certificate == .inflections, let found = scanned.disagreement(region, nodes: 3000) {
        Issue.record("portfolio \(number): \(found)")
      }
    }
    #expect(counts[.inflections, default: 0] > 5, "\(counts)")
    #expect(counts[.rootCount, default: 0] > 50 && counts[.noSignChange, default: 0] > 50, "\(counts)")
  }

  @Test("The value on a plateau of zero keeps its digits, and its sign")
  func plateau() throws {
    // Cash 5 beside a short put spread 95/90: below 90 the payoff and the cash cancel exactly.
    let equity = try equity("+1P90 -1P95", cash: "5", days: 7, volatility: 0.5)
    for spot in [1.0, 10, 30, 60, 89] {
      #expect(equity.value(at: spot) > 0)
      #expect(equity.value(at: spot) < 5)
    }
    // 0.069 a standard deviation: at 60 some 6 of them, the spread's call values in 20 digits of decimals.
    #expect(equity.value(at: 1) > 0)
  }
}
