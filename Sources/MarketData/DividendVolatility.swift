public import Kernels
import RealModule

extension Forward {
  /// The continuous yield that, beside dated dividends before the expiry, gives the forward:
  /// S e^(gT) - sum D e^(g(T - t)) = F with g = rate - yield.
  ///
  /// It is 0 where the forward was carried with these very dividends, and what is left of financing where it was quoted.
  public func residualYield(beside dividends: [DatedDividend]) -> Double {
    guard !dividends.isEmpty else { return dividendYield }
    var growth = rate
    let spot = value * .exp(-(rate - dividendYield) * years)
    for _ in 0..<50 {
      var (carried, slope) = (spot * Double.exp(growth * years), years * spot * Double.exp(growth * years))
      for dividend in dividends {
        let left = years - dividend.years
        carried -= dividend.amount * .exp(growth * left)
        slope -= left * dividend.amount * .exp(growth * left)
      }
      guard slope > 0 else { return 0 }
      let step = (carried - value) / slope
      growth -= step
      if step.magnitude < 1e-14 { break }
    }
    let yield = rate - growth
    // A forward carried with the dividends leaves nothing but rounding.
    return yield.magnitude < 1e-11 ? 0 : yield
  }

  /// The volatility of an American quote on spot that pays dated dividends: the one at which the contract is valued at its
  /// price, as ``ExpiryChain`` wants it. Nil where there is none.
  ///
  /// With the dividends taken as a yield the collocation's volatility is near; what dated ones change in the value there is
  /// taken off the price, and the answer is found by secants through finite differences.
  func volatility(
    sign: Double, price: Double, strike: Double, dividends: [DatedDividend]
  ) -> Double? {
    let spot = discount / coinDiscount * value
    let start = AmericanImpliedVolatility.solve(
      sign: sign, price: price, spot: spot, strike: strike, years: years, rate: rate, dividendYield: dividendYield,
      tolerance: 1e-8)
    guard start.status == .ok, start.volatility > 0 else { return nil }
    guard !dividends.isEmpty else { return start.volatility }
    let yield = residualYield(beside: dividends)
    func gap(_ volatility: Double) -> Double {
      DividendOption(
        sign: sign, strike: strike, years: years, volatility: volatility, rate: rate, dividendYield: yield,
        dividends: dividends, isAmerican: true, withSlopes: false
      ).value(spot: spot) - price
    }
    var (last, lastGap) = (start.volatility, gap(start.volatility))
    var volatility = last * (lastGap > 0 ? 0.98 : 1.02)
    for _ in 0..<12 {
      guard lastGap.magnitude > DividendOption.tolerance * 0.1 * strike else { return last }
      let own = gap(volatility)
      guard own.isFinite, own != lastGap else { return nil }
      let next = volatility - own * (volatility - last) / (own - lastGap)
      (last, lastGap) = (volatility, own)
      // A secant of a value that hardly depends on volatility may point anywhere.
      guard next > 0.25 * volatility, next < 4 * volatility else { return nil }
      volatility = next
    }
    return nil
  }
}
