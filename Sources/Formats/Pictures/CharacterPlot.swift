/// Draws a line chart in characters, for a terminal: 80 columns, dots of Braille or plain letters.
///
/// Without colour it says the same: the line that matters is unbroken, the other is dotted, zero and the spot are lines of
/// their own characters.
public struct CharacterPlot: Sendable {
  /// What dots are made of.
  public enum Glyphs: String, Sendable, CaseIterable {
    /// Eight dots a character, for terminals that show Unicode.
    case braille
    /// One dot a character.
    case ascii

    /// Dots in a character.
    var dots: (across: Int, down: Int) { self == .braille ? (2, 4) : (1, 1) }
  }

  private let chart: LineChart
  private let glyphs: Glyphs
  private let hasColour: Bool

  static let width = 80
  private static let rows = 15
  /// Of the labels of the vertical axis, and of the axis itself.
  private static let margin = 14

  init(_ chart: LineChart, _ glyphs: Glyphs, hasColour: Bool) {
    (self.chart, self.glyphs, self.hasColour) = (chart, glyphs, hasColour)
  }

  private var columns: Int { CharacterPlot.width - CharacterPlot.margin - 1 }

  /// The lines of the plot, none of them longer than 80 columns.
  var lines: [String] {
    let rows = CharacterPlot.rows
    let range = chart.yRange
    let room = max(range.upperBound - range.lowerBound, 1e-12) * 0.02
    let ys = ChartScale(range.lowerBound - room, range.upperBound + room, count: 5, isRounded: true)
    let xs = ChartScale(chart.xRange.lowerBound, chart.xRange.upperBound, count: 5, isRounded: false)
    let (across, down) = (columns * glyphs.dots.across, rows * glyphs.dots.down)
    func dotColumn(_ x: Double) -> Int { Int(xs.position(x, from: 0, to: Double(across - 1)).rounded()) }
    func dotRow(_ y: Double) -> Int { Int(ys.position(y, from: Double(down - 1), to: 0).rounded()) }
    func row(_ y: Double) -> Int { min(max(dotRow(y) / glyphs.dots.down, 0), rows - 1) }

    var cells = [[Cell]](repeating: [Cell](repeating: Cell(), count: columns), count: rows)
    let zero = row(0)
    for column in 0..<columns { cells[zero][column].ground = glyphs == .braille ? "\u{2500}" : "-" }
    if let spot = chart.spot, chart.xRange.contains(spot.x) {
      let column = min(dotColumn(spot.x) / glyphs.dots.across, columns - 1)
      for row in 0..<rows { cells[row][column].ground = glyphs == .braille ? "\u{2502}" : "|" }
    }
    for floor in chart.shownFloors {
      for column in 0..<columns where column % 2 == 0 { cells[row(floor.y)][column].ground = "=" }
    }
    // The line that matters is drawn last, over the others.
    for line in chart.lines.prefix(2).reversed() {
      for piece in line.pieces {
        draw(piece.map { (dotColumn($0.x), dotRow($0.y)) }, look: line.look, &cells)
      }
    }

    var lines: [String] = ["  " + chart.yTitle]
    var labels: [Int: String] = [:]
    for tick in ys.ticks where labels[row(tick)] == nil || tick == 0 {
      labels[row(tick)] = ys.label(tick, sign: .always)
    }
    for index in 0..<rows {
      let label = TextLayout.padded(labels[index] ?? "", CharacterPlot.margin - 2, left: true)
      let axis = glyphs == .braille ? (labels[index] == nil ? "\u{2502}" : "\u{2524}") : "|"
      lines.append(label + " " + axis + text(cells[index]))
    }
    lines += axis(xs)
    lines += legend
    return lines.map(CharacterPlot.trimmed)
  }

  private struct Cell {
    /// The bits of a Braille character, or 1 for a letter.
    var bits: UInt32 = 0
    var look = 0
    var ground: Character?
  }

