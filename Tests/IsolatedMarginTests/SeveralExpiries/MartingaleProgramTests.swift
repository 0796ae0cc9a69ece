import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

/// All laws of prices at two or three expiries on a grid, as one linear program: what the envelopes must agree with.
///
/// With weights p(i, j) of the prices y(i) and z(j): they sum to 1, y has the forward's mean, and from every y the mean of z
/// is that y. Nothing is solved backward, so nothing of the envelopes' idea is in it.
@Suite("The envelopes against a linear program over martingales")
struct MartingaleProgramTests {
  private static func payoff(_ legs: [FilledLeg], at price: ExactAmount) -> ExactAmount {
    Payoff(of: legs, settlement: .quote).value(at: price) ?? .zero
  }

  /// The least of the sum of two later payoffs over laws on the grid with mean `price`.
  private static func program(
    _ middle: [FilledLeg], _ last: [FilledLeg], grid: [ExactAmount], mean price: ExactAmount
  ) -> ExactAmount? {
    let (near, far) = (grid.map { payoff(middle, at: $0) }, grid.map { payoff(last, at: $0) })
    let pairs = grid.indices.flatMap { i in grid.indices.map { (i, $0) } }
    var matrix = [pairs.map { _ in ExactAmount.one }, pairs.map { grid[$0.0] }]
    for i in grid.indices { matrix.append(pairs.map { $0.0 == i ? grid[$0.1] - grid[i] : .zero }) }
    return ExactSimplex.least(
      cost: pairs.map { near[$0.0] + far[$0.1] }, matrix, [.one, price] + grid.map { _ in .zero })
  }

  private static func program(
    _ last: [FilledLeg], grid: [ExactAmount], mean price: ExactAmount
  ) -> ExactAmount? {
    ExactSimplex.least(
      cost: grid.map { payoff(last, at: $0) }, [grid.map { _ in .one }, grid], [.one, price])
  }

  private static func grid(_ legs: [FilledLeg], top: Int64) -> [ExactAmount] {
    let strikes = legs.compactMap { $0.instrument.strike?.exact }
    return Set([.zero, ExactAmount(top)] + strikes).sorted()
  }

  /// At the vertices and between them, below the grid's end.
  private static func prices(_ certificate: EnvelopeCertificate) -> [ExactAmount] {
    let positions = certificate.first.vertices.map(\.position)
    return positions + zip(positions, positions.dropFirst()).map { ($0 + $1) * ExactAmount(count: 5, decimals: 1) }
      + [(positions.last ?? .zero) + ExactAmount(7)]
  }

  @Test("Two expiries: the same number where prices attain it, from above where a price must go to infinity")
  func twoExpiries() throws {
    var generator = SplitMix64(seed: 21)
    var (attained, approached) = (0, 0)
    for index in 0..<150 {
      let legs = try PolicySamples.randomLegs(&generator, expiries: 2, kinds: ["C", "P"], hasFees: false)
      let (near, far) = (legs.filter { $0.instrument.expiry == january }, legs.filter { $0.instrument.expiry == march })
      let certificate = try EnvelopeCertificate(of: legs, settlement: .quote, terms: PolicySamples.terms())
      for price in Self.prices(certificate) {
        let value = try #require(certificate.value(at: price))
        let own = Self.payoff(near, at: price)
        let on = try #require(Self.program(far, grid: Self.grid(far, top: 1000), mean: price)) + own
        let wider = try #require(Self.program(far, grid: Self.grid(far, top: 100_000), mean: price)) + own
        #expect(on >= wider && wider >= value, "seed 21, case \(index), price \(price): \(on), \(wider), \(value)")
        if on == value {
          attained += 1
        } else {
          // What is missing falls as the grid's end rises: by 99 percent or more here.
          approached += 1
          #expect(
            (wider - value) * ExactAmount(50) <= on - value,
            "seed 21, case \(index), price \(price): \(on), \(wider), \(value)")
        }
      }
    }
    #expect(attained > 300 && approached > 30, "\(attained), \(approached)")
  }

  @Test("Three expiries: the joint program gives what iterated envelopes give")
  func threeExpiries() throws {
    var generator = SplitMix64(seed: 22)
    var attained = 0
    for index in 0..<24 {
      let legs = try PolicySamples.randomLegs(&generator, expiries: 3, kinds: ["C", "P"], hasFees: false)
      let groups = [january, march, june].map { expiry in legs.filter { $0.instrument.expiry == expiry } }
      let certificate = try EnvelopeCertificate(of: legs, settlement: .quote, terms: PolicySamples.terms(steps: 2))
      let price = try #require(Self.prices(certificate).randomElement(using: &generator))
      let value = try #require(certificate.value(at: price))
      let grid = Self.grid(groups[1] + groups[2], top: 2000)
      let program = try #require(Self.program(groups[1], groups[2], grid: grid, mean: price))
      let found = program + Self.payoff(groups[0], at: price)
      #expect(found >= value, "seed 22, case \(index), price \(price): \(found), \(value)")
      if found == value { attained += 1 }
    }
    #expect(attained > 10, "\(attained)")
  }

  @Test("Worked: calls sold at the second and bought at the third expiry, to the last digit")
  func worked() throws {
    let strategy = try PolicySamples.strategy([["1 P 0"], ["-2 C 100"], ["2 C 105"]])
    let (middle, last) = ([strategy.legs[1]], [strategy.legs[2]])
    let grid = (0...20).map { ExactAmount(Int64($0) * 20) } + [ExactAmount(105)]
    for (price, wanted) in [(Int64(80), "-160/21"), (100, "-200/21"), (120, "-10")] {
      #expect(Self.program(middle, last, grid: grid.sorted(), mean: ExactAmount(price)) == (try amount(wanted)))
    }
  }

  @Test("A program without a solution, and one that falls for ever, have no least value")
  func refusals() {
    let one = ExactAmount.one
    #expect(ExactSimplex.least(cost: [one], [[one], [one]], [one, ExactAmount(2)]) == nil)
    #expect(ExactSimplex.least(cost: [-one, .zero], [[one, -one]], [one]) == nil)
    #expect(ExactSimplex.least(cost: [one, ExactAmount(3)], [[one, one]], [ExactAmount(2)]) == ExactAmount(2))
  }
}
