import Instruments

/// The payoff of one structure as a few integers: its lines between vertices, over the chain's line scale.
///
/// The same curve as ``Payoff`` makes of the same legs, and asked the same questions; see there why vertices and the last
/// slope decide everything.
struct ScanCurve {
  /// `numerator` / (line scale x `denominator`).
  struct Value {
    let numerator: Int128
    let denominator: Int128
  }

  private var start = ScanLine()
  /// The bends of all legs, ascending by position.
  private var bends: [ScanBend] = []
  /// The line right of each vertex, and where that stands; the first stands at coordinate 0.
  private var lines: [ScanLine] = []
  private var positions: [ScanPosition] = []

  init(legCount: Int) {
    bends.reserveCapacity(3 * legCount)
    lines.reserveCapacity(3 * legCount + 1)
    positions.reserveCapacity(3 * legCount + 1)
  }

  mutating func removeAll() {
    start = ScanLine()
    bends.removeAll(keepingCapacity: true)
  }

  /// Adds a leg; its bends are put in their places, of which there are few.
  mutating func add(_ entry: ScanEntry, _ chain: ScanChain) {
    start += entry.start
    for index in entry.bends {
      let bend = chain.bends[index]
      bends.append(bend)
      var place = bends.count - 1
      while place > 0, bends[place - 1].position > bend.position {
        bends[place] = bends[place - 1]
        place -= 1
      }
      bends[place] = bend
    }
  }

  /// Sums the bends into lines.
  mutating func close(_ chain: ScanChain) {
    lines.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
    lines.append(start)
    positions.append(ScanPosition(numerator: 0, denominator: 1))
    var line = start
    var last = -1
    for bend in bends {
      line += bend.change
      if bend.position == last {
        lines[lines.count - 1] = line
      } else {
        lines.append(line)
        positions.append(chain.positions[bend.position])
        last = bend.position
      }
    }
  }

  /// Beyond the last vertex.
  var slopeAtEnd: Int128 { lines.last?.slope ?? 0 }

  private func value(_ index: Int) -> Value {
    let (line, position) = (lines[index], positions[index])
    return Value(
      numerator: line.intercept * position.denominator + line.slope * position.numerator,
      denominator: position.denominator)
  }

  /// The least value at a vertex, which is the least payoff where the last slope does not fall.
  var least: Value {
    var best = value(0)
    for index in lines.indices.dropFirst() {
      let candidate = value(index)
      if ScanCurve.isLess(candidate, best) { best = candidate }
    }
    return best
  }

  /// The greatest value at a vertex, which is the greatest payoff where the last slope does not rise.
  var greatest: Value {
    var best = value(0)
    for index in lines.indices.dropFirst() {
      let candidate = value(index)
      if ScanCurve.isLess(best, candidate) { best = candidate }
    }
    return best
  }

  private static func isLess(_ left: Value, _ right: Value) -> Bool {
    left.denominator == right.denominator
      ? left.numerator < right.numerator
      : left.numerator * right.denominator < right.numerator * left.denominator
  }

  /// The prices at which payoff less `cost` is zero, ascending, and its sign between them: below the first, between
  /// each two, and above the last. A stretch of zeros gives its finite ends.
  func zeros(cost: Int128, _ chain: ScanChain) -> (prices: [Double], signs: [Int]) {
    let isCoin = chain.settlement == .coin
    // Payoff and cost over one denominator: a difference of integers has the sign of their difference.
    let target = cost * chain.lineScale
    let signs = lines.indices.map { index in
      let value = value(index)
      return Int(truncatingIfNeeded: (value.numerator * chain.costScale - target * value.denominator).signum())
    }
    var prices: [Double] = []
    var regions = [0]
    func price(_ numerator: Int128, _ denominator: Int128) -> Double {
      let (n, d) = denominator < 0 ? (-numerator, -denominator) : (numerator, denominator)
      return isCoin ? ScanQuotient(d, over: n).nearest : ScanQuotient(n, over: d).nearest
    }
    for index in lines.indices {
      let (line, position) = (lines[index], positions[index])
      // In coin, coordinate 0 is a limit and no price.
      if signs[index] == 0, index > 0 || !isCoin {
        prices.append(price(position.numerator, position.denominator))
        regions.append(0)
      }
      let slope = Int(truncatingIfNeeded: line.slope.signum())
      let (from, to) = (signs[index], index + 1 < lines.count ? signs[index + 1] : slope)
      regions[regions.count - 1] = from != 0 ? from : (slope == 0 ? 0 : to)
      if slope != 0, from * to < 0 {
        prices.append(price(target - line.intercept * chain.costScale, line.slope * chain.costScale))
        regions.append(to)
      }
    }
    return isCoin ? (prices.reversed(), regions.reversed()) : (prices, regions)
  }
}
