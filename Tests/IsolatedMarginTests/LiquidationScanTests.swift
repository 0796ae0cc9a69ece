import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

/// A random box with its equity computed by another construction: Black's formula through the C library's error function,
/// sums in the settlement's own currency.
struct ScannedBox {
  let strategy: FilledStrategy
  let maintenance: any MaintenanceModel
  let rule: Rule
  let deposit: ExactAmount
  let years: Double
  let volatility: Double
  let rate: Double
  let yield: Double

  enum Rule: CaseIterable { case none, share, spot, spotAndMark, cash, greater, least, naked }

  var market: LiquidationMarket {
    get throws {
      try LiquidationMarket(
        for: strategy, spot: 100,
        terms: ValuationTerms(years: years, volatility: volatility, rate: rate, dividendYield: yield))
    }
  }

  var box: LiquidationBox {
    get throws { try LiquidationBox(of: strategy, deposit: deposit, maintenance: maintenance, market: market) }
  }

  init(_ generator: inout SplitMix64, settlement: Settlement, rule: Rule, hasDigitals: Bool = false) throws {
    var filledLegs: [FilledLeg] = []
    for _ in 0..<generator.int(1...5) {
      let quantity = generator.nonzero(3)
      let strike = 5 * generator.int(14...26)
      let kind = hasDigitals && generator.chance(0.5) ? "D" : ""
      let next = try leg("\(quantity) \(kind)\(generator.chance(0.5) ? "C" : "P") \(strike) x7")
      // Rules take legs of one instrument as one position; the reference here takes each leg by itself.
      if !filledLegs.contains(where: { $0.instrument == next.instrument }) { filledLegs.append(next) }
    }
    if !hasDigitals, generator.chance(0.3) {
      let units = settlement == .quote ? generator.nonzero(3) : 100 * generator.nonzero(3)
      filledLegs.append(try leg("\(units) X =\(generator.int(90...110))"))
    }
    strategy = try filled(filledLegs, settlement: settlement)
    self.rule = rule
    maintenance = try ScannedBox.model(rule, strategy)
    deposit = ExactAmount(count: generator.int(0...4000), decimals: settlement == .quote ? 2 : 4)
    years = generator.pick([0.002, 0.02, 0.1, 0.5])
    volatility = generator.pick([0.2, 0.5, 0.9])
    rate = generator.pick([0, 0, 0.05, -0.03])
    yield = generator.pick([0, 0, 0.04])
  }

  /// Requirements of every form; `greater` is a short put's greater of a share of spot and a share of its mark, `naked` a
  /// short call's 20 percent of spot less its distance out of the money, at least 10.
  static func model(_ rule: Rule, _ strategy: FilledStrategy) throws -> any MaintenanceModel {
    let share = try amount("0.075")
    switch rule {
    case .none: return NoMaintenance()
    case .share: return try MarginShareMaintenance(share: amount("0.5"))
    case .spot: return try SpotShareMaintenance(share: share)
    case .spotAndMark: return try SpotShareMaintenance(share: share, hasMarks: true)
    case .cash: return try SpotShareMaintenance(share: share, hasMarks: true, balance: .cash)
    case .greater: return Stated(requirement: .terms(try greater(strategy)))
    case .least:
      return Stated(
        requirement: .least([
          try greater(strategy), [try MaintenanceTerm("five", greatestOf: [.init(constant: amount("5"))])],
        ]))
    case .naked:
      var terms: [MaintenanceTerm] = []
      for (index, leg) in strategy.legs.enumerated() {
        guard leg.quantity < .zero, let strike = leg.instrument.strike, strategy.settlement == .quote else { continue }
        let units = leg.units.magnitude
        let marks = [MaintenanceLine.Mark(leg: index, share: units)]
        let (fifth, tenth) = (try amount("0.2"), try amount("0.1"))
        terms.append(
          try MaintenanceTerm(
            "naked",
            pieces: [
              .init(
                end: strike.exact,
                [
                  .init(constant: .zero - strike.exact * units, slope: (fifth + .one) * units, marks: marks),
                  .init(slope: tenth * units, marks: marks),
                ]), .init([.init(slope: fifth * units, marks: marks)]),
            ]))
      }
      return Stated(requirement: .terms(terms))
    }
  }

