import Basics
import IsolatedMargin
import TestSupport
import Testing

@Suite("The waterfall")
struct WaterfallTests {
  /// A profit of 5,000 at a margin of 1,000 and leverage 20, and so on: scores 100, 5 and 0.4.
  static func winners(_ currency: Currency = .usd) throws -> [CounterpartyClaim] {
    try [("c", "1000", "5000", "2"), ("a", "5000", "1000", "20"), ("b", "20000", "20000", "5")].map {
      try CounterpartyClaim(
        id: $0.0, profit: Money(parsing: $0.1, currency: currency), margin: Money(parsing: $0.2, currency: currency),
        leverage: amount($0.3))
    }
  }

  @Test("Insurance, haircuts and remainder of the worked cases, both allocations to the cent")
  func worked() throws {
    for row in try Fixture("Accounts/waterfall.csv").rows {
      let backstop = Backstop(insurance: usd(row["fund"] ?? ""), claims: try Self.winners())
      let waterfall = try Waterfall(covering: usd(row["shortfall"] ?? ""), with: backstop)
      #expect(waterfall.insurance == (usd(row["insurance"] ?? "")))
      #expect(waterfall.residual == (usd(row["residual"] ?? "")))
      #expect(waterfall.remainder == (usd(row["remainder"] ?? "")))
      #expect(abs(waterfall.severity.doubleValue - row.number("severity")) < 1e-15)
      #expect(try Self.amounts(waterfall.proRata) == Self.read(row["pro_rata"] ?? ""))
      #expect(try Self.amounts(waterfall.queue) == Self.read(row["queue"] ?? ""))
    }
  }

  private static func amounts(_ haircuts: [Waterfall.Haircut]) -> [String: Money] {
    Dictionary(uniqueKeysWithValues: haircuts.map { ($0.id, $0.amount) })
  }

  private static func read(_ text: String) throws -> [String: Money] {
    var amounts: [String: Money] = [:]
    for part in text.split(separator: ";") {
      let words = part.split(separator: "=")
      amounts[String(words[0])] = usd(String(words[1]))
    }
    return amounts
  }

  @Test("The queue concentrates on one account what pro rata spreads")
  func concentration() throws {
    let backstop = Backstop(insurance: usd("5000"), claims: try Self.winners(), order: .queue)
    let waterfall = try Waterfall(covering: usd("8000"), with: backstop)
    #expect(waterfall.haircuts == waterfall.queue)
    #expect(Waterfall.concentration(waterfall.queue) == (usd("3000")))
    #expect(Waterfall.concentration(waterfall.proRata) == (usd("2307.69")))
    #expect(waterfall.queue.map(\.id) == ["a", "b", "c"])
  }

  @Test("The floor of the fund is not paid out, and a fund below its floor pays nothing")
  func floor() throws {
    let waterfall = try Waterfall(
      covering: usd("100"), with: Backstop(insurance: usd("80"), floor: usd("50")))
    #expect(waterfall.insurance == (usd("30")) && waterfall.remainder == (usd("70")))
    #expect(waterfall.severity == .one)
    let empty = try Waterfall(covering: usd("100"), with: Backstop(insurance: usd("80"), floor: usd("90")))
    #expect(empty.insurance.minorUnits == 0 && empty.remainder == (usd("100")))
  }

  @Test("Equal scores and equal remainders go by id; a winner without a profit gives nothing; no margin stands first")
  func ties() throws {
    func claim(_ id: String, _ profit: String, _ margin: String = "10") throws -> CounterpartyClaim {
      CounterpartyClaim(id: id, profit: usd(profit), margin: usd(margin), leverage: .one)
    }
    let claims = [try claim("z", "0.03"), try claim("y", "0.03"), try claim("x", "0.03"), try claim("w", "-5")]
    let waterfall = try Waterfall(
      covering: usd("0.04"), with: Backstop(insurance: .zero(.usd), claims: claims))
    #expect(Self.amounts(waterfall.proRata) == ["x": usd("0.02"), "y": usd("0.01"), "z": usd("0.01")])
    #expect(waterfall.queue.map(\.id) == ["x", "y", "z"])
    let none = try Waterfall(
      covering: usd("0.01"),
      with: Backstop(insurance: .zero(.usd), claims: [try claim("a", "0.03"), try claim("b", "0.02", "0")]))
    #expect(none.queue.first?.id == "b")
  }

  @Test(
    "Random winners: every unit is accounted for, and nobody gives more than the profit",
    arguments: 1...20 as ClosedRange<UInt64>)
  func conserved(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<50 {
      let claims = (0..<random.int(0...6)).map { index in
        CounterpartyClaim(
          id: "\(index)",
          profit: Money(minorUnits: random.int(-100...(random.chance(0.2) ? .max / 8 : 1000)), currency: .usd),
          margin: Money(minorUnits: random.int(-10...1000), currency: .usd), leverage: ExactAmount(random.int(1...50)))
      }
      let shortfall = Money(minorUnits: random.int(0...(random.chance(0.2) ? .max / 2 : 5000)), currency: .usd)
      let backstop = Backstop(insurance: Money(minorUnits: random.int(0...1000), currency: .usd), claims: claims)
      let waterfall = try Waterfall(covering: shortfall, with: backstop)
      for allocation in [waterfall.proRata, waterfall.queue] {
        let taken = allocation.reduce(Int128(0)) { $0 + Int128($1.amount.minorUnits) }
        let all = taken + Int128(waterfall.insurance.minorUnits) + Int128(waterfall.remainder.minorUnits)
        #expect(all == Int128(shortfall.minorUnits), "\(random)")
        for haircut in allocation {
          let profit = claims.first { $0.id == haircut.id }?.profit.minorUnits ?? 0
          #expect((0...profit).contains(haircut.amount.minorUnits), "\(random)")
        }
      }
    }
  }

  @Test("Claims whose profits together leave 64 bits are refused where the ledger is made, not at a liquidation")
  func claimsBeyondTheRange() throws {
    func claims(_ second: Int64) -> [CounterpartyClaim] {
      [("a", Int64.max), ("b", second)].map { id, units in
        CounterpartyClaim(
          id: id, profit: Money(minorUnits: units, currency: .usd), margin: usd("1"), leverage: .one)
      }
    }
    #expect(throws: AccountRefusal.self) { try MarginLedger(claims: claims(1)) }
    #expect(throws: Never.self) { try MarginLedger(claims: claims(-1)) }
  }
}
