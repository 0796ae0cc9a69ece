import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// A roll on a page: the trades and their cost, then the position before, after, and with what went before.
struct RollPage {
  private let roll: RollAnalysis
  private let units: PageUnits

  init(_ roll: RollAnalysis) {
    self.roll = roll
    units = PageUnits(roll.before.analysis)
  }

  var page: Page {
    let name = FigureText.plain(roll.before.filled.name)
    let sections: [Page.Section?] = [cost, trades, change, notes]
    return Page(
      title: "Roll of \(name.isEmpty ? "a strategy without a name" : name)",
      subtitle:
        "\(shapes), \(units.settlement.rawValue) settlement in \(units.code), "
        + "as of \(FigureText.moment(roll.before.analysis.asOf))",
      sections: sections.compactMap { $0 })
  }

  /// `Iron condor`, or both names where the roll changes the shape.
  private var shapes: String {
    let names = [roll.before, roll.after].map { FigureText.plain($0.analysis.structure ?? "free-form legs") }
    return names[0] == names[1] ? names[0] : "\(names[0]) to \(names[1].lowercased())"
  }

  private var cost: Page.Section {
    let isCredit = roll.cost.sign < 0
    var facts = [
      Fact(
        isCredit ? "The roll brings" : "The roll costs", units.withCode(units.up(isCredit ? -roll.cost : roll.cost)),
        note: "premiums \(PageBuilder.short(roll.premium)) + fees \(PageBuilder.short(roll.fees)), a credit negative"),
      Fact(
        "Realised", units.withCode(units.profit(roll.realised)), PageUnits.tone(units.profit(roll.realised)),
        note: "gain of the closed legs from entry to now, before fees"),
    ]
    if let before = roll.before.margin.margin, let after = roll.after.margin.margin {
      facts.append(
        Fact(
          "Margin", units.withCode(after.text),
          note: "of the position alone; it was \(before.text)"))
    }
    if let topUp = roll.topUp {
      let isReleased = topUp.minorUnits < 0
      facts.append(
        Fact(
          isReleased ? "Released" : "Top-up",
          units.withCode(isReleased ? FigureText.fixed(-topUp.exact, units.decimals, .down) : topUp.text),
          note: "beside the first margin, so that all of the loss since entry stays covered"))
    }
    return Page.Section(heading: "What it costs", role: .summary, blocks: [.facts(facts)])
  }

  private var trades: Page.Section {
    let trades = roll.closing.map { ("close", $0) } + roll.opening.map { ("open", $0) }
    let isQuote = units.settlement == .quote
    let fills = PageUnits.column(trades.map(\.1.price), (isQuote ? 2 : 4)...(isQuote ? 4 : 8))
    let rows = trades.enumerated().map { index, trade -> [Figure] in
      [
        Figure(trade.0), Figure(PageBuilder.quantity(trade.1)), Figure("\(trade.1.instrument)"), Figure(fills[index]),
        Figure(trade.1.source.rawValue), Figure(trade.1.instrument.isOption ? units.up(trade.1.entryCost) : "-"),
      ]
    }
    let table = PageTable(
      columns: [
        .init("Trade", isNumber: false), .init("Quantity"), .init("Instrument", isNumber: false), .init("Fill"),
        .init("From", isNumber: false), .init("Cost"),
      ], rows: rows)
    return Page.Section(
      heading: "Trades",
      blocks: [
        .table(table),
        .sentence("Fills are \(units.code) for one unit; cost is \(units.code) for the leg, a credit negative."),
      ])
  }

