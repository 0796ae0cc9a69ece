import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

/// THEORY's worked examples: closed at the first expiry, volatility between 30 and 120 percent, a quarter of a year apart.
private struct WorkedExample: Sendable, CustomStringConvertible {
  let name: String
  let near: [String]
  let far: [String]
  var rate = 0.0
  var yield = 0.0
  var limit: String?
  let debit: Double
  let perLeg: Double
  let common: Double
  /// How exactly the figure was given.
  var tolerance = 1.1e-4

  var description: String { name }

  static let all: [WorkedExample] = [
    WorkedExample(
      name: "call calendar", near: ["-1 C 100"], far: ["1 C 100"], debit: 4, perLeg: 4, common: 4, tolerance: 0),
    WorkedExample(
      name: "call calendar with a yield, up to 1000", near: ["-1 C 100"], far: ["1 C 100"], yield: 0.05, limit: "1000",
      debit: 4, perLeg: 16.422199506118545, common: 16.422199506118545, tolerance: 2e-8),
    WorkedExample(
      name: "call calendar with a rate", near: ["-1 C 100"], far: ["1 C 100"], rate: 0.05, debit: 4, perLeg: 4,
      common: 4, tolerance: 0),
    WorkedExample(
      name: "put calendar with a rate", near: ["-1 P 100"], far: ["1 P 100"], rate: 0.05, debit: 4,
      perLeg: 5.2422199506118545, common: 5.2422199506118545, tolerance: 2e-8),
    WorkedExample(
      name: "long diagonal", near: ["-1 C 105"], far: ["1 C 95"], debit: 7, perLeg: 7, common: 7, tolerance: 0),
    WorkedExample(
      name: "short diagonal, debit and width", near: ["-1 C 95"], far: ["1 C 105"], debit: -1, perLeg: 9, common: 9,
      tolerance: 2e-8),
    WorkedExample(
      name: "reverse calendar", near: ["1 C 100"], far: ["-1 C 100"], debit: -4, perLeg: 19.58228443779052,
      common: 19.58228443779052, tolerance: 2e-8),
    WorkedExample(
      name: "double calendar", near: ["-1 P 90", "-1 C 110"], far: ["1 P 90", "1 C 110"], debit: 5, perLeg: 5,
      common: 5,
      tolerance: 0),
    WorkedExample(
      name: "far butterfly less near butterfly", near: ["-1 C 90", "2 C 100", "-1 C 110"],
      far: ["1 C 90", "-2 C 100", "1 C 110"], debit: -0.5, perLeg: 42.14259663, common: 8.863849431744988,
      tolerance: 1e-5),
  ]
}

@Suite struct BandCertificateTests {
  @Test("Worked examples lose what they were found to lose", arguments: WorkedExample.all)
  fileprivate func worked(example: WorkedExample) throws {
    let sample = try BandSample(near: example.near, far: example.far, rate: example.rate, yield: example.yield)
    let range = try example.limit.map { try PriceRange(low: .zero, high: amount($0)) }
    for (sharing, wanted) in [(VolatilityBand.Sharing.perLeg, example.perLeg), (.common, example.common)] {
      let certificate = try sample.certificate(0.3, 1.2, sharing, range: range)
      let loss = example.debit - (try #require(certificate.least).payoff.doubleValue)
      #expect(loss >= wanted - 1e-9 && loss <= wanted + example.tolerance, "\(sharing): \(loss)")
      #expect(certificate.isToTolerance && certificate.boxes <= 3400, "\(certificate.boxes)")
      try BandChecker.check(certificate, of: sample.legs)
    }
  }

  @Test("A call calendar under a yield falls for ever, and so does a put calendar in coin under a rate")
  func unbounded() throws {
    let calls = try BandSample(near: ["-1 C 100"], far: ["1 C 100"], yield: 0.05)
    let certificate = try calls.certificate(0.3, 1.2)
    #expect(
      certificate.least == nil && certificate.witness == nil && certificate.leaves.isEmpty && certificate.gap == nil)
    try BandChecker.check(certificate, of: calls.legs)
    let puts = try BandSample(near: ["-1 P 100"], far: ["1 P 100"], settlement: .coin, rate: 0.05)
    #expect(try puts.certificate(0.3, 1.2).least == nil)
    #expect(try puts.certificate(0.3, 1.2, range: PriceRange(low: amount("1"), high: amount("1000"))).least != nil)
    // Without the rate the value tends to nothing, and the coin calendar loses its debit.
    let flat = try BandSample(near: ["-1 P 100"], far: ["1 P 100"], settlement: .coin)
    #expect(try flat.certificate(0.3, 1.2).least?.payoff.doubleValue ?? -1 >= -1e-7)
  }

