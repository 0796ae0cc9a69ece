import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// Puts a liquidation on a page: where, why these are all the places, what moves them.
struct LiquidationPageBuilder {
  private let answer: LiquidationAnswer
  private var box: LiquidationBox { answer.box }
  private var first: LiquidationAnswer.Day { answer.days[0] }
  private var code: String { box.strategy.currency.code }

  init(_ answer: LiquidationAnswer) { self.answer = answer }

  var page: Page {
    var sections = [summary]
    if !first.region.bands.isEmpty { sections.append(bands) }
    if first.region.bands.contains(where: { $0.lower != nil || $0.upper != nil }) { sections.append(sensitivities) }
    if let outlook = answer.outlook { sections.append(LiquidationProbabilitySection(outlook).section) }
    if answer.days.count > 1 { sections.append(days) }
    sections += [account, topUps]
    var words = answer.notes(first.state) + (answer.outlook?.notes ?? [])
    // A proof by cash asks for no volatility.
    if answer.volatility == nil, first.region.certificate != .cashRule,
      box.strategy.legs.contains(where: { $0.instrument.isOption })
    {
      words.append("each option at its own quoted volatility, which stays with its strike (--vol makes them one)")
    }
    sections.append(
      Page.Section(heading: "Conditions", role: .warnings, blocks: [.list(words + conditions)]))
    return Page(
      title: "Liquidation of \(FigureText.plain(box.strategy.name))",
      subtitle:
        "\(box.strategy.settlement.rawValue) settlement in \(code), spot \(LiquidationPageBuilder.price(box.market.spot, box))"
        + LiquidationPageBuilder.day(first.state), sections: sections)
  }

  private static func day(_ state: LiquidationState) -> String {
    state.daysForward == 0 ? "" : ", \(FigureText.fixed(state.daysForward, 1)) days forward"
  }

  private static func price(_ value: Double, _ box: LiquidationBox) -> String {
    FigureText.fixed(value, FigureText.priceDecimals(box.market.spot))
  }

  private func price(_ value: Double) -> String { LiquidationPageBuilder.price(value, box) }

  /// Rounded down: what is missing by less than a minor unit is missing.
  private func amount(_ value: Double) -> String {
    let currency = box.strategy.currency
    guard let money = try? Money(rounding: value, to: currency, .down) else {
      return FigureText.fixed(value, currency.decimals) + " " + code
    }
    return "\(money.text) \(code)"
  }

  // MARK: Where

  private var summary: Page.Section {
    let region = first.region
    var facts: [Fact] = []
    switch region.status {
    case .none: facts.append(Fact("Liquidated", "at no price", .gain))
    case .alreadyOutside: facts.append(Fact("Liquidated", "at the present spot already", .loss))
    case .ok: facts.append(Fact("Liquidated", region.bands.map(words).joined(separator: ", "), .caution))
    }
    if region.status != .none {
      let isOutside = region.status == .alreadyOutside
      facts.append(
        Fact(
          isOutside ? "Safe below" : "Safe down to",
          region.lower.map { price($0.price) } ?? (isOutside ? "nowhere" : "any price"),
          note: region.lower.map(distance) ?? ""))
      facts.append(
        Fact(
          isOutside ? "Safe above" : "Safe up to",
          region.upper.map { price($0.price) } ?? (isOutside ? "nowhere" : "any price"),
          note: region.upper.map(distance) ?? ""))
    }
    facts.append(Fact("Certainty", region.certificate.text))
    return Page.Section(heading: "Safe corridor", role: .summary, blocks: [.facts(facts)])
  }

  private func words(_ band: LiquidationBand) -> String {
    switch (band.lower, band.upper) {
    case (nil, nil): return "everywhere"
    case (nil, let upper?): return "below \(price(upper.price))"
    case (let lower?, nil): return "above \(price(lower.price))"
    case (let lower?, let upper?): return "between \(price(lower.price)) and \(price(upper.price))"
    }
  }

  /// `-8.3 % of spot, -0.9 standard deviations to expiry`
  private func distance(_ bound: LiquidationBound) -> String {
    let share = FigureText.percent(bound.price / box.market.spot - 1, sign: .always) + " of spot"
    guard let deviations = first.state.deviations(to: bound.price, in: box.market) else { return share }
    return share + ", \(FigureText.fixed(deviations, 2, sign: .always)) standard deviations"
  }

  private var bands: Page.Section {
    let rows = first.region.bands.enumerated().map { index, band in
      [
        Figure("\(index + 1)"), Figure(band.lower.map { price($0.price) } ?? "0"),
        Figure(band.upper.map { price($0.price) } ?? "no end"),
      ]
    }
    let table = PageTable(columns: [.init("#"), .init("Liquidated above"), .init("and below")], rows: rows)
    return Page.Section(heading: "Bands", blocks: [.table(table)])
  }

