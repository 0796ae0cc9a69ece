import Basics
import BigInt
import TestSupport
import Testing

/// A rational of big integers, by the schoolbook and never reduced: the judge of `ExactAmount`.
private struct Rational {
  let numerator: BigInt
  let denominator: BigInt

  init(_ numerator: BigInt, _ denominator: BigInt = 1) {
    self.numerator = denominator < 0 ? -numerator : numerator
    self.denominator = denominator < 0 ? -denominator : denominator
  }

  /// Reads what ``ExactAmount/fractionText`` writes.
  init(_ amount: ExactAmount) throws {
    let parts = amount.fractionText.split(separator: "/").map { String($0) }
    self.init(try #require(BigInt(parts[0])), parts.count == 2 ? try #require(BigInt(parts[1])) : 1)
  }

  static func + (a: Rational, b: Rational) -> Rational {
    Rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
  }
  static func - (a: Rational, b: Rational) -> Rational {
    Rational(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator)
  }
  static func * (a: Rational, b: Rational) -> Rational {
    Rational(a.numerator * b.numerator, a.denominator * b.denominator)
  }
  static func == (a: Rational, b: Rational) -> Bool { a.numerator * b.denominator == b.numerator * a.denominator }
  static func < (a: Rational, b: Rational) -> Bool { a.numerator * b.denominator < b.numerator * a.denominator }

  /// The greatest whole number not above the value.
  var floor: BigInt {
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    return remainder < 0 ? quotient - 1 : quotient
  }

  func rounded(decimals: Int, _ rule: ExactRounding) -> BigInt {
    let scaled = self * Rational(BigInt(10).power(decimals))
    switch rule {
    case .down: return scaled.floor
    case .up: return -Rational(-scaled.numerator, scaled.denominator).floor
    case .nearest:
      // Halves away from zero: the floor of magnitude plus a half, with the sign.
      let magnitude = Rational(scaled.numerator.magnitude * 2 + scaled.denominator.magnitude, scaled.denominator * 2)
        .floor
      return scaled.numerator < 0 ? -magnitude : magnitude
    }
  }
}

extension Rational {
  fileprivate init(_ numerator: BigUInt, _ denominator: BigInt) { self.init(BigInt(numerator), denominator) }
}

@Suite("Exact amounts")
struct ExactAmountTests {
  static let seeds: [UInt64] = [1, 2, 3, 4]
  static let rules: [ExactRounding] = [.up, .down, .nearest]

  /// Money-like numbers, fractions of primes, and numbers at the end of 64 and 128 bits.
  private static func amount(_ random: inout SplitMix64) throws -> ExactAmount {
    let edges = [
      "170141183460469231731687303715884105727", "-170141183460469231731687303715884105728",
      "170141183460469231731687303715884105728", "85070591730234615865843651857942052864", "-9223372036854775808",
      "1/170141183460469231731687303715884105727", "-1/170141183460469231731687303715884105728",
      "170141183460469231731687303715884105727/170141183460469231731687303715884105726", "0.0000000000000000000000001",
    ]
    switch random.int(0...4) {
    case 0: return ExactAmount(random.int64(-1_000...1_000))
    case 1: return ExactAmount(count: random.int64(.min ... .max) >> random.int(0...60), decimals: random.int(0...18))
    case 2:
      let fraction = ExactAmount(
        numerator: random.int64(.min ... .max),
        denominator: random.pick([3, 7, 101, 1_000_003, 9_223_372_036_854_775_783]))
      return try #require(fraction)
    case 3: return try ExactAmount(parsing: random.pick(edges))
    default:
      return ExactAmount(count: random.int64(.min ... .max), decimals: 8)
        * ExactAmount(count: random.int64(.min ... .max), decimals: 8)
    }
  }

  @Test("Sums, differences, products and order agree with big rationals", arguments: seeds)
  func arithmetic(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<600 {
      let (a, b) = (try Self.amount(&random), try Self.amount(&random))
      let (x, y) = (try Rational(a), try Rational(b))
      #expect(try Rational(a + b) == x + y, "\(a) + \(b)")
      #expect(try Rational(a - b) == x - y, "\(a) - \(b)")
      #expect(try Rational(a * b) == x * y, "\(a) * \(b)")
      #expect((a < b) == (x < y), "\(a) < \(b)")
      #expect((a == b) == (x == y), "\(a) == \(b)")
      #expect(try Rational(-a) == Rational(0) - x)
      #expect(a.sign == Int(x.numerator.signum()))
      if let quotient = a.divided(by: b) {
        #expect(try Rational(quotient) * y == x, "\(a) / \(b)")
      } else {
        #expect(b.isZero)
      }
    }
  }

