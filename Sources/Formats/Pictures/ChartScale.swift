/// Round numbers along an axis, and where a value stands between its ends.
///
/// Ticks are multiples of 1, 2 or 5 times a power of ten, so that labels are short and differ.
struct ChartScale: Sendable {
  let low: Double
  let high: Double
  let ticks: [Double]
  /// With which ticks as they are differ.
  let decimals: Int
  /// The power of ten, a multiple of three, by which labels are divided: 0 for what is read as it is.
  private let power: Int
  private let unit: Double

  /// - Parameters:
  ///   - low: A finite number; as `high`. Where they are equal, or not in order, the axis has a width all the same.
  ///   - count: About how many ticks.
  ///   - isRounded: true widens the ends to the next ticks.
  init(_ low: Double, _ high: Double, count: Int, isRounded: Bool) {
    let span = high > low ? high - low : max(low.magnitude, 1)
    var step = 1.0
    let rough = span / Double(max(count, 1))
    while step < rough { step *= 10 }
    while step > rough { step /= 10 }
    // Now step <= rough < 10 step.
    step *= [1, 2, 5, 10].first { step * $0 >= rough } ?? 10
    let first = isRounded ? (low / step).rounded(.down) : (low / step).rounded(.up)
    let last = isRounded ? ((low + span) / step).rounded(.up) : ((low + span) / step).rounded(.down)
    self.low = isRounded ? first * step : low
    self.high = isRounded ? max(last, first + 1) * step : low + span
    var ticks: [Double] = []
    var index = first
    while index <= max(last, isRounded ? first + 1 : last), ticks.count < 40 {
      ticks.append(index * step)
      index += 1
    }
    self.ticks = ticks
    decimals = ChartScale.decimals(step)
    var (power, unit) = (0, 1.0)
    let greatest = max(self.low.magnitude, self.high.magnitude)
    if greatest >= 1e7 {
      while greatest / unit >= 1000, power < 300 { (power, unit) = (power + 3, unit * 1000) }
    } else if greatest > 0, greatest < 1e-6 {
      while greatest / unit < 1, power > -300 { (power, unit) = (power - 3, unit / 1000) }
    }
    self.power = power
    self.unit = unit
  }

  private static func decimals(_ step: Double) -> Int {
    var (decimals, unit) = (0, step)
    while unit < 0.999_999, decimals < 12 {
      unit *= 10
      decimals += 1
    }
    return decimals
  }

  /// Where a value stands between `start` and `end`; what lies beyond the ends of the axis is held there.
  func position(_ value: Double, from start: Double, to end: Double) -> Double {
    let share = (value - low) / (high - low)
    return start + min(max(share, 0), 1) * (end - start)
  }

  /// A tick's text, thousands set apart: `+12,500`; what would be long is in millions, `+12.5 M`, or beyond.
  func label(_ tick: Double, sign: FigureText.Sign = .minusOnly) -> String {
    guard power != 0 else { return FigureText.thousands(FigureText.fixed(tick, decimals, sign: sign)) }
    let step = ticks.count > 1 ? (ticks[1] - ticks[0]) / unit : 1
    let suffix = [6: " M", 9: " bn", 12: " tn"][power] ?? "e\(power)"
    return FigureText.fixed(tick / unit, ChartScale.decimals(step), sign: sign) + (tick == 0 ? "" : suffix)
  }
}

extension FigureText {
  /// A decimal text with a comma before every third whole digit: pictures are read at a glance.
  static func thousands(_ text: String) -> String {
    guard let first = text.firstIndex(where: { ("0"..."9").contains($0) }) else { return text }
    let whole = text[first...].prefix { ("0"..."9").contains($0) }
    var digits = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0 { digits.append(",") }
      digits.append(digit)
    }
    return text[..<first] + digits + text[whole.endIndex...]
  }
}
