import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport

let june = Expiry(CalendarDate(year: 2026, month: 6, day: 19) ?? march.date)
let september = Expiry(CalendarDate(year: 2026, month: 9, day: 18) ?? march.date)

/// Legs, expiries and factors for the tests of policies.
enum PolicySamples {
  static let expiries = [january, march, june, september]

  /// A strategy of lists of legs, one for each expiry, entered for `debit` in all.
  static func strategy(
    _ legs: [[String]], debit: String = "0", settlement: Settlement = .quote, name: String = "test"
  ) throws -> FilledStrategy {
    var all: [FilledLeg] = []
    for (expiry, texts) in zip(expiries, legs) {
      for text in texts { all.append(try leg(text, expiry: expiry)) }
    }
    // A far option worth nothing carries the debit, so that prices of legs need not add up to it.
    let carrier = legs.lastIndex { !$0.isEmpty } ?? 0
    let entry = try amount(debit)
    let unit = entry < .zero ? "-1" : "1"
    all += [
      try FilledLeg(
        instrument: .option(
          OptionContract(
            underlying: "ABC", right: .put, strike: Price(parsing: "0"), expiry: expiries[carrier])),
        quantity: Quantity(parsing: unit), price: entry.magnitude)
    ]
    return try filled(all, settlement: settlement, name: name)
  }

  /// exp(-r t) and exp(-b t) as the program encloses them.
  static func step(to expiry: Expiry, years: Double, rate: Double, yield: Double) throws -> ExpiryStep {
    try ExpiryStep(
      expiry: expiry, years: years, discount: FactorRange(exponentialOf: -rate, years: years),
      carry: FactorRange(exponentialOf: -yield, years: years))
  }

  static func terms(
    rate: Double = 0, yield: Double = 0, steps: Int = 1, years: Double = 0.25
  ) throws -> ExpiryTerms {
    try ExpiryTerms(
      underlying: "ABC", first: january,
      steps: (1...steps).map { try step(to: expiries[$0], years: years, rate: rate, yield: yield) })
  }

  /// An exact factor, or a range of factors, around 1.
  static func factor(_ generator: inout SplitMix64, isExact: Bool) throws -> FactorRange {
    let low = ExactAmount(count: generator.int64(80...115), decimals: 2)
    return try FactorRange(
      lower: low, upper: isExact ? low : low + ExactAmount(count: generator.int64(0...8), decimals: 2))
  }

  static func randomTerms(_ generator: inout SplitMix64, steps: Int, isExact: Bool) throws -> ExpiryTerms {
    var all: [ExpiryStep] = []
    for index in 1...steps {
      all.append(
        try ExpiryStep(
          expiry: expiries[index], years: 0.25, discount: factor(&generator, isExact: isExact),
          carry: factor(&generator, isExact: isExact)))
    }
    return try ExpiryTerms(underlying: "ABC", first: january, steps: all)
  }

  /// Options, now and then digitals, futures, perpetuals and fees that depend on the outcome, on several expiries.
  static func randomLegs(
    _ generator: inout SplitMix64, expiries count: Int, kinds: [String] = ["C", "P", "C", "P", "DC", "DP", "X", "F"],
    hasFees: Bool = true
  ) throws -> [FilledLeg] {
    var legs: [FilledLeg] = []
    for place in 0..<count {
      // Every expiry has an option, so that it is one.
      for index in 0..<generator.int(1...3) {
        let kind = index == 0 ? ["C", "P"][generator.int(0...1)] : generator.pick(kinds)
        var fee: PayoffFee?
        if hasFees, generator.chance(0.3) {
          fee = PayoffFee(
            rate: ExactAmount(count: generator.int64(0...4), decimals: generator.int(2...4)),
            cap: ExactAmount(count: generator.int64(1...8) * 125, decimals: 3))
        }
        let (quantity, strike) = (generator.nonzero(4), generator.int64(1...12) * 10)
        legs.append(
          try leg(
            "\(quantity) \(kind) \(strike) @\(strike).5 x\(generator.int64(1...20))", expiry: expiries[place],
            payoffFee: fee))
      }
    }
    return legs
  }
}

extension EnvelopeCertificate {
  /// The value at the first expiry at a position that is a vertex or lies between two.
  func value(at position: ExactAmount) -> ExactAmount? {
    let vertices = first.vertices
    guard let index = vertices.lastIndex(where: { $0.position <= position }) else { return nil }
    let vertex = vertices[index]
    if vertex.position == position { return vertex.value.map { first.constant + $0 } }
    guard let start = vertex.right else { return nil }
    let run = position - vertex.position
    guard index + 1 < vertices.count, let end = vertices[index + 1].left else {
      return first.constant + start + first.slopeAtEnd * run
    }
    return ((end - start) * run).divided(by: vertices[index + 1].position - vertex.position)
      .map { first.constant + start + $0 }
  }
}