  @Test("No price and volatility of a dense grid is below the bound, and none above the greatest", arguments: 1...30)
  func grid(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let sample = try BandSample(using: &generator)
    let lower = generator.pick([0, 0.1, 0.4])
    let upper = lower + generator.pick([0, 0.3, 1])
    let size = sample.legs.reduce(1.0) { $0 + $1.units.doubleValue.magnitude } * (sample.settlement == .coin ? 1 : 100)
    for sharing in VolatilityBand.Sharing.allCases {
      let certificate = try sample.certificate(lower, upper, sharing)
      try BandChecker.check(certificate, of: sample.legs)
      let least = sample.leastOnGrid(lower, upper, sharing)
      if let bound = certificate.least?.payoff.doubleValue {
        #expect(bound <= least + 1e-11 * size, "\(sharing), \(generator): grid \(least), bound \(bound)")
        #expect(certificate.isToTolerance, "\(sharing), \(generator)")
        let gap = try #require(certificate.gap).doubleValue
        #expect(gap >= 0 && gap <= 2e-7 * size, "\(sharing), \(generator): gap \(gap)")
      } else {
        let far: [Double] = sample.settlement == .coin ? [1e-8, 1e-9, 1e-10] : [1e8, 1e9, 1e10]
        let values = far.map { sample.leastOnGrid(lower, upper, sharing, spots: [$0]) }
        #expect(values[1] < values[0] && values[2] < values[1] && values[2] < -size, "\(generator): \(values)")
      }
      if let greatest = certificate.greatest?.doubleValue {
        let negated = BandSample.spots.map { sample.value(at: $0, long: upper, short: lower) }.max() ?? 0
        // The best volatilities of all legs are the worst of the other side's.
        if sharing == .perLeg { #expect(negated <= greatest + 1e-11 * size, "\(generator)") }
      }
    }
  }

  @Test("A witness has the value that is stated, up to rounding", arguments: 41...60)
  func witness(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let sample = try BandSample(using: &generator, onlyOptions: true)
    for sharing in VolatilityBand.Sharing.allCases {
      let certificate = try sample.certificate(0.2, 0.9, sharing)
      guard let witness = certificate.witness, let price = witness.price?.doubleValue, price > 0 else { continue }
      let value = sample.value(at: price, long: witness.longVolatility, short: witness.shortVolatility)
      #expect(
        abs(value - witness.value.doubleValue) <= 1e-6 * max(1, price / 100), "\(generator): \(value), \(witness)")
      #expect(sharing == .perLeg || witness.longVolatility == witness.shortVolatility)
    }
  }

