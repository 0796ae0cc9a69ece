import Basics
public import CBulkhead
import Instruments
import IsolatedMargin
import Pricing

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_margin(
  _ book: UnsafePointer<bulkhead_book>?, _ policy: UnsafePointer<bulkhead_policy>?,
  _ status: UnsafeMutablePointer<UInt8>?, _ margin: UnsafeMutablePointer<Int64>?,
  _ requirement: UnsafeMutablePointer<Int64>?, _ rows: UnsafeMutablePointer<bulkhead_text>?,
  _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let strategies = unsafe try StrategyRows(book, &claims)
    let plan = unsafe try claims.plan(policy, on: strategies.market)
    let count = Int64(strategies.count)
    let status = unsafe try claims.optionalOutput(status, count, "status")
    let margin = unsafe try claims.optionalOutput(margin, count, "margin")
    let requirement = unsafe try claims.optionalOutput(requirement, count, "requirement")
    let target = unsafe try claims.text(rows, "rows")
    try claims.check()
    var refusals = RowRefusals()
    var rows = RowText([
      "settlement", "max_loss", "max_profit", "margin", "binding_price", "attained", "break_evens", "status", "detail",
      "currency", "entry_cost", "fees", "requirement", "policy",
    ])
    for index in 0..<strategies.count {
      var (word, posted, locked) = (MarginStatus.invalid, ContractCode.none, ContractCode.none)
      do throws(RowFailure) {
        let answer = StrategyMargin(
          of: try strategies.strategy(index, needsPrices: true), plan: plan, market: strategies.market)
        word = answer.status
        posted = answer.margin?.minorUnits ?? ContractCode.none
        locked = answer.requirement?.minorUnits ?? ContractCode.none
        rows.row([
          answer.settlement.rawValue, answer.maxLossText, answer.maxProfitText, answer.marginText,
          answer.bindingPriceText, answer.attainedText, answer.breakEvensText, answer.status.rawValue, answer.detail,
          answer.currency.code, answer.entryCostText, answer.feesText, answer.requirementText,
          answer.maximumLoss?.policy.name ?? "",
        ])
      } catch {
        refusals.add(row: index, error.reason)
        rows.row(
          [String](repeating: "", count: 7) + [word.rawValue, error.reason] + [String](repeating: "", count: 5))
      }
      unsafe status?[index] = MarginCode.code(word)
      unsafe margin?[index] = posted
      unsafe requirement?[index] = locked
    }
    unsafe try TextOutput.deliver(rows, to: target)
    return refusals
  }
}

/// The words of margin answers as codes.
enum MarginCode {
  static func code(_ status: MarginStatus) -> UInt8 {
    let code: Int
    switch status {
    case .ok: code = BULKHEAD_MARGIN_OK
    case .unbounded: code = BULKHEAD_MARGIN_UNBOUNDED
    case .severalExpiries: code = BULKHEAD_MARGIN_SEVERAL_EXPIRIES
    case .unsupported: code = BULKHEAD_MARGIN_UNSUPPORTED
    case .notApplicable: code = BULKHEAD_MARGIN_NOT_APPLICABLE
    case .overflow: code = BULKHEAD_MARGIN_OVERFLOW
    case .invalid: code = BULKHEAD_MARGIN_INVALID
    }
    return UInt8(clamping: code)
  }
}
