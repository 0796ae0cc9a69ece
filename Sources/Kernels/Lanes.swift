internal import CVector

/// What a formula needs of its numbers, so that one text serves one `Double` and the machine's vector of them.
///
/// Every operation is correctly rounded or exact, and so both conformances agree bit for bit, lane by lane. Conditions
/// are masks: a formula computes both sides and chooses, and what is left out of range by the choice is discarded.
protocol Lanes {
  associatedtype Mask

  static var width: Int { get }
  init(_ value: Double)

  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static prefix func - (a: Self) -> Self
  /// a b + c, rounded once.
  static func fma(_ a: Self, _ b: Self, _ c: Self) -> Self
  static func squareRoot(_ a: Self) -> Self
  static func magnitude(_ a: Self) -> Self
  /// The smaller; `b` where one is not a number.
  static func lesser(_ a: Self, _ b: Self) -> Self
  /// The greater; `b` where one is not a number.
  static func greater(_ a: Self, _ b: Self) -> Self

  static func isLess(_ a: Self, _ b: Self) -> Mask
  static func isLessOrEqual(_ a: Self, _ b: Self) -> Mask
  static func both(_ a: Mask, _ b: Mask) -> Mask
  static func either(_ a: Mask, _ b: Mask) -> Mask
  static func exactlyOne(_ a: Mask, _ b: Mask) -> Mask
  static func choose(_ mask: Mask, _ yes: Self, _ no: Self) -> Self
  /// One bit a lane, the first lane lowest.
  static func bits(_ mask: Mask) -> UInt32

  /// The binary exponent of a positive finite number.
  static func exponent(_ a: Self) -> Self
  /// The significand, in 1..<2, of a positive finite number.
  static func significand(_ a: Self) -> Self
  /// `a` times 2 to the floor of `power`, rounded once.
  static func scaled(_ a: Self, power: Self) -> Self
  /// 2^(j/16), j the lowest four bits of the pattern of `index`.
  static func exp2Entry(_ index: Self) -> Self
  /// The same over sqrt(2 pi).
  static func gaussEntry(_ index: Self) -> Self
  /// A coefficient of Mills' ratio in the part named by the lowest three bits of the pattern of `index`.
  static func millsCoefficient(_ power: Int, _ index: Self) -> Self
  /// The middle of that part.
  static func millsCentre(_ index: Self) -> Self

  static func load(_ pointer: UnsafePointer<Double>, count: Int) -> Self
  func store(_ pointer: UnsafeMutablePointer<Double>, count: Int)
}

extension Double: Lanes {
  typealias Mask = Bool

  static var width: Int { 1 }

  @inline(__always) static func fma(_ a: Double, _ b: Double, _ c: Double) -> Double { cs_fma(a, b, c) }
  @inline(__always) static func squareRoot(_ a: Double) -> Double { cs_sqrt(a) }
  @inline(__always) static func magnitude(_ a: Double) -> Double { cs_abs(a) }
  @inline(__always) static func lesser(_ a: Double, _ b: Double) -> Double { cs_min(a, b) }
  @inline(__always) static func greater(_ a: Double, _ b: Double) -> Double { cs_max(a, b) }
  @inline(__always) static func isLess(_ a: Double, _ b: Double) -> Bool { a < b }
  @inline(__always) static func isLessOrEqual(_ a: Double, _ b: Double) -> Bool { a <= b }
  @inline(__always) static func both(_ a: Bool, _ b: Bool) -> Bool { a && b }
  @inline(__always) static func either(_ a: Bool, _ b: Bool) -> Bool { a || b }
  @inline(__always) static func exactlyOne(_ a: Bool, _ b: Bool) -> Bool { a != b }
  @inline(__always) static func choose(_ mask: Bool, _ yes: Double, _ no: Double) -> Double { mask ? yes : no }
  @inline(__always) static func bits(_ mask: Bool) -> UInt32 { mask ? 1 : 0 }
  @inline(__always) static func exponent(_ a: Double) -> Double { cs_exponent(a) }
  @inline(__always) static func significand(_ a: Double) -> Double { cs_mantissa(a) }
  @inline(__always) static func scaled(_ a: Double, power: Double) -> Double { cs_scale(a, power) }
  @inline(__always) static func exp2Entry(_ index: Double) -> Double { cs_exp2_entry(index) }
  @inline(__always) static func gaussEntry(_ index: Double) -> Double { cs_gauss_entry(index) }
  @inline(__always) static func millsCoefficient(_ power: Int, _ index: Double) -> Double {
    cs_mills_coefficient(power, index)
  }
  @inline(__always) static func millsCentre(_ index: Double) -> Double { cs_mills_centre_entry(index) }
  @inline(__always) static func load(_ pointer: UnsafePointer<Double>, count: Int) -> Double {
    unsafe pointer.pointee
  }
  @inline(__always) func store(_ pointer: UnsafeMutablePointer<Double>, count: Int) {
    unsafe pointer.pointee = self
  }
}