  private var change: Page.Section {
    let (before, after) = (roll.before, roll.after)
    var rows: [[Figure]] = []
    func row(_ label: String, _ cells: [String]) { rows.append(([label] + cells).map { Figure($0) }) }
    func money(_ value: (RollStage) -> String) -> [String] { [value(before), value(after)] }
    row("Entry cost", money { units.up($0.filled.entryCost) } + [units.up(roll.carriedCost)])
    row("Fees", money { units.up($0.filled.fees) } + ["in the cost"])
    row("Maximum loss", money(loss) + [loss(after, roll.carriedMaxLoss)])
    row(
      "Maximum profit",
      money { profit($0, $0.margin.maxProfit) } + [profit(after, roll.carriedMaxProfit)])
    row("Margin", money { $0.margin.margin?.text ?? "none" } + ["-"])
    row("Requirement", money { $0.margin.requirement?.text ?? "none" } + [after.margin.requirement?.text ?? "none"])
    let breakEvens = [before.margin.breakEvens, after.margin.breakEvens, roll.carriedBreakEvens]
    for index in 0..<(breakEvens.map(\.count).max() ?? 0) {
      row(
        "Break-even \(index + 1)",
        breakEvens.map { $0.indices.contains(index) ? shortened($0[index]) : "-" })
    }
    row("Liquidated below", [before, after].map { bound($0, \.lower) } + ["-"])
    row("Liquidated above", [before, after].map { bound($0, \.upper) } + ["-"])
    row("Value", money { units.amount($0.analysis.greeks.value) } + ["-"])
    row("Delta", money { FigureText.fixed($0.analysis.quoteGreeks.delta, 4) } + ["-"])
    row("Vega/pt", money { units.amount($0.analysis.greeks.vega / 100) } + ["-"])
    row("Theta/day", money { units.amount($0.analysis.greeks.theta / 365) } + ["-"])
    let table = PageTable(
      columns: [.init("", isNumber: false), .init("Before"), .init("After"), .init("Since entry")], rows: rows)
    return Page.Section(
      heading: "Before and after in \(units.code)",
      blocks: [
        .table(table),
        .sentence(
          "After is the position alone, at today's prices for what is new. Since entry counts against it all that was paid "
            + "since the first entry."),
      ])
  }

  private var notes: Page.Section? {
    var words: [String] = []
    if roll.before.filled.legs.contains(where: { $0.source != .given }) {
      words.append(
        "legs without a price of their own are taken as entered now, so that their roll shows the spread paid twice")
    }
    for (name, stage) in [("before", roll.before), ("after", roll.after)] {
      let margin = stage.margin
      if let policy = margin.maximumLoss?.policy, let sentence = PolicyWords.sentence(policy) {
        words.append("\(name): policy \(policy.name): \(sentence)")
      }
      if !margin.detail.isEmpty { words.append("\(name): \(FigureText.plain(margin.detail))") }
      if margin.status == .severalExpiries { words.append("\(name): several expiries: \(PolicyWords.wanted)") }
    }
    for stage in [roll.before, roll.after] where stage.liquidation?.certificate == .uncertified {
      words.append("the liquidation prices of one side are those of a scan: nothing proves that they are all")
      break
    }
    return words.isEmpty ? nil : Page.Section(heading: "Conditions", role: .warnings, blocks: [.list(words)])
  }

  private func loss(_ stage: RollStage) -> String { loss(stage, stage.margin.maxLoss) }

  private func loss(_ stage: RollStage, _ amount: ExactAmount?) -> String {
    if let amount { return units.up(amount) }
    return stage.margin.status == .unbounded ? "unbounded" : RequirementWords.status(stage.margin.status)
  }

  private func profit(_ stage: RollStage, _ amount: ExactAmount?) -> String {
    if let amount { return units.profit(amount) }
    if stage.margin.isProfitUnknown { return "not known" }
    return stage.margin.status == .ok || stage.margin.status == .unbounded
      ? "unlimited" : RequirementWords.status(stage.margin.status)
  }

  private func shortened(_ breakEven: BreakEven) -> String {
    guard !breakEven.isPoint else { return breakEven.low.map { units.price($0) } ?? "-" }
    return [breakEven.low, breakEven.high].map { $0.map { units.price($0) } ?? "" }.joined(separator: "..")
  }

  private func bound(_ stage: RollStage, _ side: KeyPath<LiquidationPrices, Double?>) -> String {
    guard let found = stage.liquidation else { return "-" }
    if found.status == .alreadyOutside { return "already" }
    return found[keyPath: side].map { units.price($0) } ?? "never"
  }
}
