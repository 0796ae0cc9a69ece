import Basics
import Instruments
import TestSupport
import Testing

@Suite("Building structures")
struct StructureRequestTests {
  private static func prices(_ list: [Int]) -> [Price] { list.map { Price(count: Int64($0) * 100_000_000) } }

  private static func request(
    _ id: String, _ placement: StructurePlacement, quantity: Quantity = .one, hedge: Quantity? = nil,
    expiries: [Expiry]? = nil
  ) throws -> StructureRequest {
    let definition = try StrategyCatalogue.named(id)
    let standard = [try Sample.near, try Sample.far].prefix(definition.expiryCount)
    return try StructureRequest(
      definition, expiries: expiries ?? Array(standard),
      placement: placement, quantity: quantity, hedge: hedge)
  }

  static let centred: [(id: String, center: Int, widths: [Int], strikes: [Int])] = [
    ("long-straddle", 100, [], [100]), ("short-strangle", 100, [5], [95, 105]),
    ("short-strangle", 100, [5, 7], [95, 107]), ("iron-butterfly", 100, [10], [90, 100, 110]),
    ("iron-butterfly", 100, [10, 20], [90, 100, 120]), ("iron-condor", 100, [5, 10], [85, 95, 105, 115]),
    ("iron-condor", 100, [5, 10, 6, 20], [85, 95, 106, 126]), ("long-underlying", 100, [], []),
  ]

  @Test("Widths are steps outward from the centre, the body first", arguments: centred)
  func center(id: String, center: Int, widths: [Int], strikes: [Int]) throws {
    let placement = StructurePlacement.center(Self.prices([center])[0], widths: Self.prices(widths))
    #expect(try Self.request(id, placement).strikes == Self.prices(strikes))
  }

  static let badPlacements: [(id: String, placement: StructurePlacement, wanted: String)] = [
    ("iron-condor", .strikes(prices([90, 95, 105])), "4"),
    ("iron-condor", .strikes(prices([90, 95, 105, 110, 115])), "4"),
    ("iron-condor", .strikes(prices([90, 95, 95, 110])), "rise"),
    ("iron-condor", .strikes(prices([90, 105, 95, 110])), "rise"),
    ("iron-condor", .strikes(prices([0, 95, 100, 110])), "above 0"),
    ("iron-condor", .strikes(prices([-5, 95, 100, 110])), "above 0"),
    ("iron-condor", .center(prices([100])[0], widths: prices([5])), "2 widths, or 4"),
    ("iron-condor", .center(prices([100])[0], widths: prices([5, 5, 5])), "2 widths, or 4"),
    ("iron-condor", .center(prices([100])[0], widths: prices([5, 0])), "widths above 0"),
    ("iron-condor", .center(prices([100])[0], widths: prices([-5, 5])), "widths above 0"),
    ("iron-condor", .center(prices([10])[0], widths: prices([5, 5])), "above 0"),
    ("iron-condor", .center(Price(count: .max), widths: prices([5, 5])), "exact range"),
    ("iron-condor", .center(Price(count: .min), widths: prices([5, 5])), "exact range"),
    ("long-straddle", .center(prices([100])[0], widths: prices([5])), "no widths"),
    ("long-straddle", .strikes([]), "1"),
    ("long-underlying", .strikes(prices([100])), "0"),
    ("long-straddle", .deltas([0.5, 0.5]), "1"),
    ("long-straddle", .deltas([0]), "between -1 and 1"),
    ("long-straddle", .deltas([1]), "between -1 and 1"),
    ("long-straddle", .deltas([.nan]), "between -1 and 1"),
    ("long-straddle", .deltas([-.infinity]), "between -1 and 1"),
  ]

  @Test("A placement that does not fit is refused with what was wanted", arguments: badPlacements)
  func badPlacement(id: String, placement: StructurePlacement, wanted: String) {
    let error = #expect(throws: InstrumentError.self) { try Self.request(id, placement) }
    guard case .badPlacement(id, _, let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found.contains(wanted), "\(found)")
  }

