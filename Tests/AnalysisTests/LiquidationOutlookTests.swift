import Analysis
import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import TestSupport
import Testing

@Suite("Probability of a box's liquidation")
struct LiquidationOutlookTests {
  static let volatility = 0.5
  static let years = 30 / 365.0

  /// 7.5 percent of spot for the whole position.
  struct SpotOnce: MaintenanceModel {
    let balance = MaintenanceBalance.equity
    let name = "spot once"
    var text: String { name }

    func requirement(for inputs: MaintenanceInputs) throws(IsolatedMarginError) -> MaintenanceRequirement {
      let share = ExactAmount(count: 75, decimals: 3)
      return .terms([
        try MaintenanceTerm(name, greatestOf: [.ofSpot(share, units: .one, settlement: inputs.settlement)])
      ])
    }
  }

  /// The short strangle 85/115 with 12 in the box, 2 received, 7.5 percent of spot to keep.
  static func strangle(spot: Double = 100, deposit: Int64 = 12, years: Double = years) throws -> LiquidationBox {
    let expiry = try Expiry(parsing: SampleMarket.expiry)
    let legs = try [(OptionRight.put, 85), (.call, 115)].map { right, strike in
      try FilledLeg(
        instrument: .option(
          try OptionContract(
            underlying: "ABC", right: right, strike: Price(count: Int64(strike) * 100_000_000), expiry: expiry)),
        quantity: Quantity(count: -100_000_000), price: ExactAmount(1))
    }
    let strategy = try FilledStrategy(name: "strangle", settlement: .quote, currency: .usd, legs: legs)
    let terms = ValuationTerms(years: years, volatility: volatility)
    return try LiquidationBox(
      of: strategy, deposit: ExactAmount(deposit),
      maintenance: SpotOnce(),
      market: LiquidationMarket(for: strategy, spot: spot, terms: terms))
  }

  @Test("Between two nodes the bounds are within the tolerance of those of that moment")
  func corridor() throws {
    let box = try Self.strangle()
    let corridor = try LiquidationCorridor(of: box, years: Self.years, reach: 3)
    let nodes = corridor.moving.nodes
    #expect(!corridor.splits && corridor.moving.closesAt == nil)
    #expect(nodes.count > 16 && nodes.count < 400, "\(nodes.count)")
    // The bounds at the ends, as the worked example has them: 30 days before expiry and at it.
    let (first, last) = (nodes[0], nodes[nodes.count - 1])
    #expect(((first.lower ?? 0) - 79.387).magnitude < 1e-3 && ((first.upper ?? 0) - 112.697).magnitude < 1e-3)
    #expect(((last.lower ?? 0) - 76.757).magnitude < 1e-3 && ((last.upper ?? 0) - 120).magnitude < 1e-3)
    var random = SplitMix64(seed: 17)
    for _ in 0..<200 {
      let index = random.int(0...(nodes.count - 2))
      let (left, right) = (nodes[index], nodes[index + 1])
      let share = random.number(0, 1)
      let time = left.years + share * (right.years - left.years)
      let region = box.region(LiquidationState(daysForward: time * 365))
      for (exact, low, high) in [
        (region.lower?.price, left.lower, right.lower), (region.upper?.price, left.upper, right.upper),
      ] {
        guard let exact, let low, let high else {
          Issue.record("a bound is missing at \(time)")
          continue
        }
        let line =
          (1 - share) * BlackReference.logarithm(low) + share * BlackReference.logarithm(high)
        // A region is taken at whole seconds, and near expiry a bound moves a little in one.
        let miss = (BlackReference.logarithm(exact) - line).magnitude
        #expect(miss < 2e-4, "\(random): \(miss) at \(time)")
      }
    }
  }

  /// The share of paths whose equity is below the requirement at one of the moments: plain valuation, no bounds.
  static func bruteForce(paths: Int, steps: Int, seed: UInt64) -> Double {
    var random = SplitMix64(seed: seed)
    let step = years / Double(steps)
    var out = 0
    for _ in 0..<paths {
      var logarithm = 0.0
      for index in 1...steps {
        // Polar method: an independent generator and an independent transformation.
        var (u, v, s) = (0.0, 0.0, 2.0)
        while s >= 1 || s == 0 {
          (u, v) = (random.number(-1, 1), random.number(-1, 1))
          s = u * u + v * v
        }
        let normal = u * (-2 * BlackReference.logarithm(s) / s).squareRoot()
        logarithm += -volatility * volatility / 2 * step + volatility * step.squareRoot() * normal
        let spot = 100 * BlackReference.exponential(logarithm)
        let left = years - Double(index) * step
        let short = [(-1.0, 85.0), (1, 115)].reduce(0) { sum, leg in
          sum
            + BlackReference.value(
              sign: leg.0, forward: spot, strike: leg.1, years: max(left, 0), volatility: volatility)
        }
        // 12 brought, 2 received.
        if 14 - short - 0.075 * spot < 0 {
          out += 1
          break
        }
      }
    }
    return Double(out) / Double(paths)
  }

