/// Two vectors that go through a formula side by side.
///
/// The formulas are long chains in which each step waits for the one before. With two chains interleaved instruction by
/// instruction the machine works on one while the other waits; a single vector leaves about half of it idle.
struct Twin<Half: Lanes>: Lanes {
  struct Mask {
    var first: Half.Mask
    var second: Half.Mask
  }

  var first: Half
  var second: Half

  static var width: Int { 2 * Half.width }

  @inline(__always) init(first: Half, second: Half) {
    self.first = first
    self.second = second
  }
  @inline(__always) init(_ value: Double) {
    first = Half(value)
    second = first
  }

  @inline(__always) static func + (a: Twin, b: Twin) -> Twin {
    Twin(first: a.first + b.first, second: a.second + b.second)
  }
  @inline(__always) static func - (a: Twin, b: Twin) -> Twin {
    Twin(first: a.first - b.first, second: a.second - b.second)
  }
  @inline(__always) static func * (a: Twin, b: Twin) -> Twin {
    Twin(first: a.first * b.first, second: a.second * b.second)
  }
  @inline(__always) static func / (a: Twin, b: Twin) -> Twin {
    Twin(first: a.first / b.first, second: a.second / b.second)
  }
  @inline(__always) static prefix func - (a: Twin) -> Twin { Twin(first: -a.first, second: -a.second) }
  @inline(__always) static func fma(_ a: Twin, _ b: Twin, _ c: Twin) -> Twin {
    Twin(first: Half.fma(a.first, b.first, c.first), second: Half.fma(a.second, b.second, c.second))
  }
  @inline(__always) static func squareRoot(_ a: Twin) -> Twin {
    Twin(first: Half.squareRoot(a.first), second: Half.squareRoot(a.second))
  }
  @inline(__always) static func magnitude(_ a: Twin) -> Twin {
    Twin(first: Half.magnitude(a.first), second: Half.magnitude(a.second))
  }
  @inline(__always) static func lesser(_ a: Twin, _ b: Twin) -> Twin {
    Twin(first: Half.lesser(a.first, b.first), second: Half.lesser(a.second, b.second))
  }
  @inline(__always) static func greater(_ a: Twin, _ b: Twin) -> Twin {
    Twin(first: Half.greater(a.first, b.first), second: Half.greater(a.second, b.second))
  }
  @inline(__always) static func isLess(_ a: Twin, _ b: Twin) -> Mask {
    Mask(first: Half.isLess(a.first, b.first), second: Half.isLess(a.second, b.second))
  }
  @inline(__always) static func isLessOrEqual(_ a: Twin, _ b: Twin) -> Mask {
    Mask(first: Half.isLessOrEqual(a.first, b.first), second: Half.isLessOrEqual(a.second, b.second))
  }
  @inline(__always) static func both(_ a: Mask, _ b: Mask) -> Mask {
    Mask(first: Half.both(a.first, b.first), second: Half.both(a.second, b.second))
  }
  @inline(__always) static func either(_ a: Mask, _ b: Mask) -> Mask {
    Mask(first: Half.either(a.first, b.first), second: Half.either(a.second, b.second))
  }
  @inline(__always) static func exactlyOne(_ a: Mask, _ b: Mask) -> Mask {
    Mask(first: Half.exactlyOne(a.first, b.first), second: Half.exactlyOne(a.second, b.second))
  }
  @inline(__always) static func choose(_ mask: Mask, _ yes: Twin, _ no: Twin) -> Twin {
    Twin(
      first: Half.choose(mask.first, yes.first, no.first), second: Half.choose(mask.second, yes.second, no.second))
  }
  @inline(__always) static func bits(_ mask: Mask) -> UInt32 {
    Half.bits(mask.first) | Half.bits(mask.second) << UInt32(Half.width)
  }
  @inline(__always) static func exponent(_ a: Twin) -> Twin {
    Twin(first: Half.exponent(a.first), second: Half.exponent(a.second))
  }
  @inline(__always) static func significand(_ a: Twin) -> Twin {
    Twin(first: Half.significand(a.first), second: Half.significand(a.second))
  }
  @inline(__always) static func scaled(_ a: Twin, power: Twin) -> Twin {
    Twin(first: Half.scaled(a.first, power: power.first), second: Half.scaled(a.second, power: power.second))
  }
  @inline(__always) static func exp2Entry(_ index: Twin) -> Twin {
    Twin(first: Half.exp2Entry(index.first), second: Half.exp2Entry(index.second))
  }
  @inline(__always) static func gaussEntry(_ index: Twin) -> Twin {
    Twin(first: Half.gaussEntry(index.first), second: Half.gaussEntry(index.second))
  }
  @inline(__always) static func millsCoefficient(_ power: Int, _ index: Twin) -> Twin {
    Twin(first: Half.millsCoefficient(power, index.first), second: Half.millsCoefficient(power, index.second))
  }
  @inline(__always) static func millsCentre(_ index: Twin) -> Twin {
    Twin(first: Half.millsCentre(index.first), second: Half.millsCentre(index.second))
  }
  /// `count` must exceed the width of a half.
  @inline(__always) static func load(_ pointer: UnsafePointer<Double>, count: Int) -> Twin {
    unsafe Twin(
      first: Half.load(pointer, count: Half.width),
      second: Half.load(pointer + Half.width, count: count - Half.width))
  }
  @inline(__always) func store(_ pointer: UnsafeMutablePointer<Double>, count: Int) {
    unsafe first.store(pointer, count: Half.width)
    unsafe second.store(pointer + Half.width, count: count - Half.width)
  }
}