  @Test("A long sum stays exact, and its order does not count", arguments: seeds)
  func longSums(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var terms: [ExactAmount] = []
    for _ in 0..<80 { terms.append(try Self.amount(&random)) }
    let sum = terms.reduce(.zero, +)
    terms.shuffle(using: &random)
    #expect(terms.reduce(.zero, +) == sum)
    #expect(terms.reduce(sum, -).isZero)
    #expect(Set([sum, terms.reduce(.zero, +)]).count == 1)
  }

  @Test(
    "A fraction of thousands of bits is in lowest terms, and what was put into it comes out again", arguments: seeds)
  func longFractions(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for length in [2, 3, 5, 17, 40, 90] {
      func product() -> ExactAmount {
        (0..<length).reduce(.one) { power, _ in power * ExactAmount(random.int64(1 ... .max)) }
      }
      let (shared, p, q, r) = (product(), product(), product(), product())
      let left = try #require((shared * p).divided(by: shared * q))
      let right = try #require((p + shared).divided(by: shared * r * q))
      #expect(try left == #require(p.divided(by: q)) && left.hashValue == #require(p.divided(by: q)).hashValue)
      for amount in [left, right, left + right, left - right, left * right] {
        let value = try Rational(amount)
        #expect(value.numerator.greatestCommonDivisor(with: value.denominator) == 1, "\(length)")
      }
      #expect(left + right - right == left && (left * right).divided(by: right) == left, "\(length)")
      #expect(try Rational(left + right) == Rational(left) + Rational(right), "\(length)")
      #expect((left < right) == (try Rational(left) < Rational(right)), "\(length)")
      #expect((left - left).isZero && left + ExactAmount.one > left)
    }
  }

  @Test("Rounding goes where its rule says, for negatives too", arguments: seeds)
  func rounding(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<600 {
      let a = try Self.amount(&random)
      let x = try Rational(a)
      for rule in Self.rules {
        let decimals = random.int(0...12)
        let expected = x.rounded(decimals: decimals, rule)
        let count = try? a.count(decimals: decimals, rounding: rule)
        #expect(count == Int64(exactly: expected), "\(a.fractionText) to \(decimals) \(rule)")
        let text = a.decimalText(decimals: decimals, rounding: rule)
        #expect(BigInt(Self.digits(text, decimals: decimals)) == expected, "\(a.fractionText) as \(text)")
      }
    }
  }

  /// The text of a decimal as a count of 10^-`decimals`.
  private static func digits(_ text: String, decimals: Int) -> String {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    return parts[0] + fraction + String(repeating: "0", count: decimals - fraction.utf8.count)
  }

  static let halves: [(text: String, up: Int64, down: Int64, nearest: Int64)] = [
    ("0", 0, 0, 0), ("1", 1, 1, 1), ("-1", -1, -1, -1), ("0.5", 1, 0, 1), ("-0.5", 0, -1, -1), ("1.5", 2, 1, 2),
    ("-1.5", -1, -2, -2), ("2.4999999999", 3, 2, 2), ("-2.4999999999", -2, -3, -2), ("1/3", 1, 0, 0),
    ("-1/3", 0, -1, 0),
    ("-2/3", 0, -1, -1), ("9223372036854775806.5", .max, .max - 1, .max),
    ("-9223372036854775807.5", .min + 1, .min, .min),
  ]

  @Test("Up is toward plus infinity, down toward minus infinity, halves away from zero", arguments: halves)
  func roundsHalves(text: String, up: Int64, down: Int64, nearest: Int64) throws {
    let amount = try ExactAmount(parsing: text)
    #expect(try amount.count(decimals: 0, rounding: .up) == up)
    #expect(try amount.count(decimals: 0, rounding: .down) == down)
    #expect(try amount.count(decimals: 0, rounding: .nearest) == nearest)
  }

  @Test("A count beyond 64 bits is an error that quotes the amount")
  func beyondRange() throws {
    let large = try ExactAmount(parsing: "9223372036854775807.5")
    #expect(throws: BasicsError.outOfRange("9223372036854775807.5", type: "Money")) {
      try large.count(decimals: 0, rounding: .up)
    }
    #expect(try large.count(decimals: 0, rounding: .down) == .max)
  }

