/// Values over two quantities, before they are drawn: one map, or several with one scale.
struct HeatMap: Sendable {
  struct Panel: Sendable {
    /// Empty for a single one.
    let title: String
    /// Row by ``HeatMap/ys``, column by ``HeatMap/xs``.
    let values: [Double]
  }

  /// A node with its label.
  struct Place: Sendable {
    let panel: Int
    let x: Double
    let y: Double
  }

  /// Ascending, at least one; in the units of the labels.
  let xs: [Double]
  let ys: [Double]
  let panels: [Panel]
  let xTitle: String
  let yTitle: String
  let valueTitle: String
  /// Below it the loss is more than the margin; nil without one.
  let threshold: Double?
  let thresholdName: String
  /// Half of ``threshold``; with it or without it.
  let halfName: String
  /// A second row of labels under the horizontal axis: what stands at a place of it; nil for none.
  let priceLabel: (@Sendable (_ x: Double) -> String)?
  /// The least value.
  let worst: Place?
  let worstName: String
  let remarks: [String]

  /// The ends of the values that are numbers, with zero between them or at an end.
  var range: ClosedRange<Double> {
    var (low, high) = (0.0, 0.0)
    for panel in panels {
      for value in panel.values where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
    }
    return low < high ? low...high : low...(low + 1)
  }
}

/// The colours of a map: orange for losses, blue for gains, each darker the further from zero, and never alone: losses are
/// hatched.
enum MapColours {
  private static let losses = [(0xFD, 0xE6, 0xD2), (0xF7, 0xAE, 0x6B), (0xD9, 0x70, 0x0F), (0x8A, 0x3F, 0x05)]
  private static let gains = [(0xDF, 0xEC, 0xF8), (0x9C, 0xC6, 0xE8), (0x3F, 0x86, 0xC4), (0x0B, 0x3F, 0x78)]

  /// The colour of a value whose size is `share` of the greatest, from 0 to 1.
  static func colour(share: Double, isLoss: Bool) -> String {
    let colours = isLoss ? losses : gains
    let place = min(max(share.isFinite ? share : 0, 0), 1) * Double(colours.count - 1)
    let index = min(Int(place), colours.count - 2)
    let (a, b, rest) = (colours[index], colours[index + 1], place - Double(index))
    func part(_ from: Int, _ to: Int) -> String {
      let value = Int((Double(from) + rest * Double(to - from)).rounded())
      let text = String(value, radix: 16)
      return text.utf8.count < 2 ? "0" + text : text
    }
    return "#" + part(a.0, b.0) + part(a.1, b.1) + part(a.2, b.2)
  }
}
