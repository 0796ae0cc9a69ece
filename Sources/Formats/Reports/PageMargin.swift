import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// The exact branch in words: maximum loss, its proof, margin, break-evens, sizes.
extension PageBuilder {
  // MARK: The answer

  var answer: Page.Section {
    var facts: [Fact] = []
    switch margin.maximumLoss {
    case .bounded(let bound)?: facts += bounded(bound)
    case .unbounded(let tails)?: facts += unbounded(tails)
    case nil: facts.append(PolicyWords.missing(margin))
    }
    facts.append(maximumProfit)
    if let posted = margin.margin {
      facts.append(
        Fact("Margin", "\(posted.text) \(units.code)", note: marginNote))
      facts.append(
        Fact("Requirement", units.withCode(margin.requirementText), note: "what stays locked to the end"))
      if let reserve = margin.reserve, reserve.minorUnits != 0 {
        facts.append(
          Fact("Reserve", "\(reserve.text) \(units.code)", note: "within the margin, for basis and funding"))
      }
    } else {
      facts.append(Fact("Margin", "none", .caution, note: noMarginNote))
    }
    facts.append(
      Fact("Return on margin", FigureText.percent(analysis.returnOnMargin), note: "maximum profit over \(marginName)"))
    facts.append(rewardToRisk)
    return Page.Section(heading: "Maximum loss and margin", role: .summary, blocks: [.facts(facts)])
  }

  /// Which margin a return is measured by: of several expiries the policy's, whose bound may be far from what a model says.
  private var marginName: String {
    switch margin.maximumLoss?.policy {
    case nil, .heldToExpiry?: return "margin"
    case .closedAtFirstExpiry?: return "the margin above, that of the worst marks free of arbitrage, not a model's"
    case .closedAtFirstExpiryInBand?: return "the margin above, that of the worst marks within the band"
    case .eachHeldToItsExpiry?: return "the margin above, that of the worst prices at each expiry, not a model's"
    }
  }

  private func bounded(_ bound: MaximumLoss.Bound) -> [Fact] {
    let isProfit = bound.loss.sign < 0
    let facts = [
      Fact(
        "Maximum loss", units.withCode(units.up(bound.loss)), bound.loss.sign > 0 ? .loss : .plain,
        note: isProfit
          ? "negative: a profit whatever happens"
          : "entry cost \(PageBuilder.short(bound.entryCost)) + fees \(PageBuilder.short(bound.fees))"
            + " - least payoff \(PageBuilder.short(bound.leastPayoff))")
    ]
    return facts + policy(bound.policy) + proofs(bound.proofs)
  }

  private func policy(_ policy: LossPolicy) -> [Fact] { PolicyWords.facts(policy, analysis.plan) }

  private func proofs(_ proofs: [LossProof]) -> [Fact] { PolicyWords.facts(proofs) }

  /// The certificate in one line: enough to check it by hand.
  static func proof(_ certificate: LossCertificate) -> String {
    let vertices = certificate.vertices.count
    let shape = "\(vertices) \(vertices == 1 ? "vertex" : "vertices")"
    let (start, end) = (signed(certificate.slopeAtStart), signed(certificate.slopeAtEnd))
    let slopes =
      certificate.settlement == .quote
      ? "slope \(start) from 0, \(end) beyond the last" : "in 1/S slope \(start) from 0, \(end) beyond the last"
    guard let least = certificate.least else { return "\(shape), \(slopes): the payoff falls without end" }
    let place = least.price.map { "at \(short($0))" } ?? "as the price goes to infinity"
    return
      "least payoff \(short(least.payoff)) \(place) (\(least.isAttained ? "attained" : "a limit")); \(shape), \(slopes)"
  }

  /// The amount itself where it is a short decimal, else to the 8th decimal after a `~`.
  static func short(_ amount: ExactAmount) -> String {
    (amount.isDecimal(8) ? "" : "~") + amount.decimalText(rounding: .nearest)
  }

  private static func signed(_ amount: ExactAmount) -> String { (amount.sign > 0 ? "+" : "") + short(amount) }