  @Test("Numbers of 40 digits are read in full")
  func fortyDigits() throws {
    let digits = "1234567890123456789012345678901234567890"
    #expect(try ExactAmount(parsing: digits).fractionText == digits)
    #expect(try ExactAmount(parsing: "10.000000000000000000") == ExactAmount(10))
    #expect(try ExactAmount(parsing: "123456789012.12345678").description == "123456789012.12345678")
    #expect(
      try ExactAmount(parsing: "0." + String(repeating: "0", count: 38) + "1")
        == ExactAmount(parsing: "1/1" + String(repeating: "0", count: 39)))
  }

  static let refused: [(text: String, error: BasicsError)] = [
    ("1/0", .outOfRange("1/0", type: "a fraction with a denominator other than 0")),
    ("1/2/3", .notADecimal("1/2/3")),
    ("/2", .notADecimal("")),
    ("1/", .notADecimal("")),
    ("1.5/2", .tooManyDecimals("1.5", limit: 0)),
    ("1e3", .notADecimal("1e3")),
    ("NaN", .notADecimal("NaN")),
    (
      "12345678901234567890123456789012345678901",
      .tooManyDigits("12345678901234567890123456789012345678901", limit: 40)
    ),
  ]

  @Test("A text that is no amount is refused by name", arguments: refused)
  func refuses(text: String, error: BasicsError) {
    #expect(throws: error) { try ExactAmount(parsing: text) }
  }

  @Test("An amount that is written reads back as the same amount", arguments: seeds)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let amount =
        random.chance(0.5)
        ? ExactAmount(count: random.int64(.min ... .max), decimals: random.int(0...18))
        : try #require(
          ExactAmount(numerator: random.int64(.min ... .max), denominator: random.int64(1 ... .max)))
      #expect(try ExactAmount(parsing: amount.description) == amount)
      #expect(try ExactAmount(parsing: amount.fractionText) == amount)
    }
  }

  static let texts: [(amount: String, decimals: Int, text: String)] = [
    ("-0.001", 2, "0"), ("0.10", 8, "0.1"), ("-12.5", 8, "-12.5"), ("1/3", 8, "0.33333333"), ("-1/3", 0, "0"),
    ("1000000", 0, "1000000"), ("0.5", -3, "0"), ("1/3", 99, "0.333333333333333333333333333333"),
  ]

  @Test("A decimal text is exact or cut off, and zero has no sign", arguments: texts)
  func decimalText(amount: String, decimals: Int, text: String) throws {
    let amount = try ExactAmount(parsing: amount)
    let rule: ExactRounding = amount < .zero ? .up : .down
    #expect(amount.decimalText(decimals: decimals, rounding: rule) == text)
  }

  @Test("The nearest Double is found with one rounding", arguments: seeds)
  func doubles(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<500 {
      let amount = try Self.amount(&random)
      let value = amount.doubleValue
      let distance = (try #require(ExactAmount(exactly: value)) - amount).magnitude
      for neighbour in [value.nextUp, value.nextDown] {
        #expect(
          distance <= (try #require(ExactAmount(exactly: neighbour)) - amount).magnitude, "\(amount.fractionText)")
      }
    }
  }

  @Test("Fractions that fill 128 bits have the nearest Double and stand in their order", arguments: seeds)
  func wideFractions(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func wide() throws -> ExactAmount {
      func part() -> ExactAmount { ExactAmount(random.int64(1 ... .max) >> random.int(0...50)) }
      let (a, b) = (part() * part() * ExactAmount(random.chance(0.5) ? 1 : -1), part() * part())
      return try #require(a.divided(by: b))
    }
    for _ in 0..<500 {
      let (first, second) = (try wide(), try wide())
      let value = first.doubleValue
      let distance = (try #require(ExactAmount(exactly: value)) - first).magnitude
      for neighbour in [value.nextUp, value.nextDown] {
        let other = (try #require(ExactAmount(exactly: neighbour)) - first).magnitude
        #expect(distance <= other, "\(first.fractionText), seed \(seed)")
      }
      #expect(
        (first < second) == ((second - first).sign > 0), "\(first.fractionText) \(second.fractionText), seed \(seed)")
      let same = try #require((first * second).divided(by: second))
      #expect(same == first && !(same < first) && !(first < same), "\(first.fractionText), seed \(seed)")
    }
  }

  @Test("A Double of more than 300 digits or decimals is taken as it is")
  func extremeDoubles() throws {
    for value in [Double.greatestFiniteMagnitude, -1e300, 1e-300, 0x1p-1074, 0, -0.0, 0.1, 1 / 3.0, 0x1p60, 0x1p61] {
      #expect(try #require(ExactAmount(exactly: value)).doubleValue == value)
    }
    #expect(ExactAmount(exactly: 0.5) == ExactAmount(numerator: 1, denominator: 2))
    #expect(ExactAmount(exactly: .nan) == nil)
    #expect(ExactAmount(exactly: -.infinity) == nil)
    let googol = try ExactAmount(parsing: "1" + String(repeating: "0", count: 39))
    let vast = (0..<9).reduce(googol) { power, _ in power * googol }
    #expect(vast.doubleValue == .infinity)
    #expect((vast * ExactAmount(3)).divided(by: vast)?.doubleValue == 3)
  }
}
