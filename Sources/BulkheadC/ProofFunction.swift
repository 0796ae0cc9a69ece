import Basics
public import CBulkhead
import Instruments
import IsolatedMargin
import Pricing

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_proofs(
  _ book: UnsafePointer<bulkhead_book>?, _ policy: UnsafePointer<bulkhead_policy>?,
  _ rows: UnsafeMutablePointer<bulkhead_text>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let strategies = unsafe try StrategyRows(book, &claims)
    let plan = unsafe try claims.plan(policy, on: strategies.market)
    let target = unsafe try claims.text(rows, "rows")
    try claims.check()
    var refusals = RowRefusals()
    var rows = RowText([
      "strategy", "underlying", "expiry", "settlement", "policy", "entry_cost", "fees", "least", "binding_price",
      "attained", "constant", "slope_at_start", "slope_at_end", "vertices",
    ])
    for index in 0..<strategies.count {
      do throws(RowFailure) {
        let strategy = try strategies.strategy(index)
        let loss: MaximumLoss
        do { loss = try MaximumLoss(of: strategy, under: plan) } catch { throw RowFailure("\(error)") }
        for proof in loss.proofs { rows.row(cells(of: proof, loss.policy, strategy, index)) }
      } catch { refusals.add(row: index, error.reason) }
    }
    unsafe try TextOutput.deliver(rows, to: target)
    return refusals
  }
}

/// Every number as a fraction in lowest terms, so that nothing is rounded on the way to who checks it.
private func cells(of proof: LossProof, _ policy: LossPolicy, _ strategy: FilledStrategy, _ index: Int) -> [String] {
  let certificate = proof.certificate
  let vertices = certificate?.vertices.map { vertex in
    ([vertex.position] + [vertex.left, vertex.value, vertex.right]).map { $0?.fractionText ?? "-" }
      .joined(separator: " ")
  }
  return [
    "\(index)", proof.underlying, proof.expiry.map(\.description) ?? "", proof.settlement.rawValue, policy.name,
    strategy.entryCost.fractionText, strategy.fees.fractionText, proof.least?.payoff.fractionText ?? "",
    proof.least?.price?.fractionText ?? "", proof.least.map { $0.isAttained ? "true" : "false" } ?? "",
    certificate?.constant.fractionText ?? "", certificate?.slopeAtStart.fractionText ?? "",
    certificate?.slopeAtEnd.fractionText ?? "", (vertices ?? []).joined(separator: ";"),
  ]
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_payoff(
  _ book: UnsafePointer<bulkhead_book>?, _ prices: UnsafePointer<Double>?, _ count: Int64,
  _ out: UnsafeMutablePointer<Double>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let strategies = unsafe try StrategyRows(book, &claims)
    let prices = unsafe try claims.input(prices, count, "prices")
    let out = unsafe try claims.output(out, count, "out")
    try claims.check()
    let strategy = try strategies.only()
    let expiries = strategy.expiries
    guard expiries.count <= 1 else {
      throw .refused(IsolatedMarginError.severalExpiries(expiries.map(\.description)).description)
    }
    let payoffs = MaximumLoss.payoffs(of: strategy)
    guard let only = payoffs.first, payoffs.count == 1 else {
      throw .refused("found legs on \(payoffs.count) underlyings, wanted one")
    }
    let cost = strategy.entryCost + strategy.fees
    var refusals = RowRefusals()
    for index in prices.indices {
      let price = unsafe prices[index]
      if let exact = ExactAmount(exactly: price), let payoff = only.payoff.value(at: exact) {
        unsafe out[index] = (payoff - cost).doubleValue
      } else {
        unsafe out[index] = .nan
        refusals.add(
          row: index,
          "price: found \(price), wanted a finite price \(strategy.settlement == .quote ? "of 0 or more" : "above 0")")
      }
    }
    return refusals
  }
}