  @Test("A band of one volatility is that volatility, however legs share it", arguments: 61...75)
  func flat(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let sample = try BandSample(using: &generator, onlyOptions: true)
    let level = generator.number(0.1, 1)
    let (perLeg, common) = (try sample.certificate(level, level), try sample.certificate(level, level, .common))
    #expect(perLeg.least?.payoff == common.least?.payoff, "\(generator)")
    guard let bound = perLeg.least?.payoff.doubleValue else { return }
    // Nowhere near the bound's price is the value lower, and there it is met.
    let price = perLeg.witness?.price?.doubleValue ?? 0
    let around: [Double] = (-50...50).map { max(price * (1 + Double($0) / 1000), 1e-3) }
    let least = sample.leastOnGrid(level, level, .common, spots: around)
    #expect(least >= bound - 1e-7, "\(generator): \(least), \(bound)")
    if price >= 1e-3, price < 1e4 { #expect(least <= bound + 3e-5, "\(generator): \(least), \(bound)") }
  }

  @Test("A wider band loses no less, and one volatility for all no more than one for each", arguments: 76...82)
  func laws(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let sample = try BandSample(using: &generator)
    var last: (perLeg: ExactAmount, common: ExactAmount)?
    for width in [0.0, 0.1, 0.25, 0.45] {
      let perLeg = try sample.certificate(0.5 - width, 0.5 + width)
      let common = try sample.certificate(0.5 - width, 0.5 + width, .common)
      guard let each = perLeg.least?.payoff, let all = common.least?.payoff else {
        #expect(perLeg.least == nil && common.least == nil, "\(generator)")
        return
      }
      let gaps = (try #require(perLeg.gap), try #require(common.gap))
      #expect(each <= all + gaps.1 + gaps.0, "\(generator)")
      if let last { #expect(each <= last.perLeg + gaps.0 && all <= last.common + gaps.1, "\(generator)") }
      last = (each, all)
    }
  }

  @Test("As the band grows to every volatility, one later option loses what no model bounds further")
  func toEnvelope() throws {
    let positions: [([String], [String])] = [
      (["1 C 100"], ["-1 C 100"]), (["-1 C 100"], ["1 C 100"]), (["-1 C 95"], ["1 C 105"]), (["1 P 100"], ["-1 P 100"]),
      (["-1 P 100", "2 C 110"], ["-1 C 90"]), (["2 P 105", "-1 C 95"], ["1 C 110"]),
    ]
    for (near, far) in positions {
      for rate in [0, 0.05] {
        let sample = try BandSample(near: near, far: far, rate: rate)
        let envelope = try EnvelopeCertificate(of: sample.legs, settlement: .quote, terms: sample.terms())
        let wide = try sample.certificate(0, 100)
        let (least, bound) = (try #require(envelope.first.least).payoff, try #require(wide.least).payoff)
        #expect(abs((least - bound).doubleValue) <= 1e-5, "\(near) \(far) at \(rate): \(least), \(bound)")
      }
    }
  }

  @Test("Marks of one volatility are marks of a model, which cannot lose more than any", arguments: 91...110)
  func withinEnvelope(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let sample = try BandSample(using: &generator, onlyOptions: true)
    let envelope = try EnvelopeCertificate(of: sample.legs, settlement: sample.settlement, terms: sample.terms())
    let band = try sample.certificate(0.2, 1, .common)
    guard let least = envelope.first.least?.payoff else { return }
    let bound = try #require(band.least, "\(generator)").payoff
    #expect(bound + (try #require(band.gap)) >= least, "\(generator): \(bound), \(least)")
  }

  @Test("A search that may not look at many boxes says so, and its wider bound still holds")
  func budget() throws {
    let sample = try BandSample(near: ["-1 C 90", "2 C 100", "-1 C 110"], far: ["1 C 90", "-2 C 100", "1 C 110"])
    let full = try sample.certificate(0.3, 1.2, .common)
    for boxes in [2, 5, 20, 60] {
      let short = try sample.certificate(0.3, 1.2, .common, limits: BandSearchLimits(boxes: boxes))
      #expect(!short.isToTolerance && short.boxes <= boxes + 1)
      #expect(try #require(short.least).payoff < #require(full.least).payoff)
      try BandChecker.check(short, of: sample.legs)
    }
    let fine = try sample.certificate(0.3, 1.2, .common, limits: BandSearchLimits(tolerance: 0))
    #expect(try #require(fine.gap).doubleValue < 5e-8 && fine.isToTolerance)
  }

  @Test("What cannot be answered is refused in words")
  func refusals() throws {
    let digital = try BandSample(near: ["-1 C 100"], far: ["1 DC 100 x5"])
    #expect(throws: IsolatedMarginError.self) { try digital.certificate(0.3, 1.2) }
    let calendar = try BandSample(near: ["-1 C 100"], far: ["1 C 100"])
    let other = try ExpiryTerms(underlying: "ABC", first: january, steps: [])
    #expect(throws: IsolatedMarginError.self) {
      try BandCertificate(
        of: calendar.legs, settlement: .quote, terms: other, band: VolatilityBand(lower: 0.3, upper: 1.2))
    }
    #expect(throws: IsolatedMarginError.self) {
      try calendar.certificate(0.3, 1.2, range: PriceRange(low: .zero, high: .zero))
    }
    #expect(throws: IsolatedMarginError.self) { try BandSearchLimits(tolerance: -1) }
    #expect(throws: IsolatedMarginError.self) { try BandSearchLimits(tolerance: 1) }
    #expect(throws: IsolatedMarginError.self) { try BandSearchLimits(boxes: 0) }
  }
}
