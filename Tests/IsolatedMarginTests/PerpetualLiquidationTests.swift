import Basics
import IsolatedMargin
import TestSupport
import Testing

@Suite("Perpetuals: liquidation and bankruptcy price in closed form")
struct PerpetualLiquidationTests {
  // MARK: Worked examples

  @Test("Worked examples: tiers, fees, funding, linear and inverse")
  func workedExamples() throws {
    let rows = try Fixture("Perpetuals/liquidation.csv").rows
    #expect(rows.count == 14)
    for row in rows {
      let name = row["name"] ?? ""
      let position = try perpetual(
        row["side"] == "long" ? .long : .short, row["quantity"] ?? "", at: row["entry_price"] ?? "",
        margin: row["margin"] ?? "", kind: row["kind"] == "linear" ? .linear : .inverse,
        funding: row["funding_paid"] ?? "")
      let rate = row["rate"] ?? ""
      let terms = try PerpetualTerms(
        tiers: rate.isEmpty ? PerpetualSamples.tiers() : MaintenanceTiers(rate: amount(rate)),
        exitFee: amount(row["fee_rate"] ?? ""))
      let found = PerpetualLiquidation(of: position, under: terms)
      expect(found.price, row["liquidation_price"], name)
      // A bankruptcy price of 0 is none.
      expect(found.bankruptcyPrice, row["bankruptcy_price"] == "0.0" ? "" : row["bankruptcy_price"], name)
      if row["price_per_margin"]?.isEmpty == false { expect(found.pricePerMargin, row["price_per_margin"], name) }
      #expect(found.status == (row["liquidation_price"]?.isEmpty == true ? .none : .ok), "\(name)")
    }
  }

  /// The figures have 16 digits.
  private func expect(_ found: ExactAmount?, _ wanted: String?, _ name: String) {
    guard let wanted, !wanted.isEmpty, let number = Double(wanted) else {
      #expect(found == nil, "\(name)")
      return
    }
    guard let found else {
      Issue.record("\(name): found nothing, wanted \(wanted)")
      return
    }
    #expect(abs(found.doubleValue / number - 1) < 1e-14, "\(name): found \(found.doubleValue), wanted \(wanted)")
  }

  @Test("The amounts of the tiers follow from continuity, and a stated amount moves the price as the formula says")
  func tierAmounts() throws {
    let tiers = try PerpetualSamples.tiers()
    #expect(tiers.tiers.map(\.amount) == [.zero, ExactAmount(50), ExactAmount(1300), ExactAmount(16_300)])
    let position = try perpetual(.long, "1", at: "60000", margin: "6000")
    let stated = PerpetualLiquidation(of: position, under: try PerpetualSamples.flat("0.005", amount: "50"))
    #expect(stated.price == PerpetualLiquidation(of: position, under: try PerpetualTerms(tiers: tiers)).price)
    #expect(try stated.price == amount("10790000/199"))
  }

  @Test(
    "At entry basis the requirement is fixed: P = (s Q E - M' + m Q E - d)/(Q(s - f)), N (s + f)/(M' + s N/E - m N/E + d)"
  )
  func entryBasis() throws {
    let linear = PerpetualLiquidation(
      of: try perpetual(.long, "2", at: "100", margin: "20", funding: "1"),
      under: try PerpetualSamples.flat("0.01", amount: "0.5", fee: "0.001", basis: .entry))
    // (200 - 19 + 2 - 0.5)/(2 x 0.999)
    #expect(try linear.price == amount("182.5").divided(by: amount("1.998")))
    let inverse = PerpetualLiquidation(
      of: try perpetual(.short, "1000", at: "50", margin: "5", kind: .inverse),
      under: try PerpetualSamples.flat("0.02", amount: "0.1", fee: "0.001", basis: .entry))
    // 1000 x (-1 + 0.001)/(5 - 20 - 0.4 + 0.1)
    #expect(try inverse.price == amount("-999").divided(by: amount("-15.3")))
  }

  // MARK: Which statuses