  private static func greater(_ strategy: FilledStrategy) throws -> [MaintenanceTerm] {
    let share = try amount("0.075")
    var terms: [MaintenanceTerm] = []
    for (index, leg) in strategy.legs.enumerated() where leg.quantity < .zero && leg.instrument.isOption {
      let units = leg.units.magnitude
      terms.append(
        try MaintenanceTerm(
          "greater",
          greatestOf: [
            .ofSpot(share, units: units, settlement: strategy.settlement),
            .init(marks: [.init(leg: index, share: share * units)]),
          ]))
    }
    return terms
  }

  /// Balance less requirement at a spot, by definition.
  func excess(_ spot: Double) -> (value: Double, scale: Double) {
    let unit = strategy.settlement == .quote ? 1 : spot
    let forward = spot * BlackReference.exponential((rate - yield) * years)
    let discount = BlackReference.exponential(-rate * years)
    var balance = deposit.doubleValue
    var scale = balance
    var (required, greater, naked) = (0.0, 0.0, 0.0)
    for leg in strategy.legs {
      let units = leg.units.doubleValue
      guard let strike = leg.instrument.strike?.value else {
        let entry = leg.price.doubleValue
        balance += strategy.settlement == .quote ? units * (spot - entry) : units * (1 / entry - 1 / spot)
        scale += units.magnitude * (strategy.settlement == .quote ? spot + entry : 1 / entry + 1 / spot)
        continue
      }
      let mark: Double
      switch leg.instrument {
      case .digital(let contract):
        let deviation = volatility * years.squareRoot()
        let d2 = BlackReference.logarithm(forward / strike) / deviation - deviation / 2
        mark = contract.payout.value * discount * BlackReference.cumulative(contract.right.sign * d2) / unit
      case .option(let contract):
        mark =
          BlackReference.value(
            sign: contract.right.sign, forward: forward, strike: strike, years: years, volatility: volatility,
            discount: discount) / unit
      default: mark = 0
      }
      if rule != .cash { balance += units * mark }
      scale += units.magnitude * (mark + spot / unit + strike / unit)
      guard units < 0 else { continue }
      let ofSpot = 0.075 * spot / unit
      greater -= units * max(ofSpot, 0.075 * mark)
      if strategy.settlement == .quote {
        naked -= units * (max(0.2 * spot - max(strike - spot, 0), 0.1 * spot) + mark)
      }
      switch rule {
      case .spot: required -= units * ofSpot
      case .spotAndMark, .cash: required -= units * (ofSpot + mark)
      case .none, .share, .greater, .least, .naked: break
      }
    }
    switch rule {
    case .share: required = 0.5 * deposit.doubleValue
    case .greater: required = greater
    case .least: required = min(greater, 5)
    case .naked: required = naked
    case .none, .spot, .spotAndMark, .cash: break
    }
    return (balance - required, scale + required.magnitude)
  }

  /// The first log node whose sign and region disagree, nodes within rounding left out.
  func disagreement(_ region: LiquidationRegion, nodes: Int, from low: Double = 2, to high: Double = 4000) -> String? {
    for index in 0..<nodes {
      let share = Double(index) / Double(nodes - 1)
      let spot = low * BlackReference.exponential(BlackReference.logarithm(high / low) * share)
      let (value, scale) = excess(spot)
      if value.magnitude < 1e-11 * scale { continue }
      if (value < 0) != region.contains(spot) { return "at \(spot) excess is \(value), region \(region)" }
    }
    return nil
  }
}

@Suite("Liquidation regions against dense scans")
struct LiquidationScanTests {
  @Test(
    "A dense scan finds the same bands, whatever the requirement", arguments: ScannedBox.Rule.allCases,
    [Settlement.quote, .coin])
  func scan(rule: ScannedBox.Rule, settlement: Settlement) throws {
    let seed: UInt64 = 404
    var generator = SplitMix64(seed: seed)
    for number in 0..<25 {
      let scanned = try ScannedBox(&generator, settlement: settlement, rule: rule)
      let region = try scanned.box.region()
      let note =
        "seed \(seed), box \(number), \(rule), \(settlement), \(scanned.strategy.legs.map { "\($0.quantity) \($0.instrument) \($0.price)" }), deposit \(scanned.deposit), \(scanned.years) years"
      if let found = scanned.disagreement(region, nodes: 400) { Issue.record("\(note): \(found)") }
      #expect(region.certificate.strength == "proved", "\(note): \(region.certificate)")
    }
  }

