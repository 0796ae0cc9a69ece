import Analysis
import Basics
public import CBulkhead
import IsolatedMargin
import MarginRules
import Pricing

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_requirements(
  _ book: UnsafePointer<bulkhead_book>?, _ policy: UnsafePointer<bulkhead_policy>?, _ rulebook: bulkhead_bytes,
  _ rows: UnsafeMutablePointer<bulkhead_text>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let strategies = unsafe try StrategyRows(book, &claims)
    let plan = unsafe try claims.plan(policy, on: strategies.market)
    let stated = unsafe try claims.text(rulebook, "rulebook")
    let target = unsafe try claims.text(rows, "rows")
    try claims.check()
    guard let market = strategies.market else {
      throw .badArgument("found no market, wanted one that the rule is asked on")
    }
    let book = try RulebookRows.rulebook(stated)
    let rule: any MarginRule
    do { rule = try RuleCatalogue.rule(of: book) } catch { throw .refused("\(error)") }
    let question = RuleQuestion(rule, in: market, plan: plan)
    var refusals = RowRefusals()
    var rows = RowText([
      "strategy", "requirement", "term", "input", "amount", "currency", "binding_scenario", "status", "detail",
    ])
    for index in 0..<strategies.count {
      func silent(_ status: MarginStatus, _ detail: String) {
        rows.row(["\(index)", "", "", "", "", "", "", status.rawValue, detail])
      }
      do throws(RowFailure) {
        let verdict: RuleVerdict
        let strategy = try strategies.strategy(index, needsPrices: true)
        do { verdict = try question.verdict(on: strategy) } catch { throw RowFailure("\(error)") }
        if verdict.status == .invalid { throw RowFailure(verdict.detail) }
        guard let initial = verdict.initial, let maintenance = verdict.maintenance else {
          silent(verdict.status, verdict.detail)
          continue
        }
        for requirement in [initial, maintenance] {
          let terms = requirement.terms.map { ($0.name, $0.input, $0.amount) } + [("TOTAL", "", requirement.total)]
          for (name, input, amount) in terms {
            rows.row([
              "\(index)", requirement.kind.rawValue, name, input, amount.text, amount.currency.code,
              requirement.binding, verdict.status.rawValue, verdict.detail,
            ])
          }
        }
      } catch {
        refusals.add(row: index, error.reason)
        silent(.invalid, error.reason)
      }
    }
    unsafe try TextOutput.deliver(rows, to: target)
    return refusals
  }
}
