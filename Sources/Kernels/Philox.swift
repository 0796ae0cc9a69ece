/// Four random 32-bit words as a function of a counter and a key: Philox4x32 with ten rounds.
///
/// A draw needs no state: the draw of path p at step k is a function of the seed, p and k, and so does not depend on which
/// thread makes it, in which order, or how many lanes the machine has.
///
/// J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC '11 (2011),
/// section 4.4; doi:10.1145/2063384.2063405. Its ten rounds pass every test of TestU01's BigCrush.
struct Philox<Words: WordLanes> {
  /// Each in the lower half of its word.
  var words: (Words, Words, Words, Words)

  /// - Parameters:
  ///   - counter: Four 32-bit numbers, each in the lower half of its word.
  ///   - key: The two 32-bit numbers of the key, the first in the lower half.
  @inline(__always)
  init(counter: (Words, Words, Words, Words), key: UInt64) {
    var (c0, c1, c2, c3) = counter
    var k0 = UInt32(truncatingIfNeeded: key)
    var k1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let p0 = Words.product(Words(0xD251_1F53), c0)
      let p1 = Words.product(Words(0xCD9E_8D57), c2)
      c0 = Words.exclusiveOr(Words.upperHalf(p1), c1, Words(UInt64(k0)))
      c1 = p1
      c2 = Words.exclusiveOr(Words.upperHalf(p0), c3, Words(UInt64(k1)))
      c3 = p0
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    words = (c0, c1, c2, c3)
  }
}

/// Two independent standard normal numbers from four random words.
///
/// Box and Muller, *Annals of Mathematical Statistics* 29 (1958): a radius sqrt(-2 ln u) and an angle. The angle is
/// drawn within an eighth of a turn to either side of zero; two spare bits turn it into the other three quarters. The
/// radius has 52 bits, and so the largest number is 8.49: beyond it lies a probability of 2e-17.
struct NormalPair<L: RandomLanes> {
  let first: L
  let second: L

  @inline(__always)
  init(_ random: Philox<L.Words>) {
    // 0 < u <= 1
    let u = L(2) - L.fraction(random.words.0, random.words.1)
    let logarithm = L.logarithm(L(1), over: u)
    let radius = L.squareRoot(logarithm + logarithm)
    // Of quarter turns, from -1/2 to 1/2.
    let angle = L.fraction(random.words.2, random.words.3) - L(1.5)
    let square = angle * angle
    let sine = angle * L.horner(square, QuarterTurn.sine)
    let cosine = L.flipped(L.horner(square, QuarterTurn.cosine), random.words.3)
    let isTurned = L.hasSecondBit(random.words.3)
    first = radius * L.choose(isTurned, sine, cosine)
    second = radius * L.choose(isTurned, cosine, sine)
  }
}

/// The coefficients of sin and cos of a quarter turn times y, |y| <= 1/2: (pi/2)^k / k! with the signs of the series.
///
/// The first term left out is below 5e-17 of the sine and 3e-18 of the cosine.
private enum QuarterTurn {
  typealias Coefficients = (
    Double, Double, Double, Double, Double, Double, Double, Double, Double
  )

  static var sine: Coefficients {
    (
      0x1.921fb54442d18p+0, -0x1.4abbce625be53p-1, 0x1.466bc6775aae2p-4, -0x1.32d2cce62bd86p-8,
      0x1.50783487ee782p-13, -0x1.e3074fde8871fp-19, 0x1.e8f434d018d63p-25, -0x1.6fadb9f155744p-31,
      0x1.aaec32af93359p-38
    )
  }
  static var cosine: Coefficients {
    (
      0x1p+0, -0x1.3bd3cc9be45dep+0, 0x1.03c1f081b5ac4p-2, -0x1.55d3c7e3cbffap-6, 0x1.e1f506891babbp-11,
      -0x1.a6d1f2a204a8cp-16, 0x1.f9d38a3763cc3p-22, -0x1.b6e24f44b128fp-28, 0x1.20c62c2f2d7f5p-34
    )
  }
}

extension Lanes {
  @inline(__always)
  fileprivate static func horner(_ x: Self, _ c: QuarterTurn.Coefficients) -> Self {
    var p = fma(Self(c.8), x, Self(c.7))
    p = fma(p, x, Self(c.6))
    p = fma(p, x, Self(c.5))
    p = fma(p, x, Self(c.4))
    p = fma(p, x, Self(c.3))
    p = fma(p, x, Self(c.2))
    p = fma(p, x, Self(c.1))
    return fma(p, x, Self(c.0))
  }
}