  /// Lines between points, of dots; a look other than 0 leaves out every other pair of them.
  private func draw(_ points: [(x: Int, y: Int)], look: Int, _ cells: inout [[Cell]]) {
    var count = 0
    func set(_ x: Int, _ y: Int) {
      count += 1
      guard look == 0 || count % 4 < 2 || glyphs == .ascii && count % 2 == 0 else { return }
      let (column, row) = (x / glyphs.dots.across, y / glyphs.dots.down)
      guard cells.indices.contains(row), cells[row].indices.contains(column) else { return }
      // A character has one colour: that of the line drawn last.
      cells[row][column].look = look
      guard glyphs == .braille else {
        cells[row][column].bits = 1
        return
      }
      let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
      cells[row][column].bits |= bits[y % 4][x % 2]
    }
    var last: (x: Int, y: Int)?
    for point in points {
      guard let from = last else {
        set(point.x, point.y)
        last = point
        continue
      }
      guard from != point else { continue }
      let steps = max(abs(point.x - from.x), abs(point.y - from.y))
      for step in 1...max(steps, 1) {
        let share = Double(step) / Double(max(steps, 1))
        set(
          from.x + Int((share * Double(point.x - from.x)).rounded()),
          from.y + Int((share * Double(point.y - from.y)).rounded()))
      }
      last = point
    }
  }

  private func text(_ cells: [Cell]) -> String {
    var text = ""
    for cell in cells {
      guard cell.bits != 0 else {
        text.append(cell.ground ?? " ")
        continue
      }
      let glyph: Character
      if glyphs == .ascii {
        glyph = cell.look == 0 ? "*" : "."
      } else {
        glyph = Unicode.Scalar(0x2800 + cell.bits).map(Character.init) ?? " "
      }
      text += hasColour ? "\u{1B}[\(cell.look == 0 ? 36 : 35)m\(glyph)\u{1B}[0m" : String(glyph)
    }
    return text
  }

  /// Ticks, and the spot with the break-evens under them.
  private func axis(_ xs: ChartScale) -> [String] {
    func place(_ x: Double) -> Int {
      CharacterPlot.margin + Int(xs.position(x, from: 0, to: Double(columns - 1)).rounded())
    }
    var rule = [Character](repeating: " ", count: CharacterPlot.width)
    for column in CharacterPlot.margin..<(CharacterPlot.width - 1) {
      rule[column] = glyphs == .braille ? "\u{2500}" : "-"
    }
    rule[CharacterPlot.margin - 1] = glyphs == .braille ? "\u{2514}" : "+"
    for tick in xs.ticks where place(tick) < rule.count { rule[place(tick)] = glyphs == .braille ? "\u{252C}" : "+" }
    for zero in chart.zeros where place(zero.x) < rule.count { rule[place(zero.x)] = "o" }
    var labels = [Character](repeating: " ", count: CharacterPlot.width)
    for tick in xs.ticks {
      let text = Array(xs.label(tick))
      let start = min(max(place(tick) - text.count / 2, 0), CharacterPlot.width - text.count)
      guard start >= 0, labels[max(start - 1, 0)..<min(start + text.count + 1, labels.count)].allSatisfy({ $0 == " " })
      else { continue }
      for (offset, character) in text.enumerated() { labels[start + offset] = character }
    }
    return [String(rule), String(labels)]
  }

  private var legend: [String] {
    let (first, second) = glyphs == .braille ? ("\u{2812}\u{2812}\u{2812}", "\u{2812} \u{2812}") : ("***", ". .")
    var items: [String] = []
    for (line, sample) in zip(chart.lines, [first, second]) { items.append("\(sample) \(line.name)") }
    if let spot = chart.spot { items.append("\(glyphs == .braille ? "\u{2502}" : "|") \(spot.label)") }
    if !chart.zeros.isEmpty {
      let zeros = chart.zeros.prefix(4).map(\.label).joined(separator: ", ") + (chart.zeros.count > 4 ? ", ..." : "")
      items.append("o \(chart.zerosName) \(zeros)")
    }
    for floor in chart.shownFloors { items.append("= \(floor.label)") }
    items += chart.remarks + chart.floorsBeyond.map { "\($0.label): beyond this picture" }
    var lines: [String] = []
    for item in items {
      if let last = lines.last, TextLayout.width(last) + TextLayout.width(item) + 3 <= CharacterPlot.width - 2 {
        lines[lines.count - 1] = last + "   " + item
      } else {
        lines += TextLayout.wrapped(item, CharacterPlot.width - 2)
      }
    }
    return lines.map { "  " + $0 }
  }

  private static func trimmed(_ line: String) -> String {
    var end = line.endIndex
    while end > line.startIndex, line[line.index(before: end)] == " " { end = line.index(before: end) }
    return String(line[..<end])
  }
}
