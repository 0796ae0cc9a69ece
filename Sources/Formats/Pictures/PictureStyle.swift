/// The style of every picture: light, and dark by the reader's own setting; on paper always light.
///
/// Gains are blue and losses orange, which no common weakness of sight confuses; what has to be told apart differs in
/// lightness, dash or hatching too, so that grey paper says the same. Colours are written out where they are used: many
/// programs that take SVG know no variables.
enum PictureStyle {
  /// The colours by what they are for, each in light and in dark.
  private enum Ink: String {
    case paper, ink, faint, line, first, second, gain, loss, grey

    var colours: (light: String, dark: String) {
      switch self {
      case .paper: return ("#ffffff", "#181f29")
      case .ink: return ("#1c2430", "#e6ebf2")
      case .faint: return ("#55606f", "#a3afbf")
      case .line: return ("#dfe4ea", "#2c3643")
      case .first: return ("#0b4f8a", "#7fb8ec")
      case .second: return ("#b4530a", "#f2a45c")
      case .gain: return ("#0b4f8a", "#5aa0dc")
      case .loss: return ("#d9700f", "#f2a45c")
      case .grey: return ("#7f8a99", "#8b97a6")
      }
    }
  }

  /// Class, what is coloured (`fill` or `stroke`) and with what.
  private static let paints: [(style: String, property: String, ink: Ink)] = [
    ("paper", "fill", .paper), ("grid", "stroke", .line), ("zero", "stroke", .ink), ("strike", "stroke", .faint),
    ("spot", "stroke", .ink), ("spread", "fill", .grey), ("floor", "stroke", .ink), ("frame", "stroke", .faint),
    ("even", "fill", .paper), ("even", "stroke", .ink), ("gain", "fill", .gain), ("loss-paint", "fill", .loss),
    ("ink-paint", "fill", .ink), ("first-paint", "fill", .first), ("bar", "fill", .first),
    ("bar-edge", "stroke", .first),
    ("series0", "stroke", .first), ("series1", "stroke", .second), ("series2", "stroke", .ink),
    ("series3", "stroke", .first), ("series4", "stroke", .second), ("series5", "stroke", .faint),
    ("words", "fill", .faint), ("source", "fill", .faint), ("name", "fill", .ink), ("caption", "fill", .ink),
    ("strong", "fill", .ink), ("strong", "stroke", .paper), ("figure", "fill", .faint), ("figure", "stroke", .paper),
  ]

  /// What is the same in light and dark.
  private static let shapes = """
    .picture { font: 12px/1.3 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
    .picture text { font-variant-numeric: tabular-nums; white-space: pre; }
    .picture .caption { font-size: 14px; font-weight: 650; }
    .picture .source { font-size: 11px; }
    .picture .strong, .picture .figure { paint-order: stroke; stroke-width: 4px; stroke-linejoin: round; }
    .picture .strong { font-weight: 650; }
    .picture .zero { stroke-width: 1.3; }
    .picture .strike { stroke-dasharray: 1 4; }
    .picture .spot { stroke-width: 1.2; stroke-dasharray: 7 3; }
    .picture .spread { fill-opacity: .14; }
    .picture .gain { fill-opacity: .16; }
    .picture .faded { fill-opacity: .13; }
    .picture .light { fill-opacity: .6; }
    .picture .floor { stroke-width: 2; }
    .picture .even { stroke-width: 1.8; }
    .picture .frame, .picture .contour, .picture .level, .picture .here { fill: none; }
    .picture .series { fill: none; stroke-linejoin: round; stroke-width: 2; }
    .picture .series0 { stroke-width: 2.8; }
    .picture .series1 { stroke-dasharray: 7 4; }
    .picture .series2 { stroke-dasharray: 2 3; }
    .picture .series3 { stroke-dasharray: 10 3 2 3; }
    .picture .series4 { stroke-dasharray: 1.5 5; }
    .picture .series5 { stroke-dasharray: 14 5; }
    .picture .halo { fill: none; stroke: #ffffff; stroke-width: 5; }
    .picture .contour { stroke: #111111; stroke-width: 2.4; }
    .picture .half { fill: none; stroke: #111111; stroke-width: 1.6; stroke-dasharray: 6 4; }
    .picture .level { stroke: #111111; stroke-width: 1; }
    .picture .here { stroke: #111111; stroke-width: 1.6; }
    .picture .worst { fill: #ffffff; stroke: #111111; stroke-width: 2; }
    .picture .map-paint { fill: #111111; fill-opacity: .38; }
    """

  static let sheet: String = {
    func rule(_ paint: (style: String, property: String, ink: Ink), _ colour: String) -> String {
      ".picture .\(paint.style) { \(paint.property): \(colour); }"
    }
    let light = paints.map { rule($0, $0.ink.colours.light) }
    let dark = paints.map { "  " + rule($0, $0.ink.colours.dark) }
    return
      (light + [shapes, "@media screen and (prefers-color-scheme: dark) {"] + dark + ["}"]).joined(separator: "\n")
  }()

  /// The hatchings, under names of one picture: `loss` for what is lost, `map` for the same on a map, `ground` for what
  /// lies under a floor, `band` for prices that liquidate, `bar` for a second bar.
  static func patterns(_ name: String) -> String {
    func pattern(_ kind: String, _ size: Int, _ turn: Int, _ paint: String) -> String {
      "<pattern id=\"\(name)-\(kind)\" width=\"\(size)\" height=\"\(size)\" patternUnits=\"userSpaceOnUse\" "
        + "patternTransform=\"rotate(\(turn))\">\(paint)</pattern>"
    }
    func stripe(_ size: Int, _ width: String, _ style: String) -> String {
      "<rect class=\"\(style)\" width=\"\(width)\" height=\"\(size)\"/>"
    }
    return [
      pattern("loss", 7, 45, stripe(7, "7", "loss-paint faded") + stripe(7, "1", "loss-paint light")),
      pattern("map", 6, 45, stripe(6, "1", "map-paint")),
      pattern("ground", 6, 45, stripe(6, "1.4", "ink-paint")),
      pattern("band", 5, -45, stripe(5, "2.2", "ink-paint")),
      pattern("bar", 5, 45, stripe(5, "1.8", "first-paint")),
    ].joined()
  }
}
