/// What the reader of a figure should feel about it; the sign is in the text too, so colour is never alone.
enum Tone: Sendable {
  case plain
  case gain
  case loss
  case caution
}

/// A text with its tone.
struct Figure: Sendable {
  let text: String
  let tone: Tone

  init(_ text: String, _ tone: Tone = .plain) {
    self.text = text
    self.tone = tone
  }
}

/// A name and what it is.
struct Fact: Sendable {
  let label: String
  let figure: Figure
  /// Said beside the figure, in smaller voice; empty where there is nothing.
  let note: String

  init(_ label: String, _ text: String, _ tone: Tone = .plain, note: String = "") {
    self.label = label
    figure = Figure(text, tone)
    self.note = note
  }
}

/// Rows under headings.
struct PageTable: Sendable {
  struct Column: Sendable {
    let heading: String
    let isNumber: Bool

    init(_ heading: String, isNumber: Bool = true) {
      self.heading = heading
      self.isNumber = isNumber
    }
  }

  let columns: [Column]
  var rows: [[Figure]]
  /// True where the last row sums the others.
  var hasTotal = false

  /// Cells beyond the columns are dropped, missing ones empty, so that every renderer sees a rectangle.
  func cell(_ row: Int, _ column: Int) -> Figure {
    rows[row].indices.contains(column) ? rows[row][column] : Figure("")
  }
}

/// One strategy as a page, before any format: sections of facts, tables and sentences.
///
/// Every renderer shows the same words in the same order, so a page says one thing whatever its format.
struct Page: Sendable {
  enum Block: Sendable {
    case facts([Fact])
    case table(PageTable)
    /// A paragraph.
    case sentence(String)
    case list([String])
  }

  struct Section: Sendable {
    enum Role: Sendable {
      case plain
      /// The figures that a page with room shows large.
      case summary
      case warnings
    }

    let heading: String
    var role = Role.plain
    var blocks: [Block]
  }

  let title: String
  /// Shape, settlement and moment in one line.
  let subtitle: String
  let sections: [Section]
  /// The one that matters first; none where nothing can be drawn, or none were wanted.
  var pictures: [Picture] = []

  /// The first picture's chart, where it is one of lines: what a terminal can show.
  var plot: LineChart? {
    if case .lines(let chart)? = pictures.first?.chart { chart } else { nil }
  }
}