  @Test(
    "A position has no liquidation price exactly where the margin covers what an empty notional leaves",
    arguments: [
      // side, kind, margin, basis, rate, amount, status
      ("long", "linear", "100", "mark", "0.01", "0", "none"),
      ("long", "linear", "99.99999999", "mark", "0.01", "0", "ok"),
      ("long", "linear", "99", "mark", "0.01", "1", "none"),
      ("long", "linear", "98.99999999", "mark", "0.01", "1", "ok"),
      // At entry basis the requirement of 1 stays at every price.
      ("long", "linear", "100", "entry", "0.01", "0", "ok"),
      ("long", "linear", "101", "entry", "0.01", "0", "none"),
      ("long", "linear", "100.99999999", "entry", "0.01", "0", "ok"),
      ("short", "linear", "1000000", "mark", "0.01", "0", "ok"),
      ("short", "inverse", "1", "mark", "0.01", "0", "none"),
      ("short", "inverse", "0.99999999", "mark", "0.01", "0", "ok"),
      ("short", "inverse", "1.01", "entry", "0.01", "0", "none"),
      ("short", "inverse", "1.00999999", "entry", "0.01", "0", "ok"),
      ("long", "inverse", "1000000", "mark", "0.01", "0", "ok"),
    ])
  func none(_ side: String, _ kind: String, _ margin: String, _ basis: String, _ rate: String, _ d: String, _ s: String)
    throws
  {
    let position = try perpetual(
      side == "long" ? .long : .short, kind == "linear" ? "1" : "100", at: "100", margin: margin,
      kind: kind == "linear" ? .linear : .inverse)
    let found = PerpetualLiquidation(
      of: position, under: try PerpetualSamples.flat(rate, amount: d, basis: basis == "mark" ? .mark : .entry))
    #expect(found.status.rawValue == s && (found.price == nil) == (s == "none"))
  }

  @Test("Already below is judged at the entry price, the exit fee taken off, and strictly")
  func alreadyBelow() throws {
    // Requirement 1 and fee 0.1 at entry.
    let terms = try PerpetualSamples.flat("0.01", fee: "0.001")
    func found(_ margin: String, funding: String = "0") throws -> PerpetualLiquidation {
      PerpetualLiquidation(of: try perpetual(.long, "1", at: "100", margin: margin, funding: funding), under: terms)
    }
    #expect(try found("1.1").status == .ok && found("1.1").price == ExactAmount(100))
    let below = try found("1.09999999")
    #expect(below.status == .alreadyBelow && below.price.map { $0 > ExactAmount(100) } == true)
    #expect(try found("6", funding: "4.91").status == .alreadyBelow)
    // A short whose funding ate more than the notional is below at every price: there is no price to show.
    let lost = PerpetualLiquidation(
      of: try perpetual(.short, "1", at: "100", margin: "1", funding: "200"), under: terms)
    #expect(lost.status == .alreadyBelow && lost.price == nil && lost.bankruptcyPrice == nil)
    #expect(lost.detail == "equity is below maintenance at every price")
  }

  @Test("Rounded to a tick a liquidation price is never shown farther than it is; a buffer moves it toward the entry")
  func ticks() throws {
    let terms = try PerpetualSamples.flat("0.005")
    let long = PerpetualLiquidation(of: try perpetual(.long, "3", at: "100", margin: "10"), under: terms)
    let short = PerpetualLiquidation(of: try perpetual(.short, "3", at: "100", margin: "10"), under: terms)
    #expect(try long.price(onTick: amount("0.5")) == amount("97.5") && long.safeRounding == .up)
    #expect(try short.price(onTick: amount("0.5")) == amount("102.5") && short.safeRounding == .down)
    #expect(throws: IsolatedMarginError.self) { try long.price(onTick: .zero) }
    // 17.47 + 0.05 x (18.884 - 17.47), freqtrade's buffer.
    let exact = PerpetualLiquidation(
      of: try perpetual(.long, "1", at: "18.884", margin: "1.414"), under: try PerpetualSamples.flat("0"))
    #expect(try exact.price(buffered: amount("0.05"), entryPrice: amount("18.884")) == amount("17.5407"))
  }

  // MARK: Laws

