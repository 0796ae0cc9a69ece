internal import CVector

/// The sum of a strategy's legs over a tile of nodes: eight vectors, which stay in registers.
struct Tile {
  private var a, b, c, d, e, f, g, h: Wide

  /// Sums the legs in their order.
  ///
  /// - Parameters:
  ///   - shared: First legs whose sum is read from `partial`.
  ///   - kept: First legs whose sum is left in `partial`.
  @inline(__always)
  init(
    legs: UnsafePointer<BookSweep.Leg>, count: Int, shared: Int, kept: Int, hasOffsets: Bool,
    nodes: UnsafePointer<Double>, stride: Int, partial: UnsafeMutablePointer<Double>
  ) {
    if shared > 0 { unsafe self.init(partial) } else { self.init() }
    var leg = shared
    if kept > shared {
      unsafe add(legs, from: &leg, to: kept, hasOffsets, nodes, stride)
      unsafe store(partial)
    }
    unsafe add(legs, from: &leg, to: count, hasOffsets, nodes, stride)
  }

  @inline(__always)
  private init() {
    a = Wide(0)
    (b, c, d, e, f, g, h) = (a, a, a, a, a, a, a)
  }

  @inline(__always)
  private init(_ p: UnsafePointer<Double>) {
    let w = Wide.width
    unsafe a = Wide.load(p, count: w)
    unsafe b = Wide.load(p + w, count: w)
    unsafe c = Wide.load(p + 2 * w, count: w)
    unsafe d = Wide.load(p + 3 * w, count: w)
    unsafe e = Wide.load(p + 4 * w, count: w)
    unsafe f = Wide.load(p + 5 * w, count: w)
    unsafe g = Wide.load(p + 6 * w, count: w)
    unsafe h = Wide.load(p + 7 * w, count: w)
  }

  @inline(__always)
  func store(_ p: UnsafeMutablePointer<Double>) {
    let w = Wide.width
    unsafe a.store(p, count: w)
    unsafe b.store(p + w, count: w)
    unsafe c.store(p + 2 * w, count: w)
    unsafe d.store(p + 3 * w, count: w)
    unsafe e.store(p + 4 * w, count: w)
    unsafe f.store(p + 5 * w, count: w)
    unsafe g.store(p + 6 * w, count: w)
    unsafe h.store(p + 7 * w, count: w)
  }

  @inline(__always)
  private mutating func add(
    _ legs: UnsafePointer<BookSweep.Leg>, from leg: inout Int, to end: Int, _ hasOffsets: Bool,
    _ nodes: UnsafePointer<Double>, _ stride: Int
  ) {
    var next = unsafe legs + leg
    let last = unsafe legs + max(leg, end)
    while unsafe next < last {
      let ratio = unsafe Wide(next.pointee.ratio)
      let row = unsafe nodes + Int(next.pointee.row) * stride
      if hasOffsets {
        unsafe add(ratio, row, Wide(next.pointee.offset))
      } else {
        unsafe add(ratio, row)
      }
      unsafe next += 1
    }
    leg = max(leg, end)
  }

  @inline(__always)
  private mutating func add(_ ratio: Wide, _ p: UnsafePointer<Double>) {
    let w = Wide.width
    unsafe a = Wide.fma(ratio, Wide.load(p, count: w), a)
    unsafe b = Wide.fma(ratio, Wide.load(p + w, count: w), b)
    unsafe c = Wide.fma(ratio, Wide.load(p + 2 * w, count: w), c)
    unsafe d = Wide.fma(ratio, Wide.load(p + 3 * w, count: w), d)
    unsafe e = Wide.fma(ratio, Wide.load(p + 4 * w, count: w), e)
    unsafe f = Wide.fma(ratio, Wide.load(p + 5 * w, count: w), f)
    unsafe g = Wide.fma(ratio, Wide.load(p + 6 * w, count: w), g)
    unsafe h = Wide.fma(ratio, Wide.load(p + 7 * w, count: w), h)
  }

  @inline(__always)
  private mutating func add(_ ratio: Wide, _ p: UnsafePointer<Double>, _ offset: Wide) {
    let w = Wide.width
    unsafe a = Wide.fma(ratio, Wide.load(p, count: w) - offset, a)
    unsafe b = Wide.fma(ratio, Wide.load(p + w, count: w) - offset, b)
    unsafe c = Wide.fma(ratio, Wide.load(p + 2 * w, count: w) - offset, c)
    unsafe d = Wide.fma(ratio, Wide.load(p + 3 * w, count: w) - offset, d)
    unsafe e = Wide.fma(ratio, Wide.load(p + 4 * w, count: w) - offset, e)
    unsafe f = Wide.fma(ratio, Wide.load(p + 5 * w, count: w) - offset, f)
    unsafe g = Wide.fma(ratio, Wide.load(p + 6 * w, count: w) - offset, g)
    unsafe h = Wide.fma(ratio, Wide.load(p + 7 * w, count: w) - offset, h)
  }

  /// The least of every eight.
  @inline(__always)
  var lesser: Wide {
    Wide.lesser(
      Wide.lesser(Wide.lesser(a, b), Wide.lesser(c, d)), Wide.lesser(Wide.lesser(e, f), Wide.lesser(g, h)))
  }

  @inline(__always)
  var greater: Wide {
    Wide.greater(
      Wide.greater(Wide.greater(a, b), Wide.greater(c, d)), Wide.greater(Wide.greater(e, f), Wide.greater(g, h)))
  }

  @inline(__always)
  func scaled(_ scale: Wide, less cost: Wide) -> Tile {
    var result = self
    result.a = scale * a - cost
    result.b = scale * b - cost
    result.c = scale * c - cost
    result.d = scale * d - cost
    result.e = scale * e - cost
    result.f = scale * f - cost
    result.g = scale * g - cost
    result.h = scale * h - cost
    return result
  }

  /// How many of the first `used` nodes have a profit below `floor`, given the tile's greatest profit.
  @inline(__always)
  func countBelow(_ floor: Double, _ most: Double, _ scale: Double, _ cost: Double, _ used: Int) -> UInt32 {
    if most < floor { return UInt32(truncatingIfNeeded: used) }
    let profit = scaled(Wide(scale), less: Wide(cost))
    let bound = Wide(floor)
    let w = UInt64(Wide.width)
    var bits = UInt64(Wide.bits(Wide.isLess(profit.a, bound)))
    bits |= UInt64(Wide.bits(Wide.isLess(profit.b, bound))) << w
    bits |= UInt64(Wide.bits(Wide.isLess(profit.c, bound))) << (2 * w)
    bits |= UInt64(Wide.bits(Wide.isLess(profit.d, bound))) << (3 * w)
    bits |= UInt64(Wide.bits(Wide.isLess(profit.e, bound))) << (4 * w)
    bits |= UInt64(Wide.bits(Wide.isLess(profit.f, bound))) << (5 * w)
    bits |= UInt64(Wide.bits(Wide.isLess(profit.g, bound))) << (6 * w)
    bits |= UInt64(Wide.bits(Wide.isLess(profit.h, bound))) << (7 * w)
    // The nodes behind the last are copies of it.
    if used < BookSweep.tileWidth { bits &= (1 << UInt64(used)) - 1 }
    return UInt32(truncatingIfNeeded: bits.nonzeroBitCount)
  }
}