  @Test("Paths whose every mark is valued agree with the corridor, watched as often")
  func paths() throws {
    let (paths, steps) = (3000, 60)
    let found = Self.bruteForce(paths: paths, steps: steps, seed: 23)
    let corridor = try LiquidationCorridor(of: Self.strangle(), years: Self.years, reach: 3)
    let motion = try GeometricBrownianMotion(drift: 0, volatility: Self.volatility)
    let watched = try corridor.moving.watched(every: Self.years / Double(steps), volatility: Self.volatility)
    let estimate = try PassageSimulation(paths: 8192, seed: 24).run(
      spot: 100, corridor: watched, motion: motion, horizons: [Self.years]
    ).probability(by: Self.years)
    let error = (found * (1 - found) / Double(paths) + estimate.standardError * estimate.standardError).squareRoot()
    // The shift of the bounds is good to a few thousandths at 60 looks.
    #expect((estimate.value - found).magnitude < 4 * error + 0.004, "\(estimate), \(found)")
    #expect(estimate.value > 0.2 && estimate.value < 0.8)
  }

  static func request(_ horizons: [Double] = [1, 7, 30], realWorld: Bool = false) throws -> LiquidationOutlookRequest {
    var request = LiquidationOutlookRequest(simulation: try PassageSimulation(paths: 2048, seed: 3))
    request.horizons = horizons
    if realWorld { request.realWorld = try GeometricBrownianMotion(drift: 0.2, volatility: 0.3) }
    return request
  }

  static func box(
    _ market: SampleMarket, _ filled: FilledStrategy, deposit: Int64, _ rule: any MaintenanceModel = NoMaintenance()
  ) throws -> LiquidationBox {
    try LiquidationBox(
      of: filled, deposit: ExactAmount(deposit), maintenance: rule,
      market: LiquidationMarket(of: filled, in: market.state()))
  }

  @Test("A perpetual's bound stands still: closed form, at any horizon, under both laws")
  func perpetual() throws {
    let market = SampleMarket()
    let leg = try FilledLeg(
      instrument: .perpetual(Perpetual(underlying: "ABC")), quantity: .one, price: ExactAmount(100))
    let filled = try FilledStrategy(name: "long", settlement: .quote, currency: .usd, legs: [leg])
    let box = try Self.box(market, filled, deposit: 10)
    let outlook = try LiquidationOutlook(of: box, in: market.state(), Self.request(realWorld: true))
    #expect(outlook.probabilities.map(\.measure) == [.riskNeutral, .realWorld])
    for law in outlook.probabilities {
      // 10 of own money: liquidated below 90.
      let closed = try BarrierPassage(spot: 100, barrier: 90, side: .lower, motion: law.motion)
      #expect(law.method == .closedForm && law.paths == 0)
      #expect(law.horizons.map(\.days) == [1, 7, 30])
      for horizon in law.horizons {
        let exact = closed.probability(by: horizon.days / 365)
        #expect((horizon.probability.value - exact).magnitude < 1e-9 && !horizon.isExpiry)
      }
      guard case .years(let median) = law.median, case .years(let exact) = closed.time(ofProbability: 0.5) else {
        // Upward drift: fewer than half of all paths ever get there.
        #expect(law.measure == .realWorld && closed.probabilityEver < 0.5 && law.median == .never)
        continue
      }
      #expect((median - exact).magnitude < 1e-6 * exact)
    }
    #expect(outlook.probabilities[0].motion.drift == 0)
    #expect((outlook.probabilities[0].motion.volatility - market.volatility).magnitude < 1e-6)
    #expect(outlook.probabilities[1].motion.volatility == 0.3)
  }