  private var sensitivities: Page.Section {
    var hasNearDouble = false
    let rows = first.region.bands.flatMap { [$0.lower, $0.upper] }.compactMap { $0 }.map { bound -> [Figure] in
      let sensitivity = box.sensitivity(of: bound, first.state)
      hasNearDouble = hasNearDouble || bound.isNearDouble
      let figures = [
        sensitivity.map { $0.perTopUp * topUpUnit }, sensitivity.map { $0.perVolatility / 100 }, sensitivity?.perDay,
      ]
      return [Figure(price(bound.price) + (bound.isNearDouble ? " *" : ""))]
        + figures.map { Figure(FigureText.fixed($0, FigureText.priceDecimals(box.market.spot), sign: .always)) }
    }
    let table = PageTable(
      columns: [
        .init("Bound"), .init("Top-up of \(FigureText.fixed(topUpUnit, topUpUnit < 1 ? 3 : 0)) \(code)"),
        .init("Volatility +1 point"),
        .init("A day later"),
      ], rows: rows)
    var blocks: [Page.Block] = [
      .table(table), .sentence("How far each bound moves, in quote currency, all else unchanged."),
    ]
    if hasNearDouble {
      blocks.append(
        .sentence("* Equity is nearly flat here: these first derivatives hold for the smallest steps only."))
    }
    return Page.Section(heading: "What moves a bound", blocks: blocks)
  }

  /// A round number of currency of which a bound takes notice: the power of ten below a hundredth of the spot.
  private var topUpUnit: Double {
    guard box.strategy.settlement == .quote else { return 0.001 }
    var unit = 1.0
    while unit * 1000 <= box.market.spot { unit *= 10 }
    return unit
  }

  private var days: Page.Section {
    let rows = answer.days.map { day -> [Figure] in
      let region = day.region
      let isOutside = region.status == .alreadyOutside
      return [
        Figure(FigureText.fixed(day.state.daysForward, 1)),
        Figure(isOutside ? "-" : region.lower.map { price($0.price) } ?? "0"),
        Figure(isOutside ? "-" : region.upper.map { price($0.price) } ?? "no end"), Figure("\(region.bands.count)"),
        Figure(region.status.rawValue), Figure(region.certificate.strength),
      ]
    }
    let table = PageTable(
      columns: [
        .init("Days"), .init("Safe from"), .init("to"), .init("Bands"), .init("Status", isNumber: false),
        .init("Certainty", isNumber: false),
      ], rows: rows)
    return Page.Section(heading: "Days forward", blocks: [.table(table)])
  }

  // MARK: Why

  private var account: Page.Section {
    let excess = box.excess(at: box.market.spot, first.state).value
    let strategy = box.strategy
    func exact(_ amount: ExactAmount, _ rule: ExactRounding) -> String {
      FigureText.fixed(amount, strategy.currency.decimals, rule) + " " + code
    }
    let isCredit = strategy.entryCost.sign < 0
    let premium = isCredit ? ExactAmount.zero - strategy.entryCost : strategy.entryCost
    return Page.Section(
      heading: "The box",
      blocks: [
        .facts([
          Fact("Deposit", exact(box.deposit, .nearest), note: "what the holder brings"),
          Fact(isCredit ? "Entry credit" : "Entry cost", exact(premium, isCredit ? .down : .up)),
          Fact("Fees", exact(strategy.fees, .up), note: "entry and reserved exit"),
          Fact("Cash", exact(box.cash, .down), note: "deposit less entry cost and fees"),
          Fact("Excess now", amount(excess), excess < 0 ? .loss : .plain, note: "balance less requirement"),
          Fact("Rule", box.maintenance.text),
        ])
      ])
  }

  private var topUps: Page.Section {
    var facts = answer.pushes.map { push in
      Fact(
        "Bound to \(price(push.price))",
        push.topUp.map { $0.minorUnits == 0 ? "nothing more" : "\($0.text) \(code)" } ?? "no amount does",
        note: push.topUp == nil ? "" : "on top, for every price from there to the spot")
    }
    if first.region.status == .none {
      facts.append(Fact("No liquidation", "nothing more", note: "no price liquidates as it is"))
    } else {
      facts.append(
        Fact(
          "No liquidation", answer.topUpForNone.map { "\($0.text) \(code)" } ?? "no amount does",
          note: answer.topUpForNone == nil ? "equity falls without end in some direction" : "on top, for every price"))
    }
    return Page.Section(heading: "What a top-up does", blocks: [.facts(facts)])
  }

  private var conditions: [String] {
    if first.region.certificate == .cashRule { return ["holds given " + box.safety.conditions.joined(separator: "; ")] }
    var words: [String] = []
    if !box.safety.reasons.isEmpty {
      words.append("cash cannot prove safety: " + box.safety.reasons.map(\.text).joined(separator: "; "))
    } else if box.maintenance.name != "none" {
      words.append("a requirement beside the legs' value can liquidate what cannot lose more than its deposit")
    }
    words.append(
      "marks by the model; a venue's own mark, a forced sale at bid and ask and a later rate move the bounds")
    return words
  }
}
