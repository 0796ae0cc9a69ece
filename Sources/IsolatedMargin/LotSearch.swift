import Basics

/// The largest number of lots that fits, tier by tier: exact, and without a search over lots.
enum LotSearch {
  /// Gives the largest n from 0 to `limit` with n x `loss` + fee(n) <= `budget`.
  ///
  /// Inside a tier the use is a line in n, so its last fitting lot is a quotient; tiers are tried from the last one
  /// down, which stays right where use falls with n because a lot gains more than its fee.
  /// - Returns: nil where not even the use of 0 lots, nothing, fits.
  /// - Throws: ``IsolatedMarginError`` `.number` where the answer exceeds 2^63 lots.
  static func largest(
    loss: ExactAmount, schedule: LotFees, budget: ExactAmount, limit: Int64
  ) throws(IsolatedMarginError) -> Int64? {
    var last = limit
    for tier in schedule.tiers.reversed() where tier.firstLot <= last {
      let slope = loss + tier.perLot
      let room = budget - tier.base
      var candidate = last
      if slope > .zero, let quotient = room.divided(by: slope) {
        // Held to the tier before it is counted: a quotient beyond 64 bits is no error while the tier ends earlier.
        if quotient < ExactAmount(last) { candidate = try count(quotient) }
      }
      if candidate >= tier.firstLot, slope * ExactAmount(candidate) <= room { return candidate }
      last = tier.firstLot - 1
    }
    return budget < .zero ? nil : 0
  }

  private static func count(_ quotient: ExactAmount) throws(IsolatedMarginError) -> Int64 {
    do { return try quotient.count(decimals: 0, rounding: .down, type: "lots") } catch {
      if quotient < .zero { return -1 }
      throw .number(error)
    }
  }
}

extension PositionSize {
  /// The answer while it is put together.
  struct Draft {
    var status = SizeStatus.ok
    var detail = ""
    var lots: Int64?
    var lossPerLot: ExactAmount?
    var fees: ExactAmount?
    var used: ExactAmount?
    var nextWouldUse: ExactAmount?
    var margin: Money?
    var lockedCash: Money?

    mutating func fill(
      _ bound: MaximumLoss.Bound, _ budget: Money, _ schedule: LotFees, _ maxLots: Int64?
    ) throws(IsolatedMarginError) {
      let loss = bound.entryCost - bound.leastPayoff
      lossPerLot = loss
      let hasRisk = loss > .zero
      if !hasRisk {
        status = .noRiskLimit
        detail = "a lot loses nothing: wanted --max-lots"
        guard let maxLots else { return }
        detail = "a lot loses nothing: limited by --max-lots \(maxLots)"
      }
      // One lot more must still be a number of lots.
      let limit = min(maxLots ?? .max, .max - 1)
      guard
        let lots = try LotSearch.largest(loss: loss, schedule: schedule, budget: budget.exact, limit: limit)
      else { return }
      if maxLots == nil, lots == limit { throw .number(.outOfRange("\(lots) or more", type: "lots")) }
      func use(_ lots: Int64) -> ExactAmount { loss * ExactAmount(lots) + schedule.fee(lots: lots) }
      let (used, next) = (use(lots), use(lots + 1))
      // The proof is evaluated anew from the schedule, not from the tier that was searched.
      assert(used <= budget.exact && (next > budget.exact || lots == limit || !hasRisk))
      self.lots = lots
      self.used = used
      nextWouldUse = next
      fees = schedule.fee(lots: lots)
      if hasRisk, lots == limit, next <= budget.exact {
        detail = "limited by --max-lots \(lots): the budget allows more"
      }
      if !hasRisk, lots < limit { detail = "a lot loses nothing: the fees of more lots exceed the budget" }
      let leastOrZero = min(bound.leastCash, .zero)
      let posted = (bound.entryCost - leastOrZero) * ExactAmount(lots) + schedule.fee(lots: lots)
      do throws(BasicsError) {
        margin = try Money(rounding: max(.zero, posted), to: budget.currency, .up)
        lockedCash = try Money(rounding: -(leastOrZero * ExactAmount(lots)), to: budget.currency, .up)
      } catch { throw .number(error) }
    }
  }
}

extension PositionSize {
  public var lotsText: String { lots.map(String.init) ?? "" }
  public var lossPerLotText: String { lossPerLot.map { AmountText.up($0) } ?? "" }
  public var feesText: String { fees.map { AmountText.up($0) } ?? "" }
  public var usedText: String { used.map { AmountText.up($0) } ?? "" }
  public var nextWouldUseText: String { nextWouldUse.map { AmountText.up($0) } ?? "" }
  public var marginText: String { margin?.text ?? "" }
}