  @Test("The walk by intervals finds what the proof finds", arguments: [Settlement.quote, .coin])
  func walk(settlement: Settlement) throws {
    var generator = SplitMix64(seed: 405)
    var count = 0
    for number in 0..<40 {
      let rule = generator.pick(ScannedBox.Rule.allCases)
      let scanned = try ScannedBox(&generator, settlement: settlement, rule: rule)
      let proved = try scanned.box.region()
      // A volatility of its own, though hardly another, sends a strategy down the other path.
      var terms = try scanned.market.terms
      guard let place = terms.lastIndex(where: { $0 != nil }), terms.filter({ $0 != nil }).count > 1 else { continue }
      terms[place] = ValuationTerms(
        years: scanned.years, volatility: scanned.volatility * (1 + 1e-13), rate: scanned.rate,
        dividendYield: scanned.yield)
      let walked = try LiquidationBox(
        of: scanned.strategy, deposit: scanned.deposit, maintenance: scanned.maintenance,
        market: LiquidationMarket(spot: 100, terms: terms)
      ).region()
      #expect(walked.certificate.strength != "uncertified", "box \(number)")
      if walked.certificate == .walked { count += 1 }
      #expect(walked.status == proved.status, "box \(number), \(rule)")
      let (found, wanted) = (walked.prices, proved.prices)
      #expect(found.count == wanted.count, "box \(number), \(rule): \(found), \(wanted)")
      for (a, b) in zip(found, wanted) { #expect(abs(a - b) < 1e-6 * b, "box \(number), \(rule)") }
    }
    #expect(count > 15)
  }

  @Test("Digitals, proved by count or walked")
  func digitals() throws {
    var generator = SplitMix64(seed: 406)
    for number in 0..<60 {
      let scanned = try ScannedBox(
        &generator, settlement: generator.pick([.quote, .coin]), rule: generator.pick([.none, .spot]), hasDigitals: true
      )
      let region = try scanned.box.region()
      if let found = scanned.disagreement(region, nodes: 400) { Issue.record("box \(number): \(found)") }
      #expect(region.certificate.strength != "uncertified", "box \(number)")
    }
  }

  @Test("Two expiries, each with its own volatility")
  func expiries() throws {
    var generator = SplitMix64(seed: 407)
    for number in 0..<40 {
      var legs: [FilledLeg] = []
      for _ in 0..<generator.int(2...4) {
        legs.append(
          try leg(
            "\(generator.nonzero(3)) \(generator.chance(0.5) ? "C" : "P") \(5 * generator.int(14...26))",
            expiry: generator.chance(0.5) ? january : march))
      }
      let strategy = try filled(legs)
      let terms = legs.map { leg in
        ValuationTerms(
          years: leg.instrument.expiry == january ? 0.05 : 0.25, volatility: Double(generator.int(20...90)) / 100,
          rate: 0.02)
      }
      let deposit = ExactAmount(generator.int(0...40))
      let box = try LiquidationBox(
        of: strategy, deposit: deposit, market: LiquidationMarket(spot: 100, terms: terms))
      let region = box.region()
      #expect(region.certificate.strength != "uncertified", "strategy \(number)")
      for index in 0..<400 {
        let spot = 2 * BlackReference.exponential(0.019 * Double(index))
        let value = zip(legs, terms).reduce(deposit.doubleValue) { sum, item in
          let (leg, terms) = item
          guard case .option(let contract) = leg.instrument else { return sum }
          return sum + leg.units.doubleValue
            * BlackReference.value(
              sign: contract.right.sign, forward: spot * BlackReference.exponential(terms.rate * terms.years),
              strike: contract.strike.value, years: terms.years, volatility: terms.volatility,
              discount: BlackReference.exponential(-terms.rate * terms.years))
        }
        if value.magnitude < 1e-9 { continue }
        #expect((value < 0) == region.contains(spot), "strategy \(number) at \(spot): \(value), \(region)")
      }
    }
  }
}
