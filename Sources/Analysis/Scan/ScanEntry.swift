import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing

/// What a leg of a structure is at one strike of an expiry: exact amounts as counts of a common fraction, and its Greeks.
///
/// Everything is that of the leg as it stands in the structure, sign and ratio included.
struct ScanEntry: Sendable {
  /// What it costs at entry, a credit negative; over ``ScanChain/costScale``.
  var cost: Int128 = 0
  /// Its entry and reserved exit fee; over ``ScanChain/costScale``.
  var fee: Int128 = 0
  /// Ask less bid, times the units; nil where the quote has but one side. Over ``ScanChain/costScale``.
  var spread: Int128?
  /// The line of its payoff from coordinate 0 on; over ``ScanChain/lineScale``.
  var start = ScanLine()
  /// Its bends in ``ScanChain/bends``.
  var bends = 0..<0
  /// In settlement currency; nil where the market has no volatility for it.
  var greeks: Greeks?
  /// |delta| of one unit in quote currency; NaN for a long leg and without a volatility.
  var shortDelta = Double.nan
}

/// Intercept and slope over the coordinate of ``Payoff``; counts over ``ScanChain/lineScale``.
struct ScanLine: Sendable {
  var intercept: Int128 = 0
  var slope: Int128 = 0

  static func += (left: inout ScanLine, right: ScanLine) {
    left.intercept += right.intercept
    left.slope += right.slope
  }
}

/// A change of a leg's line at one of the chain's positions.
struct ScanBend: Sendable {
  let position: Int
  let change: ScanLine
}

/// A coordinate as a fraction in lowest terms: S in quote currency, 1/S in coin.
struct ScanPosition: Sendable {
  let numerator: Int128
  let denominator: Int128
}

/// Exact amounts of one entry before they are brought to common denominators.
struct ScanEntryDraft {
  let filled: FilledLeg
  let spread: ExactAmount?
  let start: (intercept: ExactAmount, slope: ExactAmount)
  let bends: [(position: ExactAmount, intercept: ExactAmount, slope: ExactAmount)]
  let greeks: Greeks?
  let unitDelta: Double

  /// Nil never for what the market fills: a vanilla payoff is continuous and has a value at every vertex.
  init?(
    _ leg: FilledLeg, _ settlement: Settlement, _ chain: ExpiryChain, _ underlying: UnderlyingMarket,
    _ greeks: (position: Greeks, unitDelta: Double)?
  ) {
    let payoff = Payoff(of: [leg], settlement: settlement)
    let vertices = payoff.vertices
    var slopes: [ExactAmount] = []
    for (vertex, next) in zip(vertices, vertices.dropFirst()) {
      guard let from = vertex.right, let to = next.left,
        let slope = (to - from).divided(by: next.position - vertex.position)
      else { return nil }
      slopes.append(slope)
    }
    slopes.append(payoff.slopeAtEnd)
    guard let intercept = vertices.first?.right else { return nil }
    filled = leg
    start = (intercept, slopes[0])
    bends = vertices.indices.dropFirst().map { index in
      let change = slopes[index] - slopes[index - 1]
      return (vertices[index].position, -(change * vertices[index].position), change)
    }
    self.greeks = greeks?.position
    unitDelta = greeks?.unitDelta ?? .nan
    var width: ExactAmount?
    if case .option(let contract) = leg.instrument, let quote = underlying.quote(of: contract),
      let bid = quote.usableBid, let ask = quote.usableAsk
    {
      let isConverted = underlying.terms.quotedIn == .coin && settlement == .quote
      let unit = ask.exact - bid.exact
      width = leg.units.magnitude * (isConverted ? unit * underlying.spot.exact : unit)
    }
    spread = width
  }
}
