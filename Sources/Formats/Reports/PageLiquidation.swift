import Analysis
import Basics
import IsolatedMargin

/// Whether and where the box is liquidated before expiry, in words.
extension PageBuilder {
  var liquidation: Page.Section {
    let safety = margin.liquidationSafety
    let present = presentLiquidation.map { [Page.Block.facts($0)] } ?? []
    if safety.isNeverLiquidated, present.isEmpty {
      return Page.Section(
        heading: "Liquidation",
        blocks: [
          .sentence("Once the margin is posted, the box is never liquidated before expiry, given all of:"),
          .list(safety.conditions),
        ])
    }
    if safety.isNeverLiquidated {
      return Page.Section(
        heading: "Liquidation",
        blocks: present + [
          .sentence("With the margin posted it would never be liquidated before expiry, given all of:"),
          .list(safety.conditions),
        ])
    }
    return Page.Section(
      heading: "Liquidation",
      blocks: [.sentence("The box can be liquidated before expiry:"), .list(safety.reasons.map(\.text))] + present)
  }

  /// Where the box would be liquidated today; nil where nothing is known, or no price would and nobody asked.
  private var presentLiquidation: [Fact]? {
    guard let present = analysis.presentLiquidation,
      present.prices.status != .none || present.maintenance != "none" || present.deposit != margin.margin?.exact
    else { return nil }
    let bands = present.prices.bands.map { band in
      switch (band.lower, band.upper) {
      case (nil, nil): return "at every price"
      case (nil, let upper?): return "below \(units.price(upper))"
      case (let lower?, nil): return "above \(units.price(lower))"
      case (let lower?, let upper?): return "between \(units.price(lower)) and \(units.price(upper))"
      }
    }
    let isNever = present.prices.status == .none
    return [
      Fact(
        "Liquidated today", isNever ? "at no price" : bands.joined(separator: ", "), isNever ? .gain : .caution,
        note:
          "deposit \(units.withCode(units.up(present.deposit))), maintenance \(FigureText.plain(present.maintenance)); "
          + present.prices.reason)
    ]
  }
}