  private func unbounded(_ tails: MaximumLoss.Tails) -> [Fact] {
    var facts = [Fact("Maximum loss", "unbounded", .loss, note: "(\(tails.text))")] + policy(tails.policy)
    for proof in tails.proofs where proof.least == nil {
      guard let certificate = proof.certificate else {
        facts += proofs([proof])
        continue
      }
      let slope = PageBuilder.short(-certificate.slopeAtEnd)
      let reason =
        analysis.isUnboundedByFees
        ? "the delivery fee alone: a share of \(certificate.underlying)'s price for each option in the money, it grows "
          + "without end; stated fees (fees: {entry, exit}) would leave the loss bounded"
        : certificate.settlement == .quote
          ? "each further \(units.quoteCode) that \(certificate.underlying) rises costs \(slope) \(units.code), without end"
          : "as \(certificate.underlying) falls to 0 the loss is \(slope) / price in \(units.code), which has no end: "
            + "a fixed sum of \(units.quoteCode) costs ever more coin"
      facts.append(Fact("Reason", reason))
      facts += proofs([proof])
    }
    for hedge in margin.boundingHedges {
      var text = hedge.text
      if let ratio = hedge.total.divided(by: hedge.held), hedge.held.sign > 0 {
        text += "; \(hedge.right.rawValue) ratio \(ratio)"
      }
      facts.append(Fact("Bounded by", text))
    }
    if let wing = analysis.wing {
      let margin = wing.margin.map { "; the margin is then \($0.text) \(units.code)" } ?? ""
      facts.append(
        Fact(
          "Cheapest wing",
          "buy \(wing.quantity) x \(Instrument.option(wing.contract)) at the ask for "
            + units.withCode(units.up(wing.cost)) + margin))
    }
    return facts
  }

  private var maximumProfit: Fact {
    guard let loss = margin.maximumLoss else {
      return margin.status == .severalExpiries
        ? Fact("Maximum profit", "not defined", .caution, note: "several expiries")
        : Fact("Maximum profit", "not known", .caution)
    }
    guard !margin.isProfitUnknown else {
      return Fact(
        "Maximum profit", "not known", .caution,
        note: "American options held beyond the first expiry may be worth more than any European one")
    }
    guard let profit = margin.maxProfit else { return Fact("Maximum profit", "unlimited", .gain) }
    let text = units.profit(profit)
    let note = loss.policy == .heldToExpiry ? "" : "the most that the policy allows"
    return Fact("Maximum profit", units.withCode(text), PageUnits.tone(text), note: note)
  }

  private var marginNote: String {
    switch margin.collateral?.kind {
    case .lossIsMargin?: return "equals the maximum loss, rounded up" + (hasReserve ? ", and the reserve" : "")
    case .lockedIn?: return "above the maximum loss by a certain gain that is no cash before expiry"
    case .lockedInProfit?: return "the credit exceeds the worst payoff: nothing is posted"
    case nil: return ""
    }
  }

  private var hasReserve: Bool { (margin.reserve?.minorUnits ?? 0) != 0 }

  private var noMarginNote: String {
    switch margin.status {
    case .unbounded: return "no amount equals a loss without bound"
    case .severalExpiries: return "no policy for the first of several expiries: \(PolicyWords.wanted)"
    case .ok, .unsupported, .notApplicable, .overflow, .invalid: return FigureText.plain(margin.detail)
    }
  }

  private var rewardToRisk: Fact {
    guard let risk = analysis.riskToReward, risk > 0 else {
      let isUnlimited = margin.status == .ok && margin.maxProfit == nil && !margin.isProfitUnknown
      return Fact(
        "Reward to risk", FigureText.missing,
        note: isUnlimited ? "the profit has no limit" : "needs a finite loss and profit")
    }
    return Fact(
      "Reward to risk", FigureText.fixed(1 / risk, 2),
      note: "maximum profit over loss; risk to reward "
        + FigureText.fixed(risk, 2))
  }

  // MARK: Break-evens and outlook

