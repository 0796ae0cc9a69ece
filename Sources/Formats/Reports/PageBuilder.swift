import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import Scenarios

extension Page {
  /// The page of one strategy.
  ///
  /// The answer stands first, then what makes it doubtful, then how it came about.
  /// - Parameters:
  ///   - marketSource: Where the quotes came from, as a reader should see it.
  ///   - hasPictures: False leaves them out, and the work they take.
  init(of analysis: StrategyAnalysis, marketSource: String, hasPictures: Bool = true) {
    let builder = PageBuilder(analysis)
    let name = FigureText.plain(analysis.filled.name)
    title = name.isEmpty ? "Strategy without a name" : name
    subtitle = builder.subtitle
    let sections: [Section?] = [
      builder.answer, builder.reasons, builder.warnings, builder.market(FigureText.plain(marketSource)),
      builder.outcome, builder.legs,
      builder.quotes, builder.value, builder.greeks, builder.matrix, builder.stress, builder.range, builder.size,
      builder.liquidation,
    ]
    self.sections = sections.compactMap { $0 }
    if hasPictures { pictures = AnalysisReport.pictures(of: analysis, source: marketSource) }
  }
}

/// Says what an analysis means, section by section.
struct PageBuilder {
  let analysis: StrategyAnalysis
  let units: PageUnits

  var margin: StrategyMargin { analysis.margin }
  var filled: FilledStrategy { analysis.filled }

  init(_ analysis: StrategyAnalysis) {
    self.analysis = analysis
    units = PageUnits(analysis)
  }

  var subtitle: String {
    let account = "\(analysis.settlement.rawValue) settlement in \(units.code)"
    let shape = analysis.structure.map { [FigureText.plain($0)] } ?? []
    return (shape + [account, "as of \(FigureText.moment(analysis.asOf))"]).joined(separator: ", ")
  }

  /// The argument behind the answer.
  var reasons: Page.Section? {
    let reasons = RiskReasons(analysis)
    let words = reasons.sentences
    return words.isEmpty ? nil : Page.Section(heading: reasons.heading, blocks: [.list(words)])
  }

  // MARK: What has to be believed first

  var warnings: Page.Section? {
    guard !analysis.warnings.isEmpty else { return nil }
    return Page.Section(
      heading: "Warnings", role: .warnings, blocks: [.list(analysis.warnings.map(FigureText.plain))])
  }

  func market(_ source: String) -> Page.Section {
    var facts: [Fact] = []
    if !source.isEmpty { facts.append(Fact("Quotes", source)) }
    for (underlying, spot) in analysis.spots {
      let decimals = FigureText.priceDecimals(spot.value)
      facts.append(
        Fact("Spot \(underlying)", "\(FigureText.fixed(spot.exact, decimals, .nearest)) \(units.quoteCode)"))
    }
    for expiry in analysis.expiries {
      let several = analysis.spots.count > 1
      let forward = FigureText.fixed(expiry.forward.value, FigureText.priceDecimals(expiry.forward.value))
      var note = "from \(PageBuilder.source(expiry.forward.source))"
      if let volatility = expiry.volatility { note += "; volatility at it \(FigureText.percent(volatility))" }
      facts.append(
        Fact(
          several ? "Expiry \(expiry.underlying)" : "Expiry",
          FigureText.moment(expiry.instant, from: analysis.asOf)))
      facts.append(Fact("Forward", "\(forward) \(units.quoteCode)", note: note))
    }
    facts.append(
      Fact(
        "Smile", analysis.stressGrid.dynamics == .stickyStrike ? "sticky strike" : "sticky delta",
        note: analysis.stressGrid.dynamics == .stickyStrike
          ? "when the price moves, each strike keeps its volatility"
          : "when the price moves, the smile moves with it"))
    return Page.Section(heading: "Market", blocks: [.facts(facts)])
  }

  /// `the file`, `parity over 9 strikes` or `carry`: what the forward was taken from.
  static func source(_ source: ForwardSource) -> String {
    switch source {
    case .file: return "the file"
    case .parity(let strikes): return "parity over \(strikes) \(strikes == 1 ? "strike" : "strikes")"
    case .carry: return "carry"
    }
  }

  // MARK: Legs

  var legs: Page.Section {
    let legs = analysis.legs
    let isQuote = units.settlement == .quote
    let fills = PageUnits.column(legs.map(\.leg.price), (isQuote ? 2 : 4)...(isQuote ? 4 : 8))
    var rows = legs.indices.map { index -> [Figure] in
      let leg = legs[index].leg
      return [
        Figure("\(index + 1)"), Figure(PageBuilder.quantity(leg)), Figure("\(leg.instrument)"), Figure(fills[index]),
        Figure(leg.source.rawValue), Figure(leg.instrument.isOption ? units.up(leg.entryCost) : "-"),
        Figure(units.amount(legs[index].greeks.value)),
      ]
    }
    rows.append(
      ["", "", "Total", "", "", units.up(filled.entryCost), units.amount(analysis.greeks.value)].map { Figure($0) })
    let table = PageTable(
      columns: [
        .init("#"), .init("Quantity"), .init("Instrument", isNumber: false), .init("Fill"),
        .init("From", isNumber: false), .init("Cost"), .init("Value"),
      ], rows: rows, hasTotal: true)
    var blocks: [Page.Block] = [.table(table)]
    let linear = legs.contains { !$0.leg.instrument.isOption }
    blocks.append(
      .sentence(
        "Fills are \(units.code) for one unit; cost and value are \(units.code) for the leg, a credit negative."
          + (linear
            ? " A leg without premium is filled at a price in \(units.quoteCode) and its value is its gain." : "")
      ))
    return Page.Section(heading: "Legs", blocks: blocks)
  }

