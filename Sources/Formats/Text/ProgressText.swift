/// What a progress bar says: how much is done, how fast, and how long the rest will take at that speed.
public enum ProgressText {
  /// One line without a line break: `price [######........................] 20 %, 1.25 M rows/s, 0:12 left`.
  ///
  /// - Parameters:
  ///   - label: What the work is called.
  ///   - done: The number of rows done; beyond `total` it counts as all of them.
  ///   - total: The number of rows, above 0.
  ///   - milliseconds: The time since the work began; without any there is no rate.
  public static func line(_ label: String, _ done: Int, of total: Int, milliseconds: Int) -> String {
    let (total, done) = (max(total, 1), min(max(done, 0), max(total, 1)))
    let share = Double(done) / Double(total)
    let filled = Int((30 * share).rounded(.down))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
    let line = "\(label) [\(bar)] \(Int((100 * share).rounded(.down))) %"
    guard milliseconds > 0, done > 0 else { return line }
    let rate = Double(done) / Double(milliseconds) * 1000
    return line + ", \(count(rate)) rows/s, \(duration(Double(total - done) / rate)) left"
  }

  /// Three digits, and thousands and millions by their letters.
  static func count(_ value: Double) -> String {
    let (scaled, unit) = value < 999.5 ? (value, "") : value < 999_500 ? (value / 1e3, " k") : (value / 1e6, " M")
    let decimals = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0
    return FigureText.fixed(scaled, decimals) + unit
  }

  /// Minutes and seconds, with hours before them where there are any; rounded up, and at most 99 hours.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 359_999).rounded(.up))
    let (minutes, rest) = (whole / 60, whole % 60)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return minutes < 60 ? "\(minutes):\(two(rest))" : "\(minutes / 60):\(two(minutes % 60)):\(two(rest))"
  }
}
