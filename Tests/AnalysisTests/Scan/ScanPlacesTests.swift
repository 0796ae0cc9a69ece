import Basics
import Instruments
import TestSupport
import Testing

@testable import Analysis

@Suite("Laying a structure over strikes")
struct ScanPlacesTests {
  static func shape(_ id: String, wings: WingRule? = nil) throws -> ScanShape {
    try ScanShape(try StrategyCatalogue.named(id), wings: wings)
  }

  static func strikes(_ numbers: [Int]) -> [Price] { numbers.map { Price(count: Int64($0) * 100_000_000) } }

  static func placements(_ places: ScanPlaces) -> [[Int]] {
    var found: [[Int]] = []
    for part in 0..<places.parts { places.forEach(part: part) { found.append([$0, $1, $2, $3]) } }
    return found
  }

  static func binomial(_ n: Int, _ k: Int) -> Int { (0..<k).reduce(1) { $0 * (n - $1) / ($1 + 1) } }

  @Test("Rising strikes of any width are n over m", arguments: [1, 2, 3, 4, 5, 9, 40])
  func anyWidths(_ n: Int) throws {
    let strikes = Self.strikes((1...n).map { $0 * $0 })
    for (id, count) in [("short-put", 1), ("bull-call-spread", 2), ("jade-lizard", 3), ("iron-condor", 4)] {
      let places = ScanPlaces(strikes, try Self.shape(id)) { _, _ in true }
      #expect(places.count == Self.binomial(n, count), "\(id)")
      if n < 10 { #expect(Self.placements(places).count == places.count) }
    }
  }

  @Test("Butterflies on n equal steps are (n - 1)^2 / 4, rounded down", arguments: [2, 3, 4, 5, 6, 31, 100])
  func butterflies(_ n: Int) throws {
    let strikes = Self.strikes((1...n).map { 1000 * $0 })
    let equal = ScanPlaces(strikes, try Self.shape("long-call-butterfly")) { _, _ in true }
    #expect(equal.count == (n - 1) * (n - 1) / 4)
    let broken = ScanPlaces(strikes, try Self.shape("broken-wing-call-butterfly")) { _, _ in true }
    #expect(broken.count == Self.binomial(n, 3) - (n - 1) * (n - 1) / 4)
    // The step above the lowest strike is twice the other: 3 d steps from end to end.
    let tree = ScanPlaces(strikes, try Self.shape("call-christmas-tree")) { _, _ in true }
    #expect(tree.count == (1...n).reduce(0) { $0 + max(0, n - 3 * $1) })
  }

  @Test("Every rule gives what trying all strikes gives, in their order", arguments: 1...20 as ClosedRange<UInt64>)
  func bruteForce(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let numbers = Set((0..<random.int(0...11)).map { _ in random.int(1...20) }).sorted()
    let strikes = Self.strikes(numbers)
    var allowed: [[Bool]] = []
    for _ in 0..<4 { allowed.append(numbers.map { _ in random.chance(0.8) }) }
    let shapes = try [
      Self.shape("short-put"), Self.shape("short-strangle"), Self.shape("long-put-ladder"),
      Self.shape("iron-butterfly"), Self.shape("iron-butterfly", wings: .unequal), Self.shape("put-christmas-tree"),
      Self.shape("call-christmas-tree"), Self.shape("iron-condor"), Self.shape("iron-condor", wings: .equal),
      Self.shape("broken-wing-iron-condor"), Self.shape("iron-butterfly", wings: .any),
    ]
    for shape in shapes {
      let places = ScanPlaces(strikes, shape) { allowed[$0][$1] }
      let wanted = Self.subsets(numbers.count, shape.strikeCount).filter { subset in
        guard subset.enumerated().allSatisfy({ allowed[$0.offset][$0.element] }) else { return false }
        guard subset.count > 2 else { return true }
        let steps = zip(subset, subset.dropFirst()).map { numbers[$1] - numbers[$0] }
        let (lower, upper) = (steps[0], steps[steps.count - 1])
        switch shape.wings {
        case .any: return true
        case .equal: return lower == upper
        case .unequal: return lower != upper
        case .doubleLower: return lower == 2 * upper
        case .doubleUpper: return upper == 2 * lower
        }
      }.map { $0 + [Int](repeating: 0, count: 4 - $0.count) }
      #expect(Self.placements(places) == wanted, "\(random): \(shape.definition.id) \(shape.wings)")
      #expect(places.count == wanted.count, "\(random): \(shape.definition.id) \(shape.wings)")
    }
  }

  /// All ascending choices of `count` out of 0..<n, in lexicographic order.
  static func subsets(_ n: Int, _ count: Int) -> [[Int]] {
    var found: [[Int]] = [[]]
    for _ in 0..<count {
      found = found.flatMap { part in ((part.last ?? -1) + 1..<max(n, (part.last ?? -1) + 1)).map { part + [$0] } }
    }
    return found
  }

  @Test("Strikes at the end of the range lay no structure beyond it")
  func farStrikes() throws {
    let strikes = [Price(count: 1), Price(count: .max - 1), Price(count: .max)]
    #expect(ScanPlaces(strikes, try Self.shape("long-call-butterfly")) { _, _ in true }.count == 0)
    #expect(ScanPlaces(strikes, try Self.shape("put-christmas-tree")) { _, _ in true }.count == 0)
    #expect(ScanPlaces(strikes, try Self.shape("broken-wing-put-butterfly")) { _, _ in true }.count == 1)
  }

  // MARK: Shapes

  @Test(
    "A shape that no one expiry's strikes make is refused with those that can be scanned",
    arguments: [
      "covered-call", "long-call-calendar", "double-diagonal", "jelly-roll", "hedged-short-straddle", "collar",
      "long-underlying",
    ])
  func refusals(_ id: String) throws {
    let error = try #require(throws: ScanError.self) { try Self.shape(id) }
    #expect("\(error)".contains("iron-condor") && "\(error)".hasPrefix("found \(id), which h"), "\(error)")
  }

  @Test("Wings are those of the definition unless it has none")
  func wings() throws {
    for (id, rule) in [
      ("long-call-butterfly", WingRule.equal), ("iron-butterfly", .equal), ("reverse-iron-butterfly", .equal),
      ("unbalanced-call-butterfly", .any), ("broken-wing-put-butterfly", .unequal), ("iron-condor", .any),
      ("broken-wing-iron-condor", .unequal), ("call-christmas-tree", .doubleLower),
      ("put-christmas-tree", .doubleUpper), ("long-box", .any), ("jade-lizard", .any),
    ] {
      #expect(try Self.shape(id).wings == rule, "\(id)")
      // What a structure has already may be said again.
      #expect(try Self.shape(id, wings: rule).wings == rule)
    }
    for (id, rule) in [
      ("long-box", WingRule.equal), ("short-straddle", .unequal), ("broken-wing-iron-condor", .any),
      ("call-christmas-tree", .equal),
    ] { #expect(throws: ScanError.self, "\(id)") { try Self.shape(id, wings: rule) } }
  }

  @Test("Every structure of one expiry and no underlying can be scanned")
  func all() {
    let wanted = StrategyCatalogue.all.filter { $0.expiryCount == 1 && !$0.hasUnderlying }
    #expect(ScanShape.all == wanted)
    #expect(wanted.allSatisfy { (1...4).contains($0.strikeCount) })
  }
}