  /// `-2`, or `-2 x 100` where a contract is not one unit.
  static func quantity(_ leg: FilledLeg) -> String {
    leg.multiplier == .one ? "\(leg.quantity)" : "\(leg.quantity) x \(leg.multiplier)"
  }

  var quotes: Page.Section? {
    let quoted = analysis.legs.enumerated().filter { $0.element.volatility != nil }
    guard !quoted.isEmpty else { return nil }
    let bids = PageUnits.column(quoted.map { $0.element.quote?.bid?.exact }, 2...8)
    let asks = PageUnits.column(quoted.map { $0.element.quote?.ask?.exact }, 2...8)
    let rows = quoted.enumerated().map { row, item -> [Figure] in
      let leg = item.element
      let spread = leg.quote?.relativeSpread
      return [
        Figure("\(item.offset + 1)"), Figure("\(leg.leg.instrument)"), Figure(bids[row]), Figure(asks[row]),
        Figure(spread.map { FigureText.percent($0) } ?? "-"),
        Figure(FigureText.percent(leg.volatility)),
        Figure(leg.isExtrapolated ? "beyond" : "within", leg.isExtrapolated ? .caution : .plain),
      ]
    }
    let table = PageTable(
      columns: [
        .init("#"), .init("Instrument", isNumber: false), .init("Bid"), .init("Ask"), .init("Spread"),
        .init("Volatility"), .init("Quotes", isNumber: false),
      ], rows: rows)
    return Page.Section(
      heading: "Quotes",
      blocks: [
        .table(table),
        .sentence(
          "Bid and ask as the chain quotes them; the spread is a share of the mid; the volatility is taken within the "
            + "quoted strikes and expiries, or from beyond them."),
      ])
  }

  // MARK: Value

  var value: Page.Section {
    let isHeld = filled.legs.contains { $0.source == .given }
    let profit = units.profitFigure(analysis.profitNow)
    let facts = [
      Fact("Value", units.withCode(units.amount(analysis.greeks.value)), note: "of all legs by the model"),
      Fact(
        filled.entryCost.sign < 0 ? "Entry credit" : "Entry cost", units.withCode(units.up(filled.entryCost)),
        note: costNote),
      Fact("Fees", units.withCode(units.up(filled.fees)), note: "entry and reserved exit"),
      Fact(
        isHeld ? "P&L since entry" : "P&L on entry", units.withCode(profit.text), profit.tone,
        note: isHeld ? "value less entry cost less fees" : "value less cost less fees: spread and fees of the fill"),
    ]
    return Page.Section(heading: "Value", blocks: [.facts(facts)])
  }

  /// Why a cost may be a cent off the figure that a reader rounds on his own.
  private var costNote: String {
    let isRounded = !filled.entryCost.isDecimal(units.decimals)
    guard filled.entryCost.sign < 0 else { return isRounded ? "rounded up" : "" }
    return "a credit is negative" + (isRounded ? "; costs are rounded up" : "")
  }

  var greeks: Page.Section {
    let isCoin = units.settlement == .coin
    let spot = units.spot ?? 1
    let digits = FigureText.wholeDigits(spot)
    let several = analysis.spots.count > 1
    func row(_ name: String, _ greeks: Greeks, _ quote: Greeks) -> [Figure] {
      var cells = [name, FigureText.fixed(quote.delta, 4)]
      if isCoin {
        cells.append(units.amount(greeks.delta * spot / 100))
        cells.append(units.amount(greeks.gamma * spot * spot / 10_000))
      } else {
        cells.append(FigureText.fixed(greeks.gamma, several ? 8 : min(3 + digits, 12)))
      }
      cells += [greeks.vega / 100, greeks.theta / 365, greeks.rho / 100].map { units.amount($0) }
      return cells.map { Figure($0) }
    }
    var rows = analysis.legs.enumerated().map { row("\($0.offset + 1)", $0.element.greeks, $0.element.quoteGreeks) }
    rows.append(row("Total", analysis.greeks, analysis.quoteGreeks))
    let names =
      isCoin
      ? ["#", "Delta \(units.quoteCode)", "Delta \(units.code)/1 %", "Gamma/1 %", "Vega/pt", "Theta/day", "Rho/pt"]
      : ["#", "Delta", "Gamma", "Vega/pt", "Theta/day", "Rho/pt"]
    let table = PageTable(
      columns: names.enumerated().map { .init($0.element, isNumber: $0.offset > 0) }, rows: rows, hasTotal: true)
    let common =
      "Vega is for one volatility point, theta for a calendar day, rho for one point of the rate, in \(units.code)."
    let text =
      isCoin
      ? "Delta in quote currency (Delta \(units.quoteCode)) is that of the value in \(units.quoteCode), so many "
        + "\(units.code) held. Delta in coin (Delta \(units.code)/1 %) is \(units.code) gained for a rise of 1 %, gamma the "
        + "change of that for a rise of 1 %. " + common
      : "Delta is \(units.code) for a rise of 1 \(units.quoteCode): so many units of the underlying; gamma is its change. "
        + common
    return Page.Section(heading: "Greeks", blocks: [.table(table), .sentence(text)])
  }
}
