import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Perpetual legs in a box: the liquidation terms as a maintenance model")
struct PerpetualMaintenanceTests {
  /// The requirement of a box at a spot, exact.
  private func requirement(
    _ terms: PerpetualTerms, _ strategy: FilledStrategy, at spot: ExactAmount
  ) throws -> ExactAmount {
    let model = try PerpetualMaintenance(terms)
    let found = try model.requirement(for: MaintenanceInputs(strategy: strategy, deposit: .zero))
    return try #require(
      found.amount(
        spot: spot, marks: strategy.legs.map { _ in .zero }, settlement: strategy.settlement))
  }

  @Test("A box of one perpetual needs what the position needs, maintenance and exit fee", arguments: UInt64(1)...100)
  func onePosition(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let (units, entry) = (random.int64(1...5000), random.int64(1...90_000))
    let kind = random.pick(PerpetualKind.allCases)
    let side = random.pick(PositionSide.allCases)
    let position = try perpetual(side, "\(units)", at: "\(entry)", margin: "0", kind: kind)
    let terms = try PerpetualTerms(
      tiers: random.tiers(upTo: position.entryNotional), basis: random.pick(MaintenanceBasis.allCases),
      exitFee: ExactAmount(count: random.int64(0...100), decimals: 4))
    let sign = side == .long ? "" : "-"
    let strategy = try filled(
      [leg("\(sign)\(units) X =\(entry)")], settlement: kind == .linear ? .quote : .coin)
    for percent: Int64 in [20, 90, 100, 130, 400] {
      let spot = ExactAmount(entry) * ExactAmount(count: percent, decimals: 2)
      let notional = try position.notional(at: spot)
      let wanted = try terms.maintenance(of: position, at: spot) + terms.exitFee * notional
      #expect(try requirement(terms, strategy, at: spot) == wanted, "\(random)")
    }
  }

  @Test("Options add nothing; at entry basis the legs of the side that is left give the entry price")
  func boxes() throws {
    let entry = try PerpetualSamples.flat("0.01", basis: .entry)
    let box = try filled("2 X 0 =100", "1 X 0 =130", "-1 X 0 =90", "1 P 95 @3")
    // Two coins left at an average of 110.
    #expect(try requirement(entry, box, at: ExactAmount(500)) == amount("2.2"))
    let model = try PerpetualMaintenance(entry)
    #expect(model.balance == .equity && model.name == "perpetual" && model.text.contains("entry price"))
    #expect(throws: IsolatedMarginError.self) {
      try PerpetualMaintenance(try PerpetualSamples.flat("0.01", fee: "0.001", feeBasis: .bankruptcy))
    }
  }
}
