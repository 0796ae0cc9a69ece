/// Writes floating figures with a fixed number of decimals, the same in every locale and never as minus nought.
enum FixedDecimals {
  /// `1234.50`; figures beyond 10^15 in exponent form, no number as an empty text.
  static func text(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value * scale).rounded(.toNearestOrAwayFromZero)
    guard let count = Int64(exactly: scaled), scaled.magnitude < 1e17 else { return "\(value)" }
    let digits = String(count.magnitude)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
    let whole = padded.dropLast(decimals)
    return (count < 0 ? "-" : "") + whole + (decimals > 0 ? "." + padded.suffix(decimals) : "")
  }

  /// The same with a plus before what is above nought.
  static func signed(_ value: Double, _ decimals: Int) -> String {
    let text = text(value, decimals)
    return value > 0 && text.utf8.contains(where: { (49...57).contains($0) }) ? "+" + text : text
  }

  /// The shortest form, whole numbers without a point.
  static func plain(_ value: Double) -> String {
    if let whole = Int64(exactly: value) { return "\(whole)" }
    return "\(value)"
  }
}
