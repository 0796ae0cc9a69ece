/// What a picture of lines over one quantity shows, before it is drawn: as SVG, or in characters.
struct LineChart: Sendable {
  struct Point: Hashable, Sendable {
    let x: Double
    let y: Double
  }

  struct Line: Sendable {
    /// For the legend, and where it is drawn at its end.
    let name: String
    /// A jump ends one piece and begins the next.
    let pieces: [[Point]]
    /// Its look: solid for 0, a dash of its own for each other.
    let look: Int
    /// True where the space between it and zero is filled, gains and losses apart.
    var isFilled = false
    /// True for a second line of the same look, which the legend leaves out.
    var isSecond = false
    /// Written at the last point; empty for nothing.
    var endLabel = ""
  }

  /// A place on the horizontal axis with its label.
  struct Mark: Hashable, Sendable {
    let x: Double
    let label: String
  }

  /// A level below which nothing can fall.
  struct Floor: Sendable {
    let y: Double
    let label: String
  }

  /// A stretch of the horizontal axis, its ends not included; nil is no end.
  struct Band: Hashable, Sendable {
    let from: Double?
    let to: Double?
  }

  let lines: [Line]
  /// What the horizontal axis must show.
  let xRange: ClosedRange<Double>
  let xTitle: String
  let yTitle: String
  /// True where the vertical axis is of gains and losses: zero is on it and its labels have signs.
  let isProfit: Bool
  /// Thin lines with labels above the plot: strikes.
  var guides: [Mark] = []
  var spot: Mark?
  /// True where `spot` is a level of the vertical axis.
  var isSpotLevel = false
  /// Ends of shaded stretches about the spot, innermost last, with their names.
  var spreads: [(from: Mark, to: Mark)] = []
  /// Points of the zero line: break-evens.
  var zeros: [Mark] = []
  var zerosName = ""
  var floors: [Floor] = []
  /// What has no place in the picture but belongs to it: a loss without bound, a floor far below.
  var remarks: [String] = []
  var bands: [Band] = []
  var bandsName = ""

  /// The vertical values that the axis must show. A floor that would press the lines into less than two fifths of the
  /// picture is left out; ``floorsBeyond`` names it.
  var yRange: ClosedRange<Double> {
    var (low, high) = valueRange
    for floor in floors where isShown(floor) { (low, high) = (min(low, floor.y), max(high, floor.y)) }
    return low...high
  }

  var shownFloors: [Floor] { floors.filter(isShown) }
  var floorsBeyond: [Floor] { floors.filter { !isShown($0) } }

  private func isShown(_ floor: Floor) -> Bool {
    let (low, high) = valueRange
    return max(high, floor.y) - min(low, floor.y) <= 2.5 * max(high - low, 1e-12)
  }

  /// Of the lines within the picture, and of zero or the spot.
  private var valueRange: (low: Double, high: Double) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for line in lines {
      for piece in line.pieces {
        for point in piece { (low, high) = (min(low, point.y), max(high, point.y)) }
      }
    }
    if isProfit { (low, high) = (min(low, 0), max(high, 0)) }
    if isSpotLevel, let spot { (low, high) = (min(low, spot.x), max(high, spot.x)) }
    guard low <= high else { return (0, 1) }
    // A flat line has a height of its own around it.
    let least = max(low.magnitude, high.magnitude) * 1e-6
    return high - low > least ? (low, high) : (low - max(least * 5e4, 1e-9), high + max(least * 5e4, 1e-9))
  }
}