  @Test("A box funded to its maximum loss is certain not to be liquidated, one that is outside certain to be")
  func certain() throws {
    let market = SampleMarket()
    let filled = try market.filled([(1, try market.option(.call, 100)), (-1, try market.option(.call, 110))])
    let margin = try #require(StrategyMargin(of: filled).margin)
    let funded = try LiquidationBox(
      of: filled, deposit: margin.exact, market: LiquidationMarket(of: filled, in: market.state()))
    let safe = try LiquidationOutlook(of: funded, in: market.state(), Self.request()).probabilities[0]
    #expect(safe.method == .certain && safe.horizons.allSatisfy { $0.probability.value == 0 })
    #expect(safe.median == .never)
    #expect(safe.horizons.map(\.isExpiry) == [false, false, true] && safe.horizons[2].days == 30)
    let short = try market.filled([(-1, try market.option(.call, 100))])
    let outside = try LiquidationOutlook(
      of: Self.box(market, short, deposit: 0, SpotShareMaintenance(share: .one)), in: market.state(),
      Self.request()
    ).probabilities[0]
    #expect(outside.method == .certain && outside.horizons.allSatisfy { $0.probability.value == 1 })
    #expect(outside.median == .years(0))
  }

  @Test("Options are simulated to their expiry, with the drift to the forward and the volatility at it")
  func options() throws {
    let market = SampleMarket()
    let filled = try market.filled([(-1, try market.option(.put, 85)), (-1, try market.option(.call, 115))])
    var shares: [Double] = []
    let outlook = try LiquidationOutlook(
      of: Self.box(market, filled, deposit: 12, SpotOnce()), in: market.state(),
      Self.request([7, 1, 7, 45], realWorld: true)
    ) { shares.append($0) }
    #expect(shares.last == 1)
    let law = outlook.probabilities[0]
    #expect(law.method == .simulation && law.paths == 2048)
    #expect((law.motion.drift - BlackReference.logarithm(1.01) / SampleMarket.years).magnitude < 1e-12)
    #expect((law.motion.volatility - 0.4).magnitude < 1e-6)
    #expect(law.horizons.map(\.days) == [1, 7, 30] && law.horizons[2].isExpiry)
    let values = law.horizons.map(\.probability.value)
    #expect(values[0] < values[1] && values[1] < values[2] && values[2] > 0.05)
    #expect(law.horizons[2].probability.standardError > 0)
    #expect(outlook.notes.count == 1 && outlook.notes[0].hasPrefix("horizons beyond the first expiry are left out"))
    // A quantile is the inverse of the probability.
    if case .years(let years) = law.quantiles[0].time { #expect(years * 365 < 30) }
  }

  @Test("Where the safe prices come apart the answer says that it is an upper bound")
  func splits() throws {
    let market = SampleMarket(forward: 100, rate: 0)
    let fly = try market.filled([
      (-1, try market.option(.call, 90)), (2, try market.option(.call, 100)), (-1, try market.option(.call, 110)),
    ])
    // The credit and this deposit cover a price at the wings, and near expiry not one in the middle.
    let credit = ExactAmount.zero - fly.entryCost
    let box = try LiquidationBox(
      of: fly, deposit: ExactAmount(5) - credit, market: LiquidationMarket(of: fly, in: market.state()))
    #expect(box.region().status == .none)
    let outlook = try LiquidationOutlook(of: box, in: market.state(), Self.request())
    #expect(outlook.corridor.splits)
    #expect(outlook.notes.contains { $0.hasPrefix("the safe prices come apart") })
    #expect(outlook.probabilities[0].horizons.last.map { $0.probability.value > 0.1 } == true)
  }

  @Test("Wrong horizons and a market without a volatility are refused")
  func refusals() throws {
    let market = SampleMarket()
    let box = try Self.strangle()
    for horizons in [[0], [-1], [.nan], [36_501], [7, .infinity]] as [[Double]] {
      #expect(throws: IsolatedMarginError.self, "\(horizons)") {
        try LiquidationOutlook(of: box, in: market.state(), Self.request(horizons))
      }
    }
    #expect(throws: IsolatedMarginError.self) {
      try LiquidationOutlook(of: box, in: SampleMarket(symbol: "XYZ").state(), Self.request())
    }
    let bare = SampleMarket(strikes: [])
    let leg = try FilledLeg(
      instrument: .perpetual(Perpetual(underlying: "ABC")), quantity: .one, price: ExactAmount(100))
    let filled = try FilledStrategy(name: "long", settlement: .quote, currency: .usd, legs: [leg])
    let perpetual = try Self.box(bare, filled, deposit: 10)
    #expect(throws: IsolatedMarginError.self) {
      try LiquidationOutlook(of: perpetual, in: bare.state(), Self.request())
    }
    let own = try LiquidationOutlook(of: perpetual, in: bare.state(), Self.request(realWorld: true))
    #expect(own.probabilities.map(\.measure) == [.realWorld])
  }
}