  @Test("Closed form equals the sign of excess on both sides of it, in every state", arguments: UInt64(1)...400)
  func signs(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let position = try random.position()
    let terms = try random.terms(for: position)
    let found = PerpetualLiquidation(of: position, under: terms)
    let entry = position.entryPrice
    let isBelowAtEntry = try terms.excess(of: position, at: entry) < .zero
    #expect((found.status == .alreadyBelow) == isBelowAtEntry, "\(random)")
    if let price = found.price {
      let step = price * ExactAmount(count: 1, decimals: 12)
      let toward = position.side == .long ? price - step : price + step
      let away = position.side == .long ? price + step : price - step
      #expect(try terms.excess(of: position, at: price).isZero, "\(random)")
      #expect(try terms.excess(of: position, at: toward) < .zero, "\(random)")
      #expect(try terms.excess(of: position, at: away) > .zero, "\(random)")
      // Bisection from far on both sides finds the same price.
      let bisected = try bisection(terms, position)
      #expect(bisected.map { abs($0.doubleValue / price.doubleValue - 1) < 1e-11 } == true, "\(random)")
    } else {
      // One sign everywhere: safe for none, below for already below.
      for factor in ["0.000000001", "0.001", "0.5", "1", "2", "1000", "1000000000"] {
        let excess = try terms.excess(of: position, at: entry * amount(factor))
        #expect(found.status == .none ? excess >= .zero : excess < .zero, "\(random)")
      }
    }
    if let bankrupt = found.bankruptcyPrice {
      // Everything sold there, the fee paid: nothing is left.
      let left = try position.equity(at: bankrupt) - terms.exitFee * position.notional(at: bankrupt)
      #expect(left.isZero, "\(random)")
    }
  }

  /// The price between entry / 10^6 and entry x 10^6 at which excess changes sign, to 12 digits.
  private func bisection(_ terms: PerpetualTerms, _ position: PerpetualPosition) throws -> ExactAmount? {
    var low = position.entryPrice * (try amount("0.000000001"))
    var high = position.entryPrice * ExactAmount(1_000_000_000)
    let lowIsBelow = try terms.excess(of: position, at: low) < .zero
    guard lowIsBelow != (try terms.excess(of: position, at: high) < .zero) else { return nil }
    for _ in 0..<110 {
      // A Double between them, so that the fractions stay short.
      let middle = (low.doubleValue * high.doubleValue).squareRoot()
      guard let cut = ExactAmount(exactly: middle), low < cut, cut < high else { break }
      let isBelow = try terms.excess(of: position, at: cut) < .zero
      if isBelow == lowIsBelow { low = cut } else { high = cut }
    }
    return low
  }

  @Test(
    "More margin never brings liquidation nearer, and moves it as dP/dM says inside a tier", arguments: UInt64(1)...200)
  func margin(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let position = try random.position()
    let terms = try random.terms(for: position)
    let extra = position.entryNotional * ExactAmount(count: random.int64(1...100), decimals: 4)
    let before = PerpetualLiquidation(of: position, under: terms)
    let after = PerpetualLiquidation(of: position.adding(margin: extra), under: terms)
    switch (before.price, after.price, position.side) {
    case (let old?, let new?, .long): #expect(new <= old, "\(random)")
    case (let old?, let new?, .short): #expect(new >= old, "\(random)")
    case (_?, nil, _): #expect(after.status == .none, "\(random)")
    case (nil, _?, _): #expect(before.status == .alreadyBelow, "\(random)")
    case (nil, nil, _): break
    }
    if let old = before.price, let new = after.price, before.tier == after.tier, position.kind == .linear,
      let slope = before.pricePerMargin, terms.exitFeeBasis == .mark
    {
      #expect(new - old == slope * extra, "\(random)")
    }
    // The margin of the whole notional, fees and requirement at entry: nothing liquidates a linear long or inverse short.
    if position.gainsWithNotional {
      let full = position.adding(margin: position.entryNotional * ExactAmount(2) - position.available)
      #expect(PerpetualLiquidation(of: full, under: terms).status == .none, "\(random)")
    }
  }

  @Test("Funding paid moves liquidation toward the mark by pay/(Q(s - m - f)); received, away from it")
  func funding() throws {
    let terms = try PerpetualSamples.flat("0.005", fee: "0.0005")
    for side in PositionSide.allCases {
      let position = try perpetual(side, "2", at: "60000", margin: "12000")
      let before = try #require(PerpetualLiquidation(of: position, under: terms).price)
      let paid = try #require(PerpetualLiquidation(of: position.paying(funding: ExactAmount(12)), under: terms).price)
      let got = try #require(PerpetualLiquidation(of: position.paying(funding: ExactAmount(-12)), under: terms).price)
      let slope = ExactAmount(2) * (ExactAmount(side.sign) - (try amount("0.0055")))
      #expect(paid - before == ExactAmount(12).divided(by: slope) && got - before == before - paid)
      #expect(side == .long ? paid > before : paid < before)
    }
  }

