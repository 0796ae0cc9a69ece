public import Basics
public import Instruments
import MarketData
import Pricing

/// One rung of a ladder, or the total of a level.
public struct LadderRow: Sendable {
  /// What the row stands for; the raw values are the words of the `level` column.
  public enum Level: String, Hashable, Sendable {
    /// A strike, or a bucket of them, within an expiry; without a strike, its futures.
    case strike
    /// An expiry of an underlying; without an expiry, its perpetuals and units of the underlying itself.
    case expiry
    /// Everything on an underlying.
    case underlying
    /// Everything in a currency.
    case currency
  }

  public let level: Level
  public let settlement: Settlement
  public let currency: Currency
  /// Nil for a currency's total.
  public let underlying: String?
  /// Of the underlying, in quote currency; nil for a currency's total.
  public let spot: Double?
  public let expiry: Expiry?
  /// Calendar days to the expiry.
  public let days: Double?
  /// Of the expiry, in quote currency.
  public let forward: Double?
  /// The strike, or the lower edge of the bucket.
  public let strike: Price?
  /// The upper edge of the bucket, which is not in it; nil without buckets.
  public let strikeEnd: Price?
  /// Distinct instruments.
  public let contracts: Int
  public let risk: PositionRisk
  /// False where the row adds up several underlyings, so that delta, gamma and units have no common unit.
  public let isOneUnderlying: Bool
}

/// Puts the cells of a ladder into rows, a level's total behind its rows.
struct LadderAssembly {
  private struct Total {
    var risk = PositionRisk()
    var contracts = 0

    mutating func add(_ risk: PositionRisk, _ contracts: Int) {
      self.risk.add(risk)
      self.contracts += contracts
    }
  }

  private let market: MarketState
  private let positions: [NettedPosition]
  private let grain: LadderGrain
  private let bucket: Price?
  private var rows: [LadderRow] = []
  private var last: (place: LadderPlace, expiry: Expiry?)?
  private var ofExpiry = Total()
  private var ofUnderlying = Total()
  private var ofCurrency: [Total]
  private var underlyingCounts: [Int]

  init(market: MarketState, positions: [NettedPosition], grain: LadderGrain, bucket: Price?) {
    self.market = market
    self.positions = positions
    self.grain = grain
    self.bucket = bucket
    ofCurrency = positions.map { _ in Total() }
    underlyingCounts = positions.map { _ in 0 }
  }

  /// Adds a cell; cells come in the order of their places.
  mutating func add(_ place: LadderPlace, _ cell: LadderCell) {
    closeLevels(before: place)
    last = (place, cell.expiry)
    let contracts = cell.instruments.count
    switch grain {
    case .underlying: break
    case .expiry: append(.expiry, place, cell.expiry, cell.risk, contracts)
    case .strike: append(.strike, place, cell.expiry, cell.risk, contracts)
    }
    if grain == .strike { ofExpiry.add(cell.risk, contracts) } else { ofUnderlying.add(cell.risk, contracts) }
  }

  /// Closes what is open and adds the currencies' totals.
  mutating func finish() -> [LadderRow] {
    closeLevels(before: nil)
    for (position, total) in ofCurrency.enumerated() {
      rows.append(
        LadderRow(
          level: .currency, settlement: positions[position].settlement, currency: positions[position].currency,
          underlying: nil, spot: nil, expiry: nil, days: nil, forward: nil, strike: nil, strikeEnd: nil,
          contracts: total.contracts, risk: total.risk, isOneUnderlying: underlyingCounts[position] == 1))
    }
    return rows
  }

  private mutating func closeLevels(before next: LadderPlace?) {
    guard let (place, expiry) = last else { return }
    let leavesUnderlying = next.map { $0.underlying != place.underlying || $0.position != place.position } ?? true
    if grain == .strike, leavesUnderlying || next?.instant != place.instant {
      var rung = place
      rung.strike = nil
      append(.expiry, rung, expiry, ofExpiry.risk, ofExpiry.contracts)
      ofUnderlying.add(ofExpiry.risk, ofExpiry.contracts)
      ofExpiry = Total()
    }
    guard leavesUnderlying else { return }
    append(
      .underlying, LadderPlace(underlying: place.underlying, position: place.position), nil, ofUnderlying.risk,
      ofUnderlying.contracts)
    ofCurrency[place.position].add(ofUnderlying.risk, ofUnderlying.contracts)
    underlyingCounts[place.position] += 1
    ofUnderlying = Total()
  }

  private mutating func append(
    _ level: LadderRow.Level, _ place: LadderPlace, _ expiry: Expiry?, _ risk: PositionRisk, _ contracts: Int
  ) {
    let underlying = market.underlyings[place.underlying]
    let own = level == .underlying ? nil : expiry
    let strike = level == .strike ? place.strike : nil
    rows.append(
      LadderRow(
        level: level, settlement: positions[place.position].settlement, currency: positions[place.position].currency,
        underlying: underlying.symbol, spot: underlying.spot.value, expiry: own,
        days: place.instant.map { Double($0.secondsSinceEpoch - market.asOf.secondsSinceEpoch) / 86_400 },
        forward: own.flatMap { try? underlying.forward(of: $0) }?.value, strike: strike,
        strikeEnd: strike.flatMap(bucketEnd), contracts: contracts, risk: risk, isOneUnderlying: true))
  }

  /// The upper edge of the bucket that begins at `low`; nil without buckets, and beyond every price.
  private func bucketEnd(_ low: Price) -> Price? {
    guard let bucket else { return nil }
    let (end, overflow) = low.count.addingReportingOverflow(bucket.count)
    return overflow ? nil : Price(count: end)
  }
}
