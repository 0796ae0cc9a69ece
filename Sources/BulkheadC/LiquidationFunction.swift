import Basics
public import CBulkhead
import IsolatedMargin
import MarketData
import Pricing

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_liquidation(
  _ book: UnsafePointer<bulkhead_book>?, _ policy: UnsafePointer<bulkhead_policy>?,
  _ maintenance: UnsafePointer<bulkhead_maintenance>?, _ deposit: bulkhead_bytes, _ volatility: Double,
  _ days: UnsafePointer<Double>?, _ dayCount: Int64, _ answers: UnsafeMutablePointer<bulkhead_liquidation_day>?,
  _ bands: UnsafeMutablePointer<bulkhead_band>?, _ capacity: Int64, _ bandCount: UnsafeMutablePointer<Int64>?,
  _ rows: UnsafeMutablePointer<bulkhead_text>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let strategies = unsafe try StrategyRows(book, &claims)
    let plan = unsafe try claims.plan(policy, on: strategies.market)
    let model = unsafe try claims.maintenance(maintenance)
    let depositText = unsafe try claims.text(deposit, "deposit")
    guard volatility.isNaN || (volatility > 0 && volatility <= 10) else {
      throw .badArgument("volatility: found \(volatility), wanted a fraction above 0 and at most 10, or not-a-number")
    }
    let days = unsafe Array(try claims.input(days, dayCount, "days"))
    let answers = unsafe try claims.output(answers, dayCount, "answers")
    let bands = unsafe try claims.output(bands, capacity, "bands")
    let bandCount = unsafe try claims.output(bandCount, 1, "band count")
    let target = unsafe try claims.text(rows, "rows")
    try claims.check()
    for day in days where !(day >= 0 && day <= 36_500) {
      throw .badArgument("days: found \(day), wanted 0 to 36500 calendar days")
    }
    guard let market = strategies.market else { throw .badArgument("found no market, wanted one that values the legs") }
    let strategy = try strategies.only()
    let box: LiquidationBox
    do {
      let own = StrategyMargin(of: strategy, plan: plan)
      box = try LiquidationBox(
        of: strategy, deposit: try amount(depositText, own, strategy.currency), maintenance: model,
        market: try LiquidationMarket(
          of: strategy, in: market, volatility: volatility.isNaN ? nil : volatility), plan: plan)
    } catch { throw .refused("\(error)") }
    var found: [bulkhead_band] = []
    for (place, day) in days.enumerated() {
      let region = box.region(LiquidationState(daysForward: day))
      for band in region.bands {
        found.append(
          bulkhead_band(
            day: Int64(place), lower: band.lower?.price ?? 0, upper: band.upper?.price ?? .infinity))
      }
      unsafe answers[place] = bulkhead_liquidation_day(
        status: Int32(clamping: LiquidationRegion.Status.allCases.firstIndex(of: region.status) ?? 0),
        certificate: Int32(clamping: LiquidationCertificate.allCases.firstIndex(of: region.certificate) ?? 0),
        lower: region.lower?.price ?? 0, upper: region.upper?.price ?? .infinity)
    }
    unsafe bandCount[0] = Int64(found.count)
    var rows = RowText(["deposit", "cash", "maintenance", "currency", "spot"])
    rows.row([
      AmountText.up(box.deposit), AmountText.down(box.cash), box.maintenance.name, strategy.currency.code,
      "\(box.market.spot)",
    ])
    guard found.count <= Int(capacity) else {
      throw .tooSmall("bands: found room for \(capacity), wanted \(found.count)")
    }
    for (place, band) in found.enumerated() { unsafe bands[place] = band }
    unsafe try TextOutput.deliver(rows, to: target)
    return RowRefusals()
  }
}

/// What is deposited: as stated, else the margin.
private func amount(_ text: String, _ margin: StrategyMargin, _ currency: Currency) throws -> ExactAmount {
  guard text.isEmpty else { return try Money(parsing: text, currency: currency).exact }
  if let amount = margin.margin { return amount.exact }
  throw IsolatedMarginError.badInput(
    "deposit", found: "a strategy whose margin is \(margin.status.rawValue)", wanted: "a deposit")
}

extension MemoryClaims {
  /// The requirement that keeps a box open; none where the caller names none.
  fileprivate mutating func maintenance(
    _ pointer: UnsafePointer<bulkhead_maintenance>?
  ) throws(CallFailure) -> any MaintenanceModel {
    guard unsafe pointer != nil else { return NoMaintenance() }
    let stated = unsafe try value(pointer, "maintenance")
    let share = unsafe Price(count: stated.share).exact
    do throws(IsolatedMarginError) {
      switch unsafe stated.kind {
      case 0: return NoMaintenance()
      case 1: return try MarginShareMaintenance(share: share)
      case 2:
        return unsafe try SpotShareMaintenance(
          share: share, hasMarks: stated.has_marks != 0, balance: stated.is_of_cash != 0 ? .cash : .equity)
      case 3:
        let tiers = unsafe try claimed(stated.tiers, stated.tier_count)
        return unsafe TieredMaintenance(
          tiers: try MaintenanceTiers(tiers), includesShortOptions: stated.has_options != 0)
      default: break
      }
    } catch { throw .refused("maintenance: \(error)") }
    throw .badArgument("maintenance: found \(unsafe stated.kind), wanted 0 to 3")
  }

  private mutating func claimed(
    _ pointer: UnsafePointer<bulkhead_tier>?, _ count: Int64
  ) throws(IsolatedMarginError) -> [(from: ExactAmount, rate: ExactAmount)] {
    do {
      return unsafe try input(pointer, count, "tiers").map {
        (Price(count: $0.notional).exact, Price(count: $0.rate).exact)
      }
    } catch { throw .badInput("tiers", found: "\(count)", wanted: "an array") }
  }
}
