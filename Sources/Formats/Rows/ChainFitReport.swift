import Basics
import Instruments
public import MarketData

/// Says what a fit is worth, expiry by expiry, on a page 80 columns wide.
public enum ChainFitReport {
  public enum Format: String, CaseIterable, Sendable {
    case table
    case csv
  }

  public static func text(_ fits: [ChainFit], of market: MarketState, as format: Format) -> String {
    guard format == .table else { return ChainFitRows.text(fits) }
    var lines = ["Volatility surfaces fitted to the quotes of \(market.asOf)"]
    for fit in fits { lines += page(fit, market) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func page(_ fit: ChainFit, _ market: MarketState) -> [String] {
    let quotes = fit.quotes
    let strikes = quotes.count { $0.weight > 0 }
    var lines = [
      "",
      "\(FigureText.plain(fit.symbol)): \(model(fit)); \(quotes.count) quotes of "
        + "\(count(fit.slices.count, "expiry", "expiries")), \(strikes) strikes fitted",
      "",
    ]
    let rows = fit.slices.map { slice -> [String] in
      let errors = slice.errors
      let sides = slice.quotes.compactMap(\.isInside)
      return [
        slice.expiry.date.deribitText, "\(errors?.count ?? 0)" + (slice.usesMarks ? "m" : ""), points(errors?.median),
        points(errors?.rootMeanSquare), points(errors?.worst),
        FigureText.fixed(FitErrors.inTicks(slice.quotes)?.median, 1),
        sides.isEmpty ? FigureText.missing : FigureText.percent(Double(sides.count { $0 }) / Double(sides.count), 0),
        FigureText.fixed(slice.leastDensity.value, 3), arbitrage(slice), "\(slice.iterations)",
      ]
    }
    lines += TextLayout.table(
      ["expiry", "used", "median", "rms", "worst", "ticks", "inside", "g", "arbitrage", "steps"], rows)
    lines.append("")
    lines += ([summary(fit)] + notes(fit)).flatMap { TextLayout.wrapped($0, 78).map { "  " + $0 } }
    lines += [""] + parameters(fit)
    lines += findings(fit)
    return lines
  }

  private static func model(_ fit: ChainFit) -> String {
    switch fit.model {
    case .svi: return "a slice of SVI an expiry"
    case .ssvi: return "one surface of SSVI"
    }
  }

  private static func summary(_ fit: ChainFit) -> String {
    let errors = FitErrors.ofVolatility(fit.quotes)
    let sides = fit.quotes.compactMap(\.isInside)
    return "all: median \(points(errors?.median)), rms \(points(errors?.rootMeanSquare)), "
      + "worst \(points(errors?.worst)) points; \(sides.count { $0 }) of \(sides.count) two-sided quotes hold the fitted price"
  }

  private static func notes(_ fit: ChainFit) -> [String] {
    var notes = [
      "used: strikes fitted. median, rms, worst: error in volatility points, every strike alike. ticks: median error of "
        + "price. inside: quotes whose bid and ask hold the fitted price. g: the least of Durrleman's condition, below 0 "
        + "with butterfly arbitrage. steps: problems solved."
    ]
    if fit.slices.contains(where: \.usesMarks) {
      notes.append("m: too few strikes with bid and ask, so marks are fitted too.")
    }
    switch ChainFitRows.exercise(of: fit.quotes) {
    case "american":
      notes.append(
        "American quotes: a volatility is the one at which the American option is worth the quote, so that what is paid "
          + "for early exercise is none of it; ticks and inside compare American values. Dated dividends count as the "
          + "forward's yield.")
    case "mixed":
      notes.append(
        "European and American quotes: each volatility is that of its option's own exercise, and so are ticks and "
          + "inside.")
    default: break
    }
    if fit.quotes.contains(where: { $0.quote.contract.exercise == .american && !$0.quote.isAmerican }) {
      notes.append("American options of a chain quoted in coin are taken as European.")
    }
    return notes
  }

  private static func parameters(_ fit: ChainFit) -> [String] {
    if case .ssvi(let surface) = fit.surface {
      let rows = fit.slices.enumerated().map { index, slice -> [String] in
        let theta = surface.nodes[index].theta
        return [slice.expiry.date.deribitText, small(theta), small(surface.phi(theta))] + wings(slice)
      }
      return [
        "rho \(small(surface.rho))  eta \(small(surface.eta))  gamma \(small(surface.gamma))", "",
      ] + TextLayout.table(["expiry", "theta", "phi"] + wingNames, rows)
    }
    let rows = fit.slices.map { slice -> [String] in
      let svi = slice.slice
      return [
        slice.expiry.date.deribitText, small(svi.a), small(svi.b), small(svi.rho), small(svi.m), small(svi.sigma),
      ] + wings(slice)
    }
    return TextLayout.table(["expiry", "a", "b", "rho", "m", "sigma"] + wingNames, rows)
  }

  private static let wingNames = ["vol", "skew", "put", "call"]

  /// Volatility, skew and the slopes of both wings, by jump wings.
  private static func wings(_ slice: ChainFit.Slice) -> [String] {
    guard let wings = try? SVIJumpWings(slice.slice, years: slice.forward.years) else {
      return wingNames.map { _ in FigureText.missing }
    }
    return [FigureText.percent(wings.variance.squareRoot())]
      + [wings.skew, wings.putSlope, wings.callSlope].map {
        FigureText.fixed($0, $0.magnitude < 10 ? 3 : $0.magnitude < 100 ? 2 : 0)
      }
  }

  private static func arbitrage(_ slice: ChainFit.Slice) -> String {
    let found = [("butterfly", slice.butterfly), ("calendar", slice.calendar ?? .free)].filter { !$0.1.isFree }
    switch found.count {
    case 0: return slice.errorBeforeRepair == nil ? "none" : "repaired"
    case 1: return found[0].0
    default: return "both"
    }
  }

  /// Where arbitrage was found, what a repair cost, and what was left out.
  private static func findings(_ fit: ChainFit) -> [String] {
    var lines: [String] = []
    for slice in fit.slices {
      let name = slice.expiry.date.deribitText
      func strike(_ k: Double) -> String {
        guard k.isFinite, k.magnitude < 25 else { return "far out" }
        return "strike \(FigureText.fixed(slice.forward.strike(logMoneyness: k), 0))"
      }
      switch slice.butterfly {
      case .free: break
      case .touching(let k): lines.append("\(name): g is 0 to within rounding, \(strike(k))")
      case .violated:
        let (k, g) = slice.leastDensity
        lines.append(
          "\(name): butterfly arbitrage, g down to \(FigureText.fixed(g, 3)) at \(strike(k))\(beyond(slice, k))")
      }
      switch slice.calendar ?? .free {
      case .free: break
      case .touching(let k): lines.append("\(name): meets the expiry before to within rounding, \(strike(k))")
      case .violated(let k, _):
        lines.append("\(name): calendar arbitrage with the expiry before from \(strike(k)) on\(beyond(slice, k))")
      }
    }
    let isFree = fit.slices.allSatisfy { $0.butterfly.isFree && ($0.calendar ?? .free).isFree }
    if fit.model == .svi, !isFree {
      lines.append("--repair fits again what has arbitrage, as near to the quotes as it can.")
    }
    let repairs = fit.slices.compactMap { slice in
      slice.errorBeforeRepair.map { "\(slice.expiry.date.deribitText) \(points($0)) to \(points(slice.error))" }
    }
    if !repairs.isEmpty {
      lines.append(
        "The weighted error, which a fit makes least, in points by repair: \(repairs.joined(separator: ", ")).")
    }
    for omission in fit.omissions {
      lines.append("\(omission.expiry.date.deribitText): left out: \(omission.reason)")
    }
    return lines.isEmpty ? [] : [""] + lines.flatMap { TextLayout.wrapped($0, 80) }
  }

  private static func beyond(_ slice: ChainFit.Slice, _ k: Double) -> String {
    slice.range.contains(k) ? "" : ", beyond the strikes fitted"
  }

  private static func points(_ value: Double?) -> String { FigureText.fixed(value.map { $0 * 100 }, 2) }

  private static func small(_ value: Double) -> String { FigureText.fixed(value, value.magnitude < 10 ? 4 : 1) }

  private static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }
}
