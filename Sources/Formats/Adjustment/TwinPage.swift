import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// A strategy beside the other options that pay the same, on a page.
struct TwinPage {
  private let twins: TwinComparison
  private var code: String { twins.filled.currency.code }
  private var decimals: Int { twins.filled.currency.decimals }

  init(_ twins: TwinComparison) { self.twins = twins }

  var page: Page {
    let name = FigureText.plain(twins.filled.name)
    return Page(
      title: "Parity twins of \(name.isEmpty ? "a strategy without a name" : name)",
      subtitle:
        "\(FigureText.plain(twins.structure ?? "free-form legs")), \(twins.filled.settlement.rawValue) settlement in \(code), "
        + "as of \(FigureText.moment(twins.asOf))",
      sections: [comparison] + twins.twins.map(section))
  }

  private static func words(_ form: ParityForm) -> String {
    switch form {
    case .puts: "in puts"
    case .calls: "in calls"
    case .outOfTheMoney: "out of the money"
    case .noOptions: "without options"
    }
  }

  private var comparison: Page.Section {
    func row(
      _ form: String, _ structure: String?, _ cash: ExactAmount?, _ cost: Double?, _ margin: StrategyMargin?,
      _ problem: String?
    ) -> [Figure] {
      [
        Figure(form), Figure(FigureText.plain(structure ?? "-")),
        Figure(cash.map { FigureText.fixed($0, decimals, .down) } ?? "-"),
        Figure(cost.map { FigureText.fixed($0, decimals) } ?? "-"),
        Figure(
          margin?.margin?.text ?? (problem == nil ? margin.map { RequirementWords.status($0.status) } ?? "-" : "-")),
      ]
    }
    var rows = [row("as held", twins.structure, .zero, twins.cost, twins.margin, nil)]
    for twin in twins.twins {
      rows.append(
        row(TwinPage.words(twin.form), twin.structure, twin.cash, twin.cost, twin.margin, twin.problem))
    }
    let table = PageTable(
      columns: [
        .init("Made", isNumber: false), .init("Called", isNumber: false), .init("Cash"), .init("Cost"),
        .init("Margin"),
      ], rows: rows)
    var blocks: [Page.Block] = [.table(table)]
    if twins.twins.isEmpty {
      blocks.append(.sentence("There is no other way to make it of calls and puts."))
    } else {
      blocks.append(
        .sentence(
          "By put-call parity each pays the same at expiry, at every price, once its cash is added; that was checked at "
            + "every vertex and both tails. Cash is \(code) received at expiry beside the legs, paid where negative; cost is "
            + "entry cost and fees with that cash discounted, so equal quotes would make all costs equal. Fees at expiry "
            + "are left out."))
    }
    return Page.Section(heading: "One payoff in \(code)", role: .summary, blocks: blocks)
  }

  private func section(_ twin: TwinAnalysis) -> Page.Section {
    let heading = "Made \(TwinPage.words(twin.form))"
    if let problem = twin.problem {
      return Page.Section(heading: heading, blocks: [.sentence(FigureText.plain(problem) + ".")])
    }
    guard let filled = twin.filled else {
      return Page.Section(heading: heading, blocks: [.sentence("Cash alone: no leg is left.")])
    }
    let isQuote = filled.settlement == .quote
    let fills = PageUnits.column(filled.legs.map(\.price), (isQuote ? 2 : 4)...(isQuote ? 4 : 8))
    let rows = filled.legs.indices.map { index -> [Figure] in
      let leg = filled.legs[index]
      return [
        Figure(PageBuilder.quantity(leg)), Figure("\(leg.instrument)"), Figure(fills[index]),
        Figure(leg.source.rawValue),
        Figure(leg.instrument.isOption ? FigureText.fixed(leg.entryCost, decimals, .up) : "-"),
      ]
    }
    let table = PageTable(
      columns: [
        .init("Quantity"), .init("Instrument", isNumber: false), .init("Fill"), .init("From", isNumber: false),
        .init("Cost"),
      ], rows: rows)
    var blocks: [Page.Block] = [.table(table)]
    if let saving = twin.saving {
      let text = FigureText.fixed(saving.magnitude, decimals)
      blocks.append(
        .sentence(saving < 0 ? "It costs \(text) \(code) more." : "It costs \(text) \(code) less."))
    }
    if let detail = twin.margin?.detail, !detail.isEmpty { blocks.append(.sentence(FigureText.plain(detail) + ".")) }
    return Page.Section(heading: heading, blocks: blocks)
  }
}
