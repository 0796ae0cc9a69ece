import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Maintenance requirements as functions of spot and marks")
struct MaintenanceModelTests {
  private func amount(
    _ model: some MaintenanceModel, _ strategy: FilledStrategy, spot: String, marks: [String], deposit: String = "0"
  ) throws -> ExactAmount {
    let requirement = try model.requirement(
      for: MaintenanceInputs(strategy: strategy, deposit: IsolatedMarginTests.amount(deposit)))
    return try #require(
      requirement.amount(
        spot: IsolatedMarginTests.amount(spot), marks: marks.map(IsolatedMarginTests.amount),
        settlement: strategy.settlement))
  }

  @Test("Each rule by hand, in quote currency and in coin")
  func byHand() throws {
    let strangle = try filled("-2 P 85", "-1 C 115", "1 C 130")
    let marks = ["1.5", "2", "0.5"]
    #expect(try amount(NoMaintenance(), strategy: strangle, marks) == .zero)
    let share = try MarginShareMaintenance(share: self.exact("0.5"))
    #expect(try amount(share, strangle, spot: "100", marks: marks, deposit: "12") == self.exact("6"))
    let spot = try SpotShareMaintenance(share: self.exact("0.075"))
    #expect(try amount(spot, strangle, spot: "100", marks: marks) == self.exact("22.5"))
    let marked = try SpotShareMaintenance(share: self.exact("0.075"), hasMarks: true, balance: .cash)
    #expect(try amount(marked, strangle, spot: "100", marks: marks) == self.exact("27.5"))
    #expect([share.name, spot.name, marked.name] == ["margin=0.5", "spot=0.075", "spot=0.075+mark,cash"])
    let coin = try filled("-2 P 85", settlement: .coin)
    #expect(try amount(marked, coin, spot: "100", marks: ["0.02"]) == self.exact("0.19"))
  }

  private func amount(_ model: some MaintenanceModel, strategy: FilledStrategy, _ marks: [String]) throws -> ExactAmount
  {
    try amount(model, strategy, spot: "100", marks: marks)
  }

  private func exact(_ text: String) throws -> ExactAmount { try IsolatedMarginTests.amount(text) }

  @Test("Tiers are continuous at their borders, and legs of one instrument are one position")
  func tiers() throws {
    let model = try TieredMaintenance(
      tiers: MaintenanceTiers([
        (.zero, self.exact("0.004")), (self.exact("50000"), self.exact("0.005")),
        (self.exact("250000"), self.exact("0.01")),
      ]))
    #expect(try model.tiers.tiers.map(\.amount) == [.zero, self.exact("50"), self.exact("1300")])
    let long = try filled("10 X =60000")
    // 10 x 60000 x 1 % - 1300, and 10 x 25000 at the border by either tier.
    #expect(try amount(model, long, spot: "60000", marks: ["0"]) == self.exact("4700"))
    #expect(try amount(model, long, spot: "25000", marks: ["0"]) == self.exact("1200"))
    let netted = try filled("10 X =60000", "-9 X =61000")
    #expect(try amount(model, netted, spot: "60000", marks: ["0", "0"]) == self.exact("250"))
    // N = 60000 USD at 60000 is one coin, far inside the first tier.
    let inverse = try filled("60000 X =60000", settlement: .coin)
    #expect(try amount(model, inverse, spot: "60000", marks: ["0"]) == self.exact("0.004"))
    let options = TieredMaintenance(tiers: model.tiers, includesShortOptions: true)
    #expect(try amount(options, filled("-1 P 100"), spot: "100", marks: ["3"]) == self.exact("0.4"))
    #expect(try amount(model, filled("-1 P 100"), spot: "100", marks: ["3"]) == .zero)
  }

  @Test("Pieces change at their spots, the least of two sums is the smaller")
  func forms() throws {
    // 20 percent of spot less the distance out of the money, at least 10 percent, for a call struck at 100.
    let naked = try MaintenanceTerm(
      "naked call 100",
      pieces: [
        .init(
          end: self.exact("100"),
          [
            MaintenanceLine(constant: self.exact("-100"), slope: self.exact("1.2")),
            MaintenanceLine(slope: self.exact("0.1")),
          ]), .init([MaintenanceLine(slope: self.exact("0.2"))]),
      ])
    let five = try MaintenanceTerm("five", greatestOf: [MaintenanceLine(constant: self.exact("5"))])
    for (spot, wanted, least) in [("80", "8", "5"), ("95", "14", "5"), ("100", "20", "5"), ("20", "2", "2")] {
      let spot = try self.exact(spot)
      #expect(
        try MaintenanceRequirement.terms([naked]).amount(spot: spot, marks: [], settlement: .quote)
          == self.exact(wanted))
      #expect(
        try MaintenanceRequirement.least([[naked], [five]]).amount(spot: spot, marks: [], settlement: .quote)
          == self.exact(least))
    }
  }

  @Test("What is no rule is refused")
  func refusals() throws {
    #expect(throws: IsolatedMarginError.self) { try MarginShareMaintenance(share: self.exact("1.1")) }
    #expect(throws: IsolatedMarginError.self) { try SpotShareMaintenance(share: self.exact("-0.1")) }
    #expect(throws: IsolatedMarginError.self) { try MaintenanceTiers([]) }
    #expect(throws: IsolatedMarginError.self) { try MaintenanceTiers([(.one, self.exact("0.01"))]) }
    #expect(throws: IsolatedMarginError.self) { try MaintenanceTiers([(.zero, .zero), (.zero, .zero)]) }
    #expect(throws: IsolatedMarginError.self) { try MaintenanceTerm("empty", greatestOf: []) }
    #expect(throws: IsolatedMarginError.self) { try MaintenanceTerm("no piece", pieces: []) }
    #expect(throws: IsolatedMarginError.self) {
      try MaintenanceTerm("open twice", pieces: [.init([.zero]), .init([.zero])])
    }
    #expect(throws: IsolatedMarginError.self) {
      try MaintenanceTerm("falling", pieces: [.init(end: .zero, [.zero]), .init([.zero])])
    }
    #expect(throws: IsolatedMarginError.self) {
      try MaintenanceTerm("negative share", greatestOf: [.init(marks: [.init(leg: 0, share: self.exact("-1"))])])
    }
  }
}
