/// The elements of a picture as SVG text, in the order in which they are drawn.
///
/// Every coordinate passes through one place: it is finite, has one decimal and stands within a range that no reader of
/// SVG refuses, whatever the figures were; every text is escaped.
struct SVGDrawing {
  private(set) var parts: [String] = []

  enum Anchor: String {
    case start
    case middle
    case end
  }

  /// A coordinate: one decimal, no exponent, no negative zero; 0 for what is no number.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded())
    let (whole, rest) = (tenths.magnitude / 10, tenths.magnitude % 10)
    return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
  }

  mutating func add(_ element: String) { parts.append(element) }

  mutating func line(_ style: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
    let texts = [x1, y1, x2, y2].map(SVGDrawing.number)
    add("<line class=\"\(style)\" x1=\"\(texts[0])\" y1=\"\(texts[1])\" x2=\"\(texts[2])\" y2=\"\(texts[3])\"/>")
  }

  /// - Parameter fill: A colour or pattern beside the class; empty for the class's own.
  mutating func box(
    _ style: String, _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String = ""
  ) {
    let texts = [x, y, max(width, 0), max(height, 0)].map(SVGDrawing.number)
    let paint = fill.isEmpty ? "" : " fill=\"\(fill)\""
    add(
      "<rect class=\"\(style)\" x=\"\(texts[0])\" y=\"\(texts[1])\" width=\"\(texts[2])\" height=\"\(texts[3])\"\(paint)/>"
    )
  }

  mutating func dot(_ style: String, _ x: Double, _ y: Double, _ radius: Double) {
    let texts = [x, y, radius].map(SVGDrawing.number)
    add("<circle class=\"\(style)\" cx=\"\(texts[0])\" cy=\"\(texts[1])\" r=\"\(texts[2])\"/>")
  }

  mutating func text(_ style: String, _ x: Double, _ y: Double, _ words: String, _ anchor: Anchor = .middle) {
    add(
      "<text class=\"\(style)\" x=\"\(SVGDrawing.number(x))\" y=\"\(SVGDrawing.number(y))\" "
        + "text-anchor=\"\(anchor.rawValue)\">\(HTMLRenderer.escaped(words))</text>")
  }

  mutating func path(_ style: String, _ data: String, fill: String = "", clip: String = "") {
    guard !data.isEmpty else { return }
    add(
      "<path class=\"\(style)\"" + (fill.isEmpty ? "" : " fill=\"\(fill)\"")
        + (clip.isEmpty ? "" : " clip-path=\"url(#\(clip))\"") + " d=\"\(data)\"/>")
  }

  /// `M0 0 L1 1`: lines through points.
  static func polyline(_ points: [(x: Double, y: Double)]) -> String {
    points.enumerated().map { "\($0.offset == 0 ? "M" : "L")\(number($0.element.x)) \(number($0.element.y))" }
      .joined(separator: " ")
  }

  /// The room a text of the pictures' ordinary size of 12 units takes, by the kinds of its letters: as much as in the widest
  /// of the usual fonts (Verdana, DejaVu Sans), and so a little more than in most.
  static func width(of text: String, isStrong: Bool = false) -> Double {
    let width = text.unicodeScalars.reduce(0) { $0 + room(of: $1) }
    return isStrong ? width * 1.1 : width
  }

  private static func room(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "f", "t", "r", "I", " ", ".", ",", ":", ";", "'", "|", "!", "/", "(", ")", "[", "]", "-": 4.7
    case "m", "w", "M", "W", "%", "+", "=", "@", "<", ">", "~": 10.3
    case "A"..."Z", "&": 8.4
    // Signs of other scripts are as wide as the text is high.
    case "\u{1100}"...: 12
    default: 7.7
    }
  }
}

/// Rows of labels beside each other: a label takes the first row in which it overlaps no other.
struct LabelRows {
  private var taken: [(row: Int, from: Double, to: Double)] = []
  let count: Int

  init(count: Int) { self.count = count }

  /// - Returns: The row for a label with this middle, counted from 0; nil where there is no room left.
  ///
  /// - Parameter isStrong: True for a label in heavy letters, which take more room.
  mutating func place(_ label: String, at middle: Double, isStrong: Bool = false) -> Int? {
    let half = SVGDrawing.width(of: label, isStrong: isStrong) / 2 + 3
    let free = (0..<count).first { row in
      !taken.contains { $0.row == row && middle + half > $0.from && middle - half < $0.to }
    }
    if let free { taken.append((free, middle - half, middle + half)) }
    return free
  }

  /// The rows that hold a label.
  var used: Int { (taken.map(\.row).max() ?? -1) + 1 }
}
