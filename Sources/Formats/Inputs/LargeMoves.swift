import Basics

/// The moves of a history that are too large to be taken without a word: a decimal point in the wrong place makes one up and
/// one down. They are taken as they stand, since markets have made such moves too.
struct LargeMoves {
  /// Of a price from one close to the next: half as much again, or down by a third, which is as far.
  static let ofPrice = 0.5
  /// Of a volatility, which halves and doubles without anybody's error: to three times or a third.
  static let ofVolatility = 2.0

  /// The largest relative rise that is not told; a fall is as large where its way back is.
  private let largest: Double
  private var first: [String] = []
  private(set) var count = 0
  private static let shown = 3

  init(beyond largest: Double) { self.largest = largest }

  /// Looks at a value and the one before it, both above 0.
  mutating func look(
    at value: Double, after last: Double, on date: CalendarDate?, _ location: @autoclosure () -> SourceLocation
  ) {
    let ratio = value / last
    guard ratio > 1 + largest || ratio < 1 / (1 + largest) else { return }
    count += 1
    guard first.count < LargeMoves.shown else { return }
    let day = date.map { " on \($0)" } ?? ""
    first.append(
      "\(location()): warning: found \(LargeMoves.text(value)) after \(LargeMoves.text(last))\(day), a move of "
        + "\(FigureText.percent(ratio - 1, 0, sign: .always)), taken as it stands")
  }

  /// The first few, and how many there are beside them.
  var warnings: [String] {
    guard count > first.count else { return first }
    let more = count - first.count
    return first + ["warning: \(more) more \(more == 1 ? "move" : "moves") as large"]
  }

  private static func text(_ value: Double) -> String { FigureText.shortest(value) ?? "\(value)" }
}