/// The machine's vector: 8 lanes with AVX-512, 4 with AVX2, 2 in the portable build.
///
/// A type of its own rather than `SIMD8<Double>`, so that each operator is one instruction that stays inline.
struct Wide: Lanes {
  typealias Mask = cv_mask

  var lanes: cv_double

  static var width: Int { Int(CV_WIDTH) }

  @inline(__always) init(lanes: cv_double) { self.lanes = lanes }
  @inline(__always) init(_ value: Double) { lanes = cv_set(value) }

  @inline(__always) static func + (a: Wide, b: Wide) -> Wide { Wide(lanes: cv_add(a.lanes, b.lanes)) }
  @inline(__always) static func - (a: Wide, b: Wide) -> Wide { Wide(lanes: cv_sub(a.lanes, b.lanes)) }
  @inline(__always) static func * (a: Wide, b: Wide) -> Wide { Wide(lanes: cv_mul(a.lanes, b.lanes)) }
  @inline(__always) static func / (a: Wide, b: Wide) -> Wide { Wide(lanes: cv_div(a.lanes, b.lanes)) }
  @inline(__always) static prefix func - (a: Wide) -> Wide { Wide(lanes: cv_neg(a.lanes)) }
  @inline(__always) static func fma(_ a: Wide, _ b: Wide, _ c: Wide) -> Wide {
    Wide(lanes: cv_fma(a.lanes, b.lanes, c.lanes))
  }
  @inline(__always) static func squareRoot(_ a: Wide) -> Wide { Wide(lanes: cv_sqrt(a.lanes)) }
  @inline(__always) static func magnitude(_ a: Wide) -> Wide { Wide(lanes: cv_abs(a.lanes)) }
  @inline(__always) static func lesser(_ a: Wide, _ b: Wide) -> Wide { Wide(lanes: cv_min(a.lanes, b.lanes)) }
  @inline(__always) static func greater(_ a: Wide, _ b: Wide) -> Wide { Wide(lanes: cv_max(a.lanes, b.lanes)) }
  @inline(__always) static func isLess(_ a: Wide, _ b: Wide) -> cv_mask { cv_less(a.lanes, b.lanes) }
  @inline(__always) static func isLessOrEqual(_ a: Wide, _ b: Wide) -> cv_mask { cv_less_equal(a.lanes, b.lanes) }
  @inline(__always) static func both(_ a: cv_mask, _ b: cv_mask) -> cv_mask { cv_and(a, b) }
  @inline(__always) static func either(_ a: cv_mask, _ b: cv_mask) -> cv_mask { cv_or(a, b) }
  @inline(__always) static func exactlyOne(_ a: cv_mask, _ b: cv_mask) -> cv_mask { cv_exactly_one(a, b) }
  @inline(__always) static func choose(_ mask: cv_mask, _ yes: Wide, _ no: Wide) -> Wide {
    Wide(lanes: cv_select(mask, yes.lanes, no.lanes))
  }
  @inline(__always) static func bits(_ mask: cv_mask) -> UInt32 { cv_bits(mask) }
  @inline(__always) static func exponent(_ a: Wide) -> Wide { Wide(lanes: cv_exponent(a.lanes)) }
  @inline(__always) static func significand(_ a: Wide) -> Wide { Wide(lanes: cv_mantissa(a.lanes)) }
  @inline(__always) static func scaled(_ a: Wide, power: Wide) -> Wide {
    Wide(lanes: cv_scale(a.lanes, power.lanes))
  }
  @inline(__always) static func exp2Entry(_ index: Wide) -> Wide { Wide(lanes: cv_exp2_entry(index.lanes)) }
  @inline(__always) static func gaussEntry(_ index: Wide) -> Wide { Wide(lanes: cv_gauss_entry(index.lanes)) }
  @inline(__always) static func millsCoefficient(_ power: Int, _ index: Wide) -> Wide {
    Wide(lanes: cv_mills_coefficient(power, index.lanes))
  }
  @inline(__always) static func millsCentre(_ index: Wide) -> Wide { Wide(lanes: cv_mills_centre_entry(index.lanes)) }
  @inline(__always) static func load(_ pointer: UnsafePointer<Double>, count: Int) -> Wide {
    unsafe Wide(lanes: count >= width ? cv_load(pointer) : cv_load_first(pointer, count))
  }
  @inline(__always) func store(_ pointer: UnsafeMutablePointer<Double>, count: Int) {
    if count >= Wide.width { unsafe cv_store(pointer, lanes) } else { unsafe cv_store_first(pointer, lanes, count) }
  }
}
