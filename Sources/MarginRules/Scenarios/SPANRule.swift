import Basics
import Instruments
import Pricing

/// SPAN's sixteen scenarios: the spot by thirds of a scan range with volatility up and down, and two extreme moves that
/// count in part; a day passes in each.
///
/// The requirement is the greatest loss of each underlying, at least a minimum for each short option, plus what it would
/// cost to buy the options back (less what the long ones would fetch). Charges between months and credits between
/// commodities need a clearing house's own tables and are left out.
public struct SPANRule: MarginRule {
  public let rulebook: Rulebook
  /// In the order in which the clearing house numbers them.
  public let scenarios: [RuleScenario]
  /// Share of the underlying's value for one unit of a short option.
  let shortOptionMinimum: ExactAmount
  let initialRatio: ExactAmount

  /// - Throws: ``MarginRulesError`` `.badParameter`; an extreme move must leave a price above 0.
  public init(_ rulebook: Rulebook) throws(MarginRulesError) {
    let table = rulebook.table
    try table.allow([
      "price_scan_range", "volatility_scan_range", "extreme_multiple", "extreme_cover", "lookahead_days",
      "short_option_minimum", "initial_ratio",
    ])
    let scan = try table.number("price_scan_range", in: ParameterTable.share)
    let multiple = try table.number("extreme_multiple", in: .one...ExactAmount(10))
    guard scan * multiple < .one else {
      throw table.refusal(
        "extreme_multiple", found: "\(multiple)", wanted: "a multiple that leaves a price above 0 after \(scan)")
    }
    let volatility = try table.number("volatility_scan_range", in: ParameterTable.share).doubleValue
    let cover = try table.number("extreme_cover", in: ParameterTable.share).doubleValue
    let days = try table.number("lookahead_days", in: .zero...ExactAmount(30)).doubleValue
    shortOptionMinimum = try table.number("short_option_minimum", in: ParameterTable.share)
    initialRatio = try table.number("initial_ratio", in: .one...ExactAmount(3))
    let range = scan.doubleValue
    var scenarios: [RuleScenario] = []
    for thirds in [0.0, 1, -1, 2, -2, 3, -3] {
      for sign in [1.0, -1] {
        scenarios.append(
          RuleScenario(spot: range * thirds / 3, volatility: .points(sign * volatility), days: days))
      }
    }
    for sign in [1.0, -1] {
      scenarios.append(RuleScenario(spot: sign * range * multiple.doubleValue, cover: cover, days: days))
    }
    self.scenarios = scenarios
    self.rulebook = rulebook
  }

  public var needs: String {
    "each option's mark and volatility, revalued under \(scenarios.count) scenarios of spot and volatility"
  }

  public func answer(for inputs: RuleInputs) throws(MarginRulesError) -> RuleAnswer {
    guard inputs.settlement == .quote else {
      return .notApplicable("coin settlement: the clearing house's accounts are in quote currency")
    }
    let book = try ScenarioBook(inputs) { _ in scenarios }
    return .requirements(
      initial: try requirement(.initial, inputs, book), maintenance: try requirement(.maintenance, inputs, book))
  }

  private func requirement(
    _ kind: RequirementKind, _ inputs: RuleInputs, _ book: ScenarioBook
  ) throws(MarginRulesError) -> Requirement {
    var terms = TermList(currency: inputs.currency, source: rulebook.source)
    let ratio = kind == .initial ? initialRatio : .one
    let ratioText = ratio == .one ? "" : "\(ratio.shown) x "
    for group in book.groups {
      let scan = group.scanRisk * ratio.doubleValue
      try terms.addScan(of: group, times: ratio)
      let sold = group.positions.filter { $0.contract != nil && $0.isShort }
      let units = sold.reduce(ExactAmount.zero) { $0 + $1.size }
      guard let spot = sold.first?.spot else { continue }
      let least = units * shortOptionMinimum * spot * ratio
      if least.doubleValue > scan {
        try terms.add(
          "short_option_minimum",
          "\(group.underlying): \(ratioText)\(units.shown) x \(shortOptionMinimum.shown) x \(spot.shown), less the scan",
          modelled: least.doubleValue - scan)
      }
    }
    try terms.addNetOptionValue(of: inputs)
    try terms.addUnrealised(of: inputs.positions)
    return try terms.requirement(
      kind, binding: book.binding, runnerUp: book.runnerUp(in: inputs.currency, times: ratio.doubleValue))
  }
}

extension TermList {
  /// The greatest loss of a group in the rule's scenarios, or a share of it.
  mutating func addScan(of group: ScenarioBook.Group, times ratio: ExactAmount) throws(MarginRulesError) {
    let share = ratio == .one ? "" : "\(ratio.shown) x "
    try add(
      "scan_risk",
      group.binding.isEmpty
        ? "\(group.underlying): no scenario loses" : "\(group.underlying): \(share)loss at \(group.binding)",
      modelled: group.scanRisk * ratio.doubleValue)
  }

  /// What closing the options at their marks would cost, or bring: minus where the long ones are worth more.
  mutating func addNetOptionValue(of inputs: RuleInputs) throws(MarginRulesError) {
    let options = inputs.positions.filter { $0.contract != nil }
    guard !options.isEmpty else { return }
    let value = options.reduce(ExactAmount.zero) { $0 + $1.units * $1.mark }
    try add(
      "net_option_value", "marks of all options: \(value.decimalText(decimals: 8, rounding: .nearest))", .zero - value)
  }
}