  var outcome: Page.Section? {
    var blocks: [Page.Block] = []
    if !analysis.breakEvens.isEmpty {
      let rows = analysis.breakEvens.map { item in
        [
          text(item.breakEven), FigureText.percent(item.relative, sign: .always),
          FigureText.fixed(item.deviations, 2, sign: .always),
        ].map { Figure($0) }
      }
      blocks.append(
        .table(
          PageTable(
            columns: [.init("Break-even \(units.quoteCode)"), .init("From spot"), .init("Standard deviations")],
            rows: rows)))
    } else if analysis.filled.expiries.count <= 1, analysis.spots.count == 1 {
      blocks.append(.sentence("No break-even: the P&L at expiry does not change its sign."))
    }
    if let curve = analysis.curve, !curve.isExact {
      let prices = curve.crossings.map { units.price($0) }
      blocks.append(
        .facts([
          Fact(
            "Break-even (model)", prices.isEmpty ? "none in this range" : prices.joined(separator: ", "),
            note: "at the first expiry, later legs at today's volatilities")
        ]))
    }
    if let outlook = analysis.outlook {
      let expected = units.profitFigure(outlook.expectedProfit)
      blocks.append(
        .facts([
          Fact("Probability of profit", FigureText.percent(outlook.probabilityOfProfit)),
          Fact("Expected P&L", units.withCode(expected.text), expected.tone, note: "at expiry, all fees paid"),
        ]))
      let distribution = outlook.distribution
      let unit = distribution.settlement == .coin ? ", with the coin as the unit of value" : ""
      blocks.append(
        .sentence(
          "Both are risk-neutral under the chain's volatility\(unit): lognormal about the forward "
            + "\(units.price(distribution.forward)) with \(FigureText.percent(distribution.volatility)) a year, the smile "
            + "left out. They are no forecast."))
    }
    let heading = analysis.curve?.isExact == false ? "At the first expiry" : "At expiry"
    return blocks.isEmpty ? nil : Page.Section(heading: heading, blocks: blocks)
  }

  /// `95.50`, or `95.50 to 100.00`, an open end named.
  private func text(_ breakEven: BreakEven) -> String {
    switch (breakEven.low, breakEven.high) {
    case (let low?, let high?) where low == high: return units.price(low)
    case (let low?, let high?): return "\(units.price(low)) to \(units.price(high))"
    case (let low?, nil): return "from \(units.price(low)) up"
    case (nil, let high?): return "up to \(units.price(high))"
    case (nil, nil): return "everywhere"
    }
  }

  // MARK: What is there only if asked for

  var range: Page.Section? {
    guard let within = analysis.lossWithin else { return nil }
    let ranges = within.ranges.map { item in
      "\(item.underlying) \(units.price(item.range.low)) to \(units.price(item.range.high))"
    }
    let places = within.bindingPrices.compactMap { binding in
      binding.price.map {
        within.bindingPrices.count > 1 ? "\(binding.underlying) \(units.price($0))" : units.price($0)
      }
    }
    let profit = units.profit(within.profitWithin)
    return Page.Section(
      heading: "Within a range",
      blocks: [
        .sentence(
          "The largest loss while the price at expiry stays within \(ranges.joined(separator: ", ")): not a maximum loss."
        ),
        .facts([
          Fact(
            "Loss within", units.withCode(units.up(within.lossWithin)), within.lossWithin.sign > 0 ? .loss : .plain,
            note: "at \(places.joined(separator: ", "))"),
          Fact("Profit within", units.withCode(profit), PageUnits.tone(profit)),
        ]),
      ])
  }

  var size: Page.Section? {
    guard let size = analysis.size else { return nil }
    var facts = [Fact("Budget", "\(size.budget.text) \(size.currency.code)")]
    if let lots = size.lots {
      facts.append(Fact("Whole lots", "\(lots)", note: lots == 0 ? "not even one lot fits" : ""))
      facts.append(Fact("Loss a lot", units.withCode(units.up(size.lossPerLot)), note: "without fees"))
      facts.append(Fact("Used", units.withCode(units.up(size.used)), note: "loss and fees of all lots"))
      facts.append(
        Fact("One more would use", units.withCode(units.up(size.nextWouldUse)), note: FigureText.plain(size.detail)))
      if let posted = size.margin { facts.append(Fact("Margin of all", "\(posted.text) \(units.code)")) }
      if let locked = size.lockedCash { facts.append(Fact("Locked to the end", "\(locked.text) \(units.code)")) }
    } else {
      facts.append(
        Fact(
          "Whole lots", "none", .caution,
          note: [size.status.rawValue, FigureText.plain(size.detail)].filter { !$0.isEmpty }.joined(separator: ": ")))
    }
    return Page.Section(heading: "Size", blocks: [.facts(facts)])
  }
}
