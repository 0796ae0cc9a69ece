/// The powers of ten as 128-bit significands, with which decimal and binary floating point are turned into each other.
///
/// Entry k is beta in 10^k = beta x 2^r, 2^127 <= beta < 2^128, rounded down for k >= 0 and up for k < 0. They are computed
/// from whole numbers when a number first needs them (about 50 microseconds), since 667 lines of constants could hide a
/// wrong digit and this cannot.
@safe
struct DecimalPowers: @unchecked Sendable {
  static let lowest = -342
  static let highest = 324

  /// The entries, never freed: counting the references of an array would cost more than reading it.
  private let entries: UnsafePointer<Entry>

  typealias Entry = (high: UInt64, low: UInt64)

  static let shared = DecimalPowers()

  /// The entry of 10^`exponent`.
  subscript(exponent: Int) -> Entry {
    precondition(exponent >= DecimalPowers.lowest && exponent <= DecimalPowers.highest, "no such power")
    return unsafe entries[exponent - DecimalPowers.lowest]
  }

  private init() {
    let computed = DecimalPowers.computed()
    let memory = UnsafeMutablePointer<Entry>.allocate(capacity: computed.count)
    unsafe memory.initialize(from: computed, count: computed.count)
    unsafe entries = UnsafePointer(memory)
  }

  static func computed() -> [Entry] {
    var entries: [Entry] = []
    entries.reserveCapacity(DecimalPowers.highest - DecimalPowers.lowest + 1)
    // 2^B / 5^n for n = 1, 2, ...: the floor of a floor is the floor, so that no digit is lost in repeated division.
    var limbs = [UInt64](repeating: 0, count: 16)
    limbs[15] = 1 << 63
    for _ in 0..<(-DecimalPowers.lowest) {
      var remainder: UInt64 = 0
      for index in limbs.indices.reversed() {
        (limbs[index], remainder) = (5 as UInt64).dividingFullWidth((remainder, limbs[index]))
      }
      let top = DecimalPowers.top(limbs)
      let (low, carry) = top.low.addingReportingOverflow(1)
      entries.append((top.high &+ (carry ? 1 : 0), low))
    }
    entries.reverse()
    limbs = [UInt64](repeating: 0, count: 13)
    limbs[0] = 1
    for _ in 0...DecimalPowers.highest {
      entries.append(DecimalPowers.top(limbs))
      var carry: UInt64 = 0
      for index in limbs.indices {
        let product = limbs[index].multipliedFullWidth(by: 5)
        let (sum, overflow) = product.low.addingReportingOverflow(carry)
        limbs[index] = sum
        carry = product.high + (overflow ? 1 : 0)
      }
    }
    return entries
  }

  /// The highest 128 bits of a number that is not zero, lowest limb first.
  private static func top(_ limbs: [UInt64]) -> (high: UInt64, low: UInt64) {
    var index = limbs.count - 1
    while limbs[index] == 0, index > 0 { index -= 1 }
    let shift = limbs[index].leadingZeroBitCount
    func limb(_ offset: Int) -> UInt64 { index >= offset ? limbs[index - offset] : 0 }
    guard shift > 0 else { return (limb(0), limb(1)) }
    return (limb(0) << shift | limb(1) >> (64 - shift), limb(1) << shift | limb(2) >> (64 - shift))
  }
}
