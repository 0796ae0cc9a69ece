import Basics
import Instruments
import IsolatedMargin
import Pricing

extension LiquidationPageBuilder {
  /// The most rows and columns of a surface that a page shows; the CSV has them all.
  private static let limits = (rows: 12, columns: 4)

  /// A surface as a page: the corridor of each day and volatility shift, and where it is narrowest.
  static func page(_ surface: LiquidationSurface, of box: LiquidationBox) -> Page {
    let days = distinct(surface.nodes.map(\.state.daysForward))
    let shifts = distinct(surface.nodes.map(\.state.volatilityShift))
    let decimals = box.market.spot >= 1000 ? 0 : FigureText.priceDecimals(box.market.spot)
    func price(_ value: Double) -> String { FigureText.fixed(value, decimals) }
    func corridor(_ region: LiquidationRegion) -> Figure {
      switch region.status {
      case .none: return Figure("safe", .gain)
      case .alreadyOutside: return Figure("outside", .loss)
      case .ok:
        return Figure(
          "\(region.lower.map { price($0.price) } ?? "0")..\(region.upper.map { price($0.price) } ?? "")")
      }
    }
    let columns = spread(shifts.count, limits.columns)
    let rows = spread(days.count, limits.rows).map { row in
      [Figure(FigureText.fixed(days[row], 1))]
        + columns.map { corridor(surface.nodes[row * shifts.count + $0].region) }
    }
    let table = PageTable(
      columns: [.init("Days")]
        + columns.map { .init(FigureText.fixed(shifts[$0] * 100, 1, sign: .always) + " points") }, rows: rows)
    var blocks: [Page.Block] = [
      .table(table),
      .sentence(
        "Prices between which the box is safe: rows are days forward, columns what is added to every volatility; "
          + "\(rows.count) of \(days.count) days and \(columns.count) of \(shifts.count) shifts."),
    ]
    var facts: [Fact] = []
    if let node = surface.narrowest {
      let place =
        "\(FigureText.fixed(node.state.daysForward, 1)) days forward, "
        + "\(FigureText.fixed(node.state.volatilityShift * 100, 1, sign: .always)) volatility points"
      facts.append(
        Fact(
          "Narrowest", node.region.status == .alreadyOutside ? "outside" : "\(price(node.region.width)) wide",
          note: place))
    }
    let outside = surface.nodes.filter { $0.region.status == .alreadyOutside }.count
    facts.append(Fact("Spot outside at", "\(outside) of \(surface.nodes.count) nodes", outside > 0 ? .loss : .plain))
    let weakest = surface.nodes.map(\.region.certificate).max() ?? .cashRule
    facts.append(Fact("Certainty", weakest.text, note: "at the weakest node"))
    facts.append(Fact("Rule", box.maintenance.text))
    blocks.append(.facts(facts))
    return Page(
      title: "Liquidation surface of \(FigureText.plain(box.strategy.name))",
      subtitle: "\(box.strategy.settlement.rawValue) settlement in \(box.strategy.currency.code), spot "
        + "\(FigureText.fixed(box.market.spot, FigureText.priceDecimals(box.market.spot))), deposit "
        + "\(FigureText.fixed(box.deposit, box.strategy.currency.decimals, .nearest))",
      sections: [Page.Section(heading: "Safe corridor", role: .summary, blocks: blocks)])
  }

  /// In the order of their first mention.
  private static func distinct(_ values: [Double]) -> [Double] {
    var seen: Set<Double> = []
    return values.filter { seen.insert($0).inserted }
  }

  /// Places evenly spread over a count, first and last included.
  private static func spread(_ count: Int, _ limit: Int) -> [Int] {
    count <= limit ? Array(0..<count) : (0..<limit).map { $0 * (count - 1) / (limit - 1) }
  }
}
