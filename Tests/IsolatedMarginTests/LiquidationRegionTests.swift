import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Liquidation regions")
struct LiquidationRegionTests {
  private func numbers(_ cell: String?) -> [Double] { (cell ?? "").split(separator: ";").compactMap { Double($0) } }

  private func quantities(_ strategy: FilledStrategy) -> Double {
    strategy.legs.reduce(0) { $0 + abs($1.units.doubleValue) }
  }

  @Test("Every worked region: bounds, certificate and sensitivities")
  func worked() throws {
    let rows = try Fixture("Liquidation/bounds.csv").rows
    #expect(rows.count == 26)
    for row in rows {
      let name = "\(row["case"] ?? ""), \(row["days"] ?? "") days at \(row["volatility"] ?? "")"
      let strategy = try filled(legs(row["legs"] ?? ""))
      let deposit = try amount(row["deposit"] ?? "") + amount(row["credit"] ?? "")
      let share = try amount(row["requirement_of_spot"] ?? "")
      let maintenance: any MaintenanceModel = share.isZero ? NoMaintenance() : SpotOnce(share: share)
      let box = try box(
        strategy, deposit: "\(deposit)", maintenance: maintenance, spot: row.number("spot"), days: row.number("days"),
        volatility: row.number("volatility"))
      let region = box.region()
      let bounds = numbers(row["bounds"])
      try #require(region.prices.count == bounds.count, "\(name): \(region)")
      for (found, wanted) in zip(region.prices, bounds) { #expect(abs(found - wanted) < 1e-9 * wanted, "\(name)") }
      #expect(region.certificate.strength == "proved", "\(name)")
      if share.isZero, row["payoff_sign_changes"] == "0" { #expect(region.certificate == .cashRule) }
      let found = region.bands.flatMap { [$0.lower, $0.upper] }.compactMap { $0 }
      for (place, (topUp, volatility)) in zip(numbers(row["per_top_up"]), numbers(row["per_volatility"])).enumerated() {
        let sensitivity = try #require(box.sensitivity(of: found[place]))
        #expect(abs(sensitivity.perTopUp - topUp) < 1e-7 * abs(topUp), "\(name)")
        #expect(abs(sensitivity.perVolatility - volatility) < 1e-7 * abs(volatility), "\(name)")
        // Two short legs: flat below a slope of 0.1.
        #expect(found[place].isNearDouble == (abs(topUp) > 1 / (0.05 * quantities(strategy))), "\(name)")
      }
    }
  }

  @Test("Sensitivities are what a small step does, in both settlements", arguments: [Settlement.quote, .coin])
  func differences(settlement: Settlement) throws {
    let strategy = try filled(legs("-1P85 -1C115 +1P70"), settlement: settlement)
    let deposit = settlement == .quote ? "20" : "0.2"
    func held(_ extra: Double = 0, days: Double = 30, volatility: Double = 0.5) throws -> LiquidationBox {
      try LiquidationBox(
        of: strategy, deposit: amount(deposit) + (ExactAmount(exactly: extra) ?? .zero),
        maintenance: SpotShareMaintenance(share: amount("0.03"), hasMarks: true),
        market: LiquidationMarket(
          for: strategy, spot: 100,
          terms: ValuationTerms(years: days / 365, volatility: volatility, rate: 0.02, dividendYield: 0.01)))
    }
    let box = try held()
    let region = box.region()
    #expect(region.status == .ok)
    for (place, bound) in region.bands.flatMap({ [$0.lower, $0.upper] }).compactMap({ $0 }).enumerated() {
      let sensitivity = try #require(box.sensitivity(of: bound))
      func step(_ up: LiquidationBox, _ down: LiquidationBox, _ size: Double) -> Double {
        (up.region().prices[place] - down.region().prices[place]) / (2 * size)
      }
      let h = settlement == .quote ? 1e-4 : 1e-6
      let topUp = step(try held(h), try held(-h), h)
      #expect(abs(topUp - sensitivity.perTopUp) < 1e-5 * abs(topUp))
      let volatility = step(try held(volatility: 0.5 + 1e-5), try held(volatility: 0.5 - 1e-5), 1e-5)
      #expect(abs(volatility - sensitivity.perVolatility) < 1e-5 * abs(volatility))
      let day = step(try held(days: 30 - 1e-3), try held(days: 30 + 1e-3), 1e-3)
      #expect(abs(day - sensitivity.perDay) < 1e-5 * abs(day))
    }
  }

  @Test("The balance decides whether a mark is deducted once or twice")
  func balances() throws {
    let share = try amount("0.075")
    let strategy = try filled(legs("-1C115"))
    func upper(_ model: any MaintenanceModel) throws -> Double {
      try #require(box(strategy, deposit: "14", maintenance: model, days: 30, volatility: 0.5).region().upper?.price)
    }
    // Equity that carries the mark, and a cash balance less the mark, are one rule; the mark on top of equity is another.
    let once = try upper(SpotShareMaintenance(share: share))
    let asCash = try upper(SpotShareMaintenance(share: share, hasMarks: true, balance: .cash))
    let twice = try upper(SpotShareMaintenance(share: share, hasMarks: true))
    #expect(abs(once - asCash) < 1e-12 * once)
    #expect(twice < once - 3)
    // A long option relieves equity, and is nothing to a cash balance.
    let spread = try filled(legs("-1C115 +1C130"))
    func spreadUpper(_ balance: MaintenanceBalance) throws -> Double {
      let model = try SpotShareMaintenance(share: share, hasMarks: balance == .cash, balance: balance)
      return try #require(
        box(spread, deposit: "14", maintenance: model, days: 30, volatility: 0.5).region().upper?.price)
    }
    #expect(try abs(spreadUpper(.cash) - asCash) < 1e-12 * asCash)
    #expect(try spreadUpper(.equity) > once)
  }

  @Test("A venue's requirement liquidates a fully funded spread, which the cash rule never does")
  func venueRule() throws {
    let strategy = try filled(legs("-1C100 +1C110"))
    let free = try box(strategy, deposit: "10", days: 30, volatility: 0.6)
    #expect(free.isSafeByCash && free.region().status == .none)
    let rule = try SpotShareMaintenance(share: amount("0.075"), hasMarks: true, balance: .cash)
    let held = try box(strategy, deposit: "10", maintenance: rule, days: 30, volatility: 0.6)
    // 7.5 and a mark of 6.85 against a cash of 10.
    #expect(abs(held.excess(at: 100).value - (10 - 14.353940718253547)) < 1e-9)
    #expect(held.region().status == .alreadyOutside)
    for spot in [105.0, 110, 120, 140] { #expect(held.region().contains(spot)) }
  }

  @Test("Perpetuals with tiers: the closed form of a position alone, and beside an option")
  func perpetuals() throws {
    let tiers = try TieredMaintenance(
      tiers: MaintenanceTiers([
        (.zero, amount("0.004")), (amount("50000"), amount("0.005")), (amount("250000"), amount("0.01")),
      ]))
    func region(_ legs: String..., deposit: String, settlement: Settlement = .quote) throws -> LiquidationRegion {
      try box(
        filled(legs.map { try leg($0) }, settlement: settlement), deposit: deposit, maintenance: tiers, spot: 60_000,
        days: 30, volatility: 0.6
      ).region()
    }
    // (Q E - M - d) / (Q (1 - m)) in the tier of 50,000 to 250,000; short (Q E + M + d) / (Q (1 + m)).
    let long = try region("1 X =60000", deposit: "6000")
    let longBound: Double = 53_950 / 0.995
    #expect(try abs(#require(long.lower?.price) - longBound) < 1e-6)
    #expect(long.upper == nil)
    let short = try region("-1 X =60000", deposit: "6000")
    let shortBound: Double = 66_050 / 1.005
    #expect(try abs(#require(short.upper?.price) - shortBound) < 1e-6)
    #expect(long.certificate.strength == "proved")
    // N (1 + m) / (M + N/E) with N = 60,000 USD and 0.1 coin, one coin of notional: the first tier.
    let inverse = try region("60000 X =60000", deposit: "0.1", settlement: .coin)
    let inverseBound: Double = 60_240 / 1.1
    #expect(try abs(#require(inverse.lower?.price) - inverseBound) < 1e-6)
    // A protective put takes the lower bound away: the deposit covers premium zero and the strike's distance.
    let covered = try region("1 X =60000", "1 P 58000", deposit: "6000")
    #expect(covered.status == .none, "\(covered)")
  }

  @Test("Where a requirement jumps the bound is the jump, without a slope; touching is no bound")
  func jumps() throws {
    let strategy = try filled(legs("+1C100"))
    let step = Stated(
      requirement: .terms([
        try MaintenanceTerm("step", pieces: [.init(end: amount("80"), [.init(constant: amount("9"))]), .init([.zero])])
      ]))
    let region = try box(strategy, deposit: "5", maintenance: step, days: 30, volatility: 0.2).region()
    #expect(region.prices == [80])
    #expect(region.lower?.slope == nil)
    let held = try box(strategy, deposit: "5", maintenance: step, days: 30, volatility: 0.2)
    #expect(held.sensitivity(of: try #require(region.lower)) == nil)
    // Equity at expiry is 5 less 5 on the plateau beyond 105: zero, and not below.
    let touch = try box(
      filled(legs("-1C100 +1C105")), deposit: "5", maintenance: SpotOnce(share: .zero), days: 0, volatility: 0.2)
    #expect(touch.region().status == .none)
    #expect(touch.region().certificate != .cashRule)
    // A digital at expiry jumps across zero at its strike.
    let digital = try box(
      filled("-1 DC 100 x10"), deposit: "4", maintenance: SpotOnce(share: .zero), days: 0, volatility: 0.2)
    #expect(digital.region().prices == [100] && digital.region().upper?.slope == nil)
  }

  @Test("A requirement given as a function is walked, and says that its tails are open")
  func functions() throws {
    let strategy = try filled(legs("-1P85 -1C115"))
    let share = try SpotShareMaintenance(share: amount("0.075"), hasMarks: true)
    let function = Stated(
      requirement: .function(
        MaintenanceFunction(
          markBounds: [1, 1], slopes: { _, _ in (0.15, 0.15) },
          amount: { spot, marks in 0.15 * spot + marks[0] + marks[1] })))
    let wanted = try box(strategy, deposit: "25", maintenance: share, days: 30, volatility: 0.5)
    let found = try box(strategy, deposit: "25", maintenance: function, days: 30, volatility: 0.5)
    #expect(found.region().certificate == .uncertified)
    #expect(found.region().prices.count == 2)
    for (a, b) in zip(found.region().prices, wanted.region().prices) { #expect(abs(a - b) < 1e-6 * b) }
    let bounds = (try #require(found.region().upper), try #require(wanted.region().upper))
    let (a, b) = (try #require(found.sensitivity(of: bounds.0)), try #require(wanted.sensitivity(of: bounds.1)))
    #expect(abs(a.perDay - b.perDay) < 1e-3 * abs(b.perDay))
    #expect(abs(a.perVolatility - b.perVolatility) < 1e-4 * abs(b.perVolatility))
  }

  @Test("A function too dear to be searched finely is searched coarsely everywhere, and nothing is claimed")
  func budget() throws {
    let strategy = try filled(legs("-1P85 -1C115"))
    let share = try SpotShareMaintenance(share: amount("0.075"), hasMarks: true)
    let cost = 1_000_000
    let dear = Stated(
      requirement: .function(
        MaintenanceFunction(
          markBounds: [1, 1], cost: cost, slopes: { _, _ in (-1000, 1000) },
          amount: { spot, marks in 0.15 * spot + marks[0] + marks[1] })))
    let wanted = try box(strategy, deposit: "25", maintenance: share, days: 30, volatility: 0.5).region()
    let found = try box(strategy, deposit: "25", maintenance: dear, days: 30, volatility: 0.5).region()
    #expect(found.certificate == .uncertified)
    #expect(found.prices.count == 2 && found.status == .ok)
    for (a, b) in zip(found.prices, wanted.prices) { #expect(abs(a - b) < 1e-6 * b) }
    // Both outer bands reach their ends: the search did not stop at the first part of the prices.
    #expect(found.bands.first?.lower == nil && found.bands.last?.upper == nil)
    #expect(found.evaluations < 400 * (cost + 2), "\(found.evaluations)")
  }

  @Test("Strikes that alternate too often for their inflections to be isolated are walked")
  func manyInflections() throws {
    // The payoff goes up and down between 0 and -1 at every strike from 80 to 156, and its value is near -1/2 there.
    var book = [try leg("-1 C 80")]
    for strike in 81...155 { book.append(try leg("\(strike.isMultiple(of: 2) ? -2 : 2) C \(strike)")) }
    book.append(try leg("-1 C 156"))
    let held = try box(filled(book), deposit: "0.05", days: 10, volatility: 0.3)
    let region = held.region()
    #expect(region.certificate == .walked)
    #expect(region.prices.count == 2)
    for price in region.prices { #expect(abs(held.excess(at: price).value) < 1e-9) }
    for spot in stride(from: 60.0, through: 200, by: 10) {
      #expect(region.contains(spot) == (held.excess(at: spot).value < 0), "\(spot)")
    }
  }

  @Test("More alternatives than can be combined are walked together")
  func manyAlternatives() throws {
    let strategy = try filled(legs("-1P70 -1P75 -1P80 -1P85 -1P90 -1P95 -1P100"))
    let model = try ScannedBox.model(.greater, strategy)
    let held = try box(strategy, deposit: "120", maintenance: model, days: 30, volatility: 0.5)
    let region = held.region()
    #expect(region.certificate == .walked)
    #expect(region.prices.count == 2)
    for bound in region.prices { #expect(abs(held.excess(at: bound).value) < 1e-9) }
  }
}