  @Test("Expiries are as many as the structure has, and rise")
  func expiries() throws {
    let strikes = StructurePlacement.strikes(Self.prices([100]))
    let (near, far) = (try Sample.near, try Sample.far)
    #expect(throws: InstrumentError.self) { try Self.request("long-straddle", strikes, expiries: []) }
    #expect(throws: InstrumentError.self) { try Self.request("long-straddle", strikes, expiries: [near, far]) }
    #expect(throws: InstrumentError.self) { try Self.request("long-call-calendar", strikes, expiries: [near]) }
    #expect(throws: InstrumentError.self) { try Self.request("long-call-calendar", strikes, expiries: [far, near]) }
    #expect(throws: InstrumentError.self) { try Self.request("long-call-calendar", strikes, expiries: [near, near]) }
    let morning = Expiry(near.date, .newYorkOpen)
    #expect(throws: InstrumentError.self) {
      try Self.request("long-call-calendar", strikes, expiries: [morning, near])
    }
    let hours = [Expiry(near.date, .utc(secondOfDay: 1)), Expiry(near.date, .utc(secondOfDay: 2))]
    #expect(
      try Self.request("long-call-calendar", strikes, expiries: hours).strategy(terms: Sample.coin).legs.count == 2)
  }

  @Test("A quantity of nothing, a hedge missing or not asked for, a cover price of nothing are refused")
  func amounts() throws {
    let strikes = StructurePlacement.strikes(Self.prices([100]))
    #expect(throws: InstrumentError.zeroQuantity("long-straddle")) {
      try Self.request("long-straddle", strikes, quantity: .zero)
    }
    #expect(throws: InstrumentError.self) { try Self.request("long-straddle", strikes, hedge: .one) }
    #expect(throws: InstrumentError.self) { try Self.request("hedged-short-straddle", strikes) }
    #expect(throws: InstrumentError.self) { try Self.request("hedged-short-straddle", strikes, hedge: .zero) }
    #expect(throws: InstrumentError.self) {
      try StructureRequest(
        StrategyCatalogue.named("long-call"), expiries: [Sample.near], placement: strikes, coverPrice: .zero)
    }
    let most = try Self.request("strap", strikes, quantity: Quantity(count: .max))
    #expect(throws: InstrumentError.self) { try most.strategy(terms: Sample.coin) }
  }

  @Test("An iron condor on Deribit holds coin contracts")
  func ironCondor() throws {
    let strikes = StructurePlacement.strikes(Self.prices([80_000, 85_000, 95_000, 100_000]))
    let strategy = try Self.request("iron-condor", strikes, quantity: Quantity(2) ?? .one).strategy(terms: Sample.coin)
    #expect(strategy.name == "iron-condor")
    #expect(
      strategy.legs.map { "\($0.quantity) \($0.instrument)" } == [
        "2 BTC-26DEC25-80000-P", "-2 BTC-26DEC25-85000-P", "-2 BTC-26DEC25-95000-C", "2 BTC-26DEC25-100000-C",
      ])
  }

  @Test("A covered call on shares holds 100 shares for one American option")
  func coveredCall() throws {
    let request = try Self.request("covered-call", .strikes(Self.prices([150])))
    #expect(
      try request.strategy(terms: Sample.shares).legs.map { "\($0.quantity) \($0.instrument)" }
        == ["100 GOOG", "-1 GOOG  251226C00150000"])
    #expect(
      try request.strategy(terms: Sample.linear).legs.map { "\($0.quantity) \($0.instrument)" }
        == ["10 SOL_USDC-PERPETUAL", "-1 SOL_USDC-26DEC25-150-C"])
    #expect(
      try request.strategy(terms: Sample.shares.covered(by: .future)).legs.first?.instrument.expiry
        == Expiry(Sample.near.date, .newYorkClose))
  }

  @Test("In coin the perpetual counts dollars where a price is given")
  func coinCover() throws {
    let definition = try StrategyCatalogue.named("protective-put")
    let request = try Sample.request(
      definition, quantity: Quantity(parsing: "0.1"), coverPrice: Price(parsing: "60000"))
    #expect(try request.strategy(terms: Sample.coin).legs.first?.quantity == Quantity(6_000))
    // Shares and coins themselves are never counted in dollars.
    #expect(try request.strategy(terms: Sample.shares).legs.first?.quantity == Quantity(10))
  }

  @Test("A hedge is so many units for each option, to either side")
  func hedge() throws {
    let strikes = StructurePlacement.strikes(Self.prices([100]))
    for (hedge, quantity) in [("0.25", "0.5"), ("-0.25", "-0.5")] {
      let request = try Self.request(
        "hedged-short-straddle", strikes, quantity: Quantity(2) ?? .one, hedge: Quantity(parsing: hedge))
      #expect(try request.strategy(terms: Sample.coin).legs.last?.quantity == Quantity(parsing: quantity))
    }
  }

  @Test("Deltas name an option for each strike and wait for a market")
  func deltas() throws {
    let request = try Self.request("iron-condor", .deltas([0.05, -0.16, 0.16, 0.05]))
    #expect(request.strikes == nil)
    #expect(request.definition.strikeUses.map(\.right) == [.put, .put, .call, .call])
    #expect(throws: InstrumentError.self) { try request.strategy(terms: Sample.coin) }
    let placed = try request.placed(at: Self.prices([80, 90, 110, 120]))
    #expect(try placed.strategy(terms: Sample.coin).legs.count == 4)
    #expect(throws: InstrumentError.self) { try request.placed(at: Self.prices([80, 90])) }
    let diagonal = try StrategyCatalogue.named("double-diagonal")
    #expect(diagonal.strikeUses.map(\.expiry) == [1, 0, 0, 1])
    #expect(try StrategyCatalogue.named("iron-butterfly").strikeUses.map(\.right) == [.put, .put, .call])
  }

  @Test("An inverse covered call needs coin, a perpetual structure takes its perpetual")
  func conditions() throws {
    let strikes = StructurePlacement.strikes(Self.prices([100]))
    #expect(throws: InstrumentError.self) {
      try Self.request("inverse-covered-call", strikes).strategy(terms: Sample.shares)
    }
    let perpetual = try Self.request("perpetual-protective-put", strikes).strategy(terms: Sample.shares)
    #expect(perpetual.legs.first?.instrument == .perpetual(Perpetual(underlying: "GOOG")))
    #expect(perpetual.legs.first?.quantity == Quantity(100))
    let future = Sample.coin.covered(by: .future)
    #expect(throws: InstrumentError.self) { try Self.request("long-underlying", .strikes([])).strategy(terms: future) }
    let held = try Self.request("long-underlying", .strikes([]), expiries: [Sample.near]).strategy(terms: future)
    #expect(held.legs.first?.instrument.description == "BTC-26DEC25")
  }

  @Test("A negative quantity is the other side")
  func otherSide() throws {
    let strikes = StructurePlacement.strikes(Self.prices([80, 90, 110, 120]))
    let sold = try Self.request("iron-condor", strikes, quantity: Quantity(-3) ?? .one).strategy(terms: Sample.coin)
    #expect(StrategyCatalogue.name(of: sold)?.id == "reverse-iron-condor")
    #expect(try sold == Self.request("iron-condor", strikes).strategy(terms: Sample.coin) * -3)
  }
}