  @Test("Laws of scale: prices with the price, nothing with the size", arguments: UInt64(1)...100)
  func scaling(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let (position, factor) = (try random.position(), random.decimal(0, 2))
    let fee = ExactAmount(count: random.int64(0...50), decimals: 4)
    let terms = try PerpetualTerms(
      tiers: MaintenanceTiers(rate: ExactAmount(count: random.int64(0...500), decimals: 4)), exitFee: fee)
    let found = PerpetualLiquidation(of: position, under: terms)
    func scaled(size: ExactAmount, price: ExactAmount, margin: ExactAmount) throws -> PerpetualLiquidation {
      PerpetualLiquidation(
        of: try PerpetualPosition(
          kind: position.kind, side: position.side, quantity: position.quantity * size,
          entryPrice: position.entryPrice * price, margin: position.margin * margin,
          fundingPaid: position.fundingPaid * margin), under: terms)
    }
    let larger = try scaled(size: factor, price: .one, margin: factor)
    #expect(larger.price == found.price && larger.bankruptcyPrice == found.bankruptcyPrice, "\(random)")
    let one = ExactAmount.one
    let dearer = try scaled(
      size: one, price: factor,
      margin: position.kind == .linear ? factor : one.divided(by: factor) ?? one)
    #expect(dearer.price == found.price.map { $0 * factor }, "\(random)")
    #expect(dearer.status == found.status, "\(random)")
  }

  @Test("An inverse position is the linear one of the other side in reciprocal prices", arguments: UInt64(1)...60)
  func duality(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let position = try random.position()
    let terms = try random.terms(for: position)
    let one = ExactAmount.one
    let mirror = try PerpetualPosition(
      kind: position.kind == .linear ? .inverse : .linear, side: position.side.opposite, quantity: position.quantity,
      entryPrice: one.divided(by: position.entryPrice) ?? one, margin: position.margin,
      fundingPaid: position.fundingPaid)
    let (left, right) = (
      PerpetualLiquidation(of: position, under: terms), PerpetualLiquidation(of: mirror, under: terms)
    )
    #expect(left.status == right.status && left.tier == right.tier, "\(random)")
    #expect(left.price == right.price.flatMap { one.divided(by: $0) }, "\(random)")
    #expect(left.bankruptcyPrice == right.bankruptcyPrice.flatMap { one.divided(by: $0) }, "\(random)")
  }

  // MARK: Refusals

  @Test("Positions, tiers and terms are refused one field at a time")
  func refusals() throws {
    func bad(_ what: String, _ make: () throws -> Void) {
      do {
        try make()
        Issue.record("\(what): wanted a refusal")
      } catch IsolatedMarginError.badInput(let name, _, _) {
        #expect(name == what)
      } catch { Issue.record("\(what): found \(error)") }
    }
    bad("quantity") { _ = try perpetual(.long, "0", at: "1", margin: "1") }
    bad("quantity") { _ = try perpetual(.long, "-1", at: "1", margin: "1") }
    bad("entry price") { _ = try perpetual(.long, "1", at: "0", margin: "1") }
    bad("entry price") { _ = try perpetual(.long, "1", at: "-5", margin: "1", kind: .inverse) }
    bad("margin") { _ = try perpetual(.long, "1", at: "1", margin: "-0.1") }
    let position = try perpetual(.long, "1", at: "1", margin: "1", kind: .inverse)
    bad("price") { _ = try position.equity(at: .zero) }
    bad("tiers") { _ = try MaintenanceTiers([]) }
    let (low, high) = (try amount("0.01"), try amount("0.02"))
    bad("tier 1") { _ = try MaintenanceTiers([(ExactAmount(1), low)]) }
    bad("tier 2") { _ = try MaintenanceTiers([(.zero, low), (.zero, high)]) }
    bad("tier 3") { _ = try MaintenanceTiers([(.zero, low), (ExactAmount(9), high), (ExactAmount(8), high)]) }
    bad("rate of tier 2") { _ = try MaintenanceTiers([(.zero, high), (ExactAmount(9), low)]) }
    bad("rate of tier 1") { _ = try MaintenanceTiers([(.zero, ExactAmount(-1))]) }
    bad("rate of tier 2") { _ = try MaintenanceTiers([(.zero, low), (ExactAmount(9), .one)]) }
    bad("maintenance rate") { _ = try MaintenanceTiers(rate: .one) }
    bad("maintenance amount") { _ = try MaintenanceTiers(rate: low, amount: ExactAmount(-1)) }
    bad("exit fee") { _ = try PerpetualSamples.flat("0.01", fee: "-0.01") }
    bad("maintenance rate and exit fee") { _ = try PerpetualSamples.flat("0.6", fee: "0.4") }
    bad("factor") { _ = try MaintenanceTiers(rate: high).scaled(by: ExactAmount(50)) }
  }
}
