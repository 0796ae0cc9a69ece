import Basics
public import CBulkhead
import IsolatedMargin
import Pricing

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_size(
  _ book: UnsafePointer<bulkhead_book>?, _ policy: UnsafePointer<bulkhead_policy>?,
  _ budget: UnsafePointer<bulkhead_budget>?, _ lots: UnsafeMutablePointer<Int64>?,
  _ rows: UnsafeMutablePointer<bulkhead_text>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let strategies = unsafe try StrategyRows(book, &claims)
    let plan = unsafe try claims.plan(policy, on: strategies.market)
    let request = unsafe try SizeRequest(try claims.value(budget, "budget"), &claims)
    let lots = unsafe try claims.optionalOutput(lots, Int64(strategies.count), "lots")
    let target = unsafe try claims.text(rows, "rows")
    try claims.check()
    var refusals = RowRefusals()
    var rows = RowText([
      "lots", "budget", "loss_per_lot", "fees", "used", "next_would_use", "margin", "currency", "status", "detail",
    ])
    for index in 0..<strategies.count {
      var answer: Int64 = -1
      do throws(RowFailure) {
        let size = try request.size(of: try strategies.strategy(index, needsPrices: true), plan)
        answer = size.lots ?? -1
        if size.status == .invalid { refusals.add(row: index, size.detail) }
        rows.row([
          size.lotsText, size.budget.text, size.lossPerLotText, size.feesText, size.usedText, size.nextWouldUseText,
          size.marginText, size.currency.code, size.status.rawValue, size.detail,
        ])
      } catch {
        refusals.add(row: index, error.reason)
        rows.row([String](repeating: "", count: 8) + [SizeStatus.invalid.rawValue, error.reason])
      }
      unsafe lots?[index] = answer
    }
    unsafe try TextOutput.deliver(rows, to: target)
    return refusals
  }
}

/// A budget and fees as text, which become amounts once a strategy's currency is known.
private struct SizeRequest {
  let budget: String
  let portfolio: String
  let feePerLot: String
  let feeMinimum: String
  let feeCap: String
  let maxLots: Int64?

  init(_ stated: bulkhead_budget, _ claims: inout MemoryClaims) throws(CallFailure) {
    budget = unsafe try claims.text(stated.budget, "budget")
    portfolio = unsafe try claims.text(stated.portfolio, "portfolio")
    feePerLot = unsafe try claims.text(stated.fee_per_lot, "fee per lot")
    feeMinimum = unsafe try claims.text(stated.fee_minimum, "fee minimum")
    feeCap = unsafe try claims.text(stated.fee_cap, "fee cap")
    let limit = unsafe stated.max_lots
    guard limit >= -1 else { throw .badArgument("max lots: found \(limit), wanted 0 or more, or -1") }
    maxLots = limit == -1 ? nil : limit
  }

  func size(of strategy: FilledStrategy, _ plan: ClosingPlan?) throws(RowFailure) -> PositionSize {
    do {
      let currency = strategy.currency
      let whole = portfolio.isEmpty ? nil : try Money(parsing: portfolio, currency: currency)
      let limit = try PositionSize.budget(parsing: budget, portfolio: whole, currency: currency)
      var fees: LotFees?
      if !(feePerLot.isEmpty && feeMinimum.isEmpty && feeCap.isEmpty) {
        fees = try LotFees(
          perLot: feePerLot.isEmpty ? strategy.fees : ExactAmount(parsing: feePerLot),
          minimum: feeMinimum.isEmpty ? .zero : ExactAmount(parsing: feeMinimum),
          cap: feeCap.isEmpty ? nil : ExactAmount(parsing: feeCap))
      }
      return PositionSize(of: strategy, budget: limit, lotFees: fees, maxLots: maxLots, plan: plan)
    } catch { throw RowFailure("\(error)") }
  }
}
